/** GoTo's pages before the session: cookies, preview, hallway, waiting room, walls. */
import type { Reason } from "../../contract";
import type { Builder, Child } from "../../dom";
import type { Simulation } from "../../engine";

const OUT: Record<Reason, string> = {
  denied: "The meeting is locked. You can join when the organizer unlocks it.",
  no_answer: "The meeting is locked. You can join when the organizer unlocks it.",
  bot_wall: "This meeting doesn't exist", captcha: "This meeting doesn't exist", not_found: "This meeting doesn't exist",
  login_wall: "Sign in to join this session", full: "This session is full",
  locked: "The meeting is locked. You can join when the organizer unlocks it.",
  ended_before: "The session has ended", ended: "The session has ended",
  removed: "You have been excused from the session", left: "You have left the session",
};

export class Door {
  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {}

  preview(): void {
    const { dom, simulation } = this, { visitor } = simulation;
    const waits = simulation.setup.door[0]?.kind === "not_started", label = dom.t("Your name");
    const name = simulation.setup.signed_in ? null : dom.h("input", { type: "text", id: "attendee-name", "aria-label": label, placeholder: label });
    const toggle = (part: "microphone" | "camera", says: string): HTMLElement => {
      const box = dom.h("input", { type: "checkbox", role: "switch", "aria-label": dom.t(says), "aria-checked": false,
        onchange: () => void visitor.turn(part, box.checked) });
      simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(box, { "aria-checked": Boolean(visitor[part]) }); });
      return dom.h("label", {}, box, dom.t(says));
    };
    const join = () => { if (!name || name.value.trim()) simulation.join({ name: name?.value.trim() || "Signed-in member" }); };
    this.#card(dom.h("h1", {}, simulation.setup.title), name,
      toggle("microphone", "Share microphone after join"), toggle("camera", "Share camera after join"),
      dom.h("button", { type: "button", primary: true, onclick: join }, dom.t(waits ? "Join when session starts" : "Join")));
    if (simulation.has("cookies")) this.#cookies();
    if (simulation.has("onboarding")) this.#onboarding();
    void visitor.ask();
  }

  password(wrong: boolean): void {
    const { dom, simulation } = this, label = dom.t("Password");
    const field = dom.h("input", { type: "password", "aria-label": label, autocomplete: "off" });
    this.#card(dom.h("h1", {}, label), field, wrong ? dom.h("p", { role: "alert" }, dom.t("The password is incorrect")) : null,
      dom.h("button", { type: "button", onclick: () => simulation.givePassword(field.value) }, dom.t("Continue")));
  }

  hallway(waitsFor: "host" | "lobby"): void {
    const { dom } = this;
    if (waitsFor === "host") return this.#card(dom.h("h1", {}, dom.t("Waiting for organizer")));
    this.#card(dom.h("h1", {}, dom.t("Waiting room")), dom.h("p", {}, dom.t("The meeting is locked. You can join when the organizer unlocks it.")));
  }

  out(why: Reason): void {
    this.#card(this.dom.h("h1", {}, this.dom.t(OUT[why])));
  }

  #cookies(): void {
    const { dom } = this;
    const banner: HTMLElement = dom.h("div", { class: "cookies" }, dom.t("Your privacy choices"),
      dom.h("button", { type: "button", id: "truste-consent-button", onclick: () => banner.remove() }, dom.t("Save and continue")));
    dom.add(dom.root, banner);
  }

  #onboarding(): void {
    const { dom } = this;
    const dialog: HTMLElement = dom.h("div", { class: "dialog", role: "dialog" },
      dom.h("button", { type: "button", "data-automation-id": "onboarding-continue-no-audio", onclick: () => dialog.remove() },
        dom.t("Continue without audio")));
    dom.add(dom.root, dialog);
  }

  #card(...content: Child[]): void {
    this.dom.show(this.dom.h("main", { class: "card" }, content));
  }
}
