"""The approach that all this began with: resolve the weighted name, send the request to the bucket it names.

No token, no registry, no health beyond DNS, no signature: a public bucket, chosen anew with each request.
"""

import socket
from collections.abc import Callable
from typing import Any

WEIGHTED_NAME = "assets-origin.example.com"


def handler(
    event: Any,
    context: object,  # noqa: ARG001 - Lambda passes both
    resolve: Callable[[str], Any] = socket.gethostbyname_ex,  # an argument, to be measured without a network
) -> Any:
    request = event["Records"][0]["cf"]["request"]
    name, aliases, _ = resolve(WEIGHTED_NAME)
    bucket = next(alias for alias in (*aliases, name) if ".s3." in alias)
    request["origin"]["s3"]["domainName"] = bucket
    request["headers"]["host"] = [{"key": "Host", "value": bucket}]
    return request
