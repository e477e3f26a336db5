"""Hidden words on a card: blotted out wherever they stand, at the same length, and back when a person edits."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.cards import CardView, document
from models.documents import to_json
from models.masking import BLOT, Hidden, Mask, blotted, mask_of, masked, restored, sealed, tokens
from models.spans import united
from models.tables import CardState
from models.values import (
    LINE_SLOTS,
    CardContent,
    CardKind,
    Evidence,
    Gap,
    GapReason,
    Line,
    Metaphor,
    Modality,
)


def hidden(*texts: str, exact: bool = False) -> Mask:
    return Mask(Hidden(text, "sha", 0, len(text), exact) for text in texts)


def test_a_reason_quotes_nothing_of_a_statement_that_names_somebody() -> None:
    reasons = ("near to “step”", "condition: “if Anna”")
    quote = Evidence(0, "r", "sha", 0, 24, "Wait, if Anna Berg taps.", reasons=reasons)
    content = CardContent(CardKind.CUE, "Wait", evidence=(quote,))
    assert masked(content, hidden("Anna Berg")).evidence[0].reasons == ("near to “step”", "condition")
    assert masked(content, hidden("Ivo")).evidence[0].reasons == reasons


@pytest.mark.parametrize(
    ("words", "text", "shown"),
    [
        ("Anna", "Anna taps it.", "████ taps it."),  # the plain case
        ("Anna", "ANNA taps, anna waits", "████ taps, ████ waits"),  # case does not count
        ("Anna", "Annabel and Hannah", "Annabel and Hannah"),  # whole words only
        ("Anna", "Anna's glaze, Anna’s fire", "████'s glaze, ████’s fire"),  # a possessive is the word and an s
        ("Anna Berg", "Anna Berg says", "████ ████ says"),  # blanks stay
        ("Anna Berg", "Anna\n Berg, and Berg", "████\n ████, and Berg"),  # other blanks; a part alone is another word
        ("Anna, uh, Berg", "Anna Berg says", "████ ████ says"),  # a card's line has no fillers
        ("Anna Anna Berg", "Anna Berg says", "████ ████ says"),  # nor restarts
        ("José", "Jose and Jose\u0301 and JOSÉ", "████ and █████ and ████"),  # accents do not count
        ("Weiß", "WEISS und Weiß", "█████ und ████"),  # letters that become two
        ("jo@example.org", "write to jo@example.org!", "write to ██████████████!"),  # marks inside go too
        ("020 7946 0018", "020-7946-0018", "█████████████"),  # and may be others
        ("田中", "田中さんは言う", "██さんは言う"),  # no blanks between the words
        ("!?", "What!?", "What!?"),  # no word: nothing to hide
        ("Anna", "", ""),
    ],
)
def test_words_are_hidden_however_they_are_written(words: str, text: str, shown: str) -> None:
    assert hidden(words)(text) == shown


def test_a_name_that_is_a_word_too_is_hidden_only_where_it_is_written_as_the_name() -> None:
    assert hidden("Rose", exact=True)("Rose says that a rose needs rain") == "████ says that a rose needs rain"


def test_of_a_name_that_a_quote_cuts_the_rest_is_hidden_too() -> None:
    name = Hidden("Anna Berg", "sha", 10, 19)
    quote = Evidence(0, "r", "sha", 15, 30, "Berg fires it s")
    content = CardContent(CardKind.CUE, "Berg waits", evidence=(quote,))
    shown = masked(content, mask_of(content, [name]))
    assert (shown.title, shown.evidence[0].quote) == ("████ waits", "████ fires it s")


def card(name: str) -> CardContent:
    """A card that has the name wherever a card has words."""
    return CardContent(
        kind=CardKind.CUE,
        title=f"What {name} hears",
        title_choices=(f"{name} waits", "The bell"),
        cues=(Line(f"{name} hears it", (0,), modality=Modality.HEARD, threshold=f"as {name} says"),),
        judgment=(
            Line(f"done, says {name}", (0,)),
            Line("nothing of the kind", (0,)),
            Line(f"told by {name}", (), "human:1"),
        ),
        metaphors=(Metaphor(f"like {name}’s bell", "simile", f"{name}’s bell", f"{name}’s pot", (0,)),),
        concepts=("bell", "-".join(token.key for token in tokens(name)) or "none"),
        gaps=(Gap("g", "action", GapReason.EMPTY_SLOT, f"What does {name} do?", f"{name}"),),
        evidence=(Evidence(0, "r", "sha", 0, 9, f"So {name} says", 0.0, 1.0, name, f"And {name}?"),),
    )


def json_of(content: CardContent) -> str:
    from models.cards import Mark

    shown = CardView("c", 1, CardState.DRAFT, content, (Mark(True, False),) * len(content.evidence), 0.5, True)
    found: dict[str, Any] = document(shown)
    return to_json([value for key, value in found.items() if key not in ("provenance", "review")])


def test_a_masked_card_names_nobody_anywhere() -> None:
    content = card("Anna Berg")
    shown = masked(content, mask_of(content, [Hidden("Anna Berg", "sha", 3, 12)]))
    assert "Anna" not in json_of(shown)
    assert "anna" not in json_of(shown)
    assert shown.title == "What ████ ████ hears"
    assert shown.concepts == ("bell",)
    assert [len(line.text) for line in shown.judgment] == [len(line.text) for line in content.judgment]


# Letters of several scripts, and what is written between words.
NAMES = st.lists(st.text("abcdeABCDEéßøЖжαΣ中文012", min_size=3, max_size=7), min_size=1, max_size=3).map(" ".join)
MARKS = st.text("abcdeABCDE éßøЖжαΣ中文012'’-.,!?@\n", max_size=40)


@given(NAMES, MARKS, MARKS)
@example("0000 000", "0000", "000")  # what is left around the blots reads like the name
def test_masking_keeps_the_length_and_leaves_the_name_nowhere(name: str, before: str, behind: str) -> None:
    text = f"{before} {name} {behind}"
    shown = hidden(name)(text)
    assert len(shown) == len(text)
    assert all(new in (old, BLOT) for old, new in zip(text, shown, strict=True))
    assert [old for old, new in zip(text, shown, strict=True) if old.isspace() and new != old] == []
    assert not hidden(name).names(shown)


@given(NAMES)
@example("DED")  # letters of "served_revision"
def test_no_document_of_a_card_has_the_name(name: str) -> None:
    content = card(name)
    shown = masked(content, hidden(name))
    written = [shown.title, *shown.title_choices, shown.evidence[0].quote, shown.evidence[0].speaker or ""]
    written += [line.text for slot in LINE_SLOTS for line in shown.lines(slot)]
    assert not any(hidden(name).names(text) for text in [*written, *shown.concepts])
    assert name.casefold() not in "\n".join(values(json_of(shown))).casefold()


def values(document: str) -> list[str]:
    """The strings in a JSON document, but for the names of its members."""
    found: list[str] = []

    def keep(pairs: list[tuple[str, Any]]) -> None:
        found.extend(value for _, value in pairs if isinstance(value, str))
        found.extend(one for _, value in pairs if isinstance(value, list) for one in value if isinstance(one, str))

    for value in json.loads(document, object_pairs_hook=keep):
        found.extend(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))
    return found


@given(NAMES)
def test_what_nobody_edited_is_back_as_it_was(name: str) -> None:
    content = card(name)
    mask = hidden(name)
    back = restored(masked(content, mask), content, mask)
    assert replace(back, concepts=content.concepts) == content
    assert sorted(back.concepts) == sorted(content.concepts)


def test_a_chosen_title_and_the_one_before_keep_the_words_beneath_their_blots() -> None:
    before, mask = card("Anna"), hidden("Anna")
    shown = masked(before, mask)
    chosen = replace(shown, title=shown.title_choices[0], title_choices=(shown.title, "The bell"))
    back = restored(chosen, before, mask)
    assert (back.title, back.title_choices) == ("Anna waits", ("What Anna hears", "The bell"))


def test_an_edited_line_keeps_the_words_beneath_its_blots() -> None:
    content, mask = card("Anna Berg"), hidden("Anna Berg")
    shown = masked(content, mask)
    edited = replace(shown, judgment=(Line("done at once, says ████ ████", (0,), "human:2"), *shown.judgment[1:]))
    back = restored(edited, content, mask)
    assert back.judgment[0].text == "done at once, says Anna Berg"
    assert back.judgment[1:] == content.judgment[1:]


def test_a_blot_that_belongs_nowhere_stays_a_blot() -> None:
    content, mask = card("Anna Berg"), hidden("Anna Berg")
    edited = replace(masked(content, mask), title="Ask ██ first")
    assert restored(edited, content, mask).title == "Ask ██ first"


def test_two_lines_that_look_alike_come_back_in_their_order() -> None:
    lines = (Line("Anna says so", (0,)), Line("Otto says so", (0,)))
    content, mask = CardContent(CardKind.CUE, "t", judgment=lines), hidden("Anna", "Otto")
    assert restored(masked(content, mask), content, mask) == content


def test_sealed_words_are_gone_for_good_and_evidence_stays_verbatim() -> None:
    content = card("Anna Berg")
    left = sealed(content, hidden("Anna Berg"))
    assert left.evidence == content.evidence
    assert left.judgment[2].text == "told by ████ ████"


def test_blots_cover_all_but_white_space() -> None:
    assert blotted("a b\tc\n.") == "█ █\t█\n█"


def test_spans_that_touch_or_overlap_are_one() -> None:
    assert united([(4, 6), (0, 2), (2, 3), (5, 9)]) == [(0, 3), (4, 9)]
