"""How this process speaks to the local cloud: dummy credentials, one endpoint, nothing of the user's own."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

from asset_edge.emulator.identities import Credentials

ACCOUNT_ID = "123456789012"
"""The account that moto gives everything to."""

DEFAULT_REGION = "us-east-1"

OWNER = Credentials("AKIALOCALCLOUDEXAMPL", "local-cloud", "local-cloud")
"""Who owns the account: this process, and functions that run in it."""

_ENVIRONMENT = {
    **OWNER.environment(),
    "AWS_DEFAULT_REGION": DEFAULT_REGION,
    "AWS_REGION": DEFAULT_REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextmanager
def dummy_environment() -> Iterator[None]:
    """For its length the process has the local cloud's credentials and none of the user's AWS settings.

    Edge functions run in this process and sign with what Lambda would give them in these variables.
    """
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    _replace(before.keys(), _ENVIRONMENT)
    try:
        yield
    finally:
        _replace([name for name in os.environ if name.startswith("AWS_")], before)


def _replace(gone: Any, new: Any) -> None:
    for name in list(gone):
        del os.environ[name]
    os.environ.update(new)


class Clients:
    """boto3 clients of the one endpoint, made when first asked for; may be used from several threads."""

    def __init__(self, endpoint: str, account_id: str = ACCOUNT_ID) -> None:
        self.endpoint = endpoint
        self.account_id = account_id
        self._session = boto3.session.Session(OWNER.access_key_id, OWNER.secret_access_key)
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, region: str = DEFAULT_REGION) -> Any:
        """The client of `service` in `region`."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._new(service, region)
            return self._clients[service, region]

    def close(self) -> None:
        """Closes every connection."""
        for client in self._clients.values():
            client.close()

    def _new(self, service: str, region: str) -> Any:
        config = Config(
            retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"}, read_timeout=30
        )
        client: Any = self._session.client  # the stubs know services by literal names only
        return client(service, region_name=region, endpoint_url=self.endpoint, config=config)
