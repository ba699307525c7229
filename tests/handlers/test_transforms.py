"""What is asked of the image service: vectors, properties, and a second reading of the same rules."""

import copy
import json
import random
import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asset_edge.emulator import rules
from asset_edge.handlers.edge import baked, config, transforms
from asset_edge.handlers.edge.events import Event

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "transforms.json").read_text())
ORDER = ["w", "h", "fit", "f", "fm", "q", "r", "bg", "fl"]


def written(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)


SIDES = "top|bottom|((top|bottom)_)?(left|right)"
GOOD = {
    "w": "[1-9][0-9]{0,2}|[1-3][0-9]{3}|4000",
    "h": "[1-9][0-9]{0,2}|[1-3][0-9]{3}|4000",
    "fit": "pad|fill|scale|crop|thumb",
    "f": f"center|{SIDES}|faces?",
    "fm": "jpg|png|webp|gif|avif|tiff|auto",
    "q": "[1-9][0-9]?|100",
    "r": r"max|(0|[1-9][0-9]{0,2}|[1-3][0-9]{3}|4000)(\.0)?",
    "bg": "rgb:[0-9a-fA-F]{6}",
    "fl": "progressive|png8",
}
VALUE = st.one_of(*(st.from_regex(f"({pattern})\\Z", fullmatch=True) for pattern in GOOD.values()))
KNOWN = st.sampled_from(ORDER).flatmap(
    lambda name: st.tuples(st.just(name), st.from_regex(re.compile(GOOD[name]), fullmatch=True))
)
ASKED = st.lists(KNOWN, unique_by=lambda pair: pair[0])
"""Parameters of the API with values that they have, each once."""

ACCEPT = (
    st.none()
    | st.text()
    | st.sampled_from(
        ["image/avif", "image/webp", "image/avif,image/webp", "image/avif;q=0,image/webp", "*/*"]
    )
)
QUERY = st.one_of(
    st.text(),
    st.text("wfmbgqlrhit=&%0123456789.:autopdx+"),
    st.lists(st.tuples(st.sampled_from([*ORDER, "W", "x", "", "%77"]), VALUE | st.text(max_size=4))).map(
        written
    ),
)


def second_reading(query: str, accept: str | None) -> str | None:
    """The same rules read once more, with the standard library's parser and regular expressions."""
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] in GOOD]
    asked = dict(pairs)
    if len(query) > 2048 or len(asked) < len(pairs):
        return None
    if not all(re.fullmatch(GOOD[name], value) for name, value in pairs):
        return None
    if asked.get("fm") == "auto":
        asked["fm"] = by_accept(accept)
    asked["r"] = asked.get("r", "0").removesuffix(".0").removeprefix("0")
    has = {name for name, value in asked.items() if value}
    fit = asked.get("fit") if {"w", "h"} & has else ""
    effects = {
        "fit": bool(fit),
        "f": fit in ("thumb", "fill", "crop", "pad") and asked.get("f") != "center",
        "q": asked.get("fm") != "png",
        "bg": fit == "pad" or "r" in has,
        "fl": asked.get("fm") in (None, "", {"progressive": "jpg", "png8": "png"}.get(asked.get("fl", ""))),
    }
    kept = [name for name in ORDER if name in has and effects.get(name, True)]
    return "&".join(f"{name}={quote(spelled(name, asked[name]))}" for name in kept)


def spelled(name: str, value: str) -> str:
    return value.lower() if name == "bg" else value


def by_accept(accept: str | None) -> str:
    """Only for the headers of `ACCEPT` that are no free text, and for those that name neither."""
    offers = (accept or "").split(",")
    return next((name for name in ("avif", "webp") if f"image/{name}" in offers), "")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['query'][:32]!a} {v['why']}")
def test_a_query_string_has_one_canonical_form_or_is_refused(vector: dict[str, str | None]) -> None:
    assert transforms.canonical(str(vector["query"]), vector["accept"]) == vector["canonical"], vector["why"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['query'][:32]!a} {v['why']}")
def test_a_second_reading_agrees_with_the_vectors(vector: dict[str, str | None]) -> None:
    """All but the finer points of Accept, which it does not read."""
    query = str(vector["query"])
    if "auto" not in query or vector["accept"] in (None, "", "image/webp", "image/avif", "*/*"):
        assert second_reading(query, vector["accept"]) == vector["canonical"], vector["why"]


@given(QUERY, st.sampled_from([None, "image/avif", "image/webp,*/*", "image/avif,image/webp"]))
@example("r=0&bg=rgb:ffffff", None)
def test_a_second_reading_agrees_on_any_query_string(query: str, accept: str | None) -> None:
    assert transforms.canonical(query, accept) == second_reading(query, accept)


@given(QUERY, ACCEPT, ACCEPT)
def test_the_canonical_form_of_a_canonical_form_is_itself_for_every_viewer(
    query: str, one: str | None, other: str | None
) -> None:
    found = transforms.canonical(query, one)
    assert found is None or transforms.canonical(found, other) == found


@given(ASKED, ACCEPT, st.randoms(use_true_random=False))
def test_order_spelling_and_what_is_unknown_make_no_other_object(
    asked: list[tuple[str, str]], accept: str | None, chance: random.Random
) -> None:
    def disguised(text: str) -> str:
        return "".join(chance.choice([c, f"%{ord(c):02x}", f"%{ord(c):02X}"]) for c in text)

    expected = transforms.canonical(written(asked), accept)
    pairs = [(disguised(name), disguised(value)) for name, value in asked] + [("v", "1"), ("utm", "%zz")]
    chance.shuffle(pairs)
    assert expected is not None
    assert transforms.canonical(written(pairs), accept) == expected


@given(ASKED.filter(bool), st.text(max_size=8), ACCEPT)
def test_a_parameter_that_stands_twice_is_refused(
    asked: list[tuple[str, str]], value: str, accept: str | None
) -> None:
    name, first = asked[0]
    plain = value.replace("&", "")
    for again in (first, plain):
        assert transforms.canonical(written([*asked, (name, again)]), accept) is None
        assert transforms.canonical(written([(name, again), *asked]), accept) is None


@given(ASKED, st.sampled_from(ORDER), st.text(max_size=8))
def test_a_bad_value_is_refused_whatever_else_is_asked_for(
    asked: list[tuple[str, str]], name: str, value: str
) -> None:
    raw = value.replace("&", "")
    if re.fullmatch(GOOD[name], unquote(raw)) is None:
        others = [pair for pair in asked if pair[0] != name]
        assert transforms.canonical(written([*others, (name, raw)]), None) is None


@given(QUERY, ACCEPT)
def test_it_names_known_parameters_once_in_order_as_a_signature_wants_them(
    query: str, accept: str | None
) -> None:
    found = transforms.canonical(query, accept) or ""
    pairs = parse_qsl(found, strict_parsing=bool(found))
    names = [name for name, _ in pairs]
    assert names == [name for name in ORDER if name in names]
    assert found == "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
    assert ("fm", "auto") not in pairs
    assert len(found) < 200


@given(QUERY, ACCEPT)
def test_cloudfront_takes_it_back_from_a_function(query: str, accept: str | None) -> None:
    event = viewer_event()
    answer = copy.deepcopy(event["Records"][0]["cf"]["request"])
    answer["querystring"] = transforms.canonical(query, accept) or ""
    rules.check_answer(event, answer)


def viewer_event() -> Event:
    text = (Path(__file__).parents[1] / "events" / "viewer-request.query.json").read_text()
    found: Event = json.loads(text)
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/a.jpg",
        "/a.JPEG",
        "/a/b.png",
        "/a.webp",
        "/a.gif",
        "/a.avif",
        "/a.tiff",
        "/a.Tif",
        "/a.svg.png",
        "/%20.jpg",
    ],
)
def test_an_image_of_pixels_can_be_transformed(path: str) -> None:
    assert transforms.is_raster(path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/jpg",
        "/a.svg",
        "/a.jpg/",
        "/a.jpg/b",
        "/a.png.svg",
        "/a.mp4",
        "/a.jp%67",
        "/a.",
        "/ajpg",
        "/a.jpgx",
    ],
)
def test_nothing_else_can(path: str) -> None:
    assert not transforms.is_raster(path)


def test_a_region_has_its_own_image_service_or_none() -> None:
    services = (
        config.ImageService(region="eu-west-1", domain_name="a.lambda-url.eu-west-1.on.aws"),
        config.ImageService(region="us-east-1", domain_name="b.lambda-url.us-east-1.on.aws"),
    )
    bucket = config.RegionalBucket(region="eu-west-1", bucket="b", domain_name="d", beacon="n")
    edge = baked.read(config.dumps(config.EdgeConfig(buckets=(bucket,), image_services=services)))
    found = transforms.service_of(edge, "us-east-1")
    assert found is not None
    assert found.domain_name == "b.lambda-url.us-east-1.on.aws"
    assert transforms.service_of(edge, "eu-central-1") is None
