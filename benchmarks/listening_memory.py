"""How much memory listening takes for a short and for a long recording, as the server does it.

    python benchmarks/listening_memory.py [--minutes 10,180] [--model FILE.pt] [--threads 2]

The shipped baker's interview, again and again, makes a WAV file of each length. It goes through the server's worker
(plan, listen group by group, diarize, join) in a child process of its own, whose peak of resident memory is printed in
MB, with the words heard and the seconds it took; the last line tells how much more the longest one took than the
shortest.
"""

import argparse
import json
import tempfile
import time
import wave
from itertools import cycle
from pathlib import Path

import numpy as np

from models.values import SAMPLE_RATE
from pipeline import audio
from pipeline.remote import Worker
from pipeline.settings import Settings

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def write_sound(path: Path, seconds: float) -> None:
    """The baker's interview until so much of it is there."""
    left = round(seconds * SAMPLE_RATE)
    told = [np.round(samples * 32767).astype("<i2") for _, samples in audio.blocks(SAMPLES / "baker.m4a")]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for block in cycle(told):
            file.writeframes(block[:left])
            left -= len(block)
            if left <= 0:
                return


def peak_mb(pid: int) -> float:
    """The most memory that a process has held so far."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def measure(sound: Path, settings: Settings) -> dict[str, float]:
    """One recording through a worker of its own."""
    worker, began = Worker(settings), time.monotonic()
    try:
        planned = worker.call("plan", {"path": str(sound)})
        parts = [
            worker.call("listen", {"path": str(sound), "windows": group, "language": "en", "vocabulary": None})
            for group in planned["groups"]
        ]
        windows = [window for group in planned["groups"] for window in group]
        told = worker.call("diarize", {"path": str(sound), "windows": windows, "speakers": 2})
        whole = worker.call("join", {"parts": parts, "speakers": told})
        used = peak_mb(worker.pid or 0)
    finally:
        worker.close()
    return {"peak_mb": round(used), "words": len(whole["words"]), "seconds": round(time.monotonic() - began)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", default="10,180")
    parser.add_argument("--model", type=Path, default=SAMPLES / "weights" / "demo-en.pt")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    settings = Settings(whisper_model=str(chosen.model), threads=chosen.threads)
    peaks = []
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as directory:
        for minutes in sorted(map(float, chosen.minutes.split(","))):
            sound = Path(directory) / "sound.wav"
            write_sound(sound, 60 * minutes)
            found = measure(sound, settings)
            peaks.append(found["peak_mb"])
            print(json.dumps({"minutes": minutes, **found}), flush=True)
    print(json.dumps({"more_mb": peaks[-1] - peaks[0]}))


if __name__ == "__main__":
    main()
