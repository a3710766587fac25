/**
 * Slack's huddles: for members only, a channel whose header tells whether there is a huddle and whether one is in it, one mixed sound,
 * a tile per person whose mark carries the member's id. The newer look has a grid of tiles and a toolbar whose buttons name what they do.
 *
 * Every visitor is a member, unless the door has a wall for who is not; with the quirk `needs_cookie` only who brings the cookie is.
 */
import type { Attendee, Phase } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { report } from "../reports";
import { run } from "../start";
import { Call } from "./slack_huddle_observer/call";
import { CSS } from "./slack_huddle_observer/css";
import { Door } from "./slack_huddle_observer/door";
import { idOf } from "./slack_huddle_observer/parts";
import { WORDS } from "./slack_huddle_observer/words";

/** As the pace of the door goes; up to half a minute was seen. */
const PROVEN_AFTER_S = 4;

async function start(simulation: Simulation, dom: Builder): Promise<void> {
  document.title = `${simulation.setup.title} (Channel) - Slack`;
  const door = new Door(simulation, dom), team = location.pathname.split("/")[2] ?? "";
  if (simulation.has("needs_cookie") && !/(?:^|; )d=xoxd-/.test(document.cookie)) {
    report("sign_in", {});
    door.signIn();
    return new Promise(() => undefined);
  }
  if (simulation.has("app_redirect") && location.pathname.startsWith("/huddle/")) {
    door.offerApp(location.href.replace("/huddle/", "/client/"));
    return new Promise(() => undefined);
  }
  localStorage.setItem("localConfig_v2", JSON.stringify({ teams: { [team]: { id: team, user_id: idOf({ id: 0 }) } } }));
  const call = new Call(simulation, dom);
  simulation.on("phase", (phase: Phase) => {
    switch (phase.at) {
      case "prejoin": return door.arrive(true);
      case "password": return;
      case "waiting": return phase.for === "host" ? door.arrive(false) : door.lobby();
      case "call":
        door.channel("in", ...call.element);
        simulation.later(PROVEN_AFTER_S, () => door.admitted());
        return call.refresh();
      case "out": return door.out(phase.why);
    }
  });
}

run({
  name: "slack_huddle_observer", words: WORDS, css: CSS,
  generations: ["tiles", "grid"],
  quirks: ["app_redirect", "needs_cookie", "no_preview", "other_device", "speed_bump", "mini_player", "captions"],
  early: ["not_found", "login_wall", "not_started"],
  delivery: () => ({
    mode: "mixed", offers: "page",
    ids: (of: Attendee | null, role) => {
      const stream = of === null || role === "audio" ? "chime-audio" : `${role === "camera" ? "video" : "content"}-${of.id}`;
      return { stream, track: `${stream}-0` };
    },
  }),
  start,
});
