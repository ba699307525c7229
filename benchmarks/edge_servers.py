"""Edges to be asked as fast as they can answer, each a process: `python -m benchmarks.edge_servers KIND`.

Prints its port and serves until its input ends. KIND is `empty`, an application that does nothing; `hit`, a
cached object behind a behaviour without functions; `in-process` or `workers`, the same behind the local
stack's viewer-request, run in that way.
"""

import asyncio
import socket
import sys
import tempfile
import time
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, cast

from aiohttp import web

from asset_edge import bundle
from asset_edge.emulator import distribution
from asset_edge.emulator.admin import Admin, Setting
from asset_edge.emulator.cache import Cache
from asset_edge.emulator.connection import Connections
from asset_edge.emulator.driver import Driver
from asset_edge.emulator.edge import Edge
from asset_edge.emulator.executor import DaemonExecutor
from asset_edge.emulator.faults import Faults
from asset_edge.emulator.functions import Deployed, Invoker
from asset_edge.emulator.loop_thread import LoopThread
from asset_edge.emulator.messages import Crashed, Invoke, OriginRequest, OriginResponse, Returned, to_headers
from asset_edge.emulator.pipeline_context import Rules
from asset_edge.emulator.rules import check_answer
from asset_edge.emulator.server import EdgeServer
from asset_edge.emulator.workers import Network
from asset_edge.emulator.workers_choice import choose
from asset_edge.handlers.edge.config import CONFIG_FILE, dumps
from benchmarks import edge_example

KINDS = ("empty", "hit", "in-process", "workers")
BODY = bytes(20_000)
_ARN = "arn:aws:lambda:us-east-1:123456789012:function:viewer-request:1"
_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


class _Outside:
    """The function, if any, and an origin that has every object."""

    def __init__(self, functions: Invoker | None) -> None:
        self._functions = functions

    async def invoke(self, effect: Invoke) -> Returned | Crashed:
        return await cast("Invoker", self._functions).invoke(effect.function.arn, effect.event)

    async def fetch(self, _: OriginRequest) -> OriginResponse:
        return OriginResponse(status=200, headers=to_headers({"Content-Type": "image/png"}), body=BODY)


def _distribution(*, function: bool) -> distribution.Distribution:
    association = {"LambdaFunctionARN": _ARN, "EventType": "viewer-request", "IncludeBody": False}
    origin = {"Id": "one", "DomainName": "one.s3.eu-west-1.amazonaws.com", "S3OriginConfig": {}}
    config: dict[str, Any] = {
        "CallerReference": "benchmark",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "one",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": _CACHING_OPTIMIZED,
            "LambdaFunctionAssociations": {"Items": [association] if function else []},
        },
    }
    arn = "arn:aws:cloudfront::123456789012:distribution/E1"
    return distribution.read(
        {"Id": "E1", "ARN": arn, "DomainName": "d1.cloudfront.net", "DistributionConfig": config}
    )


def _deployed(folder: Path) -> Deployed:
    baked = {CONFIG_FILE: dumps(edge_example.viewer_config())}
    made = bundle.build("handlers.edge.viewer_request", files=baked)
    with zipfile.ZipFile(made.write(folder)) as archive:
        archive.extractall(folder / "task")
    return Deployed(folder=folder / "task", handler=made.handler, name="viewer-request")


def _admin() -> Admin:
    return Admin(
        faults=Faults(),
        regions=tuple,
        state=dict,
        lag_seconds=Setting(read=float, write=float),
        undocumented=Setting(read=dict, write=dict),
        clear_cache=dict,
    )


def _start_edge(loop: LoopThread, parts: ExitStack, listening: socket.socket, kind: str) -> None:
    functions = None
    if kind != "hit":
        found = _deployed(Path(parts.enter_context(tempfile.TemporaryDirectory())))
        mode = cast("Literal['in-process', 'workers']", kind)
        functions = choose(lambda _: found, Network(dns="127.0.0.1:9"), mode=mode).functions
        loop.run(functions.start([_ARN]))
        parts.callback(lambda: loop.run(functions.close()))
    one = (_distribution(function=functions is not None),)
    edge = Edge(
        distributions=lambda: one,
        cache=Cache(),
        clock=time.time,
        new_request_id=lambda: "an-id",
        rules=Rules(check=check_answer),
    )
    server = EdgeServer(edge, Driver(_Outside(functions)), _admin(), DaemonExecutor(1, "blocking"))
    loop.run(server.start(listening))
    parts.callback(lambda: loop.run(server.close()))


async def _start_empty(listening: socket.socket) -> asyncio.AbstractServer:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=BODY, headers={"Content-Type": "image/png"})

    connections = Connections(answer, lambda _: web.Response(status=400))
    return await asyncio.get_running_loop().create_server(connections, sock=listening)


def main(kind: str) -> None:
    """Serves until the standard input ends."""
    loop = LoopThread("edge")
    with ExitStack() as parts, socket.create_server(("127.0.0.1", 0)) as listening:
        parts.callback(loop.close)
        if kind == "empty":
            loop.run(_start_empty(listening))
        else:
            _start_edge(loop, parts, listening, kind)
        print(listening.getsockname()[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
