"""English text: which spaCy pipeline reads it, and how its characters are quoted."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import MissingModel
from models.values import ModelStamp, Span, Statement

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

RESOURCES = Path(__file__).parent / "resources"
SHIPPED = RESOURCES / "en_tacit_sm"
PREFERRED = ("en_core_web_trf", "en_core_web_md", "en_core_web_sm")  # best first
NEEDED = ("tagger", "parser", "lemmatizer")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def load_language(name: str) -> "Language":
    """The spaCy pipeline of that name: "auto", an installed package, or a path.

    "auto" takes the best installed en_core_web_* pipeline and otherwise the shipped one; all of them use the same
    labels. Raises MissingModel when there is none under that name, or when it cannot be read or cannot parse.
    """
    import spacy.util  # noqa: PLC0415 (slow to load, and nothing to who only counts words)

    chosen = str(_automatic(spacy.util.is_package)) if name == "auto" else name
    try:
        language = spacy.load(chosen, exclude=["ner"])
    except (OSError, ImportError, ValueError) as error:
        raise MissingModel(
            f"The spaCy pipeline “{chosen}” cannot be loaded: {error}",
            remedy="Set TACIT_SPACY_MODEL to auto, to an installed spaCy package, or to the path of a pipeline.",
        ) from error
    missing = [part for part in NEEDED if part not in language.pipe_names]
    if missing:
        raise MissingModel(
            f"The spaCy pipeline “{chosen}” lacks {', '.join(missing)}; wanted are {', '.join(NEEDED)}.",
            remedy="Set TACIT_SPACY_MODEL to auto, or to a pipeline with these parts.",
        )
    return language


def language_stamp(nlp: "Language") -> ModelStamp:
    """Which pipeline reads the text."""
    return ModelStamp(stage="mine", name=f"{nlp.meta['lang']}_{nlp.meta['name']}", version=str(nlp.meta["version"]))


def lexicon(listed: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(listed.split())


def words(text: str) -> int:
    """How many words; "don't" is one, punctuation none."""
    return len(WORD.findall(text))


def quote(statement: Statement, start: int, end: int) -> Span:
    """Characters [start, end) of the statement, as a span of the transcript."""
    return Span(statement.start_char + start, statement.start_char + end, statement.text[start:end])


def quote_tokens(statement: Statement, doc: "Doc", first: int, last: int) -> Span:
    """Tokens first to last (inclusive) of the statement's doc, as a span of the transcript."""
    return quote(statement, doc[first].idx, doc[last].idx + len(doc[last]))


def _automatic(is_installed: Callable[[str], bool]) -> str | Path:
    return next((package for package in PREFERRED if is_installed(package)), SHIPPED)
