"""The CloudFront API over our own store: a distribution comes back whole, as it was declared.

moto keeps only a part of one; function associations and origin access controls are lost in it.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from asset_edge.localcloud.aws_api import ApiError, RestApi

PATH = "/2020-05-31/"
"""How the address of every call begins: the API's version."""

_SINCE = datetime(2020, 5, 31, tzinfo=UTC)


class CloudFrontApi:
    """The API and what it keeps. The store's order is the order of creation."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._distributions: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._api = RestApi("cloudfront", self._operations(), unsupported_code="UnsupportedOperation")

    def answer(self, request: Request) -> Response:
        """The answer to one call of the API."""
        return self._api.answer(request)

    def distributions(self) -> list[dict[str, Any]]:
        """Every distribution, in the API's `Distribution` shape."""
        with self._lock:
            return list(self._distributions.values())

    def _operations(self) -> dict[str, Any]:
        return {
            "CreateDistribution": self._create,
            "CreateDistributionWithTags": self._create_with_tags,
            "GetDistribution": lambda sent: _whole(self._found(sent["Id"])),
            "GetDistributionConfig": lambda sent: _config(self._found(sent["Id"])),
            "ListDistributions": self._list,
        }

    def _create_with_tags(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        return self._create({"DistributionConfig": sent["DistributionConfigWithTags"]["DistributionConfig"]})

    def _create(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        config = sent["DistributionConfig"]
        _refuse_absent(config)
        new = _distribution(config, self._account_id)
        with self._lock:
            self._refuse_double(new["Id"], config)
            self._distributions[new["Id"]] = new
        return _whole(new) | {"Location": f"{PATH}distribution/{new['Id']}"}

    def _refuse_double(self, new_id: str, config: Mapping[str, Any]) -> None:
        if new_id in self._distributions:
            raise ApiError("DistributionAlreadyExists", f"{config['CallerReference']} is taken")
        taken = {alias for d in self._distributions.values() for alias in _aliases(d["DistributionConfig"])}
        if double := sorted(taken & _aliases(config)):
            raise ApiError("CNAMEAlreadyExists", f"{double[0]} is another distribution's alias")

    def _found(self, distribution_id: str) -> dict[str, Any]:
        with self._lock:
            if distribution_id in self._distributions:
                return self._distributions[distribution_id]
        raise ApiError("NoSuchDistribution", f"there is no distribution {distribution_id}")

    def _list(self, _sent: Mapping[str, Any]) -> dict[str, Any]:
        items = [_summary(d) for d in self.distributions()]
        whole = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": len(items), "Items": items}
        return {"DistributionList": whole}


def _refuse_absent(config: Mapping[str, Any]) -> None:
    origins, groups = _items(config, "Origins"), _items(config, "OriginGroups")
    there = {one["Id"] for one in (*origins, *groups)}
    behaviors = (config["DefaultCacheBehavior"], *_items(config, "CacheBehaviors"))
    members = {member["OriginId"] for group in groups for member in _items(group, "Members")}
    if absent := sorted({behavior["TargetOriginId"] for behavior in behaviors} - there | members - there):
        raise ApiError("NoSuchOrigin", f"there is no origin {absent[0]}")


def _distribution(config: Mapping[str, Any], account_id: str) -> dict[str, Any]:
    mark = hashlib.sha256(config["CallerReference"].encode()).hexdigest().upper()[:13]
    return {
        "Id": f"E{mark}",
        "ARN": f"arn:aws:cloudfront::{account_id}:distribution/E{mark}",
        "Status": "Deployed",
        "LastModifiedTime": _SINCE,
        "InProgressInvalidationBatches": 0,
        "DomainName": f"d{mark.lower()}.cloudfront.net",
        "ActiveTrustedSigners": {"Enabled": False, "Quantity": 0},
        "ActiveTrustedKeyGroups": {"Enabled": False, "Quantity": 0},
        "DistributionConfig": config,
    }


def _aliases(config: Mapping[str, Any]) -> set[str]:
    return set(_items(config, "Aliases"))


def _items(config: Mapping[str, Any], name: str) -> Sequence[Any]:
    return (config.get(name) or {}).get("Items") or ()


def _whole(distribution: Mapping[str, Any]) -> dict[str, Any]:
    return {"Distribution": distribution, "ETag": _etag(distribution)}


def _config(distribution: Mapping[str, Any]) -> dict[str, Any]:
    return {"DistributionConfig": distribution["DistributionConfig"], "ETag": _etag(distribution)}


def _etag(distribution: Mapping[str, Any]) -> str:
    mark = hashlib.sha256(repr(distribution["DistributionConfig"]).encode()).hexdigest().upper()
    return f"E{mark[:13]}"


def _summary(distribution: Mapping[str, Any]) -> dict[str, Any]:
    """A list's item has the configuration's fields beside its own."""
    own = {k: v for k, v in distribution.items() if k != "DistributionConfig"}
    defaults = {"CacheBehaviors": {"Quantity": 0}, "CustomErrorResponses": {"Quantity": 0}}
    return defaults | dict(distribution["DistributionConfig"]) | own
