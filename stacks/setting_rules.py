"""What no single value of a stack file shows: which values cannot stand together, and which is to blame."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from asset_edge.components.behaviors import MOST_BEHAVIORS
from asset_edge.components.certificate import MOST_ALIASES
from asset_edge.components.path_patterns import DEFAULT, overlap
from asset_edge.handlers.edge.config import has_room_for_libraries, is_taken
from stacks.decisions import Path
from stacks.values import SEALED

if TYPE_CHECKING:
    from stacks.settings import Settings

Misfit = tuple[str, object, str]
"""A key, its value, what is allowed."""

_SMALLEST_RATE_LIMIT = 10
_GUESS_PROOF = rf"[A-Za-z0-9_-]{{22,200}}|{re.escape(SEALED)}"


def clashes(settings: "Settings", allowed_accounts: object, *, makes_its_zone: bool) -> Iterator[Misfit]:
    """Every such clash in a stack's settings."""
    if not isinstance(allowed_accounts, list) or settings.account_id not in allowed_accounts:
        yield "aws:allowedAccountIds", allowed_accounts, f"must list accountId {settings.account_id}"
    for key, broken, allowed in _RULES:
        if broken(settings):
            yield key, _shown(settings, key), allowed
    for index, path in enumerate(settings.paths):
        for key, broken_path, allowed in _PATH_RULES:
            if broken_path(settings, path):
                yield f"paths[{index}].{key}", _shown_of(path, key), allowed
    if makes_its_zone == bool(settings.zone_id):
        yield "zoneId", settings.zone_id, _ZONE[makes_its_zone]


def _shown(settings: "Settings", key: str) -> object:
    return settings.model_dump(by_alias=True)[key]


def _shown_of(path: Path, key: str) -> object:
    return path.model_dump(by_alias=True)[key]


def _outside(settings: "Settings") -> list[str]:
    zone = settings.zone_name
    return [a for a in settings.aliases if a != zone and not a.endswith(f".{zone}")]


def _at_the_origin(settings: "Settings") -> list[str]:
    origin = f"{settings.origin_host}.{settings.zone_name}"
    return [a for a in settings.aliases if a == origin or a.endswith(f".{origin}")]


def _patterns(settings: "Settings") -> list[str]:
    decided = [path.pattern for path in settings.paths]
    return [*settings.request_affinity_paths, *decided, *settings.viewer_request_paths]


def _is_shared(settings: "Settings", patterns: tuple[str, ...]) -> bool:
    return any(_patterns(settings).count(pattern) > 1 for pattern in patterns)


def _opened(settings: "Settings") -> list[str]:
    """What is for demonstrations comes first, and nothing is decided there."""
    closed = [path.pattern for path in settings.paths if path.pattern != DEFAULT and _closes(path)]
    return [shown for shown in settings.request_affinity_paths if any(overlap(shown, one) for one in closed)]


def _closes(path: Path) -> bool:
    return path.embargo != "off" or path.registry or bool(path.territory or path.library)


def _to_itself(settings: "Settings") -> list[str]:
    hosts = [host for territory in settings.territories for host in territory.redirects.values()]
    return [host for host in hosts if host in settings.aliases]


def _elsewhere(settings: "Settings") -> set[str]:
    return set(settings.image_services) - {settings.primary_region, settings.replica_region}


def _unsigned(settings: "Settings") -> list[str]:
    return [
        host
        for region, host in settings.image_services.items()
        if not host.endswith(f".lambda-url.{region}.on.aws")
    ]


def _repeated_kids(settings: "Settings") -> bool:
    secrets = settings.embargo_secrets
    jwks = [*(key.kid for key in settings.embargo_public_keys), *(key.kid for key in secrets.jwks)]
    master_keys = [key.kid for key in secrets.master_keys]
    return any(len(set(kids)) < len(kids) for kids in (jwks, master_keys))


def _is_embargoed(settings: "Settings") -> bool:
    return any(path.embargo != "off" for path in settings.paths)


def _redirects(settings: "Settings", path: Path) -> bool:
    return any(one.redirects for one in settings.territories if one.name == path.territory)


def _has_keys(settings: "Settings") -> bool:
    return bool(settings.embargo_public_keys) or settings.embargo_secrets.are_given


_ZONE = {
    True: "this environment makes its own zone; leave zoneId out",
    False: "it must name the hosted zone that holds zoneName",
}
_Rule = tuple[str, Callable[["Settings"], object], str]
_RULES: tuple[_Rule, ...] = (
    (
        "replicaRegion",
        lambda s: s.primary_region == s.replica_region,
        "must differ from primaryRegion; two copies in one region survive nothing together",
    ),
    (
        "primaryWeight",
        lambda s: s.primary_weight == s.replica_weight == 0,
        "primaryWeight and replicaWeight may not both be 0",
    ),
    (
        "requestAffinityPaths",
        _opened,
        (
            "none may share a path with one of paths that has an embargo, registry, territory or library: "
            "whoever asks there would get it without; give that one affinity: request"
        ),
    ),
    (
        "viewerRequestPaths",
        lambda s: _is_shared(s, s.viewer_request_paths),
        "may not share a pattern with requestAffinityPaths or paths; a pattern is one behaviour",
    ),
    (
        "paths",
        lambda s: _is_shared(s, tuple(path.pattern for path in s.paths)),
        (
            "each pattern may stand once, here, in requestAffinityPaths or in viewerRequestPaths; a pattern "
            "is one behaviour"
        ),
    ),
    (
        "defaultTtlSeconds",
        lambda s: s.default_ttl_seconds > s.max_ttl_seconds,
        "may not be above maxTtlSeconds",
    ),
    ("aliases", _outside, "each must lie in zoneName"),
    ("aliases", _at_the_origin, "none may be originHost or lie below it; those names are the weights'"),
    ("aliases", lambda s: len(s.aliases) > MOST_ALIASES, f"at most {MOST_ALIASES}; CloudFront takes no more"),
    (
        "viewerRequestPaths",
        lambda s: len(set(_patterns(s)) - {DEFAULT}) >= MOST_BEHAVIORS,
        (
            f"with requestAffinityPaths and paths at most {MOST_BEHAVIORS - 1}; each is a behaviour, besides "
            "the default"
        ),
    ),
    (
        "geoCountries",
        lambda s: (s.geo_restriction == "none") == bool(s.geo_countries),
        "list countries exactly when geoRestriction is whitelist or blacklist",
    ),
    (
        "wafRateLimit",
        lambda s: 0 < s.waf_rate_limit < _SMALLEST_RATE_LIMIT,
        "0 for none, or 10 to 2000000000 requests",
    ),
    ("probeIntervalSeconds", lambda s: s.probe_interval_seconds not in (10, 30), "10 or 30 seconds"),
    (
        "probePath",
        lambda s: s.probe == "url" and not re.fullmatch(_GUESS_PROOF, s.probe_path.get_secret_value()),
        "a url probe needs 22 to 200 letters, digits, hyphens, underscores; set it with config set --secret",
    ),
    ("logRegions", lambda s: not s.log_regions, "list at least one region"),
    (
        "corsOrigins",
        lambda s: "*" in s.cors_origins and _is_embargoed(s),
        (
            "beside paths with an embargo name the origins; browsers send the cookies that open such assets "
            "to no *"
        ),
    ),
    ("territories", _to_itself, "no redirect may lead to one of aliases; viewers would go round for ever"),
    ("imageServices", _elsewhere, "its keys may be primaryRegion and replicaRegion, which have the objects"),
    (
        "imageServices",
        _unsigned,
        (
            "each must be the host of a function URL in its region, such as abc.lambda-url.eu-west-1.on.aws; "
            "requests are signed for one"
        ),
    ),
    (
        "cacheTagHeader",
        lambda s: is_taken(s.cache_tag_header),
        "a header that means nothing else in an answer, such as cache-tag; some are CloudFront's own",
    ),
    (
        "cacheRules",
        lambda s: not s.cache_tag_header and any(rule.tags for rule in s.cache_rules),
        "tags need a header to stand in; set cacheTagHeader, or leave them out",
    ),
    (
        "embargoPublicKeys",
        _repeated_kids,
        "each kid may stand once, the jwks of embargoSecrets included; a token says by it which key is meant",
    ),
)

_PathRule = tuple[str, Callable[["Settings", Path], object], str]
_PATH_RULES: tuple[_PathRule, ...] = (
    (
        "pattern",
        lambda s, p: p.pattern == DEFAULT and p is not s.paths[-1],
        "* is for what the others leave; it must stand last",
    ),
    (
        "embargo",
        lambda s, p: p.embargo != "off" and not _has_keys(s),
        "nobody could open anything; set embargoPublicKeys or embargoSecrets",
    ),
    (
        "embargo",
        lambda _, p: p.embargo == "unpublished" and not p.registry,
        "the registry alone knows what is published; set registry: true, or embargo: all",
    ),
    (
        "embargo",
        lambda s, p: p.embargo in ("unpublished", "all") and _redirects(s, p),
        (
            "its territory sends viewers to another host, where their token is gone; use a territory without "
            "redirects"
        ),
    ),
    (
        "countryClaims",
        lambda _, p: p.country_claims and p.embargo == "off",
        "tokens mean nothing without an embargo; set one, or leave countryClaims out",
    ),
    (
        "registry",
        lambda s, p: p.registry and not s.registry_regions,
        "there is no registry; list its regions in registryRegions",
    ),
    (
        "registrySegments",
        lambda _, p: p.registry_segments and not p.registry,
        "without registry: true nothing is looked up; set that, or leave registrySegments out",
    ),
    (
        "territory",
        lambda s, p: p.territory is not None and p.territory not in [one.name for one in s.territories],
        "it must be the name of one of territories",
    ),
    (
        "library",
        lambda s, p: p.library is not None and p.library not in [one.name for one in s.libraries],
        "it must be the name of one of libraries",
    ),
    (
        "library",
        lambda s, p: p.embargo == "off" and any(one.granted for one in s.libraries if one.name == p.library),
        "it has granted libraries, which tokens alone open; set an embargo, be it preparing",
    ),
    (
        "pattern",
        lambda _, p: p.library is not None and not has_room_for_libraries(p.pattern),
        (
            "its library stands behind the first segment of a path, out of its reach; use a pattern such "
            "as /video/* or *.m3u8"
        ),
    ),
    (
        "transforms",
        lambda s, p: p.transforms and not s.image_services,
        "there is no image service; set imageServices",
    ),
)
