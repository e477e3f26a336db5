"""Lines for a card's slots: which sentence of a passage says what is seen, concluded, done or to be avoided.

A line is a whole sentence as it is shown; the words decide its slot, and the first rule that fits wins.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from models.values import FindingType, Modality, Part
from pipeline.clauses import (
    CONCESSIONS,
    CONDITIONS,
    EXCEPTIONS,
    POLITE,
    REASONS,
    VAGUE_SUBJECT,
    Clause,
    clauses,
    groups,
    parts,
    trimmed,
    words,
)
from pipeline.text import lexicon
from pipeline.wording import ADVERBS, BROKEN_OFF, LOOKS_PAST, STATES, VAGUE, content_words, unhedged

CUT_ABOVE = 26  # words of a sentence that is cut at the borders of its main clauses
LONGEST = 45  # words of a line
SHORTEST = 4
CLAUSE_WORDS = range(3, 21)
SUBORDINATE = CONDITIONS | REASONS | CONCESSIONS

NOT_TOLD = re.compile(  # what it opens is about the speaker, or a story
    r"(?:i (?:think|guess|don['’]t know|mean|know|remember|was|had|did|could show|hope|love|started|work|used)|"
    r"it was|that was|we were|we had|he|she|they were|there (?:was|were)|i['’]m (?:not )?(?:sure|going|an?|the)|"
    r"let['’]s say|(?:i|we)['’]ve|as (?:i|we) (?:said|told)|thanks?|welcome|visit|subscribe|join us|sign up|head over|"
    r"check (?:us|it|them) out|stay tuned)\b",
    re.I,
)
PAST = re.compile(
    r"(?:i|we|they|he|she|it|there|you)(?:['’]d)?\s+(?:\w+ly )?"
    r"(?:was|were|had|did|went|came|got|said|told|thought|knew|saw|took|made|found|gave|started|used to|noticed|"
    r"wanted|tried|ended|decided|built|wrote|worked|realized|began|discovered|\w{3,}ed)\b",
    re.I,
)
RECOMMENDS = re.compile(
    rf"\b(?:i|we)(?:['’]d| would)? {ADVERBS}(?:recommend|suggest|prefer|advise)\b|"
    r"\bmy (?:advice|recommendation|rule)\b|"
    r"\bthe (?:best|right|way|first thing|next step|key|trick)[^.,]{0,25}\bis to\b|"
    r"\b(?:all|what) (?:you|we|i) (?:\w+ )?(?:have to )?do(?: is|['’]s)\b|"
    r"\bthe way (?:that )?(?:i|we|you) (?:\w+ )?do\b",
    re.I,
)
MODAL = re.compile(
    rf"(?:^|, (?:and |so |then )?)(?:you|we|i|one)(?:['’]ll| will|['’]re| are|['’]ve| have|['’]d| would)? {ADVERBS}"
    r"(?:going to|gonna|want to|need to|have to|should|must|got to|gotta|try to|like to|prefer to|tend to|"
    r"make sure|make certain|ought to|start by)\b"
    r"(?! (?:(?:just|also|really|actually|probably) )*"
    r"(?:be|have|know|say|think|see|hear|admit|believe|tell you|mention|talk|go back|thank|remember)\b)",
    re.I,
)
HABIT = re.compile(
    r"\bmake (?:sure|certain)\b|\bremember to\b|\byou(?:['’]d)? better\b|"
    r"\b(?:i|we) (?:always|usually|typically|generally|normally)\b"
    r"(?! (?:think|say|thought|feel|felt|was|were|wanted|have|had|am|are)\b)",
    re.I,
)
EVALUATION = re.compile(
    r"\b(?:is|are|['’]s|['’]re|be) "
    r"(?:not |really |very |so |pretty |quite |too |usually |often |always |more |most |the )*"
    r"(?:important|critical|crucial|key|essential|better|best|worse|worst|hard|harder|difficult|easy|easier|safe|safer|"
    r"safest|dangerous|risky|fine|enough|necessary|useful|normal|common|rare|likely|unlikely|ready|done|wrong|right|"
    r"good|bad|bigger|biggest|main|most|less|more|too|tricky|wet|dry|hot|cold)\b|"
    r"\b(?:hard|difficult|easy|impossible|better|best|worth) to\b|\bit (?:all )?depends\b|"
    r"\bthe (?:key|trick|secret|point|problem|hard part|challenge|idea|rule|difference|art)[^.,]{0,30} is\b|"
    r"\b(?:that|which|this) (?:means|tells|shows|indicates)\b|\byou (?:always |usually |often )?(?:end up|get)\b|"
    r"\b(?:always|usually|typically|generally|tends? to|in general|most of the time|rarely|never)\b",
    re.I,
)
LEARNERS = r"\b(?:beginner|novice|junior|trainee|apprentice|newcomer|student|resident|learner|new \w+|young \w+)s?\b"
ERRORS = r"\b(?:mistakes?|errors?|wrong|problems?|struggle|trouble|miss|overlook|forget|difficult\w*|hard)\b"
ASKS_FOR_ERRORS = re.compile(
    rf"{LEARNERS}.*{ERRORS}|{ERRORS}.*{LEARNERS}|\b(?:common|typical|usual) (?:mistakes?|errors?)\b", re.I | re.S
)
PROHIBITS = re.compile(
    r"(?:^|, )(?:you|we) never (?!know|think|have|had|see|hear|get|really|want|mind|thought|heard|saw|said)\w+", re.I
)
LETS = re.compile(r"let['’]?s\b", re.I)
PERCEIVED_BY_ME = re.compile(r"(?:i|we) (?:see|feel|think)\b", re.I)
NO_ACTS = lexicon(
    "call know use do base bear say make involve go allow hold design write build concern interest suppose name mean "
    "see"
)
SKIPPED = lexicon("then now and so also first just again next usually always basically but or please instead simply")
MAY_COME_BETWEEN = lexicon("'ll ’ll will 're ’re are going gonna to would 'd ’d can")
OTHERS = lexicon("they people he she everybody everyone somebody most some many")
WHO_ACTS = frozenset(["you", "we", "i"])


@dataclass(frozen=True, slots=True)
class Noticed:
    """A finding, in characters of the shown text."""

    type: FindingType
    start: int
    end: int
    modality: Modality | None = None


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A line and the slot that it belongs to: characters [start, end) of the shown text."""

    slot: str
    start: int
    end: int
    rule: str  # why it stands in this slot
    parts: tuple[Part, ...] = ()  # in characters of the line
    modality: Modality | None = None
    threshold: str | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a sentence that may become a line: tokens [start, end), and its clauses."""

    doc: Doc
    start: int
    end: int
    found: tuple[Clause, ...]

    @property
    def text(self) -> str:
        return self.doc[self.start : self.end].text

    @property
    def chars(self) -> tuple[int, int]:
        return self.doc[self.start].idx, self.doc[self.end - 1].idx + len(self.doc[self.end - 1])

    @property
    def main(self) -> list[Token]:
        """The tokens outside its subordinate clauses."""
        return [
            token
            for clause in self.found
            if clause.opener not in SUBORDINATE
            for token in self.doc[clause.start : clause.end]
        ]


def lines(doc: Doc, noticed: Sequence[Noticed] = (), *, question: str | None = None) -> list[SlotLine]:
    """The lines that one shown sentence gives, in order; none of a question or of what breaks off.

    `doc` is the parse of the shown text, `noticed` what was found in it. Where the `question` asks what beginners do
    wrong, what "they" do is taken for that, and so is what fits no other slot.
    """
    if doc.text.rstrip().endswith("?"):
        return []
    asked = bool(ASKS_FOR_ERRORS.search(question or ""))
    found = [line for piece in _pieces(doc) for line in _lines_of(piece, noticed, asked=asked)]
    if found or not asked:
        return found
    return [
        SlotLine("novice_errors", *piece.chars, "the answer to what beginners do wrong", _parts(piece))
        for piece in _pieces(doc)
        if not _is_past(piece) and not NOT_TOLD.match(piece.text)
        if content_words(piece.doc[piece.start : piece.end]) >= 2
    ]


def is_story(doc: Doc) -> bool:
    """Whether the main clause tells of the past."""
    return any(
        root.dep_ == "ROOT"
        and root.lower_ not in LOOKS_PAST
        and (
            root.tag_ == "VBD"
            or any(child.dep_ in {"aux", "auxpass"} and child.tag_ == "VBD" for child in root.children)
        )
        for root in doc
    )


def is_fragment(doc: Doc) -> bool:
    """Whether the sentence breaks off or has no verb."""
    return bool(BROKEN_OFF.search(doc.text)) or not any(
        token.pos_ in {"VERB", "AUX"} and token.tag_ != "VBG" for token in doc
    )


# ---- pieces


def _pieces(doc: Doc) -> Iterator[_Piece]:
    found = clauses(doc)
    for first, last in groups(doc, found, longest=CUT_ABOVE):
        start, end = trimmed(doc, first, last)
        if not SHORTEST <= len(words(doc, start, end)) <= LONGEST or BROKEN_OFF.search(doc[first:last].text):
            continue
        inside = (replace(one, start=max(one.start, start), end=min(one.end, end)) for one in found)
        yield _Piece(doc, start, end, tuple(one for one in inside if one.start < one.end))


def _lines_of(piece: _Piece, noticed: Sequence[Noticed], *, asked: bool) -> Iterator[SlotLine]:
    start, end = piece.chars
    here = [one for one in noticed if one.start < end and start < one.end]
    types = {one.type for one in here if one.type is not FindingType.WARNING or _in_main(one, piece)}
    if asked and any(token.dep_ == "nsubj" and token.lower_ in OTHERS for token in piece.main):
        types.add(FindingType.NOVICE_ERROR)
    slot, rule = _slot(piece, types)
    if slot is None:
        yield from _alone(piece, here)
        return
    line = SlotLine(slot, start, end, rule, _parts(piece))
    yield _as_cue(line, piece.doc.text, here) if slot == "cues" else line
    for clause in piece.found:
        yield from _clause_line(piece.doc, clause)


def _in_main(one: Noticed, piece: _Piece) -> bool:
    """Whether some of it stands in the main clause: "if you don't use it" warns of nothing."""
    return any(token.idx < one.end and one.start < token.idx + len(token) for token in piece.main)


def _as_cue(line: SlotLine, text: str, here: Sequence[Noticed]) -> SlotLine:
    senses = [one.modality for one in here if one.type is FindingType.CUE and one.modality]
    limits = [text[one.start : one.end] for one in here if one.type is FindingType.THRESHOLD]
    return replace(line, modality=next(iter(senses), None), threshold=next(iter(limits), None))


def _parts(piece: _Piece) -> tuple[Part, ...]:
    start, end = piece.chars
    inside = (part for part in parts(piece.doc, list(piece.found)) if start <= part.start and part.end <= end)
    return tuple(Part(part.role, part.start - start, part.end - start) for part in inside)


def _alone(piece: _Piece, here: Sequence[Noticed]) -> Iterator[SlotLine]:
    """A sentence that is nothing but a condition, a reason or an exception is a line of that slot."""
    types = {one.type for one in here}
    if _is_past(piece) or content_words(piece.doc[piece.start : piece.end]) < 2:
        return
    openers = {clause.opener for clause in piece.found}
    if FindingType.EXCEPTION in types or openers & EXCEPTIONS:
        yield SlotLine("exceptions", *piece.chars, "an exception", _parts(piece))
    elif openers & REASONS:
        yield SlotLine("rationale", *piece.chars, "a reason", _parts(piece))
    elif openers <= CONDITIONS and openers:
        yield SlotLine("situation", *piece.chars, "a condition", _parts(piece))


def _clause_line(doc: Doc, clause: Clause) -> Iterator[SlotLine]:
    """The condition, reason or exception inside a line, where it can be understood by itself."""
    start, end = trimmed(doc, clause.start, clause.end)
    text = doc[start:end].text
    slot = "exceptions" if clause.opener in EXCEPTIONS else "situation" if clause.opener in CONDITIONS else "rationale"
    if clause.opener not in CONDITIONS | REASONS | EXCEPTIONS or len(words(doc, start, end)) not in CLAUSE_WORDS:
        return
    nouns = [token for token in doc[start:end] if token.pos_ in {"NOUN", "PROPN"} and token.lemma_.lower() not in VAGUE]
    past = any(token.tag_ == "VBD" and token.lower_ not in LOOKS_PAST for token in doc[start:end])
    if nouns and not past and not POLITE.match(text) and not VAGUE_SUBJECT.match(text) and not BROKEN_OFF.search(text):
        yield SlotLine(slot, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), clause.opener)


# ---- the order of the rules


def _slot(piece: _Piece, types: set[FindingType]) -> tuple[str | None, str]:
    """The slot of a piece and the rule that chose it; None where it belongs nowhere."""
    content = content_words(piece.doc[piece.start : piece.end])
    main = unhedged("".join(token.text_with_ws for token in piece.main).strip(" ,;."))
    if content < 2 or _is_past(piece):
        return None, ""
    if FindingType.NOVICE_ERROR in types:
        return "novice_errors", "what beginners do"
    told = not NOT_TOLD.match(main)
    if told and (FindingType.WARNING in types or PROHIBITS.search(main)):
        return "warnings", "a prohibition or a danger"
    if FindingType.CUE in types and not PERCEIVED_BY_ME.match(main):
        return "cues", "something perceived"
    if RECOMMENDS.search(main) or MODAL.search(main) or MODAL.search(unhedged(piece.text)) or HABIT.search(main):
        return "action", "what one should do"
    if not told or LETS.match(main):
        return None, ""
    if act := _act(piece):
        return "action", act
    if content >= 3 and EVALUATION.search(main):
        return "judgment", "an evaluation"
    if content >= 3 and piece.main and any(_may_be(piece.doc, clause) for clause in piece.found):
        return "judgment", "what follows from a condition"
    return None, ""


def _may_be(doc: Doc, clause: Clause) -> bool:
    """Whether it is a condition that may come true, not one that tells what was."""
    told = any(token.tag_ == "VBD" and token.lower_ not in LOOKS_PAST for token in doc[clause.start : clause.end])
    return clause.opener in CONDITIONS - {"unless"} and not told


def _is_past(piece: _Piece) -> bool:
    """Whether the main clause tells what happened once."""
    main = unhedged("".join(token.text_with_ws for token in piece.main).strip(" ,;."))
    subordinate = any(clause.opener in SUBORDINATE for clause in piece.found)
    roots = [token for token in piece.main if token.dep_ == "ROOT" and token.lower_ not in LOOKS_PAST]
    return bool(PAST.match(main)) or (not subordinate and any(root.tag_ == "VBD" for root in roots))


def _act(piece: _Piece) -> str | None:
    """How the main clause tells somebody to do something, or that it is done; None where it does not."""
    main = piece.main
    for start in _beginnings(main):
        if start == 0 and _orders(main[_skipped(main)]):
            return "an instruction"
        at = start + _skipped(main[start:])
        if main[at].lower_ in WHO_ACTS and _acts(main[at + 1 :]):
            return "what one does"
    return "what is done" if any(_is_done(token) for token in main) else None


def _beginnings(main: Sequence[Token]) -> list[int]:
    """Where the sentence may come to its verb: at its beginning, and behind a comma ("To avoid burns, you wear …")."""
    starts = [0, *(number for number, token in enumerate(main[:-1], 1) if token.text == ",")]
    return [start for start in starts if _skipped(main[start:]) < len(main) - start]


def _skipped(main: Sequence[Token]) -> int:
    """How many words there are before the matter begins."""
    return next(
        (place for place, token in enumerate(main) if not (token.is_punct or token.lower_ in SKIPPED)), len(main)
    )


def _orders(verb: Token) -> bool:
    has_subject = any(child.dep_ in {"nsubj", "expl"} for child in verb.children)
    stands = verb.dep_ in {"ROOT", "conj", "ccomp", "parataxis", "dep", "advcl"}
    orders = STATES - {"look", "get", "find", "remember", "feel", "imagine"}
    return verb.tag_ in {"VB", "VBP"} and stands and not has_subject and verb.lemma_ not in orders


def _acts(after: Sequence[Token]) -> bool:
    """Whether a verb of doing follows the subject, not negated."""
    for token in after:
        if token.pos_ == "ADV" or token.lower_ in MAY_COME_BETWEEN:
            if token.dep_ == "neg":
                return False
            continue
        return token.tag_ in {"VB", "VBP"} and token.pos_ == "VERB" and token.lemma_ not in STATES
    return False


def _is_done(token: Token) -> bool:
    """Whether it is the subject of a present passive: "the valve is closed"."""
    verb = token.head
    if token.dep_ != "nsubjpass" or verb.tag_ != "VBN" or verb.dep_ not in {"ROOT", "conj"} or verb.lemma_ in NO_ACTS:
        return False
    now = any(
        child.dep_ == "auxpass" and child.lower_ in {"is", "are", "'s", "’s", "'re", "be"} for child in verb.children
    )
    return now and not any(child.dep_ == "neg" for child in verb.children)
