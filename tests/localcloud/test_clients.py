"""Nothing of the user's own reaches the local cloud, and nothing of ours stays."""

import os
from collections.abc import Iterator

import pytest

from asset_edge.localcloud.clients import Clients, dummy_environment

OWN = {"AWS_PROFILE": "my-company", "AWS_SECRET_ACCESS_KEY": "my-secret", "AWS_ENDPOINT_URL": "http://mine"}


@pytest.fixture
def users_environment() -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(OWN)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("users_environment")
def test_the_users_settings_are_away_for_a_while_and_come_back() -> None:
    with dummy_environment():
        told = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL"} & told.keys()
        assert told["AWS_SECRET_ACCESS_KEY"] == "local-cloud"
        assert told["AWS_CONFIG_FILE"] == os.devnull
        os.environ["AWS_ADDED"] = "by something"
    assert {name: os.environ.get(name) for name in OWN} == OWN
    assert "AWS_ADDED" not in os.environ
    assert "AWS_CONFIG_FILE" not in os.environ


@pytest.mark.usefixtures("users_environment")
def test_they_come_back_after_an_error_too() -> None:
    def fails() -> None:
        with dummy_environment():
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert os.environ["AWS_PROFILE"] == "my-company"


def test_a_client_is_made_once_for_a_service_and_region() -> None:
    clients = Clients("http://127.0.0.1:1")
    assert clients.get("s3") is clients.get("s3", "us-east-1")
    assert clients.get("s3", "eu-west-1") is not clients.get("s3")
    assert clients.get("s3", "eu-west-1").meta.region_name == "eu-west-1"
    assert clients.get("s3").meta.endpoint_url == "http://127.0.0.1:1"
    clients.close()
