"""A DNS server on UDP and TCP that answers or is silent; what it answers is decided in `zones`."""

import contextlib
import logging
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Sequence
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from asset_edge.emulator.zones import Answer, Chooser, RecordSet, Zone, answer

_LOG = logging.getLogger(__name__)
_SOA_TTL_SECONDS = 5
_PLAIN_UDP_BYTES = 512
_BIND_ATTEMPTS = 20
_SILENCE = b""
_IDLE_SECONDS = 30
"""How long a connection stays without a question, longer than askers wait for an answer."""


def respond(wire: bytes, zones: Sequence[Zone], chooser: Chooser, *, udp: bool) -> bytes | None:
    """The message that answers `wire`; None where it is not a question at all."""
    try:
        query = dns.message.from_wire(wire)
        response = dns.message.make_response(query, recursion_available=False)
    except (dns.exception.DNSException, struct.error):
        return None
    if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
        response.set_rcode(dns.rcode.NOTIMP)
    else:
        _fill(response, query, zones, chooser)
    return _fitted(response, max(query.payload, _PLAIN_UDP_BYTES) if udp else 0xFFFF)


def _fitted(response: dns.message.Message, most_bytes: int) -> bytes:
    with contextlib.suppress(dns.exception.TooBig):
        return response.to_wire(max_size=most_bytes)
    response.flags |= dns.flags.TC
    response.answer.clear()
    return response.to_wire(max_size=most_bytes)


def _fill(
    response: dns.message.Message, query: dns.message.Message, zones: Sequence[Zone], chooser: Chooser
) -> None:
    question = query.question[0]
    found = answer(zones, question.name.to_text(), dns.rdatatype.to_text(question.rdtype), chooser)
    if found.zone is None:
        response.set_rcode(dns.rcode.REFUSED)
        return
    try:
        response.answer = [_rrset(record) for record in found.records]
    except dns.exception.DNSException as error:
        _LOG.error("%s: %s", question, error)
        response.set_rcode(dns.rcode.SERVFAIL)
        return
    response.flags |= dns.flags.AA
    soa = _soa(found)
    if question.rdtype == dns.rdatatype.SOA and question.name == soa.name:
        response.answer.append(soa)
    elif not found.records:
        response.authority.append(soa)
    if not found.exists:
        response.set_rcode(dns.rcode.NXDOMAIN)


def _rrset(record: RecordSet) -> dns.rrset.RRset:
    """Names in values are whole with and without the final dot, as Route 53 takes them."""
    name, ttl, values = f"{record.name}.", record.ttl_seconds, record.values
    return dns.rrset.from_text_list(
        name, ttl, "IN", record.type, values, origin=dns.name.root, relativize=False
    )


def _soa(found: Answer) -> dns.rrset.RRset:
    numbers = f"1 7200 900 1209600 {_SOA_TTL_SECONDS}"
    text = f"ns-1.{found.zone}. hostmaster.{found.zone}. {numbers}"
    return dns.rrset.from_text(f"{found.zone}.", _SOA_TTL_SECONDS, "IN", "SOA", text)


class DnsServer:
    """Answers on one port of one address, UDP and TCP, until closed.

    While `silent` says so it takes every question and answers none: askers wait as for a lost server.
    """

    def __init__(
        self,
        zones: Callable[[], Sequence[Zone]],
        chooser: Chooser,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        silent: Callable[[], bool] = lambda: False,
    ) -> None:
        def reply(wire: bytes, *, udp: bool) -> bytes | None:
            return _SILENCE if silent() else respond(wire, zones(), chooser, udp=udp)

        self._udp, self._tcp = _bound(host, port, reply)
        self.address = f"{host}:{self._udp.server_address[1]}"
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,), name=f"dns-{kind}", daemon=True)
            for kind, server in (("udp", self._udp), ("tcp", self._tcp))
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stops answering and frees the port."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()


Reply = Callable[..., bytes | None]


def _bound(host: str, port: int, reply: Reply) -> tuple[socketserver.UDPServer, socketserver.TCPServer]:
    """Both sockets on one number; with port 0 the first free one that both can have."""
    for attempt in range(_BIND_ATTEMPTS):
        udp = _UdpServer((host, port), _udp_handler(reply))
        try:
            return udp, _TcpServer((host, udp.server_address[1]), _tcp_handler(reply))
        except OSError:
            udp.server_close()
            if port or attempt == _BIND_ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


class _UdpServer(socketserver.UDPServer):
    max_packet_size = 4096


class _TcpServer(socketserver.ThreadingTCPServer):
    """Closed, it ends the connections that are left and waits for their threads."""

    allow_reuse_address = True

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()


def _udp_handler(reply: Reply) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, answering = self.request
            if message := reply(data, udp=True):
                answering.sendto(message, self.client_address)

    return Handler


def _tcp_handler(reply: Reply) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            self.request.settimeout(_IDLE_SECONDS)
            with contextlib.suppress(OSError), self.request.makefile("rb") as stream:
                while len(head := stream.read(2)) == 2:  # noqa: PLR2004 - the length's own length
                    message = reply(stream.read(int.from_bytes(head)), udp=False)
                    if message is None:
                        return
                    if message != _SILENCE:
                        self.request.sendall(len(message).to_bytes(2) + message)

    return Handler
