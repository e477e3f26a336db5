"""Concepts as a SKOS concept scheme, in JSON-LD 1.1 with its context inside: nothing is fetched to read it."""

from collections.abc import Sequence
from typing import Any

from models.scheme import ConceptView

JSON_LD = "application/ld+json"
LANGUAGE = "en"  # of the labels: nothing else is mined
CONTEXT: dict[str, Any] = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "id": "@id",
    "type": "@type",
    **{name: {"@id": f"skos:{name}", "@container": "@language"} for name in ("prefLabel", "altLabel", "definition")},
    **{
        name: {"@id": f"skos:{name}", "@type": "@id"}
        for name in ("inScheme", "topConceptOf", "hasTopConcept", "broader", "narrower", "related")
    },
}


def scheme_of(concepts: Sequence[ConceptView], base: str) -> dict[str, Any]:
    """The scheme and its concepts; `base` is the address below which each of them is found."""
    tops = [f"{base}/{one.id}" for one in concepts if not one.broader]
    scheme = {"id": base, "type": "skos:ConceptScheme", "prefLabel": {LANGUAGE: "tacit"}, "hasTopConcept": tops}
    return {"@context": CONTEXT, "@graph": [scheme, *(_concept(one, base) for one in concepts)]}


def _concept(one: ConceptView, base: str) -> dict[str, Any]:
    relations = {"broader": one.broader, "narrower": one.narrower, "related": one.related}
    return {
        "id": f"{base}/{one.id}",
        "type": "skos:Concept",
        "inScheme": base,
        **({} if one.broader else {"topConceptOf": base}),
        "prefLabel": {LANGUAGE: one.pref_label},
        "altLabel": {LANGUAGE: list(one.alt_labels)},
        "definition": {LANGUAGE: [definition.text for definition in one.definitions]},
        **{name: [f"{base}/{other}" for other in others] for name, others in relations.items()},
    }
