"""What origin-request answers or sends under each behaviour: status, licence, library, variant, notes."""

from dataclasses import replace
from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.handlers.edge.cachetags import tag_of_key
from asset_edge.handlers.edge.events import header
from asset_edge.handlers.edge.registry_rows import MISSING, UNREACHABLE, NoRow, Row
from asset_edge.handlers.edge.routing import Candidate
from tests.handlers import ruled
from tests.handlers.ruled import EU, PUBLISHED, TAG_HEADER, US, always, edge, origin_event, second_run, sent

GRANT, COUNTRY, LANGUAGE = "x-asset-edge-grant", "cloudfront-viewer-country", "x-asset-edge-language"
NOTES = ("x-asset-edge-path", "x-asset-edge-rule", "x-asset-edge-tags", "x-asset-edge-trace")

DRAFT, ARCHIVED, EMBARGOED = Row("draft"), Row("archived"), Row("embargoed")
OPEN = None


def status_of(event: Any, found: Any = PUBLISHED) -> str | None:
    answer = sent(event, edge(always(found)))
    rules.check_answer(event, answer)
    status: str | None = answer.get("status")
    return status


STATUSES = [
    ("/known/a", {}, PUBLISHED, OPEN),
    ("/known/a", {}, DRAFT, "404"),
    ("/known/a", {}, ARCHIVED, "410"),
    ("/known/a", {}, EMBARGOED, "403"),
    ("/known/a", {GRANT: "any"}, EMBARGOED, "403"),
    ("/known/a", {}, MISSING, OPEN),
    ("/known/a", {}, UNREACHABLE, OPEN),
    ("/drafts/a", {GRANT: "none"}, PUBLISHED, OPEN),
    ("/drafts/a", {GRANT: "none"}, DRAFT, "403"),
    ("/drafts/a", {GRANT: "any"}, DRAFT, OPEN),
    ("/drafts/a", {GRANT: "any"}, ARCHIVED, "410"),
    ("/drafts/a", {}, DRAFT, "403"),
    ("/drafts/a", {GRANT: "all"}, DRAFT, "403"),
    ("/drafts/a", {GRANT: "none"}, UNREACHABLE, "403"),
    ("/drafts/a", {GRANT: "any"}, UNREACHABLE, OPEN),
    ("/moving/a", {GRANT: "none"}, DRAFT, OPEN),
    ("/private/a", {GRANT: "none"}, PUBLISHED, "403"),
    ("/private/a", {}, PUBLISHED, "403"),
    ("/private/a", {GRANT: "any"}, PUBLISHED, OPEN),
    ("/open/../private/a", {}, PUBLISHED, "403"),
    ("/plain/a", {}, ARCHIVED, OPEN),
]


@pytest.mark.parametrize(("path", "headers", "found", "status"), STATUSES)
def test_what_a_status_gives(path: str, headers: dict[str, str], found: Any, status: str | None) -> None:
    assert status_of(origin_event(path, **headers), found) == status


LICENCES = [
    ("/licensed/a", {COUNTRY: "GB"}, PUBLISHED, OPEN),
    ("/licensed/a", {COUNTRY: "DE"}, PUBLISHED, "302"),
    ("/licensed/a", {COUNTRY: "FR"}, PUBLISHED, "451"),
    ("/licensed/a", {}, PUBLISHED, "451"),
    ("/licensed/a", {COUNTRY: "gb"}, PUBLISHED, "451"),
    ("/licensed/a", {COUNTRY: "GB"}, Row("published", countries=("DE",)), "451"),
    ("/licensed/a", {COUNTRY: "GB"}, UNREACHABLE, "451"),
    ("/licensed/a", {COUNTRY: "GB"}, MISSING, OPEN),
    ("/shown/a", {COUNTRY: "GB"}, UNREACHABLE, OPEN),
    ("/claims/a", {GRANT: "country=DE", COUNTRY: "DE"}, PUBLISHED, OPEN),
    ("/claims/a", {GRANT: "country=DE", COUNTRY: "US"}, PUBLISHED, "451"),
    ("/claims/a", {GRANT: "country=DE"}, PUBLISHED, "451"),
    ("/known/a", {COUNTRY: "DE"}, Row("published", countries=("US",)), "451"),
    ("/video/film/a.m3u8", {COUNTRY: "DE", LANGUAGE: "de"}, PUBLISHED, OPEN),
    ("/video/film/a.m3u8", {COUNTRY: "FR", LANGUAGE: "de"}, PUBLISHED, "451"),
    ("/video/film/a.m3u8", {LANGUAGE: "de"}, PUBLISHED, "451"),
    ("/video/film/a.m3u8", {COUNTRY: "DE"}, Row("published", libraries=("us",)), "451"),
    ("/video/film/a.m3u8", {COUNTRY: "DE"}, UNREACHABLE, "451"),
]


@pytest.mark.parametrize(("path", "headers", "found", "status"), LICENCES)
def test_what_a_licence_gives(path: str, headers: dict[str, str], found: Any, status: str | None) -> None:
    assert status_of(origin_event(path, **headers), found) == status


def test_a_redirect_leads_to_the_same_asset_and_variant_at_the_countrys_host() -> None:
    answer = sent(origin_event("/shown/a%20b.jpg", "w=1", **{COUNTRY: "CA"}), edge())
    assert header(answer, "location") == "https://ca.assets.example.com/shown/a%20b.jpg"
    transforming = [replace(one, transforms=True) for one in ruled.CONFIG.behaviors if one.territory]
    config = replace(ruled.CONFIG, behaviors=tuple(transforming))
    answer = sent(origin_event("/shown/a.jpg", "h=2&w=1&x=3", **{COUNTRY: "CA"}), edge(config=config))
    assert header(answer, "location") == "https://ca.assets.example.com/shown/a.jpg?w=1&h=2"


KEPT: list[tuple[str, dict[str, str], Row | NoRow, str]] = [
    ("/known/a", {}, ARCHIVED, "410"),
    ("/licensed/a", {COUNTRY: "FR"}, Row("published", tags=("tv",)), "451"),
    ("/licensed/a", {COUNTRY: "DE"}, Row("published", tags=("tv",)), "302"),
    ("/video/film/a.m3u8", {COUNTRY: "FR"}, PUBLISHED, "451"),
]


@pytest.mark.parametrize(("path", "headers", "found", "status"), KEPT)
def test_what_is_decided_about_an_asset_is_kept_shortly_and_can_be_purged(
    path: str, headers: dict[str, str], found: Row, status: str
) -> None:
    answer = sent(origin_event(path, **headers), edge(always(found)))
    assert (answer["status"], header(answer, "cache-control")) == (status, "public, max-age=60")
    tags = (header(answer, TAG_HEADER) or "").split(",")
    assert tags[0] == tag_of_key(path[1:])
    assert [tag for tag in tags if not tag.startswith("key:")] == list(found.tags)


UNKEPT: list[tuple[str, dict[str, str], Row | NoRow, str]] = [
    ("/known/a", {}, DRAFT, "404"),
    ("/drafts/a", {GRANT: "none"}, DRAFT, "403"),
    ("/licensed/a", {}, PUBLISHED, "451"),
    ("/licensed/a", {COUNTRY: "GB"}, UNREACHABLE, "451"),
    ("/claims/a", {GRANT: "country=DE", COUNTRY: "US"}, PUBLISHED, "451"),
    ("/images/a.jpg", {}, PUBLISHED, "400"),
]


@pytest.mark.parametrize(("path", "headers", "found", "status"), UNKEPT)
def test_what_depends_on_the_viewer_or_a_failure_is_kept_by_nobody_and_says_nothing(
    path: str, headers: dict[str, str], found: Any, status: str
) -> None:
    answer = sent(origin_event(path, "w=0", **headers), edge(always(found)))
    assert answer["status"] == status
    assert answer["headers"] == {"cache-control": [{"key": "Cache-Control", "value": "no-store"}]}


def test_the_log_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    for path, headers, found, _ in [*UNKEPT, *KEPT]:
        sent(origin_event(path, "w=0", **headers), edge(always(found)))
    reasons = [line.get("refused", line["message"]) for line in ruled.lines(capsys.readouterr().out)]
    assert reasons == [
        *("status", "status", "territory", "licence unknown", "territory", "transformation"),
        *("status", "territory", "decided", "library"),
    ]


def test_the_registry_is_asked_for_the_key_or_for_what_stands_for_many() -> None:
    known = always(PUBLISHED)
    sent(origin_event("/known/a%20b/c.jpg"), edge(known))
    sent(origin_event("/video/film/seg/1.ts", **{COUNTRY: "DE"}), edge(known))
    sent(origin_event("/private/a", **{GRANT: "any"}), edge(known))
    assert known.asked == ["known/a b/c.jpg", "video/film"]


@pytest.mark.parametrize(
    ("headers", "row", "path"),
    [
        ({COUNTRY: "DE", LANGUAGE: "de"}, PUBLISHED, "/video/eu/de/film/a.m3u8"),
        ({COUNTRY: "US", LANGUAGE: "xx"}, PUBLISHED, "/video/us/en/film/a.m3u8"),
        ({COUNTRY: "DE", LANGUAGE: "de"}, Row("published", languages=("en",)), "/video/eu/en/film/a.m3u8"),
    ],
)
def test_the_library_and_the_language_are_put_into_the_path(
    headers: dict[str, str], row: Row, path: str
) -> None:
    answer = sent(origin_event("/video/film/a.m3u8", **headers), edge(always(row)))
    assert answer["uri"] == path
    assert header(answer, "x-asset-edge-path") == "/video/film/a.m3u8"


def test_a_tokens_library_is_the_one_that_is_served() -> None:
    for grant, path in (("any", "/series/world/a.mp4"), ("library=kids", "/series/kids/a.mp4")):
        event = origin_event("/series/a.mp4", **{GRANT: grant, LANGUAGE: "none"})
        assert sent(event, edge())["uri"] == path
    assert status_of(origin_event("/series/a.mp4", **{GRANT: "library=other", LANGUAGE: "none"})) == "451"


def test_nobody_gets_the_default_library_by_a_behaviour_that_tells_no_country() -> None:
    around = origin_event("/series%2Fa.mp4", **{GRANT: "any"})
    assert status_of(around) == "451"
    assert header(sent(around, edge()), "cache-control") == "no-store"
    assert status_of(origin_event("/series/a.mp4", **{GRANT: "any", COUNTRY: "FR"})) is None


@pytest.mark.parametrize("survived", [True, False])
def test_the_second_run_decides_the_same_whether_the_first_runs_edits_survive(survived: bool) -> None:
    known = always(Row("published", tags=("film",)))
    headers = {COUNTRY: "DE", LANGUAGE: "de"}
    first = sent(origin_event("/video/film/a.m3u8", **headers), edge(known))
    again = second_run("/video/film/a.m3u8", **headers)
    if survived:
        again["Records"][0]["cf"]["request"] |= {key: first[key] for key in ("uri", "querystring", "headers")}
    second = sent(again, edge(known))
    assert second["uri"] == first["uri"] == "/video/eu/de/film/a.m3u8"
    assert {header(one, "x-asset-edge-region") for one in (first, second)} == {EU, US}
    assert header(second, "x-asset-edge-path") == "/video/film/a.m3u8"


def test_a_path_that_a_viewer_notes_counts_only_where_it_leads_to_this_one() -> None:
    forged = {COUNTRY: "DE", LANGUAGE: "de", "x-asset-edge-path": "/video/other/a.m3u8"}
    answer = sent(origin_event("/video/film/a.m3u8", **forged), edge())
    assert answer["uri"] == "/video/eu/de/film/a.m3u8"


def test_a_grant_is_still_known_in_the_second_run() -> None:
    first = sent(origin_event("/private/a", **{GRANT: "any"}), edge())
    again = second_run("/private/a")
    again["Records"][0]["cf"]["request"]["headers"] = first["headers"]
    assert "status" not in sent(again, edge())


def test_a_transformation_goes_to_the_image_service_of_the_region_signed_for_lambda() -> None:
    event = origin_event("/images/a.jpg", "h=2&w=1&bg=rgb:aabbcc&fit=pad&x=1")
    answer = sent(event, edge())
    rules.check_answer(event, answer)
    region = header(answer, "x-asset-edge-region")
    assert answer["origin"]["custom"]["domainName"] == f"images.lambda-url.{region}.on.aws"
    assert header(answer, "host") == f"images.lambda-url.{region}.on.aws"
    assert answer["querystring"].startswith("w=1&h=2&fit=pad")
    assert f"/{region}/lambda/aws4_request" in (header(answer, "authorization") or "")
    assert header(answer, "x-amz-content-sha256") is None


def test_a_transformation_goes_where_weights_and_health_lead() -> None:
    for up, down in ((EU, US), (US, EU)):
        candidates = [Candidate(up, 1, True), Candidate(down, 0, False)]
        answer = sent(origin_event("/images/a.jpg", "w=1"), edge(candidates=lambda: candidates))  # noqa: B023
        assert header(answer, "x-asset-edge-region") == up


def test_where_a_region_has_no_image_service_another_regions_answers() -> None:
    config = replace(ruled.CONFIG, image_services=ruled.CONFIG.image_services[1:])
    for number in range(20):
        answer = sent(origin_event(f"/images/{number}.jpg", "w=1"), edge(config=config))
        assert answer["origin"]["custom"]["domainName"] == f"images.lambda-url.{US}.on.aws"
        assert header(answer, "x-asset-edge-region") == US


@pytest.mark.parametrize(("path", "query"), [("/images/a.jpg", ""), ("/images/a.svg", "w=1")])
def test_what_is_not_transformed_comes_from_the_bucket(path: str, query: str) -> None:
    answer = sent(origin_event(path, query), edge())
    assert ".s3." in answer["origin"]["custom"]["domainName"]
    assert answer["querystring"] == ""


def test_what_was_decided_is_noted_for_the_response() -> None:
    row = Row("published", cache_rule="news", tags=("a", "b"))
    answer = sent(origin_event("/known/a", **dict.fromkeys(NOTES, "forged")), edge(always(row)))
    region = header(answer, "x-asset-edge-region")
    assert [header(answer, note) for note in NOTES] == [
        None,
        "news",
        "a,b",
        f"status=published region={region} run=1",
    ]


def test_the_tag_of_an_entry_is_noted_where_it_stands_for_many_objects() -> None:
    answer = sent(
        origin_event("/video/film/a", **{COUNTRY: "DE"}), edge(always(Row("published", tags=("a",))))
    )
    assert header(answer, "x-asset-edge-tags") == f"{tag_of_key('video/film')},a"


def test_static_origins_have_the_decisions_all_the_same() -> None:
    static = replace(ruled.CONFIG, origin_auth="static")
    assert sent(origin_event("/known/a"), edge(always(ARCHIVED), config=static))["status"] == "410"
    answer = sent(origin_event("/video/film/a", **{COUNTRY: "DE"}), edge(config=static))
    assert "s3" in answer["origin"]
    assert answer["uri"] == "/video/eu/en/film/a"
