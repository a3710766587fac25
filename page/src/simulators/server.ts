/** What a page can have its server say, where a real request or a real socket is part of how the platform works. */

/** From now on GET and POST of this path, under every name, are answered so. */
export async function answer(path: string, body: string | Uint8Array<ArrayBuffer>, type = "application/json"): Promise<void> {
  await fetch(`/_simulator/answers/${trimmed(path)}`, { method: "PUT", body, headers: { "content-type": type } });
}

/** Send a frame to every WebSocket that is open at this path. */
export async function push(path: string, frame: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const type = typeof frame === "string" ? "text/plain" : "application/octet-stream";
  await fetch(`/_simulator/sockets/${trimmed(path)}`, { method: "POST", body: frame, headers: { "content-type": type } });
}

/** The address of a WebSocket: the real one under the real name, this server's own for a person who came by its number. */
export function socketAddress(host: string, path: string): string {
  const own = ["127.0.0.1", "localhost"].includes(location.hostname);
  return own ? `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/${trimmed(path)}` : `wss://${host}/${trimmed(path)}`;
}

const trimmed = (path: string): string => path.replace(/^\//, "");
