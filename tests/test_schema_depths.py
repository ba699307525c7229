"""The schema check finds what was planted: misspelt, missing or of a wrong type, by table, depth by depth."""

import json
import re
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from tests import schema
from tests.engine import deploy

RULE: dict[str, Any] = {
    "id": "all",
    "status": "Enabled",
    "priority": 1,
    "filter": {"and": {"prefix": "img/", "tags": {"kind": "photo"}}},
    "deleteMarkerReplication": {"status": "Enabled"},
    "destination": {
        "bucket": "arn:aws:s3:::copy",
        "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
    },
}
REPLICATION = {"bucket": "assets", "role": "arn:aws:iam::1:role/r", "rules": [RULE, RULE]}
TYPE = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"

MISSPELT: list[tuple[str, list[Any], str, str]] = [
    ("depth 1", [], "bukcet", ".bukcet: no such property"),
    ("depth 2, first in a list", ["rules", 0], "statuss", ".rules[0].statuss: no such property"),
    ("depth 2, last in a list", ["rules", 1], "Priority", ".rules[1].Priority: no such property"),
    ("depth 2, in Python's spelling", ["rules", 0], "delete_marker", ".rules[0].delete_marker: no such"),
    ("depth 3", ["rules", 0, "destination"], "buckets", ".rules[0].destination.buckets: no such property"),
    ("depth 3, in an and", ["rules", 1, "filter", "and"], "prefixx", ".rules[1].filter.and.prefixx: no such"),
    (
        "depth 5",
        ["rules", 0, "destination", "replicationTime", "time"],
        "minute",
        ".rules[0].destination.replicationTime.time.minute: no such property",
    ),
]
MISSING: list[tuple[str, list[Any], str, str]] = [
    ("depth 1", [], "role", ".role: missing"),
    ("depth 2", ["rules", 1], "status", ".rules[1].status: missing"),
    ("depth 3", ["rules", 0, "destination"], "bucket", ".rules[0].destination.bucket: missing"),
    (
        "depth 5",
        ["rules", 0, "destination", "replicationTime", "time"],
        "minutes",
        ".rules[0].destination.replicationTime.time.minutes: missing",
    ),
]
WRONG: list[tuple[str, list[Any], str, Any, str]] = [
    ("a number for a string", [], "bucket", 7, ".bucket: 7 is not a string"),
    ("a list for a string", [], "bucket", ["a"], ".bucket: ['a'] is not a string"),
    ("an object for a list", [], "rules", {"0": RULE}, " is not a list"),
    ("a string for an object", ["rules", 0], "destination", "copy", ".destination: 'copy' is not an object"),
    ("a string for a number", ["rules", 1], "priority", "1", ".rules[1].priority: '1' is not a integer"),
    ("a boolean for a number", ["rules", 1], "priority", True, ".rules[1].priority: True is not a integer"),
    ("a boolean for a string", ["rules", 0], "status", True, ".rules[0].status: True is not a string"),
    (
        "a list for a map",
        ["rules", 0, "filter", "and"],
        "tags",
        ["x"],
        ".filter.and.tags: ['x'] is not a map",
    ),
    ("a number in a map", ["rules", 0, "filter", "and"], "tags", {"x": 1}, ".tags[x]: 1 is not a string"),
    ("a string in a list of objects", [], "rules", [RULE, "all"], ".rules[1]: 'all' is not an object"),
]


def at(path: list[Any]) -> tuple[dict[str, Any], Any]:
    """A fresh copy of inputs that fit, and the object at `path` in it."""
    inputs = json.loads(json.dumps(REPLICATION))
    spot = inputs
    for step in path:
        spot = spot[step]
    return inputs, spot


def test_what_fits_has_no_problems() -> None:
    assert schema.problems(TYPE, REPLICATION) == []


@pytest.mark.parametrize(("path", "name", "found"), [m[1:] for m in MISSPELT], ids=[m[0] for m in MISSPELT])
def test_a_misspelling_is_found(path: list[Any], name: str, found: str) -> None:
    inputs, spot = at(path)
    spot[name] = "x"
    assert [p for p in schema.problems(TYPE, inputs) if found in p], schema.problems(TYPE, inputs)


@pytest.mark.parametrize(("path", "name", "found"), [m[1:] for m in MISSING], ids=[m[0] for m in MISSING])
def test_a_missing_property_is_found(path: list[Any], name: str, found: str) -> None:
    inputs, spot = at(path)
    del spot[name]
    assert schema.problems(TYPE, inputs) == [f"{TYPE}{found}"]


@pytest.mark.parametrize(
    ("path", "name", "value", "found"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_a_wrong_type_is_found(path: list[Any], name: str, value: Any, found: str) -> None:
    inputs, spot = at(path)
    spot[name] = value
    problems = schema.problems(TYPE, inputs)
    assert len(problems) == 1
    assert found in problems[0]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(
            {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": 7}, id="7"
        ),
        pytest.param(
            {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": []}, id="[]"
        ),
    ],
)
def test_a_secret_is_held_to_the_type_of_what_it_hides(value: Any) -> None:
    assert len(schema.problems(TYPE, {**REPLICATION, "bucket": value})) == 1
    assert schema.problems(TYPE, {**REPLICATION, "bucket": {**value, "value": "assets"}}) == []


def test_what_is_unknown_at_preview_fits_everywhere() -> None:
    unknown = pulumi.output.Unknown()  # type: ignore[no-untyped-call]
    assert schema.problems(TYPE, {"bucket": unknown, "role": unknown, "rules": [unknown]}) == []


def test_either_of_two_types_fits_and_a_third_does_not() -> None:
    kind, policy = "aws:s3/bucketPolicy:BucketPolicy", {"Version": "2012-10-17", "Statement": []}
    told = {"bucket": "assets", "policy": "{}"}
    assert schema.problems(kind, told) == []
    assert schema.problems(kind, {**told, "policy": policy}) == []
    assert len(schema.problems(kind, {**told, "policy": 7})) == 1


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"id": "a", "status": "Enabled", "filterr": {}}, r"rules\[0\]\.filterr: no such property"),
        ({"id": "a", "status": "Enabled", "expiration": {"day": 1}}, r"expiration\.day: no such property"),
        ({"id": "a"}, r"rules\[0\]\.status: missing"),
    ],
    ids=["depth 2", "depth 3", "missing"],
)
def test_a_program_with_a_misspelling_does_not_deploy(rule: Any, found: str) -> None:
    def build() -> None:
        aws.s3.BucketLifecycleConfiguration("assets-lifecycle", bucket="assets", rules=[rule])

    with pytest.raises(AssertionError, match=f"assets-lifecycle: .*{found}"):
        deploy(build)


def test_what_was_added_shadows_nothing_and_refers_to_nothing_that_is_not_there() -> None:
    subset, additions = (json.loads(file.read_text()) for file in schema.SCHEMA_FILES)
    for part in ("resources", "types"):
        assert not subset[part].keys() & additions[part].keys(), "a type has one description"
    refs = re.findall(r'"#/types/([^"]+)"', json.dumps(additions))
    assert [ref for ref in refs if ref not in schema.schema()["types"]] == []
    assert "aws:kms/keyPolicy:KeyPolicy" in schema.schema()["resources"]
