/** Fills the tracks of the stage, in the worker, with what the bot sends: sounds and pictures, and streams of either. */
import { VIDEO, parts } from "./batch";
import { Line, Microphone, RATE } from "./microphone";
import type { Filled, Part } from "./stage";
import { PictureStream, SoundStream } from "./streams";
import { Surface } from "./surface";

/** What may wait to be played: whoever sends further ahead could not be interrupted in time. */
const MOST_WAITING = RATE / 5;
const SOUND = 1, HUSH = 2, PICTURE = 3, BLANK = 4, STREAM = 5;
const SURFACES: readonly Part[] = ["camera", "screenshare"];

/** One surface, with the stream that may be shown on it and the sounds that belong to that. */
class Scene {
  readonly surface = new Surface();
  #picture: PictureStream;
  #sounds = new Map<number, SoundStream>();

  constructor(private readonly microphone: Microphone, private readonly onFailure: (message: string) => void) {
    this.#picture = new PictureStream(this.surface, onFailure);
  }

  stream(batch: ArrayBuffer): void {
    for (const { track, media, key, payload } of parts(batch, 2)) {
      if (media === VIDEO) this.#picture.add(payload, key);
      else this.#sound(track).add(payload);
    }
  }

  blank(): void {
    this.end();
    this.surface.blank();
  }

  /** The stream is over; what it showed last stays. */
  end(): void {
    this.#picture.end();
    for (const sound of this.#sounds.values()) sound.end();
    this.#sounds.clear();
  }

  #sound(track: number): SoundStream {
    const known = this.#sounds.get(track);
    if (known) return known;
    const made = new SoundStream(this.microphone, this.onFailure);
    this.#sounds.set(track, made);
    return made;
  }
}

export class Playing {
  #microphone = new Microphone();
  #line = new Line(MOST_WAITING);
  #scenes: Map<Part, Scene>;

  constructor(private readonly onFailure: (message: string) => void) {
    this.#microphone.lines.add(this.#line);
    this.#scenes = new Map(SURFACES.map((name) => [name, new Scene(this.#microphone, onFailure)]));
  }

  feed({ part, writable }: Filled): void {
    if (part === "microphone") this.#microphone.feed(writable);
    else this.#scenes.get(part)?.surface.feed(writable);
  }

  /** What the bot sent, in the form of rapporteur/wire/page.py. */
  take(message: ArrayBuffer): void {
    const view = new DataView(message), scene = this.#scenes.get(SURFACES[view.getUint8(1)] ?? "camera")!;
    switch (view.getUint8(0)) {
      case SOUND: return this.#line.add(samplesOf(message));
      case HUSH: return this.#line.clear();
      case BLANK: return scene.blank();
      case STREAM: return scene.stream(message);
      case PICTURE:
        scene.end();
        scene.surface.show(filesOf(message)).catch((error: unknown) => this.onFailure(String(error)));
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
