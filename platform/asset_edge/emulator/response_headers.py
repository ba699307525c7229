"""What a response headers policy does to an answer: removes, then adds CORS, security, custom, timing.

Source: Amazon CloudFront Developer Guide, "Understand response headers policies".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from asset_edge.emulator.api_lists import items
from asset_edge.emulator.cors import Cors, read_cors
from asset_edge.handlers.edge.events import Headers

_REMOVED_SERVER = "CloudFront"
"""What stands in `Server` once the origin's own is removed. (For `Date` the server puts in the time.)"""

_HIT = "hit from"
_REFRESH = "refreshhit"


@dataclass(frozen=True, kw_only=True)
class AddedHeader:
    """One header that a policy puts on every answer."""

    name: str
    value: str

    override: bool
    """Whether it wins over the header of that name that the answer has already."""

    @cached_property
    def key(self) -> str:
        """Where it stands in a header map."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What a Server-Timing header tells of one exchange; times are in milliseconds."""

    cache_result: str
    """As `x-cache` has it: `Hit from cloudfront`, `RefreshHit ...`, `Miss ...`, `Error ...`."""

    request_id: str
    pop: str
    """The edge location's code, such as `FRA60-P1`."""

    sample: float
    """Drawn anew for each answer, 0 to below 100: an answer below the sampling rate gets the header."""

    upstream_ms: int = 0
    """Until the origin's first byte."""

    downstream_ms: int = 0
    """Until the viewer's first byte."""


@dataclass(frozen=True, kw_only=True)
class ResponseHeadersPolicy:
    """A response headers policy, ready to apply."""

    id: str

    removed: frozenset[str]
    """Lower case."""

    cors: Cors | None
    added: tuple[AddedHeader, ...]
    """Security headers, then custom ones: of two that override, the later one wins."""

    server_timing_percent: float | None
    """Of answers that get a Server-Timing header; None where the policy has none."""


def read(api: Mapping[str, Any]) -> ResponseHeadersPolicy:
    """The policy in the CloudFront API's `ResponseHeadersPolicy` shape."""
    config = api["ResponseHeadersPolicyConfig"]
    cors, timing = config.get("CorsConfig"), config.get("ServerTimingHeadersConfig") or {}
    return ResponseHeadersPolicy(
        id=api["Id"],
        removed=frozenset(item["Header"].lower() for item in items(config, "RemoveHeadersConfig")),
        cors=read_cors(cors) if cors else None,
        added=(*_security(config.get("SecurityHeadersConfig") or {}), *_custom(config)),
        server_timing_percent=timing.get("SamplingRate", 0.0) if timing.get("Enabled") else None,
    )


def apply(
    policy: ResponseHeadersPolicy,
    headers: Headers,
    *,
    viewer_request_headers: Headers,
    method: str,
    timing: Timing | None = None,
) -> Headers:
    """The answer's headers as the policy makes them, in a new map; without `timing` no Server-Timing."""
    answer = {name: values for name, values in headers.items() if name not in policy.removed}
    if "server" in policy.removed:
        answer["server"] = [{"key": "Server", "value": _REMOVED_SERVER}]
    if policy.cors is not None and "origin" in viewer_request_headers:
        policy.cors.add_to(answer, viewer_request_headers, method)
    for added in policy.added:
        if added.override or added.key not in answer:
            answer[added.key] = [{"key": added.name, "value": added.value}]
    if timing is not None and _is_timed(policy, timing, viewer_request_headers):
        answer["server-timing"] = [{"key": "Server-Timing", "value": _server_timing(timing, answer)}]
    return answer


def _is_timed(policy: ResponseHeadersPolicy, timing: Timing, viewer_request_headers: Headers) -> bool:
    """By chance, or because the viewer asks with `Pragma: server-timing`, which works at a rate of 0 too."""
    if policy.server_timing_percent is None:
        return False
    asked = viewer_request_headers.get("pragma", ())
    return timing.sample < policy.server_timing_percent or any(
        pair["value"].strip().lower() == "server-timing" for pair in asked
    )


def _server_timing(timing: Timing, headers: Headers) -> str:
    """The edge's metrics; on a miss the origin's follow, on a hit those that were stored are dropped."""
    result = timing.cache_result.lower()
    if result.startswith(_HIT):
        return ",".join(("cdn-cache-hit", *_place(timing), 'cdn-hit-layer;desc="EDGE"', _downstream(timing)))
    upstream: tuple[str, ...] = ()
    if not result.startswith(_REFRESH):
        upstream = (
            'cdn-upstream-layer;desc="EDGE"',
            "cdn-upstream-dns;dur=0",
            "cdn-upstream-connect;dur=0",
            f"cdn-upstream-fbl;dur={timing.upstream_ms}",
        )
    outcome = "cdn-cache-miss" if upstream else "cdn-cache-refresh"
    from_origin = [pair["value"] for pair in headers.get("server-timing", ())] if upstream else []
    return ",".join((*upstream, outcome, *_place(timing), _downstream(timing), *from_origin))


def _place(timing: Timing) -> tuple[str, str]:
    return f'cdn-pop;desc="{timing.pop}"', f'cdn-rid;desc="{timing.request_id}"'


def _downstream(timing: Timing) -> str:
    return f"cdn-downstream-fbl;dur={timing.downstream_ms}"


def _custom(config: Mapping[str, Any]) -> Iterator[AddedHeader]:
    for item in items(config, "CustomHeadersConfig"):
        yield AddedHeader(name=item["Header"], value=item.get("Value") or "", override=item["Override"])


def _security(config: Mapping[str, Any]) -> Iterator[AddedHeader]:
    for part, (name, value) in _SECURITY.items():
        if part in config:
            yield AddedHeader(name=name, value=value(config[part]), override=config[part]["Override"])


def _transport_security(config: Mapping[str, Any]) -> str:
    directives = [f"max-age={config['AccessControlMaxAgeSec']}"]
    directives += ["includeSubDomains"] if config.get("IncludeSubdomains") else []
    directives += ["preload"] if config.get("Preload") else []
    return "; ".join(directives)


def _xss_protection(config: Mapping[str, Any]) -> str:
    directives = ["1" if config["Protection"] else "0"]
    directives += ["mode=block"] if config.get("ModeBlock") else []
    directives += [f"report={config['ReportUri']}"] if config.get("ReportUri") else []
    return "; ".join(directives)


_SECURITY: Mapping[str, tuple[str, Any]] = {
    "XSSProtection": ("X-XSS-Protection", _xss_protection),
    "FrameOptions": ("X-Frame-Options", lambda config: config["FrameOption"]),
    "ReferrerPolicy": ("Referrer-Policy", lambda config: config["ReferrerPolicy"]),
    "ContentSecurityPolicy": ("Content-Security-Policy", lambda config: config["ContentSecurityPolicy"]),
    "ContentTypeOptions": ("X-Content-Type-Options", lambda _: "nosniff"),
    "StrictTransportSecurity": ("Strict-Transport-Security", _transport_security),
}
"""By the part of a policy: the header's name, and its value from the part."""
