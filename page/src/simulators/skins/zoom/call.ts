/** Zoom's call: players that know their node, the active speaker's frame, footer, panels, captions, and what lies over them. */
import type { Attendee, Caption, ChatLine } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { report } from "../../reports";
import { node, screenNode } from "../zoom";

const LABELS = { microphone: ["mute my microphone", "unmute my microphone"], camera: ["stop my video", "start my video"] } as const;
const NOTICES: Record<string, string> = {
  recording: "This meeting is being recorded", transcription: "This meeting is being transcribed",
  ask_to_unmute: "The host would like you to unmute",
};

interface Tile { element: HTMLElement; picture: HTMLVideoElement | null }

export class Call {
  readonly #tiles = new Map<string, Tile>();
  readonly #grid: HTMLElement;
  readonly #sounds: HTMLElement;
  readonly #over: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #people: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #chat: HTMLElement;
  readonly #transcript: HTMLElement;
  readonly #items = new Map<number, HTMLElement>();
  readonly #menu: HTMLElement;

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    this.#grid = dom.h("div", { class: "gallery-video-container" });
    this.#sounds = dom.h("div", {});
    this.#over = dom.h("div", {});
    this.#rows = dom.h("div", { role: "list", "aria-label": dom.t("participants list") });
    this.#people = dom.h("aside", { class: "panel" });
    this.#lines = dom.h("div", { role: "list", "aria-label": dom.t("Chat Message List") });
    this.#chat = dom.h("aside", { class: "panel", hidden: true }, this.#lines, this.#field());
    this.#transcript = dom.h("div", { id: "full-transcription", class: "panel", hidden: true });
    this.#menu = this.#captionMenu();
    const refresh = () => this.#refresh();
    simulation.on("joined", refresh);
    simulation.on("left", refresh);
    simulation.on("changed", refresh);
    simulation.on("media", refresh);
    simulation.on("chat", (line) => this.#line(line));
    simulation.on("caption", (caption) => this.#caption(caption));
    simulation.on("notice", ({ kind }) => this.#notice(kind));
  }

  show(): void {
    const { dom } = this, footer = this.#footer();
    dom.show(dom.h("div", { class: "meeting-app" }, this.#grid, this.#people, this.#chat, this.#transcript, this.#menu, footer, this.#sounds, this.#over));
    dom.autoHide(footer);
    this.#joinAudio();
    this.#refresh();
  }

  #footer(): HTMLElement {
    const { dom, simulation } = this, { visitor } = simulation;
    const device = (part: "microphone" | "camera", sign: string) => {
      const [off, on] = LABELS[part], state = () => ({ "aria-label": dom.t(visitor[part] ? off : on) });
      const element = dom.h("button", { type: "button", ...state(), onclick: () => void visitor.turn(part, !visitor[part]) }, sign);
      simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(element, state()); });
      return element;
    };
    const share = dom.h("button", { type: "button", class: "sharing-entry-button", "aria-label": dom.t("Share Screen"), onclick: async () => {
      await visitor.share(!visitor.screen);
      dom.set(share, { "aria-label": dom.t(visitor.screen ? "Stop Share" : "Share Screen"), class: visitor.screen ? "sharer-button--stop" : "sharing-entry-button" });
    } }, "🖥");
    return dom.h("footer", { class: "footer", role: "toolbar", id: "wc-footer" }, device("microphone", "🎤"), device("camera", "📷"),
      dom.h("button", { type: "button", "aria-label": dom.t("open the participants list"), onclick: () => {
        if (!this.#people.firstChild) dom.fill(this.#people, this.#rows);
        else this.#rows.remove();
      } }, "👥"),
      dom.h("button", { type: "button", "aria-label": dom.t("open the chat panel"), onclick: () => dom.set(this.#chat, { hidden: !this.#chat.hidden }) }, "💬"),
      share, dom.h("button", { type: "button", "aria-label": dom.t("More meeting control"), onclick: () => dom.set(this.#menu, { hidden: !this.#menu.hidden }) }, "…"),
      dom.h("button", { type: "button", "aria-label": dom.t("Leave"), onclick: () => this.#confirm() }, dom.t("Leave")));
  }

  #confirm(): void {
    const { dom, simulation } = this;
    dom.fill(this.#over, dom.h("div", { class: "leave-meeting-options", role: "menu" },
      dom.h("button", { type: "button", class: "leave-meeting-options__btn leave-meeting-options__btn--danger", onclick: () => simulation.leave() }, dom.t("Leave Meeting"))));
  }

  /** Nothing is heard before it is pressed. */
  #joinAudio(): void {
    const { dom } = this;
    const dialog = dom.h("div", { class: "join-audio-by-voip" }, dom.h("button", { type: "button", class: "join-audio-by-voip__join-btn", onclick: () => {
      report("joined_audio", {});
      dialog.remove();
      for (const audio of this.#sounds.children) void (audio as HTMLAudioElement).play();
    } }, dom.t("Join Audio by Computer")));
    dom.add(this.#over, dialog);
  }

  #captionMenu(): HTMLElement {
    const { dom } = this;
    const full = dom.h("div", { role: "menuitem", tabindex: 0, hidden: true, onclick: () => {
      dom.set(this.#transcript, { hidden: false });
      dom.set(this.#menu, { hidden: true });
    } }, dom.t("View full transcript"));
    return dom.h("div", { class: "menu", role: "menu", hidden: true },
      dom.h("div", { role: "menuitem", tabindex: 0, onclick: () => dom.set(full, { hidden: false }) }, dom.t("Captions")), full);
  }

  // --- who is there -------------------------------------------------------------------------------------------------------

  #refresh(): void {
    if (this.simulation.phase.at !== "call") return;
    const { dom } = this, { attendees } = this.simulation, wanted = new Set<string>();
    for (const one of attendees) {
      wanted.add(this.#tile(one, "camera"));
      if (one.sharing && !one.isVisitor) wanted.add(this.#tile(one, "screen"));
    }
    for (const [key, { element }] of this.#tiles) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#tiles.delete(key);
    }
    for (const { role, stream } of this.simulation.media?.played ?? []) {
      if (role === "audio" && ![...this.#sounds.children].some((audio) => (audio as HTMLAudioElement).srcObject === stream)) {
        dom.add(this.#sounds, dom.h("audio", { autoplay: true, ".srcObject": stream }));
      }
    }
    dom.fill(this.#rows, attendees.map((one) => this.#row(one)));
  }

  #tile(one: Attendee, role: "camera" | "screen"): string {
    const key = `${one.id} ${role}`, { dom, simulation } = this, { media, visitor } = simulation, wasm = simulation.generation === "wasm";
    let tile = this.#tiles.get(key);
    if (!tile) {
      const picture = wasm ? null : dom.h("video", { autoplay: true, muted: true, playsinline: true });
      const canvas = wasm && media && !one.isVisitor ? media.canvas(one, role) : null;
      const player = dom.shadow("video-player", { "node-id": role === "screen" ? screenNode(one) : node(one) }, "video, canvas { width: 100%; height: 100% }", picture ?? canvas);
      const name = dom.h("div", { class: "video-avatar__avatar-footer" }, dom.h("span", {}, one.name));
      tile = { element: dom.h("div", { class: "x" }, player, name), picture };
      this.#tiles.set(key, tile);
      dom.add(this.#grid, tile.element);
    }
    const shows = one.isVisitor ? visitor.camera : role === "screen" || one.camera ? media?.streamOf(one, role) ?? null : null;
    if (tile.picture) dom.play(tile.picture, shows);
    const active = one.speaking && role === "camera";
    dom.set(tile.element, { class: role === "screen" ? "share-video-frame" : active ? "speaker-active-container__video-frame" : "gallery-video-container__video-frame" });
    return key;
  }

  #row(one: Attendee): HTMLElement {
    const { dom } = this, remarks = [one.isHost ? dom.t("host") : null, one.isVisitor ? dom.t("me") : null].filter(Boolean).join(", ");
    const label = `${one.name}${remarks ? ` (${remarks})` : ""}, ${dom.t(one.microphone ? "unmuted" : "muted")}`;
    return dom.h("div", { class: "participants-li", role: "listitem", "aria-label": label }, dom.h("span", { class: "participants-item__display-name" }, one.name));
  }

  // --- chat, captions, notices --------------------------------------------------------------------------------------------

  #field(): HTMLElement {
    const { dom } = this;
    const field = dom.h("div", { contenteditable: "true", role: "textbox", class: "field", "aria-label": dom.t("Type message here") });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      const text = field.textContent?.trim() ?? "";
      field.textContent = "";
      if (text) this.simulation.say(text);
    });
    return dom.h("div", { class: "chat-rtf-box__editor-outer" }, field);
  }

  #line({ id, from, text, at }: ChatLine): void {
    const { dom } = this, time = new Date(at).toISOString().slice(11, 16);
    dom.add(this.#lines, dom.h("div", { class: "new-chat-message__container", id: `chat-${id}`, "aria-label": `${from.name} to Everyone, ${time}, ${text}` },
      dom.h("span", { class: "chat-item__sender" }, from.name), dom.h("div", { class: "new-chat-message__text-content chat-message__text-box" }, text)));
  }

  #caption({ id, from, text, at }: Caption): void {
    const { dom } = this, known = this.#items.get(id);
    if (known) return dom.fill(known, text);
    const message = dom.h("div", { class: "lt-full-transcript__message" }, text);
    dom.add(this.#transcript, dom.h("div", { class: "lt-full-transcript__item", id: `transcript-${id}` },
      dom.h("span", { class: "lt-full-transcript__display-name" }, from.name), dom.h("span", {}, new Date(at).toISOString().slice(11, 19)), message));
    this.#items.set(id, message);
  }

  #notice(kind: string): void {
    const { dom } = this;
    const modal = dom.h("div", { class: "zm-modal", role: "dialog" }, dom.h("p", {}, dom.t(NOTICES[kind] ?? NOTICES.recording!)),
      dom.h("button", { type: "button", onclick: () => modal.remove() }, dom.t("Got it")),
      dom.h("button", { type: "button" }, dom.t("Leave meeting")));
    dom.add(this.#over, modal);
  }
}
