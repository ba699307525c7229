"""Which viewers an address or a network in a token lets in."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.addresses import covers

COVERED = [
    ("203.0.113.9", "203.0.113.9"),
    ("203.0.113.0/24", "203.0.113.9"),
    ("203.0.113.9/32", "203.0.113.9"),
    ("0.0.0.0/0", "203.0.113.9"),
    ("2001:db8::1", "2001:DB8:0:0::1"),
    ("2001:db8::/32", "2001:db8:1::9"),
    ("::ffff:203.0.113.9", "203.0.113.9"),
    ("203.0.113.9", "::ffff:203.0.113.9"),
    ("::ffff:203.0.113.9", "::ffff:cb00:7109"),
    ("::ffff:203.0.113.0/120", "203.0.113.9"),
    ("203.0.113.0/24", "::ffff:203.0.113.9"),
    ("::ffff:0:0/96", "203.0.113.9"),
    ("::/0", "2001:db8::1"),
]
NOT_COVERED: list[tuple[object, str | None]] = [
    ("203.0.113.9", "203.0.113.10"),
    ("203.0.113.0/25", "203.0.113.128"),
    ("203.0.113.9", "2001:db8::1"),
    ("2001:db8::/32", "2001:db9::1"),
    ("::/0", "203.0.113.9"),
    ("0.0.0.0/0", "2001:db8::1"),
    ("203.0.113.9", None),
    ("203.0.113.9", ""),
    ("203.0.113.9", "unknown"),
    ("203.0.113.9", "203.0.113.9, 198.51.100.1"),
    ("203.0.113.9/24", "203.0.113.9"),
    ("203.0.113.0/255.255.255.0", "203.0.113.9"),
    ("203.0.113.0/0.0.0.255", "203.0.113.9"),
    ("203.0.113.0/", "203.0.113.0"),
    ("203.0.113.0/+24", "203.0.113.9"),
    ("203.0.113.0/024", "203.0.113.9"),
    ("203.0.113.0/33", "203.0.113.0"),
    ("203.0.113.0/-1", "203.0.113.0"),
    ("203.0.113.0/\u0662\u0664", "203.0.113.9"),
    ("::ffff:203.0.113.0/80", "203.0.113.9"),
    ("203.0.113.009", "203.0.113.9"),
    ("203.0.113", "203.0.113.0"),
    ("fe80::1%eth0", "fe80::1"),
    ("fe80::1", "fe80::1%eth0"),
    ("", "203.0.113.9"),
    ("*", "203.0.113.9"),
    (3405803785, "203.0.113.9"),
    (None, "203.0.113.9"),
    (["203.0.113.9"], "203.0.113.9"),
    (True, "0.0.0.1"),
    (b"\xcb\x00\x71\x09", "203.0.113.9"),
]


@pytest.mark.parametrize(("claimed", "client_ip"), COVERED)
def test_an_address_is_covered(claimed: str, client_ip: str) -> None:
    assert covers(claimed, client_ip)


@pytest.mark.parametrize(("claimed", "client_ip"), NOT_COVERED, ids=repr)
def test_an_address_is_not_covered(claimed: object, client_ip: str | None) -> None:
    assert not covers(claimed, client_ip)


@given(st.ip_addresses(), st.ip_addresses())
def test_an_address_covers_itself_alone(one: object, other: object) -> None:
    assert covers(str(one), str(one))
    assert covers(str(one), str(other)) == (one == other)


@given(st.ip_addresses(v=4), st.integers(0, 32), st.ip_addresses(v=4))
def test_a_network_is_the_same_in_both_ways_of_writing_it(
    address: ipaddress.IPv4Address, bits: int, viewer: ipaddress.IPv4Address
) -> None:
    network = ipaddress.ip_network((int(address), bits), strict=False)
    for claimed in (str(network), f"::ffff:{network.network_address}/{96 + bits}"):
        for client_ip in (str(viewer), f"::ffff:{viewer}"):
            assert covers(claimed, client_ip) == (viewer in network)


@given(st.text(), st.text())
def test_any_texts_are_decided(claimed: str, client_ip: str) -> None:
    assert covers(claimed, client_ip) in {True, False}
