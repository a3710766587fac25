/**
 * Inside a page that the bot shows as its camera or screen: the page's microphone is the meeting, and a WebSocket to the
 * vendor's address for transcripts is one to the bot's own.
 */
import { Link } from "../shared/link";

/** Bound by the bot around this program. */
declare const parameters: { url: string; secret: string; transcripts: string };

const TRANSCRIPTS = /^wss:\/\/meeting-data\.bot\.recall\.ai\/api\/v1\/transcript\/?([?#]|$)/i;
const Native = WebSocket, transcripts = parameters.transcripts;

window.WebSocket = new Proxy(Native, {
  construct: (native, [url, ...rest]: [string | URL, ...unknown[]], wanted) =>
    Reflect.construct(native, [TRANSCRIPTS.test(String(url)) ? transcripts : url, ...rest], wanted),
});

if (window.top === window) new Link({ url: parameters.url, secret: parameters.secret, staged: true }).say("ready", {});
