/** Listens to what the page's WebSockets bring it. The page gets everything as it would. */
import { make, on } from "./natives";

const NativeSocket = window.WebSocket;

/** `take` gets every text frame of every socket that the page opens from now on, and the socket's address. */
export function tapSockets(take: (text: string, address: string) => void): void {
  if (!NativeSocket) return;
  const before = window.WebSocket;
  const hooked = new Proxy(before, {
    construct(target, args, newTarget) {
      const socket = make(target, args, newTarget as Function);
      on(socket, "message", (event) => {
        const { data } = event as MessageEvent;
        if (typeof data === "string") take(data, socket.url);
      });
      return socket;
    },
  });
  NativeSocket.prototype.constructor = hooked;
  Object.defineProperty(window, "WebSocket", { value: hooked, writable: true, configurable: true });
}
