/**
 * The visitor's own microphone, camera and screen, as a meeting page asks the browser for them. What comes out of them is measured and
 * reported once a second, so that it can be proven that the others would hear and see the visitor.
 */
import type { Attendee } from "./contract";
import { report } from "./reports";

declare class MediaStreamTrackProcessor<T> {
  constructor(init: { track: MediaStreamTrack });
  readonly readable: ReadableStream<T>;
}

const EVERY_MS = 1000;
const ASKED = { microphone: { audio: true }, camera: { video: true } } as const;

export class Visitor {
  microphone: MediaStreamTrack | null = null;
  camera: MediaStreamTrack | null = null;
  screen: MediaStreamTrack | null = null;

  /** `view` is where the client runs, whose devices they are. */
  constructor(private readonly changed: (what: Partial<Attendee>) => void, private readonly view: () => Window) {}

  get #devices(): MediaDevices {
    return this.view().navigator.mediaDevices;
  }

  /** Ask for the devices, as pages do before anybody joins, and keep neither on. Answers which there are. */
  async ask(): Promise<{ microphone: boolean; camera: boolean }> {
    const found = { microphone: false, camera: false };
    for (const part of ["microphone", "camera"] as const) {
      try {
        const stream = await this.#devices.getUserMedia(ASKED[part]);
        stream.getTracks().forEach((track) => track.stop());
        found[part] = true;
      } catch {
        // There is none, or it is not given: both are answers.
      }
    }
    report("devices", found);
    return found;
  }

  /** Turn a device on or off. Answers whether it is as wished. */
  async turn(part: "microphone" | "camera", on: boolean): Promise<boolean> {
    if (!on) return this.#end(part);
    try {
      const stream = await this.#devices.getUserMedia(ASKED[part]);
      return this.#take(part, stream.getTracks()[0] ?? null);
    } catch (error) {
      report("no_device", { part, message: String(error) });
      return false;
    }
  }

  async share(on: boolean): Promise<boolean> {
    if (!on) return this.#end("screen");
    try {
      const stream = await this.#devices.getDisplayMedia({ video: true });
      return this.#take("screen", stream.getVideoTracks()[0] ?? null);
    } catch (error) {
      report("no_device", { part: "screen", message: String(error) });
      return false;
    }
  }

  close(): void {
    for (const part of ["microphone", "camera", "screen"] as const) if (this[part]) this.#end(part);
  }

  #take(part: "microphone" | "camera" | "screen", track: MediaStreamTrack | null): boolean {
    if (!track) return false;
    this[part]?.stop();
    this[part] = track;
    track.addEventListener("ended", () => { if (this[part] === track) this.#end(part); });
    this.#tell(part, true);
    void (part === "microphone" ? listen(track) : look(track, part));
    return true;
  }

  #end(part: "microphone" | "camera" | "screen"): boolean {
    this[part]?.stop();
    this[part] = null;
    this.#tell(part, false);
    return true;
  }

  #tell(part: "microphone" | "camera" | "screen", on: boolean): void {
    report(part, { on });
    this.changed({ [part === "screen" ? "sharing" : part]: on });
  }
}

/** Report the loudest that the track was in each second, 0 to 1. */
async function listen(track: MediaStreamTrack): Promise<void> {
  let loudest = 0, due = performance.now() + EVERY_MS;
  for await (const data of frames<AudioData>(track)) {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    data.close();
    for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
    if (performance.now() < due) continue;
    report("heard", { level: Math.round(loudest * 1000) / 1000 });
    loudest = 0;
    due = performance.now() + EVERY_MS;
  }
}

/** Report size and mean colour of the track's picture, once a second. */
async function look(track: MediaStreamTrack, part: string): Promise<void> {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  let due = 0;
  for await (const frame of frames<VideoFrame>(track)) {
    const { displayWidth: width, displayHeight: height } = frame;
    if (performance.now() >= due && context) {
      context.drawImage(frame, 0, 0, 1, 1);
      report("seen", { part, width, height, colour: [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] });
      due = performance.now() + EVERY_MS;
    }
    frame.close();
  }
}

/** What a track brings, until it ends. The track itself stays as it is. */
async function* frames<T extends AudioData | VideoFrame>(track: MediaStreamTrack): AsyncGenerator<T> {
  const copy = track.clone();
  track.addEventListener("ended", () => copy.stop());
  const reader = new MediaStreamTrackProcessor<T>({ track: copy }).readable.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done || track.readyState === "ended") {
      value?.close();
      return copy.stop();
    }
    yield value;
  }
}
