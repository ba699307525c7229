"""What a function in a worker process reaches: the DNS server given, AWS's names, and nothing else."""

import socket
import ssl
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from asset_edge import bundle
from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.workers import Network
from tests.emulator.certificates import Certificates
from tests.emulator.functions_world import (
    a_record,
    answer,
    cname,
    dns,
    function,
    handler,
)

S3 = "bucket.s3.eu-west-1.amazonaws.com"
ELSEWHERE = "192.0.2.1"
"""An address of nobody (RFC 5737): what passes through it was led elsewhere."""

RECORDS = (
    cname("assets.example.com", S3),
    a_record(S3, "127.0.0.1"),
    a_record("far.example.com", "198.51.100.7"),
)

NAMES = handler(
    "found = []",
    "for name, *arguments in event:",
    "    try: found.append(getattr(socket, name)(*arguments))",
    "    except OSError as error: found.append([type(error).__name__, error.errno])",
    "return found",
    before=["import socket"],
)


@contextmanager
def network(*records: Any, **more: Any) -> Iterator[Network]:
    with dns(*(records or RECORDS)) as server:
        yield Network(dns=server.address, **more)


@pytest.mark.parametrize("resolver", [ELSEWHERE, "192.0.2.1:53", "[2001:db8::1]:53", "127.0.0.53"])
def test_a_query_by_the_handlers_own_client_goes_to_the_server_given(tmp_path: Path, resolver: str) -> None:
    """Whatever the configuration names; the message is the client's own, and so is what it reads."""
    made = bundle.build("handlers.edge.dnsquery")
    zipfile.ZipFile(BytesIO(made.zip_bytes())).extractall(tmp_path)
    code = handler(
        "found = ask(['assets.example.com'], [event], 2.0)",
        "return [repr(link) for links in found.values() for link in links]",
        before=["from handlers.edge.dnsquery import ask"],
    )
    with network() as reached:
        found = answer(function(tmp_path, code), resolver, reached)
    assert any(S3 in link for link in found)


def test_the_server_itself_may_be_named_at_its_own_port(tmp_path: Path) -> None:
    made = bundle.build("handlers.edge.dnsquery")
    zipfile.ZipFile(BytesIO(made.zip_bytes())).extractall(tmp_path)
    code = handler(
        "return len(ask(['assets.example.com'], [event], 2.0))",
        before=["from handlers.edge.dnsquery import ask"],
    )
    with network() as reached:
        assert answer(function(tmp_path, code), reached.dns, reached) == 1


def test_what_the_system_is_configured_with_changes_nothing(tmp_path: Path) -> None:
    made = bundle.build("handlers.edge.dnsquery")
    zipfile.ZipFile(BytesIO(made.zip_bytes())).extractall(tmp_path)
    code = handler(
        "return len(ask(['assets.example.com'], system_servers() or ['192.0.2.9'], 2.0))",
        before=["from handlers.edge.dnsquery import ask, system_servers"],
    )
    with network() as reached:
        assert answer(function(tmp_path, code), None, reached) == 1


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (["gethostbyname", "assets.example.com"], "127.0.0.1"),
        (["gethostbyname", "198.51.100.9"], "198.51.100.9"),
        (["gethostbyname", "LOCALHOST"], "127.0.0.1"),
        (["gethostbyname_ex", "assets.example.com"], [S3, ["assets.example.com"], ["127.0.0.1"]]),
        (["gethostbyname_ex", "198.51.100.9"], ["198.51.100.9", [], ["198.51.100.9"]]),
        (["gethostbyname_ex", "no.example.com"], ["herror", 1]),
        (["gethostbyaddr", "8.8.8.8"], ["herror", 1]),
        (["gethostbyname", "no.example.com"], ["gaierror", socket.EAI_NONAME]),
        (["gethostbyname", "elsewhere.example.org"], ["gaierror", socket.EAI_AGAIN]),
        (["getaddrinfo", "far.example.com", 80, 0, 1], [[2, 1, 6, "", ["198.51.100.7", 80]]]),
        (["getaddrinfo", "assets.example.com", 443, 2, 1, 0, 2], [[2, 1, 6, S3, ["127.0.0.1", 443]]]),
        (["getaddrinfo", "far.example.com", 80, 10, 1], ["gaierror", socket.EAI_NODATA]),
        (["getaddrinfo", "::1", 80, 0, 1], [[10, 1, 6, "", ["::1", 80, 0, 0]]]),
        (["getaddrinfo", None, 80, 2, 1], [[2, 1, 6, "", ["127.0.0.1", 80]]]),
        (["getnameinfo", ["127.0.0.1", 443], 2], ["127.0.0.1", "443"]),
        (["getnameinfo", ["127.0.0.1", 443], 8], ["gaierror", socket.EAI_NONAME]),
    ],
    ids=str,
)
def test_a_look_up_is_answered_from_the_zones(tmp_path: Path, call: list[Any], expected: Any) -> None:
    code = NAMES.replace("(*arguments)", "(*(tuple(a) if isinstance(a, list) else a for a in arguments))")
    with network() as reached:
        assert answer(function(tmp_path, code), [call], reached) == [expected]


def test_a_silent_server_is_no_answer_after_the_time_that_res_options_gives(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        reached = Network(dns=f"127.0.0.1:{silent.getsockname()[1]}")
        patient = {"RES_OPTIONS": "timeout:1 attempts:1"}
        deployed = function(tmp_path, NAMES, environment=patient, timeout_seconds=4)
        event = [["gethostbyname", "assets.example.com"]]
        assert answer(deployed, event, reached) == [["gaierror", socket.EAI_AGAIN]]


UDP = handler(
    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "s.settimeout(2)",
    "message = bytes.fromhex(event)",
    "sent = [s.sendto(message, ('192.0.2.1', 53)), s.sendto(message, 0, ('192.0.2.1', 53)),",
    "    s.sendmsg([message], [], 0, ('192.0.2.1', 53)), s.sendto(message, ('192.0.2.1', 53))]",
    "buffer = bytearray(512)",
    "seen = [s.recvfrom(512)[1], s.recvfrom_into(buffer)[1], s.recvmsg(512)[3], s.recvmsg_into([buffer])[3]]",
    "s.connect(('192.0.2.2', 53))",
    "s.sendmsg([message])",
    "return [seen, s.getpeername(), len(s.recv(512)) > 12]",
    before=["import socket"],
)


def test_an_answer_looks_as_if_it_came_from_whom_it_was_asked_of(tmp_path: Path) -> None:
    question = "00070100000100000000000006617373657473076578616d706c6503636f6d0000010001"
    with network() as reached:
        seen = answer(function(tmp_path, UDP), question, reached)
    assert seen == [[[ELSEWHERE, 53]] * 4, ["192.0.2.2", 53], True]


def test_a_question_over_tcp_goes_to_the_server_given(tmp_path: Path) -> None:
    code = handler(
        "s = socket.create_connection(('192.0.2.1', 53), 2)",
        "message = bytes.fromhex(event)",
        "s.sendall(len(message).to_bytes(2, 'big') + message)",
        "return [s.recv(2) != b'', s.recv(512)[:2].hex(), s.getpeername()]",
        before=["import socket"],
    )
    question = "00070100000100000000000006617373657473076578616d706c6503636f6d0000010001"
    with network() as reached:
        assert answer(function(tmp_path, code), question, reached) == [True, "0007", [ELSEWHERE, 53]]


REFUSED = handler(
    "refused = []",
    "for line in event['attempts']:",
    "    try: exec(line, {'socket': socket, 'port': event['port'], 'path': event['path']})",
    "    except ConnectionRefusedError as error: refused.append([line, str(error)])",
    "return refused",
    before=["import socket"],
)
ATTEMPTS = [
    "socket.create_connection(('127.0.0.1', port), 2)",
    "socket.create_connection(('localhost', port), 2)",
    "socket.create_connection(('192.0.2.1', 443), 2)",
    "socket.create_connection(('far.example.com', 443), 2)",
    "socket.create_connection(('assets.example.com', 80), 2)",
    "socket.create_connection(('169.254.169.254', 80), 2)",
    "socket.socket().connect(('far.example.com', 443))",
    "socket.socket(socket.AF_INET6).connect(('::1', port))",
    "socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 123))",
    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))",
    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', 0, ('127.0.0.1', 443))",
    "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('127.0.0.1', port))",
    "socket.socket(socket.AF_UNIX).connect(path)",
    "import http.client; http.client.HTTPConnection('127.0.0.1', port).request('GET', '/')",
    "from urllib import request\ntry: request.urlopen(f'http://localhost:{port}')\nexcept OSError as e: raise e.reason",  # noqa: E501
    "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', port))",
    "import _socket; _socket.socket().connect(('127.0.0.1', port))",
    "raise {111: ConnectionRefusedError}[socket.socket().connect_ex(('127.0.0.1', port))]",
]


def test_everything_else_is_refused_at_once(tmp_path: Path) -> None:
    """Also what really listens, on the way that most programs take and on those that few do."""
    path = str(tmp_path / "socket")
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as there,
        closing(socket.socket(socket.AF_UNIX)) as unix,
    ):
        unix.bind(path)
        unix.listen()
        event = {"attempts": ATTEMPTS, "port": there.getsockname()[1], "path": path}
        with network() as reached:
            refused = answer(function(tmp_path, REFUSED, timeout_seconds=20), event, reached)
        there.setblocking(False)
        with pytest.raises(BlockingIOError):
            there.accept()
    assert [line for line, _ in refused] == ATTEMPTS
    assert all("reaches DNS (port 53) and AWS's own names" in text for _, text in refused[:13])


def test_without_a_tls_port_aws_is_refused_too(tmp_path: Path) -> None:
    event = {"attempts": [f"socket.create_connection(('{S3}', 443), 2)"], "port": 0, "path": ""}
    with network() as reached:
        assert len(answer(function(tmp_path, REFUSED), event, reached)) == 1


HTTPS = handler(
    "connection = http.client.HTTPSConnection(event, timeout=5)",
    "connection.request('GET', '/key')",
    "return connection.getresponse().read().decode()",
    before=["import http.client"],
)


@contextmanager
def https_server(folder: Path) -> Iterator[tuple[int, Path]]:
    """Answers one request with the name it was asked for; its port and who vouches for it."""
    certificates = Certificates()
    certificate, key = certificates.for_name(S3)
    (folder / "ca.pem").write_bytes(certificates.authority)
    (folder / "leaf.pem").write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)

        def serve() -> None:
            plain, _ = listening.accept()
            with plain, context.wrap_socket(plain, server_side=True) as connection:
                asked = connection.recv(65536).split(b"Host: ")[1].split(b"\r\n")[0]
                body = b"asked for " + asked
                connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], folder / "ca.pem"
        thread.join()


def test_aws_over_https_leads_to_the_tls_port_and_is_trusted(tmp_path: Path) -> None:
    with https_server(tmp_path) as (port, ca_file), network(tls_port=port, ca_file=ca_file) as reached:
        said = answer(function(tmp_path / "zip", HTTPS), S3, reached)
    assert said == f"asked for {S3}"


def test_a_regional_function_of_ours_finds_boto3_and_reaches_its_region_that_way(tmp_path: Path) -> None:
    made = bundle.build("handlers.regional.origin_probe")
    folder = tmp_path / "zip"
    zipfile.ZipFile(BytesIO(made.zip_bytes())).extractall(folder)
    settings = {
        "PROBE_REGION": "eu-west-1",
        "PROBE_BUCKET": "bucket",
        "PROBE_KEY": "key",
        "PROBE_PATH_SECRET": "secret",
        "AWS_ACCESS_KEY_ID": "ASIALOCALCLOUDEXAMPL",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    deployed = Deployed(
        folder=folder, handler=made.handler, name="probe", environment=settings, timeout_seconds=20
    )
    event = {"requestContext": {}, "rawPath": "/secret"}
    with https_server(tmp_path) as (port, ca_file), network(tls_port=port, ca_file=ca_file) as reached:
        readable = answer(deployed, event, reached)
    assert readable["statusCode"] == 200
    with network() as nowhere:
        assert answer(deployed, event, nowhere)["statusCode"] == 503
