/**
 * Sound of several people, who take turns on one track, told apart by its contributing sources.
 *
 * Every pair of track and source gets a number of its own, as if it were a track: to all behind it, it is one. What a frame
 * itself says counts; where frames say nothing, it is what the window last heard from the receiver.
 */

/** Numbers of the window's tracks are lower. */
const FIRST = 0x4000;

export interface Part {
  number: number;
  csrc: number | null;
  /** By how much the sequence numbers of this part are to be lowered, so that the turns of others leave no holes. */
  back: number;
}

interface Turns extends Part { newest: number | null }

export class Splitting {
  readonly #parts = new Map<number, Map<number | null, Turns>>();
  readonly #current = new Map<number, Turns>();
  readonly #polled = new Map<number, number | null>();
  /** Tracks whose frames name their sources themselves. */
  readonly #exact = new Set<number>();
  #next = FIRST;
  /** Off until it is asked for: most platforms give everybody a track. */
  on = false;

  /** The window's answer for a track. */
  hear(track: number, csrc: number | null): void {
    this.#polled.set(track, csrc);
  }

  /** Whose a frame is. */
  part(track: number, named: readonly number[], sequence: number): Part {
    if (!this.on) return { number: track, csrc: null, back: 0 };
    const [first] = named;
    if (first !== undefined) this.#exact.add(track);
    const csrc = first ?? (this.#exact.has(track) ? null : this.#polled.get(track) ?? null);
    const turns = this.#turns(track, csrc);
    const { newest } = turns, ahead = newest === null ? 0 : (sequence - turns.back - newest) & 0xffff;
    if (this.#current.get(track) !== turns && ahead < 0x8000) {
      turns.back = newest === null ? 0 : (sequence - newest - 1) & 0xffff;
      this.#current.set(track, turns);
    }
    if (newest === null || ahead < 0x8000) turns.newest = (sequence - turns.back) & 0xffff;
    return turns;
  }

  /** All numbers that are in use for a track; it has ended. */
  end(track: number): number[] {
    const parts = [...this.#parts.get(track)?.values() ?? []];
    this.#parts.delete(track);
    this.#current.delete(track);
    return [track, ...parts.map(({ number }) => number).filter((number) => number !== track)];
  }

  #turns(track: number, csrc: number | null): Turns {
    let parts = this.#parts.get(track);
    if (!parts) this.#parts.set(track, parts = new Map());
    let turns = parts.get(csrc);
    // Nobody's frames stay the track's own.
    if (!turns) parts.set(csrc, turns = { number: csrc === null ? track : this.#next++, csrc, back: 0, newest: null });
    return turns;
  }
}
