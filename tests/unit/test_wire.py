"""Codecs of the wire: what is written is read back, and what is broken is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapporteur.wire import control, page, tape

pytestmark = pytest.mark.unit

MESSAGES = [
    control.Hello("b", 2, 5.0),
    control.Welcome({"bot_id": "b"}, 7, 9.5),
    control.Fenced(),
    control.Fact(1, 2.0, control.LOG, {"level": "info", "message": "m"}),
    control.Acknowledge(3),
    control.Heartbeat(1.0, 4),
    control.Order(1, "leave_call"),
    control.UploadsWanted(1, [{"recording_id": "r", "name": "n"}]),
    control.Uploads(1, [{"recording_id": "r", "name": "n", "key": "k", "url": "u"}]),
    control.PassWanted(2, "deepgram"),
    control.PassGranted(2, "a-token", minted=True),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m.type)
def test_control_messages_survive_the_wire(message):
    assert control.decode(control.encode(message)) == message


def test_control_ignores_keys_of_later_versions():
    assert control.decode('{"type":"acknowledge","number":3,"later":true}') == control.Acknowledge(3)


@pytest.mark.parametrize("text", ["[]", "{}", '{"type":"nope"}', '{"type":"acknowledge"}'])
def test_control_refuses_what_is_no_message(text):
    with pytest.raises(ValueError, match=r"control message|incomplete"):
        control.decode(text)


def test_a_job_survives_the_wire():
    job = control.Job("b", 1, "attend", "room", "http://x/room/abc", None, "Bot", {}, {}, [{"id": "r"}])
    assert control.Job.from_json({**job.as_json(), "unknown": 1}) == job


records = st.builds(
    tape.Record,
    kind=st.sampled_from(tape.Kind), at_us=st.integers(0, 2**63), payload=st.binary(max_size=200),
    source=st.integers(0, 2**16 - 1), flags=st.integers(0, 255), rtp=st.integers(0, 2**32 - 1),
    sequence=st.integers(0, 2**16 - 1), builds_on=st.integers(0, 2**16 - 1),
)


@given(st.lists(records, max_size=6), st.integers(1, 64))
def test_records_come_back_whole_however_the_bytes_arrive(written, portion):
    data = b"".join(map(tape.encode, written))
    decoder = tape.Decoder()
    read = [r for i in range(0, len(data), portion) for r in decoder.feed(data[i:i + portion])]
    assert read == written
    assert decoder.consumed == len(data)


@given(st.lists(records, min_size=1, max_size=3), st.data())
def test_a_flipped_byte_never_yields_a_record_that_was_not_written(written, data):
    encoded = bytearray(b"".join(map(tape.encode, written)))
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] ^= data.draw(st.integers(1, 255))
    assert all(r in written for r in tape.Decoder().feed(bytes(encoded)))


def test_page_batches_are_unpacked_and_cut_ones_refused():
    one = page.FRAME.pack(3, 1, page.AUDIO, 0, 960, 5, 0, 1000.5) + b"abc"
    two = page.FRAME.pack(0, 2, page.VIDEO, page.KEY_FRAME, 3000, 0, 0, 1001.0)
    audio, video = page.frames(one + two)
    assert (audio.payload, audio.sequence, audio.is_key) == (b"abc", 5, False)
    assert (video.track, video.is_key) == (2, True)
    for cut in (1, page.FRAME.size, page.FRAME.size + 2):
        with pytest.raises(ValueError, match="cut"):
            page.frames(one[:cut])


def test_page_envelopes_of_another_version_are_refused():
    assert page.envelope('{"v":1,"type":"ready","seq":1,"at":2,"body":{}}').type == "ready"
    with pytest.raises(ValueError, match="version"):
        page.envelope('{"v":2,"type":"ready","seq":1,"at":2,"body":{}}')


def test_the_tape_header_is_28_bytes_as_documented():
    assert tape.HEADER.size == struct.calcsize("<IIQHBBIHH") == 28
