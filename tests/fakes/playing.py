"""Pages that play something, of no known platform: what they do is done by whoever looks at them, or by their one button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

PAGE = """<!doctype html>
<title>Town hall</title>
<main id="stage"></main>
<script>
function picture() {
  const canvas = Object.assign(document.createElement('canvas'), {width: 320, height: 180}), paint = canvas.getContext('2d');
  let n = 0;
  setInterval(() => { paint.fillStyle = `hsl(${n++ * 7 % 360},90%,40%)`; paint.fillRect(0, 0, 320, 180); }, 66);
  return canvas.captureStream(15);
}
function sound() {
  const context = new AudioContext(), tone = context.createOscillator(), out = context.createMediaStreamDestination();
  tone.connect(out); tone.start();
  return out.stream;
}
function play(stream) {
  stage.append(Object.assign(document.createElement('video'), {autoplay: true, srcObject: stream}));
}
const local = () => play(new MediaStream([...picture().getTracks(), ...sound().getTracks()]));
async function received() {
  const far = window.far = new RTCPeerConnection(), near = window.near = new RTCPeerConnection();
  far.onicecandidate = e => e.candidate && near.addIceCandidate(e.candidate);
  near.onicecandidate = e => e.candidate && far.addIceCandidate(e.candidate);
  near.ontrack = e => e.track.kind === 'video' && play(e.streams[0]);
  const sent = new MediaStream([...picture().getTracks(), ...sound().getTracks()]);
  for (const track of sent.getTracks()) far.addTrack(track, sent);
  await far.setLocalDescription(await far.createOffer());
  await near.setRemoteDescription(far.localDescription);
  await near.setLocalDescription(await near.createAnswer());
  await far.setRemoteDescription(near.localDescription);
}
if (location.pathname === '/button') {
  const button = Object.assign(document.createElement('button'), {textContent: 'Watch now'});
  button.onclick = () => { button.remove(); received(); };
  document.body.append(button);
}
</script>
"""


async def _page(_: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


@asynccontextmanager
async def playing() -> AsyncIterator[str]:
    """The address of the pages: `button` plays what it receives when it is pressed, `quiet` nothing until a script does."""
    app = web.Application()
    app.router.add_get("/{name}", _page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
