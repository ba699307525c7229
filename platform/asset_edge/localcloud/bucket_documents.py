"""The documents of a bucket that moto keeps in part or not at all, whole.

Of events, moto does what is declared and forgets half of it, so that document is both its and ours. Source:
Amazon S3 API Reference, "PutBucketReplication", "PutBucketLifecycleConfiguration", "PutBucketLogging",
"PutBucketMetricsConfiguration" and "PutBucketNotificationConfiguration".
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from asset_edge.emulator.replication import ARN_PREFIX
from asset_edge.localcloud.aws_api import ApiError, RestApi
from asset_edge.localcloud.s3_calls import S3Call, in_path_style

_NOTIFICATION = "notification"
_OURS = frozenset({"lifecycle", "logging", "metrics", "replication"})

Document = Mapping[str, Any]
Sent = dict[str, Any]


class BucketDocuments:
    """The five documents of every bucket."""

    def __init__(self, region_of: Callable[[str], str | None], versioned: Callable[[str], bool]) -> None:
        self._region_of = region_of
        self._versioned = versioned
        self._lock = threading.Lock()
        self._replication: dict[str, Document] = {}
        self._lifecycle: dict[str, Document] = {}
        self._logging: dict[str, Document] = {}
        self._metrics: dict[str, dict[str, Document]] = {}
        self._notification: dict[str, Document] = {}
        self._api = RestApi(
            "s3", self._operations(), unsupported_code="NotImplemented", malformed_code="MalformedXML"
        )

    def answer(self, request: Request, call: S3Call) -> Response:
        """The answer to a call about one of the documents, in path style or by virtual host."""
        return self._api.answer(in_path_style(request, call))

    def replication(self, bucket: str) -> Document | None:
        """The bucket's replication configuration, in the API's shape; None where it has none."""
        return self._replication.get(bucket)

    def forget(self, bucket: str) -> None:
        """Drops all of a bucket that was deleted."""
        kept: tuple[dict[str, Any], ...] = (
            self._replication,
            self._lifecycle,
            self._logging,
            self._metrics,
            self._notification,
        )
        with self._lock:
            for documents in kept:
                documents.pop(bucket, None)

    def _operations(self) -> dict[str, Callable[[Sent], Document]]:
        operations = {
            "PutBucketReplication": self._put_replication,
            "GetBucketReplication": self._get_replication,
            "DeleteBucketReplication": self._delete_replication,
            "PutBucketLifecycleConfiguration": self._put_lifecycle,
            "GetBucketLifecycleConfiguration": self._get_lifecycle,
            "DeleteBucketLifecycle": self._delete_lifecycle,
            "PutBucketLogging": self._put_logging,
            "GetBucketLogging": self._get_logging,
            "PutBucketNotificationConfiguration": self._put_notification,
            "GetBucketNotificationConfiguration": self._get_notification,
            "PutBucketMetricsConfiguration": self._put_metrics,
            "GetBucketMetricsConfiguration": self._get_metrics,
            "DeleteBucketMetricsConfiguration": self._delete_metrics,
            "ListBucketMetricsConfigurations": self._list_metrics,
        }
        return {name: self._in_a_bucket(operation) for name, operation in operations.items()}

    def _in_a_bucket(self, operation: Callable[[str, Sent], Document]) -> Callable[[Sent], Document]:
        def run(sent: Sent) -> Document:
            if self._region_of(sent["Bucket"]) is None:
                raise ApiError("NoSuchBucket", "The specified bucket does not exist", status=404)
            with self._lock:
                return operation(sent["Bucket"], sent)

        return run

    def _put_replication(self, bucket: str, sent: Sent) -> Document:
        configuration = sent["ReplicationConfiguration"]
        if not self._versioned(bucket):
            raise ApiError(
                "InvalidRequest",
                "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
            )
        _check_rules(configuration["Rules"])
        for rule in configuration["Rules"]:
            self._check_destination(rule["Destination"]["Bucket"].removeprefix(ARN_PREFIX))
        self._replication[bucket] = configuration
        return {}

    def _check_destination(self, bucket: str) -> None:
        if self._region_of(bucket) is None:
            raise ApiError("InvalidRequest", "Destination bucket must exist.")
        if not self._versioned(bucket):
            raise ApiError("InvalidRequest", "Destination bucket must have versioning enabled.")

    def _get_replication(self, bucket: str, _: Sent) -> Document:
        if bucket not in self._replication:
            raise ApiError(
                "ReplicationConfigurationNotFoundError",
                "The replication configuration was not found",
                status=404,
            )
        return {"ReplicationConfiguration": self._replication[bucket]}

    def _delete_replication(self, bucket: str, _: Sent) -> Document:
        self._replication.pop(bucket, None)
        return {}

    def _put_lifecycle(self, bucket: str, sent: Sent) -> Document:
        self._lifecycle[bucket] = sent["LifecycleConfiguration"]
        return {}

    def _get_lifecycle(self, bucket: str, _: Sent) -> Document:
        if bucket not in self._lifecycle:
            raise ApiError(
                "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", status=404
            )
        return self._lifecycle[bucket]

    def _delete_lifecycle(self, bucket: str, _: Sent) -> Document:
        self._lifecycle.pop(bucket, None)
        return {}

    def _put_logging(self, bucket: str, sent: Sent) -> Document:
        logging = sent["BucketLoggingStatus"].get("LoggingEnabled")
        if logging is None:
            self._logging.pop(bucket, None)
            return {}
        target = self._region_of(logging["TargetBucket"])
        if target is None:
            raise ApiError("InvalidTargetBucketForLogging", "The target bucket for logging does not exist")
        if target != self._region_of(bucket):
            raise ApiError(
                "CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed.", status=403
            )
        self._logging[bucket] = logging
        return {}

    def _get_logging(self, bucket: str, _: Sent) -> Document:
        return {"LoggingEnabled": self._logging[bucket]} if bucket in self._logging else {}

    def _put_notification(self, bucket: str, sent: Sent) -> Document:
        self._notification[bucket] = sent["NotificationConfiguration"]
        return {}

    def _get_notification(self, bucket: str, _: Sent) -> Document:
        return self._notification.get(bucket, {})

    def _put_metrics(self, bucket: str, sent: Sent) -> Document:
        if sent["Id"] != sent["MetricsConfiguration"]["Id"]:
            raise ApiError("InvalidArgument", "the id in the address is not the configuration's")
        self._metrics.setdefault(bucket, {})[sent["Id"]] = sent["MetricsConfiguration"]
        return {}

    def _get_metrics(self, bucket: str, sent: Sent) -> Document:
        return {"MetricsConfiguration": self._metrics_of(bucket, sent["Id"])}

    def _delete_metrics(self, bucket: str, sent: Sent) -> Document:
        self._metrics_of(bucket, sent["Id"])
        del self._metrics[bucket][sent["Id"]]
        return {}

    def _list_metrics(self, bucket: str, _: Sent) -> Document:
        kept = self._metrics.get(bucket, {})
        return {"MetricsConfigurationList": [kept[id_] for id_ in sorted(kept)], "IsTruncated": False}

    def _metrics_of(self, bucket: str, id_: str) -> Document:
        if id_ not in self._metrics.get(bucket, {}):
            raise ApiError("NoSuchConfiguration", "The specified configuration does not exist.", status=404)
        return self._metrics[bucket][id_]


def is_about_documents(call: S3Call) -> bool:
    """Whether a call about a bucket is answered from its documents here."""
    read_here = call.method == "GET" and _NOTIFICATION in call.query
    return not call.key and (read_here or bool(_OURS & call.query.keys()))


def is_kept_too(call: S3Call) -> bool:
    """Whether a call that moto has carried out is about a document that is also kept here."""
    return call.method == "PUT" and not call.key and _NOTIFICATION in call.query


def _check_rules(rules: Sequence[Document]) -> None:
    """What the second version of the schema demands: a rule with a filter says the rest too."""
    priorities = Counter(rule["Priority"] for rule in rules if "Priority" in rule)
    if any(count > 1 for count in priorities.values()):
        raise ApiError("InvalidRequest", f"Found duplicate priorities in {sorted(priorities.elements())}")
    for rule in (rule for rule in rules if "Filter" in rule):
        for name in ("Priority", "DeleteMarkerReplication"):
            if name not in rule:
                raise ApiError(
                    "InvalidRequest",
                    f"{name} must be specified for this version of the configuration schema",
                )
        if _has_tags(rule["Filter"]) and rule["DeleteMarkerReplication"].get("Status") == "Enabled":
            raise ApiError(
                "InvalidRequest", "Delete marker replication is not supported if any Tag filter is specified."
            )


def _has_tags(filtered: Document) -> bool:
    return "Tag" in filtered or bool(filtered.get("And", {}).get("Tags"))
