/** Microsoft Teams: launcher, light and full pre-join pages, lobby, call with one mixed sound, signalling over a socket. */
import type { Attendee, Phase } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";
import { Call } from "./microsoft_teams/call";
import { CSS } from "./microsoft_teams/css";
import { Door } from "./microsoft_teams/door";
import { Signalling, source } from "./microsoft_teams/signalling";
import { WORDS } from "./microsoft_teams/words";

function start(simulation: Simulation, dom: Builder): void {
  const door = new Door(simulation, dom), call = new Call(simulation, dom);
  document.title = `${simulation.setup.title} | Microsoft Teams`;
  new Signalling(simulation);
  simulation.on("phase", (phase: Phase) => {
    switch (phase.at) {
      case "prejoin": return door.open();
      // Teams has its passcode in the link; a scenario with another one stays here.
      case "password": return door.open();
      case "waiting": return door.lobby(phase.for);
      case "call": return call.show();
      case "out": return door.out(phase.why);
    }
  });
}

run({
  name: "microsoft_teams", words: WORDS, css: CSS,
  generations: ["full", "light"],
  quirks: ["no_signalling", "asks_for_devices", "copied_screen"],
  early: ["not_found", "login_wall", "captcha"],
  delivery: () => ({
    mode: "mixed", offers: "page", csrc: (of: Attendee) => source(of, "audio"),
    ids: (of, role) => {
      const stream = of === null || role === "audio" ? "mainAudio-1" : `${role === "camera" ? "mainVideo" : "applicationsharingVideo"}-${source(of, role)}`;
      return { stream, track: `${stream}-track` };
    },
  }),
  start,
});
