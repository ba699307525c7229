"""The distributions of an account as the CloudFront API keeps them, each whole, as it was declared.

Source: Amazon CloudFront API Reference, "CreateDistribution", "UpdateDistribution" and "DeleteDistribution".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asset_edge.emulator.api_lists import items
from asset_edge.localcloud.aws_api import ApiError, Operation
from asset_edge.localcloud.cloudfront_collections import PATH, Sent, etag, page, refuse_stale, short_mark
from asset_edge.localcloud.cloudfront_distribution_rules import behaviors


@dataclass
class _Kept:
    whole: dict[str, Any]
    revision: int = 1


class Distributions:
    """Not safe for threads: its API lets one operation in at a time. The order is that of creation."""

    def __init__(
        self,
        account_id: str,
        *,
        check: Callable[[Mapping[str, Any]], None],
        on_delete: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._account_id = account_id
        self._check = check
        """Of the whole shape as it would be kept; raises `ApiError`."""
        self._on_delete = on_delete
        self._now = now
        self._kept: dict[str, _Kept] = {}

    def operations(self) -> dict[str, Operation]:
        """The API's operations on distributions, but for the one that brings tags."""
        return {
            "CreateDistribution": self.create,
            "GetDistribution": lambda sent: self._answer(sent["Id"]),
            "GetDistributionConfig": self._get_config,
            "UpdateDistribution": self._update,
            "DeleteDistribution": self._delete,
            "ListDistributions": self._list,
        }

    def wholes(self) -> list[dict[str, Any]]:
        """Every distribution, in the API's `Distribution` shape."""
        return [kept.whole for kept in self._kept.values()]

    def create(self, sent: Sent) -> dict[str, Any]:
        """`CreateDistribution`."""
        config = sent["DistributionConfig"]
        new_id = f"E{short_mark(config['CallerReference'])}"
        new = self._whole(new_id, config)
        self._check(new)
        if new_id in self._kept:
            raise ApiError("DistributionAlreadyExists", f"{config['CallerReference']} is taken")
        self._refuse_taken_aliases(config, but=None)
        self._kept[new_id] = _Kept(new)
        return self._answer(new_id) | {"Location": f"{PATH}distribution/{new_id}"}

    def found(self, distribution_id: str) -> dict[str, Any]:
        """The distribution of that id; `NoSuchDistribution` where there is none."""
        return self._found(distribution_id).whole

    def of_arn(self, arn: str) -> str | None:
        """The id of the distribution of that ARN; None where there is none."""
        return next((whole["Id"] for whole in self.wholes() if whole["ARN"] == arn), None)

    def user_of(self, named_id: str) -> str | None:
        """A distribution that names this policy, access control or key group; None where none does."""
        users = (whole["Id"] for whole in self.wholes() if named_id in _named(whole["DistributionConfig"]))
        return next((f"distribution {user}" for user in users), None)

    def _get_config(self, sent: Sent) -> dict[str, Any]:
        answer = self._answer(sent["Id"])
        return {"DistributionConfig": answer["Distribution"]["DistributionConfig"], "ETag": answer["ETag"]}

    def _update(self, sent: Sent) -> dict[str, Any]:
        kept, config = self._found(sent["Id"]), sent["DistributionConfig"]
        refuse_stale(sent, etag(sent["Id"], kept.revision))
        if config["CallerReference"] != kept.whole["DistributionConfig"]["CallerReference"]:
            raise ApiError("IllegalUpdate", "CallerReference cannot change; send the one of the last Get")
        new = self._whole(sent["Id"], config)
        self._check(new)
        self._refuse_taken_aliases(config, but=sent["Id"])
        self._kept[sent["Id"]] = _Kept(new, kept.revision + 1)
        return self._answer(sent["Id"])

    def _delete(self, sent: Sent) -> dict[str, Any]:
        kept = self._found(sent["Id"])
        refuse_stale(sent, etag(sent["Id"], kept.revision))
        if kept.whole["DistributionConfig"]["Enabled"]:
            raise ApiError(
                "DistributionNotDisabled", f"{sent['Id']} is enabled; update it with Enabled false"
            )
        del self._kept[sent["Id"]]
        self._on_delete(sent["Id"])
        return {}

    def _list(self, sent: Sent) -> dict[str, Any]:
        return {"DistributionList": page(self.wholes(), sent, self._summary, has_marker=True)}

    def _refuse_taken_aliases(self, config: Sent, *, but: str | None) -> None:
        others = (whole["DistributionConfig"] for whole in self.wholes() if whole["Id"] != but)
        taken = {alias.lower() for other in others for alias in items(other, "Aliases")}
        if double := sorted(taken & {alias.lower() for alias in items(config, "Aliases")}):
            raise ApiError("CNAMEAlreadyExists", f"{double[0]} is another distribution's alias")

    def _found(self, distribution_id: str) -> _Kept:
        if distribution_id not in self._kept:
            raise ApiError("NoSuchDistribution", f"there is no distribution {distribution_id}")
        return self._kept[distribution_id]

    def _whole(self, distribution_id: str, config: Sent) -> dict[str, Any]:
        return {
            "Id": distribution_id,
            "ARN": f"arn:aws:cloudfront::{self._account_id}:distribution/{distribution_id}",
            "Status": "Deployed",
            "LastModifiedTime": self._now(),
            "InProgressInvalidationBatches": 0,
            "DomainName": f"d{distribution_id[1:].lower()}.cloudfront.net",
            "ActiveTrustedSigners": {"Enabled": False, "Quantity": 0},
            "ActiveTrustedKeyGroups": {"Enabled": False, "Quantity": 0},
            "DistributionConfig": config,
        }

    def _answer(self, distribution_id: str) -> dict[str, Any]:
        kept = self._found(distribution_id)
        return {"Distribution": kept.whole, "ETag": etag(distribution_id, kept.revision)}

    def _summary(self, whole: Mapping[str, Any]) -> dict[str, Any]:
        """A list's item has the configuration's fields beside its own."""
        own = {name: value for name, value in whole.items() if name != "DistributionConfig"}
        own["ETag"] = etag(whole["Id"], self._kept[whole["Id"]].revision)
        return {**_SUMMARY_DEFAULTS, **whole["DistributionConfig"], **own}


_SUMMARY_DEFAULTS: Mapping[str, Any] = {
    "Aliases": {"Quantity": 0},
    "CacheBehaviors": {"Quantity": 0},
    "CustomErrorResponses": {"Quantity": 0},
    "HttpVersion": "http2",
    "IsIPV6Enabled": False,
    "PriceClass": "PriceClass_All",
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "Staging": False,
    "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    "WebACLId": "",
}
"""What a summary says where the configuration leaves it out; the shape requires all of them."""


def _named(config: Sent) -> set[str]:
    """The ids of everything that a configuration uses."""
    named = {origin.get("OriginAccessControlId", "") for origin in items(config, "Origins")}
    for behavior in behaviors(config):
        named |= {str(value) for name, value in behavior.items() if name.endswith("PolicyId")}
        named |= set(items(behavior, "TrustedKeyGroups"))
    return named
