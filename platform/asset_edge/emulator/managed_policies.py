"""Which policies AWS keeps in every account, by id, in the CloudFront API's own shapes."""

from collections.abc import Mapping
from typing import Any

MANAGED_CACHE_POLICIES: Mapping[str, Mapping[str, Any]] = {}
"""Id -> `CachePolicy` shape: Id, LastModifiedTime, CachePolicyConfig."""

MANAGED_ORIGIN_REQUEST_POLICIES: Mapping[str, Mapping[str, Any]] = {}
"""Id -> `OriginRequestPolicy` shape."""

MANAGED_RESPONSE_HEADERS_POLICIES: Mapping[str, Mapping[str, Any]] = {}
"""Id -> `ResponseHeadersPolicy` shape."""
