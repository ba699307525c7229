"""What becomes of an origin's answer: kept or not, for how long, and what the viewer gets for it.

Sources: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)", "How
CloudFront processes HTTP 4xx and 5xx status codes from your origin", "Serve compressed files" and "Invalidate
files by cache tag".
"""

from dataclasses import replace

from asset_edge.emulator import freshness
from asset_edge.emulator.cache import Entry, refreshed, tags
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.compression import compressed
from asset_edge.emulator.freshness import Lifetime
from asset_edge.emulator.messages import EdgeResponse
from asset_edge.emulator.pages import EdgeError
from asset_edge.emulator.pipeline_context import Context
from asset_edge.emulator.pipeline_lookup import (
    HIT,
    NOT_MODIFIED,
    REFRESH_HIT,
    Failure,
    Lookup,
    served,
    shaped,
)
from asset_edge.emulator.pipeline_triggers import FunctionError
from asset_edge.handlers.edge.events import Headers, Request, header

_FIRST_SERVER_ERROR = 500
_PARTIAL = 206
_PRECONDITION_FAILED = 412
# A 304 confirms what is kept; these may speak of it as it was before it was compressed.
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "etag", "vary"})


def taken(lookup: Lookup, stale: Entry | None, outcome: EdgeResponse | EdgeError, mark: int) -> EdgeResponse:
    """What the viewer gets for the `outcome` of a fetch that began at `mark`; it is kept if it may be.

    `stale` is what the cache had before, if anything. Raises the outcome where it is an `EdgeError`, unless
    the expired object may be served instead.
    """
    now = lookup.context.around.clock()
    if stale is not None and _has_failed(outcome) and stale.is_served_on_error(now):
        return _served_on_error(lookup, stale, outcome.status, mark, now)
    if isinstance(outcome, EdgeError):
        _keep_failure(lookup, outcome, mark, now)
        raise outcome
    if stale is not None and outcome.status == NOT_MODIFIED:
        return _confirmed(lookup, stale, outcome, mark, now)
    return _kept(lookup, stale, outcome, mark, now)


def _has_failed(outcome: EdgeResponse | EdgeError) -> bool:
    """Whether it is the origin that failed; a function's failure is not the origin's."""
    return outcome.status >= _FIRST_SERVER_ERROR and not isinstance(outcome, FunctionError)


def _served_on_error(lookup: Lookup, stale: Entry, status: int, mark: int, now: float) -> EdgeResponse:
    """The expired object, and for the error caching time without another question.

    What `X-Cache` says then is undocumented.
    """
    context = lookup.context
    seconds = freshness.error_seconds(
        context.distribution.error_caching_seconds(status), s3_origin=_s3(context)
    )
    context.around.cache.refresh(lookup.key, stale, replace(stale, served_until=now + seconds), mark)
    return served(lookup, stale, HIT, now)


def _confirmed(
    lookup: Lookup, stale: Entry, confirmation: EdgeResponse, mark: int, now: float
) -> EdgeResponse:
    told = {n: v for n, v in confirmation.headers.items() if n not in _OF_THE_BODY}
    lifetime = _lifetime(lookup.context, stale.status, {**stale.headers, **told}, now)
    entry = refreshed(stale, told, lifetime or Lifetime(fresh_seconds=0), now=now)
    tag_header = lookup.context.distribution.cache_tag_header
    if tag_header in told:
        entry = replace(entry, tags=_tags(lookup.context, told))
    cache = lookup.context.around.cache
    if lifetime is None or not cache.refresh(lookup.key, stale, entry, mark):
        # No longer to be stored, or invalidated meanwhile by the tag it now has: it must not come back.
        cache.discard(lookup.key, stale)
    return served(lookup, entry, REFRESH_HIT, now)


def _kept(lookup: Lookup, stale: Entry | None, response: EdgeResponse, mark: int, now: float) -> EdgeResponse:
    """What the viewer gets of a new answer, which is kept if it may be."""
    context = lookup.context
    told = {"headers": response.headers}
    unkept = freshness.uncached_headers(response.headers)
    smaller = compressed_for(context, lookup.request, response)
    lifetime = (
        None
        if response.status == NOT_MODIFIED
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
    key = _key_for(lookup, stale, response)
    cache = context.around.cache
    stored = lifetime is not None and key is not None and cache.store(key, entry, mark)
    if not stored and stale is not None and not _has_failed(response):
        # It must not come back when the origin fails: what is gone, or no longer public, stays so.
        # So it does where the new one may not be stored, as when an invalidation names that by its tag.
        cache.discard(lookup.key, stale)
    if stale is not None:
        whole = replace(entry, headers=smaller.headers)
        new = shaped(lookup.request, whole, smaller.cache_result)
        return replace(new, upstream_seconds=response.upstream_seconds)
    return smaller


def _key_for(lookup: Lookup, stale: Entry | None, response: EdgeResponse) -> Key | None:
    """Where an answer may be kept: a part and what HEAD brought, not with the whole; None for nowhere."""
    if response.status == _PRECONDITION_FAILED and lookup.conditional:
        return None
    if response.status == _PARTIAL:
        return lookup.other_key() if stale is None and lookup.ranged else None
    return lookup.other_key() if stale is None and lookup.request["method"] == "HEAD" else lookup.key


def _keep_failure(lookup: Lookup, error: EdgeError, mark: int, now: float) -> None:
    context = lookup.context
    switches = context.around.rules.undocumented()
    if isinstance(error, FunctionError) and not switches.cache_function_failures:
        return
    lifetime = _lifetime(context, error.status, {}, now)
    if lifetime is not None:
        entry = Failure(status=error.status, headers={}, stored_at=now, lifetime=lifetime, why=error.why)
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


def compressed_for(context: Context, request: Request, response: EdgeResponse) -> EdgeResponse:
    """The answer, compressed where behaviour, policy and viewer want it."""
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
