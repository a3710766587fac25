/** What the operators of rapporteur/simulators/mutations.py do to an element that a skin makes. */
import type { Mutation } from "./contract";

export type Attributes = Record<string, unknown>;

/** Attributes whose values are ids, one or several. */
const REFERRING = new Set(["id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form"]);

/** Numbers between 0 and 1 that a seed determines (mulberry32). */
export function chance(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b1 | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 0x1_0000_0000;
  };
}

export class Mutator {
  readonly #kinds: Set<string>;
  readonly #dropped: ((name: string) => boolean)[];
  readonly #seed: number;
  readonly #random: () => number;

  constructor(mutations: Mutation[], seed: number) {
    this.#kinds = new Set(mutations.map(({ kind }) => kind));
    this.#seed = seed;
    this.#random = chance(seed);
    this.#dropped = mutations.flatMap((one) => one.kind === "drop" ? [matching(one.attribute)] : []);
  }

  tag(tag: string, attributes: Attributes): string {
    if (!this.#kinds.has("swap_buttons")) return tag;
    if (tag === "button") return "div";
    return tag === "div" && attributes.role === "button" ? "button" : tag;
  }

  keeps(name: string): boolean {
    return !this.#dropped.some((drops) => drops(name));
  }

  value(name: string, value: string): string {
    if (!this.#kinds.has("rename") || name !== "class" && !REFERRING.has(name)) return value;
    return value.split(/\s+/).filter(Boolean).map((word) => this.#renamed(word)).join(" ");
  }

  /** How many elements to put around a control. */
  layers(): number {
    return this.#kinds.has("wrap") ? 1 + Math.floor(this.#random() * 3) : 0;
  }

  /** The same name becomes the same other one, so that references and style sheets still hold. */
  #renamed(word: string): string {
    let sum = this.#seed * 7919 + 5381 | 0;
    for (const letter of word) sum = Math.imul(sum, 33) ^ letter.charCodeAt(0);
    return `x${(sum >>> 0).toString(36)}`;
  }
}

function matching(pattern: string): (name: string) => boolean {
  if (!pattern.endsWith("*")) return (name) => name === pattern;
  const start = pattern.slice(0, -1);
  return (name) => name.startsWith(start);
}
