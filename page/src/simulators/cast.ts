/**
 * The people's media and the way by which they come to the page: one connection within the page, whose far end is the people's and
 * whose near end is the platform's own, as any page has one.
 *
 * The far end only sends. Whoever hooks connections sees it too, and nothing ever arrives there.
 */
import { Actor } from "../people/actor";
import { now } from "../people/plan";
import { Voice } from "../people/voice";
import type { Attendee, Delivery, Person, Played, Role } from "./contract";
import type { Simulation } from "./engine";
import { Link } from "./link";
import { Painter } from "./painter";
import { report } from "./reports";
import { Sound } from "./sound";

const CLIPS = "/_simulator/clips/";

export class Cast {
  /** What can be played now. */
  readonly played: Played[] = [];
  readonly #actors = new Map<Attendee, Actor>();
  readonly #context = new AudioContext({ sampleRate: 48_000, latencyHint: "interactive" });
  readonly #link: Link | null;
  readonly #sound: Sound;
  readonly #painters = new Map<string, Painter>();
  readonly #simulation: Simulation;

  private constructor(delivery: Delivery, simulation: Simulation) {
    this.#simulation = simulation;
    this.#link = delivery.mode === "web_audio" ? null : new Link(delivery, (played) => this.#arrived(played));
    this.#sound = new Sound(delivery, this.#context, this.#link);
    const everybody = simulation.setup.people.length;
    simulation.setup.people.forEach((person, index) => {
      const attendee = simulation.attendeeOf(person);
      const look = { name: person.name, colour: person.colour, phase: index / everybody };
      this.#actors.set(attendee, new Actor(new Voice(this.#context), look));
    });
  }

  /** Everybody who is there now begins to send. */
  static async open(delivery: Delivery, simulation: Simulation): Promise<Cast> {
    const cast = new Cast(delivery, simulation);
    for (const attendee of simulation.attendees) if (!attendee.isVisitor) cast.come(attendee);
    return cast;
  }

  /** From now on the scenario's seconds count. */
  async begin(): Promise<void> {
    const people = [...this.#actors].map(([attendee, actor]) => ({ attendee, actor, ...this.#simulation.behind(attendee)! }));
    await Promise.all(people.map(async ({ actor, lines }) => actor.voice.learn(await sounds(lines))));
    const start = now();
    report("began", { start });
    const at = (seconds: number) => start + seconds * 1000;
    for (const { attendee, actor, lines, marks } of people) {
      const moments = actor.play({
        lines: lines.map(({ clip, at_s }) => ({ clip, at: at(at_s) })), marks: marks.map((at_s) => ({ at: at(at_s) })),
      });
      for (const moment of moments) report("mark", { name: attendee.name, moment });
    }
  }

  come(attendee: Attendee): void {
    const actor = this.#actors.get(attendee)!;
    actor.voice.output.gain.value = attendee.microphone ? 1 : 0;
    this.#sound.come(attendee, actor.voice);
    this.#link?.open(attendee, "camera", attendee.camera ? actor.picture("camera") : null);
    if (attendee.sharing) this.changed(attendee);
  }

  leave(attendee: Attendee): void {
    this.#sound.leave(attendee);
    for (const role of ["camera", "screen"] as const) this.#link?.shut(attendee, role);
    this.#actors.get(attendee)?.end();
    this.#remove(({ of }) => of === attendee);
  }

  changed(attendee: Attendee): void {
    const actor = this.#actors.get(attendee);
    if (!actor) return;
    this.#sound.changed(attendee);
    this.#link?.give(attendee, "camera", attendee.camera, () => actor.picture("camera"));
    if (attendee.sharing) this.#link?.open(attendee, "screen", actor.picture("screen"));
    else {
      this.#link?.shut(attendee, "screen");
      this.#remove(({ of, role }) => of === attendee && role === "screen");
    }
  }

  close(): void {
    this.#actors.forEach((actor) => actor.end());
    this.#link?.close();
    this.#painters.forEach((painter) => painter.end());
    void this.#context.close();
  }

  // --- for skins ----------------------------------------------------------------------------------------------------------

  /** The stream of somebody's media, once it has come. */
  streamOf(attendee: Attendee | null, role: Role): MediaStream | null {
    return this.played.find((one) => one.of === attendee && one.role === role)?.stream ?? null;
  }

  /** The server's end of a data channel that the delivery names. */
  channel(label: string): RTCDataChannel | null {
    return this.#link?.channels.get(label) ?? null;
  }

  /** Called for each data channel that the page's side opens, with the server's end of it. */
  onchannel(take: (channel: RTCDataChannel) => void): void {
    this.#link?.onchannel(take);
  }

  /** The page's own connection; null for web_audio. */
  get connection(): RTCPeerConnection | null {
    return this.#link?.near ?? null;
  }

  /** Somebody's picture on a canvas, for pages that play no video. */
  canvas(attendee: Attendee, role: "camera" | "screen"): HTMLCanvasElement {
    const key = `${attendee.id} ${role}`;
    const known = this.#painters.get(key) ?? new Painter(this.#actors.get(attendee)!.picture(role));
    this.#painters.set(key, known);
    return known.canvas;
  }

  #arrived(played: Played): void {
    this.played.push(played);
    played.track.addEventListener("ended", () => this.#remove(({ track }) => track === played.track));
    this.#simulation.emit("media", played);
  }

  #remove(gone: (played: Played) => boolean): void {
    this.played.splice(0, this.played.length, ...this.played.filter((one) => !gone(one)));
  }
}

/** What somebody is going to say. */
async function sounds(lines: Person["lines"]): Promise<Record<string, ArrayBuffer>> {
  const files = lines.map(async ({ clip: name }) => [name, await (await fetch(CLIPS + name)).arrayBuffer()] as const);
  return Object.fromEntries(await Promise.all(files));
}
