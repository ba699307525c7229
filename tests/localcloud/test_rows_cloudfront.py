"""CloudFront's rows: what is declared is made, read back, changed and deleted through the API."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.errors import Unsupported
from asset_edge.localcloud.rows_cloudfront import ROWS
from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import BEHAVIOR, CACHING_DISABLED, FUNCTION_ARN, INPUTS, TYPE, create
from tests.localcloud.test_cloudfront_collections import pem
from tests.localcloud.test_distribution_config import missing

SCHEMA = json.loads((Path(__file__).parents[1] / "aws-schema-subset.json").read_text())["resources"]
POLICY_KEY = {
    "enableAcceptEncodingGzip": True,
    "enableAcceptEncodingBrotli": True,
    "headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["Accept"]}},
    "cookiesConfig": {"cookieBehavior": "none"},
    "queryStringsConfig": {"queryStringBehavior": "whitelist", "queryStrings": {"items": ["w", "h"]}},
}
RESPONSE_HEADERS: dict[str, Any] = {
    "name": "mine",
    "comment": "c",
    "corsConfig": {
        "accessControlAllowCredentials": False,
        "accessControlAllowHeaders": {"items": ["*"]},
        "accessControlAllowMethods": {"items": ["GET", "HEAD"]},
        "accessControlAllowOrigins": {"items": ["https://www.example.com"]},
        "accessControlExposeHeaders": {"items": ["etag"]},
        "accessControlMaxAgeSec": 5,
        "originOverride": True,
    },
    "securityHeadersConfig": {
        "contentSecurityPolicy": {"contentSecurityPolicy": "default-src 'self'", "override": True},
        "contentTypeOptions": {"override": True},
        "frameOptions": {"frameOption": "SAMEORIGIN", "override": False},
        "referrerPolicy": {"override": False, "referrerPolicy": "no-referrer"},
        "strictTransportSecurity": {
            "accessControlMaxAgeSec": 31536000,
            "includeSubdomains": True,
            "override": False,
            "preload": True,
        },
        "xssProtection": {"modeBlock": True, "override": False, "protection": True},
    },
    "customHeadersConfig": {"items": [{"header": "x-a", "value": "1", "override": True}]},
    "removeHeadersConfig": {"items": [{"header": "x-powered-by"}]},
    "serverTimingHeadersConfig": {"enabled": True, "samplingRate": 12.5},
}


@dataclass(frozen=True)
class Case:
    name: str
    inputs: dict[str, Any]
    change: dict[str, Any]
    outputs: frozenset[str] = frozenset({"arn", "etag"})
    needs: dict[str, str] = field(default_factory=dict)
    """Inputs that are the id of another resource, by the type it is of."""

    @property
    def type(self) -> str:
        return f"aws:cloudfront/{self.name[0].lower()}{self.name[1:]}:{self.name}"

    def made(self, cloud: Cloud) -> dict[str, Any]:
        """The inputs, with what they need made before."""
        made: dict[str, Any] = {"region": "us-east-1", **self.inputs}
        for name, kind in self.needs.items():
            needed = next(case for case in CASES if case.name == kind)
            needed_id = cloud.create(needed.type, **needed.made(cloud)).id
            made[name] = [needed_id] if name == "items" else needed_id
        return made


CASES = [
    Case(
        "CachePolicy", {"name": "mine", "parametersInCacheKeyAndForwardedToOrigin": POLICY_KEY}, {"minTtl": 5}
    ),
    Case(
        "OriginRequestPolicy",
        {
            "name": "mine",
            "headersConfig": {"headerBehavior": "allViewer"},
            "cookiesConfig": {"cookieBehavior": "all"},
            "queryStringsConfig": {"queryStringBehavior": "all"},
        },
        {"comment": "changed"},
    ),
    Case("ResponseHeadersPolicy", RESPONSE_HEADERS, {"name": "renamed", "customHeadersConfig": None}),
    Case(
        "OriginAccessControl",
        {
            "name": "mine",
            "originAccessControlOriginType": "s3",
            "signingBehavior": "no-override",
            "signingProtocol": "sigv4",
        },
        {"signingBehavior": "always"},
    ),
    Case(
        "PublicKey",
        {"name": "mine", "encodedKey": pem()},
        {"comment": "changed"},
        frozenset({"etag", "callerReference"}),
    ),
    Case(
        "KeyGroup",
        {"name": "mine"},
        {"comment": "changed"},
        frozenset({"etag"}),
        needs={"items": "PublicKey"},
    ),
    Case("Distribution", INPUTS | {"tags": {"a": "1"}}, {"comment": "changed", "tags": {"b": "2"}}),
    Case(
        "MonitoringSubscription",
        {
            "monitoringSubscription": {
                "realtimeMetricsSubscriptionConfig": {"realtimeMetricsSubscriptionStatus": "Enabled"}
            }
        },
        {
            "monitoringSubscription": {
                "realtimeMetricsSubscriptionConfig": {"realtimeMetricsSubscriptionStatus": "Disabled"}
            }
        },
        frozenset(),
        needs={"distributionId": "Distribution"},
    ),
]
every_type = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_the_table_has_every_row() -> None:
    assert {case.type for case in CASES} == set(ROWS)


@every_type
def test_what_is_declared_is_what_is_read(cloud: Cloud, case: Case) -> None:
    inputs, row = case.made(cloud), ROWS[case.type]
    state = row.create(inputs, cloud.clients)
    assert state.id
    assert row.read
    read = row.read(state.id, inputs, cloud.clients)
    assert read is not None
    assert missing(inputs, read.outputs) == []
    assert {name: read.outputs[name] for name in case.outputs} == {
        name: state.outputs[name] for name in case.outputs
    }


@every_type
def test_a_change_is_read_back_and_what_was_taken_out_is_gone(cloud: Cloud, case: Case) -> None:
    inputs, row = case.made(cloud), ROWS[case.type]
    state = row.create(inputs, cloud.clients)
    assert state.id
    assert row.read
    assert row.update
    changed = {name: value for name, value in {**inputs, **case.change}.items() if value is not None}
    updated = row.update(state.id, changed, cloud.clients)
    read = row.read(state.id, inputs, cloud.clients)
    assert read is not None
    assert updated.id == read.id == state.id
    assert missing(changed, read.outputs) == []
    for name in inputs.keys() - changed.keys():
        assert name not in read.outputs
    for name in case.outputs:
        assert updated.outputs[name] == read.outputs[name]


@every_type
def test_what_is_deleted_is_gone_and_may_be_deleted_again(cloud: Cloud, case: Case) -> None:
    inputs, row = case.made(cloud), ROWS[case.type]
    state = row.create(inputs, cloud.clients)
    assert state.id
    assert row.read
    assert row.delete
    for _ in range(2):
        row.delete(state.id, inputs, cloud.clients)
        assert row.read(state.id, inputs, cloud.clients) is None


@every_type
def test_rows_speak_of_the_schemas_inputs_and_outputs(cloud: Cloud, case: Case) -> None:
    schema, row = SCHEMA[case.type], ROWS[case.type]
    names = set(schema["inputProperties"])
    assert row.replace_on <= names
    state = row.create(case.made(cloud), cloud.clients)
    assert state.id
    assert row.read
    read = row.read(state.id, {"region": "us-east-1"}, cloud.clients)
    told = set(state.outputs) | set(read.outputs if read else ())
    assert told - names - {"region"} <= set(schema["outputOnlyProperties"] or ())


@every_type
def test_a_failure_that_is_no_absence_is_raised(cloud: Cloud, case: Case) -> None:
    row = ROWS[case.type]
    assert row.delete
    with pytest.raises(ClientError, match="404"):
        row.delete("no/such/address", {}, cloud.clients)


def test_outputs_of_a_distribution_are_those_of_the_api(cloud: Cloud) -> None:
    state = create(cloud, tags={"stage": "test"})
    found = cloud.client("cloudfront").get_distribution(Id=state.id)
    assert state.outputs["arn"] == found["Distribution"]["ARN"]
    assert state.outputs["domainName"] == found["Distribution"]["DomainName"]
    assert state.outputs["etag"] == found["ETag"]
    assert state.outputs["hostedZoneId"] == "Z2FDTNDATAQYW2"
    assert state.outputs["tagsAll"] == {"stage": "test"}


def test_a_drift_is_read_as_it_is(cloud: Cloud) -> None:
    state, client, row = create(cloud), cloud.client("cloudfront"), ROWS[TYPE]
    found = client.get_distribution_config(Id=state.id)
    changed = found["DistributionConfig"] | {"Comment": "by hand"}
    client.update_distribution(Id=state.id, IfMatch=found["ETag"], DistributionConfig=changed)
    assert row.read
    read = row.read(state.id, INPUTS, cloud.clients)
    assert read is not None
    assert read.outputs["comment"] == "by hand"


def test_a_distribution_to_be_retained_is_only_disabled(cloud: Cloud) -> None:
    state, row = create(cloud, retainOnDelete=True), ROWS[TYPE]
    assert row.delete
    row.delete(state.id, {"retainOnDelete": True}, cloud.clients)
    found = cloud.client("cloudfront").get_distribution_config(Id=state.id)
    assert found["DistributionConfig"]["Enabled"] is False


def test_a_policy_with_nothing_said_has_the_providers_defaults(cloud: Cloud) -> None:
    key = {
        "headersConfig": {},
        "cookiesConfig": {"cookieBehavior": "none"},
        "queryStringsConfig": {"queryStringBehavior": "none"},
    }
    state = cloud.create(CASES[0].type, name="bare", parametersInCacheKeyAndForwardedToOrigin=key)
    found = cloud.client("cloudfront").get_cache_policy(Id=state.id)["CachePolicy"]["CachePolicyConfig"]
    assert (found["MinTTL"], found["DefaultTTL"], found["MaxTTL"]) == (0, 86_400, 31_536_000)
    told = found["ParametersInCacheKeyAndForwardedToOrigin"]
    assert told["EnableAcceptEncodingGzip"] is False
    assert told["HeadersConfig"] == {"HeaderBehavior": "none"}


@pytest.mark.parametrize(
    ("feature", "changes"),
    [
        pytest.param("gRPC", {"grpcConfig": {"enabled": True}}, id="gRPC"),
        pytest.param("trusted key groups", {"trustedKeyGroups": ["<a key group>"]}, id="signed URLs"),
    ],
)
def test_what_the_edge_does_not_model_is_refused_in_the_plan(feature: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match=feature):
        ROWS[TYPE].check({**INPUTS, "defaultCacheBehavior": {**BEHAVIOR, **changes}})


def test_a_plan_with_names_that_come_later_is_taken() -> None:
    origins = [
        {**one, "domainName": "<aws:s3/bucket:Bucket b bucketRegionalDomainName>"}
        for one in INPUTS["origins"]
    ]
    behavior = {**BEHAVIOR, "cachePolicyId": "<a policy>", "lambdaFunctionAssociations": []}
    ROWS[TYPE].check({**INPUTS, "origins": origins, "defaultCacheBehavior": behavior})


def test_all_of_it_together_is_served(cloud: Cloud) -> None:
    headers = cloud.create(CASES[2].type, **RESPONSE_HEADERS).id
    behavior = {**BEHAVIOR, "responseHeadersPolicyId": headers, "cachePolicyId": CACHING_DISABLED}
    create(cloud, defaultCacheBehavior=behavior)
    (served,) = cloud.front.cloudfront.served()
    policy = served.behaviors[-1].response_headers_policy
    assert policy is not None
    assert policy.id == headers
    assert served.behaviors[-1].functions["origin-request"].arn == FUNCTION_ARN
