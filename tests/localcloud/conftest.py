"""A local cloud of its own for every test that asks for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from asset_edge.localcloud.clients import Clients, dummy_environment
from asset_edge.localcloud.front import AwsEndpoint, Front
from asset_edge.localcloud.table import ROWS


@dataclass(frozen=True)
class Cloud:
    """The front behind its endpoint, and clients of it."""

    front: Front
    clients: Clients

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return self.clients.get(service, region)

    def create(self, resource_type: str, **inputs: Any) -> Any:
        """What the row of that type gives for these inputs: id and outputs."""
        given = {"region": "us-east-1", **inputs}
        return ROWS[resource_type].create(given, self.clients)

    def bucket(self, name: str = "a-bucket", region: str = "us-east-1") -> str:
        self.create("aws:s3/bucket:Bucket", bucket=name, region=region)
        return name


@contextmanager
def local_cloud() -> Iterator[Cloud]:
    with dummy_environment():
        front = Front()
        endpoint = AwsEndpoint(front, "127.0.0.1")
        clients = Clients(endpoint.url)
        try:
            yield Cloud(front, clients)
        finally:
            clients.close()
            endpoint.close()
            front.close()


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with local_cloud() as made:
        yield made
