"""What a worker process finds on its path and in its environment."""

import importlib.metadata
import re
import sys
import sysconfig
from pathlib import Path

import pytest

from asset_edge.emulator import workers_view
from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.messages import Crashed
from asset_edge.errors import LocalError
from tests.emulator.functions_world import ARN, answer, function, handler, run, workers

FOREIGN = "cpython-39-aarch64-linux-gnu.so"
HERE = sysconfig.get_config_var("EXT_SUFFIX")
VARIABLES = {"runtime": Path("/runtime"), "home": Path("/home"), "ca_file": None}


def deployed(folder: Path, **files: str) -> Deployed:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Deployed(folder=folder, handler="main.handler", name="tested")


@pytest.mark.parametrize(
    ("name", "machine", "loads"),
    [
        (f"fast{HERE}", "x86_64", True),
        (f"fast{HERE}", "AMD64", True),
        (f"fast{HERE}", "arm64", False),
        ("_rust.abi3.so", "x86_64", True),
        ("_rust.abi3.so", "aarch64", False),
        ("plain.so", "x86_64", True),
        (f"fast.{FOREIGN}", "x86_64", False),
    ],
)
def test_compiled_code_is_told_by_its_tag_and_this_machine(name: str, machine: str, loads: bool) -> None:
    assert workers_view.loads_here(name, machine=machine) is loads


def test_a_zip_without_compiled_code_needs_nothing(tmp_path: Path) -> None:
    found = workers_view.own_builds(
        deployed(tmp_path, **{"main.py": "", "pkg/data.so.txt": ""}), (), tmp_path / "b"
    )
    assert found == (None, ())
    assert not (tmp_path / "b").exists()


def test_a_library_that_is_no_module_needs_nothing(tmp_path: Path) -> None:
    files = {"pkg.libs/libz-1a2b.1.so": "", "pkg/__init__.py": ""}
    assert workers_view.own_builds(deployed(tmp_path, **files), (), tmp_path / "b") == (None, ())


def test_the_same_package_built_for_this_interpreter_takes_the_zips_place(tmp_path: Path) -> None:
    sources = {"pkg/__init__.py": "WHERE = __file__", "pkg/sub/code.py": "x = 1"}
    zipped = deployed(tmp_path / "zip", **sources, **{f"pkg/fast.{FOREIGN}": "", f"_top.{FOREIGN}": ""})
    deployed(
        tmp_path / "site", **sources, **{f"pkg/fast{HERE}": "", f"_top{HERE}": "", "pkg/tests/more.py": ""}
    )
    folder, notes = workers_view.own_builds(zipped, [tmp_path / "none", tmp_path / "site"], tmp_path / "b")
    assert folder == tmp_path / "b"
    assert sorted(p.name for p in folder.iterdir()) == [f"_top{HERE}", "pkg"]
    assert [note.partition(" is ")[0] for note in notes] == ["function tested: _top", "function tested: pkg"]
    assert "python3.13 on x86_64" in notes[0]


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        pytest.param({}, "and none is", id="absent"),
        pytest.param({"pkg/__init__.py": "VERSION = 2"}, "and another one is", id="another version"),
        pytest.param({"pkg/other.py": ""}, "and another one is", id="a module less"),
    ],
)
def test_what_is_not_the_same_package_is_refused_by_name(
    tmp_path: Path, installed: dict[str, str], said: str
) -> None:
    zipped = deployed(tmp_path / "zip", **{"pkg/__init__.py": "VERSION = 1", f"pkg/fast.{FOREIGN}": ""})
    deployed(tmp_path / "site", **installed)
    with pytest.raises(LocalError, match=f"tested brings pkg compiled for python3.13 .*{said}"):
        workers_view.own_builds(zipped, [tmp_path / "site"], tmp_path / "b")


def test_a_worker_runs_its_own_build_and_says_so(tmp_path: Path) -> None:
    code = handler("return pkg.WHERE", before=["import pkg"])
    sources = {"pkg/__init__.py": "WHERE = __file__"}
    zipped = deployed(tmp_path / "zip", **sources, **{"main.py": code, f"pkg/fast.{FOREIGN}": ""})
    deployed(tmp_path / "site", **sources)

    async def steps() -> None:
        async with workers(zipped, installed=[tmp_path / "site"]) as running:
            before = running.notes
            outcome = await running.invoke(ARN, {})
            assert not isinstance(outcome, Crashed)
            assert "builds-" in str(outcome.answer)
            assert (
                running.notes[len(before) :]
                == (workers_view.own_builds(zipped, [tmp_path / "site"], tmp_path / "b")[1])
            )

    run(steps)


def test_a_zip_with_our_compiled_packages_works_here(tmp_path: Path) -> None:
    """cryptography as the target has it, with a module of another interpreter beside it."""
    target = Path(sys.prefix) / "lambda"
    for name in ("cryptography", "_cffi_backend.cpython-313-x86_64-linux-gnu.so"):
        (tmp_path / name).symlink_to(target / name)
    code = handler("return len(hashes.Hash(hashes.SHA256()).finalize())")
    assert answer(function(tmp_path, "from cryptography.hazmat.primitives import hashes\n" + code)) == 32


def test_what_cannot_be_replaced_is_the_answer_of_the_first_request(tmp_path: Path) -> None:
    zipped = deployed(tmp_path / "zip", **{"main.py": handler("return 1"), f"_top.{FOREIGN}": ""})
    outcome = answer(zipped)
    assert isinstance(outcome, Crashed)
    assert "_top compiled for python3.13" in outcome.reason


def test_the_runtimes_folder_links_what_lambda_ships_and_nothing_else(tmp_path: Path) -> None:
    folder = workers_view.runtime_folder(tmp_path / "runtime")
    names = {path.name.partition(".")[0] for path in folder.iterdir() if "info" not in path.name}
    needed = {"awslambdaric", "runtime_client", "boto3", "botocore", "simplejson", "six", "dateutil"}
    assert needed <= names
    assert not names & {"asset_edge", "aiohttp", "moto", "dns", "cryptography", "uvloop", "__pycache__"}


def test_what_lambda_ships_names_all_that_it_needs() -> None:
    for name in workers_view.RUNTIME_SHIPS:
        needs = importlib.metadata.distribution(name).requires or []
        required = {re.split(r"[^\w.-]", need)[0] for need in needs if "extra" not in need}
        assert required <= set(workers_view.RUNTIME_SHIPS), name


def test_a_package_that_lambda_ships_and_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"no-such-package is not installed.* Run make setup"):
        workers_view.runtime_folder(tmp_path / "runtime", ["no-such-package"])


@pytest.mark.parametrize(("arn", "version"), [(ARN, "3"), (ARN.removesuffix(":3"), "$LATEST")])
def test_the_version_is_the_arns(arn: str, version: str) -> None:
    made = workers_view.variables(deployed(Path("/zip")), arn, "127.0.0.1:1", **VARIABLES)  # type: ignore[arg-type]
    assert made["AWS_LAMBDA_FUNCTION_VERSION"] == version


def test_trust_is_given_where_there_is_an_authority() -> None:
    made = workers_view.variables(deployed(Path("/zip")), ARN, "127.0.0.1:1", **VARIABLES)  # type: ignore[arg-type]
    assert not {"AWS_CA_BUNDLE", "SSL_CERT_FILE"} & made.keys()
    trusting = {**VARIABLES, "ca_file": Path("/ca.pem")}
    made = workers_view.variables(deployed(Path("/zip")), ARN, "127.0.0.1:1", **trusting)  # type: ignore[arg-type]
    assert made["AWS_CA_BUNDLE"] == made["SSL_CERT_FILE"] == "/ca.pem"


def test_another_python_than_lambdas_is_noted() -> None:
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    notes = workers_view.general_notes()
    assert notes == (
        () if here == "python3.13" else (f"functions run under {here}, in Lambda under python3.13",)
    )
