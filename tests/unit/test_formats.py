"""What people record with: codings, covers, films, telephones, and sound that changes its form in the middle."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import noise, write

from models.values import SAMPLE_RATE, Samples
from pipeline import audio

LENGTH_S = 6.0
HOUR_S = 3600.0
SOUND = noise(LENGTH_S)
FIRST, SECOND = noise(3.0, seed=1), noise(3.0, seed=2)


def whole(path: Path) -> Samples:
    return np.concatenate([samples for _, samples in audio.blocks(path)])


def likeness(found: Samples, wanted: Samples) -> float:
    """The correlation of the two where they fit best, whatever their levels."""
    size = len(found) + len(wanted)
    product = np.fft.rfft(found, size) * np.conj(np.fft.rfft(wanted, size))
    return float(np.fft.irfft(product, size).max() / np.linalg.norm(wanted) / np.linalg.norm(found))


FORMATS: dict[str, tuple[str, dict[str, Any], str]] = {
    # name: (ending, what the encoder is told, media type)
    "WAV of 32 bit floats": (".wav", {"codec": "pcm_f32le"}, "audio/wav"),
    "WAV of 64 bit floats": (".wav", {"codec": "pcm_f64le"}, "audio/wav"),
    "WAV of 24 bit": (".wav", {"codec": "pcm_s24le"}, "audio/wav"),
    "WAV of 8 bit": (".wav", {"codec": "pcm_u8"}, "audio/wav"),
    "WAV of a telephone, µ-law": (".wav", {"codec": "pcm_mulaw", "rate": 8000}, "audio/wav"),
    "WAV of a telephone, A-law": (".wav", {"codec": "pcm_alaw", "rate": 8000}, "audio/wav"),
    "WAV with a compressed coding": (".wav", {"codec": "adpcm_ima_wav"}, "audio/wav"),
    "WAV with the extensible header": (".wav", {"layout": "5.1"}, "audio/wav"),
    "MP3 without a header that counts its frames": (".mp3", {"options": {"write_xing": "0"}}, "audio/mpeg"),
    "MP3 with a cover": (".mp3", {"picture": "cover"}, "audio/mpeg"),
    "MP4 with a cover": (".m4a", {"picture": "cover", "muxer": "mp4"}, "audio/mp4"),
    "FLAC in Ogg": (".ogg", {"codec": "flac"}, "audio/ogg"),
    "a film as MP4": (".m4a", {"picture": "film", "muxer": "mp4"}, "video/mp4"),
    "a film as QuickTime": (".mov", {"picture": "film", "codec": "aac"}, "video/quicktime"),
    "a film as Matroska": (".mkv", {"picture": "film"}, "video/x-matroska"),
    "a film's sound as AC-3": (".mkv", {"codec": "ac3"}, "audio/x-matroska"),
    "3GP": (".m4a", {"muxer": "3gp"}, "audio/3gpp"),
    "3GP with telephone sound": (
        ".m4a",
        {"muxer": "3gp", "codec": "libopencore_amrnb", "rate": 8000},
        "audio/3gpp",
    ),
}
NARROW = frozenset(name for name in FORMATS if "telephone" in name)


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_heard_whole_and_called_what_it_is(name: str, tmp_path: Path) -> None:
    ending, how, media_type = FORMATS[name]
    path = write(tmp_path / f"talk{ending}", SOUND, **how)

    media = audio.probe(path)

    assert media.media_type == media_type
    assert media.duration_s == pytest.approx(LENGTH_S, abs=0.1)
    assert media.warnings == ()
    samples = whole(path)
    assert len(samples) / SAMPLE_RATE == pytest.approx(LENGTH_S, abs=0.1)
    if name not in NARROW:  # nothing of noise above 4 kHz is left by a telephone
        assert likeness(samples, SOUND) > 0.8


def test_wideband_speech_of_a_telephone_is_read(tmp_path: Path) -> None:
    """Nobody here can encode it: frames of the third mode with anything in them."""
    path = tmp_path / "call.awb"
    path.write_bytes(b"#!AMR-WB\n" + b"".join(b"\x14" + np.random.default_rng(n).bytes(32) for n in range(200)))

    media = audio.check(path, path.name, max_duration_s=HOUR_S)

    assert (media.media_type, media.codec, media.warnings) == ("audio/amr-wb", "amrwb", ())
    assert len(whole(path)) / SAMPLE_RATE == pytest.approx(4.0, abs=0.05)


CHANGES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    # name: (ending, the first half, the second half)
    "AAC, from stereo to mono at half the rate": (".aac", {"layout": "stereo"}, {"rate": 22_050}),
    "AAC, from half the rate to stereo": (".aac", {"rate": 22_050}, {"layout": "stereo"}),
    "MP3, from stereo to mono at half the rate": (
        ".mp3",
        {"layout": "stereo", "options": {"write_xing": "0"}},
        {"rate": 22_050, "options": {"write_xing": "0"}},
    ),
    "MP3s one after the other": (".mp3", {"layout": "stereo"}, {}),
    "Ogg files one after the other": (".ogg", {}, {}),
    "Ogg, to a lower rate": (".ogg", {"codec": "flac", "rate": 44_100}, {"codec": "flac", "rate": 16_000}),
    "transport streams one after the other": (".ts", {"layout": "stereo"}, {"rate": 24_000}),
    "WebM recordings one after the other": (".webm", {}, {}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_sound_that_changes_its_form_is_heard_to_its_end(name: str, tmp_path: Path) -> None:
    ending, first, second = CHANGES[name]
    path = tmp_path / f"both{ending}"
    halves = [
        write(tmp_path / f"{half}{ending}", samples, **how).read_bytes()
        for half, samples, how in (("first", FIRST, first), ("second", SECOND, second))
    ]
    path.write_bytes(b"".join(halves))

    samples = whole(path)

    assert len(samples) / SAMPLE_RATE == pytest.approx(LENGTH_S, abs=0.2)
    middle = len(samples) // 2
    assert likeness(samples[:middle], FIRST) > 0.7
    assert likeness(samples[middle:], SECOND) > 0.7
