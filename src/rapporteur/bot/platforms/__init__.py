"""The platforms a page can join, one file each."""

from __future__ import annotations

from rapporteur.bot.platform import Platform
from rapporteur.bot.platforms.generic import Generic
from rapporteur.bot.platforms.google_meet import GoogleMeet
from rapporteur.bot.platforms.goto_meeting import GoToMeeting
from rapporteur.bot.platforms.janus import Janus
from rapporteur.bot.platforms.jitsi import Jitsi
from rapporteur.bot.platforms.microsoft_teams import MicrosoftTeams
from rapporteur.bot.platforms.room import Room
from rapporteur.bot.platforms.slack_huddle_observer import SlackHuddle
from rapporteur.bot.platforms.webex import Webex
from rapporteur.bot.platforms.zoom import Zoom

_ALL: tuple[Platform, ...] = (
    Room(), Janus(), GoogleMeet(), Jitsi(), MicrosoftTeams(), Zoom(), Webex(), SlackHuddle(), GoToMeeting(), Generic(),
)
PLATFORMS: dict[str, Platform] = {platform.addresses.platform: platform for platform in _ALL}
