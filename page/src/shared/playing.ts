/**
 * Fills the tracks of the stage, in the worker: sound at the pace of a microphone, pictures once a second while they stand still.
 */
import type { Filled, Part } from "./stage";

const RATE = 48_000;
const STEP_MS = 20, STEP = RATE * STEP_MS / 1000;
/** What may wait to be played: whoever sends further ahead could not be interrupted in time. */
const MOST_WAITING = RATE / 5;
/** After a standstill of the machine the sound goes on from now on, instead of catching up. */
const LONGEST_BEHIND_MS = 100;
const STILL_MS = 1000;
const SOUND = 1, HUSH = 2, PICTURE = 3, BLANK = 4;
const SURFACES: readonly Part[] = ["camera", "screenshare"];

class Microphone {
  #waiting: Float32Array[] = [];
  #count = 0;
  #writer: WritableStreamDefaultWriter<AudioData> | null = null;
  #next = 0;

  /** From here on the track is never without sound, as no microphone is: silence is sound too. */
  feed(writable: WritableStream<AudioData>): void {
    this.#writer = writable.getWriter();
    this.#next = performance.now();
    this.#step();
  }

  add(samples: Float32Array): void {
    this.#waiting.push(samples);
    this.#count += samples.length;
    while (this.#count > MOST_WAITING) this.#count -= this.#waiting.shift()!.length;
  }

  hush(): void {
    this.#waiting.length = this.#count = 0;
  }

  #step(): void {
    const writer = this.#writer, now = performance.now();
    if (!writer) return;
    if (now - this.#next > LONGEST_BEHIND_MS) this.#next = now;
    for (; this.#next <= now; this.#next += STEP_MS) {
      const sound = new AudioData({
        format: "f32-planar", sampleRate: RATE, numberOfChannels: 1, numberOfFrames: STEP, timestamp: Math.round(this.#next * 1000),
        data: this.#take(),
      });
      writer.write(sound).catch(() => { this.#writer = null; });
    }
    setTimeout(() => this.#step(), Math.max(1, this.#next - performance.now()));
  }

  #take(): Float32Array<ArrayBuffer> {
    const step = new Float32Array(STEP);
    let filled = 0;
    while (filled < STEP && this.#waiting.length) {
      const first = this.#waiting[0]!, part = first.subarray(0, STEP - filled);
      step.set(part, filled);
      filled += part.length;
      if (part.length === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(part.length);
    }
    this.#count -= filled;
    return step;
  }
}

interface Shown { bitmap: ImageBitmap; ms: number }

class Surface {
  #writer: WritableStreamDefaultWriter<VideoFrame> | null = null;
  #shown: Shown[] = [];
  #at = 0;
  #timer = 0;
  #asked = 0;

  feed(writable: WritableStream<VideoFrame>): void {
    this.#writer = writable.getWriter();
    this.#step();
  }

  /** A picture that was asked for earlier never takes the place of a later one. */
  async show(files: { ms: number; file: Uint8Array<ArrayBuffer> }[]): Promise<void> {
    const asked = ++this.#asked;
    const shown = await Promise.all(files.map(async ({ ms, file }) => ({ ms, bitmap: await createImageBitmap(new Blob([file])) })));
    if (asked !== this.#asked) return shown.forEach(({ bitmap }) => bitmap.close());
    this.#replace(shown);
  }

  blank(): void {
    this.#asked++;
    this.#replace([]);
  }

  #replace(shown: Shown[]): void {
    for (const { bitmap } of this.#shown) bitmap.close();
    this.#shown = shown;
    this.#at = 0;
    this.#step();
  }

  #step(): void {
    clearTimeout(this.#timer);
    const writer = this.#writer, now = this.#shown[this.#at];
    if (!writer || !now) return;
    const frame = new VideoFrame(now.bitmap, { timestamp: Math.round(performance.now() * 1000), alpha: "discard" });
    writer.write(frame).catch(() => {
      frame.close();
      this.#writer = null;
    });
    const moves = this.#shown.length > 1;
    if (moves) this.#at = (this.#at + 1) % this.#shown.length;
    this.#timer = setTimeout(() => this.#step(), moves ? now.ms : STILL_MS);
  }
}

export class Playing {
  #microphone = new Microphone();
  #surfaces = new Map(SURFACES.map((name) => [name, new Surface()]));

  constructor(private readonly onFailure: (message: string) => void) {}

  feed({ part, writable }: Filled): void {
    if (part === "microphone") this.#microphone.feed(writable);
    else this.#surfaces.get(part)?.feed(writable);
  }

  /** What the bot sent, in the form of rapporteur/wire/page.py. */
  take(message: ArrayBuffer): void {
    const view = new DataView(message), surface = this.#surfaces.get(SURFACES[view.getUint8(1)] ?? "camera")!;
    switch (view.getUint8(0)) {
      case SOUND: return this.#microphone.add(samplesOf(message));
      case HUSH: return this.#microphone.hush();
      case BLANK: return surface.blank();
      case PICTURE: surface.show(filesOf(message)).catch((error: unknown) => this.onFailure(String(error)));
    }
  }
}

function samplesOf(message: ArrayBuffer): Float32Array {
  return Float32Array.from(new Int16Array(message, 2), (sample) => sample / 32_768);
}

function filesOf(message: ArrayBuffer): { ms: number; file: Uint8Array<ArrayBuffer> }[] {
  const view = new DataView(message), files = [];
  for (let at = 2; at < message.byteLength;) {
    const length = view.getUint32(at + 4, true);
    files.push({ ms: view.getUint32(at, true), file: new Uint8Array(message, at + 8, length) });
    at += 8 + length;
  }
  return files;
}
