/** Learns whose voice is whose by seeing who is marked while one voice alone is heard. */

/** A mark comes late and stays on, so once is chance. */
const ENOUGH = 3;

export class Acquaintance {
  readonly #together = new Map<number, Map<string, number>>();

  /** Take who is heard and who is marked at one moment. */
  see(sources: readonly number[], keys: readonly string[]): void {
    const [source, ...otherSources] = sources, [key, ...otherKeys] = keys;
    if (source === undefined || key === undefined || otherSources.length || otherKeys.length) return;
    const counts = this.#together.get(source) ?? new Map<string, number>();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    this.#together.set(source, counts);
  }

  *known(): Generator<{ csrc: number; key: string }> {
    for (const [csrc, counts] of this.#together) {
      const [[key, most] = ["", 0], [, next] = ["", 0]] = [...counts].sort(([, one], [, other]) => other - one);
      if (most >= ENOUGH && most > 2 * next) yield { csrc, key };
    }
  }
}
