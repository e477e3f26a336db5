"""Drafts: cards as the machine proposes them, made of passages; every line rests on the expert's own words."""

from bisect import bisect_left
from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from models.values import (
    LINE_SLOTS,
    CardContent,
    Draft,
    Evidence,
    Finding,
    FindingType,
    GapReason,
    Line,
    Metaphor,
    Mined,
    Passage,
    Seconds,
    Statement,
    Vectors,
)
from pipeline import titles
from pipeline.antecedents import is_topic, may_lead, namer, was_asked_about
from pipeline.asking import worth_asking
from pipeline.display import Shown, show
from pipeline.evidence import evidence
from pipeline.kinds import kind_of, only_judges
from pipeline.late import Told, adverts, why_late
from pipeline.merits import WEIGHTS, Features
from pipeline.nearby import gaps_by_passage, standings
from pipeline.passages import choose
from pipeline.phrasings import Said
from pipeline.pointing import opens_on_a_pronoun
from pipeline.protocols import Embedder
from pipeline.repeats import without_repeats
from pipeline.retelling import hangs, taken_back
from pipeline.slots import Noticed, SlotLine, lines
from pipeline.text import words

WORDS_A_SECOND = 150 / 60
LEAST_FIRST = 3  # drafts offered first, however short the talk
MOST_LINES = 6  # of a slot
CONTEXT_SHARE = 0.04  # of the interview's words, that may be cited besides what was chosen
REFERS = 3  # statements in which "it" stands for what was named
POOR_TITLE = 1.5  # title score below which a card ranks lower
DEMERIT = 1.0  # what each reason against a card costs, in z-scores

FIGURES = (FindingType.SIMILE, FindingType.ANALOGY, FindingType.METAPHOR)
MAIN_SLOTS = ("novice_errors", "warnings", "cues", "action", "judgment")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A chosen statement as a reader sees it."""

    statement: Statement
    shown: Shown
    doc: Doc
    lines: tuple[SlotLine, ...]
    misleads: bool = False  # alone it would say what the expert does not: its condition or its denial stands elsewhere

    @property
    def said(self) -> Said:
        slots = {line.slot for line in self.lines}
        return Said(self.doc, is_main=bool(slots.intersection(MAIN_SLOTS)), goes_wrong="novice_errors" in slots)


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A passage on its way to a card."""

    passage: Passage
    sentences: tuple[_Sentence, ...]
    besides: tuple[Statement, ...]  # cited though not chosen: what a pronoun stands for, a figure of speech
    pool: tuple[titles.Candidate, ...]

    @property
    def cited(self) -> tuple[Statement, ...]:
        """In the order of the text."""
        both = (*self.besides, *(sentence.statement for sentence in self.sentences))
        return tuple(sorted(both, key=lambda one: one.index))

    @property
    def has_lines(self) -> bool:
        return any(sentence.lines for sentence in self.sentences)


def draft(
    mined: Mined,
    nlp: Language,
    embedder: Embedder,
    *,
    recording_id: str,
    share: float,
    cards_per_hour: int,
    talk_s: Seconds | None,
    title_weights: Features = WEIGHTS,
) -> list[Draft]:
    """The drafts of one interview, best first; none where no expert says anything.

    Each cites the chosen statements of its passage verbatim, `share` of the interview's words in all. The best
    `cards_per_hour` an hour of talk are `first`; without `talk_s` the talk is taken to be 150 words a minute. The same
    input gives the same drafts.
    """
    total = words(mined.transcript.text)
    precious = {one.statement for one in mined.findings if one.type in FIGURES or one.type is FindingType.GAP}
    passages = choose(mined.statements, mined.vectors, total_words=total, share=share, wanted=precious)
    sketches = _sketches(mined, nlp, passages, spare=int(CONTEXT_SHARE * total))
    if not sketches:
        return []
    named = _titles(mined, sketches, embedder, title_weights)
    asked, standing = gaps_by_passage(mined, passages), standings(mined.statements)
    pointing = {one.statement for one in mined.findings if one.reason is GapReason.POINTING}
    selling = adverts(mined.statements)
    concepts = {label.casefold(): one.id for one in mined.concepts for label in (one.pref_label, *one.alt_labels)}
    drafts = []
    for number, sketch in enumerate(sketches):
        content = _content(
            mined, sketch, recording_id=recording_id, concepts=concepts, asked=asked[number], standing=standing
        )
        best = named[number]
        content = replace(
            content,
            title=best[0].text,
            title_choices=tuple(one.text for one in best[1:]),
            title_merits=tuple(asdict(one.features) for one in best),
        )
        late = why_late(
            [_told(one, pointing, selling) for one in sketch.sentences],
            has_lines=sketch.has_lines,
            only_judges=only_judges(content),
            has_title=best[0].score >= POOR_TITLE,
        )
        made = Draft(content, sketch.passage, rank=0.0, first=False, why_late=late)
        drafts.append((_worth(sketch) - DEMERIT * len(late), made))
    seconds = talk_s if talk_s is not None else total / WORDS_A_SECOND
    return _ranked(drafts, max(LEAST_FIRST, round(cards_per_hour * seconds / 3600)))


def _ranked(drafts: Sequence[tuple[float, Draft]], offered: int) -> list[Draft]:
    """Best first; those without a line come last and are never offered first."""
    order = sorted(drafts, key=lambda one: (not _has_line(one[1].content), -one[0], one[1].passage.start_char))
    count = len(order)
    return [
        replace(one, rank=round((count - place) / count, 6), first=place < offered and _has_line(one.content))
        for place, (_, one) in enumerate(order)
    ]


def _has_line(content: CardContent) -> bool:
    return any(content.lines(slot) for slot in LINE_SLOTS)


# ---- from passages to sketches


def _sketches(mined: Mined, nlp: Language, passages: Sequence[Passage], *, spare: int) -> list[_Sketch]:
    """The passages with their sentences read; `spare` words may be cited besides what was chosen."""
    noticed = _by_statement(mined.findings)
    read = _reader(mined, nlp, noticed, [number for passage in passages for number in passage.statements])
    spoken = titles.spoken_words(statement.text for statement in mined.statements)
    taken = {number for passage in passages for number in passage.statements}
    made = []
    for passage in passages:
        marked = _marked(mined, [read[number] for number in passage.statements])
        sentences = _understood(mined, marked)
        leaning = [] if any(one.lines for one in sentences) else [one.statement for one in marked if _leans(one)]
        named = {one.index for one in leaning if is_topic(mined, nlp, one)}
        before = {one.index: namer(mined, nlp, one) for one in leaning if one.index not in named}
        besides = []
        for statement in (*filter(None, before.values()), *_worth_citing(mined, passage, marked[0].doc, noticed)):
            count = words(statement.text)
            if statement.index not in taken and count <= spare:
                spare -= count
                taken.add(statement.index)
                besides.append(statement)
        cited = {*passage.statements, *(one.index for one in besides)}
        named |= {number for number, one in before.items() if one is not None and one.index in cited}
        sentences = _understood(mined, marked, named=named)
        plain = [one for one in sentences if not one.misleads] or sentences
        pool = titles.candidates([one.said for one in plain], spoken)
        made.append(_Sketch(passage, sentences, tuple(besides), tuple(pool)))
    return made


def _reader(
    mined: Mined, nlp: Language, noticed: Mapping[int, Sequence[Finding]], numbers: Sequence[int]
) -> dict[int, _Sentence]:
    """The statements of these numbers as they are shown, with their lines; none of a statement nobody should trust."""
    shown = [show(mined.statements[number].text) for number in numbers]
    read = {}
    for number, text, doc in zip(numbers, shown, nlp.pipe(one.text for one in shown), strict=True):
        statement = mined.statements[number]
        found = lines(doc, _in_shown(noticed.get(number, ()), statement, text), question=statement.question)
        read[number] = _Sentence(statement, text, doc, () if _is_suspect(mined, statement) else tuple(found))
    return read


def _marked(mined: Mined, sentences: Sequence[_Sentence]) -> list[_Sentence]:
    """The sentences, with a mark at those that would mislead by themselves."""
    numbers = [one.statement.index for one in sentences]
    refused = taken_back(mined.statements, numbers)
    misleading = refused | {number for number in numbers if hangs(mined.statements, number)}
    return [replace(one, misleads=one.statement.index in misleading) for one in sentences]


def _understood(
    mined: Mined, sentences: Sequence[_Sentence], *, named: AnyOf[int] = frozenset()
) -> tuple[_Sentence, ...]:
    """The sentences without lines whose "it" or "they" nobody on the card has named: neither a line just before, nor
    a telling question. Of the statements with the numbers `named` it is known that something else has."""
    told = -REFERS  # the last statement with a line
    kept = []
    for sentence in sentences:
        number = sentence.statement.index
        clear = number - told < REFERS or number in named or was_asked_about(mined, sentence.statement)
        found = tuple(line for line in sentence.lines if clear or not line.points_back)
        found = () if sentence.misleads else found
        told = number if found else told
        kept.append(replace(sentence, lines=found))
    return tuple(kept)


def _leans(sentence: _Sentence) -> bool:
    """Whether it would have lines if somebody had named its "it"."""
    return not sentence.misleads and any(line.points_back for line in sentence.lines)


def _is_suspect(mined: Mined, statement: Statement) -> bool:
    return any(word.suspect for word in mined.transcript.words_in(statement.start_char, statement.end_char))


def _by_statement(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.statement, []).append(finding)
    return found


def _in_shown(findings: Iterable[Finding], statement: Statement, shown: Shown) -> list[Noticed]:
    """The findings in characters of what is shown; those of which nothing is shown are left out."""
    placed = (
        Noticed(
            one.type,
            bisect_left(shown.kept, one.start_char - statement.start_char),
            bisect_left(shown.kept, one.end_char - statement.start_char),
            one.modality,
        )
        for one in findings
    )
    return [one for one in placed if one.start < one.end]


def _worth_citing(
    mined: Mined, passage: Passage, opening: Doc, noticed: Mapping[int, Sequence[Finding]]
) -> Iterator[Statement]:
    """Statements beside the chosen ones: the one before an opening pronoun, and those with a figure of speech."""
    first, last = passage.statements[0], passage.statements[-1]
    answer = mined.statements[first].answer
    if first and opens_on_a_pronoun(opening):
        before = mined.statements[first - 1]
        if may_lead(before, mined.statements[first]):
            yield before
    for number in range(max(0, first - 1), min(last + 2, len(mined.statements))):
        figure = any(one.type in FIGURES for one in noticed.get(number, ()))
        if figure and mined.statements[number].answer == answer:
            yield mined.statements[number]


# ---- titles and rank


@dataclass(frozen=True, slots=True)
class _Title:
    text: str
    features: Features
    score: float


def _titles(mined: Mined, sketches: Sequence[_Sketch], embedder: Embedder, weights: Features) -> list[list[_Title]]:
    """For each sketch its title and up to two others."""
    vectors = embedder.embed([one.text for sketch in sketches for one in sketch.pool])
    chosen, row = [], 0
    for sketch in sketches:
        pool = titles.placed(sketch.pool, vectors[row : row + len(sketch.pool)], _centre(mined, sketch.passage))
        row += len(pool)
        ranked = titles.scored(pool, weights=weights)
        features, scores = {one.text: one.features for one in pool}, dict(ranked)
        named = [_Title(title, features[title], scores[title]) for title in titles.distinct(ranked)]
        chosen.append(named or [_Title(titles.fallback([one.doc for one in sketch.sentences]), Features(), -np.inf)])
    return chosen


def _centre(mined: Mined, passage: Passage) -> Vectors:
    centre: Vectors = mined.vectors[list(passage.statements)].mean(axis=0)
    return centre


def _worth(sketch: _Sketch) -> float:
    """The mean score of the best two statements."""
    return fmean(sorted((one.statement.score for one in sketch.sentences), reverse=True)[:2])


def _told(sentence: _Sentence, pointing: AnyOf[int], selling: AnyOf[int]) -> Told:
    number = sentence.statement.index
    return Told(sentence.statement, sentence.doc, points=number in pointing, sells=number in selling)


# ---- content


def _content(
    mined: Mined,
    sketch: _Sketch,
    *,
    recording_id: str,
    concepts: Mapping[str, str],
    asked: Sequence[Finding],
    standing: Sequence[float],
) -> CardContent:
    """All but the title."""
    cited = evidence(mined.transcript, sketch.cited, recording_id=recording_id)
    number = {one.start_char: one.index for one in cited}
    slots, places = _slots(sketch, number)
    inside = _inside(cited, mined.findings)
    told = without_repeats(slots)  # what is asked, and the kind, rest on the repeated conditions too
    figures = tuple(_figure(one, cited) for one in inside if one.type in FIGURES and not _source(cited, one).suspect)
    return CardContent(
        kind=kind_of({slot: len(found) for slot, found in slots.items()}, figures=len(figures)),
        title="",
        situation=tuple(told["situation"]),
        cues=tuple(told["cues"]),
        judgment=tuple(told["judgment"]),
        action=tuple(told["action"]),
        rationale=tuple(told["rationale"]),
        exceptions=tuple(told["exceptions"]),
        novice_errors=tuple(told["novice_errors"]),
        warnings=tuple(told["warnings"]),
        metaphors=figures,
        concepts=tuple(_mentioned(inside, concepts)),
        gaps=worth_asking(asked, slots, places, mined=mined, standing=standing, recording_id=recording_id),
        evidence=cited,
        models=mined.models,
    )


def _slots(sketch: _Sketch, number: Mapping[int, int]) -> tuple[dict[str, list[Line]], dict[Line, tuple[int, int]]]:
    """The lines by slot, in the order of the text, and where each stands in the transcript."""
    found: dict[str, list[tuple[float, Line]]] = {slot: [] for slot in LINE_SLOTS}
    places: dict[Line, tuple[int, int]] = {}
    for sentence in sketch.sentences:
        at = sentence.statement.start_char
        for one in sentence.lines:
            text = sentence.shown.text[one.start : one.end]
            line = Line(text, (number[at],), parts=one.parts, modality=one.modality, threshold=one.threshold)
            if all(other.text.casefold() != text.casefold() for _, other in found[one.slot]):
                found[one.slot].append((sentence.statement.score, line))
                start, end = sentence.shown.source(one.start, one.end)
                places[line] = (at + start, at + end)
    return {slot: _best_lines(ranked) for slot, ranked in found.items()}, places


def _best_lines(found: Sequence[tuple[float, Line]]) -> list[Line]:
    """The MOST_LINES of the best statements, in the order of the text."""
    best = sorted(range(len(found)), key=lambda place: (-found[place][0], place))[:MOST_LINES]
    return [found[place][1] for place in sorted(best)]


def _source(cited: Sequence[Evidence], finding: Finding) -> Evidence:
    return next(one for one in cited if one.start_char <= finding.start_char and finding.end_char <= one.end_char)


def _inside(cited: Sequence[Evidence], findings: Iterable[Finding]) -> list[Finding]:
    """Those of the findings that the evidence holds."""
    first, last = min(one.start_char for one in cited), max(one.end_char for one in cited)
    near = (one for one in findings if first <= one.start_char and one.end_char <= last)  # few of an interview's are
    return [one for one in near if _holds(cited, one)]


def _holds(cited: Sequence[Evidence], finding: Finding) -> bool:
    return any(one.start_char <= finding.start_char and finding.end_char <= one.end_char for one in cited)


def _figure(finding: Finding, cited: Sequence[Evidence]) -> Metaphor:
    return Metaphor(
        expression=finding.text,
        kind=finding.type.value,
        source=finding.source.text if finding.source else None,
        target=finding.target.text if finding.target else None,
        evidence=(_source(cited, finding).index,),
    )


def _mentioned(findings: Iterable[Finding], concepts: Mapping[str, str]) -> Iterator[str]:
    """The ids of the concepts among these findings, each once, in the order of the text."""
    labels = (" ".join(one.text.split()).casefold() for one in findings if one.type is FindingType.CONCEPT)
    yield from dict.fromkeys(concepts[label] for label in labels if label in concepts)
