"""How a region tells that its bucket can really be read.

Two uses of one function: on a schedule it reads an object and puts the result as a metric, which an alarm and
a Route 53 health check follow; under a function URL it answers Route 53's checkers itself, 200 or 503.

Environment variables:

* ``PROBE_BUCKET``       the bucket of this region
* ``PROBE_KEY``          the key of the object to read; it must exist
* ``PROBE_REGION``       the region of the bucket, also the metric's only dimension, ``Region``
* ``PROBE_NAMESPACE``    CloudWatch namespace of the metric (scheduled use only)
* ``PROBE_METRIC``       name of the metric: 1 healthy, 0 not (scheduled use only)
* ``PROBE_PATH_SECRET``  the path that a function URL answers at, without leading slash (function URL only)
"""

import hmac
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 3
"""Less together than Route 53's checkers and the function's own timeout allow."""

LONGEST_ANSWER_AGE_SECONDS = 5.0
"""A function URL answers from a read no older: checkers from many regions cost one read."""


class Probe:
    """One region's bucket, as far as it can be read.

    `s3` and `cloudwatch` give boto3 clients when first needed; `clock` is in seconds and only ever grows.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        s3: Callable[[], Any],
        cloudwatch: Callable[[], Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environment = environment
        self._s3 = s3
        self._cloudwatch = cloudwatch
        self._clock = clock
        self._last: tuple[float, bool] | None = None

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """To a function URL's request, its response; to anything else, what was reported.

        Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs" (payload format 2.0).
        """
        if "requestContext" in event:
            return self.respond(str(event.get("rawPath", "")))
        return {"healthy": self.report()}

    def report(self) -> bool:
        """Reads, and puts 1 or 0 as the metric. Raises where it cannot: missing data says that."""
        healthy = self.read()
        self._cloudwatch().put_metric_data(
            Namespace=self._environment["PROBE_NAMESPACE"],
            MetricData=[
                {
                    "MetricName": self._environment["PROBE_METRIC"],
                    "Dimensions": [{"Name": "Region", "Value": self._environment["PROBE_REGION"]}],
                    "Value": int(healthy),
                    "Unit": "None",
                }
            ],
        )
        return healthy

    def respond(self, path: str) -> dict[str, Any]:
        """200 or 503 at the secret path, 404 at any other, as if nothing were there."""
        secret = self._environment.get("PROBE_PATH_SECRET", "")
        if not secret or not hmac.compare_digest(path.removeprefix("/").encode(), secret.encode()):
            return _response(404, "not found")
        return _response(200, "readable") if self._recent() else _response(503, "not readable")

    def read(self) -> bool:
        """Whether the object could be read to its end, just now; whatever goes wrong is a no."""
        try:
            found = self._s3().get_object(
                Bucket=self._environment["PROBE_BUCKET"], Key=self._environment["PROBE_KEY"]
            )
            found["Body"].read()
        except Exception as error:
            _say(self._environment.get("PROBE_REGION", ""), error)
            return False
        return True

    def _recent(self) -> bool:
        now = self._clock()
        if self._last is None or now - self._last[0] > LONGEST_ANSWER_AGE_SECONDS:
            self._last = now, self.read()
        return self._last[1]


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """The Lambda entry, on a schedule and under a function URL."""
    return _probe().answer(event)


def client(service: str, region: str) -> Any:
    """A boto3 client that neither waits nor tries again: the next probe comes soon."""
    import boto3  # noqa: PLC0415 - half a second, and only where a client is needed
    from botocore.config import Config  # noqa: PLC0415

    make: Callable[..., Any] = boto3.client
    bounds = Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"total_max_attempts": 1},
    )
    return make(service, region_name=region, config=bounds)


def probe_for(environment: Mapping[str, str]) -> Probe:
    """The real probe: each client is made once, at its first use."""
    region = environment["PROBE_REGION"]
    return Probe(
        environment, cache(lambda: client("s3", region)), cache(lambda: client("cloudwatch", region))
    )


@cache
def _probe() -> Probe:
    return probe_for(os.environ)


def _response(status: int, body: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": "text/plain", "cache-control": "no-store"},
        "body": body + "\n",
    }


def _say(region: str, error: Exception) -> None:
    """The error's text is botocore's: operation, code, message of S3; no credentials."""
    line = {"level": "ERROR", "message": "object not readable", "region": region, "error": str(error)}
    sys.stdout.write(json.dumps(line) + "\n")
