"""Statements: what an expert said, cut into quotable pieces of about one sentence.

Punctuation is trusted where it gives pieces of a sentence's length. Where it is missing (many recognisers write none)
the speaker's pauses are the borders, and what is still too long is cut where a clause begins.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from models.values import Seconds, SpeakerRole, Statement, Transcript, Turn
from pipeline.text import WORD, words

PAUSE_S: Seconds = 0.7
LONGEST = 45  # words of a statement that punctuation ends
LONGEST_BARE = 30  # words of a statement without punctuation, which is harder to read
WINDOW = 4_000  # characters that are parsed at once
SHORTEST = 4  # words on either side of a cut inside a piece
SHORT_QUESTION = 25  # words of an interviewer's turn that is kept whole as the question

VISIBLE = re.compile(r"\S")
SENTENCE_END = re.compile(r"(?:(?<![.!?])[.!?]++|…)[\"'”’)\]]*+(?=\s)")  # possessive: linear on endless dots
NO_END = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|approx|Fig|e\.g|i\.e)|(?:^|[\s.])(?!I\b)[A-Za-z])\.$")
NO_NUMBER = re.compile(r"\bNo\.$")  # an abbreviation before a number only
MAY_GO_ON = ("..", "…", "etc.")  # where a small letter follows
BACK_CHANNEL = re.compile(
    r"^(?:yeah|yes|yep|no|nope|okay|ok|right|m+[ -]?hmm?|mhm|um[ -]?hmm|uh[ -]?huh|sure|exactly|correct|perfect|great|"
    r"cool|absolutely|definitely|of course|good|alright|all right|oh|ah|hmm|wow|well|so|um|uh|and|i see what you mean|"
    r"i see|got it|i understand|makes sense|fair enough|interesting|thanks?|thank you|"
    r"that's (?:right|great|interesting|good))\b[\s,.!?…-]*",
    re.I,
)
TAG_QUESTION = re.compile(
    r"(?:^|,\s*)(?:(?:and|so|but)\s+)?(?:right|okay|ok|yes|no|yeah|correct|you know(?: what i mean)?|see|huh|eh|"
    r"(?:is|are|do|does|did|was|wo|ca|could|would)n't (?:it|they|you|that|he|she|we))\?$",
    re.I,
)
ECHO = 3  # words of an interviewer's remark that only repeats what was said
ASKING = re.compile(r"\?|\b(?:what|how|why|who|where|when|which|tell me|describe|explain|go on)\b", re.I)
BIDDING = re.compile(
    r"\b(?:tell (?:me|us)|walk (?:me|us)|talk (?:me|us|about)|describe|explain|give (?:me|us) an example|"
    r"(?:like|want) (?:you )?to (?:hear|know|talk|ask|start)|let's (?:talk|go|start|move))\b",
    re.I,
)
REACH = 10  # statements for which a question is taken to be asked where nobody is known to ask
CLAUSE_STARTS = frozenset({"and", "but", "so", "because", "then", "or", "which", "if", "when", "now"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one turn that lies between two sure borders."""

    turn: int
    start_char: int
    end_char: int
    bare: bool  # no punctuation ends it


def cut(transcript: Transcript, nlp: Language) -> tuple[list[Statement], list[Doc]]:
    """The experts' statements in the order of the text, each with its parse; both empty where no expert speaks.

    A statement's text is verbatim, without white space at its ends. The token `t` of a statement's doc stands at
    `statement.start_char + t.idx`. Takes about 0.1 ms a word.
    """
    pieces = [piece for number in range(len(transcript.turns)) for piece in _pieces(transcript, number)]
    flat = (_flat(transcript.text[piece.start_char : piece.end_char]) for piece in pieces)
    parts = [
        (piece, *_trimmed(doc, part))
        for piece, doc in zip(pieces, nlp.pipe(flat, batch_size=256), strict=True)
        for part in _split(doc[:], LONGEST_BARE if piece.bare else LONGEST)
    ]
    spans = [
        (piece.turn, piece.start_char + at, piece.start_char + at + len(doc.text.rstrip())) for piece, at, doc in parts
    ]
    placed = _answers(transcript, spans)
    made = [
        Statement(index, turn, answer, start, end, transcript.text[start:end], question)
        for index, ((turn, start, end), (answer, question)) in enumerate(zip(spans, placed, strict=True))
    ]
    return made, [doc for _, _, doc in parts]


def _flat(text: str) -> str:
    """The same characters with every white space a plain blank, which the parser reads best."""
    return re.sub(r"\s", " ", text)


# ---- borders


def _pieces(transcript: Transcript, number: int) -> Iterator[_Piece]:
    """The pieces of one turn: between sentence ends, and between pauses where there are none."""
    turn = transcript.turns[number]
    if turn.role is not SpeakerRole.EXPERT:
        return
    for start, end in _sentences(transcript.text, turn):
        bare = not _ends(transcript.text[start:end]) or words(transcript.text[start:end]) > LONGEST
        for first, last in _between_pauses(transcript, start, end) if bare else [(start, end)]:
            for window in _windows(transcript.text, first, last):
                yield _Piece(number, *window, bare)


def _sentences(text: str, turn: Turn) -> list[tuple[int, int]]:
    """Spans between sentence ends, without the white space around them and without those that hold no word."""
    borders = [turn.start_char]
    for match in SENTENCE_END.finditer(text, turn.start_char, turn.end_char):
        before, after = text[borders[-1] : match.end()], VISIBLE.search(text, match.end(), turn.end_char)
        following = after[0] if after else ""
        goes_on = before.endswith(MAY_GO_ON) and following.islower()
        if goes_on or NO_END.search(before) or (NO_NUMBER.search(before) and following.isdigit()):
            continue
        if not WORD.search(before):
            borders.pop()
        borders.append(match.end())
    spans = [_stripped(text, start, end) for start, end in zip(borders, [*borders[1:], turn.end_char], strict=True)]
    return [(start, end) for start, end in spans if WORD.search(text, start, end)]


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span in parts that the parser can hold, cut at white space if there is any."""
    while end - start > WINDOW:
        blank = max((match.start() for match in re.finditer(r"\s", text[start : start + WINDOW])), default=0)
        border = start + (blank or WINDOW)
        yield _stripped(text, start, border)
        start += len(text[start:border]) + len(text[border:end]) - len(text[border:end].lstrip())
    yield start, end


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return end - len(inside.lstrip()), start + len(inside.rstrip())


def _ends(text: str) -> bool:
    return text.rstrip("\"'”’)]")[-1:] in {".", "!", "?", "…"}


def _between_pauses(transcript: Transcript, start: int, end: int) -> list[tuple[int, int]]:
    """Spans between the speaker's pauses; a span of one or two words joins the next one."""
    spoken = transcript.words_in(start, end)
    starts = [start]
    for before, after in pairwise(spoken):
        if before.end_s is None or after.start_s is None or after.start_s - before.end_s < PAUSE_S:
            continue
        if words(transcript.text[starts[-1] : after.start_char]) >= SHORTEST - 1 and after.start_char > starts[-1]:
            starts.append(after.start_char)
    return [_stripped(transcript.text, *span) for span in zip(starts, [*starts[1:], end], strict=True)]


def _split(span: Span, longest: int) -> Iterator[Span]:
    """The span in parts of at most `longest` words, cut where a clause begins if one does, and rather in the middle."""
    said = [] if len(span) <= longest else [token for token in span if not (token.is_punct or token.is_space)]
    possible = [
        (_border(token) - abs(2 * number / len(said) - 1), token.i)
        for number, token in enumerate(said[: 1 - SHORTEST])
        if number >= SHORTEST and _free(token)
    ]
    if len(said) <= longest or not possible:
        yield span
        return
    _, middle = max(possible, key=lambda one: (one[0], -one[1]))
    yield from _split(span.doc[span.start : middle], longest)
    yield from _split(span.doc[middle : span.end], longest)


def _free(token: Token) -> bool:
    """Whether white space stands before the token."""
    before = token.nbor(-1)
    return before.is_space or bool(before.whitespace_)


def _border(token: Token) -> float:
    """How much it looks as if a clause began at this token."""
    strength = 1.0 if token.nbor(-1).is_punct else 0.0
    if token.lower_ in CLAUSE_STARTS and any(one.dep_ in SUBJECTS for one in token.doc[token.i : token.i + 3]):
        strength += 0.6
    return strength + (0.4 if token.is_sent_start else 0.0)


def _trimmed(doc: Doc, part: Span) -> tuple[int, Doc]:
    """Where the part begins in the doc, and the part as a doc of its own, without blanks at its ends."""
    end = part.end
    while end > part.start + 1 and doc[end - 1].is_space:
        end -= 1
    whole = part.start == 0 and end == len(doc)
    return doc[part.start].idx, doc if whole else doc[part.start : end].as_doc()


# ---- answers


def _answers(transcript: Transcript, spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, str | None]]:
    """For every statement (turn, start, end): the number of its answer, and the question before that."""
    if any(_parts_answers(transcript.text, turn) for turn in transcript.turns):
        by_turn = _answers_of_turns(transcript)
        return [by_turn[turn] for turn, _, _ in spans]
    return _answers_of_one_voice([transcript.text[start:end] for _, start, end in spans])


def _answers_of_turns(transcript: Transcript) -> list[tuple[int, str | None]]:
    """For every turn: what others ask parts the answers, a mere "Okay." does not."""
    placed: list[tuple[int, str | None]] = []
    number, question, answered = 0, None, True
    for turn in transcript.turns:
        if _parts_answers(transcript.text, turn):
            asked = _question(transcript.text, turn)
            if answered or "?" in (asked or "") or question is None:
                question = asked
            number += answered
            answered = False
        answered = answered or turn.role is SpeakerRole.EXPERT
        placed.append((number, question))
    return placed


def _answers_of_one_voice(texts: Sequence[str]) -> list[tuple[int, str | None]]:
    """Where nobody is known to ask: a sentence with a question mark is taken as the question of the next few, and
    stands alone."""
    placed: list[tuple[int, str | None]] = []
    number, question, since = 0, None, 0
    for text in texts:
        if text.endswith("?") and not TAG_QUESTION.search(text):
            placed.append((number + 1, None))
            number, question, since = number + 2, text, 0
        else:
            placed.append((number, question if since < REACH else None))
            since += 1
    return placed


def _parts_answers(text: str, turn: Turn) -> bool:
    """Whether an answer ends with this turn: an interviewer prompts, or a third person asks."""
    said = text[turn.start_char : turn.end_char]
    if turn.role is SpeakerRole.OTHER:
        return "?" in said and _prompts(said)
    return turn.role is SpeakerRole.INTERVIEWER and _prompts(said)


def _prompts(text: str) -> bool:
    """Whether an interviewer's turn asks for something, and is not only a sign of listening."""
    rest = _after_back_channel(text)
    return words(rest) > ECHO or (words(rest) > 0 and bool(ASKING.search(rest)))


def _after_back_channel(text: str) -> str:
    rest = text.strip()
    while match := BACK_CHANNEL.match(rest):
        rest = rest[match.end() :]
    return rest


def _question(text: str, turn: Turn) -> str | None:
    """What the turn asks: its last run of questions, a short turn as a whole, or the sentence that bids one tell."""
    sentences = _sentences(text, turn)
    asking = [text[start:end].endswith("?") and _prompts(text[start:end]) for start, end in sentences]
    if True in asking:
        last = len(asking) - 1 - asking[::-1].index(True)
        first = last
        while first > 0 and asking[first - 1]:
            first -= 1
        return text[sentences[first][0] : sentences[last][1]]
    start, end = _stripped(text, turn.start_char, turn.end_char)
    if words(text[start:end]) <= SHORT_QUESTION:
        return text[start:end]
    return next((text[a:b] for a, b in reversed(sentences) if BIDDING.search(text[a:b])), None)
