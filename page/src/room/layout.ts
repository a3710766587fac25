// Where tiles go: rows of equal tiles, as large as the space allows.

const GAP = 12;
const WIDE = 16 / 9;

/** Width and height of each of `count` equal tiles in a box. A box that stands upright, as a phone does, gets square tiles,
 * unless they must be `wide`, as screens are. */
export function fit(count: number, width: number, height: number, wide = false): { width: number; height: number } {
  const shape = !wide && height > width ? 1 : WIDE;
  let best = { width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const widest = (width - GAP * (columns - 1)) / columns;
    const highest = (height - GAP * (rows - 1)) / rows;
    const tile = Math.min(widest, highest * shape);
    if (tile > best.width) best = { width: tile, height: tile / shape };
  }
  return best;
}

/** Give the box's tiles their size; the strip beside a shared screen has a size of its own, from the style sheet. */
export function arrange(box: HTMLElement, count: number, wide = false): void {
  const { clientWidth, clientHeight } = box;
  if (count === 0 || clientWidth === 0) return;
  const tile = fit(count, clientWidth, clientHeight, wide);
  box.style.setProperty("--tile-width", `${Math.floor(tile.width)}px`);
  box.style.setProperty("--tile-height", `${Math.floor(tile.height)}px`);
}
