/**
 * What GoTo's page shows, by what people can read alone: nobody has published how it is made.
 *
 * People are the lines of a list that is headed by their number, else the names on pictures. Who talks is a line of text.
 */
import type { Attendee } from "../../shared/envelope";
import { all, hasRoom } from "../../shared/screens";

const ITEM = '[role="listitem"], [role="treeitem"], li';
const ONESELF = /\b(?:me|you|ich|yo)\b|自分/i;
const HOST = /\b(?:organizer|organisator|organizador)\b|主催者/i;
const TALKING = /^\s*(?:talking|spricht|habla|発言中)\s*[::]\s*(.+)$/i;
const ROLES = /\s*[((]([^()()]*)[))]\s*$/;
/** A name stands close to its picture. */
const LAYERS = 4;
const LONGEST_NAME = 80;

interface Listed { key: string; name: string; about: string }
interface Picture { name: string; video: HTMLVideoElement; isScreen: boolean }

/** Namesakes are told apart by their order. */
function listed(): Listed[] {
  const seen = new Map<string, number>();
  return all(ITEM).flatMap((element) => {
    const full = (element.textContent ?? "").trim(), about = ROLES.exec(full)?.[1] ?? "", name = full.replace(ROLES, "").trim();
    if (!name || name.length > LONGEST_NAME || element.querySelector(ITEM)) return [];
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return [{ key: number === 1 ? `name:${name}` : `name:${name} ${number}`, name, about }];
  });
}

/** Somebody's second picture is their screen. */
export function pictures(): Picture[] {
  const seen = new Set<string>();
  return all<HTMLVideoElement>("video").flatMap((video): Picture[] => {
    let around: HTMLElement | null = video.srcObject ? video.parentElement : null;
    for (let layer = 0; around && layer < LAYERS; layer++, around = around.parentElement) {
      const words = around.innerText.trim();
      if (!words) continue;
      if (words.includes("\n") || words.length > LONGEST_NAME) return [];
      const name = words.replace(ROLES, ""), isScreen = seen.has(name);
      seen.add(name);
      return [{ name, video, isScreen }];
    }
    return [];
  });
}

/** `own` is the name that the bot gave. Whether somebody's microphone is on is not to be read. */
export function attendees(own: string): Attendee[] {
  const shown = pictures(), list = listed();
  const names = shown.filter(({ isScreen }) => !isScreen).map(({ name }) => ({ key: `name:${name}`, name, about: "" }));
  const people = list.length ? list : [...names, { key: `name:${own}`, name: own, about: "me" }];
  const marked = people.some(({ about }) => ONESELF.test(about));
  return people.map(({ key, name, about }) => {
    const theirs = shown.filter((picture) => key === `name:${picture.name}`);
    return {
      key, name, is_self: marked ? ONESELF.test(about) : name === own, is_host: HOST.test(about), microphone: true,
      camera: theirs.some(({ isScreen, video }) => !isScreen && hasRoom(video)), screen: theirs.some(({ isScreen }) => isScreen),
    };
  });
}

export function speaking(): string[] {
  const said = all("div, span, p").map((element) => element.childElementCount ? null : TALKING.exec(element.textContent ?? ""));
  return said.flatMap((found) => found?.[1]?.split(/\s*,\s*/) ?? []).map((name) => `name:${name}`);
}
