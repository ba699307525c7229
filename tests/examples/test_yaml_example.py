"""The YAML example fits the package schema, and the plugin builds all of it; the CLI itself is not run."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from asset_edge.localcloud.engine import Registration
from tests.plugin.served import PLATFORM, output, plugin

FOLDER = Path(__file__).parents[2] / "examples" / "yaml-plugin"
PROGRAM: dict[str, Any] = yaml.safe_load((FOLDER / "Pulumi.yaml").read_text())
CONFIG: dict[str, Any] = yaml.safe_load((FOLDER / "Pulumi.dev.yaml").read_text())["config"]
SCHEMA: dict[str, Any] = json.loads((PLATFORM / "schema.json").read_text())

REFERENCE = re.compile(r"\$\{([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9]+))?\}")
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def token(resource: dict[str, Any]) -> str:
    """`asset-edge:EdgeFunction` is short for `asset-edge:index:EdgeFunction`."""
    package, _, name = resource["type"].partition(":")
    return f"{package}:index:{name}"


def misfits(program: dict[str, Any]) -> list[str]:
    """What of the program the schema does not allow."""
    found: list[str] = []
    for name, resource in program["resources"].items():
        known = SCHEMA["resources"].get(token(resource))
        if known is None:
            found.append(f"{name}: there is no {resource['type']}")
            continue
        found += _object(
            resource["properties"], known["inputProperties"], known["requiredInputs"], name, program
        )
    return found


def _object(
    told: Any, known: dict[str, Any], required: list[str], path: str, program: dict[str, Any]
) -> Iterator[str]:
    if not isinstance(told, dict):
        yield f"{path} is no object"
        return
    yield from (f"{path}.{name} is missing" for name in required if name not in told)
    for name, value in told.items():
        if name not in known:
            yield f"{path}.{name} is no property"
        else:
            yield from _value(value, known[name], f"{path}.{name}", program)


def _value(told: Any, known: dict[str, Any], path: str, program: dict[str, Any]) -> Iterator[str]:
    if isinstance(told, str):
        yield from _references(told, known, path, program)
    match known:
        case {"$ref": "pulumi.json#/Any"}:
            return
        case {"$ref": ref}:
            record = SCHEMA["types"][ref.removeprefix("#/types/")]
            yield from _object(told, record["properties"], record["required"], path, program)
        case {"type": "array", "items": items}:
            if not isinstance(told, list):
                yield f"{path} is no list"
                return
            for i, each in enumerate(told):
                yield from _value(each, items, f"{path}[{i}]", program)
        case {"type": "object", "additionalProperties": values}:
            yield from _object(told, dict.fromkeys(told, values), [], path, program)
        case {"type": name}:
            if type(evaluated_json(told)) not in PYTHON_TYPES[name]:
                yield f"{path} is {told!r}, not {name}"


def evaluated_json(told: Any) -> Any:
    """What is told, a function of YAML replaced by the text it gives."""
    return json.dumps(told["fn::toJSON"]) if isinstance(told, dict) and "fn::toJSON" in told else told


def _references(told: str, known: dict[str, Any], path: str, program: dict[str, Any]) -> Iterator[str]:
    for name, field in REFERENCE.findall(told):
        if not field:
            if name not in program["config"]:
                yield f"{path}: there is no configuration {name}"
            continue
        if field not in _outputs(program["resources"].get(name)):
            yield f"{path}: there is no {name}.{field}"
        if known.get("plain"):
            yield f"{path} must be plain, and {name}.{field} is an output"


def _outputs(resource: dict[str, Any] | None) -> dict[str, Any]:
    known = SCHEMA["resources"].get(token(resource), {}) if resource else {}
    found: dict[str, Any] = known.get("properties", {})
    return found


def evaluated(told: Any, states: dict[str, dict[str, Any]]) -> Any:
    """A value as the language host sends it: configuration filled in, references as outputs."""
    match told:
        case {"fn::toJSON": inner}:
            return json.dumps(evaluated(inner, states))
        case dict():
            return {key: evaluated(value, states) for key, value in told.items()}
        case list():
            return [evaluated(value, states) for value in told]
        case str():
            return _filled_in(told, states)
    return told


def _filled_in(text: str, states: dict[str, dict[str, Any]]) -> Any:
    whole = REFERENCE.fullmatch(text)
    if whole and whole.group(2):
        resource, field = whole.groups()
        return output(states[resource][field], of=[states[resource]["urn"]])
    return REFERENCE.sub(lambda found: CONFIG[f"{PROGRAM['name']}:{found.group(1)}"], text)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Registration]:
    """All that the program makes, its resources constructed in the order they stand there."""
    states: dict[str, dict[str, Any]] = {}
    registrations: list[Registration] = []
    with plugin(tmp_path_factory.mktemp("program")) as running:
        for name, resource in PROGRAM["resources"].items():
            component = resource["type"].partition(":")[2]
            made = running.construct(component, name, evaluated(resource["properties"], states))
            states[name] = made.state | {"urn": made.urn}
            registrations += made.registrations
    return registrations


def test_the_program_fits_the_schema() -> None:
    assert misfits(PROGRAM) == []


@pytest.mark.parametrize(
    ("resource", "changed", "said"),
    [
        ("films", {"noncurrentVersionDays": 1.5}, "films.noncurrentVersionDays is 1.5, not integer"),
        ("films", {"protected": True}, "films.protected is no property"),
        ("films", {"protect": "yes"}, "films.protect is 'yes', not boolean"),
        (
            "films",
            {"primaryRegion": "${films-edge.arn}"},
            "films.primaryRegion must be plain, and films-edge.arn is an output",
        ),
        ("films-edge", {"origins": {}}, "films-edge.origins is no list"),
        (
            "films-edge",
            {"origins": [{"role": "primary", "region": "a"}]},
            "films-edge.origins[0].domainName is missing",
        ),
        (
            "films-readers",
            {"roles": ["${films.roleArn}"]},
            "films-readers.roles[0]: there is no films.roleArn",
        ),
        ("films-readers", {"roles": ["${role}"]}, "films-readers.roles[0]: there is no configuration role"),
    ],
)
def test_a_program_that_does_not_fit_is_seen(resource: str, changed: dict[str, Any], said: str) -> None:
    planted = copy.deepcopy(PROGRAM)
    planted["resources"][resource]["properties"] |= changed
    assert misfits(planted) == [said]


def test_a_component_that_is_not_served_is_seen() -> None:
    planted = copy.deepcopy(PROGRAM)
    planted["resources"]["films"]["type"] = "asset-edge:BucketPair"
    assert "films: there is no asset-edge:BucketPair" in misfits(planted)


def test_the_plugin_builds_the_program(built: list[Registration]) -> None:
    (distribution,) = [r for r in built if r.type == "aws:cloudfront/distribution:Distribution"]
    (function,) = [r for r in built if r.type == "aws:lambda/function:Function"]
    association = distribution.inputs["defaultCacheBehavior"]["lambdaFunctionAssociations"]
    assert [one["lambdaArn"] for one in association] == [f"<{function.type} {function.name} qualifiedArn>"]


def test_the_distribution_may_read_both_buckets(built: list[Registration]) -> None:
    policies = [r for r in built if r.type == "aws:s3/bucketPolicy:BucketPolicy"]
    assert {p.inputs["bucket"] for p in policies} == {
        "films-111122223333-eu-central-1",
        "films-111122223333-us-west-2",
    }
    for policy in policies:
        assert (
            "<aws:cloudfront/distribution:Distribution films-edge-distribution arn>"
            in policy.inputs["policy"]
        )


def test_the_plugin_is_where_the_program_looks_for_it() -> None:
    folder = (FOLDER / PROGRAM["packages"]["asset-edge"]).resolve()
    assert yaml.safe_load((folder / "PulumiPlugin.yaml").read_text()) == {
        "name": "asset-edge",
        "runtime": "python",
    }
    assert (folder / "__main__.py").is_file()


def test_the_readme_says_what_the_example_needs() -> None:
    assert "needs the Pulumi CLI" in (FOLDER / "README.md").read_text()
