"""Which conditions of a read S3 honours."""

from email.utils import formatdate, parsedate_to_datetime
from typing import Any

import pytest

from asset_edge.emulator.messages import OriginRequest, to_headers
from asset_edge.localcloud import conditional_reads
from tests.localcloud.conftest import Cloud

LONG_AGO = "Fri, 01 Jan 1999 00:00:00 GMT"
FAR_OFF = "Fri, 01 Jan 2100 00:00:00 GMT"
NO_DATES = ["no", "0", "-1", "", "Fri, 99 Foo 2100 00:00:00 GMT", "ÿþ"]


def status(cloud: Cloud, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    host = "a-bucket.s3.us-east-1.amazonaws.com"
    request = OriginRequest(
        method="GET",
        protocol="https",
        domain_name=host,
        port=443,
        target="/k",
        headers=to_headers({"Host": host, **named}),
    )
    return cloud.front.object_store("a-bucket", request).status


def stored(cloud: Cloud) -> str:
    """The tag of an object that is there."""
    cloud.bucket()
    return str(cloud.client("s3").put_object(Bucket="a-bucket", Key="k", Body=b"x")["ETag"])


def test_an_object_of_another_tag_is_sent_however_old_it_is(cloud: Cloud) -> None:
    """Overwritten within a second, or read from the other region: the date alone would say 304."""
    stored(cloud)
    assert status(cloud, If_None_Match='"another"', If_Modified_Since=FAR_OFF) == 200


def test_an_object_of_the_same_tag_is_not_sent_however_new_it_is(cloud: Cloud) -> None:
    assert status(cloud, If_None_Match=stored(cloud), If_Modified_Since=LONG_AGO) == 304


def test_an_object_of_the_wanted_tag_is_sent_however_new_it_is(cloud: Cloud) -> None:
    assert status(cloud, If_Match=stored(cloud), If_Unmodified_Since=LONG_AGO) == 200
    assert status(cloud, If_Match='"another"', If_Unmodified_Since=FAR_OFF) == 412


@pytest.mark.parametrize(("told", "expected"), [(FAR_OFF, 304), (LONG_AGO, 200)])
def test_a_date_alone_counts(cloud: Cloud, told: str, expected: int) -> None:
    stored(cloud)
    assert status(cloud, If_Modified_Since=told) == expected
    assert status(cloud, If_Unmodified_Since=told) == (200 if expected == 304 else 412)


@pytest.mark.parametrize("told", NO_DATES)
def test_what_is_no_date_says_nothing(cloud: Cloud, told: str) -> None:
    stored(cloud)
    assert status(cloud, If_Modified_Since=told) == 200
    assert status(cloud, If_Unmodified_Since=told) == 200


@pytest.mark.parametrize("told", ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
def test_the_old_forms_of_a_date_are_dates_too(told: str) -> None:
    environ: dict[str, Any] = {"HTTP_IF_MODIFIED_SINCE": told, "HTTP_RANGE": "bytes=0-1"}
    conditional_reads.settle(environ, dict)
    usual = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert environ == {"HTTP_IF_MODIFIED_SINCE": usual, "HTTP_RANGE": "bytes=0-1"}
    assert formatdate(parsedate_to_datetime(usual).timestamp(), usegmt=True) == usual


@pytest.mark.parametrize("told", ['"another"', 'W/"another"', LONG_AGO, "no"])
def test_a_part_of_another_object_than_the_viewer_has_is_not_sent(cloud: Cloud, told: str) -> None:
    stored(cloud)
    assert status(cloud, Range="bytes=0-0", If_Range=told) == 200


def test_a_part_of_the_object_that_the_viewer_has_is_sent(cloud: Cloud) -> None:
    etag = stored(cloud)
    assert status(cloud, Range="bytes=0-0", If_Range=etag) == 206
    modified = cloud.client("s3").head_object(Bucket="a-bucket", Key="k")["LastModified"]
    date = formatdate(modified.timestamp(), usegmt=True)
    assert status(cloud, Range="bytes=0-0", If_Range=date) == 206
    assert status(cloud, Range="bytes=0-0") == 206
