// The page on which a meeting is started.
import { byId } from "./dom";

interface Links {
  url: string;
  host_url: string;
}

async function create(): Promise<void> {
  const value = (id: string) => byId<HTMLInputElement>(id).value.trim();
  const note = byId("start-note");
  note.hidden = true;
  const answer = await fetch("./", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      title: value("title") || null,
      password: value("new-password") || null,
      waiting_room: byId<HTMLInputElement>("waiting-room").checked,
    }),
  }).catch(() => null);
  if (answer?.ok) {
    location.href = (await answer.json() as Links).host_url;
  } else {
    note.textContent = "The meeting could not be started. Is the server still running?";
    note.hidden = false;
  }
}

byId("start-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void create();
});
