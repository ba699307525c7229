"""Which files of installed packages a bundle brings, and what it refuses to bring."""

import re
import sys
from pathlib import Path

import pytest

from asset_edge.bundle_packages import INSTALLED_PACKAGES, TARGET_PACKAGES, is_given, vendored
from asset_edge.errors import BundleError
from tests.trees import install, write

LINUX = "cp313-cp313-manylinux_2_17_x86_64"


def brought(folder: Path, *names: str) -> set[str]:
    """What a bundle brings for modules `names`, with `folder`'s target before its packages."""
    return set(vendored(dict.fromkeys(names, "the test"), folder / "target", [folder / "site"]))


@pytest.mark.parametrize(
    ("file", "taken"),
    [
        ("p/__init__.py", True),
        ("p/data.json", True),
        ("p/deep/x.py", True),
        ("p/latests/x.py", True),
        ("p/x.pyc", False),
        ("p/__pycache__/x.cpython-313.pyc", False),
        ("p/x.pyi", False),
        ("p/py.typed", False),
        ("p/tests/x.py", False),
        ("tests/x.py", False),
        ("p-1.0.dist-info/LICENSE", False),
        ("p-1.0.data/x", False),
        ("bin/p", False),
        ("p.pth", False),
    ],
)
def test_only_what_a_package_runs_on_is_brought(tmp_path: Path, file: str, taken: bool) -> None:
    install(tmp_path / "site", "p", {"p/__init__.py": "", file: ""})
    assert (file in brought(tmp_path, "p")) is taken


def test_a_script_outside_the_folder_is_never_read(tmp_path: Path) -> None:
    install(tmp_path / "site", "p", {"p.py": "", "../bin/p": "#!/home/somebody/python"})
    assert brought(tmp_path, "p") == {"p.py"}


def test_a_file_that_the_installer_does_not_know_stays_behind(tmp_path: Path) -> None:
    install(tmp_path / "site", "p", {"p/__init__.py": ""})
    write(tmp_path / "site", {"p/.DS_Store": "", "p/x.orig": ""})
    assert brought(tmp_path, "p") == {"p/__init__.py"}


def test_the_target_goes_before_what_the_interpreter_has(tmp_path: Path) -> None:
    for folder in ("target", "site"):
        install(tmp_path / folder, "p", {"p.py": folder})
    files = vendored({"p": "the test"}, tmp_path / "target", [tmp_path / "site"])
    assert files == {"p.py": b"target"}


def test_a_module_is_found_under_another_package_name(tmp_path: Path) -> None:
    install(tmp_path / "site", "PyPea", {"pea/__init__.py": ""})
    install(tmp_path / "site", "pea-tools", {"pea_tools/__init__.py": ""})
    assert brought(tmp_path, "pea") == {"pea/__init__.py"}


def test_a_namespace_is_brought_from_all_who_share_it(tmp_path: Path) -> None:
    install(tmp_path / "site", "a", {"ns/a.py": ""})
    install(tmp_path / "site", "b", {"ns/b.py": ""})
    assert brought(tmp_path, "ns") == {"ns/a.py", "ns/b.py"}


REQUIREMENTS = {
    "always": ("Dep_Name>=1", True),
    "before 3.11": ('dep-name; python_version < "3.11"', False),
    "on 3.13": ('dep-name; python_full_version >= "3.13"', True),
    "on Linux": ('dep-name; sys_platform == "linux" and platform_machine == "x86_64"', True),
    "on Windows": ('dep-name; os_name == "nt"', False),
    "on PyPy": ('dep-name; platform_python_implementation == "PyPy"', False),
    "an extra": ('dep-name; extra == "crypto"', False),
}


@pytest.mark.parametrize(("requirement", "taken"), REQUIREMENTS.values(), ids=REQUIREMENTS)
def test_a_requirement_counts_where_lambda_runs(tmp_path: Path, requirement: str, taken: bool) -> None:
    install(tmp_path / "site", "p", {"p.py": ""}, requires=[requirement])
    install(tmp_path / "site", "dep-name", {"dep.py": ""})
    assert brought(tmp_path, "p") == {"p.py"} | ({"dep.py"} if taken else set())


def test_requirements_are_followed_in_circles_and_to_their_end(tmp_path: Path) -> None:
    for name, needs in {"a": "b", "b": "c", "c": "a"}.items():
        install(tmp_path / "site", name, {f"{name}.py": ""}, requires=[needs])
    assert brought(tmp_path, "a") == {"a.py", "b.py", "c.py"}


def test_what_lambda_ships_is_not_brought_as_a_requirement(tmp_path: Path) -> None:
    install(tmp_path / "site", "p", {"p.py": ""}, requires=["boto3>=1.43", "botocore"])
    assert brought(tmp_path, "p") == {"p.py"}


def test_compiled_code_is_taken_from_the_target_alone(tmp_path: Path) -> None:
    files = {"p/__init__.py": "", "p/_c.cpython-313-x86_64-linux-gnu.so": ""}
    install(tmp_path / "site", "p", files, tag=LINUX)
    with pytest.raises(BundleError, match=r"compiled code comes only from \S+/target, .* Run `make setup`"):
        brought(tmp_path, "p")
    install(tmp_path / "target", "p", files, tag=LINUX)
    assert brought(tmp_path, "p") == set(files)


def test_a_compiled_module_without_a_package_is_found(tmp_path: Path) -> None:
    install(tmp_path / "target", "p", {"_p.cpython-313-x86_64-linux-gnu.so": ""}, tag=LINUX)
    assert brought(tmp_path, "_p") == {"_p.cpython-313-x86_64-linux-gnu.so"}


@pytest.mark.parametrize(
    ("tag", "loads"),
    [
        (LINUX, True),
        ("cp311-abi3-manylinux_2_34_x86_64", True),
        ("py3-none-manylinux2014_x86_64", True),
        ("cp313-cp313-manylinux_2_17_aarch64", False),
        ("cp313-cp313-musllinux_1_2_x86_64", False),
        ("cp313-cp313-macosx_11_0_x86_64", False),
        ("cp312-cp312-manylinux_2_17_x86_64", False),
        ("cp313-cp313t-manylinux_2_17_x86_64", False),
        ("py3-none-any", False),
    ],
)
def test_compiled_code_is_for_the_runtime_and_the_processor_of_the_edge(
    tmp_path: Path, tag: str, loads: bool
) -> None:
    install(tmp_path / "target", "p", {"p.py": "", "p.libs/libx.so.4": ""}, tag=tag)
    if loads:
        assert brought(tmp_path, "p") == {"p.py", "p.libs/libx.so.4"}
    else:
        with pytest.raises(
            BundleError, match=r"p\.libs/libx\.so\.4.* not for python3\.13 on manylinux x86_64"
        ):
            brought(tmp_path, "p")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            "gone",
            r"module 'gone', which the test needs, is not installed in \S+target or \S+site; .* `make lock",
        ),
        ("p", r"package 'gone-too', which p needs, is not installed"),
    ],
)
def test_a_missing_package_is_named_with_who_needs_it(tmp_path: Path, asked: str, message: str) -> None:
    install(tmp_path / "site", "p", {"p.py": ""}, requires=["gone-too"])
    with pytest.raises(BundleError, match=message):
        brought(tmp_path, asked)


@pytest.mark.parametrize("name", ["json", "_hashlib", "zoneinfo", "boto3", "botocore"])
def test_the_runtime_gives_its_standard_library_and_aws_own_client(name: str) -> None:
    assert is_given(name)


@pytest.mark.parametrize("name", ["jwt", "cgi", "distutils", "compression", "handlers", "urllib3"])
def test_what_the_runtime_lacks_is_not_given_whatever_this_interpreter_has(name: str) -> None:
    assert not is_given(name)


def test_cryptography_comes_built_for_lambda_with_all_it_needs() -> None:
    files = vendored({"cryptography": "the test"}, TARGET_PACKAGES, INSTALLED_PACKAGES)
    compiled = {name for name in files if ".so" in name}
    assert compiled == {
        "_cffi_backend.cpython-313-x86_64-linux-gnu.so",
        "cryptography/hazmat/bindings/_rust.abi3.so",
    }
    assert all(files[name].startswith(b"\x7fELF\x02\x01") for name in compiled)
    assert {"cffi/api.py", "pycparser/c_parser.py"} <= files.keys()


def test_the_interpreter_s_own_cryptography_would_be_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=re.escape(f"only from {tmp_path}")):
        vendored({"cryptography": "the test"}, tmp_path, INSTALLED_PACKAGES)


def test_the_target_lies_in_the_environment_that_runs_us() -> None:
    assert Path(sys.prefix) / "lambda" == TARGET_PACKAGES
    assert (TARGET_PACKAGES / "jwt").is_dir(), "`make setup` fills it"
