import json
from dataclasses import fields
from itertools import product
from typing import Any

import pytest

from asset_edge.emulator import behaviors, rulebook
from asset_edge.handlers.edge import cachetags, config, config_records, paths, registry_rows
from asset_edge.handlers.edge.baked import ConfigError
from asset_edge.handlers.edge.config import Behavior, CacheRule, EdgeConfig, Libraries, Registry, Territory

BUCKET = {"region": "eu-west-1", "bucket": "b", "domain_name": "b.example", "beacon": "eu.b.example"}
REGISTRY = {"table": "assets", "regions": ["eu-west-1"]}
SECRET = "made-up " * 4
LONGEST = "x" * 32


def loaded(**parts: Any) -> EdgeConfig:
    """The configuration with these parts, read as the stack's own text is."""
    return config.loads(json.dumps({"buckets": [BUCKET], **parts}))


def registry(**fields: Any) -> dict[str, Any]:
    return {"registry": {**REGISTRY, **fields}}


def embargo(**fields: Any) -> dict[str, Any]:
    return {"embargo": fields}


def territory(**fields: Any) -> dict[str, Any]:
    return {"territories": [{"name": "t", **fields}]}


def libraries(**fields: Any) -> dict[str, Any]:
    return {"libraries": [{"name": "l", **fields}]}


def rule(**fields: Any) -> dict[str, Any]:
    return {"cache_rules": [{"name": "r", **fields}]}


def behavior(**fields: Any) -> dict[str, Any]:
    return {"behaviors": [{"path_pattern": "/a/*", **fields}]}


def redirect(country: str, host: str = "de.example") -> dict[str, str]:
    return {"country": country, "host": host}


def in_library(country: str, library: str = "eu") -> dict[str, str]:
    return {"country": country, "library": library}


def jwk(kid: str, **fields: str) -> dict[str, str]:
    return {"kid": kid, "kty": "oct", **fields}


def master_key(kid: str, secret: str = SECRET) -> dict[str, str]:
    return {"kid": kid, "secret": secret}


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    (registry(regions=[]), ["registry.regions is empty", "Name the table's regions"]),
    (registry(unknown="hide"), ["registry.unknown is 'hide'", "serve, refuse"]),
    (registry(known_seconds=-0.1), ["registry.known_seconds is -0.1", "0 to 300"]),
    (registry(known_seconds=300.1), ["registry.known_seconds is 300.1", "0 to 300"]),
    (registry(missing_seconds=301), ["registry.missing_seconds is 301.0"]),
    (registry(missing_seconds=-1), ["registry.missing_seconds is -1.0"]),
    (registry(stale_seconds=301), ["registry.stale_seconds is 301.0"]),
    (registry(stale_seconds=float("nan")), ["registry.stale_seconds is nan"]),
    (registry(connect_timeout_seconds=0), ["registry.connect_timeout_seconds is 0.0", "0.01 to 3"]),
    (registry(connect_timeout_seconds=3.1), ["registry.connect_timeout_seconds is 3.1"]),
    (registry(read_timeout_seconds=0.009), ["registry.read_timeout_seconds is 0.009"]),
    (registry(read_timeout_seconds=4), ["registry.read_timeout_seconds is 4.0"]),
    ({"registry": {"table": "assets"}}, ["missing key registry.regions"]),
    ({"registry": {**REGISTRY, "ttl": 1}}, ["unknown key registry.ttl"]),
    (embargo(master_keys=[master_key("")]), ["master key ''", "asset-edge key new"]),
    (embargo(master_keys=[master_key("k", "s" * 31)]), ["master key 'k'", "31 characters", "at least 32"]),
    (embargo(master_keys=[master_key("k"), master_key("k")]), ["embargo.master_keys has ['k'] twice"]),
    (embargo(jwks=[jwk("a"), jwk("b"), jwk("a")]), ["embargo.jwks has ['a'] twice", "Remove one"]),
    (embargo(jwks=[jwk("a", kty="none")]), ["embargo.jwks[0].kty is 'none'", "oct, RSA, EC, OKP"]),
    (embargo(jwks=[jwk("a", d="x")]), ["unknown key embargo.jwks[0].d"]),
    (embargo(leeway_seconds=-1), ["embargo.leeway_seconds is -1.0", "0 to 300"]),
    (embargo(leeway_seconds=300.5), ["embargo.leeway_seconds is 300.5"]),
    (territory(name=""), ["territory name is ''", "1 to 32 of a-z, 0-9 and -"]),
    (territory(name="A"), ["territory name is 'A'"]),
    (territory(name="-a"), ["territory name is '-a'"]),
    (territory(name=LONGEST + "x"), ["territory name is 'xxx"]),
    (territory(name="a\n"), [r"territory name is 'a\n'"]),
    (territory(allow=["de"]), ["country is 'de'", "two capitals"]),
    (territory(deny=["DEU"]), ["country is 'DEU'"]),
    (territory(deny=["D1"]), ["country is 'D1'"]),
    (territory(allow=["DE", "FR"], deny=["FR"]), ["territory t allows and denies ['FR']"]),
    (territory(redirects=[redirect("de")]), ["country is 'de'"]),
    (territory(redirects=[redirect("DE", "")]), ["redirect host is ''", "a DNS name in lower case"]),
    (territory(redirects=[redirect("DE", "DE.example")]), ["redirect host is 'DE.example'"]),
    (territory(redirects=[redirect("DE", "de.example/x")]), ["redirect host is 'de.example/x'"]),
    (territory(redirects=[redirect("DE", "a:443")]), ["redirect host is 'a:443'"]),
    (territory(redirects=[redirect("DE", "a.")]), ["redirect host is 'a.'"]),
    (territory(redirects=[redirect("DE", "x" * 254)]), ["redirect host is 'xxx"]),
    (territory(redirects=[redirect("DE"), redirect("DE")]), ["territory t redirects has ['DE'] twice"]),
    (libraries(name="l l"), ["libraries name is 'l l'"]),
    (libraries(by_country=[in_library("d")]), ["country is 'd'"]),
    (libraries(by_country=[in_library("DE", "EU")]), ["library is 'EU'"]),
    (libraries(by_country=[in_library("DE", "../x")]), ["library is '../x'"]),
    (libraries(by_country=[in_library("DE"), in_library("DE")]), ["libraries l by_country has ['DE'] twice"]),
    (libraries(default=""), ["library is ''"]),
    (libraries(default="a/b"), ["library is 'a/b'"]),
    (libraries(granted=["kids", "a b"]), ["library is 'a b'"]),
    (libraries(languages=["DE"]), ["language is 'DE'", "a language such as de or pt-BR"]),
    (libraries(languages=["pt-br"]), ["language is 'pt-br'"]),
    (libraries(languages=["none"]), ["language is 'none'"]),
    (libraries(languages=["de", "de"]), ["libraries l languages has ['de'] twice"]),
    (rule(name="a_b"), ["cache rule name is 'a_b'"]),
    (rule(statuses=["200", "2XX"]), ["status of cache rule r is '2XX'", "such as 200 or 4xx"]),
    (rule(statuses=["100"]), ["status of cache rule r is '100'"]),
    (rule(statuses=["600"]), ["status of cache rule r is '600'"]),
    (rule(statuses=["20"]), ["status of cache rule r is '20'"]),
    (rule(statuses=[404]), ["cache_rules[0].statuses[0] is 404; text"]),
    (rule(tags=["a,b"]), ["tag of cache rule r is 'a,b'", "without commas"]),
    (rule(tags=[""]), ["tag of cache rule r is ''"]),
    (rule(tags=["a b"]), ["tag of cache rule r is 'a b'"]),
    (rule(tags=["x" * 257]), ["tag of cache rule r is 'xxx", "1 to 256"]),
    (rule(max_age_seconds=-1), ["max_age_seconds of cache rule r is -1", "0 to 31536000"]),
    (rule(max_age_seconds=31_536_001), ["max_age_seconds of cache rule r is 31536001"]),
    (rule(max_age_seconds=1.5), ["cache_rules[0].max_age_seconds is 1.5; a whole number"]),
    (rule(max_age_seconds=True), ["cache_rules[0].max_age_seconds is True; a whole number"]),
    (rule(shared_max_age_seconds=-1), ["shared_max_age_seconds of cache rule r is -1"]),
    (rule(stale_while_revalidate_seconds=-1), ["stale_while_revalidate_seconds of cache rule r is -1"]),
    (rule(stale_if_error_seconds=-1), ["stale_if_error_seconds of cache rule r is -1"]),
    (rule(immutable=1), ["cache_rules[0].immutable is 1; true or false"]),
    (rule(headers=[{"name": "x"}]), ["missing key cache_rules[0].headers[0].value"]),
    ({"image_services": [{"region": "a"}]}, ["missing key image_services[0].domain_name"]),
]

TWICE = [
    ("territories", {"name": "t"}, "territories has ['t'] twice"),
    ("libraries", {"name": "l"}, "libraries has ['l'] twice"),
    ("cache_rules", {"name": "r"}, "cache_rules has ['r'] twice"),
    ("image_services", {"region": "a", "domain_name": "b"}, "image_services has ['a'] twice"),
]

SENDING = territory(redirects=[redirect("DE")])
CROSSED: list[tuple[dict[str, Any], list[str]]] = [
    (behavior(territory="x"), ["behavior /a/* has territory 'x'", "known are none", "Name one, or add it"]),
    ({**behavior(territory="x"), **territory()}, ["territory 'x'", "known are t"]),
    (behavior(library="x"), ["behavior /a/* has library 'x'", "known are none"]),
    ({**behavior(library="t"), **territory(), **libraries()}, ["library 't'", "known are l"]),
    (behavior(registry_segments=-1), ["registry_segments of /a/* is -1", "0 to 32"]),
    (behavior(registry=True), ["behavior /a/* asks the registry; there is none", "Set registry"]),
    (behavior(embargo="unpublished"), ["behavior /a/* has embargo 'unpublished' without the registry"]),
    ({**behavior(embargo="unpublished"), **registry()}, ["without the registry", "or embargo 'all'"]),
    (behavior(embargo="some"), ["behaviors[0].embargo is 'some'", "off, preparing, unpublished, all"]),
    (behavior(transforms=True), ["behavior /a/* has transforms", "Set image_services"]),
    ({**behavior(embargo="all", territory="t"), **SENDING}, ["embargo 'all' and a territory that redirects"]),
    (
        {**behavior(embargo="unpublished", registry=True, territory="t"), **SENDING, **registry()},
        ["embargo 'unpublished' and a territory that redirects", "Leave one of them out"],
    ),
    ({"cache_tag_header": ""}, ["cache_tag_header is ''", "1 to 64"]),
    ({"cache_tag_header": "x tag"}, ["cache_tag_header is 'x tag'"]),
    ({"cache_tag_header": "Set-Cookie"}, ["cache_tag_header is 'Set-Cookie'", "means something else"]),
    (behavior(path_pattern="*/a/*"), ["behavior */a/* may or may not cover", "/private/* and /*/private/*"]),
    (behavior(path_pattern="**?a"), ["behavior **?a may or may not cover"]),
    ({**behavior(path_pattern="/a/b/*", library="l"), **libraries()}, ["/a/b/* has a library", "/video/*"]),
    ({"logged_share": -0.01}, ["logged_share is -0.01", "0 to 1"]),
    ({"logged_share": 1.01}, ["logged_share is 1.01"]),
    ({"logged_share": float("nan")}, ["logged_share is nan"]),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "words"), [*REFUSED, *CROSSED])
def test_what_cannot_work_is_refused_in_words_that_help(parts: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(**parts)
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize(("part", "one", "message"), TWICE)
def test_a_name_stands_once(part: str, one: dict[str, Any], message: str) -> None:
    assert len(getattr(loaded(**{part: [one]}), part)) == 1
    with pytest.raises(ConfigError) as refused:
        loaded(**{part: [one, one]})
    assert message in str(refused.value)


ALLOWED: list[dict[str, Any]] = [
    registry(known_seconds=0, missing_seconds=0, stale_seconds=0),
    registry(known_seconds=300, missing_seconds=300, stale_seconds=300),
    registry(connect_timeout_seconds=0.01, read_timeout_seconds=0.01),
    registry(connect_timeout_seconds=3, read_timeout_seconds=3),
    registry(unknown="refuse"),
    embargo(),
    embargo(master_keys=[master_key("a", "s" * 32), master_key("b")], jwks=[jwk("a"), jwk("b")]),
    embargo(leeway_seconds=0),
    embargo(leeway_seconds=300),
    territory(name=LONGEST, allow=["DE"], deny=["FR"], redirects=[redirect("DE"), redirect("US", "a")]),
    territory(name="0-", redirects=[redirect("DE", "x" * 253)]),
    libraries(default="0", granted=["kids"], languages=["de", "fil", "pt-BR"]),
    libraries(by_country=[in_library("DE"), in_library("FR")]),
    rule(statuses=["200", "599", "2xx", "5xx"], tags=["!", "~", "x" * 256]),
    rule(max_age_seconds=31_536_000, shared_max_age_seconds=0, stale_if_error_seconds=0),
    {**behavior(registry=True, embargo="unpublished"), **registry()},
    {**behavior(territory="t", library="l"), **SENDING, **libraries()},
    {**behavior(embargo="preparing", territory="t"), **SENDING},
    {**behavior(embargo="all", territory="t"), **territory(allow=["DE"])},
    {**behavior(embargo="all"), **SENDING},
    {**behavior(path_pattern="*.m3u8", library="l"), **libraries()},
    *(behavior(path_pattern=pattern) for pattern in ("*", "**", "*.jpg", "*a/*", "/*/a/*", "?/a", "a*/?")),
    {"cache_tag_header": "X-Amz-Meta-Tags"},
    {**behavior(transforms=True), "image_services": [{"region": "a", "domain_name": "b"}]},
    {"logged_share": 0},
    {"logged_share": 1},
]


@pytest.mark.parametrize("parts", ALLOWED)
def test_what_is_just_within_the_bounds_is_allowed(parts: dict[str, Any]) -> None:
    edge = loaded(**parts)
    assert config.loads(config.dumps(edge)) == edge


@pytest.mark.parametrize(
    ("changes", "reads"),
    [
        ({}, ()),
        ({"embargo": "preparing"}, ("grant",)),
        ({"embargo": "unpublished", "registry": True}, ("grant",)),
        ({"embargo": "all"}, ("grant",)),
        ({"registry": True}, ()),
        ({"territory": "t"}, ("country",)),
        ({"country_claims": True}, ("country",)),
        ({"library": "l"}, ("country", "language")),
        ({"transforms": True}, ("transforms",)),
        (
            {"embargo": "all", "territory": "t", "library": "l", "transforms": True},
            ("grant", "country", "language", "transforms"),
        ),
    ],
)
def test_a_behavior_tells_what_its_decisions_read(changes: dict[str, Any], reads: tuple[str, ...]) -> None:
    assert Behavior(path_pattern="*", **changes).reads == reads


def test_the_local_edge_reads_every_unambiguous_pattern_as_the_functions_do() -> None:
    patterns = ["".join(letters) for length in range(1, 5) for letters in product("a*?/", repeat=length)]
    for pattern, path in product(patterns, ("/", "/a", "/a/", "/aa", "/a/a", "/aa/a", "/a/a/a")):
        chosen = behaviors.choose([Behavior(path_pattern=pattern), Behavior(path_pattern="*")], path)
        is_same = (chosen.path_pattern == pattern) == paths.matches(pattern, path)
        assert is_same or config.is_ambiguous(pattern) or pattern == "*"


RESERVED = [
    *sorted(rulebook.DISALLOWED_HEADERS),
    *(f"{prefix}a" for prefix in rulebook.DISALLOWED_PREFIXES),
    *sorted(rulebook.READ_ONLY_HEADERS["origin-response"]),
    *("Cache-Control", "content-type", "vary", "location", "server-timing", "x-asset-edge-region"),
]


@pytest.mark.parametrize("name", RESERVED)
def test_no_tag_stands_in_a_header_that_means_something_else(name: str) -> None:
    assert config.is_taken(name)


@pytest.mark.parametrize("name", ["cache-tag", "Surrogate-Key", "x-cache-tag", "x-amz-meta-tag", "tea"])
def test_any_other_header_may_carry_tags(name: str) -> None:
    assert loaded(cache_tag_header=name).cache_tag_header == name


def test_the_registry_and_the_configuration_mean_the_same_names() -> None:
    """What an entry may say, some configuration can: else a row could name what no rule is called."""
    patterns = {
        "countries": config_records._COUNTRY,
        "libraries": config_records._NAME,
        "languages": config_records._LANGUAGE,
    }
    for name, pattern in patterns.items():
        assert registry_rows.SETS[name][0] == pattern.pattern
    assert registry_rows.TEXTS["cacheRule"][0] == config_records._NAME.pattern
    assert cachetags._TAG.pattern == config_records._TAG.pattern


@pytest.mark.parametrize(
    "record",
    [
        Behavior(path_pattern="*"),
        Territory(name="t"),
        Libraries(name="l"),
        CacheRule(name="r"),
        Registry(table="t", regions=("r",)),
    ],
)
def test_records_do_not_change_under_their_readers(record: Any) -> None:
    with pytest.raises(AttributeError):
        setattr(record, next(iter(fields(record))).name, "other")
