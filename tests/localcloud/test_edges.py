"""What was deployed as the edge sees it, and what it cannot serve."""

from pathlib import Path
from typing import Any

import pulumi
import pytest

from asset_edge.emulator.compression import BROTLI_NOTE
from asset_edge.emulator.identities import Identities
from asset_edge.errors import LimitExceeded, LocalError
from asset_edge.localcloud import edges, samples, up
from asset_edge.localcloud.clients import OWNER
from asset_edge.localcloud.function_source import FunctionSource
from asset_edge.localcloud.rows_lambda import zipped
from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import INPUTS

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER_AND_CLOUDFRONT = "33f36d7e-f396-46d9-90e0-52428a34d9dc"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:choose:1"


def deploy(cloud: Cloud, arn: str | None) -> None:
    association = [{"eventType": "origin-request", "lambdaArn": arn}] if arn else []
    behavior = {**INPUTS["defaultCacheBehavior"], "lambdaFunctionAssociations": association}
    changes: dict[str, Any] = {"defaultCacheBehavior": behavior, "orderedCacheBehaviors": []}
    cloud.create("aws:cloudfront/distribution:Distribution", **{**INPUTS, **changes})


def deploy_function(cloud: Cloud) -> None:
    role = cloud.create("aws:iam/role:Role", name="r", assumeRolePolicy="{}").outputs["arn"]
    code = pulumi.AssetArchive({"main.py": pulumi.StringAsset("def handler(event, context): return {}")})
    cloud.create(
        "aws:lambda/function:Function",
        name="choose",
        role=role,
        runtime="python3.13",
        handler="main.handler",
        code=code,
        publish=True,
    )


def test_a_program_without_a_distribution_is_refused(cloud: Cloud) -> None:
    with pytest.raises(LocalError, match="declares no distribution"):
        edges.deployed(cloud.front)


def source(cloud: Cloud, folder: Path) -> FunctionSource:
    identities = Identities(OWNER, b"made for a test")
    return FunctionSource(cloud.front, cloud.clients, identities, folder)


def test_a_function_that_is_not_deployed_is_named(cloud: Cloud, tmp_path: Path) -> None:
    deploy(cloud, ARN)
    with pytest.raises(LocalError, match=ARN):
        edges.functions(edges.deployed(cloud.front), source(cloud, tmp_path).find)


def test_a_deployed_function_is_found_with_its_code_and_its_roles_credentials(
    cloud: Cloud, tmp_path: Path
) -> None:
    deploy_function(cloud)
    deploy(cloud, ARN)
    functions = source(cloud, tmp_path)
    assert edges.functions(edges.deployed(cloud.front), functions.find) == [ARN]
    found = functions.find(ARN)
    assert found
    assert [file.name for file in found.folder.iterdir()] == ["main.py"]
    assert (found.name, found.handler, found.region) == ("choose", "main.handler", "us-east-1")
    assert found.environment["AWS_ACCESS_KEY_ID"].startswith("ASIALOCAL")
    assert functions.find(ARN) is found, "a version never changes"


def test_a_function_without_a_version_is_its_newest(cloud: Cloud, tmp_path: Path) -> None:
    deploy_function(cloud)
    functions, unversioned = source(cloud, tmp_path), ARN.removesuffix(":1")
    before = functions.find(unversioned)
    cloud.client("lambda").update_function_code(
        FunctionName="choose", ZipFile=zipped(pulumi.AssetArchive({"other.py": pulumi.StringAsset("")}))
    )
    after = functions.find(unversioned)
    assert before
    assert after
    assert [file.name for file in after.folder.iterdir()] == ["other.py"]
    assert before.folder != after.folder


@pytest.mark.parametrize("arn", ["arn:aws:lambda:us-east-1:123456789012:function:absent", "no arn"])
def test_what_is_not_deployed_is_not_found(cloud: Cloud, tmp_path: Path, arn: str) -> None:
    assert source(cloud, tmp_path).find(arn) is None


def test_the_buckets_are_those_the_distribution_fetches_from(cloud: Cloud) -> None:
    deploy(cloud, None)
    assert edges.buckets(edges.deployed(cloud.front)) == {"eu-west-1": "b", "us-east-1": "b"}


def legacy(headers: list[str]) -> dict[str, Any]:
    values = {"queryString": False, "headers": headers, "cookies": {"forward": "none"}}
    return {"cachePolicyId": None, "forwardedValues": values, "compress": True}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="nothing is compressed without caching"),
        pytest.param({"cachePolicyId": CACHING_OPTIMIZED}, [BROTLI_NOTE], id="brotli"),
        pytest.param({"cachePolicyId": CACHING_OPTIMIZED, "compress": False}, [], id="not compressed"),
        pytest.param(legacy(["CloudFront-Viewer-Country"]), [], id="a header that we know"),
        pytest.param(
            {"originRequestPolicyId": ALL_VIEWER_AND_CLOUDFRONT, "compress": False},
            ["asked for on * of E1 and in no request here: cloudfront-"],
            id="headers that we know nothing of",
        ),
    ],
)
def test_what_is_otherwise_than_on_cloudfront_is_told_once(
    cloud: Cloud, changes: dict[str, Any], expected: list[str]
) -> None:
    behavior = {**INPUTS["defaultCacheBehavior"], "lambdaFunctionAssociations": [], **changes}
    inputs = {**INPUTS, "defaultCacheBehavior": behavior, "orderedCacheBehaviors": []}
    state = cloud.create("aws:cloudfront/distribution:Distribution", **inputs)
    served = edges.deployed(cloud.front)
    told = edges.different([*served, *served])
    assert [line.replace(str(state.id), "E1")[: len(e)] for line, e in zip(told, expected, strict=True)] == (
        expected
    )


def test_samples_go_one_to_each_region_and_repeat_when_there_are_too_few(
    cloud: Cloud, tmp_path: Path
) -> None:
    (tmp_path / "only.png").write_bytes(b"picture")
    (tmp_path / "README.md").write_text("not a picture")
    buckets = {"eu-west-1": cloud.bucket("one", "eu-west-1"), "us-east-1": cloud.bucket("two")}
    chosen = samples.upload(tmp_path, buckets, cloud.clients)
    assert {region: path.name for region, path in chosen.items()} == dict.fromkeys(buckets, "only.png")
    for bucket in buckets.values():
        for key in samples.KEYS:
            found = cloud.client("s3").get_object(Bucket=bucket, Key=key)
            assert (found["Body"].read(), found["ContentType"]) == (b"picture", "image/png")


def test_without_pictures_nothing_is_uploaded(cloud: Cloud, tmp_path: Path) -> None:
    bucket = cloud.bucket()
    assert samples.upload(tmp_path / "absent", {"us-east-1": bucket}, cloud.clients) == {}
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket=bucket)


def test_what_a_function_broke_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    event = {"Records": [{"cf": {"config": {"eventType": "origin-request"}, "request": {}}}]}
    with pytest.raises(LimitExceeded):
        up._checked(event, {"status": "999"})
    assert "status is 999 at origin-request" in caplog.text


def test_code_that_is_in_a_bucket_is_taken_from_there(cloud: Cloud) -> None:
    bucket = cloud.bucket()
    packed = zipped(pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")}))
    cloud.client("s3").put_object(Bucket=bucket, Key="code.zip", Body=packed)
    role = cloud.create("aws:iam/role:Role", name="r", assumeRolePolicy="{}").outputs["arn"]
    state = cloud.create(
        "aws:lambda/function:Function",
        name="stored",
        role=role,
        runtime="python3.13",
        handler="main.handler",
        s3Bucket=bucket,
        s3Key="code.zip",
        publish=True,
    )
    found = cloud.front.function_code(state.outputs["qualifiedArn"])
    assert found
    assert found.zip_bytes == packed
