"""The look-up against real UDP servers: what it learns, and that it is back in time whatever they do."""

import itertools
import os
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import pytest

from asset_edge.handlers.edge.dnsquery import ask, system_servers
from tests.handlers.udp_server import (
    Reply,
    Zone,
    answer,
    closed_port,
    honest,
    name_server,
    silent,
    truncating,
)

EU, US = "eu.beacon.example.test", "us.beacon.example.test"
ZONE: Zone = {EU: ["60 IN A 127.0.0.70"], US: ["30 IN A 127.0.0.30"]}
KNOWN = {EU: ((60, "127.0.0.70"),), US: ((30, "127.0.0.30"),)}
NOTHING: dict[str, object] = {}

# What a loaded machine may add to the bound that is asked for.
GENEROUS_SECONDS = 1.0


def garbage(query: dns.message.Message) -> Iterable[bytes]:
    return [b"", b"\x00", query.to_wire()[:2] + os.urandom(40), b"\xff" * 600]


def endless_garbage(query: dns.message.Message) -> Iterable[bytes]:
    return itertools.repeat(query.to_wire()[:2] + b"\x80" * 60)


def with_wrong_id(query: dns.message.Message) -> Iterable[bytes]:
    wire = answer(query, ZONE).to_wire()
    return [bytes([wire[0] ^ 1]) + wire[1:]]


def with_wrong_question(query: dns.message.Message) -> Iterable[bytes]:
    other = dns.message.make_query("evil.example.test", "A")
    other.id = query.id
    return [answer(other, {"evil.example.test": ["60 IN A 127.0.0.1"]}).to_wire()]


def about_another_name(query: dns.message.Message) -> Iterable[bytes]:
    response = answer(query, ZONE)
    stranger = dns.message.make_query("evil.example.test", "A")
    response.answer = answer(stranger, {"evil.example.test": ["60 IN A 127.0.0.1"]}).answer
    return [response.to_wire()]


def cut_within_a_record(query: dns.message.Message) -> Iterable[bytes]:
    return [answer(query, ZONE).to_wire()[:-3]]


def refusing(query: dns.message.Message) -> Iterable[bytes]:
    response = answer(query, ZONE)
    response.set_rcode(dns.rcode.SERVFAIL)
    return [response.to_wire()]


def the_query_itself(query: dns.message.Message) -> Iterable[bytes]:
    return [query.to_wire()]


BAD = {
    "silent": silent,
    "truncating": truncating(ZONE),
    "garbage": garbage,
    "endless garbage": endless_garbage,
    "wrong id": with_wrong_id,
    "wrong question": with_wrong_question,
    "another name's records": about_another_name,
    "cut within a record": cut_within_a_record,
    "refusing": refusing,
    "no such name": honest({}),
    "an echo": the_query_itself,
}


def timed(look_up: Callable[[], object]) -> tuple[object, float]:
    start = time.monotonic()
    return look_up(), time.monotonic() - start


def test_both_names_are_asked_at_once_over_one_socket() -> None:
    with name_server(honest(ZONE)) as server:
        assert ask([EU, US], [server.address], 1.0) == KNOWN
    assert {name for _, name in server.asked} == {EU, US}
    assert len({port for port, _ in server.asked}) == 1, "one socket asks both"


@pytest.mark.parametrize("reply", BAD.values(), ids=BAD.keys())
def test_a_bad_server_teaches_nothing_and_cannot_exceed_the_bound(reply: Reply) -> None:
    with name_server(reply) as server:
        learnt, seconds = timed(lambda: ask([EU, US], [server.address], 0.2))
    assert learnt == NOTHING
    assert seconds < 0.2 + GENEROUS_SECONDS


def test_an_answer_from_another_address_is_not_heard() -> None:
    with name_server(honest(ZONE), elsewhere=True) as server:
        assert ask([EU, US], [server.address], 0.2) == NOTHING
    assert server.asked, "it was asked, and it did answer"


def test_a_silent_server_costs_the_second_and_no_more() -> None:
    with name_server(silent) as server:
        learnt, seconds = timed(lambda: ask([EU, US], [server.address], 1.0))
    assert learnt == NOTHING
    assert 1.0 <= seconds < 2.0


def test_the_bound_is_kept_by_the_given_clock() -> None:
    ticks = itertools.count(0.0, 0.4)
    with name_server(endless_garbage) as server:
        assert ask([EU], [server.address], 1.0, clock=lambda: next(ticks)) == NOTHING
    assert next(ticks) <= 0.4 * 6, "asked the clock each time something came, and stopped after its second"


@pytest.mark.parametrize("lie", [garbage, with_wrong_id, with_wrong_question, cut_within_a_record])
def test_the_truth_is_heard_after_a_lie(lie: Reply) -> None:
    with name_server(lambda query: [*lie(query), answer(query, ZONE).to_wire()]) as server:
        assert ask([EU, US], [server.address], 1.0) == KNOWN


def test_one_name_may_fail_alone() -> None:
    with name_server(honest({US: ZONE[US]})) as server:
        assert ask([EU, US], [server.address], 0.3) == {US: KNOWN[US]}


@pytest.mark.parametrize("first", [silent, truncating(ZONE), refusing])
def test_the_next_server_answers_when_the_first_does_not(first: Reply) -> None:
    with name_server(first) as bad, name_server(honest(ZONE)) as good:
        assert ask([EU, US], [bad.address, good.address], 1.0) == KNOWN


@pytest.mark.parametrize("first", [truncating(ZONE), refusing])
def test_a_server_known_to_be_of_no_use_is_left_at_once(first: Reply) -> None:
    with name_server(first) as bad, name_server(honest(ZONE)) as good:
        learnt, seconds = timed(lambda: ask([EU, US], [bad.address, good.address], 20.0))
    assert learnt == KNOWN
    assert seconds < 10.0, "did not wait for the first server's share of the time"


def test_a_server_where_nobody_listens_is_left_at_once() -> None:
    with name_server(honest(ZONE)) as good:
        learnt, seconds = timed(lambda: ask([EU, US], [closed_port(), good.address], 20.0))
    assert learnt == KNOWN
    assert seconds < 10.0


def test_a_slow_server_is_still_heard_while_the_next_is_asked() -> None:
    def slow(query: dns.message.Message) -> Iterable[bytes]:
        time.sleep(0.5)
        return [answer(query, ZONE).to_wire()]

    with name_server(slow) as first, name_server(silent) as second:
        assert ask([EU], [first.address, second.address], 0.8) == {EU: KNOWN[EU]}
    assert second.asked, "the second was asked meanwhile"


def test_a_single_server_is_asked_again_because_datagrams_get_lost() -> None:
    seen = itertools.count()
    with name_server(lambda query: honest(ZONE)(query) if next(seen) else []) as server:
        assert ask([EU], [server.address], 0.6) == {EU: KNOWN[EU]}
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "server", ["dns.example.test", "", "127.0.0.1:many", "127.0.0.1:99999", "[::1", "ü:53", "255.255.255.255"]
)
def test_what_is_no_servers_address_is_neither_resolved_nor_waited_for(server: str) -> None:
    learnt, seconds = timed(lambda: ask([EU], [server], 5.0))
    assert learnt == NOTHING
    assert seconds < GENEROUS_SECONDS, "the C library would wait for a name server, out of our bound"


def test_without_a_server_nothing_is_learnt() -> None:
    assert ask([EU], [], 1.0) == NOTHING


def test_a_name_that_dns_cannot_carry_does_not_hold_up_the_others() -> None:
    with name_server(honest(ZONE)) as server:
        assert ask(["a..b", "x" * 64, EU], [server.address], 1.0) == {EU: KNOWN[EU]}
    assert [name for _, name in server.asked] == [EU]


def test_names_that_draw_the_same_identifier_are_told_apart() -> None:
    with name_server(honest(ZONE)) as server:
        assert ask([EU, US], [server.address], 1.0, entropy=lambda size: b"\xff" * size) == KNOWN


def test_identifiers_differ_from_look_up_to_look_up() -> None:
    seen: set[int] = set()

    def noting(query: dns.message.Message) -> Iterable[bytes]:
        seen.add(query.id)
        return honest(ZONE)(query)

    with name_server(noting) as server:
        for _ in range(8):
            ask([EU], [server.address], 1.0)
    assert len(seen) > 4, "65,536 possible ones"


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6 loopback")
def test_a_server_may_have_an_ipv6_address() -> None:
    with name_server(honest(ZONE), host="::1") as server:
        assert ask([EU, US], [server.address], 1.0) == KNOWN


@pytest.mark.parametrize("server", ["127.0.0.1", "::1", "[::1]"])
def test_the_port_may_be_left_out(server: str) -> None:
    # Whether a name server of the machine's own listens there or not: the address itself is taken.
    learnt = ask(["nothing.invalid"], [server], 0.1)
    assert learnt == NOTHING


RESOLV_CONF = """\
# written by hand
search example.test
nameserver 192.0.2.1
  nameserver   fd00::1
nameserver
nameservers 192.0.2.9
options timeout:1
"""


def test_the_systems_servers_are_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text(RESOLV_CONF)
    assert system_servers(str(tmp_path / "resolv.conf")) == ("192.0.2.1", "fd00::1")


def test_a_system_without_a_resolver_file_has_no_servers(tmp_path: Path) -> None:
    assert system_servers(str(tmp_path / "absent")) == ()
