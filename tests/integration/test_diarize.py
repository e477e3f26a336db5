"""Voices told apart, on the sounds that we ship."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import hum, write

from models.errors import MissingModel
from models.values import SAMPLE_RATE, Clip, Samples, Voice
from pipeline import audio, steps, voiceprints
from pipeline.der import errors
from pipeline.diarize import VoiceDiarizer
from pipeline.imports import read_transcript
from pipeline.microphones import voices_by_microphone
from pipeline.settings import Settings
from pipeline.speakers import TWO
from pipeline.speech import SileroCutter
from pipeline.tools import Tools, build_tools
from pipeline.voiceprints import VoiceEncoder, load_encoder, mel_bank

MINUTE = 60 * SAMPLE_RATE


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    return load_encoder()


@pytest.fixture(scope="module")
def cutter() -> SileroCutter:
    return SileroCutter()


@pytest.fixture(scope="module")
def baker(samples_dir: Path) -> Samples:
    """The first minute and a half of two voices."""
    return audio.decode(samples_dir / "baker.m4a", 0.0, 90.0)


@pytest.fixture(scope="module")
def truth(samples_dir: Path) -> list[Voice]:
    document: dict[str, Any] = json.loads((samples_dir / "baker.reference.json").read_text(encoding="utf-8"))
    said = [Voice(one["speaker"], one["start"], one["end"]) for one in document["segments"]]
    return [voice for voice in said if voice.end_s < 90.0]


@pytest.fixture(scope="module")
def speech(baker: Samples, cutter: SileroCutter) -> list[Clip]:
    return cutter.speech(baker)


def in_blocks(sound: Samples, size: int) -> Iterator[Samples]:
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


@pytest.fixture(scope="module")
def apart(baker: Samples, truth: list[Voice]) -> np.ndarray:
    """One voice a channel, the other one in it 20 dB fainter; both at once at second 5 to 7."""
    own = {name: np.zeros(len(baker), np.float32) for name in ("Interviewer", "Expert")}
    for voice in truth:
        ends = slice(round((voice.start_s - 0.05) * SAMPLE_RATE), round((voice.end_s + 0.05) * SAMPLE_RATE))
        own[voice.speaker][ends] = baker[ends]
    asks, tells = own["Interviewer"][:MINUTE], own["Expert"][:MINUTE]
    return np.stack([asks + 0.1 * tells, 0.4 * (tells + 0.1 * asks)])  # the second one was set lower, too


@pytest.fixture(scope="module")
def tools() -> Tools:
    return build_tools(Settings())


@pytest.fixture(scope="module")
def follow_up(samples_dir: Path) -> Path:
    return samples_dir / "second-baker-follow-up.wav"


class TestVoiceprints:
    def test_the_mel_bands_are_slaneys(self) -> None:
        bank = mel_bank()
        bins = np.linspace(0, SAMPLE_RATE / 2, 201)
        peaks = bins[bank.argmax(axis=1)]
        assert bank.shape == (40, 201)
        assert (np.diff(peaks) >= 0).all()
        # 8 kHz is 45.245 mels: below 1 kHz the middles are 45.245 / 41 · 200 / 3 Hz apart
        assert peaks[9] == pytest.approx(10 * 45.245 / 41 * 200 / 3, abs=40)
        wide = bank[20:]  # of many bins, so that sums are integrals
        np.testing.assert_allclose(wide.sum(axis=1) * 40.0, 1.0, atol=0.12)

    def test_one_person_is_near_and_another_one_is_far(
        self, encoder: VoiceEncoder, baker: Samples, speech: list[Clip], truth: list[Voice]
    ) -> None:
        heard = encoder.hear([baker], speech)
        middles = [(window.start_s + window.end_s) / 2 for window in heard.windows]
        asks = np.array([any(v.speaker == "Interviewer" and v.start_s < m < v.end_s for v in truth) for m in middles])
        tells = np.array([any(v.speaker == "Expert" and v.start_s < m < v.end_s for v in truth) for m in middles])
        cosines = heard.vectors @ heard.vectors.T
        assert cosines[asks][:, asks].mean() > cosines[asks][:, tells].mean() + 0.15
        np.testing.assert_allclose(np.linalg.norm(heard.vectors, axis=1), 1.0, atol=1e-3)

    def test_blocks_of_any_size_give_the_same(self, encoder: VoiceEncoder, baker: Samples, speech: list[Clip]) -> None:
        sound, clips = baker[: 20 * SAMPLE_RATE], [clip for clip in speech if clip.end_s < 20]
        whole = encoder.hear([sound], clips)
        pieces = encoder.hear(in_blocks(sound, 7_001), clips)
        assert whole.windows == pieces.windows
        np.testing.assert_allclose(whole.vectors, pieces.vectors, atol=2e-3)

    def test_loudness_does_not_change_a_voice(self, encoder: VoiceEncoder, baker: Samples, speech: list[Clip]) -> None:
        sound, clips = baker[: 10 * SAMPLE_RATE], [clip for clip in speech if clip.end_s < 10]
        loud, faint = encoder.hear([sound], clips), encoder.hear([sound * np.float32(0.05)], clips)
        np.testing.assert_allclose(loud.vectors, faint.vectors, atol=5e-3)

    def test_windows_lie_inside_of_speech_or_around_a_clip_that_is_too_short(self, encoder: VoiceEncoder) -> None:
        heard = encoder.hear([hum(10)], [Clip(1.0, 3.1), Clip(6.0, 6.2)])
        assert [(round(w.start_s, 2), round(w.end_s, 2)) for w in heard.windows] == [
            (1.0, 2.0), (1.25, 2.25), (1.5, 2.5), (1.75, 2.75), (2.0, 3.0), (2.1, 3.1), (5.9, 6.3)
        ]  # fmt: skip

    def test_no_speech_gives_no_vectors(self, encoder: VoiceEncoder) -> None:
        assert encoder.hear([hum(2)], []).vectors.shape == (0, 256)

    def test_other_weights_than_the_published_ones_are_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = tmp_path / voiceprints.PACKAGE
        package.mkdir()
        (package / "__init__.py").touch()
        (package / voiceprints.WEIGHTS).write_bytes(b"not these")
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(MissingModel, match="SHA-256") as caught:
            load_encoder()
        assert "pip install --no-deps resemblyzer==0.1.4" in caught.value.remedy
        (package / voiceprints.WEIGHTS).unlink()
        with pytest.raises(MissingModel, match="not installed"):
            load_encoder()


class TestDiarizer:
    def test_two_voices_are_told_apart(
        self, encoder: VoiceEncoder, baker: Samples, speech: list[Clip], truth: list[Voice]
    ) -> None:
        found = VoiceDiarizer(encoder).voices(in_blocks(baker, 480_000), speech, speakers=2)
        wrong = errors(truth, found, within=Clip(0.0, truth[-1].end_s), collar_s=0.25)
        assert wrong.rate < 0.03
        assert wrong.confused_s == 0.0
        assert [voice.start_s for voice in found] == sorted(voice.start_s for voice in found)
        assert found[0].speaker == "Speaker 1"

    def test_the_same_sound_gives_the_same_however_it_comes(
        self, encoder: VoiceEncoder, baker: Samples, speech: list[Clip]
    ) -> None:
        sound, clips = baker[:MINUTE], [clip for clip in speech if clip.end_s < 60]
        diarizer = VoiceDiarizer(encoder)
        first = diarizer.voices([sound], clips, speakers=2)
        assert diarizer.voices([sound], clips, speakers=2) == first
        assert diarizer.voices(in_blocks(sound, 33_333), clips, speakers=2) == first

    @pytest.mark.parametrize("clips", [[], [Clip(0.5, 0.9)], [Clip(0.5, 0.9), Clip(1.5, 2.0)]])
    def test_hardly_any_speech_is_nobodys_or_one_persons(self, encoder: VoiceEncoder, clips: list[Clip]) -> None:
        found = VoiceDiarizer(encoder).voices([hum(3)], clips, speakers=2)
        assert {voice.speaker for voice in found} == ({"Speaker 1"} if clips else set())


class TestMicrophones:
    def test_each_voice_is_heard_in_its_own_microphone(
        self, apart: np.ndarray, truth: list[Voice], cutter: SileroCutter
    ) -> None:
        found = voices_by_microphone(lambda: [apart], (0, 1), cutter)
        said = [voice for voice in truth if voice.end_s < 60]
        wrong = errors(said, found, within=Clip(0.0, said[-1].end_s), collar_s=0.25)
        assert wrong.confused_s == 0.0
        assert wrong.rate < 0.03

    def test_two_at_once_are_both_heard(self, apart: np.ndarray, cutter: SileroCutter) -> None:
        both = np.stack([apart[0], np.roll(apart[0], 0) * 0.8])
        found = voices_by_microphone(lambda: [both], (0, 1), cutter)
        first = [(voice.start_s, voice.end_s) for voice in found if voice.speaker == "Speaker 1"]
        second = [(voice.start_s, voice.end_s) for voice in found if voice.speaker == "Speaker 2"]
        assert len(first) == len(second) > 0
        np.testing.assert_allclose(first, second, atol=0.2)


class TestStep:
    def test_two_are_assumed_where_nobody_says_how_many_and_a_warning_says_so(
        self, tools: Tools, follow_up: Path
    ) -> None:
        told = list[float]()
        found = steps.diarize(follow_up, tools, speakers=None, progress=told.append)
        read = read_transcript(follow_up.with_suffix(".srt").read_bytes(), "a.srt")
        changes = [turn.start_s for turn in read.turns if turn.start_s]
        assert {voice.speaker for voice in found.voices} == {"Speaker 1", "Speaker 2"}
        assert found.warnings == (TWO,)
        assert found.models == (load_encoder().stamp,)
        assert changes
        assert told == sorted(told)

    def test_who_says_how_many_is_not_warned(self, tools: Tools, follow_up: Path) -> None:
        assert steps.diarize(follow_up, tools, speakers=2).warnings == ()

    def test_one_speaker_is_not_looked_for(self, tools: Tools, follow_up: Path) -> None:
        (voice,) = steps.diarize(follow_up, tools, speakers=1).voices
        assert (voice.speaker, voice.start_s) == ("Speaker 1", 0.0)

    def test_none_tells_nobody_apart(self, follow_up: Path) -> None:
        found = steps.speakers_of(follow_up, build_tools(Settings(diarization_model="none")), speakers=None)
        assert (found.voices, found.warnings) == ((), ())

    def test_a_pipeline_that_is_not_there_costs_nothing_but_the_speakers(self, follow_up: Path, tmp_path: Path) -> None:
        tools = build_tools(Settings(diarization_model=str(tmp_path / "pipeline")))
        with pytest.raises(MissingModel, match=r"pyannote\.audio"):
            steps.diarize(follow_up, tools, speakers=None)
        found = steps.speakers_of(follow_up, tools, speakers=None)
        assert found.voices == ()
        assert re.search(r"could not be told apart.*pyannote", found.warnings[0])

    def test_a_sound_without_a_voice_has_no_speakers(self, tools: Tools, tmp_path: Path) -> None:
        found = steps.diarize(write(tmp_path / "hum.wav", hum(8)), tools, speakers=None)
        assert (found.voices, found.warnings) == ((), ())
