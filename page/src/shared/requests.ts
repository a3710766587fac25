/** Listens to answers that the page's own requests get. The page gets them as it would. */
import { call } from "./natives";

const nativeFetch = window.fetch;
const clone = Response.prototype.clone;

/** `take` gets a copy of every answer to a request whose address matches; `onfault` hears what it could not do with one. */
export function tapRequests(address: RegExp, take: (answer: Response) => Promise<void>, onfault: (error: unknown) => void): void {
  const before = window.fetch;
  window.fetch = new Proxy(nativeFetch, {
    async apply(_, self, args: Parameters<typeof fetch>) {
      const answer = await call(before, self ?? window, args) as Response;
      const [asked] = args, asks = typeof asked === "string" ? asked : asked instanceof URL ? asked.href : asked.url;
      if (address.test(asks)) take(call(clone, answer, []) as Response).catch(onfault);
      return answer;
    },
  });
}
