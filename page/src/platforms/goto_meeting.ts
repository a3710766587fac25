/** GoTo, experimental: the sound as one mix, and what the page shows in plain words; nothing of its own data is read. */
import { attend, type Owned } from "../shared/attending";
import { Receivers } from "../shared/connections";
import type { Parameters } from "../shared/link";
import * as shown from "./goto_meeting/shown";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

const QUIET_MS = 250;

attend(parameters, () => {
  const receivers = new Receivers();

  function* owners(): Generator<Owned> {
    for (const { track } of receivers) if (track.kind === "audio") yield { received: track, key: null, role: "mix" };
    for (const { name, video, isScreen } of shown.pictures()) {
      if (!(video.srcObject instanceof MediaStream)) continue;
      for (const received of video.srcObject.getVideoTracks()) {
        yield { received, key: `name:${name}`, role: isScreen ? "screenshare" : "webcam" };
      }
    }
  }

  return {
    owners, attendees: () => shown.attendees(parameters.name), speaking: shown.speaking,
    title: () => document.title.replace(/\s*[-|–]\s*GoTo.*$/i, "").trim() || null,
  };
}, QUIET_MS);
