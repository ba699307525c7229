"""What cannot be built of what arrives is refused by the argument's name, before anything is registered."""

from collections.abc import Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.rpc import status_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import errors_pb2

from tests.plugin.cases import (
    CASES,
    FUNCTION_TOLD,
    ORIGIN,
    PAIR,
    distribution_told,
)
from tests.plugin.served import UNKNOWN, Plugin, old_secret, output

TARGET = {"region": "us-east-1", "weight": 1, "bucket": "a", "bucketArn": "b", "domainName": "c"}
LOGS = CASES["logs"].told
REGISTRY = CASES["registry"].told
DISTRIBUTION = distribution_told("arn:aws:lambda:us-east-1:111122223333:function:f:1")

ROWS: dict[str, tuple[str, Mapping[str, Any], Mapping[str, Any], str]] = {
    "half a number": ("ReplicatedBucketPair", PAIR, {"noncurrentVersionDays": 3.5}, "noncurrentVersionDays"),
    "no number at all": (
        "ReplicatedBucketPair",
        PAIR,
        {"noncurrentVersionDays": float("nan")},
        "noncurrentVersionDays",
    ),
    "without an end": ("LogBucket", LOGS, {"expirationDays": float("inf")}, "expirationDays"),
    "a number as a text": ("LogBucket", LOGS, {"expirationDays": "7"}, "expirationDays"),
    "a boolean for a number": ("LogBucket", LOGS, {"expirationDays": True}, "expirationDays"),
    "a text for a boolean": ("LogBucket", LOGS, {"protect": "false"}, "protect"),
    "a number for a text": ("LogBucket", LOGS, {"accountId": 111122223333}, "accountId"),
    "an object for a text": ("LogBucket", LOGS, {"bucket": {"name": "logs"}}, "bucket"),
    "a text for a list": ("AssetRegistry", REGISTRY, {"regions": "eu-west-1"}, "regions"),
    "a list for an object": ("ReplicatedBucketPair", PAIR, {"tags": ["a"]}, "tags"),
    "a number in a list": ("AssetRegistry", REGISTRY, {"regions": ["eu-west-1", 2]}, "regions[1]"),
    "a text in an object": ("ReplicatedBucketPair", PAIR, {"tags": {"a": 1}}, "tags.a"),
    "half a number deep inside": (
        "WeightedS3Origin",
        ORIGIN,
        {"targets": [TARGET, TARGET | {"weight": 0.5}]},
        "targets[1].weight",
    ),
    "an unknown name": ("LogBucket", LOGS, {"expirationDay": 7}, "expirationDay"),
    "a Python name": ("LogBucket", LOGS, {"account_id": "111122223333"}, "account_id"),
    "an unknown name deep inside": (
        "WeightedS3Origin",
        ORIGIN,
        {"targets": [TARGET | {"arn": "x"}]},
        "targets[0].arn",
    ),
    "a missing one": ("WeightedS3Origin", {"zoneId": "Z1", "targets": []}, {}, "recordName"),
    "a missing one deep inside": (
        "WeightedS3Origin",
        ORIGIN,
        {"targets": [{"region": "us-east-1"}]},
        "targets[0].weight",
    ),
    "an output that decides names": (
        "ReplicatedBucketPair",
        PAIR,
        {"primaryBucket": output("acme-us")},
        "primaryBucket",
    ),
    "a region not known yet": ("LogBucket", LOGS, {"region": UNKNOWN}, "region"),
    "a region not known yet, with its resource": ("LogBucket", LOGS, {"region": output()}, "region"),
    "a secret number": ("LogBucket", LOGS, {"expirationDays": old_secret(7)}, "expirationDays"),
    "an output as a number": ("LogBucket", LOGS, {"expirationDays": output(7)}, "expirationDays"),
    "a whole object that is secret": (
        "WeightedS3Origin",
        ORIGIN,
        {"urlProbe": old_secret({"secretPath": "x"})},
        "urlProbe",
    ),
    "a secret within objects, sent in the old way": (
        "WeightedS3Origin",
        ORIGIN,
        {"targets": [TARGET | {"bucket": old_secret("b")}]},
        "targets",
    ),
    "a whole list that is an output": ("WeightedS3Origin", ORIGIN, {"targets": output([TARGET])}, "targets"),
    "a whole list not known yet": ("WeightedS3Origin", ORIGIN, {"targets": UNKNOWN}, "targets"),
    "an object that is an output": (
        "AssetDistribution",
        DISTRIBUTION,
        {"geoRestriction": output({"restrictionType": "none"})},
        "geoRestriction",
    ),
    "a file not known yet": ("EdgeFunction", FUNCTION_TOLD, {"files": {"a.json": output()}}, "files.a.json"),
    "files not known yet": ("EdgeFunction", FUNCTION_TOLD, {"files": UNKNOWN}, "files"),
    "a number for a file": ("EdgeFunction", FUNCTION_TOLD, {"files": {"a.json": 1}}, "files.a.json"),
    "a statement that is an output": (
        "EdgeFunction",
        FUNCTION_TOLD,
        {"statements": [output({"Sid": "A"})]},
        "statements[0]",
    ),
    "a word that is none of the choices": (
        "EdgeFunction",
        FUNCTION_TOLD,
        {"eventTypes": ["viewer"]},
        "eventTypes[0]",
    ),
    "both forms of one argument": (
        "AssetDistribution",
        DISTRIBUTION,
        {"webAcl": {}, "webAclArn": "arn"},
        "webAclArn",
    ),
    "two probes": ("WeightedS3Origin", ORIGIN, {"scheduledProbe": {}}, "urlProbe"),
    "without what is told": (
        "AssetDistribution",
        DISTRIBUTION,
        {"defaultRootObject": "index.html"},
        "without",
    ),
    "without what must be": ("AssetDistribution", DISTRIBUTION, {"without": ["origins"]}, "without[0]"),
    "what a dataclass inside refuses": (
        "AssetDistribution",
        DISTRIBUTION,
        {"errorPages": [{"errorCode": 418}]},
        "errorPages[0]",
    ),
}


def details(error: grpc.RpcError) -> list[str]:
    """The arguments that the engine is told of."""
    (packed,) = [v for k, v in error.trailing_metadata() if k == "grpc-status-details-bin"]
    properties = errors_pb2.InputPropertiesError()
    status_pb2.Status.FromString(packed).details[0].Unpack(properties)
    return [one.property_path for one in properties.errors]


@pytest.mark.parametrize(("component", "good", "changed", "path"), ROWS.values(), ids=ROWS)
def test_an_argument_is_refused_by_its_name(
    component: str, good: Mapping[str, Any], changed: Mapping[str, Any], path: str, started: Plugin
) -> None:
    error = started.refusal(component, {**good, **changed})
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details(error) == [path]
    assert error.details().startswith(f"asset-edge:index:{component} refused: {path} ")
    assert "Traceback" not in error.details()
    assert "File " not in error.details()


@pytest.mark.parametrize(
    ("component", "told", "said"),
    [
        (
            "ReplicatedBucketPair",
            PAIR | {"replicaRegion": "us-east-1"},
            "a copy in the same region survives nothing",
        ),
        (
            "ReplicatedBucketPair",
            PAIR | {"encryption": "aws:kms", "accountId": "111122223333"},
            "Name your own",
        ),
        ("LogBucket", {**LOGS, "bucket": "a.b"}, "has a dot"),
        ("BucketGrant", {"buckets": {}}, "buckets is empty"),
        ("EdgeFunction", FUNCTION_TOLD | {"entry": "handlers.edge.nothing"}, "handlers.edge.nothing"),
        ("AssetDistribution", DISTRIBUTION | {"edgeConfig": "not json"}, "configuration is not JSON"),
    ],
)
def test_what_a_component_refuses_is_said_in_its_own_words(
    component: str, told: Mapping[str, Any], said: str, started: Plugin
) -> None:
    error = started.refusal(component, told)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert said in error.details()
    assert "Traceback" not in error.details()


def test_a_component_that_is_not_there_is_answered_with_those_that_are(started: Plugin) -> None:
    error = started.refusal("AssetRegistri", {})
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "asset-edge:index:AssetRegistry" in error.details()


def test_a_mistyped_name_is_answered_with_the_one_that_was_meant(started: Plugin) -> None:
    assert (
        "Did you mean expirationDays?" in started.refusal("LogBucket", {**LOGS, "expiratonDays": 7}).details()
    )


def test_what_is_meant_may_be_an_argument_of_the_plugin_alone(started: Plugin) -> None:
    error = started.refusal("EdgeFunction", {**FUNCTION_TOLD, "sources": "here"})
    assert "Did you mean source?" in error.details()


@pytest.mark.parametrize("wrong", ["31337", '{"buckets": 31337}', '{"buckets": [], "31337": 1}'])
def test_a_secret_configuration_is_in_no_message(wrong: str, started: Plugin) -> None:
    open_error = started.refusal("AssetDistribution", {**DISTRIBUTION, "edgeConfig": wrong})
    assert open_error.details().startswith(
        "asset-edge:index:AssetDistribution refused: edgeConfig is no conf"
    )
    error = started.refusal("AssetDistribution", {**DISTRIBUTION, "edgeConfig": old_secret(wrong)})
    assert "it is secret" in error.details()
    assert "31337" not in error.details()


@pytest.mark.parametrize(
    "files", [old_secret({"a.txt": 31337}), {"a.txt": output(31337, secret=True)}, {"a.txt": 31337}]
)
def test_a_file_that_may_be_secret_is_in_no_message(files: Any, started: Plugin) -> None:
    error = started.refusal("EdgeFunction", {**FUNCTION_TOLD, "files": files})
    assert "files.a.txt is a number" in error.details()
    assert "31337" not in error.details()


def test_an_output_of_another_type_is_refused_when_it_is_known(started: Plugin) -> None:
    error = started.refusal("BucketGrant", {"buckets": {"us-east-1": output(7.0)}})
    assert "buckets.us-east-1 is a number" in error.details()


def test_whole_floats_are_whole_numbers(started: Plugin) -> None:
    built = started.construct("LogBucket", "it", {**LOGS, "expirationDays": 7.0})
    (rule,) = built.named("it-lifecycle").inputs["rules"]
    assert rule["expiration"]["days"] == 7


def test_after_a_refusal_the_next_component_is_built(started: Plugin) -> None:
    started.refusal("LogBucket", {})
    assert started.construct("LogBucket", "it", LOGS).named("it-bucket").custom
