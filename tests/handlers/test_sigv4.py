"""Signatures, with botocore as the oracle."""

import calendar
import hashlib
import random
import time
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as BotocoreCredentials

from asset_edge.handlers.edge.paths import path_of
from asset_edge.handlers.edge.sigv4 import (
    EMPTY_PAYLOAD,
    UNSIGNED_PAYLOAD,
    Credentials,
    signed_headers,
)

PIECES = [
    "a",
    "B9",
    "photo.jpg",
    " ",
    "+",
    "%2F",
    "%",
    "ü",
    "日本",
    "🦊",
    "~",
    "(1)",
    "'",
    "&",
    "=",
    "*",
    "!",
    "@",
]
QUERIES = ["", "", "w=10", "b=2&a=1", "a=2&a=1&a", "x=%2F%20y&X=1", "prefix=%C3%BC&list-type=2"]
REGIONS = ["eu-west-1", "us-west-2", "ap-southeast-2"]
HEADERS: list[Mapping[str, str]] = [
    {},
    {"x-amz-cf-id": "4TGzsSp6-BxOUz=="},
    {"X-Amz-Cf-Id": "id", "range": "bytes=0-99"},
    {"x-amz-meta-note": "  two   blanks "},
]


class Case(NamedTuple):
    service: str
    region: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    session_token: str | None
    payload_hash: str
    secret: str


def generated(count: int) -> list[Case]:
    """The same requests on every run: a failure stays where it is."""
    chance = random.Random(20221)
    return [_case(chance) for _ in range(count)]


def _case(chance: random.Random) -> Case:
    service = chance.choice(["s3", "lambda"])
    key = "/".join(
        "".join(chance.choices(PIECES, k=chance.randint(1, 4))) for _ in range(chance.randint(1, 4))
    )
    return Case(
        service=service,
        region=chance.choice(REGIONS),
        method=chance.choice(["GET", "HEAD"]),
        path=path_of(key) + chance.choice(["", "", "//x", "%2F", "/"]),
        query=chance.choice(QUERIES),
        headers=chance.choice(HEADERS),
        session_token=chance.choice([None, "FwoGZXIvYXdzE" * 30 + "=="]),
        payload_hash=chance.choice([EMPTY_PAYLOAD, UNSIGNED_PAYLOAD]) if service == "s3" else EMPTY_PAYLOAD,
        secret=f"wJalrXUtnFEMI/K7MDENG+{chance.randrange(3)}",
    )


def botocores(case: Case) -> dict[str, str]:
    host = f"name.{case.service}.{case.region}.amazonaws.com"
    url = f"https://{host}{case.path}" + (f"?{case.query}" if case.query else "")
    request = AWSRequest(case.method, url, headers=dict(case.headers))
    signer = S3SigV4Auth if case.service == "s3" else SigV4Auth
    signs_payload = case.payload_hash == EMPTY_PAYLOAD
    request.context["client_config"] = Config(s3={"payload_signing_enabled": signs_payload})
    credentials = BotocoreCredentials("AKIDEXAMPLE", case.secret, case.session_token)
    signer(credentials, case.service, case.region).add_auth(request)
    given = {name.lower() for name in case.headers}
    return {name.lower(): value for name, value in request.headers.items() if name.lower() not in given}


def ours(case: Case, amz_date: str) -> dict[str, str]:
    return signed_headers(
        service=case.service,
        region=case.region,
        credentials=Credentials("AKIDEXAMPLE", case.secret, case.session_token),
        method=case.method,
        host=f"name.{case.service}.{case.region}.amazonaws.com",
        path=case.path,
        query=case.query,
        headers=case.headers,
        payload_hash=case.payload_hash,
        epoch_seconds=calendar.timegm(time.strptime(amz_date, "%Y%m%dT%H%M%SZ")),
    )


def test_300_generated_requests_are_signed_as_botocore_signs_them() -> None:
    for case in generated(300):
        expected = botocores(case)
        assert ours(case, expected["x-amz-date"]) == expected, case


def test_the_generated_requests_cover_what_is_hard() -> None:
    cases = generated(300)
    for hard in ("%20", "%2B", "%252F", "%2F", "%C3%BC", "%F0%9F", "//"):
        assert sum(hard in case.path for case in cases) > 10, hard
    for part in ("service", "method", "session_token", "payload_hash", "region"):
        assert len({getattr(case, part) for case in cases}) > 1, part


CASE = generated(1)[0]._replace(
    service="s3", method="GET", session_token="token", query="a=1&b=2", headers={}
)
NOW = "20261122T030405Z"


@pytest.mark.parametrize(
    "change",
    [
        {"method": "HEAD"},
        {"path": "/other"},
        {"query": "a=1&b=3"},
        {"headers": {"x-amz-cf-id": "other"}},
        {"region": "eu-central-1"},
        {"secret": "other"},
        {"session_token": "other"},
        {"payload_hash": UNSIGNED_PAYLOAD if CASE.payload_hash == EMPTY_PAYLOAD else EMPTY_PAYLOAD},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_signed_changes_the_signature(change: Mapping[str, object]) -> None:
    changed = CASE._replace(**change)  # type: ignore[arg-type]
    assert ours(changed, NOW)["authorization"] != ours(CASE, NOW)["authorization"]


def test_the_order_of_the_query_does_not() -> None:
    assert ours(CASE._replace(query="b=2&a=1"), NOW) == ours(CASE, NOW)


def test_a_signature_holds_for_its_second_and_its_key_for_its_day() -> None:
    dates = ("20261122T235959Z", "20261123T000000Z", "20261122T235959Z")
    first, next_day, again = (ours(CASE, date)["authorization"] for date in dates)
    assert first == again
    assert "/20261122/" in first
    assert "/20261123/" in next_day


def test_only_s3_is_told_the_payload_hash() -> None:
    assert ours(CASE, NOW)["x-amz-content-sha256"] == CASE.payload_hash
    assert "x-amz-content-sha256" not in ours(CASE._replace(service="lambda"), NOW)


def test_the_empty_payload_is_the_hash_of_nothing() -> None:
    assert hashlib.sha256().hexdigest() == EMPTY_PAYLOAD


def test_credentials_are_read_from_what_lambda_sets() -> None:
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    }
    found = Credentials.from_environment(environment)
    assert (found.access_key_id, found.secret_access_key, found.session_token) == (
        "AKIDEXAMPLE",
        "secret",
        "token",
    )


def test_a_user_has_no_session_token() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
    assert Credentials.from_environment(environment).session_token is None


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_a_missing_variable_is_named(missing: str) -> None:
    environment = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
    del environment[missing]
    with pytest.raises(KeyError, match=missing):
        Credentials.from_environment(environment)


def test_what_credentials_print_holds_no_secret() -> None:
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI", "FwoGZXIvYXdzE")
    for text in (repr(credentials), str(credentials), f"{credentials}"):
        assert "AKIDEXAMPLE" in text
        assert "wJalr" not in text
        assert "FwoGZ" not in text
