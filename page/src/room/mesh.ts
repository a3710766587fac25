// All connections of this browser, one per other participant, and who opens which.
//
// Who is welcomed opens a session to everybody already there; who is told of a newcomer waits for its offer. A session that
// one side no longer has is answered by "gone", and the other side opens a new one.
import type { LocalTracks, Role } from "./peer";
import { Peer } from "./peer";
import type { Negotiation } from "./protocol";

export interface MeshEvents {
  signal(to: string, data: Negotiation): void;
  track(key: string, role: Role, track: MediaStreamTrack): void;
  state(key: string, state: RTCPeerConnectionState): void;
}

/** Camera limits by the number of other people: [up to, bits per second, lines]. */
const CAMERA_LIMITS = [[1, 1_500_000, 720], [3, 700_000, 540], [7, 350_000, 360]] as const;
/** How long a peer that is missing from the roster after a restart of the server may take to come back. */
const ABSENCE_MS = 20_000;
const ANY_SESSION = "";

export class Mesh {
  private readonly peers = new Map<string, Peer>();
  private readonly absent = new Map<string, number>();
  private self = "";
  private iceServers: RTCIceServer[] = [];

  constructor(private local: LocalTracks, private readonly events: MeshEvents) {}

  /** The server's word on who is here: connect to who is new to us, keep what works, let go of who stays away. */
  welcomed(self: string, others: string[], iceServers: RTCIceServer[]): void {
    if (this.self !== self) this.clear();
    this.self = self;
    this.iceServers = iceServers;
    for (const key of others) {
      this.expected(key);
      if (!this.peers.get(key)?.connected) this.open(key);
    }
    for (const key of this.peers.keys()) {
      if (!others.includes(key) && !this.absent.has(key)) {
        this.absent.set(key, setTimeout(() => this.drop(key), ABSENCE_MS));
      }
    }
  }

  /** Somebody came. Who only comes back may believe that a connection is alive which we gave up when they left. */
  arrived(key: string): void {
    this.expected(key);
    if (!this.peers.has(key)) this.events.signal(key, { session: ANY_SESSION, gone: true });
  }

  /** Those who are missing from the roster but still connected. */
  isAbsent(key: string): boolean {
    return this.absent.has(key);
  }

  drop(key: string): void {
    this.expected(key);
    this.peers.get(key)?.close();
    this.peers.delete(key);
    this.events.state(key, "closed");
  }

  clear(): void {
    for (const key of [...this.peers.keys()]) this.drop(key);
  }

  use(local: LocalTracks): void {
    this.local = local;
    for (const peer of this.peers.values()) peer.use(local);
    this.limitCameras();
  }

  take(from: string, data: Negotiation): void {
    const peer = this.peers.get(from);
    if (data.gone) {
      if (peer && !peer.opening && [peer.session, ANY_SESSION].includes(data.session)) this.open(from);
    } else if (peer?.session === data.session) {
      peer.take(data);
    } else if (data.opening && data.description?.type === "offer") {
      // Both opened at once: the greater key's session stands.
      if (peer?.opening && this.self > from) return;
      this.add(from, data.session, false).take(data);
    } else if (data.description) {
      this.events.signal(from, { session: data.session, gone: true });
    }
  }

  level(key: string): number {
    return this.peers.get(key)?.level ?? 0;
  }

  async ownLevel(): Promise<number> {
    for (const peer of this.peers.values()) {
      const level = peer.connected ? await peer.ownLevel() : null;
      if (level !== null) return level;
    }
    return 0;
  }

  private expected(key: string): void {
    clearTimeout(this.absent.get(key));
    this.absent.delete(key);
  }

  private open(key: string): void {
    this.add(key, crypto.getRandomValues(new Uint32Array(2)).join("-"), true);
  }

  private add(key: string, session: string, opener: boolean): Peer {
    this.peers.get(key)?.close();
    const peer = new Peer(session, opener, this.self < key, this.local, {
      send: (data) => this.events.signal(key, data),
      track: (role, track) => this.events.track(key, role, track),
      state: (state) => {
        this.events.state(key, state);
        if (state === "connected") this.limitCameras();
      },
    }, this.iceServers);
    this.peers.set(key, peer);
    return peer;
  }

  private limitCameras(): void {
    const [, bitrate, height] = CAMERA_LIMITS.find(([most]) => this.peers.size <= most) ?? CAMERA_LIMITS[2];
    for (const peer of this.peers.values()) void peer.limitCamera(bitrate, height).catch(() => undefined);
  }
}
