"""AWS as functions reach it: boto3 over real TLS, under AWS's own names, on a loopback port."""

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, SSLError

from asset_edge.emulator.faults import Faults, Kind
from asset_edge.emulator.identities import Credentials, Identities
from asset_edge.emulator.s3 import S3
from asset_edge.localcloud import bucket_access
from asset_edge.localcloud.clients import ACCOUNT_ID
from asset_edge.localcloud.tls_endpoint import TlsEndpoint
from tests.localcloud.conftest import Cloud
from tests.localcloud.tunnel import tunnel

OWNER = Credentials("AKIALOCALCLOUDEXAMPL", "local-cloud", "local-cloud")
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
REGION = "eu-west-1"
HOST = f"a-bucket.s3.{REGION}.amazonaws.com"


@dataclass
class World:
    """An endpoint over a cloud with one bucket and one role, and clients whose names all lead to it."""

    cloud: Cloud
    endpoint: TlsEndpoint
    faults: Faults
    identities: Identities
    role: str
    way: str
    """The proxy that leads every name to the endpoint, as a worker's network does."""

    opened: list[Any] = field(default_factory=list)

    def client(self, service: str, as_: Credentials = OWNER, **options: Any) -> Any:
        config = Config(
            retries={"total_max_attempts": 1},
            proxies={"https": self.way},
            **{"connect_timeout": 2, "read_timeout": 2, **options},
        )
        make: Callable[..., Any] = boto3.client
        made = make(
            service,
            region_name=REGION,
            aws_access_key_id=as_.access_key_id,
            aws_secret_access_key=as_.secret_access_key,
            aws_session_token=as_.session_token,
            verify=str(self.endpoint.ca_file),
            config=config,
        )
        self.opened.append(made)
        return made

    def may(self, *actions: str) -> None:
        statement = {
            "Effect": "Allow",
            "Action": list(actions),
            "Resource": ["arn:aws:s3:::a-bucket", "arn:aws:s3:::a-bucket/*"],
        }
        self.cloud.client("iam").put_role_policy(
            RoleName="reader",
            PolicyName="reads",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def reader(self, **options: Any) -> Any:
        return self.client("s3", self.identities.credentials(self.role), **options)

    @contextmanager
    def connection(self, host: str = HOST) -> Iterator[http.client.HTTPSConnection]:
        trusting = ssl.create_default_context(cafile=self.endpoint.ca_file)
        made = http.client.HTTPSConnection(self.way.removeprefix("http://"), timeout=2, context=trusting)
        made.set_tunnel(host, 443)
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def world(cloud: Cloud) -> Iterator[World]:
    cloud.bucket(region=REGION)
    cloud.client("s3", REGION).put_object(Bucket="a-bucket", Key="a.png", Body=b"picture")
    role = cloud.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    identities, faults = Identities(OWNER, b"of this run"), Faults()
    s3 = S3(bucket_access.buckets(cloud.front, cloud.clients), identities, ACCOUNT_ID)
    endpoint = TlsEndpoint(cloud.front, s3, faults)
    with tunnel(endpoint.port) as way:
        made = World(cloud, endpoint, faults, identities, role, way)
        try:
            yield made
        finally:
            for client in made.opened:
                client.close()
            endpoint.close()


def read(client: Any, key: str = "a.png") -> bytes:
    body: bytes = client.get_object(Bucket="a-bucket", Key=key)["Body"].read()
    return body


def refused(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(ClientError) as refusal:
        call()
    answer = refusal.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], str(answer["Error"]["Code"])


@pytest.mark.parametrize("style", ["virtual", "path"])
def test_a_role_reads_what_its_policy_allows(world: World, style: str) -> None:
    world.may("s3:GetObject")
    reader = world.reader(s3={"addressing_style": style})
    assert read(reader) == b"picture"
    assert reader.head_object(Bucket="a-bucket", Key="a.png")["ContentLength"] == 7


def test_a_role_is_refused_what_its_policy_does_not_allow(world: World) -> None:
    reader = world.reader()
    assert refused(lambda: read(reader)) == (403, "AccessDenied")
    world.may("s3:GetObject")
    assert read(reader) == b"picture"
    assert refused(lambda: read(reader, "absent")) == (403, "AccessDenied")
    assert refused(lambda: reader.put_object(Bucket="a-bucket", Key="b", Body=b"x")) == (403, "AccessDenied")
    world.may("s3:GetObject", "s3:ListBucket")
    assert refused(lambda: read(reader, "absent")) == (404, "NoSuchKey")


def test_a_signature_that_is_none_of_ours_is_refused(world: World) -> None:
    stranger = Identities(OWNER, b"another run").credentials(world.role)
    assert refused(lambda: read(world.client("s3", stranger))) == (403, "InvalidAccessKeyId")
    made = world.identities.credentials(world.role)
    forged = Credentials(made.access_key_id, "guessed", made.session_token)
    assert refused(lambda: read(world.client("s3", forged))) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("key", ["a b.png", "é/ñ", "a+b", "100%", "two//slashes", "q?x#y&z=1"])
def test_a_key_is_written_and_read_whatever_is_in_it(world: World, key: str) -> None:
    owner = world.client("s3")
    owner.put_object(Bucket="a-bucket", Key=key, Body=key.encode(), ContentType="text/plain")
    found = owner.get_object(Bucket="a-bucket", Key=key)
    assert (found["Body"].read(), found["ContentType"]) == (key.encode(), "text/plain")
    assert "ContentEncoding" not in found, "how it was sent is no property of the object"
    owner.delete_object(Bucket="a-bucket", Key=key)


def test_a_path_that_begins_with_two_slashes_is_kept(world: World) -> None:
    owner = world.client("s3")
    owner.put_object(Bucket="a-bucket", Key="/slash", Body=b"kept")
    assert read(owner, "/slash") == b"kept"
    assert refused(lambda: read(owner, "slash")) == (404, "NoSuchKey")


def test_a_write_through_it_is_told_like_any_other(world: World) -> None:
    told: list[Any] = []
    end = world.cloud.front.on_s3_write(told.append)
    world.client("s3").put_object(Bucket="a-bucket", Key="b", Body=b"x")
    end()
    assert [(write.region, write.bucket, write.key) for write in told] == [(REGION, "a-bucket", "b")]


def test_other_services_are_the_fronts(world: World) -> None:
    world.client("cloudwatch").put_metric_data(
        Namespace="AssetEdge", MetricData=[{"MetricName": "Healthy", "Value": 1.0}]
    )
    found = world.cloud.client("cloudwatch", REGION).list_metrics(Namespace="AssetEdge")["Metrics"]
    assert [metric["MetricName"] for metric in found] == ["Healthy"]
    assert world.client("dynamodb").list_tables()["TableNames"] == []


def test_a_presigned_address_is_good_for_anybody(world: World) -> None:
    url = world.client("s3", signature_version="s3v4").generate_presigned_url(
        "get_object", Params={"Bucket": "a-bucket", "Key": "a.png"}, ExpiresIn=60
    )
    host, _, target = url.removeprefix("https://").partition("/")
    with world.connection(host) as connection:
        connection.request("GET", f"/{target}")
        assert connection.getresponse().read() == b"picture"


def test_who_does_not_sign_is_refused(world: World) -> None:
    with world.connection() as connection:
        connection.request("GET", "/a.png")
        response = connection.getresponse()
        assert (response.status, b"AccessDenied" in response.read()) == (403, True)


def test_a_head_keeps_the_length_and_has_no_body(world: World) -> None:
    url = world.client("s3", signature_version="s3v4").generate_presigned_url(
        "head_object", Params={"Bucket": "a-bucket", "Key": "a.png"}
    )
    host, _, target = url.removeprefix("https://").partition("/")
    with world.connection(host) as connection:
        connection.request("HEAD", f"/{target}")
        response = connection.getresponse()
        assert (response.status, response.headers["Content-Length"], response.read()) == (200, "7", b"")


@pytest.mark.parametrize(("kind", "status"), [(Kind.forbidden, 403), (Kind.unavailable, 503)])
def test_a_region_that_answers_errors_answers_them_here_too(world: World, kind: Kind, status: int) -> None:
    world.faults.set(REGION, str(kind))
    owner = world.client("s3")
    assert refused(lambda: read(owner))[0] == status
    world.faults.clear(REGION)
    assert read(owner) == b"picture"


def test_a_region_that_refuses_drops_the_handshake(world: World) -> None:
    world.faults.set(REGION, "refuse")
    with pytest.raises(BotoCoreError):
        read(world.client("s3"))
    world.faults.clear(REGION)
    assert read(world.client("s3")) == b"picture"


@pytest.mark.parametrize("kind", ["hang", "black-hole"])
def test_a_silent_region_is_silent_until_the_client_gives_up(world: World, kind: str) -> None:
    world.faults.set(REGION, kind)
    with pytest.raises(BotoCoreError, match=r"(?i)time"):
        read(world.client("s3", connect_timeout=0.2, read_timeout=0.2))
    until(lambda: connections(world.endpoint) == 0)
    world.faults.clear(REGION)
    assert read(world.client("s3")) == b"picture"


@pytest.mark.parametrize("kind", ["refuse", "hang", "black-hole"])
def test_a_connection_that_is_open_already_breaks_too(world: World, kind: str) -> None:
    owner = world.client("s3", read_timeout=0.2)
    assert read(owner) == b"picture"
    world.faults.set(REGION, kind)
    with pytest.raises(BotoCoreError):
        read(owner)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_broken_region_breaks_no_other_and_no_other_service(world: World, kind: Kind) -> None:
    world.faults.set("us-east-1", str(kind))
    assert read(world.client("s3")) == b"picture"
    world.faults.set(REGION, str(kind))
    assert world.client("dynamodb").list_tables()["TableNames"] == []


@pytest.mark.parametrize("kind", list(Kind))
def test_the_endpoint_for_developers_knows_no_faults_and_asks_for_no_signature(
    world: World, kind: Kind
) -> None:
    world.faults.set(REGION, str(kind))
    assert read(world.cloud.client("s3", REGION)) == b"picture"


@pytest.mark.parametrize("name", ["www.example.test", "amazonaws.com.example.test", "localhost"])
def test_no_other_name_is_certified(world: World, name: str) -> None:
    trusting = ssl.create_default_context(cafile=world.endpoint.ca_file)
    with (
        socket.create_connection(("127.0.0.1", world.endpoint.port), timeout=2) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        trusting.wrap_socket(plain, server_hostname=name)


def test_nobody_who_does_not_trust_the_ca_talks_to_it(world: World) -> None:
    make: Callable[..., Any] = boto3.client
    config = Config(retries={"total_max_attempts": 1}, proxies={"https": world.way})
    stranger = make("s3", region_name=REGION, config=config)
    try:
        with pytest.raises(SSLError):
            read(stranger)
    finally:
        stranger.close()


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"\x00" * 2000]
)
def test_what_is_no_tls_ends_and_harms_nobody(world: World, sent: bytes) -> None:
    with (
        socket.create_connection(("127.0.0.1", world.endpoint.port), timeout=2) as plain,
        contextlib.suppress(OSError),  # the other side may have ended it before we have
    ):
        plain.sendall(sent)
        plain.shutdown(socket.SHUT_WR)
        while plain.recv(1000):
            pass
    assert read(world.client("s3")) == b"picture"


def test_a_slow_handshake_keeps_nobody_else_waiting(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.endpoint.port)):
        assert read(world.client("s3")) == b"picture"


@pytest.mark.parametrize("kind", [None, "hang", "black-hole"])
def test_closing_ends_what_hangs_and_leaves_nothing(cloud: Cloud, kind: str | None) -> None:
    cloud.bucket(region=REGION)
    identities, faults = Identities(OWNER, b""), Faults()
    endpoint = TlsEndpoint(
        cloud.front, S3(bucket_access.buckets(cloud.front, cloud.clients), identities, ACCOUNT_ID), faults
    )
    if kind:
        faults.set(REGION, kind)
    asking = threading.Thread(target=_ask, args=(endpoint,))
    asking.start()
    with socket.create_connection(("127.0.0.1", endpoint.port)):
        until(lambda: connections(endpoint) > 1 or not asking.is_alive())
        endpoint.close()
    asking.join(5)
    assert not asking.is_alive()
    assert connections(endpoint) == 0
    assert "aws-tls" not in [thread.name for thread in threading.enumerate()]
    assert not endpoint.ca_file.parent.exists()
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", endpoint.port))


def connections(endpoint: TlsEndpoint) -> int:
    return len(endpoint._server._open)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _ask(endpoint: TlsEndpoint) -> None:
    """One request that may never be answered."""
    trusting = ssl.create_default_context(cafile=endpoint.ca_file)
    try:
        with (
            socket.create_connection(("127.0.0.1", endpoint.port), timeout=10) as plain,
            trusting.wrap_socket(plain, server_hostname=HOST) as secure,
        ):
            secure.sendall(f"GET /a.png HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            while secure.recv(1000):
                pass
    except OSError:
        return
