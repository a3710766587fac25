/** The bot's microphone, in the worker: what several lines play is heard together, at the pace of a microphone. */
export const RATE = 48_000;
const STEP_MS = 20, STEP = RATE * STEP_MS / 1000;
/** After a standstill of the machine the sound goes on from now on, instead of catching up. */
const LONGEST_BEHIND_MS = 100;

/** Sound that waits to be played, in the order it came. */
export class Line {
  #waiting: Float32Array[] = [];
  #count = 0;
  #playing = false;

  /** In samples: beyond `most` the oldest is lost; what comes after a silence waits until there are `first`. */
  constructor(private readonly most: number, private readonly first = 0) {}

  add(samples: Float32Array): void {
    this.#waiting.push(samples);
    this.#count += samples.length;
    while (this.#count > this.most) this.#count -= this.#waiting.shift()!.length;
  }

  clear(): void {
    this.#waiting.length = this.#count = 0;
    this.#playing = false;
  }

  mixInto(step: Float32Array): void {
    this.#playing &&= this.#count > 0;
    if (!this.#count || (!this.#playing && this.#count < this.first)) return;
    this.#playing = true;
    for (let filled = 0; filled < step.length && this.#waiting.length;) {
      const waiting = this.#waiting[0]!, part = waiting.subarray(0, step.length - filled);
      for (let i = 0; i < part.length; i++) step[filled + i]! += part[i]!;
      filled += part.length;
      this.#count -= part.length;
      if (part.length === waiting.length) this.#waiting.shift();
      else this.#waiting[0] = waiting.subarray(part.length);
    }
  }
}

export class Microphone {
  readonly lines = new Set<Line>();
  #writer: WritableStreamDefaultWriter<AudioData> | null = null;
  #next = 0;

  /** From here on the track is never without sound, as no microphone is: silence is sound too. */
  feed(writable: WritableStream<AudioData>): void {
    this.#writer = writable.getWriter();
    this.#next = performance.now();
    this.#step();
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
    for (const line of this.lines) line.mixInto(step);
    return step;
  }
}
