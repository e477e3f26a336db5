"""How far the work on a recording is, and how long the rest will take: told from what was measured so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from models.values import Seconds, Work
from pipeline.settings import Settings

NOTHING = Work()
WORDS_A_SECOND = 2.5  # of talk

OF_SOUND = ("plan", "transcribe", "diarize", "assemble", "redact", "mine", "embed", "draft", "gather")
OF_BOTH = ("import", "plan", "transcribe", "assemble", "redact", "mine", "embed", "draft", "gather")
OF_TEXT = ("import", "redact", "mine", "embed", "draft", "gather")

# Seconds a word, or a second of sound: two cores of an office machine, until this machine has been measured.
FIRST_GUESS: Mapping[str, Seconds] = {
    "import": 0.0001,
    "plan": 0.006,
    "transcribe": 0.5,
    "diarize": 0.015,
    "assemble": 0.0001,
    "redact": 0.0001,
    "mine": 0.0002,
    "embed": 0.0006,
    "draft": 0.0006,
    "gather": 0.0002,
}
GUESSED_BADLY = frozenset({"transcribe"})  # depends on the model and machine: nobody is told a time before it is known
GUESS_UNITS = (
    60.0  # a guess weighs as much as this many units of measured work; so does what is known of a stage under way
)
MEMORY_UNITS = 20_000.0  # what lies further back than this weighs less and less


def models_of(settings: Settings) -> dict[str, str]:
    """Stage → the model on which its speed depends."""
    listening = f"{settings.whisper_model} {settings.speech_engine} {settings.device}"
    embedder = settings.embedding_model
    return {"transcribe": listening, "mine": settings.spacy_model, "embed": embedder, "draft": embedder}


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
    """Where the work is: the finished share of the whole way, 0..1, and the seconds of work left, where known."""

    fraction: float
    left_s: Seconds | None


class Pace:
    """Learns how fast each stage goes on this machine, with the models chosen now. Safe to share between threads."""

    def __init__(self) -> None:
        self._work = {stage: Work(GUESS_UNITS, GUESS_UNITS * a_unit) for stage, a_unit in FIRST_GUESS.items()}
        self._measured: set[str] = set()
        self._lock = Lock()

    def learn(self, stage: str, work: Work) -> None:
        """So much of a stage took so long."""
        with self._lock:
            units, seconds = self._work[stage].units + work.units, self._work[stage].seconds + work.seconds
            kept = min(1.0, MEMORY_UNITS / units)
            self._work[stage] = Work(units * kept, seconds * kept)
            if work.units:
                self._measured.add(stage)

    def outlook(self, way: Sequence[str], stage: str, done: float, length: Length, *, seen: Work = NOTHING) -> Outlook:
        """`done` is the finished share of `stage`, one of the `way`; `seen`, what this recording has needed for it.

        The longer a stage is under way, the more its own speed counts, and the less what was measured before.
        """
        with self._lock:
            a_unit = {one: self._work[one].seconds / self._work[one].units for one in way}
            guessed = GUESSED_BADLY - self._measured
        if seen != NOTHING:
            a_unit[stage] = (a_unit[stage] * GUESS_UNITS + seen.seconds) / (GUESS_UNITS + seen.units)
        expected = {one: length.units(one) * a_unit[one] for one in way}
        at = way.index(stage)
        past = sum(expected[one] for one in way[:at]) + expected[stage] * done
        whole = sum(expected.values())
        unknown = guessed - {stage} if seen.units else guessed
        told = unknown.isdisjoint(way[at:])
        return Outlook(past / whole if whole else done, whole - past if told else None)


def in_turns(own_s: Seconds, others_s: Sequence[Seconds | None]) -> Seconds:
    """When work of so many seconds is done, if it takes turns with others; one that nobody knows is not shorter."""
    return own_s + sum(own_s if other is None else min(own_s, other) for other in others_s)
