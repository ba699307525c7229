"""Hypothesis strategies: events as CloudFront could send them with hostile content, and mangled ones."""

import copy
from typing import Any

from hypothesis import strategies as st

from asset_edge.handlers.edge.events import EVENT_TYPES, EventType
from tests.handlers.golden import CONFIG

Json = Any

SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)

TOKEN = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_!#$%&'*+.^`|~", min_size=1, max_size=20)
KNOWN = st.sampled_from(
    [
        "accept-encoding",
        "authorization",
        "cache-control",
        "cdn-loop",
        "cloudfront-viewer-country",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "if-modified-since",
        "if-none-match",
        "range",
        "set-cookie",
        "transfer-encoding",
        "via",
        "x-amz-content-sha256",
        "x-amz-meta-tag",
        "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-version-id",
        "x-asset-edge-grant",
        "x-asset-edge-region",
        "x-origin-role",
    ]
)
VALUE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30) | st.sampled_from(
    [bucket.region for bucket in CONFIG.buckets]
)


@st.composite
def headers(draw: st.DrawFn, names: st.SearchStrategy[str] = KNOWN | TOKEN) -> Json:
    values = draw(st.dictionaries(names, st.lists(VALUE, min_size=1, max_size=2), max_size=5))
    return {name: [{"key": name.title(), "value": one} for one in many] for name, many in values.items()}


URI = st.one_of(
    st.text(max_size=40).map("/".__add__),
    st.text("/.%25eEfFcC0+ \\é?#", max_size=40).map("/".__add__),
    st.sampled_from(["/", "//", "/..", "/%00", "/a/%2e%2e/b", "/" + "+" * 1024, "/" + "a" * 1025]),
)
QUERY_STRING = st.text(max_size=40) | st.integers(0, 8000).map("q".__mul__)
DOMAIN_NAME = st.sampled_from([bucket.domain_name for bucket in CONFIG.buckets] + ["example.org"])
CUSTOM = st.fixed_dictionaries(
    {
        "customHeaders": headers(st.sampled_from(["x-origin-role", "x-secret", "authorization"])),
        "domainName": DOMAIN_NAME,
        "keepaliveTimeout": st.integers(1, 120),
        "path": st.sampled_from(["", "/base"]),
        "port": st.sampled_from([80, 443, 8443]),
        "protocol": st.sampled_from(["http", "https"]),
        "readTimeout": st.integers(1, 120),
        "sslProtocols": st.lists(st.sampled_from(["TLSv1.1", "TLSv1.2"]), max_size=2),
    }
)
S3 = st.fixed_dictionaries(
    {
        "authMethod": st.sampled_from(["none", "origin-access-identity"]),
        "customHeaders": headers(st.sampled_from(["x-origin-role", "x-secret"])),
        "domainName": DOMAIN_NAME,
        "path": st.just(""),
        "region": st.sampled_from([bucket.region for bucket in CONFIG.buckets]),
    }
)
ORIGIN = st.fixed_dictionaries({"custom": CUSTOM}) | st.fixed_dictionaries({"s3": S3})
BODY = st.fixed_dictionaries(
    {
        "inputTruncated": st.booleans(),
        "action": st.just("read-only"),
        "encoding": st.just("base64"),
        "data": st.just("eA=="),
    }
)
RESPONSE = st.fixed_dictionaries(
    {
        "status": st.integers(200, 599).map(str) | st.sampled_from(["403", "404", "502"]),
        "statusDescription": VALUE,
        "headers": headers(),
    }
)


@st.composite
def events(draw: st.DrawFn, trigger: EventType) -> Json:
    """An event of that trigger, in CloudFront's shape."""
    config = {
        "distributionDomainName": "d111111abcdef8.cloudfront.net",
        "distributionId": "EDFDVBD6EXAMPLE",
        "eventType": trigger,
        "requestId": draw(st.text(max_size=30)),
    }
    request = {
        "clientIp": draw(st.ip_addresses().map(str)),
        "method": draw(st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"])),
        "uri": draw(URI),
        "querystring": draw(QUERY_STRING),
        "headers": draw(headers()),
    }
    if trigger.startswith("origin-"):
        request["origin"] = draw(ORIGIN)
    if trigger.endswith("-request") and draw(st.booleans()):
        request["body"] = draw(BODY)
    response = {"response": draw(RESPONSE)} if trigger.endswith("-response") else {}
    return {"Records": [{"cf": {"config": config, "request": request, **response}}]}


@st.composite
def mangle(draw: st.DrawFn, value: Json) -> Json:
    """`value`, of which one part, at any depth, is something else or gone."""
    value = copy.deepcopy(value)
    place, key = draw(st.sampled_from(_places(value)))
    if draw(st.booleans()):
        place[key] = draw(JSON)
    else:
        del place[key]
    return value


def mangled() -> st.SearchStrategy[Json]:
    """Any JSON, or an event of any trigger with one part mangled."""
    return JSON | st.sampled_from(EVENT_TYPES).flatmap(events).flatmap(mangle)


def _places(value: Json) -> list[tuple[Any, Any]]:
    """Every container with every key in it, all the way down."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [found for key in keys for found in [(value, key), *_places(value[key])]]
