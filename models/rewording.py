"""What a card would say if its evidence read differently, a later run had drafted it, or somebody else's words stood
on it too. Pure: no database.

What a person wrote is left as it is: only a machine's words follow the evidence they were taken from.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Collection as AnyOf
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypeAlias, TypeVar

from models.striking import without
from models.values import LINE_SLOTS, CardContent, Evidence, Gap, GapReason, Line, Metaphor, Part, is_persons

_WORD = re.compile(r"\w+(?:['’-]\w+)*")

Texts: TypeAlias = Mapping[str, tuple[str, ...]]  # slot → its lines' texts
V = TypeVar("V", Line, Metaphor)


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters [start, end) of a text become `text`."""

    start: int
    end: int
    text: str


def edits(text: str, old: str, new: str) -> tuple[Edit, ...]:
    """What has to change in `text`, which was made of the words of `old`, now that these read as `new`; in order.

    A changed run of words changes where its old words stand in the text; words that are new come in between two
    that stand side by side in it. Nothing changes where the text does without the words that changed.
    """
    mine, here, there = _words(text), _words(old), _words(new)
    own = [text[start:end] for start, end in mine]
    said = [old[start:end] for start, end in here]
    heard = [new[start:end] for start, end in there]
    places = _places(own, said)
    found = []
    for kind, old_from, old_to, new_from, new_to in _matcher(said, heard).get_opcodes():
        if kind == "equal":
            continue
        words = new[there[new_from][0] : there[new_to - 1][1]] if new_from < new_to else ""
        touched = [number for number, place in places.items() if old_from <= place < old_to]
        if touched:
            found.append(_replaced(text, mine[touched[0]][0], mine[touched[-1]][1], words, said[places[touched[0]]]))
        elif kind == "insert" and (at := _seam(places, old_from)) is not None:
            found.append(Edit(mine[at][1], mine[at][1], f" {words}"))
    return tuple(found)


def _replaced(text: str, start: int, end: int, words: str, was: str) -> Edit:
    """The edit that puts the words there; with a line's large first letter, and without a space too many."""
    if not words:
        return Edit(start, end + 1, "") if text[end : end + 1] == " " else Edit(max(0, start - 1), end, "")
    if text[start].isupper() and was[0].islower():
        words = words[0].upper() + words[1:]
    return Edit(start, end, words)


def _places(own: Sequence[str], said: Sequence[str]) -> dict[int, int]:
    """Of words of a text: which words of the quote they are."""
    blocks = _matcher([word.casefold() for word in own], [word.casefold() for word in said]).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _seam(places: Mapping[int, int], at: int) -> int | None:
    """The word of the text behind which the quote's word `at` would stand; None at the edges of what it uses."""
    before = [number for number, place in places.items() if place < at]
    if not before or max(before) + 1 not in places:
        return None
    return max(before)


def _words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _matcher(one: Sequence[str], other: Sequence[str]) -> "SequenceMatcher[str]":
    return SequenceMatcher(None, one, other, autojunk=False)


def edited(text: str, changes: Sequence[Edit]) -> str:
    """The text after the edits, which are in order."""
    for change in reversed(changes):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _moved(parts: Sequence[Part], changes: Sequence[Edit], length: int) -> tuple[Part, ...]:
    """The parts where their words stand now; those of which nothing is left go."""

    def shift(place: int, *, is_end: bool) -> int:
        by = 0
        for change in changes:
            if place >= change.end and (change.start < change.end or place > change.start or is_end):
                by += len(change.text) - (change.end - change.start)
            elif place > change.start:
                return change.start + by + (len(change.text) if is_end else 0)
        return place + by

    moved = [replace(part, start=shift(part.start, is_end=False), end=shift(part.end, is_end=True)) for part in parts]
    return tuple(part for part in moved if part.start < part.end <= length)


def recited(content: CardContent, now: Mapping[int, Evidence], gone: AnyOf[int]) -> CardContent:
    """The content with evidence as it reads now (by its index), and without what is gone.

    Titles, lines, figures of speech and questions of the machine follow the words; a person's stay, and lose no more
    than the evidence that is gone.
    """
    before = {evidence.index: evidence for evidence in content.evidence}
    pairs = {index: (before[index].quote, one.quote) for index, one in now.items() if before[index].quote != one.quote}
    everywhere = tuple(pairs.values())
    places: dict[Evidence | None, int] = {replace(one, index=0): index for index, one in before.items()}

    def of(evidence: Sequence[int]) -> tuple[tuple[str, str], ...]:
        return tuple(pairs[index] for index in evidence if index in pairs)

    title = _followed(content.title, everywhere) if not is_persons(content.title_by) else content.title
    choices = (_followed(choice, everywhere) for choice in content.title_choices)
    changed = _each_line(
        content,
        lambda line: _line(line, of(line.evidence)),
        lambda metaphor: _metaphor(metaphor, of(metaphor.evidence)),
    )
    changed = replace(
        changed,
        title=title or content.title,
        title_choices=tuple(choice for choice in choices if choice),
        gaps=tuple(_asked(gap, everywhere, places, now) for gap in content.gaps if places.get(gap.said) not in gone),
        evidence=tuple(now.get(evidence.index, evidence) for evidence in content.evidence),
    )
    return without(_kept_words(changed, gone), gone) if gone else changed


def _asked(
    gap: Gap, pairs: Sequence[tuple[str, str]], places: Mapping[Evidence | None, int], now: Mapping[int, Evidence]
) -> Gap:
    """The gap with its question as the words read now, and with its statement, where a line rests on that too."""
    said = now.get(places.get(gap.said, -1))
    return replace(gap, question=_followed(gap.question, pairs), said=replace(said, index=0) if said else gap.said)


def _followed(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        text = edited(text, edits(text, old, new))
    return text


def _line(line: Line, pairs: Sequence[tuple[str, str]]) -> Line:
    if is_persons(line.by):
        return line
    for old, new in pairs:
        changes = edits(line.text, old, new)
        text = edited(line.text, changes)
        threshold = line.threshold and (_followed(line.threshold, [(old, new)]) or None)
        line = replace(line, text=text, parts=_moved(line.parts, changes, len(text)), threshold=threshold)
    return line


def _metaphor(metaphor: Metaphor, pairs: Sequence[tuple[str, str]]) -> Metaphor:
    if is_persons(metaphor.by):
        return metaphor
    return replace(
        metaphor,
        expression=_followed(metaphor.expression, pairs),
        source=metaphor.source and (_followed(metaphor.source, pairs) or None),
        target=metaphor.target and (_followed(metaphor.target, pairs) or None),
    )


def _kept_words(content: CardContent, gone: AnyOf[int]) -> CardContent:
    """The content in which nothing that a person wrote rests on the evidence that is gone."""

    def left(by: str, evidence: Sequence[int]) -> tuple[int, ...]:
        return tuple(index for index in evidence if not is_persons(by) or index not in gone)

    return _each_line(
        content,
        lambda line: replace(line, evidence=left(line.by, line.evidence)),
        lambda metaphor: replace(metaphor, evidence=left(metaphor.by, metaphor.evidence)),
    )


def _each_line(
    content: CardContent, line: Callable[[Line], Line], metaphor: Callable[[Metaphor], Metaphor]
) -> CardContent:
    """The content with each line and figure of speech made another; those that are left without words go."""
    slots = {slot: tuple(new for old in content.lines(slot) if (new := line(old)).text) for slot in LINE_SLOTS}
    figures = tuple(figure for each in content.metaphors if (figure := metaphor(each)).expression)
    return replace(content, **slots, metaphors=figures)  # type: ignore[arg-type]


def texts(content: CardContent) -> Texts:
    """What the slots say."""
    return {slot: tuple(line.text for line in content.lines(slot)) for slot in LINE_SLOTS}


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs; None where there is none."""

    slot: str  # or “title”
    old: str | None
    new: str | None


def differences(old: CardContent, new: CardContent) -> list[Change]:
    """What differs to a reader: title, lines, figures of speech and quotes, in order."""
    found = [Change("title", old.title, new.title)] if old.title != new.title else []
    before: dict[str, tuple[str, ...]] = {**texts(old), "metaphors": tuple(each.expression for each in old.metaphors)}
    after = {**texts(new), "metaphors": tuple(each.expression for each in new.metaphors)}
    before["evidence"] = tuple(each.quote for each in old.evidence)
    after["evidence"] = tuple(each.quote for each in new.evidence)
    for slot in after:
        found += _changes(slot, before[slot], after[slot])
    return found


def _changes(slot: str, old: Sequence[str], new: Sequence[str]) -> list[Change]:
    found = []
    for kind, old_from, old_to, new_from, new_to in _matcher(old, new).get_opcodes():
        if kind != "equal":
            pairs = zip_longest(old[old_from:old_to], new[new_from:new_to])
            found += [Change(slot, was, would) for was, would in pairs]
    return found


def essence(content: CardContent) -> tuple[object, ...]:
    """What two contents have in common that say the same on the same ground, wherever it stands by now."""
    quotes = [(one.recording_id, one.quote, one.suspect) for one in content.evidence]
    figures = [metaphor.expression for metaphor in content.metaphors]
    return content.title, texts(content), figures, quotes


def redrafted(current: CardContent, drafted: CardContent, first: CardContent) -> CardContent:
    """What a later run drafted, with everything that a person wrote or decided on the card.

    `first` is what the machine had drafted before. All three cite the same revision of the transcript. A line of the
    machine stays away where a person has taken it out, or has a line in the same slot that rests on the same words.
    """
    if essence(current) == essence(first):
        return replace(drafted, gaps=_gaps(current, drafted))
    had, has = texts(first), texts(current)
    taken_out = {slot: set(had[slot]) - set(has[slot]) for slot in LINE_SLOTS}
    written = {slot: [line for line in current.lines(slot) if is_persons(line.by)] for slot in LINE_SLOTS}
    figures = [metaphor for metaphor in current.metaphors if is_persons(metaphor.by)]
    used = {index for lines in written.values() for line in lines for index in line.evidence}
    used |= {index for metaphor in figures for index in metaphor.evidence}
    kept = {index: len(drafted.evidence) + number for number, index in enumerate(sorted(used))}
    cited = {evidence.index: evidence for evidence in current.evidence}

    def renumbered(line: V) -> V:
        return replace(line, evidence=tuple(kept[index] for index in line.evidence))

    def machines(slot: str) -> list[Line]:
        ours = [line for line in drafted.lines(slot) if not is_persons(line.by) and line.text not in taken_out[slot]]
        return [line for line in ours if not _said_by(written[slot], line, current, drafted)]

    slots = {slot: (*map(renumbered, written[slot]), *machines(slot)) for slot in LINE_SLOTS}
    by_person = is_persons(current.title_by)
    return replace(
        drafted,
        **slots,  # type: ignore[arg-type]
        kind=current.kind,
        title=current.title if by_person else drafted.title,
        title_by=current.title_by if by_person else drafted.title_by,
        metaphors=(*map(renumbered, figures), *(each for each in drafted.metaphors if not is_persons(each.by))),
        concepts=tuple(dict.fromkeys([*current.concepts, *drafted.concepts])),
        gaps=_gaps(current, drafted),
        evidence=(*drafted.evidence, *(replace(cited[index], index=number) for index, number in kept.items())),
    )


def _gaps(current: CardContent, drafted: CardContent) -> tuple[Gap, ...]:
    answered = {gap.id: gap for gap in current.gaps if gap.answered_by}
    asked = [answered.pop(gap.id, gap) for gap in drafted.gaps]
    return (*asked, *answered.values())


def _said_by(written: Sequence[Line], line: Line, current: CardContent, drafted: CardContent) -> bool:
    """Whether a person's line rests on words that the machine's line rests on."""
    ours = [one for one in current.evidence if any(one.index in each.evidence for each in written)]
    theirs = [one for one in drafted.evidence if one.index in line.evidence]
    return any(overlap(one, other) for one in ours for other in theirs)


def overlap(one: Evidence, other: Evidence) -> int:
    """How many characters both cite of the same revision of the same recording."""
    if (one.recording_id, one.transcript_sha256) != (other.recording_id, other.transcript_sha256):
        return 0
    return max(0, min(one.end_char, other.end_char) - max(one.start_char, other.start_char))


def joined(content: CardContent, other: CardContent) -> CardContent:
    """The content with what another card says of the same thing: its lines and figures of speech, on their evidence.

    What is said in the same letters stands once, on the evidence of both; of a card without lines all evidence comes
    along. Title, kind and what people wrote stay. A question about an empty slot that is filled now is answered by the
    other's recording.
    """
    numbers = _numbers(content, other)

    def renumbered(line: V) -> V:
        return replace(line, evidence=tuple(numbers[index] for index in line.evidence))

    slots = {slot: _both(content.lines(slot), map(renumbered, other.lines(slot))) for slot in LINE_SLOTS}
    known = {metaphor.expression.casefold() for metaphor in content.metaphors}
    figures = [renumbered(each) for each in other.metaphors if each.expression.casefold() not in known]
    cited = {numbers[one.index]: one for one in other.evidence if one.index in numbers}
    added = [replace(one, index=number) for number, one in sorted(cited.items()) if number >= len(content.evidence)]
    answer = added[0].recording_id if added else None
    filled = {slot for slot, lines in slots.items() if lines and not content.lines(slot)}
    return replace(
        content,
        **slots,  # type: ignore[arg-type]
        metaphors=(*content.metaphors, *figures),
        concepts=tuple(dict.fromkeys([*content.concepts, *other.concepts])),
        gaps=tuple(_answered(gap, answer) if gap.slot in filled else gap for gap in content.gaps),
        evidence=(*content.evidence, *added),
        models=tuple(dict.fromkeys([*content.models, *other.models])),
    )


def _numbers(content: CardContent, other: CardContent) -> dict[int, int]:
    """Of the other's evidence that comes along: its number on the card. What both cite has one number."""
    used = {index for slot in LINE_SLOTS for line in other.lines(slot) for index in line.evidence}
    used |= {index for metaphor in other.metaphors for index in metaphor.evidence}
    there = {_place(one): one.index for one in content.evidence}
    coming = [one for one in other.evidence if one.index in used or not used]
    new = [one for one in coming if _place(one) not in there]
    fresh = {one.index: number for number, one in enumerate(new, len(content.evidence))}
    return fresh | {one.index: there[_place(one)] for one in coming if _place(one) in there}


def _place(one: Evidence) -> tuple[str, str, int, int]:
    return one.recording_id, one.transcript_sha256, one.start_char, one.end_char


def _both(lines: Sequence[Line], more: Iterable[Line]) -> tuple[Line, ...]:
    found = list(lines)
    places = {line.text.casefold(): place for place, line in reversed(list(enumerate(lines)))}
    for line in more:
        place = places.get(line.text.casefold())
        if place is None:
            found.append(line)
        else:
            both = tuple(dict.fromkeys([*found[place].evidence, *line.evidence]))
            found[place] = replace(found[place], evidence=both)
    return tuple(found)


def _answered(gap: Gap, by: str | None) -> Gap:
    is_asked = gap.reason == GapReason.EMPTY_SLOT and gap.answered_by is None
    return replace(gap, answered_by=by) if is_asked else gap
