"""What the edge decides otherwise is said in the platform's words."""

from typing import Any

import pytest

from tests.ops.edits import FUNCTION, Edit, behavior, config, inputs, territory
from tests.ops.plans import CONFIG, said, verdict

TOLD: tuple[tuple[str, Edit, str, str], ...] = (
    (
        "embargo off",
        behavior(0, embargo="off"),
        FUNCTION,
        "HIGH embargo on /secure/* would be off and no longer all: everyone could read",
    ),
    (
        "embargo weaker",
        behavior(0, embargo="unpublished"),
        FUNCTION,
        "HIGH embargo on /secure/* would be unpublished and no longer all: fewer assets",
    ),
    (
        "embargo stronger",
        behavior(1, embargo="all"),
        FUNCTION,
        "MEDIUM embargo on /licensed/* would be all and no longer off: more assets",
    ),
    (
        "embargo of a newer version",
        behavior(0, embargo="maybe"),
        FUNCTION,
        "HIGH embargo on /secure/* would be maybe",
    ),
    (
        "a path without decisions",
        lambda plan: plan.config()["behaviors"].pop(0),
        FUNCTION,
        "HIGH nothing would be decided for /secure/* of its own any more: embargo all would be off there",
    ),
    (
        "an ordinary path without decisions",
        lambda plan: plan.config()["behaviors"].pop(1),
        FUNCTION,
        "HIGH nothing would be decided for /licensed/* of its own any more: territory licensed",
    ),
    (
        "a new path",
        lambda plan: plan.config()["behaviors"].append({"path_pattern": "/x/*", "embargo": "all"}),
        FUNCTION,
        "MEDIUM /x/* would be decided on its own: embargo all, path_pattern /x/*",
    ),
    (
        "another order of paths",
        lambda plan: plan.config()["behaviors"].reverse(),
        FUNCTION,
        "HIGH path patterns would be tried in another order: /licensed/*, /secure/*",
    ),
    (
        "no territory",
        behavior(1, territory=None),
        FUNCTION,
        "HIGH territory of /licensed/*: licensed → nothing",
    ),
    (
        "another territory",
        behavior(1, territory="other"),
        FUNCTION,
        "MEDIUM territory of /licensed/*: licensed → other",
    ),
    (
        "no registry on a path",
        behavior(0, registry=False),
        FUNCTION,
        "HIGH registry of /secure/*: true → false",
    ),
    (
        "a country more",
        territory(allow=["DE", "FR", "GB"]),
        FUNCTION,
        "HIGH territory licensed would be WIDENED by GB",
    ),
    (
        "a country less",
        territory(allow=["DE"]),
        FUNCTION,
        "MEDIUM territory licensed would be narrowed by FR",
    ),
    (
        "one for another",
        territory(allow=["DE", "US"]),
        FUNCTION,
        "HIGH territory licensed would be WIDENED by US",
    ),
    (
        "all countries",
        territory(allow=[]),
        FUNCTION,
        "HIGH territory licensed would be WIDENED to all countries",
    ),
    (
        "a country denied",
        territory(deny=["US"]),
        FUNCTION,
        "MEDIUM territory licensed would be narrowed by US",
    ),
    (
        "a redirect",
        territory(redirects=[{"country": "DE", "host": "de.example.com"}]),
        FUNCTION,
        "MEDIUM territory licensed would redirect DE to de.example.com",
    ),
    ("no territories", config(territories=[]), FUNCTION, "HIGH territory licensed would be gone"),
    (
        "a cache rule longer",
        lambda plan: plan.config()["cache_rules"][0].update(max_age_seconds=7200),
        FUNCTION,
        "MEDIUM cache rule images: max_age_seconds 3600 → 7200: browsers and caches keep answers longer",
    ),
    (
        "a cache rule shorter",
        lambda plan: plan.config()["cache_rules"][0].update(max_age_seconds=6),
        FUNCTION,
        "MEDIUM cache rule images: max_age_seconds 3600 → 6: more is asked for anew",
    ),
    (
        "a cache rule of other paths",
        lambda plan: plan.config()["cache_rules"][0].update(path_pattern="/a/*"),
        FUNCTION,
        "MEDIUM cache rule images: path_pattern /images/* → /a/*",
    ),
    ("no cache rule", config(cache_rules=[]), FUNCTION, "MEDIUM cache rule images would be gone"),
    ("no registry", config(registry=None), FUNCTION, "HIGH the asset registry would not be asked any more"),
    (
        "the unknown is served",
        lambda plan: plan.config()["registry"].update(unknown="serve"),
        FUNCTION,
        "HIGH assets that the registry does not know would be served",
    ),
    (
        "a region of the registry",
        lambda plan: plan.config()["registry"]["regions"].pop(),
        FUNCTION,
        "MEDIUM the edge would no longer read the registry in us-east-1",
    ),
    ("another strategy", config(strategy="dns"), FUNCTION, "HIGH configuration strategy: rendezvous → dns"),
    ("more logs", config(logged_share=1), FUNCTION, "MEDIUM configuration logged_share: nothing → 1"),
    (
        "a file of the bundle",
        lambda plan: plan.inputs(FUNCTION)["code"]["archive"].update({CONFIG: "9"}),
        FUNCTION,
        f"MEDIUM the bundle of origin-request would change: {CONFIG}",
    ),
    (
        "a file less",
        lambda plan: plan.inputs(FUNCTION)["code"]["archive"].pop(CONFIG),
        FUNCTION,
        f"MEDIUM the bundle of origin-request would change: -{CONFIG}",
    ),
    (
        "a bundle with keys",
        inputs(FUNCTION, code="[secret]", sourceCodeHash="2"),
        FUNCTION,
        "MEDIUM the bundle of origin-request would change; keys are in it",
    ),
    (
        "a bundle packed anew",
        inputs(FUNCTION, sourceCodeHash="2"),
        FUNCTION,
        "LOW the bundle of origin-request would be packed anew",
    ),
)


@pytest.mark.parametrize(("edit", "name", "words"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_a_change_is_said_in_the_platforms_words(edit: Edit, name: str, words: str) -> None:
    told = said(verdict(edit), name)
    assert words in told, told


KEY = {"kid": "b", "kty": "OKP", "x": "public"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"embargo": {"jwks": [KEY]}}, "HIGH configuration embargo"),
        ({"libraries": [{"name": "films", "default": "main"}]}, "HIGH configuration libraries"),
    ],
)
def test_a_key_or_a_library_that_opens_is_high(changed: dict[str, Any], words: str) -> None:
    assert words in said(verdict(config(**changed)), FUNCTION)
