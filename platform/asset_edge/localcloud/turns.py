"""Whose turn it is: what comes round at a rate, each in its own time and never twice at once."""

import threading
from collections.abc import Mapping


class Turns:
    """Turns by key; may be used from several threads. Times are seconds of one clock.

    What is new has its turn at once. What was still at it when its next turn came misses that one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_at: dict[str, float] = {}
        self._busy: set[str] = set()

    def take(self, every_seconds: Mapping[str, float], now_seconds: float) -> list[str]:
        """The keys whose turn it is, which have it until `done`; keys without a rate are forgotten."""
        with self._lock:
            self._next_at = {key: self._next_at.get(key, now_seconds) for key in every_seconds}
            due = [key for key, at in self._next_at.items() if at <= now_seconds]
            for key in due:
                every = every_seconds[key]
                self._next_at[key] = now_seconds + every - (now_seconds - self._next_at[key]) % every
            taken = [key for key in due if key not in self._busy]
            self._busy.update(taken)
            return taken

    def done(self, key: str) -> None:
        """Ends a turn."""
        with self._lock:
            self._busy.discard(key)

    def next_at(self) -> float:
        """When the next turn comes; infinity where nothing comes round."""
        with self._lock:
            return min(self._next_at.values(), default=float("inf"))
