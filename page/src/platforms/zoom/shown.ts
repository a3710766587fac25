/** What Zoom's page itself shows of the meeting: the list of people, tiles, who is active, chat and the full transcript. */
import type { Caption, Line } from "../../shared/attending";
import type { Attendee } from "../../shared/envelope";
import { all, hasRoom } from "../../shared/screens";

const ROW = "div.participants-li";
const PLAYER = "video-player[node-id]";
const HOST = /\((?:[^)]*\b)?(?:host|anfitri[oó]n)\b|ホスト/i;
const ONESELF = /\((?:[^)]*\b)?(?:me|ich|yo)\b|自分/i;
const MUTED = /\b(?:muted|stummgeschaltet|silenciado)\b|ミュート中/i;
/** Participant ids are node ids with these bits cleared; with some of them set a node is somebody's screen. */
const NODE_BITS = 0x3ff;

const textOf = (element: Element | null | undefined): string => (element as HTMLElement | null | undefined)?.textContent?.trim() ?? "";

export interface Player { element: HTMLElement; person: number; isScreen: boolean; name: string }

/** Pictures are shown by elements that know whose node they show; the name stands beside. */
export function players(): Player[] {
  return all(PLAYER).flatMap((element) => {
    const node = Number(element.getAttribute("node-id"));
    if (!Number.isInteger(node)) return [];
    const frame = element.closest('[class*="video-frame"], [class*="video-avatar"], [class*="video-container"]');
    const name = textOf(frame?.querySelector(".video-avatar__avatar-footer span"));
    return [{ element, person: personOf(node), isScreen: (node & NODE_BITS) !== 0 && /share/i.test(frame?.className ?? ""), name }];
  });
}

const pictures = (player: HTMLElement): HTMLElement[] =>
  [player, ...(player.shadowRoot ? [player.shadowRoot] : [])].flatMap((root) => Array.from(root.querySelectorAll<HTMLElement>("video, canvas")));

/** A video that plays nothing stays where it is. */
const isOn = (picture: HTMLElement): boolean => hasRoom(picture) && !("srcObject" in picture && picture.srcObject === null);

export const personOf = (node: number): number => node - (node & NODE_BITS);

/** `person` of a received stream is in its id: `<node>+CS+…`, percent-encoded. */
export function personOfStream(id: string): number | null {
  const [, node] = /^(\d+)\+/.exec(decoded(id)) ?? [];
  return node === undefined ? null : personOf(Number(node));
}

function decoded(id: string): string {
  try { return decodeURIComponent(id); } catch { return id; }
}

export const keyOf = (name: string): string => `name:${name}`;

function row(element: HTMLElement): Attendee {
  const label = element.getAttribute("aria-label") ?? "";
  const name = textOf(element.querySelector(".participants-item__display-name")) || label.split(/,|\s\(/)[0]!.trim();
  return {
    key: keyOf(name), name, is_self: ONESELF.test(label), is_host: HOST.test(label), microphone: !MUTED.test(label),
    camera: false, screen: false,
  };
}

/** `own` is the name that the bot gave. Where the page does not say who one is oneself, it is the only one of that name. */
export function attendees(own: string): Attendee[] {
  const people = new Map(all(ROW).map(row).map((attendee) => [attendee.key, attendee]));
  for (const { name, isScreen, element } of players()) {
    const key = keyOf(name), known = people.get(key);
    const attendee = known ?? { key, name, is_self: false, is_host: false, microphone: true, camera: false, screen: false };
    if (isScreen) attendee.screen = true;
    else attendee.camera ||= pictures(element).some(isOn);
    if (name) people.set(key, attendee);
  }
  const mine = people.get(keyOf(own)), everybody = [...people.values()];
  if (mine && !everybody.some(({ is_self }) => is_self)) mine.is_self = true;
  return everybody;
}

export function speaking(): string[] {
  const active = ".speaker-active-container__video-frame, .speaker-bar-container__video-frame--active";
  const names = all(active).map((frame) => textOf(frame.querySelector(".video-avatar__avatar-footer span"))).filter(Boolean);
  return [...new Set(names)].map(keyOf);
}

/** The label of a line is `Sender to Everyone, time, text`; sender and text stand in elements of their own as well. */
export function* chat(): Generator<Line> {
  for (const line of all(".new-chat-message__container")) {
    const [, sender = "", to = ""] = /^(.*?) (?:to|an|a) ([^,]*),/.exec(line.getAttribute("aria-label") ?? "") ?? [];
    const name = textOf(line.querySelector(".chat-item__sender")) || sender;
    const text = textOf(line.querySelector('[class*="chat-message__text"]')), id = line.id || line.dataset.id || "";
    const aside = /\b(?:you|me|sie|usted|direct)\b/i.test(to);
    if (text) yield { id: id || `${name} ${text}`, key: keyOf(name), name: name || null, text, to: aside ? "only_bot" : "everyone" };
  }
}

export function* captions(): Generator<Caption> {
  for (const [index, item] of all("#full-transcription .lt-full-transcript__item").entries()) {
    const name = textOf(item.querySelector(".lt-full-transcript__display-name"));
    const text = textOf(item.querySelector(".lt-full-transcript__message"));
    if (text) yield { id: item.id || String(index), key: keyOf(name), name: name || null, text, final: false };
  }
}
