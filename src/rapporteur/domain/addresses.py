"""How links of each vendor's meetings look: for every platform one reader from a bare link to the meeting's address.

A reader answers None for what is not a meeting, even on the vendor's own host. Addresses are given back in one form each, which
is the one a browser can open. Where two of a platform's forms lead to the same meeting, they give the same address.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from rapporteur.domain.links import Link

ZOOM_HOSTS = ("zoom.us", "zoom.com", "zoom.com.cn", "zoom.de", "zoom-x.de", "zoomgov.com")
MEET_HOSTS = ("meet.google.com",)
TEAMS_HOSTS = ("teams.microsoft.com", "teams.live.com", "teams.cloud.microsoft", "teams.microsoft.us")
WEBEX_HOSTS = ("webex.com",)
SLACK_HOSTS = ("slack.com",)
GOTO_HOSTS = ("meet.goto.com", "app.goto.com", "gotomeeting.com", "gotomeet.me")
JITSI_HOSTS = ("meet.jit.si", "8x8.vc")
JANUS_HOSTS = ("janus.conf.meetecho.com",)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a meeting is. `url` is what to open; `parts` are the platform's own names for what identifies it."""

    url: str
    meeting_id: str
    password: str | None = None
    parts: tuple[tuple[str, str | None], ...] = ()


def zoom(link: Link) -> Place | None:
    if link.scheme == "zoommtg":
        return _zoom_place("zoom.us", link.query.get("confno", ""), link.query.get("pwd"))
    if not link.at(*ZOOM_HOSTS):
        return None
    password = link.query.get("pwd")
    match link.path:
        case ("j" | "w" | "s", number, *_) | ("wc", number, "join" | "start") | ("wc", "join" | "start", number):
            return _zoom_place(link.host, number, password, link.query.get("tk") if link.path[0] == "w" else None)
        case ("my", name) if re.fullmatch(r"[\w.-]{2,64}", name):
            return Place(f"https://{link.host}/my/{name}{_query(pwd=_token(password))}", name, _token(password))
        case ("ejl", *rest) if link.host.startswith("events.") and rest:
            return Place(link.url, rest[-1], _token(password))
    return None


def _zoom_place(host: str, number: str, password: str | None, registrant: str | None = None) -> Place | None:
    if not re.fullmatch(r"\d{9,11}", number):
        return None
    # The client's own host and the corporate site lead to the same meetings as the address people invite with.
    site = host.replace("zoom.com", "zoom.us") if host.endswith("zoom.com") else host
    site = "zoom.us" if site in {"app.zoom.us", "www.zoom.us"} else site
    kind = "w" if registrant else "j"
    return Place(f"https://{site}/{kind}/{number}{_query(pwd=_token(password), tk=registrant)}", number, _token(password))


def _token(password: str | None) -> str | None:
    """Zoom's `pwd` as it is, where somebody encoded it once more."""
    return (unquote(password) if "%" in password else password) or None if password else None


_MEET_PAGES = frozenset({"new", "landing", "about", "home", "lookup", "_meet", "whoops", "download", "linkredirect"})


def google_meet(link: Link) -> Place | None:
    if link.host != "meet.google.com":
        return None
    match link.path:
        case ("lookup", nickname) if re.fullmatch(r"[\w-]{2,64}", nickname):
            return Place(f"https://meet.google.com/lookup/{nickname}", nickname)
        case ("_meet", code) | (code,) if code not in _MEET_PAGES and re.fullmatch(r"[A-Za-z0-9-]{4,64}", code):
            return Place(f"https://meet.google.com/{code.lower()}", code.lower())
    return None


def microsoft_teams(link: Link) -> Place | None:
    if not link.at(*TEAMS_HOSTS):
        return None
    if link.path[-1:] == ("launcher.html",):
        return _teams_launcher(link)
    if link.path[:2] == ("light-meetings", "launch"):
        return _teams_light(link)
    if link.path[:1] == ("v2",) and link.fragment:
        inner = Link.parse(f"https://{link.host}{link.fragment.lstrip('_#')}")
        return microsoft_teams(inner) if inner else None
    match link.path:
        case ("l", "meetup-join", thread, *rest):
            return _teams_long(link.host, thread, rest[0] if rest else "0", link.query.get("context", ""))
        case ("meet", code):
            return _teams_short(link.host, code, link.query.get("p"))
    return None


def _teams_launcher(link: Link) -> Place | None:
    """The page that offers the app; it also serves chats and channels, which are no meetings."""
    inner = _decoded_fully(link.query.get("url", ""))
    parsed = Link.parse(f"https://{link.host}{inner.lstrip('_#')}") if inner.startswith(("/", "_", "#")) else None
    if inner.startswith("/_#"):
        parsed = Link.parse(f"https://{link.host}{inner.removeprefix('/_#')}")
    return microsoft_teams(parsed) if parsed is not None and parsed.path[-1:] != ("launcher.html",) else None


def _teams_light(link: Link) -> Place | None:
    try:
        padded = link.query.get("coords", "") + "==="
        coords = json.loads(urlsafe_b64decode(padded[: len(padded) - len(padded) % 4]))
    except ValueError:
        return None
    if not isinstance(coords, dict):
        return None
    if coords.get("meetingCode"):
        return _teams_short(link.host, str(coords["meetingCode"]), coords.get("passcode"))
    context = json.dumps({"Tid": coords.get("tenantId"), "Oid": coords.get("organizerId")})
    return _teams_long(link.host, str(coords.get("conversationId", "")), str(coords.get("messageId") or "0"), context)


def _teams_long(host: str, thread: str, message: str, context: str) -> Place | None:
    thread = _decoded_fully(thread)
    try:
        ids = json.loads(_decoded_fully(context))
        tenant, organizer = ids["Tid"], ids["Oid"]
    except (ValueError, KeyError, TypeError):
        return None
    if not (isinstance(tenant, str) and isinstance(organizer, str) and _TEAMS_THREAD.fullmatch(thread)):
        return None
    given = json.dumps({"Tid": tenant, "Oid": organizer}, separators=(",", ":"))
    url = f"https://{host}/l/meetup-join/{quote(thread, safe='')}/{quote(message, safe='')}?{urlencode({'context': given})}"
    parts = _teams_parts(thread_id=thread, message_id=message, tenant_id=tenant, organizer_id=organizer)
    return Place(url, thread, None, parts)


def _teams_short(host: str, code: str, password: object) -> Place | None:
    """A number and its passcode. Personal meetings have codes of letters too."""
    if not isinstance(password, str) or not password or not re.fullmatch(r"[A-Za-z0-9]{6,24}", code):
        return None
    personal = host == "teams.live.com"
    named = {"meeting_id": code, "meeting_password": password} if personal else {
        "business_meeting_id": code, "business_meeting_password": password}
    told = (("platform", "microsoft_teams_live"),) if personal else ()
    return Place(f"https://{host}/meet/{code}{_query(p=password)}", code, password, (*told, *_teams_parts(**named)))


_TEAMS_THREAD = re.compile(r"19:[^@]+@thread\.(?:v2|tacv2|skype)")
_TEAMS_PARTS = ("meeting_id", "meeting_password", "organizer_id", "tenant_id", "message_id", "thread_id", "business_meeting_id",
                "business_meeting_password")


def _teams_parts(**known: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, known.get(name)) for name in _TEAMS_PARTS)


def _decoded_fully(text: str) -> str:
    for _ in range(4):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def webex(link: Link) -> Place | None:
    if not link.at(*WEBEX_HOSTS) or link.host == "webex.com":
        return None
    site = link.host.split(".", maxsplit=1)[0]
    mtid = link.query.get("MTID") or link.query.get("mtid")
    if mtid and re.fullmatch(r"m?[0-9a-f]{32}", mtid):
        path = link.path[0] if link.path[-1:] == ("j.php",) else link.query.get("siteurl", site)
        return Place(f"https://{link.host}/{path}/j.php?MTID={mtid}", mtid, None, _webex_parts(site, mtid, f"{path}/j.php"))
    match link.path:
        case ("meet" | "join", user) if re.fullmatch(r"[\w.@+-]{2,128}", user):
            parts = ("meeting_subdomain", site), ("meeting_personal_room_id", user)
            return Place(f"https://{link.host}/meet/{user}", user, None, parts)
        case (*_, "meeting", "download", number) if re.fullmatch(r"[0-9a-f]{32}|\d{9,12}", number):
            return Place(link.url, number, None, _webex_parts(site, number, None))
        case ("meeting", *rest) if link.host == "web.webex.com" and rest:
            return Place(link.url, rest[-1], None, _webex_parts(site, rest[-1], None))
    return None


def _webex_parts(site: str, mtid: str, path: str | None) -> tuple[tuple[str, str | None], ...]:
    return ("meeting_subdomain", site), ("meeting_mtid", mtid), ("meeting_path", path)


_SLACK_HUDDLE = re.compile(r"(?:huddle|client)/[TE][A-Z0-9]{5,}/[CDG][A-Z0-9]{5,}")


def slack_huddle(link: Link) -> Place | None:
    if not link.at(*SLACK_HOSTS):
        return None
    if _SLACK_HUDDLE.fullmatch("/".join(link.path)) is None:
        return None
    _, team, channel = link.path
    return Place(f"https://app.slack.com/huddle/{team}/{channel}", f"{team}/{channel}")


def goto(link: Link) -> Place | None:
    if not link.at(*GOTO_HOSTS):
        return None
    number = link.query.get("meetingId") or link.query.get("meetingid")
    if number is None:
        match link.path:
            case ("join" | "meeting" | "meet", value) if link.at("gotomeeting.com", "app.goto.com"):
                number = value
            case (value,) if link.at("meet.goto.com", "gotomeet.me") and value not in {"index.html", "signin", "join"}:
                number = value
    if number is None:
        return None
    number = re.sub(r"(?<=\d)-(?=\d)", "", number)
    return Place(f"https://meet.goto.com/{number}", number) if re.fullmatch(r"[\w.-]{3,64}", number) else None


_JITSI_PAGES = frozenset({"static", "libs", "images", "sounds", "lang", "http-bind", "xmpp-websocket", "config.js", "login"})


def jitsi_at(hosts: frozenset[str] = frozenset()) -> Callable[[Link], Place | None]:
    """Jitsi Meet on its public servers and on further ones, given as host or host:port."""
    def jitsi(link: Link) -> Place | None:
        if not (link.host in JITSI_HOSTS or link.netloc in hosts or link.host in hosts) or not link.path:
            return None
        if link.path[0].lower() in _JITSI_PAGES or not all(re.fullmatch(r"[^/?#:%]{1,200}", part) for part in link.path):
            return None
        token = f"?{urlencode({'jwt': link.query['jwt']})}" if link.query.get("jwt") else ""
        path = "/".join(quote(part) for part in link.path)
        return Place(f"{link.scheme}://{link.netloc}/{path}{token}", link.path[-1])
    return jitsi


_JANUS_PAGES = frozenset({"videoroomtest.html", "videoroom.html"})
JANUS_ROOM = "1234"
"""The room of a page that names none."""


def janus_at(hosts: frozenset[str] = frozenset()) -> Callable[[Link], Place | None]:
    """VideoRoom pages of Janus's own demos, on their public server and on further ones, given as host or host:port."""
    def janus(link: Link) -> Place | None:
        if not (link.host in JANUS_HOSTS or link.netloc in hosts or link.host in hosts):
            return None
        room = link.query.get("room") or JANUS_ROOM
        if not link.path or link.path[-1] not in _JANUS_PAGES or not re.fullmatch(r"\d{1,19}", room):
            return None
        path = "/".join(quote(part) for part in link.path)
        return Place(f"{link.scheme}://{link.netloc}/{path}?room={room}", room)
    return janus


def generic_at(hosts: frozenset[str] = frozenset()) -> Callable[[Link], Place | None]:
    """Any page of these hosts, given as host or host:port."""
    def generic(link: Link) -> Place | None:
        if link.scheme not in {"http", "https"} or not (link.netloc in hosts or link.host in hosts):
            return None
        return Place(link.url, link.path[-1] if link.path else link.host)
    return generic


def _query(**values: str | None) -> str:
    given = {name: value for name, value in values.items() if value}
    return f"?{urlencode(given)}" if given else ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One platform's links. `examples` are claimed by it alone, `near_misses` stand on its hosts and are no meetings."""

    platform: str
    hosts: tuple[str, ...]
    read: Callable[[Link], Place | None]
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]


_TEAMS_LONG = ("https://teams.microsoft.com/l/meetup-join/19%3ameeting_MmIwZTE3%40thread.v2/0"
               "?context=%7b%22Tid%22%3a%2272f988bf%22%2c%22Oid%22%3a%2239b7a7ee%22%7d")
_MTID = "m0123456789abcdef0123456789abcdef"

VENDORS: tuple[Vendor, ...] = (
    Vendor("zoom", ZOOM_HOSTS, zoom, (
        "https://us02web.zoom.us/j/84212345678?pwd=QWxsSGFuZHM.1",
        "https://zoom.us/w/84212345678?tk=registrant",
        "https://example.zoom.us/my/ada.lovelace",
        "https://app.zoom.us/wc/84212345678/join?pwd=QWxsSGFuZHM.1",
        "https://us02web.zoom.us/wc/join/84212345678",
        "https://events.zoom.us/ejl/AbCdEfGh12345",
        "zoommtg://zoom.us/join?confno=84212345678&pwd=QWxsSGFuZHM",
    ), ("https://app.zoom.us/wc/home", "https://app.zoom.us/wc/leave", "https://zoom.us/pricing", "https://zoom.us/j/12345")),
    Vendor("google_meet", MEET_HOSTS, google_meet, (
        "https://meet.google.com/abc-defg-hij",
        "https://meet.google.com/abc-defg-hij?authuser=1&hs=178",
        "https://meet.google.com/lookup/standup",
        "https://meet.google.com/_meet/abc-defg-hij",
    ), ("https://meet.google.com/new", "https://meet.google.com/", "https://meet.google.com/landing")),
    Vendor("microsoft_teams", TEAMS_HOSTS, microsoft_teams, (
        _TEAMS_LONG,
        "https://teams.microsoft.com/meet/2345678901234?p=Qw3rTy",
        "https://teams.live.com/meet/9312345678901?p=Qw3rTy",
        "https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fl%2Fmeetup-join%2F19%3Ameeting_MmIwZTE3%40thread.v2"
        "%2F0%3Fcontext%3D%257b%2522Tid%2522%253a%252272f988bf%2522%252c%2522Oid%2522%253a%252239b7a7ee%2522%257d&type=meetup-join",
        "https://teams.microsoft.com/v2/?meetingjoin=true#/meet/2345678901234?p=Qw3rTy",
        "https://teams.microsoft.com/light-meetings/launch?coords=eyJtZWV0aW5nQ29kZSI6IjIzNDU2Nzg5MDEyMzQiLCJwYXNzY29kZSI6IlF3M3JUeSJ9",
    ), (
        "https://teams.microsoft.com/l/chat/0/0?users=ada@example.com",
        "https://teams.microsoft.com/meet/2345678901234",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_MmIwZTE3%40thread.v2/0",
        "https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fl%2Fchannel%2F19%3Aabc%40thread.tacv2&type=channel",
    )),
    Vendor("webex", WEBEX_HOSTS, webex, (
        f"https://example.webex.com/example/j.php?MTID={_MTID}",
        "https://example.webex.com/meet/ada.lovelace",
        "https://example.webex.com/join/ada.lovelace",
        f"https://example.webex.com/webappng/sites/example/meeting/download/{_MTID[1:]}?siteurl=example&MTID={_MTID}",
        f"https://example.webex.com/wbxmjs/joinservice/sites/example/meeting/download/{_MTID[1:]}",
    ), ("https://www.webex.com/pricing", "https://example.webex.com/example/j.php?MTID=short")),
    Vendor("slack_huddle_observer", SLACK_HOSTS, slack_huddle, (
        "https://app.slack.com/huddle/T0123ABCD/C0456EFGH",
        "https://example.slack.com/huddle/T0123ABCD/D0456EFGH",
        "https://app.slack.com/client/T0123ABCD/C0456EFGH",
    ), ("https://example.slack.com/archives/C0456EFGH", "https://slack.com/features")),
    Vendor("goto_meeting", GOTO_HOSTS, goto, (
        "https://meet.goto.com/123456789",
        "https://global.gotomeeting.com/join/123-456-789",
        "https://gotomeet.me/adalovelace",
        "https://app.gotomeeting.com/?meetingId=123456789",
    ), ("https://meet.goto.com/", "https://www.gotomeeting.com/pricing/plans")),
    Vendor("jitsi", JITSI_HOSTS, jitsi_at(), (
        "https://meet.jit.si/WeeklySync",
        "https://8x8.vc/vpaas-magic-cookie-0123/WeeklySync?jwt=a.b.c",
    ), ("https://meet.jit.si/", "https://meet.jit.si/static/close.html")),
    Vendor("janus", JANUS_HOSTS, janus_at(), (
        "https://janus.conf.meetecho.com/videoroomtest.html",
        "https://janus.conf.meetecho.com/demos/videoroom.html?room=4321",
    ), ("https://janus.conf.meetecho.com/demos/echotest.html", "https://janus.conf.meetecho.com/videoroomtest.html?room=a")),
    Vendor("generic", (), generic_at(), (), ()),
)
