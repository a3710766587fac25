/**
 * Listens to data channels of the page by their label, whoever opened them. The page sees and gets everything as it would.
 *
 * Messages come in their order, unpacked where they are compressed; what cannot be read is passed over.
 */
import { onConnection, replaceMethod } from "./connections";
import { call, make, NativePeerConnection, on } from "./natives";

export type Take = (message: Uint8Array, channel: RTCDataChannel) => void;

const ZLIB = 0x78, GZIP = 0x1f;
const NativeDecompression = window.DecompressionStream;
const NativeResponse = window.Response;

/** `take` gets every message of channels of this label; `onfault` hears what it could not do with one. */
export function tapChannels(label: string, take: Take, onfault: (error: unknown) => void): void {
  const seen = new WeakSet<RTCDataChannel>();
  const tap = (channel: RTCDataChannel) => {
    if (channel.label !== label || seen.has(channel)) return;
    seen.add(channel);
    let order = Promise.resolve();
    on(channel, "message", (event) => {
      const bytes = bytesOf((event as MessageEvent).data);
      order = order.then(async () => take(await unpacked(await bytes), channel)).catch(onfault);
    });
  };
  onConnection((connection) => on(connection, "datachannel", (event) => tap((event as RTCDataChannelEvent).channel)));
  if (!NativePeerConnection) return;
  const native = NativePeerConnection.prototype.createDataChannel;
  replaceMethod(NativePeerConnection.prototype, "createDataChannel", function (this: RTCPeerConnection, ...args: unknown[]) {
    const channel = call(native, this, args) as RTCDataChannel;
    tap(channel);
    return channel;
  });
}

async function bytesOf(data: unknown): Promise<Uint8Array> {
  if (typeof data === "string") return new TextEncoder().encode(data);
  // Copied at once: the page may do with the buffer what it likes.
  return new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : (data as ArrayBuffer).slice(0));
}

/** The message itself, whichever of the browser's compressions it is in, with or without a header. */
export async function unpacked(message: Uint8Array): Promise<Uint8Array> {
  const [first] = message;
  const formats: CompressionFormat[] = first === ZLIB ? ["deflate", "deflate-raw"] : first === GZIP ? ["gzip"] : ["deflate-raw"];
  for (const format of formats) {
    try {
      return await inflated(message, format);
    } catch {
      // It is compressed in another way, or not at all.
    }
  }
  return message;
}

async function inflated(message: Uint8Array, format: CompressionFormat): Promise<Uint8Array> {
  const packed = make(NativeResponse, [message]).body!;
  return new Uint8Array(await make(NativeResponse, [packed.pipeThrough(make(NativeDecompression, [format]))]).arrayBuffer());
}
