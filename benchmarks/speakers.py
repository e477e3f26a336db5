"""How well voices are told apart: diarization error rates against references, as a table.

    python benchmarks/speakers.py DIR [DIR …] [--model resemblyzer|PATH]

DIR holds sound beside references of the same name: RTTM, a TextGrid with one tier a speaker, WebVTT with voices, SRT or
Whisper's JSON with speakers. An RTTM file may be named after something else: it counts for the sounds whose names it
holds. Overlap is scored; the collar is .25 s on both sides of every border of the reference, and none. The number of
speakers that is given is that of the reference, but at most what --most says (a clip of a meeting is taken as 2).
"""

import argparse
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import TacitError
from models.values import Clip, Voice
from pipeline import audio, steps
from pipeline.der import Errors, errors
from pipeline.imports import read_transcript
from pipeline.settings import Settings
from pipeline.tools import build_tools

SOUNDS = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus")
TRANSCRIPTS = (".vtt", ".srt", ".json", ".reference.json")
# DER with collar .25 s of plain robust clustering of the same voiceprints, each file with the speakers given: the
# figures that were there before this was built
BEFORE = {"sample": 1.0, "aepyx": 29.1, "six clips of meetings": 24.8}
SPACE_S = 0.2  # between words of one cue, whose times are interpolated
MEETINGS = ("dev00", "dev01", "trn01", "trn02", "trn03", "trn04")
_INTERVAL = re.compile(
    r'name = "(?P<tier>[^"]*)"|xmin = (?P<start>[\d.]+)\s+xmax = (?P<end>[\d.]+)\s+text = "(?P<text>[^"]*)"'
)


@dataclass(frozen=True, slots=True)
class Scored:
    """One file with a reference."""

    name: str
    speakers: int  # in the reference
    given: int
    collar: Errors
    exact: Errors
    speed: float  # seconds of sound a second


def rttm(path: Path) -> dict[str, list[Voice]]:
    """Who speaks when, by the name of the sound."""
    found: dict[str, list[Voice]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if fields and fields[0] == "SPEAKER":
            start_s = float(fields[3])
            found.setdefault(fields[1], []).append(Voice(fields[7], start_s, start_s + float(fields[4])))
    return found


def textgrid(path: Path) -> list[Voice]:
    """Every tier is a speaker, every interval with a text is speech."""
    found, tier = list[Voice](), ""
    for match in _INTERVAL.finditer(path.read_text(encoding="utf-8")):
        if match["tier"] is not None:
            tier = match["tier"]
        elif match["text"].strip():
            found.append(Voice(tier, float(match["start"]), float(match["end"])))
    return found


def transcript(path: Path) -> list[Voice]:
    """The cues of a transcript with speakers: the words of one turn up to a pause."""
    read = read_transcript(path.read_bytes(), path.name)
    found = list[Voice]()
    for turn in read.turns:
        for word in read.words_in(turn.start_char, turn.end_char):
            if word.start_s is None or word.end_s is None:
                continue
            if found and found[-1].speaker == turn.speaker and word.start_s - found[-1].end_s < SPACE_S:
                found[-1] = Voice(turn.speaker, found[-1].start_s, word.end_s)
            else:
                found.append(Voice(turn.speaker, word.start_s, word.end_s))
    return found


def references(folder: Path) -> Iterator[tuple[Path, list[Voice]]]:
    """Every sound under the folder of which it is known who speaks when."""
    spoken: dict[str, list[Voice]] = {}
    for path in sorted(folder.rglob("*.rttm")):
        for name, voices in rttm(path).items():
            spoken.setdefault(name, voices)
    for sound in sorted(path for path in folder.rglob("*") if path.suffix in SOUNDS):
        voices = spoken.get(sound.stem) or spoken.get(sound.stem.partition("_")[0])
        grid = sound.with_suffix(".TextGrid")
        written = [sound.with_name(sound.stem + ending) for ending in reversed(TRANSCRIPTS)]
        if not voices and grid.is_file():
            voices = textgrid(grid)
        if not voices:
            voices = next((transcript(path) for path in written if path.is_file()), [])
        if voices:
            yield sound, voices


def scored(sound: Path, truth: list[Voice], settings: Settings, most: int) -> Scored:
    """One file, diarized as the product does it."""
    tools = build_tools(settings)
    duration_s = audio.probe(sound).duration_s
    within = Clip(0.0, duration_s)
    heard = [Voice(one.speaker, one.start_s, min(one.end_s, duration_s)) for one in truth if one.start_s < duration_s]
    speakers = len({voice.speaker for voice in heard})
    given = min(speakers, most)
    began = time.perf_counter()
    found = steps.diarize(sound, tools, speakers=max(2, given)).voices
    took_s = time.perf_counter() - began
    return Scored(
        sound.stem,
        speakers,
        max(2, given),
        errors(heard, found, within=within, collar_s=0.25),
        errors(heard, found, within=within),
        duration_s / took_s,
    )


def row(name: str, speakers: str, collar: Errors, exact: Errors, speed: str) -> str:
    """One line of the table, in percent of the time that people speak."""
    spoken = max(collar.spoken_s, 1e-9)
    parts = " / ".join(f"{100 * part / spoken:.1f}" for part in (collar.missed_s, collar.false_s, collar.confused_s))
    before = BEFORE.get(name)
    told = "" if before is None else f"{before:.1f}"
    return f"| {name} | {speakers} | {100 * collar.rate:.1f} | {parts} | {100 * exact.rate:.1f} | {told} | {speed} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--model", default="resemblyzer")
    parser.add_argument("--most", type=int, default=4, help="speakers that are told apart at most")
    arguments = parser.parse_args()
    settings = Settings(diarization_model=arguments.model)
    print("| file | speakers, given | DER .25 | missed / false / confused | DER 0 | before | × real time |")
    print("|---|---|---|---|---|---|---|")
    meetings = list[Scored]()
    for folder in arguments.folders:
        for sound, truth in references(folder):
            try:
                one = scored(sound, truth, settings, 2 if sound.stem in MEETINGS else arguments.most)
            except TacitError as error:
                print(f"| {sound.stem} | {error} | | | | | |")
                continue
            meetings += [one] if one.name in MEETINGS else []
            print(row(one.name, f"{one.speakers}, {one.given}", one.collar, one.exact, f"{one.speed:.0f}"), flush=True)
    if meetings:
        collar, exact = sum((one.collar for one in meetings), Errors()), sum((one.exact for one in meetings), Errors())
        print(row("six clips of meetings", "2", collar, exact, ""))


if __name__ == "__main__":
    main()
