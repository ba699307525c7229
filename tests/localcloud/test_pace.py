"""How declared time passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.errors import LocalError
from asset_edge.localcloud.pace import Pace


@pytest.mark.parametrize(("times", "later", "declared"), [(1.0, 60, 90), (20.0, 3, 90), (0.5, 10, 35)])
def test_declared_time_passes_as_often_as_fast(times: float, later: float, declared: float) -> None:
    assert Pace(1000.0, times).declared(1000.0 + later) == declared


@given(st.floats(0.1, 20), st.floats(0, 10**6))
def test_an_instant_has_its_declared_time_back(times: float, declared: float) -> None:
    pace = Pace(1_795_000_000.0, times)
    assert pace.declared(pace.instant(declared)) == pytest.approx(declared, abs=1e-3)


def test_what_begins_now_and_comes_every_minute_falls_into_the_middle_of_minutes() -> None:
    pace = Pace(5.0, 4.0)
    runs = [pace.declared(5.0 + turn * 60 / 4.0) % 60 for turn in range(4)]
    assert runs == [30.0] * 4


@pytest.mark.parametrize("times", [0, -1, 20.5, float("inf"), float("nan")])
def test_a_pace_that_cannot_be_is_refused_with_what_can(times: float) -> None:
    with pytest.raises(LocalError, match=r"up to 20 is allowed"):
        Pace(0.0, times)
