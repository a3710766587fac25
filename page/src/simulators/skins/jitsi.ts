/** Jitsi Meet: pre-meeting screen, lobby, password dialog, one track per person, and the `APP` object that scripts read. */
import type { Phase } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";
import { Call } from "./jitsi/call";
import { Door } from "./jitsi/door";
import { endpoint, publish } from "./jitsi/objects";
import { CSS } from "./jitsi/style";
import { WORDS } from "./jitsi/words";

function start(simulation: Simulation, dom: Builder): void {
  const door = new Door(simulation, dom), call = new Call(simulation, dom);
  document.title = `${simulation.setup.title} | Jitsi Meet`;
  if (!simulation.has("no_account")) publish(simulation);
  simulation.on("phase", (phase: Phase) => {
    switch (phase.at) {
      case "prejoin": return door.prejoin();
      case "password": return door.password(phase.wrong);
      case "waiting": return phase.for === "lobby" ? door.lobby() : door.notStarted();
      case "call": return call.show();
      case "out": return door.out(phase.why);
    }
  });
}

run({
  name: "jitsi",
  words: WORDS,
  css: CSS,
  early: ["not_found"],
  // Without the objects that scripts read.
  quirks: ["no_account"],
  delivery: () => ({
    mode: "each", offers: "server",
    ids: (of, role) => ({ stream: `${of ? endpoint(of) : "mixed"}-${role}-0-1`, track: `${of ? endpoint(of) : "mixed"}-${role}-0` }),
  }),
  start,
});
