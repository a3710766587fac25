"""What a bot shows, says and writes by itself: which picture belongs to which state, which sound is due, whom to greet.

Settings are read from a bot's configuration in every form that the dialects take; an empty object is off, and what stands at
top level wins over what stands inside recording_config. Nothing here knows how a picture or a sound comes into a meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rapporteur.domain.lifecycle import IN_MEETING, BotState

AUTOMATIC = ("automatic_video_output", "automatic_audio_output")
PAGES = "output_media"
NESTED = (*AUTOMATIC, PAGES)
"""Settings that are read at top level and inside recording_config."""
CONTROL_SOCKET = "control_socket"
"""{url}: where the bot asks what to say, show and write while it is in the meeting."""
KEYS = (*NESTED, "chat", "bot_avatar_url", CONTROL_SOCKET)

Surface = Literal["camera", "screenshare"]

PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF87a": "image/gif", b"GIF89a": "image/gif"}
LONGEST_B64 = 1_835_008
"""Characters of a picture or a sound in base64."""


@dataclass(frozen=True, slots=True)
class Material:
    """A picture or a sound: in itself, or where it is to be fetched."""

    b64_data: str | None = None
    url: str | None = None

    @classmethod
    def of(cls, sent: Mapping[str, Any] | None, url_key: str) -> Material | None:
        """From `{b64_data}` or `{<url_key>}`; None where neither was sent."""
        if not sent:
            return None
        if data := sent.get("b64_data"):
            return cls(b64_data=data)
        return cls(url=url) if (url := sent.get(url_key)) else None


@dataclass(frozen=True, slots=True)
class Page:
    """A web page in the place of a picture."""

    url: str


Sight = Material | Page
"""What a camera can show by itself."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Play a sound again when somebody joins. Seconds; see Replays."""

    leading: bool
    interval_s: float
    disable_after_s: float | None


@dataclass(frozen=True, slots=True)
class Sound:
    material: Material
    replay: Replay | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Something to write. `to` is everyone, host, everyone_except_host, or a participant's id."""

    message: str
    to: str = "everyone"
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Outputs:
    """A bot's settings."""

    recording_picture: Sight | None = None
    waiting_picture: Sight | None = None
    """While it does not record."""
    avatar: Material | None = None
    """What the camera shows where no picture is set."""
    recording_sound: Sound | None = None
    waiting_sound: Sound | None = None
    greeting: Line | None = None
    """Written once when the bot is in."""
    welcome: Line | None = None
    """Written when others join after it."""
    welcome_hosts: bool = True
    pages: Mapping[Surface, str] = field(default_factory=dict)
    """The addresses of pages that are shown, by surface (camera, screenshare); see pages_of."""

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Outputs:
        """From what `settings_of` gives."""
        video, audio, chat = (body.get(key) or {} for key in (*AUTOMATIC, "chat"))
        greeting, welcome = chat.get("on_bot_join"), chat.get("on_participant_join")
        avatar = body.get("bot_avatar_url")
        return cls(
            recording_picture=_sight(video.get("in_call_recording")),
            waiting_picture=_sight(video.get("in_call_not_recording")),
            avatar=Material(url=avatar) if avatar else None,
            recording_sound=_sound(audio.get("in_call_recording")), waiting_sound=_sound(audio.get("in_call_not_recording")),
            greeting=Line(greeting["message"], greeting.get("send_to") or "everyone", bool(greeting.get("pin")))
            if greeting else None,
            welcome=Line(welcome["message"]) if welcome else None,
            welcome_hosts=not (welcome and welcome.get("exclude_host")), pages=pages_of(body.get(PAGES) or {}),
        )

    def picture(self, state: BotState) -> Sight | None:
        """What the camera shows in a state; outside of a recording what a recording would show, where nothing else is set."""
        if state not in IN_MEETING:
            return None
        shown = self.recording_picture
        if state is not BotState.IN_CALL_RECORDING:
            shown = self.waiting_picture or shown
        return shown or self.avatar

    def sound(self, state: BotState) -> Sound | None:
        if state is BotState.IN_CALL_RECORDING:
            return self.recording_sound
        return self.waiting_sound if state in IN_MEETING else None


def pages_of(sent: Mapping[str, Any]) -> dict[Surface, str]:
    """Addresses by surface, from `{camera, screenshare}` as `{config: {url}}`; a bare `{webpage: {url}}` is the camera."""
    bare = sent.get("webpage")
    camera = sent.get("camera") or (bare and {"config": bare})
    pages: dict[Surface, Any] = {"camera": camera, "screenshare": sent.get("screenshare")}
    return {surface: page["config"]["url"] for surface, page in pages.items() if page}


def _sight(sent: Mapping[str, Any] | None) -> Sight | None:
    """From `{b64_data}`, `{image_url}` or `{webpage: {url}}`."""
    page = (sent or {}).get("webpage")
    return Page(page["url"]) if page else Material.of(sent, "image_url")


def _sound(sent: Mapping[str, Any] | None) -> Sound | None:
    material = Material.of((sent or {}).get("data"), "audio_url") or Material.of(sent, "audio_url")
    if sent is None or material is None:
        return None
    again = sent.get("replay_on_participant_join")
    return Sound(material, Replay(
        again.get("debounce_mode") == "leading", float(again["debounce_interval"]), again.get("disable_after"),
    ) if again else None)


def settings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a bot's configuration says about its outputs, as JSON for the bot itself."""
    nested = config.get("recording_config") or {}
    told = {key: config[key] if config.get(key) is not None else nested.get(key) for key in KEYS}
    return {key: value for key, value in told.items() if value}


def without_outputs(recording_config: dict[str, Any]) -> dict[str, Any]:
    """The configuration of what is recorded alone: pictures and sounds in it may be megabytes."""
    return {key: value for key, value in recording_config.items() if key not in NESTED}


# --- what is due when ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Replays:
    """When a sound is due again because people join.

    Leading: at once, and then not for an interval. Trailing: when nobody has joined for an interval. Who joins later than
    `disable_after_s` after it was first played does not count.
    """

    replay: Replay
    first_ms: float
    _due_ms: float | None = None
    _quiet_until_ms: float = field(default=float("-inf"))

    def joined(self, at_ms: float) -> None:
        limit_s = self.replay.disable_after_s
        if limit_s is not None and at_ms > self.first_ms + limit_s * 1000:
            return
        if self.replay.leading:
            if at_ms >= self._quiet_until_ms:
                self._due_ms, self._quiet_until_ms = at_ms, at_ms + self.replay.interval_s * 1000
        else:
            self._due_ms = at_ms + self.replay.interval_s * 1000

    def due(self, at_ms: float) -> bool:
        """Whether it is to be played now; said once."""
        if self._due_ms is None or at_ms < self._due_ms:
            return False
        self._due_ms = None
        return True


@dataclass(frozen=True, slots=True)
class Show:
    """The camera shows this from now on; None: nothing."""

    picture: Sight | None


@dataclass(frozen=True, slots=True)
class Play:
    sound: Material


@dataclass(frozen=True, slots=True)
class Write:
    line: Line


@dataclass(frozen=True, slots=True)
class Open:
    """Show these pages, by surface, from now on."""

    pages: Mapping[Surface, str]


Act = Show | Play | Write | Open


@dataclass(slots=True)
class Cue:
    """The prompter: told the state and who is there, it says what is to be done now.

    A bot that `returns` after a loss has said and written its part already; only its picture and its pages come again.
    """

    outputs: Outputs
    returns: bool = False
    _picture: Sight | None = None
    _played: set[Material] = field(default_factory=set)
    _replays: Replays | None = None
    _here: frozenset[str] | None = None
    """Who was there when last looked; None before the first look."""
    _greeted: bool = False
    _opened: bool = False

    def look(self, state: BotState, others: Iterable[tuple[str, bool]] | None, at_ms: float) -> list[Act]:
        """`others` are (key, is host) of everybody else, None while nobody can know."""
        if state not in IN_MEETING:
            return []
        came = self._newcomers(others)
        return [*self._shown(state), *self._pages(), *self._written(came), *self._heard(state, bool(came), at_ms)]

    def _newcomers(self, others: Iterable[tuple[str, bool]] | None) -> list[bool]:
        """Of those who came since the last look: whether each is a host."""
        if others is None:
            return []
        there, before = dict(others), self._here
        self._here = frozenset(there)
        return [] if before is None else [host for key, host in there.items() if key not in before]

    def _shown(self, state: BotState) -> list[Act]:
        picture, before = self.outputs.picture(state), self._picture
        self._picture = picture
        return [Show(picture)] if picture != before else []

    def _pages(self) -> list[Act]:
        opened, self._opened = self._opened, True
        return [] if opened or not self.outputs.pages else [Open(self.outputs.pages)]

    def _written(self, came: list[bool]) -> list[Act]:
        acts: list[Act] = []
        if self.outputs.greeting and not self._greeted and not self.returns:
            acts.append(Write(self.outputs.greeting))
        self._greeted = True
        if self.outputs.welcome and any(not host or self.outputs.welcome_hosts for host in came):
            acts.append(Write(self.outputs.welcome))
        return acts

    def _heard(self, state: BotState, somebody_came: bool, at_ms: float) -> list[Act]:
        sound = self.outputs.sound(state)
        if sound is None:
            return []
        if sound.material not in self._played:
            self._played.add(sound.material)
            self._replays = Replays(sound.replay, at_ms) if sound.replay else None
            if not self.returns:
                return [Play(sound.material)]
        if self._replays is None or self._replays.replay != sound.replay:
            return []
        if somebody_came:
            self._replays.joined(at_ms)
        return [Play(sound.material)] if self._replays.due(at_ms) else []


# --- what was sent ------------------------------------------------------------------------------------------------------


def picture_type(data: bytes) -> str | None:
    """The media type by the first bytes; None for what no bot can show."""
    return next((media_type for head, media_type in PICTURES.items() if data.startswith(head)), None)


def sound_type(data: bytes) -> str | None:
    """The media type by the first bytes; None for what no bot can play."""
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "audio/wav"
    # A tag in front, or a frame of MPEG sound: eleven ones, and a layer that is not reserved.
    frame = len(data) > 2 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] & 0x06 != 0
    return "audio/mpeg" if data.startswith(b"ID3") or frame else None
