/** What Teams' page itself shows of the meeting: tiles, the list of people, chat and captions. */
import type { Caption, Line } from "../../shared/attending";
import type { Attendee } from "../../shared/envelope";
import { all } from "../../shared/screens";

const OUTLINE = '[data-tid="voice-level-stream-outline"]';
/** The class that the outline has while its person speaks. */
const SPEAKS = "vdi-frame-occlusion";
const SHARED = /screen|sharing|content/i;
const REMARKS = /\s*\((?:unverified|guest|external|you|nicht überprüft|gast|sie|no verificado|invitado|usted|未確認|ゲスト|自分)\)\s*$/i;
const ONESELF = /\((?:you|sie|usted|自分)\)/i;

export const bare = (name: string): string => {
  const shorter = name.replace(REMARKS, "").trim();
  return shorter === name.trim() ? shorter : bare(shorter);
};

interface Tile { name: string; element: HTMLElement; isScreen: boolean; speaks: boolean; isSelf: boolean }

/** The name of a tile is the `data-tid` of the element that has a stream's type. */
export function tiles(): Tile[] {
  return all("[data-stream-type]").flatMap((element) => {
    const name = bare(element.dataset.tid ?? ""), outline = element.querySelector(OUTLINE);
    if (!name || name === "Unknown user") return [];
    return [{
      name, element, isScreen: SHARED.test(element.dataset.streamType ?? ""), speaks: outline?.classList.contains(SPEAKS) ?? false,
      isSelf: element.closest('[data-is-self="true"], [data-cid="calling-self-video"]') !== null,
    }];
  });
}

function listed(): { name: string; isHost: boolean; isSelf: boolean; muted: boolean }[] {
  return all('[data-cid="roster-participant"], [data-tid="roster-participant"]').map((row) => {
    const [name = "", ...more] = (row.getAttribute("aria-label") ?? "").split(",").map((part) => part.trim());
    const remarks = more.join(",");
    return {
      name: bare(name), isHost: /organi[sz]er|organisator|organizador|開催者/i.test(remarks),
      isSelf: ONESELF.test(name), muted: /\bmuted\b/i.test(remarks) && !/unmuted/i.test(remarks),
    };
  });
}

/** `own` is the name that the bot gave. Where the page does not say who one is oneself, it is the only one of that name. */
export function attendees(own: string): Attendee[] {
  const rows = new Map(listed().map((row) => [row.name, row])), people = new Map<string, Attendee>();
  for (const { name, element, isScreen, isSelf } of tiles()) {
    const known = people.get(name), row = rows.get(name);
    const plays = [...element.querySelectorAll("video")].some(({ srcObject }) => srcObject !== null);
    people.set(name, {
      key: `name:${name}`, name, is_self: isSelf || (row?.isSelf ?? false), is_host: row?.isHost ?? false,
      microphone: row ? !row.muted : true, camera: (known?.camera ?? false) || (plays && !isScreen),
      screen: (known?.screen ?? false) || isScreen,
    });
  }
  for (const { name, isHost, isSelf, muted } of rows.values()) {
    if (!people.has(name)) {
      people.set(name, { key: `name:${name}`, name, is_self: isSelf, is_host: isHost, microphone: !muted, camera: false, screen: false });
    }
  }
  const everybody = [...people.values()], mine = everybody.find(({ name }) => name === bare(own));
  if (mine && !everybody.some(({ is_self }) => is_self)) mine.is_self = true;
  return everybody;
}

export const speaking = (): string[] => [...new Set(tiles().filter(({ speaks, isSelf }) => speaks && !isSelf).map(({ name }) => name))];

export function* chat(keyOf: (name: string) => string): Generator<Line> {
  for (const item of all('[data-tid="chat-pane-item"]')) {
    const name = bare(item.querySelector('[data-tid="message-author-name"]')?.textContent ?? "");
    const body = item.querySelector('[data-tid="chat-pane-message"], [data-tid="message-body-content"], [id^="content-"]');
    const text = (body as HTMLElement | null)?.innerText.trim() ?? "", at = item.querySelector("time")?.dateTime ?? "";
    const id = item.id || item.dataset.mid || body?.id || `${at} ${name} ${text}`;
    if (text) yield { id, key: keyOf(name), name: name || null, text, to: "everyone" };
  }
}

export function* captions(keyOf: (name: string) => string): Generator<Caption> {
  const lines = '[data-tid="closed-caption-renderer-wrapper"] [data-tid="closed-caption-text"], '
    + '[data-tid="closed-caption-v2-window-wrapper"] [data-tid="closed-caption-text"]';
  for (const line of all(lines)) {
    const author = line.parentElement?.closest(":has([data-tid=\"author\"])")?.querySelector('[data-tid="author"]');
    const name = bare(author?.textContent ?? ""), text = line.textContent?.trim() ?? "";
    if (text) yield { id: numberOf(line), key: keyOf(name), name: name || null, text, final: false };
  }
}

const numbers = new WeakMap<Element, string>();
let last = 0;

/** Lines change in place and have no name of their own. */
function numberOf(line: Element): string {
  const known = numbers.get(line) ?? String(++last);
  numbers.set(line, known);
  return known;
}
