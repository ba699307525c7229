from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge import baked, config, territory
from asset_edge.handlers.edge.config import EdgeConfig, Redirect, RegionalBucket, Territory
from asset_edge.handlers.edge.grants import Entitlement

BUCKET = RegionalBucket(region="eu-west-1", bucket="b", domain_name="b.example", beacon="b.example")

SHIPPED = Territory(
    name="shipped",
    allow=("US", "CA", "GB", "DE"),
    redirects=(
        Redirect(country="US", host="us.media.example"),
        Redirect(country="CA", host="ca.media.example"),
        Redirect(country="DE", host="de.media.example"),
    ),
)
DENYING = Territory(name="denying", deny=("FR", "RU"))
ALLOWING = Territory(name="allowing", allow=("DE", "FR"))
SENDING = Territory(name="sending", redirects=(Redirect(country="DE", host="de.media.example"),))
BOTH = Territory(
    name="both", deny=("FR",), redirects=tuple(Redirect(country=c, host="x.example") for c in ("FR", "DE"))
)

UNKNOWN = [
    None,
    "",
    "D",
    "DEU",
    "de",
    "De",
    "D1",
    "D ",
    " DE",
    "DE\n",
    "DE, FR",
    "ÄÖ",
    "\uff24\uff25",
    "**",
    "--",
]


def decide(
    rules: Territory | None,
    country: str | None,
    entitlement: Entitlement | None = None,
    row_countries: tuple[str, ...] = (),
) -> str:
    """As the edge does it, with the rules as they are baked: the host, or what else."""
    decision = territory.decide(read(rules), country, entitlement, row_countries)
    assert (decision.status is None) == (decision.kind == "allowed")
    assert (decision.host is None) == (decision.kind != "redirect")
    return decision.host or decision.status or decision.kind


def read(rules: Territory | None) -> Any:
    if rules is None:
        return None
    return baked.read(config.dumps(EdgeConfig(buckets=(BUCKET,), territories=(rules,)))).territories[0]


CASES = [
    ("no rules, no country", None, None, "allowed"),
    ("no rules", None, "FR", "allowed"),
    ("allowed", ALLOWING, "DE", "allowed"),
    ("the last that is allowed", ALLOWING, "FR", "allowed"),
    ("not allowed", ALLOWING, "US", "451"),
    ("denied", DENYING, "FR", "451"),
    ("the last that is denied", DENYING, "RU", "451"),
    ("not denied", DENYING, "US", "allowed"),
    ("sent on", SENDING, "DE", "de.media.example"),
    ("not sent on", SENDING, "FR", "allowed"),
    ("denied, so not sent on", BOTH, "FR", "451"),
    ("not denied, so sent on", BOTH, "DE", "x.example"),
    ("shipped: has a host", SHIPPED, "US", "us.media.example"),
    ("shipped: has another host", SHIPPED, "CA", "ca.media.example"),
    ("shipped: has a third host", SHIPPED, "DE", "de.media.example"),
    ("shipped: allowed without a host", SHIPPED, "GB", "allowed"),
    ("shipped: not allowed", SHIPPED, "FR", "451"),
    ("shipped: no country", SHIPPED, None, "451"),
]


@pytest.mark.parametrize(("rules", "country", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_territory_decides(rules: Territory | None, country: str | None, expected: str) -> None:
    assert decide(rules, country) == expected


LICENCES = [
    ("the entry's own countries", "DE", None, ("DE", "US"), "allowed"),
    ("not of the entry's countries", "FR", None, ("DE", "US"), "451"),
    ("the token's countries", "DE", Entitlement(["CA", "DE"]), (), "allowed"),
    ("not of the token's countries", "FR", Entitlement(["CA", "DE"]), (), "451"),
    ("a token for anywhere", "FR", Entitlement(), (), "allowed"),
    ("a token opens no country that the entry has not", "CA", Entitlement(["CA"]), ("DE",), "451"),
    ("an entry opens no country that the token has not", "DE", Entitlement(["CA"]), ("DE",), "451"),
    ("of both", "DE", Entitlement(["DE"]), ("DE",), "allowed"),
]


@pytest.mark.parametrize(
    ("country", "entitlement", "row_countries", "expected"),
    [c[1:] for c in LICENCES],
    ids=[c[0] for c in LICENCES],
)
@pytest.mark.parametrize("rules", [None, DENYING], ids=["without rules", "with rules"])
def test_licences_add_up(
    rules: Territory | None,
    country: str,
    entitlement: Entitlement | None,
    row_countries: tuple[str, ...],
    expected: str,
) -> None:
    without_fr = "451" if rules and country == "FR" else expected
    assert decide(rules, country, entitlement, row_countries) == without_fr


@pytest.mark.parametrize(
    ("entitlement", "row_countries"), [(None, ("GB",)), (Entitlement(["GB"]), ()), (None, ("XX", "YY"))]
)
def test_who_has_no_licence_is_not_sent_on(
    entitlement: Entitlement | None, row_countries: tuple[str, ...]
) -> None:
    assert decide(SHIPPED, "DE", entitlement, row_countries) == "451"


@pytest.mark.parametrize("country", UNKNOWN, ids=ascii)
@pytest.mark.parametrize(
    ("rules", "entitlement", "row_countries"),
    [
        (ALLOWING, None, ()),
        (DENYING, None, ()),
        (None, Entitlement(["DE"]), ()),
        (None, None, ("DE",)),
        (SENDING, Entitlement(["DE"]), ()),
    ],
    ids=["allow", "deny", "token", "entry", "token and redirect"],
)
def test_whose_country_nobody_knows_is_refused_where_it_matters(
    country: str | None,
    rules: Territory | None,
    entitlement: Entitlement | None,
    row_countries: tuple[str, ...],
) -> None:
    assert decide(rules, country, entitlement, row_countries) == "451"


@pytest.mark.parametrize("country", UNKNOWN, ids=ascii)
@pytest.mark.parametrize("rules", [None, SENDING, Territory(name="empty")])
@pytest.mark.parametrize("entitlement", [None, Entitlement(library="kids")])
def test_whose_country_nobody_knows_is_served_where_it_does_not(
    country: str | None, rules: Territory | None, entitlement: Entitlement | None
) -> None:
    assert decide(rules, country, entitlement) == "allowed"


COUNTRIES = ["US", "CA", "GB", "DE", "FR", None]


@pytest.mark.parametrize(
    ("rules", "country", "claims", "row_countries"),
    [
        *product(
            [None, SHIPPED, DENYING, ALLOWING, SENDING, BOTH],
            COUNTRIES,
            [(), ("DE",), ("FR", "US")],
            [(), ("DE",), ("CA", "FR")],
        )
    ],
)
def test_nobody_is_served_or_sent_on_whom_any_rule_keeps_out(
    rules: Territory | None, country: str | None, claims: tuple[str, ...], row_countries: tuple[str, ...]
) -> None:
    lists = [known for known in (rules.allow if rules else (), claims, row_countries) if known]
    denied = rules.deny if rules else ()
    keeps_out = any(country not in known for known in lists) or country in denied
    keeps_out = keeps_out or (country is None and bool(denied))
    assert (decide(rules, country, Entitlement(claims), row_countries) == "451") == keeps_out


@given(st.text(), st.lists(st.sampled_from(["DE", "FR"])), st.lists(st.text(max_size=2)))
def test_no_text_is_too_odd(country: str, claims: list[str], row_countries: list[str]) -> None:
    decision = territory.decide(read(SHIPPED), country, Entitlement(claims), row_countries)
    assert decision.kind in {"allowed", "refused", "redirect"}


@given(st.text(max_size=3))
def test_a_country_is_two_capitals(text: str) -> None:
    is_one = len(text) == 2 and all("A" <= letter <= "Z" for letter in text)
    assert territory.known(text) == (text if is_one else None)
