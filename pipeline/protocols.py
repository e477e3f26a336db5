"""What a stage's tool must be able to do, whoever does it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from models.values import Clip, Cluster, ModelStamp, Samples, Seconds, Vectors, Voice

Progress: TypeAlias = Callable[[float], None]  # told the finished share of one stage, 0..1


def silent(fraction: float) -> None:
    """A Progress that nobody watches."""


class Cutter(Protocol):
    """Finds where somebody speaks."""

    def speech(self, samples: Samples) -> list[Clip]:
        """Stretches of speech in order of time, in seconds from the first sample; empty where nobody speaks."""
        ...

    def speech_in(self, blocks: Iterable[Samples]) -> list[Clip]:
        """The same for a long sound that comes in blocks, in memory that hardly grows with it."""
        ...


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as the engine heard it; seconds from the start of its window."""

    text: str  # with the space before it, where there is one
    start_s: Seconds
    end_s: Seconds
    probability: float | None  # 0..1


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or so, with Whisper's own measures of doubt; seconds from the start of its window."""

    start_s: Seconds
    end_s: Seconds
    text: str
    words: tuple[HeardWord, ...]  # in order of time; empty where the engine could not place them
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an engine heard in one window."""

    language: str  # Whisper's code
    segments: tuple[Segment, ...]  # in order of time; empty where it heard nothing


class Recogniser(Protocol):
    """A speech engine: openai-whisper, faster-whisper."""

    @property
    def stamp(self) -> ModelStamp: ...

    def hear(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None,
        vocabulary: str | None,
        progress: Progress = silent,
    ) -> list[Recognised]:
        """One answer a window, in order; none for no windows. Each window holds at most 30 s, in which somebody speaks.

        How windows are batched changes nothing but the speed: the same window gives the same words, whatever stands
        beside it. `language` is Whisper's code; None: the model guesses one for all of these windows together.
        `vocabulary` is text with names and terms as they are spelled.
        """
        ...


class Diarizer(Protocol):
    """Tells who speaks when."""

    @property
    def stamp(self) -> ModelStamp: ...

    def voices(self, blocks: Iterable[Samples], speech: Sequence[Clip], *, speakers: int) -> list[Voice]:
        """Who is heard when, in order of time, inside of `speech` only; empty where nobody speaks.

        `blocks` is the whole sound, piece after piece; memory hardly grows with it. At most `speakers` people are told
        apart; their names are “Speaker 1”, “Speaker 2”, … in order of their first words. The same sound gives the same.
        """
        ...


class Embedder(Protocol):
    """Places texts in a space where near means alike."""

    @property
    def stamp(self) -> ModelStamp: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order: (len(texts), d); (0, d) for none."""
        ...


class Clusterer(Protocol):
    """Gathers passages that speak about the same thing."""

    def cluster(
        self,
        ids: Sequence[str],
        texts: Sequence[str],
        vectors: Vectors,
        *,
        cohesion: float = -1.0,
        holding: Sequence[str] | None = None,
    ) -> tuple[list[Cluster], list[str]]:
        """Clusters in order of their first member, and the ids of those that belong to none.

        `cohesion` is the mean cosine with the other members that a member must have; `holding` leaves out the clusters
        that have none of these members. The same set of passages gives
        the same answer in whatever order it comes.
        """
        ...
