"""When a recording goes, its words go from every card, and nothing else does."""

from dataclasses import replace

from factories import DONE, DRUM, HOLLOW, PALE, draft, transcript

from models.striking import WITHDRAWN_TITLE, emptied, resting, struck, without
from models.values import MACHINE, CardContent, Gap, GapReason, Line

SAID = transcript()


def of_two() -> CardContent:
    """HOLLOW and DRUM of r1, PALE of r2."""
    content = draft("r1", SAID, HOLLOW, PALE, DRUM).content
    evidence = [replace(each, recording_id="r2") if each.quote == PALE else each for each in content.evidence]
    return replace(content, evidence=tuple(evidence))


def test_lines_that_rest_on_it_alone_go_and_the_rest_is_counted_anew() -> None:
    left = struck(of_two(), "r1")
    assert [(each.index, each.quote) for each in left.evidence] == [(0, PALE)]
    assert left.judgment == (Line(PALE, (0,)),)
    assert (left.cues, left.metaphors) == ((), ())


def test_a_line_that_rests_on_both_stays_with_the_other() -> None:
    both = replace(of_two(), judgment=(Line("Wait and listen.", (0, 1), "human:u1"),))
    assert struck(both, "r1").judgment == (Line("Wait and listen.", (0,), "human:u1"),)


def test_a_persons_own_word_stays() -> None:
    own = Line("Mind the steam.", (), "human:u1")
    assert struck(replace(of_two(), warnings=(own,)), "r1").warnings == (own,)


def test_a_title_made_of_lost_words_is_replaced() -> None:
    left = struck(of_two(), "r1")
    assert left.title == "When a loaf is done"
    assert struck(replace(of_two(), title_choices=()), "r1").title == PALE


def test_a_title_of_other_words_and_one_that_a_person_wrote_stay() -> None:
    assert struck(replace(of_two(), title="If the crust is pale"), "r1").title == "If the crust is pale"
    assert struck(replace(of_two(), title_by="human:u1"), "r1").title == HOLLOW.rstrip(".")


def test_questions_and_choices_that_quote_lost_words_go() -> None:
    quoting = Gap("g2", "cues", GapReason.HARD_TO_SAY, "You said “it sounds hollow”: how does that sound?")
    plain = Gap("g1", "cues", GapReason.EMPTY_SLOT, "What do you look at?")
    card = replace(of_two(), gaps=(plain, quoting), title_choices=("it sounds hollow", "The pale crust"))
    card = replace(card, title_merits=({"near": 0.1}, {"near": 0.2}, {"near": 0.3}))
    left = struck(card, "r1")
    assert (left.gaps, left.title_choices) == ((plain,), ("The pale crust",))
    assert left.title_merits == ()  # nobody knows any more whose they are


def test_another_recording_changes_nothing() -> None:
    assert struck(of_two(), "r3") == of_two()


def test_nothing_rests_on_anything_where_all_is_struck() -> None:
    left = struck(struck(of_two(), "r1"), "r2")
    assert resting(left) == []
    assert left.evidence == ()


def test_only_the_named_evidence_goes() -> None:
    content = draft("r1", SAID, HOLLOW, DONE).content
    assert [each.quote for each in without(content, {0}).evidence] == [DONE]
    assert without(content, set()) == content


def test_an_emptied_card_holds_no_word_of_the_interview() -> None:
    shell = emptied(of_two())
    assert shell == CardContent(of_two().kind, WITHDRAWN_TITLE, models=of_two().models, title_by=MACHINE)
