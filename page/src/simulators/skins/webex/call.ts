/** Webex's call: tiles without marks, one sound for all, a list of people whose rows have a halo, a chat, and what lies over them. */
import type { Attendee, ChatLine } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { report } from "../../reports";
import { button, deviceButton } from "./parts";

const NOTICES: Record<string, [text: string, button: string]> = {
  recording: ["This meeting is being recorded.", "Got it"],
  transcription: ["This meeting is being transcribed.", "Got it"],
  ask_to_unmute: ["The host would like you to unmute.", "Not now"],
};

export class Call {
  readonly #tiles = new Map<string, { element: HTMLElement; video: HTMLVideoElement }>();
  readonly #rows = new Map<Attendee, { element: HTMLElement; sign: HTMLElement }>();
  readonly #grid: HTMLElement;
  readonly #sound: HTMLAudioElement;
  readonly #list: HTMLElement;
  readonly #count: HTMLElement;
  readonly #people: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #chat: HTMLElement;
  readonly #over: HTMLElement;

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    this.#grid = dom.h("div", { class: "grid", "data-test": "grid-layout" });
    this.#sound = dom.h("audio", { autoplay: true });
    this.#over = dom.h("div", {});
    this.#list = dom.h("div", { role: "list" });
    this.#count = dom.h("h2", {});
    this.#people = dom.h("aside", { class: "pane", hidden: true }, this.#count, this.#list);
    this.#lines = dom.h("div", { class: "lines" });
    this.#chat = dom.h("aside", { class: "pane", hidden: true }, this.#lines, this.#field());
    const refresh = () => this.#refresh();
    simulation.on("joined", refresh);
    simulation.on("left", refresh);
    simulation.on("changed", refresh);
    simulation.on("media", refresh);
    simulation.on("chat", (line) => this.#line(line));
    simulation.on("notice", ({ kind }) => this.#notice(kind));
  }

  show(): void {
    const { dom } = this, bar = this.#bar();
    dom.show(dom.h("div", { class: "call" }, this.#grid, this.#people, this.#chat, bar, this.#sound, this.#over));
    dom.autoHide(bar);
    this.#refresh();
  }

  #bar(): HTMLElement {
    const { dom, simulation } = this;
    const toggle = (pane: HTMLElement) => () => dom.set(pane, { hidden: !pane.hidden });
    return dom.h("div", { class: "bar", role: "toolbar", "data-test": "call_controls_wrap" },
      deviceButton(simulation, dom, "microphone"), deviceButton(simulation, dom, "camera"),
      this.#share(),
      button(dom, { "data-test": "raise-hand-button", "aria-label": dom.t("Raise your hand") }, "✋"),
      this.#layout(),
      button(dom, { "data-test": "participants-toggle-button", "aria-label": dom.t("Participants"), onclick: toggle(this.#people) }, "👥"),
      button(dom, { "data-test": "in-meeting-chat-toggle-button", "aria-label": dom.t("Chat"), onclick: toggle(this.#chat) }, "💬"),
      button(dom, { "data-test": "leave-button", "aria-label": dom.t("Leave meeting"), onclick: () => simulation.leave() }, "✕"));
  }

  #layout(): HTMLElement {
    const { dom } = this;
    const view = (name: "speaker" | "gallery", says: string) => button(dom, { role: "menuitemradio", onclick: () => {
      report("layout", { view: name });
      dom.set(this.#grid, { "data-view": name });
      dom.set(menu, { hidden: true });
    } }, dom.t(says));
    const menu: HTMLElement = dom.h("div", { class: "sharing", role: "menu", hidden: true },
      view("speaker", "Speaker view"), view("gallery", "Grid view"));
    dom.add(this.#over, menu);
    return button(dom, { "data-test": "layout-button", onclick: () => dom.set(menu, { hidden: !menu.hidden }) }, dom.t("Layout"));
  }

  /** While one shares there is a bar that stops it. */
  #share(): HTMLElement {
    const { dom, simulation: { visitor } } = this;
    const stop = dom.h("div", { class: "sharing" }, button(dom, { onclick: () => void visitor.share(false) }, dom.t("Stop sharing")));
    this.simulation.on("changed", ({ isVisitor }) => {
      if (isVisitor && visitor.screen) dom.add(this.#over, stop);
      else if (isVisitor) stop.remove();
    });
    return button(dom, { "data-test": "mc-share", "aria-label": dom.t("Share content"), onclick: () => void visitor.share(true) }, "⬆");
  }

  // --- who is there -------------------------------------------------------------------------------------------------------

  #refresh(): void {
    const { attendees, media, phase } = this.simulation, wanted = new Set<string>();
    if (phase.at !== "call") return;
    for (const one of attendees) {
      if (one.isVisitor) continue;
      wanted.add(this.#tile(one, false, one.camera ? media?.streamOf(one, "camera") ?? null : null));
      if (one.sharing) wanted.add(this.#tile(one, true, media?.streamOf(one, "screen") ?? null));
    }
    for (const [key, { element }] of this.#tiles) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#tiles.delete(key);
    }
    play(this.#sound, media?.played.find(({ role }) => role === "audio")?.stream ?? null);
    this.#listPeople();
  }

  #tile(one: Attendee, isScreen: boolean, shows: MediaStream | null): string {
    const key = `${one.id} ${isScreen}`, { dom } = this;
    let tile = this.#tiles.get(key);
    if (!tile) {
      const video = dom.h("video", { autoplay: true, muted: true, playsinline: true });
      const says = this.simulation.has("one_picture") ? null : isScreen ? dom.t("{name} is sharing", { name: one.name }) : one.name;
      const element = dom.h("div", { class: "tile" }, dom.h("div", {}, video), dom.h("span", { class: "name" }, says));
      tile = { element, video };
      this.#tiles.set(key, tile);
      dom.add(this.#grid, element);
    }
    play(tile.video, shows);
    tile.video.hidden = !shows;
    return key;
  }

  #listPeople(): void {
    const { dom, simulation: { attendees } } = this;
    dom.fill(this.#count, `${dom.t("Participants")} (${attendees.length})`);
    for (const [one, { element }] of this.#rows) {
      if (attendees.includes(one)) continue;
      element.remove();
      this.#rows.delete(one);
    }
    for (const one of attendees) {
      const row = this.#rows.get(one) ?? this.#row(one);
      dom.set(row.sign, { "aria-label": dom.t(one.microphone ? "Unmuted" : "Muted") });
      const halo = one.speaking && !one.isVisitor;
      if (halo && !row.sign.firstChild) dom.add(row.sign, dom.h("div", { class: "active-speaker-halo" }, "◉"));
      else if (!halo) dom.fill(row.sign);
    }
  }

  #row(one: Attendee): { element: HTMLElement; sign: HTMLElement } {
    const { dom } = this, sign = dom.h("div", { class: "sign" });
    const element = dom.h("div", { class: "participants-list-item", role: "listitem" },
      dom.h("span", { "data-test": "participant-name" }, one.isVisitor ? `${one.name} (${dom.t("You")})` : one.name),
      one.isHost ? dom.h("small", {}, dom.t("Host")) : null, sign);
    this.#rows.set(one, { element, sign });
    dom.add(this.#list, element);
    return { element, sign };
  }

  // --- chat and notices ---------------------------------------------------------------------------------------------------

  #field(): HTMLElement {
    const { dom, simulation } = this, isOld = simulation.generation === "old", says = dom.t("Type your message here");
    const field = isOld ? dom.h("textarea", { placeholder: says })
      : dom.h("div", { class: "ql-editor", contenteditable: "true", role: "textbox", "aria-label": says });
    field.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key !== "Enter") return;
      event.preventDefault();
      const text = ("value" in field ? field.value : field.textContent ?? "").trim();
      if ("value" in field) field.value = "";
      else field.textContent = "";
      if (text) simulation.say(text);
    });
    return field;
  }

  #line({ from, text }: ChatLine): void {
    const { dom } = this;
    dom.add(this.#lines, dom.h("div", { class: "style-chat-box-1x" },
      dom.h("h3", { class: "style-chat-label-2y" }, from.isVisitor ? dom.t("You") : from.name),
      dom.h("span", { class: "style-chat-msg-3z" }, text)));
  }

  #notice(kind: string): void {
    const { dom } = this, [text, says] = NOTICES[kind] ?? NOTICES.recording!;
    const dialog = dom.h("div", { class: "dialog", role: "alertdialog" }, dom.h("p", {}, dom.t(text)),
      button(dom, { onclick: () => dialog.remove() }, dom.t(says)));
    dom.add(this.#over, dialog);
  }
}

/** The frame's streams are of the frame's own kind, which `Builder.play` does not know for what they are. */
function play(element: HTMLMediaElement, stream: MediaStream | null): void {
  if (element.srcObject !== stream) element.srcObject = stream;
}
