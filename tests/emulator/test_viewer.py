"""What comes off the wire, and the statuses for what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.pages import EdgeError
from asset_edge.emulator.viewer import Wire, viewer_request

HOST = ("Host", "d1.cloudfront.net")


def wire(target: str = "/a.png", *headers: tuple[str, str], method: str = "GET", body: bytes = b"") -> Wire:
    return Wire(method=method, target=target, headers=[HOST, *headers], peer="192.0.2.1", body=body)


def test_a_request_keeps_its_path_query_and_headers_as_sent() -> None:
    viewer = viewer_request(wire("/a%20b?x=%2F&y", ("Accept", "a"), ("accept", "b")))
    assert viewer.request["uri"] == "/a%20b"
    assert viewer.request["querystring"] == "x=%2F&y"
    assert viewer.request["headers"]["accept"] == [
        {"key": "Accept", "value": "a"},
        {"key": "accept", "value": "b"},
    ]
    assert (viewer.request["clientIp"], viewer.protocol, viewer.country) == ("192.0.2.1", "https", None)


@pytest.mark.parametrize(
    "name", ["Connection", "Keep-Alive", "TE", "Transfer-Encoding", "X-Amz-Cf-Id", "X-Edge-Y", "X-Real-IP"]
)
def test_no_function_sees_headers_of_the_hop_or_of_cloudfront(name: str) -> None:
    assert set(viewer_request(wire("/", (name, "x"))).request["headers"]) == {"host"}


def test_one_header_says_who_the_viewer_is_and_goes_no_further() -> None:
    told = ("X-Asset-Edge-Viewer", "country=DE, ip=2001:db8::1, proto=http")
    viewer = viewer_request(wire("/", told))
    assert (viewer.request["clientIp"], viewer.country, viewer.protocol) == ("2001:db8::1", "DE", "http")
    assert "x-asset-edge-viewer" not in viewer.request["headers"]


@pytest.mark.parametrize(
    "told",
    [
        "country=Germany",
        "country=de",
        "ip=300.1.1.1",
        "ip=",
        "proto=ftp",
        "cuontry=DE",
        "=",
        "country",
        "<b>=1",
    ],
)
def test_a_viewer_that_cannot_be_is_a_bad_request(told: str) -> None:
    with pytest.raises(EdgeError) as refused:
        viewer_request(wire("/", ("x-asset-edge-viewer", told)))
    assert refused.value.status == 400
    assert "<" not in refused.value.why, "nothing of the viewer's gets onto the page"


def test_an_empty_viewer_header_changes_nothing() -> None:
    assert viewer_request(wire("/", ("x-asset-edge-viewer", " , "))).request["clientIp"] == "192.0.2.1"


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        pytest.param(wire("/" + "a" * 8191), None, id="the longest URL"),
        pytest.param(wire("/" + "a" * 8192), 414, id="one longer"),
        pytest.param(wire("/", ("x", "y" * 32_000)), None, id="large headers"),
        pytest.param(wire("/", ("x", "y" * 33_000)), 494, id="too large headers"),
        pytest.param(wire("http://x/"), 400, id="absolute form"),
        pytest.param(wire("*"), 400, id="asterisk form"),
        pytest.param(wire("/a b"), 400, id="a space"),
        pytest.param(wire("/a\x7f"), 400, id="a control character"),
        pytest.param(wire("/", HOST), 400, id="two hosts"),
        pytest.param(Wire(method="GET", target="/", headers=[], peer="::1"), 400, id="no host"),
        pytest.param(
            Wire(method="GET", target="/", headers=[("Host", "")], peer="::1"), 400, id="empty host"
        ),
    ],
)
def test_malformed_requests_get_cloudfronts_status(request_line: Wire, status: int | None) -> None:
    if status is None:
        assert viewer_request(request_line).request["headers"]["host"]
        return
    with pytest.raises(EdgeError) as refused:
        viewer_request(request_line)
    assert refused.value.status == status


@given(
    target=st.text(max_size=60),
    headers=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=5),
    told=st.text(max_size=30),
)
def test_any_request_is_taken_or_refused_with_a_status(
    target: str, headers: list[tuple[str, str]], told: str
) -> None:
    assert outcome(wire(target, *headers, ("x-asset-edge-viewer", told))) in ("taken", 400, 414, 494)


def outcome(request_line: Wire) -> object:
    try:
        viewer = viewer_request(request_line)
    except EdgeError as error:
        return error.status
    return "taken" if viewer.request["uri"].startswith("/") else viewer
