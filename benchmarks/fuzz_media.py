"""Whether damaged media files do a running server any harm.

    python benchmarks/fuzz_media.py [DIR] [--files 2400] [--planned 300] [--first 0]

Makes recordings of every kind that PyAV writes, damages them by chance, and uploads them over HTTP to a server of its
own, several at once; then takes some of those that were accepted through the heavy worker's `plan`, and a clip out of
each. Every answer must be a success or a refusal with a remedy, within the limit; the server must stay up, with no
dead child, and leave none behind. Prints what came of it, and ends with status 1 where that is not so. With DIR, files
that did harm are written there; a file's name begins with the number that makes it again (`--first N --files 1`).
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from media_mutants import File, feed, mutant, seeds, serving, status_of

from models.errors import Broken, TacitError
from pipeline.readers import Readers
from pipeline.remote import Worker
from pipeline.settings import Settings

THREADS = 4
LIMIT_S = 60.0  # in which every answer must come
PLAN_LIMIT_S = 60.0


def plan(folder: Path, files: list[File]) -> tuple[Counter[str], list[str], float, float]:
    """Each file through the worker's plan, and a clip of it: what came of it, what did harm, slowest s, largest MB."""
    outcomes, harmful, slowest, largest = Counter[str](), list[str](), 0.0, 0.0
    worker = Worker(Settings(data_dir=folder, threads=1))
    with closing(worker), closing(Readers()) as readers:
        for file in files:
            path = folder / "planned"
            path.write_bytes(file.data)
            began = time.monotonic()
            for name, call in (
                ("plan", lambda path=path: worker.call("plan", {"path": str(path)})),
                ("clip", lambda path=path: readers.clip(path, 0.7, 2.1)),
            ):
                try:
                    call()
                    outcomes[f"{name}: done"] += 1
                except TacitError as error:
                    outcomes[f"{name}: {type(error).__name__}"] += 1
                    if isinstance(error, Broken) or error.status >= 500 or "could not be read" in error.detail:
                        harmful.append(f"{file.name}: {name}: {error}")
            slowest = max(slowest, time.monotonic() - began)
            for pid in (worker.pid, *readers.pids):
                largest = max(largest, int(status_of(pid or 0).get("VmHWM", "0 kB").split()[0]) / 1024)
    return outcomes, harmful, slowest, largest


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", metavar="DIR", nargs="?", type=Path)
    parser.add_argument("--files", type=int, default=2400)
    parser.add_argument("--planned", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tacit-fuzz-") as made:
        folder = Path(made)
        known = seeds(folder)
        began = time.monotonic()
        with serving(folder / "data") as server:
            numbers = range(asked.first, asked.first + asked.files)
            found = feed(server, (mutant(known, number) for number in numbers), threads=THREADS, within_s=LIMIT_S)
            stayed_up = server.is_up
            left = server.stop()
        print(f"{asked.files} files of {len(known)} kinds in {time.monotonic() - began:.0f} s")
        print(f"answers {dict(sorted(found.statuses.items()))}, refused as {dict(found.problems.most_common())}")
        print(f"slowest {found.slowest[0]:.1f} s ({found.slowest[1]}); server at most {found.server_mb:.0f} MB,")
        print(f"a reading child at most {found.largest_child_mb:.0f} MB; zombies {found.zombies}; left running {left}")
        step = max(1, len(found.accepted) // max(1, asked.planned))
        chosen = sorted(found.accepted, key=lambda file: file.name)[::step][: asked.planned]
        outcomes, harmful, slowest, largest = plan(folder, chosen)
        print(f"{len(chosen)} accepted ones planned: {dict(sorted(outcomes.items()))}")
        print(f"slowest {slowest:.1f} s, largest process {largest:.0f} MB")
        bad = [*found.bad, *harmful]
        print(*bad[:40], sep="\n")
        if asked.out:
            asked.out.mkdir(parents=True, exist_ok=True)
            for line in bad:
                number = int(line.partition("-")[0])
                (asked.out / line.partition(":")[0]).write_bytes(mutant(known, number).data)
    harmless = stayed_up and not bad and not left and not found.zombies and slowest < PLAN_LIMIT_S
    print("harmless" if harmless else "HARM WAS DONE")
    return 0 if harmless else 1


if __name__ == "__main__":
    sys.exit(main())
