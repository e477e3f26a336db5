"""Whisper's JSON: of openai-whisper, its forks (WhisperX adds speakers and scores), and of `tacit transcribe`."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from models.errors import Unreadable
from models.values import Seconds, Transcript
from pipeline.formats.utterances import Spoken, Utterance, are_in_order, assemble, squeeze, timed

DOUBTED = "marked as suspect by the program that wrote the transcript"
_LONGEST_S: Seconds = 1e7  # more than anybody records
_LANGUAGE = re.compile(r"[A-Za-z]{2,20}(?:-[A-Za-z0-9]{2,8})*")
_WANTED = "wanted is Whisper’s JSON: {“segments”: [{“start”: 0.0, “end”: 4.2, “text”: “…”}]}"


def read_whisper(text: str, name: str) -> Transcript:
    """The transcript in Whisper's JSON. Raises Unreadable naming the segment that does not fit."""
    document = _parsed(text, name)
    segments = document.get("segments") if isinstance(document, dict) else document
    if not isinstance(segments, list) or not all(isinstance(segment, dict) for segment in segments):
        _refuse(f"“{name}” is JSON of another kind: {_WANTED}.")
    about: Mapping[str, Any] = document if isinstance(document, dict) else {}
    warnings = about.get("warnings")
    said = [_utterance(segment, f"“{name}”, segment {number}") for number, segment in enumerate(segments)]
    if not are_in_order([one.start_s for one in said]) and all(one.start_s is not None for one in said):
        said.sort(key=lambda one: one.start_s or 0.0)
    return assemble(
        said,
        name,
        source="whisper-json",
        language=_language(about.get("language")),
        warnings=[squeeze(one) for one in warnings if isinstance(one, str)] if isinstance(warnings, list) else (),
    )


def _language(value: object) -> str:
    """The language's tag; some services write its English name, and nothing means English."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value) or value.lower() == "english":
        return "en"
    return value


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Unreadable(f"“{name}” is JSON nested too deeply; {_WANTED}.") from error
    except ValueError as error:
        raise Unreadable(f"“{name}” is not JSON ({error}); {_WANTED}.") from error


def _refuse(detail: str) -> NoReturn:
    raise Unreadable(detail, remedy="Write it with “whisper --output_format json”, or upload WebVTT, SRT or text.")


def _utterance(segment: Mapping[str, Any], where: str) -> Utterance:
    text = segment.get("text")
    if not isinstance(text, str):
        _refuse(f"{where} has no “text” that is a string; {_WANTED}.")
    start_s, end_s = _time(segment.get("start"), where, "start"), _time(segment.get("end"), where, "end")
    if start_s is not None and end_s is not None and end_s < start_s:
        _refuse(f"{where} ends ({end_s} s) before it starts ({start_s} s).")
    spoken = tuple(_spoken(segment.get("words"), where))
    plain = timed(_speaker(segment), text, start_s, end_s)
    suspect = segment.get("suspect")
    reason = squeeze(suspect) if isinstance(suspect, str) else DOUBTED if suspect is True else ""
    return Utterance(plain.speaker, plain.text, start_s, end_s, plain.anchors, spoken, reason or None)


def _speaker(segment: Mapping[str, Any]) -> str | None:
    """The segment's speaker; WhisperX may know that of the words alone."""
    words = segment.get("words")
    of_words = [word.get("speaker") for word in words if isinstance(word, dict)] if isinstance(words, list) else []
    known = (one for one in (segment.get("speaker"), *of_words) if isinstance(one, str) and one.strip())
    return squeeze(next(known, "")) or None


def _spoken(words: object, where: str) -> Iterator[Spoken]:
    """The segment's words; a word's times are left out where they are missing or run backwards."""
    for word in words if isinstance(words, list) else ():
        text = word.get("word") if isinstance(word, dict) else None
        if not isinstance(text, str) or not squeeze(text):
            continue
        start_s, end_s = (
            _time(word.get("start"), where, "a word’s start"),
            _time(word.get("end"), where, "a word’s end"),
        )
        if start_s is None or end_s is None or end_s < start_s:
            start_s = end_s = None
        yield Spoken(squeeze(text), start_s, end_s, _confidence(word.get("probability", word.get("score"))))


def _time(value: object, where: str, what: str) -> Seconds | None:
    """Seconds; None where there are none. What lies before the recording counts as its beginning."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LONGEST_S:
        _refuse(f"{where}: {what} is {str(value)[:40]!r}, wanted are seconds as a number.")
    return max(0.0, float(value))


def _confidence(value: object) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1 and math.isfinite(value)
    return float(value) if known and isinstance(value, int | float) else None
