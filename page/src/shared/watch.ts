/** Looks at the page again whenever it changed, and reports what is to be seen only when that is something new. */
import type { Bodies, Type } from "./envelope";
import type { Link, Parameters } from "./link";
import { mutations, on, setInterval, setTimeout } from "./natives";

const QUIET_MS = 50;
/** Some changes are no mutations: a style sheet that arrives, a property that is set. */
const ANYWAY_MS = 1000;

/** Calls `look` soon after every change of the document, at most once per 50 ms. Returns a function that asks for it. */
export function watch(look: () => void): () => void {
  let due = false;
  const soon = () => {
    if (due) return;
    due = true;
    setTimeout(() => { due = false; look(); }, QUIET_MS);
  };
  mutations(soon).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  // A media element fires this when it gets another stream, which is no mutation either.
  on(document, "loadstart", soon, true);
  setInterval(soon, ANYWAY_MS);
  soon();
  return soon;
}

/** Says a message only when it differs from the last one said under the same name. */
export class Changes {
  #link: Link;
  #last = new Map<string, string>();

  constructor(link: Link) {
    this.#link = link;
  }

  say<T extends Type>(type: T, body: Bodies[T], name: string = type): void {
    const text = JSON.stringify(body);
    if (this.#last.get(name) === text) return;
    this.#last.set(name, text);
    this.#link.say(type, body);
  }
}

/** The name of the first screen, in the platform's order, whose selector finds something. */
export function screenOf(screens: Parameters["screens"]): string | null {
  return screens.find(([, selector]) => document.querySelector(selector))?.[0] ?? null;
}
