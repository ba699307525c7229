"""Nobody gets from the cache what the rules deny him, and nobody is locked out by another's refusal.

Every viewer comes after every other, and each time to an empty cache. What a viewer must get is written here
and decided by nothing of ours. The same pairs must find the leak when an input of the decision still reaches
the function but is taken out of the cache key.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import jwt
import pytest

from tests.drills.laptop import PRIMARY, Answer, Laptop, laptop, until

HOST = "assets.asset-edge.test"
KEY = b"local-only-made-up-shared-key-of-the-jwt-scheme"
TABLE = "asset-edge-local-registry"

COUNTRIES = ("US", "CA", "DE", "GB", "FR", None)
"""All that a rule tells apart, one that none names, and nobody's."""


@dataclass(frozen=True)
class Viewer:
    """Who asks, and how."""

    name: str
    country: str | None = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def gets(self, running: Laptop, path: str) -> Answer:
        told = dict(self.headers)
        if self.country:
            told["x-asset-edge-viewer"] = f"country={self.country}"
        return running.get(path + self.query, told)


Expected = Callable[[Viewer], tuple[object, ...]]
"""What a viewer must get: the status, and what tells the answer from another."""


def token(sub: str, **claims: Any) -> str:
    told = {"sub": f"https://{HOST}{sub}", "exp": int(time.time()) + 3600, **claims}
    return jwt.encode(told, KEY, "HS256", headers={"kid": "local"})


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    with laptop() as made:
        paths = ["licensed/a.txt", "private/a.txt", "unpublished/draft.txt", "unpublished/out.txt"]
        paths += [f"video/{library}/{language}/film/a.m3u8" for library, language in LIBRARIES]
        for path in paths:
            made.put(PRIMARY, path, path.encode())
        made.put(PRIMARY, "images/a.png", made.local.pictures[PRIMARY].read_bytes())
        for key, status in {"draft": "draft", "out": "published"}.items():
            _register(made, f"unpublished/{key}.txt", status)
        made.put_everywhere(["last.txt"])
        yield made


def _register(made: Laptop, key: str, status: str) -> None:
    table = made.local.clients.get("dynamodb", PRIMARY)
    table.put_item(TableName=TABLE, Item={"key": {"S": key}, "status": {"S": status}})
    for region in ("us-east-1", "ap-southeast-2"):
        replica = made.local.clients.get("dynamodb", region)
        until(lambda: "Item" in replica.get_item(TableName=TABLE, Key={"key": {"S": key}}), 30)  # noqa: B023


def violations(running: Laptop, path: str, viewers: Sequence[Viewer], expected: Expected) -> list[str]:
    """Every pair of which the second viewer did not get what is his, whoever came before."""
    wrong = []
    for first, second in product(viewers, repeat=2):
        running.admin("DELETE", "cache")
        first.gets(running, path)
        got = told(second.gets(running, path))
        if got != expected(second):
            wrong.append(f"{second.name} after {first.name}: {got}")
    return wrong


def told(answer: Answer) -> tuple[object, ...]:
    """The status, and what tells the answer from another."""
    if answer.status == 200:
        return 200, answer.body.decode(errors="replace")
    return (answer.status, answer.headers["location"]) if answer.status == 302 else (answer.status,)


NATIONALS = [Viewer(country or "nowhere", country) for country in COUNTRIES]
HOSTS = {"US": "us", "CA": "ca", "DE": "de"}


def licensed(viewer: Viewer) -> tuple[object, ...]:
    if viewer.country in HOSTS:
        return 302, f"https://{HOSTS[viewer.country]}.asset-edge.test/licensed/a.txt"
    return (200, "licensed/a.txt") if viewer.country == "GB" else (451,)


def test_a_territory_cannot_leak_through_the_cache(running: Laptop) -> None:
    assert violations(running, "/licensed/a.txt", NATIONALS, licensed) == []


def test_it_would_if_the_country_were_not_in_the_key(running: Laptop) -> None:
    with unkeyed(running, "/licensed/*", "CloudFront-Viewer-Country"):
        assert violations(running, "/licensed/a.txt", NATIONALS, licensed) != []
    assert violations(running, "/licensed/a.txt", NATIONALS[:2], licensed) == []


def holders(path: str) -> list[Viewer]:
    """Who has no token, one that opens the path, and ones that do not."""
    shown = {
        "nobody": "",
        "a holder": f"?token={token(path)}",
        "another holder": f"?token={token(path.rpartition('/')[0] + '/*')}",
        "one of yesterday": f"?token={token(path, exp=int(time.time()) - 86_400)}",
        "a neighbour": f"?token={token('/private/b.txt')}",
        "a forger": f"?token={token(path)[:-4]}AAAA",
    }
    spoofing = Viewer("a spoofer", headers={"x-asset-edge-grant": "any"})
    with_cookie = Viewer("one with a cookie", headers={"cookie": f"asset-edge-token={token(path)}"})
    return [*(Viewer(name, query=query) for name, query in shown.items()), spoofing, with_cookie]


ENTITLED = {"a holder", "another holder", "one with a cookie"}
TOKENLESS = {"nobody", "a spoofer"}


def protected(path: str, *, published: bool = False) -> Expected:
    def expected(viewer: Viewer) -> tuple[object, ...]:
        is_open = viewer.name in ENTITLED or (published and viewer.name in TOKENLESS)
        return (200, path[1:]) if is_open else (403,)

    return expected


@pytest.mark.parametrize(
    ("path", "published"),
    [("/private/a.txt", False), ("/unpublished/draft.txt", False), ("/unpublished/out.txt", True)],
)
def test_an_embargo_cannot_leak_through_the_cache(running: Laptop, path: str, published: bool) -> None:
    assert violations(running, path, holders(path), protected(path, published=published)) == []


def test_it_would_if_the_grant_were_not_in_the_key(running: Laptop) -> None:
    path = "/unpublished/draft.txt"
    with unkeyed(running, "/unpublished/*", "x-asset-edge-grant"):
        assert violations(running, path, holders(path), protected(path)) != []
    assert violations(running, path, holders(path)[:2], protected(path)) == []


LIBRARIES = list(product(("america", "europe", "staff"), ("en", "de", "fr")))
OF_COUNTRY = {"US": "america", "CA": "america", "DE": "europe", "FR": "europe", "GB": "europe"}


def audience() -> list[Viewer]:
    """Of each library one for each language, one with a token for another library, and ones with none."""
    cookie = f"asset-edge-token={token('/video/film/*', library='staff')}"
    return [
        *(
            Viewer(f"{language} in {country}", country, headers={"accept-language": language})
            for country, language in (("US", "en"), ("DE", "en"), ("DE", "de"), ("CA", "fr-CA"), (None, "de"))
        ),
        Viewer("staff in DE", "DE", headers={"accept-language": "de", "cookie": cookie}),
        Viewer("staff nowhere", headers={"cookie": cookie}),
    ]


def film(viewer: Viewer) -> tuple[object, ...]:
    library = "staff" if "staff" in viewer.name else OF_COUNTRY.get(viewer.country or "")
    language = viewer.headers.get("accept-language", "en")[:2]
    return (200, f"video/{library}/{language}/film/a.m3u8") if library else (451,)


def test_a_library_cannot_leak_through_the_cache(running: Laptop) -> None:
    assert violations(running, "/video/film/a.m3u8", audience(), film) == []


SPELLINGS = {
    "w=40&h=30": ("?w=40&h=30", "", "w=40&h=30"),
    "h=30&w=40": ("?h=30&w=40&utm_source=x", "", "w=40&h=30"),
    "encoded": ("?%77=40&h=%33%30", "", "w=40&h=30"),
    "another": ("?w=41&h=30", "", "w=41&h=30"),
    "auto for avif": ("?w=40&fm=auto", "image/avif,*/*", "w=40&fm=avif"),
    "auto for webp": ("?w=40&fm=auto", "image/webp", "w=40&fm=webp"),
    "auto for neither": ("?w=40&fm=auto", "*/*", "w=40"),
    "none that can be": ("?w=0", "", None),
}


def test_a_transformation_is_kept_once_however_it_is_spelt(running: Laptop) -> None:
    viewers = [Viewer(name, query=q, headers={"accept": a}) for name, (q, a, _) in SPELLINGS.items()]
    for first, second in product(viewers, repeat=2):
        running.admin("DELETE", "cache")
        before, after = (viewer.gets(running, "/images/a.png") for viewer in (first, second))
        wanted, other = (SPELLINGS[viewer.name][2] for viewer in (second, first))
        assert after.status == (200 if wanted else 400)
        assert wanted is None or (after.body == before.body) == (wanted == other)
        assert (after.cached == "Hit from cloudfront") == (wanted == other and wanted is not None)


@contextmanager
def unkeyed(running: Laptop, pattern: str, header: str) -> Iterator[None]:
    """The header still reaches the function under that pattern, but is out of the cache key."""
    cloudfront = running.local.clients.get("cloudfront")
    identifier = running.local.ready()["distributions"][0]["id"]
    behavior = _behavior(cloudfront.get_distribution_config(Id=identifier)["DistributionConfig"], pattern)
    found = cloudfront.get_cache_policy(Id=behavior["CachePolicyId"])["CachePolicy"]["CachePolicyConfig"]
    forwarding = cloudfront.create_origin_request_policy(OriginRequestPolicyConfig=_forwarding(header))
    without = cloudfront.create_cache_policy(CachePolicyConfig=_without(found, header))
    changed = {
        "CachePolicyId": without["CachePolicy"]["Id"],
        "OriginRequestPolicyId": forwarding["OriginRequestPolicy"]["Id"],
    }
    before = _change(cloudfront, identifier, pattern, changed)
    try:
        yield
    finally:
        _change(cloudfront, identifier, pattern, before)


def _change(cloudfront: Any, identifier: str, pattern: str, wanted: Mapping[str, str | None]) -> Any:
    """Sets these of the behaviour, or takes them away; returns what they were."""
    got = cloudfront.get_distribution_config(Id=identifier)
    behavior = _behavior(got["DistributionConfig"], pattern)
    before = {name: behavior.get(name) for name in wanted}
    for name, value in wanted.items():
        behavior.pop(name, None)
        behavior.update({name: value} if value else {})
    cloudfront.update_distribution(
        Id=identifier, IfMatch=got["ETag"], DistributionConfig=got["DistributionConfig"]
    )
    return before


def _behavior(config: Any, pattern: str) -> Any:
    return next(one for one in config["CacheBehaviors"]["Items"] if one["PathPattern"] == pattern)


def _forwarding(header: str) -> Any:
    return {
        "Name": f"forwards-{header}",
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": {"Quantity": 1, "Items": [header]}},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    }


def _without(config: Any, header: str) -> Any:
    keyed = config["ParametersInCacheKeyAndForwardedToOrigin"]
    names = [name for name in keyed["HeadersConfig"]["Headers"]["Items"] if name.lower() != header.lower()]
    assert len(names) + 1 == keyed["HeadersConfig"]["Headers"]["Quantity"]
    headers = {"HeaderBehavior": "none"}
    if names:
        headers = {"HeaderBehavior": "whitelist", "Headers": {"Quantity": len(names), "Items": names}}  # type: ignore[dict-item]
    return {
        **config,
        "Name": f"without-{header}",
        "ParametersInCacheKeyAndForwardedToOrigin": {**keyed, "HeadersConfig": headers},
    }
