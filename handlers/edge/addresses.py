"""Whether a viewer's address is in what a token's `ip` names: an address, or a network in CIDR form.

An IPv4 address that is written as an IPv6 one (`::ffff:203.0.113.9`) is the IPv4 address, on either side. A
network with host bits set (`203.0.113.9/24`) is refused: it could have been meant as one address.
"""

from __future__ import annotations

import ipaddress

_MAPPED_BITS = 96

TYPE_CHECKING = False
if TYPE_CHECKING:
    Address = ipaddress.IPv4Address | ipaddress.IPv6Address
    Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def covers(claimed: object, client_ip: str | None) -> bool:
    """Whether it is; also False for what is no address or no network."""
    try:
        return isinstance(client_ip, str) and _address(client_ip) in network(claimed)
    except ValueError:
        return False


def network(claimed: object) -> Network:
    """What is named, an address as the network of it alone. Raises ValueError for what names nothing."""
    if not isinstance(claimed, str):
        raise ValueError("no text")  # noqa: TRY004 - as for every other claim that names nothing
    text, slash, length = claimed.partition("/")
    address = _address(text)
    bits = _bits(text, length) if slash else address.max_prefixlen
    return ipaddress.ip_network((int(address).to_bytes(address.max_prefixlen // 8, "big"), bits))


def _address(text: str) -> Address:
    """Raises ValueError for what is none, a zone included: it would mean another machine elsewhere."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.scope_id is not None:
        raise ValueError("an address of a link")
    return address.ipv4_mapped or address


def _bits(address: str, length: str) -> int:
    """The prefix's length in the address it stands for. Raises ValueError for what is no plain number."""
    if not (length.isascii() and length.isdecimal()) or length != str(int(length)):
        raise ValueError("no prefix length")
    mapped = ":" in address and _address(address).version == 4  # noqa: PLR2004 - the name of the protocol
    return int(length) - _MAPPED_BITS if mapped else int(length)
