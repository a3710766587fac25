/** What Webex's client shows to whoever is not in the meeting: guest form, preview, password, lobby, walls; of both generations. */
import type { Reason } from "../../contract";
import type { Builder, Child } from "../../dom";
import type { Simulation } from "../../engine";
import { button, deviceButton } from "./parts";

export const OUT: Record<Reason, string> = {
  denied: "The host didn't let you in",
  no_answer: "The host didn't let you in",
  bot_wall: "Enter the text in the image",
  captcha: "Enter the text in the image",
  login_wall: "Sign in to join this meeting",
  not_found: "Meeting unavailable",
  locked: "This meeting is locked",
  full: "This meeting is full",
  ended_before: "The meeting has ended",
  ended: "The host ended the meeting",
  removed: "You've been removed from the meeting",
  left: "You have left the meeting",
};

export class Door {
  #name = "";

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {}

  get #isOld(): boolean {
    return this.simulation.generation === "old";
  }

  guest(): void {
    const { dom, simulation } = this;
    if (simulation.setup.signed_in) return this.#preview("Signed-in member");
    const name = this.#input("text", "Name (required)"), email = this.#input("email", "Email (required)");
    // The older pages ask everybody.
    const asksEmail = this.#isOld || simulation.has("email_required");
    const next = () => { if (name.value.trim() && (!asksEmail || email.value.includes("@"))) this.#preview(name.value.trim()); };
    const continues = this.#isOld
      ? dom.h("button", { type: "button", id: "guest_next-btn", onclick: next }, dom.t("Next"))
      : button(dom, { "data-test": "auth-crosslaunch-meeting-start-guest-join-button", onclick: next }, dom.t("Join as a guest"));
    this.#card(dom.h("h1", {}, dom.t("Enter your information")), this.#field(name, "Name (required)"),
      asksEmail ? this.#field(email, "Email (required)") : null, continues);
  }

  password(wrong: boolean): void {
    const { dom, simulation } = this;
    if (simulation.has("host_pin")) return this.#card(dom.h("h1", {}, dom.t("Enter the host PIN")), dom.h("input", { type: "text" }));
    const label = dom.t("Meeting password");
    const field = dom.h("input", { type: "password", "aria-label": label, "aria-invalid": wrong, autocomplete: "off" });
    const give = () => simulation.givePassword(field.value), says = dom.t("Continue");
    this.#card(dom.h("h1", {}, label), field, wrong ? dom.h("p", { role: "alert" }, dom.t("The password is incorrect")) : null,
      this.#isOld ? dom.h("button", { type: "button", id: "password_validate_btn", onclick: give }, says)
        : button(dom, { "data-test": "submit-button", onclick: give }, says));
  }

  lobby(waitsFor: "host" | "lobby"): void {
    const { dom, simulation } = this, said = dom.t(waitsFor === "host" ? "Waiting for the host" : "You are in the lobby");
    const leave = button(dom, { "data-test": "leave-button", "aria-label": dom.t("Leave meeting"), onclick: () => simulation.leave() }, "✕");
    if (this.#isOld) return this.#card(dom.h("p", { id: "remote_stream_placeholder_message" }, said));
    this.#card(dom.h("div", { "data-test": "call_lobby_content" }, dom.shadow("mdc-text", {}, "", dom.h("p", {}, said))),
      waitsFor === "host" ? button(dom, {}, dom.t("Notify host")) : null, leave);
  }

  out(why: Reason): void {
    const { dom } = this, isCaptcha = why === "captcha" || why === "bot_wall";
    this.#card(dom.h("h1", {}, dom.t(OUT[why])), isCaptcha
      ? [dom.h("img", { alt: "Captcha image", id: "verificationImage", width: 160, height: 60 }), dom.h("input", { type: "text" })] : null);
  }

  #preview(name: string): void {
    const { dom, simulation } = this;
    this.#name = name;
    const join = () => simulation.join({ name: this.#name }), says = dom.t("Join meeting");
    this.#card(dom.h("h1", {}, simulation.setup.title),
      dom.h("div", { class: "devices" }, deviceButton(simulation, dom, "microphone"), deviceButton(simulation, dom, "camera")),
      this.#isOld ? dom.h("button", { type: "button", id: "interstitial_join_btn", primary: true, onclick: join }, says)
        : button(dom, { "data-test": "join-button", primary: true, onclick: join }, says));
    void simulation.visitor.ask();
  }

  #input(type: string, label: string): HTMLInputElement {
    return this.dom.h("input", { type, "aria-label": this.dom.t(label), placeholder: this.dom.t(label), autocomplete: "off" });
  }

  /** The newer ones have theirs in a component. */
  #field(input: HTMLInputElement, label: string): HTMLElement {
    if (this.#isOld) return this.dom.h("label", {}, this.dom.t(label), input);
    return this.dom.shadow("mdc-input", { "data-test": label }, "input { width: 100% }", input);
  }

  #card(...content: Child[]): void {
    this.dom.show(this.dom.h("div", { class: "card" }, content));
  }
}
