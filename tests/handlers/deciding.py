"""A configuration in which every decision is made, tokens that open its assets, and what its registry holds.

The events in `tests/events/decisions` are about it, and `strategies` draws from it. Tokens are signed with
the standard library alone, so that they are no mirror of what verifies them.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from asset_edge.handlers.edge.config import (
    Behavior,
    CacheRule,
    CountryLibrary,
    EdgeConfig,
    Embargo,
    ImageService,
    Jwk,
    Libraries,
    MasterKey,
    Redirect,
    RegionalBucket,
    Registry,
    Territory,
)

HOST = "d111111abcdef8.cloudfront.net"
NOW = 1_795_348_800
"""When the events happen, in seconds since 1970; tokens end an hour later."""

SPACE = "private"
"""The space of the asset keys is the first segment of its paths."""

_SECRET = b"a made-up secret of this test configuration, 64 bytes in length."
_MASTER_SECRET = "a made-up master secret, at least 32 characters long"

EU, US = "eu-west-1", "us-east-1"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bucket(region: str) -> RegionalBucket:
    return RegionalBucket(
        region=region,
        bucket=f"assets-{region}",
        domain_name=f"assets-{region}.s3.{region}.amazonaws.com",
        beacon=f"{region}.beacon.assets.example.com",
    )


CONFIG = EdgeConfig(
    buckets=(_bucket(EU), _bucket(US)),
    behaviors=(
        Behavior(path_pattern="/private/*", embargo="all"),
        Behavior(path_pattern="/opening/*", embargo="preparing"),
        Behavior(path_pattern="/preview/*", embargo="unpublished", registry=True),
        Behavior(path_pattern="/claims/*", embargo="all", country_claims=True),
        Behavior(path_pattern="/catalog/*", registry=True),
        Behavior(path_pattern="/licensed/*", territory="world", registry=True),
        Behavior(path_pattern="/video/*", library="films"),
        Behavior(path_pattern="/premiere/*", embargo="all", library="films", registry=True),
        Behavior(path_pattern="/images/*", transforms=True),
        Behavior(
            path_pattern="/vault/*",
            embargo="unpublished",
            registry=True,
            country_claims=True,
            territory="closed",
            library="films",
            transforms=True,
        ),
    ),
    registry=Registry(table="assets", regions=(EU, US), unknown="refuse"),
    embargo=Embargo(
        master_keys=(MasterKey(kid="m1", secret=_MASTER_SECRET),),
        jwks=(Jwk(kid="k1", kty="oct", alg="HS256", k=_text(_SECRET)),),
    ),
    territories=(
        Territory(
            name="world",
            allow=("US", "CA", "GB", "DE"),
            redirects=(
                Redirect(country="US", host="us.assets.example.com"),
                Redirect(country="CA", host="ca.assets.example.com"),
                Redirect(country="DE", host="de.assets.example.com"),
            ),
        ),
        Territory(name="closed", deny=("FR",)),
    ),
    libraries=(
        Libraries(
            name="films",
            by_country=(
                CountryLibrary(country="US", library="america"),
                CountryLibrary(country="DE", library="europe"),
                CountryLibrary(country="GB", library="europe"),
            ),
            languages=("en", "de", "pt-BR"),
        ),
    ),
    image_services=(
        ImageService(region=EU, domain_name="made-up-eu.lambda-url.eu-west-1.on.aws"),
        ImageService(region=US, domain_name="made-up-us.lambda-url.us-east-1.on.aws"),
    ),
    cache_rules=(
        CacheRule(name="versioned", path_pattern="/images/v*", max_age_seconds=31_536_000, immutable=True),
        CacheRule(name="manifests", content_types=("application/vnd.apple.mpegurl",), max_age_seconds=10),
        CacheRule(name="an-hour", content_types=("image/*",), max_age_seconds=3600),
    ),
    cache_tag_header="cache-tag",
)

STATUSES: Mapping[str, str] = {
    "catalog/published.jpg": "published",
    "catalog/draft.jpg": "draft",
    "catalog/archived.jpg": "archived",
    "catalog/embargoed.jpg": "embargoed",
    "preview/published.jpg": "published",
    "preview/draft.jpg": "draft",
    "licensed/film.mp4": "published",
    "licensed/german.mp4": "published",
    "premiere/film/a.m3u8": "published",
    "vault/cat.jpg": "published",
}
"""What the registry says of each object key; all other keys are missing."""

COUNTRIES: Mapping[str, tuple[str, ...]] = {"licensed/german.mp4": ("DE",)}
"""Where an asset alone may be seen."""

UNREACHABLE = "catalog/unreachable.jpg"
"""Of this key the registry gives no answer."""


def jws(claims: Mapping[str, object], secret: bytes = _SECRET, **header: str) -> str:
    """The claims, signed with HS256."""
    parts = ({"alg": "HS256", "typ": "JWT", **header}, claims)
    signed = ".".join(_text(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{signed}.{_text(hmac.digest(secret, signed.encode(), 'sha256'))}"


def token(sub: str, *, kid: str = "k1", **claims: Any) -> str:
    """A token of the issuer whose key is configured."""
    return jws({"sub": sub, "exp": NOW + 3600, **claims}, kid=kid)


def asset_key(sub: str, space: str = SPACE) -> tuple[str, str]:
    """The policy of an asset key, and a token that its secret signed."""
    claims = {"aud": "adn", "sub": space, "jti": "made-up", "ctf:unpub": True, "exp": NOW + 7200}
    policy = jws(claims, _derived(b"asset-edge policy v1"), kid="m1")
    secret = _text(hmac.digest(_derived(b"asset-edge secret v1"), policy.encode(), "sha256"))
    return policy, jws({"sub": sub}, secret.encode())


def _derived(what: bytes) -> bytes:
    return hmac.digest(_MASTER_SECRET.encode(), what, "sha256")
