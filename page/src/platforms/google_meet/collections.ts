/**
 * What Meet tells its own page about people, devices and chat: messages of the data channel `collections`, and the answer to the
 * page's request for everybody.
 *
 * The numbers are those of fields, as others have found them (last seen 2026-08); whatever is not where it was is left out.
 */
import type { Line } from "../../shared/attending";
import type { Attendee, Bodies } from "../../shared/envelope";
import { Fields } from "../../shared/protobuf";

const AUDIO = 1, VIDEO = 2;
const IN_MEETING = 1;

const EVENT = [1, 2] as const, OUTPUTS = [3, 2] as const, USERS = [13, 1, 2] as const, CHAT = [13, 4, 2] as const;
const SYNCED_USERS = [2, 2, 2] as const;
const OUTPUT = { kind: 2, stream: 4, device: 6, off: 10, offFlag: 1 } as const;
const USER = { device: 1, fullName: 2, status: 4, self: 7, parent: 21, name: 29, host: 34 } as const;
const MESSAGE = { id: 1, device: 2, content: 5, text: 1 } as const;

interface User { key: string; name: string | null; isSelf: boolean; isHost: boolean; parent: string | null }
interface Output { device: string; kind: number; on: boolean }

export class Collections {
  /** People, and the screens that they show, which count as people here. By device. */
  readonly #users = new Map<string, User>();
  /** By stream. */
  readonly #outputs = new Map<string, Output>();
  readonly #lines = new Map<string, { key: string; text: string }>();

  /** Whether there is anything to be known from it. */
  get known(): boolean {
    return this.#users.size > 0;
  }

  /** Take a message of the channel. */
  take(message: Uint8Array): void {
    for (const event of Fields.read(message)?.at(...EVENT) ?? []) {
      for (const output of event.at(...OUTPUTS)) this.#output(output);
      for (const user of event.at(...USERS)) this.#user(user);
      for (const line of event.at(...CHAT)) this.#line(line);
    }
  }

  /** Take the list of everybody. */
  sync(body: Uint8Array): void {
    for (const user of Fields.read(body)?.at(...SYNCED_USERS) ?? []) this.#user(user);
  }

  get attendees(): Attendee[] {
    return [...this.#users.values()].filter(({ parent }) => !parent).map(({ key, name, isSelf, isHost }) => ({
      key, name, is_self: isSelf, is_host: isHost, microphone: this.#sends(key, AUDIO), camera: this.#sends(key, VIDEO),
      screen: [...this.#users.values()].some(({ parent }) => parent === key),
    }));
  }

  /** Whose a received picture is, by the name of its stream. */
  ownerOf(stream: string): { key: string; role: "webcam" | "screenshare" } | null {
    const output = this.#outputs.get(stream), user = output && this.#users.get(output.device);
    if (output?.kind !== VIDEO || !user) return null;
    return user.parent ? { key: user.parent, role: "screenshare" } : { key: user.key, role: "webcam" };
  }

  /** A stream of sound is named by its contributing source. */
  *contributors(): Generator<Bodies["contributor"]> {
    for (const [stream, { device, kind }] of this.#outputs) {
      const user = this.#users.get(device), csrc = Number(stream);
      if (kind === AUDIO && user && Number.isInteger(csrc)) yield { csrc, key: user.parent ?? user.key };
    }
  }

  *chat(): Generator<Line> {
    for (const [id, { key, text }] of this.#lines) yield { id, key, name: this.#users.get(key)?.name ?? null, text, to: "everyone" };
  }

  #sends(device: string, kind: number): boolean {
    return [...this.#outputs.values()].some((output) => output.device === device && output.kind === kind && output.on);
  }

  #output(fields: Fields): void {
    const stream = fields.text(OUTPUT.stream), device = fields.text(OUTPUT.device), kind = fields.number(OUTPUT.kind);
    if (stream === null || device === null || kind === null) return;
    const off = fields.messages(OUTPUT.off).some((each) => each.number(OUTPUT.offFlag));
    this.#outputs.set(stream, { device, kind, on: !off });
  }

  #user(fields: Fields): void {
    const key = fields.text(USER.device);
    if (!key) return;
    if ((fields.number(USER.status) ?? IN_MEETING) !== IN_MEETING) return void this.#users.delete(key);
    const before = this.#users.get(key);
    this.#users.set(key, {
      key, name: fields.text(USER.name) || fields.text(USER.fullName) || before?.name || null,
      isSelf: fields.has(USER.self) || before?.isSelf === true, isHost: fields.has(USER.host), parent: fields.text(USER.parent),
    });
  }

  #line(fields: Fields): void {
    const id = fields.text(MESSAGE.id), key = fields.text(MESSAGE.device);
    const [content] = fields.messages(MESSAGE.content), text = content?.text(MESSAGE.text);
    if (id && key && text) this.#lines.set(id, { key, text });
  }
}

/** The body of the answer, which is base64. */
export function decoded(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replace(/\s/g, "").replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}
