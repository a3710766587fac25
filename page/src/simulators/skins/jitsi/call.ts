/** Jitsi Meet's meeting itself: tiles, toolbar, chat, participants, and the dialogs over it. */
import type { Attendee, ChatLine } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { report } from "../../reports";
import { deviceSwitch } from "./door";
import { endpoint } from "./objects";

const NOTICES: Record<string, string> = {
  recording: "This meeting is being recorded.", transcription: "This meeting is being transcribed.",
  ask_to_unmute: "The moderator asks you to unmute.",
};

interface Tile { element: HTMLElement; camera: HTMLVideoElement; screen: HTMLVideoElement }

export class Call {
  readonly #tiles = new Map<Attendee, Tile>();
  readonly #grid: HTMLElement;
  readonly #sounds: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #chat: HTMLElement;
  readonly #people: HTMLElement;
  readonly #dialogs: HTMLElement;
  readonly #toolbar: HTMLElement;
  readonly #playing = new Map<MediaStreamTrack, HTMLAudioElement>();

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    this.#grid = dom.h("div", { class: "tiles" });
    this.#sounds = dom.h("div", { hidden: true });
    this.#lines = dom.h("div", { id: "chatconversation", role: "log", "aria-live": "polite" });
    this.#chat = this.#chatPanel();
    this.#people = dom.h("div", { id: "layout_wrapper_participants", class: "participants_pane", hidden: true });
    this.#dialogs = dom.h("div", { class: "dialogs" });
    this.#toolbar = this.#makeToolbar();
    for (const kind of ["joined", "left", "changed", "media"] as const) simulation.on(kind, () => this.#refresh());
    simulation.on("chat", (line) => this.#write(line));
    simulation.on("notice", ({ kind }) => this.#notice(kind));
  }

  show(): void {
    const { dom } = this;
    dom.show(dom.h("div", { id: "videoconference_page" },
      dom.h("div", { id: "largeVideoContainer" }, this.#grid, dom.h("div", { class: "subject-text" }, this.simulation.setup.title)),
      this.#people, this.#chat, this.#toolbar, this.#dialogs, this.#sounds));
    dom.autoHide(this.#toolbar);
    this.#refresh();
  }

  // --- toolbar, chat, dialogs -----------------------------------------------------------------------------------------------

  #makeToolbar(): HTMLElement {
    const { dom, simulation } = this;
    const flip = (element: HTMLElement) => () => dom.set(element, { hidden: !element.hidden });
    return dom.h("div", { id: "new-toolbox", class: "new-toolbox visible" }, dom.h("div", { class: "toolbox-content-items" },
      deviceSwitch(simulation, dom, "microphone"), deviceSwitch(simulation, dom, "camera"),
      this.#shareButton(), this.#tileButton(),
      this.#button("Open chat", "✉", flip(this.#chat)), this.#button("Open participants pane", "☰", flip(this.#people)),
      this.#button("Leave the meeting", "✕", () => simulation.leave(), {
        class: "toolbox-button hangup-button", "data-testid": "toolbox.hangup",
      })));
  }

  #button(label: string, sign: string, onclick: () => void, more: Record<string, string> = {}): HTMLElement {
    const usual = { class: "toolbox-button", role: "button", tabindex: 0, "aria-label": this.dom.t(label), onclick };
    return this.dom.h("div", { ...usual, ...more }, sign);
  }

  #shareButton(): HTMLElement {
    const { dom, simulation } = this, { visitor } = simulation;
    const button = this.#button("Start screen sharing", "⇪", () => void visitor.share(!visitor.screen));
    const state = () => ({
      "aria-label": dom.t(visitor.screen ? "Stop screen sharing" : "Start screen sharing"), "aria-pressed": Boolean(visitor.screen),
    });
    simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(button, state()); });
    return button;
  }

  #tileButton(): HTMLElement {
    const { dom } = this;
    let tiled = false;
    const button = this.#button("Enter tile view", "▦", () => {
      tiled = !tiled;
      report("layout", { view: tiled ? "gallery" : "speaker" });
      dom.set(button, { "aria-label": dom.t(tiled ? "Exit tile view" : "Enter tile view"), "aria-pressed": tiled });
    }, { "aria-pressed": "false" });
    return button;
  }

  #chatPanel(): HTMLElement {
    const { dom } = this;
    const text = dom.h("textarea", { id: "chat-input-messagebox", class: "chat-input", placeholder: dom.t("Type a message"), rows: 1 });
    const send = () => {
      if (text.value.trim()) this.simulation.say(text.value.trim());
      text.value = "";
    };
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      send();
    });
    return dom.h("div", { id: "sideToolbarContainer", class: "chat-panel", hidden: true }, this.#lines,
      dom.h("div", { class: "chat-input-row" }, text,
        dom.h("button", { type: "button", class: "chat-submit", "aria-label": dom.t("Send message"), onclick: send }, "➤")));
  }

  #write({ id, from, text }: ChatLine): void {
    const { dom } = this;
    dom.add(this.#lines, dom.h("div", { class: `chatmessage-wrapper ${from.isVisitor ? "local" : "remote"}`, id: `chat-${id}` },
      dom.h("div", { class: "chatmessage" },
        dom.h("div", { class: "display-name" }, from.name), dom.h("div", { class: "usermessage" }, text))));
  }

  #notice(kind: string): void {
    const { dom } = this;
    const dialog = dom.h("div", { class: "dialog", role: "dialog", "aria-modal": true }, dom.h("p", {}, dom.t(NOTICES[kind] ?? kind)),
      dom.h("button", {
        type: "button", class: "action-btn primary", id: "modal-dialog-ok-button", onclick: () => dialog.remove(),
      }, dom.t("OK")));
    dom.add(this.#dialogs, dialog);
  }

  // --- people ---------------------------------------------------------------------------------------------------------------

  #refresh(): void {
    const present = this.simulation.attendees;
    for (const [attendee, { element }] of this.#tiles) {
      if (present.includes(attendee)) continue;
      element.remove();
      this.#tiles.delete(attendee);
    }
    for (const attendee of present) this.#show(attendee, this.#tiles.get(attendee) ?? this.#tile(attendee));
    this.#listen();
    this.#list(present);
  }

  #tile(attendee: Attendee): Tile {
    const { dom } = this, id = attendee.isVisitor ? "localVideoContainer" : `participant_${endpoint(attendee)}`;
    const video = (kind: string) => dom.h("video", { autoplay: true, muted: true, playsinline: true, class: kind });
    const camera = video("camera"), screen = video("desktop");
    const element = dom.h("span", { id }, camera, screen,
      dom.h("div", { class: "avatar-container" }, attendee.name.slice(0, 1)), dom.h("span", { class: "displayname" }, attendee.name));
    dom.add(this.#grid, element);
    const tile = { element, camera, screen };
    this.#tiles.set(attendee, tile);
    return tile;
  }

  #show(attendee: Attendee, { element, camera, screen }: Tile): void {
    const { visitor, media } = this.simulation;
    const state = [attendee.camera ? "display-video" : "display-avatar-only", ...attendee.speaking ? ["dominant-speaker"] : []];
    this.dom.set(element, { class: ["videocontainer", ...state].join(" ") });
    for (const [video, role, on] of [[camera, "camera", attendee.camera], [screen, "screen", attendee.sharing]] as const) {
      this.dom.play(video, !on ? null : attendee.isVisitor ? visitor[role] : media?.streamOf(attendee, role) ?? null);
      this.dom.set(video, { hidden: !on });
    }
  }

  /** Each person's sound has an element of its own, nowhere near the tile. */
  #listen(): void {
    const wanted = (this.simulation.media?.played ?? []).filter(({ role }) => role === "audio");
    for (const [track, audio] of this.#playing) {
      if (wanted.some((one) => one.track === track)) continue;
      audio.remove();
      this.#playing.delete(track);
    }
    for (const { track, stream, of } of wanted) {
      if (this.#playing.has(track)) continue;
      const audio = this.dom.h("audio", { autoplay: true, id: `remoteAudio_${of ? endpoint(of) : 0}`, ".srcObject": stream });
      this.#playing.set(track, audio);
      this.dom.add(this.#sounds, audio);
    }
  }

  #list(present: Attendee[]): void {
    const { dom } = this, heading = dom.t("Meeting participants ({count})", { count: present.length });
    dom.fill(this.#people, dom.h("div", { class: "participants_heading" }, heading),
      present.map((one) => dom.h("div", { class: "list-item-container", id: `participant-item-${endpoint(one)}`, "aria-label": one.name },
        dom.h("span", {}, one.isVisitor ? `${one.name} (${dom.t("me")})` : one.name),
        one.isHost ? dom.h("span", { class: "moderator" }, dom.t("Moderator")) : null)));
  }
}
