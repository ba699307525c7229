"""Whether an answer comes from the cache or from the origin, and who asks the origin for whom.

A GET or HEAD is answered from the whole object where that is kept. Otherwise a Range goes to the origin as it
is, and the part that comes back is kept under that very Range, until it expires. An answer to HEAD is kept
apart. For one key one request asks the origin, and the others wait.
Sources: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)", "How
CloudFront processes partial requests for an object", and "Simultaneous requests for the same object" in
"Request and response behavior for custom origins".
"""

from dataclasses import replace

from asset_edge.emulator import cachekey, origin_failover
from asset_edge.emulator.cache import Entry, Pending
from asset_edge.emulator.messages import EdgeResponse, Spawn, Wait
from asset_edge.emulator.origin_failover import FIRST_ERROR
from asset_edge.emulator.pages import EdgeError
from asset_edge.emulator.pipeline_context import Context, Steps
from asset_edge.emulator.pipeline_keeping import compressed_for, taken
from asset_edge.emulator.pipeline_lookup import CONDITIONAL, HIT, Lookup, served
from asset_edge.handlers.edge.events import Request, set_header

_HIDDEN_FROM_REVALIDATION = CONDITIONAL | {"range"}


def answer(context: Context, request: Request) -> Steps[EdgeResponse]:
    """The answer to a request after viewer-request; raises `EdgeError` where CloudFront makes it itself."""
    behavior = context.behavior
    if behavior.cache_policy.disabled or request["method"] not in behavior.cached_methods:
        response = yield from origin_failover.answer(context, request)
        return compressed_for(context, request, response)
    lookup = Lookup(
        context=context,
        request=request,
        key=cachekey.key(context.distribution.id, request, behavior.cache_policy),
    )
    return (yield from _looked_up(lookup))


def _looked_up(lookup: Lookup) -> Steps[EdgeResponse]:
    cache, clock = lookup.context.around.cache, lookup.context.around.clock
    while True:
        entry, now = cache.get(lookup.key), clock()
        if entry is not None and _is_served_at_once(entry, now):
            if not entry.is_fresh(now) and cache.pending(lookup.key) is None:
                yield Spawn(_revalidated_behind(lookup, entry))
            return served(lookup, entry, HIT, now)
        if (other := _other(lookup, now)) is not None:
            return served(lookup, other, HIT, now)
        stale = entry if entry is not None and entry.status < FIRST_ERROR else None
        pending = cache.pending(lookup.key)
        if pending is None:
            begun = cache.begin(lookup.key) if lookup.leads(stale) else None
            return (yield from _asked(lookup, stale, begun))
        lookup.context.decide("cache", "waits for another request's answer")
        yield Wait(pending)
        if pending.answered and not _has_come(lookup):
            # It was not for sharing: whoever waited asks for itself, beside the others and not after them.
            return (yield from _asked(lookup, stale, None))


def _is_served_at_once(entry: Entry, now: float) -> bool:
    return entry.is_fresh(now) or entry.is_served_while_revalidating(now)


def _has_come(lookup: Lookup) -> bool:
    entry = lookup.context.around.cache.get(lookup.key)
    return entry is not None and _is_served_at_once(entry, lookup.context.around.clock())


def _other(lookup: Lookup, now: float) -> Entry | None:
    """A fresh answer to just such a request, a HEAD or a Range."""
    key = lookup.other_key()
    entry = lookup.context.around.cache.get(key) if key is not None else None
    return entry if entry is not None and entry.is_fresh(now) else None


def _revalidated_behind(lookup: Lookup, stale: Entry) -> Steps[None]:
    """Asks the origin while the viewer already has its answer; nobody hears of a failure."""
    pending = lookup.context.around.cache.begin(lookup.key)
    if pending is None:
        return
    try:
        yield from _asked(lookup, stale, pending)
    except EdgeError:
        return


def _asked(lookup: Lookup, stale: Entry | None, pending: Pending | None) -> Steps[EdgeResponse]:
    """What the origin says, kept if it may be, and what the viewer gets for it."""
    cache = lookup.context.around.cache
    mark = pending.mark if pending else cache.mark()
    answered = False
    try:
        outcome = yield from _outcome(lookup, stale)
        answered = True
        return taken(lookup, stale, outcome, mark)
    finally:
        # Also when the viewer left and this generator is closed: whoever waits begins anew.
        if pending is not None:
            cache.finish(pending, answered=answered)


def _outcome(lookup: Lookup, stale: Entry | None) -> Steps[EdgeResponse | EdgeError]:
    request = lookup.request if stale is None else _revalidation(lookup, stale)
    clock = lookup.context.around.clock
    began_at = clock()
    try:
        response = yield from origin_failover.answer(lookup.context, request)
    except EdgeError as error:
        return error
    return replace(response, upstream_seconds=clock() - began_at)


def _revalidation(lookup: Lookup, stale: Entry) -> Request:
    """A GET for the whole object, with what is known of it as conditions instead of the viewer's."""
    headers = {
        name: values
        for name, values in lookup.request["headers"].items()
        if name not in _HIDDEN_FROM_REVALIDATION
    }
    if stale.lifetime.revalidatable and not lookup.context.behavior.forwards_cookies:
        if stale.etag is not None:
            set_header(headers, "If-None-Match", stale.etag)
        if stale.last_modified is not None:
            set_header(headers, "If-Modified-Since", stale.last_modified)
    method = "GET" if lookup.request["method"] == "HEAD" else lookup.request["method"]
    return {**lookup.request, "method": method, "headers": headers}
