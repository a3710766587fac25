/** GoTo's session: tiles with names, one sound for all, a list of people behind a button with their number, a line that says who talks. */
import type { Attendee } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";

const NOTICES: Record<string, string> = {
  recording: "This session is being recorded", transcription: "This session is being recorded", ask_to_unmute: "The organizer asks you to unmute",
};

export class Call {
  readonly #tiles = new Map<string, { element: HTMLElement; video: HTMLVideoElement }>();
  readonly #grid: HTMLElement;
  readonly #sound: HTMLAudioElement;
  readonly #talking: HTMLElement;
  readonly #list: HTMLElement;
  readonly #pane: HTMLElement;
  readonly #count: HTMLElement;

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    this.#grid = dom.h("div", { class: "grid" });
    this.#sound = dom.h("audio", { autoplay: true });
    this.#talking = dom.h("div", { class: "talking" });
    this.#list = dom.h("ul", {});
    this.#pane = dom.h("aside", { class: "people", hidden: true }, this.#list);
    this.#count = dom.h("button", { type: "button", onclick: () => dom.set(this.#pane, { hidden: !this.#pane.hidden }) });
    for (const kind of ["joined", "left", "changed", "media"] as const) simulation.on(kind, () => this.#refresh());
    simulation.on("notice", ({ kind }) => this.#notice(kind));
  }

  show(): void {
    const { dom } = this;
    const bar = dom.h("div", { class: "bar", role: "toolbar" }, this.#count, this.#device("microphone", "Mic"), this.#device("camera", "Camera"),
      dom.h("button", { type: "button", "aria-label": dom.t("Leave"), onclick: () => this.#leaving() }, dom.t("Leave")));
    dom.show(dom.h("div", { class: "session" }, this.#talking, this.#grid, this.#pane, bar, this.#sound));
    dom.autoHide(bar);
    this.#refresh();
  }

  #device(part: "microphone" | "camera", says: string): HTMLElement {
    const { dom, simulation } = this, { visitor } = simulation, state = () => ({ "aria-pressed": Boolean(visitor[part]) });
    const element = dom.h("button", {
      type: "button", "aria-label": dom.t(says), ...state(), onclick: () => void visitor.turn(part, !visitor[part]),
    }, dom.t(says));
    simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(element, state()); });
    return element;
  }

  #refresh(): void {
    const { dom, simulation: { attendees, media, phase } } = this, wanted = new Set<string>();
    if (phase.at !== "call") return;
    for (const one of attendees.filter(({ isVisitor }) => !isVisitor)) {
      wanted.add(this.#tile(one, "camera", one.camera ? media?.streamOf(one, "camera") ?? null : null));
      if (one.sharing) wanted.add(this.#tile(one, "screen", media?.streamOf(one, "screen") ?? null));
    }
    for (const [key, { element }] of this.#tiles) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#tiles.delete(key);
    }
    dom.play(this.#sound, media?.played.find(({ role }) => role === "audio")?.stream ?? null);
    dom.fill(this.#count, dom.t("People ({count})", { count: attendees.length }));
    const talks = attendees.filter(({ speaking, isVisitor }) => speaking && !isVisitor).map(({ name }) => name).join(", ");
    dom.fill(this.#talking, talks ? dom.t("Talking: {name}", { name: talks }) : "");
    dom.fill(this.#list, ...attendees.map((one) => {
      const about = [one.isVisitor && dom.t("Me"), one.isHost && dom.t("Organizer")].filter(Boolean).join(", ");
      return dom.h("li", {}, about ? `${one.name} (${about})` : one.name);
    }));
  }

  #tile(one: Attendee, role: "camera" | "screen", shows: MediaStream | null): string {
    const key = `${one.id} ${role}`, { dom } = this;
    let tile = this.#tiles.get(key);
    if (!tile) {
      const video = dom.h("video", { autoplay: true, muted: true, playsinline: true });
      tile = { video, element: dom.h("div", { class: "tile" }, video, dom.h("span", {}, one.name)) };
      this.#tiles.set(key, tile);
      dom.add(this.#grid, tile.element);
    }
    dom.play(tile.video, shows);
    tile.video.hidden = !shows;
    return key;
  }

  #leaving(): void {
    const { dom, simulation } = this;
    dom.add(dom.root, dom.h("div", { class: "dialog", role: "dialog" }, dom.t("Leave session?"),
      dom.h("button", { type: "button", "data-automation-id": "attendee-leave-confirm", onclick: () => simulation.leave() }, dom.t("Leave"))));
  }

  #notice(kind: string): void {
    const { dom } = this;
    const dialog: HTMLElement = dom.h("div", { class: "dialog", role: "dialog" }, dom.h("p", {}, dom.t(NOTICES[kind] ?? NOTICES.recording!)),
      dom.h("button", { type: "button", onclick: () => dialog.remove() }, dom.t("Got it")));
    dom.add(dom.root, dialog);
  }
}
