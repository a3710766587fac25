/** The messages of the page to the bot; their meaning is written down in rapporteur/wire/page.py. */
export interface Attendee {
  key: string; name: string | null; is_self: boolean; is_host: boolean;
  microphone: boolean; camera: boolean; screen: boolean;
  email?: string | null;
  /** What the platform knows them by, under its name, as the API tells it. */
  extra_data?: Record<string, Record<string, string | null>>;
}

export interface Bodies {
  ready: Record<string, never>;
  track: { track: number; media: "audio" | "video"; mime: string; clock_rate: number; csrc?: number };
  track_owner: { track: number; key: string | null; role: "microphone" | "webcam" | "screenshare" | "mix" | "page" };
  contributor: { csrc: number; key: string };
  speaking: { keys: string[] };
  staged: Record<string, never>;
  hidden: { why: "own_transform" | "no_transforms" };
  track_ended: { track: number };
  roster: { attendees: Attendee[] };
  chat: { key: string; name: string | null; text: string; to: "everyone" | "only_bot" };
  caption: { id: string; key: string; name: string | null; text: string; final: boolean };
  /** `sign` is which of the screen's signs was seen, from 0. */
  screen: { name: string | null; sign: number };
  notice: { name: string | null };
  meeting: { title: string | null };
  fault: { where: string; message: string };
}

export type Type = keyof Bodies;
export type Message = { [T in Type]: { type: T; body: Bodies[T] } }[Type];

export const VERSION = 1;

export const envelope = (message: Message, seq: number, at: number): string =>
  JSON.stringify({ v: VERSION, type: message.type, seq, at, body: message.body });
