"""JSON of speech services and programs: words, speakers and times where each of them keeps them."""

import json
from typing import Any

import pytest

from models.errors import Unreadable
from models.values import Transcript
from pipeline.imports import read_transcript


def read(document: Any, name: str = "talk.json") -> Transcript:
    return read_transcript(json.dumps(document).encode(), name)


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


def times(transcript: Transcript) -> list[tuple[str, float | None, float | None]]:
    return [(transcript.text[word.start_char : word.end_char], word.start_s, word.end_s) for word in transcript.words]


TOLD = [("Speaker 1", "How hot?"), ("Speaker 2", "Cherry red.")]
WORDS = [("How", 0.0, 0.4), ("hot?", 0.4, 1.2), ("Cherry", 2.0, 2.5), ("red.", 2.5, 3.25)]
SPOKEN = [(*word, 1 if word[1] < 2 else 2) for word in WORDS]  # text, start, end, speaker


def google_v1() -> dict[str, Any]:
    """The last result has all the words once more, and there each has its speaker. A start at zero is left out."""
    plain = [{"startTime": f"{start}s", "endTime": f"{end}s", "word": text} for text, start, end, _ in SPOKEN]
    del plain[0]["startTime"]
    tagged = [{**word, "speakerTag": who, "confidence": 0.9} for word, (*_, who) in zip(plain, SPOKEN, strict=True)]
    return {
        "results": [
            {"alternatives": [{"transcript": "How hot?", "words": plain[:2]}], "languageCode": "en-us"},
            {"alternatives": [{"transcript": " Cherry red.", "words": plain[2:]}]},
            {"alternatives": [{"words": tagged}]},
        ]
    }


def google_old() -> dict[str, Any]:
    """Protobuf's own way: snake case, seconds and nanoseconds; inside of a finished operation."""
    words = [
        {
            "start_time": {"seconds": str(int(start)), "nanos": round(start % 1 * 1e9)},
            "end_time": {"seconds": int(end), "nanos": round(end % 1 * 1e9)},
            "word": text,
            "speaker_tag": who,
        }
        for text, start, end, who in SPOKEN
    ]
    return {"name": "1", "done": True, "response": {"results": [{"alternatives": [{"words": words}]}]}}


def google_v2() -> dict[str, Any]:
    words = [
        {"startOffset": f"{start}s", "endOffset": f"{end}s", "word": text, "speakerLabel": str(who)}
        for text, start, end, who in SPOKEN
    ]
    inline = {"inlineResult": {"transcript": {"results": [{"alternatives": [{"words": words}]}]}}}
    return {"results": {"gs://kiln/talk.wav": inline}}


def amazon() -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    for text, start, end, _ in SPOKEN:
        spoken = {"alternatives": [{"confidence": "0.5", "content": text.rstrip("?.")}]}
        items.append({**spoken, "start_time": str(start), "end_time": str(end), "type": "pronunciation"})
        if text[-1] in "?.":
            items.append({"alternatives": [{"confidence": "0.0", "content": text[-1]}], "type": "punctuation"})
    labels = [
        {
            "speaker_label": f"Speaker {who}",
            "items": [
                {"start_time": str(start), "end_time": str(end), "speaker_label": f"Speaker {by}"}
                for _, start, end, by in SPOKEN
                if by == who
            ],
        }
        for who in (1, 2)
    ]
    return {"results": {"items": items, "speaker_labels": {"segments": labels}, "language_code": "en-GB"}}


def azure() -> dict[str, Any]:
    def phrase(who: int) -> dict[str, Any]:
        spoken = [word for word in SPOKEN if word[3] == who]
        shown = [
            {"displayText": text, "offsetInTicks": start * 1e7, "durationInTicks": (end - start) * 1e7}
            for text, start, end, _ in spoken
        ]
        display = " ".join(word[0] for word in spoken)
        best = {"confidence": 0.8, "display": display, "lexical": "x", "displayWords": shown}
        length = spoken[-1][2] - spoken[0][1]
        whole = {"offset": f"PT{spoken[0][1]}S", "duration": f"PT{length}S", "locale": "en-US"}
        return {"recognitionStatus": "Success", "speaker": who, **whole, "nBest": [best, {"display": "no"}]}

    return {"source": "talk.wav", "recognizedPhrases": [phrase(1), phrase(2)]}


def azure_fast() -> dict[str, Any]:
    phrases = []
    for who in (1, 2):
        words = [
            {"text": text, "offsetMilliseconds": start * 1000, "durationMilliseconds": round((end - start) * 1000)}
            for text, start, end, by in SPOKEN
            if by == who
        ]
        text = " ".join(word["text"] for word in words)
        phrases.append({"speaker": who, "offsetMilliseconds": words[0]["offsetMilliseconds"], "text": text})
        phrases[-1] |= {"durationMilliseconds": 1200, "words": words, "locale": "en-US"}
    return {"durationMilliseconds": 4000, "phrases": phrases}


def deepgram() -> dict[str, Any]:
    words = [
        {"word": "x", "punctuated_word": text, "start": start, "end": end, "confidence": 0.7, "speaker": who}
        for text, start, end, who in SPOKEN
    ]
    return {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "x", "words": words}]}]}}


def assembly() -> dict[str, Any]:
    def words(who: int) -> list[dict[str, Any]]:
        return [
            {"text": text, "start": int(start * 1000), "end": int(end * 1000), "confidence": 0.7}
            for text, start, end, by in SPOKEN
            if by == who
        ]

    return {"audio_duration": 4, "utterances": [{"speaker": who, "text": "x", "words": words(who)} for who in (1, 2)]}


def paper() -> dict[str, Any]:
    words = [{"id": n, "start": start, "end": end, "text": text} for n, (text, start, end, _) in enumerate(SPOKEN)]
    words.insert(1, {"id": 9, "start": 0.4, "end": 0.4, "text": ""})
    paragraphs = [{"id": 0, "start": 0, "end": 1.2, "speaker": "Speaker 1"}, {"start": 2, "end": 3, "speaker": "x"}]
    paragraphs[1]["speaker"] = "Speaker 2"
    return {"words": words, "paragraphs": paragraphs}


def kaldi() -> dict[str, Any]:
    words = [
        {"word": "x", "punct": text, "start": start, "end": end, "confidence": 1} for text, start, end, _ in SPOKEN
    ]
    segments = [
        {"start": start, "duration": lasting, "speaker": {"@id": f"Speaker {who}"}}
        for start, lasting, who in ((0, 1.5, 1), (1.5, 2, 2))
    ]
    return {"retval": {"status": True, "words": words}, "segmentation": {"segments": segments}}


def whisperx() -> dict[str, Any]:
    """One segment in which the speaker changes. What it could not place has no times."""
    words = [
        {"word": text, "start": start, "end": end, "score": 0.9, "speaker": f"Speaker {who}"}
        for text, start, end, who in SPOKEN
    ]
    return {
        "segments": [{"start": 0, "end": 3.25, "text": "How hot? Cherry red.", "speaker": "Speaker 1", "words": words}],
        "word_segments": words,
    }


def word_segments() -> dict[str, Any]:
    return {"word_segments": whisperx()["word_segments"]}


def our_rest() -> dict[str, Any]:
    text = "How hot?\nCherry red."
    words = [
        {"start_char": text.index(word), "end_char": text.index(word) + len(word), "start_s": start, "end_s": end}
        for word, start, end in WORDS
    ]
    turns = [
        {"speaker": "Speaker 1", "start_char": 0, "end_char": 8, "text": "How hot?"},
        {"speaker": "Speaker 2", "start_char": 9, "end_char": 20, "text": "Cherry red."},
    ]
    return {"recording_id": "r", "text": text, "turns": turns, "words": words, "language": "en"}


@pytest.mark.parametrize(
    ("document", "source"),
    [
        (google_v1(), "google-json"),
        (google_old(), "google-json"),
        (google_v2(), "google-json"),
        (amazon(), "aws-json"),
        (azure(), "azure-json"),
        (azure_fast(), "azure-json"),
        (deepgram(), "deepgram-json"),
        (assembly(), "assemblyai-json"),
        (paper(), "kaldi-json"),
        ([paper()], "kaldi-json"),  # segmented transcripts are a list
        (kaldi(), "kaldi-json"),
        (whisperx(), "whisper-json"),
        (word_segments(), "json"),
        (our_rest(), "tacit-json"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_service_gives_the_same_words_speakers_and_times(document: Any, source: str) -> None:
    transcript = read(document)
    assert transcript.source == source
    assert said(transcript) == TOLD
    assert times(transcript) == WORDS
    assert [turn.start_s for turn in transcript.turns] == [0.0, 2.0] or source == "tacit-json"


@pytest.mark.parametrize(
    ("document", "confidence", "language"),
    [
        (google_v1(), 0.9, "en-us"),
        (amazon(), 0.5, "en-GB"),
        (azure(), 0.8, "en-US"),
        (deepgram(), 0.7, "en"),
        (assembly(), 0.7, "en"),
        (kaldi(), 1.0, "en"),
        (whisperx(), 0.9, "en"),
    ],
)
def test_confidence_and_language_are_kept(document: Any, confidence: float, language: str) -> None:
    transcript = read(document)
    assert [word.confidence for word in transcript.words] == [confidence] * 4
    assert transcript.language == language


def test_channels_are_speakers_in_order_of_time() -> None:
    def channel(*words: tuple[str, float]) -> dict[str, Any]:
        spoken = [{"word": text, "start": start, "end": start + 0.5} for text, start in words]
        return {"alternatives": [{"words": spoken}]}

    document = {"results": {"channels": [channel(("How?", 0), ("I see.", 4)), channel(("By the hum.", 2))]}}
    assert said(read(document)) == [("Channel 1", "How?"), ("Channel 2", "By the hum."), ("Channel 1", "I see.")]


def test_results_without_words_have_their_own_times() -> None:
    results = [
        {"alternatives": [{"transcript": "glow dull"}], "resultEndTime": "10s"},
        {"alternatives": [{"transcript": "red"}], "resultEndTime": "12s"},
    ]
    assert times(read({"results": results})) == [("glow", 0.0, 4.444), ("dull", 5.556, 10.0), ("red", 10.0, 12.0)]


def test_a_word_that_whisperx_could_not_place_is_said_by_the_one_before() -> None:
    words = [
        {"word": "At", "start": 0, "end": 1, "speaker": "A"},
        {"word": "900"},
        {"word": "Hot.", "start": 3, "end": 4, "speaker": "B"},
    ]
    transcript = read({"segments": [{"start": 0, "end": 4, "text": "At 900 Hot.", "words": words}]})
    assert said(transcript) == [("A", "At 900"), ("B", "Hot.")]


def test_whisper_cpp_counts_milliseconds() -> None:
    piece = {"timestamps": {"from": "00:00:01,000"}, "offsets": {"from": 1000, "to": 2500}, "text": " Cherry red."}
    assert read({"transcription": [piece]}).turns[0].end_s == 2.5


def test_json_line_by_line_is_one_segment_a_line() -> None:
    lines = b'{"start": 0, "end": 1, "text": " How hot?"}\n\n{"start": 1, "end": 2, "text": " Red."}\n'
    for name in ("talk.jsonl", "talk.json", ""):
        assert read_transcript(lines, name).text == "How hot? Red."


def test_marked_up_interviews_are_read_without_their_marks() -> None:
    document = {"text": "Ada: How hot?\nBen: Red.\n", "highlights": [{"start": 0, "end": 3, "tags": ["heat"]}]}
    assert said(read(document)) == [("Ada", "How hot?"), ("Ben", "Red.")]
    coded = {"coder": "Cy", "paragraphs": [{"speaker": "Ada", "text": "How hot?", "codes": []}]}
    assert said(read(coded)) == [("Ada", "How hot?")]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"segments": [{"text": "a"}]}\n{"segments": [{"text": "b"}]}', "holds 2 transcripts"),
        (b'{"text": "a"}\n{"text": ', "line 2 is not JSON"),
        (b'{"text": "a"}\n7\n{"text": "b"}', "line 2 is no object"),
        (b'{"results": {"channels": []}}', "Nobody speaks"),
        (b'{"results": [{"alternatives": []}]}', "Nobody speaks"),
        (b'{"results": {"items": [7, {"alternatives": [{"content": 3e400}]}]}}', "Nobody speaks"),
        (b'{"recognizedPhrases": [{"nBest": "x", "offset": "PT9999999999999H"}]}', "Nobody speaks"),
        (b'[{"protocol": "a", "answers": []}]', "segment 0 has no “text”"),
    ],
)
def test_what_gives_no_transcript_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read_transcript(data, "talk.json")


@pytest.mark.parametrize("time", ["NaN", "-1e999", '"soon"', "[]", '{"seconds": []}', "true", "9" * 400])
def test_times_that_are_none_are_left_out(time: str) -> None:
    word = f'{{"word": "Red", "startTime": {time}, "endTime": {time}}}'
    data = f'{{"results": [{{"alternatives": [{{"words": [{word}]}}]}}]}}'
    assert times(read_transcript(data.encode(), "talk.json")) == [("Red", None, None)]
