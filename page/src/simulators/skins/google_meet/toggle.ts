/** The switch of one's microphone or camera, which is the same before, at and behind the door. */
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";

const LABELS = { microphone: ["Turn off microphone", "Turn on microphone"], camera: ["Turn off camera", "Turn on camera"] } as const;

export class Toggle {
  readonly element: HTMLElement;

  constructor(part: "microphone" | "camera", simulation: Simulation, dom: Builder) {
    const { visitor } = simulation;
    const state = () => ({ "aria-label": dom.t(LABELS[part][visitor[part] ? 0 : 1]), "data-is-muted": !visitor[part] });
    this.element = dom.h("button", {
      type: "button", jsname: part === "microphone" ? "hw0c9" : "psRWwc", class: "toggle", ...state(),
      onclick: () => void visitor.turn(part, !visitor[part]),
    }, part === "microphone" ? "🎤" : "📷");
    simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(this.element, state()); });
  }
}
