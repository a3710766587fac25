/**
 * The true sizes of received pictures, told to the page in the place of those of the tiny ones that its decoder gets.
 *
 * Clients lay out and choose layers by `videoWidth`, and report what getStats says; whoever draws the picture gets a tiny one.
 */
import { replaceMethod } from "./connections";
import { call } from "./natives";

export interface Size { width: number; height: number }
type Side = keyof Size;
type Told = Record<string, unknown>;

const NativeEvent = Event;
const dispatch = EventTarget.prototype.dispatchEvent;
const streamOf = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject")!.get!;
const tracksOf = MediaStream.prototype.getVideoTracks;

export class Sizes {
  readonly #of = new WeakMap<MediaStreamTrack, Size>();
  /** By the track's id, for statistics. */
  readonly #named = new Map<string, Size>();
  /** The received track that a copy was made of. */
  readonly #origins = new WeakMap<MediaStreamTrack, MediaStreamTrack>();
  /** Elements whose size was asked for: whoever cares for its changes has done so. */
  readonly #asked = new Set<WeakRef<HTMLVideoElement>>();
  readonly #known = new WeakSet<HTMLVideoElement>();

  constructor() {
    this.#side("videoWidth", "width");
    this.#side("videoHeight", "height");
    this.#copies();
    this.#settings();
    this.#callbacks();
    if (window.RTCStatsReport) this.#reports(RTCStatsReport.prototype);
  }

  /** From now on a track's pictures are of this size; without one they are what the browser says. */
  tell(track: MediaStreamTrack, size: Size | null): void {
    const before = this.#of.get(track);
    if (!size) {
      this.#of.delete(track);
      this.#named.delete(track.id);
      return;
    }
    this.#of.set(track, size);
    this.#named.set(track.id, size);
    // Only the first size comes with an event of the browser's own.
    if (before && (before.width !== size.width || before.height !== size.height)) this.#resized(size);
  }

  #resized(size: Size): void {
    for (const reference of this.#asked) {
      const element = reference.deref();
      if (!element) this.#asked.delete(reference);
      else if (this.#shown(element) === size) call(dispatch, element, [new NativeEvent("resize")]);
    }
  }

  #shown(element: HTMLVideoElement): Size | undefined {
    const stream = call(streamOf, element, []) as unknown;
    if (!(stream instanceof MediaStream)) return undefined;
    const [track] = call(tracksOf, stream, []) as MediaStreamTrack[];
    return track && this.#sizeOf(track);
  }

  #sizeOf(track: MediaStreamTrack): Size | undefined {
    return this.#of.get(this.#origins.get(track) ?? track);
  }

  #side(name: "videoWidth" | "videoHeight", side: Side): void {
    const sizes = this, native = Object.getOwnPropertyDescriptor(HTMLVideoElement.prototype, name)!;
    const get = function (this: HTMLVideoElement): number {
      const real = call(native.get!, this, []) as number;
      if (!sizes.#known.has(this)) {
        sizes.#known.add(this);
        sizes.#asked.add(new WeakRef(this));
      }
      return real && (sizes.#shown(this)?.[side] ?? real);
    };
    Object.defineProperty(get, "name", { value: `get ${name}` });
    Object.defineProperty(HTMLVideoElement.prototype, name, { ...native, get });
  }

  #copies(): void {
    const origins = this.#origins, origin = (track: MediaStreamTrack) => origins.get(track) ?? track;
    const { clone } = MediaStreamTrack.prototype, { clone: cloneStream } = MediaStream.prototype;
    replaceMethod(MediaStreamTrack.prototype, "clone", function (this: MediaStreamTrack) {
      const copy = call(clone, this, []);
      origins.set(copy, origin(this));
      return copy;
    });
    replaceMethod(MediaStream.prototype, "clone", function (this: MediaStream) {
      const copy = call(cloneStream, this, []), copies = call(tracksOf, copy, []) as MediaStreamTrack[];
      (call(tracksOf, this, []) as MediaStreamTrack[]).forEach((track, n) => copies[n] && origins.set(copies[n], origin(track)));
      return copy;
    });
  }

  #settings(): void {
    const sizes = this, { getSettings } = MediaStreamTrack.prototype;
    replaceMethod(MediaStreamTrack.prototype, "getSettings", function (this: MediaStreamTrack) {
      const settings = call(getSettings, this, []), size = sizes.#sizeOf(this);
      return size && settings.width ? { ...settings, ...size, aspectRatio: size.width / size.height } : settings;
    });
  }

  #callbacks(): void {
    const sizes = this, native = HTMLVideoElement.prototype.requestVideoFrameCallback;
    replaceMethod(HTMLVideoElement.prototype, "requestVideoFrameCallback", function (
      this: HTMLVideoElement, run: VideoFrameRequestCallback,
    ) {
      return call(native, this, [(now: number, told: VideoFrameCallbackMetadata) => run(now, { ...told, ...sizes.#shown(this) })]);
    });
  }

  #reports(prototype: RTCStatsReport): void {
    const sizes = this, { get, forEach, entries } = prototype;
    const corrected = (told: Told | undefined): Told | undefined => {
      const size = told?.["type"] === "inbound-rtp" && told["frameWidth"] ? sizes.#named.get(String(told["trackIdentifier"])) : undefined;
      return size ? Object.assign(told!, { frameWidth: size.width, frameHeight: size.height }) : told;
    };
    function* pairs(report: RTCStatsReport): MapIterator<[string, Told | undefined]> {
      for (const [id, told] of call(entries, report, []) as Iterable<[string, Told]>) yield [id, corrected(told)];
    }
    function* values(report: RTCStatsReport): MapIterator<Told | undefined> {
      for (const [, told] of pairs(report)) yield told;
    }
    replaceMethod(prototype, "get", function (this: RTCStatsReport, id: string) { return corrected(call(get, this, [id]) as Told); });
    replaceMethod(prototype, "forEach", function (this: RTCStatsReport, run: Function, self?: unknown) {
      return call(forEach, this, [(told: Told, id: string) => call(run as never, self, [corrected(told), id, this])]);
    });
    replaceMethod(prototype, "values", function (this: RTCStatsReport) { return values(this); });
    replaceMethod(prototype, "entries", function (this: RTCStatsReport) { return pairs(this); });
    Object.defineProperty(prototype, Symbol.iterator, {
      value: (prototype as unknown as { entries: unknown }).entries, writable: true, configurable: true,
    });
  }
}
