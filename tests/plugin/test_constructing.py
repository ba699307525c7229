"""What the plugin builds over gRPC is what the Python class builds: the same URNs, inputs and outputs."""

import hashlib
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.output import Unknown

from asset_edge.localcloud import masking
from asset_edge.localcloud.engine import Registration, is_unknown
from asset_edge.plugin.adapters import ADAPTERS
from asset_edge.plugin.shapes import camel_case
from tests.engine import deploy
from tests.plugin.cases import ARN, CASES, EU, FUNCTION_TOLD, ORIGIN, OTHER, PAIR, US, Case, granted
from tests.plugin.served import UNKNOWN, Plugin, output

CODE = "def handler(event, context):\n    return event\n"

every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def comparable(value: Any) -> Any:
    """Archives by their content: the same zip may lie elsewhere."""
    match value:
        case dict():
            return {key: comparable(inner) for key, inner in value.items()}
        case list():
            return [comparable(inner) for inner in value]
        case pulumi.FileArchive(path=path):
            return hashlib.sha256(Path(path).read_bytes()).hexdigest()
        case Unknown():
            return UNKNOWN
    return value


def told(registrations: tuple[Registration, ...]) -> dict[str, Any]:
    return {
        r.urn: (r.parent, comparable(r.inputs), {k: v for k, v in r.options.items() if v})
        for r in registrations
    }


def test_every_component_that_is_served_has_a_case() -> None:
    assert {case.component for case in CASES.values()} == {a.component.__name__ for a in ADAPTERS}


@every_case
def test_the_plugin_registers_what_the_class_does(case: Case, started: Plugin) -> None:
    built = started.construct(case.component, "it", case.told, preview=case.preview)
    native = deploy(case.native, preview=case.preview)
    assert built.urn == f"urn:pulumi:test::asset-edge::asset-edge:index:{case.component}::it"
    assert told(built.registrations) == told(native.all)


@every_case
def test_the_plugin_answers_with_the_outputs_of_the_class(case: Case, started: Plugin) -> None:
    built = started.construct(case.component, "it", case.told, preview=case.preview)
    native = deploy(case.native, preview=case.preview).outputs_of("it")
    assert comparable(built.state) == {camel_case(k): comparable(v) for k, v in native.items()}


def test_what_is_secret_among_the_arguments_is_secret_in_what_is_made(started: Plugin) -> None:
    checks = [
        r
        for r in started.construct("WeightedS3Origin", "it", ORIGIN).registrations
        if r.type == "aws:route53/healthCheck:HealthCheck"
    ]
    assert len(checks) == 2
    for check in checks:
        assert masking.is_secret(check.inputs["resourcePath"])
        assert not masking.is_secret(check.inputs["port"])


def test_a_secret_file_is_baked_and_keeps_the_code_out_of_the_state(started: Plugin) -> None:
    built = started.construct("EdgeFunction", "it", FUNCTION_TOLD)
    code = built.named("it-function").inputs["code"]
    assert masking.is_secret(code)
    zip_file = Path(code["value"].path)
    assert zip_file.is_absolute()
    assert zip_file.stat().st_mode & 0o077 == 0
    assert json.loads(zipfile.ZipFile(zip_file).read("keys.json")) == {"k": "s3cr3t"}


def test_a_file_that_is_no_secret_leaves_the_code_to_see(started: Plugin) -> None:
    open_files = {**FUNCTION_TOLD, "files": {"notes.txt": "hello"}}
    built = started.construct("EdgeFunction", "it", open_files)
    assert isinstance(built.named("it-function").inputs["code"], pulumi.FileArchive)


def test_the_code_may_be_the_callers_own(started: Plugin, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "hello.py").write_text(CODE)
    changed = {"entry": "code.hello", "source": str(tmp_path / "mine"), "files": {}}
    built = started.construct("EdgeFunction", "it", {**FUNCTION_TOLD, **changed})
    with zipfile.ZipFile(built.named("it-function").inputs["code"].path) as archive:
        assert archive.namelist() == ["code/hello.py"]


def test_what_an_argument_depends_on_reaches_the_resources_made_of_it(started: Plugin) -> None:
    built = started.construct("BucketGrant", "it", granted(ARN))
    assert OTHER in built.named(f"it-policy-{US}").dependencies
    assert OTHER not in built.named(f"it-policy-{EU}").dependencies


def test_an_output_at_the_top_depends_as_the_engine_says_beside_it(started: Plugin) -> None:
    changed = {**ORIGIN, "zoneId": "Z0123456789"}
    built = started.construct("WeightedS3Origin", "it", changed, dependencies={"zoneId": [OTHER]})
    records = [r for r in built.registrations if r.type == "aws:route53/record:Record"]
    assert records
    assert all(OTHER in record.dependencies for record in records)


def test_the_engine_learns_what_outputs_depend_on(started: Plugin) -> None:
    built = started.construct("ReplicatedBucketPair", "it", PAIR)
    (bucket,) = built.dependencies["primaryArn"]
    assert bucket == built.named("it-bucket-primary").urn


def test_a_preview_leaves_unknown_what_the_deploy_will_tell(started: Plugin) -> None:
    built = started.construct("BucketGrant", "it", granted(output()), preview=True)
    assert is_unknown(built.named(f"it-policy-{US}").inputs["policy"])
    assert built.named(f"it-policy-{US}").inputs["bucket"] == "acme-us"


def test_the_component_takes_the_parent_and_the_protection_it_is_told(started: Plugin) -> None:
    parent = "urn:pulumi:test::asset-edge::acme:index:Site::site"
    built = started.construct("LogBucket", "it", CASES["logs"].told, parent=parent, protect=True)
    assert built.urn == "urn:pulumi:test::asset-edge::acme:index:Site$asset-edge:index:LogBucket::it"
    assert built.named("it").parent == parent
    assert built.named("it").options["protect"] is True


def test_two_components_may_be_built_one_after_the_other(started: Plugin) -> None:
    first = started.construct("LogBucket", "one", CASES["logs"].told)
    second = started.construct("LogBucket", "two", CASES["logs"].told)
    assert {r.name.partition("-")[0] for r in first.registrations} == {"one"}
    assert {r.name.partition("-")[0] for r in second.registrations} == {"two"}


def test_components_built_at_the_same_time_do_not_mix(started: Plugin) -> None:
    def build(i: int) -> tuple[str, set[str]]:
        case = CASES["logs" if i % 2 else "registry"]
        built = started.construct(case.component, f"n{i}", case.told, preview=bool(i % 3))
        return f"n{i}", {r.name.partition("-")[0] for r in built.registrations}

    with ThreadPoolExecutor(6) as pool:
        for name, names in pool.map(build, range(12)):
            assert names == {name}


def test_children_are_made_with_the_provider_of_the_component(started: Plugin) -> None:
    urn = "urn:pulumi:test::asset-edge::pulumi:providers:aws::mine"
    built = started.construct("LogBucket", "it", CASES["logs"].told, providers={"aws": f"{urn}::id-1"})
    children = [r for r in built.registrations if r.custom]
    assert children
    assert {r.provider for r in children} == {f"{urn}::id-1"}


def test_building_says_nothing_that_people_have_to_read(started: Plugin) -> None:
    started.construct("LogBucket", "quiet", CASES["logs"].told)
    assert started.logged == []
