"""The parts of what is baked into an edge function: buckets, behaviours, and what each decision knows.

Every list is in the order in which it is read: the first that fits wins.
"""

import re
from dataclasses import dataclass
from typing import Literal

from .baked import ConfigError

Affinity = Literal["object", "request"]
"""What `rendezvous` hashes: the object key, or the request id (exact shares, for demonstrations)."""

EmbargoMode = Literal["off", "preparing", "unpublished", "all"]
"""Which assets need a token: none; none yet, but a token that comes must be good; those that the registry
does not call published; every one."""

Unknown = Literal["serve", "refuse"]
"""What becomes of an asset that the registry does not know: served, or answered 404."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_SHORTEST_SECRET = 32
_STATUS = re.compile(r"[2-5](?:xx|[0-9]{2})")
_TAG = re.compile(r"[!-+\--~]{1,256}")


@dataclass(frozen=True, kw_only=True)
class RegionalBucket:
    """One bucket that holds every object."""

    region: str
    bucket: str
    domain_name: str
    """The bucket's regional endpoint, e.g. `name.s3.eu-west-1.amazonaws.com`."""

    beacon: str
    """The DNS name whose A record tells the region's weight and health."""


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """What is decided under one path pattern; the first match on the canonical path wins."""

    path_pattern: str
    """As CloudFront's; `*` is the default behaviour's."""

    affinity: Affinity = "object"
    embargo: EmbargoMode = "off"
    registry: bool = False
    """Whether the asset registry is asked for a status. Without it every asset counts as published."""

    registry_segments: int = 0
    """How many leading segments of the path name the asset in the registry, where one entry stands for many
    objects, as for a film's; 0: the whole path does."""

    country_claims: bool = False
    """Whether tokens may name countries here. Elsewhere one that does is refused, because the country would
    have to be in the cache key, where it cuts the hit ratio."""

    territory: str | None = None
    """Name of the territory rules that hold."""

    library: str | None = None
    """Name of the libraries of which one is chosen."""

    transforms: bool = False
    """Whether the parameters of the image API mean anything here."""

    def __post_init__(self) -> None:
        _check_range(f"registry_segments of {self.path_pattern}", self.registry_segments, 0, 32)

    @property
    def reads(self) -> tuple[str, ...]:
        """What the decisions read: grant, country, language, transforms. All must be in the cache key."""
        told = {
            "grant": self.embargo != "off",
            "country": bool(self.territory or self.library or self.country_claims),
            "language": self.library is not None,
            "transforms": self.transforms,
        }
        return tuple(name for name, is_read in told.items() if is_read)


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Where the status of assets is kept, and how long an answer may be believed."""

    table: str
    regions: tuple[str, ...]
    """Where replicas of the DynamoDB table are."""

    unknown: Unknown = "serve"
    known_seconds: float = 60.0
    """How long a found entry is believed."""

    missing_seconds: float = 10.0
    """How long an entry that was not found is believed to be missing."""

    stale_seconds: float = 300.0
    """How long an entry serves on after that, while the registry cannot be reached."""

    connect_timeout_seconds: float = 1.0
    """For a new connection, from the look-up of its name to the answer."""

    read_timeout_seconds: float = 0.3
    """For an answer over a connection that is open."""

    def __post_init__(self) -> None:
        if not self.regions:
            raise ConfigError("registry.regions is empty; at least one is needed. Name the table's regions")
        for key in ("known_seconds", "missing_seconds", "stale_seconds"):
            _check_range(f"registry.{key}", getattr(self, key), 0, 300)
        for key in ("connect_timeout_seconds", "read_timeout_seconds"):
            _check_range(f"registry.{key}", getattr(self, key), 0.01, 3)


@dataclass(frozen=True, kw_only=True)
class MasterKey:
    """Of the `asset-key` scheme: two keys are derived from each, one signs policies, one makes secrets."""

    kid: str
    secret: str
    """At least 32 characters of chance."""

    def __post_init__(self) -> None:
        if not self.kid or len(self.secret) < _SHORTEST_SECRET:
            raise ConfigError(
                f"master key {self.kid!r} has a secret of {len(self.secret)} characters; a kid and at least "
                f"{_SHORTEST_SECRET} are needed. Make one with asset-edge key new"
            )


@dataclass(frozen=True, kw_only=True)
class Jwk:
    """A key of the `jwt` scheme, as RFC 7517 has it: only what verifying needs."""

    kid: str
    kty: Literal["oct", "RSA", "EC", "OKP"]
    alg: str | None = None
    """The one algorithm it is for; None leaves what its type and curve allow."""

    k: str | None = None
    n: str | None = None
    e: str | None = None
    crv: str | None = None
    x: str | None = None
    y: str | None = None


@dataclass(frozen=True, kw_only=True)
class Embargo:
    """Who may open embargoed assets. Current keys first, then those on their way out."""

    master_keys: tuple[MasterKey, ...] = ()
    jwks: tuple[Jwk, ...] = ()
    leeway_seconds: float = 30.0
    """How far clocks may differ."""

    def __post_init__(self) -> None:
        for what, keys in (("master_keys", self.master_keys), ("jwks", self.jwks)):
            check_unique(f"embargo.{what}", [key.kid for key in keys])
        _check_range("embargo.leeway_seconds", self.leeway_seconds, 0, 300)


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """Viewers of a country are sent to a host of their own."""

    country: str
    host: str

    def __post_init__(self) -> None:
        _check_country(self.country)
        _check(_HOST, "redirect host", self.host, "a DNS name in lower case")


@dataclass(frozen=True, kw_only=True)
class Territory:
    """Where assets may be seen. A redirect comes after the licence: who is denied is not sent on."""

    name: str
    allow: tuple[str, ...] = ()
    """Countries; empty means all that are not denied."""

    deny: tuple[str, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    def __post_init__(self) -> None:
        _check(_NAME, "territory name", self.name, "1 to 32 of a-z, 0-9 and -")
        for country in (*self.allow, *self.deny):
            _check_country(country)
        check_unique(f"territory {self.name} redirects", [redirect.country for redirect in self.redirects])
        if both := set(self.allow) & set(self.deny):
            raise ConfigError(
                f"territory {self.name} allows and denies {sorted(both)}; a country is in one list at most. "
                "Take it out of one"
            )


@dataclass(frozen=True, kw_only=True)
class CountryLibrary:
    """The library of a country."""

    country: str
    library: str

    def __post_init__(self) -> None:
        _check_country(self.country)
        _check(_NAME, "library", self.library, "1 to 32 of a-z, 0-9 and -")


@dataclass(frozen=True, kw_only=True)
class Libraries:
    """Which of several libraries a viewer sees, and in which language.

    The object's path is that of the request with `/<library>` and, if there are languages, `/<language>` put
    after its first segment: `/video/film/a.m3u8` is `/video/eu/de/film/a.m3u8`.
    """

    name: str
    by_country: tuple[CountryLibrary, ...] = ()
    default: str | None = None
    """For countries not listed; None: they have none (451)."""

    granted: tuple[str, ...] = ()
    """Libraries that only a token opens, besides those above, which a token may name as well."""

    languages: tuple[str, ...] = ()
    """The first is for viewers who understand none of them."""

    def __post_init__(self) -> None:
        _check(_NAME, "libraries name", self.name, "1 to 32 of a-z, 0-9 and -")
        check_unique(f"libraries {self.name} by_country", [one.country for one in self.by_country])
        check_unique(f"libraries {self.name} languages", self.languages)
        for library in (*self.granted, *([] if self.default is None else [self.default])):
            _check(_NAME, "library", library, "1 to 32 of a-z, 0-9 and -")
        for language in self.languages:
            _check(_LANGUAGE, "language", language, "a language such as de or pt-BR")


@dataclass(frozen=True, kw_only=True)
class ImageService:
    """The image service of one region."""

    region: str
    domain_name: str


@dataclass(frozen=True, kw_only=True)
class HeaderIs:
    """A response header that has a value: `*` stands for any characters, case does not count."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CacheRule:
    """What the Cache-Control of answers says that fit everything named here; nothing named fits all."""

    name: str
    path_pattern: str | None = None
    content_types: tuple[str, ...] = ()
    """Such as `image/*` or `text/vtt`, without parameters."""

    statuses: tuple[str, ...] = ()
    """Such as `200` or `2xx`; empty means all successes, and the 304 that confirms one: a redirect is not the
    asset."""

    headers: tuple[HeaderIs, ...] = ()
    """All of these."""

    parameters: tuple[str, ...] = ()
    """Image parameters, of which the request has at least one."""

    max_age_seconds: int = 0
    """For browsers, and for CloudFront where `shared_max_age_seconds` says nothing."""

    shared_max_age_seconds: int | None = None
    """For CloudFront. What can be revoked is kept for a minute, but in a library for as long as this says."""

    stale_while_revalidate_seconds: int | None = None
    stale_if_error_seconds: int | None = None
    immutable: bool = False
    """For paths under which the bytes never change."""

    must_revalidate: bool = False
    no_store: bool = False
    tags: tuple[str, ...] = ()
    """Cache tags that such answers get, besides their own."""

    def __post_init__(self) -> None:
        _check(_NAME, "cache rule name", self.name, "1 to 32 of a-z, 0-9 and -")
        for status in self.statuses:
            _check(_STATUS, f"status of cache rule {self.name}", status, "such as 200 or 4xx")
        for tag in self.tags:
            _check(_TAG, f"tag of cache rule {self.name}", tag, "1 to 256 visible ASCII without commas")
        for key in _CACHE_SECONDS:
            _check_range(f"{key} of cache rule {self.name}", getattr(self, key) or 0, 0, 31_536_000)


_CACHE_SECONDS = (
    "max_age_seconds",
    "shared_max_age_seconds",
    "stale_while_revalidate_seconds",
    "stale_if_error_seconds",
)


def _check(pattern: re.Pattern[str], what: str, value: str, allowed: str) -> None:
    if not pattern.fullmatch(value):
        raise ConfigError(f"{what} is {value!r}; {allowed} is allowed. Correct it")


def _check_country(country: str) -> None:
    _check(_COUNTRY, "country", country, "an ISO 3166-1 code of two capitals such as DE")


def _check_range(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ConfigError(f"{what} is {value}; {least} to {most} is allowed. Correct it")


def check_unique(what: str, names: list[str] | tuple[str, ...]) -> None:
    """Refuses a list that names something twice: the second would never be read."""
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        raise ConfigError(f"{what} has {twice} twice; each may stand once. Remove one")
