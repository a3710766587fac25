/**
 * The microphone, camera and screen that a bot has: the page asks its browser for devices and is given these.
 *
 * Closed until the bot opens it: till then the page finds a machine without devices, and costs nothing. Once made, a track lives
 * as long as the page, whatever the page does with its copy; a worker fills it, so that nothing is seen or heard on the way.
 */
import { make } from "./natives";

/** Chromium's own; the standard's VideoTrackGenerator is for workers only. */
declare class MediaStreamTrackGenerator<T> extends MediaStreamTrack {
  constructor(init: { kind: "video" | "audio" });
  readonly writable: WritableStream<T>;
}

export type Part = "microphone" | "camera" | "screenshare";
export type Filled = { part: Part; writable: WritableStream };

const NativeGenerator = (window as { MediaStreamTrackGenerator?: typeof MediaStreamTrackGenerator }).MediaStreamTrackGenerator;
const NativeStream = MediaStream;
const cloneTrack = MediaStreamTrack.prototype.clone;
const dispatch = EventTarget.prototype.dispatchEvent;
const NativeEvent = Event;
const LISTED = [
  { part: "microphone", kind: "audioinput", label: "Microphone" }, { part: "camera", kind: "videoinput", label: "Camera" },
] as const;

export class Stage {
  #open = false;
  #tracks = new Map<Part, MediaStreamTrack>();
  readonly #fill: (filled: Filled) => void;

  /** `fill` hands the end of a new track to whoever writes into it. `asked`: a page that has no devices yet wants some, and is answered
   *  once it is done. */
  constructor(fill: (filled: Filled) => void, asked: () => Promise<void> = async () => undefined) {
    this.#fill = fill;
    if (!NativeGenerator || typeof MediaDevices === "undefined") return;
    const stage = this;
    replace(MediaDevices.prototype, "getUserMedia", (native) => async function (this: MediaDevices, wanted?: MediaStreamConstraints) {
      if (!stage.#open) await asked();
      if (!stage.#open || (!wanted?.audio && !wanted?.video)) return await call(native, this, wanted) as MediaStream;
      return stage.#stream([...(wanted.audio ? ["microphone" as const] : []), ...(wanted.video ? ["camera" as const] : [])]);
    });
    replace(MediaDevices.prototype, "getDisplayMedia", (native) => async function (this: MediaDevices, wanted?: DisplayMediaStreamOptions) {
      if (!stage.#open) await asked();
      return stage.#open ? stage.#stream(["screenshare"]) : await call(native, this, wanted) as MediaStream;
    });
    replace(MediaDevices.prototype, "enumerateDevices", (native) => async function (this: MediaDevices) {
      return stage.#open ? LISTED.map(described) : await call(native, this) as MediaDeviceInfo[];
    });
    replace(Permissions.prototype, "query", (native) => async function (this: Permissions, wanted?: PermissionDescriptor) {
      const status = await call(native, this, wanted) as PermissionStatus;
      if (stage.#open && ["camera", "microphone"].includes(wanted?.name ?? "")) {
        Object.defineProperty(status, "state", { value: "granted", configurable: true });
      }
      return status;
    });
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    if (navigator.mediaDevices) Reflect.apply(dispatch, navigator.mediaDevices, [new NativeEvent("devicechange")]);
  }

  #stream(parts: Part[]): MediaStream {
    return make(NativeStream, [parts.map((part) => Reflect.apply(cloneTrack, this.#track(part), []) as MediaStreamTrack)]);
  }

  #track(part: Part): MediaStreamTrack {
    const known = this.#tracks.get(part);
    if (known) return known;
    const made = new NativeGenerator!({ kind: part === "microphone" ? "audio" : "video" });
    this.#tracks.set(part, made);
    this.#fill({ part, writable: made.writable });
    return made;
  }
}

const call = (native: Function, self: unknown, ...args: unknown[]): unknown => Reflect.apply(native, self, args);

function described({ part, kind, label }: typeof LISTED[number]): MediaDeviceInfo {
  const told = { deviceId: part, groupId: "bot", kind, label };
  const shown = Object.entries({ ...told, toJSON: () => told }).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.create(MediaDeviceInfo.prototype, Object.fromEntries(shown)) as MediaDeviceInfo;
}

function replace(prototype: object, name: string, wrap: (native: Function) => Function): void {
  const native = (prototype as Record<string, Function | undefined>)[name];
  if (!native) return;
  const value = wrap(native);
  Object.defineProperty(value, "name", { value: name });
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: true });
}
