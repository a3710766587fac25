/** Tells of every peer connection that the page makes, before the page itself gets it. */
import { call, make, NativePeerConnection, on } from "./natives";

export type Made = (connection: RTCPeerConnection, options: RTCConfiguration | undefined) => void;

const listeners: Made[] = [];

export function onConnection(listener: Made): void {
  listeners.push(listener);
  if (listeners.length === 1 && NativePeerConnection) hook(NativePeerConnection);
}

function hook(native: typeof RTCPeerConnection): void {
  const hooked = new Proxy(native, {
    construct(target, args, newTarget) {
      const connection = make(target, args, newTarget as Function);
      for (const listener of listeners) listener(connection, args[0] as RTCConfiguration | undefined);
      return connection;
    },
  });
  // `pc.constructor` must not lead back to the constructor without hook.
  native.prototype.constructor = hooked;
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
    Object.defineProperty(window, name, { value: hooked, writable: true, configurable: true });
  }
}

/** Put a function of ours in the place of a method, looking like it. */
export function replaceMethod(prototype: object, name: string, value: Function): void {
  Object.defineProperty(value, "name", { value: name });
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: true });
}

/** What is received now, and under which streams the sender put it. */
export interface Received { receiver: RTCRtpReceiver; track: MediaStreamTrack; streams: string[] }

export class Receivers {
  readonly #live = new Map<MediaStreamTrack, Received>();
  /** Called when another one is there. */
  onreceived: () => void = () => undefined;

  constructor() {
    onConnection((connection) => on(connection, "track", (event) => this.#received(event as RTCTrackEvent)));
    if (!NativePeerConnection) return;
    const { close, getReceivers } = NativePeerConnection.prototype, live = this.#live;
    replaceMethod(NativePeerConnection.prototype, "close", function (this: RTCPeerConnection) {
      // Closing fires no `ended` on the tracks of one's own connection.
      for (const { track } of call(getReceivers, this, []) as RTCRtpReceiver[]) live.delete(track);
      return call(close, this, []);
    });
  }

  *[Symbol.iterator](): Generator<Received> {
    for (const [track, received] of this.#live) {
      if (track.readyState === "ended") this.#live.delete(track);
      else yield received;
    }
  }

  #received({ receiver, track, streams }: RTCTrackEvent): void {
    this.#live.set(track, { receiver, track, streams: streams.map(({ id }) => id) });
    this.onreceived();
  }
}
