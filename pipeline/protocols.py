"""What a stage's tool must be able to do, whoever does it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeAlias

from models.values import Clip, Cluster, ModelStamp, Samples, Seconds, Transcript, Vectors

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


class Transcriber(Protocol):
    """Turns sound into words."""

    @property
    def stamp(self) -> ModelStamp: ...

    def transcribe(
        self, samples: Samples, *, offset_s: Seconds, language: str | None, vocabulary: str | None
    ) -> Transcript:
        """What is said in one window of at most a few minutes; times count from the start of the recording.

        `offset_s` is where the window begins. No words where nobody speaks. `language` None: the model guesses.
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
        self, ids: Sequence[str], texts: Sequence[str], vectors: Vectors, *, cohesion: float = -1.0
    ) -> tuple[list[Cluster], list[str]]:
        """Clusters in order of their first member, and the ids of those that belong to none.

        `cohesion` is the mean cosine with the other members that a member must have. The same set of passages gives
        the same answer in whatever order it comes.
        """
        ...
