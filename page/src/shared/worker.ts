/**
 * The worker beside the page: it alone holds the connection to the bot, where no script of the page can reach it.
 *
 * Copies every encoded frame on its way from the network to the decoder, ships the copies in one message per 40 ms for all
 * tracks together, and gives the decoder a tiny picture instead of each. It never holds a picture back: that would break the
 * chain of those that follow, and the decoder ask the sender for a new beginning. Sound is different: a decoder that gets none
 * asks nobody for anything, and soon has silence at hardly a cost.
 */
import { sizeOf } from "./av1";
import { AUDIO, VIDEO } from "./batch";
import { Connection, type Door, now } from "./connection";
import type { Message } from "./envelope";
import { FlatFrames } from "./flat";
import { Playing } from "./playing";
import { blocksOf } from "./red";
import { type Part, Splitting } from "./splitting";
import type { Size } from "./sizes";
import type { Filled } from "./stage";

const REMEMBERED_FRAMES = 64;

export type Command = { open: Door } | { say: Message } | { fill: Filled } | { split: true } | { contributes: { track: number; csrc: number | null } };
export interface TransformOptions { track: number; media: "audio" | "video" }

type Frame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;
interface Metadata {
  rtpTimestamp?: number; sequenceNumber?: number; spatialIndex?: number; mimeType?: string; width?: number; height?: number;
  frameId?: number; dependencies?: number[]; contributingSources?: number[];
}
interface Transformer {
  options: TransformOptions;
  sendKeyFrameRequest?: () => Promise<unknown>;
  readable: ReadableStream<Frame>;
  writable: WritableStream<Frame>;
}

const connection = new Connection();
/** The codec of what each track sends now. */
const live = new Map<number, string>();
const ended = new Set<number>();
const pictures = new Set<Transformer>();
const splitting = new Splitting();
const flat = new FlatFrames((message) => connection.say({ type: "fault", body: { where: "flat frame", message } }));
const playing = new Playing((message) => connection.say({ type: "fault", body: { where: "stage", message } }));
/** Set when the bot takes the page's picture and sound by another way: frames pass through untouched then. */
let idle = false;

const OPUS = "audio/opus", RED = "audio/red";
/** What comes among the packets of another codec: keys that were pressed, and how loud the silence is. */
const NO_SOUND = /^audio\/(telephone-event|cn)$/i;

/** A sender may change its codec at any frame; to the bot that is the end of one track and the beginning of another. */
function announce({ track, media }: TransformOptions, mimeType: string | undefined, csrc: number | null = null): void {
  const mime = mimeType ?? (media === "audio" ? OPUS : "video/VP8");
  const before = live.get(track);
  if (before === mime) return;
  if (before !== undefined) {
    connection.flush();
    connection.say({ type: "track_ended", body: { track } });
  }
  live.set(track, mime);
  const body = { track, media, mime, clock_rate: clockRate(media, mime) };
  connection.say({ type: "track", body: csrc === null ? body : { ...body, csrc } });
}

function clockRate(media: "audio" | "video", mime: string): number {
  if (media === "video") return 90_000;
  // G.722 runs at 16 kHz, but its RTP clock is 8 kHz by a historical mistake (RFC 3551).
  return /^audio\/(pcm[ua]|g722)$/i.test(mime) ? 8_000 : 48_000;
}

function end(track: number): void {
  ended.add(track);
  const over = splitting.end(track).filter((number) => live.delete(number));
  if (over.length) connection.flush();
  for (const number of over) connection.say({ type: "track_ended", body: { track: number } });
}

/** Retransmission and bandwidth probes deliver some frames again, to be sorted out by a jitter buffer that lies behind us. */
class Repetitions {
  #seen = new Set<number>();

  has(rtp: number, layer: number): boolean {
    const name = rtp * 8 + layer;
    if (this.#seen.has(name)) return true;
    this.#seen.add(name);
    if (this.#seen.size > REMEMBERED_FRAMES) for (const oldest of this.#seen) { this.#seen.delete(oldest); break; }
    return false;
  }
}

class Cheapener {
  readonly #track: number;
  #width = 0;
  #height = 0;
  #layered = false;
  /** The size that the page was told. */
  #told = "";

  constructor(track: number) {
    this.#track = track;
  }

  /** Swaps the picture for a tiny one, as soon as that can be had; until then the original goes on. */
  cheapen(frame: RTCEncodedVideoFrame, meta: Metadata): void {
    // Several frames make one picture then, each building on the one below.
    this.#layered ||= (meta.spatialIndex ?? 0) > 0;
    if (this.#layered) return this.#tell(null);
    if (meta.width && meta.height) [this.#width, this.#height] = [meta.width, meta.height];
    else if (frame.type === "key") [this.#width, this.#height] = sizeOf(frame.data) ?? [this.#width, this.#height];
    if (!this.#width) return;
    const cheap = flat.get(meta.mimeType ?? "", this.#width, this.#height);
    if (!cheap) return;
    this.#tell({ width: this.#width, height: this.#height });
    frame.data = cheap;
  }

  /** Whether the decoder can be given originals again: nothing but a key frame goes on from a tiny picture. */
  end(frame: RTCEncodedVideoFrame, meta: Metadata): boolean {
    if (this.#told && frame.type !== "key") {
      this.cheapen(frame, meta);
      return false;
    }
    this.#tell(null);
    return true;
  }

  #tell(size: Size | null): void {
    const told = size ? `${size.width}x${size.height}` : "";
    if (told === this.#told) return;
    this.#told = told;
    self.postMessage({ track: this.#track, size });
  }
}

/** Ships a frame if it is wanted, and answers whether it goes on to the decoder. */
type Ship<F extends Frame> = (frame: F, meta: Metadata, wanted: boolean) => boolean;

async function carry(transformer: Transformer): Promise<void> {
  const { track, media } = transformer.options;
  const reader = transformer.readable.getReader(), writer = transformer.writable.getWriter();
  const ship = media === "video" ? videoShipper(transformer.options) : audioShipper(transformer.options);
  if (media === "video") pictures.add(transformer);
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) break;
    if (frame.data.byteLength && !ship(frame as never, frame.getMetadata(), !idle && !ended.has(track))) continue;
    // Rejected only when the receiver is gone; the next read says so as well.
    writer.write(frame).catch(() => undefined);
  }
  pictures.delete(transformer);
  end(track);
}

function audioShipper(options: TransformOptions): Ship<RTCEncodedAudioFrame> {
  const repetitions = new Repetitions();
  // Receivers name contributing sources of what was played alone.
  let named = false;
  const queue = ({ number, back }: Part, rtp: number, sequence: number, payload: ArrayBuffer) =>
    connection.queue(
      { track: number, media: AUDIO, key: false, rtp, sequence: (sequence - back) & 0xffff, arrival: now() }, payload);
  return (frame, { mimeType, rtpTimestamp: rtp = 0, sequenceNumber: sequence = 0, contributingSources = [] }, wanted) => {
    named ||= splitting.on || contributingSources.length > 0;
    if (!wanted || (mimeType && NO_SOUND.test(mimeType))) return true;
    const redundant = mimeType?.toLowerCase() === RED;
    const part = splitting.part(options.track, contributingSources, sequence);
    announce({ ...options, track: part.number }, redundant ? OPUS : mimeType, part.csrc);
    if (!redundant) {
      queue(part, rtp, sequence, frame.data);
      return named;
    }
    // The bot gets what was sent once, as often as it takes to arrive once.
    for (const { earlier, back, payload } of blocksOf(frame.data)) {
      const at = (rtp - earlier) >>> 0;
      if (payload.byteLength && !repetitions.has(at, 0)) queue(part, at, sequence - back, payload);
    }
    return named;
  };
}

function videoShipper(options: TransformOptions): Ship<RTCEncodedVideoFrame> {
  const { track } = options, repetitions = new Repetitions(), cheapener = new Cheapener(track);
  let count = 0, over = false;
  return (frame, meta, wanted) => {
    if (!wanted) {
      over ||= cheapener.end(frame, meta);
      return true;
    }
    const { mimeType, rtpTimestamp: rtp = 0, spatialIndex: layer = 0, frameId } = meta;
    announce(options, mimeType);
    if (!repetitions.has(rtp, layer)) {
      // Chromium tells no sequence number of a video frame, and its frameId only with some header extensions: else count.
      const sequence = (frameId ?? count++) & 0xffff, buildsOn = frameId === undefined ? undefined : meta.dependencies ?? [];
      const key = frame.type === "key";
      connection.queue({ track, media: VIDEO, key, rtp, sequence, arrival: now(), layer, buildsOn }, frame.data);
    }
    cheapener.cheapen(frame, meta);
    return true;
  };
}

function obey(order: string): void {
  if (order === "stage") return self.postMessage("staged");
  if (order !== "pass") return;
  idle = true;
  self.postMessage("passing");
  for (const track of [...live.keys()]) end(track);
  for (const transformer of pictures) transformer.sendKeyFrameRequest?.().catch(() => undefined);
}

self.onmessage = ({ data }: MessageEvent<Command>) => {
  if ("open" in data) connection.open(data.open, obey, (sent) => playing.take(sent));
  else if ("fill" in data) playing.feed(data.fill);
  else if ("split" in data) splitting.on = true;
  else if ("contributes" in data) splitting.hear(data.contributes.track, data.contributes.csrc);
  else if (data.say.type === "track_ended") end(data.say.body.track);
  else connection.say(data.say);
};

(self as unknown as { onrtctransform: (event: { transformer: Transformer }) => void }).onrtctransform = ({ transformer }) => {
  carry(transformer).catch((error: unknown) => {
    connection.say({ type: "fault", body: { where: "transform", message: String(error) } });
    end(transformer.options.track);
  });
};
