"""What is known of an asset: the registry's row, remembered for a while, and for longer while nobody answers.

A registry that is slow, dead or wrong costs one request of an instance its deadline now and then, and never
raises here: what could not be learnt is UNREACHABLE, and what that opens is decided elsewhere.

Source: Amazon DynamoDB API Reference, "GetItem"; Amazon DynamoDB Developer Guide, "DynamoDB low-level API".
"""

from __future__ import annotations

import time

from .registry_rows import KEY, MISSING, UNREACHABLE, NoRow, Row, row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .config import EdgeConfig
    from .config import Registry as Settings
    from .dnsquery import Clock
    from .kept_alive import KeptAlive
    from .sigv4 import Credentials

    Fetch = Callable[[str], "Row | NoRow"]
    """The row of a key, or MISSING; `LyingRowError` for an item that is wrong, any other for no answer."""

__all__ = ["MISSING", "UNREACHABLE", "LyingRowError", "NoRow", "Registry", "Row", "registry_for"]

MOST_ENTRIES = 10_000
"""That an instance remembers. A row is about half a kilobyte."""

RETRY_SECONDS = 2.0
"""How long after a failure nobody is asked: a dead registry holds up one request in this time."""

JITTER = 0.1
"""The share by which a life is longer or shorter, so that instances do not all ask at once."""


class LyingRowError(ValueError):
    """The registry answered, but no row can be read from that: others may be well."""


class Registry:
    """Rows by asset key. One thread at a time, as functions run.

    `clock` counts seconds that only grow, `jitter` draws from 0 up to 1.
    """

    def __init__(self, settings: Settings, fetch: Fetch, clock: Clock, jitter: Callable[[], float]) -> None:
        from cachetools import TTLCache  # noqa: PLC0415 - without a registry nobody pays for it

        self.failure: str | None = None
        """Why the last answer is not the registry's, a short fixed word for a log; None where it is."""

        self._settings = settings
        self._fetch = fetch
        self._clock = clock
        self._jitter = jitter
        self._silent_until = float("-inf")
        longest_seconds = max(settings.known_seconds, settings.missing_seconds) * (1 + JITTER)
        self._entries: TTLCache[str, _Entry] = TTLCache(
            MOST_ENTRIES, longest_seconds + settings.stale_seconds + 1, timer=clock
        )

    def look_up(self, key: str) -> Row | NoRow:
        """The row, MISSING or UNREACHABLE. Never raises."""
        try:
            return self._looked_up(key)
        except Exception:
            self.failure = "defect"
            return UNREACHABLE

    def _looked_up(self, key: str) -> Row | NoRow:
        entry = self._entries.get(key)
        now = self._clock()
        if entry is not None and now < entry.fresh_until:
            # Only a wrong item is remembered as no answer.
            self.failure = "row" if entry.row is UNREACHABLE else None
            return entry.row
        if now < self._silent_until:
            return self._stale(entry, now)
        try:
            row = self._fetch(key)
        except LyingRowError:
            self.failure = "row"
            return self._distrusted(key, entry)
        except Exception as error:
            self.failure = getattr(error, "reason", type(error).__name__)
            self._silent_until = self._clock() + RETRY_SECONDS * self._jittered()
            return self._stale(entry, self._clock())
        self.failure = None
        return self._kept(key, row)

    def _kept(self, key: str, row: Row | NoRow) -> Row | NoRow:
        settings = self._settings
        life_seconds = settings.missing_seconds if isinstance(row, NoRow) else settings.known_seconds
        fresh_until = self._clock() + life_seconds * self._jittered()
        self._entries[key] = _Entry(row, fresh_until, fresh_until + settings.stale_seconds)
        return row

    def _distrusted(self, key: str, entry: _Entry | None) -> Row | NoRow:
        """What a wrong item leaves: the last right one while it may be stale. Soon it is asked for again."""
        now = self._clock()
        row = self._stale(entry, now)
        until = now + self._settings.missing_seconds * self._jittered()
        stale_until = until if entry is None or row is UNREACHABLE else entry.stale_until
        self._entries[key] = _Entry(row, min(until, stale_until), stale_until)
        return row

    def _stale(self, entry: _Entry | None, now: float) -> Row | NoRow:
        return entry.row if entry is not None and now < entry.stale_until else UNREACHABLE

    def _jittered(self) -> float:
        return 1 + JITTER * (2 * self._jitter() - 1)


class _Entry:
    """What was learnt of one key, and for how long it counts: as new, and while nothing newer can be had."""

    __slots__ = ("fresh_until", "row", "stale_until")

    def __init__(self, row: Row | NoRow, fresh_until: float, stale_until: float) -> None:
        self.row = row
        self.fresh_until = fresh_until
        self.stale_until = stale_until


def registry_for(config: EdgeConfig, environment: Mapping[str, str]) -> Registry | None:
    """The registry of the configuration, asked at its replica nearest to where this runs; None without one.

    `environment` is where Lambda puts its region and the role's credentials, read at each question.
    """
    settings = config.registry
    if settings is None:
        return None
    from random import random  # noqa: PLC0415 - `cachetools` loads it anyway

    from .kept_alive import KeptAlive  # noqa: PLC0415 - a function without a registry needs none of these
    from .regions_near import nearest  # noqa: PLC0415 - as above

    region = nearest(environment.get("AWS_REGION"), settings.regions)
    connection = KeptAlive(
        f"dynamodb.{region}.amazonaws.com",
        resolver(config.name_servers),
        connect_timeout_seconds=settings.connect_timeout_seconds,
        read_timeout_seconds=settings.read_timeout_seconds,
    )
    return Registry(
        settings, fetching(settings.table, region, connection, environment), time.monotonic, random
    )


def resolver(name_servers: Sequence[str]) -> Callable[[str, float], list[str]]:
    """How a name is resolved within a bound: over these name servers, or the system's. Never raises."""

    def resolve(host: str, timeout_seconds: float) -> list[str]:
        from .dnsquery import ask, system_servers  # noqa: PLC0415 - most requests resolve nothing

        links = ask([host], name_servers or system_servers(), timeout_seconds).get(host, ())
        # The way to an address begins with aliases, of which none is four numbers.
        return [text for _, text in links if text.replace(".", "").isdecimal()]

    return resolve


def fetching(
    table: str,
    region: str,
    connection: KeptAlive,
    environment: Mapping[str, str],
    epoch_seconds: Callable[[], float] = time.time,
) -> Fetch:
    """How one row is read from the replica in `region`: an eventually consistent GetItem, signed."""
    from .sigv4 import Credentials  # noqa: PLC0415 - loaded by now

    def fetch(key: str) -> Row | NoRow:
        now = epoch_seconds()
        credentials = Credentials.from_environment(environment)
        asked = _get_item(table, key, region=region, host=connection.host, credentials=credentials, now=now)
        return read(key, connection.ask(asked), now)

    return fetch


def read(key: str, body: bytes, now: float) -> Row | NoRow:
    """The row that an answer of GetItem holds, MISSING where it holds none; LyingRowError for all else."""
    import json  # noqa: PLC0415 - loaded by now

    try:
        answer = json.loads(body)
        # Nothing else than an empty object says that there is no such item.
        return MISSING if answer == {} else row_of(key, answer["Item"], now)
    except Exception as error:
        raise LyingRowError("the answer is no item") from error


def _get_item(table: str, key: str, *, region: str, host: str, credentials: Credentials, now: float) -> bytes:
    import hashlib  # noqa: PLC0415 - loaded by now
    import json  # noqa: PLC0415 - as above

    from .sigv4 import signed_headers  # noqa: PLC0415 - as above

    body = json.dumps({"TableName": table, "Key": {KEY: {"S": key}}}).encode()
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.GetItem",
    }
    signature = signed_headers(
        service="dynamodb",
        region=region,
        credentials=credentials,
        method="POST",
        host=host,
        path="/",
        headers=headers,
        payload_hash=hashlib.sha256(body).hexdigest(),
        epoch_seconds=now,
    )
    all_headers = {"host": host, "content-length": str(len(body)), **headers, **signature}
    lines = [f"{name}: {value}" for name, value in all_headers.items()]
    return "\r\n".join(["POST / HTTP/1.1", *lines, "", ""]).encode("latin-1") + body
