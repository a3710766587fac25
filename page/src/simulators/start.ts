/** Brings a skin to life in the page that the simulator's server gives out. */
import type { Setup, Skin } from "./contract";
import { Builder } from "./dom";
import { Simulation } from "./engine";
import { report } from "./reports";

/** As `setup.js` of the simulator's server leaves it. */
declare const simulatedMeeting: Setup;

const BASE = `
  * { box-sizing: border-box }
  html, body { height: 100%; margin: 0 }
  body { font: 15px/1.45 system-ui, sans-serif; color: #1c1f24; background: #f4f5f7 }
  body > div { height: 100% }
  button, [role=button] { font: inherit; cursor: pointer }
  video, canvas { background: #23262c; object-fit: cover }
  [hidden] { display: none !important }
`;

export function run(skin: Skin): void {
  addEventListener("error", ({ message }) => report("fault", { message }));
  addEventListener("unhandledrejection", ({ reason }) => report("fault", { message: String(reason) }));
  const simulation = new Simulation(simulatedMeeting, skin);
  const dom = new Builder(simulatedMeeting, skin.words, (seconds, act) => simulation.later(seconds, act));
  dom.style(BASE + (skin.css ?? ""));
  report("opened", { address: location.href });
  void Promise.resolve(skin.start(simulation, dom)).then(() => simulation.open());
}
