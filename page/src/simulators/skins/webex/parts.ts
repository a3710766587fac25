/** Buttons of Webex's pages: the newer ones are components whose words lie in the document and whose looks in a shadow root. */
import type { Builder, Child } from "../../dom";
import type { Attributes } from "../../mutations";
import type { Simulation } from "../../engine";

const LOOKS = ":host { display: inline-block; padding: 8px 18px; border-radius: 20px; border: 1px solid #888; cursor: pointer }";
const LABELS = { microphone: ["Mute", "Unmute"], camera: ["Stop video", "Start video"] } as const;

export function button(dom: Builder, attributes: Attributes, ...says: Child[]): HTMLElement {
  const host = dom.shadow("mdc-button", { role: "button", tabindex: 0, ...attributes }, LOOKS, dom.h("slot"));
  dom.add(host, ...says);
  return host;
}

/** The switch of one of the visitor's devices. */
export function deviceButton(simulation: Simulation, dom: Builder, part: "microphone" | "camera"): HTMLElement {
  const { visitor } = simulation, [off, on] = LABELS[part], isOld = simulation.generation === "old";
  const says = () => dom.t(visitor[part] ? off : on);
  const state = () => ({
    "aria-label": says(), "data-doi": isOld && part === "camera" ? `VIDEO:${visitor.camera ? "STOP" : "START"}_VIDEO:PREVIEW` : null,
  });
  const onclick = () => void visitor.turn(part, !visitor[part]);
  const element = isOld
    ? dom.h("button", { type: "button", id: part === "microphone" ? "audioControlButton" : null, ...state(), onclick }, says())
    : button(dom, { "data-test": `${part}-button`, ...state(), onclick }, says());
  simulation.on("changed", ({ isVisitor }) => { if (isVisitor) dom.set(element, state()); });
  return element;
}
