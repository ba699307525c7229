"""What a Route 53 checker sees at an endpoint: a function under its URL, or a server on this machine.

Sources: Amazon Route 53 Developer Guide, "How Amazon Route 53 determines whether a health check is healthy";
AWS Lambda Developer Guide, "Invoking Lambda function URLs" (payload format 2.0).
"""

import base64
import http.client
import ipaddress
import json
import logging
import socket
import ssl
import time
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from asset_edge.emulator.endpoints import region_of_url
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.function_access import INVOKE, INVOKE_URL, function_url, permits

_LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 4
"""What a checker waits for a connection; a check of type TCP waits longer."""

ANSWER_SECONDS = 2
"""What it waits for the answer, once connected."""

_TCP_CONNECT_SECONDS = 10
_SEARCHED_BYTES = 5120
_CHECKER = "Amazon-Route53-Health-Check-Service (local)"
_CHECKER_ADDRESS = "127.0.0.1"

Invoke = Callable[[str, object], object]
"""Runs a function by its ARN, with a qualifier or without, on an event; raises if it fails."""


class Seen(NamedTuple):
    """What a checker reports."""

    succeeded: bool
    text: str


class EndpointChecks:
    """Asks endpoints. Its answers are those of a checker that is given the same time as Route 53's."""

    def __init__(self, clients: Clients, invoke: Invoke, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._invoke = invoke
        self._clock = clock

    def ask(self, config: Mapping[str, Any]) -> Seen:
        """What is seen at the endpoint of a `HealthCheckConfig`, for which `why_not` has no reason."""
        region = region_of_url(_host(config))
        if region and config["Type"] != "TCP":
            return self._function(config, region)
        try:
            return _tcp(config) if config["Type"] == "TCP" else _http(config)
        except (OSError, http.client.HTTPException) as error:
            return Seen(False, f"no answer from {_address(config)}: {error!r}")

    def _function(self, config: Mapping[str, Any], region: str) -> Seen:
        functions = self._clients.get("lambda", region)
        url = function_url(functions, _host(config))
        if not config["Type"].startswith("HTTPS"):
            return Seen(False, "a function URL is served over HTTPS alone")
        if url is None or not url.public or not _is_open(functions, url.function_arn):
            return _judged(config, HTTPStatus.FORBIDDEN, b"")
        began = self._clock()
        status, body = self._answer(url.function_arn, _event(config))
        if self._clock() - began > ANSWER_SECONDS:
            return Seen(False, f"no answer within {ANSWER_SECONDS} s")
        return _judged(config, status, body)

    def _answer(self, function_arn: str, event: object) -> tuple[int, bytes]:
        try:
            answer = self._invoke(function_arn, event)
        except Exception as error:  # noqa: BLE001 - whatever a function dies of, its URL says 502
            _LOG.warning("%s failed under its URL: %s", function_arn, error)
            return HTTPStatus.BAD_GATEWAY, b""
        if not isinstance(answer, Mapping) or "statusCode" not in answer:
            return HTTPStatus.OK, json.dumps(answer).encode()
        body = str(answer.get("body") or "")
        whole = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        return int(answer["statusCode"]), whole


def why_not(config: Mapping[str, Any], against_functions: str | None = None) -> str | None:
    """Why an endpoint is not asked, such as that it is somewhere else. None where it is asked."""
    if region_of_url(_host(config)):
        return f"{against_functions}, and it stays healthy" if against_functions else None
    if _is_here(config):
        return None
    return (
        f"its endpoint is {_address(config)}; function URLs and addresses of this machine are asked, "
        "and it stays healthy"
    )


def _is_here(config: Mapping[str, Any]) -> bool:
    address = config.get("IPAddress")
    if address is None:
        return _host(config) == "localhost"
    return ipaddress.ip_address(address).is_loopback


def _host(config: Mapping[str, Any]) -> str:
    return str(config.get("FullyQualifiedDomainName") or config.get("IPAddress")).lower().rstrip(".")


def _address(config: Mapping[str, Any]) -> str:
    """For people, and without the path, which may be secret."""
    return f"{config.get('IPAddress') or _host(config)}:{config['Port']}"


def _is_open(functions: Any, function_arn: str) -> bool:
    """A public URL needs both permissions."""
    return all(permits(functions, function_arn, "*", action) for action in (INVOKE, INVOKE_URL))


def _tcp(config: Mapping[str, Any]) -> Seen:
    where = (str(config.get("IPAddress") or "127.0.0.1"), config["Port"])
    with socket.create_connection(where, timeout=_TCP_CONNECT_SECONDS):
        return Seen(True, "a TCP connection was established")


def _http(config: Mapping[str, Any]) -> Seen:
    connection = _connection(config)
    try:
        connection.connect()
        connection.sock.settimeout(ANSWER_SECONDS)
        sent = {"Host": _host_header(config), "User-Agent": _CHECKER, "Connection": "close"}
        connection.request("GET", _path(config), headers=sent)
        response = connection.getresponse()
        return _judged(config, response.status, response.read(_SEARCHED_BYTES))
    finally:
        connection.close()


def _connection(config: Mapping[str, Any]) -> http.client.HTTPConnection:
    host, port = str(config.get("IPAddress") or "127.0.0.1"), config["Port"]
    if not config["Type"].startswith("HTTPS"):
        return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    # Route 53 takes any certificate.
    context = ssl._create_unverified_context()  # noqa: S323, SLF001 - as above
    return http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=context)


def _judged(config: Mapping[str, Any], status: int, body: bytes) -> Seen:
    text = f"HTTP Status Code {int(status)}"
    if not HTTPStatus.OK <= status < HTTPStatus.BAD_REQUEST:
        return Seen(False, text)
    wanted = config.get("SearchString")
    if wanted and str(wanted).encode() not in body[:_SEARCHED_BYTES]:
        return Seen(False, f"{text}, and the searched string is not in the answer's beginning")
    return Seen(True, text)


def _host_header(config: Mapping[str, Any]) -> str:
    """With the port, unless it is the scheme's own."""
    usual = 443 if config["Type"].startswith("HTTPS") else 80
    return _host(config) if config["Port"] == usual else f"{_host(config)}:{config['Port']}"


def _path(config: Mapping[str, Any]) -> str:
    path = str(config.get("ResourcePath") or "/")
    return path if path.startswith("/") else f"/{path}"


def _event(config: Mapping[str, Any]) -> dict[str, Any]:
    """A checker's request as a function under a URL gets it."""
    path, _, query = _path(config).partition("?")
    host, now = _host(config), time.time()
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": host, "user-agent": _CHECKER, "x-forwarded-proto": "https"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": host.partition(".")[0],
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": "GET",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": _CHECKER_ADDRESS,
                "userAgent": _CHECKER,
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
