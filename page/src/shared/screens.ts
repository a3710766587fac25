/**
 * Which of the platform's screens the page shows, and what lies over it.
 *
 * A screen is seen by any of its signs, unless there is evidence against it, and counts when it was seen for long enough
 * without interruption. Looks into same-origin frames and open shadow roots, at visible elements only.
 */
import { call } from "./natives";

/** Everything that is not empty must hold: a visible element, a phrase in its or the page's text, the page's address, and a word
 *  that the platform's reader tells of the page's own data. */
export type Sign = [css: string, phrases: string[], address: string, state?: string];
export interface Row { name: string; signs: Sign[]; unless: Sign[]; holds: number }
export interface Seen { name: string; sign: number }

const attachShadow = Element.prototype.attachShadow;
const roots = new Set<WeakRef<ShadowRoot>>();

/** Open shadow roots made by script from now on are looked into. */
export function watchShadows(onattached: (root: ShadowRoot) => void = () => undefined): void {
  Element.prototype.attachShadow = new Proxy(attachShadow, {
    apply(target, element: Element, args: [ShadowRootInit]) {
      const root = call(target, element, args);
      if (root.mode === "open") {
        roots.add(new WeakRef(root));
        onattached(root);
      }
      return root;
    },
  });
}

/** The page's document and those of its frames of the same origin. */
export function documents(from: Document = document): Document[] {
  const inner = Array.from(from.querySelectorAll<HTMLIFrameElement>("iframe"), (frame) => {
    try { return frame.contentDocument; } catch { return null; }
  });
  return [from, ...inner.filter((found) => found !== null).flatMap(documents)];
}

/** Frames make their shadow roots out of sight of `watchShadows`, so those are looked for. */
const shadowsIn = (place: Document | ShadowRoot): ShadowRoot[] =>
  Array.from(place.querySelectorAll("*")).flatMap(({ shadowRoot }) => shadowRoot ? [shadowRoot, ...shadowsIn(shadowRoot)] : []);

/** Where elements can be: documents, and the shadow roots that are still in one. */
export function places(): (Document | ShadowRoot)[] {
  const shadows: ShadowRoot[] = [], [own, ...inner] = documents();
  for (const ref of roots) {
    const root = ref.deref();
    if (!root) roots.delete(ref);
    else if (root.host.isConnected) shadows.push(root);
  }
  return [own!, ...shadows, ...inner, ...inner.flatMap(shadowsIn)];
}

/** All elements that match, wherever they are. */
export function all<E extends Element = HTMLElement>(selector: string): E[] {
  return places().flatMap((place) => Array.from(place.querySelectorAll<E>(selector)));
}

/** Takes room on the page, painted or not: videos are not painted while nobody looks at them (pictures.ts). */
export const hasRoom = (element: Element): boolean => element.checkVisibility() && element.getClientRects().length > 0;

export const isVisible = (element: Element): boolean => hasRoom(element) && element.checkVisibility({ visibilityProperty: true });

/** Whether the frames around a place are visible; a page may have its next frame ready and hidden. */
function isShown(place: Document | ShadowRoot): boolean {
  const around = (place.ownerDocument ?? place as Document).defaultView?.frameElement;
  return !around || (isVisible(around) && isShown(around.ownerDocument));
}

/** Lower case, one kind of apostrophe, single blanks. */
export const fold = (text: string): string =>
  text.toLowerCase().replace(/[\u2018\u2019\u02bc]/g, "'").replace(/[\s\u00a0]+/g, " ").trim();

const textOf = (element: Element): string => fold((element as HTMLElement).innerText ?? element.textContent ?? "");

/** One look: whatever is asked for twice is read once. */
class Look {
  #places = places().filter(isShown);
  #text: string | null = null;

  constructor(private readonly states: string[]) {}

  has([css, phrases, address, state]: Sign): boolean {
    if (state && !this.states.includes(state)) return false;
    if (address && !new RegExp(address).test(location.href)) return false;
    if (css) return this.#visible(css).some((element) => !phrases.length || says(textOf(element), phrases));
    return phrases.length ? says(this.#pageText(), phrases) : Boolean(address || state);
  }

  #visible(css: string): Element[] {
    return this.#places.flatMap((place) => Array.from(place.querySelectorAll(css)).filter(isVisible));
  }

  #pageText(): string {
    return (this.#text ??= this.#places.map((place) => {
      const tops = place instanceof ShadowRoot || !("body" in place) ? Array.from(place.children) : place.body ? [place.body] : [];
      return tops.map(textOf).join(" ");
    }).join(" "));
  }
}

const says = (text: string, phrases: string[]): boolean => phrases.some((phrase) => text.includes(fold(phrase)));

export class Screens {
  #rows: Row[];
  #since = new Map<string, number>();

  constructor(rows: Row[]) {
    this.#rows = rows;
  }

  /** The first row that is seen; null while that one has not been seen for long enough, and when none is. */
  see(states: string[] = []): Seen | null {
    const look = new Look(states);
    for (const row of this.#rows) {
      const sign = row.signs.findIndex((each) => look.has(each));
      if (sign < 0 || row.unless.some((each) => look.has(each))) {
        this.#since.delete(row.name);
        continue;
      }
      const since = this.#since.get(row.name) ?? performance.now();
      this.#since.set(row.name, since);
      return performance.now() - since >= row.holds ? { name: row.name, sign } : null;
    }
    return null;
  }
}
