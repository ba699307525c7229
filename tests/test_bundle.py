"""A bundle is the same bytes wherever and whenever it is made, and holds nothing that nobody asked for."""

import base64
import hashlib
import io
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.bundle import Bundle, build
from asset_edge.errors import BundleError
from tests.trees import age, write

SOURCE = {
    "__init__.py": "",
    "v.py": "import json\nfrom .part import x\nfrom . import config",
    "part.py": "x = 1",
    "config.py": "import pkgutil\ndef read():\n  return pkgutil.get_data(__name__, 'config.json').decode()",
    "unused.py": "",
    "part.pyc": "",
    "README.md": "",
}
FILES = st.dictionaries(
    st.text("abc/_", min_size=1).filter(lambda name: name.strip("/") == name), st.binary()
)


def viewer(folder: Path, **files: str) -> Bundle:
    return build("pkg.v", source=write(folder, SOURCE), files=files)


def infos(bundle: Bundle) -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(bundle.zip_bytes())).infolist()


def test_a_bundle_holds_what_its_entry_imports_and_nothing_else(tmp_path: Path) -> None:
    assert list(viewer(tmp_path).files) == ["pkg/__init__.py", "pkg/config.py", "pkg/part.py", "pkg/v.py"]


def test_lambda_is_told_the_module_and_its_handler(tmp_path: Path) -> None:
    assert viewer(tmp_path).handler == "pkg.v.handler"


def test_the_folder_need_not_have_the_package_s_name(tmp_path: Path) -> None:
    assert "pkg/v.py" in viewer(tmp_path / "src-2").files


def test_an_absolute_import_of_one_s_own_package_is_followed(tmp_path: Path) -> None:
    write(tmp_path, {"__init__.py": "", "v.py": "import pkg.part", "part.py": ""})
    assert "pkg/part.py" in build("pkg.v", source=tmp_path).files


def test_equal_content_is_equal_bytes_in_another_folder_at_another_time(tmp_path: Path) -> None:
    first = viewer(tmp_path / "one")
    age(tmp_path / "one", 1_000_000_000)
    assert viewer(tmp_path / "one").zip_bytes() == first.zip_bytes()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    age(tmp_path / "two", 1_500_000_000)
    assert viewer(tmp_path / "two").zip_bytes() == first.zip_bytes()


@given(st.data(), FILES)
def test_the_order_in_which_files_were_found_leaves_no_trace(
    data: st.DataObject, files: dict[str, bytes]
) -> None:
    shuffled = {name: files[name] for name in data.draw(st.permutations(sorted(files)))}
    assert Bundle("e", shuffled).sha256 == Bundle("e", files).sha256


@given(FILES)
def test_a_zip_gives_back_every_file_as_it_was(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(Bundle("e", files).zip_bytes())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_a_zip_carries_no_date_no_machine_and_no_compressor(tmp_path: Path) -> None:
    for info in infos(viewer(tmp_path)):
        assert info.date_time == (1980, 1, 1, 0, 0, 0), "a clock would make every build differ"
        assert info.create_system == 3, "Windows would write 0"
        assert info.compress_type == zipfile.ZIP_STORED, "deflate differs between builds of zlib"
        assert stat.filemode(info.external_attr >> 16) == "-rw-r--r--", "Lambda runs as another user"
        assert info.extra == b""


def test_every_interpreter_makes_the_same_zip() -> None:
    bundle = Bundle("e", {"a.py": b"x = 1\n", "é/b.json": b"{}"})
    assert bundle.sha256 == "d950b74899baad60f545bdf49e4ea81fcee13e69c95e2066773dceb54387c989"


def test_the_hash_is_the_zip_s_in_hex_and_as_lambda_shows_it(tmp_path: Path) -> None:
    bundle = viewer(tmp_path)
    digest = hashlib.sha256(bundle.zip_bytes()).digest()
    assert bundle.sha256 == digest.hex()
    assert bundle.sha256_base64 == base64.b64encode(digest).decode()


@pytest.mark.parametrize("name", ["pkg/v.py", "pkg/part.py", "pkg/config.py", "pkg/__init__.py"])
def test_one_character_in_one_module_is_another_bundle(tmp_path: Path, name: str) -> None:
    before = viewer(tmp_path)
    changed = {**SOURCE, name.removeprefix("pkg/"): SOURCE[name.removeprefix("pkg/")] + "\n"}
    after = build("pkg.v", source=write(tmp_path, changed))
    assert after.sha256 != before.sha256
    assert {n for n in after.files if after.files[n] != before.files[n]} == {name}


@pytest.mark.parametrize("name", ["unused.py", "README.md", "part.pyc"])
def test_what_is_not_imported_changes_nothing(tmp_path: Path, name: str) -> None:
    before = viewer(tmp_path)
    assert build("pkg.v", source=write(tmp_path, {**SOURCE, name: "x"})).sha256 == before.sha256


def test_a_baked_file_is_read_from_beside_its_module_inside_the_zip(tmp_path: Path) -> None:
    bundle = viewer(tmp_path / "src", **{"pkg/config.json": '{"größe": 1}'})
    path = bundle.write(tmp_path / "out")
    code = f"import sys; sys.path.insert(0, {str(path)!r}); import pkg.v as v; print(ascii(v.config.read()))"
    run = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True, capture_output=True)
    assert run.stdout.decode().strip() == ascii('{"größe": 1}')


@pytest.mark.parametrize("name", ["", ".", "/etc/x", "../x", "a/../x", "a//b", "./a", "a/", "pkg/v.py"])
def test_a_given_file_stays_inside_and_replaces_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleError, match="cannot be added to a bundle; a name is a plain relative path"):
        viewer(tmp_path, **{name: "x"})


def test_a_bundle_is_written_once_under_its_own_hash(tmp_path: Path) -> None:
    bundle = viewer(tmp_path / "src")
    path = bundle.write(tmp_path / "deep" / "out")
    assert path.name == f"pkg.v-{bundle.sha256[:16]}.zip"
    assert path.read_bytes() == bundle.zip_bytes()
    written = path.stat()
    assert bundle.write(tmp_path / "deep" / "out") == path
    assert path.stat() == written, "an equal file is left alone"
    assert [p.name for p in path.parent.iterdir()] == [path.name], "nothing half-written stays"


def test_a_file_damaged_since_is_written_anew(tmp_path: Path) -> None:
    bundle = viewer(tmp_path / "src")
    path = bundle.write(tmp_path)
    path.write_bytes(b"half")
    assert bundle.write(tmp_path).read_bytes() == bundle.zip_bytes()


def test_a_manifest_lists_every_file_with_its_size(tmp_path: Path) -> None:
    bundle = viewer(tmp_path)
    assert bundle.manifest() == {
        "entry": "pkg.v",
        "handler": "pkg.v.handler",
        "sha256": bundle.sha256,
        "bytes": len(bundle.zip_bytes()),
        "files": {name: len(content) for name, content in bundle.files.items()},
    }


def token_reader(folder: Path, *include: str) -> Bundle:
    write(
        folder, {"__init__.py": "", "v.py": "def handler(event, context):\n  import jwt\n  import cachetools"}
    )
    return build("pkg.v", source=folder, include=include)


def test_a_token_reader_without_public_keys_is_small(tmp_path: Path) -> None:
    bundle = token_reader(tmp_path)
    assert {name.split("/")[0] for name in bundle.files} == {"pkg", "jwt", "cachetools"}
    assert len(bundle.zip_bytes()) <= 260_000


def test_public_keys_are_asked_for_by_name(tmp_path: Path) -> None:
    bundle = token_reader(tmp_path, "cryptography")
    assert "cryptography/hazmat/bindings/_rust.abi3.so" in bundle.files
    assert len(bundle.zip_bytes()) <= 17_000_000


def test_including_what_is_there_already_changes_nothing(tmp_path: Path) -> None:
    assert token_reader(tmp_path, "jwt", "json", "boto3").sha256 == token_reader(tmp_path).sha256


def test_an_unknown_include_names_the_bundle_that_asked(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"module 'nothing_of_that_name', which `include` of bundle pkg\.v"):
        token_reader(tmp_path, "nothing_of_that_name")


@pytest.mark.parametrize("entry", ["hello", "edge.hello", "handler.edge.origin_request"])
def test_an_entry_of_one_s_own_is_never_taken_for_the_library_s(entry: str) -> None:
    with pytest.raises(BundleError, match=r"is not in handlers, the package that comes .* Name that folder"):
        build(entry)
