"""A weighted origin's arguments that work, for tests to change one at a time."""

from collections.abc import Callable
from typing import Any

from asset_edge.components.weighted_s3_origin import (
    OriginTarget,
    UrlProbe,
    WeightedS3Origin,
    WeightedS3OriginArgs,
)
from asset_edge.errors import ArgumentError
from tests.engine import Deployment, deploy

EAST = "us-east-1"
WEST = "eu-west-1"
REGIONS = (WEST, EAST)
RECORD_NAME = "assets-origin.example.com"
SECRET_PATH = "lSnWzvNQ5lUcaPbYQ4wqYd5SJcD1v3rZ"
URL_PROBE = UrlProbe(secret_path=SECRET_PATH)


def target(region: str, weight: int = 100, **changed: Any) -> OriginTarget:
    bucket = f"assets-{region}"
    good = {
        "bucket": bucket,
        "bucket_arn": f"arn:aws:s3:::{bucket}",
        "domain_name": f"{bucket}.s3.{region}.amazonaws.com",
    }
    return OriginTarget(region=region, weight=weight, **{**good, **changed})


def args(**changed: Any) -> WeightedS3OriginArgs:
    good = {"zone_id": "Z0123456789", "record_name": RECORD_NAME, "targets": [target(EAST), target(WEST)]}
    return WeightedS3OriginArgs(**{**good, **changed})


def refusal(check: Callable[[], object]) -> str | None:
    """Why `check` refuses; None when it does not."""
    try:
        check()
    except ArgumentError as error:
        return str(error)
    return None


def deployed(*, preview: bool = False, **changed: Any) -> Deployment:
    return deploy(lambda: WeightedS3Origin("origin", args(**changed)), preview=preview)
