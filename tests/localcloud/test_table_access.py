"""DynamoDB as the edge reaches it: the registry's own client over real TLS, with a role, amid faults."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from asset_edge.emulator.dns import DnsServer
from asset_edge.emulator.faults import Faults, TableKind
from asset_edge.emulator.identities import Identities
from asset_edge.emulator.s3 import S3
from asset_edge.emulator.zones import Chooser
from asset_edge.handlers.edge.config import EdgeConfig, RegionalBucket, Registry, dumps
from asset_edge.handlers.edge.kept_alive import AskingError, KeptAlive
from asset_edge.handlers.edge.registry import MISSING, LyingRowError, Row, fetching
from asset_edge.localcloud import bucket_access
from asset_edge.localcloud.clients import ACCOUNT_ID, OWNER
from asset_edge.localcloud.table_access import TableAccess
from asset_edge.localcloud.tls_endpoint import TlsEndpoint
from asset_edge.registry import AssetRegistry, Entry
from tests.handlers.test_loading import ROOT
from tests.localcloud.conftest import Cloud
from tests.localcloud.lives import trust
from tests.localcloud.lives_table import TABLE

EU, US = "eu-west-1", "us-east-1"
KEY = "demo/a.png"
ARNS = [f"arn:aws:dynamodb:{region}:{ACCOUNT_ID}:table/assets" for region in (EU, US)]


class World:
    """A replicated table behind the endpoint, one entry in it, and a role that may read it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        cloud.create("aws:dynamodb/table:Table", **TABLE, region=EU, replicas=[{"regionName": US}])
        AssetRegistry("assets", cloud.client("dynamodb", EU)).put(Entry(key=KEY, countries=["DE"]))
        made = cloud.client("iam").create_role(
            RoleName="edge", AssumeRolePolicyDocument=trust("lambda.amazonaws.com")
        )
        self.role = made["Role"]["Arn"]
        self.may("dynamodb:GetItem", *ARNS)
        self.identities, self.faults = Identities(OWNER, b"of this run"), Faults()
        buckets = bucket_access.buckets(cloud.front, cloud.clients)
        access = TableAccess(self.identities, buckets.role_policies, ACCOUNT_ID)
        s3 = S3(buckets, self.identities, ACCOUNT_ID)
        self.endpoint = TlsEndpoint(cloud.front, s3, self.faults, tables=access)
        self.opened: list[KeptAlive] = []

    def may(self, action: str, *resources: str) -> None:
        statement = {"Effect": "Allow", "Action": action, "Resource": list(resources)}
        self.cloud.client("iam").put_role_policy(
            RoleName="edge",
            PolicyName="reads",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def reader(
        self,
        region: str = EU,
        *,
        host_region: str | None = None,
        environment: Mapping[str, str] | None = None,
        seconds: float = 10.0,
    ) -> Any:
        """What the edge fetches rows with, in one region."""
        connection = KeptAlive(
            f"dynamodb.{host_region or region}.amazonaws.com",
            lambda _host, _seconds: ["127.0.0.1"],
            connect_timeout_seconds=seconds,
            read_timeout_seconds=seconds,
            port=self.endpoint.port,
            trust=lambda: ssl.create_default_context(cafile=self.endpoint.ca_file),
        )
        self.opened.append(connection)
        credentials = environment or self.identities.credentials(self.role).environment()
        return fetching("assets", region, connection, credentials)

    def close(self) -> None:
        for connection in self.opened:
            connection.close()
        self.endpoint.close()


@pytest.fixture
def world(cloud: Cloud) -> Iterator[World]:
    made = World(cloud)
    try:
        yield made
    finally:
        made.close()


def failure(fetch: Any, key: str = KEY) -> str:
    with pytest.raises(AskingError) as refusal:
        fetch(key)
    return refusal.value.reason


@pytest.mark.parametrize("region", [EU, US])
def test_a_role_reads_the_replica_of_its_region(world: World, region: str) -> None:
    fetch = world.reader(region)
    for _ in range(2):
        row = fetch(KEY)
        assert isinstance(row, Row)
        assert (row.status, row.countries, row.version) == ("published", ("DE",), 1)
    assert fetch("absent") is MISSING


def test_each_region_answers_for_its_own_replica(world: World) -> None:
    world.cloud.front.tables.paused = lambda: True
    AssetRegistry("assets", world.cloud.client("dynamodb", US)).archive(KEY)
    assert (world.reader(EU)(KEY).status, world.reader(US)(KEY).status) == ("published", "archived")


def test_a_question_signed_for_another_region_is_refused(world: World) -> None:
    assert failure(world.reader(EU, host_region=US)) == "status"


@pytest.mark.parametrize(
    ("action", "resources"),
    [("dynamodb:Query", ARNS), ("dynamodb:GetItem", ARNS[1:]), ("s3:GetObject", ARNS)],
)
def test_a_role_that_may_not_read_does_not(world: World, action: str, resources: list[str]) -> None:
    world.may(action, *resources)
    assert failure(world.reader(EU)) == "status"


def test_whoever_guesses_a_secret_or_signs_nothing_is_refused(world: World) -> None:
    right = dict(world.identities.credentials(world.role).environment())
    for wrong in ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"):
        assert failure(world.reader(environment={**right, wrong: "guessed"})) == "status"
    world.reader()
    request = (
        f"POST / HTTP/1.1\r\nhost: dynamodb.{EU}.amazonaws.com\r\ncontent-length: 2\r\n"
        "x-amz-target: DynamoDB_20120810.ListTables\r\ncontent-type: application/x-amz-json-1.0\r\n\r\n{}"
    )
    with pytest.raises(AskingError, match="status"):
        world.opened[-1].ask(request.encode())


PROGRAM = """
import json, os, sys
sys.path[:0] = json.loads(sys.argv[1])
from asset_edge.emulator.worker_boot import network
network.install(sys.argv[2], int(sys.argv[3]), "127.0.0.1:1")
from handlers.edge import baked
from handlers.edge.registry import registry_for
registry = registry_for(baked.read(sys.argv[4]), os.environ)
for key in sys.argv[5:]:
    found = registry.look_up(key)
    print(getattr(found, "status", found), registry.failure)
"""
"""What a worker process does: its network first, then the function."""


def test_a_function_in_a_workers_network_asks_the_registry_by_its_real_name(world: World) -> None:
    settings = Registry(table="assets", regions=(US, EU))
    bucket = RegionalBucket(region=EU, bucket="b", domain_name="b.example.test", beacon="b.test")
    dns = DnsServer(list, Chooser(healthy=lambda _: True, pick=lambda _: 0))
    try:
        config = dumps(EdgeConfig(buckets=(bucket,), registry=settings, name_servers=(dns.address,)))
        places = [str(ROOT), str(ROOT / "platform"), *(path for path in sys.path if "site-packages" in path)]
        given = [json.dumps(places), dns.address, str(world.endpoint.port), config, KEY, "absent"]
        environment = {
            **world.identities.credentials(world.role).environment(),
            "AWS_REGION": "eu-central-1",
            "SSL_CERT_FILE": str(world.endpoint.ca_file),
        }
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", PROGRAM, *given],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        dns.close()
    assert ran.stdout == "published None\nNoRow('missing') None\n"


@pytest.mark.parametrize("target", ["dynamodb", f"dynamodb/{EU}"])
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (TableKind.refuse, "connection"),
        (TableKind.forbidden, "status"),
        (TableKind.unavailable, "status"),
        (TableKind.hang, "timeout"),
        (TableKind.black_hole, "timeout"),
        (TableKind.slow, "timeout"),
    ],
)
def test_a_broken_region_fails_as_it_is_told_to_and_mends(
    world: World, target: str, kind: TableKind, reason: str
) -> None:
    fetch = world.reader(seconds=0.3 if reason == "timeout" else 10)
    world.faults.set(target, str(kind))
    assert failure(fetch) == reason
    world.faults.clear(target)
    assert isinstance(world.reader()(KEY), Row)


def test_a_lying_region_says_what_no_edge_believes(world: World) -> None:
    world.faults.set("dynamodb", "lying")
    fetch = world.reader()
    with pytest.raises(LyingRowError):
        fetch(KEY)
    world.faults.clear("dynamodb")
    assert isinstance(fetch(KEY), Row)


@pytest.mark.parametrize("kind", list(TableKind))
def test_a_broken_table_breaks_no_other_region(world: World, kind: TableKind) -> None:
    world.faults.set(f"dynamodb/{US}", str(kind))
    assert isinstance(world.reader(EU)(KEY), Row)
    assert world.faults.of(US) is None, "S3 there is whole"


@pytest.mark.parametrize("kind", list(TableKind))
def test_the_endpoint_for_developers_knows_no_faults(world: World, kind: TableKind) -> None:
    world.faults.set("dynamodb", str(kind))
    found = AssetRegistry("assets", world.cloud.client("dynamodb", EU)).show(KEY)
    assert found is not None
    assert found.status == "published"
