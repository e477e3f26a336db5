"""Whether damaged transcripts do any harm: no error but our own, no call above 2 s of CPU or 200 MB of memory.

    python benchmarks/fuzz_importers.py DIR… [--inputs 20000] [--seed 1]

Seeds are the files below the directories and those of `tests/mutants.py`. Half of the inputs are such files damaged by
chance, half are made by hypothesis. They run in batches, each in a process of its own; a batch and a number name an
input, which `--seed BATCH --inputs 500 --batch` makes again. Prints what is slowest and what is largest, and ends with
status 1 where a promise was broken.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from mutants import FILES, document, mutant, seeds

from models.errors import TacitError
from pipeline.imports import looks_like_transcript, read_transcript

BATCH = 500
LONGEST_CPU_S, MOST_MB = 2.0, 200.0
HANGS_S = 300  # a batch


def rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Watch:
    """Runs one input after the other, and remembers the worst."""

    def __init__(self) -> None:
        read_transcript(b"Ada: \xe9t\xe9?\nBen: Red.", "warm.txt")
        self._base_mb = rss_mb()
        self.slowest: tuple[float, str] = (0.0, "")
        self.largest: tuple[float, str] = (0.0, "")
        self.foreign: list[str] = []
        self.outcomes: Counter[str] = Counter()

    def run(self, name: str, data: bytes, told: str) -> None:
        told = f"{told} {name!r} {len(data):,} bytes {data[:40]!r}"
        before_mb, began = rss_mb(), time.process_time()
        try:
            looks_like_transcript(name, data[:4096])
            read_transcript(data, name)
            self.outcomes["read"] += 1
        except TacitError as error:
            self.outcomes[type(error).__name__] += 1
        except BaseException as error:  # noqa: BLE001 (whatever it is, it is foreign)
            self.foreign.append(f"{type(error).__name__}: {str(error)[:200]}: {told}")
        self.slowest = max(self.slowest, (time.process_time() - began, told))
        if rss_mb() > before_mb:
            self.largest = max(self.largest, (rss_mb() - self._base_mb, told))


def files(directories: list[Path]) -> Iterator[bytes]:
    for directory in directories:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                yield path.read_bytes()


def run_batch(directories: list[Path], number: int, inputs: int) -> None:
    """One batch, in this process; what came of it goes out as JSON."""
    found = [*seeds(), *files(directories)]
    chance = random.Random(number)
    found.append(document(chance.choice([one for one in found if one[:1] != b"P"])[:20_000].decode(errors="replace")))
    watch = Watch()
    for count in range(inputs // 2):
        watch.run(*mutant(chance, found), f"batch {number}, mutant {count}:")

    @seeded(number)
    @settings(
        max_examples=inputs - inputs // 2,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(FILES)
    def hypothesised(file: tuple[str, bytes]) -> None:
        watch.run(*file, f"batch {number}, hypothesis:")

    hypothesised()
    print(json.dumps([watch.slowest, watch.largest, watch.foreign, watch.outcomes]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", metavar="DIR", type=Path, nargs="*")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", action="store_true", help="run one batch in this process")
    chosen = parser.parse_args()
    if chosen.batch:
        run_batch(chosen.directories, chosen.seed, chosen.inputs)
        return
    slowest, largest, foreign, outcomes = [0.0, ""], [0.0, ""], list[str](), Counter[str]()
    for number in range(chosen.seed, chosen.seed + -(-chosen.inputs // BATCH)):
        command = [sys.executable, __file__, *map(str, chosen.directories), "--seed", str(number)]
        done = subprocess.run(
            [*command, "--inputs", str(BATCH), "--batch"], capture_output=True, text=True, timeout=HANGS_S, check=False
        )
        if done.returncode:
            foreign.append(f"batch {number} broke down: {done.stderr[-300:]}")
            continue
        found = json.loads(done.stdout)
        slowest, largest = max(slowest, found[0]), max(largest, found[1])
        foreign += found[2]
        outcomes.update(found[3])
    print(
        f"{sum(outcomes.values()):,} inputs: {', '.join(f'{count:,} {kind}' for kind, count in outcomes.most_common())}"
    )
    print(f"slowest {slowest[0]:.2f} s of CPU: {slowest[1]}\nlargest {largest[0]:.0f} MB: {largest[1]}")
    print("\n".join(foreign) or "no foreign exception")
    if foreign or slowest[0] > LONGEST_CPU_S or largest[0] > MOST_MB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
