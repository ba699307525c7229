"""What an operator says of paths, territories, libraries, caching and images is baked, or refused by name."""

from typing import Any

from asset_edge.handlers.edge.config import (
    Behavior,
    CacheRule,
    CountryLibrary,
    HeaderIs,
    ImageService,
    Libraries,
    Redirect,
    Registry,
    Territory,
    dumps,
    loads,
)
from stacks import assets, edge
from stacks.stack import Stack
from tests.stacks.decided import EVERYTHING, settings


def config(**changed: Any) -> Any:
    return edge.config(Stack("asset-edge", "prod", settings(**changed), assets.posture("prod")))


def test_each_behaviour_is_decided_in_the_order_of_the_file() -> None:
    decided = [
        Behavior(path_pattern="/demo/*", affinity="request"),
        Behavior(path_pattern="/private/*", embargo="all", country_claims=True),
        Behavior(path_pattern="/unpublished/*", embargo="unpublished", registry=True),
        Behavior(
            path_pattern="/video/*",
            embargo="preparing",
            library="films",
            registry=True,
            registry_segments=2,
        ),
        Behavior(path_pattern="/images/*", transforms=True, affinity="request"),
        Behavior(path_pattern="/licensed/*", territory="licensed"),
        Behavior(path_pattern="/seen/*"),
        Behavior(path_pattern="*", registry=True),
    ]
    assert list(config().behaviors) == decided


def test_an_affinity_that_is_not_said_is_the_stacks() -> None:
    assert {one.affinity for one in config(affinity="request").behaviors} == {"request"}


def test_what_paths_name_is_baked_whole() -> None:
    baked = config()
    assert baked.territories == (
        Territory(
            name="licensed",
            allow=("US", "DE"),
            redirects=(
                Redirect(country="US", host="us.example.com"),
                Redirect(country="DE", host="de.example.com"),
            ),
        ),
    )
    assert baked.libraries == (
        Libraries(
            name="films",
            by_country=(
                CountryLibrary(country="US", library="america"),
                CountryLibrary(country="DE", library="europe"),
            ),
            default="world",
            granted=("staff",),
            languages=("en", "pt-BR"),
        ),
    )
    assert baked.image_services == tuple(
        ImageService(region=region, domain_name=f"abc.lambda-url.{region}.on.aws")
        for region in ("eu-west-1", "us-east-1")
    )
    assert baked.registry == Registry(
        table="asset-edge-prod-registry",
        regions=("eu-west-1", "us-east-1", "ap-southeast-2"),
        unknown="refuse",
        known_seconds=20,
    )


def test_cache_rules_are_baked_in_order() -> None:
    assert config().cache_rules == (
        CacheRule(name="manifests", content_types=("application/dash+xml", "audio/*"), max_age_seconds=6),
        CacheRule(
            name="variants",
            path_pattern="*.jpg",
            statuses=("200", "2xx"),
            headers=(HeaderIs(name="x-kind", value="thumb*"),),
            parameters=("w", "h"),
            max_age_seconds=60,
            shared_max_age_seconds=600,
            stale_while_revalidate_seconds=5,
            stale_if_error_seconds=7,
            immutable=True,
            tags=("variants",),
        ),
        CacheRule(name="live", no_store=True),
        CacheRule(name="checked", must_revalidate=True),
    )


def test_the_rest_is_baked_too() -> None:
    baked = config()
    assert baked.logged_share == 0.02
    assert baked.cache_tag_header == "x-tags"
    assert loads(dumps(baked)) == baked


def test_without_a_word_nothing_is_decided() -> None:
    lists: dict[str, Any] = {key: [] for key, value in EVERYTHING.items() if isinstance(value, list)}
    rest: dict[str, Any] = {"imageServices": {}, "cacheTagHeader": "", "loggedPerMillion": 0, "secrets": {}}
    baked = config(**lists, **rest)
    assert (baked.behaviors, baked.registry, baked.embargo, baked.cache_tag_header) == ((), None, None, None)
    assert baked.logged_share == 0


def test_keys_that_no_path_needs_are_not_baked() -> None:
    assert config(paths=[], secrets={"masterKeys": [{"kid": "a", "secret": "made-up " * 5}]}).embargo is None
