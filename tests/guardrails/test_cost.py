"""What a viewer-request function on every request costs is reckoned so that a reader can check it."""

import pytest

from asset_edge.guardrails import cost
from tests.guardrails.planted import judged, messages
from tests.guardrails.test_policies import viewer_everywhere


def test_a_million_a_minute_costs_what_the_price_list_says() -> None:
    requests = 1_000_000 * 60 * 24 * 30
    assert requests == 43_200_000_000
    by_hand = requests / 1_000_000 * 0.60 + requests * 0.125 * 0.001 * 0.00005001
    assert cost.dollars_a_month(1_000_000) == pytest.approx(by_hand)
    assert cost.dollars_a_month(1_000_000) == pytest.approx(26_190, abs=1)


def test_the_arithmetic_is_shown() -> None:
    assert cost.arithmetic(1_000_000) == (
        "1,000,000 requests a minute are 43,200,000,000 in 30 days; 43,200 million x $0.60 = $25,920, and "
        "5,400,000 GB-s x $0.00005001 = $270: $26,190 a month"
    )


@pytest.mark.parametrize(("requests", "is_said"), [(1, False), (3_818, False), (3_819, True), (10**6, True)])
def test_it_is_said_from_a_hundred_dollars_on(requests: int, is_said: bool) -> None:
    said = list(messages(judged(viewer_everywhere, requests_per_minute=requests), "edge-cost"))
    assert bool(said) is is_said
    assert all(cost.arithmetic(requests) in message for message in said)


def test_it_is_an_advice_and_refuses_nothing() -> None:
    levels = {v.level for v in judged(viewer_everywhere) if v.policy == "edge-cost"}
    assert levels == {"advisory"}
