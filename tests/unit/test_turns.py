"""Who asks and who tells."""

from dataclasses import replace

import pytest

from models.values import SpeakerRole, Transcript
from pipeline.imports import read_transcript
from pipeline.turns import with_roles

EXPERT, INTERVIEWER, OTHER = SpeakerRole.EXPERT, SpeakerRole.INTERVIEWER, SpeakerRole.OTHER

TELLING = (
    "You let the fire sink until the bricks are the colour of a ripe cherry, and then you close the damper by a hand.",
    "After that I listen for the draught, because it goes quiet long before the cone bends, right?",
    "If the glaze looks wet through the spyhole it has melted, unless somebody opened the door in between.",
)
ASKING = ("How do you know when it is hot enough?", "What do you watch for then?", "And when would you not do that?")


def talk(*turns: tuple[str, str]) -> Transcript:
    return read_transcript("\n\n".join(f"{name}: {text}" for name, text in turns).encode(), "talk.txt")


def roles(transcript: Transcript) -> dict[str, SpeakerRole]:
    return {turn.speaker: turn.role for turn in with_roles(transcript).turns}


def interview(asker: str, teller: str) -> list[tuple[str, str]]:
    return [turn for pair in zip(ASKING, TELLING, strict=True) for turn in zip((asker, teller), pair, strict=True)]


def test_who_asks_is_the_interviewer_and_who_tells_the_expert() -> None:
    assert roles(talk(*interview("Ada", "Ben"))) == {"Ada": INTERVIEWER, "Ben": EXPERT}
    assert roles(talk(*interview("Ben", "Ada"))) == {"Ben": INTERVIEWER, "Ada": EXPERT}


def test_questions_count_without_question_marks() -> None:
    bare = [(name, text.replace("?", "").replace(".", "")) for name, text in interview("Ada", "Ben")]
    assert roles(talk(*bare)) == {"Ada": INTERVIEWER, "Ben": EXPERT}


def test_two_experts_may_tell() -> None:
    extra = [("Cy", TELLING[2]), ("Cy", "With salt it is another matter: there the colour tells you nothing at all.")]
    assert roles(talk(*interview("Ada", "Ben"), *extra)) == {"Ada": INTERVIEWER, "Ben": EXPERT, "Cy": EXPERT}


def test_who_tells_little_sits_on_the_asking_side() -> None:
    assert roles(talk(*interview("Ada", "Ben"), ("Cy", "Tea is ready.")))["Cy"] is INTERVIEWER


def test_one_stray_question_does_not_make_the_interviewer() -> None:
    long_talk = interview("Ada", "Ben") * 20
    expected = {"Ada": INTERVIEWER, "Ben": EXPERT, "Cy": INTERVIEWER}
    assert roles(talk(*long_talk, ("Cy", "Tea?"))) == expected


def test_a_speaker_alone_is_the_expert() -> None:
    assert roles(talk(("Ada", "How do I know? By the colour."))) == {"Ada": EXPERT}
    assert roles(read_transcript(b"How do I know? By the colour.", "talk.txt")) == {"Speaker": EXPERT}


@pytest.mark.parametrize(
    ("asker", "teller"),
    [
        ("Interviewer 1", "Interviewee"),
        ("interviewer", "P1"),
        ("MODERATOR", "Ben"),
        ("Q", "A"),
        ("Assistant", "User"),
        ("Ada (Host)", "Ben (Guest)"),
        ("Ada", "Expert"),
    ],
)
def test_labels_tell_the_roles_even_where_the_expert_asks_more(asker: str, teller: str) -> None:
    turns = [(teller, "What do you mean? How so? Which one?"), *interview(asker, teller), (asker, "Tell me. " * 9)]
    assert roles(talk(*turns)) == {asker: INTERVIEWER, teller: EXPERT}


def test_a_letter_in_a_name_tells_nothing() -> None:
    assert roles(talk(*interview("A. Marsh", "Q. Oak"))) == {"A. Marsh": INTERVIEWER, "Q. Oak": EXPERT}


def test_nobodys_words_are_nobodys() -> None:
    text = (
        "What follows is long? " * 30
        + "\n\n"
        + "\n\n".join(f"{name}: {text}" for name, text in interview("Ada", "Ben"))
    )
    assert roles(read_transcript(text.encode(), "talk.txt")) == {"Unknown": OTHER, "Ada": INTERVIEWER, "Ben": EXPERT}


def set_role(transcript: Transcript, name: str, role: SpeakerRole) -> Transcript:
    turns = (replace(turn, role=role) if turn.speaker == name else turn for turn in transcript.turns)
    return replace(transcript, turns=tuple(turns))


def test_roles_that_somebody_set_stay_and_nobody_else_becomes_expert() -> None:
    transcript = set_role(talk(*interview("Ada", "Ben")), "Ada", EXPERT)
    assert roles(transcript)["Ada"] is EXPERT
    assert roles(transcript)["Ben"] is not EXPERT


def test_who_was_made_interviewer_leaves_the_others_to_be_guessed() -> None:
    assert roles(set_role(talk(*interview("Ada", "Ben")), "Ben", INTERVIEWER)) == {"Ben": INTERVIEWER, "Ada": EXPERT}


def test_doing_it_twice_changes_nothing() -> None:
    once = with_roles(talk(*interview("Ada", "Ben"), ("Cy", "Tea is ready.")))
    assert with_roles(once) == once


def test_only_roles_change() -> None:
    transcript = talk(*interview("Ada", "Ben"))
    forgotten = tuple(replace(turn, role=OTHER) for turn in with_roles(transcript).turns)
    assert replace(with_roles(transcript), turns=forgotten) == transcript


def test_an_empty_transcript_stays_empty() -> None:
    assert with_roles(Transcript("", ())) == Transcript("", ())
