"""What a DNS query for an A record looks like on the wire, and what its answer says.

Source: RFC 1035 section 4 (messages), RFC 2181 section 8 (TTLs with the top bit set).
"""

from __future__ import annotations

import struct

_QUERY_WITH_RECURSION = 0x0100
_RESPONSE, _OPCODE, _TRUNCATED, _RCODE = 0x8000, 0x7800, 0x0200, 0x000F
_A, _CNAME, _IN = 1, 5, 1
_POINTER = 0xC0
_LONGEST_LABEL = 63
_LONGEST_NAME = 253


Link = tuple[int, str]
"""One step of the way from the name that was asked to its address: for how many seconds it may be held, and
the next name, in lower case and without a final dot, or an IPv4 address."""

Links = tuple[Link, ...]
"""In the order in which they lead on; never empty in an answer."""


class StrayMessageError(ValueError):
    """Not an answer to this query at all: somebody else's, or garbage. The right one may still come."""


class NoAddressError(ValueError):
    """The server's own answer to this query, and of no use: truncated, refused, or empty."""


def query(identifier: int, name: str) -> bytes:
    """The query for the A record of `name`; `ValueError` where DNS cannot carry the name."""
    return struct.pack("!6H", identifier, _QUERY_WITH_RECURSION, 1, 0, 0, 0) + _question(name)


def links(message: bytes, identifier: int, name: str) -> Links:
    """What `message` says about `name`, from the first alias to the addresses.

    Raises `StrayMessageError` or `NoAddressError`. A truncated answer counts as none: ours are one record,
    and whoever cuts that off is not asked again over TCP within the second there is.
    """
    try:
        return _links(message, identifier, name)
    except (struct.error, IndexError) as error:
        raise StrayMessageError(f"message of {len(message)} bytes ends within a record") from error


def _links(message: bytes, identifier: int, name: str) -> Links:
    theirs, flags, questions, answers = struct.unpack_from("!4H", message)
    question = _question(name)
    if theirs != identifier or not flags & _RESPONSE or flags & _OPCODE or questions != 1:
        raise StrayMessageError("message answers something else")
    if message[12 : 12 + len(question)].lower() != question:
        raise StrayMessageError("message repeats another question")
    if flags & (_TRUNCATED | _RCODE):
        raise NoAddressError(f"answer has flags {flags:#06x}: truncated or refused")
    aliases, addresses = _records(message, 12 + len(question), answers)
    return _followed(name.lower().rstrip("."), aliases, addresses)


def _records(message: bytes, at: int, count: int) -> tuple[dict[str, Link], dict[str, list[Link]]]:
    aliases: dict[str, Link] = {}
    addresses: dict[str, list[Link]] = {}
    for _ in range(count):
        owner, at = _name(message, at)
        kind, family, ttl, length = struct.unpack_from("!HHIH", message, at)
        at += 10
        ttl_seconds = ttl if ttl < 1 << 31 else 0
        if (kind, family) == (_CNAME, _IN):
            aliases[owner] = ttl_seconds, _name(message, at)[0]
        elif (kind, family, length) == (_A, _IN, 4):
            octets = struct.unpack_from("!4B", message, at)
            addresses.setdefault(owner, []).append((ttl_seconds, ".".join(map(str, octets))))
        at += length
    return aliases, addresses


def _followed(name: str, aliases: dict[str, Link], addresses: dict[str, list[Link]]) -> Links:
    way: list[Link] = []
    while name in aliases:
        way.append(aliases.pop(name))
        _, name = way[-1]
    way += addresses.get(name, [])
    if not way:
        raise NoAddressError(f"answer has neither alias nor address of {name}")
    return tuple(way)


def _question(name: str) -> bytes:
    labels = name.lower().rstrip(".").encode("ascii").split(b".")
    if len(name) > _LONGEST_NAME or not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
        raise ValueError(
            f"name {name!r} is not labels of 1 to 63 bytes, 253 in all; correct the configuration"
        )
    return b"".join([bytes([len(label)]) + label for label in labels]) + struct.pack("!xHH", _A, _IN)


def _name(message: bytes, at: int) -> tuple[str, int]:
    """The name at an offset, and the offset behind it."""
    labels: list[str] = []
    end, start = 0, at
    while length := message[at]:
        if length & _POINTER == _POINTER:
            end = end or at + 2
            at = (length & ~_POINTER) << 8 | message[at + 1]
            # Only ever backwards, so that no message makes us go round.
            if at >= start:
                raise StrayMessageError("name in the message points forwards")
            start = at
        else:
            labels.append(message[at + 1 : at + 1 + length].decode("latin-1").lower())
            at += 1 + length
    return ".".join(labels), end or at + 1
