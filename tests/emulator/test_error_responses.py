"""Which page a viewer gets instead of an error, and what it costs the origin."""

from typing import Any

import pytest

from asset_edge.emulator.messages import EdgeResponse, OriginFailure, OriginRequest, OriginResponse
from tests.emulator.world import (
    PRIMARY,
    REPLICA,
    SECURITY_HEADERS,
    UNCHANGED,
    World,
    answer,
    behavior,
    cache_policy,
    cached,
    get,
    origin,
    result,
    results,
    served,
    some,
    value,
)


def error(status: int, page: str = "/errors/page.html", response: str = "", **more: Any) -> dict[str, Any]:
    """A custom error response in the API's shape; without a page, as the API writes that."""
    code = {"ResponseCode": response or str(status)} if page else {"ResponseCode": ""}
    return {"ErrorCode": status, "ResponsePagePath": page, **code, **more}


def with_pages(*errors: dict[str, Any], functions: tuple[str, ...] = (), **more: Any) -> Any:
    """One cached behaviour, and these custom error responses."""
    return cached(None, *functions, distribution_changes={"CustomErrorResponses": some(*errors)}, **more)


def only_pages(failing: Any = None) -> Any:
    """An origin that has nothing but error pages."""

    def fetch(request: OriginRequest) -> OriginResponse | OriginFailure:
        if request.target.startswith("/errors/"):
            return answer(200, b"sorry", Content_Type="text/html")
        found: OriginResponse | OriginFailure = failing or answer(404, b"<Error>")
        return found

    return fetch


def test_an_error_becomes_the_page_with_the_errors_own_status() -> None:
    world = World(with_pages(error(404)), fetch=only_pages())
    response = world.send()
    assert (result(response), response.reason, response.body) == ("404 Error", "Not Found", b"sorry")
    assert value(response, "content-type") == "text/html"
    assert [request.target for request in world.fetched] == ["/a.png", "/errors/page.html"]


def test_or_with_the_status_that_is_declared() -> None:
    world = World(with_pages(error(404, response="200")), fetch=only_pages())
    response = world.send()
    assert (result(response), response.reason) == ("200 Error", "OK")


def test_error_and_page_are_both_kept() -> None:
    world = World(with_pages(error(404)), fetch=only_pages())
    assert results(world, get(), get(), get("/errors/page.html")) == ["404 Error", "404 Error", "200 Hit"]
    assert len(world.fetched) == 2


def test_a_status_without_a_page_has_its_own_caching_time_alone() -> None:
    world = World(with_pages(error(404, page="", ErrorCachingMinTTL=60)), fetch=only_pages())
    assert world.send().body == b"<Error>"
    world.now += 59
    world.send()
    assert len(world.fetched) == 1


@pytest.mark.parametrize(
    ("failing", "status"),
    [
        (answer(500, b"oops"), 500),
        (answer(403, b"no"), 403),
        (answer(416, b""), 416),
        (OriginFailure.refused, 503),
        (OriginFailure.timeout, 504),
        (OriginFailure.unresolved, 502),
    ],
)
def test_every_kind_of_error_has_its_page(failing: Any, status: int) -> None:
    world = World(with_pages(error(status)), fetch=only_pages(failing))
    assert (world.send().status, world.send().body) == (status, b"sorry")


def test_only_the_statuses_that_are_declared_have_one() -> None:
    world = World(with_pages(error(404)), fetch=only_pages(answer(500, b"oops")))
    assert world.send().body == b"oops"


@pytest.mark.parametrize(
    ("of", "viewer"),
    [
        pytest.param({}, get(method="DELETE"), id="method"),
        pytest.param({}, get(body=b"x"), id="GET with a body"),
        pytest.param(
            {"ViewerProtocolPolicy": "https-only"},
            get(headers={"x-asset-edge-viewer": "proto=http"}),
            id="plain HTTP",
        ),
    ],
)
def test_what_cloudfront_refuses_by_itself_has_its_page_too(of: dict[str, Any], viewer: Any) -> None:
    world = World(with_pages(error(403), **of), fetch=only_pages())
    response = world.send(viewer)
    assert (response.status, response.body) == (403, b"sorry")
    assert [(request.method, request.body) for request in world.fetched] == [("GET", b"")]


def test_a_function_that_fails_has_its_page_too() -> None:
    world = World(
        with_pages(error(502), functions=("viewer-request",)),
        functions={"viewer-request": lambda _: "no answer"},
        fetch=only_pages(),
    )
    response = world.send()
    assert (response.status, response.body) == (502, b"sorry")
    assert value(response, "x-cache") == "LambdaValidationError from cloudfront"
    assert len(world.events) == 1, "no viewer-request for the page"


def test_an_answer_that_viewer_request_generates_is_no_error_to_replace() -> None:
    world = World(
        with_pages(error(403), functions=("viewer-request",)),
        functions={"viewer-request": lambda _: {"status": "403", "body": "mine"}},
        fetch=only_pages(),
    )
    assert world.send().body == b"mine"


def test_one_that_origin_request_generates_is() -> None:
    def gone(record: Any) -> Any:
        request = record["request"]
        return request if request["uri"].startswith("/errors/") else {"status": "404", "body": "mine"}

    world = World(
        with_pages(error(404), functions=("origin-request",)),
        functions={"origin-request": gone},
        fetch=only_pages(),
    )
    assert world.send().body == b"sorry"


def test_a_page_comes_through_the_behaviour_of_its_own_path_with_that_ones_origin_functions() -> None:
    pages = behavior("replica", ("viewer-request", "origin-request"), PathPattern="/errors/*")
    of = served(
        DefaultCacheBehavior=behavior("primary", tuple(UNCHANGED), ResponseHeadersPolicyId=SECURITY_HEADERS),
        CacheBehaviors=some(pages),
        CustomErrorResponses=some(error(404)),
    )
    world = World(of, functions=UNCHANGED, fetch=only_pages())
    response = world.send()
    assert [request.domain_name for request in world.fetched] == [PRIMARY, REPLICA]
    assert world.triggers == ["viewer-request", "origin-request", "origin-response", "origin-request"]
    assert value(response, "x-content-type-options") == "nosniff", "the policy is that of the path asked for"


def test_viewer_response_never_runs_for_a_page_even_one_with_200() -> None:
    world = World(
        with_pages(error(404, response="200"), functions=("viewer-response",)),
        functions=UNCHANGED,
        fetch=only_pages(),
    )
    assert result(world.send()) == "200 Error"
    assert world.events == []


@pytest.mark.parametrize("failing", [answer(403, b"no"), OriginFailure.refused])
def test_where_the_page_cannot_be_had_the_viewer_gets_the_failure_to_get_it(failing: Any) -> None:
    world = World(
        with_pages(error(404), error(403)),
        fetch=lambda request: failing if request.target.startswith("/errors/") else answer(404, b""),
    )
    assert world.send().status == (403 if isinstance(failing, OriginResponse) else 503)
    assert len(world.fetched) == 2, "no page for the page"


@pytest.mark.parametrize(
    "headers", [{"Range": "bytes=0-1"}, {"If-None-Match": "*"}, {"If-Match": '"1"'}, {"If-Range": '"1"'}]
)
def test_what_a_viewer_wants_of_the_object_says_nothing_about_the_page(headers: dict[str, str]) -> None:
    world = World(with_pages(error(404)), fetch=only_pages())
    response: EdgeResponse = world.send(get(headers=headers))
    assert (response.status, response.body) == (404, b"sorry")
    assert not {name.lower() for name in headers} & set(world.fetched[1].headers)


def test_a_head_request_gets_the_pages_head() -> None:
    world = World(with_pages(error(404)), fetch=only_pages())
    world.send(get(method="HEAD"))
    assert [request.method for request in world.fetched] == ["HEAD", "HEAD"]


def test_with_caching_disabled_error_and_page_are_asked_for_every_time() -> None:
    of = cached(cache_policy(ttls=(0, 0, 0)), distribution_changes={"CustomErrorResponses": some(error(404))})
    world = World(of, fetch=only_pages())
    assert results(world, get(), get()) == ["404 Error", "404 Error"]
    assert len(world.fetched) == 4


def test_each_viewer_gets_a_page_of_cloudfronts_with_its_own_request_id() -> None:
    ids = iter("abcdefgh")
    world = World(cached(), fetch=lambda _: OriginFailure.refused)
    world.edge.new_request_id = lambda: f"id-{next(ids)}"
    first, second = world.send(), world.send()
    assert len(world.fetched) == 1
    assert b"Request ID: id-a" in first.body
    assert b"Request ID: id-b" in second.body
    assert b"id-a" not in second.body


COUNTRIES = {"Restrictions": {"GeoRestriction": {"RestrictionType": "whitelist", **some("DE", "AT")}}}


@pytest.mark.parametrize(
    ("kind", "country", "status"),
    [
        ("whitelist", "DE", 200),
        ("whitelist", "FR", 403),
        ("whitelist", None, 200),
        ("blacklist", "DE", 403),
        ("blacklist", "FR", 200),
        ("blacklist", None, 200),
        ("none", "DE", 200),
    ],
)
def test_a_distribution_serves_only_the_countries_it_permits(
    kind: str, country: str | None, status: int
) -> None:
    items = some() if kind == "none" else some("DE", "AT")
    restrictions = {"Restrictions": {"GeoRestriction": {"RestrictionType": kind, **items}}}
    world = World(cached(None, "viewer-request", distribution_changes=restrictions), functions=UNCHANGED)
    headers = {"x-asset-edge-viewer": f"country={country}"} if country else {}
    assert world.send(get(headers=headers)).status == status
    assert len(world.events) == (1 if status == 200 else 0), "it is decided before any function"


def test_a_country_that_is_not_served_has_its_page() -> None:
    pages = {"CustomErrorResponses": some(error(403))}
    world = World(cached(distribution_changes=COUNTRIES | pages), fetch=only_pages())
    response = world.send(get(headers={"x-asset-edge-viewer": "country=FR"}))
    assert (result(response), response.body) == ("403 Error", b"sorry")


def test_an_object_in_the_cache_does_not_open_the_country() -> None:
    world = World(cached(distribution_changes=COUNTRIES))
    viewers = (get(headers={"x-asset-edge-viewer": f"country={c}"}) for c in ("DE", "FR"))
    assert results(world, *viewers) == ["200 Miss", "403 Error"]


def test_pages_of_a_bucket_of_their_own_need_no_other_setting() -> None:
    origins = some(origin("primary", PRIMARY), origin("replica", REPLICA))
    of = served(
        Origins=origins,
        CacheBehaviors=some(behavior("replica", PathPattern="/errors/*")),
        CustomErrorResponses=some(error(503, response="200")),
        DefaultCacheBehavior=behavior("primary"),
    )
    world = World(of, fetch=only_pages(OriginFailure.refused))
    assert result(world.send()) == "200 Error"
