/** What Teams shows to whoever is not in the meeting: the choice of client, the pre-join page, the lobby, and its walls. */
import type { Reason } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";

const IN_BROWSER = "teams-in-browser";
const OUT: Record<Reason, string> = {
  denied: "Sorry, but you were denied access to the meeting.",
  no_answer: "Sorry, but you were denied access to the meeting.",
  bot_wall: "Verify you're a real person",
  captcha: "Verify you're a real person",
  login_wall: "We need to verify your info before you can join",
  not_found: "Looks like the meeting URL is incorrect. Check your calendar for the meeting details.",
  locked: "This meeting is locked",
  full: "This meeting is full",
  ended_before: "The meeting has ended",
  ended: "The meeting has ended",
  removed: "You've been removed from this meeting",
  left: "You left the meeting",
};
const LABELS = { microphone: ["Mute mic", "Unmute mic"], camera: ["Turn camera off", "Turn camera on"] } as const;

export class Door {
  #name = "";

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {}

  /** The launcher first, unless one came past it; the light page has none. */
  open(): void {
    if (this.simulation.generation === "light" || sessionStorage.getItem(IN_BROWSER)) return this.#prejoin();
    const { dom } = this;
    const go = () => {
      sessionStorage.setItem(IN_BROWSER, "yes");
      location.assign("/v2/?meetingjoin=true&anon=true");
    };
    dom.show(dom.h("div", { class: "launcher" },
      dom.h("h1", {}, dom.t("How do you want to join your Teams meeting?")),
      dom.h("button", { type: "button", class: "choice", "data-tid": "joinInApp" }, dom.t("Join on the Teams app")),
      dom.h("button", {
        type: "button", class: "choice", "data-tid": "joinOnWeb", "aria-label": dom.t("Join meeting from this browser"), onclick: go,
      }, dom.t("Continue on this browser"))));
  }

  lobby(waitsFor: "host" | "lobby"): void {
    const { dom, simulation } = this;
    const said = waitsFor === "host" ? "When the meeting starts, we'll let people know you're waiting." : "Someone will let you in shortly";
    // Buttons of the call are here as well.
    dom.show(dom.h("div", { class: "prejoin" }, dom.h("h2", {}, dom.t(said)), dom.h("div", { class: "spinner" }),
      deviceButton(simulation, dom, "microphone"), deviceButton(simulation, dom, "camera"),
      dom.h("button", { type: "button", id: "hangup-button", "aria-label": dom.t("Leave"), onclick: () => simulation.leave() }, dom.t("Leave"))));
  }

  out(why: Reason): void {
    const { dom } = this;
    const heading = dom.h("h1", { id: why === "left" ? null : "calling-retry-screen-title" }, dom.t(OUT[why]));
    const retry = why === "denied" || why === "removed"
      ? dom.h("button", { type: "button", "data-tid": "calling-retry-cancelbutton", onclick: () => simulationLeave() }, dom.t("Cancel")) : null;
    const simulationLeave = () => location.reload();
    dom.show(dom.h("div", { class: "prejoin wall" }, heading, retry));
  }

  // --- pre-join -----------------------------------------------------------------------------------------------------------

  #prejoin(): void {
    const { dom, simulation } = this, known = simulation.setup.signed_in;
    const name = dom.h("input", {
      type: "text", "data-tid": "prejoin-display-name-input", placeholder: dom.t("Type your name"), maxlength: 64, autocomplete: "off",
    });
    const join = dom.h("button", {
      type: "button", id: "prejoin-join-button", "data-tid": "prejoin-join-button", primary: true, disabled: !known, onclick: () => {
        this.#name = known ? "Signed-in member" : name.value.trim();
        this.#join();
      },
    }, dom.t("Join now"));
    name.addEventListener("input", () => dom.set(join, { disabled: !name.value.trim() }));
    const strip = dom.h("div", { class: "strip", hidden: true }, dom.t("Select Allow to let Microsoft Teams use your mic and camera for calls and meetings."));
    dom.show(dom.h("div", { class: "prejoin" }, dom.h("h2", {}, simulation.setup.title), strip, known ? null : name,
      dom.h("div", { class: "devices" }, prejoinSwitch(simulation, dom, "microphone"), prejoinSwitch(simulation, dom, "camera")),
      dom.h("div", { role: "radiogroup" }, dom.h("label", {}, dom.h("input", { type: "radio", name: "audio", checked: true }), dom.t("Computer audio")),
        dom.h("label", {}, dom.h("input", { type: "radio", name: "audio" }), dom.t("Don't use audio"))),
      join, dom.h("button", { type: "button", "data-tid": "prejoin-cancel-button" }, dom.t("Cancel"))));
    void simulation.visitor.ask().then(({ microphone, camera }) => {
      dom.set(strip, { hidden: microphone || camera });
      if (simulation.has("asks_for_devices") || !(microphone || camera)) this.#withoutDevices(() => undefined);
    });
  }

  #join(): void {
    const join = () => this.simulation.join({ name: this.#name });
    if (this.simulation.has("asks_for_devices")) this.#withoutDevices(join);
    else join();
  }

  /** It can come up before and after one asked to join. */
  #withoutDevices(then: () => void): void {
    const { dom } = this;
    const dialog = dom.h("div", { class: "dialog", role: "dialog", "aria-modal": true },
      dom.h("h2", {}, dom.t("Are you sure you don't want audio or video?")),
      dom.h("button", { type: "button", onclick: () => {
        dialog.remove();
        then();
      } }, dom.t("Continue without audio or video")));
    dom.add(dom.root, dialog);
  }
}

function prejoinSwitch(simulation: Simulation, dom: Builder, part: "microphone" | "camera"): HTMLElement {
  const { visitor } = simulation, [off, on] = LABELS[part];
  const state = () => ({ "aria-checked": visitor[part] !== null, "aria-label": dom.t(visitor[part] ? off : on) });
  const element = dom.h("div", {
    role: "switch", tabindex: 0, class: "switch", "data-tid": part === "microphone" ? "toggle-mute" : "toggle-video", ...state(),
    onclick: () => void visitor.turn(part, !visitor[part]),
  }, part === "microphone" ? "🎤" : "📷");
  simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(element, state()); });
  return element;
}

/** In the lobby and in the call the same. */
export function deviceButton(simulation: Simulation, dom: Builder, part: "microphone" | "camera"): HTMLElement {
  const { visitor } = simulation, [off, on] = LABELS[part];
  const state = () => ({ "aria-label": dom.t(visitor[part] ? off : on) });
  const element = dom.h("button", {
    type: "button", id: part === "microphone" ? "microphone-button" : "video-button", ...state(), onclick: () => void visitor.turn(part, !visitor[part]),
  }, part === "microphone" ? "🎤" : "📷");
  simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(element, state()); });
  return element;
}
