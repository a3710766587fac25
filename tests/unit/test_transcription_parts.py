"""The pure parts of recognition: the wire, turns, tidy words, loudness, names and places."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapporteur.domain.errors import RecognitionFailure, Unsupported
from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.locks import FileLock
from rapporteur.transcription import worker
from rapporteur.transcription.base import Capabilities, Engine, split, tidy
from rapporteur.transcription.choice import engine_name
from rapporteur.transcription.host import RecognitionHost
from rapporteur.transcription.pocketsphinx import normalised, spoken
from rapporteur.transcription.turns import Turns
from rapporteur.wire.recognition import LENGTHS, MAX_SOUND, Decoder, Failed, Forget, Ready, Recognise, Recognised, encode

pytestmark = pytest.mark.unit

MESSAGES = [
    Ready("pocketsphinx en-us", ["en"]),
    Recognise(1, "en", b"\x01\x02" * 500),
    Forget(1),
    Recognised(2, [["grüße", 10.0, 200.5]]),
    Failed(3, "not_supported", "no", False, "language"),
]

# --- the wire -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 400))
def test_messages_survive_any_portioning(portion: int):
    stream, decoder = b"".join(map(encode, MESSAGES)), Decoder()
    out = [m for at in range(0, len(stream), portion) for m in decoder.feed(stream[at:at + portion])]
    assert out == MESSAGES


@pytest.mark.parametrize("frame", [
    LENGTHS.pack(2**31, 0),
    LENGTHS.pack(10, 2**31),
    LENGTHS.pack(2, 0) + b"[]",
    LENGTHS.pack(4, 0) + b"nope",
    LENGTHS.pack(15, 0) + b'{"type":"what"}',
    LENGTHS.pack(16, 0) + b'{"type":"ready"}',
])
def test_what_is_no_message_is_an_error(frame: bytes):
    with pytest.raises(ValueError, match=r"."):
        Decoder().feed(frame)


def test_unknown_keys_are_ignored():
    body = b'{"type":"forget","request":4,"new":true}'
    assert Decoder().feed(LENGTHS.pack(len(body), 0) + body) == [Forget(4)]


def test_more_sound_than_the_limit_is_refused_by_the_sender():
    with pytest.raises(ValueError, match="at most"):
        encode(Recognise(1, "en", bytes(MAX_SOUND + 1)))


# --- turns --------------------------------------------------------------------------------------------------------------


def test_clients_take_turns_however_much_one_of_them_wants():
    turns: Turns[str, int] = Turns()
    for n in range(4):
        turns.add("busy", n)
    turns.add("modest", 100)
    turns.add("other", 200)
    assert [turns.next() for _ in range(7)] == [
        ("busy", 0), ("modest", 100), ("other", 200), ("busy", 1), ("busy", 2), ("busy", 3), None,
    ]


def test_a_client_that_comes_later_waits_for_one_request_only():
    turns: Turns[str, int] = Turns()
    for n in range(4):
        turns.add("busy", n)
    assert turns.next() == ("busy", 0)
    turns.add("late", 9)
    assert [turns.next(), turns.next()] == [("busy", 1), ("late", 9)]


def test_requests_can_be_dropped():
    turns: Turns[str, int] = Turns()
    for n in range(3):
        turns.add("a", n)
        turns.add("b", n)
    turns.drop("a", lambda n: n == 1)
    turns.drop("b")
    assert turns.count("a") == 2
    assert [turns.next(), turns.next(), turns.next()] == [("a", 0), ("a", 2), None]


# --- words --------------------------------------------------------------------------------------------------------------

times = st.floats(-500, 5_000)


@given(st.lists(st.builds(Word, st.text(max_size=12), times, times), max_size=20), st.floats(0, 4_000))
def test_tidy_words_keep_all_promises(words: list[Word], duration_ms: float):
    tidied = tidy(words, duration_ms)
    assert [w.text for w in tidied] == [token for w in words for token in w.text.split()]
    moments = [t for w in tidied for t in (w.start_ms, w.end_ms)]
    assert moments == sorted(moments)
    assert all(0 <= t <= duration_ms + 0.05 for t in moments)


def test_a_text_with_blanks_becomes_words_that_share_its_time():
    assert split(Word(" New York ", 100, 800)) == [Word("New", 100, 400), Word("York", 400, 800)]


@pytest.mark.parametrize(("entry", "word"), [
    ("hello", "hello"), ("read(2)", "read"), ("i", "I"), ("i'm", "I'm"), ("is", "is"),
    ("<s>", None), ("</s>", None), ("<sil>", None), ("[NOISE]", None), ("[SPEECH]", None), ("++UM++", None),
])
def test_dictionary_entries_become_words(entry: str, word: str | None):
    assert spoken(entry) == word


@pytest.mark.parametrize("amplitude", [60, 600, 6_000, 32_000])
def test_speech_of_any_loudness_reaches_the_engine_alike(amplitude: int):
    tone = amplitude * np.sin(np.arange(16_000) / 10) + amplitude / 10
    sound = np.frombuffer(normalised(tone.clip(-32768, 32767).astype("<i2").tobytes()), "<i2").astype(float)
    assert abs(sound.mean()) < 5
    assert 1_000 < sound.std() < 3_100


def test_silence_is_not_blown_up():
    assert normalised(bytes(3200)) == bytes(3200)


# --- the base of engines --------------------------------------------------------------------------------------------------


class Parrot(Engine):
    """Says "ok", or breaks as told by the length of the sound."""

    failures = (KeyError,)

    def __init__(self) -> None:
        super().__init__(Capabilities("parrot", frozenset({"en", "de"}), word_times=True), SystemClock())
        self.languages: list[str | None] = []

    def _recognise(self, pcm: bytes, language: str | None) -> Iterable[Word]:
        self.languages.append(language)
        if len(pcm) == 2:
            raise KeyError("what was said")
        yield Word("ok", 0, 10_000)


def test_an_engine_is_measured_and_its_words_end_with_the_sound():
    parrot = Parrot()
    assert parrot.recognise(bytes(32_001), "en") == [Word("ok", 0, 1000)]
    assert (parrot.tally.requests, parrot.tally.failures, parrot.tally.audio_s) == (1, 0, 1.0)
    assert parrot.tally.time_factor >= 0


@pytest.mark.parametrize(("code", "language"), [("en", "en"), ("en_us", "en"), ("de-DE", "de"), ("auto", None), ("", None)])
def test_language_codes_of_any_spelling_are_understood(code: str, language: str | None):
    parrot = Parrot()
    parrot.recognise(bytes(320), code)
    assert parrot.languages == [language]


def test_a_language_the_engine_lacks_is_refused_by_name():
    with pytest.raises(Unsupported, match="'fr'") as refusal:
        Parrot().recognise(bytes(320), "fr")
    assert refusal.value.capability == "language"


def test_a_vendors_failure_is_translated_without_its_text():
    parrot = Parrot()
    with pytest.raises(RecognitionFailure) as failure:
        parrot.recognise(bytes(2), "en")
    assert "said" not in failure.value.message
    assert parrot.tally.failures == 1


def test_no_sound_has_no_words():
    assert Parrot().recognise(b"", "en") == []


# --- the host -----------------------------------------------------------------------------------------------------------


def test_a_host_survives_its_line(tmp_path: Path):
    host = RecognitionHost(tmp_path / "run", Path("/models/small"), 3.5)
    assert RecognitionHost.from_line(host.as_line()) == host
    assert RecognitionHost.from_line(RecognitionHost(tmp_path).as_line()) == RecognitionHost(tmp_path)


def test_hosts_of_different_engines_do_not_meet(tmp_path: Path):
    assert RecognitionHost(tmp_path).socket != RecognitionHost(tmp_path, Path("/models/small")).socket


def test_the_folder_belongs_to_the_user_alone(tmp_path: Path):
    host = RecognitionHost(tmp_path / "run")
    host.prepare()
    assert host.run_dir.stat().st_mode & 0o777 == 0o700
    host.run_dir.chmod(0o755)
    with pytest.raises(RecognitionFailure, match="alone"):
        host.prepare()


def test_a_folder_too_deep_for_a_socket_is_refused(tmp_path: Path):
    with pytest.raises(RecognitionFailure, match="too long"):
        RecognitionHost(tmp_path / ("x" * 100)).prepare()


def test_a_second_process_leaves_the_field(tmp_path: Path):
    host = RecognitionHost(tmp_path / "run")
    host.prepare()
    lock = FileLock.take(host.lock)
    assert lock is not None
    with lock:
        assert worker.main(io.StringIO(host.as_line())) == 0


def test_without_a_model_pocketsphinx_recognises(tmp_path: Path):
    assert engine_name(None) == engine_name(tmp_path) == "pocketsphinx en-us"
