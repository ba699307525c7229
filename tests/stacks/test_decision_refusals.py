"""What an operator cannot say of paths, territories, libraries, caching and images."""

from typing import Any

import pytest

from asset_edge.errors import SettingsError
from stacks import assets, edge
from stacks.settings import parse
from stacks.stack import Stack
from tests.stacks.decided import settings, told


def path(pattern: str = "/a/*", **said: Any) -> dict[str, Any]:
    return {"pattern": pattern, **said}


def refused(**changed: Any) -> str:
    with pytest.raises(SettingsError) as refusal:
        parse(told(**changed), "asset-edge", "prod")
    return str(refusal.value)


FILMS = {"name": "films", "default": "world"}
LICENSED = {"name": "licensed", "allow": ["US"], "redirects": {"US": "us.example.com"}}

REFUSED: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("no list", {"paths": "all"}, "paths", "'all'", "valid tuple"),
    ("no object", {"paths": ["/a/*"]}, "paths[0]", "'/a/*'", "valid dictionary"),
    ("no pattern", {"paths": [{}]}, "paths[0].pattern", "None", "must be set"),
    ("a slash is missing", {"paths": [path("a/*")]}, "paths[0].pattern", "'a/*'", "path pattern such as"),
    ("/* for *", {"paths": [path("/*")]}, "paths[0].pattern", "'/*'", "or * for all the rest"),
    ("a misspelt key", {"paths": [path(embargoed=True)]}, "paths[0]", "embargoed", "may be pattern, embargo"),
    ("a mode", {"paths": [path(embargo="on")]}, "paths[0].embargo", "'on'", "'unpublished' or 'all'"),
    ("no flag", {"paths": [path(registry="perhaps")]}, "paths[0].registry", "'perhaps'", "valid boolean"),
    (
        "segments",
        {"paths": [path(registry=True, registrySegments=17)]},
        "paths[0].registrySegments",
        "17",
        "than or equal to 16",
    ),
    (
        "segments of nothing",
        {"paths": [path(registrySegments=2)]},
        "paths[0].registrySegments",
        "2",
        "without registry: true",
    ),
    ("an affinity", {"paths": [path(affinity="ip")]}, "paths[0].affinity", "'ip'", "'object' or 'request'"),
    ("* is not last", {"paths": [path("*"), path()]}, "paths[0].pattern", "'*'", "must stand last"),
    ("twice", {"paths": [path(), path()]}, "paths", "/a/*", "each pattern may stand once"),
    ("in two lists", {"paths": [path("/demo/*")]}, "paths", "/demo/*", "each pattern may stand once"),
    (
        "in two lists, told there",
        {"paths": [path("/seen/*")]},
        "viewerRequestPaths",
        "/seen/*",
        "one behaviour",
    ),
    (
        "75 beside the default",
        {"paths": [path(f"/{n}") for n in range(73)]},
        "viewerRequestPaths",
        "/seen/*",
        "at most 74",
    ),
    (
        "an embargo without keys",
        {"paths": [path(embargo="all")], "secrets": {}},
        "paths[0].embargo",
        "'all'",
        "nobody could open anything",
    ),
    (
        "unpublished by nobody's word",
        {"paths": [path(embargo="unpublished")]},
        "paths[0].embargo",
        "'unpublished'",
        "the registry alone knows",
    ),
    (
        "an embargo that redirects",
        {"paths": [path(), path("/b/*", embargo="all", territory="licensed")]},
        "paths[1].embargo",
        "'all'",
        "their token is gone",
    ),
    (
        "claims of no token",
        {"paths": [path(countryClaims=True)]},
        "paths[0].countryClaims",
        "True",
        "tokens mean nothing without an embargo",
    ),
    (
        "no registry",
        {"paths": [path(registry=True)], "registryRegions": []},
        "paths[0].registry",
        "True",
        "list its regions in registryRegions",
    ),
    ("no territory", {"paths": [path(territory="eu")]}, "paths[0].territory", "'eu'", "one of territories"),
    ("no library", {"paths": [path(library="eu")]}, "paths[0].library", "'eu'", "one of libraries"),
    (
        "a library that nobody opens",
        {"paths": [path(library="films")]},
        "paths[0].library",
        "'films'",
        "tokens alone open",
    ),
    (
        "no image service",
        {"paths": [path(transforms=True)], "imageServices": {}},
        "paths[0].transforms",
        "True",
        "set imageServices",
    ),
    ("a territory's name", {"territories": [{"name": "The EU"}]}, "territories[0]", "The EU", "1 to 32 of"),
    ("two of a name", {"territories": [LICENSED, LICENSED]}, "territories", "licensed", "is listed twice"),
    (
        "no country",
        {"territories": [{"name": "a", "allow": ["UK"]}]},
        "territories[0].allow[0]",
        "'UK'",
        "DE or GB",
    ),
    (
        "a country twice",
        {"territories": [{"name": "a", "deny": ["DE", "DE"]}]},
        "territories[0].deny",
        "['DE', 'DE']",
        "DE is listed twice",
    ),
    (
        "allowed and denied",
        {"territories": [{"name": "a", "allow": ["DE"], "deny": ["DE"]}]},
        "territories[0]",
        "'deny': ['DE']",
        "in one list at most",
    ),
    (
        "a redirect of no country",
        {"territories": [{"name": "a", "redirects": {"EU": "eu.example.com"}}]},
        "territories[0].redirects.EU",
        "'EU'",
        "DE or GB",
    ),
    (
        "a redirect to no host",
        {"territories": [{"name": "a", "redirects": {"DE": "https://de.example.com"}}]},
        "territories[0].redirects.DE",
        "'https://de.example.com'",
        "DNS name",
    ),
    (
        "a redirect home",
        {"territories": [LICENSED], "aliases": ["us.example.com"]},
        "territories",
        "us.example.com",
        "go round for ever",
    ),
    ("a library's name", {"libraries": [{"name": "a", "default": "B"}]}, "libraries[0]", "'B'", "1 to 32"),
    (
        "a library of no country",
        {"libraries": [{"name": "a", "byCountry": {"XX": "b"}}]},
        "libraries[0].byCountry.XX",
        "'XX'",
        "DE or GB",
    ),
    (
        "a language",
        {"libraries": [{"name": "a", "languages": ["german"]}]},
        "libraries[0]",
        "german",
        "a language such as de",
    ),
    ("two libraries", {"libraries": [FILMS, FILMS]}, "libraries", "films", "is listed twice"),
    ("a rule's name", {"cacheRules": [{"name": ""}]}, "cacheRules[0]", "''", "1 to 32 of"),
    ("a status", {"cacheRules": [{"name": "a", "statuses": ["20x"]}]}, "cacheRules[0]", "20x", "200 or 4xx"),
    (
        "a number",
        {"cacheRules": [{"name": "a", "statuses": [404]}]},
        "cacheRules[0].statuses[0]",
        "404",
        "valid string",
    ),
    (
        "a rule's pattern",
        {"cacheRules": [{"name": "a", "pathPattern": "jpg"}]},
        "cacheRules[0].pathPattern",
        "'jpg'",
        "such as /video/* or *.m3u8",
    ),
    (
        "a content type",
        {"cacheRules": [{"name": "a", "contentTypes": ["*/*"]}]},
        "cacheRules[0].contentTypes[0]",
        "'*/*'",
        "text/vtt or image/*",
    ),
    (
        "a parameter",
        {"cacheRules": [{"name": "a", "parameters": ["width"]}]},
        "cacheRules[0].parameters[0]",
        "'width'",
        "bg f fit fl fm h q r w",
    ),
    (
        "two years",
        {"cacheRules": [{"name": "a", "maxAgeSeconds": 63_072_000}]},
        "cacheRules[0].maxAgeSeconds",
        "63072000",
        "less than or equal to 31536000",
    ),
    (
        "a tag",
        {"cacheRules": [{"name": "a", "tags": ["a,b"]}]},
        "cacheRules[0].tags[0]",
        "'a,b'",
        "without a comma",
    ),
    ("a header of another use", {"cacheTagHeader": "via"}, "cacheTagHeader", "'via'", "such as cache-tag"),
    (
        "a library out of reach",
        {"paths": [path("/video/films/*", library="films", embargo="all")]},
        "paths[0].pattern",
        "'/video/films/*'",
        "/video/* or *.m3u8",
    ),
    (
        "a demonstration of what is closed",
        {"paths": [path("/private/*", embargo="all")], "requestAffinityPaths": ["/demo/*", "/priv*/a/*"]},
        "requestAffinityPaths",
        "/priv*/a/*",
        "would get it without",
    ),
    (
        "a demonstration of everything",
        {"paths": [path("/licensed/*", territory="licensed")], "requestAffinityPaths": ["/**"]},
        "requestAffinityPaths",
        "/**",
        "would get it without",
    ),
    (
        "tags that nothing carries",
        {"cacheRules": [{"name": "a", "tags": ["b"]}], "cacheTagHeader": ""},
        "cacheRules",
        "'b'",
        "set cacheTagHeader",
    ),
    (
        "an image service elsewhere",
        {"imageServices": {"sa-east-1": "a.lambda-url.sa-east-1.on.aws"}},
        "imageServices",
        "sa-east-1",
        "primaryRegion and replicaRegion",
    ),
    (
        "another region's image service",
        {"imageServices": {"eu-west-1": "a.lambda-url.us-east-1.on.aws"}},
        "imageServices",
        "a.lambda-url.us-east-1",
        "a function URL in its region",
    ),
    ("no region", {"imageServices": {"Ireland": "a.b"}}, "imageServices.Ireland", "'Ireland'", "eu-west-1"),
    ("no object", {"imageServices": []}, "imageServices", "[]", "valid dictionary"),
    (
        "a registry twice in a region",
        {"registryRegions": ["eu-west-1", "eu-west-1"]},
        "registryRegions",
        "eu-west-1",
        "is listed twice",
    ),
    ("a policy", {"registryUnknown": "guess"}, "registryUnknown", "'guess'", "'serve' or 'refuse'"),
    ("a life", {"registryKnownSeconds": 301}, "registryKnownSeconds", "301", "less than or equal to 300"),
    ("too many", {"loggedPerMillion": 1_000_001}, "loggedPerMillion", "'1000001'", "equal to 1000000"),
    (
        "everybody's cookies",
        {"corsOrigins": ["*"]},
        "corsOrigins",
        "'*'",
        "beside paths with an embargo name the origins",
    ),
]


@pytest.mark.parametrize(
    ("changed", "key", "value", "allowed"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_an_impossible_decision_names_file_key_value_and_what_is_allowed(
    changed: dict[str, Any], key: str, value: str, allowed: str
) -> None:
    unused: dict[str, Any] = (
        {"paths": []} if "paths" not in changed and "*" not in changed.get("corsOrigins", ()) else {}
    )
    message = refused(**{**unused, **changed})
    assert message.startswith("Pulumi.prod.yaml")
    line = next(line for line in message.splitlines() if line.strip().startswith(f"asset-edge:{key} is "))
    assert value in line
    assert allowed in line


@pytest.mark.parametrize(
    "changed",
    [
        {"corsOrigins": ["*"], "paths": [path(registry=True)]},
        {"paths": [path("/demo/a/*", affinity="object")]},
        {"paths": [path("/private/*", embargo="all"), path("*", embargo="all")]},
        {"paths": [path(f"/{n}") for n in range(72)]},
        {"paths": [*(path(f"/{n}") for n in range(72)), path("*")]},
        {"paths": [path(embargo="preparing", territory="licensed")]},
        {"territories": [LICENSED], "paths": [], "aliases": ["eu.example.com"]},
        {"imageServices": {"us-east-1": "a.lambda-url.us-east-1.on.aws"}},
    ],
)
def test_what_lies_beside_a_refusal_holds(changed: dict[str, Any]) -> None:
    assert settings(**changed).paths is not None


def test_what_only_the_edge_refuses_is_a_refusal_of_the_file_too() -> None:
    """Nothing in a file leads there today: settings are checked for all of it."""
    found = settings().model_copy(update={"registry_regions": ()})
    with pytest.raises(SettingsError, match=r"Pulumi\.prod\.yaml .* nothing was registered.*registry"):
        edge.config(Stack("asset-edge", "prod", found, assets.posture("prod")))
