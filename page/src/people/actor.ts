// One simulated person's pictures and voice, and the keeping of their appointments: a flash begins when its beep does.
import type { Plan, ToStudio } from "./plan";
import { CAMERA, nextFrame, now } from "./plan";
import type { Voice } from "./voice";
import studioSource from "worker:./studio.ts";

/** Chromium's own; the standard's VideoTrackGenerator is for workers only. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: "video" });
  readonly writable: WritableStream<VideoFrame>;
}

/** How long before its time a line or mark is handed to the audio clock: late enough that the clocks cannot drift apart. */
const AHEAD_MS = 600;
const FRAME_MS = 1000 / CAMERA.fps;

export class Actor {
  readonly #studio = new Worker(URL.createObjectURL(new Blob([studioSource], { type: "text/javascript" })));
  #due: { at: number; act: () => void }[] = [];
  /** Beeps that are on their way, by the audio clock: their flashes follow it, wherever it has got to meanwhile. */
  #beeps: { number: number; start: number }[] = [];
  #marks = 0;

  /** `phase`: where in a frame period this person's pictures fall, 0 to 1. */
  constructor(readonly voice: Voice, private readonly look: { name: string; colour: string; phase: number }) {
    this.#studio.onmessage = () => this.#perform();
    this.#tell({ type: "person", ...look });
  }

  picture(kind: "camera" | "screen"): MediaStreamTrack {
    const generator = new MediaStreamTrackGenerator({ kind: "video" });
    this.#tell({ type: "output", kind, writable: generator.writable }, [generator.writable]);
    return generator;
  }

  /** Take up a plan whose clips the voice has learned; answers when each mark will really be, on the beat of the camera's frames. */
  play(plan: Plan): number[] {
    const moments = plan.marks.map(({ at }) => nextFrame(at, CAMERA.fps, this.look.phase));
    this.#due.push(...plan.lines.map(({ clip, at }) => ({ at, act: () => this.#say(clip, at) })));
    this.#due.push(...moments.map((at) => ({ at, act: () => this.#mark(at) })));
    return moments;
  }

  /** Nothing more is said or drawn. */
  end(): void {
    this.#due = [];
    this.#studio.terminate();
  }

  #tell(message: ToStudio, transfer: Transferable[] = []): void {
    this.#studio.postMessage(message, transfer);
  }

  #say(clip: string, at: number): void {
    this.voice.say(clip, at);
    this.#tell({ type: "talk", from: at, to: at + this.voice.lengthMs(clip) });
  }

  #mark(at: number): void {
    const beep = { number: ++this.#marks, start: this.voice.beep(at) };
    this.#beeps.push(beep);
    this.#tell({ type: "flash", number: beep.number, at });
  }

  #follow({ number, start }: { number: number; start: number }): void {
    this.#tell({ type: "flash", number, at: nextFrame(this.voice.wallTime(start) - FRAME_MS / 2, CAMERA.fps, this.look.phase) });
  }

  #perform(): void {
    this.voice.compareClocks();
    this.#beeps = this.#beeps.filter(({ start }) => this.voice.wallTime(start) > now());
    this.#beeps.forEach((beep) => this.#follow(beep));
    const until = now() + AHEAD_MS;
    for (const { act } of this.#due.filter(({ at }) => at <= until)) act();
    this.#due = this.#due.filter(({ at }) => at > until);
  }
}
