"""What the plugin builds over gRPC is what the Python class builds: the same URNs, inputs and outputs."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.output import Unknown

from asset_edge import bundle, policies
from asset_edge.components.access_logs import S3AccessLogs
from asset_edge.components.asset_distribution import (
    AssetDistribution,
    AssetDistributionArgs,
    Behavior,
    S3Origin,
)
from asset_edge.components.asset_registry import AssetRegistry, AssetRegistryArgs
from asset_edge.components.cache_policies import CachePolicySpec, only
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs
from asset_edge.components.error_pages import ErrorPage
from asset_edge.components.log_bucket import LogBucket, LogBucketArgs
from asset_edge.components.origin_probes import UrlProbe
from asset_edge.components.replicated_bucket_pair import (
    CorsRule,
    ReplicatedBucketPair,
    ReplicatedBucketPairArgs,
)
from asset_edge.components.response_headers_policies import ResponseHeadersPolicySpec, SecurityHeaders
from asset_edge.components.weighted_s3_origin import OriginTarget, WeightedS3Origin, WeightedS3OriginArgs
from asset_edge.localcloud import masking
from asset_edge.localcloud.engine import Registration, is_unknown
from asset_edge.plugin.adapters import ADAPTERS
from asset_edge.plugin.bucket_grant import BucketGrant, BucketGrantArgs
from asset_edge.plugin.shapes import camel_case
from tests.components.distributions import FUNCTION, LOG_BUCKET, PEM
from tests.engine import deploy
from tests.plugin.served import UNKNOWN, Plugin, old_secret, output

ACCOUNT = "111122223333"
US, EU = "us-east-1", "eu-west-1"
OTHER = "urn:pulumi:test::asset-edge::aws:s3/bucket:Bucket::other"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/edge"
CODE = "def handler(event, context):\n    return event\n"

known: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.from_input
secret: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.secret


@dataclass(frozen=True)
class Case:
    """A component told to the plugin, and the same one told to its class."""

    component: str
    told: Mapping[str, Any]
    native: Callable[[], pulumi.ComponentResource]
    preview: bool = False


def endpoint(region: str) -> str:
    return f"acme-{region}.s3.{region}.amazonaws.com"


def pair() -> pulumi.ComponentResource:
    return ReplicatedBucketPair(
        "it",
        ReplicatedBucketPairArgs(
            primary_region=US,
            replica_region=EU,
            primary_bucket="acme-us",
            replica_bucket="acme-eu",
            noncurrent_version_days=7,
            log_buckets={US: known("logs-us"), EU: known("logs-eu")},
            cors_rules=[CorsRule(allowed_origins=["https://app.example.com"], max_age_seconds=60)],
            protect=False,
            tags={"team": "media"},
        ),
    )


PAIR = {
    "primaryRegion": US,
    "replicaRegion": EU,
    "primaryBucket": "acme-us",
    "replicaBucket": "acme-eu",
    "noncurrentVersionDays": 7,
    "logBuckets": {US: output("logs-us", of=[OTHER]), EU: output("logs-eu")},
    "corsRules": [{"allowedOrigins": ["https://app.example.com"], "maxAgeSeconds": 60}],
    "protect": False,
    "tags": {"team": "media"},
}


def grant(distribution: Callable[[], Any]) -> Callable[[], pulumi.ComponentResource]:
    return lambda: BucketGrant(
        "it",
        BucketGrantArgs(
            buckets={US: known("acme-us"), EU: "acme-eu"}, distributions=[distribution()], roles=[ROLE]
        ),
    )


def granted(distribution: Any) -> dict[str, Any]:
    return {
        "buckets": {US: output("acme-us", of=[OTHER]), EU: "acme-eu"},
        "distributions": [distribution],
        "roles": [ROLE],
    }


def origin() -> pulumi.ComponentResource:
    return WeightedS3Origin(
        "it",
        WeightedS3OriginArgs(
            zone_id=secret("Z0123456789"),
            record_name="assets.example.com",
            targets=[
                OriginTarget(
                    region=region,
                    weight=weight,
                    bucket=known(f"acme-{region}"),
                    bucket_arn=known(f"arn:aws:s3:::acme-{region}"),
                    domain_name=endpoint(region),
                )
                for region, weight in ((US, 200), (EU, 55))
            ],
            probe=UrlProbe(secret_path=secret("lSnWzvNQ5lUcaPbYQ4wqYd5SJcD1v3rZ"), interval_seconds=30),
        ),
    )


ORIGIN = {
    "zoneId": old_secret("Z0123456789"),
    "recordName": "assets.example.com",
    "targets": [
        {
            "region": region,
            "weight": weight,
            "bucket": output(f"acme-{region}", of=[OTHER]),
            "bucketArn": output(f"arn:aws:s3:::acme-{region}"),
            "domainName": endpoint(region),
        }
        for region, weight in ((US, 200), (EU, 55))
    ],
    "urlProbe": {
        "secretPath": output("lSnWzvNQ5lUcaPbYQ4wqYd5SJcD1v3rZ", secret=True),
        "intervalSeconds": 30,
    },
}


def function() -> pulumi.ComponentResource:
    return EdgeFunction(
        "it",
        EdgeFunctionArgs(
            function_name="it",
            bundle=bundle.build("handlers.edge.origin_request", files={"keys.json": '{"k": "s3cr3t"}'}),
            event_types=["origin-request"],
            log_regions=[EU],
            retention_in_days=14,
            statements=[policies.allow("Read", ["s3:GetObject"], [known("arn:aws:s3:::acme-us/*")])],
            holds_secrets=True,
        ),
    )


FUNCTION_TOLD = {
    "functionName": "it",
    "entry": "handlers.edge.origin_request",
    "files": {"keys.json": output('{"k": "s3cr3t"}', secret=True)},
    "eventTypes": ["origin-request"],
    "logRegions": [EU],
    "retentionInDays": 14,
    "statements": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [output("arn:aws:s3:::acme-us/*", of=[OTHER])],
        }
    ],
}


def distribution(arn: Callable[[], Any]) -> Callable[[], pulumi.ComponentResource]:
    def build() -> pulumi.ComponentResource:
        return AssetDistribution(
            "it",
            AssetDistributionArgs(
                origins=[
                    S3Origin(role="primary", region=US, domain_name=known(endpoint(US))),
                    S3Origin(role="replica", region=EU, domain_name=endpoint(EU)),
                ],
                default_behavior=Behavior(functions={"origin-request": arn()}, response_headers_policy=None),
                behaviors=[
                    Behavior(
                        path_pattern="/private/*",
                        cache_policy=CachePolicySpec(
                            max_ttl_seconds=86_400, headers=("x-a",), query_strings=only("b")
                        ),
                        response_headers_policy=ResponseHeadersPolicySpec(
                            security=SecurityHeaders(frame_options=None, override=frozenset())
                        ),
                        trusted_key_groups=["editors"],
                        allowed_methods=("GET", "HEAD"),
                    ),
                    Behavior(path_pattern="/own/*", cache_policy=known("5f0e")),
                ],
                key_groups={"editors": [PEM]},
                access_logs=S3AccessLogs(bucket_arn=known(LOG_BUCKET)),
                error_pages=[ErrorPage(error_code=404, response_page_path="/404.html")],
                default_root_object=None,
            ),
        )

    return build


def distribution_told(arn: Any) -> dict[str, Any]:
    return {
        "origins": [
            {"role": "primary", "region": US, "domainName": output(endpoint(US), of=[OTHER])},
            {"role": "replica", "region": EU, "domainName": endpoint(EU)},
        ],
        "defaultBehavior": {"functions": {"origin-request": arn}, "without": ["responseHeadersPolicy"]},
        "behaviors": [
            {
                "pathPattern": "/private/*",
                "cachePolicy": {
                    "maxTtlSeconds": 86_400,
                    "headers": ["x-a"],
                    "queryStrings": {"behavior": "whitelist", "names": ["b"]},
                },
                "responseHeadersPolicy": {"security": {"without": ["frameOptions"], "override": []}},
                "trustedKeyGroups": ["editors"],
                "allowedMethods": ["GET", "HEAD"],
            },
            {"pathPattern": "/own/*", "cachePolicyId": output("5f0e")},
        ],
        "keyGroups": {"editors": [PEM]},
        "s3AccessLogs": {"bucketArn": output(LOG_BUCKET)},
        "errorPages": [{"errorCode": 404, "responsePagePath": "/404.html"}],
        "without": ["defaultRootObject"],
    }


def registry() -> pulumi.ComponentResource:
    return AssetRegistry("it", AssetRegistryArgs(table="assets", regions=[EU, US], account_id=ACCOUNT))


def logs() -> pulumi.ComponentResource:
    return LogBucket("it", LogBucketArgs(region=EU, bucket="logs-eu", account_id=ACCOUNT, expiration_days=3))


ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
CASES = {
    "pair": Case("ReplicatedBucketPair", PAIR, pair),
    "grant": Case("BucketGrant", granted(output(ARN, of=[OTHER])), grant(lambda: known(ARN))),
    "grant-of-what-is-not-there-yet": Case(
        "BucketGrant", granted(output()), grant(lambda: known(Unknown())), preview=True
    ),
    "origin": Case("WeightedS3Origin", ORIGIN, origin),
    "function": Case("EdgeFunction", FUNCTION_TOLD, function),
    "distribution": Case(
        "AssetDistribution", distribution_told(output(FUNCTION)), distribution(lambda: known(FUNCTION))
    ),
    "distribution-of-a-function-to-be": Case(
        "AssetDistribution",
        distribution_told(UNKNOWN),
        distribution(lambda: known(Unknown())),
        preview=True,
    ),
    "registry": Case(
        "AssetRegistry", {"table": "assets", "regions": [EU, US], "accountId": ACCOUNT}, registry
    ),
    "logs": Case(
        "LogBucket", {"region": EU, "bucket": "logs-eu", "accountId": ACCOUNT, "expirationDays": 3}, logs
    ),
}

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def comparable(value: Any) -> Any:
    """Archives by their content: the same zip may lie elsewhere."""
    match value:
        case dict():
            return {key: comparable(inner) for key, inner in value.items()}
        case list():
            return [comparable(inner) for inner in value]
        case pulumi.FileArchive(path=path):
            return hashlib.sha256(Path(path).read_bytes()).hexdigest()
        case Unknown():
            return UNKNOWN
    return value


def told(registrations: tuple[Registration, ...]) -> dict[str, Any]:
    return {
        r.urn: (r.parent, comparable(r.inputs), {k: v for k, v in r.options.items() if v})
        for r in registrations
    }


def test_every_component_that_is_served_has_a_case() -> None:
    assert {case.component for case in CASES.values()} == {a.component.__name__ for a in ADAPTERS}


@every_case
def test_the_plugin_registers_what_the_class_does(case: Case, started: Plugin) -> None:
    built = started.construct(case.component, "it", case.told, preview=case.preview)
    native = deploy(case.native, preview=case.preview)
    assert built.urn == f"urn:pulumi:test::asset-edge::asset-edge:index:{case.component}::it"
    assert told(built.registrations) == told(native.all)


@every_case
def test_the_plugin_answers_with_the_outputs_of_the_class(case: Case, started: Plugin) -> None:
    built = started.construct(case.component, "it", case.told, preview=case.preview)
    native = deploy(case.native, preview=case.preview).outputs_of("it")
    assert comparable(built.state) == {camel_case(k): comparable(v) for k, v in native.items()}


def test_what_is_secret_among_the_arguments_is_secret_in_what_is_made(started: Plugin) -> None:
    checks = [
        r
        for r in started.construct("WeightedS3Origin", "it", ORIGIN).registrations
        if r.type == "aws:route53/healthCheck:HealthCheck"
    ]
    assert len(checks) == 2
    for check in checks:
        assert masking.is_secret(check.inputs["resourcePath"])
        assert not masking.is_secret(check.inputs["port"])


def test_a_secret_file_is_baked_and_keeps_the_code_out_of_the_state(started: Plugin) -> None:
    built = started.construct("EdgeFunction", "it", FUNCTION_TOLD)
    code = built.named("it-function").inputs["code"]
    assert masking.is_secret(code)
    zip_file = Path(code["value"].path)
    assert zip_file.is_absolute()
    assert zip_file.stat().st_mode & 0o077 == 0
    assert json.loads(zipfile.ZipFile(zip_file).read("keys.json")) == {"k": "s3cr3t"}


def test_a_file_that_is_no_secret_leaves_the_code_to_see(started: Plugin) -> None:
    open_files = {**FUNCTION_TOLD, "files": {"notes.txt": "hello"}}
    built = started.construct("EdgeFunction", "it", open_files)
    assert isinstance(built.named("it-function").inputs["code"], pulumi.FileArchive)


def test_the_code_may_be_the_callers_own(started: Plugin, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "hello.py").write_text(CODE)
    changed = {"entry": "code.hello", "source": str(tmp_path / "mine"), "files": {}}
    built = started.construct("EdgeFunction", "it", {**FUNCTION_TOLD, **changed})
    with zipfile.ZipFile(built.named("it-function").inputs["code"].path) as archive:
        assert archive.namelist() == ["code/hello.py"]


def test_what_an_argument_depends_on_reaches_the_resources_made_of_it(started: Plugin) -> None:
    built = started.construct("BucketGrant", "it", granted(ARN))
    assert OTHER in built.named(f"it-policy-{US}").dependencies
    assert OTHER not in built.named(f"it-policy-{EU}").dependencies


def test_an_output_at_the_top_depends_as_the_engine_says_beside_it(started: Plugin) -> None:
    changed = {**ORIGIN, "zoneId": "Z0123456789"}
    built = started.construct("WeightedS3Origin", "it", changed, dependencies={"zoneId": [OTHER]})
    records = [r for r in built.registrations if r.type == "aws:route53/record:Record"]
    assert records
    assert all(OTHER in record.dependencies for record in records)


def test_the_engine_learns_what_outputs_depend_on(started: Plugin) -> None:
    built = started.construct("ReplicatedBucketPair", "it", PAIR)
    (bucket,) = built.dependencies["primaryArn"]
    assert bucket == built.named("it-bucket-primary").urn


def test_a_preview_leaves_unknown_what_the_deploy_will_tell(started: Plugin) -> None:
    built = started.construct("BucketGrant", "it", granted(output()), preview=True)
    assert is_unknown(built.named(f"it-policy-{US}").inputs["policy"])
    assert built.named(f"it-policy-{US}").inputs["bucket"] == "acme-us"


def test_the_component_takes_the_parent_and_the_protection_it_is_told(started: Plugin) -> None:
    parent = "urn:pulumi:test::asset-edge::acme:index:Site::site"
    built = started.construct("LogBucket", "it", CASES["logs"].told, parent=parent, protect=True)
    assert built.urn == "urn:pulumi:test::asset-edge::acme:index:Site$asset-edge:index:LogBucket::it"
    assert built.named("it").parent == parent
    assert built.named("it").options["protect"] is True


def test_two_components_may_be_built_one_after_the_other(started: Plugin) -> None:
    first = started.construct("LogBucket", "one", CASES["logs"].told)
    second = started.construct("LogBucket", "two", CASES["logs"].told)
    assert {r.name.partition("-")[0] for r in first.registrations} == {"one"}
    assert {r.name.partition("-")[0] for r in second.registrations} == {"two"}


def test_components_built_at_the_same_time_do_not_mix(started: Plugin) -> None:
    def build(i: int) -> tuple[str, set[str]]:
        case = CASES["logs" if i % 2 else "registry"]
        built = started.construct(case.component, f"n{i}", case.told, preview=bool(i % 3))
        return f"n{i}", {r.name.partition("-")[0] for r in built.registrations}

    with ThreadPoolExecutor(6) as pool:
        for name, names in pool.map(build, range(12)):
            assert names == {name}


def test_children_are_made_with_the_provider_of_the_component(started: Plugin) -> None:
    urn = "urn:pulumi:test::asset-edge::pulumi:providers:aws::mine"
    built = started.construct("LogBucket", "it", CASES["logs"].told, providers={"aws": f"{urn}::id-1"})
    children = [r for r in built.registrations if r.custom]
    assert children
    assert {r.provider for r in children} == {f"{urn}::id-1"}


def test_building_says_nothing_that_people_have_to_read(started: Plugin) -> None:
    started.construct("LogBucket", "quiet", CASES["logs"].told)
    assert started.logged == []
