"""The page script at work: encoded tracks reach the bot, the page notices nothing, and learns no secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import pytest
from websockets.asyncio.server import ServerConnection, serve

from rapporteur.bot.browser import Browser
from rapporteur.bot.page_meeting import PageMeeting, page_program
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.domain.session import Admitted, ChatSeen, RosterSeen
from rapporteur.kit.clock import SystemClock
from rapporteur.wire import page as wire
from rapporteur.wire.page import PASS, MediaFrame
from rapporteur.wire.tape import NUMBERED, Kind, Record
from tests.fakes.studio import Recorder, job, studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60)]

SAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "page"
STATS = """async () => {
    const all = await Promise.all(near.getReceivers().map(async r => [...(await r.getStats()).values()]));
    return all.flat().filter(s => s.type === 'inbound-rtp' && s.kind === 'video');
}"""
SEEN = """() => [...document.querySelectorAll('[data-self=false] video')].map(v => {
    const paint = new OffscreenCanvas(32, 18).getContext('2d');
    paint.drawImage(v, 0, 0, 32, 18);
    return Math.max(...paint.getImageData(0, 0, 32, 18).data.filter((_, i) => i % 4 !== 3));
})"""
"""The brightest colour of each picture."""
HEARD = """async () => {
    const all = await Promise.all(near.getReceivers().map(async r => [...(await r.getStats()).values()]));
    const sounds = all.flat().filter(s => s.type === 'inbound-rtp' && s.kind === 'audio');
    return sounds.map(s => [s.packetsReceived > 20, s.totalAudioEnergy > 0.001]);
}"""
"""Of each microphone, whether the page received and whether it played anything."""
RESIZED = """() => new Promise(async resolve => {
    const received = near.getReceivers().map(r => r.track), [sender] = far.getSenders().filter(s => s.track.kind === 'video');
    const seen = others.find(v => received.includes(v.srcObject.getVideoTracks()[0])), before = seen.videoWidth;
    const copy = Object.assign(document.createElement('video'), {muted: true, srcObject: seen.srcObject.clone()});
    seen.onresize = () => {
        const {videoWidth: width, videoHeight: height} = seen;
        if (width < before) resolve({shape: width / height, whole: width > 32, copied: copy.videoWidth === width});
    };
    const parameters = sender.getParameters();
    parameters.encodings[0].scaleResolutionDownBy = 2;
    await copy.play();
    await sender.setParameters(parameters);
})"""
"""What the page is told of a picture that its sender makes smaller; a busy machine has made it smaller before."""
FOUR_TRACKS = {("ann", "webcam"), ("ann", "microphone"), ("bob", "webcam"), ("bob", "microphone")}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def meeting(tmp_path: Path, chromium: Path) -> Callable[..., PageMeeting]:
    return lambda *switches: PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium, switches=switches)


def owned(recorder: Recorder, least: int) -> set[tuple[str | None, str | None]]:
    """Whose tracks have delivered at least so many frames."""
    return {(t.key, t.role) for n, t in recorder.tracks.items() if not t.ended and len(recorder.frames.get(n, ())) >= least}


def decoded(codec: str, frames: list[MediaFrame]) -> list[Any]:
    context = av.CodecContext.create(codec, "r")
    # A decoder's own threads can wait for each other for ever, where no time limit reaches them.
    context.thread_count = 1
    return [picture for frame in frames for picture in context.decode(av.Packet(frame.payload))]


async def test_encoded_frames_of_every_receiver_reach_the_bot_with_their_owner(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: owned(recorder, 20) == FOUR_TRACKS)
            now_ms = SystemClock().now_ms()
        finally:
            await attending.leave()

    assert recorder.logs == []
    assert sorted(recorder.tracks) == [1, 2, 3, 4]
    for number, track in recorder.tracks.items():
        frames = recorder.frames[number]
        assert all(now_ms - 20_000 < frame.arrival_ms <= SystemClock().now_ms() for frame in frames)
        assert [f.arrival_ms for f in frames] == sorted(f.arrival_ms for f in frames)
        if track.media == "video":
            assert (track.mime, track.clock_rate) == ("video/VP8", 90_000)
            assert frames[0].is_key, "the first frame of a track must not be lost"
            assert [f.sequence for f in frames] == list(range(len(frames)))
            assert len({f.rtp for f in frames}) == len(frames)
            pictures = decoded("vp8", frames)
            assert len(pictures) == len(frames)
            assert {(p.width, p.height) for p in pictures} == {(320, 180)}
            assert pictures[-1].to_ndarray(format="rgb24").std() > 10, "the original, not what the page got in its stead"
        else:
            assert (track.mime, track.clock_rate) == ("audio/opus", 48_000)
            sound = decoded("opus", frames)
            assert abs(sound[-1].to_ndarray()).max() > 0.1


async def test_the_page_plays_on_in_true_size_and_finds_no_secret(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: owned(recorder, 20) == FOUR_TRACKS)
            page = attending._browser.page
            await page.evaluate("window.others = [...document.querySelectorAll('[data-self=false] video')]")
            await page.wait_for_function("others.every(v => v.getVideoPlaybackQuality().totalVideoFrames > 15)")
            sizes = await page.evaluate("others.map(v => [v.videoWidth, v.videoHeight])")
            stats = await page.evaluate("""async () => {
                const all = await Promise.all(near.getReceivers().map(async r => [...(await r.getStats()).values()]));
                return all.flat().filter(s => s.type === 'inbound-rtp' && s.kind === 'video');
            }""")
            seen = await page.evaluate("""() => JSON.stringify([
                caught, Object.getOwnPropertyNames(window).map(n => { try { return String(window[n]); } catch { return ''; } }),
                performance.getEntries().map(e => e.name),
                ['addTransceiver', 'addTrack', 'createOffer', 'close'].map(n => String(RTCPeerConnection.prototype[n])),
                String(RTCPeerConnection), document.documentElement.outerHTML,
            ])""")
            escaped = await page.evaluate("near.constructor === RTCPeerConnection && near instanceof RTCPeerConnection")
            resized = await page.evaluate(RESIZED)
            heard = await page.evaluate(HEARD)
        finally:
            await attending.leave()

    assert sizes == [[320, 180], [320, 180]]
    assert {(s["frameWidth"], s["frameHeight"]) for s in stats} == {(320, 180)}
    assert heard == [[True, False]], "nobody listens"
    assert resized == {"shape": pytest.approx(16 / 9, 0.02), "whole": True, "copied": True}, "also where the shape stays"
    assert stats[0]["framesDecoded"] >= 15
    assert stats[0].get("pliCount", 0) <= 1
    assert attending._bridge._secret not in seen
    assert "ws://" not in seen
    assert escaped


async def test_videos_play_on_unpainted_until_somebody_looks_at_the_page(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: owned(recorder, 5) == FOUR_TRACKS)
            page = attending._browser.page
            await page.evaluate("document.adoptedStyleSheets = [...document.adoptedStyleSheets, new CSSStyleSheet()]")
            await page.evaluate("window.others = [...document.querySelectorAll('[data-self=false] video')]")
            shown = "others.map(v => getComputedStyle(v).visibility)"
            before = await page.evaluate("others.map(v => v.currentTime)")
            plays = "before => others.every((v, n) => !v.paused && v.currentTime > before[n] + 0.3)"
            await page.wait_for_function(plays, arg=before)
            unpainted = await page.evaluate(shown)
            await attending._bridge.order(PASS)
            await page.wait_for_function(f"{shown}.every(v => v === 'visible')")
            sheets = await page.evaluate("document.adoptedStyleSheets.length")
            await page.wait_for_function(f"Math.min(...({SEEN})()) > 100")
            await page.wait_for_function(f"async () => (await ({HEARD})()).every(([, played]) => played)")
        finally:
            await attending.leave()
    assert unpainted == ["hidden", "hidden"]
    assert sheets == 1, "the page's own"


CODECS = [
    ("video/VP9", "vp9", False), ("video/H264", "h264", False), ("video/AV1", "libdav1d", False), ("video/VP9", "vp9", True),
]


@pytest.mark.parametrize(("mime", "codec", "numbered"), CODECS, ids=["VP9", "H264", "AV1", "VP9-numbered"])
async def test_every_codec_is_taken_whole_and_the_page_gets_flat_pictures_of_it(
    meeting: Callable[..., PageMeeting], recorder: Recorder, mime: str, codec: str, numbered: bool,
) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(f"{url}?video={mime}{'&numbered=1' if numbered else ''}"), recorder)
            await recorder.until(lambda: owned(recorder, 40) == FOUR_TRACKS)
            page = attending._browser.page
            await page.wait_for_function("""() => [...document.querySelectorAll('[data-self=false] video')].every(
                v => v.videoWidth === 320 && v.getVideoPlaybackQuality().totalVideoFrames > 15)""")
            black = await page.evaluate(SEEN)
            [stats] = await page.evaluate(STATS)
        finally:
            await attending.leave()

    assert recorder.logs == []
    for track, frames in ((recorder.tracks[n], frames) for n, frames in recorder.frames.items()):
        if track.media != "video":
            continue
        assert track.mime == mime
        assert frames[0].is_key
        pictures = decoded(codec, frames)
        assert len(pictures) == pytest.approx(len(frames), abs=2)
        assert {(p.width, p.height) for p in pictures} == {(320, 180)}
        assert pictures[-1].to_ndarray(format="rgb24").std() > 10
        assert {bool(f.flags & NUMBERED) for f in frames} == {numbered}
        if numbered:
            taken = [Record(Kind.VIDEO, 0, b"", 0, f.flags, 0, f.sequence, f.builds_on) for f in frames]
            assert all(r.needed == [before.sequence] for before, r in pairwise(taken) if not r.is_key)
    assert max(black) < 24, "what the page decodes is flat"
    assert stats["framesDecoded"] >= 15
    assert stats.get("pliCount", 0) <= 1


async def test_redundant_sound_arrives_as_what_was_sent_once(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(f"{url}?audio=audio/red"), recorder)
            await recorder.until(lambda: owned(recorder, 40) == FOUR_TRACKS)
        finally:
            await attending.leave()
    for frames in (recorder.frames[n] for n, t in recorder.tracks.items() if t.media == "audio"):
        assert len({f.rtp for f in frames}) == len(frames), "each packet once"
        assert len(decoded("opus", frames)) == len(frames)
        assert decoded("opus", frames)[-1].to_ndarray().max() > 0.1
    assert {t.mime for t in recorder.tracks.values() if t.media == "audio"} == {"audio/opus"}


async def test_tracks_that_are_replaced_muted_and_renegotiated_go_on(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: owned(recorder, 5) == FOUR_TRACKS)
            page = attending._browser.page
            before = {n: len(recorder.frames[n]) for n in recorder.tracks}
            # Another picture, a microphone off and on, and a third track that comes by renegotiation and goes again.
            await page.evaluate("""async () => {
                const [video, audio] = [picture(), sound()];
                for (const s of far.getSenders()) await s.replaceTrack(s.track.kind === 'video' ? video : audio);
                audio.enabled = false;
                near.ontrack = e => { window.third = e.track; };
                far.addTrack(picture());
                await agree(far, near);
                audio.enabled = true;
            }""")
            await recorder.until(lambda: len(recorder.tracks) == 5 and len(recorder.frames.get(5, ())) > 5)
            await page.evaluate("async () => { far.getTransceivers().at(-1).stop(); await agree(far, near); }")
            await recorder.until(lambda: recorder.tracks[5].ended)
            await recorder.until(lambda: all(len(recorder.frames[n]) > count + 10 for n, count in before.items()))
        finally:
            await attending.leave()
    assert recorder.frames[5][0].is_key
    assert (recorder.tracks[5].media, recorder.tracks[5].key) == ("video", None)


async def test_roster_chat_and_leaving_are_seen(meeting: Callable[..., PageMeeting], recorder: Recorder) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: any(len(fact.attendees) == 3 for fact in recorder.of(RosterSeen)))
            page = attending._browser.page
            await page.evaluate("say('Good morning')")
            await recorder.until(lambda: bool(recorder.of(ChatSeen)))
            await recorder.until(lambda: owned(recorder, 1) == FOUR_TRACKS)
            await page.evaluate("near.close()")
            await recorder.until(lambda: sum(track.ended for track in recorder.tracks.values()) == 2)
        finally:
            await attending.leave()
    assert recorder.of(Admitted) == [Admitted()]
    assert recorder.of(ChatSeen) == [ChatSeen("ann", "Good morning", "everyone")]
    people = {a.key: a for a in recorder.of(RosterSeen)[-1].attendees}
    assert (people["me"].name, people["me"].is_self) == ("Scribe", True)
    assert (people["ann"].is_host, people["bob"].is_host) == (True, False)
    assert {track.key for track in recorder.tracks.values() if track.ended} == {"ann", "bob"}, "leaving ends the others"


async def test_a_page_that_reloads_is_joined_again_and_its_tracks_get_new_numbers(
    meeting: Callable[..., PageMeeting], recorder: Recorder,
) -> None:
    attending = meeting()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: owned(recorder, 5) == FOUR_TRACKS)
            before = set(recorder.tracks)
            await attending._browser.page.reload()
            await recorder.until(lambda: all(recorder.tracks[n].ended for n in before) and owned(recorder, 5) == FOUR_TRACKS)
        finally:
            await attending.leave()
    assert len(recorder.tracks) == 8


async def test_a_public_page_reaches_the_bot_on_loopback(meeting: Callable[..., PageMeeting], recorder: Recorder) -> None:
    async with studio() as url:
        attending = meeting(f"--ip-address-space-overrides={urlsplit(url).netloc}=public")
        try:
            await attending.join(job(url), recorder)
            await recorder.until(lambda: owned(recorder, 1) == FOUR_TRACKS)
        finally:
            await attending.leave()
    assert Admitted() in recorder.facts


@pytest.mark.parametrize(("before", "described"), [("", 0), ("delete window.SharedWorker;", 1)])
async def test_the_driver_is_spared_the_media_where_a_page_may_have_a_relay(
    tmp_path: Path, chromium: Path, before: str, described: int,
) -> None:
    recorder, sockets = Recorder(), list[Any]()

    async def listen(connection: ServerConnection) -> None:
        async for message in connection:
            if isinstance(message, bytes):
                recorder.on_log("", "")

    browser = Browser(tmp_path, executable=chromium, on_lost=lambda _: None)
    async with serve(listen, "127.0.0.1", 0) as server, studio() as url:
        door = {"url": f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", "secret": "s3cret"}
        try:
            page = await browser.open(before + page_program(PLATFORMS["room"], door))
            page.on("websocket", lambda socket: sockets.append(socket))
            await page.goto(url)
            await page.click("#join")
            await recorder.until(lambda: len(recorder.logs) > 10)
        finally:
            await browser.close()
    assert len(sockets) == described


async def test_the_page_says_what_the_samples_say(tmp_path: Path, chromium: Path) -> None:
    texts: list[str] = []
    batches: list[bytes] = []
    recorder = Recorder()  # for its waiting alone

    async def listen(connection: ServerConnection) -> None:
        async for message in connection:
            (texts if isinstance(message, str) else batches).append(message)  # type: ignore[arg-type]
            recorder.on_log("", "")

    def heard() -> dict[str, dict[str, Any]]:
        return {said["type"]: said for said in map(json.loads, texts[1:])}

    browser = Browser(tmp_path, executable=chromium, on_lost=lambda _: None)
    async with serve(listen, "127.0.0.1", 0) as server, studio() as url:
        port = server.sockets[0].getsockname()[1]
        try:
            page = await browser.open(page_program(PLATFORMS["room"], {"url": f"ws://127.0.0.1:{port}/", "secret": "s3cret"}))
            await page.goto(url)
            await page.click("#join")
            await recorder.until(lambda: len(batches) > 10)
            await page.evaluate("say('Hello'); near.close()")
            await recorder.until(lambda: {"chat", "track_ended", "track_owner"} <= heard().keys())
        finally:
            await browser.close()

    assert texts[0] == "s3cret"
    envelopes = [wire.envelope(text) for text in texts[1:]]
    assert [said.seq for said in envelopes] == list(range(1, len(envelopes) + 1))
    samples = {sample["type"]: sample for sample in json.loads((SAMPLES / "envelopes.json").read_text())}
    assert heard().keys() == samples.keys() - {"fault", "hidden", "staged", "contributor", "caption"}
    for kind, said in heard().items():
        assert said.keys() == samples[kind].keys()
        assert said["body"].keys() == samples[kind]["body"].keys()
    assert heard()["roster"]["body"]["attendees"][0].keys() == samples["roster"]["body"]["attendees"][0].keys()
    frames = [frame for batch in batches for frame in wire.frames(batch)]
    assert {frame.media for frame in frames} == {wire.AUDIO, wire.VIDEO}
