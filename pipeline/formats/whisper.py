"""Whisper's JSON: of openai-whisper, faster-whisper, WhisperX, whisper.cpp, and of `tacit transcribe`.

WhisperX adds speakers to words and scores; whatever else lists pieces of talk as {“text”, “speaker”, “start”, “end”}
is read in the same way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from models.errors import Unreadable
from models.values import Seconds, Transcript
from pipeline.formats.fields import LONGEST_S, Record, language, record, records, seconds, share
from pipeline.formats.utterances import Spoken, Utterance, are_in_order, assemble, squeeze, timed
from pipeline.formats.voiced import Voiced, spoken_by

DOUBTED = "marked as suspect by the program that wrote the transcript"
LISTS = ("segments", "paragraphs", "utterances", "turns")  # names of the list, the first one that is there counts
WANTED = "wanted is Whisper’s JSON: {“segments”: [{“start”: 0.0, “end”: 4.2, “text”: “…”}]}"
_OFFSETS = 1000  # whisper.cpp counts milliseconds


def read_whisper(document: object, name: str) -> Transcript:
    """The transcript in Whisper's JSON. Raises Unreadable naming the segment that does not fit."""
    about = record(document)
    warnings = about.get("warnings")
    said = list(_said(document, name))
    if not are_in_order([one.start_s for one in said]) and all(one.start_s is not None for one in said):
        said.sort(key=lambda one: one.start_s or 0.0)
    return assemble(
        said,
        name,
        source="whisper-json" if "segments" in about or about is not document else "json",
        language=language(about.get("language")),
        warnings=[squeeze(one) for one in warnings if isinstance(one, str)] if isinstance(warnings, list) else (),
    )


def _said(document: object, name: str) -> Iterator[Utterance]:
    about = record(document)
    segments = next((about[key] for key in LISTS if key in about), document)
    if isinstance(about.get("transcription"), list):
        segments = [_of_cpp(segment) for segment in records(about["transcription"])]
    elif segments is document and isinstance(about.get("word_segments"), list):
        segments = [{**word, "text": word.get("word", "")} for word in records(about["word_segments"])]
    if not isinstance(segments, list) or not all(isinstance(segment, dict) for segment in segments):
        refuse(f"“{name}” is JSON of another kind: {WANTED}.")
    for number, segment in enumerate(segments):
        yield from _utterances(segment, f"“{name}”, segment {number}")


def _of_cpp(segment: Record) -> Record:
    offsets = record(segment.get("offsets"))
    times = (seconds(offsets.get(key), a_second=_OFFSETS) for key in ("from", "to"))
    return {"text": segment.get("text"), **dict(zip(("start", "end"), times, strict=True))}


def refuse(detail: str) -> NoReturn:
    raise Unreadable(detail, remedy="Write it with “whisper --output_format json”, or upload WebVTT, SRT or text.")


def _utterances(segment: Mapping[str, Any], where: str) -> Iterator[Utterance]:
    """What is said in a segment: in pieces, where its words are of several speakers."""
    text = segment.get("text")
    if not isinstance(text, str):
        refuse(f"{where} has no “text” that is a string; {WANTED}.")
    start_s, end_s = _time(segment.get("start"), where, "start"), _time(segment.get("end"), where, "end")
    if start_s is not None and end_s is not None and end_s < start_s:
        refuse(f"{where} ends ({end_s} s) before it starts ({start_s} s).")
    voiced = list(_voiced(segment, where))
    suspect = segment.get("suspect")
    reason = squeeze(suspect) if isinstance(suspect, str) else DOUBTED if suspect is True else ""
    speakers = {one.speaker for one in voiced}
    if len(speakers) > 1:
        yield from (replace(one, suspect=reason or None) for one in spoken_by(voiced))
        return
    speaker = next(iter(speakers), _name(segment.get("speaker")))
    plain = timed(speaker, text, start_s, end_s)
    spoken = tuple(one.word for one in voiced)
    yield Utterance(speaker, plain.text, start_s, end_s, plain.anchors, spoken, reason or None)


def _name(value: object) -> str | None:
    return squeeze(value) or None if isinstance(value, str) else None


def _voiced(segment: Record, where: str) -> Iterator[Voiced]:
    """The segment's words; a word's times are left out where they are missing or run backwards.

    WhisperX places no numbers, and says of such a word neither when nor by whom it is spoken: by the one before it.
    """
    words = [word for word in records(segment.get("words")) if isinstance(word.get("word"), str)]
    of_words = (_name(word.get("speaker")) for word in words)
    speaker = next((name for name in of_words if name), None) or _name(segment.get("speaker"))
    for word in words:
        text = squeeze(word["word"])
        speaker = _name(word.get("speaker")) or speaker
        if not text:
            continue
        start_s = _time(word.get("start"), where, "a word’s start")
        end_s = _time(word.get("end"), where, "a word’s end")
        if start_s is None or end_s is None or end_s < start_s:
            start_s = end_s = None
        confidence = share(word.get("probability", word.get("score")))
        yield Voiced(speaker, Spoken(text, start_s, end_s, confidence, word.get("overlap") is True))


def _time(value: object, where: str, what: str) -> Seconds | None:
    """Seconds; None where there are none. What lies before the recording counts as its beginning."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LONGEST_S:
        refuse(f"{where}: {what} is {str(value)[:40]!r}, wanted are seconds as a number.")
    return max(0.0, float(value))
