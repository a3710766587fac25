/** Slack's huddles: one mixed sound, a picture per person; tiles with ids tell who is there and who speaks. */
import { attend, type Owned } from "../shared/attending";
import { Receivers } from "../shared/connections";
import type { Attendee } from "../shared/envelope";
import type { Parameters } from "../shared/link";
import * as shown from "./slack_huddle_observer/shown";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

const QUIET_MS = 200;

attend(parameters, () => {
  const receivers = new Receivers();
  /** A channel looks alike before a huddle and after it. */
  let wasIn = false, present: Attendee[] = [];

  function* owners(): Generator<Owned> {
    for (const { track } of receivers) if (track.kind === "audio") yield { received: track, key: null, role: "mix" };
    for (const { key, video, isScreen } of shown.pictures()) {
      if (!(video.srcObject instanceof MediaStream)) continue;
      for (const received of video.srcObject.getVideoTracks()) yield { received, key, role: isScreen ? "screenshare" : "webcam" };
    }
  }

  return {
    owners, speaking: shown.speaking, chat: shown.chat, captions: shown.captions,
    /** A page without tiles tells of nobody, not even of oneself: it shows something else, and does not say that all have left. */
    attendees() {
      const seen = shown.attendees();
      wasIn = true;
      return present = seen.length ? seen : present;
    },
    states: () => wasIn ? ["was_in"] : [],
    title: () => document.title.replace(/^[*!]\s*/, "").replace(/\s*\((?:Channel|DM|Private)\b[^)]*\).*$|\s+[-|]\s+Slack.*$/, "").trim() || null,
  };
}, QUIET_MS);
