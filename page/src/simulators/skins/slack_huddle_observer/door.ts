/** Slack's client before the huddle: sign-in, the page that offers the app, a channel with its header, and the dialogs over it. */
import type { Reason } from "../../contract";
import type { Builder, Child } from "../../dom";
import type { Simulation } from "../../engine";
import { report } from "../../reports";
import { button } from "./parts";

const NAME = "Signed-in member";
const OUT: Partial<Record<Reason, string>> = {
  denied: "Your request to join was declined", no_answer: "Your request to join was declined",
  full: "This huddle is full", locked: "This huddle is full", removed: "You were removed from the huddle",
};

type Header = "start" | "join" | "in";

export class Door {
  #isIn: HTMLElement | null = null;

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {}

  /** The channel around whatever is in it. */
  channel(header: Header, ...content: Child[]): void {
    const { dom, simulation } = this;
    this.#isIn = header === "in" ? button(dom, "huddle_channel_header_button", { class: "c-button p-huddle_channel_header_button" }, "🎧") : null;
    dom.show(dom.h("div", { class: "p-client" },
      dom.h("div", { class: "p-view_header" }, dom.h("h1", {}, `#${simulation.setup.title.toLowerCase().replaceAll(" ", "-")}`),
        header === "start" ? button(dom, "huddle_channel_header_button__start_button", { "aria-label": dom.t("Start huddle"),
          onclick: () => report("started", {}) }, "🎧") : null,
        header === "join" ? button(dom, "huddle_channel_header_button__join_button", { onclick: () => this.#preview("Join Huddle") }, dom.t("Join")) : null,
        this.#isIn),
      dom.h("div", { class: header === "in" ? "p-huddle" : "" }, ...content)));
  }

  /** The header says late that one belongs to the huddle. */
  admitted(): void {
    const header = this.#isIn;
    if (header) this.dom.set(header, { class: "c-button p-huddle_channel_header_button p-huddle_channel_header_button--in_huddle" });
  }

  arrive(isStarted: boolean): void {
    const { simulation } = this;
    this.channel(isStarted ? "join" : "start");
    // Some links show the channel alone.
    if (!simulation.has("no_preview")) this.#preview(isStarted ? "Join Huddle" : "Start huddle");
    if (isStarted) void simulation.visitor.ask();
  }

  signIn(): void {
    const { dom } = this;
    dom.show(dom.h("div", { class: "p-signin" }, dom.h("h1", {}, dom.t("Sign in to your workspace")),
      dom.h("input", { type: "text", "data-qa": "signin_domain_input", placeholder: dom.t("your-workspace") }),
      button(dom, "submit_team_domain_button", {}, dom.t("Continue"))));
  }

  offerApp(url: string): void {
    const { dom } = this;
    dom.show(dom.h("div", { class: "p-signin" }, dom.h("h1", {}, dom.t("Opening Slack…")),
      dom.h("a", { "data-qa": "ssb_redirect_open_in_browser", href: url, target: "_blank" }, dom.t("Open Slack in your browser"))));
  }

  lobby(): void {
    const { dom, simulation } = this;
    const host = simulation.attendees.find(({ isHost }) => isHost)?.name ?? "Slack";
    this.channel("join");
    this.#dialog("huddle_request_access_modal", dom.t("Waiting for {name} to let you in", { name: host }),
      button(dom, "huddle_request_access_button", { disabled: true }, dom.t("Request to join")));
  }

  out(why: Reason): void {
    const { dom } = this;
    if (why === "login_wall") return this.signIn();
    if (why === "not_found") return dom.show(dom.h("div", { class: "p-signin" }, dom.h("h1", {}, dom.t("This channel can't be found"))));
    this.channel(why === "ended" ? "start" : "join");
    const says = OUT[why];
    if (says) dom.add(dom.root, dom.h("div", { class: "c-toast", role: "alert" }, dom.t(says)));
  }

  // --- dialogs ------------------------------------------------------------------------------------------------------------

  #preview(says: "Join Huddle" | "Start huddle"): void {
    const { dom, simulation } = this, starts = says === "Start huddle";
    const knocks = !starts && simulation.setup.door.some(({ kind }) => kind === "lobby");
    const microphone = dom.h("button", {
      type: "button", role: "switch", "data-qa": "huddle_join_preview_mic_button", "aria-label": dom.t("Microphone"), "aria-checked": false,
      onclick: () => void simulation.visitor.turn("microphone", !simulation.visitor.microphone),
    }, "🎙");
    simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(microphone, { "aria-checked": Boolean(simulation.visitor.microphone) }); });
    const go = starts ? () => report("started", {}) : () => { modal.remove(); this.#bump(); };
    const modal: HTMLElement = this.#dialog("huddle_join_preview_modal", null, microphone,
      button(dom, knocks ? "huddle_request_access_button" : "huddle_join_preview_modal_go",
        { class: "c-button c-button--primary", primary: true, onclick: go }, dom.t(knocks ? "Request to join" : says)),
      button(dom, "huddle_join_preview_modal_close", { "aria-label": dom.t("Close"), onclick: () => modal.remove() }, "✕"));
  }

  #bump(): void {
    const { dom, simulation } = this;
    if (!simulation.has("speed_bump")) return this.#device();
    const modal: HTMLElement = this.#dialog("huddle_in_thread_speed_bump_modal", dom.t("You're about to join a huddle"),
      button(dom, "huddle_in_thread_speed_bump_modal_go", { onclick: () => { modal.remove(); this.#device(); } }, dom.t("Join Huddle")));
  }

  #device(): void {
    const { dom, simulation } = this, join = () => { modal?.remove(); simulation.join({ name: NAME }); };
    let modal: HTMLElement | null = null;
    if (!simulation.has("other_device")) return join();
    modal = this.#dialog("huddle_multi_device_modal", dom.t("You're in a huddle on another device"),
      button(dom, "huddle_multi_device_modal_switch_device", { onclick: join }, dom.t("Switch to this device")),
      button(dom, "huddle_multi_device_modal_use_both_device", { onclick: join }, dom.t("Use both devices")));
  }

  #dialog(qa: string, says: string | null, ...content: Child[]): HTMLElement {
    const { dom } = this;
    const modal = dom.h("div", { class: "c-sk-modal", role: "dialog", "data-qa": qa }, says ? dom.h("p", {}, says) : null, ...content);
    dom.add(dom.root, modal);
    return modal;
  }
}
