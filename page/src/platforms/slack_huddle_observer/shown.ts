/** What Slack's client shows of a huddle: tiles that carry their member's id, the thread, captions. */
import type { Caption, Line } from "../../shared/attending";
import type { Attendee } from "../../shared/envelope";
import { all, fold, hasRoom } from "../../shared/screens";

const TILE = '[data-qa^="huddle_peer_tile_userId_"], .p-huddle_peer_tile, .p-peer_tile__container';
const ID = /huddle_peer_tile_userId_(\w+)/;
/** What newer tiles are called. */
const PROFILE = /^(?:View (.+)'s profile|Profil von (.+) anzeigen|Ver el perfil de (.+)|(.+) さんのプロフィールを表示)$/i;
/** Newer tiles say in their id that one is oneself. */
const OWN_CELL = '[id^="huddle-grid-gridcell-self_"]';
/** A tile of nobody, on which one can invite. */
const INVITE = '[class*="invite_overlay"]';
const SPEAKS = ".p-peer_tile__active_speaker--outline, .p-huddle_peer_tile__overlay--active_speaker";
const MUTED = '[data-qa="huddle_mic_icon_mute"]';
const SELF = /\((?:you|du|tú|自分)\)/i;
/** A picture's words are not far from it. */
const LAYERS = 5;

interface Tile { key: string; id: string | null; name: string; element: HTMLElement; isSelf: boolean }
interface Picture { key: string; video: HTMLVideoElement; isScreen: boolean }

/** Slack's configuration in the browser names the account that is signed in to each workspace. */
function ownId(): string | null {
  try {
    const { teams } = JSON.parse(localStorage.getItem("localConfig_v2") ?? "{}") as { teams?: Record<string, { user_id?: string }> };
    return teams?.[location.pathname.split("/")[2] ?? ""]?.user_id ?? null;
  } catch { return null; }
}

const isInvitation = (element: HTMLElement): boolean => element.matches(INVITE) || element.querySelector(INVITE) !== null;

function nameIn(label: string): string {
  const profile = PROFILE.exec(label.replace(/’/g, "'"))?.slice(1).find(Boolean);
  return (profile ?? label.split(", ")[0]!).replace(SELF, "").trim();
}

function isSelf(element: HTMLElement, id: string | null): boolean {
  const own = ownId();
  if (own && id) return id === own;
  return element.closest(OWN_CELL) !== null || element.querySelector(OWN_CELL) !== null || SELF.test(element.getAttribute("aria-label") ?? "");
}

/** Its label says more than the name: `Ada Lovelace, muted`. */
function tiles(): Tile[] {
  const found = all(TILE).filter((element) => !element.parentElement?.closest(TILE) && !isInvitation(element));
  return found.flatMap((element) => {
    const marked = ID.test(element.dataset.qa ?? "") ? element : element.querySelector<HTMLElement>('[data-qa^="huddle_peer_tile_userId_"]');
    const labelled = element.hasAttribute("aria-label") ? element : element.querySelector("[aria-label*=', ']");
    const name = nameIn(labelled?.getAttribute("aria-label") ?? element.innerText);
    const id = ID.exec(marked?.dataset.qa ?? "")?.[1] ?? null;
    return name ? [{ key: id ?? `name:${name}`, id, name, element, isSelf: isSelf(element, id) }] : [];
  });
}

/** What is shown outside of tiles is somebody's screen; the words beside it tell whose. */
export function pictures(people = tiles()): Picture[] {
  return all<HTMLVideoElement>("video").flatMap((video): Picture[] => {
    if (!video.srcObject) return [];
    const tile = people.find(({ element }) => element.contains(video));
    if (tile) return tile.isSelf ? [] : [{ key: tile.key, video, isScreen: false }];
    let around = video.parentElement;
    for (let layer = 0; around && layer < LAYERS; layer++, around = around.parentElement) {
      const text = fold(around.innerText), of = people.filter(({ name }) => text.includes(fold(name)));
      if (of.length) return of.length === 1 ? [{ key: of[0]!.key, video, isScreen: true }] : [];
    }
    return [];
  });
}

export function attendees(): Attendee[] {
  const people = tiles(), shown = pictures(people);
  return people.map(({ key, id, name, element, isSelf }) => {
    const theirs = shown.filter((picture) => picture.key === key);
    return {
      key, name, is_self: isSelf, is_host: false,
      microphone: !element.querySelector(MUTED), camera: theirs.some(({ isScreen, video }) => !isScreen && hasRoom(video)),
      screen: theirs.some(({ isScreen }) => isScreen), ...id ? { extra_data: { slack: { user_id: id, email: null } } } : {},
    };
  });
}

export const speaking = (): string[] =>
  tiles().filter(({ element, isSelf }) => !isSelf && (element.matches(SPEAKS) || element.querySelector(SPEAKS))).map(({ key }) => key);

/** Whoever goes on writing is named once. */
export function* chat(): Generator<Line> {
  const people = tiles();
  let key = "", name: string | null = null;
  for (const message of all('[data-qa="huddle_thread"] [data-qa="message_container"]')) {
    const sender = message.querySelector<HTMLElement>('[data-qa="message_sender_name"]');
    if (sender) {
      name = sender.textContent?.trim() || null;
      const { messageSender } = sender.dataset, namesakes = people.filter((person) => person.name === name);
      key = messageSender ?? (namesakes.length === 1 ? namesakes[0]!.key : `name:${name}`);
    }
    const text = message.querySelector<HTMLElement>('[data-qa="message-text"], .c-message_kit__blocks, .p-rich_text_section')?.innerText.trim();
    const id = message.dataset.msgTs ?? message.closest<HTMLElement>("[data-item-key]")?.dataset.itemKey;
    if (text && key) yield { id: id ?? `${name} ${text}`, key, name, text, to: "everyone" };
  }
}

const TRANSCRIBED = '[data-qa="huddle_transcribe_event"]';

const numbers = new WeakMap<Element, string>();
let last = 0;

/** Over the tiles, else in the column beside them. */
function spoken(): HTMLElement[] {
  const over = all(".p-huddle_closed_caption_event__wrapper");
  return over.length ? over : all(`.p-huddle_event_log__event_content:has(${TRANSCRIBED})`);
}

/** A line grows in place, and counts as said when another one follows. */
export function* captions(): Generator<Caption> {
  const people = tiles(), lines = spoken();
  for (const [index, line] of lines.entries()) {
    const name = (line.querySelector('[class*="member_name"]') ?? line.firstElementChild)?.textContent?.trim() ?? "";
    const words = line.querySelector(`${TRANSCRIBED}, [class*="event_text"], [class*="event__text"]`) ?? line.lastElementChild;
    const text = words?.textContent?.trim() ?? "";
    const of = people.filter((person) => person.name === name);
    const id = numbers.get(line) ?? String(++last);
    numbers.set(line, id);
    const key = of.length === 1 ? of[0]!.key : `name:${name}`;
    if (text) yield { id, key, name, text, final: index < lines.length - 1 };
  }
}
