/**
 * Takes a copy of every encoded frame that the page's peer connections receive, whatever made the receiver.
 *
 * The moment matters: a transform set in the `track` event is silently ignored for receivers that the page made itself
 * (addTransceiver, addTrack, createOffer), so those are attached before the page gets them back; for receivers made by a
 * remote description the `track` event is early enough. (`encodedInsertableStreams` would keep all of them open, and kill
 * every receiver and sender that nobody attaches.)
 */
import { onConnection, replaceMethod } from "./connections";
import type { Link } from "./link";
import { call, make, NativePeerConnection, NativeScriptTransform, on } from "./natives";
import { Pictures } from "./pictures";
import { Sizes } from "./sizes";

const MAKING = ["addTransceiver", "addTrack", "createOffer"] as const;

export class Tracks {
  #link: Link;
  #numbers = new WeakMap<MediaStreamTrack, number>();
  #received = new Map<number, MediaStreamTrack>();
  #attached = new WeakSet<RTCRtpReceiver>();
  /** Connections whose frames are not to be had. */
  #closed = new WeakSet<RTCPeerConnection>();
  #told = false;
  #pictures = new Pictures();
  #last = 0;
  #set = (receiver: RTCRtpReceiver, transform: RTCRtpScriptTransform): void => { receiver.transform = transform; };

  /** Called when a receiver was attached: its owner may be known now. */
  onattached: () => void = () => undefined;

  constructor(link: Link, wanted: boolean) {
    this.#link = link;
    if (!wanted) return;
    link.onpassing = () => this.#pictures.show();
    if (!NativePeerConnection || !NativeScriptTransform) {
      link.say("hidden", { why: "no_transforms" });
      return;
    }
    this.#hookTransform(RTCRtpReceiver.prototype);
    this.#hookPrototype(NativePeerConnection.prototype);
    this.#hookConstructor();
    const sizes = new Sizes();
    link.onsize = (number, size) => {
      const track = this.#received.get(number);
      if (track) sizes.tell(track, size);
    };
  }

  /** The number under which the frames of a received track are sent; undefined for the page's own. */
  numberOf(track: MediaStreamTrack): number | undefined {
    return this.#numbers.get(track);
  }

  #hookConstructor(): void {
    const attach = (event: Event) => this.#attach((event as RTCTrackEvent).receiver);
    onConnection((connection, options) => {
      // Such a connection is dead to whoever makes no encoded streams, and takes no transform of ours beside them.
      if ((options as { encodedInsertableStreams?: boolean } | undefined)?.encodedInsertableStreams) {
        this.#closed.add(connection);
        this.#hidden();
      } else on(connection, "track", attach);
    });
  }

  /** A page that transforms what it receives gets its way, and alone knows what its frames mean. It never sees ours. */
  #hookTransform(prototype: RTCRtpReceiver): void {
    const native = Object.getOwnPropertyDescriptor(prototype, "transform");
    if (!native?.set) return;
    const set = native.set, theirs = new WeakMap<RTCRtpReceiver, RTCRtpScriptTransform | null>();
    const hidden = () => this.#hidden();
    this.#set = (receiver, transform) => call(set, receiver, [transform]);
    Object.defineProperty(prototype, "transform", {
      ...native,
      get(this: RTCRtpReceiver) { return theirs.get(this) ?? null; },
      set(this: RTCRtpReceiver, transform: RTCRtpScriptTransform | null) {
        if (transform) {
          call(set, this, [transform]);
          hidden();
        }
        theirs.set(this, transform);
      },
    });
  }

  #hookPrototype(prototype: RTCPeerConnection): void {
    const getReceivers = prototype.getReceivers;
    const receivers = (connection: RTCPeerConnection) => call(getReceivers, connection, []) as RTCRtpReceiver[];
    const attachAll = (connection: RTCPeerConnection) => {
      if (!this.#closed.has(connection)) receivers(connection).forEach((receiver) => this.#attach(receiver));
    };
    const endAll = (connection: RTCPeerConnection) => receivers(connection).forEach(({ track }) => this.#end(track));
    for (const name of MAKING) {
      const native = prototype[name] as (...args: never[]) => unknown;
      replaceMethod(prototype, name, function (this: RTCPeerConnection, ...args: unknown[]) {
        const made = call(native, this, args);
        attachAll(this);
        return made;
      });
    }
    const close = prototype.close;
    replaceMethod(prototype, "close", function (this: RTCPeerConnection) {
      // Closing fires no `ended` on the tracks of one's own connection.
      endAll(this);
      return call(close, this, []);
    });
  }

  #attach(receiver: RTCRtpReceiver): void {
    if (this.#attached.has(receiver)) return;
    this.#attached.add(receiver);
    const { track } = receiver, number = ++this.#last;
    try {
      this.#set(receiver, make(NativeScriptTransform, [this.#link.worker, { track: number, media: track.kind }]));
    } catch (error) {
      this.#link.say("fault", { where: "receiver", message: String(error) });
      return;
    }
    this.#numbers.set(track, number);
    this.#received.set(number, track);
    this.#pictures.hide();
    on(track, "ended", () => this.#end(track));
    this.onattached();
  }

  #hidden(): void {
    if (this.#told) return;
    this.#told = true;
    this.#link.say("hidden", { why: "own_transform" });
  }

  #end(track: MediaStreamTrack): void {
    const number = this.#numbers.get(track);
    if (number === undefined) return;
    this.#received.delete(number);
    this.#link.say("track_ended", { track: number });
  }
}
