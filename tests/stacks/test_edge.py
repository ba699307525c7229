"""What is deployed of the decisions: behaviours with their keys, zips that hold no more than they need."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from asset_edge.components import decision_inputs
from asset_edge.components.behaviors import Behavior
from asset_edge.components.cache_policies import CachePolicySpec, only
from asset_edge.components.edge_limits import EventType
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.config import CONFIG_FILE, EdgeConfig, loads
from asset_edge.localcloud.masking import is_secret
from asset_edge.localcloud.rows import plain
from stacks import assets, edge
from stacks.stack import Stack
from tests.engine import Deployment, deploy
from tests.stacks.decided import EVERYTHING, MASTER_SECRET, built, settings
from tests.stacks.test_embargo_keys import ED25519, SHARED
from tests.stacks.test_settings import of_stack

FUNCTION = "aws:lambda/function:Function"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
CACHE_POLICY = "aws:cloudfront/cachePolicy:CachePolicy"
VIEWER, ORIGIN, RESPONSE = "viewer-request", "origin-request", "origin-response"
GRANT, LANGUAGE, COUNTRY = "x-asset-edge-grant", "x-asset-edge-language", "CloudFront-Viewer-Country"
PARAMETERS = ["bg", "f", "fit", "fl", "fm", "h", "q", "r", "w"]
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:any:7"


@cache
def everything() -> Deployment:
    return built()


def behaviors(deployment: Deployment) -> dict[str, dict[str, Any]]:
    inputs = deployment.of(DISTRIBUTION)[0].inputs
    ordered = {one["pathPattern"]: one for one in inputs["orderedCacheBehaviors"]}
    return ordered | {"*": inputs["defaultCacheBehavior"]}


def events(behavior: dict[str, Any]) -> list[str]:
    return [association["eventType"] for association in behavior["lambdaFunctionAssociations"]]


def policy(deployment: Deployment, behavior: dict[str, Any], kind: str) -> dict[str, Any]:
    """The inputs of the policy that a behaviour names by its id."""
    resource_type = f"aws:cloudfront/{kind}:{kind[0].upper()}{kind[1:]}"
    (found,) = [r for r in deployment.of(resource_type) if f" {r.name} id" in str(behavior[f"{kind}Id"])]
    return found.inputs


def key(deployment: Deployment, behavior: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Headers and query strings of a behaviour's cache key."""
    parameters = policy(deployment, behavior, "cachePolicy")["parametersInCacheKeyAndForwardedToOrigin"]
    assert parameters["cookiesConfig"] == {"cookieBehavior": "none"}
    return (
        parameters["headersConfig"].get("headers", {}).get("items", []),
        parameters["queryStringsConfig"].get("queryStrings", {}).get("items", []),
    )


def zip_of(deployment: Deployment, event: str) -> zipfile.ZipFile:
    code = plain(deployment.named(f"{event}-function", FUNCTION).inputs["code"])
    return zipfile.ZipFile(Path(code.path))


def baked(deployment: Deployment, event: str) -> EdgeConfig:
    with zip_of(deployment, event) as archive:
        return loads(archive.read(CONFIG_FILE).decode())


def test_behaviours_stand_in_the_order_in_which_the_edge_decides() -> None:
    patterns = [decided["pattern"] for decided in EVERYTHING["paths"]]
    assert list(behaviors(everything())) == ["/demo/*", *patterns[:-1], "/seen/*", "*"]
    assert [one.path_pattern for one in baked(everything(), ORIGIN).behaviors] == list(
        behaviors(everything())
    )


@pytest.mark.parametrize(
    ("pattern", "headers", "query_strings", "seen_first"),
    [
        ("/private/*", [COUNTRY, GRANT], [], True),
        ("/unpublished/*", [GRANT], [], True),
        ("/video/*", [COUNTRY, GRANT, LANGUAGE], [], True),
        ("/images/*", [], PARAMETERS, True),
        ("/licensed/*", [COUNTRY], [], False),
        ("/seen/*", [], [], True),
        ("*", [], [], False),
    ],
)
def test_a_key_holds_what_is_decided_and_nothing_else(
    pattern: str, headers: list[str], query_strings: list[str], seen_first: bool
) -> None:
    behavior = behaviors(everything())[pattern]
    assert key(everything(), behavior) == (headers, query_strings)
    assert events(behavior) == [VIEWER, ORIGIN, RESPONSE][not seen_first :]


@pytest.mark.parametrize(("stack", "zone"), [("prod", "example.com"), ("local", "asset-edge.test")])
def test_the_licence_that_is_shipped_covers_four_countries_and_leads_three_of_them_home(
    stack: str, zone: str
) -> None:
    shipped = of_stack(stack)
    (territory,) = (one.record() for one in shipped.territories)
    assert set(territory.allow) == {"US", "CA", "GB", "DE"}
    hosts = {one.country: one.host for one in territory.redirects}
    assert hosts == {country: f"{country.lower()}.{zone}" for country in ("US", "CA", "DE")}
    assert not {*hosts.values()} & {*shipped.aliases}, "a redirect leads elsewhere"
    (licensed,) = (one for one in edge.decisions(shipped) if one.territory)
    assert (licensed.path_pattern, licensed.territory) == ("/licensed/*", territory.name)
    told = edge.behaviors(shipped, {"origin-request": ARN, "origin-response": ARN})["behaviors"]
    (behavior,) = (one for one in told if one.path_pattern == "/licensed/*")
    assert behavior.cache_policy.headers == (COUNTRY,)


def test_a_demonstration_stays_as_it_is() -> None:
    behavior = behaviors(everything())["/demo/*"]
    assert (behavior["cachePolicyId"], events(behavior)) == (CACHING_DISABLED, [ORIGIN, RESPONSE])


def test_equal_keys_share_a_policy() -> None:
    found = behaviors(everything())
    assert found["/seen/*"]["cachePolicyId"] == found["*"]["cachePolicyId"]
    assert len(everything().of(CACHE_POLICY)) == 6
    many = [{"pattern": f"/{n}/*", "embargo": "all"} for n in range(60)]
    assert len(built(paths=many).of(CACHE_POLICY)) == 2


def test_where_nothing_is_kept_the_origin_gets_what_is_decided_by() -> None:
    deployment = built(defaultTtlSeconds=0, maxTtlSeconds=0)
    assert deployment.of(CACHE_POLICY) == []
    found = behaviors(deployment)
    video = policy(deployment, found["/video/*"], "originRequestPolicy")
    assert video["headersConfig"]["headers"]["items"] == [COUNTRY, GRANT, LANGUAGE]
    images = policy(deployment, found["/images/*"], "originRequestPolicy")
    assert images["queryStringsConfig"]["queryStrings"]["items"] == PARAMETERS
    assert "originRequestPolicyId" not in found["*"]


def test_cookies_reach_named_origins_on_embargoed_paths_alone() -> None:
    found = behaviors(everything())
    cors = {
        pattern: policy(everything(), behavior, "responseHeadersPolicy")["corsConfig"]
        for pattern, behavior in found.items()
    }
    assert {p for p, c in cors.items() if c["accessControlAllowCredentials"]} == {
        "/private/*",
        "/unpublished/*",
        "/video/*",
    }
    for told in cors.values():
        assert told["accessControlAllowOrigins"] == {"items": ["https://www.example.com"]}
    assert "Range" in cors["/video/*"]["accessControlAllowHeaders"]["items"]
    assert "*" not in cors["/video/*"]["accessControlAllowHeaders"]["items"]
    assert cors["*"]["accessControlAllowHeaders"] == {"items": ["*"]}


def test_keys_are_in_the_zip_of_viewer_request_alone() -> None:
    for event in (ORIGIN, RESPONSE):
        assert baked(everything(), event).embargo is None
        with zip_of(everything(), event) as archive:
            texts = [archive.read(name) for name in archive.namelist()]
        assert not any(secret.encode() in text for secret in (MASTER_SECRET, SHARED["k"]) for text in texts)
    embargo = baked(everything(), VIEWER).embargo
    assert embargo
    assert [master.secret for master in embargo.master_keys] == [MASTER_SECRET]
    assert [jwk.k for jwk in embargo.jwks] == [SHARED["k"]]


def test_a_zip_with_keys_is_secret_and_for_its_owner_alone_and_the_others_are_not() -> None:
    codes = {r.name: r.inputs["code"] for r in everything().of(FUNCTION)}
    assert {name for name, code in codes.items() if is_secret(code)} == {"viewer-request-function"}
    path = Path(plain(codes["viewer-request-function"]).path)
    assert path.stat().st_mode & 0o077 == 0


def test_each_function_is_told_no_more_than_it_needs() -> None:
    viewer, origin, response = (baked(everything(), event) for event in (VIEWER, ORIGIN, RESPONSE))
    assert viewer.cache_rules == ()
    assert origin == response
    assert replace(origin, cache_rules=(), name_servers=()) == replace(viewer, embargo=None)


def test_a_stack_without_secrets_hides_nothing() -> None:
    deployment = built(secrets={}, embargoPublicKeys=[ED25519])
    assert not any(is_secret(r.inputs["code"]) for r in deployment.of(FUNCTION))


@pytest.mark.parametrize(("public", "is_there"), [([], False), ([ED25519], True)])
def test_the_cryptography_of_public_keys_comes_only_with_one(public: list[Any], is_there: bool) -> None:
    deployment = built(embargoPublicKeys=public)
    with zip_of(deployment, VIEWER) as archive:
        names = archive.namelist()
    assert any(name.startswith("cryptography/") for name in names) == is_there
    with zip_of(deployment, ORIGIN) as archive:
        assert not any(name.startswith("cryptography/") for name in archive.namelist())


def test_viewer_request_is_there_only_where_a_behaviour_needs_it() -> None:
    public = [{"pattern": "/licensed/*", "territory": "licensed"}, {"pattern": "*", "registry": True}]
    for seen, is_there in (([], False), (["/a"], True)):
        functions = built(paths=public, viewerRequestPaths=seen).of(FUNCTION)
        assert ("viewer-request-function" in [r.name for r in functions]) == is_there


def test_a_registry_is_made_in_its_regions_and_read_by_origin_request_alone() -> None:
    table = everything().of("aws:dynamodb/table:Table")[0].inputs
    assert (table["name"], table["region"]) == ("asset-edge-prod-registry", "eu-west-1")
    assert [replica["regionName"] for replica in table["replicas"]] == ["us-east-1", "ap-southeast-2"]
    registry = baked(everything(), ORIGIN).registry
    assert registry
    assert registry.table == table["name"]
    readers = {
        r.name
        for r in everything().of("aws:iam/rolePolicy:RolePolicy")
        if "dynamodb:GetItem" in json.dumps(r.inputs["policy"])
    }
    assert readers == {"origin-request-policy"}
    assert everything().built["registryTable"]


def test_without_a_registry_there_is_no_table_and_no_word_of_one() -> None:
    deployment = built(paths=[], registryRegions=[])
    assert deployment.of("aws:dynamodb/table:Table") == []
    assert deployment.built["registryTable"] is None


def test_cache_tags_are_known_to_the_distribution_and_the_functions() -> None:
    assert everything().of(DISTRIBUTION)[0].inputs["cacheTagConfig"] == {"headerName": "x-tags"}
    assert baked(everything(), RESPONSE).cache_tag_header == "x-tags"


def test_a_program_that_did_not_change_previews_the_same_hashes() -> None:
    def hashes(deployment: Deployment) -> dict[str, str]:
        return {r.name: r.inputs["sourceCodeHash"] for r in deployment.of(FUNCTION)}

    assert hashes(built()) == hashes(everything()) == hashes(built(preview=True))
    changed = hashes(built(secrets={"jwks": [SHARED]}))
    assert {name for name in changed if changed[name] != hashes(everything())[name]} == {
        "viewer-request-function"
    }


def test_another_cache_rule_leaves_viewer_request_alone() -> None:
    deployment = built(cacheRules=[])
    before = {r.name: r.inputs["sourceCodeHash"] for r in everything().of(FUNCTION)}
    after = {r.name: r.inputs["sourceCodeHash"] for r in deployment.of(FUNCTION)}
    assert {n for n in before if before[n] != after[n]} == {
        "origin-request-function",
        "origin-response-function",
    }


STACKS = ("dev", "prod", "local", "everything")
FUNCTIONS: dict[EventType, str] = {"viewer-request": ARN, "origin-request": ARN, "origin-response": ARN}
Declared = tuple[EdgeConfig, Behavior, list[Behavior]]


def declared(stack: str) -> Declared:
    """What a stack's functions know, its default behaviour and the others."""
    found = settings() if stack == "everything" else of_stack(stack)
    name = "prod" if stack == "everything" else stack
    made = edge.behaviors(found, FUNCTIONS)
    config = edge.config(Stack("asset-edge", name, found, assets.posture(name)))
    return config, made["default_behavior"], made["behaviors"]


def poorer(behavior: Behavior) -> Iterator[Behavior]:
    """The behaviour without one input of its key, each in turn."""
    policy = behavior.cache_policy
    assert isinstance(policy, CachePolicySpec)
    for header in policy.headers:
        left = tuple(name for name in policy.headers if name != header)
        yield replace(behavior, cache_policy=replace(policy, headers=left))
    for name in policy.query_strings.names:
        names = only(*(set(policy.query_strings.names) - {name}))
        yield replace(behavior, cache_policy=replace(policy, query_strings=names))


@pytest.mark.parametrize("stack", STACKS)
def test_the_keys_of_a_stack_hold_what_its_functions_decide_by(stack: str) -> None:
    config, default, ordered = declared(stack)
    decision_inputs.check(default, ordered, config, ["assets.example.com"])


@pytest.mark.parametrize(("stack", "inputs"), [("prod", 1), ("local", 15), ("everything", 16)])
def test_a_stack_with_an_input_less_in_one_key_does_not_build(stack: str, inputs: int) -> None:
    config, default, ordered = declared(stack)
    fewer = [[*ordered[:i], less, *ordered[i + 1 :]] for i, one in enumerate(ordered) for less in poorer(one)]
    assert len(fewer) == inputs
    for behaviors in fewer:
        with pytest.raises(ArgumentError, match="lacks "):
            decision_inputs.check(default, behaviors, config)


def test_the_check_is_part_of_the_stack() -> None:
    """Settings are refused before; what no file can say shows that the distribution checks as well."""
    found = settings().model_copy(update={"aliases": ("us.example.com",)})
    with pytest.raises(ArgumentError, match="go round for ever"):
        deploy(lambda: assets.build(found, assets.posture("prod")), stack="prod")


@pytest.mark.parametrize(
    ("stack", "hosts"),
    [
        ("prod", {"US": "us.example.com", "CA": "ca.example.com", "DE": "de.example.com"}),
        ("local", {"US": "us.asset-edge.test", "CA": "ca.asset-edge.test", "DE": "de.asset-edge.test"}),
    ],
)
def test_a_licence_is_shipped_with_redirects_for_three_of_its_four_countries(
    stack: str, hosts: dict[str, str]
) -> None:
    config, _, _ = declared(stack)
    (territory,) = config.territories
    assert territory.allow == ("US", "CA", "GB", "DE")
    assert {one.country: one.host for one in territory.redirects} == hosts
    assert [one.path_pattern for one in config.behaviors if one.territory] == ["/licensed/*"]


def test_the_local_stack_decides_everything_once() -> None:
    config, default, _ = declared("local")
    by_pattern = {one.path_pattern: one for one in config.behaviors}
    assert by_pattern["/private/*"].embargo == "all"
    assert by_pattern["/unpublished/*"].embargo == "unpublished"
    assert by_pattern["/video/*"].library == "films"
    assert by_pattern["/images/*"].transforms
    assert {service.region for service in config.image_services} == {"eu-west-1", "us-east-1"}
    assert config.registry
    assert config.registry.regions == ("eu-west-1", "us-east-1", "ap-southeast-2")
    assert config.embargo
    assert config.embargo.master_keys
    assert config.embargo.jwks
    assert VIEWER not in default.functions
