"""Which bucket and region a host name means, and which region that of a function URL."""

import pytest

from asset_edge.emulator.endpoints import Endpoint, S3Host, bucket_endpoint, region_of_url, s3_host

HERE = "one.s3.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (HERE, Endpoint("one", "eu-west-1")),
        ("ONE.s3.EU-WEST-1.amazonaws.com", Endpoint("one", "eu-west-1")),
        ("a-b-c.s3.ap-southeast-2.amazonaws.com", Endpoint("a-b-c", "ap-southeast-2")),
        ("b.s3.us-gov-west-1.amazonaws.com", Endpoint("b", "us-gov-west-1")),
        ("one.s3.amazonaws.com", None),
        ("one.s3.eu-west-1.amazonaws.com.example.test", None),
        ("s3.eu-west-1.amazonaws.com", None),
        ("one.s3-website.eu-west-1.amazonaws.com", None),
        ("", None),
    ],
)
def test_which_bucket_a_host_name_means(name: str, expected: Endpoint | None) -> None:
    assert bucket_endpoint(name) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (HERE, S3Host("one", "eu-west-1")),
        (f"{HERE.upper()}:443", S3Host("one", "eu-west-1")),
        ("with.dots.s3.eu-west-1.amazonaws.com", S3Host("with.dots", "eu-west-1")),
        ("one.s3.dualstack.eu-west-1.amazonaws.com", S3Host("one", "eu-west-1")),
        ("one.s3-eu-west-1.amazonaws.com", S3Host("one", "eu-west-1")),
        ("one.s3.amazonaws.com", S3Host("one", None)),
        ("s3.eu-west-1.amazonaws.com", S3Host(None, "eu-west-1")),
        ("s3.dualstack.eu-west-1.amazonaws.com", S3Host(None, "eu-west-1")),
        ("s3.amazonaws.com", S3Host(None, None)),
        ("s3-website-eu-west-1.amazonaws.com", None),
        ("one.s3-website.eu-west-1.amazonaws.com", None),
        ("one.s3-accelerate.amazonaws.com", None),
        ("monitoring.eu-west-1.amazonaws.com", None),
        ("one.s3.eu-west-1.amazonaws.com.example.test", None),
        ("evil-s3.eu-west-1.amazonaws.com", None),
        ("localhost", None),
        ("", None),
    ],
)
def test_what_a_host_says_of_s3(host: str, expected: S3Host | None) -> None:
    assert s3_host(host) == expected


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("abc123.lambda-url.eu-west-1.on.aws", "eu-west-1"),
        ("abc123.lambda-url.us-east-1.on.aws", "us-east-1"),
        ("lambda-url.eu-west-1.on.aws", None),
        ("abc.lambda-url.eu-west-1.on.aws.example", None),
        ("my-images.lambda-url.us-gov-west-1.on.aws", "us-gov-west-1"),
        ("a.b.lambda-url.eu-west-1.on.aws", None),
        ("example.com", None),
    ],
)
def test_a_function_urls_host_names_its_region(host: str, region: str | None) -> None:
    assert region_of_url(host) == region
