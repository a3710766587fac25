// What stands beside the picture: chat, the list of people, who waits at the door, and short notices.
import { byId, hue, icon, initials, make, press } from "./dom";
import type { Person, Waiting } from "./protocol";

type PanelName = "chat" | "people";

/** One panel is open at a time. */
export class Panels {
  private open: PanelName | null = null;

  toggle(name: PanelName): void {
    this.show(this.open === name ? null : name);
  }

  isOpen(name: PanelName): boolean {
    return this.open === name;
  }

  show(name: PanelName | null): void {
    this.open = name;
    document.body.dataset.panel = name ?? "none";
    for (const each of ["chat", "people"] as const) {
      byId(`${each}-panel`).hidden = each !== name;
      press(`${each}-toggle`, each === name);
    }
    if (name === "chat") {
      delete byId("chat-toggle").dataset.unread;
      byId("toast").dataset.shown = "false";
      byId("chat-input").focus();
    }
  }
}

export class ChatList {
  private readonly list = byId("chat-list");

  add(message: { id: string; from: string; name: string; to: string; text: string }, own: boolean): void {
    byId("chat-empty").hidden = true;
    const row = make("li", own ? "own" : "", {
      "data-chat-id": message.id, "data-from": message.from, "data-name": message.name, "data-to": message.to,
    });
    const who = make("span", "who");
    who.textContent = own ? "You" : message.name;
    const when = make("time");
    when.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const text = make("p", "text");
    text.textContent = message.text;
    row.append(who, when, text);
    this.list.append(row);
    row.scrollIntoView({ block: "end" });
  }

  clear(): void {
    this.list.replaceChildren();
    byId("chat-empty").hidden = false;
  }
}

export function showPeople(people: Person[], self: string, selfIsHost: boolean, remove: (person: Person) => void): void {
  byId("people-count").textContent = String(people.length);
  byId("people-list").replaceChildren(...people.map((person) => {
    const row = make("li", "person", { "data-person": person.key, "data-name": person.name });
    row.append(dot(person.name), nameOf(person, person.key === self), icon(person.microphone ? "mic" : "mic-off"),
      icon(person.camera ? "camera" : "camera-off"));
    if (selfIsHost && person.key !== self) {
      const button = make("button", "remove", { type: "button", "aria-label": `Remove ${person.name}`, title: "Remove" });
      button.append(icon("remove"));
      button.addEventListener("click", () => remove(person));
      row.append(button);
    }
    return row;
  }));
}

export function showDoor(waiting: Waiting[], act: (order: "admit" | "deny", key: string) => void): void {
  byId("door").hidden = waiting.length === 0;
  byId("door-title").textContent = waiting.length === 1 ? "Someone is at the door" : `${waiting.length} people are at the door`;
  byId("door-list").replaceChildren(...waiting.map(({ key, name }) => {
    const row = make("li", "person", { "data-waiting": key, "data-name": name });
    const label = make("span", "person-name");
    label.textContent = name;
    row.append(dot(name), label, ...(["deny", "admit"] as const).map((order) => {
      const button = make("button", `button small ${order}`, { type: "button", "aria-label": `${order} ${name}` });
      button.textContent = order === "admit" ? "Admit" : "Deny";
      button.addEventListener("click", () => act(order, key));
      return button;
    }));
    return row;
  }));
}

let toastTimer = 0;

/** A sentence that goes away by itself; screen readers hear it. */
export function toast(text: string): void {
  const box = byId("toast");
  box.textContent = text;
  box.dataset.shown = "true";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.dataset.shown = "false"; }, 4000);
}

function dot(name: string): HTMLElement {
  const element = make("span", "dot", { "aria-hidden": "true" });
  element.style.setProperty("--hue", String(hue(name)));
  element.textContent = initials(name);
  return element;
}

function nameOf(person: Person, self: boolean): HTMLElement {
  const label = make("span", "person-name");
  label.textContent = person.name;
  const notes = [self ? "you" : "", person.host ? "host" : ""].filter(Boolean).join(", ");
  if (notes) {
    const note = make("small");
    note.textContent = notes;
    label.append(note);
  }
  return label;
}
