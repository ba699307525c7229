"""What is true of every component, whatever it builds: stated once, held against all of `BUILDERS`."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from asset_edge import components as package
from asset_edge.localcloud.engine import Registration, is_unknown
from tests.components.builders import BUILDERS, Builder
from tests.engine import Deployment, deploy
from tests.schema import schema

TOKEN = re.compile(r"asset-edge:index:([A-Z][A-Za-z0-9]*)")
BUCKET_DOCUMENT = re.compile(r"aws:s3/bucket\w+:Bucket(?!Object|Metric)\w+")
"""Resources that write one whole document of a bucket."""

every_component = pytest.mark.parametrize("build", list(BUILDERS.values()), ids=list(BUILDERS))


def components(deployment: Deployment) -> list[Registration]:
    return [r for r in deployment.all if not r.custom]


def component_class(registration: Registration) -> type[pulumi.ComponentResource]:
    token = TOKEN.fullmatch(registration.type)
    assert token, f"{registration.name} has the type {registration.type}, not asset-edge:index:<Class>"
    found = [c for c in subclasses(pulumi.ComponentResource) if c.__name__ == token.group(1)]
    assert len(found) == 1, f"{registration.type} names {len(found)} classes"
    return found[0]


def subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    for child in cls.__subclasses__():
        yield child
        yield from subclasses(child)


def test_no_component_is_left_out() -> None:
    modules = [
        importlib.import_module(f"{package.__name__}.{m.name}")
        for m in pkgutil.iter_modules(package.__path__)
    ]
    written = {
        c.__name__
        for c in subclasses(pulumi.ComponentResource)
        if c.__module__ in {m.__name__ for m in modules}
    }
    built = {TOKEN.sub(r"\1", c.type) for build in BUILDERS.values() for c in components(deploy(build))}
    assert written == built, "a component has no builder in tests/components/builders.py"


@every_component
def test_a_builder_builds_a_component_that_has_children(build: Builder) -> None:
    deployment = deploy(build)
    assert isinstance(deployment.built, pulumi.ComponentResource)
    assert len(deployment.all) > 1


@every_component
def test_every_child_is_parented_and_named_after_its_component(build: Builder) -> None:
    deployment = deploy(build)
    by_urn = {r.urn: r for r in deployment.all}
    for child in deployment.all:
        if child.custom:
            assert child.parent, f"{child.urn} hangs off the stack"
        if child.parent:
            above = by_urn[child.parent].name
            assert child.name.startswith(f"{above}-"), f"{child.name} is not named after its parent {above}"


@every_component
def test_what_comes_out_is_exactly_what_the_class_declares(build: Builder) -> None:
    deployment = deploy(build)
    for component in components(deployment):
        declared = {n for n in inspect.get_annotations(component_class(component)) if n[0] != "_"}
        assert declared, f"{component.type} declares no outputs"
        assert set(deployment.outputs_of(component.name)) == declared, component.name


@every_component
def test_every_output_has_a_value(build: Builder) -> None:
    deployment = deploy(build)
    for component in components(deployment):
        empty = [k for k, v in deployment.outputs_of(component.name).items() if v is None]
        assert not empty, f"{component.name} comes out without {empty}"


@every_component
def test_a_resource_that_lives_in_a_region_says_which(build: Builder) -> None:
    for resource in deploy(build).all:
        if resource.custom and "region" in properties(resource):
            assert re.fullmatch(r"[a-z]+(-[a-z]+)+-\d", resource.inputs.get("region", "")), (
                f"{resource.name} ({resource.type}) is left to the provider's region"
            )


def properties(resource: Registration) -> dict[str, Any]:
    found: dict[str, Any] = schema()["resources"].get(resource.type, {}).get("inputProperties", {})
    return found


@every_component
def test_what_stands_beside_a_bucket_is_in_its_region(build: Builder) -> None:
    deployment = deploy(build)
    regions: dict[Any, str] = {}
    for bucket in deployment.of("aws:s3/bucket:Bucket"):
        label = f"{bucket.type} {bucket.name}"
        names = (bucket.inputs.get("bucket"), f"<{label} id>", f"<{label} bucket>")
        regions |= dict.fromkeys(names, bucket.inputs["region"])
    for side in deployment.all:
        bucket_name = side.inputs.get("bucket")
        if side.type != "aws:s3/bucket:Bucket" and bucket_name in regions:
            assert side.inputs["region"] == regions[bucket_name], f"{side.name} is beside {bucket_name}"


@every_component
def test_no_document_of_a_bucket_or_key_has_two_writers(build: Builder) -> None:
    written = Counter(
        (r.type, r.inputs.get("bucket") or r.inputs["keyId"])
        for r in deploy(build).all
        if BUCKET_DOCUMENT.fullmatch(r.type) or r.type == "aws:kms/keyPolicy:KeyPolicy"
    )
    assert [what for what, count in written.items() if count > 1] == []


@every_component
def test_a_preview_finds_the_same_resources(build: Builder) -> None:
    assert deploy(build, preview=True).urns == deploy(build).urns


@every_component
def test_a_preview_leaves_no_region_or_bucket_unknown(build: Builder) -> None:
    unknown = [
        f"{r.name}.{key}"
        for r in deploy(build, preview=True).all
        for key in ("region", "bucket")
        if is_unknown(r.inputs.get(key))
    ]
    assert unknown == [], "a change of these replaces the resource; the diff must be able to say so"


@every_component
def test_two_of_a_kind_live_side_by_side(build: Builder) -> None:
    both = deploy(lambda: (build(name="one"), build(name="two")))
    assert len(both.all) == 2 * len(deploy(build).all)
    named = Counter(physical_names(both))
    assert [name for name, count in named.items() if count > 1] == [], "AWS refuses a name twice"


def physical_names(deployment: Deployment) -> Iterator[tuple[Any, ...]]:
    """What AWS wants unique: the fixed names of resources, within their type, region and owner."""
    for resource in deployment.all:
        told = resource.inputs
        owner = told.get("role") or told.get("bucket") or (told.get("type"), told.get("setIdentifier"))
        for key in ("name", "bucket"):
            if properties(resource).get(key) and isinstance(told.get(key), str):
                if key == "bucket" and resource.type != "aws:s3/bucket:Bucket":
                    continue
                yield resource.type, told.get("region"), str(owner), key, told[key]
