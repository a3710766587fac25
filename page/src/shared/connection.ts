/** A worker's way to the bot: envelopes as they come, media in one message per 40 ms or, where the bot is in haste, less; nothing
 *  before the connection is open. */
import { Batch } from "./batch";
import { envelope, type Message } from "./envelope";
import type { Said } from "./relay";

/** How long frames gather. */
const BATCH_MS = 40;
/** Where somebody waits for them, no two messages are closer than this; what comes after a pause goes at once. */
const HASTY_BATCH_MS = 10;
const HASTEN = "hasten";
const LARGEST_BATCH = 1 << 20;
/** What may wait for a connection that is not open yet or does not drain; media beyond it is dropped and said so. */
const LARGEST_BACKLOG = 64 << 20;

export interface Door {
  url: string; secret: string;
  /** To a relay that holds the connection; without one it is held here. */
  relay?: MessagePort;
}

interface Socket {
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null;
  send(message: string | ArrayBuffer): void;
}

/** The connection as the relay's end of a port shows it. */
class Relayed implements Socket {
  bufferedAmount = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  #port: MessagePort;

  constructor(port: MessagePort, url: string) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Said>) => {
      if ("open" in data) this.onopen?.();
      else if ("order" in data) this.onmessage?.({ data: data.order });
      else this.bufferedAmount = data.waiting;
    };
    port.postMessage(url);
  }

  send(message: string | ArrayBuffer): void {
    this.#port.postMessage(message, typeof message === "string" ? [] : [message]);
  }
}

function direct(url: string): Socket {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  return socket as Socket;
}

/** Epoch milliseconds, finer than Date's. */
export const now = (): number => performance.timeOrigin + performance.now();

export class Connection {
  #socket: Socket | null = null;
  #waiting: (string | ArrayBuffer)[] = [];
  #waitingBytes = 0;
  #seq = 0;
  #choked = false;
  #batch = new Batch();
  #flushing = false;
  #hasty = false;
  /** When the last batch went. */
  #wentAt = 0;

  /** `onorder` hears what the bot says, `onsent` what it sends. */
  open(
    { url, secret, relay }: Door, onorder: (order: string) => void = () => undefined,
    onsent: (sent: ArrayBuffer) => void = () => undefined,
  ): void {
    const socket: Socket = relay ? new Relayed(relay, url) : direct(url);
    socket.onmessage = ({ data }) => {
      if (data === HASTEN) this.#hasty = true;
      else if (typeof data === "string") onorder(data);
      else onsent(data);
    };
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

  /** Send a frame with the next batch. Its payload is copied. */
  queue(header: Parameters<Batch["add"]>[0], payload: ArrayBuffer): void {
    this.#batch.add(header, payload);
    if (this.#batch.size > LARGEST_BATCH) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    setTimeout(() => this.flush(), this.#hasty ? Math.max(0, this.#wentAt + HASTY_BATCH_MS - performance.now()) : BATCH_MS);
  }

  flush(): void {
    this.#flushing = false;
    this.#wentAt = performance.now();
    if (this.#batch.size) this.#ship(this.#batch.take());
  }

  #ship(batch: ArrayBuffer): void {
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
