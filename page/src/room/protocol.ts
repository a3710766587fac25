// What the page and the room's server say to each other; the server's side is room/messages.py and room/state.py.

export interface Person {
  key: string;
  name: string;
  host: boolean;
  microphone: boolean;
  camera: boolean;
  /** Id of the media stream that carries the shared screen. */
  screen: string | null;
}

export interface Waiting {
  key: string;
  name: string;
}

export type Refusal = "password_required" | "wrong_password" | "full" | "ended" | "removed" | "denied" | "unknown_room";

/** What one browser tells another to connect. A session is one RTCPeerConnection on each side. */
export interface Negotiation {
  session: string;
  description?: RTCSessionDescriptionInit;
  candidate?: RTCIceCandidateInit | null;
  /** This offer begins a session: whoever has another one drops it. */
  opening?: boolean;
  /** The receiver of this has a session the sender knows nothing of. */
  gone?: boolean;
}

export type FromServer =
  | { type: "room"; title: string; password: boolean }
  | {
    type: "welcome"; key: string; title: string; participants: Person[]; waiting: Waiting[];
    resume: string; ice_servers: RTCIceServer[];
  }
  | { type: "lobby"; resume: string }
  | { type: "refused"; reason: Refusal }
  | { type: "joined" | "state"; participant: Person }
  | { type: "left" | "waiting_left"; key: string }
  | { type: "waiting"; key: string; name: string }
  | { type: "signal"; from: string; data: Negotiation }
  | { type: "chat"; id: string; from: string; name: string; to: "everyone"; text: string }
  | { type: "notice"; reason: string }
  | { type: "denied" | "removed" | "ended" | "pong" };

export type ToServer =
  | {
    type: "hello"; name: string; password?: string; host?: string; resume?: string;
    microphone: boolean; camera: boolean;
  }
  | { type: "state"; microphone: boolean; camera: boolean; screen: string | null }
  | { type: "signal"; to: string; data: Negotiation }
  | { type: "chat"; text: string }
  | { type: "admit" | "deny" | "remove"; key: string }
  | { type: "end" | "leave" | "ping" };
