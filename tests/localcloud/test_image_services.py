"""Which function URLs are stood in for, that it is said, and that a signed request gets there."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from asset_edge.emulator.functions import Deployed
from asset_edge.localcloud import image_services
from asset_edge.localcloud.up import Local, Options
from tests.localcloud.conftest import Cloud
from tests.localcloud.lambdas import function, url

HANDLERS = Path(__file__).parents[2] / "handlers" / "edge"
HOST = "abc123.lambda-url.eu-west-1.on.aws"
FAR = "abc123.lambda-url.us-east-1.on.aws"

PROGRAM = f"""
import json
import pulumi
import pulumi_aws as aws

bucket = aws.s3.Bucket("bucket", bucket="pictures", region="eu-west-1")
role = aws.iam.Role("role", assume_role_policy=json.dumps({{"Version": "2012-10-17", "Statement": []}}))
function = aws.lambda_.Function(
    "choose",
    region="us-east-1",
    role=role.arn,
    runtime="python3.13",
    handler="shop.main.handler",
    code=pulumi.AssetArchive({{
        "shop/main.py": pulumi.FileAsset("choose.py"),
        "services.json": pulumi.StringAsset('{{"eu-west-1": "{HOST}"}}'),
        "shop/__init__.py": pulumi.StringAsset(""),
        "shop/paths.py": pulumi.FileAsset("{HANDLERS}/paths.py"),
        "shop/sigv4.py": pulumi.FileAsset("{HANDLERS}/sigv4.py"),
    }}),
    publish=True,
)
aws.cloudfront.Distribution(
    "shop",
    enabled=True,
    origins=[{{"origin_id": "pictures", "domain_name": bucket.bucket_regional_domain_name}}],
    default_cache_behavior={{
        "target_origin_id": "pictures",
        "viewer_protocol_policy": "allow-all",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "lambda_function_associations": [
            {{"event_type": "origin-request", "lambda_arn": function.qualified_arn}}
        ],
    }},
    restrictions={{"geo_restriction": {{"restriction_type": "none"}}}},
    viewer_certificate={{"cloudfront_default_certificate": True}},
)
"""

CHOOSE = f"""
import os
import time

from .sigv4 import Credentials, signed_headers

HOST = "{HOST}"


def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    query = "w=120&bg=rgb%3Aff0000"
    signature = signed_headers(
        service="lambda",
        region="eu-west-1",
        credentials=Credentials.from_environment(os.environ),
        method=request["method"],
        host=HOST,
        path=request["uri"],
        query=query,
        epoch_seconds=time.time(),
    )
    if "unsigned" in request["uri"]:
        signature = {{}}
    for name, value in {{"host": HOST, **signature}}.items():
        request["headers"][name] = [{{"key": name, "value": value}}]
    origin = {{"customHeaders": {{}}, "domainName": HOST, "keepaliveTimeout": 5, "path": "", "port": 443}}
    origin |= {{"protocol": "https", "readTimeout": 5, "sslProtocols": ["TLSv1.2"]}}
    return {{**request, "querystring": query, "origin": {{"custom": origin}}}}
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    folder = tmp_path_factory.mktemp("program")
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / "choose.py").write_text(CHOOSE)
    with Local(Options(program=folder, port=0, functions="in-process")) as local:
        local.clients.get("s3", "eu-west-1").put_object(Bucket="pictures", Key="a/red cat.png", Body=b"png")
        yield local


def get(address: str) -> tuple[int, str, str | None]:
    try:
        with urllib.request.urlopen(address, timeout=10) as response:
            return response.status, response.read().decode(), response.headers["x-asset-edge-stand-in"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["x-asset-edge-stand-in"]


def test_a_transformation_is_answered_by_a_drawing_of_what_is_in_the_bucket(running: Local) -> None:
    status, body, mark = get(f"{running.edge}/a/red%20cat.png")
    assert (status, mark) == (200, "image-transform"), body
    for told in ("pictures/a/red cat.png", "w=120 bg=rgb:ff0000", "eu-west-1"):
        assert told in body


@pytest.mark.parametrize(("path", "expected"), [("a/absent.png", 404), ("a/unsigned.png", 403)])
def test_what_is_absent_or_unsigned_is_refused(running: Local, path: str, expected: int) -> None:
    status, _, mark = get(f"{running.edge}/{path}")
    assert (status, mark) == (expected, "image-transform")


def test_it_is_lost_with_its_region(running: Local) -> None:
    fault = json.dumps({"region": "eu-west-1", "kind": "unavailable"}).encode()
    with urllib.request.urlopen(f"{running.console}faults", data=fault, timeout=10) as response:
        assert response.status == 200
    try:
        assert get(f"{running.edge}/a/red%20cat.png")[0] == 503
    finally:
        mend = urllib.request.Request(f"{running.console}faults/eu-west-1", method="DELETE")
        urllib.request.urlopen(mend, timeout=10).close()
    assert get(f"{running.edge}/a/red%20cat.png")[0] == 200


def test_it_is_said_what_is_stood_in_for(running: Local) -> None:
    (said,) = [line for line in running.different if HOST in line]
    assert said.startswith(f"no function is deployed under {HOST}")


def deployed(folder: Path, **files: str) -> Deployed:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Deployed(folder=folder, handler="main.handler", name="choose")


def test_every_url_that_a_functions_json_names_is_told_once(cloud: Cloud, tmp_path: Path) -> None:
    one = deployed(tmp_path / "one", a_json=f'["{HOST}", "{FAR}"]', b_py="other.lambda-url.eu-west-1.on.aws")
    two = deployed(tmp_path / "two", deep__c_json=f'{{"x": "https://{HOST}/"}}', d_json="[]")
    told = image_services.notes([one, None, two], cloud.clients)
    assert [line.split()[5].rstrip(":") for line in told] == [HOST, FAR]


def test_a_url_that_a_function_has_is_not_stood_in_for(cloud: Cloud, tmp_path: Path) -> None:
    host = url(cloud, function(cloud))
    assert image_services.has_function(cloud.clients, host)
    assert not image_services.has_function(cloud.clients, HOST)
    assert not image_services.has_function(cloud.clients, "example.com")
    assert image_services.notes([deployed(tmp_path, a_json=f'"{host}"')], cloud.clients) == []
