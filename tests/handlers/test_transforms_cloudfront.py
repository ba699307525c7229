"""The same canonical forms out of a CloudFront Function: held to the same vectors, under Node."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_edge.handlers.edge import paths, transforms
from tests.handlers.test_paths import ANY_TEXT, ESCAPED
from tests.handlers.test_transforms import ASKED, QUERY, written

ROOT = Path(__file__).parents[2]
FUNCTION = ROOT / "handlers" / "cloudfront" / "canonical.js"
VECTORS = ROOT / "tests" / "vectors"
NODE = shutil.which("node")
LARGEST_BYTES = 10 * 1024
"""Of a function's code. Source: Amazon CloudFront Developer Guide, "Restrictions on CloudFront Functions"."""

RUN = """
const handler = new Function(require('fs').readFileSync(process.argv[1], 'utf8') + ';return handler')();
const events = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(events.map((event) => handler(event))));
"""
ACCEPTS = [None, "image/avif", "image/webp,*/*", "image/avif;q=0, image/webp"]

needs_node = pytest.mark.skipif(
    NODE is None, reason="node is not installed: the CloudFront Function is not run"
)


def event(uri: str = "/a.jpg", query: str = "", accept: str | None = None) -> dict[str, Any]:
    """What CloudFront would hand over: parameters by name, as they are in the URL."""
    parameters: dict[str, Any] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        known = parameters.setdefault(name, {"value": value, "multiValue": []})
        known["multiValue"].append({"value": value})
    for one in parameters.values():
        if len(one["multiValue"]) == 1:
            del one["multiValue"]
    headers = {} if accept is None else {"accept": {"value": accept}}
    return {"request": {"uri": uri, "querystring": parameters, "headers": headers}}


def run(events: Sequence[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        [str(NODE), "-e", RUN, str(FUNCTION)],
        input=json.dumps(list(events)),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def path_in(answer: Any) -> str | None:
    found: str | None = answer.get("uri")
    return found


def query_in(answer: Any) -> str | None:
    if "querystring" not in answer:
        return None
    return "&".join(f"{name}={one['value']}" for name, one in answer["querystring"].items())


def vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / name).read_text())
    return found


@needs_node
def test_it_makes_the_canonical_path_of_every_vector() -> None:
    answers = run([event(vector["uri"]) for vector in vectors("paths.json")])
    wrong = [
        v
        for v, answer in zip(vectors("paths.json"), answers, strict=True)
        if path_in(answer) != v["canonical"]
    ]
    assert wrong == []


@needs_node
def test_it_makes_the_canonical_query_string_of_every_vector() -> None:
    told = vectors("transforms.json")
    answers = run([event(query=vector["query"], accept=vector["accept"]) for vector in told])
    assert [v for v, answer in zip(told, answers, strict=True) if query_in(answer) != v["canonical"]] == []


@needs_node
@settings(max_examples=5, deadline=None)
@given(st.lists(ANY_TEXT | ESCAPED, min_size=200, max_size=200))
def test_it_agrees_with_the_edge_on_any_path(uris: list[str]) -> None:
    for uri, answer in zip(uris, run([event(uri) for uri in uris]), strict=True):
        assert path_in(answer) == paths.canonical(uri), ascii(uri)


@needs_node
@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(QUERY | ASKED.map(written), st.sampled_from(ACCEPTS)), min_size=100, max_size=100))
def test_it_agrees_with_the_edge_on_any_query_string(asked: list[tuple[str, str | None]]) -> None:
    answers = run([event(query=query, accept=accept) for query, accept in asked])
    for (query, accept), answer in zip(asked, answers, strict=True):
        assert query_in(answer) == transforms.canonical(query, accept), ascii(query)


@needs_node
def test_what_is_no_image_has_no_parameters_and_what_is_refused_is_not_kept() -> None:
    film, picture, refused, absent = run(
        [
            event("/a.mp4", "w=1&t=5"),
            event("/A.JPG", "w=1&t=5"),
            event("/a.jpg", "w=0"),
            event("/a//b.jpg", "w=1"),
        ]
    )
    assert (film["querystring"], query_in(picture)) == ({}, "w=1")
    assert refused == absent
    assert (refused["statusCode"], refused["headers"]) == (400, {"cache-control": {"value": "no-store"}})


@needs_node
@pytest.mark.parametrize("name", ["constructor", "__proto__", "hasOwnProperty", "toString"])
def test_a_name_that_every_object_has_is_unknown(name: str) -> None:
    (answer,) = run([event(query=f"{name}=1&w=5")])
    assert query_in(answer) == "w=5"


def test_it_says_first_that_the_stack_does_not_deploy_it() -> None:
    assert "Not deployed by the stack" in FUNCTION.read_text().splitlines()[0]


def test_it_fits_and_uses_what_the_runtime_has() -> None:
    text = FUNCTION.read_text()
    code = re.sub(r"//.*", "", text)
    assert len(text.encode()) <= LARGEST_BYTES
    for absent in (r"\bclass\b", r"\bimport\b", r"\brequire\b", r"\.\.\.\w", r"\?\.", r"\bawait\b", r"/u\b"):
        assert not re.search(absent, code), absent
