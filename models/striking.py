"""What remains of a card's content when some of its evidence goes."""

import re
from collections.abc import Collection as AnyOf
from collections.abc import Sequence
from dataclasses import replace

from models.values import LINE_SLOTS, CardContent, Gap, Line, Metaphor, is_persons

WITHDRAWN_TITLE = "Withdrawn"
RUN = 4  # words in a row that a title or question shares with a quote when it is made of it

_QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def resting(content: CardContent) -> list[Line | Metaphor]:
    """The lines and figures of speech that have evidence."""
    lines: list[Line | Metaphor] = [line for slot in LINE_SLOTS for line in content.lines(slot)]
    return [each for each in [*lines, *content.metaphors] if each.evidence]


def without(content: CardContent, gone: AnyOf[int]) -> CardContent:
    """The content without the evidence of these indexes; the rest is numbered from 0 again.

    Lines and figures of speech that rested on nothing else go too.
    """
    kept = [evidence for evidence in content.evidence if evidence.index not in gone]
    numbers = {evidence.index: number for number, evidence in enumerate(kept)}

    def remain(line: Line) -> Line | None:
        evidence = tuple(numbers[index] for index in line.evidence if index in numbers)
        return replace(line, evidence=evidence) if evidence or not line.evidence else None

    def remaining(metaphor: Metaphor) -> Metaphor | None:
        evidence = tuple(numbers[index] for index in metaphor.evidence if index in numbers)
        return replace(metaphor, evidence=evidence) if evidence or not metaphor.evidence else None

    slots = {slot: tuple(filter(None, map(remain, content.lines(slot)))) for slot in LINE_SLOTS}
    return replace(
        content,
        **slots,  # type: ignore[arg-type]
        metaphors=tuple(filter(None, map(remaining, content.metaphors))),
        evidence=tuple(replace(evidence, index=number) for number, evidence in enumerate(kept)),
    )


def struck(content: CardContent, recording_id: str) -> CardContent:
    """The content without a recording: its evidence, what rested on that alone, and words that came from there."""
    gone = {evidence.index for evidence in content.evidence if evidence.recording_id == recording_id}
    if not gone and not any(_asks_about(gap, recording_id) for gap in content.gaps):
        return content
    left = without(content, gone)
    lost = [evidence.quote for evidence in content.evidence if evidence.index in gone]
    kept = [evidence.quote for evidence in left.evidence]
    choices = tuple(title for title in left.title_choices if not _echoes(title, lost, kept))
    gaps = tuple(
        replace(gap, answered_by=None) if gap.answered_by == recording_id else gap
        for gap in left.gaps
        if not (_asks_about(gap, recording_id) or _echoes(gap.question, lost, kept))
    )
    title = left.title
    if not is_persons(left.title_by) and _echoes(title, lost, kept):
        lines = [line.text for slot in LINE_SLOTS for line in left.lines(slot)]
        title = next(iter([*choices, *lines]), WITHDRAWN_TITLE)
    return replace(left, title=title, title_choices=choices, title_merits=(), gaps=gaps)


def _asks_about(gap: Gap, recording_id: str) -> bool:
    return gap.said is not None and gap.said.recording_id == recording_id


def _echoes(text: str, lost: Sequence[str], kept: Sequence[str]) -> bool:
    """Whether a run of the text's words, or what it puts in quotation marks, stands in what is lost only."""
    words = _words(text)
    size = min(RUN, len(words))
    runs = {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}
    runs |= {tuple(_words(quoted)) for quoted in _QUOTED.findall(text)}
    return any(run in _runs(lost, len(run)) and run not in _runs(kept, len(run)) for run in runs if run)


def _runs(quotes: Sequence[str], size: int) -> set[tuple[str, ...]]:
    found = [_words(quote) for quote in quotes]
    return {tuple(words[start : start + size]) for words in found for start in range(len(words) - size + 1)}


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def emptied(content: CardContent) -> CardContent:
    """The shell of a card whose words nobody may keep."""
    return CardContent(kind=content.kind, title=WITHDRAWN_TITLE, models=content.models)
