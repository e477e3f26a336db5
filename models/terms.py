"""The words of a house: what people put right in its transcripts, and what its approved cards are about.

They are told to the speech engine before it hears the next recording. Words do not pass from one collection to another:
who may see the one need not see the other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session

from models.access import Scope
from models.documents import from_document
from models.store import agreed
from models.tables import Card, CardRevision, ConceptRow, Recording, RecordingState, TranscriptRevision
from models.thesaurus import resolved
from models.values import MACHINE, RedactionState, Transcript, Word

MOST = 40  # terms beside those of the recording itself: a long prompt slows the engine, and may confuse it
LONGEST = 40  # characters of one
SHORTEST = 3
_CORRECTED = 50  # recordings that are looked through, the newest ones
_TOGETHER = 4  # corrected words in a row that make one term

_EDGE = re.compile(r"^\W+|\W+$")


def vocabulary(session: Session, recording: Recording) -> str | None:
    """What to tell the engine before it hears the recording: its own words first, then the most frequent ones of its
    collection; None where there are none. The same database gives the same.
    """
    own = (recording.vocabulary or "").strip()
    known = own.casefold()
    terms = [term for term in _terms(session, recording) if term.casefold() not in known]
    return ", ".join([*([own] if own else []), *terms[:MOST]]) or None


def _terms(session: Session, recording: Recording) -> list[str]:
    corrected = Counter(chain.from_iterable(map(_put_right, _corrected(session, recording))))
    concepts = Counter(_concepts(session, recording))
    ranked = chain.from_iterable(
        sorted(counted, key=lambda term: (-counted[term], term)) for counted in (corrected, concepts)
    )
    fitting = (term for term in ranked if SHORTEST <= len(term) <= LONGEST and "," not in term)
    return list({term.casefold(): term for term in reversed(list(fitting))}.values())[::-1]


def _corrected(session: Session, recording: Recording) -> Iterator[tuple[Transcript, Transcript]]:
    """(as a machine wrote it last, as people left it) of the collection's recordings that people corrected.

    What a machine wrote may hold the words of people again, from corrections that were made on an earlier one.
    """
    touched = exists().where(TranscriptRevision.recording_id == Recording.id, TranscriptRevision.by != MACHINE)
    query = select(Recording).where(
        touched,
        Recording.collection_id == recording.collection_id,
        Recording.state != RecordingState.WITHDRAWN,
    )
    newest = session.scalars(query.order_by(Recording.created_at.desc(), Recording.id).limit(_CORRECTED))
    for each in newest:
        if agreed(each, Scope.MINE):
            heard, now = _newest(session, each, TranscriptRevision.by == MACHINE), _newest(session, each, true())
            if heard is not None and now is not None:
                yield heard, now


def _newest(session: Session, recording: Recording, which: ColumnElement[bool]) -> Transcript | None:
    query = select(TranscriptRevision.document).where(TranscriptRevision.recording_id == recording.id, which)
    document = session.scalar(query.order_by(TranscriptRevision.number.desc()).limit(1))
    return None if document is None else from_document(Transcript, document)


def _put_right(versions: tuple[Transcript, Transcript]) -> Iterator[str]:
    """The words of people that the machine has not written anywhere in the recording; neighbours make one term."""
    heard, now = versions
    common = {_bare(word).casefold() for word in _by_machine(heard)}
    hidden = [one for one in now.redactions if one.state is RedactionState.ACCEPTED]
    run: list[Word] = []
    for word in now.words:
        text = now.text[word.start_char : word.end_char]
        covered = any(one.start_char < word.end_char and word.start_char < one.end_char for one in hidden)
        if word.by == MACHINE or covered or not _bare(text) or _bare(text).casefold() in common:
            yield from _term(now, run)
            run = []
            continue
        if len(run) == _TOGETHER or (run and run[-1].end_char + 1 != word.start_char):
            yield from _term(now, run)
            run = []
        run.append(word)
    yield from _term(now, run)


def _by_machine(heard: Transcript) -> list[str]:
    """The words that the machine wrote itself: in a later run, those of people are among them again."""
    if not heard.words:
        return heard.text.split()
    return [heard.text[word.start_char : word.end_char] for word in heard.words if word.by == MACHINE]


def _term(transcript: Transcript, run: list[Word]) -> Iterator[str]:
    if run:
        yield _bare(transcript.text[run[0].start_char : run[-1].end_char])


def _bare(text: str) -> str:
    """Without the punctuation around it."""
    return _EDGE.sub("", text)


def _concepts(session: Session, recording: Recording) -> Iterator[str]:
    """The name of each concept of each card that is approved, as often as it is one."""
    served = (
        select(CardRevision.content["concepts"])
        .join(Card)
        .where(CardRevision.number == Card.served_revision, Card.collection_id == recording.collection_id)
    )
    for ids in session.scalars(served):
        heads = [head for head in resolved(session, ids or ()).values() if head]
        yield from session.scalars(select(ConceptRow.pref_label).where(ConceptRow.id.in_(heads)))
