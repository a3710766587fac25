/** The part of Jitsi Meet's own objects that other programs read: `APP`, with its conference and its store. */
import type { Attendee, ChatLine, Played } from "../../contract";
import type { Simulation } from "../../engine";

/** Jitsi's endpoint ids are eight hexadecimal digits. */
export const endpoint = ({ id }: Attendee): string => (0xa1b2c300 + id).toString(16);

export function publish(simulation: Simulation): void {
  const joined = () => simulation.phase.at === "call";
  const others = () => simulation.attendees.filter(({ isVisitor }) => !isVisitor);
  const room = {
    getParticipants: () => others().map(participant),
    sendTextMessage: (text: string) => simulation.say(text),
    myUserId: () => endpoint(simulation.me),
  };
  const getState = () => ({
    "features/base/participants": {
      local: entry(simulation.me),
      remote: new Map(others().map((one) => [endpoint(one), entry(one)])),
      dominantSpeaker: others().filter(({ speaking }) => speaking).map(endpoint)[0],
    },
    "features/lobby": { knocking: simulation.phase.at === "waiting" && simulation.phase.for === "lobby" },
    "features/base/conference": {
      membersOnly: simulation.phase.at === "waiting" ? {} : undefined, conference: joined() ? room : undefined,
    },
    "features/base/tracks": (simulation.media?.played ?? []).map(trackEntry),
    "features/chat": { messages: simulation.chat.map(message) },
  });
  const conference = { isJoined: joined, _room: room, getMyUserId: room.myUserId };
  Object.assign(window, { APP: { conference, store: { getState } } });
}

const roleOf = ({ isHost }: Attendee): string => isHost ? "moderator" : "participant";

/** Whoever gives one in the settings, for a picture, tells it to everybody; the host of these meetings does. */
const mailOf = ({ name, isHost }: Attendee): string | undefined => isHost ? `${name.split(" ")[0]!.toLowerCase()}@example.org` : undefined;

const entry = (one: Attendee): object => ({ id: endpoint(one), name: one.name, role: roleOf(one), email: mailOf(one), local: one.isVisitor });

const participant = (one: Attendee): object => ({
  getId: () => endpoint(one), getDisplayName: () => one.name, getRole: () => roleOf(one), isModerator: () => one.isHost,
  isAudioMuted: () => !one.microphone, isVideoMuted: () => !one.camera,
});

function trackEntry({ of, role, stream, track }: Played): object {
  const owner = of ? endpoint(of) : "";
  return {
    participantId: owner, local: false,
    mediaType: role === "audio" ? "audio" : "video", videoType: role === "screen" ? "desktop" : "camera",
    muted: role === "audio" ? !of?.microphone : role === "camera" && !of?.camera,
    jitsiTrack: { getTrack: () => track, getOriginalStream: () => stream, getParticipantId: () => owner, stream, track },
  };
}

const message = ({ id, from, text, at }: ChatLine): object => ({
  messageId: String(id), participantId: endpoint(from), displayName: from.name, message: text, timestamp: at,
  messageType: from.isVisitor ? "local" : "remote", privateMessage: false,
});
