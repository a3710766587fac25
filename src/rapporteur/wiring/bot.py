"""The bot program: `python -m rapporteur.wiring.lean attend | recognise | errand`. Its only composition root.

`attend` is one generation of one bot: it is told who it is through standard input, learns its job from the server and runs it,
or finishes what an earlier generation left. `recognise` is a process that bots start for themselves, as
they do the composer (wiring.composing), and `errand` one that a server starts to work on what is stored. What
the host offers (browser, model) is on the command line; nothing secret ever is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shlex
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from ipaddress import ip_network
from itertools import count, islice
from pathlib import Path
from typing import IO, Any, get_args

import structlog

from rapporteur.bot import page_transcripts
from rapporteur.bot.admission import Admission
from rapporteur.bot.closing import Closing
from rapporteur.bot.control import Assignment, ControlChannel
from rapporteur.bot.errand import Errand
from rapporteur.bot.finisher import Finisher, in_threads
from rapporteur.bot.output_page import OutputPage
from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.bot.performing import Performer
from rapporteur.bot.presenting import Presenter
from rapporteur.bot.recollection import Recollection
from rapporteur.bot.relistening import Relistening
from rapporteur.bot.rtms.protocol import RATE as STREAM_RATE
from rapporteur.bot.runner import Runner
from rapporteur.bot.screenshots import Gallery, Screenshots
from rapporteur.bot.scribe import Scribe
from rapporteur.bot.stream_meeting import StreamMeeting
from rapporteur.delivery.live.command_socket import CommandSocket
from rapporteur.delivery.live.feed import Feed
from rapporteur.delivery.live.film import filmed
from rapporteur.delivery.live.recall import Bot
from rapporteur.domain.capture import AUTO, Setting
from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.output import CONTROL_SOCKET, Cue, Outputs, Surface
from rapporteur.domain.retention import keeps_nothing
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.locks import FileLock, keep_to_self
from rapporteur.kit.tasks import accompanied
from rapporteur.media import composer, material
from rapporteur.media.bringing import bring
from rapporteur.media.composer import ComposerProcess
from rapporteur.media.ear import LiveEar
from rapporteur.media.listening import utterances
from rapporteur.media.tape import RESERVE, FileTape, MemoryTape, TapeFacts, TapeReader
from rapporteur.media.viewer import ViewerProcess
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import fetch, guarded_session
from rapporteur.outbound.relay import relayed
from rapporteur.services.ports import OnPicture, Stage, Tape, Viewer
from rapporteur.settings import Settings
from rapporteur.transcription import worker
from rapporteur.transcription.client import HostRecogniser
from rapporteur.transcription.host import RecognitionHost
from rapporteur.transcription.vendors import LiveVendor, after_call
from rapporteur.wire.control import LIVE_ENDPOINT, Job
from rapporteur.wire.live import (
    AUDIO_MIXED,
    AUDIO_SEPARATE,
    TRANSCRIPT,
    VIDEO_FMP4,
    VIDEO_H264,
    VIDEO_PNG,
    LiveEvent,
    endpoint_id,
    endpoints_of,
)
from rapporteur.wire.tape import Record
from rapporteur.wiring import composing, lean
from rapporteur.wiring.logs import log_to

log = structlog.get_logger()

FETCHED_WITHIN_S, LARGEST_FETCHED = 20.0, 20 * 2**20
"""A picture or a sound that a user keeps elsewhere."""
_PORTION = 1000
"""Tape records that a finisher reads at a time."""


def program(task: str, *options: str) -> list[str]:
    """The command line of one task."""
    return [*lean.COMMAND, task, *options]


def attend_command(settings: Settings) -> list[str]:
    """How a launcher on this host starts a bot."""
    options = [f"--run-dir={_run_dir()}", f"--log-level={settings.log_level}"]
    options += [f"--chromium={settings.chromium}"] if settings.chromium else []
    options += [f"--whisper-model={settings.whisper_model.resolve()}"] if settings.whisper_model else []
    options += [] if settings.sandbox else ["--no-sandbox"]
    options += [f"--capture={settings.capture}"]
    options += [f"--headed={platform}" for platform in settings.headed]
    options += [f"--browser-switch={switch}" for switch in shlex.split(settings.browser_switches)]
    options += _dialling(settings)
    return program("attend", *options)


def errand_command(settings: Settings) -> list[str]:
    """How a server on this host has work on stored media done."""
    options = [f"--run-dir={_run_dir()}", f"--log-level={settings.log_level}"]
    options += [f"--whisper-model={settings.whisper_model.resolve()}"] if settings.whisper_model else []
    return program("errand", *options, *_dialling(settings))


class Generation:
    """One generation of one bot, put together from its parts; to be made on the event loop it runs on."""

    def __init__(self, assignment: Assignment, options: argparse.Namespace) -> None:
        self._assignment = assignment
        self._options = options
        self._folder = Path(assignment.bot_dir)
        self._clock = SystemClock()
        self._channel = ControlChannel(assignment, self._clock)

        self._guard = _guard(options)
        self._pages_made = count(1)
        self._presenter: Presenter | None = None
        """Once there is a meeting to show pages in."""

    async def run(self) -> None:
        await accompanied(self._work(), self._channel.run())

    async def _work(self) -> None:
        job = await self._channel.job()
        rtmp, films = _broadcasts(job)
        async with (
            relayed(self._guard, rtmp) as streams,
            filmed(films, _bot(job), guard=self._guard, clock=self._clock, secret=job.signing_secret) as filming,
        ):
            await self._attend(job, [*streams, *filming])

    async def _attend(self, job: Job, streams: list[dict[str, Any]]) -> None:
        tape = self._tape(job)
        recogniser = HostRecogniser(
            RecognitionHost(self._options.run_dir, self._options.whisper_model), program("recognise"), clock=self._clock,
        )
        facts = TapeFacts(self._tapes, before=job.generation)
        told = await asyncio.to_thread(list, facts)
        live = self._live_feed(job)
        scribe = Scribe(
            recogniser, append=tape.append, post=self._channel.post, tell=partial(self._tell, job, live), wants=live.wants,
            vendors=partial(
                LiveVendor, guard=self._guard, clock=self._clock,
                admission=Admission(self._channel.open_account, self._channel.post)),
            accounts=job.accounts,
        )
        parts: dict[str, Any] = {
            "channel": self._channel, "tape": tape, "scribe": scribe, "composer": self._composer(job, streams),
            "closing": Closing(
                self._channel, self._clock, (r["id"] for r in job.recordings if r.get("published")), scribe=scribe),
            "recollection": Recollection(job, told, facts.newest_us),
            "relistening": Relistening(told, self._read_tape, LiveEar, scribe),
        }
        try:
            if job.task == "finish":
                await Finisher(recording_config=job.recording_config, **parts).run()
            else:
                meeting = self._meeting(job)
                ear = partial(LiveEar, clock=self._clock, sound_wanted=partial(_sound_wanted, scribe, live, meeting))
                performer = self._performer(job, meeting.stage, parts["recollection"])
                runner = Runner(
                    job, meeting=meeting, performer=performer, encode=material.OpusEncoder(), ear=ear, live=live,
                    viewer=_viewer(job), clock=self._clock,
                    on_stream=meeting.on_stream if isinstance(meeting, StreamMeeting) else None, **parts,
                )
                pictures = Screenshots(meeting, runner.session, Gallery(self._channel), self._clock)
                async with self._directed(job, performer, live):
                    # Where nothing is to be kept, nothing is shown.
                    await (runner.run() if keeps_nothing(job.recording_config) else accompanied(runner.run(), pictures.run()))
        finally:
            await recogniser.aclose()

    @property
    def _tapes(self) -> Path:
        return self._folder / "tape"

    def _tape(self, job: Job) -> Tape:
        if keeps_nothing(job.recording_config):
            return MemoryTape()
        reserve = 0 if job.task == "finish" else RESERVE
        return FileTape(self._tapes, bot_id=job.bot_id, generation=job.generation, clock=self._clock, reserve=reserve)

    def _meeting(self, job: Job) -> PageMeeting | StreamMeeting:
        if job.stream is not None:
            return StreamMeeting(guard=self._guard, clock=self._clock, encoder=partial(material.OpusEncoder, STREAM_RATE))
        return PageMeeting(
            run_dir=self._folder / "run", clock=self._clock, chromium=self._options.chromium,
            sandbox=not self._options.no_sandbox, capture=self._options.capture,
            headed=frozenset(self._options.headed), switches=tuple(self._options.browser_switch),
            keep=Gallery(self._channel).tell,
        )

    def _performer(self, job: Job, stage: Stage, recollection: Recollection) -> Performer:
        past = recollection.past
        cue = Cue(Outputs.from_json(job.outputs), returns=past is not None and past.joined_ms is not None)
        self._presenter = Presenter(stage, self._clock, partial(self._page, job), self._channel.post)
        return Performer(
            stage, cue, self._clock, pages=self._presenter, fetch=self._fetch, stills=material.stills, samples=material.samples,
            post=self._channel.post,
        )

    def _page(self, job: Job, surface: Surface) -> OutputPage:
        # Each has a folder of its own, and with it an account: two are open while one takes the place of the other.
        return OutputPage(
            self._folder / "run" / f"{surface}-{next(self._pages_made)}", self._clock, self._guard,
            chromium=self._options.chromium, sandbox=not self._options.no_sandbox,
            in_memory=keeps_nothing(job.recording_config),
        )

    def _tell(self, job: Job, live: Feed, event: LiveEvent) -> None:
        live.publish(event)
        if event.name == TRANSCRIPT and self._presenter is not None:
            self._presenter.tell(page_transcripts.message(job.bot_id, event))

    @asynccontextmanager
    async def _directed(self, job: Job, performer: Performer, live: Feed) -> AsyncIterator[None]:
        """The performer obeys the job's control socket, if it has one."""
        asked = job.outputs.get(CONTROL_SOCKET)
        if asked is None:
            yield
            return
        socket = CommandSocket(
            asked["url"], _bot(job), performer, guard=self._guard, clock=self._clock, convert=material.Resampler(),
            post=self._channel.post, secret=job.signing_secret,
        )
        performer.on_attending, live.overhear = socket.attend, socket.see
        try:
            yield
        finally:
            await socket.aclose()

    async def _fetch(self, url: str) -> bytes:
        """What lies behind a user's URL. InvalidRequest for what is no URL that may be dialled."""
        self._guard.check_url(url)
        async with guarded_session(self._guard, connections=1) as session:
            return await fetch(session, url, timeout_s=FETCHED_WITHIN_S, most=LARGEST_FETCHED)

    def _live_feed(self, job: Job) -> Feed:
        return Feed(
            _bot(job), job.generation, clock=self._clock,
            post=self._channel.post, guard=self._guard, secret=job.signing_secret,
        )

    def _composer(self, job: Job, streams: list[dict[str, Any]]) -> ComposerProcess:
        return ComposerProcess(
            composing.COMMAND, tape_dir=self._tapes, out_dir=self._folder / "work", recording_config=job.recording_config,
            lock_path=_lock_path(self._assignment), streams=streams, on_stream=self._stream_changed,
        )

    def _stream_changed(self, recording_id: str, number: int, code: str) -> None:
        error = {"code": "connection_failed", "message": "The server did not take the stream."} if code == "failed" else None
        self._channel.post(LIVE_ENDPOINT, {
            "endpoint_id": endpoint_id(recording_id, number), "code": code, "error": error, "delivered": {}, "dropped": {}})

    def _read_tape(self) -> AsyncIterator[Record]:
        records = iter(TapeReader(self._tapes, before=self._assignment.generation))
        return in_threads(lambda: list(islice(records, _PORTION)))


def _bot(job: Job) -> Bot:
    return Bot(job.bot_id, job.metadata, job.external_id, job.platform)


def _sound_wanted(scribe: Scribe, live: Feed, meeting: PageMeeting | StreamMeeting) -> bool:
    """Whether somebody waits for everybody's sound; then the page is told to hold none of it back."""
    wanted = scribe.sound_wanted or live.wants(AUDIO_MIXED) or live.wants(AUDIO_SEPARATE)
    if wanted and isinstance(meeting, PageMeeting):
        meeting.hasten()
    return wanted


def _viewer(job: Job) -> Callable[[OnPicture], Viewer] | None:
    """None where no endpoint asks for pictures: making them costs a process and a decoder per camera."""
    asked = {name for endpoint in endpoints_of(job.bot_id, job.recording_config) for name in endpoint.events}
    png, h264 = VIDEO_PNG in asked, VIDEO_H264 in asked
    return partial(ViewerProcess, command=composing.VIEW_COMMAND, png=png, h264=h264) if png or h264 else None


def _broadcasts(job: Job) -> tuple[dict[int, str], dict[int, str]]:
    """Where the mixed picture is sent, over RTMP and as a film, by the endpoint's number; nowhere by who only finishes."""
    endpoints = list(enumerate(endpoints_of(job.bot_id, job.recording_config))) if job.task == "attend" else []
    rtmp = {number: endpoint.url for number, endpoint in endpoints if endpoint.type == "rtmp"}
    return rtmp, {number: endpoint.url for number, endpoint in endpoints if VIDEO_FMP4 in endpoint.events}


def _guard(options: argparse.Namespace) -> Guard:
    return Guard(tuple(ip_network(network, strict=False) for network in options.allowed_network), options.allow_loopback)


def _dialling(settings: Settings) -> list[str]:
    """What a process of this host may dial."""
    networks = [f"--allowed-network={network}" for network in settings.allowed_networks]
    return [*networks, "--allow-loopback"] if settings.loopback_only else networks


def _run_dir() -> Path:
    """Where this user's bots meet their recogniser: not in the data directory, whose name may be too long for a socket."""
    return Path(tempfile.gettempdir()) / f"rapporteur-{os.geteuid()}"


def _lock_path(assignment: Assignment) -> Path:
    return Path(assignment.bot_dir) / f"lock-{assignment.generation}"


def attend(options: argparse.Namespace) -> int:
    keep_to_self()
    assignment = Assignment(**json.loads(sys.stdin.readline()))
    with structlog.contextvars.bound_contextvars(bot_id=assignment.bot_id, generation=assignment.generation):
        lock = FileLock.take(_lock_path(assignment))
        if lock is None:
            log.info("this generation has a process already")
            return 0
        with lock:
            try:
                asyncio.run(_run(assignment, options))
            except RapporteurError as error:
                log.error("the bot ended early", code=error.code, reason=error.message)
                return 1
    return 0


def errand(options: argparse.Namespace) -> int:
    """Work on the files of a folder, told through standard input, whose end ends this process too."""
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with, args=(sys.stdin,), name="server", daemon=True).start()
    os.nice(composer.NICE)
    asyncio.run(_errand(told, options))
    return 0


def _end_with(server: IO[str]) -> None:
    server.read()
    os._exit(1)


async def _errand(told: dict[str, Any], options: argparse.Namespace) -> None:
    recogniser = HostRecogniser(
        RecognitionHost(options.run_dir, options.whisper_model), program("recognise"), clock=SystemClock())
    try:
        async with guarded_session(_guard(options)) as session:
            vendors = partial(after_call, session=session, clock=SystemClock(), listen=utterances)
            await Errand(told, recogniser=recogniser, listen=utterances, make=bring, vendors=vendors).run()
    finally:
        await recogniser.aclose()


async def _run(assignment: Assignment, options: argparse.Namespace) -> None:
    await Generation(assignment, options).run()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="rapporteur.wiring.bot", description=__doc__)
    parser.add_argument("task", choices=["attend", "recognise", "errand"])
    parser.add_argument("--run-dir", type=Path, default=Path(), help="where this host's bots meet their recogniser")
    parser.add_argument("--chromium", type=Path)
    parser.add_argument("--no-sandbox", action="store_true")
    parser.add_argument("--capture", choices=get_args(Setting), default=AUTO)
    parser.add_argument("--headed", action="append", default=[], help="a platform whose pages get a browser with windows")
    parser.add_argument("--browser-switch", action="append", default=[])
    parser.add_argument("--whisper-model", type=Path)
    parser.add_argument("--allowed-network", action="append", default=[])
    parser.add_argument("--allow-loopback", action="store_true")
    parser.add_argument("--log-level", default="info")
    options = parser.parse_args(arguments)
    log_to(sys.stdout, options.log_level)
    os.umask(0o077)
    tasks = {"attend": attend, "errand": errand, "recognise": lambda _: worker.main(sys.stdin)}
    return tasks[options.task](options)
