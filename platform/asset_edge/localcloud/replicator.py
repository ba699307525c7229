"""How objects get from bucket to bucket here: what waits, for how long, and what is written in the end.

The rules that count are those in force when an object was written. A copy has a version id of its own, where
S3 keeps the source's. Of two writes to one key on both sides the later is the newest in both; the earlier is
then not copied, where S3 would put it beneath. Source: Amazon S3 User Guide, "Replicating objects within and
across Regions".
"""

import itertools
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Response

from asset_edge.emulator.replication import (
    Kind,
    ObjectWrite,
    Rule,
    Status,
    Version,
    needs_tags,
    rules,
    taken_up,
)
from asset_edge.errors import LocalError
from asset_edge.localcloud import s3_copies
from asset_edge.localcloud.front import Front

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 0.05
"""How often it looks whether something that waits may go."""

_SYNCS: Mapping[Kind, s3_copies.Sync] = {Kind.tagging: s3_copies.copy_tags, Kind.acl: s3_copies.copy_acl}

Stamp = tuple[float, int]
"""When a write was made: what the clock said, and which write it was."""

Place = tuple[str, str]
"""Bucket and key."""

Named = tuple[str, str, str | None]
"""Bucket, key and version."""


@dataclass(frozen=True)
class _Waiting:
    write: ObjectWrite
    stamp: Stamp
    rule: Rule


class Replicator:
    """Follows every write that passes the front, in a thread of its own, until closed."""

    def __init__(
        self,
        front: Front,
        *,
        clock: Callable[[], float] = time.time,
        lag_seconds: float = 0.0,
        paused: Callable[[], bool] = lambda: False,
        reachable: Callable[[str], bool] = lambda _region: True,
    ) -> None:
        """`reachable` is asked of both regions of a copy; what goes between others does not wait for it."""
        self._front, self._clock, self._paused, self._reachable = front, clock, paused, reachable
        self.lag_seconds = lag_seconds
        self._counter = itertools.count()
        self._queue: deque[_Waiting] = deque()
        self._stamps: dict[Place, dict[str | None, Stamp]] = {}
        self._synced: dict[tuple[Named, Kind], Stamp] = {}
        self._twins: dict[Named, dict[str, str | None]] = {}
        self._statuses: dict[Named, Status] = {}
        self._closing, self._wake = False, threading.Event()
        front.replication_status = self.status
        self._unsubscribe = front.on_s3_write(self._announced)
        self._thread = threading.Thread(target=self._run, name="replication", daemon=True)
        self._thread.start()

    @property
    def lag_seconds(self) -> float:
        """How long a copy waits after its write. A change counts at once, for what waits too."""
        return self._lag_seconds

    @lag_seconds.setter
    def lag_seconds(self, seconds: float) -> None:
        self._lag_seconds = _checked(seconds)

    def state(self) -> dict[str, Any]:
        """What there is to know, as JSON values."""
        return {"lag_seconds": self.lag_seconds, "paused": self._paused(), "waiting": len(self._queue)}

    def status(self, bucket: str, key: str, version_id: str) -> str | None:
        """What `x-amz-replication-status` says of a version; None where no rule is for it."""
        return self._statuses.get((bucket, key, version_id))

    def drain(self) -> int:
        """Does now all that is due, in the order it was written; how much that was."""
        for done in itertools.count():
            with self._front.writing:
                due = self._next_due()
                if due is None:
                    return done
                self._queue.remove(due)
                self._carry_out(due)
        raise AssertionError

    def close(self) -> None:
        """Follows no further write, and drops what waits."""
        self._unsubscribe()
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self.drain()
            self._wake.wait(_LOOK_SECONDS if self._queue else None)
            self._wake.clear()

    def _announced(self, write: ObjectWrite) -> None:
        """Remembers when a write was made and what is to be done for it."""
        stamp = (self._clock(), next(self._counter))
        if write.kind in _SYNCS:
            write = replace(write, version_id=s3_copies.current_version(self._front.s3, write))
            self._synced[_named(write), write.kind] = stamp
        else:
            self._note(write.bucket, write, stamp)
        configuration = self._front.documents.replication(write.bucket)
        if configuration is None:
            return
        candidates = rules(configuration)
        taken = taken_up(candidates, write.kind, self._looked_at(write, candidates))
        self._queue.extend(_Waiting(write, stamp, rule) for rule in taken)
        if taken and write.kind is Kind.object:
            self._statuses[_named(write)] = Status.pending
        self._wake.set()

    def _note(self, bucket: str, write: ObjectWrite, stamp: Stamp) -> None:
        versions = self._stamps.setdefault((bucket, write.key), {})
        if write.kind is Kind.deletion:
            versions.pop(write.version_id, None)
        else:
            versions[write.version_id] = stamp

    def _looked_at(self, write: ObjectWrite, candidates: tuple[Rule, ...]) -> Version:
        replica = self._statuses.get(_named(write)) is Status.replica
        if write.kind is not Kind.object:
            return Version(key=write.key, replica=replica)
        with_tags = needs_tags(candidates)
        return s3_copies.looked_at(self._front.s3, write, replica=replica, with_tags=with_tags)

    def _next_due(self) -> _Waiting | None:
        if self._paused():
            return None
        now = self._clock()
        due = (w for w in self._queue if w.stamp[0] + self._lag_seconds <= now)
        return next((w for w in due if self._between_reachable(w)), None)

    def _between_reachable(self, waiting: _Waiting) -> bool:
        destination = self._front.region_of(waiting.rule.destination)
        return self._reachable(waiting.write.region) and (destination is None or self._reachable(destination))

    def _carry_out(self, waiting: _Waiting) -> None:
        if waiting.write.kind in _SYNCS:
            self._sync(waiting, _SYNCS[waiting.write.kind])
        elif waiting.stamp < self._newest(waiting.rule.destination, waiting.write.key):
            self._settle(waiting.write, Status.completed)
        elif waiting.write.kind is Kind.delete_marker:
            self._done(waiting, s3_copies.mark_deleted(self._front.s3, waiting.write, waiting.rule))
        else:
            self._done(waiting, s3_copies.copy(self._front.s3, waiting.write, waiting.rule))

    def _newest(self, bucket: str, key: str) -> Stamp:
        return max(self._stamps.get((bucket, key), {}).values(), default=(-math.inf, 0))

    def _done(self, waiting: _Waiting, answer: Response) -> None:
        write, destination = waiting.write, waiting.rule.destination
        if self._failed(waiting, answer):
            return
        made = replace(write, bucket=destination, version_id=answer.headers.get("x-amz-version-id"))
        self._note(destination, made, waiting.stamp)
        if write.kind is Kind.object:
            self._twins.setdefault(_named(write), {})[destination] = made.version_id
            self._twins.setdefault(_named(made), {})[write.bucket] = write.version_id
            self._statuses[_named(made)] = Status.replica
            self._settle(write, Status.completed)

    def _failed(self, waiting: _Waiting, answer: Response) -> bool:
        """Whether S3 refused."""
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            return False
        write, why = waiting.write, answer.get_data(as_text=True)
        # A version that was deleted while it waited is nothing to complain of.
        say = _LOG.debug if "NoSuchVersion" in why else _LOG.warning
        say("%s of %s was not replicated to %s: %s", write.key, write.bucket, waiting.rule.destination, why)
        self._settle(write, Status.failed)
        return True

    def _settle(self, write: ObjectWrite, status: Status) -> None:
        """What became of a version: completed once it is in every destination, failed if in one it is not."""
        name = _named(write)
        if self._statuses.get(name) is not Status.pending:
            return
        more = any(_named(w.write) == name and w.write.kind is Kind.object for w in self._queue)
        if status is Status.failed or not more:
            self._statuses[name] = status

    def _sync(self, waiting: _Waiting, sync: s3_copies.Sync) -> None:
        write, destination = waiting.write, waiting.rule.destination
        version_id = self._twins.get(_named(write), {}).get(destination)
        if version_id is None:
            return
        twin = ((destination, write.key, version_id), write.kind)
        if self._synced.get(twin, waiting.stamp) > waiting.stamp:
            return
        if not self._failed(waiting, sync(self._front.s3, write, waiting.rule, version_id)):
            self._synced[twin] = waiting.stamp


def _checked(lag_seconds: Any) -> float:
    number = isinstance(lag_seconds, int | float) and not isinstance(lag_seconds, bool)
    if number and 0 <= lag_seconds < math.inf:
        return float(lag_seconds)
    raise LocalError(f"lag_seconds is {lag_seconds!r}; a number of seconds, 0 or more, is allowed. Give one")


def _named(write: ObjectWrite) -> Named:
    return write.bucket, write.key, write.version_id
