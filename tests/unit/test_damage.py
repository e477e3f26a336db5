"""Files that are damaged or break off: what can be heard is kept, and people are told what is missing, and where."""

import re
from pathlib import Path

import numpy as np
import pytest
from sounds import CODECS, noise, write

from models.values import SAMPLE_RATE, Samples
from pipeline import audio
from pipeline.damage import MOST_TOLD, Hole, Trouble, sentences

LENGTH_S = 12.0
MIDDLE_S = LENGTH_S / 2
HOUR_S = 3600.0
SOUND = noise(LENGTH_S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


def heard(path: Path) -> tuple[Samples, tuple[str, ...]]:
    """All that can be heard, and what is said of the rest."""
    holes: list[audio.Hole] = []
    samples = np.concatenate([block for _, block in audio.blocks(path, holes=holes)])
    return samples, sentences(holes)


def cut_short(path: Path, bytes_of: float) -> Path:
    """The first part of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * bytes_of) + 5])
    return path


@pytest.mark.parametrize("ending", CODECS)
def test_of_a_whole_file_nothing_is_said(ending: str, folder: Path) -> None:
    path = write(folder / f"whole{ending}", SOUND)

    assert audio.probe(path).warnings == ()
    assert heard(path)[1] == ()


@pytest.mark.parametrize("ending", [".mp3", ".flac", ".ogg", ".m4a", ".mov", ".mkv", ".webm", ".amr", ".aac", ".ts"])
def test_a_damaged_middle_is_named_and_the_rest_is_heard(ending: str, folder: Path) -> None:
    path = write(folder / f"damaged{ending}", SOUND)
    data = path.read_bytes()
    middle, size = len(data) // 2, len(data) // 20
    path.write_bytes(data[:middle] + np.random.default_rng(5).bytes(size) + data[middle + size :])

    samples, told = heard(path)

    assert told
    assert len(samples) / SAMPLE_RATE > LENGTH_S - 1
    places = [float(place) for place in re.findall(r"second (\d+\.\d)", told[0])]
    assert places[0] == pytest.approx(MIDDLE_S, abs=0.6)
    assert np.sqrt(np.mean(samples[: 4 * SAMPLE_RATE] ** 2)) > 0.02
    assert np.sqrt(np.mean(samples[-SAMPLE_RATE:] ** 2)) > 0.02


BROKEN_OFF = {
    # name: (ending, what else the encoder is told)
    "Ogg has no last page": (".ogg", {}),
    "the last AAC frame is cut": (".aac", {}),
    "the last AMR frame is cut": (".amr", {}),
    "the last MP3 frame is cut, and no header counts them": (".mp3", {"options": {"write_xing": "0"}}),
    "the last packet of a transport stream is cut": (".ts", {}),
    "WebM as browsers record it, without a length": (".webm", {"options": {"live": "1"}}),
    "Matroska as recorders stream it": (".mkv", {"options": {"live": "1"}}),
    "MP4 in fragments": (".m4a", {"options": {"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"}}),
    "MP4 with its index in front": (".m4a", {"options": {"movflags": "faststart"}}),
    "WAV": (".wav", {}),
    "WAV that counts its samples too": (".wav", {"codec": "pcm_f32le"}),
    "FLAC": (".flac", {}),
}


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_a_file_that_breaks_off_says_so_and_where(name: str, folder: Path) -> None:
    ending, how = BROKEN_OFF[name]
    path = cut_short(write(folder / f"broken-off{ending}", SOUND, **how), 2 / 3)

    (warning,) = audio.check(path, path.name, max_duration_s=HOUR_S).warnings

    place = float(re.findall(r"second (\d+\.\d)", warning)[0])
    assert place == pytest.approx(len(heard(path)[0]) / SAMPLE_RATE, abs=0.3)
    assert place == pytest.approx(LENGTH_S * 2 / 3, abs=1.5)


@pytest.mark.parametrize(
    ("ending", "how"),
    [
        (".webm", {"live": "1"}),
        (".mkv", {"live": "1"}),
        (".mp3", {"write_xing": "0"}),
        (".m4a", {"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"}),
    ],
)
def test_a_whole_file_without_a_length_has_the_length_of_its_sound(
    ending: str, how: dict[str, str], folder: Path
) -> None:
    media = audio.probe(write(folder / f"streamed{ending}", SOUND, options=how))

    assert media.duration_s == pytest.approx(LENGTH_S, abs=0.1)
    assert media.warnings == ()


def test_an_interrupted_recording_is_not_called_damaged() -> None:
    trouble = Trouble(without_gaps=False)
    trouble.met(60.0, 60.0)
    trouble.met(61.2, 64.0)

    assert sentences(trouble.holes) == (
        "Between second 61.2 and second 64.0 the file holds no sound: the recording was interrupted, or the file is "
        "damaged there.",
    )


HOLES = {
    # name: (holes, what is said)
    "none": ([], ()),
    "one": (
        [Hole(61.2, 64.0, True)],
        ("Between second 61.2 and second 64.0 nothing could be decoded: the file is damaged there.",),
    ),
    "of unknown length": (
        [Hole(5.0, 5.02, True)],
        ("At second 5.0 the file is damaged: some sound may be missing there.",),
    ),
    "near ones are one": (
        [Hole(8.0, 8.5, True), Hole(5.0, 5.2, False), Hole(5.9, 6.4, True)],
        (
            "Between second 5.0 and second 6.4 nothing could be decoded: the file is damaged there.",
            "Between second 8.0 and second 8.5 nothing could be decoded: the file is damaged there.",
        ),
    ),
}


@pytest.mark.parametrize("name", HOLES)
def test_holes_are_told_in_order_of_time(name: str) -> None:
    holes, told = HOLES[name]

    assert sentences(holes) == told


def test_many_holes_are_told_in_few_sentences() -> None:
    told = sentences(Hole(10.0 * number, 10.0 * number + 2, True) for number in range(500))

    assert len(told) == MOST_TOLD + 1
    assert told[-1] == "So it is at 490 further places, 980.0 seconds in all; the last is at second 4990.0."


JOINED = {
    # name: (ending, the first file, the second file, what is said of the second one)
    "FFmpeg does not go on behind a change from stereo to mono": (
        *(".ogg", {"layout": "stereo"}, {}),
        "From second 12.0 on nothing could be decoded",
    ),
    "pictures are where the sound was": (
        *(".ts", {}, {"picture": "film"}),
        "Between second 12.0 and second ",
    ),
}


@pytest.mark.parametrize("name", JOINED)
def test_what_is_left_out_behind_an_unreadable_place_is_named(name: str, folder: Path) -> None:
    ending, first, second, says = JOINED[name]
    path = folder / f"joined{ending}"
    halves = [write(folder / f"half{ending}", SOUND, **how).read_bytes() for how in (first, second)]
    path.write_bytes(b"".join(halves))

    samples, told = heard(path)

    assert len(samples) / SAMPLE_RATE == pytest.approx(LENGTH_S, abs=0.1)
    assert told[0].startswith(says)
