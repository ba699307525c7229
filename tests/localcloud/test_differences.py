"""What a running local cloud says is not as on AWS: known when ready, and in the admin call's answer."""

import json
import urllib.request
from collections.abc import Iterator

import pytest

from asset_edge.emulator.compression import BROTLI_NOTE
from asset_edge.localcloud.up import Local, Options

PROGRAM = """
import pulumi_aws as aws

aws.route53.HealthCheck("far", type="HTTPS", fqdn="far.example", request_interval=30, failure_threshold=3)
aws.cloudfront.Distribution(
    "shop",
    enabled=True,
    origins=[
        {
            "origin_id": "app",
            "domain_name": "localhost",
            "custom_origin_config": {
                "http_port": 9,
                "https_port": 443,
                "origin_protocol_policy": "http-only",
                "origin_ssl_protocols": ["TLSv1.2"],
            },
        }
    ],
    default_cache_behavior={
        "target_origin_id": "app",
        "viewer_protocol_policy": "allow-all",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "compress": True,
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    folder = tmp_path_factory.mktemp("program")
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    (folder / "__main__.py").write_text(PROGRAM)
    with Local(Options(program=folder, port=0, functions="in-process")) as local:
        yield local


def test_the_edge_the_health_checks_and_the_functions_each_say_theirs(running: Local) -> None:
    edge, health, *functions = running.different
    assert edge == BROTLI_NOTE
    assert health.startswith("declared, not run here: ")
    assert "far.example" in health
    assert functions == list(running.notes)
    assert "in this process" in functions[0]


def test_the_admin_call_says_the_same(running: Local) -> None:
    with urllib.request.urlopen(running.console, timeout=10) as response:
        assert json.load(response)["different"] == running.different
