"""Certificates that clients of AWS believe, once they trust the local CA and nobody else."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from asset_edge.localcloud.authority import Authority

NAME = "one.s3.eu-west-1.amazonaws.com"


def strict(ca_file: Path) -> ssl.SSLContext:
    """As Python 3.13 checks by default."""
    context = ssl.create_default_context(cafile=ca_file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> str | None:
    """The TLS version that both agree on; raises what the client finds wrong."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(ours, server_side=True):
                pass
        except OSError:
            ours.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(theirs, server_hostname=name) as secure:
            return secure.version()
    finally:
        theirs.close()
        thread.join()
        ours.close()


@pytest.mark.parametrize(
    "name", [NAME, "with.dots.s3.eu-west-1.amazonaws.com", "monitoring.us-east-1.amazonaws.com"]
)
def test_a_client_that_trusts_the_ca_believes_every_name(tmp_path: Path, name: str) -> None:
    authority = Authority(tmp_path)
    assert shake_hands(authority.context(name), strict(authority.file), name) == "TLSv1.3"


def test_a_name_is_believed_for_itself_only(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
        shake_hands(authority.context(NAME), strict(authority.file), "two.s3.eu-west-1.amazonaws.com")


def test_nobody_else_believes_it(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(authority.context(NAME), ssl.create_default_context(), NAME)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(authority.context(NAME), strict(Authority(other).file), NAME)


def test_old_tls_is_not_spoken(tmp_path: Path) -> None:
    context = Authority(tmp_path).context(NAME)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_certificate_of_another_month_does_not_hold(tmp_path: Path) -> None:
    authority = Authority(tmp_path, datetime.now(UTC) - timedelta(days=60))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        shake_hands(authority.context(NAME), strict(authority.file), NAME)


def test_no_key_is_left_in_a_file(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.context(NAME)
    assert [path.name for path in tmp_path.iterdir()] == ["ca.pem"]
    assert b"PRIVATE" not in authority.file.read_bytes()


def test_a_name_is_certified_once(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    assert authority.context(NAME) is authority.context(NAME)


def test_the_ca_signs_hosts_and_no_further_ca(tmp_path: Path) -> None:
    certificate = x509.load_pem_x509_certificate(Authority(tmp_path).file.read_bytes())
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
