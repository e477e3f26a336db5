"""Lines for a card's slots: which sentence of a passage says what is seen, concluded, done or to be avoided.

A line is a whole sentence as it is shown; the words decide its slot, and the first rule that fits wins.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from models.values import FindingType, Modality, Part
from pipeline.acts import CLAUSE_VERBS, WHO_ACTS, act
from pipeline.clauses import (
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
from pipeline.sentences import flaw, is_past, main_tokens, points_back
from pipeline.text import lexicon
from pipeline.wording import ADVERBS, LOOKS_PAST, VAGUE, content_words, unhedged

CUT_ABOVE = 26  # words of a sentence that is cut at the borders of its main clauses
LONGEST = 45  # words of a line
LONGEST_BARE = 14  # of a line that no mark ends, whose borders are a guess
SHORTEST = 4
PURPOSES = frozenset(["so that", "in order to"])
CLAUSE_WORDS = range(3, 21)
ENDED = re.compile(r"[.!?…][\"'”’)\]]*\s*$")

NOT_TOLD = re.compile(  # what it opens is about the speaker, or a story
    r"(?:i (?:think|guess|don['’]t know|mean|know|remember|was|had|did|could show|hope|love|started|work|used)|"
    r"it was|that was|we were|we had|he|she|they were|there (?:was|were)|i['’]m (?:not )?(?:sure|going|an?|the)|"
    r"(?:i|we)(?:['’]d| would) (?:\w+ )?(?:like|love|expect|hope|imagine|figure|guess)|"
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
    r"^too (?:much|many|little|few)\b|"
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
OTHERS = lexicon("they people he she everybody everyone somebody most some many")
THEN = re.compile(r",\s*then\b|\bthen\s+\w+\s+\w+$", re.I)
WISH = re.compile(r"(?:i|we)(?:['’]d| would) (?:\w+ )?(?:like|love) to\b", re.I)
OF_ONESELF = re.compile(r"(?:i|we)(?:['’](?:m|re)| am| are)\b", re.I)
SAYING = lexicon("say tell think believe claim argue suggest want ask know")
SUPPOSED = lexicon("would could might 'd ’d")
LEARNER = re.compile(
    r"\b(?:beginners?|novices?|juniors?|trainees?|apprentices?|newcomers?|newbies|rookies|interns?|learners?|students?|"
    r"residents?|(?:a |the )?new (?:people|guys?|hires?|colleagues?|folks|ones?|bakers?|mechanics?|operators?)|"
    r"young (?:people|guys?|colleagues?|ones?))$",
    re.I,
)
THANKS = re.compile(r"\bthank(?:s| you)\b", re.I)
WANTED = (  # what a question wants to hear about
    (
        re.compile(r"\bexceptions?\b|\bwhen (?:would|do|does) (?:you|it|that) not\b", re.I),
        "exceptions",
        "the exception asked for",
    ),
    (
        re.compile(
            r"\bhow (?:do|can|could|would) you (?:know|tell|notice|recogni[sz]e|spot)\b|"
            r"\bwhat (?:do|does|did) (?:you|your \w+|it) (?:see|hear|feel|smell|taste|look|notice|watch|listen|tell)\b|"
            r"\bwhat (?:feels|looks|sounds|smells|tells)\b|\b(?:signs?|sounds?|smells?) (?:that|of)\b",
            re.I,
        ),
        "cues",
        "the sign asked for",
    ),
)


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
    points_back: bool = False  # its "it" or "they" was named before


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
        return main_tokens(self.doc, self.found)

    @property
    def told(self) -> str:
        """The words of its main clauses from where they come to the matter."""
        return unhedged("".join(token.text_with_ws for token in self.main).strip(" ,;."))

    @property
    def content(self) -> int:
        """How many of its words carry meaning."""
        return content_words(self.doc[self.start : self.end])


def lines(doc: Doc, noticed: Sequence[Noticed] = (), *, question: str | None = None) -> list[SlotLine]:
    """The lines that one shown sentence gives, in order; none of a question or of what breaks off.

    `doc` is the parse of the shown text, `noticed` what was found in it. Where the `question` asks what beginners do
    wrong, what "they" do is taken for that, and so is what fits no other slot.
    """
    if doc.text.rstrip().endswith("?") or is_farewell(question or ""):
        return []
    asked = bool(ASKS_FOR_ERRORS.search(question or ""))
    found = list(_pieces(doc))
    told = [line for piece in found for line in _lines_of(piece, noticed, asked=asked)]
    return told or [line for piece in found for line in _answering(piece, question or "")]


def is_farewell(question: str) -> bool:
    """Whether what is said next only closes the talk."""
    return bool(THANKS.search(question)) and "?" not in question


# ---- pieces


def _pieces(doc: Doc) -> Iterator[_Piece]:
    """The parts of a sentence that can be read by themselves."""
    found = clauses(doc)
    longest = LONGEST if ENDED.search(doc.text) else LONGEST_BARE
    for first, last in groups(doc, found, longest=CUT_ABOVE):
        start, end = trimmed(doc, first, last)
        if not SHORTEST <= len(words(doc, start, end)) <= longest:
            continue
        inside = (replace(one, start=max(one.start, start), end=min(one.end, end)) for one in found)
        piece = _Piece(doc, start, end, tuple(one for one in inside if one.start < one.end))
        if flaw(doc, start, end, piece.found) is None:
            yield piece


def _lines_of(piece: _Piece, noticed: Sequence[Noticed], *, asked: bool) -> Iterator[SlotLine]:
    start, end = piece.chars
    here = [one for one in noticed if one.start < end and start < one.end]
    types = {one.type for one in here if one.type is not FindingType.WARNING or _in_main(one, piece)}
    if _is_of_learners(piece, asked=asked):
        types.add(FindingType.NOVICE_ERROR)
    slot, rule = _slot(piece, types)
    if slot is None:
        yield from _alone(piece, types)
        return
    line = _line(slot, piece, rule)
    yield _as_cue(line, piece.doc.text, here) if slot == "cues" else line
    if not ENDED.search(piece.doc.text):
        return
    for before, clause in zip((None, *piece.found), piece.found, strict=False):
        if before is None or before.opener not in CONDITIONS | REASONS:  # a condition of a condition tells too little
            yield from _clause_line(piece.doc, clause)


def _line(slot: str, piece: _Piece, rule: str) -> SlotLine:
    back = points_back(piece.doc, piece.start, piece.end)
    return SlotLine(slot, *piece.chars, rule, _parts(piece), points_back=back)


def _is_of_learners(piece: _Piece, *, asked: bool) -> bool:
    """Whether it tells what beginners do, or what "they" do where that was asked for."""
    subjects = [token for token in piece.main if token.dep_ == "nsubj"]
    if not subjects or (asked and any(token.lower_ in OTHERS for token in subjects)):
        return bool(subjects)
    subject = subjects[0]
    named = piece.doc[subject.left_edge.i : subject.i + 1].text
    return bool(LEARNER.search(named)) and subject.head.pos_ == "VERB" and subject.head.tag_ in {"VBP", "VBZ", "VB"}


def _answering(piece: _Piece, question: str) -> Iterator[SlotLine]:
    """What fits no other slot belongs where the question wanted it."""
    subject = next((token for token in piece.main if token.dep_ in {"nsubj", "nsubjpass"}), None)
    if piece.content < 3 or subject is None or subject.pos_ != "NOUN":
        return
    if _is_past(piece) or NOT_TOLD.match(piece.told) or _is_hypothetical(piece):
        return
    wanted = next(((slot, rule) for pattern, slot, rule in WANTED if pattern.search(question)), None)
    if wanted is not None:
        yield _line(wanted[0], piece, wanted[1])


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


def _alone(piece: _Piece, types: set[FindingType]) -> Iterator[SlotLine]:
    """A sentence that is nothing but a condition, a reason or an exception is a line of that slot."""
    openers = {clause.opener for clause in piece.found}
    if _is_past(piece) or piece.content < 2 or NOT_TOLD.match(piece.told):
        return
    if piece.main:
        if (FindingType.EXCEPTION in types or openers & EXCEPTIONS) and not _is_hypothetical(piece):
            yield _line("exceptions", piece, "an exception")
        elif "because" in openers:
            yield _line("rationale", piece, "a reason")
        return
    if openers & PURPOSES or not all(
        _stands(piece.doc, *trimmed(piece.doc, one.start, one.end)) for one in piece.found
    ):
        return
    if openers & EXCEPTIONS:
        yield _line("exceptions", piece, "nothing but an exception")
    elif openers & REASONS:
        yield _line("rationale", piece, "nothing but a reason")
    else:
        yield _line("situation", piece, "nothing but a condition")


def _clause_line(doc: Doc, clause: Clause) -> Iterator[SlotLine]:
    """The condition, reason or exception inside a line, where it can be understood by itself."""
    start, end = trimmed(doc, clause.start, clause.end)
    slot = "exceptions" if clause.opener in EXCEPTIONS else "situation" if clause.opener in CONDITIONS else "rationale"
    opens = clause.opener in (CONDITIONS | EXCEPTIONS | REASONS) - PURPOSES
    if opens and len(words(doc, start, end)) in CLAUSE_WORDS and _stands(doc, start, end):
        yield SlotLine(slot, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), clause.opener)


def _stands(doc: Doc, start: int, end: int) -> bool:
    """Whether a subordinate clause names what it is about, is whole, and tells of now."""
    text = doc[start:end].text
    nouns = [token for token in doc[start:end] if token.pos_ in {"NOUN", "PROPN"} and token.lemma_.lower() not in VAGUE]
    past = any(token.tag_ == "VBD" and token.lower_ not in LOOKS_PAST for token in doc[start:end])
    if not nouns or past or POLITE.match(text) or VAGUE_SUBJECT.match(text) or THEN.search(text):
        return False
    if any(token.dep_ == "conj" and start <= token.head.i < end for token in doc[end:]):
        return False  # it goes on: "because you take the lid, put it …"
    return flaw(doc, start, end, [Clause(start, end, "main")]) is None


# ---- the order of the rules


def _slot(piece: _Piece, types: set[FindingType]) -> tuple[str | None, str]:
    """The slot of a piece and the rule that chose it; None where it belongs nowhere."""
    main = piece.told
    if piece.content < 2 or not piece.main or _is_past(piece):
        return None, ""
    if FindingType.NOVICE_ERROR in types:
        return "novice_errors", "what beginners do"
    told = not (NOT_TOLD.match(main) or _is_hearsay(piece))
    if told and (FindingType.WARNING in types or PROHIBITS.search(main)):
        return "warnings", "a prohibition or a danger"
    if _is_hypothetical(piece):
        return None, ""
    if FindingType.CUE in types and not PERCEIVED_BY_ME.match(main):
        return "cues", "something perceived"
    if _is_hearsay(piece):
        return None, ""
    advised = MODAL.search(main) or MODAL.search(unhedged(piece.text))
    if RECOMMENDS.search(main) or (advised and not WISH.match(main)) or HABIT.search(main):
        return "action", "what one should do"
    if not told or LETS.match(main):
        return None, ""
    if done := act(piece.main):
        return "action", done
    if piece.content >= 3 and EVALUATION.search(main) and not OF_ONESELF.match(main):
        return "judgment", "an evaluation"
    if piece.content >= 3 and any(_may_be(piece.doc, clause) for clause in piece.found):
        return "judgment", "what follows from a condition"
    return None, ""


def _may_be(doc: Doc, clause: Clause) -> bool:
    """Whether it is a condition that may come true, not one that tells what was."""
    told = any(token.tag_ == "VBD" and token.lower_ not in LOOKS_PAST for token in doc[clause.start : clause.end])
    return clause.opener in CONDITIONS - {"unless"} and not told


def _is_past(piece: _Piece) -> bool:
    """Whether the main clause tells what happened once; "if it is pale, the oven was too cold" does not."""
    if piece.found and _may_be(piece.doc, piece.found[0]):
        return False
    verb = _first_verb(piece)
    return bool(PAST.match(piece.told)) or (verb is not None and verb.lower_ not in LOOKS_PAST and is_past(verb))


def _is_hypothetical(piece: _Piece) -> bool:
    """Whether it tells what some thing would or could do, and under no condition."""
    verb = _first_verb(piece)
    if verb is None or any(clause.opener in CONDITIONS for clause in piece.found):
        return False
    supposed = any(child.dep_ == "aux" and child.lower_ in SUPPOSED for child in verb.children)
    subject = next((child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
    return supposed and subject is not None and subject.lower_ not in WHO_ACTS


def _is_hearsay(piece: _Piece) -> bool:
    """Whether it tells what somebody else says or thinks: "the book says that you should …"."""
    verb = _first_verb(piece)
    if verb is None or verb.lemma_ not in SAYING:
        return False
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    return subject is not None and subject.lower_ not in WHO_ACTS


def _first_verb(piece: _Piece) -> Token | None:
    """The verb of its first main clause."""
    told = [token for token in piece.main if token.pos_ in {"VERB", "AUX"} and token.dep_ in CLAUSE_VERBS]
    return next((token for token in told if token.dep_ == "ROOT"), next(iter(told), None))
