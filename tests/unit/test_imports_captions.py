"""WebVTT, SRT and Whisper's JSON, as their writers write them."""

import json
from typing import Any

import pytest

from models.errors import Unreadable
from models.values import Transcript
from pipeline.imports import read_transcript


def vtt(*blocks: str, header: str = "WEBVTT") -> Transcript:
    return read_transcript("\n\n".join((header, *blocks)).encode(), "talk.vtt")


def srt(text: str) -> Transcript:
    return read_transcript(text.encode(), "talk.srt")


def whisper(*segments: dict[str, Any], **about: Any) -> Transcript:
    return read_transcript(json.dumps({"segments": segments, **about}).encode(), "talk.json")


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


def word_times(transcript: Transcript) -> list[tuple[str, float | None, float | None]]:
    return [(transcript.text[word.start_char : word.end_char], word.start_s, word.end_s) for word in transcript.words]


# ---- WebVTT


def test_cues_of_one_speaker_become_one_turn() -> None:
    transcript = vtt(
        "7c0e1b52-0001/7-0\n00:00:01.000 --> 00:00:03.000\n<v Marsh, Ada>So when do\nyou stop</v>",
        "7c0e1b52-0001/7-1\n00:00:03.000 --> 00:00:04.000\n<v Marsh, Ada>stoking?</v>",
        "7c0e1b52-0002/9-0\n00:00:05.000 --> 00:00:09.000 align:start position:0%\n<v Ben>At cherry red.</v>",
    )
    assert said(transcript) == [("Marsh, Ada", "So when do you stop stoking?"), ("Ben", "At cherry red.")]
    assert [(turn.start_s, turn.end_s) for turn in transcript.turns] == [(1.0, 4.0), (5.0, 9.0)]
    assert transcript.warnings == ()


def test_word_times_are_spread_over_the_cue_by_characters() -> None:
    transcript = vtt("00:10.000 --> 00:20.000\nglow dull")  # 9 characters in 10 seconds
    assert word_times(transcript) == [("glow", 10.0, 14.444), ("dull", 15.556, 20.0)]


def test_names_before_a_colon_are_speakers_and_hold_until_the_next() -> None:
    transcript = vtt(
        "1\n00:00:01.000 --> 00:00:02.000\nAda Marsh: When?",
        "2\n00:00:02.000 --> 00:00:04.000\nBen Oak: At cherry red,",
        "3\n00:00:04.000 --> 00:00:06.000\nnot before: it cracks.",
        "4\n00:00:06.000 --> 00:00:08.000\nAda Marsh: I see.\nBen Oak: Good.",
    )
    assert said(transcript) == [
        ("Ada Marsh", "When?"),
        ("Ben Oak", "At cherry red, not before: it cracks."),
        ("Ada Marsh", "I see."),
        ("Ben Oak", "Good."),
    ]
    assert transcript.turns[-1].start_s == pytest.approx(7.091)


def test_names_are_found_where_no_sentence_ends() -> None:
    lines = ("Ada: so we", "Ben: and then", "Ada: wait", "Cy: for it")
    transcript = vtt(*(f"00:0{n}.000 --> 00:0{n + 1}.000\n{line}" for n, line in enumerate(lines)))
    assert said(transcript) == [("Ada", "so we"), ("Ben", "and then"), ("Ada", "wait"), ("Cy", "for it")]


def test_two_voices_may_share_a_cue_and_an_unnamed_one_stays_unknown() -> None:
    transcript = vtt(
        "00:00.000 --> 00:10.000\n<v.loud Ada>Hot?</v> <v Ben>Red</v>",
        "00:10.000 --> 00:12.000\nMind the door!",
    )
    assert said(transcript) == [("Ada", "Hot?"), ("Ben", "Red"), ("Unknown", "Mind the door!")]
    assert [turn.start_s for turn in transcript.turns] == [0.0, 5.714, 10.0]


def test_without_names_there_is_one_speaker_and_a_warning() -> None:
    transcript = vtt("00:01.000 --> 00:02.000\nHot?", "00:02.000 --> 00:03.000\nRed hot: look.")
    assert said(transcript) == [("Speaker", "Hot? Red hot: look.")]
    assert "Nobody is named" in transcript.warnings[0]


def test_rolling_captions_are_read_once_with_their_word_times() -> None:
    transcript = vtt(
        "00:01.000 --> 00:03.000\n \nopen<00:01.500><c> the</c><00:02.000><c> damper</c>",
        "00:03.000 --> 00:03.010\nopen the damper\n ",
        "00:03.010 --> 00:05.000\nopen the damper\nslowly<00:04.000><c> now</c>",
        "00:05.000 --> 00:05.010\nslowly now\n ",
        header="WEBVTT\nKind: captions\nLanguage: en-GB",
    )
    assert transcript.text == "open the damper slowly now"
    assert transcript.language == "en-GB"
    times = {text: start for text, start, _ in word_times(transcript)}
    assert times["damper"] == pytest.approx(2.143)
    assert times["now"] == pytest.approx(4.249, abs=0.01)


def test_rolling_lines_without_tags_are_read_once() -> None:
    lines = [f"line number {n}" for n in range(8)]
    cues = [f"00:0{n}.000 --> 00:0{n + 1}.000\n{lines[n]}\n{lines[n + 1]}" for n in range(7)]
    assert vtt(*cues).text == " ".join(lines)


def test_what_somebody_really_says_twice_stays() -> None:
    transcript = vtt("00:01.000 --> 00:02.000\n<v Ada>Yes.</v>", "00:02.000 --> 00:03.000\n<v Ada>Yes.</v>")
    assert transcript.text == "Yes. Yes."
    looped = [f"00:0{n}.000 --> 00:0{n + 1}.000\nThanks." for n in range(9)]
    assert vtt(*looped).text == " ".join(["Thanks."] * 9)


def test_comments_styles_tags_and_entities_are_no_talk() -> None:
    transcript = vtt(
        "NOTE\nBen was in a hurry",
        "STYLE\n::cue(b) { color: red; }",
        "REGION\nid:fred",
        "00:01.000 --> 00:02.000\n<b>Salt</b> &amp; soda, <i.x>x &lt; y</i> &gt; z<lang de>Ofen</lang>",
        "NOTE ask again",
    )
    assert transcript.text == "Salt & soda, x < y > zOfen"


def test_teams_own_way_of_writing_times_is_understood() -> None:
    transcript = vtt("0:0:-1.-820 --> 0:0:8.90\n<v Ada>Hot.</v>", "0:10:9.20 --> 0:10:9.690\n<v Ben>Red.</v>")
    assert [(turn.start_s, turn.end_s) for turn in transcript.turns] == [(0.0, 8.09), (609.02, 609.69)]
    assert "begin before the recording" in transcript.warnings[0]


def test_text_outside_cues_is_kept_and_told() -> None:
    transcript = vtt("00:01.000 --> 00:02.000\nOpen the damper", "slowly", "99", "00:03.000 --> 00:04.000\nand wait.")
    assert transcript.text == "Open the damper slowly and wait."
    assert "1 lines stand outside any cue" in transcript.warnings[0]


def test_cues_far_out_of_order_are_sorted_and_interruptions_are_not() -> None:
    late, early = "01:00.000 --> 01:02.000\n<v Ada>Then?</v>", "00:01.000 --> 00:30.000\n<v Ben>First</v>"
    during = "00:28.000 --> 00:29.000\n<v Ada>Aha.</v>"
    before = "00:27.000 --> 00:30.000\n<v Ben>the salt.</v>"
    assert said(vtt(late, early)) == [("Ben", "First"), ("Ada", "Then?")]
    assert said(vtt(during, before)) == [("Ada", "Aha."), ("Ben", "the salt.")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("00:00:07.000 --> 00:00:1d.890", "line 6.*not a pair of times"),
        ("00:00:07.000 --> 00:00:71.000", "line 6.*seconds above 59"),
        ("00:61:07.000 --> 00:62:07.000", "line 6.*above 59"),
        ("00:00:09.000 --> 00:00:08.000", r"line 6.*ends \(8.0 s\) before it starts \(9.0 s\)"),
        ("-->", "line 6.*not a pair of times"),
        ("00:00:07 -> 00:00:08 -->", "line 6.*not a pair of times"),
    ],
)
def test_broken_times_are_refused_with_their_line(line: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        vtt("00:01.000 --> 00:02.000\nHot.", f"{line}\nRed.")


def test_an_arrow_inside_the_talk_is_talk() -> None:
    assert vtt("00:01.000 --> 00:02.000\nCopper\noxide --> green").text == "Copper oxide --> green"


# ---- SRT


def test_srt_is_read_with_commas_tags_and_missing_blank_lines() -> None:
    transcript = srt(
        "1\n00:00:01,000 --> 00:00:02,500\n<font color='red'>Hot</font>\n"
        "2\n00:00:02,500 --> 00:00:04,000\n{\\an8}and <i>dry</i>.\n\n\n3\n00:00:05.000 --> 00:00:06.000\n\nWet, too.\n"
    )
    assert transcript.text == "Hot and dry. Wet, too."
    assert transcript.turns[0].end_s == 6.0
    assert all("outside" not in warning for warning in transcript.warnings)


def test_srt_has_no_comments() -> None:
    assert srt("1\n00:00:01,000 --> 00:00:02,000\nNOTE this\n").text == "NOTE this"


# ---- Whisper


def test_whispers_words_keep_times_and_confidence() -> None:
    transcript = whisper(
        {
            "start": 0.5,
            "end": 2.0,
            "text": " It  hums,\n low.",
            "words": [
                {"word": " It", "start": 0.5, "end": 0.7, "probability": 0.9},
                {"word": " hums,", "start": 0.8, "end": 1.5, "probability": 0.25},
                {"word": " shrill", "start": 1.5, "end": 1.6, "probability": 0.1},  # not in the text
                {"word": " low.", "probability": 2},  # no times, no possible confidence
            ],
        },
        language="de",
    )
    assert transcript.text == "It hums, low."
    assert word_times(transcript) == [("It", 0.5, 0.7), ("hums,", 0.8, 1.5), ("low.", None, None)]
    assert [word.confidence for word in transcript.words] == [0.9, 0.25, None]
    assert transcript.language == "de"


def test_speakers_are_those_that_whisperx_found() -> None:
    transcript = whisper(
        {"start": 0, "end": 1, "text": "When?", "speaker": "SPEAKER_00"},
        {"start": 1, "end": 2, "text": "Now?", "words": [{"word": "Now?", "score": 0.4, "speaker": "SPEAKER_00"}]},
        {"start": 2, "end": 3, "text": "Cherry red.", "speaker": "SPEAKER_01"},
    )
    assert said(transcript) == [("SPEAKER_00", "When? Now?"), ("SPEAKER_01", "Cherry red.")]
    assert transcript.words[-1].end_s == 3.0
    assert [word.confidence for word in transcript.words] == [None, 0.4, None, None]


def test_doubt_and_warnings_are_kept() -> None:
    transcript = whisper(
        {"start": 0, "end": 1, "text": "thanks for", "suspect": "said where nobody speaks"},
        {"start": 1, "end": 2, "text": "watching", "suspect": True},
        {"start": 2, "end": 3, "text": "Red."},
        warnings=["nothing was heard from 3 s on"],
    )
    doubts = [word.suspect for word in transcript.words]
    assert doubts[:2] == ["said where nobody speaks"] * 2
    assert doubts[2]
    assert doubts[3] is None
    assert transcript.warnings[0] == "nothing was heard from 3 s on"


def test_segments_alone_are_enough_and_may_lack_times() -> None:
    transcript = read_transcript(b'[{"text": "Red"}, {"text": " and dry"}]', "talk.json")
    assert transcript.text == "Red and dry"
    assert transcript.words == ()
    assert transcript.turns[0].start_s is None


def test_segments_out_of_order_are_sorted() -> None:
    transcript = whisper({"start": 60, "end": 61, "text": "two"}, {"start": 1, "end": 2, "text": "one"})
    assert transcript.text == "one two"


@pytest.mark.parametrize(
    ("name", "tag"), [("english", "en"), (None, "en"), (7, "en"), ("-->", "en"), ("pt-BR", "pt-BR")]
)
def test_languages_are_tags(name: object, tag: str) -> None:
    assert whisper({"text": "Red."}, language=name).language == tag


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("7", "another kind"),
        ('{"text": "Red."}', "another kind"),  # of whom, when?
        ('{"segments": {"0": "Red."}}', "another kind"),
        ('{"segments": ["Red."]}', "another kind"),
        ('{"segments": [{"start": 1}]}', "segment 0 has no “text”"),
        ('{"segments": [{"text": "a"}, {"text": "b", "start": NaN}]}', "segment 1: start is 'nan'"),
        ('{"segments": [{"text": "a", "end": Infinity}]}', "end is 'inf'"),
        ('{"segments": [{"text": "a", "start": "1"}]}', "start is '1'"),
        ('{"segments": [{"text": "a", "start": true}]}', "start is 'True'"),
        ('{"segments": [{"text": "a", "start": 2, "end": 1}]}', "ends .1.0 s. before it starts"),
        ('{"segments": [{"text": "a", "words": [{"word": "a", "end": NaN}]}]}', "a word’s end"),
        ('{"segments": []}', "Nobody speaks"),
        ('{"segments": [{"text": "a"}', "not JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_json_of_another_kind_is_refused(document: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told) as caught:
        read_transcript(document.encode(), "talk.json")
    assert len(str(caught.value)) < 400


def test_negative_seconds_count_as_the_beginning() -> None:
    assert whisper({"start": -0.2, "end": 1, "text": "Red"}).turns[0].start_s == 0.0
