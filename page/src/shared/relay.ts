/**
 * A shared worker that holds a worker's connection to the bot, and passes everything on, both ways.
 *
 * The driver of the browser has every frame of every WebSocket of a page and its workers described to it, which costs browser,
 * driver and bot as much as a third of what the bot does with the media. A shared worker belongs to no page, and is left alone.
 */

/** What it says: the connection is open, the bot said or sent something, so many bytes wait for the connection to drain. */
export type Said = { open: true } | { order: string | ArrayBuffer } | { waiting: number };

/** Less waits now and then, and is nothing to speak of. */
const MENTIONED = 1 << 20;

function relay(port: MessagePort, url: string): void {
  const say = (said: Said, given: Transferable[] = []) => port.postMessage(said, given);
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let behind = false;
  socket.onopen = () => say({ open: true });
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => say({ order: data }, typeof data === "string" ? [] : [data]);
  port.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    socket.send(data);
    const waiting = socket.bufferedAmount, was = behind;
    behind = waiting > MENTIONED;
    if (behind || was) say({ waiting });
  };
}

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  if (port) port.onmessage = ({ data }: MessageEvent<string>) => relay(port, data);
};
