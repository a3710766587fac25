// The player: keeps video, transcript and timeline at the same moment, and lets any of them set it.
// The page is complete without this script; what it adds is movement.

const $ = (id) => document.getElementById(id);
const stage = $("stage");
const media = $("media");
const list = $("lines");
const lines = [...list.querySelectorAll(".line")].map((node) => ({
  node, start: Number(node.dataset.t), end: Number(node.dataset.e),
  words: [...node.querySelectorAll("p > span")].map((span) => ({ span, at: Number(span.dataset.t) })),
}));

const clock = (seconds) => {
  const s = Math.max(0, Math.floor(seconds)), mm = Math.floor(s / 60) % 60, ss = String(s % 60).padStart(2, "0");
  return s >= 3600 ? `${Math.floor(s / 3600)}:${String(mm).padStart(2, "0")}:${ss}` : `${mm}:${ss}`;
};

/** The last entry of a sorted list that began at or before a moment. */
function lastBefore(entries, seconds, beginning) {
  let low = 0, high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beginning(entries[middle]) <= seconds) low = middle + 1; else high = middle;
  }
  return entries[low - 1];
}

// --- moving ---------------------------------------------------------------------------------------------------------

function seek(seconds, play = false) {
  if (!media) return show(seconds);
  media.currentTime = Math.max(0, Math.min(seconds, media.duration || seconds));
  if (play) media.play().catch(() => {});
  show(media.currentTime);
}

document.addEventListener("click", (event) => {
  const at = event.target.closest("[data-t]");
  const track = event.target.closest("[data-seek]");
  if (at && !getSelection().toString()) {
    following(true);
    seek(Number(at.dataset.t), true);
  } else if (track) {
    const box = track.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration());
  }
  const menu = document.querySelector(".menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// --- the present moment ---------------------------------------------------------------------------------------------

let current, spoken;

function show(seconds) {
  stage.style.setProperty("--now", seconds);
  const line = lastBefore(lines, seconds + 0.05, (l) => l.start);
  if (line !== current) {
    current?.node.classList.remove("now");
    current?.node.removeAttribute("aria-current");
    line?.node.classList.add("now");
    line?.node.setAttribute("aria-current", "true");
    current = line;
    if (follows) reveal(line);
  }
  const word = line && seconds <= line.end + 0.4 ? lastBefore(line.words, seconds + 0.05, (w) => w.at) : undefined;
  if (word !== spoken) {
    spoken?.span.classList.remove("spoken");
    word?.span.classList.add("spoken");
    spoken = word;
  }
}

let follows = true, scrollingByItself = 0;

function reveal(line) {
  if (!line) return;
  if (list.scrollHeight <= list.clientHeight + 1 && getComputedStyle(list).overflowY === "visible") return;
  const box = list.getBoundingClientRect(), at = line.node.getBoundingClientRect();
  scrollingByItself = performance.now() + 700;
  list.scrollTo({ top: list.scrollTop + at.top - box.top - box.height * 0.3, behavior: "smooth" });
}

function following(on) {
  follows = on;
  $("follow").hidden = on;
  if (on) reveal(current);
}

// A person who scrolls wants to read elsewhere; the page stops following until told to.
for (const kind of ["wheel", "touchmove"]) list.addEventListener(kind, () => current && following(false), { passive: true });
list.addEventListener("scroll", () => { if (performance.now() > scrollingByItself && document.activeElement === list) following(false); });
$("follow").addEventListener("click", () => following(true));

function tick() {
  show(media.currentTime);
  if (!media.paused) requestAnimationFrame(tick);
}

// --- the timeline ---------------------------------------------------------------------------------------------------

const duration = () => (media && Number.isFinite(media.duration) ? media.duration : Number(getComputedStyle(stage).getPropertyValue("--d")));

function drawAxis() {
  const total = duration(), axis = $("axis");
  stage.style.setProperty("--d", total);
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].find((s) => total / s <= 8) ?? 7200;
  axis.querySelectorAll("span").forEach((span) => span.remove());
  for (let at = 0; at < total - step * 0.4 || at === 0; at += step) {
    const label = document.createElement("span");
    label.textContent = clock(at);
    label.style.setProperty("--s", at);
    axis.append(label);
  }
  const rows = document.querySelectorAll(".speakers .row");
  $("head").style.setProperty("--reach", `${axis.getBoundingClientRect().top - rows[0].getBoundingClientRect().bottom + 4}px`);
}

// --- search ---------------------------------------------------------------------------------------------------------

let hits = [], chosen = -1;

function find() {
  const query = $("query").value.trim().toLowerCase();
  for (const span of list.querySelectorAll(".hit")) span.classList.remove("hit", "chosen");
  for (const line of lines) line.node.classList.remove("matches");
  hits = query ? lines.flatMap((line) => findIn(line, query)) : [];
  chosen = -1;
  list.classList.toggle("searching", query !== "");
  $("search").classList.toggle("has-query", query !== "");
  $("found").textContent = query ? (hits.length ? `${hits.length} found` : "nothing found") : "";
  if (hits.length) choose(0);
}

function findIn(line, query) {
  const starts = [];
  let text = "";
  for (const { span } of line.words) {
    starts.push(text.length);
    text += `${span.textContent.toLowerCase()} `;
  }
  const found = [];
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
    const spans = line.words.filter((_, i) => starts[i] < at + query.length && (starts[i + 1] ?? text.length) - 1 > at).map((w) => w.span);
    for (const span of spans) span.classList.add("hit");
    found.push({ line, spans });
  }
  if (found.length) line.node.classList.add("matches");
  return found;
}

function choose(index) {
  if (!hits.length) return;
  hits[chosen]?.spans.forEach((span) => span.classList.remove("chosen"));
  chosen = (index + hits.length) % hits.length;
  hits[chosen].spans.forEach((span) => span.classList.add("chosen"));
  $("found").textContent = `${chosen + 1} of ${hits.length}`;
  following(false);
  reveal(hits[chosen].line);
}

$("query").addEventListener("input", find);
$("search").addEventListener("submit", (event) => { event.preventDefault(); choose(chosen + 1); });
$("previous").addEventListener("click", () => choose(chosen - 1));
$("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); choose(chosen - 1); }
  if (event.key === "Escape") { $("query").value = ""; find(); $("query").blur(); following(true); }
});

// --- keyboard -------------------------------------------------------------------------------------------------------

const step = (by) => {
  const index = lines.indexOf(current) + by;
  if (lines[index]) { following(true); seek(lines[index].start); }
};
const faster = (by) => { if (media) { media.playbackRate = Math.min(3, Math.max(0.5, media.playbackRate + by)); toast(`${media.playbackRate}×`); } };
const KEYS = {
  " ": () => (media.paused ? media.play() : media.pause()), k: () => (media.paused ? media.play() : media.pause()),
  ArrowLeft: () => seek(media.currentTime - 5), ArrowRight: () => seek(media.currentTime + 5),
  j: () => seek(media.currentTime - 10), l: () => seek(media.currentTime + 10),
  ArrowUp: () => step(-1), ArrowDown: () => step(1), "<": () => faster(-0.25), ">": () => faster(0.25),
  m: () => { media.muted = !media.muted; }, f: () => (document.fullscreenElement ? document.exitFullscreen() : media.requestFullscreen()),
  "/": () => $("query").focus(), c: share, "?": () => $("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, dialog, summary")) return;
  if (event.key === " " && event.target.closest("button, a, video, audio")) return;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action || (!media && !["/", "?", "c"].includes(event.key))) return;
  event.preventDefault();
  action();
});

// --- around it ------------------------------------------------------------------------------------------------------

function toast(text) {
  const node = $("toast");
  node.textContent = text;
  node.classList.add("shown");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => node.classList.remove("shown"), 1600);
}

async function share() {
  const link = new URL(location.href);
  link.searchParams.set("t", String(Math.floor(media?.currentTime ?? 0)));
  try {
    await navigator.clipboard.writeText(link.href);
    toast(`Link to ${clock(media?.currentTime ?? 0)} copied`);
  } catch {
    history.replaceState(null, "", link);
    toast("The link to this moment is in the address bar");
  }
}

$("share").addEventListener("click", share);
$("keys-open").addEventListener("click", () => $("keys").showModal());
$("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  setTheme(dark ? "light" : "dark");
});

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("theme", theme); } catch { /* a browser without storage forgets it */ }
}

try { const theme = localStorage.getItem("theme"); if (theme) document.documentElement.dataset.theme = theme; } catch { /* as above */ }
const started = $("started");
if (started) started.textContent = new Date(started.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const startAt = Number(stage.dataset.start) || 0;
if (media) {
  media.addEventListener("loadedmetadata", () => { drawAxis(); if (startAt) seek(startAt); });
  media.addEventListener("play", () => requestAnimationFrame(tick));
  media.addEventListener("seeked", () => show(media.currentTime));
  media.addEventListener("timeupdate", () => show(media.currentTime));
  if (media.readyState >= 1 && startAt) seek(startAt);
}
addEventListener("resize", drawAxis);
drawAxis();
show(startAt);
