/**
 * Jitsi Meet: read from the account that its page keeps of the conference. Where a page keeps it out of reach, its tiles, its chat
 * and the names of what it receives say the same.
 */
import { attend, type Line, type Owned } from "../shared/attending";
import type { Attendee } from "../shared/envelope";
import type { Parameters } from "../shared/link";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

type Role = Owned["role"];

// --- the page's own account, as far as it is used -----------------------------------------------------------------------

interface Participant { id: string; name?: string; role?: string; email?: string; fakeParticipant?: unknown }
interface Participants { local?: Participant; remote?: Map<string, Participant> | Record<string, Participant>; dominantSpeaker?: string }
interface Received { track?: unknown; getTrack?: () => unknown }
interface Track {
  participantId?: string; local?: boolean; mediaType?: string; videoType?: string; muted?: boolean; jitsiTrack?: Received;
}
interface Message {
  messageId?: string; participantId?: string; id?: string; displayName?: string; message?: string; messageType?: string;
  privateMessage?: boolean; timestamp?: number;
}
interface State {
  "features/base/participants"?: Participants;
  "features/base/tracks"?: Track[];
  "features/base/conference"?: { membersOnly?: unknown; subject?: string };
  "features/lobby"?: { knocking?: boolean };
  "features/chat"?: { messages?: Message[] };
}
interface App { conference?: { isJoined?: () => boolean }; store?: { getState?: () => State } }

const app = (): App | undefined => (window as { APP?: App }).APP;

function state(): State {
  try { return app()?.store?.getState?.() ?? {}; } catch { return {}; }
}

function states(): string[] {
  const { "features/lobby": lobby, "features/base/conference": conference } = state();
  let joined = false, told = false;
  try {
    told = Boolean(app()?.conference?.isJoined);
    joined = app()?.conference?.isJoined?.() ?? false;
  } catch { /* not made yet */ }
  return [
    ...told ? [] : ["untold"], ...joined ? ["joined"] : [], ...lobby?.knocking ? ["knocking"] : [], ...!joined && conference?.membersOnly ? ["waiting"] : [],
  ];
}

// --- people -------------------------------------------------------------------------------------------------------------

const SHARED = /-v\d+$/;
/** A screen that is shared counts as a participant of its own, named after its owner. */
const ownerOf = (id: string): string => id.replace(SHARED, "");

function remote({ remote: found }: Participants): Participant[] {
  const all = found instanceof Map ? [...found.values()] : Object.values(found ?? {});
  return all.filter(({ id, fakeParticipant }) => !fakeParticipant && !SHARED.test(id));
}

function roleOf({ mediaType, videoType }: Track): Role {
  if (mediaType === "audio") return "microphone";
  return mediaType === "screenshare" || videoType === "desktop" ? "screenshare" : "webcam";
}

function attendees(): Attendee[] {
  const { "features/base/participants": people, "features/base/tracks": tracks = [] } = state();
  if (!people?.local) return tiles();
  const sending = new Set(tracks.filter(({ muted }) => !muted).map((track) => `${ownerOf(track.participantId ?? "")} ${roleOf(track)}`));
  const self = people.local;
  return [self, ...remote(people)].map((one) => ({
    key: one.id, name: one.name ?? null, is_self: one === self, is_host: one.role === "moderator",
    microphone: sending.has(`${one.id} microphone`), camera: sending.has(`${one.id} webcam`), screen: sending.has(`${one.id} screenshare`),
    email: one.email || null,
  }));
}

function tiles(): Attendee[] {
  return Array.from(document.querySelectorAll('[id^="participant_"], #localVideoContainer'), (tile) => {
    const self = tile.id === "localVideoContainer", playing = (video: HTMLVideoElement) => !video.hidden && Boolean(video.srcObject);
    const key = self ? "local" : tile.id.slice("participant_".length);
    return {
      key, name: tile.querySelector(".displayname")?.textContent?.trim() || null, is_self: self, is_host: false,
      microphone: false, camera: [...tile.querySelectorAll("video")].some(playing), screen: false,
    };
  });
}

// --- media --------------------------------------------------------------------------------------------------------------

function* owners(): Generator<Owned> {
  for (const track of state()["features/base/tracks"] ?? []) {
    const received = track.jitsiTrack?.track ?? track.jitsiTrack?.getTrack?.();
    if (track.local || !track.participantId || !(received instanceof MediaStreamTrack)) continue;
    yield { received, key: ownerOf(track.participantId), role: roleOf(track) };
  }
  if (!app()) yield* named();
}

const NAMED = /^([\da-f]{8})-(audio|video|camera|screen|desktop)(?:-(\d+))?/;

/** Everything a bridge sends is named after its owner: the endpoint, the kind, and the number of the source. */
function* named(): Generator<Owned> {
  for (const { srcObject } of document.querySelectorAll<HTMLMediaElement>("audio, video")) {
    if (!(srcObject instanceof MediaStream)) continue;
    for (const received of srcObject.getTracks()) {
      const [, key, kind, source] = NAMED.exec(srcObject.id) ?? NAMED.exec(received.id) ?? [];
      if (!key) continue;
      const shared = kind === "screen" || kind === "desktop" || (kind === "video" && source !== "0");
      yield { received, key, role: received.kind === "audio" ? "microphone" : shared ? "screenshare" : "webcam" };
    }
  }
}

// --- chat ---------------------------------------------------------------------------------------------------------------

const WRITTEN = new Set(["local", "remote", undefined]);

function chat(): Line[] {
  const messages = state()["features/chat"]?.messages;
  if (!messages) return written();
  return messages.filter(({ messageType }) => WRITTEN.has(messageType))
    .sort((one, other) => (one.timestamp ?? 0) - (other.timestamp ?? 0))
    .map((one, number) => ({
      id: one.messageId ?? `${one.timestamp ?? number}`, key: one.participantId ?? one.id ?? "", name: one.displayName ?? null,
      text: one.message ?? "", to: one.privateMessage ? "only_bot" : "everyone",
    }));
}

function written(): Line[] {
  const keys = new Map(attendees().map(({ name, key }) => [name, key]));
  return Array.from(document.querySelectorAll("#chatconversation .chatmessage"), (line, number) => {
    const name = line.querySelector(".display-name")?.textContent?.trim() || null;
    const text = line.querySelector(".usermessage")?.textContent ?? "";
    return { id: line.closest("[id]")?.id ?? `${number}`, key: keys.get(name) ?? "", name, text, to: "everyone" as const };
  });
}

attend(parameters, () => ({
  attendees, owners, chat, states,
  speaking: () => {
    const speaker = state()["features/base/participants"]?.dominantSpeaker;
    return speaker ? [speaker] : [];
  },
  title: () => state()["features/base/conference"]?.subject || document.title.split(" | ")[0]?.trim() || null,
}), 200);
