"""A transcript in the forms that other programs read, and back."""

import json
import re
from dataclasses import replace

import pytest

from models.errors import NotFound
from models.values import SpeakerRole, Transcript, Turn, Word
from pipeline.captions import to_srt, to_txt, to_vtt, to_whisper_json
from pipeline.imports import read_transcript

ASKED = "How do you know? I mean: <now> & here --> there."
TOLD = " ".join(f"Sign {n} is the colour of the bricks." for n in range(1, 13))
TEXT = f"{ASKED}\n{TOLD}"
START = len(ASKED) + 1


def spoken(first: int, last: int, start_s: float, pace: float) -> tuple[Word, ...]:
    """A word every `pace` seconds for the text between two characters."""
    tokens = re.finditer(r"\S+", TEXT[first:last])
    return tuple(
        Word(first + m.start(), first + m.end(), start_s + n * pace, start_s + n * pace + 0.3, 0.5)
        for n, m in enumerate(tokens)
    )


def timed() -> Transcript:
    words = spoken(0, len(ASKED), 1.0, 0.4) + spoken(START, len(TEXT), 3670.0, 0.4)
    turns = (
        Turn("Ada <Marsh>", SpeakerRole.INTERVIEWER, 0, len(ASKED), words[0].start_s, 5.0),
        Turn("Ben", SpeakerRole.EXPERT, START, len(TEXT), 3670.0, words[-1].end_s),
    )
    return Transcript(TEXT, turns, words, source="openai-whisper")


def untimed() -> Transcript:
    turns = tuple(replace(turn, start_s=None, end_s=None) for turn in timed().turns)
    return replace(timed(), turns=turns, words=())


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


def test_webvtt_comes_back_as_it_was() -> None:
    again = read_transcript(to_vtt(timed()).encode(), "talk.vtt")
    assert said(again) == said(timed())
    assert again.sha256 == timed().sha256
    assert again.turns[1].start_s == 3670.0
    assert again.turns[1].end_s == pytest.approx(timed().words[-1].end_s)


def test_srt_and_text_come_back_as_they_were() -> None:
    plain = timed()
    plain = replace(plain, turns=(replace(plain.turns[0], speaker="Ada Marsh"), plain.turns[1]))
    text = plain.text.replace("<now> & here --> there", "now and here and there")
    plain = replace(plain, text=text.ljust(len(plain.text)))
    plain = Transcript(text, _shifted(plain.turns, len(text) - len(TEXT)), ())
    assert said(read_transcript(to_txt(plain).encode(), "talk.txt")) == said(plain)
    srt = to_srt(replace(plain, turns=tuple(replace(turn, start_s=1.0, end_s=2.0) for turn in plain.turns)))
    assert said(read_transcript(srt.encode(), "talk.srt")) == said(plain)


def _shifted(turns: tuple[Turn, ...], by: int) -> tuple[Turn, ...]:
    first, second = turns
    moved = replace(second, start_char=second.start_char + by, end_char=second.end_char + by)
    return replace(first, end_char=first.end_char + by), moved


def test_whispers_json_comes_back_with_words_and_doubts() -> None:
    words = tuple(
        replace(word, suspect="nobody speaks there") if word.start_char < START else word for word in timed().words
    )
    transcript = replace(timed(), words=words, language="de", warnings=("it breaks off",))
    document = json.loads(json.dumps(to_whisper_json(transcript), allow_nan=False))
    again = read_transcript(json.dumps(document).encode(), "talk.json")
    assert said(again) == said(transcript)
    assert again.words == words
    assert (again.language, again.warnings) == ("de", ("it breaks off",))
    assert document["duration"] == pytest.approx(words[-1].end_s)


def test_whispers_json_has_whispers_fields() -> None:
    segment = to_whisper_json(timed())["segments"][0]
    assert set(segment) == {"id", "start", "end", "text", "speaker", "suspect", "words"}
    assert segment["words"][0] == {
        "word": "How",
        "start": 1.0,
        "end": 1.3,
        "probability": 0.5,
        "speaker": "Ada <Marsh>",
    }
    assert segment["suspect"] is None


def test_cues_end_with_sentences_and_are_short() -> None:
    cues = re.findall(r"(\S+) --> (\S+)\n<v Ben>(.*)</v>", to_vtt(timed()))
    assert len(cues) > 2
    for start, end, text in cues:
        assert text.endswith("bricks.")
        assert seconds(end) - seconds(start) <= 12.0
    assert cues[0][0] == "01:01:10.000"


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_a_long_sentence_is_cut_at_words() -> None:
    text = " ".join(["stoke"] * 200)
    words = tuple(Word(6 * n, 6 * n + 5, float(n), n + 0.5) for n in range(200))
    transcript = Transcript(text, (Turn("Ben", SpeakerRole.EXPERT, 0, len(text), 0.0, 199.5),), words)
    assert read_transcript(to_vtt(transcript).encode(), "talk.vtt").text == text
    assert all(len(line) < 260 for line in to_vtt(transcript).split("\n"))


def test_what_has_no_time_of_its_own_stands_between_its_neighbours() -> None:
    transcript = read_transcript(b"[00:10] Ada: How?\nBen: Cherry red.\n[00:11] Ada: And?\nBen: Orange.\n", "talk.txt")
    again = read_transcript(to_vtt(transcript).encode(), "talk.vtt")
    assert said(again) == said(transcript)
    starts = [turn.start_s for turn in again.turns if turn.start_s is not None]
    assert starts == sorted(starts)
    assert starts[0] == 10.0
    assert starts[2] == 11.0


@pytest.mark.parametrize("write", [to_vtt, to_srt])
def test_without_times_there_are_no_captions(write: object) -> None:
    assert callable(write)
    with pytest.raises(NotFound, match="no times") as caught:
        write(untimed())
    assert "text or JSON" in caught.value.remedy


def test_without_times_text_and_json_are_still_there() -> None:
    assert to_txt(untimed()).startswith("Ada Marsh: How do you know?")
    document = to_whisper_json(untimed())
    assert document["duration"] is None
    assert [segment["start"] for segment in document["segments"]] == [None, None]
    assert [segment["text"] for segment in document["segments"]] == [ASKED, TOLD]


def test_another_language_stands_in_the_header() -> None:
    vtt = to_vtt(replace(timed(), language="de"))
    assert read_transcript(vtt.encode(), "talk.vtt").language == "de"
