"""What a call of moto looks like that never was on a wire: the environment that WSGI asks for.

Source: PEP 3333, "environ Variables".
"""

import sys
from io import BytesIO
from typing import Any


def environ(method: str, path: str, body: bytes, query: str = "", **more: str) -> dict[str, Any]:
    """A request of this machine's own; `path` as WSGI has it, `more` by WSGI's names."""
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **more,
    }
