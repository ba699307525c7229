"""Functions and the roles they run under: the code goes through the API, as on AWS."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from asset_edge.errors import Unsupported
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, pascal

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PASSED = ("description", "memorySize", "timeout", "architectures", "environment", "tags")


def _create_role(inputs: Inputs, clients: Clients) -> State:
    known = ("path", "description", "maxSessionDuration", "permissionsBoundary")
    given = pascal({name: inputs[name] for name in known if inputs.get(name) is not None})
    role = clients.get("iam").create_role(
        RoleName=inputs["name"], AssumeRolePolicyDocument=inputs["assumeRolePolicy"], **given
    )["Role"]
    outputs = {
        "arn": role["Arn"],
        "uniqueId": role["RoleId"],
        "createDate": role["CreateDate"].isoformat(),
        "tagsAll": inputs.get("tags") or {},
    }
    return State(inputs["name"], {**inputs, **outputs})


def _create_function(inputs: Inputs, clients: Clients) -> State:
    made = clients.get("lambda", inputs["region"]).create_function(
        FunctionName=inputs["name"],
        Role=inputs["role"],
        Runtime=inputs["runtime"],
        Handler=inputs["handler"],
        Code=_code(inputs),
        Publish=bool(inputs.get("publish")),
        **pascal({name: inputs[name] for name in _PASSED if inputs.get(name) is not None}),
    )
    return State(inputs["name"], {**inputs, **_function_outputs(made, inputs)})


def _function_outputs(made: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    arn = made["FunctionArn"].removesuffix(f":{made['Version']}")
    invoke = f"arn:aws:apigateway:{inputs['region']}:lambda:path/2015-03-31/functions"
    qualified = f"{arn}:{made['Version']}"
    return {
        "arn": arn,
        "qualifiedArn": qualified,
        "invokeArn": f"{invoke}/{arn}/invocations",
        "qualifiedInvokeArn": f"{invoke}/{qualified}/invocations",
        "version": made["Version"],
        "codeSha256": made["CodeSha256"],
        "sourceCodeSize": made["CodeSize"],
        "lastModified": made["LastModified"],
        "tagsAll": inputs.get("tags") or {},
    }


def _code(inputs: Inputs) -> dict[str, Any]:
    if inputs.get("s3Bucket"):
        return {"S3Bucket": inputs["s3Bucket"], "S3Key": inputs["s3Key"]}
    return {"ZipFile": zipped(inputs["code"])}


def zipped(archive: object) -> bytes:
    """The zip that Lambda gets for an archive: a file as it is, a folder or a set of assets packed."""
    if isinstance(archive, pulumi.FileArchive):
        path = Path(archive.path)
        return path.read_bytes() if path.is_file() else _packed(_files_under(path))
    if isinstance(archive, pulumi.AssetArchive):
        return _packed({name: _bytes(asset) for name, asset in archive.assets.items()})
    raise Unsupported(
        f"a function's code is a {type(archive).__name__}; local files are allowed. Use FileArchive"
    )


def _files_under(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _bytes(asset: object) -> bytes:
    if isinstance(asset, pulumi.FileAsset):
        return Path(asset.path).read_bytes()
    if isinstance(asset, pulumi.StringAsset):
        return str(asset.text).encode()
    raise Unsupported(
        f"a function's archive holds a {type(asset).__name__}; files and texts are allowed. Use FileAsset"
    )


def _packed(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return buffer.getvalue()


def _check_function(inputs: Inputs) -> None:
    if inputs.get("packageType", "Zip") != "Zip":
        raise Unsupported(
            f"function {inputs.get('name')} is a container image; the local cloud runs zips. Package it so"
        )


ROWS: dict[str, Row] = {
    "aws:iam/role:Role": Row(create=_create_role, auto_name="name", replace_on=frozenset({"name", "path"})),
    "aws:lambda/function:Function": Row(
        create=_create_function,
        check=_check_function,
        auto_name="name",
        replace_on=frozenset({"name", "region", "packageType"}),
    ),
}
