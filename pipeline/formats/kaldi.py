"""Words and paragraphs side by side, as Kaldi's users write them: Digital Paper Edit, BBC's Kaldi, Vosk.

A word belongs to the paragraph in whose time its middle lies. https://github.com/bbc/digital-paper-edit-client
"""

from collections.abc import Iterator
from dataclasses import dataclass

from models.values import Seconds, Transcript
from pipeline.formats.fields import Record, record, records, seconds, share, span, text_of
from pipeline.formats.utterances import Spoken, Utterance, assemble
from pipeline.formats.voiced import Voiced, spoken_by


@dataclass(frozen=True, slots=True)
class _Paragraph:
    speaker: str | None
    end_s: Seconds


def is_kaldi(document: object) -> bool:
    """Whether that is a document, or a list of documents, with words beside paragraphs or alone."""
    several = records(document)
    if several and not all("paragraphs" in one or "result" in one for one in several):
        return False  # pieces of talk
    return all(_is_word(_words_of(one)) for one in several or [record(document)])


def read_kaldi(document: object, name: str) -> Transcript:
    """The transcript of one document, or of several that follow each other. Raises Unreadable where nobody speaks."""
    documents = records(document) or [record(document)]
    said = [utterance for one in documents for utterance in _said(one)]
    return assemble(said, name, source="kaldi-json")


def _words_of(document: Record) -> object:
    inner = record(document.get("retval"))
    places = ((document, "words"), (inner, "words"), (document, "result"))
    return next((where[key] for where, key in places if key in where), None)


def _is_word(words: object) -> bool:
    return any("start" in word and ("text" in word or "word" in word) for word in records(words)[:50])


def _said(document: Record) -> Iterator[Utterance]:
    paragraphs = _paragraphs(document)
    number, groups = 0, list[list[Voiced]]([[]])
    for word in records(_words_of(document)):
        text = text_of(word.get("punct")) or text_of(word.get("text")) or text_of(word.get("word"))
        times = span(word.get("start"), word.get("end"))
        if not text:
            continue
        middle = None if times[0] is None or times[1] is None else (times[0] + times[1]) / 2
        while middle is not None and number + 1 < len(paragraphs) and middle >= paragraphs[number].end_s:
            number += 1
            groups.append([])
        speaker = paragraphs[number].speaker if paragraphs else text_of(word.get("speaker")) or None
        confidence = share(word.get("confidence", word.get("conf")))
        groups[-1].append(Voiced(speaker, Spoken(text, *times, confidence)))
    for group in groups:
        yield from spoken_by(group)


def _paragraphs(document: Record) -> list[_Paragraph]:
    """Those whose end is known, in order of it."""
    segments = records(record(document.get("segmentation")).get("segments"))
    found = list[_Paragraph]()
    for one in segments or records(document.get("paragraphs")):
        start_s, end_s = seconds(one.get("start")), seconds(one.get("end"))
        if end_s is None and start_s is not None:
            end_s = start_s + (seconds(one.get("duration")) or 0.0)
        label = one.get("speaker")
        name = text_of(record(label).get("@id") if isinstance(label, dict) else label)
        if end_s is not None:
            found.append(_Paragraph(name or None, end_s))
    return sorted(found, key=lambda one: one.end_s)
