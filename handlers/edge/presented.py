"""Which token a request shows, and the request without it: nothing that opens an asset goes on from here.

In the query string it is `token`, in a cookie `asset-edge-token`; the `asset-key` scheme has a `policy`
beside it. What the query shows is all that counts: a bad link must not work because of an older cookie.

- Every spelling of a name that some server would read as it is taken out: percent-encoded, in capitals, with
  blanks around it, as a list (`token[]`), after `&` or `;`.
- A name that stands twice in the query is remembered as such, because two readers would take different ones.
- Of cookies with one name the first counts: a browser has one for each folder that was opened, and sends that
  of the deepest folder first (RFC 6265, 5.4).
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .event_types import Headers, HeaderValue

TOKEN_COOKIE = "asset-edge-token"  # noqa: S105 - a name
POLICY_COOKIE = "asset-edge-policy"

_IN_QUERY = ("token", "policy")
_IN_COOKIES = (TOKEN_COOKIE, POLICY_COOKIE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_PIECE = re.compile(r"[&;]?[^&;]*")
"""A parameter with the separator before it."""


class Presented:
    """What a request shows: nothing, a token, or a token with its policy. True if it is anything."""

    __slots__ = ("doubled", "from_cookie", "policy", "token")

    def __init__(
        self,
        token: str | None = None,
        policy: str | None = None,
        *,
        from_cookie: bool = False,
        doubled: bool = False,
    ) -> None:
        self.token = token
        self.policy = policy
        self.from_cookie = from_cookie
        self.doubled = doubled
        """Whether the query names one of them twice."""

    def __bool__(self) -> bool:
        return self.token is not None or self.policy is not None

    def __repr__(self) -> str:
        """Without what it shows."""
        return f"Presented(from_cookie={self.from_cookie}, doubled={self.doubled})"


def taken(querystring: str, headers: Headers) -> tuple[Presented, str, Headers]:
    """What is shown, and query string and headers without it; those given are not changed.

    Everything else keeps its bytes and its order.
    """
    in_query: list[tuple[str, str]] = []
    in_cookies: list[tuple[str, str]] = []
    query = _without(querystring, in_query)
    kept = _without_cookies(headers, in_cookies)
    if in_query:
        return _presented(in_query, _IN_QUERY), query, kept
    return _presented(in_cookies, _IN_COOKIES, from_cookie=True) if in_cookies else Presented(), query, kept


def _presented(
    found: list[tuple[str, str]], names: tuple[str, str], *, from_cookie: bool = False
) -> Presented:
    first = dict(reversed(found))
    doubled = len(first) < len(found) and not from_cookie
    return Presented(first.get(names[0]), first.get(names[1]), from_cookie=from_cookie, doubled=doubled)


def _without(querystring: str, found: list[tuple[str, str]]) -> str:
    """The query string without what is taken, which is added to `found`."""
    pieces = _PIECE.findall(querystring)
    kept = [piece for piece in pieces if not _is_taken(piece, found)]
    left = "".join(kept)
    return left if kept[:1] == pieces[:1] else left[1:]


def _is_taken(piece: str, found: list[tuple[str, str]]) -> bool:
    name, _, value = piece.lstrip("&;").partition("=")
    read = _name(name)
    if read not in _IN_QUERY:
        return False
    found.append((read, _decoded(value)))
    return True


def _without_cookies(headers: Headers, found: list[tuple[str, str]]) -> Headers:
    values = headers.get("cookie")
    if not values:
        return headers
    kept = [left for left in [_without_cookie(value, found) for value in values] if left]
    if not found:
        return headers
    others = {name: values for name, values in headers.items() if name != "cookie"}
    return {**others, "cookie": kept} if kept else others


def _without_cookie(header: HeaderValue, found: list[tuple[str, str]]) -> HeaderValue | None:
    """The header without what is taken; None where nothing else is in it."""
    pieces = header["value"].split(";")
    kept = []
    for piece in pieces:
        name, _, value = piece.partition("=")
        read = _name(name)
        if read in _IN_COOKIES:
            found.append((read, value.strip().strip('"')))
        else:
            kept.append(piece)
    if len(kept) == len(pieces):
        return header
    left = ";".join(kept).strip()
    return {**header, "value": left} if left else None


def _name(text: str) -> str:
    """As the most lenient of servers would read it."""
    return _decoded(text.replace("+", " ")).partition("[")[0].partition("\0")[0].strip().lower()


def _decoded(text: str) -> str:
    """Percent-decoded once. Bytes stand for themselves: no name or token has any beyond ASCII."""
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text) if "%" in text else text
