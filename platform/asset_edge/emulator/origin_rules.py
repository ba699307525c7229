"""Which origin an origin-request function may send a request to: the fields of both kinds, as rows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asset_edge.emulator import limits
from asset_edge.emulator.header_rules import check_form, is_disallowed, is_read_only
from asset_edge.emulator.rulebook import ACCESS_IDENTITY, CUSTOM_HEADER, ORIGIN, ORIGIN_FIELD, refuse
from asset_edge.handlers.edge.events import EventType

PROTOCOLS = frozenset({"http", "https"})
SSL_PROTOCOLS = frozenset({"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"})
AUTH_METHODS = frozenset({"origin-access-identity", "none"})

NOT_ADDED = frozenset(
    {
        "cache-control",
        "connection",
        "content-length",
        "cookie",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "pragma",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "request-range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
"""Names that CloudFront adds to no origin request as custom headers."""

NOT_ADDED_PREFIXES = ("x-amz-", "x-edge-", "x-real-ip")

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_IP = re.compile(r"[0-9.]+")
_PATH = re.compile(r"|/(?:[^\x00-\x20\x7f?#%]|%[0-9A-Fa-f]{2})*(?<!/)")
_BUCKET = r"[a-z0-9](?!\S*\.\.)[a-z0-9.-]{1,61}[a-z0-9]"
# A website endpoint speaks HTTP alone, and to CloudFront it is a custom origin.
_S3_HOST = re.compile(rf"{_BUCKET}\.s3(?:-(?!website)[a-z0-9-]+)?(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")


@dataclass(frozen=True)
class Field:
    """One field of an origin object."""

    accepts: Callable[[Any], bool]
    allowed: str
    required: bool = True


def _whole(limit: limits.Limit) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and limit.allows(value)


def _is_port(value: object) -> bool:
    return type(value) is int and (value in {80, 443} or limits.HIGH_PORT.allows(value))


def _is_path(value: object) -> bool:
    return (
        isinstance(value, str)
        and _PATH.fullmatch(value) is not None
        and value.isascii()
        and limits.ORIGIN_PATH.allows(len(value))
    )


def _is_custom_domain_name(value: object) -> bool:
    return (
        isinstance(value, str)
        and limits.CUSTOM_DOMAIN_NAME.allows(len(value))
        and _HOST.fullmatch(value) is not None
        and _IP.fullmatch(value) is None
    )


def _is_s3_domain_name(value: object) -> bool:
    return (
        isinstance(value, str)
        and limits.S3_DOMAIN_NAME.allows(len(value))
        and _S3_HOST.fullmatch(value) is not None
    )


def _are_ssl_protocols(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one in SSL_PROTOCOLS for one in value)


def _is_one_of(choices: frozenset[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in choices


HEADERS = Field(lambda value: isinstance(value, dict), "a header map")
PATH = Field(_is_path, "empty, or a slash first and none last, percent-encoded, at most 255 characters")
READ_TIMEOUT = Field(_whole(limits.READ_TIMEOUT), "1 to 120 seconds")
COMPLETION_TIMEOUT = Field(
    lambda value: type(value) is int and value >= 0, "0 or at least readTimeout, in seconds", required=False
)

ORIGIN_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "custom": {
        "customHeaders": HEADERS,
        "domainName": Field(
            _is_custom_domain_name, "a host name of at most 253 characters, no port and no IP"
        ),
        "keepaliveTimeout": Field(_whole(limits.KEEPALIVE_TIMEOUT), "1 to 120 seconds"),
        "path": PATH,
        "port": Field(_is_port, "80, 443 or 1024 to 65535"),
        "protocol": Field(_is_one_of(PROTOCOLS), "http or https"),
        "readTimeout": READ_TIMEOUT,
        "responseCompletionTimeout": COMPLETION_TIMEOUT,
        "sslProtocols": Field(_are_ssl_protocols, "a list of " + ", ".join(sorted(SSL_PROTOCOLS))),
    },
    "s3": {
        "authMethod": Field(_is_one_of(AUTH_METHODS), "origin-access-identity or none"),
        "customHeaders": HEADERS,
        "domainName": Field(_is_s3_domain_name, "a lower-case S3 endpoint of at most 128 characters"),
        "path": PATH,
        "readTimeout": Field(READ_TIMEOUT.accepts, READ_TIMEOUT.allowed, required=False),
        "region": Field(lambda value: isinstance(value, str), "a region", required=False),
        "responseCompletionTimeout": COMPLETION_TIMEOUT,
    },
}
"""Every field of both kinds; other names are refused."""


def check_origin(trigger: EventType, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raises `LimitExceeded` unless the origin of the request `after` is as it was or may be used instead."""
    if after.get("origin") != before.get("origin"):
        _check_another(trigger, before, after.get("origin"))
    _check_overlap(trigger, before, after)


def _check_another(trigger: EventType, before: Mapping[str, Any], origin: object) -> None:
    if trigger != "origin-request" or not isinstance(origin, dict) or set(origin) not in ({"custom"}, {"s3"}):
        refuse(ORIGIN, f"origin is {origin!r}", trigger)
    ((kind, fields),) = origin.items()
    _check_fields(trigger, kind, fields)
    _check_access_identity(trigger, fields, was_custom="custom" in before.get("origin", {}))
    for name, values in fields["customHeaders"].items():
        check_form(trigger, name, values)
        _check_custom_name(trigger, name)


def _check_fields(trigger: EventType, kind: str, fields: object) -> None:
    if not isinstance(fields, dict):
        refuse(ORIGIN, f"origin.{kind} is {fields!r}", trigger)
    for name, field in ORIGIN_FIELDS[kind].items():
        if name in fields:
            _check_field(trigger, f"origin.{kind}.{name}", field, fields[name])
        elif field.required:
            refuse(ORIGIN_FIELD, f"origin.{kind} has no {name}, which is {field.allowed},", trigger)
    if unknown := set(fields) - set(ORIGIN_FIELDS[kind]):
        refuse(
            ORIGIN_FIELD,
            f"origin.{kind} has {sorted(unknown)}, known are {sorted(ORIGIN_FIELDS[kind])},",
            trigger,
        )
    _check_combination(trigger, fields)


def _check_field(trigger: EventType, where: str, field: Field, value: object) -> None:
    if not field.accepts(value):
        refuse(ORIGIN_FIELD, f"{where} is {value!r}, allowed is {field.allowed},", trigger)


def _check_combination(trigger: EventType, fields: Mapping[str, Any]) -> None:
    completion = fields.get("responseCompletionTimeout", 0)
    if 0 < completion < fields.get("readTimeout", 0):
        refuse(ORIGIN_FIELD, f"responseCompletionTimeout is {completion}, less than readTimeout,", trigger)


def _check_access_identity(trigger: EventType, fields: Mapping[str, Any], *, was_custom: bool) -> None:
    """Which identity it is, the event does not tell, so that another one cannot be refused here."""
    if fields.get("authMethod") != "origin-access-identity":
        return
    if "region" not in fields:
        refuse(ACCESS_IDENTITY, "authMethod origin-access-identity has no region to sign for,", trigger)
    if was_custom:
        refuse(ACCESS_IDENTITY, "authMethod is origin-access-identity after a custom origin", trigger)


def _check_custom_name(trigger: EventType, name: str) -> None:
    reserved = name in NOT_ADDED or name.startswith(NOT_ADDED_PREFIXES)
    if reserved or is_disallowed(name) or is_read_only(trigger, name):
        refuse(CUSTOM_HEADER, f"custom header {name!r}", trigger)


def _check_overlap(trigger: EventType, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refuses only an overlap that the function made."""
    for name in sorted(_overlap(after) - _overlap(before)):
        refuse(CUSTOM_HEADER, f"header {name!r} is in headers and in customHeaders", trigger)


def _overlap(request: Mapping[str, Any]) -> set[str]:
    kinds = request.get("origin", {}).values()
    named = {name for fields in kinds for name in fields.get("customHeaders", {})}
    return named & set(request.get("headers", {}))
