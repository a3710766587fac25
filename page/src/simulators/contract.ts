/**
 * What the parts of a simulated platform say to each other: the scenario as Python writes it (rapporteur/simulators/meetings.py,
 * names as there), the meeting as a skin sees it, and what a skin has to be.
 *
 * Times ending in `_s` are seconds. Those of people count from the visitor's admission and are never scaled; those of the
 * door are divided by the speed.
 */
import type { Builder } from "./dom";
import type { Simulation } from "./engine";

export type Language = "en" | "de" | "es" | "ja";

// --- the scenario -----------------------------------------------------------------------------------------------------------

export interface Span { from_s: number; to_s: number }

export interface Person {
  name: string;
  colour: string;
  is_host: boolean;
  lines: { at_s: number; clip: string; text: string; duration_s: number }[];
  marks: number[];
  camera_off: Span[];
  screen: Span[];
  messages: { at_s: number; text: string }[];
  camera: boolean;
  microphone: boolean;
  joins_at_s: number;
  leaves_at_s: number | null;
}

/** Why somebody is not, or no longer, in the meeting. */
export type Reason =
  | "denied" | "no_answer" | "login_wall" | "captcha" | "bot_wall" | "not_found" | "full" | "locked" | "ended_before"
  | "removed" | "ended" | "left";

/** One thing that happens at the door. */
export type Step =
  /** Nobody has started the meeting; for ever when `for_s` is null. */
  | { kind: "not_started"; for_s: number | null }
  | { kind: "lobby"; for_s: number | null }
  | { kind: "admit" }
  /** Asked until it is given; `text` null: nothing that is given is right. */
  | { kind: "password"; text: string | null }
  | { kind: Wall };

/** What ends a visit at the door. */
export type Wall = "deny" | Exclude<Reason, "denied" | "removed" | "ended" | "left">;

export interface Setup {
  platform: string;
  title: string;
  people: Person[];
  door: Step[];
  end: { kind: "ended" | "removed"; at_s: number } | null;
  /** Dialogs that come up in the call; the skin says which kinds it knows. */
  notices: { at_s: number; kind: string }[];
  language: Language;
  /** The look of the platform's page, of those that the skin names; "" is its first. */
  generation: string;
  quirks: string[];
  signed_in: boolean;
  mutations: Mutation[];
  seed: number;
  speed: number;
}

export type Mutation =
  | { kind: "rename" } | { kind: "swap_buttons" } | { kind: "wrap" } | { kind: "delay"; most_s: number }
  | { kind: "drop"; attribute: string };

// --- the meeting ------------------------------------------------------------------------------------------------------------

/** Where the visitor stands. */
export type Phase =
  | { at: "prejoin" }
  | { at: "password"; wrong: boolean }
  | { at: "waiting"; for: "host" | "lobby" }
  | { at: "call" }
  | { at: "out"; why: Reason };

/** Somebody who is in the meeting now. The same object as long as they are. */
export interface Attendee {
  /** From 1, in the order of the scenario; the visitor is 0. */
  readonly id: number;
  readonly name: string;
  readonly isHost: boolean;
  readonly isVisitor: boolean;
  microphone: boolean;
  camera: boolean;
  sharing: boolean;
  speaking: boolean;
  /** Loudness now, 0 to 1. */
  level: number;
}

export interface ChatLine { readonly id: number; readonly from: Attendee; readonly text: string; readonly at: number }

/** Words that somebody is just saying; a later caption of the same id replaces the earlier ones. */
export interface Caption {
  readonly id: number;
  readonly from: Attendee;
  readonly text: string;
  readonly final: boolean;
  readonly at: number;
}

export interface Events {
  /** The visitor came to another place. */
  phase: Phase;
  joined: Attendee;
  left: Attendee;
  /** Microphone, camera, screen or speaking of somebody changed. */
  changed: Attendee;
  chat: ChatLine;
  caption: Caption;
  notice: { kind: string };
  /** A track of the meeting can be played now. */
  media: Played;
}

// --- media ------------------------------------------------------------------------------------------------------------------

export type Role = "audio" | "camera" | "screen";

/** What the page received, and how a skin shall show it. */
export interface Played {
  role: Role;
  /** null: not of one person (mixed or rotating sound). */
  of: Attendee | null;
  stream: MediaStream;
  track: MediaStreamTrack;
  receiver: RTCRtpReceiver | null;
}

/**
 * How the platform brings media to its page:
 * each: one audio and one video track per person.
 * mixed: one audio track with everybody, one video track per person; contributing sources name who speaks.
 * rotating: three audio tracks, given to the loudest; contributing sources name who is on each; one video track per person.
 * web_audio: no connection; sound leaves through an AudioContext, pictures are drawn on canvases.
 */
export interface Delivery {
  mode: "each" | "mixed" | "rotating" | "web_audio";
  /** Who makes the offer; pages that offer make their receivers before anything is received. */
  offers?: "page" | "server";
  /** Names of the stream and the track of somebody's media, as the page receives them. `of` is null for pooled sound, whose number
   *  is `index`. */
  ids?(of: Attendee | null, role: Role, index: number): { stream: string; track: string };
  /** The contributing source number of a person. */
  csrc?(of: Attendee): number;
  /** Labels of data channels that the server opens. */
  channels?: string[];
  /** The frame whose connection it is; the page itself without it. */
  view?: Window & typeof globalThis;
}

// --- a skin -----------------------------------------------------------------------------------------------------------------

export type Words = Record<string, Partial<Record<Exclude<Language, "en">, string>>>;

export interface Skin {
  name: string;
  /** Every text of the page: English → other languages. English stands in where a language has none. */
  words: Words;
  /** The looks that a scenario may ask for, the usual one first. */
  generations?: string[];
  /** Beside those of every platform. */
  quirks?: string[];
  /** Steps of the door that come before the visitor presses join, when they stand at its beginning. */
  early?: Step["kind"][];
  delivery(setup: Setup): Delivery;
  /** Style sheet of the page. */
  css?: string;
  /** Draw the page for the present phase and keep it up to date; called once, when the page is loaded. */
  start(simulation: Simulation, dom: Builder): void | Promise<void>;
}
