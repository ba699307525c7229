"""`asset-edge asset` writes and shows what the registry says, in a table of the local cloud."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.test_main import Ended
from tests.localcloud.conftest import local_cloud
from tests.localcloud.lives_table import TABLE

KEY = "demo/a.png"


class Commands:
    """The commands on one table."""

    def __init__(self, endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._where = ["--table", "assets", "--region", "eu-west-1", "--endpoint-url", endpoint]
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ended:
        return Ended(["asset", *arguments, *self._where], self._capsys)

    def told(self, *arguments: str) -> Any:
        ended = self(*arguments, "--json")
        assert (ended.code, ended.err) == (0, "")
        return json.loads(ended.out)


@pytest.fixture
def asset(capsys: pytest.CaptureFixture[str]) -> Iterator[Commands]:
    with local_cloud() as cloud:
        cloud.create("aws:dynamodb/table:Table", **TABLE, region="eu-west-1")
        yield Commands(cloud.clients.endpoint, capsys)


def test_an_entry_is_put_shown_archived_and_restored(asset: Commands) -> None:
    said = {"key": KEY, "status": "published", "version": 1}
    assert asset.told("put", KEY) == said
    assert asset.told("show", KEY) == said
    assert asset.told("archive", KEY) == {**said, "status": "archived", "version": 2}
    assert asset.told("restore", KEY) == {**said, "version": 3}


def test_everything_that_can_be_said_can_be_put(asset: Commands) -> None:
    told = asset.told(
        "put",
        KEY,
        *("--country", "DE", "--country", "CA"),
        *("--library", "kids", "--language", "de", "--tag", "film:42"),
        *("--cache-rule", "long", "--content-type", "image/png", "--expires-at", "4000000000"),
    )
    assert told == {
        "key": KEY,
        "status": "published",
        "countries": ["CA", "DE"],
        "libraries": ["kids"],
        "languages": ["de"],
        "tags": ["film:42"],
        "cacheRule": "long",
        "contentType": "image/png",
        "expiresAt": 4_000_000_000,
        "version": 1,
    }


def test_a_person_reads_a_line_for_each_fact(asset: Commands) -> None:
    ended = asset("put", KEY, "--country", "DE", "--country", "CA", "--status", "embargoed")
    assert ended.out.splitlines() == [
        f"      key  {KEY}",
        "   status  embargoed",
        "countries  CA, DE",
        "  version  1",
    ]


def test_a_put_over_another_version_is_exit_1(asset: Commands) -> None:
    asset.told("put", KEY, "--expected-version", "0")
    ended = asset("put", KEY, "--expected-version", "0")
    assert (ended.code, ended.out) == (1, "")
    assert "written by somebody else meanwhile" in ended.err


@pytest.mark.parametrize("command", ["show", "archive", "restore"])
def test_what_is_not_there_is_exit_1(asset: Commands, command: str) -> None:
    ended = asset(command, "absent")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "asset-edge: 'absent' is not in table assets; name an asset that is, or put it\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--status", "live"], "status is 'live'"),
        (["--tag", "A"], "tags has 'A'"),
        (["--expires-at", "5", "--status", "draft"], "expires_at is set for an asset that is draft"),
    ],
)
def test_what_cannot_be_said_is_exit_1(asset: Commands, arguments: list[str], words: str) -> None:
    ended = asset("put", KEY, *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err


@pytest.mark.parametrize("command", ["put", "show", "archive", "restore"])
def test_a_path_in_the_place_of_a_key_is_exit_2(asset: Commands, command: str) -> None:
    ended = asset(command, f"/{KEY}")
    assert ended.code == 2
    assert "is a path" in ended.err


def test_a_table_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["asset", "show", KEY], capsys)
    assert ended.code == 2
    assert "--table" in ended.err


def test_another_table_is_told_to_be_none(asset: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    where = asset._where[2:]
    ended = Ended(["asset", "show", KEY, "--table", "other", *where], capsys)
    assert ended.code == 1
    assert "table other answered ResourceNotFoundException" in ended.err
