"""The DNS server, asked over real sockets."""

import socket
import threading
from collections.abc import Iterator

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from asset_edge.emulator.dns import DnsServer, respond
from asset_edge.emulator.zones import Chooser, RecordSet, Zone

BIG = RecordSet(
    name="big.example.test",
    type="TXT",
    ttl_seconds=7,
    values=tuple(f'"{letter * 200}"' for letter in "abcdefgh"),
)
RECORDS = (
    RecordSet(name="a.example.test", type="A", ttl_seconds=5, values=("127.0.0.9",)),
    RecordSet(name="c.example.test", type="CNAME", ttl_seconds=5, values=("bucket.elsewhere.test",)),
    RecordSet(name="m.example.test", type="MX", ttl_seconds=5, values=("10 mail.elsewhere.test.",)),
    RecordSet(name="broken.example.test", type="A", ttl_seconds=5, values=("no address",)),
)
ZONES = [Zone(name="example.test", records=(*RECORDS, BIG))]
CHOOSER = Chooser(healthy=lambda _: True, pick=lambda _: 0)


@pytest.fixture
def server() -> Iterator[DnsServer]:
    running = DnsServer(lambda: ZONES, CHOOSER)
    yield running
    running.close()


def port(server: DnsServer) -> int:
    return int(server.address.rpartition(":")[2])


def ask(server: DnsServer, name: str, kind: str = "A", *, tcp: bool = False) -> dns.message.Message:
    query = dns.message.make_query(name, kind)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, "127.0.0.1", port=port(server), timeout=3)


@pytest.mark.parametrize("tcp", [False, True])
def test_a_name_is_answered_with_its_time_to_live(server: DnsServer, tcp: bool) -> None:
    response = ask(server, "a.example.test", tcp=tcp)
    assert response.rcode() == dns.rcode.NOERROR
    assert response.flags & dns.flags.AA
    assert [rrset.to_text() for rrset in response.answer] == ["a.example.test. 5 IN A 127.0.0.9"]


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        pytest.param("c.example.test", "A", "bucket.elsewhere.test.", id="without the final dot"),
        pytest.param("c.example.test", "CNAME", "bucket.elsewhere.test.", id="asked for by type"),
        pytest.param("m.example.test", "MX", "10 mail.elsewhere.test.", id="with the final dot"),
    ],
)
def test_a_name_in_a_value_is_a_whole_name(server: DnsServer, name: str, kind: str, value: str) -> None:
    answers = [data.to_text() for rrset in ask(server, name, kind).answer for data in rrset]
    assert answers == [value], "Route 53 takes every name as fully qualified"


def test_a_zone_says_who_speaks_for_it(server: DnsServer) -> None:
    response = ask(server, "Example.test", "SOA")
    assert [rrset.name.to_text().lower() for rrset in response.answer] == ["example.test."]
    assert response.answer[0].rdtype == dns.rdatatype.SOA
    assert not response.authority
    below = ask(server, "a.example.test", "SOA")
    assert (below.answer, [r.name.to_text() for r in below.authority]) == ([], ["example.test."])


@pytest.mark.parametrize("tcp", [False, True])
def test_a_record_that_cannot_be_written_is_a_failure_and_not_silence(server: DnsServer, tcp: bool) -> None:
    response = ask(server, "broken.example.test", tcp=tcp)
    assert response.rcode() == dns.rcode.SERVFAIL
    assert response.answer == []


@pytest.mark.parametrize(
    ("name", "kind", "rcode", "soa"),
    [
        pytest.param("absent.example.test", "A", dns.rcode.NXDOMAIN, True, id="no such name"),
        pytest.param("a.example.test", "AAAA", dns.rcode.NOERROR, True, id="no such type"),
        pytest.param("elsewhere.test", "A", dns.rcode.REFUSED, False, id="not our zone"),
    ],
)
def test_no_answer_comes_with_the_reason(
    server: DnsServer, name: str, kind: str, rcode: dns.rcode.Rcode, soa: bool
) -> None:
    response = ask(server, name, kind)
    assert response.rcode() == rcode
    assert response.answer == []
    assert [r.rdtype for r in response.authority] == ([dns.rdatatype.SOA] if soa else [])


def test_what_does_not_fit_is_cut_on_udp_and_whole_on_tcp(server: DnsServer) -> None:
    cut = ask(server, "big.example.test", "TXT")
    assert cut.flags & dns.flags.TC
    assert cut.answer == []
    whole = ask(server, "big.example.test", "TXT", tcp=True)
    assert len(whole.answer[0]) == 8


def test_a_larger_udp_answer_is_whole_where_the_asker_takes_it(server: DnsServer) -> None:
    query = dns.message.make_query("big.example.test", "TXT", use_edns=0, payload=4096)
    response = dns.query.udp(query, "127.0.0.1", port=port(server), timeout=3)
    assert len(response.answer[0]) == 8


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"\xff" * 40, b"\x00" * 12 + b"\xff" * 300])
def test_garbage_gets_nothing_and_the_next_question_an_answer(server: DnsServer, garbage: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(garbage, ("127.0.0.1", port(server)))
    with socket.create_connection(("127.0.0.1", port(server))) as client:
        client.sendall(len(garbage).to_bytes(2) + garbage)
    assert ask(server, "a.example.test").answer


def test_what_is_no_query_is_not_implemented() -> None:
    update = dns.message.make_query("a.example.test", "A")
    update.set_opcode(dns.opcode.STATUS)
    response = respond(update.to_wire(), ZONES, CHOOSER, udp=True)
    assert response
    assert dns.message.from_wire(response).rcode() == dns.rcode.NOTIMP


@pytest.mark.parametrize("tcp", [False, True])
def test_a_silent_server_takes_questions_and_answers_none(tcp: bool) -> None:
    silent = [True]
    server = DnsServer(lambda: ZONES, CHOOSER, silent=lambda: silent[0])
    query = dns.message.make_query("a.example.test", "A")
    send = dns.query.tcp if tcp else dns.query.udp
    try:
        with pytest.raises(dns.exception.Timeout):
            send(query, "127.0.0.1", port=port(server), timeout=0.2)
        silent[0] = False
        assert ask(server, "a.example.test", tcp=tcp).answer, "what was silent speaks again"
    finally:
        server.close()


def test_a_connection_that_was_met_with_silence_is_still_open_and_ends_with_the_server() -> None:
    silent = [True]
    server = DnsServer(lambda: ZONES, CHOOSER, silent=lambda: silent[0])
    question = dns.message.make_query("a.example.test", "A").to_wire()
    with socket.create_connection(("127.0.0.1", port(server)), timeout=0.2) as client:
        client.sendall(len(question).to_bytes(2) + question)
        with pytest.raises(TimeoutError):
            client.recv(1)
        silent[0] = False
        client.sendall(len(question).to_bytes(2) + question)
        assert client.recv(2), "the next question on it is answered"
        before = threading.active_count()
        closing = threading.Thread(target=server.close)
        closing.start()
        client.settimeout(5)
        while client.recv(512):
            pass
        closing.join()
        assert threading.active_count() == before - 3, "the connection's thread is gone with the server's"


def test_a_closed_server_leaves_its_port_and_threads() -> None:
    own = DnsServer(lambda: ZONES, CHOOSER)
    number = port(own)
    before = threading.active_count()
    own.close()
    assert threading.active_count() == before - 2
    again = DnsServer(lambda: ZONES, CHOOSER, port=number)
    again.close()


def test_a_port_in_use_is_an_error(server: DnsServer) -> None:
    with pytest.raises(OSError, match="in use"):
        DnsServer(lambda: ZONES, CHOOSER, port=port(server))


def test_a_port_of_which_only_tcp_is_taken_is_an_error_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            DnsServer(lambda: ZONES, CHOOSER, port=number)
    DnsServer(lambda: ZONES, CHOOSER, port=number).close()
