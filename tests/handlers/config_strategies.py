"""Hypothesis strategies: any configuration that can be made, its cross-references included."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from asset_edge.handlers.edge.config import (
    Behavior,
    CacheRule,
    CountryLibrary,
    EdgeConfig,
    Embargo,
    HeaderIs,
    ImageService,
    Jwk,
    Libraries,
    MasterKey,
    Redirect,
    RegionalBucket,
    Registry,
    Territory,
    has_room_for_libraries,
    is_ambiguous,
    is_taken,
)

TEXT = st.text(max_size=4)
NAME = st.sampled_from(["a", "0", "b-1", "x" * 32])
COUNTRY = st.sampled_from(["AA", "DE", "US", "ZZ"])
HOST = st.sampled_from(["a", "de.example", "0-1.example", "x" * 253])
LANGUAGE = st.sampled_from(["de", "fil", "pt-BR"])
STATUS = st.sampled_from(["200", "2xx", "404", "5xx", "599"])
TAG = st.sampled_from(["a", "key:0", "!~", "x" * 256])
CACHE_SECONDS = st.integers(0, 31_536_000)


def few(each: st.SearchStrategy[Any], by: Any = None, least: int = 0) -> st.SearchStrategy[Any]:
    """A tuple of at most two, of which no two are alike in what `by` gives."""
    return st.lists(each, min_size=least, max_size=2, unique_by=by).map(tuple)


BUCKETS = few(
    st.builds(RegionalBucket, region=TEXT, bucket=TEXT, domain_name=TEXT, beacon=TEXT),
    by=lambda bucket: bucket.region,
    least=1,
)
PATTERNS = TEXT.filter(lambda pattern: not is_ambiguous(pattern)) | st.sampled_from(["*", "*.mpd", "/a/*"])
BEHAVIORS = st.builds(
    Behavior,
    path_pattern=PATTERNS,
    affinity=st.sampled_from(["object", "request"]),
    embargo=st.sampled_from(["off", "preparing", "unpublished", "all"]),
    registry=st.booleans(),
    registry_segments=st.integers(0, 9),
    country_claims=st.booleans(),
    transforms=st.booleans(),
)
REGISTRIES = st.builds(
    Registry,
    table=TEXT,
    regions=few(TEXT, least=1),
    unknown=st.sampled_from(["serve", "refuse"]),
    known_seconds=st.floats(0, 300),
    missing_seconds=st.floats(0, 300),
    stale_seconds=st.floats(0, 300),
    connect_timeout_seconds=st.floats(0.01, 3),
    read_timeout_seconds=st.floats(0.01, 3),
)
EMBARGOES = st.builds(
    Embargo,
    master_keys=few(
        st.builds(MasterKey, kid=st.text(min_size=1, max_size=4), secret=st.just("made-up " * 4)),
        by=lambda key: key.kid,
    ),
    jwks=few(
        st.builds(
            Jwk,
            kid=TEXT,
            kty=st.sampled_from(["oct", "RSA", "EC", "OKP"]),
            alg=st.none() | TEXT,
            k=st.none() | TEXT,
            crv=st.none() | TEXT,
            x=st.none() | TEXT,
        ),
        by=lambda key: key.kid,
    ),
    leeway_seconds=st.floats(0, 300),
)
TERRITORIES = st.builds(
    lambda name, countries, redirects: Territory(
        name=name, allow=countries[:1], deny=countries[1:], redirects=redirects
    ),
    NAME,
    few(COUNTRY, by=lambda country: country),
    few(st.builds(Redirect, country=COUNTRY, host=HOST), by=lambda redirect: redirect.country),
)
LIBRARIES = st.builds(
    Libraries,
    name=NAME,
    by_country=few(st.builds(CountryLibrary, country=COUNTRY, library=NAME), by=lambda one: one.country),
    default=st.none() | NAME,
    granted=few(NAME),
    languages=few(LANGUAGE, by=lambda language: language),
)
CACHE_RULES = st.builds(
    CacheRule,
    name=NAME,
    path_pattern=st.none() | TEXT,
    content_types=few(TEXT),
    statuses=few(STATUS),
    headers=few(st.builds(HeaderIs, name=TEXT, value=TEXT)),
    parameters=few(TEXT),
    max_age_seconds=CACHE_SECONDS,
    shared_max_age_seconds=st.none() | CACHE_SECONDS,
    stale_while_revalidate_seconds=st.none() | CACHE_SECONDS,
    stale_if_error_seconds=st.none() | CACHE_SECONDS,
    immutable=st.booleans(),
    must_revalidate=st.booleans(),
    no_store=st.booleans(),
    tags=few(TAG),
)


TAG_HEADERS = st.from_regex("[A-Za-z0-9-]{1,64}", fullmatch=True).filter(lambda name: not is_taken(name))

PARTS: dict[str, st.SearchStrategy[Any]] = {
    "strategy": st.sampled_from(["rendezvous", "dns"]),
    "origin_auth": st.sampled_from(["sigv4", "static"]),
    "affinity": st.sampled_from(["object", "request"]),
    "name_servers": few(TEXT),
    "dns_timeout_seconds": st.floats(0, 5, exclude_min=True),
    "registry": REGISTRIES,
    "embargo": EMBARGOES,
    "territories": few(TERRITORIES, by=lambda one: one.name),
    "libraries": few(LIBRARIES, by=lambda one: one.name),
    "image_services": few(st.builds(ImageService, region=TEXT, domain_name=TEXT), by=lambda one: one.region),
    "cache_rules": few(CACHE_RULES, by=lambda one: one.name),
    "cache_tag_header": st.none() | TAG_HEADERS,
    "logged_share": st.floats(0, 1),
}


@st.composite
def configs(draw: st.DrawFn) -> EdgeConfig:
    """A configuration with up to three parts besides its buckets, and behaviours that find what they name."""
    parts = draw(st.lists(st.sampled_from(list(PARTS)), max_size=3, unique=True))
    drawn = {name: draw(PARTS[name]) for name in parts}
    edge = EdgeConfig(buckets=draw(BUCKETS), weighted_name=draw(st.text(min_size=1, max_size=4)), **drawn)
    return replace(edge, behaviors=tuple(_fitted(draw, edge, one) for one in draw(few(BEHAVIORS))))


def _fitted(draw: st.DrawFn, edge: EdgeConfig, behavior: Behavior) -> Behavior:
    """The behaviour, with names that are there and without what cannot be."""
    has_registry = behavior.registry and edge.registry is not None
    embargo = behavior.embargo if has_registry or behavior.embargo != "unpublished" else "all"
    plain = embargo in {"unpublished", "all"}
    libraries = edge.libraries if has_room_for_libraries(behavior.path_pattern) else ()
    territories = [one.name for one in edge.territories if not (plain and one.redirects)]
    return replace(
        behavior,
        registry=has_registry,
        embargo=embargo,
        transforms=behavior.transforms and bool(edge.image_services),
        territory=draw(st.sampled_from([None, *territories])),
        library=draw(st.sampled_from([None, *[one.name for one in libraries]])),
    )
