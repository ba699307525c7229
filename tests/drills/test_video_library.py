"""A film is one path: which library and language a viewer gets of it, and how long its files are kept."""

import time
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import jwt
import pytest

from asset_edge.handlers.edge.cachetags import tag_of_key
from asset_edge.registry import AssetRegistry, Entry
from tests.drills.laptop import PRIMARY, Answer, Laptop, laptop, until

HOST = "assets.asset-edge.test"
KEY = b"local-only-made-up-shared-key-of-the-jwt-scheme"
TABLE = "asset-edge-local-registry"
TYPES = {"a.m3u8": "application/vnd.apple.mpegurl", "a1.ts": "video/mp2t"}

FILMS: Mapping[str, Mapping[str, Any]] = {
    "film": {"tags": ["season-1"]},
    "american": {"libraries": ["america"]},
    "german": {"languages": ["de"]},
    "national": {"countries": ["US"]},
    "withdrawn": {"status": "archived"},
    "secret": {"status": "embargoed"},
}
"""What the registry says of each; it has one entry for a film, however many files that is."""


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    with laptop() as made:
        registry = AssetRegistry(TABLE, made.local.clients.get("dynamodb", PRIMARY))
        for film, told in FILMS.items():
            registry.put(Entry(key=f"video/{film}", **told))
        versions = product(("america", "europe", "staff"), ("en", "de", "fr"), FILMS, TYPES)
        for library, language, film, name in versions:
            key = f"video/{library}/{language}/{film}/{name}"
            made.local.clients.get("s3", PRIMARY).put_object(
                Bucket=made.local.buckets[PRIMARY], Key=key, Body=key.encode(), ContentType=TYPES[name]
            )
        made.put_everywhere(["last.txt"])
        for region in ("us-east-1", "ap-southeast-2"):
            replica = made.local.clients.get("dynamodb", region)
            last = {"TableName": TABLE, "Key": {"key": {"S": "video/secret"}}}
            until(lambda: "Item" in replica.get_item(**last), 30)  # noqa: B023 - used at once
        yield made


def seen(
    running: Laptop, path: str, country: str | None = None, language: str = "en", cookie: str = ""
) -> Answer:
    headers = {"accept-language": language}
    headers |= {"x-asset-edge-viewer": f"country={country}"} if country else {}
    return running.get(f"/video/{path}", {**headers, "cookie": cookie} if cookie else headers)


def token(folder: str, **claims: Any) -> str:
    told = {"sub": f"https://{HOST}/video/{folder}/*", "exp": int(time.time()) + 3600, **claims}
    return jwt.encode(told, KEY, "HS256", headers={"kid": "local"})


CHOICES = [
    ("film", "DE", "de-AT, de;q=0.9, en;q=0.1", "europe/de"),
    ("film", "DE", "ja", "europe/en"),
    ("film", "US", "fr", "america/fr"),
    ("film", "JP", "en", None),
    ("film", None, "en", None),
    ("american", "US", "en", "america/en"),
    ("american", "DE", "en", None),
    ("german", "DE", "en", "europe/de"),
    ("national", "US", "en", "america/en"),
    ("national", "CA", "en", None),
]


@pytest.mark.parametrize(("film", "country", "language", "chosen"), CHOICES)
def test_a_viewer_gets_the_library_of_the_country_in_the_language_he_prefers(
    running: Laptop, film: str, country: str | None, language: str, chosen: str | None
) -> None:
    for name in TYPES:
        answer = seen(running, f"{film}/{name}", country, language)
        expected = (200, f"video/{chosen}/{film}/{name}") if chosen else (451, "")
        assert (answer.status, answer.body.decode()) == expected


def test_a_manifest_is_short_lived_and_a_segment_stays_at_the_edge(running: Laptop) -> None:
    manifest, segment = (seen(running, f"film/{name}", "GB") for name in TYPES)
    assert manifest.headers["cache-control"] == "public, max-age=6, must-revalidate"
    assert segment.headers["cache-control"] == "public, max-age=60, s-maxage=31536000, must-revalidate"
    for answer in (manifest, segment):
        tags = set(answer.headers["x-asset-edge-cache-tag"].split(","))
        assert {tag_of_key("video/film"), "season-1"} < tags, "one tag purges the whole film"


def test_one_purge_takes_a_whole_film_off_the_edge(running: Laptop) -> None:
    for name in TYPES:
        until(lambda: seen(running, f"film/{name}", "FR").cached == "Hit from cloudfront", 10)  # noqa: B023
    (made,) = running.local.ready()["distributions"]
    paths = {"Quantity": 1, "Items": [f"#{tag_of_key('video/film')}"]}
    batch = {"Paths": paths, "CallerReference": str(time.monotonic_ns())}
    running.local.clients.get("cloudfront").create_invalidation(
        DistributionId=made["id"], InvalidationBatch=batch
    )
    assert {seen(running, f"film/{name}", "FR").cached for name in TYPES} == {"Miss from cloudfront"}


@pytest.mark.parametrize(("film", "status"), [("withdrawn", 410), ("secret", 403)])
def test_what_the_registry_says_of_a_film_holds_for_each_of_its_files(
    running: Laptop, film: str, status: int
) -> None:
    for name in TYPES:
        answer = seen(running, f"{film}/{name}", "DE")
        assert (answer.status, answer.body) == (status, b"")


def test_a_token_on_a_manifest_becomes_a_cookie_that_opens_the_segments(running: Laptop) -> None:
    shown = token("secret", library="staff")
    exchanged = running.get(f"/video/secret/a.m3u8?token={shown}")
    assert (exchanged.status, exchanged.headers["location"]) == (302, "/video/secret/a.m3u8")
    assert exchanged.headers["cache-control"] == "no-store"
    cookie, *attributes = exchanged.headers.getall("set-cookie")[0].split("; ")
    assert attributes[0] == "Path=/video/secret/"
    assert {"Secure", "HttpOnly", "SameSite=None"} < set(attributes)
    for name in TYPES:
        answer = seen(running, f"secret/{name}", cookie=cookie)
        assert (answer.status, answer.body.decode()) == (200, f"video/staff/en/secret/{name}")
        assert seen(running, f"secret/{name}").status == 403, "nobody else sees it from the cache"


def test_a_token_for_a_library_opens_it_in_countries_that_have_another(running: Laptop) -> None:
    cookie = f"asset-edge-token={token('film', library='staff')}"
    assert seen(running, "film/a1.ts", "DE", "de", cookie).body == b"video/staff/de/film/a1.ts"
    assert seen(running, "film/a1.ts", "DE", "de").body == b"video/europe/de/film/a1.ts"
