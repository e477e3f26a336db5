"""Whether a server that is killed at random moments while it listens still writes the same transcript.

    python benchmarks/listening_kills.py [--runs 20] [--seed 1]

The shipped baker's interview is handed in and heard once in peace. Then, in each run, a copy of the same data directory
is served and killed (SIGKILL) after a random time, up to that which the whole took in peace, until the recording is
ready. Prints one JSON object a run: kills, whether the transcript is the same byte for byte, groups of windows that
were begun again, and whether more of them were than the server was killed. Ends with 1 where anything differs.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from models.db import Database
from models.tables import Recording, RecordingState, StageRun, TranscriptRevision
from pipeline.settings import Settings

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
LONGEST_S = 600.0


def tacit(data_dir: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "api.cli", "--data-dir", str(data_dir), *arguments]


def surroundings() -> dict[str, str]:
    return {**os.environ, "TACIT_WHISPER_MODEL": str(SAMPLES / "weights" / "demo-en.pt"), "TACIT_THREADS": "1"}


class Kept:
    """What a data directory holds of its one recording."""

    def __init__(self, data_dir: Path) -> None:
        self._database = Database(Settings(data_dir=data_dir).database_url)

    def is_done(self) -> bool:
        with self._database.reading() as session:
            state = session.scalars(select(Recording.state)).one()
        if state not in (RecordingState.QUEUED, RecordingState.WORKING, RecordingState.READY):
            raise SystemExit(f"the recording is {state}")
        return state == RecordingState.READY

    def transcript(self) -> bytes:
        with self._database.reading() as session:
            return json.dumps(session.scalars(select(TranscriptRevision.document)).one()).encode()

    def begun_again(self) -> int:
        """Groups that were begun more often than once, each as often as that was so."""
        with self._database.reading() as session:
            query = select(StageRun.number).where(StageRun.stage == "transcribe")
            begun = session.scalars(query).all()
        return len(begun) - len(set(begun))

    def close(self) -> None:
        self._database.engine.dispose()


def serve(data_dir: Path, kept: Kept, seconds: float) -> bool:
    """Serve until the recording is ready, at most so long, and kill the server; whether it is ready."""
    with subprocess.Popen(
        tacit(data_dir, "serve", "--port", "0"), env=surroundings(), stdout=subprocess.DEVNULL
    ) as process:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not kept.is_done():
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    return kept.is_done()


def disturbed(data_dir: Path, wanted: bytes, chance: random.Random, longest_s: float) -> dict[str, object]:
    """One run: killed at random moments until it is ready."""
    kept, kills = Kept(data_dir), 0
    while not serve(data_dir, kept, chance.uniform(0.0, longest_s)):
        kills += 1
    found = {
        "kills": kills,
        "same": kept.transcript() == wanted,
        "begun_again": kept.begun_again(),
        "more_than_kills": kept.begun_again() > kills,
    }
    kept.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as directory:
        new, calm = Path(directory) / "new", Path(directory) / "calm"
        subprocess.run(tacit(new, "ingest", str(SAMPLES / "baker.m4a")), env=surroundings(), check=True)
        shutil.copytree(new, calm)
        kept, began = Kept(calm), time.monotonic()
        if not serve(calm, kept, LONGEST_S):
            raise SystemExit("the recording was not ready in time")
        longest_s, wanted = time.monotonic() - began, kept.transcript()
        kept.close()
        print(json.dumps({"seconds_in_peace": round(longest_s, 1), "bytes": len(wanted)}), flush=True)
        chance, good = random.Random(chosen.seed), True
        for number in range(chosen.runs):
            wild = Path(directory) / "wild"
            shutil.copytree(new, wild)
            found = disturbed(wild, wanted, chance, longest_s)
            shutil.rmtree(wild)
            print(json.dumps({"run": number, **found}), flush=True)
            good = good and bool(found["same"]) and not found["more_than_kills"]
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
