"""What leaves for an origin: nothing that S3 must not see, and a signature that S3 takes."""

import calendar
import time
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from asset_edge.emulator import rules
from asset_edge.handlers.edge.events import Request, header, request_of
from asset_edge.handlers.edge.origins import as_configured, rewritten
from asset_edge.handlers.edge.paths import path_of
from asset_edge.handlers.edge.sigv4 import Credentials
from tests.handlers import golden

EU, US = golden.CONFIG.buckets
CREDENTIALS = Credentials("AKIDEXAMPLE", "secret", "session")
REQUEST_ID = "4TGzsSp6-BxOUz6fEXAMPLE=="
NOW = 1_795_348_800.0


def golden_request(name: str = "s3", **headers: str) -> Request:
    request = request_of(golden.event(f"origin-request.{name}"))
    request["headers"] |= {name.replace("_", "-"): [{"value": value}] for name, value in headers.items()}
    return request


def sent(path: str = "/space/asset/random/cat.jpg", name: str = "s3") -> Any:
    return rewritten(golden_request(name), path, US, CREDENTIALS, request_id=REQUEST_ID, epoch_seconds=NOW)


def test_the_declared_origin_gets_the_path_and_no_query_string() -> None:
    request = as_configured({**golden_request(), "querystring": "w=10&token=x"}, "/a%20b")
    assert (request["uri"], request["querystring"]) == ("/a%20b", "")
    assert request["origin"] == golden_request()["origin"]


DROPPED = {
    "authorization": "Bearer abc",
    "x_amz_security_token": "stolen",
    "x_amz_meta_x": "1",
    "x_amz_date": "20261122T000000Z",
    "x_asset_edge_region": "us-east-1",
    "x_origin_role": "replica",
}


@pytest.mark.parametrize("name", DROPPED)
def test_what_a_viewer_could_confuse_s3_or_us_with_is_dropped(name: str) -> None:
    request = golden_request(**{name: DROPPED[name]})
    assert header(request, name.replace("_", "-")) is not None
    assert as_configured(request, "/a")["headers"] == golden_request()["headers"]


KEPT = ["accept-encoding", "if-none-match", "range", "user-agent", "via", "x-forwarded-for"]


@pytest.mark.parametrize("name", KEPT)
def test_everything_else_goes_on_as_it_came(name: str) -> None:
    before = golden_request("viewer-headers")
    assert header(before, name)
    assert sent(name="viewer-headers")["headers"][name] == before["headers"][name]


def test_the_host_that_an_earlier_run_left_gives_way_to_the_declared_buckets() -> None:
    request = golden_request("s3-replica", host=EU.domain_name)
    assert header(as_configured(request, "/a"), "host") == US.domain_name


def test_a_custom_origin_keeps_its_host() -> None:
    assert header(as_configured(golden_request("custom"), "/a"), "host") == "example.org"


def test_a_request_without_an_origin_stays_without() -> None:
    request = golden_request()
    del request["origin"]
    assert "origin" not in as_configured(request, "/a")
    assert header(as_configured(request, "/a"), "host") == EU.domain_name


def test_the_chosen_bucket_becomes_a_custom_origin_with_short_timeouts() -> None:
    assert sent()["origin"] == {
        "custom": {
            "customHeaders": {"x-origin-role": [{"key": "X-Origin-Role", "value": "primary"}]},
            "domainName": US.domain_name,
            "keepaliveTimeout": 5,
            "path": "",
            "port": 443,
            "protocol": "https",
            "readTimeout": 5,
            "sslProtocols": ["TLSv1.2"],
        }
    }


def test_host_and_noted_region_are_the_chosen_buckets() -> None:
    assert header(sent(), "host") == US.domain_name
    assert header(sent(), "x-asset-edge-region") == US.region


KEYS = ["a b.jpg", "1+1.png", "ü/日本.webp", "50%2F.gif", "a//b", "(x)'!*.jpg"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", ["s3", "viewer-headers"])
def test_s3_finds_the_signature_that_botocore_would_have_made(key: str, name: str) -> None:
    request = sent(path_of(key), name)
    expected = AWSRequest(
        request["method"],
        f"https://{header(request, 'host')}{request['uri']}",
        headers={"x-amz-cf-id": REQUEST_ID},
    )
    signer = S3SigV4Auth(BotocoreCredentials("AKIDEXAMPLE", "secret", "session"), "s3", US.region)
    amz_date = header(request, "x-amz-date") or ""
    expected.context["timestamp"] = expected.headers["X-Amz-Date"] = amz_date
    expected.headers["X-Amz-Security-Token"] = "session"
    expected.headers["X-Amz-Content-SHA256"] = signer.payload(expected)
    to_sign = signer.string_to_sign(expected, signer.canonical_request(expected))
    authorization = header(request, "authorization") or ""
    assert authorization.endswith(f"Signature={signer.signature(to_sign, expected)}")
    names = "host;x-amz-cf-id;x-amz-content-sha256;x-amz-date;x-amz-security-token"
    assert f"SignedHeaders={names}," in authorization


def test_the_signature_is_of_the_given_time() -> None:
    stamp = header(sent(), "x-amz-date") or ""
    assert calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ")) == NOW


def test_the_request_id_is_signed_but_not_sent_because_cloudfront_adds_it() -> None:
    assert "x-amz-cf-id" in (header(sent(), "authorization") or "")
    assert "x-amz-cf-id" not in sent()["headers"]


def test_without_a_request_id_nothing_is_signed_for_it() -> None:
    request = rewritten(golden_request(), "/a", US, CREDENTIALS, request_id=None, epoch_seconds=NOW)
    assert "x-amz-cf-id" not in (header(request, "authorization") or "x-amz-cf-id")


@pytest.mark.parametrize("name", ["s3", "s3-replica", "viewer-headers", "rerun-after-rewrite"])
def test_cloudfront_takes_both_kinds_of_request(name: str) -> None:
    event = golden.event(f"origin-request.{name}")
    configured = as_configured(request_of(event), "/a")
    rules.check_answer(event, configured)
    rules.check_answer(
        event, rewritten(request_of(event), "/a", EU, CREDENTIALS, request_id=REQUEST_ID, epoch_seconds=NOW)
    )
