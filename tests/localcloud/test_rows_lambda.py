"""Functions and roles: the code goes in through the API and comes out as the very bytes."""

import hashlib
import io
import zipfile
from base64 import b64encode
from pathlib import Path
from typing import Any

import pulumi
import pytest

from asset_edge.errors import Unsupported
from asset_edge.localcloud.rows_lambda import zipped
from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

FUNCTION = "aws:lambda/function:Function"
ROLE = "aws:iam/role:Role"


def role(cloud: Cloud) -> str:
    state = cloud.create(ROLE, name="runs", assumeRolePolicy='{"Version": "2012-10-17", "Statement": []}')
    return str(state.outputs["arn"])


def function(cloud: Cloud, code: Any, **more: Any) -> Any:
    return cloud.create(
        FUNCTION,
        name="choose",
        role=role(cloud),
        runtime="python3.13",
        handler="main.handler",
        code=code,
        **more,
    )


def names_in(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_a_role_has_an_arn(cloud: Cloud) -> None:
    assert role(cloud) == "arn:aws:iam::123456789012:role/runs"
    assert cloud.client("iam").get_role(RoleName="runs")["Role"]["RoleName"] == "runs"


def test_a_published_function_has_a_numbered_version(cloud: Cloud, tmp_path: Path) -> None:
    zip_file = tmp_path / "code.zip"
    zip_file.write_bytes(zipped(pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")})))
    state = function(cloud, pulumi.FileArchive(str(zip_file)), publish=True, memorySize=256, timeout=5)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:choose"
    assert state.id == "choose"
    assert state.outputs["arn"] == arn
    assert state.outputs["qualifiedArn"] == f"{arn}:1"
    assert state.outputs["version"] == "1"
    digest = hashlib.sha256(zip_file.read_bytes()).digest()
    assert state.outputs["codeSha256"] == b64encode(digest).decode()
    found = cloud.client("lambda").get_function_configuration(FunctionName="choose")
    assert (found["MemorySize"], found["Timeout"]) == (256, 5)


def test_the_deployed_bytes_come_back_by_qualified_arn(cloud: Cloud) -> None:
    code = pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")})
    state = function(cloud, code, publish=True)
    found = cloud.front.function_code(state.outputs["qualifiedArn"])
    assert found
    assert (found.name, found.handler, found.zip_bytes) == ("choose", "main.handler", zipped(code))


def test_an_unpublished_function_is_latest(cloud: Cloud) -> None:
    state = function(cloud, pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")}))
    assert state.outputs["qualifiedArn"].endswith(":choose:$LATEST")


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


def test_a_container_image_is_refused() -> None:
    with pytest.raises(Unsupported, match="container image"):
        ROWS[FUNCTION].check({"name": "f", "packageType": "Image"})
    ROWS[FUNCTION].check({"name": "f"})
