/** What Meet's server tells its page: people, devices and chat, as compressed protobuf over a data channel, and a list by request. */
import type { Attendee, ChatLine } from "../../contract";
import type { Simulation } from "../../engine";
import { type Field, written } from "../../protobuf";
import { answer } from "../../server";

export const CHANNEL = "collections";
const SYNC = "$rpc/google.rtc.meetings.v1.MeetingSpaceService/SyncMeetingSpaceCollections";
const SPACE = "spaces/bXJhcHBvcnRldXI/devices/";
const IN_MEETING = 1, NOT_IN_MEETING = 6;
const AUDIO = 1, VIDEO = 2;

export const device = ({ id }: Attendee): string => `${SPACE}${100 + id}`;
/** What somebody shows is in the meeting beside the one who shows it. */
export const screenDevice = ({ id }: Attendee): string => `${SPACE}${500 + id}`;
export const csrc = ({ id }: Attendee): number => 6_660 + id;
export const streamId = ({ id }: Attendee, role: "camera" | "screen"): string => String((role === "camera" ? 7_000 : 8_000) + id);
export const messageId = ({ id, at }: ChatLine): string => `${SPACE.replace("devices", "messages")}${at}${String(id).padStart(3, "0")}`;

function user(one: Attendee, status = IN_MEETING): Field[] {
  return [
    [1, device(one)], [2, one.name], [3, "https://lh3.googleusercontent.com/a/nobody"], [4, status], [7, one.isVisitor ? [] : null],
    [29, one.name], [34, one.isHost ? [] : null],
  ];
}

const screen = (one: Attendee): Field[] =>
  [[1, screenDevice(one)], [2, one.name], [4, one.sharing ? IN_MEETING : NOT_IN_MEETING], [21, device(one)], [29, one.name]];

function outputs(one: Attendee): Field[] {
  const output = (kind: number, stream: string, of: string, on: boolean): Field =>
    [2, [[2, kind], [4, stream], [6, of], [10, [[1, !on]]]]];
  return [
    output(AUDIO, String(csrc(one)), device(one), one.microphone),
    output(VIDEO, streamId(one, "camera"), device(one), one.camera),
    ...one.sharing ? [output(VIDEO, streamId(one, "screen"), screenDevice(one), true)] : [],
  ];
}

export class Collections {
  #sent = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly simulation: Simulation) {
    simulation.on("joined", (one) => one.isVisitor ? this.#everything() : this.#tell([one]));
    simulation.on("left", (one) => this.#send([[13, [[1, [[1, [[1, ++this.#sent]]], [2, user(one, NOT_IN_MEETING)]]]]]]));
    simulation.on("changed", (one) => { if (simulation.phase.at === "call") this.#tell([one]); });
    simulation.on("chat", (line) => this.#send([[13, [[4, [[2, chat(line)]]]]]]));
  }

  /** As the page asks for the list of people when it comes in. */
  async sync(): Promise<void> {
    const users = this.simulation.attendees.map((one): Field => [2, user(one)]);
    const body = written([[2, [[2, users]]]]);
    await answer(SYNC, btoa(String.fromCharCode(...body)), "application/x-protobuf");
    await fetch(`/${SYNC}`, { method: "POST", body: btoa("space") });
  }

  #everything(): void {
    void this.sync();
    this.#tell(this.simulation.attendees);
  }

  #tell(whom: Attendee[]): void {
    const users = whom.flatMap((one): Field[] => [[2, user(one)], ...one.sharing || one.id ? [[2, screen(one)] as Field] : []]);
    this.#send([[3, whom.flatMap(outputs)], [13, [[1, [[1, [[1, ++this.#sent]]], ...users]]]]]);
  }

  #send(body: Field[]): void {
    const channel = this.simulation.media?.channel(CHANNEL);
    if (!channel) return;
    this.#queue = this.#queue.then(async () => {
      const bytes = await deflated(written([[1, [[2, body]]]]));
      if (channel.readyState === "connecting") await new Promise((resolve) => channel.addEventListener("open", resolve, { once: true }));
      if (channel.readyState === "open") channel.send(bytes);
    });
  }
}

const chat = (line: ChatLine): Field[] => [[1, messageId(line)], [2, device(line.from)], [3, line.at], [5, [[1, line.text]]]];

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer();
}

