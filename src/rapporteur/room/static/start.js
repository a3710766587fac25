"use strict";
(() => {
  // src/room/dom.ts
  function byId(id) {
    const element = document.getElementById(id);
    if (!element) throw new Error(`the page has no #${id}`);
    return element;
  }

  // src/room/start.ts
  async function create() {
    const value = (id) => byId(id).value.trim();
    const note = byId("start-note");
    note.hidden = true;
    const answer = await fetch("./", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        title: value("title") || null,
        password: value("new-password") || null,
        waiting_room: byId("waiting-room").checked
      })
    }).catch(() => null);
    if (answer?.ok) {
      location.href = (await answer.json()).host_url;
    } else {
      note.textContent = "The meeting could not be started. Is the server still running?";
      note.hidden = false;
    }
  }
  byId("start-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void create();
  });
})();
