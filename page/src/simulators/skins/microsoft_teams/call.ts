/** Teams' call: tiles with an outline for who speaks, one sound for all, people, chat, captions, and what lies over them. */
import type { Attendee, Caption, ChatLine } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { report } from "../../reports";
import { deviceButton } from "./door";

const NOTICES: Record<string, [text: string, button: string]> = {
  recording: ["Recording and transcription have started. Let everyone know that they're being recorded.", "Dismiss"],
  transcription: ["Transcription has started.", "Dismiss"],
  ask_to_unmute: ["The organizer asks you to unmute.", "OK"],
};
const CAPTIONS_KEPT = 4;

export class Call {
  readonly #tiles = new Map<string, { element: HTMLElement; video: HTMLVideoElement; outline: HTMLElement }>();
  readonly #grid: HTMLElement;
  readonly #sound: HTMLAudioElement;
  readonly #over: HTMLElement;
  readonly #chat: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #people: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #captions: HTMLElement;
  readonly #captioned = new Map<number, HTMLElement>();
  readonly #menu: HTMLElement;
  readonly #copies = new WeakMap<MediaStream, MediaStream>();

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    this.#grid = dom.h("div", { class: "grid", "data-test-segment-type": "central" });
    this.#sound = dom.h("audio", { autoplay: true });
    this.#over = dom.h("div", {});
    this.#lines = dom.h("div", { class: "lines" });
    this.#chat = this.#chatPane();
    this.#rows = dom.h("div", { role: "tree", "aria-label": dom.t("Attendees") });
    this.#people = dom.h("aside", { class: "pane", hidden: true }, this.#rows);
    this.#captions = dom.h("div", { class: "captions", "data-tid": "closed-caption-renderer-wrapper", hidden: true });
    this.#menu = this.#moreMenu();
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
    const { dom } = this, bar = this.#bar();
    dom.show(dom.h("div", { class: "call" }, bar, this.#menu, this.#grid, this.#captions, this.#people, this.#chat, this.#sound, this.#over));
    dom.autoHide(bar);
    this.#refresh();
  }

  #bar(): HTMLElement {
    const { dom, simulation } = this, { visitor } = simulation;
    const toggle = (pane: HTMLElement) => () => dom.set(pane, { hidden: !pane.hidden });
    const share = dom.h("button", { type: "button", id: "share-button", "aria-label": dom.t("Share"), onclick: async () => {
      await visitor.share(!visitor.screen);
      dom.set(share, { "aria-label": dom.t(visitor.screen ? "Stop sharing" : "Share") });
    } }, "🖥");
    return dom.h("div", { class: "bar", role: "toolbar" },
      dom.h("button", { type: "button", id: "chat-button", "aria-label": dom.t("Chat"), onclick: toggle(this.#chat) }, "💬"),
      ...this.#views(),
      dom.h("button", { type: "button", id: "roster-button", "aria-label": dom.t("People"), onclick: toggle(this.#people) }, "👥"),
      dom.h("button", { type: "button", "data-cid": "calling-raisehands-button", "aria-label": dom.t("Raise your hand") }, "✋"),
      dom.h("button", { type: "button", id: "callingButtons-showMoreBtn", "aria-label": dom.t("More"), onclick: toggle(this.#menu) }, "⋯"),
      deviceButton(simulation, dom, "camera"), deviceButton(simulation, dom, "microphone"), share,
      dom.h("button", {
        type: "button", id: "hangup-button", "data-tid": "hangup-main-btn", "aria-label": dom.t("Leave"), onclick: () => simulation.leave(),
      }, dom.t("Leave")));
  }

  #views(): HTMLElement[] {
    const { dom } = this;
    const view = (name: "speaker" | "gallery", id: string, says: string) =>
      dom.h("div", { role: "menuitemradio", tabindex: 0, id, onclick: () => {
        report("layout", { view: name });
        dom.set(this.#grid, { "data-view": name });
        dom.set(menu, { hidden: true });
      } }, dom.t(says));
    const menu: HTMLElement = dom.h("div", { class: "menu", role: "menu", hidden: true },
      view("speaker", "SpeakerView-button", "Speaker"), view("gallery", "MixedGridView-button", "Gallery"));
    return [menu, dom.h("button", {
      type: "button", id: "view-mode-button", "aria-label": dom.t("View"), onclick: () => dom.set(menu, { hidden: !menu.hidden }),
    }, "▦")];
  }

  #moreMenu(): HTMLElement {
    const { dom } = this;
    const captions = dom.h("div", { role: "menuitem", tabindex: 0, id: "closed-captions-button", hidden: true, onclick: () => {
      dom.set(this.#captions, { hidden: !this.#captions.hidden });
      dom.set(this.#menu, { hidden: true });
    } }, dom.t("Show live captions"));
    return dom.h("div", { class: "menu", role: "menu", hidden: true },
      dom.h("div", { role: "menuitem", tabindex: 0, id: "LanguageSpeechMenuControl-id", onclick: () => dom.set(captions, { hidden: false }) },
        dom.t("Language and speech")), captions);
  }

  // --- who is there -------------------------------------------------------------------------------------------------------

  #refresh(): void {
    const { attendees, media, visitor } = this.simulation, wanted = new Set<string>();
    if (this.simulation.phase.at !== "call") return;
    for (const one of attendees) {
      const camera = one.isVisitor ? visitor.camera : one.camera ? media?.streamOf(one, "camera") ?? null : null;
      wanted.add(this.#tile(one, "Video", camera));
      if (one.sharing && !one.isVisitor) wanted.add(this.#tile(one, "ScreenSharing", this.#screen(one)));
    }
    for (const [key, { element }] of this.#tiles) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#tiles.delete(key);
    }
    this.dom.play(this.#sound, media?.played.find(({ role }) => role === "audio")?.stream ?? null);
    this.dom.fill(this.#rows, attendees.map((one) => this.#row(one)));
  }

  /** What its tile plays: what is received, or a copy of it by which nobody finds the track. */
  #screen(one: Attendee): MediaStream | null {
    const received = this.simulation.media?.streamOf(one, "screen") ?? null;
    if (!received || !this.simulation.has("copied_screen")) return received;
    const copy = this.#copies.get(received) ?? received.clone();
    this.#copies.set(received, copy);
    return copy;
  }

  #tile(one: Attendee, kind: string, shows: MediaStream | MediaStreamTrack | null): string {
    const key = `${one.id} ${kind}`, { dom } = this;
    let tile = this.#tiles.get(key);
    if (!tile) {
      const video = dom.h("video", { autoplay: true, muted: true, playsinline: true });
      const outline = dom.h("div", { class: "outline", "data-tid": "voice-level-stream-outline" });
      const name = one.isVisitor ? `${one.name} (${dom.t("Unverified")})` : one.name;
      const element = dom.h("div", {
        class: "tile", "data-stream-type": kind, "data-tid": name, "data-is-self": one.isVisitor, role: "group",
      }, video, outline, dom.h("span", { class: "name" }, name));
      tile = { element, video, outline };
      this.#tiles.set(key, tile);
      dom.add(this.#grid, element);
    }
    dom.play(tile.video, shows);
    tile.video.hidden = !shows;
    dom.set(tile.outline, { class: one.speaking && kind === "Video" ? "outline vdi-frame-occlusion" : "outline" });
    return key;
  }

  #row(one: Attendee): HTMLElement {
    const { dom } = this, parts = [one.name];
    if (one.isVisitor) parts[0] += ` (${dom.t("You")})`;
    if (one.isHost) parts.push(dom.t("Organizer"));
    parts.push(dom.t(one.microphone ? "Unmuted" : "Muted"));
    return dom.h("div", { role: "treeitem", "data-cid": "roster-participant", "data-tid": "roster-participant", "aria-label": parts.join(", ") }, one.name);
  }

  // --- chat, captions, notices --------------------------------------------------------------------------------------------

  #chatPane(): HTMLElement {
    const { dom } = this;
    const field = dom.h("div", { contenteditable: "true", role: "textbox", "aria-label": dom.t("Type a message"), class: "field" });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      const text = field.textContent?.trim() ?? "";
      field.textContent = "";
      if (text) this.simulation.say(text);
    });
    return dom.h("aside", { class: "pane", hidden: true }, this.#lines, field);
  }

  #line({ id, from, text, at }: ChatLine): void {
    const { dom } = this, moment = new Date(at).toISOString();
    dom.add(this.#lines, dom.h("div", { "data-tid": "chat-pane-item", id: `item-${id}` },
      dom.h("span", { "data-tid": "message-author-name" }, from.name), dom.h("time", { datetime: moment }, moment.slice(11, 16)),
      dom.h("div", { "data-tid": "chat-pane-message", id: `content-${id}` }, text)));
  }

  /** The text of a line changes in place. */
  #caption({ id, from, text }: Caption): void {
    const { dom } = this, known = this.#captioned.get(id);
    if (known) return dom.fill(known, text);
    const words = dom.h("span", { "data-tid": "closed-caption-text" }, text);
    dom.add(this.#captions, dom.h("div", { class: "caption" }, dom.h("span", { "data-tid": "author" }, from.name), words));
    this.#captioned.set(id, words);
    while (this.#captions.childElementCount > CAPTIONS_KEPT) this.#captions.firstElementChild?.remove();
  }

  #notice(kind: string): void {
    const { dom } = this, [text, button] = NOTICES[kind] ?? NOTICES.recording!;
    const dialog = dom.h("div", { class: "dialog", role: "alertdialog" }, dom.h("p", {}, dom.t(text)),
      dom.h("button", { type: "button", onclick: () => dialog.remove() }, dom.t(button)));
    dom.add(this.#over, dialog);
  }
}
