"""Functions and roles: the code goes in through the API and comes out as the very bytes."""

import hashlib
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


def test_a_container_image_is_refused() -> None:
    with pytest.raises(Unsupported, match="container image"):
        ROWS[FUNCTION].check({"name": "f", "packageType": "Image"})
    ROWS[FUNCTION].check({"name": "f"})


def test_a_function_in_another_language_is_refused() -> None:
    with pytest.raises(Unsupported, match=r"function f has the runtime nodejs22\.x; only Python is run here"):
        ROWS[FUNCTION].check({"name": "f", "runtime": "nodejs22.x"})
    ROWS[FUNCTION].check({"name": "f", "runtime": "python3.12"})


ROW = ROWS[FUNCTION]


def text(content: str) -> pulumi.AssetArchive:
    return pulumi.AssetArchive({"main.py": pulumi.StringAsset(content)})


def inputs_of(cloud: Cloud, **more: Any) -> dict[str, Any]:
    return {
        "region": "us-east-1",
        "name": "choose",
        "role": role(cloud),
        "runtime": "python3.13",
        "handler": "main.handler",
        "code": text("x = 1"),
        "publish": True,
        **more,
    }


CHANGES: list[Any] = [
    pytest.param({}, "1", id="nothing"),
    pytest.param({"tags": {"a": "b"}}, "1", id="tags"),
    pytest.param({"reservedConcurrentExecutions": 2}, "1", id="how many run at once"),
    pytest.param({"memorySize": 512}, "2", id="memory"),
    pytest.param({"environment": {"variables": {"A": "1"}}}, "2", id="environment"),
    pytest.param({"code": text("x = 2")}, "2", id="code"),
    pytest.param({"code": text("x = 2"), "handler": "other.handler"}, "2", id="code and handler"),
]


@pytest.mark.parametrize(("changes", "version"), CHANGES)
def test_a_change_of_code_or_configuration_is_a_new_version(
    cloud: Cloud, changes: dict[str, Any], version: str
) -> None:
    inputs = inputs_of(cloud, loggingConfig={"logFormat": "JSON"})
    first = ROW.create(inputs, cloud.clients)
    assert ROW.update
    second = ROW.update("choose", {**inputs, **changes}, cloud.clients)
    assert (first.outputs["version"], second.outputs["version"]) == ("1", version)
    assert second.outputs["qualifiedArn"] == f"{second.outputs['arn']}:{version}"
    again = ROW.update("choose", {**inputs, **changes}, cloud.clients)
    assert again.outputs["version"] == version, "and the same once more is none"


def test_a_version_keeps_its_code_and_configuration(cloud: Cloud) -> None:
    inputs = inputs_of(cloud, environment={"variables": {"A": "1"}})
    first = ROW.create(inputs, cloud.clients)
    changed = {**inputs, "code": text("x = 2"), "environment": {"variables": {"A": "2"}}}
    assert ROW.update
    second = ROW.update("choose", changed, cloud.clients)
    found = [cloud.front.function_code(state.outputs["qualifiedArn"]) for state in (first, second)]
    assert [one and one.zip_bytes for one in found] == [zipped(text("x = 1")), zipped(text("x = 2"))]
    get = cloud.client("lambda").get_function_configuration
    variables = [get(FunctionName="choose", Qualifier=n)["Environment"]["Variables"]["A"] for n in ("1", "2")]
    assert variables == ["1", "2"]


def test_without_publish_no_version_is_made(cloud: Cloud) -> None:
    inputs = inputs_of(cloud, publish=False)
    ROW.create(inputs, cloud.clients)
    assert ROW.update
    state = ROW.update("choose", {**inputs, "code": text("x = 2")}, cloud.clients)
    assert state.outputs["version"] == "$LATEST"
    assert state.outputs["codeSha256"] == sha(text("x = 2"))


def sha(archive: Any) -> str:
    return b64encode(hashlib.sha256(zipped(archive)).digest()).decode()


def test_the_names_of_variables_and_tags_are_the_users_own(cloud: Cloud) -> None:
    variables = {"lower": "a", "UPPER": "b", "camelCase": "c"}
    state = function(cloud, text("x"), environment={"variables": variables}, tags={"lower": "t"})
    found = cloud.client("lambda").get_function(FunctionName=state.id)
    assert found["Configuration"]["Environment"]["Variables"] == variables
    assert found["Tags"] == {"lower": "t"}


def test_code_may_come_from_a_bucket(cloud: Cloud) -> None:
    bucket = cloud.bucket()
    s3 = cloud.client("s3")
    s3.put_object(Bucket=bucket, Key="code.zip", Body=zipped(text("x = 1")))
    inputs = {**inputs_of(cloud), "s3Bucket": bucket, "s3Key": "code.zip"}
    del inputs["code"]
    assert ROW.create(inputs, cloud.clients).outputs["codeSha256"] == sha(text("x = 1"))
    s3.put_object(Bucket=bucket, Key="code.zip", Body=zipped(text("x = 2")))
    assert ROW.update
    assert ROW.update("choose", inputs, cloud.clients).outputs["codeSha256"] == sha(text("x = 2"))


def test_a_limit_is_lifted_again(cloud: Cloud) -> None:
    inputs = inputs_of(cloud, reservedConcurrentExecutions=0)
    ROW.create(inputs, cloud.clients)
    get = cloud.client("lambda").get_function_concurrency
    assert get(FunctionName="choose")["ReservedConcurrentExecutions"] == 0
    assert ROW.update
    ROW.update("choose", {**inputs, "reservedConcurrentExecutions": -1}, cloud.clients)
    assert "ReservedConcurrentExecutions" not in get(FunctionName="choose")


def test_another_architecture_is_refused_where_moto_would_not_take_it(cloud: Cloud) -> None:
    inputs = inputs_of(cloud, architectures=["x86_64"])
    ROW.create(inputs, cloud.clients)
    assert ROW.update
    with pytest.raises(Unsupported, match=r"x86_64.*arm64"):
        ROW.update("choose", {**inputs, "architectures": ["arm64"]}, cloud.clients)


def test_a_function_may_outlive_its_resource(cloud: Cloud) -> None:
    inputs = inputs_of(cloud, skipDestroy=True)
    ROW.create(inputs, cloud.clients)
    assert ROW.delete
    assert ROW.read
    ROW.delete("choose", inputs, cloud.clients)
    assert ROW.read("choose", inputs, cloud.clients)


def test_more_than_nine_versions_are_counted_as_numbers(cloud: Cloud) -> None:
    inputs = inputs_of(cloud)
    ROW.create(inputs, cloud.clients)
    assert ROW.update
    for seconds in range(10, 20):
        state = ROW.update("choose", {**inputs, "timeout": seconds}, cloud.clients)
    assert state.outputs["version"] == "11"
