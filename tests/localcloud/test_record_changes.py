"""Batches of changes to a zone: what they make of it, and what Route 53 refuses."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.localcloud.aws_api import ApiError
from asset_edge.localcloud.record_changes import Key, Record, changed, full_name, key

ZONE = "example.test."


def record(name: str = "a.example.test", type_: str = "A", value: str = "192.0.2.1", **more: Any) -> Record:
    return {"Name": name, "Type": type_, "TTL": 5, "ResourceRecords": [{"Value": value}], **more}


def alias(name: str = "a.example.test", **more: Any) -> Record:
    target = {"DNSName": "D1.cloudfront.net", "HostedZoneId": "Z2", "EvaluateTargetHealth": False}
    return {"Name": name, "Type": "A", "AliasTarget": target, **more}


def weighted(identifier: str = "one", weight: int = 1, **more: Any) -> Record:
    return record(SetIdentifier=identifier, Weight=weight, **more)


OWN = [record("example.test", "NS", "ns.test"), record("example.test", "SOA", "ns. root. 1 1 1 1 1")]


def zone(*records: Record) -> dict[Key, Record]:
    return {key(one): one for one in (*OWN, *records)}


def batch(*changes: tuple[str, Record]) -> list[Mapping[str, Any]]:
    return [{"Action": action, "ResourceRecordSet": one} for action, one in changes]


def after(before: Mapping[Key, Record], *changes: tuple[str, Record]) -> list[Record]:
    """What is there besides the zone's own."""
    return list(changed(before, batch(*changes), ZONE).values())[len(OWN) :]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A.Example.Test", "a.example.test."),
        ("a.example.test.", "a.example.test."),
        ("\\052.example.test.", "*.example.test."),
    ],
)
def test_names_are_compared_in_one_form(name: str, expected: str) -> None:
    assert full_name(name) == expected
    assert key(record(name)) == Key(expected, "A", None)


APPLIED: list[Any] = [
    pytest.param([], [("CREATE", record())], [record()], id="created"),
    pytest.param([], [("UPSERT", record())], [record()], id="upserted into nothing"),
    pytest.param([record()], [("UPSERT", record(TTL=9))], [record(TTL=9)], id="overwritten"),
    pytest.param([record()], [("DELETE", record("A.example.test."))], [], id="deleted"),
    pytest.param([alias()], [("DELETE", alias())], [], id="alias deleted"),
    pytest.param(
        [record(), record(type_="AAAA", value="::1")],
        [("DELETE", record())],
        [record(type_="AAAA", value="::1")],
        id="only of that type",
    ),
    pytest.param(
        [weighted(), weighted("two"), weighted(name="b.example.test")],
        [("DELETE", weighted())],
        [weighted("two"), weighted(name="b.example.test")],
        id="only of that name and identifier",
    ),
    pytest.param(
        [record(type_="CNAME", value="x.test")],
        [("DELETE", record(type_="CNAME", value="x.test")), ("CREATE", record())],
        [record()],
        id="of another type in one batch",
    ),
    pytest.param(
        [record()],
        [("DELETE", record()), ("CREATE", weighted())],
        [weighted()],
        id="weighted from now on",
    ),
    pytest.param(
        [weighted()], [("CREATE", alias(SetIdentifier="two", Weight=0))], None, id="weighted alias beside"
    ),
    pytest.param([], [("CREATE", record("*.example.test"))], [record("*.example.test")], id="wildcard"),
]


@pytest.mark.parametrize(("before", "changes", "expected"), APPLIED)
def test_changes_are_applied(before: Any, changes: Any, expected: Any) -> None:
    found = after(zone(*before), *changes)
    assert found == ([*before, *(one for _, one in changes)] if expected is None else expected)


def test_values_in_another_order_are_the_same_to_delete() -> None:
    values = [{"Value": "192.0.2.1"}, {"Value": "192.0.2.2"}]
    there = record(ResourceRecords=values)
    assert after(zone(there), ("DELETE", record(ResourceRecords=values[::-1]))) == []


EXISTS = (
    r"^\[Tried to create resource record set \[name='a.example.test.', type='A'.*but it already exists\]$"
)
REFUSED: list[Any] = [
    pytest.param([record()], [("CREATE", record(value="192.0.2.9"))], EXISTS, id="created twice"),
    pytest.param(
        [weighted()], [("CREATE", weighted(weight=2))], "set identifier='one'", id="identifier twice"
    ),
    pytest.param([], [("CREATE", record()), ("CREATE", record())], EXISTS, id="twice in a batch"),
    pytest.param([], [("DELETE", record())], "but it was not found", id="deleted, not there"),
    pytest.param([record()], [("DELETE", record(TTL=6))], "values provided do not match", id="other TTL"),
    pytest.param([record()], [("DELETE", record(value="192.0.2.2"))], "do not match", id="other value"),
    pytest.param([weighted()], [("DELETE", weighted(weight=3))], "do not match", id="other weight"),
    pytest.param(
        [weighted(HealthCheckId="h")], [("DELETE", weighted())], "do not match", id="without its check"
    ),
    pytest.param([], [("CREATE", record("a.other.test"))], "not permitted in zone", id="elsewhere"),
    pytest.param([], [("CREATE", record("badexample.test"))], "not permitted in zone", id="ends alike"),
    pytest.param([record()], [("CREATE", weighted())], "simple and routed", id="weighted beside simple"),
    pytest.param([weighted()], [("UPSERT", record())], "simple and routed", id="simple beside weighted"),
    pytest.param(
        [weighted()],
        [("CREATE", record(SetIdentifier="two", Region="eu-west-1"))],
        "routed two ways",
        id="latency beside weights",
    ),
    pytest.param(
        [record()], [("CREATE", record(type_="CNAME", value="x.test"))], "type CNAME.*conflicts", id="CNAME"
    ),
    pytest.param(
        [record(type_="CNAME", value="x.test")],
        [("UPSERT", record())],
        "type CNAME.*conflicts",
        id="to CNAME",
    ),
    pytest.param(
        [], [("CREATE", record("example.test", "CNAME", "x.test"))], "not permitted at apex", id="at the apex"
    ),
    pytest.param([], [("DELETE", OWN[0])], "at least one NS record", id="its name servers"),
    pytest.param([], [("DELETE", OWN[1])], "its own SOA", id="its SOA"),
]


@pytest.mark.parametrize(("before", "changes", "why"), REFUSED)
def test_what_route_53_refuses_changes_nothing(before: Any, changes: Any, why: str) -> None:
    there = zone(*before)
    kept = dict(there)
    with pytest.raises(ApiError) as refused:
        changed(there, batch(("CREATE", record("z.example.test")), *changes), ZONE)
    assert refused.value.code == "InvalidChangeBatch"
    assert re.search(why, refused.value.message)
    assert there == kept


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(ApiError) as refused:
        changed(zone(), batch(("DELETE", record()), ("DELETE", record("b.example.test"))), ZONE)
    assert refused.value.message.count("was not found") == 2


INPUTS: list[Any] = [
    pytest.param(record(Weight=1), "Missing field SetIdentifier", id="a weight alone"),
    pytest.param(record(SetIdentifier="s"), "Missing field one of Failover", id="an identifier alone"),
    pytest.param(weighted(weight=256), "Weight is 256; 0 to 255 is allowed", id="too heavy"),
    pytest.param({"Name": "a.example.test", "Type": "A"}, "exactly one of", id="neither value nor alias"),
    pytest.param({"Name": "a.example.test", "Type": "A", "TTL": 5}, "exactly one of", id="no value"),
    pytest.param(record(**alias()), "exactly one of", id="value and alias"),
    pytest.param(
        record(SetIdentifier="s", CidrRoutingConfig={}), "does not model CidrRoutingConfig", id="not modelled"
    ),
]


@pytest.mark.parametrize(("odd", "why"), INPUTS)
def test_input_that_is_none_is_refused(odd: Record, why: str) -> None:
    with pytest.raises(ApiError, match=why) as refused:
        changed(zone(), batch(("CREATE", odd)), ZONE)
    assert refused.value.code == "InvalidInput"


@pytest.mark.parametrize(("action", "most"), [("CREATE", 1000), ("UPSERT", 500)])
def test_a_batch_has_so_many_values_and_an_overwrite_counts_twice(action: str, most: int) -> None:
    values = [{"Value": f"192.0.{n // 256}.{n % 256}"} for n in range(most + 1)]
    assert after(zone(), (action, record(ResourceRecords=values[:most])))
    with pytest.raises(ApiError, match="limit of 1000"):
        changed(zone(), batch((action, record(ResourceRecords=values))), ZONE)


NAMES = st.sampled_from(["a.example.test", "b.example.test"])
RECORDS = st.one_of(
    st.builds(record, NAMES, st.sampled_from(["A", "CNAME", "TXT"]), st.sampled_from(["1", "2"])),
    st.builds(weighted, st.sampled_from(["x", "y"]), st.integers(0, 2), name=NAMES),
    st.builds(alias, NAMES),
)
BATCHES = st.lists(
    st.lists(st.tuples(st.sampled_from(["CREATE", "UPSERT", "DELETE"]), RECORDS), max_size=3), max_size=8
)


@given(BATCHES)
def test_whatever_is_asked_a_zone_stays_one_that_route_53_would_serve(
    batches: list[list[tuple[str, Record]]],
) -> None:
    there = zone()
    for changes in batches:
        try:
            new = changed(there, batch(*changes), ZONE)
        except ApiError:
            continue
        if changes and changes[-1][0] != "DELETE":
            assert new[key(changes[-1][1])] == changes[-1][1]
        there = new
    assert all(key(own) in there for own in OWN)
    for which in there:
        beside = [other for other in there if other.name == which.name]
        assert which.type != "CNAME" or {other.type for other in beside} == {"CNAME"}
        assert len({o.set_identifier is None for o in beside if o.type == which.type}) == 1
