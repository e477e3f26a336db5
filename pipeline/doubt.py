"""Doubt: why nobody should trust words before listening to them. What is doubtful is marked, and nothing is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from models.values import Clip
from pipeline.protocols import Segment
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Doubts:
    """Limits beyond which a segment is marked suspect: it stays, and is no evidence until somebody has listened."""

    word_probability: float = 0.6  # mean, below
    speech_overlap: float = 0.3  # share of the segment inside speech, below
    compression: float = 2.4  # above
    logprob: float = -1.0  # below

    @classmethod
    def of(cls, settings: Settings) -> "Doubts":
        return cls(
            settings.suspect_word_probability,
            settings.suspect_speech_overlap,
            settings.suspect_compression,
            settings.suspect_logprob,
        )

    def about(self, segment: Segment, speech: Sequence[Clip]) -> str | None:
        """Why nobody should trust a segment before listening; None for no reason. Both count from the same start."""
        said = [word.probability for word in segment.words if word.probability is not None]
        reasons = []
        if _overlap(Clip(segment.start_s, segment.end_s), speech) < self.speech_overlap:
            reasons.append("hardly anybody speaks here")
        if said and fmean(said) < self.word_probability:
            reasons.append("the words are uncertain")
        if segment.compression_ratio > self.compression:
            reasons.append("the text repeats itself")
        if segment.avg_logprob < self.logprob:
            reasons.append("the text is unlikely")
        return "; ".join(reasons) or None


def _overlap(clip: Clip, speech: Sequence[Clip]) -> float:
    inside = sum(max(0.0, min(clip.end_s, one.end_s) - max(clip.start_s, one.start_s)) for one in speech)
    return inside / max(clip.end_s - clip.start_s, 0.02)
