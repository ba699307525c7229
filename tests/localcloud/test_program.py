"""A program in a folder runs as `pulumi` runs it, any number of times, and the process stays as it was."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asset_edge.errors import ArgumentError, AssetEdgeError, ProgramError, SettingsError
from asset_edge.localcloud import program
from asset_edge.localcloud.engine import Registration, State
from asset_edge.localcloud.symbols import symbolic_state
from tests.localcloud.test_project import PROJECT, written

PROGRAMS = Path(__file__).parents[1] / "programs"


def ran(directory: Path, stack: str = "dev", **overrides: str) -> Any:
    return program.load(directory, stack, overrides).run(symbolic_state)


def outputs(directory: Path, main: str, **files: str) -> dict[str, Any]:
    return dict(ran(written(directory, main=f"import pulumi\n{main}", **files)).outputs)


def process() -> tuple[Any, ...]:
    """All of the process that a program might change."""
    return os.getcwd(), list(sys.path), list(sys.argv), dict(os.environ), set(sys.modules)  # noqa: PTH109


def test_a_program_sees_its_own_folder_and_name(tmp_path: Path) -> None:
    main = """
import os, sys
pulumi.export("cwd", os.getcwd())
pulumi.export("first", sys.path[0])
pulumi.export("root", pulumi.runtime.get_root_directory())
pulumi.export("name", __name__)
pulumi.export("arguments", sys.argv[1:])
pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
"""
    assert outputs(tmp_path, main) == {
        "cwd": str(tmp_path),
        "first": str(tmp_path),
        "root": str(tmp_path),
        "name": "__main__",
        "arguments": [],
        "names": ["p", "dev", "organization"],
    }


def test_with_main_the_program_runs_in_the_folder_that_main_names(tmp_path: Path) -> None:
    main = 'import pulumi, os\npulumi.export("cwd", os.getcwd())\nimport near'
    written(tmp_path / "src", main=main)
    (tmp_path / "src" / "near.py").touch()
    written(tmp_path, main=None, project=f"{PROJECT}main: src\n")
    assert ran(tmp_path).outputs == {"cwd": str(tmp_path / "src")}


def test_a_program_imports_its_siblings_packages_and_what_is_installed(tmp_path: Path) -> None:
    (tmp_path / "lib" / "deep").mkdir(parents=True)
    (tmp_path / "lib" / "deep" / "value.py").write_text("VALUE = 3")
    main = "from lib.deep.value import VALUE\nimport rich\npulumi.export('v', VALUE)"
    assert outputs(tmp_path, main) == {"v": 3}


def test_resources_registered_while_importing_are_there_in_every_run() -> None:
    loaded = program.load(PROGRAMS / "siblings", "dev")
    first, second = loaded.run(symbolic_state), loaded.run(symbolic_state)
    assert sorted(r.name for r in first.registrations) == ["left", "right"]
    assert {r.urn: r for r in first.registrations} == {r.urn: r for r in second.registrations}
    assert first.outputs == second.outputs == {"names": ["left", "right"]}


def test_two_programs_with_a_module_of_the_same_name_do_not_mix(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path / name, main="import pulumi, part\npulumi.export('v', part.V)")
        (tmp_path / name / "part.py").write_text(f"V = {name!r}")
    assert [ran(tmp_path / name).outputs["v"] for name in ("one", "two", "one")] == ["one", "two", "one"]


def test_an_edited_module_is_read_anew(tmp_path: Path) -> None:
    (tmp_path / "part.py").write_text("V = 1")
    assert outputs(tmp_path, "import part\npulumi.export('v', part.V)") == {"v": 1}
    (tmp_path / "part.py").write_text("V = 22")
    assert ran(tmp_path).outputs == {"v": 22}


def test_our_own_package_is_not_imported_anew(tmp_path: Path) -> None:
    main = "import asset_edge.errors as e\npulumi.export('same', id(e.ProgramError))"
    assert outputs(tmp_path, main) == {"same": id(ProgramError)}


def test_below_our_own_folder_only_what_is_neither_ours_nor_installed_is_imported_anew() -> None:
    anew = program._modules_under(PROGRAMS.parents[1])
    assert __name__ in anew
    assert [name for name in anew if name.split(".")[0] in {"asset_edge", "pulumi", "pytest", "json"}] == []


def test_a_module_of_ours_below_the_programs_folder_is_the_same_after_the_run(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("V = 1")
    written(tmp_path, main="import mine\nmine.V = 2")
    sys.path.insert(0, str(tmp_path))
    try:
        import mine  # type: ignore[import-not-found] # noqa: PLC0415 - made by this test

        ran(tmp_path)
        assert sys.modules["mine"] is mine
        assert mine.V == 1, "the program imported a module of its own"
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("mine", None)


MESS = """
import os, sys, pulumi, left_behind
os.chdir("/")
sys.path.insert(0, "/nowhere")
sys.argv.append("--mess")
"""


@pytest.mark.parametrize("end", ["", "raise ValueError('x')", "sys.exit(1)"], ids=["ends", "raises", "exits"])
def test_the_process_is_left_as_it_was(tmp_path: Path, end: str) -> None:
    (tmp_path / "left_behind.py").touch()
    ran(written(tmp_path / "first", main="import pulumi"))  # loads what the SDK loads at first use
    written(tmp_path, main=MESS + end)
    before = process()
    try:
        ran(tmp_path)
    except ProgramError:
        assert end
    assert process() == before
    assert [t.name for t in threading.enumerate() if t.name.startswith(("pulumi-program", "asyncio"))] == []


def test_what_a_program_prints_does_not_mix_with_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs(tmp_path, "print('hello')")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "hello\n")


def test_the_machines_own_settings_do_not_reach_the_program(tmp_path: Path) -> None:
    os.environ |= {"PULUMI_CONFIG_P_K": "from the machine", "AWS_REGION": "us-west-2"}
    try:
        main = "import os\npulumi.export('told', [pulumi.Config().get('k'), os.getenv('AWS_REGION')])"
        assert outputs(tmp_path, main) == {"told": [None, None]}
        assert os.environ["AWS_REGION"] == "us-west-2"
    finally:
        del os.environ["PULUMI_CONFIG_P_K"], os.environ["AWS_REGION"]


def test_configuration_reaches_the_program_with_its_secrets() -> None:
    run = program.load(PROGRAMS / "showcase", "dev", {"title": "T", "copies": "1"}).run(symbolic_state)
    assert len([r for r in run.registrations if r.type == "aws:s3/bucket:Bucket"]) == 1
    assert [r.inputs["tags"] for r in run.registrations if r.name == "shelf-0"] == [{"title": "T"}]


BROKEN = {
    "raises": ("import pulumi\n\n\nraise ValueError('too wide')", ["__main__.py:4", "ValueError: too wide"]),
    "raises-in-a-module": ("import broken_part", ["broken_part.py:2", "ZeroDivisionError"]),
    "raises-in-an-apply": (
        "import pulumi\npulumi.Output.from_input(1).apply(lambda v:\n  v / 0)",
        ["__main__.py:3", "ZeroDivisionError"],
    ),
    "syntax": ("import pulumi\nx = = 1", ["__main__.py:2", "SyntaxError"]),
    "syntax-in-a-module": ("import unreadable_part", ["unreadable_part.py:1", "SyntaxError"]),
    "missing-module": ("import no_such_module", ["__main__.py:1", "no_such_module", "Install it"]),
    "missing-setting": (
        "import pulumi\npulumi.Config().require('size')",
        ["__main__.py:2", "ConfigMissingError", "p:size"],
    ),
    "wrong-argument": (
        "import pulumi_aws as aws\naws.s3.Bucket('b', colour='red')",
        ["__main__.py:2", "colour"],
    ),
    "wrong-type": (
        "import pulumi, pulumi_aws as aws\naws.s3.Bucket('b', bucket=object())",
        ["unexpected input of type object"],
    ),
    "exits": ("import sys\nsys.exit(3)", ["sys.exit(3)", "__main__.py:2"]),
    "exits-well": ("raise SystemExit", ["sys.exit(None)", "__main__.py:1"]),
    "looks-up": ("import pulumi_aws as aws\naws.get_caller_identity()", ["getCallerIdentity", "setting"]),
    "same-name-twice": (
        "import pulumi_aws as aws\naws.s3.Bucket('b')\naws.s3.Bucket('b')",
        ["two resources"],
    ),
    "async-raises": (
        "import pulumi\nasync def main():\n  raise KeyError('k')\npulumi.run(main)",
        ["__main__.py:3", "KeyError: 'k'"],
    ),
}


@pytest.mark.parametrize(("main", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_program_is_told_with_its_own_error_and_place(
    tmp_path: Path, main: str, words: list[str]
) -> None:
    (tmp_path / "broken_part.py").write_text("x = 0\ny = 1 / x\n")
    (tmp_path / "unreadable_part.py").write_text("def\n")
    with pytest.raises(ProgramError) as told:
        ran(written(tmp_path, main=main))
    assert [word for word in words if word not in str(told.value)] == []
    assert str(tmp_path) not in str(told.value).replace(f"({tmp_path}", ""), "places are relative"


@pytest.mark.parametrize("kind", [SettingsError, ArgumentError])
def test_an_error_of_ours_is_told_as_it_is(tmp_path: Path, kind: type[AssetEdgeError]) -> None:
    main = f"from asset_edge.errors import {kind.__name__}\nraise {kind.__name__}('weight is 300')"
    with pytest.raises(kind) as told:
        ran(written(tmp_path, main=main))
    assert str(told.value) == "weight is 300"


def failing(error: Exception) -> Callable[[Registration], State]:
    def respond(_: Registration) -> State:
        raise error

    return respond


def test_what_respond_raises_is_not_blamed_on_the_program(tmp_path: Path) -> None:
    error = ConnectionError("S3 is gone")
    main = "import pulumi, pulumi_aws as aws\npulumi.export('x', aws.s3.Bucket('b').arn)"
    with pytest.raises(ConnectionError) as told:
        program.load(written(tmp_path, main=main), "dev").run(failing(error))
    assert told.value is error


def test_in_preview_the_same_urns_are_found() -> None:
    loaded = program.load(PROGRAMS / "showcase", "prod")
    planned = {r.urn for r in loaded.run(symbolic_state).registrations}
    previewed = loaded.run(lambda r: State(None, dict(r.inputs)), preview=True)
    assert {r.urn for r in previewed.registrations} == planned
