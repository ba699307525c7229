"""The CloudFront API over our own store: everything comes back whole, and a change is served at once.

moto keeps only a part of a distribution; function associations and origin access controls are lost in it.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from asset_edge.emulator import distribution as edge
from asset_edge.emulator.distribution import Distribution, Policies
from asset_edge.errors import Unsupported
from asset_edge.localcloud import cloudfront_kinds as kinds
from asset_edge.localcloud.aws_api import ApiError, Operation, RestApi
from asset_edge.localcloud.cloudfront_collections import PATH, Collection, Kind, Sent
from asset_edge.localcloud.cloudfront_distribution_rules import Known, check
from asset_edge.localcloud.cloudfront_distributions import Distributions
from asset_edge.localcloud.cloudfront_extras import Subscriptions, Tags
from asset_edge.localcloud.cloudfront_invalidations import Invalidations, OnInvalidate
from asset_edge.localcloud.cloudfront_keys import with_known_keys

__all__ = ["PATH", "CloudFrontApi"]

_EVERYTHING = ("/*",)
"""What is invalidated of a distribution that is deleted: its id may come again."""

_READS = ("Get", "List")


def _now() -> datetime:
    return datetime.now(UTC)


class CloudFrontApi:
    """The API and what it keeps; may be called from several threads."""

    def __init__(
        self,
        account_id: str,
        *,
        on_invalidate: OnInvalidate = lambda _distribution_id, _items: None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.on_invalidate = on_invalidate
        """Called in the thread of the API's caller for each new invalidation; may be set later."""

        self._lock = threading.Lock()
        self._served: tuple[Distribution, ...] = ()
        self._distributions = Distributions(
            account_id, check=self._check_distribution, on_delete=self._forget, now=now
        )
        self._tags = Tags(self._distributions.of_arn)
        self._subscriptions = Subscriptions(self._distributions.found)
        self._invalidations = Invalidations(self._distributions.found, self._invalidate, now)

        def collection(kind: Kind, user: Callable[[str], str | None] | None = None) -> Collection:
            return Collection(kind, user=user or self._distributions.user_of, now=now)

        self._cache_policies = collection(kinds.CACHE_POLICY)
        self._origin_request_policies = collection(kinds.ORIGIN_REQUEST_POLICY)
        self._response_headers_policies = collection(kinds.RESPONSE_HEADERS_POLICY)
        self._origin_access_controls = collection(kinds.ORIGIN_ACCESS_CONTROL)
        self._public_keys = collection(kinds.PUBLIC_KEY, self._group_of)
        self._key_groups = collection(kinds.KEY_GROUP)
        self._api = RestApi("cloudfront", self._operations(), unsupported_code="UnsupportedOperation")

    def answer(self, request: Request) -> Response:
        """The answer to one call of the API."""
        return self._api.malformed(request) or self._api.answer(request)

    def distributions(self) -> list[dict[str, Any]]:
        """Every distribution, in the API's `Distribution` shape."""
        with self._lock:
            return self._distributions.wholes()

    def served(self) -> Sequence[Distribution]:
        """Every distribution as the edge reads it: the same object until something of it changes."""
        return self._served

    def _operations(self) -> dict[str, Operation]:
        found: dict[str, Operation] = {
            **self._distributions.operations(),
            **self._tags.operations(),
            **self._subscriptions.operations(),
            **self._invalidations.operations(),
            **self._key_groups.operations(),
            "CreateDistributionWithTags": self._create_with_tags,
        }
        for name in ("CreateKeyGroup", "UpdateKeyGroup"):
            found[name] = with_known_keys(found[name], self._public_keys.wholes)
        for collection in (
            self._cache_policies,
            self._origin_request_policies,
            self._response_headers_policies,
            self._origin_access_controls,
            self._public_keys,
        ):
            found |= collection.operations()
        return {name: self._alone(name, operation) for name, operation in found.items()}

    def _alone(self, name: str, operation: Operation) -> Operation:
        """The operation with nobody else inside; what it changed is served before its caller hears of it."""

        def alone(sent: dict[str, Any]) -> Mapping[str, Any]:
            with self._lock:
                answer = operation(sent)
                if not name.startswith(_READS):
                    self._serve()
                return answer

        return alone

    def _serve(self) -> None:
        policies = self._policies()
        served = tuple(edge.read(whole, policies) for whole in self._distributions.wholes())
        if served != self._served:
            self._served = served

    def _policies(self) -> Policies:
        return Policies(
            cache=self._cache_policies.wholes(),
            origin_request=self._origin_request_policies.wholes(),
            response_headers=self._response_headers_policies.wholes(),
            origin_access_controls=self._origin_access_controls.wholes(),
        )

    def _create_with_tags(self, sent: Sent) -> dict[str, Any]:
        told = sent["DistributionConfigWithTags"]
        tags = self._tags.check(told["Tags"])
        answer = self._distributions.create({"DistributionConfig": told["DistributionConfig"]})
        self._tags.add(answer["Distribution"]["Id"], tags)
        return answer

    def _check_distribution(self, whole: Mapping[str, Any]) -> None:
        """Refuses what CloudFront refuses and what the edge cannot serve."""
        check(
            whole["DistributionConfig"],
            Known(
                cache_policies=self._cache_policies.wholes(),
                origin_request_policies=self._origin_request_policies.wholes(),
                response_headers_policies=self._response_headers_policies.wholes(),
                origin_access_controls=self._origin_access_controls.wholes(),
                key_groups=self._key_groups.wholes(),
            ),
        )
        try:
            edge.read(whole, self._policies())
        except Unsupported as unsupported:
            raise ApiError("UnsupportedOperation", str(unsupported)) from unsupported

    def _group_of(self, key_id: str) -> str | None:
        groups = self._key_groups.wholes()
        users = (i for i, whole in groups.items() if key_id in whole["KeyGroupConfig"]["Items"])
        return next((f"key group {user}" for user in users), None)

    def _invalidate(self, distribution_id: str, items: Sequence[str]) -> None:
        self.on_invalidate(distribution_id, items)

    def _forget(self, distribution_id: str) -> None:
        for kept in (self._tags, self._subscriptions, self._invalidations):
            kept.forget(distribution_id)
        self._invalidate(distribution_id, _EVERYTHING)
