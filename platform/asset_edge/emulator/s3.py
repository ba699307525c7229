"""Which requests S3 lets through, and as whom: host, region, signature, permission."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asset_edge.emulator.identities import Identities
from asset_edge.emulator.messages import OriginRequest, OriginResponse

Document = Mapping[str, Any]
"""A policy document as IAM's JSON says it."""

Store = Callable[[str, OriginRequest], OriginResponse]
"""Answers a request for a path in the named bucket, whoever asks."""


@dataclass(frozen=True, kw_only=True)
class Buckets:
    """What is known of the buckets behind the endpoints. Every call may block; none is made on a loop."""

    region_of: Callable[[str], str | None]
    """The region a bucket is in; None where there is none of that name."""

    policy: Callable[[str], Document | None]
    """A bucket's policy."""

    role_policies: Callable[[str], Sequence[Document]]
    """The policies of a role, by its ARN."""

    public: Callable[[str], bool]
    """Whether a bucket's policy may let in those who do not sign: nothing blocks public access."""

    store: Store


class S3:
    """The endpoints of all buckets, faults aside. Any thread may ask."""

    def __init__(
        self, buckets: Buckets, identities: Identities, now: Callable[[], float] = time.time
    ) -> None:
        self._buckets = buckets
        self._identities = identities
        self._now = now

    def answer(self, request: OriginRequest) -> OriginResponse:
        """What the endpoint that `request` was sent to answers to the edge; blocks as the store does."""
        raise NotImplementedError
