"""Listening with the real detector and a real, small Whisper checkpoint that knows the baker's interview."""

import hashlib
import io
import json
import pickle
import re
from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
import torch
import whisper
from sounds import hum, noise, write

from models.errors import Invalid, MissingModel
from models.values import SAMPLE_RATE, Clip, ModelStamp, PlannedWindow, Samples, SpeakerRole, Transcript, Turn, Word
from pipeline import audio, greedy, openai_whisper, transcribe, whisper_models
from pipeline.align import align
from pipeline.imports import read_transcript
from pipeline.openai_whisper import Decoding, OpenaiWhisper
from pipeline.settings import Settings
from pipeline.speech import WINDOW_S, Levels, SileroCutter, levels, windows
from pipeline.tools import build_tools
from pipeline.transcribe import Plan, Transcriber, Window, join, plan, sound_of, speech_of, with_speech

DEMO_SHA256 = "3953a71d7a059f3baced2e9dc08b88c9cfe6ff4a94677cc509a0b57497a68dc9"


@pytest.fixture(scope="module")
def weights_file(samples_dir: Path) -> Path:
    return samples_dir / "weights" / "demo-en.pt"


@pytest.fixture(scope="module")
def cutter() -> SileroCutter:
    return SileroCutter()


@pytest.fixture(scope="module")
def transcriber(weights_file: Path) -> Transcriber:
    return build_tools(Settings(whisper_model=str(weights_file), threads=1)).transcriber


@pytest.fixture(scope="module")
def baker(samples_dir: Path) -> Path:
    return samples_dir / "baker.m4a"


@pytest.fixture(scope="module")
def reference(samples_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((samples_dir / "baker.reference.json").read_text())
    return found


@pytest.fixture(scope="module")
def planned(baker: Path, cutter: SileroCutter) -> Plan:
    return plan(baker, cutter)


@pytest.fixture(scope="module")
def parts(baker: Path, planned: Plan, transcriber: Transcriber) -> list[Transcript]:
    """One transcript a window of the whole baker's interview."""
    return [hear(transcriber, baker, window) for group in planned.groups for window in group]


@pytest.fixture(scope="module")
def heard(parts: list[Transcript]) -> Transcript:
    return join(parts)


def hear(transcriber: Transcriber, path: Path, window: PlannedWindow, *, vocabulary: str | None = None) -> Transcript:
    return transcriber.transcribe([sound_of(path, window)], language="en", vocabulary=vocabulary)[0]


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def word_errors(wanted: list[str], found: list[str]) -> int:
    costs = list(range(len(found) + 1))
    for row, want in enumerate(wanted, 1):
        diagonal, costs[0] = costs[0], row
        for column, got in enumerate(found, 1):
            diagonal, costs[column] = (
                costs[column],
                min(costs[column] + 1, costs[column - 1] + 1, diagonal + (want != got)),
            )
    return costs[-1]


def said(*sentences: tuple[str, float, float], language: str = "en") -> Transcript:
    """A transcript of one window, with the words of each sentence spread evenly over its seconds."""
    text, words = "", list[Word]()
    for sentence, start_s, end_s in sentences:
        spoken = sentence.split()
        for number, word in enumerate(spoken):
            text += " " if text else ""
            times = (start_s + (end_s - start_s) * step / len(spoken) for step in (number, number + 1))
            words.append(Word(len(text), len(text) + len(word), *times, confidence=0.9))
            text += word
    turn = Turn("Speaker 1", SpeakerRole.OTHER, 0, len(text), words[0].start_s, words[-1].end_s)
    stamp = ModelStamp("transcribe", "demo", "1")
    return Transcript(text, (turn,), tuple(words), language, "openai-whisper", (stamp,))


def spoken_turns(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start_char : turn.end_char]) for turn in transcript.turns]


class TestCutting:
    def test_speech_is_found_where_somebody_speaks(self, planned: Plan, reference: dict[str, Any]) -> None:
        times = np.arange(0, planned.duration_s, 0.01)
        spoken, found = np.zeros(len(times), bool), np.zeros(len(times), bool)
        for segment in reference["segments"]:
            spoken |= (times >= segment["start"]) & (times < segment["end"])
        for clip in planned.speech:
            found |= (times >= clip.start_s) & (times < clip.end_s)

        assert (spoken & ~found).sum() / spoken.sum() < 0.02
        assert (found & ~spoken).sum() / spoken.sum() < 0.15

    def test_the_same_sound_in_other_blocks_gives_the_same_clips(self, baker: Path, cutter: SileroCutter) -> None:
        samples = audio.decode(baker, 0, 40)

        whole = cutter.speech(samples)

        assert len(whole) > 5
        assert cutter.speech_in(np.split(samples, [7, 1000, 123_456, 123_457])) == whole

    @pytest.mark.parametrize(
        "samples",
        [
            np.zeros(0, np.float32),
            np.zeros(100, np.float32),
            np.zeros(10 * SAMPLE_RATE, np.float32),
            hum(10),
            noise(10) * 0.2,
        ],
    )
    def test_nobody_speaks_in_silence_hum_or_noise(self, samples: Samples, cutter: SileroCutter) -> None:
        assert cutter.speech(samples) == []

    def test_torch_keeps_its_threads(self) -> None:
        before = torch.get_num_threads()
        torch.set_num_threads(2)
        try:
            SileroCutter().speech(noise(1))
            assert torch.get_num_threads() == 2
        finally:
            torch.set_num_threads(before)


class TestWindows:
    quiet = Levels(np.full(3000, 0.5, np.float32))

    def test_speech_shortly_after_each_other_shares_a_window(self) -> None:
        assert windows([Clip(1, 5), Clip(5.5, 9), Clip(10, 12)], self.quiet) == [Clip(1, 12)]

    def test_a_long_silence_ends_a_window(self) -> None:
        assert windows([Clip(1, 5), Clip(8, 9)], self.quiet) == [Clip(1, 5), Clip(8, 9)]

    def test_the_longest_silence_in_reach_is_cut(self) -> None:
        speech = [Clip(0, 5), Clip(6.9, 15), Clip(16.5, 20), Clip(20.5, 27), Clip(28, 35)]

        assert windows(speech, self.quiet) == [Clip(0, 15), Clip(16.5, 35)]

    def test_speech_without_a_pause_is_cut_where_it_is_quietest(self) -> None:
        loudness = np.full(1000, 0.5, np.float32)
        loudness[[50, 203, 290]] = 0.01  # at 5.0 s too early, at 20.3 s, at 29.0 s too late

        found = windows([Clip(0, 40)], Levels(loudness))

        assert found == [Clip(0, pytest.approx(20.35)), Clip(pytest.approx(20.35), 40)]

    def test_nobody_speaking_gives_no_window(self) -> None:
        assert windows([], self.quiet) == []

    def test_levels_tell_loud_from_quiet(self) -> None:
        samples = np.concatenate([np.full(1600, 0.5), np.zeros(1600), np.full(100, 0.5)]).astype(np.float32)

        assert levels(samples) == pytest.approx([0.5, 0, 0.125])

    def test_windows_hold_all_the_speech_and_fit_into_whisper(self, planned: Plan) -> None:
        cut = [window for group in planned.groups for window in group]
        starts = [window.start_s for window in cut]

        assert all(0 < window.end_s - window.start_s <= WINDOW_S for window in cut)
        assert all(before.end_s <= after.start_s for before, after in pairwise(cut))
        for clip in planned.speech:
            window = cut[bisect_left(starts, clip.start_s + 0.001) - 1]
            assert window.start_s <= clip.start_s < clip.end_s <= window.end_s

    def test_a_window_tells_where_in_it_somebody_speaks(self, planned: Plan) -> None:
        told = [clip for group in planned.groups for window in group for clip in window.speech]
        assert told == list(planned.speech)  # no pause of the interview is cut in the middle of speech
        assert all(
            window.start_s <= clip.start_s < clip.end_s <= window.end_s
            for group in planned.groups
            for window in group
            for clip in window.speech
        )

    def test_a_long_speech_is_told_of_both_its_windows(self) -> None:
        found = [with_speech(window, [Clip(0.0, 40.0)]) for window in (Clip(0.0, 20.5), Clip(20.5, 40.0))]
        assert [window.speech for window in found] == [(Clip(0.0, 20.5),), (Clip(20.5, 40.0),)]

    def test_windows_tell_the_speech_that_was_planned(self, planned: Plan) -> None:
        found = speech_of([window for group in planned.groups for window in group])
        assert found == list(planned.speech)
        halves = [with_speech(window, [Clip(0.0, 40.0)]) for window in (Clip(0.0, 20.5), Clip(20.5, 40.0))]
        assert speech_of(halves) == [Clip(0.0, 40.0)]
        assert speech_of([PlannedWindow(0, 9), *halves]) == []  # planned before windows told it

    def test_groups_are_small_steps(self, planned: Plan) -> None:
        assert len(planned.groups) > 1
        for group in planned.groups:
            assert 1 <= len(group) <= transcribe.GROUP_WINDOWS
            assert sum(window.end_s - window.start_s for window in group) <= transcribe.GROUP_S


class TestPlan:
    def test_it_tells_how_long_the_recording_is_and_how_far_it_is(self, baker: Path, cutter: SileroCutter) -> None:
        told: list[float] = []

        found = plan(baker, cutter, progress=told.append)

        assert found.duration_s == pytest.approx(audio.probe(baker).duration_s, abs=0.1)
        assert found.warnings == ()
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1, abs=0.01)

    def test_a_recording_without_a_voice_is_planned_with_a_warning(self, tmp_path: Path, cutter: SileroCutter) -> None:
        found = plan(write(tmp_path / "hum.wav", hum(8)), cutter)

        assert (found.speech, found.groups) == ((), ())
        assert "Nobody could be heard" in found.warnings[0]

    def test_a_file_that_breaks_off_keeps_what_was_heard(
        self, tmp_path: Path, cutter: SileroCutter, baker: Path
    ) -> None:
        data = write(tmp_path / "whole.flac", audio.decode(baker, 0, 20)).read_bytes()
        (tmp_path / "short.flac").write_bytes(data[: len(data) // 2])

        found = plan(tmp_path / "short.flac", cutter)

        assert 5 < found.duration_s < 15
        assert found.groups
        assert found.speech[-1].end_s <= found.duration_s
        assert [warning for warning in found.warnings if re.match(r"From second [\d.]+ on nothing was heard", warning)]


class TestHearing:
    def test_the_interview_is_heard_nearly_word_for_word(self, heard: Transcript, reference: dict[str, Any]) -> None:
        wanted = plain(reference["text"])

        assert word_errors(wanted, plain(heard.text)) / len(wanted) <= 0.05

    def test_words_are_where_they_are_spoken(self, heard: Transcript, reference: dict[str, Any]) -> None:
        spoken = [(plain(word["word"])[0], word["start"]) for one in reference["segments"] for word in one["words"]]
        found = [(plain(heard.text[word.start_char : word.end_char]), word.start_s) for word in heard.words]
        errors = [
            abs(start_s - wanted_s)
            for (word, start_s), (wanted, wanted_s) in zip(found, spoken, strict=False)
            if word == [wanted] and start_s is not None
        ]

        assert len(errors) > 0.5 * len(spoken)
        assert median(errors) < 0.2

    def test_a_text_without_times_takes_them_from_the_sound(self, heard: Transcript, reference: dict[str, Any]) -> None:
        spoken = [(word["word"], word["start"]) for one in reference["segments"] for word in one["words"]]
        text = "\n\n".join(f"Voice {number % 2}: {one['text']}" for number, one in enumerate(reference["segments"]))
        given = read_transcript(text.encode(), "baker.txt")
        aligned = align(given, heard)
        found = [(aligned.text[word.start_char : word.end_char], word.start_s) for word in aligned.words]
        assert [word for word, _ in found] == [word.strip() for word, _ in spoken]
        errors = [abs(at_s - true_s) for (_, at_s), (_, true_s) in zip(found, spoken, strict=True) if at_s is not None]

        assert aligned.text == given.text
        assert [turn.speaker for turn in aligned.turns] == [turn.speaker for turn in given.turns]
        assert len(errors) >= 0.95 * len(spoken)
        assert median(errors) <= 0.3

    def test_times_are_in_order_and_inside_the_recording(self, heard: Transcript, planned: Plan) -> None:
        starts = [word.start_s for word in heard.words if word.start_s is not None]
        ends = [word.end_s for word in heard.words if word.end_s is not None]

        assert len(starts) == len(ends) == len(heard.words)
        assert starts == sorted(starts)
        assert all(start <= end for start, end in zip(starts, ends, strict=True))
        assert starts[0] >= 0
        assert ends[-1] <= planned.duration_s

    def test_offsets_point_at_the_words(self, parts: list[Transcript], heard: Transcript) -> None:
        for transcript in (*parts, heard):
            spelled = [transcript.text[word.start_char : word.end_char] for word in transcript.words]
            assert spelled == transcript.text.split()
            assert "\n".join(text for _, text in spoken_turns(transcript)) == transcript.text

    def test_confidence_is_a_plain_share(self, heard: Transcript) -> None:
        assert all(type(word.confidence) is float and 0 <= word.confidence <= 1 for word in heard.words)
        assert median(word.confidence or 0 for word in heard.words) > 0.8

    def test_what_is_heard_well_is_not_suspect(self, heard: Transcript) -> None:
        assert sum(word.suspect is not None for word in heard.words) / len(heard.words) < 0.05

    def test_a_window_is_one_turn_of_nobody_in_particular(self, parts: list[Transcript]) -> None:
        first = parts[0]

        assert [(turn.speaker, turn.role) for turn in first.turns] == [("Speaker 1", SpeakerRole.OTHER)]
        assert first.language == "en"
        assert first.source == "openai-whisper"
        assert first.models == (ModelStamp("transcribe", "demo-en.pt", whisper.__version__, DEMO_SHA256),)

    def test_the_same_window_gives_the_same_words(
        self, baker: Path, planned: Plan, parts: list[Transcript], transcriber: Transcriber
    ) -> None:
        assert hear(transcriber, baker, planned.groups[0][0]) == parts[0]

    def test_windows_give_the_same_words_alone_and_side_by_side(
        self, baker: Path, planned: Plan, parts: list[Transcript], transcriber: Transcriber
    ) -> None:
        group = planned.groups[0]
        sounds = [Window(one.start_s, audio.decode(baker, one.start_s, one.end_s)) for one in group]
        told: list[float] = []

        together = transcriber.transcribe(sounds, language="en", vocabulary=None, progress=told.append)

        assert len(together) == len(group) > 3
        for alone, beside in zip(parts, together, strict=False):
            assert beside.text == alone.text
            assert [word.start_s for word in beside.words] == pytest.approx([word.start_s for word in alone.words])
        assert told == sorted(told)
        assert told[-1] == 1

    @pytest.mark.parametrize("asked", [{}, {"sample_len": 30}, {"prompt": [11, 12, 13], "language": None}])
    def test_the_quick_way_of_decoding_says_what_whisper_says(
        self, asked: dict[str, Any], baker: Path, weights_file: Path
    ) -> None:
        model = whisper_models.load(Settings(whisper_model=str(weights_file), threads=1)).model
        options = whisper.DecodingOptions(**({"language": "en", "fp16": False} | asked))
        with torch.inference_mode():
            sounds = [audio.decode(baker, start, end) for start, end in ((0, 6), (6, 20), (60, 64))]
            mels = [whisper.pad_or_trim(whisper.log_mel_spectrogram(sound), 3000) for sound in sounds]
            features = model.encoder(torch.stack(mels))
            theirs, ours = model.decode(features, options), greedy.decoded(model, features, options)

        assert [one.tokens for one in ours] == [one.tokens for one in theirs]
        assert [one.language for one in ours] == [one.language for one in theirs]
        for measure in ("avg_logprob", "no_speech_prob", "compression_ratio"):
            wanted = [getattr(one, measure) for one in theirs]
            assert [getattr(one, measure) for one in ours] == pytest.approx(wanted, abs=1e-4)

    def test_an_answer_that_breaks_off_is_gone_on_with(
        self, baker: Path, planned: Plan, parts: list[Transcript], weights_file: Path
    ) -> None:
        loaded = whisper_models.load(Settings(whisper_model=str(weights_file), threads=1))
        brief = OpenaiWhisper(loaded.model, parts[0].models[0], decoding=Decoding(most_tokens=40))
        window = planned.groups[0][0]
        samples = audio.decode(baker, window.start_s, window.end_s)

        [heard] = brief.hear([samples], language="en", vocabulary=None)

        wanted = plain(parts[0].text)
        found = plain(" ".join(segment.text for segment in heard.segments))
        assert len(wanted) > 60
        assert word_errors(wanted, found) / len(wanted) < 0.15
        starts = [word.start_s for segment in heard.segments for word in segment.words]
        assert starts == sorted(starts)

    def test_listening_keeps_torchs_threads(self, baker: Path, transcriber: Transcriber) -> None:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            assert hear(transcriber, baker, PlannedWindow(0, 7)).words
            assert torch.get_num_threads() == 1
        finally:
            torch.set_num_threads(before)

    def test_an_unknown_sound_gives_the_same_words_twice_and_they_are_marked(
        self, baker: Path, transcriber: Transcriber
    ) -> None:
        """Speech played backwards makes Whisper try again and draw lots."""
        backwards = audio.decode(baker, 6, 21)[::-1].copy()

        [first] = transcriber.transcribe([Window(0, backwards)], language="en", vocabulary=None)
        torch.manual_seed(1)
        [again] = transcriber.transcribe([Window(0, backwards)], language="en", vocabulary=None)

        assert again == first
        assert first.words
        assert any(word.suspect for word in first.words)

    @pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(80_000, np.float32), hum(5), noise(5) * 0.2])
    def test_nothing_is_invented_where_nobody_speaks(self, samples: Samples, transcriber: Transcriber) -> None:
        [found] = transcriber.transcribe([Window(3, samples)], language="en", vocabulary=None)

        assert (found.text, found.turns, found.words) == ("", (), ())

    def test_the_language_is_guessed_where_none_is_given(
        self, baker: Path, planned: Plan, transcriber: Transcriber
    ) -> None:
        sound = Window(0, audio.decode(baker, 0, 7))

        assert [one.language for one in transcriber.transcribe([sound], language=None, vocabulary=None)] == ["en"]

    def test_a_vocabulary_cannot_carry_control_tokens(self, baker: Path, transcriber: Transcriber) -> None:
        assert hear(transcriber, baker, PlannedWindow(0, 7), vocabulary="dough, loaf <|endoftext|>").turns

    def test_a_vocabulary_may_be_longer_than_whisper_can_take(self, baker: Path, transcriber: Transcriber) -> None:
        assert hear(transcriber, baker, PlannedWindow(0, 7), vocabulary="dough, loaf, " * 500).language == "en"

    @pytest.mark.parametrize(
        ("name", "code"), [("en", "en"), ("en-GB", "en"), ("pt_BR", "pt"), ("German", "de"), ("auto", None)]
    )
    def test_languages_are_known_by_code_tag_or_name(self, name: str, code: str | None) -> None:
        assert whisper_models.language_code(name) == code

    def test_an_unknown_language_is_refused(self) -> None:
        with pytest.raises(Invalid, match="Klingon"):
            whisper_models.language_code("Klingon")


class TestJoin:
    def test_nothing_joined_is_an_empty_transcript(self) -> None:
        assert (join([]).text, join([]).turns) == ("", ())

    def test_questions_are_taken_for_the_interviewers(self) -> None:
        found = join(
            [
                said(("How do you know?", 0, 1), ("It sings.", 1.2, 2), ("Then it cracks.", 2.2, 3)),
                said(("And the crust?", 3.3, 4), ("Dark gold.", 4.2, 5)),
            ]
        )

        assert spoken_turns(found) == [
            ("Interviewer (guessed)", "How do you know?"),
            ("Expert (guessed)", "It sings. Then it cracks."),
            ("Interviewer (guessed)", "And the crust?"),
            ("Expert (guessed)", "Dark gold."),
        ]
        assert all(turn.role is SpeakerRole.OTHER for turn in found.turns)
        assert len(found.warnings) == 1
        assert "guessed" in found.warnings[0]

    def test_a_pause_begins_a_new_turn(self) -> None:
        found = join([said(("It sings.", 0, 1), ("Then it cracks.", 1.9, 3), ("Dark gold.", 4.1, 5))])

        assert spoken_turns(found) == [("Speaker 1", "It sings. Then it cracks."), ("Speaker 1", "Dark gold.")]
        assert found.warnings == ()

    def test_joining_in_steps_gives_the_same(self, parts: list[Transcript], heard: Transcript) -> None:
        assert join([join(parts[:3]), join([]), join(parts[3:])]) == heard

    def test_turns_of_the_interview_are_told_apart_by_its_questions(
        self, heard: Transcript, reference: dict[str, Any]
    ) -> None:
        questions = {one["text"] for one in reference["segments"] if one["text"].endswith("?")}
        asked = {text for speaker, text in spoken_turns(heard) if speaker.startswith("Interviewer")}

        assert len(asked & questions) > 0.8 * len(questions)

    def test_doubts_and_confidence_survive(self) -> None:
        part = said(("It sings.", 0, 1))
        doubtful = replace(part, words=tuple(replace(word, suspect="unsure") for word in part.words))

        assert [(word.confidence, word.suspect) for word in join([part, doubtful]).words] == [
            (0.9, None),
            (0.9, None),
            (0.9, "unsure"),
            (0.9, "unsure"),
        ]

    def test_the_language_is_that_of_the_most_text(self) -> None:
        parts = [said(("Ja.", 0, 1), language="de"), said(("It sings when it cools.", 1, 2))]

        assert join(parts).language == "en"


class TestWeights:
    def test_weights_that_are_not_there_say_how_to_get_them(self, tmp_path: Path) -> None:
        settings = Settings(whisper_model="small", weights_dir=tmp_path)

        for wanted in (whisper_models.weights, openai_whisper.load):
            with pytest.raises(MissingModel) as caught:
                wanted(settings)
            for part in ("TACIT_ALLOW_DOWNLOAD=1", "small.pt", str(tmp_path), "transcript"):
                assert part in caught.value.remedy

    def test_weights_of_another_content_are_not_taken_for_the_named_ones(
        self, tmp_path: Path, weights_file: Path
    ) -> None:
        (tmp_path / "tiny.pt").write_bytes(weights_file.read_bytes())

        with pytest.raises(MissingModel, match="SHA-256"):
            whisper_models.weights(Settings(whisper_model="tiny", weights_dir=tmp_path))

    def test_a_path_that_leads_nowhere_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(MissingModel, match=r"no Whisper model at .*mine\.pt"):
            whisper_models.weights(Settings(whisper_model=str(tmp_path / "mine.pt")))

    def test_the_demo_weights_are_found_without_loading_them(self, weights_file: Path) -> None:
        assert whisper_models.weights(Settings(whisper_model=str(weights_file))).path == weights_file
        assert hashlib.sha256(weights_file.read_bytes()).hexdigest() == DEMO_SHA256

    @pytest.mark.parametrize("kind", ["empty", "text", "cut", "other tensors", "no dimensions"])
    def test_a_file_that_is_no_model_is_told(self, kind: str, tmp_path: Path, weights_file: Path) -> None:
        path = tmp_path / "model.pt"
        if kind == "other tensors":
            torch.save({"dims": {"n_mels": 80}, "model_state_dict": {}}, path)
        elif kind == "no dimensions":
            torch.save([torch.zeros(2)], path)
        else:
            data = weights_file.read_bytes()
            path.write_bytes({"empty": b"", "text": b"not a model", "cut": data[: len(data) // 2]}[kind])

        with pytest.raises(MissingModel, match="no Whisper model that can be used"):
            openai_whisper.load(Settings(whisper_model=str(path)))

    def test_code_in_a_weights_file_does_not_run(self, tmp_path: Path) -> None:
        trace = tmp_path / "ran"
        path = tmp_path / "model.pt"
        torch.save(_Trap(str(trace)), path)
        stream = io.BytesIO()
        pickle.dump(_Trap(str(trace)), stream, protocol=2)
        (tmp_path / "plain.pt").write_bytes(stream.getvalue())

        for file in (path, tmp_path / "plain.pt"):
            with pytest.raises(MissingModel):
                openai_whisper.load(Settings(whisper_model=str(file)))
        assert not trace.exists()


class _Trap:
    """Writes a file when it is unpickled without care."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path(self.path),))
