"""What is drawn rather than filmed: name pills, avatars, rings. Made once with Pillow, kept as planes ready for blending.

Everything is drawn at several times its size and reduced, which gives smooth edges. Names come in any script: of the fonts of
this machine the one that has most of a name's letters is taken, and Pillow's own where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rapporteur.media.planes import Plane, Planes

Colour = tuple[int, int, int]
Samples = NDArray[np.floating[Any]]
Layer = NDArray[np.uint16]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

BACKGROUND: Colour = (15, 17, 21)
PANEL: Colour = (30, 34, 42)
"""Behind an avatar, and beside a picture that does not fill its tile."""
SCREEN_PANEL: Colour = (8, 9, 11)
ACCENT: Colour = (94, 160, 255)
INK: Colour = (255, 255, 255)
QUIET_INK: Colour = (148, 156, 170)
MUTED_INK: Colour = (255, 128, 118)
PILL = (12, 14, 18, 176)
PEOPLE: tuple[Colour, ...] = (
    (72, 120, 214), (198, 93, 92), (62, 148, 118), (166, 108, 196), (202, 131, 58), (66, 146, 172), (190, 92, 142),
    (118, 138, 66),
)
"""One per participant, in turn."""
SCALE = 4
"""Drawn this many times larger."""

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/Library/Fonts",
                 "/System/Library/Fonts", "C:/Windows/Fonts")
_FONTS = (
    "Inter-SemiBold", "NotoSans-SemiBold", "NotoSans-Bold", "NotoSans-Regular", "OpenSans-Semibold", "segoeuib",
    "DejaVuSans-Bold", "DejaVuSans", "LiberationSans-Bold", "Arial Bold", "Arial Unicode", "NotoSansCJK-Bold",
    "NotoSansCJK-Regular", "wqy-microhei", "NotoSansArabic-Bold", "NotoSansHebrew-Bold", "NotoSansDevanagari-Bold",
    "NotoSansThai-Bold",
)
"""The first that has all letters wins."""


class Overlay:
    """A picture with transparency, ready to be blended into planes at even coordinates."""

    def __init__(self, image: Image.Image) -> None:
        """`image` is RGBA, with even sides."""
        rgba = np.asarray(image.convert("RGBA"), np.float32)
        self.width, self.height = image.width, image.height
        alpha = rgba[..., 3:] / 255
        painted = to_yuv(rgba[..., :3]) * alpha
        half, half_alpha = _halved(painted), _halved(alpha)[..., 0]
        self._layers = (
            _layer(painted[..., 0], alpha[..., 0]), _layer(half[..., 1], half_alpha), _layer(half[..., 2], half_alpha),
        )

    def blend(self, planes: Planes, x: int, y: int) -> None:
        """Paint over the planes with the left upper corner at (x, y); what lies outside is cut off."""
        self.placed(planes, x, y).blend()

    def placed(self, planes: Planes, x: int, y: int) -> Placed:
        """The same, for who paints again and again over the same planes."""
        pieces: list[tuple[Plane, Layer, Layer]] = []
        for n, (plane, (painted, rest)) in enumerate(zip(planes, self._layers, strict=True)):
            left, top = (x, y) if n == 0 else (x // 2, y // 2)
            x0, y0 = max(0, -left), max(0, -top)
            area = plane[max(0, top):top + rest.shape[0], max(0, left):left + rest.shape[1]]
            cut = slice(y0, y0 + area.shape[0]), slice(x0, x0 + area.shape[1])
            pieces.append((area, painted[cut], rest[cut]))
        return Placed(pieces)


class Placed:
    """A picture with transparency at its place."""

    def __init__(self, pieces: Sequence[tuple[Plane, Layer, Layer]]) -> None:
        self._pieces = pieces

    def blend(self) -> None:
        for area, painted, rest in self._pieces:
            area[:] = (area * rest + painted) >> 8


def _layer(painted: Samples, alpha: Samples) -> tuple[Layer, Layer]:
    rest = np.round((1 - alpha) * 256).astype(np.uint16)
    return np.minimum(np.round(painted * 256), 65535 - 255 * rest.astype(np.int32)).astype(np.uint16), rest


def _halved(values: Samples) -> Samples:
    rows, columns, depth = values.shape
    return values.reshape(rows // 2, 2, columns // 2, 2, depth).mean(axis=(1, 3))


def to_yuv(rgb: Samples) -> Samples:
    """BT.601 in limited range, as cameras in browsers come."""
    matrix = np.array([[0.257, 0.504, 0.098], [-0.148, -0.291, 0.439], [0.439, -0.368, -0.071]], np.float32)
    return rgb @ matrix.T + np.array([16, 128, 128], np.float32)


def opaque(image: Image.Image) -> Planes:
    """The planes of a picture without transparency and with even sides."""
    yuv = to_yuv(np.asarray(image.convert("RGB"), np.float32))
    half = _halved(yuv)
    y, u, v = (np.round(p).clip(0, 255).astype(np.uint8) for p in (yuv[..., 0], half[..., 1], half[..., 2]))
    return y, u, v


def filled(width: int, height: int, colour: Colour) -> Planes:
    y, u, v = (int(plane[0, 0]) for plane in opaque(Image.new("RGB", (2, 2), colour)))
    half = height // 2, width // 2
    return np.full((height, width), y, np.uint8), np.full(half, u, np.uint8), np.full(half, v, np.uint8)


def person_colour(participant_id: int) -> Colour:
    return PEOPLE[(participant_id // 100 - 1) % len(PEOPLE)]


# --- the things drawn ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def name_pill(text: str, muted: bool, max_width: int, size: int) -> Overlay:
    """A name on a translucent pill, with a struck-out microphone for who is muted."""
    s, pad = size * SCALE, size * SCALE * 5 // 8
    icon = s + pad // 2 if muted else 0
    font = font_for(text, s)
    text = _shortened(text, font, max_width * SCALE - 2 * pad - icon)
    width, height = _even(_length(font, text) / SCALE + (2 * pad + icon) / SCALE), _even(size * 1.8)
    image = Image.new("RGBA", (width * SCALE, height * SCALE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, image.width - 1, image.height - 1), image.height // 2, fill=PILL)
    if muted:
        _microphone(draw, pad * 0.8, (image.height - s) / 2, s)
    draw.text((pad + icon, image.height / 2), text, font=font, fill=INK, anchor="lm")
    return Overlay(_reduced(image))


def _microphone(draw: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    """A microphone with a stroke through it, in a square of `size`."""
    u, line = size / 16, max(1, round(size / 9))
    draw.rounded_rectangle((x + 5.5 * u, y + u, x + 10.5 * u, y + 9.5 * u), 2.5 * u, fill=MUTED_INK)
    draw.arc((x + 3 * u, y + 2 * u, x + 13 * u, y + 12.5 * u), 15, 165, fill=MUTED_INK, width=line)
    draw.line((x + 8 * u, y + 12 * u, x + 8 * u, y + 15 * u), fill=MUTED_INK, width=line)
    draw.line((x + 2.5 * u, y + 1.5 * u, x + 13.5 * u, y + 14.5 * u), fill=MUTED_INK, width=line)


@lru_cache(maxsize=64)
def avatar(participant_id: int, name: str, width: int, height: int) -> Planes:
    """Initials on a disc of the participant's own colour, for who shows no camera."""
    colour = person_colour(participant_id)
    image = Image.new("RGB", (width * 2, height * 2), _mixed(colour, PANEL, 0.16))
    draw = ImageDraw.Draw(image)
    radius, x, y = height * 0.5, width, height * 0.96
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    letters = initials(name)
    draw.text((x, y), letters, font=font_for(letters, round(radius * 0.84)), fill=INK, anchor="mm")
    return opaque(image.resize((width, height), Image.Resampling.LANCZOS))


@lru_cache(maxsize=64)
def ring(width: int, height: int, radius: int, thickness: int) -> Overlay:
    """A frame around a tile of this size; blend it `thickness` left of and above the tile."""
    wide, high, t = (width + 2 * thickness) * SCALE, (height + 2 * thickness) * SCALE, thickness * SCALE
    image = Image.new("RGBA", (wide, high), (*ACCENT, 0))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, wide - 1, high - 1), radius * SCALE + t, fill=(*ACCENT, 255))
    return Overlay(_reduced(image))


@lru_cache(maxsize=8)
def corner(radius: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """How much (of 256) of a tile's left upper corner is seen: for luma, and for chroma."""
    image = Image.new("L", (radius * 2 * SCALE, radius * 2 * SCALE), 0)
    ImageDraw.Draw(image).ellipse((0, 0, image.width - 1, image.height - 1), fill=255)
    image = image.crop((0, 0, radius * SCALE, radius * SCALE)).resize((radius, radius), Image.Resampling.BOX)
    seen = np.asarray(image, np.float32)[..., None] * (256 / 255)
    return np.round(seen[..., 0]).astype(np.uint16), np.round(_halved(seen)[..., 0]).astype(np.uint16)


@lru_cache(maxsize=4)
def notice(text: str, size: int) -> Overlay:
    """Quiet words for an empty stage."""
    font = font_for(text, size * SCALE)
    width, height = _even(_length(font, text) / SCALE + 8), _even(size * 1.6)
    image = Image.new("RGBA", (width * SCALE, height * SCALE), (*QUIET_INK, 0))
    ImageDraw.Draw(image).text((image.width / 2, image.height / 2), text, font=font, fill=QUIET_INK, anchor="mm")
    return Overlay(_reduced(image))


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


# --- fonts --------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def font_for(text: str, size: int) -> Font:
    """The font of this machine that has all, or most, of the letters."""
    best = min(_font_files(), key=lambda path: _missing(path, text), default=None)
    return ImageFont.load_default(size) if best is None else ImageFont.truetype(best, size)


@lru_cache(maxsize=1)
def _font_files() -> tuple[str, ...]:
    found = {path.stem: str(path) for path in _all_fonts()}
    return tuple(found[name] for name in _FONTS if name in found)


def _all_fonts() -> Iterator[Path]:
    for folder in _FONT_FOLDERS:
        if (path := Path(folder).expanduser()).is_dir():
            yield from (p for p in path.rglob("*") if p.suffix.lower() in {".ttf", ".otf", ".ttc"})


@lru_cache(maxsize=512)
def _missing(path: str, text: str) -> int:
    """How many letters the font draws as it draws a character that no font has."""
    font = ImageFont.truetype(path, 16)
    unknown = _drawn(font, "\U0010fffd")
    return sum(_drawn(font, letter) == unknown for letter in set(text) if not letter.isspace())


def _drawn(font: ImageFont.FreeTypeFont, letter: str) -> bytes:
    image = Image.new("L", (32, 32))
    ImageDraw.Draw(image).text((4, 4), letter, font=font, fill=255)
    return image.tobytes()


def _length(font: Font, text: str) -> float:
    return font.getlength(text)


def _shortened(text: str, font: Font, width: float) -> str:
    if _length(font, text) <= width:
        return text
    while text and _length(font, text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _mixed(colour: Colour, with_: Colour, share: float) -> Colour:
    r, g, b = (round(c * share + w * (1 - share)) for c, w in zip(colour, with_, strict=True))
    return r, g, b


def _reduced(image: Image.Image) -> Image.Image:
    """Pillow averages colour and alpha together; transparent pixels must not darken the edge."""
    return image.resize((image.width // SCALE, image.height // SCALE), Image.Resampling.BOX)


def _even(number: float) -> int:
    return -(-int(number) // 2) * 2


