/** What Teams' server tells its page over a socket: who is there and which sources are whose, and why it is over. */
import type { Attendee, Role } from "../../contract";
import type { Simulation } from "../../engine";
import { push, socketAddress } from "../../server";

const HOST = "go.trouter.teams.microsoft.com", PATH = "v4/c";
const SUBCODES: Partial<Record<string, number>> = { denied: 5854, removed: 5300, ended: 0 };

/** The number by which a stream of somebody is known; also the contributing source of their sound. */
export const source = ({ id }: Attendee, role: Role): number => ({ audio: 1_000, camera: 2_000, screen: 3_000 })[role] + id;
export const userId = ({ id }: Attendee): string => `8:orgid:00000000-0000-4000-8000-${String(id).padStart(12, "0")}`;

const stream = (type: string, sourceId: number, sends: boolean) => ({ type, sourceId, direction: sends ? "sendrecv" : "recvonly" });

function described(one: Attendee, state = "active"): [string, unknown] {
  return [userId(one), {
    details: { id: userId(one), displayName: one.isVisitor ? `${one.name} (Unverified)` : one.name },
    state, role: one.isVisitor ? "guest" : "user", meetingRole: one.isHost ? "organizer" : "attendee",
    endpoints: { "1": { call: { mediaStreams: [
      stream("audio", source(one, "audio"), one.microphone), stream("video", source(one, "camera"), one.camera),
      stream("applicationsharing-video", source(one, "screen"), one.sharing),
    ] } } },
  }];
}

/** Every second body is sent compressed, as the real one's larger ones are. */
async function packed(body: unknown, compressed: boolean): Promise<string> {
  const text = JSON.stringify(body);
  if (!compressed) return text;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return btoa(String.fromCharCode(...new Uint8Array(await new Response(stream).arrayBuffer())));
}

export class Signalling {
  #sent = 0;
  #order: Promise<unknown> = Promise.resolve();

  constructor(simulation: Simulation) {
    if (simulation.has("no_signalling")) return;
    const socket = new WebSocket(socketAddress(HOST, PATH));
    const open = new Promise((resolve) => socket.addEventListener("open", resolve));
    this.#order = open;
    simulation.on("joined", (one) => this.#roster(one.isVisitor ? simulation.attendees.map((each) => described(each)) : [described(one)]));
    simulation.on("left", (one) => this.#roster([described(one, "inactive")]));
    simulation.on("changed", (one) => { if (simulation.phase.at === "call") this.#roster([described(one)]); });
    simulation.on("phase", (phase) => {
      if (phase.at === "out" && phase.why in SUBCODES) this.#send("conversationEnd/", { subCode: SUBCODES[phase.why] });
    });
  }

  #roster(people: [string, unknown][]): void {
    this.#send("rosterUpdate/", { type: "Delta", participants: Object.fromEntries(people) });
  }

  #send(to: string, body: unknown): void {
    const number = ++this.#sent;
    this.#order = this.#order.then(async () => {
      const frame = { id: number, method: "POST", url: `/v4/f/call/${to}`, headers: { "X-Microsoft-Skype-Chain-ID": "1" },
        body: await packed(body, number % 2 === 0) };
      await push(PATH, `3:::${JSON.stringify(frame)}`);
    });
  }
}
