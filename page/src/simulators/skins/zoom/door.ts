/** What Zoom shows to whoever is not in the meeting: the landing page, the preview, the waiting room, and its walls. */
import type { Reason } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";

const BROWSER_LINK_AFTER_S = 1.5;
const OUT: Record<Reason, string> = {
  denied: "The host has removed you from the waiting room",
  no_answer: "The host has removed you from the waiting room",
  bot_wall: "We detected you may be a bot. Automated bots aren't allowed in this meeting and must use Zoom RTMS. Sign in to join.",
  captcha: "",
  login_wall: "Please sign in to join this meeting",
  not_found: "This meeting link is invalid (3,001)",
  locked: "This meeting has been locked by the host",
  full: "Meeting capacity has been reached",
  ended_before: "This meeting has been ended by host",
  ended: "This meeting has been ended by host",
  removed: "You have been removed",
  left: "You left the meeting",
};
const LABELS = { microphone: ["Mute", "Unmute"], camera: ["Stop Video", "Start Video"] } as const;

export class Door {
  /** Dialogs about devices that are still to come. */
  #asks = 2;

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {}

  /** Links lead to a page that starts the desktop client, and offers the browser after a moment. */
  open(): void {
    if (location.pathname.startsWith("/wc/") || !/^\/(?:j|w|s|my)\//.test(location.pathname)) return this.preview(false);
    const { dom, simulation } = this;
    const more = dom.h("div", {});
    dom.show(dom.h("div", { class: "landing" }, dom.h("h1", {}, dom.t("Launch Meeting")), dom.h("button", { type: "button" }, dom.t("Download Now")), more));
    simulation.later(BROWSER_LINK_AFTER_S, () => dom.fill(more, dom.h("a", {
      href: "#", role: "link", onclick: (event: Event) => {
        event.preventDefault();
        location.assign(`/wc/84212345678/join${location.search}`);
      },
    }, dom.t("Join from your browser"))));
    if (simulation.has("cookies")) this.#cookies();
  }

  preview(wrong: boolean): void {
    const { dom, simulation } = this, known = simulation.setup.signed_in;
    const asksPasscode = simulation.setup.door.some(({ kind }) => kind === "password");
    const name = dom.h("input", { type: "text", id: "input-for-name", placeholder: dom.t("Your Name"), autocomplete: "off", "aria-label": dom.t("Your Name") });
    const passcode = dom.h("input", { type: "password", id: "input-for-pwd", placeholder: dom.t("Meeting Passcode"), "aria-label": dom.t("Meeting Passcode") });
    const join = dom.h("button", { type: "button", class: "preview-join-button disabled", primary: true, onclick: () => {
      if (!known && !name.value.trim()) return;
      simulation.join({ name: known ? "Signed-in member" : name.value.trim(), ...(asksPasscode ? { password: passcode.value } : {}) });
    } }, dom.t("Join"));
    const wake = () => dom.set(join, { class: known || name.value.trim() ? "preview-join-button" : "preview-join-button disabled" });
    name.addEventListener("keyup", wake);
    wake();
    dom.show(dom.h("div", { class: "preview" },
      dom.h("div", { class: "preview-meeting-info" }, dom.h("h2", {}, simulation.setup.title)),
      known ? null : name, asksPasscode ? passcode : null,
      wrong ? dom.h("div", { class: "error", role: "alert" }, dom.t("Passcode wrong")) : null,
      dom.h("div", { class: "devices" }, previewButton(simulation, dom, "microphone"), previewButton(simulation, dom, "camera")), join));
    void simulation.visitor.ask();
    if (this.#asks > 0 && !wrong) this.#deviceDialog();
  }

  waiting(waitsFor: "host" | "lobby"): void {
    const { dom, simulation } = this;
    const said = waitsFor === "host" ? "Waiting for the host to start this meeting" : "Please wait, the meeting host will let you in soon.";
    // The container of the meeting is here as well, and its button to leave.
    dom.show(dom.h("div", { class: "meeting-app waiting" }, dom.h("h2", {}, dom.t(said)), dom.h("p", {}, simulation.setup.title),
      dom.h("footer", { class: "footer" }, dom.h("button", { type: "button", "aria-label": dom.t("Leave"), onclick: () => simulation.leave() }, dom.t("Leave")))));
  }

  out(why: Reason): void {
    const { dom } = this;
    if (why === "captcha") {
      return dom.show(dom.h("div", { class: "preview" }, dom.h("div", { class: "g-recaptcha" }), dom.h("button", { type: "button" }, dom.t("Check Captcha"))));
    }
    const inside = dom.h("div", { class: "zm-modal", role: "dialog", "aria-modal": true },
      dom.h("div", { class: "zm-modal-body-title" }, dom.t(OUT[why])), dom.h("button", { type: "button" }, dom.t("OK")));
    const wall = dom.h("div", { class: "error-message" }, dom.h("h1", {}, dom.t(OUT[why])));
    dom.show(["removed", "ended", "ended_before"].includes(why) ? inside : wall);
    if (why === "not_found") document.title = "Error - Zoom";
  }

  /** It comes up to twice. */
  #deviceDialog(): void {
    const { dom } = this;
    this.#asks -= 1;
    const close = () => {
      dialog.remove();
      if (this.#asks > 0) this.#deviceDialog();
    };
    const dialog = dom.h("div", { class: "pepc-permission-dialog", role: "dialog" }, dom.h("p", {}, dom.t("Do you want people to hear you in the meeting?")),
      dom.h("button", { type: "button", onclick: close }, dom.t("Allow")),
      dom.h("button", { type: "button", onclick: close }, dom.t("Continue without microphone and camera")));
    dom.add(dom.root, dialog);
  }

  #cookies(): void {
    const { dom } = this, close = () => banner.remove();
    const banner = dom.h("div", { id: "onetrust-banner-sdk", role: "region" },
      dom.h("button", { type: "button", id: "onetrust-reject-all-handler", onclick: close }, dom.t("Reject All")),
      dom.h("button", { type: "button", id: "onetrust-accept-btn-handler", onclick: close }, dom.t("Accept Cookies")));
    dom.add(dom.root, banner);
  }
}

function previewButton(simulation: Simulation, dom: Builder, part: "microphone" | "camera"): HTMLElement {
  const { visitor } = simulation, [off, on] = LABELS[part];
  const state = () => ({ "aria-label": dom.t(visitor[part] ? off : on) });
  const element = dom.h("button", {
    type: "button", id: part === "microphone" ? "preview-audio-control-button" : "preview-video-control-button", ...state(),
    onclick: () => void visitor.turn(part, !visitor[part]),
  }, part === "microphone" ? "🎤" : "📷");
  simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(element, state()); });
  return element;
}
