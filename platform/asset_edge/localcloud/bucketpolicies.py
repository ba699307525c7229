"""The policies of buckets: kept and answered here, because moto reads neither conditions nor principals.

Under moto a statement that refuses plain HTTP refuses everything, and one for a service opens to the world.
Source: Amazon S3 API Reference, "PutBucketPolicy".
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response

_SERVICE = "cloudfront.amazonaws.com"


class BucketPolicies:
    """One policy document per bucket."""

    def __init__(self, bucket_exists: Callable[[str], bool]) -> None:
        self._bucket_exists = bucket_exists
        self._documents: dict[str, str] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request, bucket: str) -> Response:
        """The answer to a call of PutBucketPolicy, GetBucketPolicy or DeleteBucketPolicy."""
        if not self._bucket_exists(bucket):
            return _error(404, "NoSuchBucket", bucket)
        with self._lock:
            match request.method:
                case "PUT":
                    return self._put(bucket, request.get_data(as_text=True))
                case "DELETE":
                    self._documents.pop(bucket, None)
                    return Response(status=204)
                case _:
                    return self._get(bucket)

    def permits(self, bucket: str, action: str, distribution_arn: str) -> bool:
        """Whether the policy lets CloudFront do `action` on behalf of that distribution, and nothing more.

        Only statements of the shape that an origin access control needs are read.
        """
        statements = json.loads(self._documents.get(bucket, "{}")).get("Statement", [])
        return any(_permits(s, action, distribution_arn) for s in _list(statements))

    def _put(self, bucket: str, document: str) -> Response:
        try:
            valid = isinstance(json.loads(document)["Statement"], list | dict)
        except (ValueError, TypeError, KeyError):
            valid = False
        if not valid:
            return _error(400, "MalformedPolicy", bucket)
        self._documents[bucket] = document
        return Response(status=204)

    def _get(self, bucket: str) -> Response:
        if bucket not in self._documents:
            return _error(404, "NoSuchBucketPolicy", bucket)
        return Response(self._documents[bucket], mimetype="application/json")


def asks_for_policy(request: Request) -> bool:
    """Whether this is a call about a bucket's policy (and not its public status)."""
    return any(
        name == "policy" for name, _ in parse_qsl(request.query_string.decode(), keep_blank_values=True)
    )


def _permits(statement: Mapping[str, Any], action: str, distribution_arn: str) -> bool:
    principal = statement.get("Principal", {})
    service = principal.get("Service") if isinstance(principal, dict) else None
    return (
        statement.get("Effect") == "Allow"
        and _SERVICE in _list(service)
        and action in _list(statement.get("Action"))
        and distribution_arn in _sources(statement.get("Condition", {}))
    )


def _sources(condition: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    keys = {**condition.get("StringEquals", {}), **condition.get("ArnEquals", {})}
    return [arn for key, value in keys.items() if key.lower() == "aws:sourcearn" for arn in _list(value)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _error(status: int, code: str, bucket: str) -> Response:
    body = f"<Error><Code>{code}</Code><Message>{code}</Message><BucketName>{bucket}</BucketName></Error>"
    return Response(body, status=status, mimetype="application/xml")
