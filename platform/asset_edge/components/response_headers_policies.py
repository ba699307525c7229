"""Which headers CloudFront adds to and removes from every answer, and which such sets AWS manages already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from asset_edge.components.choices import check_choice, check_header_name, check_most, check_range
from asset_edge.errors import ArgumentError

CorsMethod = Literal["GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ALL"]
FrameOption = Literal["DENY", "SAMEORIGIN"]
ReferrerPolicy = Literal[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]
SecurityHeader = Literal[
    "content_security_policy",
    "content_type_options",
    "frame_options",
    "referrer_policy",
    "strict_transport_security",
    "xss_protection",
]

LONGEST_CONTENT_SECURITY_POLICY = 1783
"""Characters (CloudFront Developer Guide, "Understand response headers policies")."""

MOST_CUSTOM_HEADERS = 10

_UNREMOVABLE_NAMES = """
    connection content-encoding content-length expect host keep-alive proxy-authenticate
    proxy-authorization proxy-connection trailer transfer-encoding upgrade via warning x-amzn-auth
    x-amzn-cf-billing x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count
    x-amzn-header-order x-amzn-lambda-integration-tag x-amzn-requestid x-forwarded-proto x-real-ip
"""
_UNREMOVABLE = frozenset(_UNREMOVABLE_NAMES.split())
_UNREMOVABLE_PREFIXES = ("x-accel-", "x-amz-cf-", "x-edge-")


@dataclass(frozen=True, kw_only=True)
class Cors:
    """CORS headers, added to answers to requests with an Origin."""

    allow_origins: tuple[str, ...] = ("*",)
    """Origins, or `*`; a leading `*.` stands for every subdomain."""

    allow_methods: tuple[CorsMethod, ...] = ("GET", "HEAD")
    allow_headers: tuple[str, ...] = ("*",)
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool = False
    max_age_seconds: int | None = None

    origin_override: bool = True
    """Whether these win over what the origin sent; otherwise any CORS header of the origin turns all of them
    off.
    """

    def __post_init__(self) -> None:
        if self.allow_credentials and "*" in self.allow_origins + self.allow_headers:
            raise ArgumentError(
                "cors allows credentials from '*'; browsers and CloudFront refuse that. Name origins and "
                "headers"
            )
        if not (self.allow_origins and self.allow_methods and self.allow_headers):
            raise ArgumentError(
                "cors names no origin, method or header; CloudFront wants at least one of each. Name them, "
                "or use '*'"
            )
        for method in self.allow_methods:
            check_choice("a cors method", method, get_args(CorsMethod))


@dataclass(frozen=True, kw_only=True)
class SecurityHeaders:
    """Security headers; the default is AWS's own set (CloudFront Developer Guide, SecurityHeadersPolicy)."""

    strict_transport_security_seconds: int | None = 31_536_000
    include_subdomains: bool = False
    preload: bool = False
    content_type_options: bool = True
    frame_options: FrameOption | None = "SAMEORIGIN"
    referrer_policy: ReferrerPolicy | None = "strict-origin-when-cross-origin"

    xss_protection: bool = True
    """`X-XSS-Protection: 1; mode=block`, for browsers that still read it."""

    content_security_policy: str | None = None

    override: frozenset[SecurityHeader] = frozenset({"content_type_options"})
    """Those that win over what the origin sent."""

    def __post_init__(self) -> None:
        check_choice("frame_options", self.frame_options, (*get_args(FrameOption), None))
        check_choice("referrer_policy", self.referrer_policy, (*get_args(ReferrerPolicy), None))
        for header in self.override:
            check_choice("an overriding security header", header, get_args(SecurityHeader))
        characters = len(self.content_security_policy or "")
        check_most(
            "characters of content_security_policy",
            characters,
            LONGEST_CONTENT_SECURITY_POLICY,
            "Shorten it",
        )


@dataclass(frozen=True, kw_only=True)
class CustomHeader:
    """A header of your own on every answer."""

    name: str
    value: str
    override: bool = True
    """Whether it wins over the origin's header of that name."""


@dataclass(frozen=True, kw_only=True)
class ResponseHeadersPolicySpec:
    """A response headers policy: removal first, then what is added."""

    cors: Cors | None = None
    security: SecurityHeaders | None = None
    custom: tuple[CustomHeader, ...] = ()
    remove: tuple[str, ...] = ()

    server_timing_sampling_rate: float | None = None
    """Percent of answers that get a Server-Timing header, 0 to 100."""

    def __post_init__(self) -> None:
        check_most(
            "custom headers in one response headers policy",
            len(self.custom),
            MOST_CUSTOM_HEADERS,
            "Drop some",
        )
        for header in self.custom:
            check_header_name("a custom header", header.name)
        for name in self.remove:
            _check_removable(name)
        if self.server_timing_sampling_rate is not None:
            check_range("server_timing_sampling_rate", self.server_timing_sampling_rate, 0, 100)
        if not inputs(self):
            raise ArgumentError(
                "a response headers policy adds and removes nothing; give it a part, or use None"
            )

    @property
    def identity(self) -> "ResponseHeadersPolicySpec":
        """Equal for policies that mean the same."""
        return self

    @property
    def managed_id(self) -> str | None:
        """The id of AWS's own policy of the same content."""
        return next((i for i, spec in MANAGED.items() if spec == self), None)


def _check_removable(name: str) -> None:
    check_header_name("a header to remove", name)
    if name.lower() in _UNREMOVABLE or name.lower().startswith(_UNREMOVABLE_PREFIXES):
        raise ArgumentError(f"header {name!r} cannot be removed; CloudFront needs it. Leave it out of remove")


def inputs(spec: ResponseHeadersPolicySpec) -> dict[str, Any]:
    """The policy in the words of `aws.cloudfront.ResponseHeadersPolicy`."""
    rate = spec.server_timing_sampling_rate
    parts: dict[str, Any] = {
        "cors_config": spec.cors and _cors(spec.cors),
        "security_headers_config": spec.security and _security(spec.security),
        "custom_headers_config": spec.custom
        and {"items": [{"header": h.name, "value": h.value, "override": h.override} for h in spec.custom]},
        "remove_headers_config": spec.remove and {"items": [{"header": name} for name in spec.remove]},
        "server_timing_headers_config": rate is not None and {"enabled": True, "sampling_rate": rate},
    }
    return {part: told for part, told in parts.items() if told}


def _cors(cors: Cors) -> dict[str, Any]:
    told: dict[str, Any] = {
        "access_control_allow_credentials": cors.allow_credentials,
        "access_control_allow_headers": {"items": list(cors.allow_headers)},
        "access_control_allow_methods": {"items": list(cors.allow_methods)},
        "access_control_allow_origins": {"items": list(cors.allow_origins)},
        "origin_override": cors.origin_override,
    }
    if cors.expose_headers:
        told["access_control_expose_headers"] = {"items": list(cors.expose_headers)}
    if cors.max_age_seconds is not None:
        told["access_control_max_age_sec"] = cors.max_age_seconds
    return told


def _security(security: SecurityHeaders) -> dict[str, Any]:
    told: dict[SecurityHeader, dict[str, Any] | None] = {
        "content_security_policy": _valued("content_security_policy", security.content_security_policy),
        "content_type_options": {} if security.content_type_options else None,
        "frame_options": _valued("frame_option", security.frame_options),
        "referrer_policy": _valued("referrer_policy", security.referrer_policy),
        "strict_transport_security": _transport_security(security),
        "xss_protection": {"protection": True, "mode_block": True} if security.xss_protection else None,
    }
    return {
        header: value | {"override": header in security.override}
        for header, value in told.items()
        if value is not None
    }


def _valued(key: str, value: str | None) -> dict[str, Any] | None:
    return None if value is None else {key: value}


def _transport_security(security: SecurityHeaders) -> dict[str, Any] | None:
    if security.strict_transport_security_seconds is None:
        return None
    return {
        "access_control_max_age_sec": security.strict_transport_security_seconds,
        "include_subdomains": security.include_subdomains,
        "preload": security.preload,
    }


_SIMPLE = Cors(origin_override=False)
_PREFLIGHT = Cors(
    allow_methods=("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"),
    expose_headers=("*",),
    origin_override=False,
)

SECURITY_HEADERS = ResponseHeadersPolicySpec(security=SecurityHeaders())
SIMPLE_CORS = ResponseHeadersPolicySpec(cors=_SIMPLE)
CORS_AND_SECURITY_HEADERS = ResponseHeadersPolicySpec(cors=_SIMPLE, security=SecurityHeaders())
CORS_WITH_PREFLIGHT = ResponseHeadersPolicySpec(cors=_PREFLIGHT)
CORS_WITH_PREFLIGHT_AND_SECURITY_HEADERS = ResponseHeadersPolicySpec(
    cors=_PREFLIGHT, security=SecurityHeaders()
)

MANAGED: Mapping[str, ResponseHeadersPolicySpec] = {
    "67f7725c-6f97-4210-82d7-5512b31e9d03": SECURITY_HEADERS,
    "60669652-455b-4ae9-85a4-c4c02393f86c": SIMPLE_CORS,
    "e61eb60c-9c35-4d20-a928-2b84e02af89c": CORS_AND_SECURITY_HEADERS,
    "5cc3b908-e619-4b99-88e5-2cf7f45965bd": CORS_WITH_PREFLIGHT,
    "eaab4381-ed33-4a86-88ca-d9558dc6cd63": CORS_WITH_PREFLIGHT_AND_SECURITY_HEADERS,
}
"""AWS's own by id (CloudFront Developer Guide, "Use managed response headers policies").

The page tells the headers an answer gets, not every field: which methods SimpleCORS lists never shows.
"""
