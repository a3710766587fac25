"""Meeting pages whose media no transform of ours gets to see, with a flash and a beep at the begin of every second.

`canvas` draws and plays its meeting by itself, as clients do that decode in WebAssembly. `transform` receives it over a peer
connection and transforms what it receives, and `streams` does so in the older way, as end-to-end encryption does. All have the
`data-` attributes of the built-in room and one other person, Ann, whom they mark as speaking every other second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

PAGE = """<!doctype html>
<title>Hidden</title>
<style>html, body { margin: 0; overflow: hidden; background: #123 } #stage { position: fixed; inset: 0; z-index: -1 }
  canvas, #stage video { width: 100vw; height: 100vh; display: block }</style>
<body data-screen="prejoin">
<button id="prejoin-microphone" aria-pressed="false"></button><button id="prejoin-camera" aria-pressed="false"></button>
<input id="name"><button id="join">Join</button><button id="leave">Leave</button>
<div id="stage"></div><div id="people"></div><ul id="chat"></ul>
<script>
const kind = location.pathname.split('/').pop();
const person = (key, name, self) => {
  const div = document.createElement('div');
  Object.assign(div.dataset, {participant: key, name, self, microphone: 'on', camera: 'on', screen: 'off', speaking: false});
  people.append(div);
  return div;
};
function perform(sound, ann) {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1280, height: 720});
  const paint = canvas.getContext('2d'), start = sound.currentTime + 0.3, out = sound.createGain();
  let drawn = 0;
  for (let n = 0; n < 120; n++) {
    const tone = sound.createOscillator(), gain = sound.createGain();
    tone.frequency.value = 1000; gain.gain.value = 0.4;
    tone.connect(gain).connect(out);
    tone.start(start + n); tone.stop(start + n + 0.1);
  }
  const draw = () => {
    const at = sound.getOutputTimestamp().contextTime - start, second = Math.floor(at);
    paint.fillStyle = at >= 0 && at - second < 0.2 ? '#fff' : '#2a4a86';
    paint.fillRect(0, 0, 1280, 720);
    paint.fillStyle = '#d04040';
    paint.fillRect(drawn++ * 8 % 1280, 300, 60, 120);
    const speaking = String(second % 2 === 0);
    if (ann.dataset.speaking !== speaking) ann.dataset.speaking = speaking;
    requestAnimationFrame(draw);
  };
  draw();
  return [canvas, out];
}
const passOn = 'onrtctransform = ({transformer: t}) => t.readable.pipeTo(t.writable)';
async function send(tracks) {
  const how = kind === 'streams' ? {encodedInsertableStreams: true} : {};
  const far = new RTCPeerConnection(how), near = new RTCPeerConnection(how);
  far.onicecandidate = e => e.candidate && near.addIceCandidate(e.candidate);
  near.onicecandidate = e => e.candidate && far.addIceCandidate(e.candidate);
  const worker = new Worker(URL.createObjectURL(new Blob([passOn])));
  near.ontrack = ({track, receiver}) => {
    if (kind === 'streams') { const {readable, writable} = receiver.createEncodedStreams(); readable.pipeTo(writable); }
    else receiver.transform = new RTCRtpScriptTransform(worker, {});
    const element = document.createElement(track.kind);
    Object.assign(element, {autoplay: true, srcObject: new MediaStream([track])});
    stage.append(element);
  };
  for (const track of tracks) {
    const sender = far.addTrack(track);
    if (kind === 'streams') { const {readable, writable} = sender.createEncodedStreams(); readable.pipeTo(writable); }
  }
  await far.setLocalDescription(await far.createOffer());
  await near.setRemoteDescription(far.localDescription);
  await near.setLocalDescription(await near.createAnswer());
  await far.setRemoteDescription(near.localDescription);
}
document.getElementById('join').onclick = async () => {
  const sound = new AudioContext();
  person('me', document.getElementById('name').value, true);
  const [canvas, out] = perform(sound, person('ann', 'Ann', false));
  if (kind === 'canvas') {
    stage.append(canvas);
    out.connect(sound.destination);
  } else {
    const sent = sound.createMediaStreamDestination();
    out.connect(sent);
    await send([...canvas.captureStream(30).getVideoTracks(), ...sent.stream.getAudioTracks()]);
  }
  document.body.dataset.screen = 'call';
};
document.getElementById('leave').onclick = () => { document.body.dataset.screen = 'ended'; };
</script>
"""


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


@asynccontextmanager
async def hiding() -> AsyncIterator[str]:
    """The pages' address while the block runs; the kind is to be added to it. A server on this machine takes it for a room."""
    app = web.Application()
    app.router.add_get("/room/{kind}", _page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/room/"
    finally:
        await runner.cleanup()
