"""An object is readable through the edge at once, whichever side it was put, however late it replicates."""

from collections.abc import Iterator

import pytest

from tests.drills.laptop import PRIMARY, REPLICA, Laptop, laptop

KEYS = 200
LAG_SECONDS = 30


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    with laptop() as made:
        made.admin("PUT", "replication", {"lag_seconds": LAG_SECONDS})
        yield made


@pytest.mark.parametrize(("written", "other"), [(PRIMARY, REPLICA), (REPLICA, PRIMARY)])
def test_every_fresh_object_is_readable_from_either_side(running: Laptop, written: str, other: str) -> None:
    keys = [f"fresh/{written}/{number}.bin" for number in range(KEYS)]
    statuses = []
    for key in keys:
        running.put(written, key, key.encode())
        answer = running.get(f"/{key}")
        statuses.append((answer.status, answer.region, answer.body == key.encode()))
    assert statuses == [(200, written, True)] * KEYS
    assert not any(running.has(other, key) for key in keys[-20:]), "none of the last has replicated yet"
