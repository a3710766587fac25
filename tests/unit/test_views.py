"""Which of its own views a page is to show where it is recorded as shown, and which platforms have such views."""

from __future__ import annotations

from typing import Any

import pytest

from rapporteur.bot.platform import Arranged
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.domain.layout import View, view_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("config", "view"), [
    ({"video_mixed_layout": "speaker_view"}, "speaker"), ({"video_mixed_layout": "gallery_view"}, "gallery"),
    ({"video_mixed_layout": "gallery_view_v2"}, "gallery"), ({"video_mixed_layout": "audio_only"}, None), ({}, "speaker"),
])
def test_a_view_follows_the_layout_of_the_recording(config: dict[str, Any], view: View | None) -> None:
    assert view_of(config) == view


def test_pages_whose_views_are_known_are_arranged() -> None:
    arranged = {name for name, platform in PLATFORMS.items() if isinstance(platform, Arranged)}
    assert arranged == {"google_meet", "jitsi", "microsoft_teams", "webex"}
