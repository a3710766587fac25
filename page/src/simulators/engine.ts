/**
 * A meeting as a scenario tells it: the door, who is in it and what they do, what is written and said, how it ends.
 *
 * It knows nothing of any platform's page. A skin draws what it finds here, and tells it what the visitor does.
 */
import { Cast } from "./cast";
import type { Attendee, Caption, ChatLine, Events, Person, Phase, Reason, Setup, Skin, Step } from "./contract";
import { chance } from "./mutations";
import { report } from "./reports";
import { Visitor } from "./visitor";

const COMMON_QUIRKS = ["late_buttons", "reload_mid_join", "cover_button", "typographic_apostrophes", "second_dialog"];
const RELOADED = "simulation reloaded";
const RELOAD_AFTER_S = 0.4;
const SECOND_DIALOG_S = 2;
/** How often a caption grows while somebody speaks. */
const WORD_MS = 350;

type Listeners = { [K in keyof Events]: Set<(event: Events[K]) => void> };

export class Simulation {
  readonly visitor: Visitor;
  readonly me: Attendee;
  /** Numbers between 0 and 1, the same for the same seed. */
  readonly chance: () => number;
  phase: Phase = { at: "prejoin" };
  /** Who is in the meeting, in the order in which they came; with the visitor while in the call. */
  attendees: Attendee[] = [];
  readonly chat: ChatLine[] = [];
  /** The media of the call; null outside of it. */
  media: Cast | null = null;
  readonly #door: Step[];
  readonly #listeners: Listeners = {
    phase: new Set(), joined: new Set(), left: new Set(), changed: new Set(), chat: new Set(), caption: new Set(), notice: new Set(),
    media: new Set(),
  };
  #name = "";
  #given: string | null = null;
  #captions = 0;
  /** Grows whenever the visitor turns away, so that what was on its way does not happen. */
  #visit = 0;

  constructor(readonly setup: Setup, private readonly skin: Skin) {
    this.#door = [...setup.door];
    this.chance = chance(setup.seed);
    this.me = person(0, { name: "", is_host: false, microphone: false, camera: false });
    this.visitor = new Visitor((what) => {
      Object.assign(this.me, what);
      this.emit("changed", this.me);
    }, () => skin.delivery(setup).view ?? window);
    for (const quirk of setup.quirks) {
      if (![...COMMON_QUIRKS, ...skin.quirks ?? []].includes(quirk)) report("fault", { message: `no quirk ${quirk} here` });
    }
    if (setup.generation && !skin.generations?.includes(setup.generation)) {
      report("fault", { message: `no generation ${setup.generation} here` });
    }
    this.#people();
  }

  has(quirk: string): boolean {
    return this.setup.quirks.includes(quirk);
  }

  /** The look that is asked for. */
  get generation(): string {
    return this.setup.generation || this.skin.generations?.[0] || "";
  }

  /** Do something after so many seconds, fewer when the scenario goes faster. */
  later(seconds: number, act: () => void): void {
    window.setTimeout(act, seconds * 1000 / this.setup.speed);
  }

  on<K extends keyof Events>(kind: K, listener: (event: Events[K]) => void): () => void {
    this.#listeners[kind].add(listener);
    return () => this.#listeners[kind].delete(listener);
  }

  emit<K extends keyof Events>(kind: K, event: Events[K]): void {
    for (const listener of [...this.#listeners[kind]]) listener(event);
  }

  // --- the door -----------------------------------------------------------------------------------------------------------

  /** Open the page: what stands before the prejoin page on this platform happens now. */
  open(): void {
    this.#enter(this.#visit, () => {
      const next = this.#door[0];
      return next !== undefined && (this.skin.early ?? []).includes(next.kind);
    }, () => this.#go({ at: "prejoin" }));
  }

  /** The visitor asks to be let in. A password that came with the link or was typed beside the name may be given at once. */
  join({ name, password = null }: { name: string; password?: string | null }): void {
    this.#name = name;
    this.#given = password;
    report("join", { name, password });
    const visit = ++this.#visit;
    if (this.has("reload_mid_join") && !sessionStorage.getItem(RELOADED)) {
      sessionStorage.setItem(RELOADED, "yes");
      return this.later(RELOAD_AFTER_S, () => location.reload());
    }
    this.#enter(visit, () => true, () => void this.#admit(visit));
  }

  /** The visitor answers the question for the password. */
  givePassword(text: string): void {
    report("password", { password: text });
    this.#given = text;
    const visit = ++this.#visit;
    this.#enter(visit, () => true, () => void this.#admit(visit));
  }

  /** The visitor leaves: the waiting room or the call. */
  leave(): void {
    report("leave", { phase: this.phase.at });
    this.#out("left");
  }

  #enter(visit: number, more: () => boolean, done: () => void): void {
    if (visit !== this.#visit) return;
    const step = this.#door[0];
    if (!step || !more()) return done();
    const next = () => {
      if (visit !== this.#visit) return;
      this.#door.shift();
      this.#enter(visit, more, done);
    };
    switch (step.kind) {
      case "admit": return next();
      case "not_started": case "lobby":
        this.#go({ at: "waiting", for: step.kind === "lobby" ? "lobby" : "host" });
        return step.for_s === null ? undefined : this.later(step.for_s, next);
      case "password":
        if (this.#given !== null && this.#given === step.text) return next();
        return this.#go({ at: "password", wrong: this.#given !== null });
      default:
        return this.#out(step.kind === "deny" ? "denied" : step.kind);
    }
  }

  #go(phase: Phase): void {
    this.phase = phase;
    const { at: where, ...more } = phase;
    report("phase", { phase: where, ...more });
    this.emit("phase", phase);
  }

  #out(why: Reason): void {
    this.#visit++;
    this.attendees = this.attendees.filter((one) => one !== this.me);
    this.media?.close();
    this.media = null;
    this.visitor.close();
    this.#go({ at: "out", why });
  }

  async #admit(visit: number): Promise<void> {
    Object.assign(this.me, { name: this.#name });
    const delivery = this.skin.delivery(this.setup);
    this.media = await Cast.open(delivery, this);
    if (visit !== this.#visit) return this.media.close();
    this.attendees.push(this.me);
    this.#go({ at: "call" });
    this.emit("joined", this.me);
    await this.media.begin();
    this.#perform(visit);
  }

  // --- what people do -----------------------------------------------------------------------------------------------------

  readonly #ids = new Map<Person, Attendee>();

  #people(): void {
    this.setup.people.forEach((one, index) => {
      const attendee = person(index + 1, one);
      this.#ids.set(one, attendee);
      if (one.joins_at_s <= 0) this.attendees.push(attendee);
    });
  }

  attendeeOf(person: Person): Attendee {
    return this.#ids.get(person)!;
  }

  /** The scenario's person behind an attendee; undefined for the visitor. */
  behind(attendee: Attendee): Person | undefined {
    return this.setup.people[attendee.id - 1];
  }

  /** From the admission on: everything that is not sound or picture. */
  #perform(visit: number): void {
    const at = (seconds: number, act: () => void) => window.setTimeout(() => { if (visit === this.#visit) act(); }, seconds * 1000);
    for (const [one, attendee] of this.#ids) {
      if (one.joins_at_s > 0) at(one.joins_at_s, () => this.#come(attendee));
      if (one.leaves_at_s !== null) at(one.leaves_at_s, () => this.#leave(attendee));
      const change = (what: Partial<Attendee>) => () => this.#change(attendee, what);
      for (const span of one.camera_off) {
        at(span.from_s, change({ camera: false }));
        at(span.to_s, change({ camera: true }));
      }
      for (const span of one.screen) {
        at(span.from_s, change({ sharing: true }));
        at(span.to_s, change({ sharing: false }));
      }
      for (const { at_s, text } of one.messages) at(at_s, () => this.#write(attendee, text));
      for (const line of one.lines) at(line.at_s, () => this.#speak(attendee, line.text, line.duration_s));
    }
    for (const { at_s, kind } of this.#notices()) at(at_s, () => this.emit("notice", { kind }));
    const { end } = this.setup;
    if (end) at(end.at_s, () => this.#out(end.kind));
  }

  #notices(): Setup["notices"] {
    const { notices } = this.setup;
    if (!this.has("second_dialog")) return notices;
    const first = notices.length > 0 ? notices : [{ at_s: 1, kind: "recording" }];
    return [...first, ...first.map(({ at_s, kind }) => ({ at_s: at_s + SECOND_DIALOG_S, kind }))];
  }

  #come(attendee: Attendee): void {
    this.attendees.push(attendee);
    this.media?.come(attendee);
    this.emit("joined", attendee);
  }

  #leave(attendee: Attendee): void {
    this.attendees = this.attendees.filter((one) => one !== attendee);
    this.media?.leave(attendee);
    this.emit("left", attendee);
  }

  #change(attendee: Attendee, what: Partial<Attendee>): void {
    if (!this.attendees.includes(attendee)) return;
    Object.assign(attendee, what);
    this.media?.changed(attendee);
    this.emit("changed", attendee);
  }

  #speak(attendee: Attendee, text: string, duration_s: number): void {
    if (!this.attendees.includes(attendee) || !attendee.microphone) return;
    this.#change(attendee, { speaking: true, level: 0.4 });
    window.setTimeout(() => this.#change(attendee, { speaking: false, level: 0 }), duration_s * 1000);
    this.#caption(attendee, text.split(" "), ++this.#captions, 1);
  }

  #caption(from: Attendee, words: string[], id: number, upTo: number): void {
    if (this.phase.at !== "call") return;
    const final = upTo >= words.length;
    const caption: Caption = { id, from, text: words.slice(0, upTo).join(" "), final, at: Date.now() };
    this.emit("caption", caption);
    if (!final) window.setTimeout(() => this.#caption(from, words, id, upTo + 1), WORD_MS);
  }

  // --- the chat -----------------------------------------------------------------------------------------------------------

  /** The visitor writes. */
  say(text: string): void {
    report("chat", { text });
    this.#write(this.me, text);
  }

  #write(from: Attendee, text: string): void {
    const line: ChatLine = { id: this.chat.length + 1, from, text, at: Date.now() };
    this.chat.push(line);
    this.emit("chat", line);
  }
}

type Shape = Pick<Person, "name" | "is_host" | "microphone" | "camera">;

function person(id: number, { name, is_host, microphone, camera }: Shape): Attendee {
  return { id, name, isHost: is_host, isVisitor: id === 0, microphone, camera, sharing: false, speaking: false, level: 0 };
}
