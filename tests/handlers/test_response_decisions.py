"""What origin-response says of an answer under each behaviour: how long, by which tags, what was decided."""

from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.handlers.edge.cachetags import tag_of_key
from asset_edge.handlers.edge.events import header
from asset_edge.handlers.edge.registry_rows import Row
from tests.handlers import golden, ruled
from tests.handlers.ruled import PUBLISHED, TAG_HEADER, always, edge, origin_event, responded, sent

GRANT, COUNTRY, LANGUAGE = "x-asset-edge-grant", "cloudfront-viewer-country", "x-asset-edge-language"
LONG = "public, max-age=31536000, immutable, stale-while-revalidate=60"


def told(
    path: str, found: Any = PUBLISHED, *, status: str = "200", query: str = "", **headers: str
) -> dict[str, Any]:
    """The answer to a request that went the whole way, where the origin says to keep it for long."""
    request = sent(origin_event(path, query, **headers), edge(always(found)))
    assert "origin" in request
    response = responded(request, status, cache_control=LONG)
    event = golden.event("origin-response.200")
    event["Records"][0]["cf"]["request"] = request
    rules.check_answer(event, response)
    found_response: dict[str, Any] = response
    return found_response


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/private/a", {GRANT: "any"}),
        ("/drafts/a", {GRANT: "any"}),
        ("/moving/a", {GRANT: "none"}),
        ("/licensed/a", {COUNTRY: "GB"}),
        ("/video/film/a", {COUNTRY: "DE"}),
    ],
)
def test_what_can_be_revoked_is_kept_for_a_minute(path: str, headers: dict[str, str]) -> None:
    said = header(told(path, **headers), "cache-control") or ""
    assert "max-age=60" in said
    assert not {"immutable", "stale-while-revalidate"} & set(said.replace("=", ",").split(","))


@pytest.mark.parametrize("path", ["/known/a", "/plain/a", "/images/a.jpg"])
def test_what_is_public_is_kept_as_its_origin_says(path: str) -> None:
    assert header(told(path), "cache-control") == LONG


def test_a_rule_says_how_long() -> None:
    assert "max-age=5" in (header(told("/quick/a"), "cache-control") or "")


def test_the_registry_names_the_rule_and_the_tags() -> None:
    answer = told("/known/a", Row("published", cache_rule="news", tags=("one", "two")))
    assert "max-age=30" in (header(answer, "cache-control") or "")
    assert (header(answer, TAG_HEADER) or "").split(",") == [tag_of_key("known/a"), "one", "two", "news"]


def test_the_tags_are_of_the_asset_as_it_was_asked_for_and_of_the_entry_that_stands_for_it() -> None:
    answer = told("/video/film/a.m3u8", **{COUNTRY: "DE"})
    tags = (header(answer, TAG_HEADER) or "").split(",")
    assert tags == [tag_of_key("video/film/a.m3u8"), tag_of_key("video/film")]


@pytest.mark.parametrize("status", ["404", "500", "503"])
@pytest.mark.parametrize("path", ["/known/a", "/plain/a", "/quick/a"])
def test_nobody_keeps_a_failure(path: str, status: str) -> None:
    answer = told(path, status=status)
    assert header(answer, "cache-control") == "no-store"
    assert header(answer, "server-timing") is None


def test_who_asks_for_a_picture_is_told_that_its_format_depends_on_him() -> None:
    assert header(told("/images/a.jpg", query="w=1"), "vary") == "Accept"
    request = sent(origin_event("/images/a.jpg"), edge())
    assert header(responded(request, vary="Origin"), "vary") == "Origin, Accept"
    assert header(told("/known/a"), "vary") is None


def test_what_was_decided_can_be_seen_in_the_browser() -> None:
    answer = told("/known/a")
    region = header(answer, "x-asset-edge-region")
    assert header(answer, "server-timing") == f'asset-edge;desc="status=published region={region} run=1"'


def test_the_image_services_region_is_told_and_its_refusal_is_ours() -> None:
    answer = told("/images/a.jpg", query="w=1")
    assert header(answer, "x-asset-edge-region") in {ruled.EU, ruled.US}
    assert told("/images/a.jpg", query="w=1", status="403")["status"] == "502"


def test_a_viewers_notes_reach_nobody() -> None:
    forged = {
        "x-asset-edge-trace": 'x",evil',
        "x-asset-edge-tags": "evil",
        "x-asset-edge-rule": "news",
        "x-asset-edge-path": "/quick/a",
    }
    for path in ("/plain/a", "/known/a", "/images/a.jpg"):
        answer = told(path, **forged)
        assert "evil" not in str(answer)
        assert header(answer, "cache-control") == LONG


@pytest.mark.parametrize("status", ["301", "302", "307", "308"])
def test_a_redirect_is_kept_as_long_as_its_origin_says_and_no_longer(status: str) -> None:
    request = sent(origin_event("/known/a"), edge(always(PUBLISHED)))
    assert header(responded(request, status), "cache-control") == "no-store"
    assert header(responded(request, status, cache_control=LONG), "cache-control") == LONG
    assert header(responded(request, status, expires="0"), "cache-control") is None
    quick = sent(origin_event("/quick/a"), edge())
    assert header(responded(quick, status), "cache-control") == "no-store"
