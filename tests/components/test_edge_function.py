"""An edge function is what CloudFront takes: in us-east-1, numbered, and complete when it is published."""

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pulumi
import pytest

from asset_edge import bundle, policies
from asset_edge.bundle import Bundle
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs
from asset_edge.errors import ArgumentError
from asset_edge.localcloud.masking import is_secret
from tests.engine import Deployment, deploy

FUNCTION, ROLE, POLICY, LOGS = (
    "aws:lambda/function:Function",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:cloudwatch/logGroup:LogGroup",
)
CODE = Bundle("pkg.viewer", {"pkg/viewer.py": b"def handler(event, context): ...\n"})


def args(folder: Path, **changed: Any) -> EdgeFunctionArgs:
    good = {
        "function_name": "assets-viewer",
        "bundle": CODE,
        "event_types": ["viewer-request"],
        "log_regions": ["eu-west-1", "ap-northeast-1"],
        "retention_in_days": 30,
        "bundle_directory": folder,
    }
    return EdgeFunctionArgs(**{**good, **changed})


def deployed(folder: Path, *, preview: bool = False, **changed: Any) -> Deployment:
    return deploy(lambda: EdgeFunction("viewer", args(folder, **changed)), preview=preview)


def statements(deployment: Deployment) -> dict[str, dict[str, Any]]:
    document = json.loads(deployment.of(POLICY)[0].inputs["policy"])
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_it_is_made_of_a_function_a_role_its_policy_and_log_groups(tmp_path: Path) -> None:
    assert sorted(r.name for r in deployed(tmp_path).all) == [
        "viewer",
        "viewer-function",
        "viewer-logs-ap-northeast-1",
        "viewer-logs-eu-west-1",
        "viewer-logs-us-east-1",
        "viewer-policy",
        "viewer-role",
    ]


def test_preview_finds_the_same_resources(tmp_path: Path) -> None:
    assert deployed(tmp_path, preview=True).urns == deployed(tmp_path).urns


def test_the_function_is_what_the_edge_runs(tmp_path: Path) -> None:
    inputs = deployed(tmp_path).of(FUNCTION)[0].inputs
    assert {key: inputs[key] for key in ("region", "runtime", "architectures", "handler", "name")} == {
        "region": "us-east-1",
        "runtime": "python3.13",
        "architectures": ["x86_64"],
        "handler": "pkg.viewer.handler",
        "name": "assets-viewer",
    }


def test_a_numbered_version_is_published_and_outlives_the_stack(tmp_path: Path) -> None:
    inputs = deployed(tmp_path).of(FUNCTION)[0].inputs
    assert inputs["publish"] is True
    assert inputs["skipDestroy"] is True


def test_nothing_is_set_that_lambda_at_edge_refuses(tmp_path: Path) -> None:
    inputs = deployed(tmp_path).of(FUNCTION)[0].inputs
    refused = {
        "environment",
        "layers",
        "vpcConfig",
        "deadLetterConfig",
        "tracingConfig",
        "kmsKeyArn",
        "imageUri",
        "snapStart",
        "ephemeralStorage",
        "fileSystemConfig",
        "reservedConcurrentExecutions",
    }
    assert not refused & inputs.keys()


def test_the_code_is_the_bundle_s_zip_with_its_hash(tmp_path: Path) -> None:
    inputs = deployed(tmp_path).of(FUNCTION)[0].inputs
    assert isinstance(inputs["code"], pulumi.FileArchive)
    assert hashlib.sha256(Path(inputs["code"].path).read_bytes()).hexdigest() == CODE.sha256
    assert inputs["sourceCodeHash"] == CODE.sha256_base64


def test_a_zip_with_keys_in_it_is_for_its_owner_alone_and_a_secret_in_the_state(tmp_path: Path) -> None:
    CODE.write(tmp_path).chmod(0o644)
    inputs = deployed(tmp_path, holds_secrets=True).of(FUNCTION)[0].inputs
    assert is_secret(inputs["code"])
    assert stat.S_IMODE(Path(inputs["code"]["value"].path).stat().st_mode) == 0o600
    assert not is_secret(inputs["sourceCodeHash"])


def test_another_character_of_code_changes_the_code_and_nothing_else(tmp_path: Path) -> None:
    other = Bundle("pkg.viewer", {"pkg/viewer.py": b"def handler(event, context): ..."})
    before, after = deployed(tmp_path), deployed(tmp_path, bundle=other)
    assert before.urns == after.urns
    changed = {
        (old.name, key)
        for old, new in zip(before.all, after.all, strict=True)
        for key in old.inputs
        if comparable(old.inputs[key]) != comparable(new.inputs[key])
    }
    assert changed == {("viewer-function", "code"), ("viewer-function", "sourceCodeHash")}


def comparable(value: object) -> object:
    return value.path if isinstance(value, pulumi.FileArchive) else value


def test_the_version_is_published_after_all_that_it_freezes(tmp_path: Path) -> None:
    deployment = deployed(tmp_path)
    needed = {r.urn for kind in (ROLE, POLICY, LOGS) for r in deployment.of(kind)}
    assert needed <= set(deployment.of(FUNCTION)[0].dependencies)


def test_lambda_and_its_edge_may_take_the_role_and_nobody_else(tmp_path: Path) -> None:
    trust = json.loads(deployed(tmp_path).of(ROLE)[0].inputs["assumeRolePolicy"])
    (only,) = trust["Statement"]
    assert only["Principal"] == {"Service": ["edgelambda.amazonaws.com", "lambda.amazonaws.com"]}
    assert only["Action"] == "sts:AssumeRole"


def test_the_role_writes_its_own_logs_in_any_region_and_nothing_else(tmp_path: Path) -> None:
    group = "arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.assets-viewer"
    assert statements(deployed(tmp_path)) == {
        "WriteLogs": {
            "Sid": "WriteLogs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [group, f"{group}:*"],
        }
    }


def test_the_role_may_what_the_caller_says_besides(tmp_path: Path) -> None:
    arn = pulumi.Output.from_input("arn:aws:s3:::assets/*")
    read = policies.allow("Read", ["s3:GetObject"], [arn])
    found = statements(deployed(tmp_path, statements=[read]))
    assert found.keys() == {"WriteLogs", "Read"}
    assert found["Read"]["Resource"] == ["arn:aws:s3:::assets/*"]


def test_one_log_group_name_holds_in_every_region(tmp_path: Path) -> None:
    deployment = deployed(tmp_path)
    groups = deployment.of(LOGS)
    names = {group.inputs["name"] for group in groups}
    assert names == {"/aws/lambda/us-east-1.assets-viewer"}
    assert {group.inputs["region"] for group in groups} == {"eu-west-1", "ap-northeast-1", "us-east-1"}
    assert {group.inputs["retentionInDays"] for group in groups} == {30}
    assert deployment.of(FUNCTION)[0].inputs["loggingConfig"]["logGroup"] in names


def test_naming_us_east_1_among_the_log_regions_makes_no_second_group(tmp_path: Path) -> None:
    groups = deployed(tmp_path, log_regions=["us-east-1"]).of(LOGS)
    assert [group.name for group in groups] == ["viewer-logs-us-east-1"]


def test_logs_are_json_and_lambda_s_own_lines_are_left_out(tmp_path: Path) -> None:
    config = deployed(tmp_path).of(FUNCTION)[0].inputs["loggingConfig"]
    assert (config["logFormat"], config["systemLogLevel"], config["applicationLogLevel"]) == (
        "JSON",
        "WARN",
        "INFO",
    )


@pytest.mark.parametrize(
    ("event_types", "memory", "timeout"),
    [
        (["viewer-request"], 128, 3),
        (["viewer-response"], 128, 3),
        (["origin-request"], 256, 10),
        (["origin-response", "origin-request"], 256, 10),
        (["origin-request", "viewer-request"], 128, 3),
    ],
)
def test_what_is_not_said_follows_from_the_event_types(
    tmp_path: Path, event_types: list[str], memory: int, timeout: int
) -> None:
    inputs = deployed(tmp_path, event_types=event_types).of(FUNCTION)[0].inputs
    assert (inputs["memorySize"], inputs["timeout"]) == (memory, timeout)


def test_what_is_said_holds(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "memory_size_mb": 1024,
        "timeout_seconds": 30,
        "description": "Reads",
        "tags": {"a": "b"},
    }
    deployment = deployed(tmp_path, event_types=["origin-request"], **said)
    inputs = deployment.of(FUNCTION)[0].inputs
    assert (inputs["memorySize"], inputs["timeout"], inputs["description"]) == (1024, 30, "Reads")
    tagged = [r for r in deployment.all if r.custom and r.type != POLICY]
    assert all(r.inputs["tags"] == {"a": "b"} for r in tagged)


def test_the_outputs_are_a_numbered_version_the_role_and_the_hash(tmp_path: Path) -> None:
    assert deployed(tmp_path).outputs_of("viewer") == {
        "qualified_arn": "<aws:lambda/function:Function viewer-function qualifiedArn>",
        "role_arn": "<aws:iam/role:Role viewer-role arn>",
        "bundle_sha256": CODE.sha256,
    }


def test_every_resource_hangs_under_the_function(tmp_path: Path) -> None:
    deployment = deployed(tmp_path)
    parent = deployment.named("viewer").urn
    assert parent.endswith("::asset-edge:index:EdgeFunction::viewer")
    assert {r.parent for r in deployment.all if r.custom} == {parent}


def test_protection_reaches_every_resource(tmp_path: Path) -> None:
    protected = deploy(lambda: EdgeFunction("viewer", args(tmp_path), pulumi.ResourceOptions(protect=True)))
    assert all(r.options.get("protect") for r in protected.all)


def test_a_refused_function_registers_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="memory_size_mb is 256 for viewer-request"):
        deployed(tmp_path, memory_size_mb=256)
    assert list(tmp_path.iterdir()) == []


def test_the_zip_is_written_beside_the_program_unless_told_otherwise() -> None:
    assert args(Path("x")).bundle_directory == Path("x")
    assert EdgeFunctionArgs.__dataclass_fields__["bundle_directory"].default == Path(".bundles")


def test_a_whole_handler_is_deployed_as_it_comes(tmp_path: Path) -> None:
    code = bundle.build("handlers.edge.viewer_request")
    inputs = deployed(tmp_path, bundle=code).of(FUNCTION)[0].inputs
    assert inputs["handler"] == "handlers.edge.viewer_request.handler"
    assert Path(inputs["code"].path).read_bytes() == code.zip_bytes()
