// The picture: one tile per person, one per shared screen. Bots read the attributes of a tile, so they are a promise:
// data-participant, data-name, data-self, data-host, data-microphone, data-camera, data-screen; data-screen-of on a shared screen;
// data-role on each media element, which is there from the moment its track is.
import { hue, icon, initials, make } from "./dom";
import { arrange } from "./layout";
import type { Role } from "./peer";
import type { Person } from "./protocol";

/** A voice this loud lights the ring; it stays lit for the length of a breath. */
const SPEAKING_LEVEL = 0.02;
const SPEAKING_HOLD_MS = 600;

class Tile {
  readonly element = make("article", "tile");
  private readonly avatar = make("div", "avatar", { "aria-hidden": "true" });
  private readonly label = make("span", "tile-name");
  private readonly video = make("video", "", { "data-role": "webcam", playsinline: "" });
  private readonly audio = make("audio", "", { "data-role": "microphone" });
  private spokeAt = -Infinity;

  constructor(person: Person, private readonly self: boolean) {
    this.video.autoplay = this.audio.autoplay = true;
    this.video.muted = true;
    const badge = make("div", "tile-badge");
    badge.append(icon("mic-off"), this.label);
    this.element.append(this.avatar, this.video, ...(self ? [] : [this.audio]), badge);
    this.show(person);
  }

  show(person: Person): void {
    Object.assign(this.element.dataset, {
      participant: person.key, name: person.name, self: String(this.self), host: String(person.host),
      microphone: onOff(person.microphone), camera: onOff(person.camera), screen: onOff(person.screen !== null),
    });
    this.element.setAttribute("aria-label", describe(person, this.self));
    this.element.style.setProperty("--hue", String(hue(person.name)));
    this.avatar.textContent = initials(person.name);
    this.label.textContent = this.self ? `${person.name} (you)` : person.name;
  }

  attach(role: Role, track: MediaStreamTrack | null): void {
    const element = role === "microphone" ? this.audio : this.video;
    if ((element.srcObject as MediaStream | null)?.getTracks()[0] === track) return;
    element.srcObject = track && new MediaStream([track]);
  }

  /** How the line to this person is; null when it is as it should be. */
  line(trouble: string | null): void {
    if (trouble) this.element.dataset.line = trouble;
    else delete this.element.dataset.line;
  }

  hear(level: number, now: number): void {
    if (level > SPEAKING_LEVEL && this.element.dataset.microphone === "on") this.spokeAt = now;
    const speaking = String(now - this.spokeAt < SPEAKING_HOLD_MS);
    if (this.element.dataset.speaking !== speaking) this.element.dataset.speaking = speaking;
  }
}

export class Tiles {
  private readonly tiles = new Map<string, Tile>();
  private readonly screens = new Map<string, HTMLElement>();
  private readonly screenTracks = new Map<string, MediaStreamTrack>();

  constructor(
    private readonly stage: HTMLElement, private readonly people: HTMLElement, private readonly shared: HTMLElement,
    private readonly stopSharing: () => void,
  ) {
    new ResizeObserver(() => this.arrange()).observe(stage);
  }

  show(person: Person, self: boolean): void {
    const tile = this.tiles.get(person.key);
    if (tile) {
      tile.show(person);
    } else {
      const made = new Tile(person, self);
      this.tiles.set(person.key, made);
      this.people.append(made.element);
    }
    this.showScreen(person, self);
    this.arrange();
  }

  remove(key: string): void {
    this.tiles.get(key)?.element.remove();
    this.tiles.delete(key);
    this.screenTracks.delete(key);
    this.removeScreen(key);
    this.arrange();
  }

  clear(): void {
    for (const key of [...this.tiles.keys()]) this.remove(key);
  }

  attach(key: string, role: Role, track: MediaStreamTrack | null): void {
    if (role !== "screenshare") return this.tiles.get(key)?.attach(role, track);
    if (track) this.screenTracks.set(key, track);
    this.attachScreen(key);
  }

  line(key: string, trouble: string | null): void {
    this.tiles.get(key)?.line(trouble);
  }

  hear(key: string, level: number, now: number): void {
    this.tiles.get(key)?.hear(level, now);
  }

  private showScreen(person: Person, self: boolean): void {
    if (person.screen === null) return this.removeScreen(person.key);
    if (this.screens.has(person.key)) return;
    const tile = make("article", "tile screen", { "data-screen-of": person.key });
    tile.append(...(self ? this.ownScreen() : [screenVideo(), screenBadge(person.name)]));
    this.screens.set(person.key, tile);
    this.shared.append(tile);
    this.attachScreen(person.key);
  }

  /** No picture of one's own screen: sharing the window the meeting is in would show it in itself, without end. */
  private ownScreen(): HTMLElement[] {
    const note = make("div", "own-screen");
    const text = make("p");
    text.textContent = "Everyone sees your screen";
    const stop = make("button", "button danger", { type: "button" });
    stop.textContent = "Stop sharing";
    stop.addEventListener("click", this.stopSharing);
    note.append(icon("screen"), text, stop);
    return [note];
  }

  private attachScreen(key: string): void {
    const video = this.screens.get(key)?.querySelector("video");
    const track = this.screenTracks.get(key);
    if (video && track) video.srcObject = new MediaStream([track]);
  }

  private removeScreen(key: string): void {
    this.screens.get(key)?.remove();
    this.screens.delete(key);
  }

  private arrange(): void {
    this.stage.dataset.layout = this.screens.size > 0 ? "screen" : "people";
    this.stage.dataset.count = String(this.tiles.size);
    arrange(this.people, this.tiles.size);
    arrange(this.shared, this.screens.size, true);
  }
}

function screenVideo(): HTMLVideoElement {
  const video = make("video", "", { "data-role": "screenshare", playsinline: "" });
  video.autoplay = video.muted = true;
  return video;
}

function screenBadge(name: string): HTMLElement {
  const badge = make("div", "tile-badge");
  const label = make("span", "tile-name");
  label.textContent = `${name}’s screen`;
  badge.append(icon("screen"), label);
  return badge;
}

function describe(person: Person, self: boolean): string {
  const parts = [self ? `${person.name}, you` : person.name];
  if (person.host) parts.push("host");
  parts.push(person.microphone ? "microphone on" : "muted", person.camera ? "camera on" : "camera off");
  return parts.join(", ");
}

function onOff(value: boolean): string {
  return value ? "on" : "off";
}
