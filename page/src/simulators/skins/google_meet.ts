/** Google Meet: green room, lobby, call with pooled sound, `collections` channel, chat and captions, and its walls. */
import type { Attendee, Phase, Reason } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";
import { Call } from "./google_meet/call";
import { CHANNEL, Collections, csrc, streamId } from "./google_meet/collections";
import { CSS } from "./google_meet/css";
import { Toggle } from "./google_meet/toggle";
import { WORDS } from "./google_meet/words";

const TIPS = ["Your meeting is safe", "Try a new layout"];
const TIPS_AFTER_S = 0.6;

/** Headings of the pages behind the door, and what stands below. */
const OUT: Record<Reason, string[]> = {
  denied: ["Someone in the call denied your request to join"],
  no_answer: ["No one responded to your request to join the call"],
  bot_wall: ["You can't join this video call"],
  locked: ["You can't join this video call", "No one can join a meeting unless invited or admitted by the host"],
  full: ["This meeting is full"],
  not_found: ["Check your meeting code"],
  ended_before: ["Your meeting code has expired"],
  login_wall: ["Sign in", "to continue to Google Meet with your Google Account"],
  captcha: [],
  removed: ["You've been removed from the meeting"],
  ended: ["Your host ended the meeting for everyone"],
  left: ["You left the meeting"],
};

class Page {
  #name = "";

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    simulation.on("phase", (phase) => this.#phase(phase));
  }

  #phase(phase: Phase): void {
    switch (phase.at) {
      case "prejoin": return this.#greenRoom();
      // Meet has no passwords; a scenario that has one stays here.
      case "password": return this.#greenRoom();
      case "waiting": return this.#waiting(phase.for);
      case "call": return new Call(this.simulation, this.dom).show();
      case "out": return this.#out(phase.why);
    }
  }

  // --- before the call ----------------------------------------------------------------------------------------------------

  #greenRoom(): void {
    const { dom, simulation } = this, { h, t } = tools(dom), { signed_in: known } = simulation.setup;
    void simulation.visitor.ask();
    const name = h("input", {
      type: "text", class: "qdOxv-fmcmS-wGMbrd", jsname: "YPqjbf", "aria-label": t("Your name"), placeholder: t("Your name"), maxlength: 60,
      autocomplete: "name",
    });
    const label = t(known ? "Join now" : "Ask to join");
    const join = h("button", {
      type: "button", class: "UywwFc-LgbsSe", jsname: "Qx7uuf", primary: true, onclick: () => this.#join(known ? "Notes" : name.value),
    }, h("span", { jsname: "V67aGc" }, label));
    dom.show(
      h("div", { class: "green-room" },
        h("div", { class: "preview" },
          h("div", { class: "self" }, h("button", { type: "button", "aria-label": t("Backgrounds and effects") }, "✨")),
          h("div", { class: "toggles" }, new Toggle("microphone", simulation, dom).element, new Toggle("camera", simulation, dom).element)),
        h("div", { class: "ready" },
          known ? h("h2", {}, simulation.setup.title) : [h("h2", {}, t("What's your name?")), name],
          join,
          h("button", { type: "button", class: "other", "aria-haspopup": "menu" }, t("Other ways to join")),
          known ? null : h("a", { href: "#" }, t("Sign in with your Google Account")))),
    );
    if (!known) this.#devicePrompt();
    simulation.later(TIPS_AFTER_S, () => this.#tip(0));
  }

  #join(name: string): void {
    this.#name = name.trim();
    if (this.#name) this.simulation.join({ name: this.#name });
  }

  #devicePrompt(): void {
    const { dom } = this, { h, t } = tools(dom), close = () => dialog.remove();
    const dialog = h("div", { class: "dialog", role: "dialog", "aria-modal": true },
      h("h2", {}, t("Do you want people to hear you in the meeting?")),
      h("button", { type: "button", onclick: () => { close(); void this.simulation.visitor.turn("microphone", true); } }, t("Use microphone")),
      h("button", { type: "button", onclick: close }, t("Continue without microphone and camera")));
    dom.add(dom.root, dialog);
  }

  /** They come one after the other, and lie over what is below them. */
  #tip(number: number): void {
    const text = TIPS[number];
    if (!text || this.simulation.phase.at !== "prejoin") return;
    const { dom } = this, { h, t } = tools(dom);
    const tip = h("div", { class: "tip" }, t(text), h("button", { type: "button", onclick: () => {
      tip.remove();
      this.#tip(number + 1);
    } }, t("Got it")));
    dom.add(dom.root, tip);
  }

  /** As the real one it shows what a call shows: one's own picture, switches, and a button to leave. */
  #waiting(whom: "host" | "lobby"): void {
    const { dom, simulation } = this, { h, t } = tools(dom);
    dom.show(h("div", { class: "lobby" },
      h("div", { class: "self", "data-participant-id": "self" },
        h("span", { class: "notranslate" }, this.#name), h("button", { type: "button", "aria-label": t("Backgrounds and effects") }, "✨")),
      h("div", { role: "status" },
        whom === "host" ? h("p", {}, t("Waiting for the host to join"))
          : [h("p", {}, t("Asking to be let in...")), h("p", {}, t("You'll join the call when someone lets you in"))]),
      h("button", { type: "button", onclick: () => simulation.leave() }, t("Return to home screen")),
      h("div", { class: "bar" },
        new Toggle("microphone", simulation, dom).element, new Toggle("camera", simulation, dom).element,
        h("button", { type: "button", jsname: "CQylAd", class: "leave", "aria-label": t("Leave call"), onclick: () => simulation.leave() }, "☎"))));
  }

  // --- behind the door ----------------------------------------------------------------------------------------------------

  #out(why: Reason): void {
    const { dom, simulation } = this, { h, t } = tools(dom), [title = "", ...more] = OUT[why];
    if (why === "captcha") return this.#captcha();
    const again = why === "denied" ? h("button", { type: "button", onclick: () => simulation.join({ name: this.#name }) }, t("Ask to join again")) : null;
    dom.show(h("div", { class: "wall" },
      h("h1", { class: why === "removed" || why === "ended" ? "roSPhc" : "heading" }, t(title)), more.map((text) => h("p", {}, t(text))),
      again, h("button", { type: "button" }, t("Return to home screen"))));
  }

  #captcha(): void {
    const { h, t } = tools(this.dom);
    this.dom.show(h("div", { class: "wall" }, h("iframe", {
      title: "reCAPTCHA challenge", src: "/_simulator/empty?recaptcha/enterprise/bframe", width: 300, height: 150,
    }), h("p", {}, t("I'm not a robot"))));
  }
}

function tools(dom: Builder): { h: Builder["h"]; t: Builder["t"] } {
  return { h: dom.h.bind(dom), t: dom.t.bind(dom) };
}

run({
  name: "google_meet", words: WORDS, css: CSS,
  quirks: ["no_collections"],
  early: ["not_found", "login_wall", "bot_wall", "captcha", "ended_before", "full"],
  delivery: ({ quirks }) => ({
    mode: "rotating", offers: "page", csrc, channels: quirks.includes("no_collections") ? [] : [CHANNEL],
    ids: (of: Attendee | null, role, index) => {
      const stream = of && role !== "audio" ? streamId(of, role) : `pool-${index}`;
      return { stream, track: `${stream}-track` };
    },
  }),
  start(simulation, dom) {
    document.title = `Meet - ${simulation.setup.title}`;
    if (!simulation.has("no_collections")) new Collections(simulation);
    new Page(simulation, dom);
    // An invisible one is always there.
    dom.document.body.append(Object.assign(dom.document.createElement("iframe"), {
      title: "reCAPTCHA", src: "/_simulator/empty?recaptcha/enterprise/anchor", style: "visibility: hidden; width: 0; height: 0; border: 0",
    }));
  },
});
