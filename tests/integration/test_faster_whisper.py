"""The extra engine, with the real small checkpoint, converted."""

import json
import re
import sys
from pathlib import Path
from statistics import median
from typing import Any

import faster_whisper as library
import numpy as np
import pytest
from sounds import noise

from models.errors import Invalid, MissingModel, Unavailable
from models.values import ModelStamp, Samples, Transcript
from pipeline import audio, converted, faster_whisper, steps, transcribe, whisper_models
from pipeline.faster_whisper import FasterWhisper
from pipeline.openai_whisper import load as load_openai
from pipeline.settings import Settings
from pipeline.speech import SileroCutter
from pipeline.tools import build_tools, uses_faster_whisper

DEMO_SHA256 = "3953a71d7a059f3baced2e9dc08b88c9cfe6ff4a94677cc509a0b57497a68dc9"


@pytest.fixture(scope="module")
def settings(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        whisper_model=str(samples_dir / "weights" / "demo-en.pt"),
        weights_dir=tmp_path_factory.mktemp("weights"),
        speech_engine="faster-whisper",
    )


@pytest.fixture(scope="module")
def engine(settings: Settings) -> FasterWhisper:
    return faster_whisper.load(settings)


@pytest.fixture(scope="module")
def baker(samples_dir: Path) -> Path:
    return samples_dir / "baker.m4a"


@pytest.fixture(scope="module")
def windows(baker: Path) -> list[Samples]:
    """The sound of every window of the baker's interview."""
    planned = transcribe.plan(baker, SileroCutter())
    return [audio.decode(baker, clip.start_s, clip.end_s) for group in planned.groups for clip in group]


@pytest.fixture(scope="module")
def heard(baker: Path, settings: Settings) -> Transcript:
    return steps.transcript_of(baker, build_tools(settings), language="en")


@pytest.fixture(scope="module")
def reference(samples_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((samples_dir / "baker.reference.json").read_text())
    return found


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


class TestHearing:
    def test_it_hears_what_openai_whisper_hears(
        self, engine: FasterWhisper, settings: Settings, windows: list[Samples]
    ) -> None:
        few = windows[:1]
        theirs = load_openai(settings).hear(few, language="en", vocabulary=None)
        ours = engine.hear(few, language="en", vocabulary=None)

        for their, our in zip(theirs, ours, strict=True):
            assert [segment.text for segment in our.segments] == [segment.text for segment in their.segments]
            for there, here in zip(their.segments, our.segments, strict=True):
                assert [word.text for word in here.words] == [word.text for word in there.words]
                assert here.avg_logprob == pytest.approx(there.avg_logprob, abs=0.1)
                assert here.compression_ratio == pytest.approx(there.compression_ratio, abs=0.05)
                assert here.no_speech_prob == pytest.approx(there.no_speech_prob, abs=0.05)
                starts = [word.start_s for word in there.words]
                assert [word.start_s for word in here.words] == pytest.approx(starts, abs=0.3)
                assert all(0 <= (word.probability or -1) <= 1 for word in here.words)

    def test_the_interview_is_heard_nearly_word_for_word(self, heard: Transcript, reference: dict[str, Any]) -> None:
        assert plain(heard.text) == plain(reference["text"])
        assert sum(word.suspect is not None for word in heard.words) < 0.05 * len(heard.words)

    def test_words_are_where_they_are_spoken(self, heard: Transcript, reference: dict[str, Any]) -> None:
        spoken = [word["start"] for one in reference["segments"] for word in one["words"]]
        found = [word.start_s or 0.0 for word in heard.words]

        assert len(found) == len(spoken)
        assert median(abs(start - wanted) for start, wanted in zip(found, spoken, strict=True)) < 0.2

    def test_a_window_gives_the_same_whatever_stands_beside_it(
        self, engine: FasterWhisper, windows: list[Samples]
    ) -> None:
        backwards = windows[0][::-1].copy()  # unlikely, so that it is tried again
        several = [*windows[:3], backwards, windows[-1]]
        together = engine.hear(several, language="en", vocabulary=None)
        alone = [engine.hear([one], language="en", vocabulary=None)[0] for one in several]

        assert together == alone

    def test_the_language_is_guessed_where_none_is_given(self, engine: FasterWhisper, windows: list[Samples]) -> None:
        assert [one.language for one in engine.hear(windows[:2], language=None, vocabulary=None)] == ["en", "en"]

    def test_a_language_that_the_model_has_not_met_is_refused(
        self, engine: FasterWhisper, windows: list[Samples]
    ) -> None:
        with pytest.raises(Invalid, match="“yue”"):
            engine.hear(windows[:1], language="yue", vocabulary=None)

    @pytest.mark.parametrize("vocabulary", ["dough, loaf <|endoftext|>", "dough, loaf, " * 5000])
    def test_any_vocabulary_is_taken(self, vocabulary: str, engine: FasterWhisper, windows: list[Samples]) -> None:
        assert engine.hear(windows[:1], language="en", vocabulary=vocabulary)[0].segments

    @pytest.mark.parametrize("samples", [np.zeros(1, np.float32), noise(30)])
    def test_the_shortest_and_the_longest_window_end(self, samples: Samples, engine: FasterWhisper) -> None:
        told: list[float] = []

        assert len(engine.hear([samples], language="en", vocabulary=None, progress=told.append)) == 1
        assert told[-1] == 1

    def test_nothing_is_heard_in_no_windows(self, engine: FasterWhisper) -> None:
        assert engine.hear([], language=None, vocabulary=None) == []

    def test_the_stamp_names_the_engine_and_the_weights(self, engine: FasterWhisper) -> None:
        version = f"faster-whisper {library.__version__} int8"

        assert engine.stamp == ModelStamp("transcribe", "demo-en.pt", version, DEMO_SHA256)


class TestModels:
    def test_weights_are_converted_once(self, engine: FasterWhisper, settings: Settings) -> None:
        directory = converted.directory_of(settings.whisper_dir, DEMO_SHA256)
        before = (directory / "model.bin").stat()

        faster_whisper.load(settings)

        assert (directory / "model.bin").stat().st_mtime_ns == before.st_mtime_ns
        assert [path.name for path in settings.whisper_dir.iterdir() if path.is_dir()] == [directory.name]
        assert converted.problem_of(directory) is None

    def test_what_a_killed_conversion_left_behind_is_no_model(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / ".converting").mkdir()
        (tmp_path / ".converting" / "model.bin").write_bytes(b"half")

        made = converted.made(tmp_path, whisper_models.weights(settings))

        assert converted.problem_of(made) is None
        assert [path for path in tmp_path.iterdir() if path.is_dir()] == [made]

    def test_a_ctranslate2_directory_is_taken_by_its_path(
        self, engine: FasterWhisper, settings: Settings, windows: list[Samples]
    ) -> None:
        directory = converted.directory_of(settings.whisper_dir, DEMO_SHA256)
        own = settings.model_copy(update={"whisper_model": str(directory), "speech_engine": "auto"})

        assert uses_faster_whisper(own)
        found = build_tools(own).recogniser
        assert found.hear(windows[:1], language="en", vocabulary=None) == engine.hear(
            windows[:1], language="en", vocabulary=None
        )
        with pytest.raises(MissingModel, match="is a directory"):
            load_openai(own)

    def test_an_installed_extra_is_not_chosen_for_that(self, settings: Settings) -> None:
        assert not uses_faster_whisper(settings.model_copy(update={"speech_engine": "auto"}))

    @pytest.mark.parametrize("spoilt", ["model.bin", "tokenizer.json", "config.json"])
    @pytest.mark.parametrize("how", ["missing", "changed"])
    def test_a_spoilt_model_is_told(
        self, spoilt: str, how: str, engine: FasterWhisper, settings: Settings, tmp_path: Path
    ) -> None:
        directory = tmp_path / "model"
        directory.mkdir()
        for path in converted.directory_of(settings.whisper_dir, DEMO_SHA256).iterdir():
            (directory / path.name).hardlink_to(path)
        (directory / spoilt).unlink()
        if how == "changed":
            (directory / spoilt).write_bytes(b"{}")
        own = settings.model_copy(update={"whisper_model": str(directory)})

        with pytest.raises(MissingModel, match=f"{spoilt} {how}"):
            faster_whisper.found(own)
        with pytest.raises(MissingModel):
            faster_whisper.load(own)

    @pytest.mark.parametrize("content", [b"", b"not a model"])
    def test_a_file_that_is_no_model_is_told(self, content: bytes, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "my.pt").write_bytes(content)
        own = settings.model_copy(update={"whisper_model": str(tmp_path / "my.pt"), "weights_dir": tmp_path})

        with pytest.raises(MissingModel, match="no Whisper model that can be used"):
            faster_whisper.load(own)
        assert [path for path in tmp_path.iterdir() if path.is_dir()] == []

    def test_a_directory_that_takes_no_files_is_told(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        with pytest.raises(MissingModel, match="could not be converted"):
            faster_whisper.load(settings.model_copy(update={"weights_dir": tmp_path / "file"}))

    def test_without_the_extra_it_says_what_to_install(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "faster_whisper", None)

        for wanted in (faster_whisper.found, faster_whisper.load):
            with pytest.raises(MissingModel) as caught:
                wanted(settings)
            assert "pip install 'tacit[fast]'" in caught.value.remedy

    def test_a_gpu_that_is_not_there_is_told(self, settings: Settings) -> None:
        own = settings.model_copy(update={"device": "cuda"})
        for wanted in (faster_whisper.load, load_openai):
            with pytest.raises(Unavailable, match="No CUDA device"):
                wanted(own)
