"""What people do to concepts: name them, relate them, say that one is none, merge two. It survives every later run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access import Caller
from models.editing import Change, parsed
from models.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from models.scheme import ConceptView, find_concept, view
from models.tables import ConceptEvent, ConceptRow
from models.thesaurus import Edits, edits_of, family, leads_to, naming, settle, without

Label = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=5000)]

MOST_LABELS = 200  # and relations


class ConceptChange(Change):
    """A JSON merge patch (RFC 7396) of a concept: lists replace what was shown, null gives back to the machine."""

    pref_label: Label | None = None
    alt_labels: tuple[Label, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    definition: Text | None = None
    not_definitions: tuple[str, ...] | None = None
    """Ids of experts' definitions to strike, as they say nothing of the kind; null lets all of them stand again."""
    hidden: bool = False
    """Whether this is no concept at all."""


def relabel(session: Session, row: ConceptRow, document: Mapping[str, Any], *, by: Caller) -> ConceptRow:
    """Apply a merge patch of `ConceptChange`'s members: machines add to what people said and never take from it.

    Raises Forbidden, Invalid naming each member that does not fit, Conflict for the name of another concept.
    """
    _check(by)
    change = parsed(ConceptChange, document)
    shown = view(session, by, row)
    if wrong := _wrong(session, row, change, by):
        raise Invalid("; ".join(error.detail for error in wrong), errors=wrong)
    if "pref_label" in change.model_fields_set and change.pref_label:
        _check_name(session, row, change.pref_label)
    before = edits_of(row)
    edits = _edited(before, shown, change)
    row.edits = without(edits)
    if "hidden" in change.model_fields_set:
        row.hidden = change.hidden
    session.flush()
    for other in {*edits.related, *edits.not_related, *before.related, *before.not_related}:
        _mirror(session, row.id, other, edits)
    session.add(ConceptEvent(concept_id=row.id, type="edited", document=dict(document), by=by.signature))
    settle(session, [row.id])
    return row


def _check(by: Caller) -> None:
    if not by.role.can_manage:
        raise Forbidden("Only managers may change concepts.")


def _wrong(session: Session, row: ConceptRow, change: ConceptChange, by: Caller) -> list[FieldError]:
    """Relations that lead nowhere, to the concept itself, or round in a circle; lists that are too long."""
    errors = []
    for name in ("alt_labels", "broader", "related"):
        if len(getattr(change, name)) > MOST_LABELS:
            errors.append(FieldError(f"/{name}", f"wants at most {MOST_LABELS} entries"))
    for name in ("broader", "related"):
        for number, other in enumerate(getattr(change, name)[:MOST_LABELS]):
            found = session.get(ConceptRow, other)
            place = f"/{name}/{number}"
            if found is None or found.heir_id is not None or find_concept(session, by, other) is not found:
                errors.append(FieldError(place, f"{other[:80]!r} is no concept"))
            elif other == row.id:
                errors.append(FieldError(place, "a concept is not related to itself"))
            elif name == "broader" and leads_to(session, other, row.id):
                errors.append(
                    FieldError(place, f"{found.pref_label!r} is narrower than this concept: that is a circle")
                )
    above = [other for other in change.related if other in change.broader]
    errors += [FieldError("/related", f"{other!r} is broader already") for other in above]
    return errors


def _seen(session: Session, by: Caller, concept_id: str) -> ConceptRow | None:
    """The concept of that very id, if the caller sees it."""
    try:
        row = find_concept(session, by, concept_id)
    except NotFound:
        return None
    return row if row.id == concept_id else None


def _check_name(session: Session, row: ConceptRow, label: str) -> None:
    """Raises Conflict where another concept has that name: the two are merged rather."""
    same = select(ConceptRow).where(func.lower(ConceptRow.pref_label) == label.lower(), ConceptRow.heir_id.is_(None))
    other = session.scalar(same.where(ConceptRow.id != row.id, ~ConceptRow.hidden))
    if other is not None:
        raise Conflict(
            f"there is a concept {other.pref_label!r} already ({other.id})",
            remedy=f"Merge the two: POST /concepts/{other.id}/merge names this one.",
        )


def _edited(before: Edits, shown: ConceptView, change: ConceptChange) -> Edits:
    """The edits, so that the concept shows what was sent."""
    sent = change.model_fields_set
    edits = before
    if "pref_label" in sent:
        edits = replace(edits, pref_label=change.pref_label)
    if "alt_labels" in sent:
        labels, not_labels = _lists(before.labels, before.not_labels, shown.alt_labels, change.alt_labels, fold=True)
        edits = replace(edits, labels=labels, not_labels=not_labels)
    if "broader" in sent:
        broader, not_broader = _lists(before.broader, before.not_broader, shown.broader, change.broader)
        edits = replace(edits, broader=broader, not_broader=not_broader)
    if "related" in sent:
        related, not_related = _lists(before.related, before.not_related, shown.related, change.related)
        edits = replace(edits, related=related, not_related=not_related)
    if "definition" in sent:
        edits = replace(edits, definition=change.definition)
    if "not_definitions" in sent:
        struck = (*before.not_definitions, *(change.not_definitions or ()))
        edits = replace(edits, not_definitions=() if change.not_definitions is None else tuple(dict.fromkeys(struck)))
    return edits


def _lists(
    added: Sequence[str], taken: Sequence[str], shown: Sequence[str], wanted: Sequence[str], *, fold: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What people added and took away in all, when `wanted` stands for what was `shown`; the rest stays as it was."""

    def key(text: str) -> str:
        return text.casefold() if fold else text

    now, were = {key(one) for one in wanted}, {key(one) for one in shown}
    kept = [one for one in added if key(one) in now or key(one) not in were]
    new = [one for one in wanted if key(one) not in were]
    lost = [one for one in taken if one not in now] + sorted(were - now)
    return tuple(dict.fromkeys([*kept, *new])), tuple(dict.fromkeys(lost))


def _mirror(session: Session, one: str, other: str, edits: Edits) -> None:
    """Let the other concept say the same of the two."""
    row = session.get(ConceptRow, other)
    if row is None:
        return
    theirs = edits_of(row)
    related = [each for each in theirs.related if each != one]
    not_related = [each for each in theirs.not_related if each != one]
    related += [one] if other in edits.related else []
    not_related += [one] if other in edits.not_related else []
    row.edits = without(replace(theirs, related=tuple(related), not_related=tuple(not_related)))
    session.flush()


# Merging


def merge(session: Session, heir: ConceptRow, ids: Sequence[str], *, by: Caller) -> ConceptRow:
    """Let concepts be the heir: their labels, relations and cards are its own from now on; their ids lead to it.

    Raises Forbidden, NotFound, Invalid for the heir itself.
    """
    _check(by)
    rows = [find_concept(session, by, each) for each in dict.fromkeys(ids)]
    if any(row is heir for row in rows):
        detail = "a concept is not merged with itself"
        raise Invalid(detail, errors=[FieldError("/concepts", detail)])
    for row in rows:
        heir.edits = without(_inherited(edits_of(heir), heir, row))
        for member in family(session, [row.id])[row.id]:
            merged = session.get_one(ConceptRow, member)
            merged.heir_id, merged.broader, merged.related = heir.id, [], []
        session.flush()
        _rename(session, row.id, heir.id)
    document = {"concepts": [row.id for row in rows]}
    session.add(ConceptEvent(concept_id=heir.id, type="merged", document=document, by=by.signature))
    session.flush()
    lost = [row.id for row in rows]
    settle(session, [heir.id, *naming(session, [heir.id, *lost])])
    return heir


def _inherited(edits: Edits, heir: ConceptRow, row: ConceptRow) -> Edits:
    """What people said of the heir, and of the concept that it takes in."""
    theirs = edits_of(row)
    named = [theirs.pref_label] if theirs.pref_label else []
    labels = [*edits.labels, *named, *theirs.labels]
    return replace(
        edits,
        labels=tuple(dict.fromkeys(label for label in labels if label.casefold() not in edits.not_labels)),
        broader=tuple(each for each in dict.fromkeys([*edits.broader, *theirs.broader]) if each != heir.id),
        related=tuple(each for each in dict.fromkeys([*edits.related, *theirs.related]) if each != heir.id),
        definition=edits.definition or theirs.definition,
    )


def _rename(session: Session, old: str, new: str) -> None:
    """Let what people said of other concepts name the heir."""

    def renamed(row: ConceptRow, ids: Sequence[str]) -> tuple[str, ...]:
        named = dict.fromkeys(new if one == old else one for one in ids)
        return tuple(one for one in named if one != row.id)

    for row in session.scalars(select(ConceptRow).where(ConceptRow.edits != {})):
        edits = edits_of(row)
        edits = replace(
            edits,
            broader=renamed(row, edits.broader),
            not_broader=renamed(row, edits.not_broader),
            related=renamed(row, edits.related),
            not_related=renamed(row, edits.not_related),
        )
        row.edits = without(edits)


def split(session: Session, heir: ConceptRow, ids: Sequence[str], *, by: Caller) -> ConceptRow:
    """Let concepts that were merged into this one stand for themselves again. Raises Forbidden, Invalid."""
    _check(by)
    members = set(family(session, [heir.id])[heir.id]) - {heir.id}
    strangers = [each for each in ids if each not in members]
    if strangers:
        errors = [FieldError("/concepts", f"{each[:80]!r} was not merged into this concept") for each in strangers]
        raise Invalid("; ".join(error.detail for error in errors), errors=errors)
    for each in ids:
        session.get_one(ConceptRow, each).heir_id = None
    session.add(ConceptEvent(concept_id=heir.id, type="split", document={"concepts": list(ids)}, by=by.signature))
    session.flush()
    settle(session, [heir.id, *ids, *naming(session, [heir.id])])
    return heir
