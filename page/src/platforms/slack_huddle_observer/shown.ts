/** What Slack's client shows of a huddle: tiles that carry their member's id, the thread, captions. */
import type { Caption, Line } from "../../shared/attending";
import type { Attendee } from "../../shared/envelope";
import { all, fold, isVisible } from "../../shared/screens";

const TILE = '[data-qa^="huddle_peer_tile_userId_"], .p-peer_tile__container';
const ID = /huddle_peer_tile_userId_(\w+)/;
/** A tile of nobody, on which one can invite. */
const INVITE = '[class*="invite_overlay"]';
const SPEAKS = "p-peer_tile__active_speaker--outline";
const MUTED = '[data-qa="huddle_mic_icon_mute"]';
const SELF = /\((?:you|du|tú|自分)\)/i;
/** A picture's words are not far from it. */
const LAYERS = 5;

interface Tile { key: string; name: string; element: HTMLElement }
interface Picture { key: string; video: HTMLVideoElement; isScreen: boolean }

/** Slack's configuration in the browser names the account that is signed in to each workspace. */
function ownId(): string | null {
  try {
    const { teams } = JSON.parse(localStorage.getItem("localConfig_v2") ?? "{}") as { teams?: Record<string, { user_id?: string }> };
    return teams?.[location.pathname.split("/")[2] ?? ""]?.user_id ?? null;
  } catch { return null; }
}

const isInvitation = (element: HTMLElement): boolean => element.matches(INVITE) || element.querySelector(INVITE) !== null;

/** Its label says more than the name: `Ada Lovelace, muted`. */
function tiles(): Tile[] {
  const found = all(TILE).filter((element) => !element.parentElement?.closest(TILE) && !isInvitation(element));
  return found.flatMap((element) => {
    const marked = ID.test(element.dataset.qa ?? "") ? element : element.querySelector<HTMLElement>('[data-qa^="huddle_peer_tile_userId_"]');
    const labelled = element.hasAttribute("aria-label") ? element : element.querySelector("[aria-label*=', ']");
    const name = (labelled?.getAttribute("aria-label") ?? element.innerText).split(", ")[0]!.replace(SELF, "").trim();
    const id = ID.exec(marked?.dataset.qa ?? "")?.[1];
    return name ? [{ key: id ?? `name:${name}`, name, element }] : [];
  });
}

/** What is shown outside of tiles is somebody's screen; the words beside it tell whose. */
export function pictures(people = tiles()): Picture[] {
  return all<HTMLVideoElement>("video").flatMap((video): Picture[] => {
    if (!video.srcObject) return [];
    const tile = people.find(({ element }) => element.contains(video));
    if (tile) return tile.key === ownId() ? [] : [{ key: tile.key, video, isScreen: false }];
    let around = video.parentElement;
    for (let layer = 0; around && layer < LAYERS; layer++, around = around.parentElement) {
      const text = fold(around.innerText), of = people.filter(({ name }) => text.includes(fold(name)));
      if (of.length) return of.length === 1 ? [{ key: of[0]!.key, video, isScreen: true }] : [];
    }
    return [];
  });
}

export function attendees(): Attendee[] {
  const people = tiles(), shown = pictures(people), own = ownId();
  return people.map(({ key, name, element }) => {
    const theirs = shown.filter((picture) => picture.key === key);
    return {
      key, name, is_self: own ? key === own : SELF.test(element.getAttribute("aria-label") ?? ""), is_host: false,
      microphone: !element.querySelector(MUTED), camera: theirs.some(({ isScreen, video }) => !isScreen && isVisible(video)),
      screen: theirs.some(({ isScreen }) => isScreen),
    };
  });
}

export function speaking(): string[] {
  const own = ownId();
  return tiles().filter(({ key, element }) =>
    key !== own && (element.classList.contains(SPEAKS) || element.querySelector(`.${SPEAKS}`))).map(({ key }) => key);
}

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

const numbers = new WeakMap<Element, string>();
let last = 0;

/** A line grows in place, and counts as said when another one follows. */
export function* captions(): Generator<Caption> {
  const people = tiles(), lines = all(".p-huddle_closed_caption_event__wrapper");
  for (const [index, line] of lines.entries()) {
    const name = (line.querySelector('[class*="member_name"]') ?? line.firstElementChild)?.textContent?.trim() ?? "";
    const text = (line.querySelector('[class*="event__text"]') ?? line.lastElementChild)?.textContent?.trim() ?? "";
    const of = people.filter((person) => person.name === name);
    const id = numbers.get(line) ?? String(++last);
    numbers.set(line, id);
    const key = of.length === 1 ? of[0]!.key : `name:${name}`;
    if (text) yield { id, key, name, text, final: index < lines.length - 1 };
  }
}
