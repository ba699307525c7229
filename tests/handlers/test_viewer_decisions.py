"""Who passes viewer-request under each behaviour, and what the cache sees of a request that does."""

from dataclasses import replace
from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.handlers.edge.events import header, headers_of
from tests.handlers import ruled
from tests.handlers.ruled import NOW, token, viewed, viewer_event

GRANT, LANGUAGE = "x-asset-edge-grant", "x-asset-edge-language"
SIGNED = token("/private/a.jpg")


def with_token(path: str, shown: str | None = None, **headers: str) -> dict[str, Any]:
    return viewer_event(path, f"token={shown or token(path)}", **headers)


def grant_of(event: object) -> str | None:
    return header(viewed(event), GRANT)


@pytest.mark.parametrize(
    ("event", "grant"),
    [
        (with_token("/private/a.jpg"), "any"),
        (with_token("/drafts/a.jpg"), "any"),
        (with_token("/moving/a.jpg"), "any"),
        (viewer_event("/drafts/a.jpg"), "none"),
        (viewer_event("/moving/a.jpg"), "none"),
        (viewer_event("/images/a.jpg"), "none"),
        (with_token("/claims/a.jpg", token("/claims/a.jpg", countries=["DE", "CA"])), "country=CA+DE"),
        (with_token("/series/a.mp4", token("/series/a.mp4", library="kids")), "library=kids"),
        (viewer_event("/private/a.jpg", cookie=f"a=1; asset-edge-token={SIGNED}; b=2"), "any"),
    ],
)
def test_what_a_token_opened_is_written_into_the_grant_header(event: object, grant: str) -> None:
    assert grant_of(event) == grant


@pytest.mark.parametrize("spoofed", ["any", "country=DE", "library=kids", ""])
@pytest.mark.parametrize("path", ["/drafts/a.jpg", "/moving/a.jpg", "/images/a.jpg"])
def test_a_grant_that_a_viewer_writes_is_overwritten(path: str, spoofed: str) -> None:
    answer = viewed(viewer_event(path, **{GRANT: spoofed, LANGUAGE: "de"}))
    assert [one["value"] for one in answer["headers"][GRANT]] == ["none"]
    assert header(answer, LANGUAGE) == "none"


REFUSED = {
    "no token": (viewer_event("/private/a.jpg"), "no token"),
    "no token, spoofed grant": (viewer_event("/private/a.jpg", **{GRANT: "any"}), "no token"),
    "no token, typed around": (viewer_event("/open/../private/a.jpg"), "no token"),
    "neighbour": (with_token("/private/b.jpg", SIGNED), "place"),
    "expired": (with_token("/private/a.jpg", token("/private/a.jpg", exp=int(NOW) - 31)), "expired"),
    "bad where none is needed yet": (with_token("/moving/a.jpg", SIGNED), "place"),
    "bad where published ones need none": (with_token("/drafts/a.jpg", SIGNED), "place"),
    "country claim where the key lacks it": (
        with_token("/private/a.jpg", token("/private/a.jpg", countries=["DE"])),
        "country claim",
    ),
    "library claim where there are none": (
        with_token("/drafts/a.jpg", token("/*", library="kids")),
        "library claim",
    ),
    "garbage": (with_token("/private/a.jpg", "garbage"), "form"),
    "policy alone": (viewer_event("/private/a.jpg", "policy=a.b.c"), "no token"),
    "bad link, good cookie": (
        viewer_event("/private/a.jpg", "token=a.b.c", cookie=f"asset-edge-token={SIGNED}"),
        "header",
    ),
}


@pytest.mark.parametrize(("event", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_tells_the_viewer_nothing_and_the_log_why(
    event: Any, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = viewed(event)
    assert answer == {
        "status": "403",
        "statusDescription": "Forbidden",
        "headers": {"cache-control": [{"key": "Cache-Control", "value": "no-store"}]},
    }
    text = capsys.readouterr().out
    (line,) = ruled.lines(text)
    assert (line["refused"], line["level"]) == (reason, "WARN")
    assert SIGNED not in text
    assert "garbage" not in text


@pytest.mark.parametrize("path", ["/moving/a.jpg", "/drafts/a.jpg"])
@pytest.mark.parametrize("cookie", [SIGNED, "garbage", token("/moving/*", exp=int(NOW) - 86_400)])
def test_an_old_cookie_locks_nobody_out_of_what_needs_no_token(path: str, cookie: str) -> None:
    assert grant_of(viewer_event(path, cookie=f"asset-edge-token={cookie}")) == "none"


def test_an_old_cookie_opens_nothing() -> None:
    assert viewed(viewer_event("/private/b.jpg", cookie=f"asset-edge-token={SIGNED}"))["status"] == "403"


def test_without_keys_nothing_is_opened(capsys: pytest.CaptureFixture[str]) -> None:
    keyless = replace(ruled.CONFIG, embargo=None)
    assert viewed(with_token("/private/a.jpg"), keyless)["status"] == "403"
    assert ruled.lines(capsys.readouterr().out)[0]["refused"] == "no keys"


def test_nothing_that_opens_an_asset_goes_on_from_here() -> None:
    shown = f"asset-edge-token={SIGNED}"
    event = viewer_event("/private/a.jpg", f"a=1&token={SIGNED}&policy=&b=2", cookie=f"x=1; {shown}")
    assert SIGNED not in str(viewed(viewer_event("/private/a.jpg", f"a=1&token={SIGNED}&b=2", cookie=shown)))
    assert SIGNED not in str(viewed(event))
    answer = viewed(viewer_event("/private/a.jpg", f"a=1&token={SIGNED}&b=2", cookie="x=1"))
    assert answer["querystring"] == "a=1&b=2"
    assert header(answer, "cookie") == "x=1"


def test_a_token_on_a_path_of_another_mode_is_stripped_all_the_same() -> None:
    assert viewed(viewer_event("/images/a.svg", f"token={SIGNED}"))["querystring"] == ""


@pytest.mark.parametrize("path", ["/private/a.jpg", "/drafts/a.jpg"])
def test_a_preflight_needs_no_token_and_has_no_grant(path: str) -> None:
    event = viewer_event(path, **{GRANT: "any"})
    event["Records"][0]["cf"]["request"]["method"] = "OPTIONS"
    assert grant_of(event) == "none"


def test_a_manifest_with_a_token_for_its_folder_is_answered_with_a_cookie_for_the_folder() -> None:
    shown = token("/private/film/*")
    answer = viewed(with_token("/private/film/a.m3u8", shown))
    assert (answer["status"], header(answer, "location")) == ("302", "/private/film/a.m3u8")
    assert header(answer, "cache-control") == "no-store"
    first = answer["headers"]["set-cookie"][0]["value"]
    assert first.startswith(f"asset-edge-token={shown}; Path=/private/film/; Max-Age=3600; ")
    segment = viewer_event("/private/film/1.ts", cookie=first.partition(";")[0])
    assert grant_of(segment) == "any"


def test_the_redirect_to_a_manifest_keeps_the_rest_of_its_query() -> None:
    shown = token("/private/film/*")
    answer = viewed(viewer_event("/private/film/a.mpd", f"q=1&token={shown}"))
    assert header(answer, "location") == "/private/film/a.mpd?q=1"


@pytest.mark.parametrize(
    ("query", "accept", "variant"),
    [
        ("h=20&w=10&utm=1", "", "w=10&h=20"),
        ("w=10&fm=auto", "image/avif,image/webp,*/*", "w=10&fm=avif"),
        ("w=10&fm=auto", "image/webp", "w=10&fm=webp"),
        ("w=10&fm=auto", "*/*", "w=10"),
        ("utm=1", "", ""),
    ],
)
def test_the_cache_sees_the_canonical_transformation(query: str, accept: str, variant: str) -> None:
    assert viewed(viewer_event("/images/a.jpg", query, accept=accept))["querystring"] == variant


def test_what_is_no_picture_has_no_transformation() -> None:
    assert viewed(viewer_event("/images/a.svg", "w=10"))["querystring"] == ""


@pytest.mark.parametrize("query", ["w=0", "w=1&w=2", "fm=bmp", "q=101"])
def test_a_transformation_that_cannot_be_is_answered_400(
    query: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert viewed(viewer_event("/images/a.jpg", query))["status"] == "400"
    assert ruled.lines(capsys.readouterr().out)[0]["refused"] == "transformation"


@pytest.mark.parametrize(
    ("accept_language", "language"), [("de-AT,en;q=0.5", "de"), ("fr", "en"), ("", "en"), ("\x00;;q", "en")]
)
def test_the_cache_sees_one_of_the_languages_that_the_libraries_have(
    accept_language: str, language: str
) -> None:
    answer = viewed(
        viewer_event("/video/film/a.m3u8", **{"accept-language": accept_language, LANGUAGE: "xx"})
    )
    assert header(answer, LANGUAGE) == language


def test_a_library_without_languages_leaves_no_choice() -> None:
    event = with_token("/series/a.mp4", **{"accept-language": "de"})
    assert header(viewed(event), LANGUAGE) == "none"


@pytest.mark.parametrize(
    "event",
    [event for event, _ in REFUSED.values()]
    + [with_token("/private/film/a.m3u8", token("/private/film/*")), viewer_event("/images/a.jpg", "w=1")],
)
def test_every_answer_is_one_that_cloudfront_takes(event: Any) -> None:
    rules.check_answer(event, viewed(event))


def test_the_event_is_left_alone() -> None:
    event = with_token("/private/a.jpg")
    before = str(event)
    viewed(event)
    assert str(event) == before
    assert GRANT not in headers_of(event["Records"][0]["cf"]["request"])
