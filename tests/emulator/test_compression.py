"""Which answers are compressed, and what becomes of their headers."""

import gzip
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.compression import (
    LEAST_BYTES,
    MOST_BYTES,
    STATUSES,
    TYPES,
    accepts_gzip,
    compressed,
)
from asset_edge.emulator.messages import to_headers
from asset_edge.handlers.edge.events import Headers


@dataclass(frozen=True)
class Encodings:
    gzip: bool = True
    brotli: bool = True


BODY = b"a picture is worth " * 100


def headers(body: bytes = BODY, **told: str) -> Headers:
    named = {name.replace("_", "-"): value for name, value in told.items()}
    return to_headers({"content-type": "text/html", "content-length": str(len(body)), **named})


def values(found: Headers) -> dict[str, str]:
    return {name: pairs[0]["value"] for name, pairs in found.items()}


def serve(
    body: bytes = BODY,
    told: Headers | None = None,
    *,
    status: int = 200,
    accept: str = "br,gzip",
    policy: Encodings | None = None,
) -> tuple[Headers, bytes]:
    given_headers = headers(body) if told is None else told
    return compressed(status, given_headers, body, accept_encoding=accept, policy=policy or Encodings())


def test_whoever_accepts_gzip_gets_it() -> None:
    found, body = serve()
    assert gzip.decompress(body) == BODY
    assert values(found) == {
        "content-type": "text/html",
        "content-encoding": "gzip",
        "content-length": str(len(body)),
        "vary": "Accept-Encoding",
    }


def test_the_same_answer_is_the_same_bytes() -> None:
    assert serve() == serve()


@given(st.binary(min_size=LEAST_BYTES, max_size=3_000))
def test_nothing_is_lost(body: bytes) -> None:
    found, smaller = serve(body)
    assert gzip.decompress(smaller) == body
    assert values(found)["content-length"] == str(len(smaller))


def test_the_answer_it_is_given_is_not_changed() -> None:
    told = headers(etag='"e"')
    kept = headers(etag='"e"')
    serve(told=told)
    assert told == kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('"strong"', 'W/"strong"', id="strong"),
        pytest.param('W/"weak"', 'W/"weak"', id="weak"),
        pytest.param("neither", None, id="neither"),
    ],
)
def test_an_etag_becomes_weak(before: str, after: str | None) -> None:
    assert values(serve(told=headers(etag=before))[0]).get("etag") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Origin", "Origin, Accept-Encoding"),
        ("accept-encoding", "accept-encoding"),
        ("Origin, Accept-Encoding", "Origin, Accept-Encoding"),
        ("*", "*"),
    ],
)
def test_vary_names_the_encoding_once(before: str, after: str) -> None:
    assert values(serve(told=headers(vary=before))[0])["vary"] == after


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "IMAGE/SVG+XML", "application/json"])
def test_a_content_type_counts_without_case_and_parameters(content_type: str) -> None:
    assert "content-encoding" in serve(told=headers(content_type=content_type))[0]


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_some_errors_are_compressed_as_well(status: int) -> None:
    assert "content-encoding" in serve(status=status)[0]


UNCOMPRESSED = {
    "a picture": {"told": headers(content_type="image/png")},
    "no type": {"told": to_headers({"content-length": str(len(BODY))})},
    "no length": {"told": to_headers({"content-type": "text/html"})},
    "a length that is none": {"told": headers(content_length="many")},
    "too long by its length": {"told": headers(content_length=str(MOST_BYTES + 1))},
    "encoded already": {"told": headers(content_encoding="br")},
    "encoded as itself": {"told": headers(content_encoding="identity")},
    "a part": {"status": 206},
    "an error of the other kind": {"status": 500},
    "a viewer who takes none": {"accept": ""},
    "a viewer who takes brotli only": {"accept": "br"},
    "a policy without encodings": {"policy": Encodings(gzip=False, brotli=False)},
    "a policy with brotli only": {"policy": Encodings(gzip=False)},
    "an answer to HEAD": {"body": b"", "told": headers()},
}


@pytest.mark.parametrize("case", UNCOMPRESSED.values(), ids=UNCOMPRESSED.keys())
def test_everything_else_stays_as_it_is(case: dict[str, object]) -> None:
    body, told = case.get("body", BODY), case.get("told", headers())
    found, same = serve(**{"body": body, "told": told} | case)  # type: ignore[arg-type]
    assert found is told
    assert same is body


@pytest.mark.parametrize(
    ("length", "is_compressed"),
    [(LEAST_BYTES - 1, False), (LEAST_BYTES, True), (MOST_BYTES, True), (MOST_BYTES + 1, False)],
)
def test_a_body_has_a_size(length: int, is_compressed: bool) -> None:
    assert ("content-encoding" in serve(b"a" * length)[0]) is is_compressed


@pytest.mark.parametrize(
    ("accept", "is_accepted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("br, gzip; q=0.001", True),
        ("gzip;q=0", False),
        ("gzip ; q=0.000", False),
        ("x-gzip", False),
        ("deflate", False),
        ("", False),
        (",;,", False),
    ],
)
def test_an_accept_encoding_is_read_by_its_weights(accept: str, is_accepted: bool) -> None:
    assert accepts_gzip(accept) is is_accepted


@given(st.text())
def test_any_accept_encoding_can_be_read(accept: str) -> None:
    assert accepts_gzip(accept) in (True, False)


def test_no_image_but_svg_is_compressed() -> None:
    assert [name for name in sorted(TYPES) if name.startswith("image/")] == ["image/svg+xml"]
    assert all(name == name.lower() for name in TYPES)
