"""A region's probe fails and DNS takes its traffic away, within the declared time; and gives it back."""

from collections.abc import Iterator

import pytest

from tests.drills.laptop import PRIMARY, REPLICA, Laptop, laptop, until

PACE = 5
"""How many times faster than declared the probes are run here."""

DETECTION_SECONDS = 3 * 10 / PACE
HOLD_SECONDS = 5
"""An instance may hold what DNS said for so long, whatever the pace."""

SLACK_SECONDS = 10
"""For a probe's own cold start on a busy machine."""

WITHIN_SECONDS = DETECTION_SECONDS + HOLD_SECONDS + SLACK_SECONDS


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    with laptop(pace=PACE) as made:
        made.put_everywhere(["demo/health.bin"])
        until(lambda: answering(made) == {PRIMARY, REPLICA}, WITHIN_SECONDS)
        yield made


def answering(running: Laptop) -> set[str | None]:
    """The regions that first runs choose: every request is a miss that chooses anew."""
    answers = running.get_all(["/demo/health.bin"] * 40)
    assert {answer.status for answer in answers} == {200}, "no viewer sees any of it"
    return {answer.region for answer in answers}


def healthy(running: Laptop, region: str) -> bool:
    """What Route 53 believes of the region."""
    checks = running.admin("GET", "")["health"].values()
    (of_region,) = (check["healthy"] for check in checks if region in check["name"])
    return bool(of_region)


@pytest.mark.parametrize("region", [PRIMARY, REPLICA])
def test_the_health_check_moves_the_traffic_within_its_time_and_back(running: Laptop, region: str) -> None:
    (other,) = {PRIMARY, REPLICA} - {region}
    with running.broken(region, "unavailable"):
        until(lambda: not healthy(running, region), WITHIN_SECONDS)
        until(lambda: answering(running) == {other}, WITHIN_SECONDS)
    until(lambda: answering(running) == {PRIMARY, REPLICA}, WITHIN_SECONDS)
