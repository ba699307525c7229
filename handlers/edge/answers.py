"""What the functions answer themselves: never with a reason, always with its own Cache-Control.

What depends on who asks, or on a failure, is kept by nobody. What the registry or a licence says about an
asset is kept for a short time, under a tag, so that it can be purged when that changes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .event_types import Headers, Response

NO_STORE = "no-store"
KEPT_SECONDS = 60
"""How long a decision about an asset is kept: as long as any revocable asset."""

PREFLIGHT_SECONDS = 300

_DESCRIPTIONS = {
    "204": "No Content",
    "302": "Found",
    "400": "Bad Request",
    "403": "Forbidden",
    "404": "Not Found",
    "405": "Method Not Allowed",
    "410": "Gone",
    "414": "URI Too Long",
    "431": "Request Header Fields Too Large",
    "451": "Unavailable For Legal Reasons",
    "502": "Bad Gateway",
}


def refused(status: str) -> Response:
    """A refusal that nobody keeps."""
    return _answer(status, NO_STORE)


def not_allowed() -> Response:
    """For methods that read nothing."""
    return _answer("405", NO_STORE, Allow="GET, HEAD, OPTIONS")


def preflight() -> Response:
    """OPTIONS needs no origin; the distribution adds what CORS wants."""
    return _answer("204", f"public, max-age={PREFLIGHT_SECONDS}", Allow="GET, HEAD, OPTIONS")


def kept(status: str, tag_header: str | None, tags: Sequence[str]) -> Response:
    """A decision about an asset: 410, or 451 for a country."""
    return _tagged(_answer(status, f"public, max-age={KEPT_SECONDS}"), tag_header, tags)


def redirect(location: str, tag_header: str | None, tags: Sequence[str]) -> Response:
    """To the host of the viewer's country."""
    answer = _answer("302", f"public, max-age={KEPT_SECONDS}", Location=location)
    return _tagged(answer, tag_header, tags)


def exchanged(location: str, cookies: Sequence[str]) -> Response:
    """To the same URL without its token, which is in the cookies now."""
    answer = _answer("302", NO_STORE, Location=location)
    answer["headers"]["set-cookie"] = [{"key": "Set-Cookie", "value": cookie} for cookie in cookies]
    return answer


def _answer(status: str, cache_control: str, **headers: str) -> Response:
    told: Headers = {"cache-control": [{"key": "Cache-Control", "value": cache_control}]}
    told |= {name.lower(): [{"key": name, "value": value}] for name, value in headers.items()}
    return {"status": status, "statusDescription": _DESCRIPTIONS[status], "headers": told}


def _tagged(answer: Response, tag_header: str | None, tags: Sequence[str]) -> Response:
    if tag_header and tags:
        answer["headers"][tag_header.lower()] = [{"key": tag_header, "value": ",".join(tags)}]
    return answer
