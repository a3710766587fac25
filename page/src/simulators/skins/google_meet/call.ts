/** Meet's call: tiles, hidden sound, the bar that hides itself, chat, people, captions, and what lies over them. */
import type { Attendee, Caption, ChatLine } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { device, messageId, screenDevice } from "./collections";
import { report } from "../../reports";
import { Toggle } from "./toggle";

/** Texts of the dialogs, and whether their button says that one joins by it. */
const NOTICES: Record<string, [text: string, button: string]> = {
  recording: ["This video call is being recorded", "Join now"],
  transcription: ["This video call is being transcribed", "Join now"],
  gemini: ["Gemini is taking notes", "Join now"],
  video_differs: ["Others may see your video differently", "Got it"],
  ask_to_unmute: ["The host asks you to unmute", "Got it"],
};
const CAPTIONS_KEPT = 3;

interface Tile { element: HTMLElement; video: HTMLVideoElement; level: HTMLElement }

export class Call {
  readonly #tiles = new Map<string, Tile>();
  readonly #captions = new Map<number, { row: HTMLElement; text: HTMLElement }>();
  readonly #grid: HTMLElement;
  readonly #sounds: HTMLElement;
  readonly #over: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #chat: HTMLElement;
  readonly #people: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #said: HTMLElement;
  readonly #offs: (() => void)[];
  #lastSender: Attendee | null = null;
  #group: HTMLElement | null = null;
  /** Lines are in the page from the first opening of the panel on. */
  #chatOpened = false;

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    const { h, t } = this.#tools;
    this.#grid = h("div", { class: "grid" });
    this.#sounds = h("div", {});
    this.#over = h("div", {});
    this.#lines = h("div", { class: "lines", "aria-live": "polite" });
    this.#chat = this.#chatPanel();
    this.#rows = h("div", { role: "list", "aria-label": t("Participants") });
    this.#people = h("aside", { class: "panel", hidden: true, "aria-label": t("People") }, this.#rows);
    this.#said = h("div", { class: "captions", role: "region", tabindex: 0, "aria-label": t("Captions"), hidden: true });
    const { simulation: s } = this;
    this.#offs = [
      s.on("joined", () => this.#refresh()), s.on("left", () => this.#refresh()), s.on("changed", () => this.#refresh()),
      s.on("media", () => this.#refresh()), s.on("chat", (line) => this.#line(line)), s.on("caption", (caption) => this.#caption(caption)),
      s.on("notice", ({ kind }) => this.#notice(kind)), s.on("phase", () => this.#offs.forEach((off) => off())),
    ];
  }

  get #tools(): { h: Builder["h"]; t: Builder["t"] } {
    return { h: this.dom.h.bind(this.dom), t: this.dom.t.bind(this.dom) };
  }

  show(): void {
    const { h } = this.#tools, bar = this.#bar();
    this.dom.show(h("div", { class: "call" }, this.#grid, this.#said, this.#people, this.#chat, bar, this.#sounds, this.#over));
    this.dom.autoHide(bar);
    this.#refresh();
  }

  #bar(): HTMLElement {
    const { h, t } = this.#tools, { simulation, dom } = this, { visitor } = simulation;
    const captions = h("button", { type: "button", jsname: "r8qRAd", "aria-label": t("Turn on captions"), onclick: () => {
      dom.set(this.#said, { hidden: !this.#said.hidden });
      dom.set(captions, { "aria-label": t(this.#said.hidden ? "Turn on captions" : "Turn off captions") });
    } }, "CC");
    const share = h("button", { type: "button", jsname: "hNGZQc", "aria-label": t("Share screen"), onclick: async () => {
      await visitor.share(!visitor.screen);
      dom.set(share, { "aria-label": t(visitor.screen ? "Stop presenting" : "Share screen") });
    } }, "🖥");
    const panel = (label: string, which: HTMLElement, sign: string) => h("button", { type: "button", "aria-label": t(label), onclick: () =>
      dom.set(which, { hidden: !which.hidden }) }, sign);
    return h("div", { class: "controls", role: "region", "aria-label": t("Call controls") },
      new Toggle("microphone", simulation, dom).element, new Toggle("camera", simulation, dom).element, captions, share,
      ...this.#more(),
      h("button", { type: "button", "aria-label": t("Chat with everyone"), onclick: () => this.#openChat() }, "💬"), panel("People", this.#people, "👥"),
      h("button", { type: "button", class: "leave", jsname: "CQylAd", "aria-label": t("Leave call"), onclick: () => simulation.leave() }, "☎"));
  }

  /** A menu, in it a dialog with the views. */
  #more(): HTMLElement[] {
    const { h, t } = this.#tools, { dom } = this;
    const view = (name: "speaker" | "gallery", says: string) => h("div", {
      role: "radio", tabindex: 0, "aria-label": t(says), "aria-checked": false, onclick: () => {
        report("layout", { view: name });
        dom.set(this.#grid, { "data-view": name });
      } }, t(says));
    const choose = () => {
      dom.set(menu, { hidden: true });
      const dialog: HTMLElement = h("div", { class: "dialog", role: "dialog" }, view("gallery", "Tiled"), view("speaker", "Spotlight"),
        h("button", { type: "button", "aria-label": t("Close"), onclick: () => dialog.remove() }, "✕"));
      dom.add(this.#over, dialog);
    };
    const menu: HTMLElement = h("div", { class: "menu", role: "menu", hidden: true },
      h("div", { role: "menuitem", tabindex: 0, jsname: "WZerud", onclick: choose }, t("Change layout")));
    return [menu, h("button", { type: "button", jsname: "NakZHc", "aria-label": t("More options"), onclick: () => dom.set(menu, { hidden: !menu.hidden }) }, "⋮")];
  }

  // --- tiles and sound ----------------------------------------------------------------------------------------------------

  #refresh(): void {
    const { attendees, media, visitor } = this.simulation, { t } = this.#tools, wanted = new Set<string>();
    for (const one of attendees) {
      const key = device(one), tile = this.#tile(key, one, one.name);
      wanted.add(key);
      this.dom.play(tile.video, one.isVisitor ? visitor.camera : one.camera ? media?.streamOf(one, "camera") ?? null : null);
      tile.video.hidden = !one.camera;
      this.dom.set(tile.level, { class: `level ${one.speaking ? "Oaajhc" : "gjg47c"}`, "data-audio-level": one.speaking ? 3 : 0 });
      if (!one.sharing || one.isVisitor) continue;
      const shown = this.#tile(screenDevice(one), one, t("{name} (Presentation)", { name: one.name }));
      wanted.add(screenDevice(one));
      this.dom.play(shown.video, media?.streamOf(one, "screen") ?? null);
    }
    for (const [key, { element }] of this.#tiles) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#tiles.delete(key);
    }
    this.#listen();
    this.#list();
  }

  #tile(key: string, one: Attendee, name: string): Tile {
    const known = this.#tiles.get(key), { h, t } = this.#tools;
    if (known) return known;
    const video = h("video", { autoplay: true, muted: true, playsinline: true }), level = h("div", { class: "level gjg47c" }, "•");
    const effects = one.isVisitor ? h("button", { type: "button", "aria-label": t("Backgrounds and effects") }, "✨") : null;
    const element = h("div", { class: "oZRSLe", "data-participant-id": key, "data-requested-participant-id": key },
      video, h("span", { class: "notranslate" }, name), level, effects);
    this.dom.add(this.#grid, element);
    const tile = { element, video, level };
    this.#tiles.set(key, tile);
    return tile;
  }

  #listen(): void {
    const { h } = this.#tools, wanted = this.simulation.media?.played.filter(({ role }) => role === "audio") ?? [];
    const playing = new Set([...this.#sounds.children].map((audio) => (audio as HTMLAudioElement).srcObject));
    for (const { stream } of wanted) {
      if (!playing.has(stream)) this.dom.add(this.#sounds, h("audio", { autoplay: true, ".srcObject": stream }));
    }
  }

  #list(): void {
    const { h, t } = this.#tools;
    this.dom.fill(this.#rows, this.simulation.attendees.map((one) =>
      h("div", { role: "listitem", "aria-label": one.name, "data-participant-id": device(one) },
        h("span", { class: "zWGUib" }, one.name), one.isVisitor ? h("span", {}, ` ${t("(You)")}`) : null,
        one.isHost ? h("div", { class: "d93U2d" }, t("Meeting host")) : null)));
  }

  // --- chat, captions, notices --------------------------------------------------------------------------------------------

  #chatPanel(): HTMLElement {
    const { h, t } = this.#tools;
    const field = h("textarea", { "aria-label": t("Send a message"), placeholder: t("Send a message"), maxlength: 500, jsname: "YPqjbf" });
    const send = () => {
      const text = field.value.trim();
      field.value = "";
      if (text) this.simulation.say(text);
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      send();
    });
    return h("aside", { class: "panel", hidden: true }, this.#lines,
      field, h("button", { type: "button", jsname: "SoqoBf", "aria-label": t("Send a message"), onclick: send }, "➤"));
  }

  #openChat(): void {
    this.dom.set(this.#chat, { hidden: !this.#chat.hidden });
    if (this.#chatOpened) return;
    this.#chatOpened = true;
    for (const line of this.simulation.chat) this.#line(line);
  }

  /** Lines that one person writes one after the other stand below the name once. */
  #line(line: ChatLine): void {
    if (!this.#chatOpened) return;
    const { h, t } = this.#tools;
    if (!this.#group || this.#lastSender !== line.from) {
      this.#group = h("div", { class: "Ss4fHf" }, h("div", { class: "HNucUd" },
        h("span", { class: "poVWob" }, line.from.isVisitor ? t("You") : line.from.name)));
      this.#lastSender = line.from;
      this.dom.add(this.#lines, this.#group);
    }
    this.dom.add(this.#group, h("div", { class: "ptNLrf", "data-message-id": messageId(line) }, h("div", { jsname: "dTKtvb" }, line.text)));
  }

  #caption({ id, from, text }: Caption): void {
    const { h } = this.#tools, known = this.#captions.get(id);
    if (known) return this.dom.fill(known.text, text);
    const words = h("div", { class: "ygicle VbkSUe" }, text);
    const row = h("div", { class: "nMcdL" }, h("span", { class: "NWpY1d" }, from.name), words);
    this.dom.add(this.#said, row);
    this.#captions.set(id, { row, text: words });
    for (const [old, { row: gone }] of this.#captions) {
      if (this.#captions.size <= CAPTIONS_KEPT) break;
      gone.remove();
      this.#captions.delete(old);
    }
  }

  #notice(kind: string): void {
    const { h, t } = this.#tools, [text, button] = NOTICES[kind] ?? ["Gemini is taking notes", "Got it"];
    const dialog = h("div", { class: "dialog", role: "dialog", "aria-modal": true }, h("h2", {}, t(text)),
      h("button", { type: "button", "data-mdc-dialog-action": "ok", onclick: () => dialog.remove() }, t(button)));
    this.dom.add(this.#over, dialog);
  }
}
