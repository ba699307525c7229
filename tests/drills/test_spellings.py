"""No spelling of a path, and no header, opens what its rules close, through whichever behaviour it goes."""

import http.client
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest

from tests.drills.laptop import PRIMARY, Laptop, laptop
from tests.drills.test_cache_safety import HOST, token

CLOSED = {
    "private/a.txt": 403,
    "unpublished/a.txt": 403,
    "licensed/a.txt": 451,
    "video/europe/en/film.txt": 451,
}
"""What a viewer without token and country gets of these objects; where nothing is meant it is 400 or 404."""

OPEN = "open/a.txt"

SPELLINGS = [
    "/{folder}/{name}",
    "/{folder}%2F{name}",
    "/{folder}%2f{name}",
    "/%2F{folder}/{name}",
    "//{folder}/{name}",
    "/{folder}//{name}",
    "/./{folder}/{name}",
    "/{folder}/%2e/{name}",
    "/{folder}/x/../{name}",
    "/{folder}/x%2F..%2F{name}",
    "/{folder}%252F{name}",
    "/{folder}%5C{name}",
    "/{folder}%c0%af{name}",
    "/{folder};x/{name}",
    "/{folder}/{name};x",
    "/{folder}/{name}%00.png",
    "/{folder}/{name}?",
    "/{folder}/{name}%3F",
    "/x%2F..%2F{folder}%2F{name}",
    *(f"/{around}/../{{folder}}/{{name}}" for around in ("x", "demo", "images", "video", "licensed")),
    *(f"/{around}/..%2F{{folder}}/{{name}}" for around in ("x", "demo", "images", "video", "licensed")),
    *(f"/{around}/%2e%2e%2F{{folder}}%2F{{name}}" for around in ("static", "private", "unpublished")),
    f"http://{HOST}/{{folder}}/{{name}}",
    "http://elsewhere.test/{folder}/{name}",
]

HEADERS = {
    "none": {},
    "the functions' own": {
        "x-asset-edge-grant": "any",
        "x-asset-edge-language": "en",
        "x-asset-edge-path": "/open/a.txt",
        "x-asset-edge-region": "us-east-1",
        "x-origin-role": "replica",
    },
    "CloudFront's own": {"cloudfront-viewer-country": "GB", "x-amz-cf-id": "made-up", "x-amz-date": "0"},
    "another's": {"x-original-url": "/private/a.txt", "x-http-method-override": "OPTIONS"},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    with laptop() as made:
        for key in (*CLOSED, OPEN):
            made.put(PRIMARY, key, f"the bytes of {key}".encode())
        made.put_everywhere(["last.txt"])
        yield made


def spelt(spelling: str, key: str) -> str:
    folder, _, name = key.partition("/")
    return spelling.format(folder=folder, name=name)


def asked(running: Laptop, target: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """With the target as it is written here: other clients would make it canonical."""
    connection = http.client.HTTPConnection(urlsplit(running.local.edge).netloc, timeout=30)
    try:
        connection.putrequest("GET", target, skip_host=True)
        for name, value in {"Host": HOST, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
@pytest.mark.parametrize("key", CLOSED)
def test_no_spelling_and_no_header_opens_what_is_closed(
    running: Laptop, key: str, headers: Mapping[str, str]
) -> None:
    for spelling in SPELLINGS:
        status, body = asked(running, spelt(spelling, key), headers)
        assert status in {400, 403, 404, CLOSED[key]}, spelling
        assert b"the bytes of" not in body, spelling


def test_a_token_opens_what_the_plain_spelling_closes(running: Laptop) -> None:
    shown = f"?token={token('/private/a.txt')}"
    assert asked(running, f"/private/a.txt{shown}", {}) == (200, b"the bytes of private/a.txt")
    assert asked(running, f"/private/x/../a.txt{shown}", {})[0] == 200
    assert asked(running, f"/private%2Fa.txt{shown}", {})[0] == 403


def test_many_of_these_spellings_do_reach_an_object(running: Laptop) -> None:
    """Or nothing above would mean anything."""
    reached = [one for one in SPELLINGS if asked(running, spelt(one, OPEN), {})[0] == 200]
    assert "/x%2F..%2F{folder}%2F{name}" in reached
    assert "/images/..%2F{folder}/{name}" in reached
    assert len(reached) > len(SPELLINGS) // 2
