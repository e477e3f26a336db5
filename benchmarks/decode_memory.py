"""How much memory decoding and planning take for ten minutes of sound, and for three hours of it.

    python benchmarks/decode_memory.py [--minutes 10 180] [--codec aac] [--out FILE]

Joins the shipped sample interview (talk on the left, a softer and later copy on the right) to files of those lengths,
and measures for each, in a process of its own, the peak of resident memory after loading, after the plan with silero,
after decoding every window, and after judging the channels. Prints a line for each, and the difference.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from models.values import SAMPLE_RATE
from pipeline import audio, transcribe
from pipeline.speech import SileroCutter

SAMPLE = Path(__file__).parent.parent / "data" / "samples" / "baker.m4a"
RATE = 48_000
ENDINGS = {"aac": ".m4a", "libmp3lame": ".mp3", "flac": ".flac", "libopus": ".ogg"}
ALLOWED_MB = 150.0


def make(path: Path, minutes: float, codec: str) -> None:
    """The sample again and again until the file is so long; never more than a block of it in memory."""
    wanted, made = round(minutes * 60 * SAMPLE_RATE), 0
    with av.open(path, "w", format="matroska" if codec.startswith("pcm") else None) as container:
        stream = container.add_stream(codec, rate=RATE, layout="stereo")
        resampler = av.AudioResampler(stream.format, "stereo", RATE, frame_size=stream.frame_size or 1024)
        while made < wanted:
            for _, block in audio.blocks(SAMPLE):
                later = 0.4 * np.concatenate([np.zeros(48, np.float32), block[:-48]])
                both = (np.stack([block, later], axis=1) * 32767).round().astype(np.int16).reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
                frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), made
                for piece in resampler.resample(frame):
                    container.mux(stream.encode(piece))
                made += len(block)
                if made >= wanted:
                    break
        for piece in (*resampler.resample(None), None):
            container.mux(stream.encode(piece))


def peak_mb() -> float:
    """From Linux; what getrusage tells begins with the peak of whoever started this process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(path: Path) -> dict[str, float]:
    """The peaks of this process, one after the other, in MB; and the seconds of computing that each step took."""
    cutter = SileroCutter()
    found, began = {"loaded_mb": peak_mb()}, time.process_time()
    planned = transcribe.plan(path, cutter)
    found |= {"planned_mb": peak_mb(), "plan_s": time.process_time() - began}
    began = time.process_time()
    for window in (window for group in planned.groups for window in group):
        audio.decode(path, window.start_s, window.end_s)
    found |= {"decoded_mb": peak_mb(), "decode_s": time.process_time() - began}
    began = time.process_time()
    audio.separate_voices(path)
    found |= {"judged_mb": peak_mb(), "judge_s": time.process_time() - began}
    return found | {"minutes": planned.duration_s / 60, "windows": sum(len(group) for group in planned.groups)}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, nargs=2, default=[10.0, 180.0])
    parser.add_argument("--codec", default="aac")
    parser.add_argument("--out", type=Path, help="Write the figures here, as JSON.")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure)))
        return 0
    rows = []
    with tempfile.TemporaryDirectory(prefix="tacit-memory-") as folder:
        for minutes in asked.minutes:
            path = Path(folder) / f"long{ENDINGS.get(asked.codec, '.mkv')}"
            make(path, minutes, asked.codec)
            command = (sys.executable, __file__, "--measure", str(path))
            rows.append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
            print(json.dumps({name: round(value, 1) for name, value in rows[-1].items()}), flush=True)
    more = rows[1]["judged_mb"] - rows[0]["judged_mb"]
    print(f"{more:.0f} MB more for the longer file; {ALLOWED_MB:.0f} are allowed")
    if asked.out:
        asked.out.write_text(json.dumps({"rows": rows, "more_mb": more}, indent=1), encoding="utf-8")
    return 0 if more <= ALLOWED_MB else 1


if __name__ == "__main__":
    sys.exit(main())
