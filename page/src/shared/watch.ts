/** Looks at the page again whenever it changed, and reports what is to be seen only when that is something new. */
import type { Bodies, Type } from "./envelope";
import type { Link } from "./link";
import { mutations, on, setInterval, setTimeout } from "./natives";

/** Some changes are no mutations: a style sheet that arrives, a property that is set. */
const ANYWAY_MS = 1000;
const CHANGES = { subtree: true, childList: true, attributes: true, characterData: true };

/** Calls `look` soon after every change of the document, at most once per `quiet` ms. */
export class Watch {
  readonly #observer: MutationObserver;
  readonly #look: () => void;
  readonly #quiet: number;
  readonly #trees = new WeakSet<Node>();
  #due = false;

  constructor(look: () => void, quiet: number) {
    [this.#look, this.#quiet] = [look, quiet];
    this.#observer = mutations(() => this.soon());
    this.also(document);
    // A media element fires this when it gets another stream, which is no mutation either.
    on(document, "loadstart", () => this.soon(), true);
    setInterval(() => this.soon(), ANYWAY_MS);
    this.soon();
  }

  /** Changes inside another tree, such as a shadow root or a frame's document, count as well. */
  also(tree: Node): void {
    if (this.#trees.has(tree)) return;
    this.#trees.add(tree);
    this.#observer.observe(tree, CHANGES);
  }

  soon(): void {
    if (this.#due) return;
    this.#due = true;
    setTimeout(() => { this.#due = false; this.#look(); }, this.#quiet);
  }
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
