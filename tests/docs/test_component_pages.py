"""Whether each component's page says what the code does: its arguments, outputs, examples and refusals."""

import importlib
import pkgutil
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest

from asset_edge import bundle, policies
from asset_edge import components as package
from asset_edge.components import asset_registry, distribution_args, edge_function, log_bucket
from asset_edge.components import weighted_s3_origin as origin
from asset_edge.components.behaviors import Behavior
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge import config
from tests.components import distributions, pairs, weighted_origins
from tests.docs.blocks import blocks_of
from tests.docs.fields import PAGES, PART, filled
from tests.engine import deploy

PAGE_FILES = sorted(file for file in PAGES.glob("*.md") if file.name != "README.md")
SECTIONS = ["Example", "Arguments", "Outputs", "What AWS bills", "What it refuses"]
_ROW = re.compile(r"^\| `(.+)` \| `(.+)` \|$", re.MULTILINE)

READ = policies.allow("Read", ["s3:GetObject"], ["arn:aws:s3:::assets/*"])
TERRITORIAL = config.EdgeConfig(
    buckets=tuple(
        config.RegionalBucket(
            region=region,
            bucket=f"acme-{region}",
            domain_name=f"acme-{region}.s3.{region}.amazonaws.com",
            beacon=f"{region}.assets-origin.example.com",
        )
        for region in ("us-west-2", "eu-west-1")
    ),
    behaviors=(config.Behavior(path_pattern="/licensed/*", territory="nordic"),),
    territories=(config.Territory(name="nordic", allow=("DK",)),),
)


def _function(**changes: Any) -> None:
    told = {
        "function_name": "acme-origin-request",
        "bundle": bundle.build("handlers.edge.origin_request"),
        "event_types": ["origin-request"],
        "log_regions": ["eu-west-1"],
        "retention_in_days": 14,
        **changes,
    }
    edge_function.check(edge_function.EdgeFunctionArgs(**told))


def _registry(**changes: Any) -> None:
    told = {"table": "assets", "regions": ["eu-west-1", "us-east-1"], "account_id": pairs.ACCOUNT, **changes}
    asset_registry.AssetRegistryArgs(**told)


def _logs(**changes: Any) -> None:
    told = {"region": "eu-west-1", "bucket": "acme-logs", "account_id": pairs.ACCOUNT, **changes}
    log_bucket.check(log_bucket.LogBucketArgs(**told))


GIVEN: dict[str, Callable[..., object]] = {
    "replicated-bucket-pair": pairs.arguments,
    "weighted-s3-origin": lambda **changes: origin.check(weighted_origins.args(**changes)),
    "edge-function": _function,
    "asset-distribution": lambda **changes: distribution_args.check(distributions.args(**changes)),
    "asset-registry": _registry,
    "log-bucket": _logs,
}
"""By page, arguments that work, with changes; raises what the component raises."""

WORDS: dict[str, Any] = {
    "PRIMARY": distributions.PRIMARY,
    "origin": distributions.origin,
    "under": distributions.under,
    "Behavior": Behavior,
    "target": weighted_origins.target,
    "UrlProbe": origin.UrlProbe,
    "read": READ,
    "territorial": TERRITORIAL,
    "FUNCTIONS": dict.fromkeys(("origin-request", "origin-response"), distributions.FUNCTION),
}
"""What the rows of the tables call by name."""

REFUSALS = [
    (file.stem, given, says)
    for file in PAGE_FILES
    for given, says in _ROW.findall(file.read_text(encoding="utf-8").partition("## What it refuses")[2])
]


def components() -> set[str]:
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return {
        one.__name__
        for one in pulumi.ComponentResource.__subclasses__()
        if one.__module__.startswith(f"{package.__name__}.")
    }


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def test_every_component_has_a_page_and_every_page_a_component() -> None:
    assert {_kebab(name) for name in components()} == {file.stem for file in PAGE_FILES}


def test_the_list_of_pages_is_whole() -> None:
    listed = set(re.findall(r"\]\(([\w-]+)\.md\)", (PAGES / "README.md").read_text(encoding="utf-8")))
    assert listed == {file.stem for file in PAGE_FILES}


@pytest.mark.parametrize("file", PAGE_FILES, ids=lambda file: file.stem)
def test_a_page_has_its_five_sections_and_is_named_after_its_component(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert _kebab(text.partition("\n")[0].removeprefix("# ")) == file.stem
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("file", PAGE_FILES, ids=lambda file: file.stem)
def test_the_tables_are_what_the_code_says(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text == filled(text), f"{file.name} is behind the code; run .venv/bin/python -m tests.docs.fields"
    kinds = {part.group(2) for part in PART.finditer(text)}
    assert kinds == {"fields", "outputs"}


@pytest.mark.parametrize("file", PAGE_FILES, ids=lambda file: file.stem)
def test_every_argument_has_a_meaning(file: Path) -> None:
    for part in PART.finditer(file.read_text(encoding="utf-8")):
        assert re.findall(r"^\| `(\w+)` .*\|  \|$", part.group(0), re.MULTILINE) == [], part.group(3)


@pytest.mark.parametrize("file", PAGE_FILES, ids=lambda file: file.stem)
def test_an_example_is_of_its_component(file: Path) -> None:
    name = file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    examples = [block for block in blocks_of(file) if block.language == "python"]
    assert examples
    for block in examples:
        made = deploy(partial(exec, compile(block.code, block.id, "exec"), {}))
        assert f"asset-edge:index:{name}" in {one.type for one in made.all}
        assert len(made.all) > 1, "it has no children"


@pytest.mark.parametrize(("page", "given", "says"), REFUSALS)
def test_a_component_refuses_what_its_page_says_with_those_words(page: str, given: str, says: str) -> None:
    with pytest.raises(ArgumentError) as refusal:  # some of the words refuse by themselves
        GIVEN[page](**eval(f"dict({given})", {**WORDS}))
    assert says in str(refusal.value)


@pytest.mark.parametrize("page", GIVEN)
def test_what_the_refusals_start_from_is_accepted(page: str) -> None:
    GIVEN[page]()


def test_every_page_tells_several_refusals() -> None:
    told = [page for page, _, _ in REFUSALS]
    assert all(told.count(file.stem) >= 5 for file in PAGE_FILES)
