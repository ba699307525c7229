"""What the CloudFront API keeps of a distribution beside its configuration: tags, a metrics subscription.

Source: Amazon CloudFront API Reference, "TagResource" and "CreateMonitoringSubscription".
"""

from collections.abc import Callable
from typing import Any

from asset_edge.localcloud.aws_api import ApiError, Operation
from asset_edge.localcloud.cloudfront_collections import Sent

MOST_TAGS = 50
_LONGEST_KEY = 128
_LONGEST_VALUE = 256


class Tags:
    """The tags of distributions; nothing else in this API takes any here."""

    def __init__(self, id_of: Callable[[str], str | None]) -> None:
        self._id_of = id_of
        """By ARN, the id of what may be tagged; None where there is nothing."""
        self._kept: dict[str, dict[str, str]] = {}

    def operations(self) -> dict[str, Operation]:
        """The API's operations on tags."""
        return {"TagResource": self._tag, "UntagResource": self._untag, "ListTagsForResource": self._list}

    def check(self, tags: Sent) -> dict[str, str]:
        """The tags by key; `InvalidTagging` for those that no resource takes."""
        told = {tag["Key"]: tag.get("Value") or "" for tag in tags.get("Items") or ()}
        self._check_count(told)
        for key, value in told.items():
            if (
                not 1 <= len(key) <= _LONGEST_KEY
                or len(value) > _LONGEST_VALUE
                or key.lower().startswith("aws:")
            ):
                limits = (
                    f"keys have 1 to {_LONGEST_KEY} characters and no aws:, values {_LONGEST_VALUE} at most"
                )
                raise ApiError("InvalidTagging", f"tag {key[:40]!r} cannot be; {limits}")
        return told

    def add(self, distribution_id: str, tags: dict[str, str]) -> None:
        """Adds checked tags to those a distribution has."""
        together = self._kept.get(distribution_id, {}) | tags
        self._check_count(together)
        self._kept[distribution_id] = together

    def forget(self, distribution_id: str) -> None:
        """Drops those of a distribution that is gone."""
        self._kept.pop(distribution_id, None)

    def _check_count(self, tags: dict[str, str]) -> None:
        if len(tags) > MOST_TAGS:
            raise ApiError("InvalidTagging", f"{len(tags)} tags; a resource has {MOST_TAGS} at most")

    def _tag(self, sent: Sent) -> dict[str, Any]:
        self.add(self._found(sent["Resource"]), self.check(sent["Tags"]))
        return {}

    def _untag(self, sent: Sent) -> dict[str, Any]:
        distribution_id = self._found(sent["Resource"])
        gone = set(sent["TagKeys"].get("Items") or ())
        kept = self._kept.get(distribution_id, {})
        self._kept[distribution_id] = {key: value for key, value in kept.items() if key not in gone}
        return {}

    def _list(self, sent: Sent) -> dict[str, Any]:
        kept = self._kept.get(self._found(sent["Resource"]), {})
        return {"Tags": {"Items": [{"Key": key, "Value": value} for key, value in kept.items()]}}

    def _found(self, arn: str) -> str:
        distribution_id = self._id_of(arn)
        if distribution_id is None:
            raise ApiError("NoSuchResource", f"there is no distribution {arn}; tags are for distributions")
        return distribution_id


class Subscriptions:
    """Which distributions have additional metrics."""

    def __init__(self, check_distribution: Callable[[str], object]) -> None:
        self._check_distribution = check_distribution
        self._kept: dict[str, dict[str, Any]] = {}

    def operations(self) -> dict[str, Operation]:
        """The API's operations on monitoring subscriptions."""
        return {
            "CreateMonitoringSubscription": self._create,
            "GetMonitoringSubscription": self._get,
            "DeleteMonitoringSubscription": self._delete,
        }

    def forget(self, distribution_id: str) -> None:
        """Drops that of a distribution that is gone."""
        self._kept.pop(distribution_id, None)

    def _create(self, sent: Sent) -> dict[str, Any]:
        distribution_id = sent["DistributionId"]
        self._check_distribution(distribution_id)
        if distribution_id in self._kept:
            code = "MonitoringSubscriptionAlreadyExists"
            raise ApiError(code, f"{distribution_id} has a subscription; delete it first")
        self._kept[distribution_id] = sent["MonitoringSubscription"]
        return {"MonitoringSubscription": sent["MonitoringSubscription"]}

    def _get(self, sent: Sent) -> dict[str, Any]:
        self._check_distribution(sent["DistributionId"])
        if sent["DistributionId"] not in self._kept:
            raise ApiError("NoSuchMonitoringSubscription", f"{sent['DistributionId']} has no subscription")
        return {"MonitoringSubscription": self._kept[sent["DistributionId"]]}

    def _delete(self, sent: Sent) -> dict[str, Any]:
        self._get(sent)
        del self._kept[sent["DistributionId"]]
        return {}
