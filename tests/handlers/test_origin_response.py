import json
from dataclasses import replace
from typing import Any

import pytest

from asset_edge.handlers.edge import log, origin_response
from asset_edge.handlers.edge.events import header, headers_of, request_of
from tests.handlers import golden

EU, US = golden.CONFIG.buckets


def event(
    status: str = "200",
    *,
    domain_name: str = EU.domain_name,
    kind: str = "custom",
    noted: str | None = None,
    headers: dict[str, str] | None = None,
) -> Any:
    base = golden.event("origin-response.200")
    record = base["Records"][0]["cf"]
    record["request"]["origin"] = {kind: {"domainName": domain_name, "customHeaders": {}}}
    del record["request"]["headers"]["x-asset-edge-region"]
    if noted:
        record["request"]["headers"]["x-asset-edge-region"] = [{"value": noted}]
    values = {name: [{"key": name, "value": value}] for name, value in (headers or {}).items()}
    record["response"] = {"status": status, "statusDescription": "", "headers": values}
    return base


def answer(event: Any) -> Any:
    return origin_response.answer(event, golden.CONFIG)


REGIONS = [
    ("the bucket that answered", event(domain_name=US.domain_name), "us-east-1"),
    ("the bucket rather than the note", event(domain_name=US.domain_name, noted="eu-west-1"), "us-east-1"),
    ("a declared s3 origin", event(domain_name=US.domain_name, kind="s3"), "us-east-1"),
    ("the note of another origin", event(domain_name="example.org", noted="eu-west-1"), "eu-west-1"),
    ("no region that is not ours", event(domain_name="example.org", noted="mars-1"), None),
    ("none for a strange origin", event(domain_name="example.org"), None),
]


@pytest.mark.parametrize(("given", "region"), [row[1:] for row in REGIONS], ids=[row[0] for row in REGIONS])
def test_the_region_is(given: Any, region: str | None) -> None:
    assert header(answer(given), "x-asset-edge-region") == region
    assert origin_response.region_of(request_of(given), golden.CONFIG) == region


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("x-amz-version-id", False),
        ("x-amz-server-side-encryption-aws-kms-key-id", False),
        ("x-amz-replication-status", False),
        ("x-amz-delete-marker", False),
        ("x-amz-expiration", False),
        ("x-amz-missing-meta", False),
        ("x-amz-meta-cache-tag", True),
        ("etag", True),
        ("via", True),
        ("transfer-encoding", True),
        ("content-type", True),
        ("x-amzn-trace-id", True),
    ],
)
def test_s3_keeps_its_bookkeeping_to_itself(name: str, kept: bool) -> None:
    assert (name in headers_of(answer(event(headers={name: "v"})))) == kept


STATUSES = [
    ("200", "custom", EU.domain_name, "200"),
    ("304", "custom", EU.domain_name, "304"),
    ("403", "custom", EU.domain_name, "502"),
    ("403", "s3", "unknown.s3.eu-west-1.amazonaws.com", "502"),
    ("403", "custom", "example.org", "403"),
    ("404", "custom", EU.domain_name, "404"),
    ("416", "custom", EU.domain_name, "416"),
    ("503", "s3", EU.domain_name, "503"),
]


@pytest.mark.parametrize(("status", "kind", "domain_name", "answered"), STATUSES)
def test_only_s3_refusing_us_changes_a_status(
    status: str, kind: str, domain_name: str, answered: str
) -> None:
    assert answer(event(status, kind=kind, domain_name=domain_name))["status"] == answered


@pytest.mark.parametrize(
    ("status", "cache_control"),
    [
        ("200", "max-age=9"),
        ("304", "max-age=9"),
        ("399", "max-age=9"),
        ("400", "no-store"),
        ("502", "no-store"),
    ],
)
def test_a_failure_is_kept_by_nobody(status: str, cache_control: str) -> None:
    answered = answer(event(status, headers={"cache-control": "max-age=9"}))
    assert header(answered, "cache-control") == cache_control


def test_s3_refusing_us_is_answered_without_its_document_and_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    described = {"content-type": "application/xml", "content-length": "243", "content-encoding": "gzip"}
    answered = answer(event("403", headers={**described, "transfer-encoding": "chunked"}))
    assert answered["body"] == ""
    assert set(answered["headers"]) == {"transfer-encoding", "x-asset-edge-region", "cache-control"}
    logged = json.loads(capsys.readouterr().out)
    assert (logged["level"], logged["message"]) == ("ERROR", "S3 refused us, answered 502")
    assert logged["region"] == "eu-west-1"


def test_a_response_keeps_the_body_that_the_function_never_saw() -> None:
    assert "body" not in answer(event("404"))


def test_the_buckets_are_those_of_the_configuration() -> None:
    alone = replace(golden.CONFIG, buckets=(US,))
    assert header(origin_response.answer(event(), alone), "x-asset-edge-region") is None


def test_without_its_configuration_the_entry_passes_the_response_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = golden.event("origin-response.403")
    assert origin_response.handler(given, None) is given["Records"][0]["cf"]["response"]
    assert json.loads(capsys.readouterr().out)["error"] == "ConfigError"


def test_an_event_without_a_response_gets_an_empty_object(capsys: pytest.CaptureFixture[str]) -> None:
    passed_on: Any = origin_response.shielded({"Records": []}, lambda: golden.CONFIG)
    assert passed_on == {}
    assert json.loads(capsys.readouterr().out)["message"] == "failed, passed the response on"


def test_a_failure_that_was_never_raised_is_logged_too(capsys: pytest.CaptureFixture[str]) -> None:
    log.failure(None, ValueError("secret"), "did nothing")
    assert json.loads(capsys.readouterr().out) == {
        "level": "ERROR",
        "message": "failed, did nothing",
        "eventType": None,
        "requestId": None,
        "error": "ValueError",
        "where": "unknown",
    }
