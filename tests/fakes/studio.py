"""A meeting page without a meeting: two peers in one document, with the data- attributes of the built-in room.

It asks for a name and then shows a call with Ann, whose receivers came with a remote offer, and Bob, whose receivers the page
made itself by addTransceiver. Its policy forbids workers and foreign sockets, and it spies on whatever passes by.
The query of its address chooses codecs, `video=video/VP9&audio=audio/red`, and by `numbered=1` the numbering of frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from rapporteur.domain.capture import Way, Why
from rapporteur.domain.session import Fact
from rapporteur.services.ports import Caption, TrackSeen
from rapporteur.wire.control import Job
from rapporteur.wire.page import MediaFrame
from tests.fakes.relay import Relay

PAGE = """<!doctype html>
<meta http-equiv="Content-Security-Policy"
      content="worker-src 'none'; connect-src 'self'; require-trusted-types-for 'script'">
<title>Studio</title>
<body data-screen="prejoin">
<button id="prejoin-microphone" aria-pressed="false"></button><button id="prejoin-camera" aria-pressed="false"></button>
<input id="name"><button id="join">Join</button><button id="leave">Leave</button>
<div id="people"></div><ul id="chat"></ul>
<script>
// What a curious page would try: every way by which a secret could come past.
window.caught = [];
const note = (...things) => { try { caught.push(JSON.stringify(things)); } catch { caught.push('?'); } };
const told = [[Worker.prototype, 'postMessage'], [WebSocket.prototype, 'send'], [MessagePort.prototype, 'postMessage']];
for (const [owner, name] of told) {
  const f = owner[name]; owner[name] = function (...a) { note(name, a); return f.apply(this, a); };
}
for (const name of ['WebSocket', 'Worker', 'Blob']) {
  window[name] = new Proxy(window[name], {construct(t, a) { note(name, a); return Reflect.construct(t, a); }});
}
Error.prepareStackTrace = (e, sites) => { for (const s of sites) note(String(s.getFunction())); return ''; };

const wanted = new URLSearchParams(location.search);
const person = (key, name, self = false) => {
  const div = document.createElement('div');
  const switches = {microphone: 'on', camera: 'on', screen: 'off'};
  Object.assign(div.dataset, {participant: key, name, self, host: key === 'ann', ...switches});
  div.append(...[['video', 'webcam'], ['audio', 'microphone']].map(([tag, role]) => {
    const element = Object.assign(document.createElement(tag), {autoplay: true, muted: tag === 'video'});
    element.dataset.role = role;
    return element;
  }));
  people.append(div);
  return div;
};
const place = (div, track) =>
  div.querySelector(track.kind === 'video' ? 'video' : 'audio').srcObject = new MediaStream([track]);

// Every two seconds a flash of the picture together with a beep.
let marking = false;
const beepers = [];
const mark = on => { marking = on; beepers.forEach(b => { b.gain.value = on ? 1 : 0; }); };
if (wanted.has('marks')) setInterval(() => { mark(true); setTimeout(mark, 150, false); }, 2000);
function picture() {
  const canvas = Object.assign(document.createElement('canvas'), {width: 320, height: 180});
  const paint = canvas.getContext('2d');
  let n = 0;
  setInterval(() => {
    paint.fillStyle = marking ? '#fff' : wanted.has('marks') ? `hsl(${n++ % 60},90%,30%)` : `hsl(${n++ * 7},90%,50%)`;
    paint.fillRect(0, 0, 320, 180);
  }, wanted.has('marks') ? 33 : 66);
  return canvas.captureStream(wanted.has('marks') ? 30 : 15).getVideoTracks()[0];
}
function sound() {
  const context = new AudioContext(), tone = context.createOscillator(), out = context.createMediaStreamDestination();
  const gain = context.createGain();
  tone.frequency.value = wanted.has('marks') ? 1000 : 440;
  gain.gain.value = wanted.has('marks') ? 0 : 1;
  beepers.push(gain);
  tone.connect(gain); gain.connect(out); tone.start();
  return out.stream.getAudioTracks()[0];
}
function choose(transceiver) {
  const {kind} = transceiver.receiver.track, mime = wanted.get(kind);
  const codecs = RTCRtpReceiver.getCapabilities(kind).codecs, named = (name) => codecs.filter(c => c.mimeType === name);
  if (mime) transceiver.setCodecPreferences([...named(mime), ...(mime === 'audio/red' ? named('audio/opus') : [])]);
  if (!wanted.has('numbered')) return;
  const extensions = transceiver.getHeaderExtensionsToNegotiate();
  for (const e of extensions) if (e.uri.includes('dependency-descriptor')) e.direction = 'sendrecv';
  transceiver.setHeaderExtensionsToNegotiate(extensions);
}
// Where the server has a relay, each is told the relay's address in place of the other's.
async function pass(candidate, to) {
  if (!candidate || !wanted.has('relay')) return candidate && to.addIceCandidate(candidate);
  if (candidate.protocol !== 'udp' || candidate.address.includes(':')) return;
  const port = await (await fetch('/relay/' + candidate.port)).text();
  const text = candidate.candidate.replace(`${candidate.address} ${candidate.port}`, `127.0.0.1 ${port}`);
  await to.addIceCandidate({candidate: text, sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex});
}
const connect = (a, b) => {
  a.onicecandidate = e => pass(e.candidate, b);
  b.onicecandidate = e => pass(e.candidate, a);
};
// Descriptions carry candidates too, when they are taken late.
const bare = ({type, sdp}) => ({type, sdp: wanted.has('relay') ? sdp.replace(/^a=candidate:.*\\r\\n/gm, '') : sdp});
async function agree(offering, answering) {
  await offering.setLocalDescription(await offering.createOffer());
  await answering.setRemoteDescription(bare(offering.localDescription));
  await answering.setLocalDescription(await answering.createAnswer());
  await offering.setRemoteDescription(bare(answering.localDescription));
}
async function remoteMade(div, tracks) {
  const far = new RTCPeerConnection(), near = window.near = new RTCPeerConnection();
  connect(far, near);
  near.ontrack = e => place(div, e.track);
  for (const track of tracks) far.addTrack(track);
  far.getTransceivers().forEach(choose);
  window.far = far;
  await agree(far, near);
}
async function pageMade(div, tracks) {
  const far = new RTCPeerConnection(), near = new RTCPeerConnection();
  connect(far, near);
  for (const track of tracks) {
    const transceiver = near.addTransceiver(track.kind, {direction: 'recvonly'});
    choose(transceiver);
    place(div, transceiver.receiver.track);
  }
  await near.setLocalDescription(await near.createOffer());
  await far.setRemoteDescription(bare(near.localDescription));
  for (const track of tracks) far.addTrack(track);
  await far.setLocalDescription(await far.createAnswer());
  await near.setRemoteDescription(bare(far.localDescription));
}
document.getElementById('join').onclick = async () => {
  document.body.dataset.screen = 'call';
  person('me', document.getElementById('name').value, true);
  const tracks = [picture(), sound()];
  await remoteMade(person('ann', 'Ann'), tracks);
  await pageMade(person('bob', 'Bob'), tracks);
};
document.getElementById('leave').onclick = () => { document.body.dataset.screen = 'ended'; };
const say = text => {
  const line = document.createElement('li');
  line.append(Object.assign(document.createElement('span'), {className: 'text'}));
  Object.assign(line.dataset, {chatId: '1', from: 'ann', name: 'Ann', to: 'everyone'});
  line.firstChild.textContent = text;
  chat.append(line);
};
</script>
"""
async def _page(request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


@asynccontextmanager
async def studio(relay: Relay | None = None) -> AsyncIterator[str]:
    """The page's address while the block runs. With `relay` in its query, the peers reach each other through the relay."""
    app = web.Application()
    if relay is not None:
        async def port(request: web.Request) -> web.Response:
            return web.Response(text=str(await relay.port_for(int(request.match_info["port"]))))

        app.router.add_get("/relay/{port}", port)
    app.router.add_get("/room/studio", _page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/room/studio"
    finally:
        await runner.cleanup()


def job(url: str, *, password: str | None = None) -> Job:
    return Job(
        bot_id="5f0c9c0e-0000-4000-8000-000000000001", generation=1, task="attend", platform="room", meeting_url=url,
        meeting_password=password, bot_name="Scribe", recording_config={}, automatic_leave={},
    )


class Recorder:
    """A MeetingListener that keeps everything and wakes whoever waits for some of it."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.tracks: dict[int, TrackSeen] = {}
        self.frames: dict[int, list[MediaFrame]] = {}
        self.logs: list[str] = []
        self.titles: list[str | None] = []
        self.ways: list[tuple[Way, Why | None]] = []
        self.captions: list[Caption] = []
        self._changed = asyncio.Event()

    def on_fact(self, fact: Fact) -> None:
        self.facts.append(fact)
        self._changed.set()

    def on_track(self, track: TrackSeen) -> None:
        self.tracks[track.track] = track
        self._changed.set()

    def on_media(self, frames: list[MediaFrame]) -> None:
        for frame in frames:
            self.frames.setdefault(frame.track, []).append(frame)
        self._changed.set()

    def on_title(self, title: str | None) -> None:
        self.titles.append(title)
        self._changed.set()

    def on_caption(self, caption: Caption) -> None:
        self.captions.append(caption)
        self._changed.set()

    def on_capture(self, way: Way, why: Why | None) -> None:
        self.ways.append((way, why))
        self._changed.set()

    def on_log(self, level: str, message: str) -> None:
        self.logs.append(message)
        self._changed.set()

    def of(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    async def until(self, holds: Callable[[], bool], within_s: float = 30.0) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()
