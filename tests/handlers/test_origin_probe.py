"""The probe: what it reports and answers when its bucket can be read, and when it cannot."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber

from asset_edge.handlers.regional.origin_probe import (
    CONNECT_TIMEOUT_SECONDS,
    LONGEST_ANSWER_AGE_SECONDS,
    READ_TIMEOUT_SECONDS,
    Probe,
    client,
    handler,
    probe_for,
)

SECRET = "q7Zk_9-secret-path"
ENVIRONMENT = {
    "PROBE_BUCKET": "assets-eu-west-1",
    "PROBE_KEY": "probe.txt",
    "PROBE_REGION": "eu-west-1",
    "PROBE_NAMESPACE": "AssetEdge/origin.example.test",
    "PROBE_METRIC": "OriginReadable",
    "PROBE_PATH_SECRET": SECRET,
}
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}

Json = Any


class Aws:
    """S3 and CloudWatch as a test wants them, counting what is asked of them."""

    def __init__(self, found: Callable[[], Json]) -> None:
        self.found = found
        self.reads: list[Json] = []
        self.metrics: list[Json] = []
        self.now = 50.0

    def get_object(self, **parameters: str) -> Json:
        self.reads.append(parameters)
        return self.found()

    def put_metric_data(self, **parameters: Json) -> None:
        self.metrics.append(parameters)

    def probe(self, **environment: str) -> Probe:
        return Probe(ENVIRONMENT | environment, lambda: self, lambda: self, lambda: self.now)


def readable() -> Json:
    return {"Body": io.BytesIO(b"eu-west-1\n")}


def denied() -> Json:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")


def timed_out() -> Json:
    raise ReadTimeoutError(endpoint_url="https://assets-eu-west-1.s3.eu-west-1.amazonaws.com")


def breaking_off() -> Json:
    class Body:
        def read(self) -> bytes:
            raise OSError("connection reset")

    return {"Body": Body()}


UNREADABLE = {"denied": denied, "timed out": timed_out, "breaking off": breaking_off, "odd": dict}


def request(path: str) -> Json:
    return {"version": "2.0", "rawPath": path, "requestContext": {"http": {"method": "GET", "path": path}}}


def value(metric: Json) -> Json:
    return metric["MetricData"][0]["Value"]


def test_a_readable_object_is_reported_as_1() -> None:
    aws = Aws(readable)
    assert aws.probe().answer(SCHEDULED) == {"healthy": True}
    assert aws.reads == [{"Bucket": "assets-eu-west-1", "Key": "probe.txt"}]
    assert aws.metrics == [
        {
            "Namespace": "AssetEdge/origin.example.test",
            "MetricData": [
                {
                    "MetricName": "OriginReadable",
                    "Dimensions": [{"Name": "Region", "Value": "eu-west-1"}],
                    "Value": 1,
                    "Unit": "None",
                }
            ],
        }
    ]


@pytest.mark.parametrize("found", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_whatever_stands_against_reading_is_reported_as_0(
    found: Callable[[], Json], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = Aws(found)
    assert aws.probe().answer(SCHEDULED) == {"healthy": False}
    assert [value(metric) for metric in aws.metrics] == [0]
    assert '"region": "eu-west-1"' in capsys.readouterr().out


def test_a_client_that_cannot_even_be_made_is_a_0_too() -> None:
    aws = Aws(readable)

    def no_client() -> Json:
        raise RuntimeError("no credentials")

    assert Probe(ENVIRONMENT, no_client, lambda: aws, lambda: 0.0).report() is False
    assert [value(metric) for metric in aws.metrics] == [0]


def test_a_metric_that_cannot_be_put_raises_so_that_the_data_is_missing() -> None:
    def no_cloudwatch() -> Json:
        raise ConnectionError("CloudWatch is away")

    with pytest.raises(ConnectionError):
        Probe(ENVIRONMENT, lambda: Aws(readable), no_cloudwatch).answer(SCHEDULED)


def test_each_report_reads_anew() -> None:
    aws = Aws(readable)
    probe = aws.probe()
    for _ in range(3):
        probe.report()
    assert len(aws.reads) == 3


@pytest.mark.parametrize(("found", "status"), [(readable, 200), (denied, 503), (timed_out, 503)])
def test_the_secret_path_says_whether_the_bucket_is_readable(found: Callable[[], Json], status: int) -> None:
    aws = Aws(found)
    answer = aws.probe().answer(request(f"/{SECRET}"))
    assert answer["statusCode"] == status
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["body"].strip() in {"readable", "not readable"}
    assert aws.metrics == []


@pytest.mark.parametrize(
    "path", ["/", "", "/favicon.ico", f"/{SECRET}x", f"/{SECRET[:-1]}", f"/{SECRET}/", "/ü"]
)
def test_any_other_path_finds_nothing_and_reads_nothing(path: str) -> None:
    aws = Aws(readable)
    assert aws.probe().answer(request(path))["statusCode"] == 404
    assert aws.reads == []


@pytest.mark.parametrize("path", ["/", "", "//"])
def test_without_a_secret_nothing_is_public(path: str) -> None:
    assert Aws(readable).probe(PROBE_PATH_SECRET="").answer(request(path))["statusCode"] == 404


def test_an_answer_comes_from_a_read_at_most_5_seconds_old() -> None:
    aws = Aws(readable)
    probe = aws.probe()
    statuses = []
    for seconds in (0.0, 4.0, 1.0, 0.1):
        aws.now += seconds
        statuses.append(probe.respond(f"/{SECRET}")["statusCode"])
        aws.found = denied
    assert statuses == [200, 200, 200, 503], "lost at once, told after 5 s"
    assert len(aws.reads) == 2
    assert LONGEST_ANSWER_AGE_SECONDS == 5.0


def test_the_real_clients_neither_wait_nor_try_again() -> None:
    for service in ("s3", "cloudwatch"):
        config = client(service, "eu-west-1").meta.config
        assert (config.connect_timeout, config.read_timeout) == (
            CONNECT_TIMEOUT_SECONDS,
            READ_TIMEOUT_SECONDS,
        )
        assert config.retries["total_max_attempts"] == 1
        assert config.region_name == "eu-west-1"
    assert CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS == 5


def test_aws_takes_what_is_asked() -> None:
    s3, cloudwatch = client("s3", "eu-west-1"), client("cloudwatch", "eu-west-1")
    with Stubber(s3) as bucket, Stubber(cloudwatch) as metrics:
        bucket.add_response("get_object", readable(), {"Bucket": "assets-eu-west-1", "Key": "probe.txt"})
        metrics.add_response("put_metric_data", {})
        assert Probe(ENVIRONMENT, lambda: s3, lambda: cloudwatch).report() is True
        bucket.assert_no_pending_responses()
        metrics.assert_no_pending_responses()


def test_the_real_probe_makes_its_clients_at_their_first_use() -> None:
    probe = probe_for({"PROBE_REGION": "eu-west-1", "PROBE_PATH_SECRET": SECRET})
    assert probe.answer(request("/wrong"))["statusCode"] == 404


def test_the_handler_wants_its_environment() -> None:
    with pytest.raises(KeyError, match="PROBE_REGION"):
        handler(SCHEDULED, None)
