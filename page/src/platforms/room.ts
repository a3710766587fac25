/** The built-in room as its page shows it: people, chat, and whose each media element is. */
import { attend, type Line, type Owned } from "../shared/attending";
import type { Attendee, Bodies } from "../shared/envelope";
import type { Parameters } from "../shared/link";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

type Role = Bodies["track_owner"]["role"];
const ROLES: readonly string[] = ["microphone", "webcam", "screenshare"] satisfies Role[];

function attendee({ dataset }: HTMLElement): Attendee {
  return {
    key: dataset.participant ?? "", name: dataset.name ?? null,
    is_self: dataset.self === "true", is_host: dataset.host === "true",
    microphone: dataset.microphone === "on", camera: dataset.camera === "on", screen: dataset.screen === "on",
  };
}

function* owners(): Generator<Owned> {
  for (const element of document.querySelectorAll<HTMLMediaElement>("video[data-role], audio[data-role]")) {
    const role = element.dataset.role ?? "";
    const owner = element.closest<HTMLElement>(role === "screenshare" ? "[data-screen-of]" : "[data-participant]");
    const key = role === "screenshare" ? owner?.dataset.screenOf : owner?.dataset.participant;
    if (!key || !ROLES.includes(role) || !(element.srcObject instanceof MediaStream)) continue;
    for (const received of element.srcObject.getTracks()) yield { received, key, role: role as Role };
  }
}

function line(element: HTMLElement): Line {
  const { chatId = "", from = "", name, to } = element.dataset;
  const text = element.querySelector(".text")?.textContent ?? "";
  return { id: chatId, key: from, name: name ?? null, text, to: to === "only_bot" ? "only_bot" : "everyone" };
}

attend(parameters, () => ({
  attendees: () => Array.from(document.querySelectorAll<HTMLElement>("[data-participant]"), attendee),
  owners,
  speaking: () => Array.from(
    document.querySelectorAll<HTMLElement>('[data-participant][data-speaking="true"][data-self="false"]'),
    ({ dataset }) => dataset.participant ?? "",
  ),
  chat: () => Array.from(document.querySelectorAll<HTMLElement>("li[data-chat-id]"), line),
  title: () => document.querySelector("#meeting-title")?.textContent?.trim() || null,
}));
