"""Functions: the code goes through the API, and every change of it is a new version, as on AWS."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from asset_edge.errors import Unsupported
from asset_edge.localcloud.archives import zipped
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    camel,
    given,
    kept,
    only,
    pascal,
    retag,
    tagged,
    told,
    unless_gone,
)

__all__ = ["ROWS", "zipped"]

_PLAIN = {
    "description": "Description",
    "handler": "Handler",
    "kmsKeyArn": "KMSKeyArn",
    "memorySize": "MemorySize",
    "role": "Role",
    "runtime": "Runtime",
    "timeout": "Timeout",
}
_BLOCKS = {
    "deadLetterConfig": "DeadLetterConfig",
    "environment": "Environment",
    "ephemeralStorage": "EphemeralStorage",
    "loggingConfig": "LoggingConfig",
    "tracingConfig": "TracingConfig",
}
_DEFAULTS: dict[str, Any] = {
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "MemorySize": 128,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
}
"""What a function has where nothing is said. Source: AWS Lambda API Reference, "CreateFunction"."""

_CODE = ("code", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash")
_UNTOLD = ("deadLetterConfig", "loggingConfig")
"""What moto keeps nothing of."""

_GONE = "ResourceNotFoundException"


def _create(inputs: Inputs, clients: Clients) -> State:
    name = inputs["name"]
    lambda_ = clients.get("lambda", inputs["region"])
    lambda_.create_function(
        FunctionName=name,
        Code=_code(inputs),
        Publish=bool(inputs.get("publish")),
        Tags=inputs.get("tags") or {},
        **given(inputs, {"architectures": "Architectures"}),
        **_configuration(inputs),
    )
    return _limited(name, inputs, clients)


def _configuration(inputs: Inputs) -> dict[str, Any]:
    blocks = {api: _first_words(inputs[name]) for name, api in _BLOCKS.items() if inputs.get(name)}
    return given(inputs, _PLAIN) | blocks


def _first_words(block: Inputs) -> dict[str, Any]:
    """A block in the API's words; what is deeper are names of the user's own."""
    return {name: block[key] for key in block for name in pascal({key: None})}


def _code(inputs: Inputs) -> dict[str, Any]:
    if inputs.get("s3Bucket"):
        names = {"s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion"}
        return given(inputs, names)
    return {"ZipFile": zipped(inputs["code"])}


def _update(name: str, inputs: Inputs, clients: Clients) -> State:
    lambda_ = clients.get("lambda", inputs["region"])
    found = lambda_.get_function(FunctionName=name)
    now = found["Configuration"]
    _change_configuration(lambda_, name, inputs, now)
    _change_code(lambda_, name, inputs, now)
    if inputs.get("publish"):
        lambda_.publish_version(FunctionName=name)
    retag(
        inputs.get("tags"),
        found.get("Tags", {}),
        add=lambda tags: lambda_.tag_resource(Resource=now["FunctionArn"], Tags=tags),
        remove=lambda keys: lambda_.untag_resource(Resource=now["FunctionArn"], TagKeys=keys),
    )
    return _limited(name, inputs, clients)


def _change_configuration(lambda_: Any, name: str, inputs: Inputs, now: Mapping[str, Any]) -> None:
    """Only where it changes: a call that changes nothing would still make a version to publish."""
    wanted, present = {**_DEFAULTS, **_configuration(inputs)}, {**_DEFAULTS, **now}
    untold = [_BLOCKS[block] for block in _UNTOLD]
    if any(present.get(api) != value for api, value in wanted.items() if api not in untold):
        lambda_.update_function_configuration(FunctionName=name, **wanted)


def _change_code(lambda_: Any, name: str, inputs: Inputs, now: Mapping[str, Any]) -> None:
    if inputs.get("architectures", now["Architectures"]) != now["Architectures"]:
        raise Unsupported(
            f"function {name} runs on {now['Architectures']} and is to run on {inputs['architectures']}; the "
            "local cloud keeps what a function was made with. Replace it"
        )
    code = _code(inputs)
    digest = b64encode(sha256(code.get("ZipFile", b"")).digest()).decode()
    if digest != now["CodeSha256"]:
        lambda_.update_function_code(FunctionName=name, **code)


def _limited(name: str, inputs: Inputs, clients: Clients) -> State:
    """Sets how many may run at once, and tells what has become of the function."""
    lambda_ = clients.get("lambda", inputs["region"])
    most = inputs.get("reservedConcurrentExecutions", -1)
    if most >= 0:
        lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=most)
    elif "ReservedConcurrentExecutions" in lambda_.get_function_concurrency(FunctionName=name):
        lambda_.delete_function_concurrency(FunctionName=name)
    found = _read(name, inputs, clients)
    return State(name, {**inputs, **(found.outputs if found else {})})


def _read(name: str, inputs: Inputs, clients: Clients) -> State | None:
    lambda_ = clients.get("lambda", inputs["region"])
    found = unless_gone(lambda: lambda_.get_function(FunctionName=name), _GONE)
    if found is None:
        return None
    configuration = found["Configuration"]
    version = _newest(lambda_, name)
    outputs = {
        **kept(inputs, *_CODE, *_UNTOLD, "packageType", "publish", "region", "skipDestroy"),
        **told(configuration, {**_PLAIN, "architectures": "Architectures", "name": "FunctionName"}),
        **{name: camel(block) for name, block in told(configuration, _BLOCKS).items()},
        **_environment(configuration),
        **tagged(found.get("Tags", {})),
        **_names(configuration["FunctionArn"], version, inputs["region"]),
        "codeSha256": configuration["CodeSha256"],
        "sourceCodeSize": configuration["CodeSize"],
        "lastModified": configuration["LastModified"],
    }
    limit = lambda_.get_function_concurrency(FunctionName=name)
    outputs |= told(limit, {"reservedConcurrentExecutions": "ReservedConcurrentExecutions"})
    return State(name, outputs)


def _environment(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """As it is: the names of variables are the user's own."""
    variables = configuration.get("Environment", {}).get("Variables")
    return {"environment": {"variables": variables}} if variables else {}


def _newest(lambda_: Any, name: str) -> str:
    """The newest published version; `$LATEST` where there is none."""
    pages = lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    versions = [v["Version"] for page in pages for v in page["Versions"]]
    return str(max(versions, key=lambda version: int(version) if version.isdecimal() else 0))


def _names(arn: str, version: str, region: str) -> dict[str, str]:
    gateway = f"arn:aws:apigateway:{region}:lambda:path"
    qualified = f"{arn}:{version}"
    return {
        "arn": arn,
        "version": version,
        "qualifiedArn": qualified,
        "invokeArn": f"{gateway}/2015-03-31/functions/{arn}/invocations",
        "qualifiedInvokeArn": f"{gateway}/2015-03-31/functions/{qualified}/invocations",
        "responseStreamingInvokeArn": (
            f"{gateway}/2021-11-15/functions/{arn}/response-streaming-invocations"
        ),
    }


def _delete(name: str, inputs: Inputs, clients: Clients) -> None:
    if not inputs.get("skipDestroy"):
        lambda_ = clients.get("lambda", inputs["region"])
        unless_gone(lambda: lambda_.delete_function(FunctionName=name), _GONE)


def _check(inputs: Inputs) -> None:
    if inputs.get("packageType", "Zip") != "Zip":
        raise Unsupported(
            f"function {inputs.get('name')} is a container image; the local cloud runs zips. Package it so"
        )
    if not str(inputs.get("runtime") or "python").startswith("python"):
        raise Unsupported(
            f"function {inputs.get('name')} has the runtime {inputs['runtime']}; only Python is run here. "
            "Leave it out of the stack that runs locally"
        )
    more = ("architectures", "codeSha256", "name", "packageType", "publish", "reservedConcurrentExecutions")
    own = ("skipDestroy", "useResourceTimeoutForPropagation")
    only("function", (*_PLAIN, *_BLOCKS, *_CODE, *more, *own))(inputs)


ROWS: dict[str, Row] = {
    "aws:lambda/function:Function": Row(
        replace_source='terraform-provider-aws, resource "aws_lambda_function"',
        create=_create,
        update=_update,
        read=_read,
        delete=_delete,
        check=_check,
        auto_name="name",
        replace_on=frozenset({"name", "packageType", "region", "tenancyConfig"}),
    ),
}
