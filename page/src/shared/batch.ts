/** Packs encoded frames into one binary message and unpacks them, in the layout of FRAME in rapporteur/wire/page.py. */
export const AUDIO = 1;
export const VIDEO = 2;
const KEY_FRAME = 1;
const NUMBERED = 2;
const LAYER_SHIFT = 4, LAYERS = 3;
const HEADER = 24;

export interface Header {
  track: number;
  media: typeof AUDIO | typeof VIDEO;
  key: boolean;
  rtp: number;
  sequence: number;
  /** Epoch milliseconds. */
  arrival: number;
  layer?: number;
  /** Set where `sequence` is the sender's own number of the frame: the numbers of those that it builds on. */
  buildsOn?: readonly number[] | undefined;
}

function flagsOf({ key, layer = 0, buildsOn }: Header): number {
  return (key ? KEY_FRAME : 0) | (buildsOn ? NUMBERED : 0) | ((layer & LAYERS) << LAYER_SHIFT);
}

/** Two bytes, each how far back: the nearest two that can be told. A frame with more builds on those by others, too. */
function backOf({ sequence, buildsOn = [] }: Header): number {
  const back = buildsOn.map((number) => (sequence - number) & 0xffff).filter((far) => far > 0 && far < 256).sort((a, b) => a - b);
  return (back[0] ?? 0) | ((back[1] ?? 0) << 8);
}

export class Batch {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #used = 0;

  get size(): number {
    return this.#used;
  }

  /** The payload is copied: its buffer goes back to the page's decoder. */
  add(header: Header, payload: ArrayBuffer): void {
    this.#reserve(HEADER + payload.byteLength);
    const at = this.#used, view = this.#view;
    view.setUint32(at, payload.byteLength, true);
    view.setUint16(at + 4, header.track, true);
    view.setUint8(at + 6, header.media);
    view.setUint8(at + 7, flagsOf(header));
    view.setUint32(at + 8, header.rtp, true);
    view.setUint16(at + 12, header.sequence, true);
    view.setUint16(at + 14, backOf(header), true);
    view.setFloat64(at + 16, header.arrival, true);
    this.#bytes.set(new Uint8Array(payload), at + HEADER);
    this.#used += HEADER + payload.byteLength;
  }

  take(): ArrayBuffer {
    const whole = this.#bytes.buffer.slice(0, this.#used);
    this.#used = 0;
    return whole;
  }

  #reserve(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#used + more));
    grown.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export interface Packed { track: number; media: number; key: boolean; payload: Uint8Array<ArrayBuffer> }

/** The frames in a message of the bot, from a byte on; their payloads lie in the message. */
export function* parts(message: ArrayBuffer, from: number): Generator<Packed> {
  const view = new DataView(message);
  for (let at = from; at < message.byteLength;) {
    const length = view.getUint32(at, true);
    yield {
      track: view.getUint16(at + 4, true), media: view.getUint8(at + 6), key: (view.getUint8(at + 7) & KEY_FRAME) !== 0,
      payload: new Uint8Array(message, at + HEADER, length),
    };
    at += HEADER + length;
  }
}
