// The page of a meeting: reads the address, wires the buttons, and leaves the rest to Meeting and Devices.
import { Devices, TROUBLE_TEXT } from "./devices";
import { byId, press } from "./dom";
import { Meeting } from "./meeting";
import { Meter } from "./meter";
import { toast } from "./panels";

const NAME_KEY = "rapporteur-room-name";

const address = new URL(location.href);
const hostToken = new URLSearchParams(address.hash.slice(1)).get("host") ?? undefined;
const linkPassword = address.searchParams.get("pw") ?? undefined;
const path = address.pathname.replace(/\/$/, "");
const invitation = `${address.origin}${path}${address.search}`;

const devices = new Devices(() => {
  showDevices();
  meeting.devicesChanged();
});
const meter = new Meter((level) => byId("prejoin-microphone").style.setProperty("--level", level.toFixed(2)));
const socketUrl = `${address.protocol === "https:" ? "wss" : "ws"}://${address.host}${path}/socket`;
const meeting = new Meeting(socketUrl, devices, hostToken, showMeter);

function showDevices(): void {
  for (const id of ["microphone", "prejoin-microphone"]) press(id, devices.microphoneOn);
  for (const id of ["camera", "prejoin-camera"]) press(id, devices.cameraOn);
  press("share", devices.screenId !== null);
  const preview = byId<HTMLVideoElement>("preview");
  const { camera } = devices.tracks;
  if ((preview.srcObject as MediaStream | null)?.getTracks()[0] !== (camera ?? undefined)) {
    preview.srcObject = camera && new MediaStream([camera]);
  }
  byId("preview-box").dataset.camera = camera ? "on" : "off";
  byId("device-note").textContent = devices.trouble ? TROUBLE_TEXT[devices.trouble] : "";
  byId("device-note").hidden = devices.trouble === null;
  showMeter();
}

function showMeter(): void {
  meter.listen(document.body.dataset.screen === "prejoin" ? devices.tracks.microphone : null);
}

async function flip(device: "microphone" | "camera"): Promise<void> {
  if (device === "microphone") await devices.setMicrophone(!devices.microphoneOn);
  else await devices.setCamera(!devices.cameraOn);
  if (devices.trouble && meeting.screen === "call") toast(TROUBLE_TEXT[devices.trouble]);
}

async function flipScreen(): Promise<void> {
  if (devices.screenId) return devices.stopScreen();
  try {
    await devices.startScreen();
  } catch (error) {
    // Closing the browser's own dialogue is an answer, not a failure.
    if (!(error instanceof DOMException && error.name === "NotAllowedError")) toast("This browser could not share a screen.");
  }
}

function join(password?: string): void {
  const name = byId<HTMLInputElement>("name").value.trim();
  if (!name) return byId("name").focus();
  localStorage.setItem(NAME_KEY, name);
  meeting.join(name, password ?? linkPassword);
}

async function copyInvitation(): Promise<void> {
  try {
    await navigator.clipboard.writeText(invitation);
    toast("Link copied");
  } catch {
    toast(invitation);
  }
}

function onSubmit(id: string, act: () => void): void {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

function sendChat(): void {
  const input = byId<HTMLInputElement>("chat-input");
  const text = input.value.trim();
  if (!text) return;
  if (meeting.say(text)) input.value = "";
  else toast("Not sent: the connection to the room is being restored.");
}

const BUTTONS: Record<string, () => void> = {
  "microphone": () => void flip("microphone"),
  "prejoin-microphone": () => void flip("microphone"),
  "camera": () => void flip("camera"),
  "prejoin-camera": () => void flip("camera"),
  "share": () => void flipScreen(),
  "chat-toggle": () => meeting.panels.toggle("chat"),
  "people-toggle": () => meeting.panels.toggle("people"),
  "chat-close": () => meeting.panels.show(null),
  "people-close": () => meeting.panels.show(null),
  "copy-link": () => void copyInvitation(),
  "people-copy-link": () => void copyInvitation(),
  "leave": () => meeting.leave(),
  "lobby-leave": () => meeting.leave(),
  "end": () => byId<HTMLDialogElement>("end-dialog").showModal(),
  "end-confirm": () => {
    byId<HTMLDialogElement>("end-dialog").close();
    meeting.end();
  },
  "end-cancel": () => byId<HTMLDialogElement>("end-dialog").close(),
};

const KEYS: Record<string, string> = { m: "microphone", v: "camera", s: "share", c: "chat-toggle", p: "people-toggle" };

function onKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (event.key === "Escape" && meeting.screen === "call") return meeting.panels.show(null);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || meeting.screen !== "call") return;
  const id = KEYS[event.key.toLowerCase()];
  if (!id) return;
  event.preventDefault();
  byId(id).click();
}

function start(): void {
  for (const [id, act] of Object.entries(BUTTONS)) byId(id).addEventListener("click", act);
  for (const again of document.querySelectorAll(".again")) again.addEventListener("click", () => join());
  byId("share").hidden = !Devices.canShareScreen;
  byId<HTMLInputElement>("name").value = localStorage.getItem(NAME_KEY) ?? "";
  onSubmit("join-form", join);
  onSubmit("password-form", () => join(byId<HTMLInputElement>("password").value));
  onSubmit("chat-form", sendChat);
  addEventListener("keydown", onKey);
  addEventListener("pagehide", () => meeting.leave());
  showDevices();
  void devices.prepare();
}

start();
