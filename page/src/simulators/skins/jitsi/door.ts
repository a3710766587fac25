/** What Jitsi Meet shows to whoever is not in the meeting: before, while they wait, and afterwards. */
import type { Reason } from "../../contract";
import type { Builder, Child } from "../../dom";
import type { Simulation } from "../../engine";

const OUT: Record<Reason, string> = {
  denied: "Your request to join has been declined.",
  no_answer: "Nobody answered your request to join.",
  full: "The meeting has reached its maximum number of participants.",
  locked: "This meeting is locked.",
  removed: "You have been kicked out of the meeting",
  ended: "The meeting has been terminated",
  ended_before: "The meeting has been terminated",
  not_found: "This meeting does not exist.",
  login_wall: "Authentication required",
  captcha: "Please verify that you are human.",
  bot_wall: "This meeting does not admit automated participants.",
  left: "Thank you for using this meeting!",
};
const SWITCHES = { microphone: ["Mute microphone", "Unmute microphone", "◉"], camera: ["Stop camera", "Start camera", "▣"] } as const;

export class Door {
  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {}

  prejoin(): void {
    const { dom, simulation } = this, { signed_in, title } = simulation.setup, ask = dom.t("Enter your name");
    void simulation.visitor.ask();
    const name = dom.h("input", {
      id: "premeeting-name-input", class: "input", placeholder: ask, "aria-label": ask, autocomplete: "off",
    });
    const complaint = dom.h("div", { class: "error", role: "alert", hidden: true }, dom.t("Please enter your name here"));
    const join = () => {
      const given = signed_in ? "Signed-in member" : name.value.trim();
      dom.set(complaint, { hidden: Boolean(given) });
      if (given) simulation.join({ name: given });
    };
    this.#card("premeeting-screen",
      dom.h("h1", { class: "title" }, dom.t("Join meeting")), dom.h("div", { class: "subject" }, title),
      signed_in ? null : [name, complaint],
      dom.h("div", {
        class: "action-btn primary", role: "button", tabindex: 0, "data-testid": "prejoin.joinMeeting",
        "aria-label": dom.t("Join meeting"), onclick: join, primary: true,
      }, dom.t("Join meeting")),
      this.#devices());
  }

  lobby(): void {
    const { dom } = this;
    this.#card("premeeting-screen lobby-screen",
      dom.h("h1", { class: "title" }, dom.t("Asking to join the meeting...")),
      dom.h("div", { class: "lobby-screen-content" },
        dom.h("div", { class: "spinner" }), dom.h("span", {}, dom.t("Waiting for a moderator to let you in."))),
      this.#cancel("lobby.cancelButton"), this.#devices());
  }

  notStarted(): void {
    const { dom } = this;
    this.#card("premeeting-screen",
      dom.h("h1", { class: "title" }, dom.t("Waiting for an authenticated user")),
      dom.h("p", {}, dom.t("The conference has not yet started because no moderators have yet arrived.")),
      this.#cancel(null));
  }

  password(wrong: boolean): void {
    const { dom } = this;
    const field = dom.h("input", {
      type: "password", name: "lockKey", class: "input", placeholder: dom.t("Password"), autocomplete: "new-password",
    });
    const give = (event: Event) => {
      event.preventDefault();
      this.simulation.givePassword(field.value);
    };
    this.#card("premeeting-screen", dom.h("form", { class: "form", role: "dialog", "aria-modal": true, onsubmit: give },
      dom.h("h1", { class: "title" }, dom.t("Password required")),
      wrong ? dom.h("p", { class: "error" }, dom.t("Incorrect password")) : null, field,
      dom.h("button", { class: "action-btn primary", id: "modal-dialog-ok-button", type: "submit" }, dom.t("Join meeting"))));
  }

  out(why: Reason): void {
    const { dom } = this;
    const said = dom.h("h1", { class: "title" }, dom.t(OUT[why]));
    this.#card("premeeting-screen", dom.h("div", { role: "dialog", "aria-modal": true }, said));
  }

  #card(kind: string, ...content: Child[]): void {
    this.dom.show(this.dom.h("div", { class: kind }, this.dom.h("div", { class: "content-controls" }, content)));
  }

  #cancel(testid: string | null): HTMLElement {
    const onclick = () => this.simulation.leave();
    const attributes = { class: "action-btn text", role: "button", tabindex: 0, "data-testid": testid, onclick };
    return this.dom.h("div", attributes, this.dom.t("Cancel"));
  }

  #devices(): HTMLElement {
    const { dom, simulation } = this;
    return dom.h("div", { class: "media-row" }, (["microphone", "camera"] as const).map((part) => deviceSwitch(simulation, dom, part)));
  }
}

/** The switch of one of the visitor's devices, here and in the toolbar of the meeting alike. */
export function deviceSwitch(simulation: Simulation, dom: Builder, part: "microphone" | "camera"): HTMLElement {
  const { visitor } = simulation, [stop, start, sign] = SWITCHES[part];
  const state = () => ({ "aria-label": dom.t(visitor[part] ? stop : start), "aria-pressed": !visitor[part] });
  const turn = () => void visitor.turn(part, !visitor[part]);
  const button = dom.h("div", { class: "toolbox-button", role: "button", tabindex: 0, ...state(), onclick: turn }, sign);
  simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(button, state()); });
  return button;
}
