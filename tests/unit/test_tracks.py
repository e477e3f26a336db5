"""Several channels and tracks: what is heard of them together, and which of them carry one person each."""

from pathlib import Path

import numpy as np
import pytest
from sounds import noise, wav_bytes, write_tracks

from models.values import SAMPLE_RATE, Channels, Samples
from pipeline import audio

LENGTH_S = 30.0
TURN_S = 3.0
ONE, OTHER = noise(LENGTH_S, seed=1), noise(LENGTH_S, seed=2)
TURN = (np.arange(len(ONE)) // round(TURN_S * SAMPLE_RATE)) % 2  # who speaks
MARA, IVO = ONE * (TURN == 0), OTHER * (TURN == 1)
ROOM = noise(LENGTH_S, seed=3) * 0.003
SILENCE = np.zeros_like(ONE)


def later(samples: Samples, milliseconds: float) -> Samples:
    return np.concatenate([np.zeros(round(milliseconds * SAMPLE_RATE / 1000), np.float32), samples])[: len(samples)]


def stack(*rows: Samples) -> Channels:
    return np.stack(rows).astype(np.float32)


def mix(path: Path) -> Samples:
    return np.concatenate([block for _, block in audio.blocks(path)])


SEPARATE = {
    # name: (tracks, rows that carry somebody)
    "a lapel microphone a channel": ([stack(MARA + ROOM, IVO + ROOM)], (0, 1)),
    "the other one heard softly and later on both microphones": (
        [stack(MARA + 0.3 * later(IVO, 3), IVO + 0.3 * later(MARA, 3))],
        (0, 1),
    ),
    "a track a participant": ([stack(MARA), stack(IVO)], (0, 1)),
    "a track a participant, each of them in two equal channels": ([stack(MARA, MARA), stack(IVO, IVO)], (0, 2)),
    "the whole meeting in a track before those of its participants": (
        [stack(MARA + IVO), stack(MARA), stack(IVO)],
        (1, 2),
    ),
    "a third microphone into which nobody speaks": ([stack(MARA, IVO), stack(ROOM * 0.1)], (0, 1)),
    "one channel": ([stack(MARA + IVO)], ()),
    "the same in both channels": ([stack(MARA + IVO, MARA + IVO)], ()),
    "the same in both channels, one of them turned over": ([stack(MARA + IVO, -MARA - IVO)], ()),
    "a channel that holds nothing": ([stack(MARA + IVO, SILENCE)], ()),
    "stereo: everybody on both sides, a little to the left or to the right": (
        [stack(MARA + 0.6 * IVO, 0.6 * MARA + IVO)],
        (),
    ),
    "stereo: everybody on both sides, a little earlier on one": (
        [stack(MARA + later(IVO, 1), later(MARA, 1) + IVO)],
        (),
    ),
    "one speaks, and the other microphone hears the room": ([stack(ONE, 0.05 * later(ONE, 4) + ROOM)], ()),
    "nobody": ([stack(SILENCE, SILENCE)], ()),
}


@pytest.mark.parametrize("name", SEPARATE)
def test_rows_that_carry_one_person_each_are_told(name: str, tmp_path: Path) -> None:
    tracks, rows = SEPARATE[name]

    assert audio.separate_voices(write_tracks(tmp_path / "talk.mkv", *tracks)) == rows


def test_channels_of_all_tracks_lie_on_one_time_line(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "talk.mkv", stack(MARA, IVO), stack(ONE[: 20 * SAMPLE_RATE]))

    found = list(audio.channels(path, seconds=12))

    assert [start for start, _ in found] == [0, 12, 24]
    assert [block.shape for _, block in found] == [(3, 192_000), (3, 192_000), (3, 96_000)]
    ended = np.concatenate([ONE[: 20 * SAMPLE_RATE], SILENCE[20 * SAMPLE_RATE :]])
    assert np.allclose(np.concatenate([block for _, block in found], axis=1), stack(MARA, IVO, ended), atol=1e-3)


def test_no_more_than_eight_channels_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "many.wav").write_bytes(wav_bytes(bytes(24 * 2 * SAMPLE_RATE), channels=24))

    assert [block.shape for _, block in audio.channels(tmp_path / "many.wav")] == [(8, SAMPLE_RATE)]


MIXES = {
    # name: (tracks, what is heard)
    "two voices": ([stack(ONE, OTHER)], (ONE + OTHER) / 2),
    "two tracks": ([stack(ONE), stack(OTHER)], (ONE + OTHER) / 2),
    "a track counts once, however many channels it has": ([stack(ONE, ONE), stack(OTHER)], (ONE + OTHER) / 2),
    "a silent channel makes nobody quieter": ([stack(ONE, SILENCE)], ONE),
    "a silent track makes nobody quieter": ([stack(SILENCE), stack(ONE)], ONE),
    "a channel turned over extinguishes nobody": ([stack(ONE, -ONE)], ONE),
    "a track turned over extinguishes nobody": ([stack(ONE), stack(-ONE)], ONE),
    "who speaks alone is heard at full level": ([stack(MARA), stack(IVO)], MARA + IVO),
    "nobody": ([stack(SILENCE, SILENCE)], SILENCE),
}


@pytest.mark.parametrize("name", MIXES)
def test_all_that_sounds_is_heard(name: str, tmp_path: Path) -> None:
    tracks, wanted = MIXES[name]

    heard = mix(write_tracks(tmp_path / "talk.mkv", *tracks))

    assert len(heard) == len(wanted)
    assert np.mean(np.abs(heard - wanted) > 1e-3) < 0.02  # but for a few milliseconds where somebody begins


def test_a_span_of_several_tracks_is_the_same_piece_as_in_the_whole(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "talk.mkv", stack(MARA, -MARA), stack(IVO[: 10 * SAMPLE_RATE]))
    whole = mix(path)

    for start_s, end_s in ((0.0, 2.0), (5.43, 7.0), (8.95, 12.5), (29.0, 40.0)):
        piece = whole[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]
        assert np.allclose(audio.decode(path, start_s, end_s), piece, atol=1e-3)


def test_tracks_that_cannot_be_heard_are_counted(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "talk.mkv", stack(ONE), stack(OTHER))
    first, codec, rest = path.read_bytes().rpartition(b"A_PCM/INT/LIT")
    path.write_bytes(first + codec.replace(b"PCM", b"ODD") + rest)

    assert audio.probe(path).warnings == ("Only 1 of the 2 sound tracks in the file can be heard.",)
    assert np.allclose(mix(path), ONE, atol=1e-3)


def test_a_file_with_more_tracks_than_are_heard_says_so(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "talk.mkv", *[stack(ONE[:SAMPLE_RATE])] * 10)

    assert audio.probe(path).warnings == ("Only 8 of the 10 sound tracks in the file can be heard.",)
