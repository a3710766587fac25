/** Tells the simulator's server what the visitor did and what became of it, for whoever judges the visitor. */

const ADDRESS = "/_simulator/report";
let last: Promise<unknown> = Promise.resolve();

/** Reports arrive in the order in which they were made; `at` is UTC milliseconds. */
export function report(kind: string, body: object = {}): void {
  const text = JSON.stringify({ ...body, kind, at: performance.timeOrigin + performance.now() });
  last = last.then(() => fetch(ADDRESS, { method: "POST", body: text, keepalive: true })).catch(() => undefined);
}
