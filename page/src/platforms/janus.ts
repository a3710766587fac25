/**
 * A VideoRoom on Janus's own demo page. What the room tells the page is overheard where the page hands it on; where that is not to
 * be had, the page's five panels say who is there.
 */
import { attend, type Owned } from "../shared/attending";
import type { Attendee } from "../shared/envelope";
import type { Parameters } from "../shared/link";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

type Id = number | string;
interface Named { id?: Id; display?: string }
interface Told {
  videoroom?: string; reason?: string; leaving?: Id; publishers?: Named[]; attendees?: Named[]; joining?: Named;
}
interface Handle { onmessage?: (told: Told, description?: unknown) => unknown }

/** What the page's scripts keep in global variables. */
interface Page { sfutest?: Handle | null; feeds?: ({ rfid?: Id } | null | undefined)[]; myid?: Id | null }
const page = window as Page;

/** One of the page's panels for others; the page has five. */
interface Panel { key: string; name: string; element: Element }
const PANELS = [1, 2, 3, 4, 5];
const KICKED = "kicked";

const names = new Map<string, string>();
const overheard = new WeakSet<Handle>();
let kicked = false;

function hear({ videoroom, reason, leaving, publishers = [], attendees = [], joining }: Told): void {
  if (videoroom === "joined") names.clear();
  for (const { id, display } of [...publishers, ...attendees, ...(joining ? [joining] : [])]) {
    if (id !== undefined) names.set(String(id), display ?? "");
  }
  if (leaving === "ok") kicked ||= reason === KICKED;
  else if (leaving !== undefined) names.delete(String(leaving));
}

/** The page's handle of the room calls this function for every message; ours stands before the page's. */
function overhear(handle: Handle | null | undefined): void {
  const pages = handle?.onmessage;
  if (!handle || !pages || overheard.has(handle)) return;
  overheard.add(handle);
  handle.onmessage = function (told, description) {
    hear(told);
    return Reflect.apply(pages, this, [told, description]) as unknown;
  };
}

function panels(): Panel[] {
  return PANELS.flatMap((number) => {
    const name = document.querySelector(`#remote${number}`)?.textContent?.trim();
    const element = document.querySelector(`#videoremote${number}`);
    const id = page.feeds?.[number]?.rfid;
    return name && element ? [{ key: id === undefined ? `${number} ${name}` : String(id), name, element }] : [];
  });
}

function attendees(): Attendee[] {
  const seen = new Map(panels().map((panel) => [panel.key, panel]));
  const all = new Map([...[...seen].map(([key, { name }]) => [key, name] as const), ...names]);
  const self = String(page.myid ?? "self");
  all.delete(self);
  const own = document.querySelector<HTMLInputElement>("#username")?.value ?? null;
  const others = Array.from(all, ([key, name]) => {
    const element = seen.get(key)?.element;
    return {
      key, name: name || null, is_self: false, is_host: false, screen: false,
      microphone: Boolean(element?.querySelector("audio")), camera: Boolean(element?.querySelector("video")),
    };
  });
  return [{ key: self, name: own, is_self: true, is_host: false, microphone: false, camera: false, screen: false }, ...others];
}

function* owners(): Generator<Owned> {
  for (const { key, element } of panels()) {
    for (const { srcObject } of element.querySelectorAll<HTMLMediaElement>("audio, video")) {
      if (!(srcObject instanceof MediaStream)) continue;
      for (const received of srcObject.getTracks()) {
        yield { received, key, role: received.kind === "audio" ? "microphone" : "webcam" };
      }
    }
  }
}

attend(parameters, () => ({
  attendees, owners,
  states: () => {
    overhear(page.sfutest);
    return kicked ? [KICKED] : [];
  },
}));
