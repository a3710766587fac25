/** The built-in room as its page shows it: screens, people, chat, and whose each media element is. */
import type { Attendee, Bodies } from "../shared/envelope";
import { Link, type Parameters } from "../shared/link";
import { Tracks } from "../shared/tracks";
import { Changes, screenOf, watch } from "../shared/watch";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

type Role = Bodies["track_owner"]["role"];
const ROLES: readonly string[] = ["microphone", "webcam", "screenshare"] satisfies Role[];

const link = new Link(parameters);
const tracks = new Tracks(link, parameters.tracks);
const changes = new Changes(link);
const chatSeen = new Set<string>();

function attendee({ dataset }: HTMLElement): Attendee {
  return {
    key: dataset.participant ?? "", name: dataset.name ?? null,
    is_self: dataset.self === "true", is_host: dataset.host === "true",
    microphone: dataset.microphone === "on", camera: dataset.camera === "on", screen: dataset.screen === "on",
  };
}

function roster(): void {
  const people = document.querySelectorAll<HTMLElement>("[data-participant]");
  changes.say("roster", { attendees: Array.from(people, attendee) });
}

function owners(): void {
  for (const element of document.querySelectorAll<HTMLMediaElement>("video[data-role], audio[data-role]")) {
    const role = element.dataset.role ?? "";
    const owner = element.closest<HTMLElement>(role === "screenshare" ? "[data-screen-of]" : "[data-participant]");
    const key = role === "screenshare" ? owner?.dataset.screenOf : owner?.dataset.participant;
    if (!key || !ROLES.includes(role) || !(element.srcObject instanceof MediaStream)) continue;
    for (const received of element.srcObject.getTracks()) {
      const track = tracks.numberOf(received);
      if (track) changes.say("track_owner", { track, key, role: role as Role }, `track_owner ${track}`);
    }
  }
}

function chat(): void {
  for (const line of document.querySelectorAll<HTMLElement>("li[data-chat-id]")) {
    const { chatId = "", from = "", name, to } = line.dataset;
    if (chatSeen.has(chatId)) continue;
    chatSeen.add(chatId);
    const text = line.querySelector(".text")?.textContent ?? "";
    link.say("chat", { key: from, name: name ?? null, text, to: to === "only_bot" ? "only_bot" : "everyone" });
  }
}

function speaking(): void {
  const marked = document.querySelectorAll<HTMLElement>('[data-participant][data-speaking="true"][data-self="false"]');
  changes.say("speaking", { keys: Array.from(marked, ({ dataset }) => dataset.participant ?? "").sort() });
}

function look(): void {
  changes.say("screen", { name: screenOf(parameters.screens) });
  if (document.body?.dataset.screen !== "call") return;
  changes.say("meeting", { title: document.querySelector("#meeting-title")?.textContent?.trim() || null });
  roster();
  owners();
  speaking();
  chat();
}

if (window.top === window) {
  link.say("ready", {});
  tracks.onattached = watch(look);
}
