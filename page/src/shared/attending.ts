/** What every platform's program does: look at the page, say its screen, and in the call who is there and what they do. */
import type { Attendee, Bodies } from "./envelope";
import { Link, type Parameters } from "./link";
import { places, Screens, watchShadows } from "./screens";
import { Tracks } from "./tracks";
import { Changes, Watch } from "./watch";

export interface Owned { received: MediaStreamTrack; key: string | null; role: Bodies["track_owner"]["role"] }
export interface Line { id: string; key: string; name: string | null; text: string; to: "everyone" | "only_bot" }
export interface Caption { id: string; key: string; name: string | null; text: string; final: boolean }

/** What a platform reads out of its page while the bot is in the call; called at every look. Keys are the platform's own. */
export interface Reader {
  /** Everybody who is there, oneself included. */
  attendees(): Attendee[];
  /** Whose each received track is, as far as it is known. */
  owners?(): Iterable<Owned>;
  /** Whose voice each contributing source of the sound is, as far as it is known. */
  contributors?(): Iterable<Bodies["contributor"]>;
  /** Who is marked as speaking. */
  speaking?(): string[];
  /** Lines of the chat, in order; ids keep one from being told twice. */
  chat?(): Iterable<Line>;
  captions?(): Iterable<Caption>;
  title?(): string | null;
  /** What the page's own data say of where the bot stands, in words that the platform's signs know. Asked on every screen. */
  states?(): string[];
}

export interface Attending { link: Link; tracks: Tracks; look: () => void }

/** The screen of the platform on which the call is shown. */
const CALL = "call";

/** In a frame it says whose the received tracks are; the page's own program sees all the rest through same-origin frames.
 *  `quiet` is how long the page is left alone between two looks, in ms: reading text costs a layout. */
export function attend(parameters: Parameters, reader: (parts: { link: Link; tracks: Tracks }) => Reader, quiet = 50): Attending {
  const link = new Link(parameters);
  const tracks = new Tracks(link, parameters.tracks);
  const changes = new Changes(link);
  const screens = new Screens(parameters.screens), notices = new Screens(parameters.notices);
  const read = reader({ link, tracks });
  const chatSeen = new Set<string>(), captionsSeen = new Map<string, string>();

  function owners(): void {
    for (const { received, key, role } of read.owners?.() ?? []) {
      const track = tracks.numberOf(received);
      if (track) changes.say("track_owner", { track, key, role }, `track_owner ${track}`);
    }
    for (const body of read.contributors?.() ?? []) changes.say("contributor", body, `contributor ${body.csrc}`);
  }

  function chat(): void {
    for (const { id, ...line } of read.chat?.() ?? []) {
      if (chatSeen.has(id)) continue;
      chatSeen.add(id);
      link.say("chat", line);
    }
  }

  function captions(): void {
    for (const caption of read.captions?.() ?? []) {
      const said = JSON.stringify(caption);
      if (captionsSeen.get(caption.id) === said) continue;
      captionsSeen.set(caption.id, said);
      link.say("caption", caption);
    }
  }

  let current: string | null = null;

  function look(): void {
    const seen = screens.see(read.states?.() ?? []), notice = notices.see();
    changes.say("screen", { name: seen?.name ?? null, sign: seen?.sign ?? 0 });
    changes.say("notice", { name: notice?.name ?? null });
    // Bars hide themselves: a moment without any known screen changes nothing.
    current = seen?.name ?? current;
    if (current !== CALL) return;
    if (read.title) changes.say("meeting", { title: read.title() });
    changes.say("roster", { attendees: read.attendees() });
    owners();
    if (read.speaking) changes.say("speaking", { keys: [...read.speaking()].sort() });
    chat();
    captions();
  }

  const isFrame = window.top !== window;
  let watch: Watch | null = null;
  watchShadows((root) => watch?.also(root));
  if (!isFrame) link.say("ready", {});
  const begin = () => (watch ??= new Watch(isFrame ? owners : () => {
    for (const place of places()) watch?.also(place);
    look();
  }, quiet));
  // Of a frame only what it receives is told by its own program, and only where it receives something.
  if (!isFrame) begin();
  tracks.onattached = () => begin().soon();
  return { link, tracks, look: () => watch?.soon() };
}
