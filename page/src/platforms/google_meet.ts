/** Google Meet: its own data where they can be read, else what the page shows. Sound comes on three tracks that go round. */
import { attend, type Owned } from "../shared/attending";
import { tapChannels } from "../shared/channels";
import { Receivers } from "../shared/connections";
import { Contributors } from "../shared/contributors";
import type { Bodies } from "../shared/envelope";
import type { Parameters } from "../shared/link";
import { tapRequests } from "../shared/requests";
import { Acquaintance } from "./google_meet/acquaintance";
import { Collections, decoded } from "./google_meet/collections";
import * as shown from "./google_meet/shown";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

const QUIET_MS = 200;
const SYNC = /\/SyncMeetingSpaceCollections(?:$|\?)/;
/** Meetings without a name are called by their code. */
const CODE = /^[a-z]{3}-[a-z]{4}-[a-z]{3}$/;

const { look } = attend(parameters, ({ link, tracks }) => {
  const collections = new Collections(), receivers = new Receivers(), acquaintance = new Acquaintance();
  const contributors = new Contributors({ link, tracks, receivers }, { split: true });
  const fault = (where: string) => (error: unknown) => link.say("fault", { where, message: error instanceof Error ? error.name : "" });
  tapChannels("collections", (message) => {
    collections.take(message);
    look();
  }, fault("collections"));
  tapRequests(SYNC, async (answer) => {
    collections.sync(decoded(await answer.text()));
    look();
  }, fault("sync"));
  contributors.onchange = () => look();
  const people = () => collections.known ? collections.attendees : shown.attendees();

  function* owners(): Generator<Owned> {
    const told = new Set<MediaStreamTrack>();
    for (const { track, streams } of receivers) {
      const owner = track.kind === "video" ? streams.map((id) => collections.ownerOf(id)).find((found) => found !== null) : null;
      // What no source is named for, which is silence where sources are named at all.
      if (track.kind === "audio") yield { received: track, key: null, role: "mix" };
      else if (owner) {
        told.add(track);
        yield { received: track, ...owner };
      }
    }
    for (const owned of shown.owners()) if (!told.has(owned.received)) yield owned;
  }

  function speaking(): string[] {
    const keys = new Map([...collections.contributors()].map(({ csrc, key }) => [csrc, key]));
    const heard = contributors.speaking.flatMap((csrc) => keys.get(csrc) ?? []);
    return keys.size ? [...new Set(heard)] : shown.speaking();
  }

  function contributing(): Iterable<Bodies["contributor"]> {
    const told = [...collections.contributors()];
    if (told.length) return told;
    acquaintance.see(contributors.speaking, shown.speaking());
    return acquaintance.known();
  }

  return {
    attendees: people, owners, speaking, contributors: contributing,
    chat: () => collections.known ? collections.chat() : shown.chat(people()),
    captions: () => shown.captions(people()),
    title: () => {
      const title = document.title.replace(/^Meet\s*[-–—]\s*/, "").trim();
      return title && title !== "Meet" && title !== "Google Meet" && !CODE.test(title) ? title : null;
    },
  };
}, QUIET_MS);
