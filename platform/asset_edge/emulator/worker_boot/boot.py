"""How a worker process becomes a function's instance: it dies with its parent, and sees what Lambda shows.

Started as `python -I -S -B boot.py <settings>`. What Lambda ships is imported before the zip comes onto the
path, as in Lambda, so a zip's own copies serve the function alone. A zip's folder is never written to.
"""

import importlib
import json
import os
import site
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_PACKAGE = "worker_boot"


def become_instance(settings: dict[str, Any]) -> None:
    """Runs AWS's loop on the function until the process is ended.

    `settings`: `parent` (process id), `handler`, `runtime_api`, `dns`, `tls_port`, `before` (folders searched
    before the standard library), `after` (what Lambda ships).
    """
    die_with(settings["parent"])
    _own("network").install(settings["dns"], settings["tls_port"], settings["runtime_api"])
    _forget_own()
    site.setquit()  # Lambda's interpreter has `exit`; -S leaves it out
    sys.path += settings["after"]
    bootstrap = importlib.import_module("awslambdaric.bootstrap")
    client = importlib.import_module("awslambdaric.lambda_runtime_client")
    sys.path[:0] = settings["before"]
    importlib.invalidate_caches()
    sys.argv = [bootstrap.__file__ or "", settings["handler"]]
    # AWS's own entry waits for requests in a second thread under python3.12 and later. A function sees no
    # difference, and that takes as long as all the rest of a request.
    bootstrap.run(settings["handler"], client.LambdaRuntimeClient(settings["runtime_api"], False))


def die_with(parent: int) -> None:
    """Lets the kernel end this process with its parent, however that ends; at once where it has already."""
    import ctypes  # noqa: PLC0415 - costs 5 ms, and nobody but Linux has the call

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(_SIGKILL)


def _own(name: str) -> Any:
    """A module of this folder; last on the path, so that its neighbours shadow nothing."""
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 - cost
    try:
        return importlib.import_module(f"{_PACKAGE}.{name}")
    finally:
        sys.path.pop()


def _forget_own() -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]


if __name__ == "__main__":
    become_instance(json.loads(sys.argv[1]))
