"""A transcript as a Word document, and every form read again."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import docx
import pytest

from models.values import SpeakerRole, Transcript, Turn, Word
from pipeline.captions import to_srt, to_txt, to_vtt, to_whisper_json
from pipeline.imports import read_transcript
from pipeline.manuscript import to_docx

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def spoken(*turns: tuple[str, str], over: tuple[str, ...] = ()) -> Transcript:
    """These turns, a word every half second; the words `over` overlap."""
    texts, made, words, at, char = list[str](), list[Turn](), list[Word](), 1.0, 0
    for speaker, text in turns:
        begins, start_s = char, at
        for token in text.split(" "):
            words.append(Word(char, char + len(token), at, at + 0.4, 0.5, None, token in over))
            char, at = char + len(token) + 1, at + 0.5
        made.append(Turn(speaker, SpeakerRole.OTHER, begins, char - 1, start_s, at - 0.1))
        texts.append(text)
    return Transcript("\n".join(texts), tuple(made), tuple(words))


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


def over(transcript: Transcript) -> list[str]:
    return [transcript.text[one.start_char : one.end_char] for one in transcript.words if one.overlap]


def as_docx(transcript: Transcript) -> bytes:
    return to_docx(transcript, title="Kiln: a talk", at=AT)


WRITERS: dict[str, Callable[[Transcript], bytes]] = {
    "talk.json": lambda one: json.dumps(to_whisper_json(one), allow_nan=False).encode(),
    "talk.vtt": lambda one: to_vtt(one).encode(),
    "talk.srt": lambda one: to_srt(one).encode(),
    "talk.txt": lambda one: to_txt(one).encode(),
    "talk.docx": as_docx,
}
TALK = (
    ("{ada}", "How do you know? I mean: now & here."),
    ("{ben}", "Copper --> green, if it’s <dry>. Then: wait for 3 // 4 hours."),
    ("{ada}", "See https://kiln.example/a: is that it?"),
    ("{ben}", "Yes."),
)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("ada", "ben"),
    [
        ("Ada Marsh", "Ben Oak"),
        ("Dr. Ada van der Marsh-O’Neill", "Oak, Ben (Pottery)"),
        ("SPEAKER_00", "SPEAKER_01"),
        ("Interviewer (guessed)", "Expert (guessed)"),
        ("the potter", "somebody else"),  # nothing that looks like a name
        ("王明", "Зоя"),
        ("Ada & Ben", "Q/A #1"),
    ],
)
def test_what_is_written_is_read_again_with_its_speakers_words_and_times(name: str, ada: str, ben: str) -> None:
    transcript = spoken(*((speaker.format(ada=ada, ben=ben), text) for speaker, text in TALK))
    again = read_transcript(WRITERS[name](transcript), name)
    assert said(again) == said(transcript)
    assert again.sha256 == transcript.sha256
    if name != "talk.txt":
        for turn, was in zip(again.turns, transcript.turns, strict=True):
            assert turn.start_s == pytest.approx(was.start_s, abs=1.0 if name == "talk.docx" else 0.001)
    if name == "talk.json":
        assert again.words == transcript.words


@pytest.mark.parametrize("name", ["talk.json", "talk.vtt", "talk.docx"])
@pytest.mark.parametrize("odd", ["Ada: the first", "2nd engineer", "<v Ada>", "a--", "*Ada* [x]", "“A”; B?", "x" * 90])
def test_the_oddest_names_come_back_where_the_form_has_a_place_for_them(name: str, odd: str) -> None:
    transcript = spoken((odd, "Hot?"), ("Ben", "Red."), (odd, "And dry?"))
    assert said(read_transcript(WRITERS[name](transcript), name)) == said(transcript)


@pytest.mark.parametrize("name", ["talk.srt", "talk.txt"])
def test_before_a_colon_names_lose_what_would_end_them(name: str) -> None:
    transcript = spoken(*[("Ada: the *first*", "Hot?"), ("2nd engineer", "Red.")] * 2)
    found = said(read_transcript(WRITERS[name](transcript), name))
    assert found == [("Ada the first", "Hot?"), ("Speaker 2nd engineer", "Red.")] * 2


@pytest.mark.parametrize("name", WRITERS)
def test_overlaps_are_marked_and_come_back(name: str) -> None:
    transcript = spoken(("Ada", "So you look and then wait"), ("Ben", "aha yes"), over=("and", "then", "aha", "yes"))
    again = read_transcript(WRITERS[name](transcript), name)
    assert said(again) == said(transcript)
    assert over(again) == ["and", "then", "aha", "yes"]


@pytest.mark.parametrize("name", WRITERS)
def test_overlapping_words_before_a_colon_are_nobodys_name(name: str) -> None:
    transcript = spoken(
        ("Ada", "So you look"), ("Ben", "aha sign: wait for it"), ("Ada", "Yes."), over=("sign:", "wait")
    )
    again = read_transcript(WRITERS[name](transcript), name)
    assert said(again) == said(transcript)
    assert over(again) == ["sign:", "wait"]


def test_a_document_has_title_day_speakers_and_times() -> None:
    opened = docx.Document(io.BytesIO(as_docx(spoken(("Ada", "Hot?"), ("Ben", "Red.")))))
    lines = [paragraph.text for paragraph in opened.paragraphs]
    assert lines == ["Kiln: a talk", "2026-03-01 · Ada, Ben", "Ada  00:00:01\nHot?", "Ben  00:00:01\nRed."]
    assert opened.core_properties.title == "Kiln: a talk"


def test_the_same_transcript_gives_the_same_bytes() -> None:
    transcript = spoken(("Ada", "Hot?"))
    assert as_docx(transcript) == as_docx(transcript)
    with zipfile.ZipFile(io.BytesIO(as_docx(transcript))) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}


def test_what_xml_cannot_hold_is_left_out() -> None:
    transcript = spoken(("Ada\x0b\ud800", "Hot\x07 \ufffe?"))
    assert said(read_transcript(as_docx(transcript), "talk.docx")) == [("Ada", "Hot ?")]
