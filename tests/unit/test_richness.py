import pytest

from models.values import Statement
from pipeline.richness import LEAST, richness, warnings

KNOW_HOW = (
    "If the glaze crawls, you let the pot dry for another hour.",
    "Never open the kiln before it has cooled to eighty degrees.",
    "You can hear a dull ring when there is a crack in the foot.",
    "Beginners often press too hard and then the rim goes out of round.",
    "Wet the sponge first, because a dry one tears the clay.",
)
TALK = (
    "I was born in a village near the river and my aunt had a shop.",
    "We moved to the city when I was twelve and I went to school there.",
    "They were very nice people and we had a lovely time together.",
    "Thank you so much for having me, it is great to be here today.",
    "I started at the company in the spring and there were five of us.",
)


@pytest.fixture(scope="module")
def told(embedder):
    def told_of(*said):
        made = [Statement(index, 0, 0, index, index + 1, text, None) for index, text in enumerate(said)]
        return made, embedder.embed(list(said))

    return told_of


def test_elicited_talk_is_rich_and_a_life_story_is_not(told):
    assert richness(*told(*KNOW_HOW * 2)) == 1.0
    assert richness(*told(*TALK * 2)) == 0.0


def test_a_recording_with_little_know_how_is_told_so(told):
    (warning,) = warnings(*told(*TALK * 2, *KNOW_HOW))
    assert "33% of 15 statements" in warning
    assert "interview guide" in warning
    assert warnings(*told(*TALK, *KNOW_HOW)) == ()


def test_of_a_few_words_nothing_is_said(told):
    few = told(*TALK, *["Oh yes."] * LEAST)
    assert (richness(*few), warnings(*few)) == (None, ())
    assert richness(*told()) is None
