"""Whether an answer comes from the cache, from the origin, or from the cache because the origin says so.

A GET or HEAD is answered from the whole object where that is kept. Otherwise a Range goes to the origin as it
is, and the part that comes back is kept under that very Range, until it expires. An answer to HEAD is kept
apart. For one key one request asks the origin, and the others wait.
Sources: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)", "How
CloudFront processes HTTP 4xx and 5xx status codes from your origin", "How CloudFront processes partial
requests for an object", and "Simultaneous requests for the same object" in "Request and response behavior for
custom origins".
"""

from dataclasses import dataclass, replace

from asset_edge.emulator import cachekey, conditions, freshness, origin_failover, ranges
from asset_edge.emulator.cache import Entry, Pending, refreshed, tags
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.compression import compressed
from asset_edge.emulator.freshness import Lifetime
from asset_edge.emulator.messages import EdgeResponse, Spawn, Wait
from asset_edge.emulator.origin_failover import FIRST_ERROR
from asset_edge.emulator.pages import EdgeError, reason
from asset_edge.emulator.pipeline_context import Context, Steps
from asset_edge.emulator.pipeline_triggers import FunctionError
from asset_edge.handlers.edge.events import Headers, Request, header, set_header

HIT = "Hit from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
MISS = "Miss from cloudfront"
ERROR = "Error from cloudfront"

_FIRST_SERVER_ERROR = 500
_NOT_MODIFIED = 304
_PARTIAL = 206
_CONDITIONAL = frozenset(
    {"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"}
)
# A 304 confirms what is kept; these may speak of it as it was before it was compressed.
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "etag", "vary"})


@dataclass(frozen=True, kw_only=True)
class _Failure(Entry):
    """That no origin answered, kept like an origin's error; each viewer gets a page of its own."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lookup:
    """One request and where the cache would have its answer."""

    context: Context
    request: Request
    key: Key

    @property
    def ranged(self) -> bool:
        """Whether only a part is asked for."""
        return "range" in self.request["headers"] and self.request["method"] == "GET"

    @property
    def leads(self) -> bool:
        """Whether what the origin answers can serve everyone who asks for this key."""
        headers = self.request["headers"]
        whole = self.request["method"] != "HEAD" and not self.ranged
        return whole and _CONDITIONAL.isdisjoint(headers)

    def other_key(self) -> Key | None:
        """Where an answer to just such a request is kept, if the whole object is not."""
        if self.request["method"] == "HEAD":
            return self.key.for_head()
        if self.ranged and _CONDITIONAL.isdisjoint(self.request["headers"]):
            return self.key.for_range(self.request["headers"]["range"][0]["value"])
        return None


def answer(context: Context, request: Request) -> Steps[EdgeResponse]:
    """The answer to a request after viewer-request; raises `EdgeError` where CloudFront makes it itself."""
    behavior = context.behavior
    if behavior.cache_policy.disabled or request["method"] not in behavior.cached_methods:
        response = yield from origin_failover.answer(context, request)
        return _compressed(context, request, response)
    lookup = _Lookup(
        context=context,
        request=request,
        key=cachekey.key(context.distribution.id, request, behavior.cache_policy),
    )
    return (yield from _looked_up(lookup))


def _looked_up(lookup: _Lookup) -> Steps[EdgeResponse]:
    cache, clock = lookup.context.around.cache, lookup.context.around.clock
    while True:
        entry, now = cache.get(lookup.key), clock()
        if entry is not None and entry.is_fresh(now):
            return _served(lookup, entry, HIT, now)
        if entry is not None and entry.is_served_while_revalidating(now):
            if cache.pending(lookup.key) is None:
                yield Spawn(_revalidated_behind(lookup, entry))
            return _served(lookup, entry, HIT, now)
        if (part := _other(lookup, now)) is not None:
            return _served(lookup, part, HIT, now)
        pending = cache.pending(lookup.key)
        if pending is None:
            return (
                yield from _asked(lookup, entry, cache.begin(lookup.key) if _leads(lookup, entry) else None)
            )
        yield Wait(pending)
        if pending.answered and not _is_fresh(cache.get(lookup.key), clock()):
            # What came is not for sharing: whoever waited asks for itself, at once and beside the others.
            return (yield from _asked(lookup, cache.get(lookup.key), None))


def _is_fresh(entry: Entry | None, now: float) -> bool:
    return entry is not None and (entry.is_fresh(now) or entry.is_served_while_revalidating(now))


def _leads(lookup: _Lookup, stale: Entry | None) -> bool:
    return stale is not None or lookup.leads


def _other(lookup: _Lookup, now: float) -> Entry | None:
    """A fresh answer to just such a request, a HEAD or a Range."""
    key = lookup.other_key()
    entry = lookup.context.around.cache.get(key) if key is not None else None
    return entry if entry is not None and entry.is_fresh(now) else None


def _revalidated_behind(lookup: _Lookup, stale: Entry) -> Steps[None]:
    """Asks the origin while the viewer already has its answer; nobody hears of a failure."""
    pending = lookup.context.around.cache.begin(lookup.key)
    if pending is None:
        return
    try:
        yield from _asked(lookup, stale, pending)
    except EdgeError:
        return


def _asked(lookup: _Lookup, stale: Entry | None, pending: Pending | None) -> Steps[EdgeResponse]:
    """What the origin says, kept if it may be, and what the viewer gets for it."""
    cache = lookup.context.around.cache
    mark = pending.mark if pending else cache.mark()
    answered = False
    try:
        outcome = yield from _outcome(lookup, stale)
        answered = True
        return _taken(lookup, stale, outcome, mark)
    finally:
        # Also when the viewer left and this generator is closed: whoever waits begins anew.
        if pending is not None:
            cache.finish(pending, answered=answered)


def _outcome(lookup: _Lookup, stale: Entry | None) -> Steps[EdgeResponse | EdgeError]:
    request = lookup.request if stale is None else _revalidation(lookup, stale)
    try:
        response = yield from origin_failover.answer(lookup.context, request)
    except EdgeError as error:
        return error
    return response


def _revalidation(lookup: _Lookup, stale: Entry) -> Request:
    """A GET for the whole object, with what is known of it as conditions instead of the viewer's."""
    hidden = _CONDITIONAL | {"range"}
    headers = {name: values for name, values in lookup.request["headers"].items() if name not in hidden}
    if stale.lifetime.revalidatable and not lookup.context.behavior.forwards_cookies:
        if stale.etag is not None:
            set_header(headers, "If-None-Match", stale.etag)
        if stale.last_modified is not None:
            set_header(headers, "If-Modified-Since", stale.last_modified)
    method = "GET" if lookup.request["method"] == "HEAD" else lookup.request["method"]
    return {**lookup.request, "method": method, "headers": headers}


def _taken(
    lookup: _Lookup, stale: Entry | None, outcome: EdgeResponse | EdgeError, mark: int
) -> EdgeResponse:
    now = lookup.context.around.clock()
    if stale is not None and _has_failed(outcome) and stale.is_served_on_error(now):
        return _served_on_error(lookup, stale, outcome.status, mark, now)
    if isinstance(outcome, EdgeError):
        _keep_failure(lookup, outcome, mark, now)
        raise outcome
    if stale is not None and outcome.status == _NOT_MODIFIED:
        return _confirmed(lookup, stale, outcome, mark, now)
    return _kept(lookup, stale, outcome, mark, now)


def _has_failed(outcome: EdgeResponse | EdgeError) -> bool:
    """Whether it is the origin that failed; a function's failure is not the origin's."""
    return outcome.status >= _FIRST_SERVER_ERROR and not isinstance(outcome, FunctionError)


def _served_on_error(lookup: _Lookup, stale: Entry, status: int, mark: int, now: float) -> EdgeResponse:
    """The expired object, and for the error caching time without another question.

    What `X-Cache` says then is undocumented.
    """
    context = lookup.context
    seconds = freshness.error_seconds(
        context.distribution.error_caching_seconds(status), s3_origin=_s3(context)
    )
    context.around.cache.refresh(lookup.key, stale, replace(stale, served_until=now + seconds), mark)
    return _served(lookup, stale, HIT, now)


def _confirmed(
    lookup: _Lookup, stale: Entry, confirmation: EdgeResponse, mark: int, now: float
) -> EdgeResponse:
    told = {n: v for n, v in confirmation.headers.items() if n not in _OF_THE_BODY}
    lifetime = _lifetime(lookup.context, stale.status, {**stale.headers, **told}, now)
    entry = refreshed(stale, told, lifetime or Lifetime(fresh_seconds=0, revalidatable=True), now=now)
    tag_header = lookup.context.distribution.cache_tag_header
    if tag_header in told:
        entry = replace(entry, tags=_tags(lookup.context, told))
    lookup.context.around.cache.refresh(lookup.key, stale, entry, mark)
    return _served(lookup, entry, REFRESH_HIT, now)


def _kept(
    lookup: _Lookup, stale: Entry | None, response: EdgeResponse, mark: int, now: float
) -> EdgeResponse:
    """What the viewer gets of a new answer, which is kept if it may be."""
    context = lookup.context
    told = {"headers": response.headers}
    unkept = freshness.uncached_headers(response.headers)
    smaller = _compressed(context, lookup.request, response)
    lifetime = (
        None
        if response.status == _NOT_MODIFIED
        else _lifetime(context, response.status, response.headers, now)
    )
    entry = Entry(
        status=response.status,
        headers={name: v for name, v in smaller.headers.items() if name not in unkept},
        body=smaller.body,
        reason=response.reason,
        stored_at=now,
        lifetime=lifetime or Lifetime(fresh_seconds=0),
        etag=header(told, "etag"),
        last_modified=header(told, "last-modified"),
        tags=_tags(context, response.headers),
    )
    if lifetime is not None:
        key = lookup.key if stale is not None else _key_for(lookup, response)
        if key is not None:
            context.around.cache.store(key, entry, mark)
    if stale is not None:
        return _shaped(lookup.request, replace(entry, headers=smaller.headers), smaller.cache_result)
    return smaller


def _key_for(lookup: _Lookup, response: EdgeResponse) -> Key | None:
    """Where an answer may be kept: a part and what HEAD brought, not with the whole; None for nowhere."""
    if response.status == _PARTIAL or (lookup.request["method"] == "HEAD"):
        return lookup.other_key()
    return lookup.key


def _keep_failure(lookup: _Lookup, error: EdgeError, mark: int, now: float) -> None:
    context = lookup.context
    switches = context.around.rules.undocumented()
    if isinstance(error, FunctionError) and not switches.cache_function_failures:
        return
    lifetime = _lifetime(context, error.status, {}, now)
    if lifetime is not None:
        entry = _Failure(status=error.status, headers={}, stored_at=now, lifetime=lifetime, why=error.why)
        context.around.cache.store(lookup.key, entry, mark)


def _lifetime(context: Context, status: int, headers: Headers, now: float) -> Lifetime | None:
    return freshness.lifetime(
        status,
        headers,
        context.behavior.cache_policy,
        now=now,
        error_min_ttl_seconds=context.distribution.error_caching_seconds(status),
        s3_origin=_s3(context),
    )


def _s3(context: Context) -> bool:
    return context.behavior.target.origins[0].is_s3


def _tags(context: Context, headers: Headers) -> frozenset[str]:
    name = context.distribution.cache_tag_header
    values = headers.get(name, []) if name else []
    return tags(",".join(one["value"] for one in values)) if values else frozenset()


def _compressed(context: Context, request: Request, response: EdgeResponse) -> EdgeResponse:
    accepted = request["headers"].get("accept-encoding")
    if not (context.behavior.compress and accepted):
        return response
    headers, body = compressed(
        response.status,
        response.headers,
        response.body,
        accept_encoding=",".join(one["value"] for one in accepted),
        policy=context.behavior.cache_policy,
    )
    return replace(response, headers=headers, body=body)


def _served(lookup: _Lookup, entry: Entry, cache_result: str, now: float) -> EdgeResponse:
    """An entry as this viewer gets it: the whole, a part, or word that it has it already."""
    if entry.status >= FIRST_ERROR:
        cache_result = ERROR
    if isinstance(entry, _Failure):
        raise EdgeError(entry.status, entry.why, cache_result=cache_result)
    response = _shaped(lookup.request, entry, cache_result)
    response.headers["age"] = [{"key": "Age", "value": str(entry.age_seconds(now))}]
    return response


def _shaped(request: Request, entry: Entry, cache_result: str) -> EdgeResponse:
    headers, body, status = dict(entry.headers), entry.body, entry.status
    if conditions.is_not_modified(entry, request):
        headers, body, status = conditions.without_body(entry.headers), b"", _NOT_MODIFIED
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
