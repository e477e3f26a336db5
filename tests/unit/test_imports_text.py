"""Text with speakers' names before the turns, and text without."""

import pytest

from models.values import Transcript
from pipeline.imports import read_transcript


def read(text: str, name: str = "talk.txt") -> Transcript:
    return read_transcript(text.encode(), name)


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


TWO = [("Ada", "How hot?"), ("Ben", "Cherry red.")]


@pytest.mark.parametrize(
    "text",
    [
        "Ada: How hot?\nBen: Cherry red.",
        "Ada:\tHow hot?\nBen: \tCherry\n\tred.",  # tabs, a wrapped line
        "Ada:How hot?\nBen:Cherry red.",
        "  Ada : How hot?\n\n  Ben : Cherry red.",
        "Ada:\nHow hot?\n\nBen:\nCherry red.\n",
        "**Ada:** How hot?\n\n**Ben:** Cherry red.",
        "**Ada**: How hot?\n\n**Ben**: Cherry red.",
        "**[00:12] Ada:** How hot?\n\n**[01:02:03] Ben:** Cherry red.",
        "[00:00:12] Ada: How hot?\n[00:00:15] Ben: Cherry red.",
        "[00:12] **Ada:** How hot?\n[00:15] **Ben:** Cherry red.",
        "00:00:12 Ada: How hot?\n00:00:15 Ben: Cherry red.",
        "00:12 - Ada: How hot?\n00:15 - Ben: Cherry red.",
        "Ada (00:12): How hot?\nBen (00:15): Cherry red.",
        "Ada: [00:12] How hot?\nBen: [00:15] Cherry red.",
        "Ada  0:12\nHow hot?\n\nBen  0:15\nCherry red.",
        "# Kiln talk\n\nAda: How hot?\n\n---\n\nBen: Cherry red.",
    ],
)
def test_labels_are_read_in_many_hands(text: str) -> None:
    assert said(read(text)) == TWO


@pytest.mark.parametrize(
    "names",
    [
        ("Interviewer 1", "Interviewee"),
        ("interviewer", "interviewee"),
        ("Q", "A"),
        ("SPEAKER_00", "SPEAKER_01"),
        ("Dr. Oak", "Ada van der Marsh"),
        ("Oak, Ben (Pottery)", "Marsh, Ada"),
        ("MODERATOR", "P1"),
        ("Host", "Guest"),
        ("Speaker 1", "speaker 2"),
        ("J. R. O'Neill-Hart", "Zoë"),
        ("王明", "李华"),
    ],
)
def test_names_of_many_kinds_are_labels(names: tuple[str, str]) -> None:
    text = "".join(f"{name}: {line}\n\n" for line in ("How hot?", "Red.") for name in names)
    assert said(read(text)) == [(name, line) for line in ("How hot?", "Red.") for name in names]


def test_names_in_small_letters_are_labels_where_they_come_back() -> None:
    assert {name for name, _ in said(read("ada: how?\nben: so.\n" * 3))} == {"ada", "ben"}


def test_a_turn_goes_on_over_lines_and_paragraphs() -> None:
    transcript = read("Ada: How\nhot?\n\nBen: Cherry   red.\n\nNot before\nthat.\n")
    assert said(transcript) == [("Ada", "How hot?"), ("Ben", "Cherry red. Not before that.")]


def test_a_label_always_begins_a_turn_of_its_own() -> None:
    assert said(read("Ada: How?\n\nBen: Red.\n\nBen: Dull red.\n")) == [
        ("Ada", "How?"),
        ("Ben", "Red."),
        ("Ben", "Dull red."),
    ]


def test_a_label_without_words_gives_no_turn() -> None:
    assert said(read("Ada: How?\nBen:\nAda: Well?\nBen: Red.\n")) == [
        ("Ada", "How?"),
        ("Ada", "Well?"),
        ("Ben", "Red."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "There are two signs: the colour and the sound.",
        "Note: keep the door shut.",
        "Three: wait.",
        "Remember: never open it.",
        "See https://kiln.example/a: it is all there.",
        "https://kiln.example/a",
        "At 12:30 we look: if it glows, we stop.",
        "12:30 is when we look.",
        "So I said to Ada: not yet!",
        "“Ben: stop!” she cried.",
        "Kiln doors: three of them.",
        "students: they never look.",
    ],
)
def test_a_colon_in_prose_is_no_label(line: str) -> None:
    text = (
        f"Ada: How do you do it?\n\nBen: I look.\n\n{line}\n\n"
        + "Ada: And then?\n\nBen: I wait for it.\n\nAnd wait.\n\n" * 3
    )
    transcript = read(text)
    assert {turn.speaker for turn in transcript.turns} == {"Ada", "Ben"}
    assert line in transcript.text


def test_prose_with_colons_alone_has_no_speakers() -> None:
    text = (
        "The kiln has two signs. You learn them late.\nColour: it goes from dull to cherry.\n"
        "Then you wait for an hour.\n"
        "Students: they hear nothing. The draught goes quiet.\nNobody told me that.\n"
        "I open the damper. Slowly.\nSound: a low hum."
    )
    assert {turn.speaker for turn in read(text).turns} == {"Speaker"}


def test_times_give_turns_and_words_their_seconds() -> None:
    transcript = read("[00:10] Ada: glow dull\n[00:20] Ben: Cherry red.\n[01:00:00] Ada: Thanks.\n")
    assert [(turn.start_s, turn.end_s) for turn in transcript.turns] == [(10.0, 20.0), (20.0, 3600.0), (3600.0, None)]
    assert [(word.start_s, word.end_s) for word in transcript.words[:2]] == [(10.0, 14.444), (15.556, 20.0)]
    assert len(transcript.words) == 4  # nobody knows when the last turn ends


def test_a_time_is_not_stretched_over_what_follows_without_one() -> None:
    transcript = read("[00:10] Ada: How?\nBen: Red.\n[09:00] Ada: And?\nBen: Redder.\n")
    assert transcript.words == ()
    assert [turn.end_s for turn in transcript.turns] == [None] * 4


def test_lines_with_times_and_no_names_are_one_speakers() -> None:
    transcript = read("00:00:01 You open the damper\n\n00:00:05 slowly. Then: wait.\nLong.\n\n00:00:09 It hums.\n")
    assert said(transcript) == [("Speaker", "You open the damper slowly. Then: wait. Long. It hums.")]
    assert transcript.turns[0].start_s == 1.0
    assert [word.start_s for word in transcript.words if word.start_s in (1.0, 5.0)] == [1.0, 5.0]


def test_text_without_names_is_one_speakers_in_paragraphs() -> None:
    transcript = read("How hot is it?\n\nCherry red. Or\nredder.\n\nThe draught goes\n\nquiet.")
    assert said(transcript) == [
        ("Speaker", "How hot is it?"),
        ("Speaker", "Cherry red. Or redder."),
        ("Speaker", "The draught goes quiet."),  # no sentence ends there
    ]
    assert "Nobody is named" in transcript.warnings[0]
    assert transcript.words == ()


def test_numbered_lines_between_answers_are_questions() -> None:
    transcript = read(
        "1. How hot?\nCherry red.\n2. How do you see that?\nIn the dark.\n2.a Explain.\nNo.\n3) And then?\nI wait.\n"
    )
    assert [name for name, _ in said(transcript)] == ["Question", "Speaker"] * 4
    assert said(transcript)[0] == ("Question", "1. How hot?")


def test_where_only_the_interviewer_is_named_the_rest_is_another_speakers() -> None:
    transcript = read(
        "I look at it.\nMODERATOR: What do you see?\nCherry red.\nDull red.\nMODERATOR: And now?\nOrange.\n"
    )
    assert said(transcript) == [
        ("Speaker", "I look at it."),
        ("MODERATOR", "What do you see?"),
        ("Speaker", "Cherry red. Dull red."),
        ("MODERATOR", "And now?"),
        ("Speaker", "Orange."),
    ]
    assert "Only the interviewer is named" in transcript.warnings[0]


def test_what_stands_before_the_first_name_is_kept_as_nobodys() -> None:
    transcript = read("Recorded in spring.\n\nAda: How hot?\nBen: Cherry red.\nAda: And?\nBen: Orange.\n")
    assert said(transcript)[0] == ("Unknown", "Recorded in spring.")
    assert "before the first speaker's name" in transcript.warnings[0]


def test_markdown_escapes_are_undone_in_markdown_alone() -> None:
    text = "**Ada:** Hot? \\[laughs\\]\n\n**Ben:** 5 \\* 3.\n"
    assert said(read(text, "talk.md")) == [("Ada", "Hot? [laughs]"), ("Ben", "5 * 3.")]
    assert read(text, "talk.txt").text == "Hot? \\[laughs\\]\n5 \\* 3."
