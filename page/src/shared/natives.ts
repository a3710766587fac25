/**
 * What the page could replace later, taken before its first script runs.
 *
 * Whoever holds the page's Worker, WebSocket or postMessage could listen to what we say to the bot; these are the
 * browser's own. Nothing here is ever looked up again on `window`.
 */
const { apply, construct } = Reflect;
const postToWorker = Worker.prototype.postMessage;
const NativeWorker = Worker;
const NativeSharedWorker = window.SharedWorker;
const portOf = NativeSharedWorker && Object.getOwnPropertyDescriptor(NativeSharedWorker.prototype, "port")?.get;
const NativeBlob = Blob;
const NativeMutationObserver = MutationObserver;
const createObjectURL = URL.createObjectURL.bind(URL);
const revokeObjectURL = URL.revokeObjectURL.bind(URL);
const listen = EventTarget.prototype.addEventListener;
const sheets = Object.getOwnPropertyDescriptor(Document.prototype, "adoptedStyleSheets");

export const NativePeerConnection = window.RTCPeerConnection;
export const NativeScriptTransform = window.RTCRtpScriptTransform;
export const NativeStyleSheet = CSSStyleSheet;
export const setTimeout: (run: () => void, ms: number) => unknown = window.setTimeout.bind(window);
export const setInterval: (run: () => void, ms: number) => unknown = window.setInterval.bind(window);

export const call = <T>(method: (...args: never[]) => T, self: unknown, args: readonly unknown[]): T =>
  apply(method as (...args: unknown[]) => T, self, args) as T;

export const make = <T extends object>(constructor: new (...args: never[]) => T, args: readonly unknown[], target?: Function): T =>
  (target ? construct(constructor, args, target) : construct(constructor, args)) as T;

export const post = (worker: Worker, message: unknown, given: Transferable[] = []): void =>
  call(postToWorker, worker, [message, given]);

export const on = (target: EventTarget, type: string, run: (event: Event) => void, capture = false): void =>
  call(listen, target, [type, run, capture]);

/** A worker from source text; its address is withdrawn soon, so the page cannot fetch it. */
export const workerFrom = (source: string): Worker => withAddress(source, (url) => make(NativeWorker, [url]));

/** The port of a shared worker from source text, or null where a page may have none. `onfailure`: it could not start. */
export function sharedFrom(source: string, onfailure: () => void): MessagePort | null {
  if (!portOf) return null;
  try {
    const worker = withAddress(source, (url) => make(NativeSharedWorker, [url]));
    on(worker, "error", onfailure);
    return call(portOf, worker, []) as MessagePort;
  } catch {
    return null;
  }
}

function withAddress<T>(source: string, use: (url: string) => T): T {
  const url = createObjectURL(make(NativeBlob, [[source], { type: "text/javascript" }]));
  // The script is fetched asynchronously; revoking at once would race with that.
  setTimeout(() => revokeObjectURL(url), 5000);
  return use(url);
}

/** A document's own style sheets, in no element that the page could come across. */
export const ownSheets = sheets?.get && sheets.set && {
  get: (document: Document): CSSStyleSheet[] => [...call(sheets.get!, document, []) as CSSStyleSheet[]],
  set: (document: Document, value: CSSStyleSheet[]): void => call(sheets.set!, document, [value]) as void,
};

export const mutations = (run: () => void): MutationObserver => make(NativeMutationObserver, [run]);
