import time

import pytest

from models.values import SpeakerRole, Transcript, Turn, Word
from pipeline.statements import LONGEST, LONGEST_BARE, cut
from pipeline.text import words

EXPERT, INTERVIEWER, OTHER = SpeakerRole.EXPERT, SpeakerRole.INTERVIEWER, SpeakerRole.OTHER


def talk(*turns: tuple[SpeakerRole, str]) -> Transcript:
    """A transcript without times."""
    made, start = [], 0
    for role, text in turns:
        made.append(Turn(role.value, role, start, start + len(text)))
        start += len(text) + 1
    return Transcript("\n".join(text for _, text in turns), tuple(made))


def heard(text: str, *, pauses: dict[str, float]) -> Transcript:
    """One expert's turn with word times: 0.3 s a word, and a pause after the words named."""
    spoken, char, now = [], 0, 0.0
    for part in text.split(" "):
        spoken.append(Word(char, char + len(part), now, now + 0.3))
        char += len(part) + 1
        now += 0.3 + pauses.get(part, 0.0)
    return Transcript(text, (Turn("A", EXPERT, 0, len(text), 0.0, now),), tuple(spoken))


def texts(transcript, language):
    return [statement.text for statement in cut(transcript, language)[0]]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # a sentence is a statement
        ("You knead it first. Then it rests.", ["You knead it first.", "Then it rests."]),
        # an abbreviation, an initial and a decimal end nothing
        ("Dr. Weber set it to 7.5 bar. J. Klein agreed.", ["Dr. Weber set it to 7.5 bar.", "J. Klein agreed."]),
        # but "No." does where no number follows, so does "I.", and "etc." before a capital
        ("Pump No. 6 is old. No. It is I. Yes.", ["Pump No. 6 is old.", "No.", "It is I.", "Yes."]),
        (
            "You add salt, oil, etc. and stir. Bowls, etc. It rests.",
            ["You add salt, oil, etc. and stir.", "Bowls, etc.", "It rests."],
        ),
        # trailing off goes on where a small letter follows, and ends where a capital does
        ("You push it... slowly. And then... Well.", ["You push it... slowly.", "And then...", "Well."]),
        # closing quotes belong to the sentence
        ("He said “stop.” So I stopped.", ["He said “stop.”", "So I stopped."]),
        # several marks are one end
        ("Really?! Yes.", ["Really?!", "Yes."]),
        # no full stop at the end of the turn
        ("You wait. And then you", ["You wait.", "And then you"]),
        # white space of any kind is no part of it
        ("  You wait. \t And go. ", ["You wait.", "And go."]),
        # nothing but marks is no statement
        ("... — !", []),
        ("", []),
    ],
)
def test_sentences_become_statements(said, wanted, language):
    assert texts(talk((EXPERT, said)), language) == wanted


def test_only_what_an_expert_says_becomes_a_statement(language):
    made = talk((INTERVIEWER, "How do you know?"), (EXPERT, "It springs back."), (OTHER, "Coffee is ready."))
    assert texts(made, language) == ["It springs back."]


def test_a_transcript_without_experts_gives_nothing(language):
    assert cut(talk((INTERVIEWER, "Hello?")), language) == ([], [])
    assert cut(Transcript("", ()), language) == ([], [])


def test_pauses_are_borders_where_punctuation_is_missing(language):
    made = heard("if the dough is sticky you add some flour then you fold it", pauses={"sticky": 0.8, "flour": 1.2})
    assert texts(made, language) == ["if the dough is sticky", "you add some flour", "then you fold it"]


def test_short_breaths_and_lonely_words_are_no_borders(language):
    made = heard("so um the dough has to rest overnight", pauses={"so": 1.0, "um": 0.9, "dough": 0.4})
    assert texts(made, language) == ["so um the dough has to rest overnight"]


def test_pauses_do_not_cut_a_sentence_that_punctuation_ends(language):
    made = heard("You add some flour and fold it.", pauses={"flour": 2.0})
    assert texts(made, language) == ["You add some flour and fold it."]


def test_endless_talk_is_cut_where_clauses_begin(language):
    clause = "and you push the dough away from you then you fold it over"
    made = texts(talk((EXPERT, " ".join([clause] * 12))), language)
    assert max(words(text) for text in made) <= LONGEST_BARE
    assert all(text.split()[0] in {"and", "then", "you"} for text in made)
    assert " ".join(made) == " ".join([clause] * 12)


def test_a_very_long_sentence_is_cut_although_it_has_punctuation(language):
    sentence = "You take the lid off, " * 15 + "and you wait."
    made = texts(talk((EXPERT, sentence)), language)
    assert len(made) > 1
    assert max(words(text) for text in made) <= LONGEST


def test_texts_are_verbatim_and_tokens_count_in_the_transcript(language):
    made = talk(
        (INTERVIEWER, "What next?"),
        (EXPERT, "First — you  wait.\nThen “go”, don’t run… " + "You lift it, and then you turn it around, " * 8),
        (EXPERT, "It’s 7.5 °C 🙂 or so. Yes"),
    )
    statements, docs = cut(made, language)
    assert len(statements) == len(docs)
    for statement, doc in zip(statements, docs, strict=True):
        assert made.text[statement.start_char : statement.end_char] == statement.text == statement.text.strip()
        for token in doc:
            start = statement.start_char + token.idx
            assert made.text[start : start + len(token)].split() == token.text.split()
    assert [statement.index for statement in statements] == list(range(len(statements)))
    assert [statement.turn for statement in statements] == sorted(statement.turn for statement in statements)


@pytest.mark.parametrize(
    ("remark", "same_answer"),
    [
        ("Okay.", True),  # a sign of listening
        ("Mm-hmm. Right, yeah.", True),
        ("Okay, the blue valve.", True),  # an echo
        ("Right?", True),  # asks for nothing
        ("I see what you mean.", True),
        ("And what comes next?", False),  # a question
        ("Okay. Why?", False),  # a short one
        ("Okay. So tell me about the oven.", False),  # no question mark, and yet a question
        ("And then you said that the crust was too thick.", False),  # longer than an echo
    ],
)
def test_an_answer_lasts_until_the_next_question(remark, same_answer, language):
    made = talk((INTERVIEWER, "How?"), (EXPERT, "You knead."), (INTERVIEWER, remark), (EXPERT, "Then you wait."))
    first, second = cut(made, language)[0]
    assert (first.answer == second.answer) is same_answer


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        # the question alone, not what leads up to it
        ("I baked once with my aunt. How do you know it is done?", "How do you know it is done?"),
        # neighbouring questions together
        ("Fine. Who knows? And how?", "Who knows? And how?"),
        # the last one where something lies between
        ("Is it hot? Let me write that down now please. How hot?", "How hot?"),
        # a short turn as a whole
        ("Okay. So tell me about the oven.", "Okay. So tell me about the oven."),
        # in a long turn the sentence that bids somebody tell
        (
            "We have all the time we need today, and whatever you say stays in this room until you let us use it. "
            "Walk me through a normal morning. We have coffee and we have water on the table for both of us.",
            "Walk me through a normal morning.",
        ),
        # a long turn that asks nothing
        ("This is recorded and somebody types it, and " + "we keep it for a year, " * 6 + "that is all.", None),
    ],
)
def test_the_question_is_kept_verbatim(asked, question, language):
    made = talk((INTERVIEWER, asked), (EXPERT, "You knock on it."))
    (statement,) = cut(made, language)[0]
    assert statement.question == question
    assert question is None or question in made.text


def test_what_is_said_before_any_question_answers_none(language):
    made = talk((EXPERT, "Come in."), (INTERVIEWER, "How are you?"), (EXPERT, "Fine."))
    assert [(one.answer, one.question) for one in cut(made, language)[0]] == [(0, None), (1, "How are you?")]


def test_an_interviewer_who_goes_on_asking_before_the_answer_asks_one_question(language):
    made = talk(
        (INTERVIEWER, "How do you know it is done?"),
        (INTERVIEWER, "Take the rye bread for example."),
        (EXPERT, "I knock."),
    )
    (statement,) = cut(made, language)[0]
    assert statement.answer == 1
    assert statement.question == "How do you know it is done?"


@pytest.mark.parametrize(("remark", "same_answer"), [("And in winter?", False), ("We had coffee there.", True)])
def test_a_third_person_who_asks_begins_a_new_answer(remark, same_answer, language):
    made = talk((INTERVIEWER, "How?"), (EXPERT, "You knead."), (OTHER, remark), (EXPERT, "Then you wait."))
    first, second = cut(made, language)[0]
    assert (first.answer == second.answer) is same_answer
    assert second.question == ("How?" if same_answer else remark)


def test_without_an_interviewer_question_marks_part_the_answers(language):
    made = talk(
        (EXPERT, "Hello there. How do you know it is done? I knock on it. It sounds hollow, right? Then I stop.")
    )
    found = [(one.text, one.answer, one.question) for one in cut(made, language)[0]]
    asked = "How do you know it is done?"
    assert found == [
        ("Hello there.", 0, None),
        (asked, 1, None),
        ("I knock on it.", 2, asked),
        ("It sounds hollow, right?", 2, asked),
        ("Then I stop.", 2, asked),
    ]


def test_without_an_interviewer_a_question_is_forgotten_after_a_while(language):
    made = talk((EXPERT, "How do you know it is done? " + "I knock on it. " * 12))
    assert [one.question is None for one in cut(made, language)[0]] == [True, *[False] * 10, *[True] * 2]


def test_an_hour_of_talk_is_cut_within_seconds(language):
    sentence = "If the crust is still pale after twenty minutes, you give it five more and open the door a little. "
    made = talk(*[(EXPERT, sentence * 5), (INTERVIEWER, "And then?")] * 100)
    cut(made, language)  # warm
    started = time.process_time()
    statements, _ = cut(made, language)
    assert sum(words(one.text) for one in statements) == 10_000
    assert time.process_time() - started < 6  # about one second on an idle core


@pytest.mark.parametrize(
    "said",
    [
        "a" * 50_000,  # a word without end
        "you put it in and then " * 2_000,  # talk without a mark
        "." * 50_000,  # marks without talk
        ". " * 25_000,
        "Yes. " * 5_000,
    ],
)
def test_monstrous_turns_are_cut_in_reasonable_time(said, language):
    made = talk((EXPERT, said.strip()))
    started = time.process_time()
    statements, _ = cut(made, language)
    assert time.process_time() - started < 15
    kept = "".join(one.text for one in statements)
    assert [one for one in kept if one.isalpha()] == [one for one in said if one.isalpha()]


def test_the_same_transcript_gives_the_same_statements(language):
    made = talk((INTERVIEWER, "How?"), (EXPERT, "You wait. You look at it and you decide."))
    assert cut(made, language)[0] == cut(made, language)[0]
