"""Given words and heard words, laid over each other; captions and speech, too."""

import random
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from models.values import Clip, ModelStamp, SpeakerRole, Transcript, Turn, Word
from pipeline.align import align, is_timed, matches
from pipeline.fit import moved, offset_of, too_late
from pipeline.imports import read_transcript

STAMP = ModelStamp("transcribe", "demo", "1")


def heard(text: str, start_s: float = 0.0, pace_s: float = 0.5) -> Transcript:
    """A transcript in which each word begins `pace_s` after the one before; “…” is a pause of that length."""
    words, kept, at = list[Word](), "", start_s
    for token in text.split():
        if token != "…":
            kept += " " if kept else ""
            words.append(Word(len(kept), len(kept) + len(token), round(at, 3), round(at + 0.4 * pace_s, 3), 0.9))
            kept += token
        at += pace_s
    return Transcript(kept, (Turn("Speaker 1", SpeakerRole.OTHER, 0, len(kept)),), tuple(words), models=(STAMP,))


def given(text: str) -> Transcript:
    return read_transcript(text.encode(), "talk.txt")


def starts(transcript: Transcript) -> dict[str, float | None]:
    return {transcript.text[word.start_char : word.end_char]: word.start_s for word in transcript.words}


def test_given_words_keep_their_letters_and_speakers_and_take_the_times() -> None:
    text = "Ada: How hot is it, then?\n\nBen: “Cherry red” – and dry."
    aligned = align(given(text), heard("how hot is it then … … cherry red and dry", 10.0))
    assert aligned.text == given(text).text
    assert [turn.speaker for turn in aligned.turns] == ["Ada", "Ben"]
    assert [(turn.start_s, turn.end_s) for turn in aligned.turns] == [(10.0, 12.2), (13.5, 15.2)]
    assert starts(aligned)["then?"] == 12.0
    assert starts(aligned)["red”"] == 14.0
    assert aligned.models == (STAMP,)
    assert aligned.warnings == given(text).warnings
    assert [word.confidence for word in aligned.words] == [None] * len(aligned.words)


@pytest.mark.parametrize(
    ("text", "sound", "word", "start_s"),
    [
        # another word was heard: the given one stands where it was
        ("so the glaze runs thin here", "so the glass runs thin here", "glaze", 1.0),
        # two were heard as one
        ("we cannot open it now today", "we can not open it now today", "cannot", 0.5),
        # one was heard as two, between the words around them
        ("we can not open it now today", "we cannot open it now today", "not", 0.614),
        # nothing was heard: right behind the word before
        ("we open uh the door now", "we open the door now", "uh", 0.7),
        # what was heard beyond the text is nobody's
        ("open the door now", "well so open the door now and wait", "open", 1.0),
        # the text has a head that nobody reads out
        ("Page one. Recorded in spring. we open the small door now", "we open the small door now", "spring.", None),
    ],
)
def test_words_that_nobody_heard_lie_between_those_around_them(
    text: str, sound: str, word: str, start_s: float | None
) -> None:
    found = starts(align(given(f"Ada: {text}"), heard(sound)))[word]
    assert found == (start_s if start_s is None else pytest.approx(start_s, abs=0.01))


def test_a_passage_that_is_not_in_the_sound_has_no_times() -> None:
    cut = " ".join(f"cut{n}" for n in range(30))
    aligned = align(
        given(f"Ada: we open the small door {cut} and then we wait for it"),
        heard("we open the small door and then we wait for it"),
    )
    assert starts(aligned)["cut20"] is None
    assert starts(aligned)["wait"] == 4.0


def test_too_little_in_common_leaves_the_text_as_it_is() -> None:
    text = given("Ada: How hot is the kiln?\n\nBen: Cherry red, and then dull.")
    aligned = align(text, heard("we are going to talk about the weather in spring"))
    assert replace(aligned, warnings=text.warnings) == text
    assert "does it belong to it" in aligned.warnings[-1]
    assert align(text, Transcript("", ())).words == ()


def test_some_in_common_is_used_and_told() -> None:
    aligned = align(given("Ada: alpha beta gamma delta epsilon zeta"), heard("alpha beta gamma other words said"))
    assert starts(aligned)["beta"] == 0.5
    assert "Only 50% of the words" in aligned.warnings[-1]


def test_marks_stay_on_their_words() -> None:
    aligned = align(given("Ada: we open //and wait// for it"), heard("we open and wait for it"))
    assert [aligned.text[word.start_char : word.end_char] for word in aligned.words if word.overlap] == ["and", "wait"]


def test_text_is_timed_where_most_of_it_is() -> None:
    assert is_timed(heard("we open the door"))
    assert not is_timed(given("Ada: How hot?\n\nBen: Red."))
    assert is_timed(given("[00:01] Ada: How hot?\n\n[00:03] Ben: Red."))
    assert not is_timed(given("[00:01] Ada: How?\n\nBen: Red.\n\nAda: And?\n\nBen: Dry."))


def mangled(words: list[str], chance: random.Random) -> list[tuple[int, str]]:
    """What a recogniser makes of it: (place of the true word, what was heard)."""
    found = list[tuple[int, str]]()
    for place, word in enumerate(words):
        if chance.random() < 0.06:
            continue
        found.append((place, "something" if chance.random() < 0.1 else word))
        if chance.random() < 0.05:
            found.append((-1, "the"))
    return found


@pytest.mark.timeout(60)
def test_thirty_thousand_words_are_matched_well_and_quickly() -> None:
    chance = random.Random(5)
    common = [f"w{n}" for n in range(300)]
    words = [chance.choice(common) if chance.random() < 0.7 else f"rare{chance.randrange(9000)}" for _ in range(30_000)]
    sound = mangled(words, chance)
    began = time.process_time()
    found = matches(words, [word for _, word in sound])
    assert time.process_time() - began < 10
    right = sum(sound[other][0] == one for one, other in found)
    assert right > 0.97 * len(found) > 0.97 * 0.8 * len(words)
    assert all(a < b and c < d for (a, c), (b, d) in pairwise(found))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["yes"] * 20_000, ["yes"] * 19_000),
        (["yes", "no"] * 10_000, ["no", "yes", "yes"] * 6_000),
        ([f"a{n}" for n in range(20_000)], [f"b{n}" for n in range(20_000)]),
        ([f"a{n}" for n in range(20_000)], [f"a{n}" for n in range(20_000)][::-1]),
        ([], ["yes"]),
    ],
    ids=range(5),
)
def test_strange_texts_take_no_longer(one: list[str], other: list[str]) -> None:
    began = time.process_time()
    matches(one, other)
    assert time.process_time() - began < 10


# ---- captions over speech


SPEECH = [
    Clip(start, start + length) for start, length in ((2, 3), (7, 9), (18, 1.5), (22, 4), (31, 7), (44, 2), (50, 9))
]


def captions(late_s: float) -> Transcript:
    cues = [
        f"{clock(one.start_s + late_s)} --> {clock(one.end_s + late_s)}\n<v Ada>so it goes and on" for one in SPEECH
    ]
    return read_transcript("\n\n".join(["WEBVTT", *cues]).encode(), "talk.vtt")


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02}:{seconds % 60:06.3f}"


@pytest.mark.parametrize("late_s", [1.0, 7.5, 100.0, -1.5])
def test_captions_that_are_off_are_noticed_and_moved(late_s: float) -> None:
    found = offset_of(captions(late_s), SPEECH)
    assert found == pytest.approx(late_s, abs=0.2)
    fixed = moved(captions(late_s), late_s)
    assert fixed.words[0].start_s == pytest.approx(2.0, abs=0.2)
    assert f"{abs(late_s):.1f} s {'after' if late_s > 0 else 'before'}" in fixed.warnings[-1]


def test_captions_that_fit_or_tell_nothing_are_left_alone() -> None:
    assert offset_of(captions(0.0), SPEECH) is None
    assert offset_of(captions(0.3), SPEECH) is None
    assert offset_of(captions(0.0), []) is None
    assert offset_of(captions(0.0), [Clip(0.0, 60.0)]) is None  # no pauses to go by
    assert offset_of(given("Ada: How hot?\n\nBen: Red."), SPEECH) is None
    others = [Clip(start, start + 1.0) for start in (1.0, 3.5, 9.0, 20.5, 28.0, 40.0)]
    assert offset_of(captions(0.0), others) is None


@pytest.mark.parametrize(("duration_s", "told"), [(59.0, False), (50.0, False), (48.0, True), (10.0, True)])
def test_captions_beyond_the_end_of_the_sound_are_told(duration_s: float, told: bool) -> None:
    assert (too_late(captions(0.0), duration_s) is not None) is told


def test_nothing_moves_before_the_beginning() -> None:
    assert moved(captions(0.0), 4.0).words[0].start_s == 0.0
