"""What a warm edge function costs a request."""

import json
from collections.abc import Callable
from pathlib import Path

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from asset_edge.handlers.edge import origin_request, viewer_request
from asset_edge.handlers.edge.config import EdgeConfig, RegionalBucket
from asset_edge.handlers.edge.origin_request import Edge
from asset_edge.handlers.edge.routing import Candidate
from benchmarks.figures import Figure, against_floor

EVENTS = Path(__file__).parents[1] / "tests" / "events"
REGIONS = ("eu-west-1", "us-east-1")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_SESSION_TOKEN": "t" * 400,
}
REPEATS = 2000


def measure() -> list[Figure]:
    """viewer-request against decoding its event; origin-request against botocore's signature alone."""
    return [_viewer_request(), _origin_request()]


def _viewer_request() -> Figure:
    text = (EVENTS / "viewer-request.query.json").read_text()
    return against_floor(
        "viewer-request, public asset, warm",
        3.0,
        lambda: viewer_request.handler(json.loads(text), None),
        lambda: json.loads(text)["Records"][0]["cf"]["request"],
        repeats=REPEATS,
    )


def _origin_request() -> Figure:
    text = (EVENTS / "origin-request.s3.json").read_text()
    edge = Edge(
        example_config(), lambda: [Candidate(r, 128, True) for r in REGIONS], ENVIRONMENT, logged_share=0
    )
    event = json.loads(text)
    return against_floor(
        "origin-request, registry and DNS warm, signed",
        0.5,
        lambda: origin_request.answer(event, lambda: edge),
        _signed_by_botocore(event["Records"][0]["cf"]["request"]["uri"]),
        repeats=REPEATS,
    )


def _signed_by_botocore(path: str) -> Callable[[], object]:
    signer = S3SigV4Auth(Credentials("AKIDEXAMPLE", "example", "t" * 400), "s3", REGIONS[0])
    url = f"https://assets.s3.{REGIONS[0]}.amazonaws.com{path}"
    return lambda: signer.add_auth(AWSRequest("GET", url))


def example_config() -> EdgeConfig:
    """A configuration of the usual size."""
    return EdgeConfig(buckets=tuple(_bucket(region) for region in REGIONS))


def _bucket(region: str) -> RegionalBucket:
    return RegionalBucket(
        region=region,
        bucket=f"assets-{region}",
        domain_name=f"assets-{region}.s3.{region}.amazonaws.com",
        beacon=f"{region}.beacon.assets-origin.example.com",
    )
