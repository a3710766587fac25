/** A conference page of nobody in particular: a name, a button, tiles. Its generations are the ways in which media can come. */
import type { Attendee, Delivery, Phase, Reason, Setup, Skin } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";

const MODES = ["each", "mixed", "rotating", "web_audio"] as const;
/** Each way as the platform that has it does it. */
const OFFERS: Partial<Record<Delivery["mode"], "page">> = { mixed: "page", rotating: "page" };

const OUT: Record<Reason, string> = {
  denied: "You were not let in.", no_answer: "Nobody answered.", login_wall: "Sign in to join.",
  captcha: "Show that you are human.", bot_wall: "Programs are not welcome here.", not_found: "There is no such meeting.",
  full: "The meeting is full.", locked: "The meeting is locked.", ended_before: "The meeting is over.",
  ended: "The meeting is over.", removed: "You were removed.", left: "You have left.",
};

class Page {
  readonly #grid: HTMLElement;
  readonly #tiles = new Map<Attendee, { tile: HTMLElement; video: HTMLVideoElement | null }>();

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    this.#grid = dom.h("main", { class: "tiles" });
    simulation.on("phase", (phase) => this.#show(phase));
    for (const kind of ["joined", "left", "changed", "media"] as const) simulation.on(kind, () => this.#refresh());
    simulation.on("notice", ({ kind }) => this.#notice(kind));
    simulation.on("media", ({ role, stream, track }) => { if (role === "audio") this.#listen(stream, track); });
  }

  #show(phase: Phase): void {
    switch (phase.at) {
      case "prejoin":
        return this.#card(this.simulation.setup.title, this.#form("text", "Your name", "Join", (name) => this.simulation.join({ name })));
      case "password":
        return this.#card(this.dom.t(phase.wrong ? "That was wrong." : "This meeting has a password."),
          this.#form("password", "Password", "Go on", (text) => this.simulation.givePassword(text)));
      case "waiting": return this.#card(this.dom.t(phase.for === "lobby" ? "Somebody will let you in." : "The meeting has not begun."));
      case "out": return this.#card(this.dom.t(OUT[phase.why]));
      case "call":
        this.dom.show(this.#grid, this.dom.h("footer", {},
          this.dom.h("button", { class: "leave", onclick: () => this.simulation.leave() }, this.dom.t("Leave"))));
        return this.#refresh();
    }
  }

  #card(title: string, ...more: HTMLElement[]): void {
    this.dom.show(this.dom.h("main", { class: "card" }, this.dom.h("h1", {}, title), more));
  }

  #form(type: string, label: string, button: string, act: (text: string) => void): HTMLElement {
    const { dom } = this, said = dom.t(label);
    const field = dom.h("input", { type, name: type, placeholder: said, "aria-label": said, required: true });
    const submit = (event: Event) => {
      event.preventDefault();
      act(field.value);
    };
    return dom.h("form", { onsubmit: submit }, field, dom.h("button", { type: "submit", class: "join", primary: true }, dom.t(button)));
  }

  #notice(kind: string): void {
    const { dom } = this;
    const dialog = dom.h("div", { class: "dialog", role: "dialog" }, dom.t("Please note: {kind}", { kind }),
      dom.h("button", { type: "button", onclick: () => dialog.remove() }, dom.t("OK")));
    dom.add(dom.root, dialog);
  }

  #listen(stream: MediaStream, track: MediaStreamTrack): void {
    const audio = this.dom.h("audio", { autoplay: true, ".srcObject": stream });
    this.dom.add(this.dom.root, audio);
    track.addEventListener("ended", () => audio.remove());
  }

  #refresh(): void {
    const { attendees, media } = this.simulation;
    for (const [attendee, { tile }] of this.#tiles) {
      if (attendees.includes(attendee)) continue;
      tile.remove();
      this.#tiles.delete(attendee);
    }
    for (const attendee of attendees.filter(({ isVisitor }) => !isVisitor)) {
      const { tile, video } = this.#tile(attendee);
      this.dom.set(tile, { class: attendee.speaking ? "tile speaking" : "tile" });
      if (video) this.dom.play(video, attendee.camera ? media?.streamOf(attendee, "camera") ?? null : null);
    }
  }

  #tile(attendee: Attendee): { tile: HTMLElement; video: HTMLVideoElement | null } {
    const known = this.#tiles.get(attendee), { media, generation } = this.simulation;
    if (known || !media) return known ?? { tile: this.dom.h("div"), video: null };
    const video = generation === "web_audio" ? null : this.dom.h("video", { autoplay: true, muted: true, playsinline: true });
    const tile = this.dom.h("div", { class: "tile" },
      video ?? media.canvas(attendee, "camera"), this.dom.h("span", { class: "name" }, attendee.name));
    this.dom.add(this.#grid, tile);
    this.#tiles.set(attendee, { tile, video });
    return { tile, video };
  }
}

const CSS = `
  .card { max-width: 340px; margin: 18vh auto 0; display: grid; gap: 16px; text-align: center }
  form { display: grid; gap: 12px }
  input, button { padding: 10px; border-radius: 8px; border: 1px solid #b9c0ca; font: inherit }
  .join { background: #23527c; color: #fff; border: 0 }
  .tiles { display: grid; gap: 10px; padding: 16px; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)) }
  .tile { position: relative; border: 3px solid transparent; border-radius: 10px; overflow: hidden; aspect-ratio: 16 / 9 }
  .tile video, .tile canvas { width: 100%; height: 100% }
  .speaking { border-color: #2f9e6b }
  .name { position: absolute; left: 8px; bottom: 6px; color: #fff; background: #0008; padding: 0 6px; border-radius: 4px }
  .dialog { position: fixed; left: 50%; top: 30%; transform: translateX(-50%); background: #fff; padding: 20px; border-radius: 10px }
  footer { position: fixed; bottom: 16px; width: 100%; text-align: center }
  .leave { background: #b3343c; color: #fff; border: 0; padding: 10px 22px }
`;

const WORDS: Skin["words"] = {
  "OK": {},
  "Your name": { de: "Ihr Name", es: "Su nombre", ja: "お名前" },
  "Join": { de: "Teilnehmen", es: "Unirse", ja: "参加" },
  "Password": { de: "Kennwort", es: "Contraseña", ja: "パスワード" },
  "Go on": { de: "Weiter", es: "Continuar", ja: "続ける" },
  "Leave": { de: "Verlassen", es: "Salir", ja: "退出" },
  "That was wrong.": { de: "Das war falsch.", es: "Es incorrecta.", ja: "正しくありません。" },
  "This meeting has a password.": { de: "Diese Besprechung hat ein Kennwort.", es: "Esta reunión tiene contraseña.", ja: "この会議にはパスワードがあります。" },
  "Somebody will let you in.": { de: "Jemand wird Sie hereinlassen.", es: "Alguien le dejará entrar.", ja: "まもなく入室できます。" },
  "The meeting has not begun.": { de: "Die Besprechung hat nicht begonnen.", es: "La reunión no ha comenzado.", ja: "会議はまだ始まっていません。" },
  "Please note: {kind}": { de: "Bitte beachten: {kind}", es: "Atención: {kind}", ja: "お知らせ: {kind}" },
  "You were not let in.": { de: "Sie wurden nicht hereingelassen.", es: "No le dejaron entrar.", ja: "参加が許可されませんでした。" },
  "Nobody answered.": { de: "Niemand hat geantwortet.", es: "Nadie respondió.", ja: "応答がありませんでした。" },
  "Sign in to join.": { de: "Bitte anmelden.", es: "Inicie sesión.", ja: "サインインしてください。" },
  "Show that you are human.": { de: "Zeigen Sie, dass Sie ein Mensch sind.", es: "Demuestre que es humano.", ja: "人間であることを確認してください。" },
  "Programs are not welcome here.": { de: "Programme sind hier nicht willkommen.", es: "No se admiten programas.", ja: "プログラムは参加できません。" },
  "There is no such meeting.": { de: "Diese Besprechung gibt es nicht.", es: "No existe la reunión.", ja: "会議が見つかりません。" },
  "The meeting is full.": { de: "Die Besprechung ist voll.", es: "La reunión está llena.", ja: "会議は満員です。" },
  "The meeting is locked.": { de: "Die Besprechung ist gesperrt.", es: "La reunión está bloqueada.", ja: "会議はロックされています。" },
  "The meeting is over.": { de: "Die Besprechung ist beendet.", es: "La reunión terminó.", ja: "会議は終了しました。" },
  "You were removed.": { de: "Sie wurden entfernt.", es: "Le han expulsado.", ja: "会議から削除されました。" },
  "You have left.": { de: "Sie haben verlassen.", es: "Ha salido.", ja: "退出しました。" },
};

function delivery(setup: Setup): Delivery {
  const mode = MODES.find((one) => one === setup.generation) ?? "each";
  return { mode, offers: OFFERS[mode] ?? "server", csrc: ({ id }) => 1000 + id, channels: ["events"] };
}

run({
  name: "generic", words: WORDS, css: CSS, generations: [...MODES], early: ["not_found", "login_wall"], delivery,
  start(simulation, dom) {
    document.title = simulation.setup.title;
    new Page(simulation, dom);
  },
});
