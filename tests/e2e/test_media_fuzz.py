"""A running server is handed damaged recordings: it takes or refuses every one, stays up, and leaves nobody behind.

`benchmarks/fuzz_media.py` does the same with thousands.
"""

from contextlib import closing
from pathlib import Path

import pytest
from media_mutants import feed, mutant, seeds, serving

from models.errors import TacitError
from pipeline.remote import Worker
from pipeline.settings import Settings

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

FILES = 100
PLANNED = 10
LIMIT_S = 60.0


def test_damaged_files_do_no_harm(tmp_path: Path) -> None:
    known = seeds(tmp_path)
    with serving(tmp_path / "data") as server:
        whole = feed(server, iter(known), threads=2, within_s=LIMIT_S)
        found = feed(server, (mutant(known, number) for number in range(FILES)), threads=2, within_s=LIMIT_S)
        stayed_up, left = server.is_up, server.stop()

    assert (whole.statuses, whole.bad) == ({202: len(known)}, [])
    assert found.bad == []
    assert found.statuses.total() == FILES
    assert found.problems
    assert (stayed_up, found.zombies, left) == (True, 0, [])

    problems, durations = list[TacitError](), list[float]()
    with closing(Worker(Settings(data_dir=tmp_path, threads=1))) as worker:
        for file in found.accepted[:: len(found.accepted) // PLANNED]:
            path = tmp_path / "accepted"
            path.write_bytes(file.data)
            try:
                durations.append(worker.call("plan", {"path": str(path)})["duration_s"])
            except TacitError as error:
                problems.append(error)
    assert [error for error in problems if error.status >= 500] == []
    assert len(durations) > len(problems)
