"""What may not be logged loses its value on the way out; everything else passes as it is."""

from __future__ import annotations

import pytest

from rapporteur.kit.redact import HIDDEN, redact, redacted

pytestmark = pytest.mark.unit


def test_fields_of_meeting_content_are_hidden_at_every_depth() -> None:
    event = {"event": "joined", "bot_id": "b1", "Name": "Ada", "detail": {"participant": {"id": 100}, "state": "ready"}}
    assert redact(None, "info", event) == {
        "event": "joined", "bot_id": "b1", "Name": HIDDEN, "detail": {"participant": HIDDEN, "state": "ready"},
    }


@pytest.mark.parametrize("secret", [
    "rpt_WQUFafabum1jkklI5OFjCmjC1vnTTbnm1ys0I0",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
])
def test_secrets_are_hidden_wherever_they_stand(secret: str) -> None:
    assert redacted(f"refused: {secret}, twice {secret}") == f"refused: {HIDDEN}, twice {HIDDEN}"


@pytest.mark.parametrize(("text", "safe"), [
    ("GET /media/a/video.mp4?Expires=17&Signature=abc-_9 200", f"GET /media/a/video.mp4?Expires=17&Signature={HIDDEN} 200"),
    ("Authorization: Bearer abc.def", f"Authorization: Bearer {HIDDEN}"),
    ("https://host/room/x#host=t0k3n", f"https://host/room/x#host={HIDDEN}"),
])
def test_secret_parts_of_an_address_or_a_header_are_hidden(text: str, safe: str) -> None:
    assert redacted(text) == safe


def test_harmless_values_pass_unchanged() -> None:
    values = {"bot_id": "b1", "count": 3, "ratio": 0.5, "codes": ["done", "fatal"], "none": None}
    assert redacted(values) == values
