/**
 * The worker beside the page: it alone holds the connection to the bot, where no script of the page can reach it.
 *
 * Copies every encoded frame on its way from the network to the decoder, ships the copies in one message per 40 ms for all
 * tracks together, and gives the decoder a cheaper picture. It never holds a frame back and never stops passing them on.
 */
import { AUDIO, Batch, VIDEO } from "./batch";
import { envelope, type Message } from "./envelope";
import { FlatFrames } from "./flat";

const BATCH_MS = 40;
const LARGEST_BATCH = 1 << 20;
/** What may wait for a connection that is not open yet or does not drain; media beyond it is dropped and said so. */
const LARGEST_BACKLOG = 64 << 20;

const REMEMBERED_FRAMES = 64;

export type Command = { open: { url: string; secret: string } } | { say: Message };
export interface TransformOptions { track: number; media: "audio" | "video" }

type Frame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;
interface Metadata {
  rtpTimestamp?: number; sequenceNumber?: number; spatialIndex?: number; mimeType?: string; width?: number; height?: number;
}
interface Transformer {
  options: TransformOptions;
  readable: ReadableStream<Frame>;
  writable: WritableStream<Frame>;
}

const now = (): number => performance.timeOrigin + performance.now();

class Connection {
  #socket: WebSocket | null = null;
  #waiting: (string | ArrayBuffer)[] = [];
  #waitingBytes = 0;
  #seq = 0;
  #choked = false;

  open(url: string, secret: string): void {
    const socket = new WebSocket(url);
    socket.onopen = () => {
      socket.send(secret);
      this.#socket = socket;
      for (const message of this.#waiting.splice(0)) socket.send(message);
      this.#waitingBytes = 0;
    };
  }

  say(message: Message): void {
    this.#send(envelope(message, ++this.#seq, now()));
  }

  ship(batch: ArrayBuffer): void {
    const backlog = this.#socket ? this.#socket.bufferedAmount : this.#waitingBytes;
    const choked = backlog > LARGEST_BACKLOG;
    if (choked && !this.#choked) this.say({ type: "fault", body: { where: "connection", message: "media dropped" } });
    this.#choked = choked;
    if (!choked) this.#send(batch);
  }

  #send(message: string | ArrayBuffer): void {
    if (this.#socket) return this.#socket.send(message);
    this.#waiting.push(message);
    this.#waitingBytes += typeof message === "string" ? message.length : message.byteLength;
  }
}

const connection = new Connection();
const batch = new Batch();
const live = new Set<number>();
const ended = new Set<number>();
const flat = new FlatFrames((message) => connection.say({ type: "fault", body: { where: "flat frame", message } }));
let flushing = false;

function flush(): void {
  flushing = false;
  if (batch.size) connection.ship(batch.take());
}

function queue(header: Parameters<Batch["add"]>[0], payload: ArrayBuffer): void {
  batch.add(header, payload);
  if (batch.size > LARGEST_BATCH) return flush();
  if (flushing) return;
  flushing = true;
  setTimeout(flush, BATCH_MS);
}

function announce({ track, media }: TransformOptions, mimeType: string | undefined): void {
  if (live.has(track)) return;
  const mime = mimeType ?? (media === "audio" ? "audio/opus" : "video/VP8");
  live.add(track);
  connection.say({ type: "track", body: { track, media, mime, clock_rate: clockRate(media, mime) } });
}

function clockRate(media: "audio" | "video", mime: string): number {
  if (media === "video") return 90_000;
  // G.722 runs at 16 kHz, but its RTP clock is 8 kHz by a historical mistake (RFC 3551).
  return /^audio\/(pcm[ua]|g722)$/i.test(mime) ? 8_000 : 48_000;
}

function end(track: number): void {
  ended.add(track);
  if (!live.delete(track)) return;
  flush();
  connection.say({ type: "track_ended", body: { track } });
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
  #width = 0;
  #height = 0;

  /** Swaps the picture for a flat one of the same size, as soon as both are known; until then the original goes on. */
  cheapen(frame: RTCEncodedVideoFrame, meta: Metadata): void {
    if (meta.width && meta.height) [this.#width, this.#height] = [meta.width, meta.height];
    if (!this.#width) return;
    const cheap = flat.get(meta.mimeType ?? "", this.#width, this.#height);
    if (cheap) frame.data = cheap;
  }
}

async function carry(transformer: Transformer): Promise<void> {
  const { track, media } = transformer.options;
  const reader = transformer.readable.getReader(), writer = transformer.writable.getWriter();
  const ship = media === "video" ? videoShipper(transformer.options) : audioShipper(transformer.options);
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) break;
    if (frame.data.byteLength && !ended.has(track)) ship(frame as never, frame.getMetadata());
    // Rejected only when the receiver is gone; the next read says so as well.
    writer.write(frame).catch(() => undefined);
  }
  end(track);
}

function audioShipper(options: TransformOptions): (frame: RTCEncodedAudioFrame, meta: Metadata) => void {
  const { track } = options;
  return (frame, { mimeType, rtpTimestamp: rtp = 0, sequenceNumber: sequence = 0 }) => {
    announce(options, mimeType);
    queue({ track, media: AUDIO, key: false, rtp, sequence, arrival: now() }, frame.data);
  };
}

function videoShipper(options: TransformOptions): (frame: RTCEncodedVideoFrame, meta: Metadata) => void {
  const { track } = options, repetitions = new Repetitions(), cheapener = new Cheapener();
  let count = 0;
  return (frame, meta) => {
    const { mimeType, rtpTimestamp: rtp = 0, spatialIndex = 0 } = meta;
    announce(options, mimeType);
    if (!repetitions.has(rtp, spatialIndex)) {
      // Chromium tells no sequence number of a video frame, and its frameId only with some header extensions: count.
      const sequence = count++ & 0xffff;
      queue({ track, media: VIDEO, key: frame.type === "key", rtp, sequence, arrival: now() }, frame.data);
    }
    cheapener.cheapen(frame, meta);
  };
}

self.onmessage = ({ data }: MessageEvent<Command>) => {
  if ("open" in data) connection.open(data.open.url, data.open.secret);
  else if (data.say.type === "track_ended") end(data.say.body.track);
  else connection.say(data.say);
};

(self as unknown as { onrtctransform: (event: { transformer: Transformer }) => void }).onrtctransform = ({ transformer }) => {
  carry(transformer).catch((error: unknown) => {
    connection.say({ type: "fault", body: { where: "transform", message: String(error) } });
    end(transformer.options.track);
  });
};
