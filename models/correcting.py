"""A transcript after it was corrected: who speaks, what was said, nothing else. Pure: no database.

Words first, then turns. The text of what nobody touched stays as it is, with its times.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby

from models.corrections import (
    Correction,
    Extent,
    Handover,
    Rewording,
    check,
    given_roles,
    invalid,
    renamed,
    roles_of,
    turn_number,
)
from models.errors import FieldError
from models.tokens import Token, shared, tokens_of
from models.values import Redaction, Seconds, SpeakerRole, Transcript, Turn, Word


@dataclass(frozen=True, slots=True)
class _Said:
    """A turn on its way; `tokens` None: its text stays as it is."""

    turn: Turn
    tokens: tuple[Token, ...] | None = None
    handed: bool = False  # to another speaker


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where characters of the old text stand in the new one."""

    start_char: int
    end_char: int
    new_start: int
    new_end: int
    turn: int
    whole: bool  # whether letters inside have no place of their own


def corrected(transcript: Transcript, correction: Correction, *, by: str) -> Transcript:
    """The transcript after the correction; `by` signs every word that was corrected or listened to.

    A corrected word has no confidence and is never suspect. Several words share the time of those that they replace,
    by their lengths. A part that is handed to another speaker joins the turns of that speaker right beside it. Renaming
    leaves the text as it is. Redactions stay on their words; on corrected ones as a whole.

    Raises Invalid, naming each part that does not fit, and where nothing would be left.
    """
    check(transcript, correction)
    named = renamed(transcript, correction.speakers)
    touched: dict[int, list[tuple[str, Extent]]] = {}
    for kind, parts in (("words", correction.words), ("listened", correction.listened), ("turns", correction.turns)):
        for number, part in enumerate(parts):
            place = turn_number(transcript, part.start_char)
            touched.setdefault(place, []).append((f"/{kind}/{number}", part))
    roles = roles_of(named) | given_roles(correction.speakers)
    said: list[_Said] = []
    errors: list[FieldError] = []
    for number, turn in enumerate(named.turns):
        if number in touched:
            before = tokens_of(named, turn)
            said += _split(turn, before, _changed(before, touched[number], by, errors), roles)
        else:
            said.append(_Said(turn))
    if errors:
        raise invalid(errors)
    if not said:
        raise invalid([FieldError("/words", "would leave nothing of the transcript")])
    return _written(named, list(_joined(named, said)))


# Words


def _changed(
    tokens: list[Token], parts: Sequence[tuple[str, Extent]], by: str, errors: list[FieldError]
) -> list[Token]:
    """The tokens of one turn after what was said about them."""
    for pointer, part in sorted(parts, key=lambda each: each[1].start_char, reverse=True):
        if isinstance(part, Rewording):
            tokens = _reworded(tokens, part, by, pointer, errors)
    for _, part in parts:
        if isinstance(part, Handover):
            tokens = [
                replace(one, speaker=part.speaker) if part.touches(one.start_char, one.end_char) else one
                for one in tokens
            ]
        elif not isinstance(part, Rewording):
            tokens = [
                replace(one, word=_sure(one.word, by)) if part.touches(one.start_char, one.end_char) else one
                for one in tokens
            ]
    return tokens


def _sure(word: Word | None, by: str) -> Word | None:
    return word and replace(word, confidence=None, suspect=None, by=by)


def _reworded(tokens: list[Token], part: Rewording, by: str, pointer: str, errors: list[FieldError]) -> list[Token]:
    places = [place for place, token in enumerate(tokens) if part.touches(token.start_char, token.end_char)]
    first, last = tokens[places[0]], tokens[places[-1]]
    if any(tokens[place].new for place in places):
        errors.append(FieldError(pointer, "changes a word that another one changes too"))
        return tokens
    texts = grown(first, last, part).split()
    words = _words_for(texts, [word for place in places if (word := tokens[place].word)], by)
    fresh = [
        Token(first.start_char, last.end_char, text, " " if number else first.lead, word, first.speaker, new=True)
        for number, (text, word) in enumerate(zip(texts, words, strict=True))
    ]
    following = tokens[places[-1] + 1 :]
    if not fresh and following:
        following[0] = replace(following[0], lead=following[0].lead or first.lead)
    return [*tokens[: places[0]], *fresh, *following]


def grown(first: Token, last: Token, part: Rewording) -> str:
    """What the whole words that a rewording touches, of which these are the outer ones, read afterwards."""
    kept = first.text[: max(0, part.start_char - first.start_char)]
    rest = last.text[max(0, part.end_char - last.start_char) :]
    return f"{kept}{part.text}{rest}"


def _words_for(texts: Sequence[str], before: Sequence[Word], by: str) -> list[Word | None]:
    """A person's words in the time of those before; none where those were not known word by word."""
    if not before:
        return [None] * len(texts)
    overlap = any(word.overlap for word in before)
    starts = [word.start_s for word in before if word.start_s is not None]
    ends = [word.end_s for word in before if word.end_s is not None]
    times = shared(min(starts, default=None), max(ends, default=None), texts)
    return [Word(0, 0, begins, over, overlap=overlap, by=by) for begins, over in times]


# Turns


def _split(
    turn: Turn, before: Sequence[Token], tokens: Sequence[Token], roles: Mapping[str, SpeakerRole]
) -> Iterator[_Said]:
    """The turn in as many turns as it has speakers now; none where no word is left."""
    for speaker, run in groupby(tokens, key=lambda token: token.speaker):
        part = tuple(run)
        start_s = turn.start_s if part[0].start_char == before[0].start_char else _time(turn, part[0], begins=True)
        end_s = turn.end_s if part[-1].end_char == before[-1].end_char else _time(turn, part[-1], begins=False)
        if start_s is not None and end_s is not None:
            end_s = max(start_s, end_s)
        handed = speaker != turn.speaker
        role = roles.get(speaker, SpeakerRole.OTHER) if handed else turn.role
        yield _Said(replace(turn, speaker=speaker, role=role, start_s=start_s, end_s=end_s), part, handed)


def _time(turn: Turn, token: Token, *, begins: bool) -> Seconds | None:
    """When a token begins or ends: as its word says, else by how many letters of the turn stand before."""
    if token.word is not None and token.word.start_s is not None:
        return token.word.start_s if begins else token.word.end_s
    if turn.start_s is None or turn.end_s is None:
        return None
    letters = (token.start_char if begins else token.end_char) - turn.start_char
    return round(turn.start_s + (turn.end_s - turn.start_s) * letters / (turn.end_char - turn.start_char), 3)


def _joined(transcript: Transcript, said: Iterable[_Said]) -> Iterator[_Said]:
    """The turns, those that were handed over in one with what the same speaker says right before and behind."""
    last: _Said | None = None
    for one in said:
        if last and last.turn.speaker == one.turn.speaker and (last.handed or one.handed):
            first, *others = _tokens(transcript, one)
            tokens = (*_tokens(transcript, last), replace(first, lead=" "), *others)
            last = _Said(replace(last.turn, end_s=one.turn.end_s), tokens, one.handed)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _tokens(transcript: Transcript, said: _Said) -> Sequence[Token]:
    return tokens_of(transcript, said.turn) if said.tokens is None else said.tokens


# The new text


def _written(transcript: Transcript, said: Sequence[_Said]) -> Transcript:
    texts: list[str] = []
    turns: list[Turn] = []
    words: list[Word] = []
    moved: list[_Moved] = []
    at = 0
    for number, one in enumerate(said):
        start = at
        if one.tokens is None:
            shift = at - one.turn.start_char
            texts.append(transcript.text[one.turn.start_char : one.turn.end_char])
            words += _shifted(transcript.words_in(one.turn.start_char, one.turn.end_char), shift)
            at = one.turn.end_char + shift
            moved.append(_Moved(one.turn.start_char, one.turn.end_char, start, at, number, False))
        else:
            text = ""
            for token in one.tokens:
                text += (token.lead if text else "") + token.text
                at = start + len(text)
                moved.append(_Moved(token.start_char, token.end_char, at - len(token.text), at, number, token.new))
                if token.word:
                    words.append(replace(token.word, start_char=at - len(token.text), end_char=at))
            texts.append(text)
        turns.append(replace(one.turn, start_char=start, end_char=at))
        at += 1
    redactions = tuple(_redacted(transcript.redactions, moved))
    return replace(transcript, text="\n".join(texts), turns=tuple(turns), words=tuple(words), redactions=redactions)


def _shifted(words: Sequence[Word], shift: int) -> Iterable[Word]:
    if shift == 0:
        return words
    return [replace(word, start_char=word.start_char + shift, end_char=word.end_char + shift) for word in words]


def _redacted(redactions: Sequence[Redaction], moved: Sequence[_Moved]) -> Iterator[Redaction]:
    """The redactions on the same words in the new text; one for every turn in which some of them stand."""
    for redaction in redactions:
        inside = [
            each for each in moved if each.start_char < redaction.end_char and redaction.start_char < each.end_char
        ]
        for _, run in groupby(inside, key=lambda each: each.turn):
            places = list(run)
            first, last = places[0], places[-1]
            start = first.new_start + (0 if first.whole else max(0, redaction.start_char - first.start_char))
            end = last.new_end - (0 if last.whole else max(0, last.end_char - redaction.end_char))
            yield replace(redaction, start_char=start, end_char=end)


# What somebody typed


def rewordings(transcript: Transcript, turn: Turn, typed: str, *, shown: str) -> tuple[Rewording, ...]:
    """What somebody has changed who typed a turn's text anew: as few words as can be, so that the others keep theirs.

    `shown` is the transcript's text as that person saw it, of the same length: words that were hidden stay what they
    are. A word that is put in shares the time of the one before it; of the one behind it, at the beginning. Blanks do
    not count. Nothing else is checked of what was typed.
    """
    tokens = tokens_of(transcript, turn)
    firsts = [place for place, token in enumerate(tokens) if token.lead or not place]
    units = [tokens[first:last] for first, last in zip(firsts, [*firsts[1:], len(tokens)], strict=True)]
    seen = [shown[unit[0].start_char : unit[-1].end_char] for unit in units]
    real = [transcript.text[unit[0].start_char : unit[-1].end_char] for unit in units]
    found: list[tuple[int, int, list[str]]] = []  # units from, to, and what is to stand there
    new = typed.split()
    for kind, first, last, begin, end in SequenceMatcher(None, seen, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if kind != "insert":
            found.append((first, last, _unveiled(new[begin:end], seen[first:last], real[first:last])))
        elif found and found[-1][1] == first and first:
            found[-1][2].extend(new[begin:end])
        elif first:
            found.append((first - 1, first, [real[first - 1], *new[begin:end]]))
        else:
            found.append((0, 1, [*new[begin:end], real[0]]))
    return tuple(_narrowed([token for unit in units[a:b] for token in unit], " ".join(texts)) for a, b, texts in found)


def _unveiled(typed: Sequence[str], seen: Sequence[str], real: Sequence[str]) -> list[str]:
    """The typed words, with what is hidden in place of what was shown for it."""
    words = list(typed)
    for veil, word in zip(seen, real, strict=True):
        hidden = [place for place, letter in enumerate(veil) if letter != word[place]]
        if not hidden:
            continue
        begin, end = hidden[0], hidden[-1] + 1  # without the comma behind it
        place = next((place for place, text in enumerate(words) if veil[begin:end] in text), None)
        if place is not None:
            words[place] = words[place].replace(veil[begin:end], word[begin:end], 1)
    return words


def _narrowed(tokens: Sequence[Token], text: str) -> Rewording:
    """The rewording without the words at its ends that stay, where they are written without a blank between."""
    first, last = 0, len(tokens)
    while last - first > 1 and not tokens[first + 1].lead and text.startswith(tokens[first].text):
        text = text.removeprefix(tokens[first].text)
        first += 1
    while last - first > 1 and not tokens[last - 1].lead and text.endswith(tokens[last - 1].text):
        text = text.removesuffix(tokens[last - 1].text)
        last -= 1
    start, end = tokens[first].start_char, tokens[last - 1].end_char
    return Rewording.model_construct(start_char=start, end_char=end, text=text)
