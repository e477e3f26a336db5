"""The way of a recording, on one screen: sound → transcript → findings → drafts. Pure: no database, no web."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.errors import TacitError
from models.values import Draft, Mined, PlannedWindow, Redaction, Samples, Seconds, Transcript, Vectors, Voice
from pipeline import (
    audio,
    concepts,
    cues,
    draft,
    faithful,
    fit,
    gaps,
    imports,
    match,
    metaphors,
    microphones,
    redact,
    rewriting,
    richness,
    score,
    statements,
    transcribe,
    turns,
    vivid,
)
from pipeline.choosing import TitleOrder
from pipeline.correction import Correction
from pipeline.head import shipped_head
from pipeline.merits import WEIGHTS
from pipeline.protocols import Progress, silent
from pipeline.speakers import TWO, UNTOLD, Speakers, untold
from pipeline.surroundings import Link, Placed, Surroundings
from pipeline.text import language_stamp
from pipeline.tools import Tools

LANGUAGES_MINED = frozenset({"en"})


def read(data: bytes, name: str) -> Transcript:
    """A transcript that somebody already has. Raises Unsupported or Unreadable."""
    return imports.read_transcript(data, name)


def fitted(transcript: Transcript, path: Path, tools: Tools, progress: Progress = silent) -> Transcript:
    """A given transcript whose times are compared with the speech in its sound, and moved if they are off."""
    found = transcribe.plan(path, tools.cutter, progress=progress)
    late = fit.too_late(transcript, found.duration_s)
    offset_s = fit.offset_of(transcript, found.speech)
    moved = fit.moved(transcript, offset_s) if offset_s is not None else transcript
    return replace(moved, warnings=(*moved.warnings, late)) if late and offset_s is None else moved


def plan(path: Path, tools: Tools, progress: Progress = silent) -> transcribe.Plan:
    """Where somebody speaks in a sound file, in groups of windows that are heard one after the other."""
    return transcribe.plan(path, tools.cutter, progress=progress)


def listen(
    path: Path,
    windows: Sequence[PlannedWindow],
    tools: Tools,
    *,
    language: str | None,
    vocabulary: str | None,
    progress: Progress = silent,
) -> Transcript:
    """What is said in one group of windows. `language` None: one is guessed for all of them."""
    sounds = [transcribe.sound_of(path, window) for window in windows]
    heard = tools.transcriber.transcribe(sounds, language=language, vocabulary=vocabulary, progress=progress)
    return join(heard, tools)


def join(parts: Sequence[Transcript], tools: Tools, speakers: Speakers = UNTOLD) -> Transcript:
    """One transcript of parts that follow each other, and who speaks in it."""
    return transcribe.join(parts, speakers, repeats=tools.settings.suspect_repeats)


def diarize(
    path: Path,
    tools: Tools,
    *,
    speakers: int | None,
    windows: Sequence[PlannedWindow] = (),
    progress: Progress = silent,
) -> Speakers:
    """Who is heard when in a sound file. `speakers` None: as many as have a microphone of their own, else two.

    `windows` are the planned ones of the whole file; none: speech is sought. No voices where the settings want none.
    Raises MissingModel.
    """
    duration_s = audio.probe(path).duration_s
    if speakers == 1:
        return Speakers((Voice("Speaker 1", 0.0, duration_s),))
    if tools.diarizer is None:
        return Speakers()
    rows = audio.separate_voices(path)
    if rows and speakers in (None, len(rows)):
        found = microphones.voices_by_microphone(
            lambda: (block for _, block in audio.channels(path)), rows, tools.cutter
        )
        return Speakers(tuple(found))
    speech = transcribe.speech_of(windows) or tools.cutter.speech_in(block for _, block in audio.blocks(path))
    voices = tools.diarizer.voices(_passing(path, duration_s, progress), speech, speakers=speakers or 2)
    return Speakers(tuple(voices), (tools.diarizer.stamp,), (TWO,) if voices and speakers is None else ())


def _passing(path: Path, duration_s: Seconds, progress: Progress) -> Iterator[Samples]:
    """The blocks of a sound file; how far they are is told."""
    for start_s, block in audio.blocks(path):
        yield block
        progress(min(1.0, start_s / duration_s))


def speakers_of(path: Path, tools: Tools, *, speakers: int | None, windows: Sequence[PlannedWindow] = ()) -> Speakers:
    """What `diarize` gives; where it fails nobody is told apart, and a warning says why."""
    try:
        return diarize(path, tools, speakers=speakers, windows=windows)
    except TacitError as error:
        return untold(error)


def transcript_of(
    path: Path,
    tools: Tools,
    *,
    language: str | None,
    vocabulary: str | None = None,
    speakers: int | None = None,
    planning: Progress = silent,
    progress: Progress = silent,
) -> Transcript:
    """All that is said in a sound file, and by whom. `language` None: it is guessed where the first words are."""
    planned = plan(path, tools, planning)
    parts = list[Transcript]()
    for number, group in enumerate(planned.groups):
        spoken = language or next((part.language for part in parts if part.words), None)
        parts.append(listen(path, group, tools, language=spoken, vocabulary=vocabulary))
        progress((number + 1) / len(planned.groups))
    windows = [window for group in planned.groups for window in group]
    told = speakers_of(path, tools, speakers=speakers, windows=windows) if windows else Speakers()
    whole = join(parts, tools, told)
    return replace(whole, warnings=(*planned.warnings, *whole.warnings))


def is_mined(transcript: Transcript) -> bool:
    """Whether there is a pipeline for the transcript's language."""
    return transcript.language.partition("-")[0].lower() in LANGUAGES_MINED


def redactions(transcript: Transcript, tools: Tools, *, known: Sequence[str] = ()) -> list[Redaction]:
    """What may have to be hidden; `known` are the names of people who are heard."""
    language = tools.language if is_mined(transcript) else None
    return redact.find(transcript, tools.identifiers, language, known=known)


def mine(transcript: Transcript, tools: Tools) -> Mined:
    """What is noticed in the experts' statements. The vectors and the scores come with `place`.

    Of the likenesses whatever may be one is there; `place` keeps the good ones.
    """
    known = turns.with_roles(transcript)
    said, docs = statements.cut(known, tools.language)
    noticed = [*cues.find(said, docs), *metaphors.find(said, docs)]
    noticed += vivid.find(said, docs) if tools.settings.metaphor_words else []
    named, things = concepts.find(said, docs)
    things = concepts.defined(things, said, docs, known)
    noticed += [*named, *gaps.find(said, docs, noticed)]
    return Mined(
        transcript=known,
        statements=tuple(said),
        findings=tuple(sorted(noticed, key=lambda finding: (finding.start_char, finding.end_char, finding.type))),
        concepts=tuple(things),
        vectors=np.zeros((0, 0), np.float32),
        models=(*known.models, language_stamp(tools.language)),
        warnings=() if said else ("No expert speaks in this transcript, so there was nothing to mine.",),
    )


def place(mined: Mined, tools: Tools, correction: Correction | None = None) -> Mined:
    """The same with a vector and a score for every statement, and of the likenesses only the good ones.

    `correction` is what was learnt from verdicts. A warning says where there is little know-how.
    """
    ranker = tools.ranker
    found = metaphors.best(mined.findings, mined.statements, ranker, tools.embedder)
    vectors = tools.embedder.embed([statement.text for statement in mined.statements])
    scored = score.score(mined.statements, found, vectors, correction=correction)
    stamps = (tools.embedder.stamp, shipped_head().stamp, ranker.stamp, *([correction.stamp] if correction else []))
    others = [stamp for stamp in mined.models if stamp.stage not in {stamp.stage for stamp in stamps}]
    return replace(
        mined,
        statements=tuple(scored),
        findings=tuple(found),
        vectors=vectors,
        models=(*others, *stamps),
        warnings=tuple(dict.fromkeys((*mined.warnings, *richness.warnings(mined.statements, vectors)))),
    )


def drafts(
    mined: Mined, tools: Tools, *, recording_id: str, talk_s: Seconds | None, order: TitleOrder | None = None
) -> list[Draft]:
    """What the machine proposes as cards, best first; `order`: what was learnt from the titles that people chose."""
    return draft.draft(
        replace(mined, models=(*mined.models, order.stamp)) if order else mined,
        tools.language,
        tools.embedder,
        recording_id=recording_id,
        share=tools.settings.chosen_share,
        cards_per_hour=tools.settings.cards_per_hour,
        talk_s=talk_s,
        title_weights=order.weights if order else WEIGHTS,
    )


def reworded(
    proposed: Sequence[Draft], wordings: Sequence[rewriting.Wording | None], tools: Tools, *, name: str
) -> list[Draft]:
    """The drafts with what may be taken of a language model's wordings."""
    return faithful.reworded(proposed, wordings, tools.language, name=name)


def passage_vectors(proposed: Sequence[Draft], tools: Tools) -> Vectors:
    """One unit vector a draft's passage, in order."""
    return tools.embedder.embed([one.passage.text for one in proposed])


def placed(texts: Sequence[str], tools: Tools) -> Vectors:
    """One unit vector a text, in order: of passages that another model placed before."""
    return tools.embedder.embed(texts)


def gather(new: Placed, kept: Surroundings, tools: Tools) -> tuple[match.Gathering, list[Link]]:
    """Where new passages belong among those that are kept, and what each has to do with them. Nothing kept moves."""
    found = match.gather(new, kept, tools.clusterer)
    return found, match.links(found.settled(new), found.settled(kept.near), tools.language.pipe)
