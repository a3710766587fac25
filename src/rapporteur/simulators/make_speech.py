"""Makes the speech of the simulated people, once: `python src/rapporteur/simulators/make_speech.py`.

Needs an ffmpeg with the flite filter, which nothing else in the project does; what it makes is committed. Each sentence is
spoken by a flite voice, brought to one loudness, encoded as Opus, decoded again and given to PocketSphinx: a sentence that is
not understood well is not fit to judge a transcript by, and then the program fails and names it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pocketsphinx import Config, Decoder

from rapporteur.domain.transcript import word_error_rate

SPEECH = Path(__file__).parent / "speech"
WORST_WORD_ERROR = 0.15
RATE_HZ = 16_000
CLIPS: tuple[tuple[str, str, str], ...] = (
    ("welcome", "slt", "good morning everybody and thank you for coming today"),
    ("results", "slt", "let us begin with the results of the last month"),
    ("numbers", "slt", "the numbers in this report look better than last year"),
    ("report", "slt", "please send me the report before friday afternoon"),
    ("goodbye", "slt", "thank you very much and have a nice day"),
    ("project", "rms", "the team has finished the work on the first part of the project"),
    ("sales", "rms", "our sales have grown by twenty percent since january"),
    ("call", "rms", "i will call the customer again tomorrow morning"),
    ("release", "rms", "the first release is planned for the end of october"),
    ("customers", "awb", "the customers are happy with the new version of the product"),
    ("agreed", "awb", "i agree with you and i think that we can do it"),
    ("budget", "awb", "we should talk about the budget for the next year"),
    ("again", "awb", "we will meet again next week at the same time"),
)
"""Name of the clip, flite voice, text. Sentences that PocketSphinx took down right were kept; names and rare words are not
among them, because its dictionary would be judged and not the recording."""


def speak(clip: str, voice: str, text: str) -> None:
    subprocess.run([
        "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"flite=text={text}:voice={voice}",
        "-af", "loudnorm=I=-20:TP=-3,aresample=48000", "-ac", "1", "-c:a", "libopus", "-b:a", "32k", "-fflags", "+bitexact",
        str(SPEECH / f"{clip}.ogg"),
    ], check=True)


def decoded(clip: str) -> bytes:
    """16 kHz mono s16le."""
    return subprocess.run([
        "ffmpeg", "-v", "error", "-i", str(SPEECH / f"{clip}.ogg"), "-f", "s16le", "-ac", "1", "-ar", str(RATE_HZ), "-",
    ], check=True, capture_output=True).stdout


def recognised(pcm: bytes) -> str:
    decoder = Decoder(Config(samprate=RATE_HZ, loglevel="FATAL"))
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    return hypothesis.hypstr if hypothesis else ""


def main() -> int:
    SPEECH.mkdir(exist_ok=True)
    rows: dict[str, dict[str, object]] = {}
    unfit: list[str] = []
    for clip, voice, text in CLIPS:
        speak(clip, voice, text)
        pcm = decoded(clip)
        rows[clip] = {"text": text, "voice": voice, "duration_s": round(len(pcm) / 2 / RATE_HZ, 3)}
        error = word_error_rate(text, recognised(pcm))
        sys.stdout.write(f"{clip:10} {voice}  {rows[clip]['duration_s']} s  word error {error:.0%}\n")
        if error > WORST_WORD_ERROR:
            unfit.append(clip)
    (SPEECH / "speech.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    if unfit:
        sys.stderr.write(f"Not understood well enough: {', '.join(unfit)}\n")
    return 1 if unfit else 0


if __name__ == "__main__":
    sys.exit(main())
