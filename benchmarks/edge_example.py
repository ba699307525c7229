"""What the edge functions are measured with: a configuration of the usual size, tokens, events, answers.

The network answers from memory: rows and DNS answers are learnt once and then known, as in a warm instance.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from asset_edge import signing
from asset_edge.handlers.edge import baked, beacons, registry
from asset_edge.handlers.edge.bucket_choice import Edge
from asset_edge.handlers.edge.config import (
    Behavior,
    CacheRule,
    CountryLibrary,
    EdgeConfig,
    Embargo,
    ImageService,
    Jwk,
    Libraries,
    MasterKey,
    Redirect,
    RegionalBucket,
    Registry,
    Territory,
    dumps,
)

EVENTS = Path(__file__).parents[1] / "tests" / "events"
HOST = "assets.example.com"
REGIONS = ("eu-west-1", "us-east-1")
ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_SESSION_TOKEN": "t" * 400,
}
TOKENS = 200
"""So many viewers take turns, each with a token, and an asset key, of his own."""

PUBLIC_PATH = "/space/asset/random/cat.jpg"
PROTECTED_PATH = "/private/film/trailer.mp4"
KNOWN_PATH = "/known/film/poster.jpg"
LICENSED_PATH = "/licensed/film/poster.jpg"
SPACE = "private"
EXPIRES_AT = int(time.time()) + 24 * 3600

HS256 = signing.new_jwk("HS256", "an-example-hs256")
ES256 = signing.new_jwk("ES256", "an-example-es256")
MASTER = signing.new_master_key("an-example-master")

ROW = b'{"key": {"S": "%b"}, "status": {"S": "published"}, "version": {"N": "7"}, "tags": {"SS": ["film-1"]}'
LICENCE = b', "countries": {"SS": ["CA", "DE", "GB", "US"]}'


def config() -> EdgeConfig:
    """Eight behaviours, of which none covers the public asset: every pattern is looked at for it."""
    return EdgeConfig(
        buckets=tuple(map(_bucket, REGIONS)),
        behaviors=(
            Behavior(path_pattern="/private/*", embargo="all"),
            Behavior(path_pattern="/drafts/*", embargo="unpublished", registry=True),
            Behavior(path_pattern="/moving/*", embargo="preparing"),
            Behavior(path_pattern="/claims/*", embargo="all", country_claims=True),
            Behavior(path_pattern="/licensed/*", embargo="preparing", territory="tv", registry=True),
            Behavior(path_pattern="/video/*", library="films", registry=True, registry_segments=2),
            Behavior(path_pattern="/images/*", transforms=True),
            Behavior(path_pattern="/known/*", registry=True),
        ),
        registry=Registry(table="assets", regions=REGIONS),
        territories=(_territory(),),
        libraries=(_libraries(),),
        image_services=tuple(map(_image_service, REGIONS)),
        cache_rules=(CacheRule(name="an-hour", content_types=("image/*",), max_age_seconds=3600),),
        cache_tag_header="cache-tag",
    )


def _bucket(region: str) -> RegionalBucket:
    return RegionalBucket(
        region=region,
        bucket=f"assets-{region}",
        domain_name=f"assets-{region}.s3.{region}.amazonaws.com",
        beacon=f"{region}.beacon.assets-origin.example.com",
    )


def _territory() -> Territory:
    redirects = tuple(Redirect(country=one, host=f"{one.lower()}.example.com") for one in ("US", "CA", "DE"))
    return Territory(name="tv", allow=("US", "CA", "GB", "DE"), redirects=redirects)


def _libraries() -> Libraries:
    by_country = (CountryLibrary(country="DE", library="eu"), CountryLibrary(country="US", library="us"))
    return Libraries(name="films", by_country=by_country, languages=("en", "de"))


def _image_service(region: str) -> ImageService:
    return ImageService(region=region, domain_name=f"images.lambda-url.{region}.on.aws")


def embargo(*keys: signing.PrivateJwk) -> Embargo:
    """What viewer-request has besides: the keys, public halves where there are such."""
    jwks = tuple(Jwk(**_members(key)) for key in keys)
    return Embargo(jwks=jwks, master_keys=(MasterKey(kid=MASTER.kid, secret=MASTER.secret),))


def _members(key: signing.PrivateJwk) -> dict[str, Any]:
    return key.members() if key.alg == "HS256" else signing.public_jwk(key)


def viewer_config() -> EdgeConfig:
    """As it is in the zip of viewer-request, with an HS256 and an ES256 key."""
    made = config()
    return EdgeConfig(**{**vars(made), "embargo": embargo(HS256, ES256)})


def as_baked(made: EdgeConfig) -> EdgeConfig:
    """As the edge reads it."""
    return baked.read(dumps(made))


def jwts(key: signing.PrivateJwk) -> list[str]:
    """A token each; no two alike, because each ends at another second."""
    place = f"https://{HOST}{PROTECTED_PATH}"
    return [signing.token(place, key, expires_at=EXPIRES_AT + number) for number in range(TOKENS)]


def asset_key_queries() -> list[str]:
    """Token and policy of as many asset keys, as they stand in a query string."""
    now, url = time.time(), f"https://{HOST}{PROTECTED_PATH}"
    keys = [signing.asset_key(MASTER, SPACE, EXPIRES_AT + number, now) for number in range(TOKENS)]
    return [signing.signed_url(url, key).partition("?")[2] for key in keys]


def viewer_events(uri: str, queries: Sequence[str]) -> list[Any]:
    """One for each query string."""
    return [_event("viewer-request.query", uri, query, {"host": HOST}) for query in queries]


def origin_event(uri: str, **headers: str) -> Any:
    """The first run of origin-request."""
    return _event("origin-request.s3", uri, "", headers)


def _event(name: str, uri: str, query: str, headers: Mapping[str, str]) -> Any:
    event = json.loads((EVENTS / f"{name}.json").read_text())
    request = event["Records"][0]["cf"]["request"]
    request |= {"uri": uri, "querystring": query}
    for header, value in headers.items():
        written = header.replace("_", "-")
        request["headers"][written] = [{"key": written, "value": value}]
    return event


def turns(items: Sequence[Any]) -> Iterator[Any]:
    """One after the other, for ever."""
    return cycle(items)


class Remembered:
    """A connection to DynamoDB that has the answer already."""

    host = "dynamodb.eu-west-1.amazonaws.com"

    def ask(self, request: bytes) -> bytes:
        """The row of whatever key is asked for."""
        return row_asked_for(request)


def row_asked_for(request: bytes) -> bytes:
    """What DynamoDB answers to a GetItem."""
    key = request.partition(b'{"S": "')[2].partition(b'"')[0]
    licence = LICENCE if key.startswith(b"licensed/") else b""
    return b'{"Item": ' + ROW % key + licence + b"}}"


def registry_from_memory(made: EdgeConfig) -> registry.Registry:
    """The edge's own client, but for its connection and for how long it believes a row: a whole run."""
    assert made.registry
    connection: Any = Remembered()
    fetch = registry.fetching(made.registry.table, REGIONS[0], connection, ENVIRONMENT)
    return registry.Registry(made.registry, fetch, lambda: 0.0, lambda: 0.5)


def edge() -> Edge:
    """What origin-request rests on: beacons and registry warm, everything else the real thing."""
    made = as_baked(config())
    weights = {bucket.beacon: ((3600, f"127.0.0.{128}"),) for bucket in made.buckets}
    candidates = beacons.candidates_from(made, lambda _: weights, lambda: 0.0)
    known = registry_from_memory(made)
    return Edge(made, candidates, ENVIRONMENT, registry=lambda: known)
