// Where tiles go: rows of equal tiles, as large as the space allows.

const GAP = 12;
const SHAPE = 16 / 9;

/** Width and height of each of `count` equal tiles in a box, and how many stand in a row. */
export function fit(count: number, width: number, height: number): { width: number; height: number; columns: number } {
  let best = { width: 0, height: 0, columns: 1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const widest = (width - GAP * (columns - 1)) / columns;
    const highest = (height - GAP * (rows - 1)) / rows;
    const tile = Math.min(widest, highest * SHAPE);
    if (tile > best.width) best = { width: tile, height: tile / SHAPE, columns };
  }
  return best;
}

/** Give the box's tiles their size. A box that lies flat as a strip keeps the size its style sheet gives. */
export function arrange(box: HTMLElement, count: number): void {
  const { clientWidth, clientHeight } = box;
  if (count === 0 || clientWidth === 0) return;
  const tile = fit(count, clientWidth, clientHeight);
  box.style.setProperty("--tile-width", `${Math.floor(tile.width)}px`);
  box.style.setProperty("--tile-height", `${Math.floor(tile.height)}px`);
}
