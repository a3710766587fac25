/** Webex: a client in a frame, one mixed sound, a picture per person; who is there and who speaks by the open list of people. */
import { attend, type Owned } from "../shared/attending";
import { Receivers } from "../shared/connections";
import type { Parameters } from "../shared/link";
import * as shown from "./webex/shown";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

const QUIET_MS = 200;

attend(parameters, () => {
  const receivers = new Receivers();

  function* owners(): Generator<Owned> {
    for (const { track } of receivers) if (track.kind === "audio") yield { received: track, key: null, role: "mix" };
    for (const { of, video, isScreen } of shown.tiles()) {
      const stream = video.srcObject as MediaStream | null;
      for (const received of stream?.getVideoTracks() ?? []) {
        yield { received, key: of.key, role: isScreen ? "screenshare" : "webcam" };
      }
    }
  }

  return {
    owners, attendees: () => shown.attendees(parameters.name), speaking: shown.speaking, chat: () => shown.chat(parameters.name),
    title: () => document.title.replace(/\s*[-|–]\s*(?:Cisco )?Webex.*$/i, "").trim() || null,
  };
}, QUIET_MS);
