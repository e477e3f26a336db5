"""How far the work on a recording is, and how long the rest will take: told from what was measured so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from models.values import Seconds

WORDS_A_SECOND = 2.5  # of talk

OF_SOUND = ("plan", "transcribe", "diarize", "assemble", "mine", "embed", "draft", "gather")
OF_TEXT = ("import", "mine", "embed", "draft", "gather")

# Seconds a word, or a second of sound: two cores of an office machine, until this machine has been measured.
FIRST_GUESS: Mapping[str, Seconds] = {
    "import": 0.0001,
    "plan": 0.006,
    "transcribe": 0.5,
    "diarize": 0.015,
    "assemble": 0.0001,
    "mine": 0.0002,
    "embed": 0.0006,
    "draft": 0.0006,
    "gather": 0.0002,
}
GUESSED_BADLY = frozenset({"transcribe"})  # depends on the model and machine: nobody is told a time before it is known
GUESS_UNITS = 60.0  # a guess weighs as much as this many units of measured work


@dataclass(frozen=True, slots=True)
class Length:
    """How much there is to do."""

    sound_s: Seconds
    words: float

    def units(self, stage: str) -> float:
        """Seconds of sound or words, whichever the stage works through."""
        return self.sound_s if stage in ("plan", "transcribe", "diarize") else self.words


def of_sound(sound_s: Seconds) -> Length:
    """The length of a recording of which nobody has counted the words."""
    return Length(sound_s, sound_s * WORDS_A_SECOND)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where the work is: the finished share of the whole way, 0..1, and the seconds left where they can be told."""

    fraction: float
    eta_s: Seconds | None


class Pace:
    """Learns how fast each stage goes on this machine. Safe to share between threads."""

    def __init__(self) -> None:
        self._units = dict.fromkeys(FIRST_GUESS, GUESS_UNITS)
        self._seconds = {stage: GUESS_UNITS * a_unit for stage, a_unit in FIRST_GUESS.items()}
        self._measured: set[str] = set()
        self._lock = Lock()

    def learn(self, stage: str, units: float, seconds: Seconds) -> None:
        """So many units of a stage took so long."""
        with self._lock:
            self._units[stage] += units
            self._seconds[stage] += seconds
            self._measured.add(stage)

    def outlook(self, way: Sequence[str], stage: str, done: float, length: Length) -> Outlook:
        """`done` is the finished share of `stage`, which is one of the stages of the `way`."""
        with self._lock:
            expected = {one: length.units(one) * self._seconds[one] / self._units[one] for one in way}
            guessed = GUESSED_BADLY - self._measured
        at = way.index(stage)
        left = expected[stage] * (1 - done) + sum(expected[one] for one in way[at + 1 :])
        whole = sum(expected.values())
        told = guessed.isdisjoint(way[at:])
        return Outlook(1 - left / whole if whole else done, left if told else None)
