"""The policies of buckets: kept and answered here, because moto reads neither conditions nor principals.

Under moto a statement that refuses plain HTTP refuses everything, and one for a service opens to the world.
Source: Amazon S3 API Reference, "PutBucketPolicy".
"""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response


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

    def document(self, bucket: str) -> Mapping[str, Any] | None:
        """A bucket's policy; None where it has none."""
        found = self._documents.get(bucket)
        return json.loads(found) if found is not None else None

    def forget(self, bucket: str) -> None:
        """Drops the policy of a bucket that was deleted."""
        with self._lock:
            self._documents.pop(bucket, None)

    def _put(self, bucket: str, document: str) -> Response:
        if not _is_policy(document):
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


def _is_policy(document: str) -> bool:
    try:
        told = json.loads(document)["Statement"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    statements = told if isinstance(told, list) else [told]
    return all(isinstance(s, dict) and s.get("Effect") in ("Allow", "Deny") for s in statements)


def _error(status: int, code: str, bucket: str) -> Response:
    body = f"<Error><Code>{code}</Code><Message>{code}</Message><BucketName>{bucket}</BucketName></Error>"
    return Response(body, status=status, mimetype="application/xml")
