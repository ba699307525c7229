"""What a checker sees: functions under their URLs, and real servers on this machine."""

import base64
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.endpoint_checks import ANSWER_SECONDS, EndpointChecks, Seen, why_not
from tests.localcloud.conftest import Cloud
from tests.localcloud.lambdas import function, permit, url

HTTPS: dict[str, Any] = {"Type": "HTTPS", "Port": 443, "ResourcePath": "/secret?a=b"}


class Functions:
    """Stands for what runs functions: answers alike, and remembers what it was asked."""

    def __init__(self, answer: Any = None, takes_seconds: float = 0.0) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.now = 0.0
        self._answer = {"statusCode": 200, "body": "readable\n"} if answer is None else answer
        self._takes_seconds = takes_seconds

    def invoke(self, arn: str, event: object) -> object:
        self.asked.append((arn, event))
        self.now += self._takes_seconds
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def ask(cloud: Cloud, functions: Functions, host: str, **more: Any) -> Seen:
    checks = EndpointChecks(cloud.clients, functions.invoke, clock=lambda: functions.now)
    return checks.ask(HTTPS | {"FullyQualifiedDomainName": host} | more)


def test_a_function_under_its_url_is_invoked_with_the_checkers_request(cloud: Cloud) -> None:
    functions, arn = Functions(), function(cloud)
    host = url(cloud, arn)
    assert ask(cloud, functions, host) == (True, "HTTP Status Code 200")
    [(asked, event)] = functions.asked
    assert asked == arn
    assert event["version"] == "2.0"
    assert (event["rawPath"], event["rawQueryString"]) == ("/secret", "a=b")
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["requestContext"]["domainName"] == event["headers"]["host"] == host
    assert "Route53" in event["headers"]["user-agent"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"statusCode": 200}, Seen(True, "HTTP Status Code 200")),
        ({"statusCode": 302}, Seen(True, "HTTP Status Code 302")),
        ({"statusCode": 503, "body": "not readable\n"}, Seen(False, "HTTP Status Code 503")),
        ({"statusCode": 404}, Seen(False, "HTTP Status Code 404")),
        ("text alone", Seen(True, "HTTP Status Code 200")),
        ([1], Seen(True, "HTTP Status Code 200")),
        (RuntimeError("died"), Seen(False, "HTTP Status Code 502")),
    ],
)
def test_a_functions_answer_is_a_status(cloud: Cloud, answer: Any, expected: Seen) -> None:
    assert ask(cloud, Functions(answer), url(cloud, function(cloud))) == expected


@pytest.mark.parametrize(("seconds", "succeeded"), [(ANSWER_SECONDS, True), (ANSWER_SECONDS + 0.1, False)])
def test_a_function_that_takes_longer_than_a_checker_waits_has_failed(
    cloud: Cloud, seconds: float, succeeded: bool
) -> None:
    seen = ask(cloud, Functions(takes_seconds=seconds), url(cloud, function(cloud)))
    assert seen.succeeded is succeeded


@pytest.mark.parametrize(
    ("body", "encoded", "succeeded"),
    [
        ("it is readable", False, True),
        ("it is not", False, False),
        ("x" * 5112 + "readable", False, True),
        ("x" * 5113 + "readable", False, False),
        (base64.b64encode(b"readable").decode(), True, True),
    ],
)
def test_the_searched_string_is_in_the_answers_beginning(
    cloud: Cloud, body: str, encoded: bool, succeeded: bool
) -> None:
    answer = {"statusCode": 200, "body": body, "isBase64Encoded": encoded}
    host = url(cloud, function(cloud))
    seen = ask(cloud, Functions(answer), host, Type="HTTPS_STR_MATCH", SearchString="readable")
    assert seen.succeeded is succeeded


def test_a_url_without_both_permissions_is_forbidden(cloud: Cloud) -> None:
    functions, arn = Functions(), function(cloud)
    host = url(cloud, arn, public=False)
    assert ask(cloud, functions, host) == (False, "HTTP Status Code 403")
    permit(cloud, arn, "lambda:InvokeFunctionUrl", "*", FunctionUrlAuthType="NONE")
    assert ask(cloud, functions, host) == (False, "HTTP Status Code 403")
    assert functions.asked == [], "nobody who may not reaches the function"
    permit(cloud, arn, "lambda:InvokeFunction", "*", InvokedViaFunctionUrl=True)
    assert ask(cloud, functions, host).succeeded


def test_a_url_that_wants_signatures_or_is_not_there_is_forbidden(cloud: Cloud) -> None:
    host = url(cloud, function(cloud), auth="AWS_IAM")
    assert ask(cloud, Functions(), host).text == "HTTP Status Code 403"
    assert ask(cloud, Functions(), "abc.lambda-url.eu-west-1.on.aws").text == "HTTP Status Code 403"


def test_a_function_url_is_not_served_without_tls(cloud: Cloud) -> None:
    seen = ask(cloud, Functions(), url(cloud, function(cloud)), Type="HTTP", Port=80)
    assert not seen.succeeded
    assert "HTTPS" in seen.text


class Answers(BaseHTTPRequestHandler):
    """Answers `/<status>` with that status, and with the Host header it was sent."""

    def do_GET(self) -> None:
        if self.path == "/silence":
            self.server.quiet.wait(10)  # type: ignore[attr-defined]
            return
        body = (self.headers["Host"] + " " + self.path + "x" * 6000).encode()
        self.send_response(int(self.path[1:4]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the base class
        pass


@pytest.fixture
def served() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.quiet = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.quiet.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def see(**config: Any) -> Seen:
    checks = EndpointChecks(Clients("http://127.0.0.1:1"), Functions().invoke)
    return checks.ask({"Type": "HTTP", "FullyQualifiedDomainName": "localhost"} | config)


@pytest.mark.parametrize(
    ("path", "succeeded"), [("/200", True), ("/301", True), ("/404", False), ("/503", False)]
)
def test_a_server_on_this_machine_is_really_asked(
    served: ThreadingHTTPServer, path: str, succeeded: bool
) -> None:
    seen = see(Port=served.server_port, ResourcePath=path)
    assert seen == (succeeded, f"HTTP Status Code {path[1:]}")


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({"IPAddress": "127.0.0.1", "FullyQualifiedDomainName": "assets.test"}, "assets.test:{port} /200"),
        ({"ResourcePath": "200?a=b"}, "localhost:{port} /200?a=b"),
        ({"IPAddress": "127.0.0.1", "FullyQualifiedDomainName": None}, "127.0.0.1:{port} /200"),
    ],
)
def test_the_host_header_is_the_name_with_its_port_and_the_path_begins_with_a_slash(
    served: ThreadingHTTPServer, config: dict[str, Any], wanted: str
) -> None:
    told: dict[str, Any] = {"Type": "HTTP_STR_MATCH", "Port": served.server_port, "ResourcePath": "/200"}
    searched = {"SearchString": wanted.format(port=served.server_port)}
    assert see(**told | searched | config).succeeded
    assert not see(**told | {"SearchString": "else"} | config).succeeded


def test_a_server_that_is_silent_or_gone_has_failed(served: ThreadingHTTPServer) -> None:
    seen = see(Port=served.server_port, ResourcePath="/silence")
    assert not seen.succeeded
    assert f"127.0.0.1:{served.server_port}" in seen.text or "localhost" in seen.text
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert not see(Port=port).succeeded
    assert not see(Port=port, Type="TCP").succeeded


def test_a_tcp_check_needs_a_connection_and_no_answer() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        assert see(Type="TCP", Port=listening.getsockname()[1]).succeeded


def test_what_speaks_no_http_has_failed() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"\x00\x01 nonsense\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert not see(Port=listening.getsockname()[1]).succeeded
        thread.join()


def test_any_certificate_will_do(served: ThreadingHTTPServer, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    served.socket = context.wrap_socket(served.socket, server_side=True)
    assert see(Type="HTTPS", Port=served.server_port, ResourcePath="/200").succeeded


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "both.pem").write_bytes(private + made.public_bytes(pem))
    return folder / "both.pem"


@pytest.mark.parametrize(
    ("endpoint", "asked"),
    [
        ({"IPAddress": "127.0.0.1"}, True),
        ({"IPAddress": "127.9.9.9", "FullyQualifiedDomainName": "x.test"}, True),
        ({"IPAddress": "::1"}, True),
        ({"IPAddress": "192.0.2.1"}, False),
        ({"FullyQualifiedDomainName": "localhost"}, True),
        ({"FullyQualifiedDomainName": "abc.lambda-url.eu-west-1.on.aws"}, True),
        ({"FullyQualifiedDomainName": "assets.example.com"}, False),
        ({"FullyQualifiedDomainName": "a.s3.eu-west-1.amazonaws.com"}, False),
    ],
)
def test_only_what_is_here_is_asked(endpoint: dict[str, Any], asked: bool) -> None:
    reason = why_not(HTTPS | endpoint)
    assert (reason is None) is asked
    if reason is not None:
        assert next(iter(endpoint.values())) in reason
        assert "secret" not in reason
