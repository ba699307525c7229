"""What Lambda gets for an archive: the same bytes each time, and nothing that is not meant."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pulumi
import pytest

from asset_edge.errors import ProgramError, Unsupported
from asset_edge.localcloud.archives import zipped


def names_in(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_a_folder_is_packed_without_what_python_leaves_in_it(tmp_path: Path) -> None:
    (tmp_path / "pkg" / "__pycache__").mkdir(parents=True)
    (tmp_path / "pkg" / "__pycache__" / "a.pyc").write_bytes(b"")
    (tmp_path / "pkg" / "a.py").write_text("a = 1")
    (tmp_path / "main.py").write_text("m = 1")
    assert names_in(zipped(pulumi.FileArchive(str(tmp_path)))) == ["main.py", "pkg/a.py"]


def test_assets_are_packed_the_same_each_time(tmp_path: Path) -> None:
    file = tmp_path / "b.txt"
    file.write_bytes(b"file")
    assets: dict[str, pulumi.Asset | pulumi.Archive] = {
        "b.txt": pulumi.FileAsset(str(file)),
        "a.txt": pulumi.StringAsset("text"),
    }
    packed = zipped(pulumi.AssetArchive(assets))
    assert names_in(packed) == ["a.txt", "b.txt"]
    assert packed == zipped(pulumi.AssetArchive(dict(reversed(assets.items()))))
    assert zipfile.ZipFile(io.BytesIO(packed)).read("b.txt") == b"file"


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(pulumi.RemoteArchive("https://example.test/code.zip"), id="remote"),
        pytest.param(
            pulumi.AssetArchive({"a": pulumi.RemoteAsset("https://example.test/a")}), id="remote asset within"
        ),
        pytest.param("code.zip", id="text"),
    ],
)
def test_code_from_elsewhere_is_refused(archive: Any) -> None:
    with pytest.raises(Unsupported, match="Use File"):
        zipped(archive)


def test_a_zip_file_goes_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "code.zip"
    file.write_bytes(zipped(pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")})))
    assert zipped(pulumi.FileArchive(str(file))) == file.read_bytes()


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(pulumi.FileArchive("nowhere/code"), id="an archive"),
        pytest.param(pulumi.AssetArchive({"a": pulumi.FileAsset("nowhere/code")}), id="an asset within"),
    ],
)
def test_code_that_is_not_there_is_named(archive: Any) -> None:
    with pytest.raises(ProgramError, match="nowhere/code, which cannot be read: No such file"):
        zipped(archive)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "code.tar"
    file.write_bytes(b"not a zip")
    with pytest.raises(Unsupported, match=r"code\.tar, which is no zip"):
        zipped(pulumi.FileArchive(str(file)))
