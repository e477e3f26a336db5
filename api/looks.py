"""What many wait for is looked at once: however many follow a recording, the database is asked by one of them."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from anyio import Lock
from fastapi.concurrency import run_in_threadpool

Look = Callable[[], dict[str, Any]]


class Looks:
    """Documents by name, each asked for again only when it has come of age. Within one event loop."""

    def __init__(self) -> None:
        self._followers: Counter[str] = Counter()
        self._locks: dict[str, Lock] = {}
        self._found: dict[str, tuple[float, dict[str, Any]]] = {}

    @contextmanager
    def follow(self, name: str) -> Iterator[None]:
        """While somebody follows, what was found is kept; nothing is once nobody does."""
        self._followers[name] += 1
        self._locks.setdefault(name, Lock())
        try:
            yield
        finally:
            self._followers[name] -= 1
            if not self._followers[name]:
                for kept in (self._followers, self._locks, self._found):
                    kept.pop(name, None)

    async def at(self, name: str, look: Look, *, age_s: float) -> dict[str, Any]:
        """The document, at most `age_s` old; for who follows it. Raises what `look` raises."""
        async with self._locks[name]:
            at, document = self._found.get(name, (0.0, {}))
            if not document or time.monotonic() - at >= age_s:
                document = await run_in_threadpool(look)
                self._found[name] = time.monotonic(), document
            return document

    @property
    def followed(self) -> int:
        """How many follow something."""
        return self._followers.total()
