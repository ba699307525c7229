"""Assets and archives are told by what they hold, wherever and however they are kept."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.errors import ProgramError
from asset_edge.localcloud import content

FILES = {"index.py": b"code", "deep/er/data.bin": b"\x00\xff"}
TOLD = {name: sha256(data).hexdigest() for name, data in sorted(FILES.items())}


def a_folder(at: Path) -> str:
    for name, data in FILES.items():
        (at / "code" / name).parent.mkdir(parents=True, exist_ok=True)
        (at / "code" / name).write_bytes(data)
    return "code"


def a_zip(at: Path) -> str:
    with zipfile.ZipFile(at / "code.zip", "w") as out:
        out.mkdir("deep")
        for name, data in reversed(FILES.items()):
            out.writestr(name, data)
    return "code.zip"


def a_tar(at: Path, mode: str = "w") -> str:
    with tarfile.open(at / "code.tar", mode) as out:  # type: ignore[call-overload]
        for name, data in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return "code.tar"


@pytest.mark.parametrize(
    "keep", [a_folder, a_zip, a_tar, lambda at: a_tar(at, "w:gz")], ids=["folder", "zip", "tar", "gz"]
)
def test_an_archive_is_the_hash_of_each_file_however_it_is_packed(
    tmp_path: Path, keep: Callable[[Path], str]
) -> None:
    name = keep(tmp_path)
    told = content.told(pulumi.FileArchive(name), tmp_path)
    assert told == {"archive": TOLD}
    assert list(told["archive"]) == list(TOLD), "in the order of names"
    assert content.told(pulumi.FileArchive(str(tmp_path / name)), Path("/elsewhere")) == {"archive": TOLD}


def test_an_archive_of_assets_and_archives_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(b"\x00\xff")
    inner = pulumi.AssetArchive({"data.bin": pulumi.FileAsset("data.bin")})
    outer = pulumi.AssetArchive({"deep/er": inner, "index.py": pulumi.StringAsset("code")})
    assert content.told(outer, tmp_path) == {"archive": TOLD}


def test_what_lies_elsewhere_is_told_by_its_address(tmp_path: Path) -> None:
    uri = "https://example.com/a"
    assert content.told(pulumi.RemoteAsset(uri), tmp_path) == {"uri": uri}
    assert content.told(pulumi.RemoteArchive(uri), tmp_path) == {"uri": uri}
    assert content.told(pulumi.AssetArchive({"a": pulumi.RemoteAsset(uri)}), tmp_path) == {
        "archive": {"a": uri}
    }


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_and_a_file_of_that_text_are_told_alike(text: str) -> None:
    told = content.told(pulumi.StringAsset(text), Path("/"))
    assert told == {"asset": sha256(text.encode()).hexdigest()}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (pulumi.FileAsset("gone.txt"), ["gone.txt", "No such file", "Make it first"]),
        (pulumi.FileArchive("gone.zip"), ["gone.zip", "No such file"]),
        (pulumi.FileArchive("text.zip"), ["text.zip is no archive", "a folder, a .zip"]),
    ],
    ids=["asset", "archive", "not-an-archive"],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, value: pulumi.Asset | pulumi.Archive, words: list[str]
) -> None:
    (tmp_path / "text.zip").write_text("not a zip")
    with pytest.raises(ProgramError) as told:
        content.told(value, tmp_path)
    assert [word for word in words if word not in str(told.value)] == []


def test_of_an_archive_the_edge_functions_configuration_alone_can_be_read(tmp_path: Path) -> None:
    texts = {content.CONFIGURATION: '{"strategy": "dns"}', "config.json": '{"password": "hunter2"}'}
    assets: dict[str, pulumi.Asset | pulumi.Archive] = {
        name: pulumi.StringAsset(text) for name, text in texts.items()
    }
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as out:
        for name, text in texts.items():
            out.writestr(name, text)
    nested = pulumi.AssetArchive(
        {"handlers/edge": pulumi.AssetArchive({"config.json": assets["config.json"]})}
    )
    told = {content.CONFIGURATION: {"strategy": "dns"}}
    assert content.configurations(pulumi.AssetArchive(assets), tmp_path) == told
    assert content.configurations(pulumi.FileArchive("code.zip"), tmp_path) == told
    assert list(content.configurations(nested, tmp_path)) == [content.CONFIGURATION]


@pytest.mark.parametrize("value", ["text", None, pulumi.RemoteArchive("https://example.com/a"), 3])
def test_what_is_no_archive_here_has_no_configuration(value: object, tmp_path: Path) -> None:
    assert content.configurations(value, tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[]", "7", '"text"', ""])
def test_a_configuration_that_cannot_be_read_stays_a_hash(text: str, tmp_path: Path) -> None:
    archive = pulumi.AssetArchive({content.CONFIGURATION: pulumi.StringAsset(text)})
    assert content.configurations(archive, tmp_path) == {}
    assert list(content.told(archive, tmp_path)["archive"]) == [content.CONFIGURATION]
