// The line to the room's server: one WebSocket that comes back by itself. Knows nothing of what is said over it.
import type { FromServer, ToServer } from "./protocol";

const RETRY_MS = [300, 700, 1500, 3000];
const PING_MS = 10_000;
/** Without an answer for this long the line is dead, whatever the socket believes. */
const SILENCE_MS = 25_000;

export interface SignallingEvents {
  opened(): void;
  received(message: FromServer): void;
  /** The line broke and is being rebuilt. */
  broken(): void;
}

export class Signalling {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private retry = 0;
  private heardAt = 0;
  private closed = false;

  constructor(private readonly url: string, private readonly events: SignallingEvents) {
    setInterval(() => this.checkAlive(), PING_MS);
    addEventListener("online", () => this.connect());
    this.connect();
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** False when the line is down; nothing is kept for later, because the server tells the whole state anew. */
  send(message: ToServer): boolean {
    if (!this.isOpen) return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  /** Stop for good, until `reopen`. */
  close(): void {
    this.closed = true;
    this.drop();
  }

  reopen(): void {
    this.closed = false;
    this.connect();
  }

  private connect(): void {
    if (this.closed || this.socket) return;
    clearTimeout(this.retry);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.attempt = 0;
      this.heardAt = performance.now();
      this.events.opened();
    };
    socket.onmessage = (event) => {
      this.heardAt = performance.now();
      const message = JSON.parse(event.data as string) as FromServer;
      if (message.type !== "pong") this.events.received(message);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  private lost(): void {
    this.socket = null;
    if (this.closed) return;
    this.events.broken();
    const delay = RETRY_MS[Math.min(this.attempt++, RETRY_MS.length - 1)];
    this.retry = setTimeout(() => this.connect(), delay);
  }

  private drop(): void {
    clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private checkAlive(): void {
    if (!this.isOpen) return;
    if (performance.now() - this.heardAt > SILENCE_MS) {
      this.drop();
      this.lost();
    } else {
      this.send({ type: "ping" });
    }
  }
}
