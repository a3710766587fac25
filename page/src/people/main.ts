// A simulated person inside a meeting page: a camera, a microphone and a screen that are made here, and a handle by which
// Python says what to say and when. The meeting page itself is used like anybody uses it, through its buttons.
import { installDevices } from "./devices";
import type { PersonConfig, Plan, ToStudio } from "./plan";
import { CAMERA, nextFrame, now } from "./plan";
import { received, watchConnections } from "./received";
import { Voice } from "./voice";
import studioSource from "worker:./studio.ts";

/** Chromium's own; the standard's VideoTrackGenerator is for workers only. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: "video" });
  readonly writable: WritableStream<VideoFrame>;
}

declare global {
  interface Window {
    simulatedPersonConfig?: PersonConfig;
    simulatedPerson?: unknown;
  }
}

/** How long before its time a line or mark is handed to the audio clock: late enough that the clocks cannot drift apart. */
const AHEAD_MS = 600;
const FRAME_MS = 1000 / CAMERA.fps;

function start(config: PersonConfig): void {
  const studio = new Worker(URL.createObjectURL(new Blob([studioSource], { type: "text/javascript" })));
  const voice = new Voice();
  const tell = (message: ToStudio, transfer: Transferable[] = []) => studio.postMessage(message, transfer);
  const due: { at: number; act: () => void }[] = [];
  const ready = voice.learn(config.clips);
  const { name, colour, phase } = config;

  const picture = (kind: "camera" | "screen"): MediaStreamTrack => {
    const generator = new MediaStreamTrackGenerator({ kind: "video" });
    tell({ type: "output", kind, writable: generator.writable }, [generator.writable]);
    return generator;
  };

  const say = (clip: string, at: number): void => {
    voice.say(clip, at);
    tell({ type: "talk", from: at, to: at + voice.lengthMs(clip) });
  };

  /** Beeps that are on their way, by the audio clock: their flashes follow it, wherever it has got to meanwhile. */
  const beeps: { number: number; start: number }[] = [];
  let marks = 0;

  const mark = (at: number): void => {
    const beep = { number: ++marks, start: voice.beep(at) };
    beeps.push(beep);
    tell({ type: "flash", number: beep.number, at });
  };

  const follow = ({ number, start }: { number: number; start: number }): void => {
    tell({ type: "flash", number, at: nextFrame(voice.wallTime(start) - FRAME_MS / 2, CAMERA.fps, phase) });
  };

  const perform = (): void => {
    voice.compareClocks();
    beeps.splice(0, beeps.length, ...beeps.filter(({ start }) => voice.wallTime(start) > now()));
    beeps.forEach(follow);
    const until = now() + AHEAD_MS;
    for (const { act } of due.filter(({ at }) => at <= until)) act();
    due.splice(0, due.length, ...due.filter(({ at }) => at > until));
  };

  /** Take up a plan; answers when each mark will really be, on the beat of the camera's frames. */
  const play = async (plan: Plan): Promise<number[]> => {
    await ready;
    const moments = plan.marks.map(({ at }) => nextFrame(at, CAMERA.fps, phase));
    due.push(...plan.lines.map(({ clip, at }) => ({ at, act: () => say(clip, at) })));
    due.push(...moments.map((at) => ({ at, act: () => mark(at) })));
    return moments;
  };

  studio.onmessage = perform;
  tell({ type: "person", name, colour, phase });
  installDevices({ camera: () => picture("camera"), screen: () => picture("screen"), microphone: () => voice.track });
  watchConnections();
  window.simulatedPerson = Object.freeze({ play, received, learn: (clips: Record<string, string>) => voice.learn(clips) });
}

// Only the top page is a person; frames inside it are left alone.
if (window.simulatedPersonConfig && window === window.top) start(window.simulatedPersonConfig);
