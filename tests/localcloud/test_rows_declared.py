"""Types that are only recorded: ids and outputs have AWS's shapes, and every type of the family has a row."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.rows import mark, pascal, plain, tag_list
from asset_edge.localcloud.rows_declared import ROWS
from asset_edge.localcloud.table import ROWS as ALL

CLIENTS = Clients("http://127.0.0.1:1")
SCHEMA = json.loads((Path(__file__).parents[1] / "aws-schema-subset.json").read_text())["resources"]
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"


def created(resource_type: str, **inputs: Any) -> Any:
    return ROWS[resource_type].create({"region": "eu-west-1", "name": "named", **inputs}, CLIENTS)


@pytest.mark.parametrize(
    ("resource_type", "inputs", "output", "expected"),
    [
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {},
            "arn",
            "arn:aws:logs:eu-west-1:123456789012:log-group:named",
        ),
        (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {},
            "arn",
            r"arn:aws:cloudwatch:eu-west-1:\d+:alarm:named",
        ),
        ("aws:cloudwatch/eventRule:EventRule", {}, "arn", r"arn:aws:events:eu-west-1:\d+:rule/named"),
        ("aws:iam/policy:Policy", {}, "arn", r"arn:aws:iam::\d+:policy/named"),
        ("aws:kms/key:Key", {}, "arn", r"arn:aws:kms:eu-west-1:\d+:key/mrk-[0-9a-f]{32}"),
        ("aws:kms/key:Key", {}, "keyId", r"mrk-[0-9a-f]{32}"),
        ("aws:sns/topic:Topic", {}, "arn", r"arn:aws:sns:eu-west-1:\d+:named"),
        ("aws:sqs/queue:Queue", {}, "url", r"https://sqs.eu-west-1.amazonaws.com/\d+/named"),
        (
            "aws:acm/certificate:Certificate",
            {"domainName": "a.test"},
            "arn",
            rf"arn:aws:acm:eu-west-1:\d+:certificate/{UUID}",
        ),
        ("aws:wafv2/webAcl:WebAcl", {}, "arn", rf"arn:aws:wafv2:eu-west-1:\d+:global/webacl/named/{UUID}"),
        (
            "aws:lambda/functionUrl:FunctionUrl",
            {"functionName": "f"},
            "functionUrl",
            r"https://[0-9a-f]{32}\.lambda-url\.eu-west-1\.on\.aws/",
        ),
    ],
)
def test_outputs_have_awss_shape(resource_type: str, inputs: Any, output: str, expected: str) -> None:
    assert re.fullmatch(expected, created(resource_type, **inputs).outputs[output])


@pytest.mark.parametrize(
    ("resource_type", "inputs", "expected"),
    [
        ("aws:iam/rolePolicy:RolePolicy", {"role": "r"}, "r:named"),
    ],
)
def test_ids_have_awss_shape(resource_type: str, inputs: Any, expected: str) -> None:
    assert re.fullmatch(expected, created(resource_type, **inputs).id)


@pytest.mark.parametrize("resource_type", sorted(ROWS))
def test_every_declared_type_gives_an_id_its_inputs_and_no_effect(resource_type: str) -> None:
    given = {"domainName": "a.test", "tags": {"a": "b"}}
    state = created(resource_type, **given)
    assert state.id
    assert given.items() <= state.outputs.items()
    assert state.outputs["tagsAll"] == {"a": "b"}
    assert not ROWS[resource_type].effect


@pytest.mark.parametrize("resource_type", sorted(set(ALL) & set(SCHEMA)))
def test_no_row_invents_an_output(resource_type: str) -> None:
    declared = {"tagsAll", "name"} | set(SCHEMA[resource_type]["inputProperties"])
    declared |= set(SCHEMA[resource_type]["outputOnlyProperties"] or ())
    if resource_type in ROWS:
        assert set(created(resource_type, domainName="a.test").outputs) - {"domainName", "region"} <= declared


def test_the_same_inputs_give_the_same_id() -> None:
    one, same, other = (created("aws:kms/key:Key", description=d).id for d in ("a", "a", "b"))
    assert one == same != other


def test_a_name_and_its_wildcard_are_validated_by_one_record() -> None:
    names = {"domainName": "a.test", "subjectAlternativeNames": ["*.a.test", "b.test", "a.test"]}
    options = created("aws:acm/certificate:Certificate", **names).outputs["domainValidationOptions"]
    assert [option["domainName"] for option in options] == ["a.test", "*.a.test", "b.test"]
    records = [option["resourceRecordName"] for option in options]
    assert records[0] == records[1] != records[2]
    assert records[0].endswith(".a.test.")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3.0, 3),
        (0.5, 0.5),
        (True, True),
        ({"a": [1.0, {"b": 2.0}]}, {"a": [1, {"b": 2}]}),
        ({"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": 1.0}, 1),
    ],
)
def test_inputs_lose_the_sdks_marks(value: Any, expected: Any) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_documents_get_the_apis_words() -> None:
    document = {"maxAgeSeconds": 1, "rules": [{"sseAlgorithm": "x"}]}
    assert pascal(document, {"sseAlgorithm": "SSEAlgorithm"}) == {
        "MaxAgeSeconds": 1,
        "Rules": [{"SSEAlgorithm": "x"}],
    }


def test_tags_are_a_list_for_most_apis() -> None:
    assert tag_list({"a": "b"}) == [{"Key": "a", "Value": "b"}]
    assert tag_list(None) == []


def test_marks_follow_values_and_length() -> None:
    assert mark("a") != mark("b")
    assert len(mark("a", length=5)) == 5
    assert mark(Path("x")) == mark(Path("x"))
