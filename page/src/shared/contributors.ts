/**
 * Whose voices received sound is made of: the contributing sources that its receivers name, and how loud each is.
 *
 * Where a platform sends several people over one track, one after the other or mixed, this alone tells who they are.
 */
import type { Receivers } from "./connections";
import type { Link } from "./link";
import { call, setInterval } from "./natives";
import type { Tracks } from "./tracks";

const EVERY_MS = 100;
/** Receivers name sources for ten seconds after they were last heard. */
const CURRENT_MS = 80;
const STILL_POLLS = 5;
/** Quieter is not speaking. */
export const LOUD = 0.01;
/** A pause within speech is shorter. */
const HOLDS_MS = 800;

const native = window.RTCRtpReceiver?.prototype.getContributingSources;

/** The browser's own answer; the page's only where it has none, so that whatever a page puts in its place does no harm. */
function sourcesOf(receiver: RTCRtpReceiver): RTCRtpContributingSource[] {
  const own = native ? call(native, receiver, []) as RTCRtpContributingSource[] : [];
  const replaced = receiver.getContributingSources;
  if (own.length || replaced === native) return own;
  try {
    return Array.from(replaced.call(receiver)).filter(({ source }) => Number.isInteger(source));
  } catch {
    return [];
  }
}

interface Heard { newest: number; still: number; loudest: number | null }

export class Contributors {
  readonly #heard = new WeakMap<RTCRtpReceiver, Heard>();
  /** When each was last loud. */
  readonly #loud = new Map<number, number>();
  readonly #parts: { link: Link; tracks: Tracks; receivers: Receivers };
  #speaking = "";

  /** Called when another set of sources is loud. */
  onchange: () => void = () => undefined;

  /** `split`: each track carries one at a time, and the bot gets each of them as a source of its own. */
  constructor(parts: { link: Link; tracks: Tracks; receivers: Receivers }, { split = false } = {}) {
    this.#parts = parts;
    if (split) parts.receivers.onreceived = () => parts.link.split();
    setInterval(() => this.#poll(split), EVERY_MS);
  }

  /** Those who are loud now or were a moment ago. */
  get speaking(): number[] {
    const since = performance.now() - HOLDS_MS;
    return [...this.#loud].flatMap(([source, at]) => at >= since ? source : []);
  }

  #poll(split: boolean): void {
    for (const { receiver, track } of this.#parts.receivers) {
      if (track.kind !== "audio") continue;
      const number = this.#parts.tracks.numberOf(track), before = this.#heard.get(receiver)?.loudest ?? null;
      const now = this.#listen(receiver);
      if (split && number !== undefined && now !== before) this.#parts.link.contributes(number, now);
    }
    const speaking = this.speaking.sort().join();
    if (speaking === this.#speaking) return;
    this.#speaking = speaking;
    this.onchange();
  }

  /** The loudest of a receiver. */
  #listen(receiver: RTCRtpReceiver): number | null {
    const sources = sourcesOf(receiver), newest = Math.max(0, ...sources.map(({ timestamp }) => timestamp));
    const before = this.#heard.get(receiver);
    const still = before?.newest === newest ? before.still + 1 : 0;
    const current = still >= STILL_POLLS ? [] : sources.filter(({ timestamp }) => timestamp >= newest - CURRENT_MS);
    const level = ({ audioLevel }: RTCRtpContributingSource) => audioLevel ?? 1;
    for (const one of current) if (level(one) >= LOUD) this.#loud.set(one.source, performance.now());
    const [loudest = null] = current.sort((one, other) => level(other) - level(one));
    this.#heard.set(receiver, { newest, still, loudest: loudest?.source ?? null });
    return loudest?.source ?? null;
  }
}
