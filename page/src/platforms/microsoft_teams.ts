/** Microsoft Teams: one mixed sound, a picture per person; who is who by the page's own signalling, else by what it shows. */
import { attend, type Owned } from "../shared/attending";
import { Receivers } from "../shared/connections";
import { Contributors } from "../shared/contributors";
import type { Attendee } from "../shared/envelope";
import type { Parameters } from "../shared/link";
import { tapSockets } from "../shared/sockets";
import { Roster } from "./microsoft_teams/roster";
import * as shown from "./microsoft_teams/shown";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

const QUIET_MS = 200;
/** The name of a picture's stream ends with its source: `mainVideo-39016` (seen 2026-08). */
const SOURCE = /Video-(\d+)$/;
/** Who looks at nothing for some minutes gets no more chat. */
const STIRS_EVERY_MS = 240_000;

const { look } = attend(parameters, ({ link, tracks }) => {
  const roster = new Roster(), receivers = new Receivers();
  const contributors = new Contributors({ link, tracks, receivers });
  contributors.onchange = () => look();
  tapSockets((frame) => {
    roster.take(frame).then((taken) => { if (taken) look(); }).catch((error: unknown) =>
      link.say("fault", { where: "roster", message: error instanceof Error ? error.name : "" }));
  });
  setInterval(() => document.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX: 3, clientY: 3 })), STIRS_EVERY_MS);

  const idOf = (name: string): string | undefined => {
    const namesakes = roster.people.filter((person) => shown.bare(person.name) === name);
    return namesakes.length === 1 ? namesakes[0]!.id : undefined;
  };
  const keyOf = (name: string): string => idOf(name) ?? `name:${name}`;

  /** Shown and told of together: signalling knows everybody, the page which of them one is oneself. */
  function attendees(): Attendee[] {
    const seen = shown.attendees(parameters.name);
    if (!roster.known) return seen;
    return roster.people.map(({ id, name, isHost, streams, role, meetingRole }) => {
      const bare = shown.bare(name), same = seen.find((attendee) => attendee.name === bare);
      const sends = (kind: RegExp) => streams.some(({ type, sends: on }) => on && kind.test(type));
      return {
        key: id, name: bare, is_self: same?.is_self ?? false, is_host: isHost || (same?.is_host ?? false),
        microphone: sends(/^audio$/), camera: sends(/^video$/), screen: sends(/sharing/),
        extra_data: { microsoft_teams: {
          participant_type: null, role, meeting_role: meetingRole, user_id: id, tenant_id: null, client_version: null,
        } },
      };
    });
  }

  /** By the tile that plays it, else by its name: a tile may come late, or play a copy. */
  function* owners(): Generator<Owned> {
    const shownOn = new Map<MediaStreamTrack, Omit<Owned, "received">>();
    for (const { name, element, isScreen, isSelf } of shown.tiles()) {
      for (const { srcObject } of isSelf ? [] : element.querySelectorAll("video")) {
        if (!(srcObject instanceof MediaStream)) continue;
        for (const track of srcObject.getVideoTracks()) shownOn.set(track, { key: keyOf(name), role: isScreen ? "screenshare" : "webcam" });
      }
    }
    for (const { track, streams } of receivers) {
      const owner = track.kind === "audio" ? { key: null, role: "mix" } as const : shownOn.get(track) ?? named(streams);
      if (owner) yield { received: track, ...owner };
    }
  }

  function named(streams: string[]): Omit<Owned, "received"> | undefined {
    const source = streams.map((id) => SOURCE.exec(id)?.[1]).find((found) => found !== undefined);
    const stream = source === undefined ? undefined : roster.streamOf(Number(source));
    return stream && { key: stream.person.id, role: /sharing/.test(stream.type) ? "screenshare" : "webcam" };
  }

  function speaking(): string[] {
    const told = contributors.speaking.flatMap((csrc) => roster.streamOf(csrc)?.person.id ?? []);
    return told.length || roster.people.some(({ streams }) => streams.length) ? [...new Set(told)] : shown.speaking().map(keyOf);
  }

  return {
    attendees, owners, speaking, chat: () => shown.chat(keyOf), captions: () => shown.captions(keyOf),
    title: () => document.title.replace(/\s*\|\s*Microsoft Teams.*$/, "").trim() || null,
  };
}, QUIET_MS);
