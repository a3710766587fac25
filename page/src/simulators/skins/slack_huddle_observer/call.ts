/** Slack's huddle: tiles with ids, one sound for all, the thread beside it, captions, and two ways out. */
import type { Attendee, Caption, ChatLine } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { button, idOf } from "./parts";
import { toolbar } from "./toolbar";

const NOTICES: Record<string, string> = {
  recording: "This huddle is being transcribed", transcription: "This huddle is being transcribed",
  ask_to_unmute: "Somebody asks you to unmute",
};

interface Tile { element: HTMLElement; video: HTMLVideoElement; icon: HTMLElement; over: HTMLElement }

export class Call {
  readonly #tiles = new Map<Attendee, Tile>();
  readonly #screens = new Map<Attendee, { element: HTMLElement; video: HTMLVideoElement }>();
  readonly #captions = new Map<number, HTMLElement>();
  readonly #grid: HTMLElement;
  readonly #sound: HTMLAudioElement;
  readonly #lines: HTMLElement;
  readonly #said: HTMLElement;
  readonly element: readonly HTMLElement[];
  #lastFrom: Attendee | null = null;
  /** On from the beginning where the member's preferences say so. */
  #captioned: boolean;

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    this.#captioned = simulation.has("captions");
    this.#grid = dom.h("div", { class: "p-tiles" });
    this.#sound = dom.h("audio", { autoplay: true });
    this.#lines = dom.h("div", { class: "p-lines" });
    this.#said = dom.h("div", { class: "p-captions" });
    // Whoever nobody else sits with is offered a tile that is nobody.
    dom.add(this.#grid, dom.h("div", { class: "p-peer_tile__container p-peer_tile__invite_overlay", "aria-label": dom.t("Invite people") }, "+"));
    this.element = [this.#grid, this.#thread(), this.#bar(), this.#sound];
    for (const kind of ["joined", "left", "changed", "media"] as const) simulation.on(kind, () => this.refresh());
    simulation.on("chat", (line) => this.#line(line));
    simulation.on("caption", (caption) => { if (this.#captioned) this.#caption(caption); });
    simulation.on("notice", ({ kind }) => this.#notice(kind));
  }

  refresh(): void {
    const { dom, simulation: { attendees, media, phase } } = this;
    if (phase.at !== "call") return;
    for (const shown of [this.#tiles, this.#screens] as Map<Attendee, { element: HTMLElement }>[]) {
      for (const [one, { element }] of shown) {
        if (attendees.includes(one) && (shown !== this.#screens || one.sharing)) continue;
        element.remove();
        shown.delete(one);
      }
    }
    for (const one of attendees) {
      const tile = this.#tile(one), camera = one.camera && !one.isVisitor ? media?.streamOf(one, "camera") ?? null : null;
      this.#describe(one, tile);
      dom.set(tile.icon, { "data-qa": one.microphone ? "huddle_mic_icon_unmute" : "huddle_mic_icon_mute" });
      dom.play(tile.video, camera);
      tile.video.hidden = !camera;
      if (one.sharing && !one.isVisitor) dom.play(this.#screen(one).video, media?.streamOf(one, "screen") ?? null);
    }
    dom.play(this.#sound, media?.played.find(({ role }) => role === "audio")?.stream ?? null);
  }

  #describe(one: Attendee, { element, over }: Tile): void {
    const { dom, simulation } = this, speaks = one.speaking && !one.isVisitor;
    if (simulation.generation === "grid") {
      dom.set(element, { "aria-label": dom.t("View {name}'s profile", { name: one.name }) });
      return dom.set(over, { class: `p-huddle_peer_tile__overlay${speaks ? " p-huddle_peer_tile__overlay--active_speaker" : ""}` });
    }
    dom.set(element, {
      class: `p-peer_tile__container${speaks ? " p-peer_tile__active_speaker--outline" : ""}`,
      "aria-label": dom.t(one.microphone ? "{name}, not muted" : "{name}, muted", { name: one.name }),
    });
  }

  #tile(one: Attendee): Tile {
    const known = this.#tiles.get(one), { dom } = this, isGrid = this.simulation.generation === "grid";
    if (known) return known;
    const video = dom.h("video", { autoplay: true, muted: true, playsinline: true }), icon = dom.h("i", {}), over = dom.h("div", {});
    const element = dom.h("div", {
      class: isGrid ? "p-huddle_peer_tile" : "p-peer_tile__container", role: isGrid ? "gridcell" : null,
      id: isGrid ? `huddle-grid-gridcell-${one.isVisitor ? "self" : `session-${one.id}`}_${idOf(one)}` : null,
      "data-qa": `huddle_peer_tile_userId_${idOf(one)}`,
    }, video, dom.h("span", { class: "p-peer_tile__name" }, one.name), icon, isGrid ? over : null);
    const tile = { element, video, icon, over };
    this.#tiles.set(one, tile);
    dom.add(this.#grid, element);
    return tile;
  }

  #screen(one: Attendee): { element: HTMLElement; video: HTMLVideoElement } {
    const known = this.#screens.get(one), { dom } = this;
    if (known) return known;
    const video = dom.h("video", { autoplay: true, muted: true, playsinline: true });
    const element = dom.h("div", { class: "p-screen" }, video, dom.h("span", {}, dom.t("{name}'s screen", { name: one.name })));
    this.#screens.set(one, { element, video });
    dom.add(this.#grid, element);
    return { element, video };
  }

  // --- what one does ------------------------------------------------------------------------------------------------------

  #bar(): HTMLElement {
    const { dom, simulation } = this, leave = () => simulation.leave();
    if (simulation.has("mini_player")) {
      return dom.h("div", { class: "p-mini_player" }, button(dom, "huddle_mini_player_leave_button", { "aria-label": dom.t("Leave huddle"), onclick: leave }, "✕"));
    }
    const bar = dom.h("div", { class: "p-toolbar", role: "toolbar" }, ...toolbar(simulation, dom, () => { this.#captioned = true; }),
      button(dom, "huddle_toolbar__leave_button", { "aria-label": dom.t("Leave huddle"), onclick: leave }, "✕"));
    dom.autoHide(bar);
    return bar;
  }

  // --- the thread ---------------------------------------------------------------------------------------------------------

  #thread(): HTMLElement {
    const { dom, simulation } = this;
    const field = dom.h("div", { class: "ql-editor", contenteditable: "true", role: "textbox", "aria-label": dom.t("Reply…") });
    const send = () => {
      const text = (field.textContent ?? "").trim();
      field.textContent = "";
      if (text) simulation.say(text);
    };
    return dom.h("aside", { class: "p-thread", "data-qa": "huddle_thread", "aria-label": dom.t("Thread") }, this.#lines,
      dom.h("div", { "data-qa": "message_input" }, field),
      button(dom, "texty_send_button", { "aria-label": dom.t("Send now"), onclick: send }, "➤"));
  }

  /** Whoever goes on writing is named once. */
  #line({ id, from, text }: ChatLine): void {
    const { dom } = this, isNext = this.#lastFrom === from;
    this.#lastFrom = from;
    dom.add(this.#lines, dom.h("div", { "data-qa": "message_container", "data-msg-ts": `17000000${id}.000100` },
      isNext ? null : dom.h("button", { type: "button", "data-qa": "message_sender_name", "data-message-sender": idOf(from) }, from.name),
      dom.h("div", { "data-qa": "message-text" }, text)));
  }

  #caption({ id, from, text }: Caption): void {
    const { dom } = this, words = this.#captions.get(id) ?? dom.h("span", { class: "p-huddle_closed_caption_event__event_text" });
    dom.fill(words, text);
    if (this.#captions.has(id)) return;
    this.#captions.set(id, words);
    dom.add(this.#said, dom.h("div", { class: "p-huddle_closed_caption_event__wrapper" },
      dom.h("span", { class: "p-huddle_closed_caption_event__member_name" }, from.name), words));
    dom.add(this.#grid, this.#said);
  }

  #notice(kind: string): void {
    const { dom } = this;
    const dialog = dom.h("div", { class: "c-sk-modal", role: "dialog" }, dom.h("p", {}, dom.t(NOTICES[kind] ?? NOTICES.recording!)),
      button(dom, "", { onclick: () => dialog.remove() }, dom.t("Got it")));
    dom.add(dom.root, dialog);
  }
}
