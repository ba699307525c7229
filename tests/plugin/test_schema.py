"""The package schema is the stored one, fits Pulumi's rules, and leaves nothing of our arguments out."""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from asset_edge import components as package
from asset_edge.plugin import schema, shapes
from asset_edge.plugin.adapters import ADAPTERS, Adapter
from asset_edge.plugin.shapes import Scalar, camel_case, properties
from tests.plugin.served import PLATFORM, Plugin
from tests.test_packaging import version

STORED: dict[str, Any] = json.loads((PLATFORM / "schema.json").read_text())
PRIMITIVES = {"string", "integer", "number", "boolean"}
TOKEN = re.compile(r"asset-edge:index:[A-Z][A-Za-z0-9]*")

every_adapter = pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.component.__name__)


def test_the_plugin_serves_the_stored_schema(started: Plugin) -> None:
    assert json.loads(started.schema()) == STORED, (
        "what programs in other languages see has changed. If that is meant, store it: "
        "python -m asset_edge.plugin.schema > platform/schema.json"
    )


def test_the_stored_schema_is_what_the_command_writes() -> None:
    assert schema.dumps() == (PLATFORM / "schema.json").read_text()


def test_the_version_is_that_of_the_package() -> None:
    assert STORED["version"] == version()


def test_every_component_is_served() -> None:
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    written = {
        c for c in pulumi.ComponentResource.__subclasses__() if c.__module__.startswith(package.__name__)
    }
    assert written <= {adapter.component for adapter in ADAPTERS}


@every_adapter
def test_a_component_has_the_token_it_registers_itself_under(adapter: Adapter) -> None:
    assert f'"{adapter.token}"' in inspect.getsource(adapter.component)
    assert adapter.token in STORED["resources"]


@every_adapter
def test_every_field_is_an_argument_or_left_out_on_purpose(adapter: Adapter) -> None:
    fields = {field.name for field in dataclasses.fields(adapter.args)}
    assert adapter.left_out <= fields
    told = {each.field for each in properties(adapter.args, adapter.left_out)}
    assert told - {shapes.WITHOUT} == fields - adapter.left_out


@every_adapter
def test_what_must_be_told_is_what_has_no_default(adapter: Adapter) -> None:
    needed = {
        camel_case(field.name)
        for cls in (adapter.args, adapter.besides)
        for field in dataclasses.fields(cls)
        if field.default is field.default_factory is dataclasses.MISSING
        and field.name not in adapter.left_out
    }
    assert set(STORED["resources"][adapter.token]["requiredInputs"]) == needed


@every_adapter
def test_every_output_of_the_class_is_in_the_schema(adapter: Adapter) -> None:
    declared = {camel_case(n) for n in inspect.get_annotations(adapter.component) if n[0] != "_"}
    resource = STORED["resources"][adapter.token]
    assert set(resource["properties"]) == set(resource["required"]) == declared
    assert declared


def test_only_what_may_be_an_output_is_not_plain() -> None:
    pair = STORED["resources"]["asset-edge:index:ReplicatedBucketPair"]["inputProperties"]
    assert pair["primaryBucket"]["plain"] is True
    assert pair["logBuckets"]["additionalProperties"] == {"type": "string"}
    target = STORED["types"]["asset-edge:index:OriginTarget"]["properties"]
    assert target["region"]["plain"] is True
    assert "plain" not in target["bucketArn"]


def test_choices_and_defaults_are_told() -> None:
    distribution = STORED["resources"]["asset-edge:index:AssetDistribution"]["inputProperties"]
    assert distribution["priceClass"]["description"].endswith(
        "One of: PriceClass_All, PriceClass_200, PriceClass_100. Default: PriceClass_All."
    )
    assert distribution["additionalMetrics"]["description"].endswith("Default: true.")


def test_arguments_and_outputs_are_described() -> None:
    """But for words of AWS's own that say it all, which our classes leave undescribed too."""
    silent = [
        f"{token}.{name}"
        for token, told in STORED["resources"].items()
        for name, each in (told["inputProperties"] | told["properties"]).items()
        if not each.get("description")
    ]
    assert silent == []


def types(told: Any) -> Iterator[dict[str, Any]]:
    """Every reference to a type in the schema."""
    for resource in told["resources"].values():
        for group in ("inputProperties", "properties"):
            for each in resource[group].values():
                yield from _nested(each)
    for each in (p for t in told["types"].values() for p in t["properties"].values()):
        yield from _nested(each)


def _nested(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield told
    for inner in (told.get("items"), told.get("additionalProperties")):
        if inner is not None:
            yield from _nested(inner)


def misfits(told: Any) -> list[str]:
    """What Pulumi's metaschema and the generators of SDKs would refuse (Pulumi docs, "Package schema")."""
    found = [t for t in (*told["resources"], *told["types"]) if not TOKEN.fullmatch(t)]
    for token, resource in told["resources"].items():
        found += [f"{token}: {n}" for n in ("id", "urn") if n in resource["properties"]]
        found += [n for n in resource["requiredInputs"] if n not in resource["inputProperties"]]
    found += [n for t in told["types"].values() for n in t["required"] if n not in t["properties"]]
    return found + [json.dumps(each) for each in types(told) if not _fits(each, told)]


def _fits(each: dict[str, Any], told: Any) -> bool:
    match each:
        case {"$ref": "pulumi.json#/Any"}:
            return "type" not in each
        case {"$ref": ref}:
            return "type" not in each and ref.removeprefix("#/types/") in told["types"]
        case {"type": "array"}:
            return "items" in each
        case {"type": "object"}:
            return "additionalProperties" in each
    return each.get("type") in PRIMITIVES


def test_the_schema_is_one_that_generators_take() -> None:
    assert misfits(STORED) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "text"},
        {"type": "array"},
        {"$ref": "#/types/asset-edge:index:Nothing"},
        {"$ref": "#/types/asset-edge:index:Cors", "type": "object"},
        {},
    ],
)
def test_a_type_that_generators_refuse_is_seen(broken: dict[str, Any]) -> None:
    planted = json.loads(json.dumps(STORED))
    planted["types"]["asset-edge:index:Cors"]["properties"]["planted"] = broken
    assert misfits(planted)


@dataclasses.dataclass(frozen=True)
class OneOrAnother:
    """A field without a shape."""

    many: "list[str]" = dataclasses.field(default_factory=list)


def test_a_field_without_a_shape_is_an_error_and_no_gap() -> None:
    with pytest.raises(TypeError, match="has no shape"):
        properties(OneOrAnother)


def test_one_choice_of_many_is_told_as_such() -> None:
    (part,) = [p for p in ADAPTERS[0].properties if p.name == "manage"]
    assert isinstance(part.shape, shapes.ListOf)
    assert isinstance(part.shape.items, Scalar)
    assert "replication" in part.shape.items.choices
