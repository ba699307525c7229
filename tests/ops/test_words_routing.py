"""What changes of records, distributions and cache keys mean is said in the platform's words."""

import pytest

from tests.ops.edits import (
    BEACON,
    CACHE,
    CNAME,
    EDGE,
    Edit,
    cached,
    inputs,
    viewer,
    weights,
    without,
)
from tests.ops.plans import said, verdict

TOLD: tuple[tuple[str, Edit, str, str], ...] = (
    (
        "a weight within the step",
        weights(eu=60),
        CNAME,
        (
            "MEDIUM weight of eu-west-1 in the weighted record of assets-origin.example.com: 50 → "
            "60, its share 50 % → 54.5 %: a step of 4.5 points"
        ),
    ),
    (
        "a weight that turns a step over",
        weights(eu=200),
        CNAME,
        (
            "HIGH weight of eu-west-1 in the weighted record of assets-origin.example.com: 50 → "
            "200, its share 50 % → 80 %: a step of 30 points, MORE than the 25"
        ),
    ),
    (
        "both weights alike",
        weights(eu=100, us=100),
        CNAME,
        (
            "MEDIUM weight of eu-west-1 in the weighted record of assets-origin.example.com: 50 → "
            "100, its share 50 % → 50 %: a step of 0 points"
        ),
    ),
    (
        "a beacon",
        weights(eu=0),
        BEACON,
        (
            "HIGH weight of eu-west-1 in the beacon of assets-origin.example.com: 50 → 0, its "
            "share 50 % → 0 %: a step of 50 points"
        ),
    ),
    (
        "no weight at all",
        weights(eu=0, us=0),
        CNAME,
        "HIGH all weights of assets-origin.example.com would be 0",
    ),
    (
        "a record alone",
        weights(eu=60, beacons=False),
        CNAME,
        "HIGH the beacon of eu-west-1 would say 50, the weighted record 60",
    ),
    ("a longer TTL", inputs(CNAME, ttl=300), CNAME, "MEDIUM TTL 60 → 300 s: a shift of weights"),
    ("a shorter TTL", inputs(CNAME, ttl=5), CNAME, "LOW TTL 60 → 5 s"),
    (
        "another answer",
        inputs(CNAME, records=["b"]),
        CNAME,
        "MEDIUM CNAME assets-origin.example.com would answer b and no longer assets-eu-west-1",
    ),
    (
        "no health check",
        inputs(CNAME, healthCheckId=None),
        CNAME,
        "HIGH no health check decides over it any more",
    ),
    (
        "a record that goes",
        without(CNAME),
        CNAME,
        "HIGH CNAME assets-origin.example.com would answer no more",
    ),
    (
        "less TLS",
        inputs(EDGE, viewerCertificate={"minimumProtocolVersion": "TLSv1"}),
        EDGE,
        "HIGH viewers could use older TLS: TLSv1.2_2021 → TLSv1",
    ),
    (
        "an unknown TLS policy",
        inputs(EDGE, viewerCertificate={"minimumProtocolVersion": "TLSv9"}),
        EDGE,
        "HIGH viewers could use older TLS: TLSv1.2_2021 → TLSv9",
    ),
    (
        "more TLS",
        inputs(EDGE, viewerCertificate={"minimumProtocolVersion": "TLSv1.3_2025"}),
        EDGE,
        "MEDIUM viewers would need newer TLS",
    ),
    ("no web ACL", inputs(EDGE, webAclId=None), EDGE, "HIGH no web ACL would stand before it any more"),
    ("disabled", inputs(EDGE, enabled=False), EDGE, "HIGH it would serve nobody"),
    ("no alias", inputs(EDGE, aliases=[]), EDGE, "HIGH it would no longer answer for assets.example.com"),
    (
        "an alias more",
        inputs(EDGE, aliases=["assets.example.com", "x"]),
        EDGE,
        "MEDIUM it would answer for x as well",
    ),
    (
        "a geo restriction",
        inputs(EDGE, restrictions={"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE"]}}),
        EDGE,
        "HIGH the geo restriction would be whitelist DE and no longer none nothing",
    ),
    (
        "a behaviour less",
        inputs(EDGE, orderedCacheBehaviors=[]),
        EDGE,
        "HIGH /secure/* would have no behaviour of its own",
    ),
    (
        "a trigger less",
        viewer(lambdaFunctionAssociations=[{"eventType": "origin-request"}]),
        EDGE,
        "HIGH /secure/* would no longer pass viewer-request: embargo and territory would not be asked",
    ),
    (
        "a trigger more",
        viewer(
            lambdaFunctionAssociations=[
                {"eventType": e} for e in ("viewer-request", "origin-request", "origin-response")
            ]
        ),
        EDGE,
        "MEDIUM /secure/* would pass origin-response",
    ),
    ("no TLS", viewer(viewerProtocolPolicy="allow-all"), EDGE, "HIGH /secure/* could be read without TLS"),
    (
        "another cache policy",
        viewer(cachePolicyId="two"),
        EDGE,
        "MEDIUM /secure/* would be cached by another policy",
    ),
    (
        "a TTL of the cache",
        inputs(CACHE, maxTtl=60),
        CACHE,
        "MEDIUM maxTtl 31536000 → 60 s: more requests go to the origin",
    ),
    (
        "a header less in the key",
        cached("headersConfig", headers={"items": []}),
        CACHE,
        "HIGH the cache key would lose the header x-asset-edge-grant",
    ),
    (
        "a header more in the key",
        cached("headersConfig", headers={"items": ["x-asset-edge-grant", "y"]}),
        CACHE,
        "MEDIUM the cache key would gain the header y",
    ),
    (
        "all cookies in the key",
        cached("cookiesConfig", cookieBehavior="all"),
        CACHE,
        "MEDIUM cookies in the cache key: none → all",
    ),
    (
        "no headers in the key",
        cached("headersConfig", headerBehavior="none", headers=None),
        CACHE,
        "HIGH headers in the cache key: whitelist → none",
    ),
)


@pytest.mark.parametrize(("edit", "name", "words"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_a_change_is_said_in_the_platforms_words(edit: Edit, name: str, words: str) -> None:
    told = said(verdict(edit), name)
    assert words in told, told
