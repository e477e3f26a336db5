"""Sound files: what is read, what is refused, and at which second what is heard."""

import os
import socket
from pathlib import Path

import av
import numpy as np
import pytest
from sounds import CODECS, noise, wav_bytes, write

from models.errors import TooLarge, Unreadable, Unsupported
from models.values import SAMPLE_RATE, Samples
from pipeline import audio

HOUR_S = 3600.0
LENGTH_S = 12.0
PCM = (noise(1.0) * 32767).astype("<i2").tobytes()
SAME_PLACE_MS = 10.0
# encoders put silence first, and these containers do not say how much of it to leave out
DELAY_MS = {".aac": 25.0, ".ts": 25.0, ".amr": 8.0}


@pytest.fixture(scope="module")
def sound() -> Samples:
    return noise(LENGTH_S)


@pytest.fixture(scope="module")
def files(sound: Samples, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sounds")
    return {ending: write(folder / f"talk{ending}", sound) for ending in CODECS}


def whole(path: Path) -> Samples:
    return np.concatenate([samples for _, samples in audio.blocks(path)] or [np.zeros(0, np.float32)])


def lag_ms(found: Samples, wanted: Samples) -> float:
    """How much later the one is than the other."""
    size = len(found) + len(wanted)
    product = np.fft.rfft(found, size) * np.conj(np.fft.rfft(wanted, size))
    at = int(np.argmax(np.fft.irfft(product, size)))
    return (at if at < len(found) else at - size) * 1000 / SAMPLE_RATE


def refused(tmp_path: Path, name: str, data: bytes) -> Unsupported | Unreadable:
    path = tmp_path / "upload"
    path.write_bytes(data)
    with pytest.raises((Unsupported, Unreadable)) as caught:
        audio.check(path, name, max_duration_s=HOUR_S)
    assert isinstance(caught.value, Unsupported | Unreadable)
    return caught.value


@pytest.mark.parametrize("ending", CODECS)
def test_every_usual_container_is_taken_with_its_length_and_type(ending: str, files: dict[str, Path]) -> None:
    media = audio.check(files[ending], f"Talk with Ada{ending}", max_duration_s=HOUR_S)

    assert media.duration_s == pytest.approx(LENGTH_S, abs=0.1)
    assert media.media_type.partition("/")[0] in ("audio", "video")
    assert (media.channels, media.warnings) == (1, ())
    assert media.codec


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        (".wav", "audio/wav"),
        (".mp3", "audio/mpeg"),
        (".flac", "audio/flac"),
        (".ogg", "audio/ogg"),
        (".m4a", "audio/mp4"),
        (".mov", "video/quicktime"),
        (".webm", "video/webm"),
        (".mkv", "video/x-matroska"),
        (".amr", "audio/amr"),
    ],
)
def test_the_type_is_told_from_the_first_bytes(ending: str, media_type: str, files: dict[str, Path]) -> None:
    assert audio.sniff(files[ending].read_bytes()[:4096]) == media_type


def test_a_film_container_without_pictures_is_called_audio(files: dict[str, Path]) -> None:
    assert audio.probe(files[".webm"]).media_type == "audio/webm"


@pytest.mark.parametrize("ending", CODECS)
def test_sound_keeps_its_place_in_time(ending: str, files: dict[str, Path], sound: Samples) -> None:
    heard = whole(files[ending])

    assert heard.dtype == np.float32
    assert np.isfinite(heard).all()
    assert len(heard) / SAMPLE_RATE == pytest.approx(LENGTH_S, abs=0.1)
    assert abs(lag_ms(heard, sound)) <= DELAY_MS.get(ending, SAME_PLACE_MS)


@pytest.mark.parametrize("ending", CODECS)
@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 2.0), (3.21, 5.0), (8.5, 9.75)])
def test_a_span_is_the_same_piece_as_in_the_whole(
    ending: str, start_s: float, end_s: float, files: dict[str, Path]
) -> None:
    found = audio.decode(files[ending], start_s, end_s)

    wanted = whole(files[ending])[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]
    assert len(found) == len(wanted) == round((end_s - start_s) * SAMPLE_RATE)
    assert abs(lag_ms(found, wanted)) <= 1.5


def test_a_span_ends_where_the_file_ends(files: dict[str, Path]) -> None:
    assert len(audio.decode(files[".wav"], LENGTH_S - 1, LENGTH_S + 5)) == SAMPLE_RATE
    assert len(audio.decode(files[".wav"], LENGTH_S + 1, LENGTH_S + 5)) == 0
    assert len(audio.decode(files[".wav"], 3, 3)) == 0


def test_blocks_follow_each_other_without_a_hole(files: dict[str, Path]) -> None:
    found = list(audio.blocks(files[".mp3"], seconds=2.5))

    assert [start for start, _ in found] == [0, 2.5, 5, 7.5, 10]
    assert [len(samples) for _, samples in found[:-1]] == [40_000] * 4


def test_channels_are_mixed(tmp_path: Path) -> None:
    left, right = noise(1.0, seed=1), noise(1.0, seed=2)
    stereo = (np.stack([left, right], axis=1) * 32767).astype("<i2").tobytes()
    (tmp_path / "stereo.wav").write_bytes(wav_bytes(stereo, channels=2))

    assert np.allclose(whole(tmp_path / "stereo.wav"), (left + right) / 2, atol=1e-3)


def test_more_channels_than_anybody_needs_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "many.wav").write_bytes(wav_bytes(PCM * 24, channels=24))

    assert len(whole(tmp_path / "many.wav")) == SAMPLE_RATE


def test_samples_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    broken = np.array([np.nan, np.inf, -np.inf, 9.0] * 4000, "<f4").tobytes()
    (tmp_path / "float.wav").write_bytes(wav_bytes(broken, bits=32, coding=3))

    heard = whole(tmp_path / "float.wav")

    assert np.isfinite(heard).all()
    assert np.abs(heard).max() <= 1


def test_a_sound_that_begins_late_keeps_its_seconds(tmp_path: Path, sound: Samples) -> None:
    """In a film the sound may begin after the pictures."""
    path = tmp_path / "late.mkv"
    with av.open(path, "w", format="matroska") as container:
        pictures = container.add_stream("mpeg4", rate=10)
        pictures.width = pictures.height = 16
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        for number in range(30):
            picture = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
            picture.pts = number
            container.mux(pictures.encode(picture))
        frame = av.AudioFrame.from_ndarray((sound[: 2 * SAMPLE_RATE] * 32767).astype(np.int16)[None], layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, SAMPLE_RATE
        for piece in (frame, None):
            container.mux(stream.encode(piece))
        container.mux(pictures.encode(None))

    heard = whole(path)

    assert audio.probe(path).media_type == "video/x-matroska"
    assert not heard[: SAMPLE_RATE - 100].any()
    assert lag_ms(heard, sound[: 2 * SAMPLE_RATE]) == pytest.approx(1000, abs=2)


def test_a_picture_in_front_of_the_sound_is_passed_over(tmp_path: Path, files: dict[str, Path]) -> None:
    picture = os.urandom(100_000)
    size = len(picture)
    tag = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + picture
    path = tmp_path / "cover.mp3"
    path.write_bytes(tag + files[".mp3"].read_bytes())

    assert audio.check(path, path.name, max_duration_s=HOUR_S).duration_s == pytest.approx(LENGTH_S, abs=0.1)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("talk.wav", b"", "empty"),
        ("talk.mp3", b"Then I said hello to the baker.\n" * 40, "text"),
        ("talk.mp3", b"<!doctype html><html><body>Not found</body></html>", "web page"),
        ("talk.m4a", b"\x89PNG\r\n\x1a\n" + bytes(500), "picture"),
        ("talk.mp3", b"\xff\xd8\xff\xe0" + bytes(500), "picture"),
        ("talk.wav", b"RIFF\x10\0\0\0WEBPVP8 " + bytes(500), "picture"),
        ("talk.m4a", b"\0\0\0\x18ftypheic" + bytes(500), "picture"),
        ("talk.mp3", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "picture"),
        ("talk.pdf", b"%PDF-1.7\n" + bytes(500), "PDF"),
        ("talk.wav", b"PK\x03\x04" + PCM, "ZIP"),
        ("talk.mp3", bytes(5000), "no sound"),
        ("talk.mp3", b"#EXTM3U\n#EXTINF:3,\nfile:///etc/passwd\n", "playlist"),
        ("list.pls", b"[playlist]\nFile1=http://127.0.0.1/talk.mp3\n", "playlist"),
        ("talk.wav", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        ("talk.mp4", b"<?xml version='1.0'?>\n<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>", "playlist"),
        ("talk.mp3", b"<?xml version='1.0'?><playlist version='1'></playlist>", "playlist"),
        ("talk.url", b"[InternetShortcut]\nURL=http://127.0.0.1/talk.mp3\n", "link"),
        ("talk.mp3", b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "live stream"),
    ],
)
def test_what_is_no_sound_is_refused_with_its_name(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    assert audio.sniff(data) is None

    problem = refused(tmp_path, name, data)

    assert says in problem.detail
    assert problem.remedy


@pytest.mark.parametrize(
    "data",
    [
        wav_bytes(b""),
        wav_bytes(b"")[:40],
        wav_bytes(b"\0\0"),  # one sample
        wav_bytes(PCM, rate=0),
        wav_bytes(PCM, bits=0),
        wav_bytes(PCM, coding=0x1234),
        b"#!AMR\n",
        b"OggS" + bytes(200),
        b"fLaC" + bytes(200),
        b"\0\0\0\x18ftypM4A " + os.urandom(2000),
        b"\x1a\x45\xdf\xa3" + os.urandom(2000),
        b"ID3\x03\0\0\0\0\x10\0" + bytes(30),
    ],
)
def test_sound_files_in_which_nothing_can_be_heard_are_unreadable(tmp_path: Path, data: bytes) -> None:
    assert isinstance(refused(tmp_path, "talk", data), Unreadable)


@pytest.mark.parametrize(
    "name",
    [
        "talk.mp3",  # another sound
        "talk.txt",
        "talk.vtt",
        "talk.png",
        "talk.m3u8",
        "Talk.OGG",
    ],
)
def test_a_name_that_promises_something_else_is_refused(tmp_path: Path, name: str) -> None:
    problem = refused(tmp_path, name, wav_bytes(PCM))

    assert "not what its name says" in problem.detail
    assert ".wav" in problem.remedy


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        (".wav", "talk"),
        (".wav", "talk.dat"),
        (".wav", "TALK.WAV"),
        (".m4a", "talk.mp4"),
        (".m4a", "talk.mov"),
        (".mov", "talk.m4a"),
        (".ogg", "talk.opus"),
        (".ogg", "talk.oga"),
        (".webm", "talk.mkv"),
        (".mkv", "talk.mka"),
        (".wav", "2024.05.17 14.30"),
    ],
)
def test_names_of_the_same_family_and_unknown_names_are_taken(ending: str, name: str, files: dict[str, Path]) -> None:
    assert audio.check(files[ending], name, max_duration_s=HOUR_S).codec


def test_too_long_a_recording_is_refused_with_both_lengths(files: dict[str, Path]) -> None:
    with pytest.raises(TooLarge, match="12 seconds long, and at most 10") as caught:
        audio.check(files[".m4a"], "talk.m4a", max_duration_s=10)

    assert "max_duration_s" in caught.value.remedy


@pytest.mark.parametrize("ending", [".wav", ".mp3", ".flac", ".mkv", ".webm", ".aiff"])
def test_a_file_that_breaks_off_says_from_which_second(ending: str, tmp_path: Path, files: dict[str, Path]) -> None:
    data = files[ending].read_bytes()
    path = tmp_path / f"short{ending}"
    path.write_bytes(data[: len(data) // 2])

    media = audio.check(path, path.name, max_duration_s=HOUR_S)

    assert 2 < media.duration_s < LENGTH_S - 2
    assert media.warnings
    assert media.warnings[0].startswith(f"From second {media.duration_s:.1f} on nothing was heard")
    assert len(whole(path)) / SAMPLE_RATE == pytest.approx(media.duration_s, abs=0.2)


@pytest.mark.parametrize("ending", [".ogg", ".aac", ".amr", ".ts"])
def test_a_file_that_does_not_tell_its_length_gives_what_it_has(
    ending: str, tmp_path: Path, files: dict[str, Path]
) -> None:
    data = files[ending].read_bytes()
    path = tmp_path / f"short{ending}"
    path.write_bytes(data[: len(data) // 2])

    media = audio.check(path, path.name, max_duration_s=HOUR_S)

    assert len(whole(path)) / SAMPLE_RATE == pytest.approx(media.duration_s, abs=0.2)
    assert 2 < media.duration_s < LENGTH_S - 2


def test_an_mp4_without_its_index_is_unreadable(tmp_path: Path, files: dict[str, Path]) -> None:
    data = files[".m4a"].read_bytes()

    problem = refused(tmp_path, "talk.m4a", data[: len(data) // 2])

    assert isinstance(problem, Unreadable)


@pytest.mark.parametrize("ending", [".mp3", ".flac", ".ogg", ".m4a", ".mkv"])
def test_damage_in_the_middle_loses_only_the_middle(
    ending: str, tmp_path: Path, files: dict[str, Path], sound: Samples
) -> None:
    data = bytearray(files[ending].read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 20] = os.urandom(len(data) // 20)
    path = tmp_path / f"damaged{ending}"
    path.write_bytes(data)

    heard = whole(path)

    assert len(heard) / SAMPLE_RATE > LENGTH_S - 2
    assert np.isfinite(heard).all()
    assert abs(lag_ms(heard[: 4 * SAMPLE_RATE], sound[: 4 * SAMPLE_RATE])) <= SAME_PLACE_MS


def test_a_clip_is_a_small_file_of_its_own(tmp_path: Path, files: dict[str, Path]) -> None:
    path = tmp_path / "clip.wav"
    path.write_bytes(audio.clip(files[".mp3"], 2.0, 3.5))

    media = audio.check(path, path.name, max_duration_s=HOUR_S)

    assert (media.media_type, media.codec, media.channels) == ("audio/wav", "pcm_s16le", 1)
    assert media.duration_s == pytest.approx(1.5)
    assert np.allclose(whole(path), audio.decode(files[".mp3"], 2.0, 3.5), atol=1e-4)


def test_a_clip_beyond_the_end_is_refused(files: dict[str, Path]) -> None:
    with pytest.raises(Unreadable, match="no sound between"):
        audio.clip(files[".mp3"], LENGTH_S + 5, LENGTH_S + 6)


def test_nobody_is_asked_for_what_a_playlist_names(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/talk.mp3"
        for data in (f"#EXTM3U\n{address}\n", f"[reference]\nRef1={address}\n"):
            refused(tmp_path, "talk.mp3", data.encode())
        with pytest.raises(TimeoutError):
            server.accept()


def test_files_are_closed(files: dict[str, Path], tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    (tmp_path / "bad.wav").write_bytes(wav_bytes(b""))
    for _ in range(3):
        audio.probe(files[".m4a"])
        audio.decode(files[".ogg"], 3, 4)
        next(audio.blocks(files[".flac"], seconds=1))
        with pytest.raises(Unreadable):
            audio.probe(tmp_path / "bad.wav")

    assert len(os.listdir("/proc/self/fd")) == before
