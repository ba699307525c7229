"""Starts the policy pack as the Pulumi engine does, asks it over gRPC, and prints its answers as JSON.

Run by the policies' own interpreter: `python engine_of_policies.py PACK < requests.json`.
"""

import json
import subprocess
import sys
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2, json_format  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc


def analyzed(resource: dict[str, Any], kind: Any) -> Any:
    """A request's resource of one in a plan document."""
    known = {"urn", "type", "name", "properties", "dependencies"}
    message = kind(**{k: v for k, v in resource.items() if k in known - {"properties"}})
    json_format.ParseDict(resource["properties"], message.properties)
    message.options.protect = resource.get("protect", False)
    return message


def told(answer: Any) -> list[dict[str, Any]]:
    return [json_format.MessageToDict(one) for one in answer.diagnostics]


def ask(pack: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """What the pack is, and what it says of each resource and of the stack they are."""
    if asked.get("config"):
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy, properties in asked["config"].items():
            json_format.ParseDict(properties, request.policyConfig[policy].properties)
        pack.Configure(request)
    of_stack = [analyzed(one, analyzer_pb2.AnalyzerResource) for one in asked["resources"]]
    single = [analyzed(one | {"dependencies": []}, _request) for one in asked["resources"]]
    return {
        "info": json_format.MessageToDict(pack.GetAnalyzerInfo(empty_pb2.Empty())),
        "resources": [one for request in single for one in told(pack.Analyze(request))],
        "stack": told(pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=of_stack))),
    }


def _request(**fields: Any) -> Any:
    return analyzer_pb2.AnalyzeRequest(**{k: v for k, v in fields.items() if k != "dependencies"})


def main() -> None:
    """Ends the pack's process whatever happens."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", sys.argv[1]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                answers = ask(analyzer_pb2_grpc.AnalyzerStub(channel), json.load(sys.stdin))
            sys.stdout.write(json.dumps(answers))
        finally:
            process.kill()


if __name__ == "__main__":
    main()
