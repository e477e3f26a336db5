"""Which implementation does what: the one place where a choice is made.

Models are large and not every command needs each, so a tool is loaded when it is first used, and then kept.
"""

from functools import cached_property
from pathlib import Path

from spacy.language import Language

from pipeline import converted, faster_whisper, openai_whisper
from pipeline.cluster import PassageClusterer
from pipeline.diarize import VoiceDiarizer
from pipeline.doubt import Doubts
from pipeline.embed import SentenceEmbedder, load_embedder
from pipeline.identifiers import IdentifierFinder
from pipeline.label import ClauseNamer
from pipeline.protocols import Diarizer, Recogniser
from pipeline.pyannote_pipeline import load_pyannote
from pipeline.settings import Settings
from pipeline.simile_ranker import Ranker, ranker_of
from pipeline.speech import SileroCutter
from pipeline.text import load_language
from pipeline.transcribe import Transcriber
from pipeline.voiceprints import load_encoder


class Tools:
    """The tools of every stage, as the settings choose them. Each raises MissingModel when its model is not there."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def cutter(self) -> SileroCutter:
        return SileroCutter(threshold=self.settings.vad_threshold)

    @cached_property
    def recogniser(self) -> Recogniser:
        if uses_faster_whisper(self.settings):
            return faster_whisper.load(self.settings)
        return openai_whisper.load(self.settings)

    @cached_property
    def transcriber(self) -> Transcriber:
        return Transcriber(self.recogniser, self.cutter, Doubts.of(self.settings))

    @cached_property
    def diarizer(self) -> Diarizer | None:
        """None where the settings want nobody's voice to be recognised."""
        chosen = self.settings.diarization_model
        if chosen == "none":
            return None
        return VoiceDiarizer(load_encoder()) if chosen == "resemblyzer" else load_pyannote(Path(chosen))

    @cached_property
    def language(self) -> Language:
        return load_language(self.settings.spacy_model)

    @cached_property
    def identifiers(self) -> IdentifierFinder:
        return IdentifierFinder()

    @cached_property
    def embedder(self) -> SentenceEmbedder:
        return load_embedder(self.settings.embedding_model, self.settings.threads)

    @property
    def ranker(self) -> Ranker:
        """Looked for each time: another one may have been trained meanwhile."""
        return ranker_of(self.settings.models_dir)

    @cached_property
    def clusterer(self) -> PassageClusterer:
        return PassageClusterer(ClauseNamer(self.embedder))


def uses_faster_whisper(settings: Settings) -> bool:
    """Whether that engine is the chosen one. It is not chosen for being installed: a package must change no words."""
    if settings.speech_engine == "auto":
        return converted.is_model(Path(settings.whisper_model))
    return settings.speech_engine == "faster-whisper"


def build_tools(settings: Settings) -> Tools:
    """Tools for these settings; nothing is loaded yet."""
    return Tools(settings)
