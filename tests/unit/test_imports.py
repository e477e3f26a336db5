"""Which format a transcript file is in, what is refused, and what holds for every format."""

import json
import random
from contextlib import suppress

import mutants
import pytest
from hypothesis import HealthCheck, given, settings

from models.errors import NotFound, TacitError, TooLarge, Unreadable, Unsupported
from models.values import SpeakerRole, Transcript
from pipeline.captions import to_srt, to_txt, to_vtt, to_whisper_json
from pipeline.imports import looks_like_transcript, read_transcript
from pipeline.turns import with_roles

VTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ada>How do you know that the kiln is ready?</v>\n"
SRT = b"1\n00:00:01,000 --> 00:00:04,000\nAda: How do you know that the kiln is ready?\n"
WHISPER = b'{"segments": [{"start": 1.0, "end": 4.0, "text": " The draught goes quiet."}]}'
TEXT = b"Ada: How do you know that the kiln is ready?\nBen: The draught goes quiet.\n"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x64" + bytes(400)
DOCX = b"PK\x03\x04\x14\x00\x06\x00" + bytes(30) + b"word/document.xml"


def said(transcript: Transcript) -> list[tuple[str, str]]:
    """(speaker, text) of every turn."""
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


@pytest.mark.parametrize(
    ("name", "data", "source"),
    [
        ("talk.vtt", VTT, "webvtt"),
        ("talk.VTT", b"\xef\xbb\xbf" + VTT, "webvtt"),  # a byte order mark, a shouted ending
        ("talk.txt", VTT, "webvtt"),  # text may be any of them
        ("", VTT, "webvtt"),  # standard input
        ("talk.srt", SRT, "srt"),
        ("talk.txt", SRT, "srt"),
        ("talk.json", WHISPER, "whisper-json"),
        ("", WHISPER, "whisper-json"),
        ("talk.txt", TEXT, "labelled-text"),
        ("talk.md", TEXT, "labelled-text"),
        ("Talk with Dr. Smith", TEXT, "labelled-text"),  # no ending that means anything
    ],
)
def test_the_format_is_told_by_content_and_name(name: str, data: bytes, source: str) -> None:
    assert looks_like_transcript(name, data[:4096])
    assert read_transcript(data, name).source == source


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_give_the_same_transcript(encoding: str, newline: str) -> None:
    text = "Zoë: Wie heiß?\n\nBen: 450 °, “kirschrot”.\n".replace("\n", newline)
    transcript = read_transcript(text.encode(encoding), "talk.txt")
    assert said(transcript) == [("Zoë", "Wie heiß?"), ("Ben", "450 °, “kirschrot”.")]


@pytest.mark.parametrize(
    ("name", "data", "kind", "told"),
    [
        ("talk.txt", b"", Unreadable, "empty"),
        ("talk.txt", b" \r\n\t\n", Unreadable, "empty"),
        ("talk.txt", b"Ada: hot\x00\x01 clay", Unsupported, "not text"),
        ("talk.txt", MP3, Unsupported, "MP3 sound"),
        ("talk.vtt", MP3, Unsupported, "MP3 sound"),
        ("talk.txt", DOCX, Unsupported, "Office document"),
        ("talk.txt", b"\n<!DOCTYPE html><html><body>Ada: hot</body></html>", Unsupported, "web page"),
        ("talk.txt", b"<?xml version='1.0'?><tt><body/></tt>", Unsupported, "XML"),
        ("talk.txt", rb"{\rtf1\ansi Ada: hot}", Unsupported, "RTF"),
        ("talk.txt", b"%PDF-1.7\n1 0 obj", Unsupported, "PDF"),
        ("talk.txt", b"#EXTM3U\nhttp://example.org/a.mp3\n", Unsupported, "playlist"),
        ("talk.vtt", b"WEBVTTX\n\n", Unreadable, "not WebVTT"),
        ("talk.vtt", TEXT, Unreadable, "not WebVTT"),
        ("talk.srt", TEXT, Unreadable, "no cues"),
        ("talk.vtt", b"WEBVTT", Unreadable, "no cues"),
        ("talk.json", TEXT, Unreadable, "not JSON"),
        ("talk.txt", b"Ada:\n\nBen:\n", Unreadable, "Nobody speaks"),
        ("talk.txt", b"... -- ?!\n", Unreadable, "Nobody speaks"),
        ("talk.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada> </v>\n", Unreadable, "Nobody speaks"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy(
    name: str, data: bytes, kind: type[TacitError], told: str
) -> None:
    with pytest.raises(kind, match=told) as caught:
        read_transcript(data, name)
    assert type(caught.value) is kind
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("talk.mp3", MP3, False),
        ("talk.txt", MP3, False),  # sound, whatever its name
        ("talk.mp3", TEXT, False),  # a name that promises sound
        ("talk.pdf", TEXT, False),
        ("talk.txt", DOCX, True),  # the reader says what is wrong with it
        ("talk.vtt", b"", True),
        ("", b"", False),
        ("", DOCX, False),
        ("", b"#EXTM3U\n", False),
        ("talk.txt", TEXT.decode().encode("utf-16"), True),
    ],
)
def test_sound_is_told_from_transcripts(name: str, head: bytes, expected: bool) -> None:
    assert looks_like_transcript(name, head) is expected


def test_letters_are_no_magic_numbers() -> None:
    """“BM” begins a picture and “MZ” a program; here they are initials."""
    assert said(read_transcript(b"BM: Hot?\nMZ: Red hot.\n", "talk.txt")) == [("BM", "Hot?"), ("MZ", "Red hot.")]


def test_invisible_characters_are_left_out() -> None:
    document = {"segments": [{"text": "a\u0000b \ud800\ufeffc\u0007d"}]}
    transcript = read_transcript(json.dumps(document).encode(), "talk.json")
    assert transcript.text == "ab cd"
    assert len(transcript.sha256) == 64


def test_nobody_has_a_role_yet() -> None:
    assert {turn.role for turn in read_transcript(TEXT, "talk.txt").turns} == {SpeakerRole.OTHER}


def check_promises(transcript: Transcript) -> None:
    """What every transcript promises, whatever it was made of."""
    assert transcript.text == "\n".join(text for _, text in said(transcript))
    assert transcript.sha256
    reached = 0
    for word in transcript.words:
        assert reached <= word.start_char < word.end_char <= len(transcript.text)
        assert word.start_s is None or (word.end_s is not None and 0 <= word.start_s <= word.end_s)
        reached = word.end_char


def check(name: str, data: bytes) -> bool:
    """Whether a file gives a transcript, which then keeps its promises; else it is refused by an error of ours."""
    looks_like_transcript(name, data)
    try:
        transcript = with_roles(read_transcript(data, name))
    except (Unreadable, Unsupported, TooLarge):
        return False
    check_promises(transcript)
    json.dumps(to_whisper_json(transcript), allow_nan=False)
    to_txt(transcript)
    with suppress(NotFound):
        again = read_transcript(to_vtt(transcript).encode(), "a.vtt")
        to_srt(transcript)
        assert sum(map(str.isalnum, again.text)) == sum(map(str.isalnum, transcript.text))
    return True


def test_damaged_files_give_a_transcript_or_our_own_error() -> None:
    chance, found = random.Random(7), mutants.seeds()
    assert all(check("a.docx" if data.startswith(b"PK") else "a.txt", data) for data in found if b"<html" not in data)
    assert sum(check(*mutants.mutant(chance, found)) for _ in range(900)) > 200


@settings(max_examples=600, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(mutants.FILES)
def test_invented_files_give_a_transcript_or_our_own_error(file: tuple[str, bytes]) -> None:
    check(*file)


LONG = 200_000


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"[" * LONG),
        ("a.json", b'{"segments":' * LONG),
        ("a.json", b'{"segments": [{"text": "a", "start": ' + b"9" * 4000 + b"}]}"),
        (
            "a.json",
            b'{"segments": [{"text": "' + b"a " * LONG + b'", "words": [' + b'{"word": "b"},' * LONG + b"{}]}]}",
        ),
        ("a.txt", b"a" + b" " * LONG + b"b"),
        ("a.txt", b"a" * LONG),
        ("a.txt", b"**" * LONG),
        ("a.txt", b"1:" * LONG),
        ("a.txt", b"\n" * LONG + b"a"),
        ("a.txt", b"Ada 0:12\n" * (LONG // 10)),
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v " * LONG),
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"word\n" * LONG),
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<00:01.500>a " * (LONG // 10)),
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"&amp" * LONG),
    ],
    ids=range(14),
)
def test_nothing_takes_more_than_linear_time(name: str, data: bytes) -> None:
    with suppress(Unreadable, Unsupported, TooLarge):
        check_promises(read_transcript(data, name))
