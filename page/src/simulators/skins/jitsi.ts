/** Jitsi Meet: pre-meeting screen, lobby, password dialog, one track per person, and the `APP` object that scripts read. */
import type { Attendee, ChatLine, Phase, Reason, Skin } from "../contract";
import type { Builder } from "../dom";
import type { Simulation } from "../engine";
import { run } from "../start";

const OUT: Partial<Record<Reason, string>> = {
  denied: "Your request to join has been declined.",
  no_answer: "Nobody answered your request to join.",
  full: "The meeting has reached its maximum number of participants.",
  locked: "This meeting is locked.",
  removed: "You have been kicked out of the meeting",
  ended: "The meeting has been terminated",
  ended_before: "The meeting has been terminated",
  not_found: "This meeting does not exist.",
  login_wall: "Authentication required",
  captcha: "Please verify that you are human.",
  bot_wall: "This meeting does not admit automated participants.",
  left: "Thank you for using this meeting!",
};

class Page {
  readonly #tiles = new Map<Attendee, HTMLElement>();
  readonly #grid: HTMLElement;
  readonly #sounds: HTMLElement;
  readonly #lines: HTMLElement;
  readonly #chat: HTMLElement;
  readonly #people: HTMLElement;
  readonly #overlay: HTMLElement;
  readonly #bar: HTMLElement;
  #name = "";

  constructor(private readonly simulation: Simulation, private readonly dom: Builder) {
    const { h } = this.#tools;
    this.#grid = h("div", { class: "tiles" });
    this.#sounds = h("div", { hidden: true });
    this.#lines = h("div", { id: "chatconversation", role: "log", "aria-live": "polite" });
    this.#chat = this.#chatPanel();
    this.#people = h("div", { id: "layout_wrapper_participants", class: "participants_pane", hidden: true });
    this.#overlay = h("div", { class: "dialogs" });
    this.#bar = this.#toolbar();
    simulation.on("phase", (phase) => this.#phase(phase));
    simulation.on("joined", () => this.#roster());
    simulation.on("left", () => this.#roster());
    simulation.on("changed", () => this.#roster());
    simulation.on("chat", (line) => this.#line(line));
    simulation.on("media", () => this.#roster());
    simulation.on("notice", ({ kind }) => this.#notice(kind));
  }

  get #tools(): { h: Builder["h"]; t: Builder["t"] } {
    return { h: this.dom.h.bind(this.dom), t: this.dom.t.bind(this.dom) };
  }

  #phase(phase: Phase): void {
    switch (phase.at) {
      case "prejoin": return this.#prejoin();
      case "password": return this.#password(phase.wrong);
      case "waiting": return phase.for === "lobby" ? this.#lobby() : this.#notStarted();
      case "call": return this.#call();
      case "out": return this.#out(phase.why);
    }
  }

  #prejoin(): void {
    const { h, t } = this.#tools, { simulation } = this;
    void simulation.visitor.ask();
    const name = h("input", {
      id: "premeeting-name-input", class: "input", placeholder: t("Enter your name"), "aria-label": t("Enter your name"), autocomplete: "off",
    });
    const complain = h("div", { class: "error", role: "alert", hidden: true }, t("Please enter your name here"));
    const join = () => {
      this.dom.set(complain, { hidden: Boolean(name.value.trim()) });
      if (!name.value.trim()) return;
      this.#name = name.value.trim();
      simulation.join({ name: this.#name });
    };
    this.dom.show(h("div", { class: "premeeting-screen" },
      h("div", { class: "content-controls" },
        h("h1", { class: "title" }, t("Join meeting")), h("div", { class: "subject" }, simulation.setup.title),
        simulation.setup.signed_in ? null : [name, complain],
        h("div", {
          class: "action-btn primary", role: "button", tabindex: 0, "data-testid": "prejoin.joinMeeting", "aria-label": t("Join meeting"),
          onclick: simulation.setup.signed_in ? () => simulation.join({ name: "Notes" }) : join, primary: true,
        }, t("Join meeting")),
        this.#devices())));
  }

  #devices(): HTMLElement {
    const { h } = this.#tools;
    return h("div", { class: "media-row" }, this.#device("microphone"), this.#device("camera"));
  }

  #device(part: "microphone" | "camera"): HTMLElement {
    const { h, t } = this.#tools, { visitor } = this.simulation;
    const texts = part === "microphone" ? ["Mute microphone", "Unmute microphone"] : ["Stop camera", "Start camera"];
    const label = () => t(texts[visitor[part] ? 0 : 1]!);
    const button = h("div", {
      class: "toolbox-button", role: "button", tabindex: 0, "aria-label": label(), "aria-pressed": !visitor[part],
      onclick: () => void visitor.turn(part, !visitor[part]),
    }, part === "microphone" ? "🎤" : "📷");
    this.simulation.on("changed", (who) => {
      if (who.isVisitor) this.dom.set(button, { "aria-label": label(), "aria-pressed": !visitor[part] });
    });
    return button;
  }

  #lobby(): void {
    const { h, t } = this.#tools;
    this.dom.show(h("div", { class: "premeeting-screen lobby-screen" }, h("div", { class: "content-controls" },
      h("h1", { class: "title" }, t("Asking to join the meeting...")),
      h("div", { class: "lobby-screen-content" }, h("div", { class: "spinner" }), h("span", {}, t("Waiting for a moderator to let you in."))),
      h("div", { class: "action-btn text", role: "button", tabindex: 0, "data-testid": "lobby.cancelButton", onclick: () => this.simulation.leave() },
        t("Cancel")),
      this.#devices())));
  }

  #notStarted(): void {
    const { h, t } = this.#tools;
    this.dom.show(h("div", { class: "premeeting-screen" }, h("div", { class: "content-controls", role: "dialog" },
      h("h1", { class: "title" }, t("Waiting for an authenticated user")),
      h("p", {}, t("The conference has not yet started because no moderators have yet arrived."),),
      h("div", { class: "action-btn text", role: "button", tabindex: 0, onclick: () => this.simulation.leave() }, t("Cancel")))));
  }

  #password(wrong: boolean): void {
    const { h, t } = this.#tools;
    const field = h("input", { type: "password", name: "lockKey", class: "input", placeholder: t("Password"), autocomplete: "new-password" });
    const give = (event: Event) => {
      event.preventDefault();
      this.simulation.givePassword(field.value);
    };
    this.dom.show(h("div", { class: "premeeting-screen" }, h("form", { class: "content-controls", role: "dialog", "aria-modal": true, onsubmit: give },
      h("h1", { class: "title" }, t("Password required")), wrong ? h("p", { class: "error" }, t("Incorrect password")) : null, field,
      h("button", { class: "action-btn primary", id: "modal-dialog-ok-button", type: "submit", "aria-label": t("Join meeting") }, t("Join meeting")))));
  }

  #call(): void {
    const { h } = this.#tools;
    this.dom.show(h("div", { id: "videoconference_page" },
      h("div", { id: "largeVideoContainer" }, this.#grid, h("div", { class: "subject-text" }, this.simulation.setup.title)),
      this.#people, this.#chat, this.#bar, this.#overlay, this.#sounds));
    this.dom.autoHide(this.#bar);
    this.#roster();
  }

  #toolbar(): HTMLElement {
    const { h, t } = this.#tools, { simulation } = this;
    const panel = (label: string, element: () => HTMLElement, sign: string) => h("div", {
      class: "toolbox-button", role: "button", tabindex: 0, "aria-label": t(label),
      onclick: () => this.dom.set(element(), { hidden: !element().hidden }),
    }, sign);
    return h("div", { id: "new-toolbox", class: "new-toolbox visible" }, h("div", { class: "toolbox-content-items" },
      this.#device("microphone"), this.#device("camera"),
      h("div", {
        class: "toolbox-button", role: "button", tabindex: 0, "aria-label": t("Start screen sharing"),
        onclick: () => void simulation.visitor.share(!simulation.visitor.screen),
      }, "🖥"),
      panel("Open chat", () => this.#chat, "💬"), panel("Open participants pane", () => this.#people, "👥"),
      h("div", {
        class: "toolbox-button hangup-button", role: "button", tabindex: 0, "data-testid": "toolbox.hangup", "aria-label": t("Leave the meeting"),
        onclick: () => simulation.leave(),
      }, "📞")));
  }

  #chatPanel(): HTMLElement {
    const { h, t } = this.#tools;
    const text = h("textarea", { id: "chat-input-messagebox", class: "chat-input", placeholder: t("Type a message"), rows: 1 });
    const send = () => {
      if (text.value.trim()) this.simulation.say(text.value.trim());
      text.value = "";
    };
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      send();
    });
    return h("div", { id: "sideToolbarContainer", class: "chat-panel", hidden: true }, this.#lines, h("div", { class: "chat-input-row" }, text,
      h("button", { type: "button", class: "chat-submit", "aria-label": t("Send message"), onclick: send }, "➤")));
  }

  #line({ id, from, text }: ChatLine): void {
    const { h } = this.#tools;
    this.dom.add(this.#lines, h("div", { class: `chatmessage-wrapper ${from.isVisitor ? "local" : "remote"}`, id: `chat-${id}` },
      h("div", { class: "chatmessage" }, h("div", { class: "display-name" }, from.name), h("div", { class: "usermessage" }, text))));
  }

  #notice(kind: string): void {
    const { h, t } = this.#tools;
    const text = kind === "recording" ? "This meeting is being recorded." : kind === "transcription" ? "This meeting is being transcribed."
      : "The moderator asks you to unmute.";
    const dialog = h("div", { class: "dialog", role: "dialog", "aria-modal": true }, h("p", {}, t(text)),
      h("button", { type: "button", class: "action-btn primary", id: "modal-dialog-ok-button", onclick: () => dialog.remove() }, t("OK")));
    this.dom.add(this.#overlay, dialog);
  }

  #out(why: Reason): void {
    const { h, t } = this.#tools;
    this.dom.show(h("div", { class: "premeeting-screen" }, h("div", { class: "content-controls", role: "dialog", "aria-modal": true },
      h("h1", { class: "title" }, t(OUT[why] ?? "Disconnected")))));
  }

  // --- people -------------------------------------------------------------------------------------------------------------

  #roster(): void {
    const { h, t } = this.#tools, present = this.simulation.attendees;
    for (const [attendee, tile] of this.#tiles) {
      if (present.includes(attendee)) continue;
      tile.remove();
      this.#tiles.delete(attendee);
    }
    for (const attendee of present) {
      if (!this.#tiles.has(attendee)) this.#tiles.set(attendee, this.#tile(attendee));
      this.#refresh(attendee);
    }
    this.#listen();
    this.dom.fill(this.#people, h("div", { class: "participants_heading" }, t("Meeting participants ({count})", { count: present.length })),
      present.map((one) => h("div", { class: "list-item-container", id: `participant-item-${endpoint(one)}`, "aria-label": one.name },
        h("span", {}, one.isVisitor ? `${one.name} (${t("me")})` : one.name), one.isHost ? h("span", { class: "moderator" }, t("Moderator")) : null)));
  }

  #tile(attendee: Attendee): HTMLElement {
    const { h } = this.#tools, id = attendee.isVisitor ? "localVideoContainer" : `participant_${endpoint(attendee)}`;
    const tile = h("span", { id, class: "videocontainer" },
      h("video", { autoplay: true, muted: true, playsinline: true, class: "camera" }), h("video", { autoplay: true, muted: true, playsinline: true, class: "desktop" }),
      h("div", { class: "avatar-container" }, attendee.name.slice(0, 1)), h("span", { class: "displayname" }, attendee.name));
    this.dom.add(this.#grid, tile);
    return tile;
  }

  #refresh(attendee: Attendee): void {
    const tile = this.#tiles.get(attendee)!, [camera, screen] = tile.querySelectorAll("video");
    this.dom.set(tile, {
      class: ["videocontainer", attendee.speaking && "dominant-speaker", attendee.camera ? "display-video" : "display-avatar-only"].filter(Boolean).join(" "),
    });
    const { visitor, media } = this.simulation;
    for (const [video, role, on] of [[camera!, "camera", attendee.camera], [screen!, "screen", attendee.sharing]] as const) {
      this.dom.play(video, !on ? null : attendee.isVisitor ? visitor[role] : media?.streamOf(attendee, role) ?? null);
      video.hidden = !on;
    }
  }

  #listen(): void {
    const { h } = this.#tools, wanted = this.simulation.media?.played.filter(({ role }) => role === "audio") ?? [];
    const playing = [...this.#sounds.querySelectorAll("audio")];
    for (const audio of playing) if (!wanted.some(({ stream }) => stream === audio.srcObject)) audio.remove();
    for (const { stream, of } of wanted) {
      if (playing.some((audio) => audio.srcObject === stream)) continue;
      this.dom.add(this.#sounds, h("audio", { autoplay: true, id: `remoteAudio_${of ? endpoint(of) : 0}`, ".srcObject": stream }));
    }
  }

  // --- what scripts find --------------------------------------------------------------------------------------------------

  /** The part of Jitsi's own objects that other programs read. */
  publish(): void {
    const { simulation } = this, joined = () => simulation.phase.at === "call";
    const shape = (one: Attendee) => ({
      id: endpoint(one), name: one.name, role: one.isHost ? "moderator" : "participant", local: one.isVisitor, isReplacing: false,
    });
    const room = {
      getParticipants: () => simulation.attendees.filter((one) => !one.isVisitor).map((one) => ({
        _id: endpoint(one), _displayName: one.name, _role: shape(one).role,
        getId: () => endpoint(one), getDisplayName: () => one.name, getRole: () => shape(one).role, isModerator: () => one.isHost,
        isAudioMuted: () => !one.microphone, isVideoMuted: () => !one.camera,
      })),
      sendTextMessage: (text: string) => simulation.say(text),
      myUserId: () => endpoint(simulation.me),
    };
    const state = () => ({
      "features/base/participants": {
        local: shape(simulation.me),
        remote: new Map(simulation.attendees.filter((one) => !one.isVisitor).map((one) => [endpoint(one), shape(one)])),
        dominantSpeaker: simulation.attendees.filter(({ speaking }) => speaking).map(endpoint)[0],
      },
      "features/lobby": { knocking: simulation.phase.at === "waiting" && simulation.phase.for === "lobby" },
      "features/base/conference": { membersOnly: simulation.phase.at === "waiting" ? {} : undefined, conference: joined() ? room : undefined },
      "features/base/tracks": this.#tracks(),
      "features/chat": {
        messages: simulation.chat.map((line) => ({
          messageId: String(line.id), participantId: endpoint(line.from), displayName: line.from.name, message: line.text, timestamp: line.at,
          messageType: line.from.isVisitor ? "local" : "remote", privateMessage: false,
        })),
      },
    });
    Object.assign(window, { APP: { conference: { isJoined: joined, _room: room, getMyUserId: room.myUserId }, store: { getState: state } } });
  }

  #tracks(): object[] {
    return (this.simulation.media?.played ?? []).map(({ of, role, stream, track }) => ({
      participantId: of ? endpoint(of) : "", mediaType: role === "audio" ? "audio" : "video", videoType: role === "screen" ? "desktop" : "camera",
      muted: role === "audio" ? !of?.microphone : role === "camera" ? !of?.camera : false, local: false,
      jitsiTrack: { getTrack: () => track, getOriginalStream: () => stream, getParticipantId: () => of ? endpoint(of) : "", stream, track },
    }));
  }
}

/** Jitsi's endpoint ids are eight hexadecimal digits. */
const endpoint = ({ id }: Attendee): string => (0xa1b2c300 + id).toString(16);

const CSS = `
  .premeeting-screen { min-height: 100%; display: grid; place-items: center; background: #1c2025; color: #fff }
  .content-controls { width: 320px; display: grid; gap: 14px; text-align: center }
  .title { font-size: 24px; margin: 0 }
  .subject { color: #a4b0c0 }
  .input { font: inherit; padding: 12px; border-radius: 6px; border: 2px solid #525a66; background: #292e35; color: #fff; width: 100%; text-align: center }
  .action-btn { padding: 12px; border-radius: 6px; border: 0; display: block; width: 100% }
  .primary { background: #246fe5; color: #fff }
  .text { color: #a4b0c0 }
  .error { color: #ffb4ab }
  .media-row { display: flex; justify-content: center; gap: 12px }
  .toolbox-button { width: 44px; height: 44px; border-radius: 6px; display: grid; place-items: center; background: #3a4049 }
  .spinner { width: 28px; height: 28px; margin: 0 auto 10px; border-radius: 50%; border: 3px solid #525a66; border-top-color: #fff }
  #videoconference_page { position: relative; height: 100%; background: #111418; color: #fff; overflow: hidden }
  #largeVideoContainer { height: 100%; padding: 12px }
  .tiles { height: 100%; display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); align-content: center }
  .videocontainer { position: relative; aspect-ratio: 16 / 9; border-radius: 8px; overflow: hidden; background: #292e35; border: 3px solid transparent }
  .dominant-speaker { border-color: #4687ed }
  .videocontainer video { position: absolute; inset: 0; width: 100%; height: 100% }
  .avatar-container { position: absolute; inset: 0; display: grid; place-items: center; font-size: 48px; z-index: 0 }
  .camera, .desktop { z-index: 1 }
  .displayname { position: absolute; left: 8px; bottom: 6px; z-index: 2; background: #0009; padding: 1px 8px; border-radius: 4px; font-size: 13px }
  .subject-text { position: absolute; top: 10px; left: 50%; transform: translateX(-50%); font-weight: 600 }
  .new-toolbox { position: absolute; bottom: 16px; left: 50%; transform: translateX(-50%); z-index: 4 }
  .toolbox-content-items { display: flex; gap: 8px; background: #1c2025; padding: 8px; border-radius: 10px }
  .hangup-button { background: #cb2233 }
  .chat-panel, .participants_pane { position: absolute; top: 0; bottom: 0; width: 300px; background: #1c2025; padding: 12px; overflow: auto; z-index: 3 }
  .chat-panel { left: 0 }
  .participants_pane { right: 0 }
  .list-item-container { padding: 8px 0; display: flex; justify-content: space-between }
  .chatmessage { background: #292e35; border-radius: 8px; padding: 6px 10px; margin: 6px 0 }
  .display-name { font-size: 12px; color: #a4b0c0 }
  .chat-input { width: 220px; font: inherit }
  .dialog { position: absolute; left: 50%; top: 40%; transform: translate(-50%, -50%); background: #292e35; padding: 24px; border-radius: 8px; z-index: 6 }
`;

const WORDS: Skin["words"] = {
  "Join meeting": { de: "Konferenz beitreten", es: "Entrar a la reunión", ja: "ミーティングに参加" },
  "Enter your name": { de: "Namen hier eingeben", es: "Ingrese su nombre", ja: "名前を入力" },
  "Please enter your name here": { de: "Bitte geben Sie hier Ihren Namen ein", es: "Ingrese aquí su nombre", ja: "ここに名前を入力してください" },
  "Mute microphone": { de: "Mikrofon stummschalten", es: "Silenciar micrófono", ja: "マイクをミュート" },
  "Unmute microphone": { de: "Stummschaltung aufheben", es: "Activar micrófono", ja: "マイクのミュートを解除" },
  "Stop camera": { de: "Kamera ausschalten", es: "Detener cámara", ja: "カメラを停止" },
  "Start camera": { de: "Kamera einschalten", es: "Iniciar cámara", ja: "カメラを開始" },
  "Asking to join the meeting...": { de: "Beitritt wird angefragt …", es: "Solicitando unirse a la reunión...", ja: "ミーティングへの参加を依頼中..." },
  "Waiting for a moderator to let you in.": { de: "Warten auf Moderation.", es: "Esperando a un moderador.", ja: "モデレーターを待っています。" },
  "Cancel": { de: "Abbrechen", es: "Cancelar", ja: "キャンセル" },
  "Waiting for an authenticated user": { de: "Warten auf eine angemeldete Person", es: "Esperando a un usuario autenticado", ja: "認証ユーザーを待っています" },
  "The conference has not yet started because no moderators have yet arrived.": {
    de: "Die Konferenz hat noch nicht begonnen, da noch keine Moderation anwesend ist.",
    es: "La conferencia aún no ha comenzado porque aún no han llegado moderadores.", ja: "モデレーターがまだ到着していないため、会議はまだ始まっていません。",
  },
  "Password": { de: "Passwort", es: "Contraseña", ja: "パスワード" },
  "Password required": { de: "Passwort erforderlich", es: "Se requiere contraseña", ja: "パスワードが必要です" },
  "Incorrect password": { de: "Falsches Passwort", es: "Contraseña incorrecta", ja: "パスワードが違います" },
  "Start screen sharing": { de: "Bildschirmfreigabe starten", es: "Compartir pantalla", ja: "画面共有を開始" },
  "Open chat": { de: "Chat öffnen", es: "Abrir chat", ja: "チャットを開く" },
  "Open participants pane": { de: "Personenliste öffnen", es: "Abrir panel de participantes", ja: "参加者パネルを開く" },
  "Leave the meeting": { de: "Konferenz verlassen", es: "Salir de la reunión", ja: "ミーティングから退出" },
  "Type a message": { de: "Nachricht eingeben", es: "Escriba un mensaje", ja: "メッセージを入力" },
  "Send message": { de: "Nachricht senden", es: "Enviar mensaje", ja: "メッセージを送信" },
  "Meeting participants ({count})": { de: "Anwesende ({count})", es: "Participantes ({count})", ja: "参加者 ({count})" },
  "me": { de: "ich", es: "yo", ja: "自分" },
  "Moderator": { de: "Moderation", es: "Moderador", ja: "モデレーター" },
  "This meeting is being recorded.": { de: "Diese Konferenz wird aufgezeichnet.", es: "Se está grabando esta reunión.", ja: "このミーティングは録画されています。" },
  "This meeting is being transcribed.": { de: "Diese Konferenz wird transkribiert.", es: "Se está transcribiendo esta reunión.", ja: "このミーティングは文字起こしされています。" },
  "The moderator asks you to unmute.": { de: "Die Moderation bittet Sie, das Mikrofon einzuschalten.", es: "El moderador le pide activar su micrófono.", ja: "モデレーターがミュート解除を求めています。" },
  "OK": {},
  "Your request to join has been declined.": {
    de: "Ihre Beitrittsanfrage wurde abgelehnt.", es: "Su solicitud para unirse ha sido rechazada.", ja: "参加リクエストは拒否されました。",
  },
  "Nobody answered your request to join.": { de: "Niemand hat auf Ihre Anfrage geantwortet.", es: "Nadie respondió a su solicitud.", ja: "誰も参加リクエストに応答しませんでした。" },
  "The meeting has reached its maximum number of participants.": {
    de: "Die Konferenz ist voll.", es: "La reunión alcanzó el máximo de participantes.", ja: "ミーティングは満員です。",
  },
  "This meeting is locked.": { de: "Diese Konferenz ist gesperrt.", es: "Esta reunión está bloqueada.", ja: "このミーティングはロックされています。" },
  "You have been kicked out of the meeting": { de: "Sie wurden aus der Konferenz entfernt", es: "Ha sido expulsado de la reunión", ja: "ミーティングから退出させられました" },
  "The meeting has been terminated": { de: "Die Konferenz wurde beendet", es: "La reunión ha terminado", ja: "ミーティングは終了しました" },
  "This meeting does not exist.": { de: "Diese Konferenz gibt es nicht.", es: "Esta reunión no existe.", ja: "このミーティングは存在しません。" },
  "Authentication required": { de: "Anmeldung erforderlich", es: "Autenticación requerida", ja: "認証が必要です" },
  "Thank you for using this meeting!": { de: "Vielen Dank!", es: "¡Gracias!", ja: "ありがとうございました！" },
  "Disconnected": { de: "Getrennt", es: "Desconectado", ja: "切断されました" },
};

run({
  name: "jitsi",
  words: WORDS,
  css: CSS,
  early: ["not_found"],
  delivery: () => ({
    mode: "each", offers: "server",
    ids: (of, role) => ({ stream: `${of ? endpoint(of) : "mixedmslabel"}-${role}-0-1`, track: `${of ? endpoint(of) : "mixedlabel"}-${role}-0` }),
  }),
  start(simulation, dom) {
    document.title = `${simulation.setup.title} | Jitsi Meet`;
    new Page(simulation, dom).publish();
  },
});
