/** The people's voices on as many tracks as the platform has, and who is on which. */
import type { Voice } from "../people/voice";
import type { Attendee, Delivery } from "./contract";
import type { Link } from "./link";
import { contribute, type Source } from "./sources";

/** As Meet has. */
const POOL = 3;

interface Slot { destination: MediaStreamAudioDestinationNode; holder: Attendee | null }

export class Sound {
  readonly #voices = new Map<Attendee, Voice>();
  readonly #slots: Slot[] = [];
  #next = 0;

  constructor(private readonly delivery: Delivery, private readonly context: AudioContext, private readonly link: Link | null) {
    const { mode } = delivery, count = mode === "rotating" ? POOL : mode === "mixed" ? 1 : 0;
    for (let index = 0; index < count; index++) this.#slots.push(this.#slot(index));
  }

  come(attendee: Attendee, voice: Voice): void {
    this.#voices.set(attendee, voice);
    switch (this.delivery.mode) {
      case "each": return this.link?.open(attendee, "audio", voice.track);
      case "mixed": return void voice.output.connect(this.#slots[0]!.destination);
      // The one thing that is heard without any track.
      case "web_audio": return void voice.output.connect(this.context.destination);
      case "rotating": return;
    }
  }

  leave(attendee: Attendee): void {
    this.#voices.get(attendee)?.output.disconnect();
    this.#voices.delete(attendee);
    this.link?.shut(attendee, "audio");
    for (const slot of this.#slots) if (slot.holder === attendee) slot.holder = null;
  }

  /** Somebody began or ended to speak. */
  changed(attendee: Attendee): void {
    if (this.delivery.mode !== "rotating" || !attendee.speaking || this.#slots.some(({ holder }) => holder === attendee)) return;
    // Every new speaker gets the next track, so that nobody keeps one.
    const free = this.#slots.findIndex(({ holder }, index) => index >= this.#next && !holder?.speaking);
    const slot = this.#slots[free < 0 ? this.#next : free]!;
    this.#next = (this.#slots.indexOf(slot) + 1) % this.#slots.length;
    if (slot.holder) this.#voices.get(slot.holder)?.output.disconnect(slot.destination);
    slot.holder = attendee;
    this.#voices.get(attendee)?.output.connect(slot.destination);
  }

  #slot(index: number): Slot {
    const destination = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 });
    const silence = new ConstantSourceNode(this.context, { offset: 0 });
    silence.connect(destination);
    silence.start();
    const slot: Slot = { destination, holder: null };
    const track = destination.stream.getAudioTracks()[0] ?? null;
    this.link?.open(null, "audio", track, index, (receiver) => contribute(receiver, () => this.#heard(slot)));
    return slot;
  }

  /** Who is on a track now. */
  #heard(slot: Slot): Source[] {
    const heard = this.delivery.mode === "mixed" ? [...this.#voices.keys()].filter(({ speaking }) => speaking) : [slot.holder];
    return heard.flatMap((one) => one ? [{ source: this.delivery.csrc?.(one) ?? one.id, level: one.level }] : []);
  }
}
