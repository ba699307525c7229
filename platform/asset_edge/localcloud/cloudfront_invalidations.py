"""What may be invalidated and how it is written: a distribution's invalidations, completed at once.

Source: Amazon CloudFront Developer Guide, "Specify the objects to invalidate", "Invalidate by cache tag" and
"Quotas"; Amazon CloudFront API Reference, "CreateInvalidation".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from asset_edge.localcloud.aws_api import ApiError, Operation
from asset_edge.localcloud.cloudfront_collections import PATH, Sent, check_quantities, page, short_mark

OnInvalidate = Callable[[str, Sequence[str]], object]
"""Told the distribution's id and the batch's items, each a path or `#tag`."""

MOST_ITEMS = 3_000
_LONGEST_PATH = 4_000
_LONGEST_TAG = 256

_PATH = re.compile(r"/[!$&'()+,./0-9:;=?@A-Z_a-z%\-]*\*?")
"""What RFC 1738 lets stand unencoded; `*` is a wildcard and stands last, `~` is never allowed."""

_TAG = re.compile(r"#[\x21-\x7e]+")


class Invalidations:
    """Every invalidation of every distribution, the newest first in a list, as CloudFront lists them."""

    def __init__(
        self,
        check_distribution: Callable[[str], object],
        on_invalidate: OnInvalidate,
        now: Callable[[], datetime],
    ) -> None:
        self._check_distribution = check_distribution
        self._on_invalidate = on_invalidate
        self._now = now
        self._kept: dict[str, dict[str, dict[str, Any]]] = {}

    def operations(self) -> dict[str, Operation]:
        """The API's operations on invalidations."""
        return {
            "CreateInvalidation": self._create,
            "GetInvalidation": self._get,
            "ListInvalidations": self._list,
        }

    def forget(self, distribution_id: str) -> None:
        """Drops those of a distribution that is gone."""
        self._kept.pop(distribution_id, None)

    def _create(self, sent: Sent) -> dict[str, Any]:
        distribution_id, batch = sent["DistributionId"], sent["InvalidationBatch"]
        self._check_distribution(distribution_id)
        check_batch(batch)
        new_id = f"I{short_mark(distribution_id, batch['CallerReference'])}"
        kept = self._kept.setdefault(distribution_id, {})
        if new_id not in kept:
            kept[new_id] = {
                "Id": new_id,
                "Status": "Completed",
                "CreateTime": self._now(),
                "InvalidationBatch": batch,
            }
            self._on_invalidate(distribution_id, tuple(batch["Paths"]["Items"]))
        elif kept[new_id]["InvalidationBatch"] != batch:
            reference = batch["CallerReference"]
            raise ApiError(
                "InvalidationBatchAlreadyExists",
                f"CallerReference {reference!r} stands for another batch; use a new one",
            )
        location = f"{PATH}distribution/{distribution_id}/invalidation/{new_id}"
        return {"Invalidation": kept[new_id], "Location": location}

    def _get(self, sent: Sent) -> dict[str, Any]:
        found = self._of(sent).get(sent["Id"])
        if found is None:
            raise ApiError("NoSuchInvalidation", f"{sent['DistributionId']} has no invalidation {sent['Id']}")
        return {"Invalidation": found}

    def _list(self, sent: Sent) -> dict[str, Any]:
        found = list(self._of(sent).values())[::-1]
        return {"InvalidationList": page(found, sent, _summary, has_marker=True)}

    def _of(self, sent: Sent) -> Mapping[str, dict[str, Any]]:
        self._check_distribution(sent["DistributionId"])
        return self._kept.get(sent["DistributionId"], {})


def check_batch(batch: Sent) -> None:
    """Refuses a batch with nothing, too much, or anything that is neither a path nor a tag."""
    check_quantities(batch)
    items = batch["Paths"].get("Items") or ()
    if not items:
        raise ApiError("InvalidArgument", "the batch has no paths; it has at least one, such as '/*'")
    if len(items) > MOST_ITEMS:
        raise ApiError("BatchTooLarge", f"the batch has {len(items)} paths, over {MOST_ITEMS}; split it")
    for item in items:
        if fault := _fault(item):
            raise ApiError("InvalidArgument", f"invalidation path {item[:80]!r} {fault}")


def _fault(item: str) -> str | None:
    """What is wrong with an item; None where nothing is."""
    if item.startswith("#"):
        is_tag = _TAG.fullmatch(item) and len(item) <= _LONGEST_TAG + 1
        return None if is_tag else f"is no cache tag: # and 1 to {_LONGEST_TAG} visible ASCII characters"
    if not item.startswith("/"):
        return "begins with neither / nor #; a path is relative to the distribution, such as /images/*"
    if len(item) > _LONGEST_PATH:
        return f"has {len(item)} characters, over {_LONGEST_PATH}"
    if "*" in item[:-1]:
        return "has a * before its end; the wildcard stands last"
    if _PATH.fullmatch(item) is None or "%7e" in item.lower():
        return "has a character that a URL does not take, or ~; percent-encode it, and ~ not at all"
    return None


def _summary(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {name: whole[name] for name in ("Id", "CreateTime", "Status")}
