/**
 * What Webex's page shows of the meeting: the list of people with its marks, pictures, and the chat.
 *
 * Nothing public says how a tile is made, so a picture belongs to whom the nearest words around it name, if they name one alone; one
 * picture composed of several people is nobody's.
 */
import type { Line } from "../../shared/attending";
import type { Attendee } from "../../shared/envelope";
import { all, fold, isVisible } from "../../shared/screens";

const NAME = '[data-test="participant-name"]';
const ROW = '.participants-list-item, [role="listitem"], [role="treeitem"], li';
const HALO = ".active-speaker-halo";
const ONESELF = /\((?:you|me|sie|ich|usted|tú|自分)\)\s*$/i;
const HOST = /\b(?:host|gastgeber|organizador)\b|主催者/i;
const MUTED = /\b(?:muted|stummgeschaltet|silenciado)\b|ミュート中/i;
const SHARES = /\b(?:sharing|teilt|comparte|compartiendo)\b|共有/i;
/** A picture's words are not far from it. */
const LAYERS = 8;

interface Listed { key: string; name: string; isSelf: boolean; row: HTMLElement; about: string }
interface Tile { of: Listed; video: HTMLVideoElement; isScreen: boolean }

/** Namesakes are told apart by their order. */
function listed(): Listed[] {
  const seen = new Map<string, number>(), named = all(NAME);
  const names = named.length ? named : all(".participants-list-item").flatMap((row) => (row.firstElementChild ?? []) as HTMLElement);
  return names.map((element) => {
    const full = element.textContent?.trim() ?? "", name = full.replace(ONESELF, "").trim();
    const row = element.closest<HTMLElement>(ROW) ?? element.parentElement ?? element;
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    const key = number === 1 ? `name:${name}` : `name:${name} ${number}`;
    // Beside the name: roles, and what buttons and signs are called.
    const labels = Array.from(row.querySelectorAll("[aria-label]"), (each) => each.getAttribute("aria-label") ?? "");
    const about = [row.innerText.replace(full, ""), ...labels.map((label) => label.replace(full, ""))].join(" ");
    return { key, name, isSelf: ONESELF.test(full), row, about };
  }).filter(({ name }) => name);
}

/** A name within a longer one does not count. */
function namedIn(text: string, people: Listed[]): Listed[] {
  const said = fold(text), found = people.filter(({ name }) => said.includes(fold(name)));
  return found.filter(({ name }) => !found.some((other) => other.name !== name && fold(other.name).includes(fold(name))));
}

export function tiles(people = listed()): Tile[] {
  return all<HTMLVideoElement>("video").flatMap((video) => {
    let around: HTMLElement | null = video.srcObject ? video.parentElement : null;
    for (let layer = 0; around && layer < LAYERS; layer++, around = around.parentElement) {
      const [of, ...more] = namedIn(around.innerText, people);
      if (of) return more.length || of.isSelf ? [] : [{ of, video, isScreen: SHARES.test(around.innerText.replace(of.name, "")) }];
    }
    return [];
  });
}

/** `own` is the name that the bot gave; it counts where the list does not say who one is. */
export function attendees(own: string): Attendee[] {
  const people = listed(), pictures = tiles(people), marked = people.some(({ isSelf }) => isSelf);
  return people.map(({ key, name, isSelf, about }) => {
    const theirs = pictures.filter(({ of }) => of.key === key);
    return {
      key, name, is_self: marked ? isSelf : name === own, is_host: HOST.test(about), microphone: !MUTED.test(about),
      camera: theirs.some(({ isScreen }) => !isScreen), screen: theirs.some(({ isScreen }) => isScreen),
    };
  });
}

export const speaking = (): string[] =>
  listed().filter(({ row, isSelf }) => !isSelf && [...row.querySelectorAll(HALO)].some(isVisible)).map(({ key }) => key);

export function* chat(own: string): Generator<Line> {
  const people = listed(), seen = new Map<string, number>();
  for (const box of all('div[class^="style-chat-box"]')) {
    const label = box.querySelector('h3[class^="style-chat-label"]')?.textContent?.trim() ?? "";
    const text = box.querySelector('span[class^="style-chat-msg"]')?.textContent?.trim() ?? "";
    const [of] = namedIn(/^(?:you|me)\b/i.test(label) ? own : label, people);
    const line = `${label} ${text}`, number = (seen.get(line) ?? 0) + 1;
    seen.set(line, number);
    if (text) yield { id: `${number} ${line}`, key: of?.key ?? `name:${label}`, name: of?.name ?? (label || null), text, to: "everyone" };
  }
}
