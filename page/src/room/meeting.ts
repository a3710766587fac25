// One visit to one room: the answers of the server, turned into what is on the screen and who is connected to whom.
import type { Devices } from "./devices";
import { byId } from "./dom";
import { Mesh } from "./mesh";
import { ChatList, Panels, showDoor, showPeople, toast } from "./panels";
import type { FromServer, Person, Refusal, ToServer, Waiting } from "./protocol";
import { Signalling } from "./signalling";
import { Tiles } from "./tiles";

export type Screen = "prejoin" | "password" | "lobby" | "call" | "denied" | "removed" | "ended" | "full" | "lost";

/** Media goes on without the server; only after this long is the room itself given up. */
const LOST_AFTER_MS = 90_000;
const LEVEL_EVERY_MS = 200;

const SCREEN_OF_REFUSAL: Record<Refusal, Screen> = {
  password_required: "password", wrong_password: "password", full: "full", ended: "ended", removed: "removed",
  denied: "denied", unknown_room: "ended",
};

export class Meeting {
  readonly panels = new Panels();
  readonly chat = new ChatList();
  private readonly people = new Map<string, Person>();
  private waiting: Waiting[] = [];
  private readonly tiles: Tiles;
  private readonly mesh: Mesh;
  private readonly line: Signalling;
  private name = "";
  private password: string | undefined;
  private self = "";
  private resume: string | undefined;
  private asking = false;
  private lostTimer = 0;

  constructor(
    url: string, private readonly devices: Devices, private readonly hostToken: string | undefined,
    private readonly moved: (screen: Screen) => void,
  ) {
    this.tiles = new Tiles(byId("stage"), byId("tiles"), byId("screens"), () => devices.stopScreen());
    this.mesh = new Mesh(devices.tracks, {
      signal: (to, data) => this.send({ type: "signal", to, data }),
      track: (key, role, track) => this.tiles.attach(key, role, track),
      state: (key, state) => this.lineState(key, state),
    });
    this.line = new Signalling(url, {
      opened: () => this.opened(), received: (message) => this.received(message), broken: () => this.broken(),
    });
    setInterval(() => void this.listen(), LEVEL_EVERY_MS);
  }

  get screen(): Screen {
    return document.body.dataset.screen as Screen;
  }

  get isHost(): boolean {
    return this.people.get(this.self)?.host ?? false;
  }

  // --- what the person does ---------------------------------------------------------------------------------------------

  join(name: string, password: string | undefined): void {
    this.name = name;
    this.password = password ?? this.password;
    this.asking = true;
    delete document.body.dataset.error;
    byId("join").toggleAttribute("data-busy", true);
    this.line.reopen();
    this.sayHello();
  }

  say(text: string): boolean {
    return this.line.send({ type: "chat", text });
  }

  end(): void {
    this.send({ type: "end" });
  }

  leave(): void {
    this.send({ type: "leave" });
    this.depart("prejoin");
  }

  /** The devices or their switches changed. */
  devicesChanged(): void {
    const { microphone, camera } = this.devices.tracks;
    this.mesh.use(this.devices.tracks);
    const me = this.people.get(this.self);
    if (!me) return;
    Object.assign(me, this.switches());
    this.show(me);
    this.tiles.attach(this.self, "webcam", camera);
    this.tiles.attach(this.self, "microphone", microphone);
    this.sayState();
  }

  // --- the line to the server -------------------------------------------------------------------------------------------

  private send(message: ToServer): void {
    this.line.send(message);
  }

  private sayHello(): void {
    this.send({
      type: "hello", name: this.name, microphone: this.devices.microphoneOn, camera: this.devices.cameraOn,
      ...(this.password ? { password: this.password } : {}),
      ...(this.hostToken ? { host: this.hostToken } : {}),
      ...(this.resume ? { resume: this.resume } : {}),
    });
  }

  private sayState(): void {
    this.send({ type: "state", ...this.switches() });
  }

  private switches(): { microphone: boolean; camera: boolean; screen: string | null } {
    const { microphoneOn, cameraOn, screenId } = this.devices;
    return { microphone: microphoneOn, camera: cameraOn, screen: screenId };
  }

  private opened(): void {
    clearTimeout(this.lostTimer);
    this.lostTimer = 0;
    delete document.body.dataset.offline;
    if (this.asking || this.screen === "call" || this.screen === "lobby") this.sayHello();
    else if (this.screen === "lost") this.go("prejoin");
  }

  private broken(): void {
    document.body.dataset.offline = "true";
    if (!this.lostTimer && (this.screen === "call" || this.screen === "lobby")) {
      this.lostTimer = setTimeout(() => this.depart("lost"), LOST_AFTER_MS);
    }
  }

  private received(message: FromServer): void {
    switch (message.type) {
      case "room": return this.setTitle(message.title);
      case "welcome": return this.welcomed(message);
      case "lobby": return this.held(message.resume);
      case "refused": return this.refused(message.reason);
      case "joined": return this.joined(message.participant);
      case "state": return this.show(message.participant);
      case "left": return this.left(message.key);
      case "waiting": return this.setWaiting([...this.waiting, { key: message.key, name: message.name }]);
      case "waiting_left": return this.setWaiting(this.waiting.filter(({ key }) => key !== message.key));
      case "signal": return this.mesh.take(message.from, message.data);
      case "chat": return this.chatted(message);
      case "notice": return this.noticed(message.reason);
      case "denied": case "removed": case "ended": return this.depart(message.type);
    }
  }

  // --- coming and going -------------------------------------------------------------------------------------------------

  private welcomed(message: Extract<FromServer, { type: "welcome" }>): void {
    const back = this.screen === "call" && this.self === message.key;
    this.asking = false;
    this.resume = message.resume;
    this.self = message.key;
    this.setTitle(message.title);
    if (!back) this.enterCall();
    const others = message.participants.filter(({ key }) => key !== this.self);
    this.mesh.welcomed(this.self, others.map(({ key }) => key), message.ice_servers);
    for (const person of message.participants) this.people.set(person.key, person);
    for (const key of [...this.people.keys()]) {
      if (!message.participants.some((person) => person.key === key) && !this.mesh.isAbsent(key)) this.forget(key);
    }
    for (const person of this.people.values()) this.show(person);
    this.setWaiting(message.waiting);
    this.devicesChanged();
  }

  private enterCall(): void {
    this.people.clear();
    this.tiles.clear();
    this.chat.clear();
    this.panels.show(null);
    this.go("call");
  }

  private held(resume: string): void {
    this.asking = false;
    this.resume = resume;
    this.go("lobby");
  }

  private refused(reason: Refusal): void {
    this.depart(SCREEN_OF_REFUSAL[reason]);
    if (reason === "wrong_password") document.body.dataset.error = "wrong_password";
  }

  /** Out of the call, for whatever reason; the line stays up, so that one can knock again. */
  private depart(screen: Screen): void {
    this.asking = false;
    this.resume = undefined;
    this.self = "";
    this.mesh.clear();
    this.people.clear();
    this.tiles.clear();
    this.setWaiting([]);
    this.devices.stopScreen();
    if (screen === "denied" || screen === "removed") this.password = undefined;
    this.go(screen);
  }

  private go(screen: Screen): void {
    document.body.dataset.screen = screen;
    byId("join").toggleAttribute("data-busy", false);
    // Who cannot see the page hears where it went.
    if (screen === "password") byId("password").focus();
    else document.querySelector<HTMLElement>(`.view-${screen} h2[tabindex]`)?.focus();
    this.moved(screen);
  }

  // --- others -----------------------------------------------------------------------------------------------------------

  private joined(person: Person): void {
    const back = this.people.has(person.key);
    this.mesh.arrived(person.key);
    this.show(person);
    if (!back) toast(`${person.name} joined`);
  }

  private left(key: string): void {
    const person = this.people.get(key);
    this.mesh.drop(key);
    if (person) toast(`${person.name} left`);
  }

  private forget(key: string): void {
    this.people.delete(key);
    this.tiles.remove(key);
    this.showList();
  }

  private lineState(key: string, state: RTCPeerConnectionState): void {
    if (state === "closed") this.forget(key);
    else this.tiles.line(key, state === "connected" ? null : state === "failed" ? "failed" : "connecting");
  }

  private show(person: Person): void {
    this.people.set(person.key, person);
    this.tiles.show(person, person.key === this.self);
    document.body.dataset.host = String(this.isHost);
    this.showList();
  }

  private showList(): void {
    const remove = (person: Person) => this.send({ type: "remove", key: person.key });
    showPeople([...this.people.values()], this.self, this.isHost, remove);
  }

  private setWaiting(waiting: Waiting[]): void {
    this.waiting = waiting;
    showDoor(waiting, (order, key) => this.send({ type: order, key }));
  }

  private chatted(message: Extract<FromServer, { type: "chat" }>): void {
    const own = message.from === this.self;
    this.chat.add(message, own);
    if (own || this.panels.isOpen("chat")) return;
    byId("chat-toggle").dataset.unread = "true";
    toast(`${message.name}: ${message.text}`);
  }

  private noticed(reason: string): void {
    if (reason === "full") toast("The room is full. Somebody has to leave before you can admit anyone.");
  }

  private setTitle(title: string): void {
    document.title = title;
    for (const heading of document.querySelectorAll(".room-title")) heading.textContent = title;
  }

  private async listen(): Promise<void> {
    if (this.screen !== "call" || document.hidden) return;
    const now = performance.now();
    const own = this.devices.microphoneOn ? await this.mesh.ownLevel() : 0;
    for (const key of this.people.keys()) this.tiles.hear(key, key === this.self ? own : this.mesh.level(key), now);
  }
}
