/** GoTo: little is known of its page. A preview, a hallway, one mixed sound, a list of people; other links lead to one address. */
import type { Phase } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";
import { Call } from "./goto_meeting/call";
import { CSS } from "./goto_meeting/css";
import { Door } from "./goto_meeting/door";
import { WORDS } from "./goto_meeting/words";

function start(simulation: Simulation, dom: Builder): void {
  document.title = `${simulation.setup.title} | GoTo`;
  const door = new Door(simulation, dom), call = new Call(simulation, dom);
  simulation.on("phase", (phase: Phase) => {
    switch (phase.at) {
      case "prejoin": return door.preview();
      case "password": return door.password(phase.wrong);
      case "waiting": return door.hallway(phase.for);
      case "call": return call.show();
      case "out": return door.out(phase.why);
    }
  });
}

run({
  name: "goto_meeting", words: WORDS, css: CSS, quirks: ["cookies", "onboarding"], early: ["not_found", "login_wall", "ended_before"],
  delivery: () => ({
    mode: "mixed", offers: "page",
    ids: (of, role) => {
      const stream = of === null || role === "audio" ? "sound" : `${role}-${of.id}`;
      return { stream, track: `${stream}-0` };
    },
  }),
  start,
});
