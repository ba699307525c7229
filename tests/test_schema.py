"""The schema that inputs are held against finds what is wrong with them, at any depth."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pulumi
import pytest

from asset_edge.localcloud import masking
from tests.schema import problems

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
FUNCTION = "aws:lambda/function:Function"
VALID: dict[str, Any] = {
    "enabled": True,
    "defaultCacheBehavior": {
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
        "targetOriginId": "group",
        "viewerProtocolPolicy": "redirect-to-https",
        "lambdaFunctionAssociations": [{"eventType": "origin-request", "lambdaArn": "arn:aws:lambda:x:1"}],
    },
    "origins": [
        {
            "domainName": "b.s3.eu-west-1.amazonaws.com",
            "originId": "primary",
            "customHeaders": [{"name": "x-origin-role", "value": "primary"}],
            "customOriginConfig": {
                "httpPort": 80,
                "httpsPort": 443.0,
                "originProtocolPolicy": "https-only",
                "originSslProtocols": ["TLSv1.2"],
            },
        }
    ],
    "originGroups": [
        {
            "originId": "group",
            "failoverCriteria": {"statusCodes": [403, 500]},
            "members": [{"originId": "primary"}, {"originId": "replica"}],
        }
    ],
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
    "tags": {"anything": "goes"},
}

Place = tuple[str | int, ...]


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """The path to every key of every object; the keys of a map such as tags are free."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(key, str):
            yield (*path, key)
        if key != "tags":
            yield from places(item, (*path, key))


def misspelt(path: Place) -> dict[str, Any]:
    inputs = deepcopy(VALID)
    *way, key = path
    parent: Any = inputs
    for step in way:
        parent = parent[step]
    parent[f"{key}s"] = parent.pop(key)
    return inputs


def test_valid_inputs_have_no_problems() -> None:
    assert problems(DISTRIBUTION, VALID) == []


@pytest.mark.parametrize("path", [pytest.param(p, id=".".join(map(str, p))) for p in places(VALID)])
def test_a_misspelling_is_found_wherever_it_is(path: Place) -> None:
    assert [p for p in problems(DISTRIBUTION, misspelt(path)) if f"{path[-1]}s: no such property" in p] != []


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"enabled": "yes"}, "enabled: 'yes' is not a boolean"),
        ({"httpVersion": 2.0}, "httpVersion: 2.0 is not a string"),
        ({"aliases": "a.example.com"}, "aliases: 'a.example.com' is not a list"),
        ({"tags": ["a"]}, "tags: ['a'] is not a map"),
        ({"tags": {"a": {}}}, "tags[a]: {} is not a string"),
        ({"restrictions": []}, "restrictions: [] is not an object"),
        ({"restrictions": {"geoRestriction": {}}}, "geoRestriction.restrictionType: missing"),
        ({"comment": masking.marked(3.0)}, "comment: 3.0 is not a string"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_its_path(inputs: dict[str, Any], problem: str) -> None:
    (told,) = problems(DISTRIBUTION, VALID | inputs)
    assert told.endswith(problem)


@pytest.mark.parametrize(
    ("code", "fits"),
    [
        (pulumi.FileArchive("x.zip"), True),
        ({"archive": {"index.py": "0" * 64}}, True),
        ({"uri": "https://example.com/x.zip"}, True),
        ("[secret]", True),
        ("x.zip", False),
        ({}, False),
        ({"archive": {}, "path": "x.zip"}, False),
    ],
)
def test_code_is_an_archive_or_what_a_plan_tells_of_one(code: Any, fits: bool) -> None:
    assert (problems(FUNCTION, {"role": "r", "code": code}) == []) == fits


def test_a_type_that_is_not_in_the_schema_is_a_problem_and_one_of_another_provider_is_not() -> None:
    assert len(problems("aws:made/up:Up", {})) == 1
    assert problems("other:index:Thing", {"a": 1}) == []
