/** Zoom's web client: newer ones bring a track per person, whose stream names its node; older ones are recorded as seen. */
import { attend, type Owned } from "../shared/attending";
import { Receivers } from "../shared/connections";
import type { Attendee } from "../shared/envelope";
import type { Parameters } from "../shared/link";
import * as shown from "./zoom/shown";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

const QUIET_MS = 200;

attend(parameters, () => {
  const receivers = new Receivers();
  /** Names by participant id, as tiles told them once. */
  const names = new Map<number, string>();

  function learn(): void {
    for (const { person, name } of shown.players()) if (name) names.set(person, name);
  }

  function* owners(): Generator<Owned> {
    learn();
    for (const { track, streams } of receivers) {
      const person = streams.map(shown.personOfStream).find((found) => found !== null), name = names.get(person ?? -1);
      if (!name) continue;
      const isScreen = track.kind === "video" && streams.some((id) => /\+(?:SS|share)/i.test(decodeURIComponent(id)));
      yield { received: track, key: shown.keyOf(name), role: track.kind === "audio" ? "microphone" : isScreen ? "screenshare" : "webcam" };
    }
  }

  function attendees(): Attendee[] {
    learn();
    return shown.attendees(parameters.name).map((attendee) => {
      const [id, ...others] = [...names].filter(([, name]) => name === attendee.name).map(([person]) => person);
      // Of two with one name nobody can say which is which.
      if (id === undefined || others.length) return attendee;
      return { ...attendee, extra_data: { zoom: { user_guid: null, guest: null, conf_user_id: String(id) } } };
    });
  }

  return {
    attendees, owners, speaking: shown.speaking, chat: shown.chat, captions: shown.captions,
    title: () => document.title.replace(/\s*[-|]\s*Zoom\s*$/, "").trim() || null,
  };
}, QUIET_MS);
