"""A distribution whose cache keys lack what its functions decide by is refused before anything is made."""

from dataclasses import replace
from typing import Any

import pulumi
import pytest

from asset_edge.components import decision_inputs
from asset_edge.components.behaviors import Behavior
from asset_edge.components.cache_policies import (
    ALL,
    CACHING_DISABLED,
    NONE,
    CachePolicySpec,
    all_except,
    only,
)
from asset_edge.components.edge_limits import EventType
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.config import Behavior as Decisions
from asset_edge.handlers.edge.config import (
    EdgeConfig,
    ImageService,
    Libraries,
    Redirect,
    RegionalBucket,
    Registry,
    Territory,
)
from tests.components.distributions import FUNCTION, deployed, under

GRANT = "x-asset-edge-grant"
LANGUAGE = "x-asset-edge-language"
COUNTRY = "CloudFront-Viewer-Country"
PARAMETERS = ("w", "h", "fit", "f", "fm", "q", "r", "bg", "fl")

ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"

BUCKET = RegionalBucket(region="eu-west-1", bucket="b", domain_name="b.s3", beacon="b.example.com")
ORIGIN_ONLY: dict[EventType, str] = {"origin-request": FUNCTION, "origin-response": FUNCTION}
FUNCTIONS: dict[EventType, str] = {"viewer-request": FUNCTION, **ORIGIN_ONLY}
NEEDLESS = {("territory", "viewer-request"), ("transforms", "origin-response")}
LICENSED = Territory(
    name="licensed", allow=("US", "DE"), redirects=(Redirect(country="US", host="us.example.com"),)
)


def decided(pattern: str = "/private/*", **told: Any) -> Decisions:
    return Decisions(path_pattern=pattern, **told)


def baked(*behaviors: Decisions, **changed: Any) -> EdgeConfig:
    told: dict[str, Any] = {
        "buckets": (BUCKET,),
        "registry": Registry(table="t", regions=("eu-west-1",)),
        "territories": (LICENSED,),
        "libraries": (Libraries(name="films", default="world", languages=("de", "en")),),
        "image_services": (ImageService(region="eu-west-1", domain_name="i.example.com"),),
    }
    return EdgeConfig(behaviors=behaviors, **{**told, **changed})


def key(*headers: str, query_strings: Any = NONE) -> CachePolicySpec:
    return CachePolicySpec(headers=headers, query_strings=query_strings)


def served(pattern: str = "/private/*", **told: Any) -> Behavior:
    return under(pattern, **{"functions": FUNCTIONS, **told})


def check(*behaviors: Behavior, config: EdgeConfig, **told: Any) -> None:
    default = told.pop("default", Behavior(functions=ORIGIN_ONLY))
    decision_inputs.check(default, behaviors, config, **told)


def refused(*behaviors: Behavior, config: EdgeConfig, **told: Any) -> str:
    with pytest.raises(ArgumentError) as refusal:
        check(*behaviors, config=config, **told)
    return str(refusal.value)


EMBARGOED = baked(decided(embargo="all"))
EVERY_DECISION: dict[str, tuple[dict[str, Any], CachePolicySpec]] = {
    "embargo all": ({"embargo": "all"}, key(GRANT)),
    "embargo preparing": ({"embargo": "preparing"}, key(GRANT)),
    "embargo unpublished": ({"embargo": "unpublished", "registry": True}, key(GRANT)),
    "country claims": ({"embargo": "all", "country_claims": True}, key(GRANT, COUNTRY)),
    "territory": ({"territory": "licensed"}, key(COUNTRY)),
    "library": ({"library": "films"}, key(COUNTRY, LANGUAGE)),
    "transforms": ({"transforms": True}, key(query_strings=only(*PARAMETERS))),
    "everything": (
        {"embargo": "all", "library": "films", "transforms": True},
        key(GRANT, COUNTRY, LANGUAGE, query_strings=only(*PARAMETERS)),
    ),
}
each_decision = pytest.mark.parametrize("name", EVERY_DECISION)


@each_decision
def test_a_key_that_holds_what_is_read_passes(name: str) -> None:
    decisions, policy = EVERY_DECISION[name]
    check(served(cache_policy=policy), config=baked(decided(**decisions)))


@each_decision
def test_what_the_module_offers_is_exactly_such_a_key(name: str) -> None:
    decisions, policy = EVERY_DECISION[name]
    reads = decided(**decisions).reads
    offered = CachePolicySpec(
        headers=decision_inputs.headers(reads), query_strings=decision_inputs.query_strings(reads)
    )
    assert offered.identity == policy.identity


@each_decision
def test_each_header_taken_out_of_the_key_is_missed(name: str) -> None:
    decisions, policy = EVERY_DECISION[name]
    for header in policy.headers:
        poorer = replace(policy, headers=tuple(h for h in policy.headers if h != header))
        message = refused(served(cache_policy=poorer), config=baked(decided(**decisions)))
        assert f"the behaviour of '/private/*' lacks header {header} in its cache policy" in message


@each_decision
def test_each_query_string_taken_out_of_the_key_is_missed(name: str) -> None:
    decisions, policy = EVERY_DECISION[name]
    for parameter in policy.query_strings.names:
        poorer = replace(policy, query_strings=only(*(set(PARAMETERS) - {parameter})))
        message = refused(served(cache_policy=poorer), config=baked(decided(**decisions)))
        assert f"lacks query string {parameter} in its cache policy" in message


@each_decision
@pytest.mark.parametrize("event", FUNCTIONS)
def test_each_function_taken_away_is_missed_where_it_decides(name: str, event: str) -> None:
    decisions, policy = EVERY_DECISION[name]
    poorer = {e: FUNCTION for e in FUNCTIONS if e != event}
    behavior, config = served(cache_policy=policy, functions=poorer), baked(decided(**decisions))
    if (name, event) in NEEDLESS:
        check(behavior, config=config)
    else:
        assert event in refused(behavior, config=config)


def test_a_registry_alone_needs_origin_request_and_nothing_in_the_key() -> None:
    config = baked(decided(registry=True))
    check(served(functions=ORIGIN_ONLY), config=config)
    assert "has no origin-request function" in refused(served(functions={}), config=config)


@pytest.mark.parametrize("decisions", [{"embargo": "all"}, {"territory": "licensed"}, {"registry": True}])
def test_what_may_be_taken_back_is_not_kept_longer_by_the_policy(decisions: dict[str, Any]) -> None:
    config = baked(decided(**decisions))
    short, long = (replace(key(GRANT, COUNTRY), min_ttl_seconds=seconds) for seconds in (60, 61))
    check(served(cache_policy=short), config=config)
    message = refused(served(cache_policy=long), config=config)
    assert "min_ttl_seconds 61; what '/private/*' decides" in message
    assert "at most 60 are allowed" in message
    check(served(cache_policy=long), config=baked(decided()))


@pytest.mark.parametrize(
    "query_strings", [ALL, all_except("utm_source"), only(*PARAMETERS, "v")], ids=["all", "all but", "more"]
)
def test_a_wider_key_holds_the_parameters_too(query_strings: Any) -> None:
    check(served(cache_policy=key(query_strings=query_strings)), config=baked(decided(transforms=True)))


def test_a_key_of_all_but_one_parameter_lacks_that_one() -> None:
    policy = key(query_strings=all_except("w"))
    assert "lacks query string w in" in refused(
        served(cache_policy=policy), config=baked(decided(transforms=True))
    )


def test_the_case_of_a_header_means_nothing_and_that_of_a_query_string_something() -> None:
    check(served(cache_policy=key(GRANT.upper())), config=EMBARGOED)
    policy = key(query_strings=only(*(name.upper() for name in PARAMETERS)))
    assert "lacks query string bg" in refused(
        served(cache_policy=policy), config=baked(decided(transforms=True))
    )


REACHING = OriginRequestPolicySpec(headers=only(GRANT, COUNTRY), query_strings=only(*PARAMETERS))


def test_where_nothing_is_kept_it_is_enough_that_the_origin_gets_it() -> None:
    config = baked(decided(embargo="all", territory=None, country_claims=True, transforms=True))
    check(served(cache_policy=CACHING_DISABLED, origin_request_policy=REACHING), config=config)
    check(
        served(cache_policy=CACHING_DISABLED, origin_request_policy=ALL_VIEWER_EXCEPT_HOST),
        config=baked(decided(embargo="all", transforms=True)),
    )
    assert f"lacks header {GRANT} in its origin request policy" in refused(
        served(cache_policy=CACHING_DISABLED), config=config
    )


def test_where_answers_are_kept_it_is_not_enough_that_the_origin_gets_it() -> None:
    behavior = served(cache_policy=key(), origin_request_policy=REACHING)
    assert f"lacks header {GRANT} in its cache policy" in refused(behavior, config=EMBARGOED)


@pytest.mark.parametrize(
    "policy", ["0f1e2d3c-own", pulumi.Output.from_input("an id")], ids=["text", "output"]
)
def test_a_policy_that_cannot_be_looked_into_is_refused_where_something_is_decided(policy: Any) -> None:
    assert "what is in the policy of an id cannot be seen" in refused(
        served(cache_policy=policy), config=EMBARGOED
    )
    blind = served(cache_policy=CACHING_DISABLED, origin_request_policy=policy)
    assert "has origin_request_policy" in refused(blind, config=EMBARGOED)
    check(served(cache_policy=policy, origin_request_policy=policy), config=baked(decided(registry=True)))


def test_an_id_of_a_policy_that_aws_manages_is_looked_into() -> None:
    behavior = served(cache_policy=CACHING_OPTIMIZED)
    assert f"lacks header {GRANT} in its cache policy" in refused(behavior, config=EMBARGOED)


@pytest.mark.parametrize("header", [GRANT, LANGUAGE])
@pytest.mark.parametrize(
    "policies",
    [
        lambda header: {"cache_policy": key(header)},
        lambda header: {"cache_policy": key(header.upper())},
        lambda header: {"origin_request_policy": OriginRequestPolicySpec(headers=only(header))},
        lambda _: {"origin_request_policy": OriginRequestPolicySpec(headers=all_except("host"))},
        lambda _: {"origin_request_policy": ALL_VIEWER_EXCEPT_HOST},
    ],
    ids=["key", "key in capitals", "origin", "all but host", "AWS's own"],
)
def test_a_viewer_cannot_write_the_functions_own_headers(header: str, policies: Any) -> None:
    behavior = served("/public/*", functions=ORIGIN_ONLY, **policies(header))
    message = refused(behavior, config=baked())
    assert "the behaviour of '/public/*' passes the header x-asset-edge-" in message
    assert "without a viewer-request function" in message
    check(replace(behavior, functions=FUNCTIONS), config=baked())


def test_a_policy_that_may_pass_them_is_refused_where_they_mean_something() -> None:
    behavior = served("/public/*", functions=ORIGIN_ONLY, origin_request_policy="0f1e2d3c-own")
    private = served(cache_policy=key(GRANT))
    check(behavior, config=baked(decided(registry=True)))
    assert "the behaviour of '/public/*' has origin_request_policy '0f1e2d3c-own'" in refused(
        behavior, private, config=EMBARGOED
    )


ALL_BUT_HOST = OriginRequestPolicySpec(headers=all_except("host"))


@pytest.mark.parametrize("policy", [ALL_BUT_HOST, ALL_VIEWER_EXCEPT_HOST], ids=["all but host", "AWS's own"])
def test_a_viewer_cannot_write_his_country_anywhere(policy: Any) -> None:
    config, licensed = baked(decided(territory="licensed")), served(cache_policy=key(COUNTRY))
    elsewhere = served("/public/*", origin_request_policy=policy)
    message = refused(elsewhere, licensed, config=config)
    assert "the behaviour of '/public/*' passes every header of a viewer to the origin" in message
    check(replace(elsewhere, cache_policy=key(COUNTRY.upper())), licensed, config=config)
    check(elsewhere, PRIVATE, config=EMBARGOED)
    without = OriginRequestPolicySpec(headers=all_except("host", COUNTRY.lower()))
    check(replace(elsewhere, origin_request_policy=without), licensed, config=config)


def test_a_policy_of_all_headers_does_not_tell_the_country_even_where_nothing_is_kept() -> None:
    config, unkept = baked(decided(territory="licensed")), served(cache_policy=CACHING_DISABLED)
    message = refused(replace(unkept, origin_request_policy=ALL_BUT_HOST), config=config)
    assert "List the headers with only(...)" in message
    without = OriginRequestPolicySpec(headers=all_except("host", COUNTRY))
    message = refused(replace(unkept, origin_request_policy=without), config=config)
    assert f"lacks header {COUNTRY} in its origin request policy" in message


def test_the_default_behaviour_is_held_to_it_too() -> None:
    everywhere = baked(decided("*", territory="licensed"))
    assert f"the default behaviour lacks header {COUNTRY}" in refused(config=everywhere)
    check(config=everywhere, default=Behavior(functions=ORIGIN_ONLY, cache_policy=key(COUNTRY)))


POORER = served("/private/pictures/*")
PRIVATE = served(cache_policy=key(GRANT))


def test_a_behaviour_before_that_takes_some_of_the_paths_is_held_to_it_too() -> None:
    assert "the behaviour of '/private/pictures/*' lacks" in refused(POORER, PRIVATE, config=EMBARGOED)
    assert "the behaviour of '*.jpg' lacks" in refused(served("*.jpg"), PRIVATE, config=EMBARGOED)


def test_a_behaviour_behind_one_that_takes_all_the_paths_is_not() -> None:
    check(PRIVATE, POORER, served("*.jpg"), config=EMBARGOED)


def test_what_is_decided_earlier_for_all_of_a_behaviours_paths_shadows_what_comes_later() -> None:
    config = baked(decided("/public/*"), decided("*", embargo="all"))
    everywhere = Behavior(functions=FUNCTIONS, cache_policy=key(GRANT))
    check(served("/public/*", functions=ORIGIN_ONLY), config=config, default=everywhere)
    assert "'/public/*'" in refused(
        served("/public/*", functions=ORIGIN_ONLY),
        config=baked(decided("/public/a*"), decided("*", embargo="all")),
        default=everywhere,
    )


@pytest.mark.parametrize("wide", ["/private/*", "private/*", "/priv*", "/**", "/p?ivate/*"])
def test_a_decision_that_an_earlier_one_leaves_nothing_to_is_refused(wide: str) -> None:
    secret = decided("/private/*", embargo="all")
    message = refused(served(wide), PRIVATE, config=baked(decided(wide), secret))
    assert f"edge_config decides for {wide!r} before '/private/*'" in message
    check(PRIVATE, served("/privat/*"), config=baked(secret, decided("/privat/*")))
    check(PRIVATE, config=baked(secret, decided("/public/*")))
    check(served(wide), config=baked(decided(wide), decided("/private/*")))


def test_decisions_that_no_behaviour_of_their_own_serves_are_the_default_behaviours() -> None:
    assert "the default behaviour has no viewer-request function" in refused(config=EMBARGOED)


@pytest.mark.parametrize("alias", ["us.example.com", "*.example.com"])
def test_a_territory_never_sends_viewers_back_to_the_distribution(alias: str) -> None:
    message = refused(config=baked(), aliases=("assets.example.org", alias))
    assert (
        f"territory 'licensed' sends US to us.example.com, which is this distribution's own alias {alias!r}"
        in (message)
    )
    check(config=baked(), aliases=("eu.example.com", "*.us.example.com", "example.com"))


def test_a_distribution_with_decisions_is_checked_before_anything_is_registered() -> None:
    with pytest.raises(ArgumentError, match="lacks header x-asset-edge-grant"):
        deployed(behaviors=(served(),), edge_config=EMBARGOED)
    told: dict[str, Any] = {"default_behavior": Behavior(functions=ORIGIN_ONLY), "edge_config": EMBARGOED}
    assert deployed(behaviors=(PRIVATE,), **told).all


def test_a_distribution_without_decisions_is_as_free_as_before() -> None:
    assert deployed(behaviors=(served(cache_policy="an-id"), under("/x/*", cache_policy=key(GRANT)))).all
