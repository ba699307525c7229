"""The whole handler: what it answers itself, where it sends the rest, and what it does when it fails."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from asset_edge.handlers.edge.bucket_choice import Edge
from asset_edge.handlers.edge.events import header
from asset_edge.handlers.edge.origin_request import answer, edge_for, handler
from asset_edge.handlers.edge.routing import Candidate
from tests.handlers import golden
from tests.handlers.udp_server import honest, name_server, silent

EU, US = (bucket.region for bucket in golden.CONFIG.buckets)
EU_BEACON, US_BEACON = (bucket.beacon for bucket in golden.CONFIG.buckets)
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalr",
    "AWS_SESSION_TOKEN": "FwoGZ",
}

Json = Any


def event(
    name: str = "s3", *, method: str = "GET", uri: str = "/a.jpg", request_id: str = "id", **headers: str
) -> Json:
    found = golden.event(f"origin-request.{name}")
    record = found["Records"][0]["cf"]
    record["request"] |= {"method": method, "uri": uri}
    record["request"]["headers"] |= {name: [{"value": value}] for name, value in headers.items()}
    record["config"]["requestId"] = request_id
    return found


def edge(eu: int = 50, us: int = 50, **config: Any) -> Edge:
    candidates = [Candidate(EU, eu, healthy=eu > 0), Candidate(US, us, healthy=us > 0)]
    return golden.edge(candidates=lambda: candidates, config=replace(golden.CONFIG, **config))


def answered(event: Json, edge: Edge = golden.EDGE) -> Json:
    return answer(event, lambda: edge)


def region(event: Json, edge: Edge = golden.EDGE) -> str | None:
    return header(answered(event, edge), "x-asset-edge-region")


def never() -> Edge:
    raise AssertionError("no region has to be chosen for this")


ITSELF = {
    "preflight": (event(method="OPTIONS"), "204", "public, max-age=300"),
    "preflight of nothing": (event(method="OPTIONS", uri="/"), "204", "public, max-age=300"),
    "write": (event(method="PUT"), "405", "no-store"),
    "post to nothing": (event(method="POST", uri="/"), "405", "no-store"),
    "bad escape": (event(uri="/%zz"), "400", "no-store"),
    "bad escape, any method": (event(method="PUT", uri="/%zz"), "400", "no-store"),
    "empty key": (event(uri="/"), "404", "no-store"),
    "empty key, hidden": (event(uri="/a/%2e%2e"), "404", "no-store"),
    "empty key, HEAD": (event(method="HEAD", uri="/."), "404", "no-store"),
}


@pytest.mark.parametrize(("event", "status", "cache_control"), ITSELF.values(), ids=ITSELF.keys())
def test_what_needs_no_origin_is_answered_at_once(event: Json, status: str, cache_control: str) -> None:
    generated: Json = answer(event, never)
    assert generated["status"] == status
    assert header(generated, "cache-control") == cache_control
    assert "body" not in generated


@pytest.mark.parametrize("method", ["OPTIONS", "PUT"])
def test_whoever_may_not_do_this_is_told_what_may_be_done(method: str) -> None:
    assert header(answered(event(method=method)), "allow") == "GET, HEAD, OPTIONS"


def test_the_canonical_path_is_sent_and_hashed() -> None:
    spellings = ["/a%20b.jpg", "/x/../a%20b.jpg", "/%61%20b.jpg"]
    sent = [answered(event(uri=uri), edge()) for uri in spellings]
    assert {request["uri"] for request in sent} == {"/a%20b.jpg"}
    assert len({header(request, "x-asset-edge-region") for request in sent}) == 1


def test_one_object_comes_from_one_region_whatever_the_request() -> None:
    assert len({region(event(request_id=f"id-{number}"), edge()) for number in range(50)}) == 1


def test_objects_share_the_regions_by_weight() -> None:
    chosen = Counter(region(event(uri=f"/{number}.jpg"), edge(70, 30)) for number in range(2000))
    assert chosen[EU] / 2000 == pytest.approx(0.7, abs=0.04)


def test_requests_share_the_regions_where_the_behavior_says_so() -> None:
    chosen = Counter(
        region(event(uri="/demo/a.jpg", request_id=f"id-{number}"), edge()) for number in range(1000)
    )
    assert chosen[EU] / 1000 == pytest.approx(0.5, abs=0.06)


def test_a_behavior_covers_the_canonical_path_not_the_one_that_was_typed() -> None:
    typed = {region(event(uri="/demo/../a.jpg", request_id=f"id-{number}"), edge()) for number in range(50)}
    assert len(typed) == 1, "it is /a.jpg, which /demo/* does not cover"


def test_without_a_request_id_the_object_is_hashed() -> None:
    without = event(uri="/demo/a.jpg")
    del without["Records"][0]["cf"]["config"]["requestId"]
    assert region(without, edge()) == region(event(uri="/demo/a.jpg"), edge(behaviors=()))


@pytest.mark.parametrize("survived", ["nothing", "the headers", "all"])
def test_the_second_run_takes_the_other_region_whatever_survived_of_the_first(survived: str) -> None:
    for number in range(40):
        first = answered(event(uri=f"/{number}.jpg"), edge())
        again = event("s3-replica", uri=f"/{number}.jpg")
        request = again["Records"][0]["cf"]["request"]
        if survived != "nothing":
            request["headers"] = first["headers"]
        if survived == "all":
            request["origin"] = first["origin"]
        second = region(again, edge())
        assert {header(first, "x-asset-edge-region"), second} == {EU, US}


def test_the_second_run_signs_anew() -> None:
    first = answered(event(), edge(eu=50, us=0))
    again = event("s3-replica")
    again["Records"][0]["cf"]["request"]["headers"] = first["headers"]
    second = answered(again, edge(eu=50, us=0))
    assert f"/{US}/s3/" in (header(second, "authorization") or "")
    assert [len(values) for values in second["headers"].values()] == [1] * len(second["headers"])


def test_a_viewer_cannot_send_itself_to_a_region() -> None:
    for noted in (EU, US):
        forged = event(**{"x-asset-edge-region": noted, "x-origin-role": "replica"})
        assert region(forged, edge()) == region(event(), edge())


def test_static_origins_serve_without_dns_and_credentials() -> None:
    def no_dns() -> list[Candidate]:
        raise AssertionError("static origins need no choice")

    static = golden.edge(
        config=replace(golden.CONFIG, origin_auth="static"), candidates=no_dns, environment={}
    )
    request = answered(event("viewer-headers"), static)
    assert request["origin"] == event("viewer-headers")["Records"][0]["cf"]["request"]["origin"]
    assert header(request, "authorization") is None
    assert request["querystring"] == ""


def test_rotated_credentials_are_used_at_the_next_request() -> None:
    environment = dict(ENVIRONMENT)
    rotating = golden.edge(environment=environment)
    assert header(answered(event(), rotating), "x-amz-security-token") == "FwoGZ"
    environment["AWS_SESSION_TOKEN"] = "rotated"
    assert header(answered(event(), rotating), "x-amz-security-token") == "rotated"


def _raise() -> Any:
    raise RuntimeError("token=abc")


FAILURES: dict[str, Callable[[], Edge]] = {
    "dns": lambda: golden.edge(candidates=_raise),
    "no regions": lambda: golden.edge(candidates=list),
    "an unknown region": lambda: golden.edge(candidates=lambda: [Candidate("mars-1", 1, healthy=True)]),
    "credentials": lambda: golden.edge(environment={}),
    "clock": lambda: golden.edge(epoch_seconds=_raise),
}


@pytest.mark.parametrize("failing", FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.parametrize("name", ["s3", "s3-replica", "viewer-headers"])
def test_on_its_own_failure_the_origin_serves_as_configured(
    failing: Callable[[], Edge], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    served: Json = answer(event(name, uri="/a%2Bb.jpg", authorization="Bearer abc"), failing)
    assert served["origin"] == event(name)["Records"][0]["cf"]["request"]["origin"]
    assert (served["uri"], served["querystring"]) == ("/a%2Bb.jpg", "")
    assert header(served, "authorization") is None, "or the distribution would not sign for S3"
    line = capsys.readouterr().out
    assert json.loads(line)["level"] == "ERROR"
    assert "abc" not in line, "neither the viewer's header nor the error's text"


def test_the_handler_without_its_configuration_refuses_because_anything_may_be_protected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused: Json = handler(event(), None)
    assert refused["status"] == "403"
    assert json.loads(capsys.readouterr().out)["error"] == "ConfigError"


@pytest.mark.parametrize("stranger", [None, {}, {"Records": []}, [], "event"])
def test_what_is_no_event_is_answered_502(stranger: object, capsys: pytest.CaptureFixture[str]) -> None:
    generated: Json = handler(stranger, None)
    assert generated["status"] == "502"
    assert header(generated, "cache-control") == "no-store"
    assert json.loads(capsys.readouterr().out)["level"] == "ERROR"


def test_a_sample_of_decisions_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    answered(event("s3-replica"), edge(logged_share=1.0))
    line = json.loads(capsys.readouterr().out)
    assert (line["requestId"], line["run"]) == ("id", "2")
    assert line["region"] in {EU, US}


def test_the_sample_is_a_share_of_the_requests(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(1000):
        answered(event(request_id=f"id-{number}"), edge(logged_share=0.1))
    lines = capsys.readouterr().out.splitlines()
    assert 50 < len(lines) < 150
    assert all("wJalr" not in line and "AKID" not in line for line in lines)


def live(server: str, **config: Any) -> Edge:
    configured = replace(golden.CONFIG, name_servers=(server,), dns_timeout_seconds=0.2, **config)
    return edge_for(configured, ENVIRONMENT)


def test_live_dns_decides() -> None:
    with name_server(honest({EU_BEACON: ["60 IN A 127.0.0.0"], US_BEACON: ["60 IN A 127.0.0.9"]})) as server:
        real = live(server.address)
        assert {region(event(uri=f"/{number}"), real) for number in range(20)} == {US}
    assert len(server.asked) == 2, "one question a beacon for all the requests"


def test_the_dns_strategy_takes_the_bucket_that_route_53_chose() -> None:
    bucket = golden.CONFIG.buckets[1].domain_name
    zone = {"assets.example.com": [f"60 IN CNAME {bucket}."], bucket: ["5 IN A 192.0.2.1"]}
    with name_server(honest(zone)) as server:
        real = live(server.address, strategy="dns")
        assert {region(event(uri=f"/{number}"), real) for number in range(20)} == {US}


def test_a_silent_dns_gives_equal_shares_and_one_wait() -> None:
    with name_server(silent) as server:
        real = live(server.address)
        assert {region(event(uri=f"/{number}"), real) for number in range(20)} == {EU, US}
    assert len(server.asked) == 4, "two beacons, asked twice in the one look-up"


def test_the_systems_name_servers_are_asked_where_none_is_configured() -> None:
    with name_server(honest({US_BEACON: ["60 IN A 127.0.0.9"]})) as configured, name_server(silent) as system:
        for name_servers in ((), (configured.address,)):
            config = replace(golden.CONFIG, name_servers=name_servers, dns_timeout_seconds=0.1)
            region(event(), edge_for(config, ENVIRONMENT, lambda: (system.address,)))
    assert len(system.asked) == 4, "twice both, and not where there are others"
    assert configured.asked
