/** Webex: a landing page whose client is a frame that was loaded hidden, two generations of it, one mixed sound, marks in a list. */
import type { Attendee, Phase } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";
import { Call } from "./webex/call";
import { CSS, FRAME_CSS } from "./webex/css";
import { Door } from "./webex/door";
import { Landing } from "./webex/landing";
import { WORDS } from "./webex/words";

/** The client's; the connection is made there. */
let client: HTMLIFrameElement;

async function start(simulation: Simulation, dom: Builder): Promise<void> {
  document.title = `${simulation.setup.title} - Webex`;
  if (location.pathname.endsWith("/j.php")) {
    const meeting = new URLSearchParams(location.search).get("MTID") ?? "";
    location.replace(`/webappng/sites/${location.pathname.split("/")[1]}/meeting/download/${meeting}?MTID=${meeting}`);
    return new Promise(() => undefined);
  }
  client = document.createElement("iframe");
  Object.assign(client, { id: "unified-webclient-iframe", allow: "microphone; camera; display-capture" });
  client.style.display = "none";
  document.body.append(client);
  const inner = await dom.inside(client);
  inner.style(FRAME_CSS);
  const door = new Door(simulation, inner), call = new Call(simulation, inner);
  const landing = new Landing(simulation, dom, () => {
    client.style.display = "block";
    door.guest();
  });
  simulation.on("phase", (phase: Phase) => {
    const isOpen = client.style.display === "block";
    switch (phase.at) {
      case "prejoin": return isOpen ? door.guest() : landing.open();
      case "password": return door.password(phase.wrong);
      case "waiting": return door.lobby(phase.for);
      case "call": return call.show();
      case "out": return isOpen ? door.out(phase.why) : landing.out(phase.why);
    }
  });
}

run({
  name: "webex", words: WORDS, css: CSS,
  generations: ["new", "old"],
  quirks: ["fallback_dialog", "email_required", "host_pin", "one_picture"],
  early: ["not_found", "login_wall", "ended_before"],
  delivery: () => ({
    mode: "mixed", offers: "page", view: client.contentWindow as Window & typeof globalThis,
    ids: (of: Attendee | null, role) => {
      const stream = of === null || role === "audio" ? "main-audio" : `${role === "camera" ? "video" : "share"}-${of.id}`;
      return { stream, track: `${stream}-0` };
    },
  }),
  start,
});
