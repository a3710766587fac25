/** What Slack's toolbar has beside the way out: switches without a verb on the older look, buttons that name what they would do on the newer. */
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { button } from "./parts";

interface Device { part: "microphone" | "camera"; label: string; qa: string; icon: string; on: string; off: string }

const DEVICES: readonly Device[] = [
  { part: "microphone", label: "Microphone", qa: "segmented-mute-button-main", icon: "huddle_mic_icon_", on: "unmute", off: "mute" },
  { part: "camera", label: "Camera", qa: "huddle_camera_huddle_toolbar", icon: "huddle_video_icon_camera_", on: "on", off: "off" },
];
const VERBS = {
  microphone: ["Mute microphone", "Unmute microphone"], camera: ["Turn off camera", "Turn on camera"],
} as const;

/** `oncaptions` is called when they are asked for; only the newer look has a menu for that. */
export function toolbar(simulation: Simulation, dom: Builder, oncaptions: () => void): HTMLElement[] {
  const isGrid = simulation.generation === "grid", make = isGrid ? named : switched;
  const devices = DEVICES.map((device) => make(simulation, dom, device));
  return [...devices, share(simulation, dom, isGrid), ...isGrid ? more(dom, oncaptions) : []];
}

function switched(simulation: Simulation, dom: Builder, { part, label }: Device): HTMLElement {
  const { visitor } = simulation;
  const element = dom.h("button", {
    type: "button", class: "c-button", role: "switch", "aria-label": dom.t(label), "aria-checked": Boolean(visitor[part]),
    onclick: () => void visitor.turn(part, !visitor[part]),
  }, label === "Microphone" ? "🎙" : "🎥");
  follow(simulation, () => dom.set(element, { "aria-checked": Boolean(visitor[part]) }));
  return element;
}

function named(simulation: Simulation, dom: Builder, { part, qa, icon, on, off }: Device): HTMLElement {
  const { visitor } = simulation, sign = dom.h("i", {});
  const element = button(dom, qa, { onclick: () => void visitor.turn(part, !visitor[part]) }, sign);
  const draw = () => {
    dom.set(element, { "aria-label": dom.t(VERBS[part][visitor[part] ? 0 : 1]) });
    dom.set(sign, { "data-qa": icon + (visitor[part] ? on : off) });
  };
  draw();
  follow(simulation, draw);
  return element;
}

function share(simulation: Simulation, dom: Builder, isGrid: boolean): HTMLElement {
  const { visitor } = simulation;
  const element = button(dom, isGrid ? "huddle_toolbar_screenshare_button" : "huddle_share_screen_button", {
    onclick: () => void visitor.share(!visitor.screen),
  }, "⬆");
  const draw = () => dom.set(element, {
    "aria-label": dom.t(visitor.screen ? "Stop sharing screen" : isGrid ? "Share your screen" : "Share screen"),
    "aria-pressed": isGrid ? Boolean(visitor.screen) : null,
  });
  draw();
  follow(simulation, draw);
  return element;
}

function more(dom: Builder, oncaptions: () => void): HTMLElement[] {
  const item = dom.h("button", { type: "button", role: "menuitem", class: "c-menu_item__button", onclick: () => {
    oncaptions();
    dom.set(menu, { hidden: true });
  } }, dom.t("Show captions"));
  const menu: HTMLElement = dom.h("div", { class: "p-menu", role: "menu", hidden: true }, item);
  return [button(dom, "huddle_toolbar_menu_button", {
    "aria-label": dom.t("More actions"), onclick: () => dom.set(menu, { hidden: !menu.hidden }),
  }, "⋯"), menu];
}

function follow(simulation: Simulation, draw: () => void): void {
  simulation.on("changed", ({ isVisitor }) => { if (isVisitor) draw(); });
}
