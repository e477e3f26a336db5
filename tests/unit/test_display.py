import random
import time

import pytest

from pipeline.display import show

CASES = [
    # a filler goes, with the commas that stood there for its sake
    ("You put the, um, needle in.", "You put the needle in."),
    ("The uh needle goes in.", "The needle goes in."),
    ("You fold it, uh, and you wait.", "You fold it, and you wait."),
    # "you know" and "I mean" go at a border, and stay where they tell something
    ("It rises, you know, slowly.", "It rises slowly."),
    ("You know the needle is in.", "You know the needle is in."),
    ("Do you know where it is", "Do you know where it is"),
    ("It is hot, I mean, it burns.", "It is hot, it burns."),
    # "kind of" hedges unless a determiner precedes
    ("It kind of sticks.", "It sticks."),
    ("It is a kind of glue.", "It is a kind of glue."),
    # "like" goes between pauses, and stays where it compares
    ("It is, like, really hot.", "It is really hot."),
    ("It sleeps like a bear.", "It sleeps like a bear."),
    ("Like a bear in winter.", "Like a bear in winter."),
    # exact repeats of one to six words
    ("I I think it is is done.", "I think it is done."),
    ("You want to, you want to wait.", "you want to wait."),
    # over a comma only what was broken off, never the end of a clause, nor what is said for its sound
    ("I put the, the needle in.", "I put the needle in."),
    ("And you, you wait.", "you wait."),
    ("If there is water on it, it is starving.", "If there is water on it, it is starving."),
    ("If you can, you can wait.", "If you can, you can wait."),
    ("Whatever it is, it is heavy.", "Whatever it is, it is heavy."),
    ("I never rescue it, it goes into the bin.", "I never rescue it, it goes into the bin."),
    ("Slap, slap, slap.", "Slap, slap, slap."),
    # what is said twice on purpose stays
    ("It is very very hot.", "It is very very hot."),
    ("Press 5 5 times.", "Press 5 5 times."),
    # a restart takes up words said just before
    ("You see where it goes in your... where it goes in the bowl.", "You see where it goes in the bowl."),
    ("Along the rim... or to the lid.", "Along the rim... or to the lid."),
    # a correction deletes function words only
    ("I think that it, it's done.", "I think that it's done."),
    ("And then when it's there, it's done.", "then when it's there, it's done."),
    ("It's, it was good.", "it was good."),
    ("Into the dough, not the crust, the dough.", "Into the dough, not the crust, the dough."),
    ("It works for you, for me too.", "It works for you, for me too."),
    # lead-ins go, several of them too
    ("Okay, so, well, you wait.", "you wait."),
    ("So what I usually do is, I wait a day.", "I wait a day."),
    ("And so you wait a day.", "you wait a day."),
    # but not where they belong to the sentence
    ("So that it does not burn.", "So that it does not burn."),
    ("So far it has held.", "So far it has held."),
    ("Right there you press.", "Right there you press."),
    ("But you wait a day.", "But you wait a day."),
    # nor where nothing would be left
    ("And so on.", "And so on."),
    ("Right.", "Right."),
    # tags at the end go after a comma only, with their question mark
    ("You stop at that point, right?", "You stop at that point"),
    ("You turn it right.", "You turn it right."),
    ("You add flour and things, and so on.", "You add flour and things."),
    # notes of whoever wrote it down
    ("You press (laughs) it down [inaudible 00:12:31].", "You press it down."),
    ("You add salt (about 2 percent).", "You add salt (about 2 percent)."),
    # white space is one blank
    ("You  press\nit\tdown.", "You press it down."),
    # nothing at all
    ("", ""),
    ("Um.", ""),
    ("... — !", ""),
]


@pytest.mark.parametrize(("said", "wanted"), CASES)
def test_only_what_nobody_misses_is_left_out(said, wanted):
    assert show(said).text == wanted


@pytest.mark.parametrize("said", [said for said, _ in CASES])
def test_every_character_shown_stands_in_the_source_in_order(said):
    shown = show(said)
    assert len(shown.text) == len(shown.kept)
    assert list(shown.kept) == sorted(set(shown.kept))
    for char, place in zip(shown.text, shown.kept, strict=True):
        assert char == said[place] or (char == " " and said[place].isspace())


@pytest.mark.parametrize("said", [said for said, _ in CASES])
def test_showing_what_is_shown_changes_nothing(said):
    once = show(said).text
    assert show(once).text == once


PIECES = [*"it you the a that if and so when to in of is".split(), "it's", "um", "uh", "like", "you know", "I mean"]
PIECES += ["kind of", "dough", "rests", ",", ".", "...", "—", "?", "\n", "  ", "(laughs)", "right", "I", "’", "🙂", "é"]


@pytest.mark.parametrize("seed", range(200))
def test_whatever_is_said_nothing_is_ever_put_in(seed):
    drawn = random.Random(seed)
    said = "".join(drawn.choice(PIECES) + drawn.choice(["", " ", " "]) for _ in range(drawn.randrange(60)))
    shown = show(said)
    assert list(shown.kept) == sorted(set(shown.kept))
    for char, place in zip(shown.text, shown.kept, strict=True):
        assert char == said[place] or (char == " " and said[place].isspace())


def test_a_shown_span_knows_where_it_came_from():
    said = "So, um, you put the, uh, needle in."
    shown = show(said)
    start = shown.text.index("the needle")
    assert said[slice(*shown.source(start, start + len("the needle")))] == "the, uh, needle"
    assert shown.source(3, 3) == (0, 0)


@pytest.mark.parametrize("piece", ["you know, ", ", right", "(", ",", "so ", "the the ", "... where it ", "it's, "])
def test_time_grows_with_the_length_only(piece):
    started = time.process_time()
    show(piece * (60_000 // len(piece)))
    assert time.process_time() - started < 5
