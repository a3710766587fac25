/** What Meet's page shows of the call, for when its own data cannot be read. Classes rotate every few weeks, the rest less often. */
import type { Caption, Line, Owned } from "../../shared/attending";
import type { Attendee } from "../../shared/envelope";
import { all, fold } from "../../shared/screens";

const SELF = ["you", "ich", "sie", "tú", "自分", "あなた"];
const EFFECTS = /backgrounds and effects|hintergründe|fondos y efectos|背景/i;
const HOST = /meeting host|organisator|anfitrión|主催者/i;
const PRESENTING = /\((?:presentation|presenting|präsentation|presentación)\)|（プレゼンテーション）/i;
const SPEAKING = ".Oaajhc, .HX2H7, .wEsLMd, .OgVli";
const LEVEL = '[data-audio-level]:not([data-audio-level="0"])';
const CAPTIONS = ["Captions", "Untertitel", "Subtítulos", "字幕"].map((name) => `[role="region"][aria-label*="${name}"]`).join();
const SENTENCES = /(?<=[.?!])\s+|(?<=[。？！])/;
const TILE = "[data-participant-id]:not([role=listitem])";

interface Tile { key: string; name: string | null; isSelf: boolean; screen: boolean; element: HTMLElement; video: HTMLVideoElement | null }

function* tiles(): Generator<Tile> {
  for (const element of all(TILE)) {
    const key = element.dataset.participantId, label = element.querySelector(".notranslate")?.textContent?.trim() || null;
    if (!key) continue;
    const buttons = Array.from(element.querySelectorAll("button, [role=button]"), (each) => each.getAttribute("aria-label") ?? "");
    yield {
      key, name: label, element, isSelf: buttons.some((text) => EFFECTS.test(text)), screen: label !== null && PRESENTING.test(label),
      // One that has no box is off; all of them are unpainted while tracks are taken.
      video: Array.from(element.querySelectorAll("video")).find((each) => each.checkVisibility()) ?? null,
    };
  }
}

const hosts = (): Set<string> => new Set(all("[role=listitem][data-participant-id]").flatMap((row) =>
  HOST.test(row.textContent ?? "") ? row.dataset.participantId ?? [] : []));

/** Of one who presents, that tile is named with the same name and a word more. */
function presenterOf(screen: Tile, people: Tile[]): string | null {
  return people.find(({ name }) => name !== null && screen.name?.startsWith(name))?.key ?? null;
}

export function attendees(): Attendee[] {
  const found = [...tiles()], people = found.filter(({ screen }) => !screen), leading = hosts();
  const showing = new Set(found.filter(({ screen }) => screen).map((each) => presenterOf(each, people)));
  return people.map(({ key, name, isSelf, video }) => ({
    key, name, is_self: isSelf, is_host: leading.has(key), microphone: !isSelf, camera: video !== null, screen: showing.has(key),
  }));
}

export function* owners(): Generator<Owned> {
  const found = [...tiles()], people = found.filter(({ screen }) => !screen);
  for (const tile of found) {
    const key = tile.screen ? presenterOf(tile, people) : tile.key, stream = tile.video?.srcObject;
    if (tile.isSelf || !key || !(stream instanceof MediaStream)) continue;
    for (const received of stream.getVideoTracks()) yield { received, key, role: tile.screen ? "screenshare" : "webcam" };
  }
}

/** Tiles that glow. */
export const speaking = (): string[] => [...tiles()].filter(({ element, isSelf, screen }) =>
  !isSelf && !screen && (element.matches(LEVEL) || element.querySelector(`${SPEAKING}, ${LEVEL}`) !== null)).map(({ key }) => key);

/** By name: where two have the same, it cannot be told whose it is. */
function keyOf(name: string | null, people: Attendee[]): string {
  const [found, ...more] = people.filter((one) => (name !== null && SELF.includes(fold(name)) ? one.is_self : one.name === name));
  return found && !more.length ? found.key : "";
}

export function* chat(people: Attendee[]): Generator<Line> {
  for (const row of all("[data-message-id]")) {
    const text = (row.querySelector("[jsname=dTKtvb]") ?? row).textContent?.trim() ?? "", id = row.dataset.messageId;
    const name = senderOf(row);
    if (id && text) yield { id, key: keyOf(name, people), name, text, to: "everyone" };
  }
}

/** The name stands once above all that one person wrote in a row. */
function senderOf(row: HTMLElement): string | null {
  const group = row.parentElement;
  if (!group) return null;
  const first = Array.from(group.children).find((each) => !each.matches("[data-message-id]"));
  const names = first ? Array.from(first.querySelectorAll("*")).filter((each) => !each.children.length) : [];
  return (names[0] ?? first)?.textContent?.trim() || null;
}

const numbered = new WeakMap<Element, string>();
let count = 0;

/** A row grows as long as nobody else speaks, so its sentences are told one by one; that one stands is for who hears it to say. */
export function* captions(people: Attendee[]): Generator<Caption> {
  for (const region of all(CAPTIONS).filter((each) => each.checkVisibility())) {
    for (const row of Array.from(region.children).filter(({ children }) => children.length > 1)) {
      const name = row.firstElementChild?.textContent?.trim() || null, said = row.lastElementChild?.textContent?.trim() ?? "";
      if (!numbered.has(row)) numbered.set(row, `caption-${++count}`);
      const key = keyOf(name, people);
      for (const [number, text] of said.split(SENTENCES).entries()) {
        if (text) yield { id: `${numbered.get(row)!}.${number}`, key, name, text, final: false };
      }
    }
  }
}
