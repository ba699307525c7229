"""How a second run is told from a first, whatever of the first survived and whatever a viewer sends."""

from typing import Any

import pytest

from asset_edge.handlers.edge.events import Request, set_header
from asset_edge.handlers.edge.own_headers import REGION_HEADER, ROLE_HEADER
from asset_edge.handlers.edge.routing import UNNOTED
from asset_edge.handlers.edge.runs import tried
from tests.handlers.golden import CONFIG

EU, US = (bucket.region for bucket in CONFIG.buckets)
EU_DOMAIN, US_DOMAIN = (bucket.domain_name for bucket in CONFIG.buckets)


def request(kind: str, domain_name: str, role: str | None, noted: str | None) -> Request:
    custom_headers: Any = {}
    if role:
        set_header(custom_headers, ROLE_HEADER, role)
    origin: Any = {kind: {"domainName": domain_name, "customHeaders": custom_headers}}
    headers: Any = {}
    if noted:
        set_header(headers, REGION_HEADER, noted)
    return {
        "clientIp": "203.0.113.5",
        "method": "GET",
        "uri": "/a",
        "querystring": "",
        "headers": headers,
        "origin": origin,
    }


RUNS = {
    "first": (("s3", EU_DOMAIN, "primary", None), None),
    "second, nothing of the first survived": (("s3", US_DOMAIN, "replica", None), UNNOTED),
    "second, the headers survived": (("s3", US_DOMAIN, "replica", EU), EU),
    "second, the headers survived, first went to the other": (("s3", US_DOMAIN, "replica", US), US),
    "second, all survived": (("custom", EU_DOMAIN, "primary", EU), EU),
    "second, all survived, first went to the other": (("custom", US_DOMAIN, "primary", US), US),
    "second, all survived and the role is right": (("custom", US_DOMAIN, "replica", US), US),
    "origins without roles, first": (("s3", EU_DOMAIN, None, None), None),
    "origins without roles, second": (("s3", EU_DOMAIN, None, EU), EU),
    "a viewer notes a region in a first run": (("s3", EU_DOMAIN, "primary", EU), None),
    "a viewer notes the other region": (("s3", EU_DOMAIN, "primary", US), None),
    "a viewer notes a region of nobody's": (("s3", US_DOMAIN, "replica", "mars-1"), UNNOTED),
    "a viewer notes something, custom origins": (("custom", EU_DOMAIN, "primary", US), None),
    "declared custom origins, first": (("custom", EU_DOMAIN, "primary", None), None),
    "somebody else's origin": (("custom", "example.org", "primary", EU), None),
}


@pytest.mark.parametrize(("shape", "expected"), RUNS.values(), ids=RUNS.keys())
def test_runs(shape: tuple[str, str, str | None, str | None], expected: str | None) -> None:
    assert tried(request(*shape), CONFIG) == expected


def test_a_viewers_role_header_counts_for_nothing() -> None:
    forged = request("s3", EU_DOMAIN, "primary", None)
    set_header(forged["headers"], ROLE_HEADER, "replica")
    assert tried(forged, CONFIG) is None


def test_a_request_without_an_origin_is_a_first_run() -> None:
    bare = request("s3", EU_DOMAIN, None, None)
    del bare["origin"]
    assert tried(bare, CONFIG) is None
