"""What comes off the wire as a viewer's request, or the status that CloudFront gives instead.

One header is the laptop's own: `x-asset-edge-viewer: country=DE, ip=203.0.113.9, proto=http` says who the
viewer is. It is taken off here and honoured nowhere else.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from asset_edge.emulator import forwarding, limits
from asset_edge.emulator.messages import Scheme, ViewerRequest
from asset_edge.emulator.pages import EdgeError

VIEWER_HEADER = "x-asset-edge-viewer"
_COUNTRY_LETTERS = 2
_NOT_IN_A_TARGET = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, kw_only=True)
class Wire:
    """A request as the server read it."""

    method: str
    target: str
    """Path and query string as sent."""

    headers: Sequence[tuple[str, str]]
    peer: str
    """The address at the other end of the connection."""

    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class _Who:
    ip: str
    country: str | None = None
    protocol: Scheme = "https"


def viewer_request(wire: Wire) -> ViewerRequest:
    """The viewer's request; raises `EdgeError` with the status CloudFront gives a malformed one."""
    uri, _, querystring = wire.target.partition("?")
    _check_size(wire, querystring)
    if not uri.startswith("/") or _NOT_IN_A_TARGET.search(wire.target):
        raise EdgeError(400, "Bad request: the request target is not a path.")
    headers = forwarding.visible((k, v) for k, v in wire.headers if k.lower() != VIEWER_HEADER)
    if len(headers.get("host", [])) != 1 or not headers["host"][0]["value"]:
        raise EdgeError(400, "Bad request: there must be one Host header.")
    who = _who(wire)
    return ViewerRequest(
        request={
            "clientIp": who.ip,
            "method": wire.method,
            "uri": uri,
            "querystring": querystring,
            "headers": headers,
        },
        body=wire.body,
        protocol=who.protocol,
        country=who.country,
    )


def _check_size(wire: Wire, querystring: str) -> None:
    if not limits.URL.allows(len(wire.target)):
        raise EdgeError(414, "The URL is too long.")
    size = len(querystring) + sum(len(name) + len(value) + 4 for name, value in wire.headers)
    if not limits.REQUEST_SIZE.allows(size):
        raise EdgeError(494, "The headers are too large.")


def _who(wire: Wire) -> _Who:
    told = [value for name, value in wire.headers if name.lower() == VIEWER_HEADER]
    if not told:
        return _Who(ip=wire.peer)
    fields = dict(_field(part) for value in told for part in value.split(",") if part.strip())
    if unknown := sorted(fields.keys() - {"country", "ip", "proto"}):
        raise EdgeError(400, f"Bad request: {VIEWER_HEADER} takes country, ip and proto, not {unknown[0]}.")
    return _Who(
        ip=_ip(fields.get("ip", wire.peer)),
        country=_country(fields["country"]) if "country" in fields else None,
        protocol=_protocol(fields.get("proto", "https")),
    )


def _field(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip() if name.strip().isalpha() else "that", value.strip()


def _ip(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise EdgeError(400, f"Bad request: {VIEWER_HEADER} has an ip that is no address.") from None


def _country(text: str) -> str:
    if len(text) == _COUNTRY_LETTERS and text.isascii() and text.isalpha() and text.isupper():
        return text
    raise EdgeError(400, f"Bad request: {VIEWER_HEADER} has a country that is not two capital letters.")


def _protocol(text: str) -> Scheme:
    if text == "http":
        return "http"
    if text == "https":
        return "https"
    raise EdgeError(400, f"Bad request: {VIEWER_HEADER} has a proto that is neither http nor https.")
