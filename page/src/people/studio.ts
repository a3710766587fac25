// The worker in which a simulated person's pictures are drawn, on a timer that no browser slows down.
//
// A frame belongs to a moment of the wall clock that is known beforehand, so that the beep of a mark can be placed at the very
// moment its flash begins. Canvas and frames stay in this thread; the page only ever holds the track.
import { drawPerson, drawScreen } from "./drawing";
import type { ToStudio } from "./plan";
import { CAMERA, FLASH_FRAMES, now, nextFrame, SCREEN } from "./plan";

const person = { name: "", colour: "#456", phase: 0 };
const flashes = new Map<number, number>();
const talks: { from: number; to: number }[] = [];

class Source {
  private readonly context: OffscreenCanvasRenderingContext2D;
  private readonly outputs = new Set<WritableStreamDefaultWriter<VideoFrame>>();
  private timer = 0;

  constructor(
    private readonly shape: { width: number; height: number; fps: number },
    private readonly draw: (context: OffscreenCanvasRenderingContext2D, at: number) => void,
    private readonly beat: () => void = () => undefined,
  ) {
    // Read back for every frame: the canvas must live in memory and not on a graphics process.
    const context = new OffscreenCanvas(shape.width, shape.height).getContext("2d", { willReadFrequently: true, alpha: false });
    if (!context) throw new Error("no canvas");
    this.context = context;
  }

  feed(writable: WritableStream<VideoFrame>): void {
    this.outputs.add(writable.getWriter());
    this.start();
  }

  start(): void {
    if (!this.timer) this.schedule(now());
  }

  private schedule(after: number): void {
    const next = nextFrame(after + 0.01, this.shape.fps, person.phase);
    this.timer = setTimeout(() => this.show(next), Math.max(0, next - now()));
  }

  private show(at: number): void {
    this.beat();
    if (this.outputs.size > 0) {
      this.draw(this.context, at);
      for (const output of this.outputs) this.write(output, at);
    }
    // A machine that was too slow skips frames and stays on the beat.
    this.schedule(Math.max(at, now() - 1000 / this.shape.fps));
  }

  private write(output: WritableStreamDefaultWriter<VideoFrame>, at: number): void {
    const frame = new VideoFrame(this.context.canvas, { timestamp: Math.round((at - performance.timeOrigin) * 1000), alpha: "discard" });
    output.write(frame).catch(() => {
      frame.close();
      this.outputs.delete(output);
    });
  }
}

function isFlash(at: number): boolean {
  const length = (FLASH_FRAMES - 0.5) * 1000 / CAMERA.fps;
  return [...flashes.values()].some((start) => at >= start - 1 && at < start + length);
}

function isTalking(at: number): boolean {
  return talks.some(({ from, to }) => at >= from && at < to);
}

let beats = 0;
const camera = new Source(
  CAMERA,
  (context, at) => drawPerson(context, { ...person, at, flash: isFlash(at), talking: isTalking(at) }),
  () => { if (++beats % 3 === 0) postMessage("pulse"); },
);
const screen = new Source(SCREEN, (context, at) => drawScreen(context, at));

addEventListener("message", ({ data }: MessageEvent<ToStudio>) => {
  switch (data.type) {
    case "person":
      Object.assign(person, { name: data.name, colour: data.colour, phase: data.phase });
      return camera.start();
    case "output": return (data.kind === "camera" ? camera : screen).feed(data.writable);
    case "flash":
      // A flash that has begun stays where it is.
      if ((flashes.get(data.number) ?? Infinity) > now()) flashes.set(data.number, data.at);
      return;
    case "talk": return void talks.push({ from: data.from, to: data.to });
  }
});
