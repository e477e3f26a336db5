"""A language model is asked how a draft's title and lines might read more smoothly; `faithful` says what is taken.

It is off unless the settings name an endpoint. Nobody's name is told to it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from models.errors import Unanswered
from models.values import LINE_SLOTS, CardContent, Draft, RedactionState, Transcript

FAILURES = 2  # in a row, after which the model is not asked any more

INSTRUCTION = """You edit notes taken from what an expert said. Make the title and the lines read smoothly.
Use only words that stand in the quotes (another form of a word is fine) and small joining words such as "the", "of".
Keep the order of the words, every number with its unit, and every condition, reason, exception and negation. Add
nothing, explain nothing, make nothing longer. A title has at most 12 words and says what to do, notice or decide.
Answer in JSON only: {"title": "...", "lines": ["...", ...]}, with as many lines as there are, in the same order."""

Asking: TypeAlias = Callable[[], bool]


class Model(Protocol):
    """A language model that answers in JSON objects."""

    name: str

    def answer(self, instruction: str, question: str) -> dict[str, Any]:
        """Raises Unanswered."""
        ...


@dataclass(frozen=True, slots=True)
class Wording:
    """How a card's title and its lines, slot after slot as in LINE_SLOTS, might read; None: as they do."""

    title: str | None
    lines: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A Wording for each draft in order, None where there is none; and what went wrong, if anything did."""

    wordings: tuple[Wording | None, ...]
    warnings: tuple[str, ...] = ()


def signature(name: str) -> str:
    """The `by` of what the model of that name has worded."""
    return f"llm:{name}"


def never() -> bool:
    """Of asking that nobody stops."""
    return False


def propose(drafts: Sequence[Draft], transcript: Transcript, model: Model, *, stopped: Asking = never) -> Proposed:
    """Ask the model about the drafts that are offered first; nothing is proposed for the others, nor where it fails.

    After two failures in a row, or once `stopped`, nothing more is asked. The model is not told of a draft whose
    evidence holds words that lead to a person, unless somebody has said that these may be read.
    """
    found: list[Wording | None] = []
    failed = list[str]()
    in_a_row = 0
    for draft in drafts:
        wording = None
        if draft.first and in_a_row < FAILURES and not _is_private(draft, transcript) and not stopped():
            try:
                wording, in_a_row = _asked(draft.content, model), 0
            except Unanswered as error:
                failed.append(error.detail)
                in_a_row += 1
        found.append(wording)
    warning = (
        f"Cards keep the expert’s exact words: the language model gave no usable answer. {failed[-1] if failed else ''}"
    )
    return Proposed(tuple(found), (warning,) if failed else ())


def _is_private(draft: Draft, transcript: Transcript) -> bool:
    hidden = [one for one in transcript.redactions if one.state is not RedactionState.REJECTED]
    return any(
        one.start_char < cited.end_char and cited.start_char < one.end_char
        for one in hidden
        for cited in draft.content.evidence
    )


def _asked(content: CardContent, model: Model) -> Wording:
    lines = [line for slot in LINE_SLOTS for line in content.lines(slot)]
    told = {"title": content.title, "lines": [line.text for line in lines], "quotes": _quotes(content)}
    found = model.answer(INSTRUCTION, json.dumps(told, ensure_ascii=False))
    title, worded = found.get("title"), found.get("lines")
    if not isinstance(worded, list) or len(worded) != len(lines):
        raise Unanswered(f"{len(lines)} lines were asked for, and something else came")
    return Wording(_text(title), tuple(map(_text, worded)))


def _quotes(content: CardContent) -> list[str]:
    return [one.quote for one in content.evidence]


def _text(value: object) -> str | None:
    """One line of readable text, or None."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if text and text.isprintable() else None
