"""One request before the cache: under which keys its answer may be, and how an entry becomes that answer.

Source: Amazon CloudFront Developer Guide, "How CloudFront processes partial requests for an object" and
"Request and response behavior for custom origins" (conditional requests).
"""

from dataclasses import dataclass

from asset_edge.emulator import conditions, ranges
from asset_edge.emulator.cache import Entry
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.messages import EdgeResponse
from asset_edge.emulator.origin_failover import FIRST_ERROR
from asset_edge.emulator.pages import EdgeError, reason
from asset_edge.emulator.pipeline_context import Context
from asset_edge.handlers.edge.events import Request, set_header

HIT = "Hit from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
ERROR = "Error from cloudfront"

NOT_MODIFIED = 304
CONDITIONAL = frozenset({"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"})
"""Headers that make an answer depend on what the viewer has already."""


@dataclass(frozen=True, kw_only=True)
class Failure(Entry):
    """That no origin answered, kept like an origin's error; each viewer gets a page of its own."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """One request and where the cache would have its answer."""

    context: Context
    request: Request
    key: Key

    @property
    def ranged(self) -> bool:
        """Whether only a part is asked for."""
        return "range" in self.request["headers"] and self.request["method"] == "GET"

    @property
    def conditional(self) -> bool:
        """Whether the answer depends on what the viewer has already."""
        return not CONDITIONAL.isdisjoint(self.request["headers"])

    def leads(self, stale: Entry | None) -> bool:
        """Whether what the origin answers can serve everyone who asks for this key meanwhile."""
        if self.context.behavior.forwards_cookies:
            return False
        return stale is not None or not (self.request["method"] == "HEAD" or self.ranged or self.conditional)

    def other_key(self) -> Key | None:
        """Where an answer to just such a request is kept, if the whole object is not."""
        if self.request["method"] == "HEAD":
            return self.key.for_head()
        if self.ranged and not self.conditional:
            return self.key.for_range(self.request["headers"]["range"][0]["value"])
        return None


def served(lookup: Lookup, entry: Entry, cache_result: str, now: float) -> EdgeResponse:
    """An entry as this viewer gets it: the whole, a part, or word that it has it already."""
    if entry.status >= FIRST_ERROR:
        cache_result = ERROR
    if isinstance(entry, Failure):
        raise EdgeError(entry.status, entry.why, cache_result=cache_result)
    response = shaped(lookup.request, entry, cache_result)
    response.headers["age"] = [{"key": "Age", "value": str(entry.age_seconds(now))}]
    return response


def shaped(request: Request, entry: Entry, cache_result: str) -> EdgeResponse:
    """The whole of an entry, the part that is asked for, or word that the viewer has it already."""
    headers, body, status = dict(entry.headers), entry.body, entry.status
    if conditions.is_not_modified(entry, request):
        headers, body, status = conditions.without_body(entry.headers), b"", NOT_MODIFIED
    elif "range" in request["headers"] and (part := ranges.part_of(entry, request)) is not None:
        set_header(headers, "Content-Range", part.content_range)
        set_header(headers, "Content-Length", str(len(part.body)))
        body, status = part.body, part.status
    elif request["method"] == "HEAD":
        set_header(headers, "Content-Length", str(len(body)))
        body = b""
    return EdgeResponse(
        status=status,
        headers=headers,
        body=body,
        reason=entry.reason if status == entry.status else reason(status),
        cache_result=ERROR if status >= FIRST_ERROR else cache_result,
    )
