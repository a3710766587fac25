/**
 * Takes the page as a person would see and hear it: its own tab's picture and sound, encoded and shipped by a worker.
 *
 * Runs in a world of its own beside the page's scripts, evaluated by the bot with a user gesture, which the capture of a tab
 * asks for. The page's scripts share no object with it, so its secret and what it does are out of their reach.
 */
import source from "worker:./tabworker.ts";
import type { Door } from "./connection";

/** Bound by the bot around this program. */
declare const parameters: Door & {
  width: number; height: number; frameRate: number;
  /** Whether a page that stands still is sent all the same. */
  repeats: boolean;
  /** Set here: resolves, with what is taken, when the tab's capture has begun. */
  taking?: Promise<string>;
};

declare class MediaStreamTrackProcessor<T> {
  constructor(init: { track: MediaStreamTrack; maxBufferSize: number });
  readonly readable: ReadableStream<T>;
}

export type Sources = { open: Door; video: ReadableStream<VideoFrame>; audio: ReadableStream<AudioData> | null };

interface TabOptions extends DisplayMediaStreamOptions {
  preferCurrentTab: boolean; selfBrowserSurface: "include"; surfaceSwitching: "exclude"; monitorTypeSurfaces: "exclude";
}

const PAINTED_EVERY_MS = 500;

/** This world's own global object: the document's scripts have another. */
const world = globalThis as { taking?: Promise<string> };

async function take(): Promise<string> {
  const { url, secret, width, height, frameRate, repeats } = parameters;
  const options: TabOptions = {
    video: { width: { max: width }, height: { max: height }, frameRate: { max: frameRate } },
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    preferCurrentTab: true, selfBrowserSurface: "include", surfaceSwitching: "exclude", monitorTypeSurfaces: "exclude",
  };
  const stream = await navigator.mediaDevices.getDisplayMedia(options);
  const [video] = stream.getVideoTracks(), [audio] = stream.getAudioTracks();
  if (!video) throw new Error("the tab has no picture");
  video.addEventListener("ended", () => { delete world.taking; });
  const streams = [frames<VideoFrame>(video), audio ? frames<AudioData>(audio) : null] as const;
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const sources: Sources = { open: { url, secret }, video: streams[0], audio: streams[1] };
  worker.postMessage(sources, streams.filter((readable) => readable !== null) as Transferable[]);
  if (repeats) keepPainted();
  return audio ? "picture and sound" : "picture";
}

/**
 * Has the page painted again and again, by a dot that nobody sees. A capture brings what is painted, and its first picture may be
 * over before anybody takes pictures from it: of a page that stands still nothing would come, or nothing for who comes late.
 */
function keepPainted(): void {
  const dot = document.createElement("div");
  dot.style.cssText = "position: fixed; left: 0; top: 0; width: 1px; height: 1px; z-index: 2147483647; background: #808080";
  dot.style.pointerEvents = "none";
  document.documentElement.append(dot);
  let times = 0;
  const paint = () => { dot.style.opacity = ++times % 2 ? "0.01" : "0.02"; };
  paint();
  setInterval(paint, PAINTED_EVERY_MS);
}

/** The raw frames of a track. Few wait: whoever is too slow for a picture does better with the next one. */
function frames<T>(track: MediaStreamTrack): ReadableStream<T> {
  return new MediaStreamTrackProcessor<T>({ track, maxBufferSize: track.kind === "audio" ? 100 : 3 }).readable;
}

/** Once per document, however often it is asked for: the bot may not know yet that the page was loaded anew. */
parameters.taking = world.taking ??= take().catch((error: unknown) => {
  delete world.taking;
  throw error;
});
