/** Zoom's web client: landing page, preview, waiting room, call with a track per person or by Web Audio alone, and its walls. */
import type { Attendee, Phase } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";
import { Call } from "./zoom/call";
import { CSS } from "./zoom/css";
import { Door } from "./zoom/door";
import { WORDS } from "./zoom/words";

/** How long the client is at another address while its sound starts. */
const STRAYS_S = 3;
const SCREEN_BIT = 2;

/** Participants are named by nodes whose low ten bits are zero. */
export const node = ({ id }: Attendee): number => 16_778_240 + id * 1_024;
export const screenNode = (one: Attendee): number => node(one) + SCREEN_BIT;

function start(simulation: Simulation, dom: Builder): void {
  const door = new Door(simulation, dom), call = new Call(simulation, dom);
  document.title = `${simulation.setup.title} - Zoom`;
  simulation.on("phase", (phase: Phase) => {
    switch (phase.at) {
      case "prejoin": return door.open();
      case "password": return door.preview(phase.wrong);
      case "waiting": return door.waiting(phase.for);
      case "call": {
        if (simulation.has("entry_redirect")) {
          const here = location.href;
          history.replaceState(null, "", "/wc/leave");
          setTimeout(() => history.replaceState(null, "", here), STRAYS_S * 1000);
        }
        return call.show();
      }
      case "out": return door.out(phase.why);
    }
  });
}

run({
  name: "zoom", words: WORDS, css: CSS,
  generations: ["webrtc", "wasm"],
  quirks: ["entry_redirect", "cookies"],
  early: ["not_found"],
  delivery: ({ generation }) => ({
    mode: generation === "wasm" ? "web_audio" : "each", offers: "page",
    ids: (of, role) => {
      const number = of === null ? 0 : role === "screen" ? screenNode(of) : node(of);
      const stream = encodeURIComponent(`${number}+${role === "screen" ? "SS" : "CS"}+${role}`);
      return { stream, track: `${number}-${role}` };
    },
  }),
  start,
});
