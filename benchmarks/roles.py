"""How often the role of a speaker is guessed right: words right in per cent, over transcripts whose labels say it.

    python benchmarks/roles.py DIR [--blind]

DIR holds transcripts, whole folders of them too. Who asks is known from the labels themselves (Interviewer, Q, …), and
for what bears people's names from ASKERS. --blind takes the telling labels away before the guess: speakers are then
“Speaker 1”, “Speaker 2”, … as they are where voices were told apart.
"""

import argparse
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import TacitError
from models.values import SpeakerRole, Transcript
from pipeline.imports import read_transcript
from pipeline.turns import with_roles

# file (the beginning of its path below DIR) → the labels of those who ask; everybody else tells
ASKERS = {
    "interviews/cta_surgery/01.src.txt": {"F", "Craig", "PC"},
    "interviews/cta_surgery/03.src.txt": {"Maura", "Joon Kim", "Q"},
    "interviews/cta_surgery/05.src.txt": {"Ken", "Speaker 2", "Speaker 4"},
    "interviews/princeton_unix": {"MSM", "M"},
    "interviews/changelog/go-time-313": {"Natalie Pistunovich"},
    "interviews/changelog": {"Adam Stacoviak", "Jerod Santo"},
    "interviews/ml_quality": {"interviewer", "Interviewer"},  # with a number behind it, too
}
NOBODY = ("Unknown", "Both")  # the importer's name for words before the first label, and two at once
_NUMBER = re.compile(r"\s*\d*$")


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    transcript: Transcript
    askers: frozenset[str]


def cases(folder: Path) -> Iterator[Case]:
    """Every transcript under the folder of which the labels tell who asks."""
    for path in sorted(folder.rglob("*")):
        known = next((names for start, names in ASKERS.items() if f"/{start}" in f"/{path}"), None)
        if path.name == "creatives_transcripts.csv":
            with path.open(encoding="utf-8", newline="") as file:
                for line in csv.DictReader(file):
                    read = read_transcript(line["text"].encode(), "typed.txt")
                    yield Case(f"{path.name} {line['transcript_id']}", read, frozenset({"Assistant", "AI"}))
        elif known and path.suffix in (".txt", ".md", ".htm") and not path.name.startswith(("precis", "README")):
            if ".ref." in path.name or ".tgt." in path.name:
                continue
            try:
                yield Case(path.name, read_transcript(path.read_bytes(), path.name), frozenset(known))
            except TacitError as error:
                print(f"| {path.name} | {error} | |")


def blind(transcript: Transcript) -> Transcript:
    """The same with speakers whose names tell nothing."""
    names = {name: f"Speaker {n}" for n, name in enumerate(dict.fromkeys(turn.speaker for turn in transcript.turns), 1)}
    turns = tuple(replace(turn, speaker=names[turn.speaker], role=SpeakerRole.OTHER) for turn in transcript.turns)
    return replace(transcript, turns=turns)


def right(case: Case, guessed: Transcript) -> tuple[int, int, set[str]]:
    """(words with the right role, words, the labels that are wrong)."""
    good, every, wrong = 0, 0, set[str]()
    for turn, guess in zip(case.transcript.turns, guessed.turns, strict=True):
        if turn.speaker.strip() in NOBODY:
            continue
        count = len(case.transcript.text[turn.start_char : turn.end_char].split())
        names = {turn.speaker.strip(), _NUMBER.sub("", turn.speaker)}
        truth = SpeakerRole.INTERVIEWER if names & case.askers else SpeakerRole.EXPERT
        every += count
        good += count if guess.role is truth else 0
        if guess.role is not truth:
            wrong.add(turn.speaker)
    return good, every, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--blind", action="store_true")
    arguments = parser.parse_args()
    print("| transcript | words right, % | wrong |\n|---|---|---|")
    good = every = whole = 0
    for case in cases(arguments.folder):
        guessed = with_roles(blind(case.transcript) if arguments.blind else case.transcript)
        right_words, words, wrong = right(case, guessed)
        good, every = good + right_words, every + words
        whole += 1
        if wrong or not case.name.startswith("creatives"):
            print(f"| {case.name} | {100 * right_words / max(1, words):.1f} | {', '.join(sorted(wrong))} |")
    print(f"| all {whole} | {100 * good / max(1, every):.2f} | |")


if __name__ == "__main__":
    main()
