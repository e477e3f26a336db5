"""The JSON of our own REST: a transcript revision as `GET /recordings/{id}/transcript` gives it."""

from collections.abc import Iterator

from models.values import Transcript
from pipeline.formats.fields import Record, language, records, seconds, share, span, text_of
from pipeline.formats.utterances import Spoken, Utterance, assemble, squeeze


def is_revision(document: Record) -> bool:
    """Whether that is a revision: turns that are characters of one text."""
    return isinstance(document.get("text"), str) and any(
        "start_char" in turn for turn in records(document.get("turns"))
    )


def read_revision(document: Record, name: str) -> Transcript:
    """The transcript of a revision; speakers' roles are guessed again. Raises Unreadable where nobody speaks."""
    words = sorted(records(document.get("words")), key=lambda word: _char(word, "start_char"))
    said, reached = list[Utterance](), 0
    for turn in records(document["turns"]):
        end = _char(turn, "end_char")
        inside = list[Record]()
        while reached < len(words) and _char(words[reached], "start_char") < end:
            inside.append(words[reached])
            reached += 1
        said.append(_turn(turn, inside, document["text"]))
    warnings = document.get("warnings")
    return assemble(
        said,
        name,
        source="tacit-json",
        language=language(document.get("language")),
        warnings=[squeeze(one) for one in warnings if isinstance(one, str)] if isinstance(warnings, list) else (),
    )


def _turn(turn: Record, words: list[Record], text: str) -> Utterance:
    start_s, end_s = seconds(turn.get("start_s")), seconds(turn.get("end_s"))
    start, end = _char(turn, "start_char"), _char(turn, "end_char")
    spoken = tuple(_spoken(words, text))
    return Utterance(
        text_of(turn.get("speaker")) or None,
        squeeze(text[start:end]),
        start_s,
        end_s,
        spoken=spoken,
        continues=False,
    )


def _spoken(words: list[Record], text: str) -> Iterator[Spoken]:
    for word in words:
        said = squeeze(text[_char(word, "start_char") : _char(word, "end_char")])
        times = span(word.get("start_s"), word.get("end_s"))
        if said:
            doubt = text_of(word.get("suspect")) or None
            yield Spoken(said, *times, share(word.get("confidence")), word.get("overlap") is True, doubt)


def _char(values: Record, field: str) -> int:
    """A place in the text; its beginning where that is no number."""
    found = values.get(field)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else 0
