"""What viewer-request decides where a behaviour has rules: who may see an asset, its language, its variant.

A token is taken out of the request whatever it is worth, and what it opened is written into the grant header
over whatever the viewer sent there. Who is refused learns nothing but the status.
"""

from __future__ import annotations

from . import grants, presented
from .answers import exchanged, refused
from .events import header, headers_of, set_header
from .fitting import written
from .own_headers import GRANT_HEADER, LANGUAGE_HEADER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import Behavior, EdgeConfig
    from .event_types import Headers, Request, Response
    from .grants import Grant
    from .log import Trace
    from .presented import Presented


class Seen:
    """One request as a viewer sent it, under the behaviour that covers it; `now` in seconds since 1970."""

    __slots__ = ("behavior", "config", "now", "path", "request", "trace")

    def __init__(
        self, request: Request, path: str, behavior: Behavior, *, config: EdgeConfig, now: float
    ) -> None:
        self.request = request
        self.path = path
        self.behavior = behavior
        self.config = config
        self.now = now
        self.trace: Trace = {}


def decide(seen: Seen) -> Request | Response:
    """The request as the cache is to see it, or an answer.

    A preflight carries no token: browsers send none with it.
    """
    request, path, trace = seen.request, seen.path, seen.trace
    shown, query, headers = presented.taken(request["querystring"], headers_of(request))
    query = written(query)
    grant = None
    if seen.behavior.embargo != "off" and request["method"] != "OPTIONS":
        grant, reason = _grant(seen, shown)
        if reason:
            trace["refused"] = reason
            return refused("403")
        cookies = _exchange(grant, shown, seen)
        if cookies:
            trace["exchanged"] = "manifest"
            return exchanged(path + ("?" + query if query else ""), cookies)
    variant = _variant(seen, query)
    if variant is None:
        trace["refused"] = "transformation"
        return refused("400")
    return {**request, "uri": path, "querystring": variant, "headers": _told(seen, headers, grant)}


def _grant(seen: Seen, shown: Presented) -> tuple[Grant | None, str]:
    """What the token opens, or the reason of a refusal; neither where none is needed.

    A cookie goes along by itself, so one that is worth nothing locks nobody out of what needs no token.
    """
    grant, reason = _opened(seen, shown)
    is_needed = seen.behavior.embargo == "all" or (shown and not shown.from_cookie)
    return grant, reason if is_needed else ""


def _opened(seen: Seen, shown: Presented) -> tuple[Grant | None, str]:
    if not shown:
        return None, "no token"
    if seen.config.embargo is None:
        return None, "no keys"
    from .embargo import verify  # noqa: PLC0415 - loads what verifies signatures
    from .tokens import TokenRefused  # noqa: PLC0415 - as above

    try:
        host = header(seen.request, "host") or ""
        grant = verify(seen.config.embargo, host, seen.path, shown, seen.now, seen.request["clientIp"])
    except TokenRefused as refusal:
        return None, refusal.reason
    if grant.countries and not seen.behavior.country_claims:
        return None, "country claim"
    if grant.library is not None and seen.behavior.library is None:
        return None, "library claim"
    return grant, ""


def _exchange(grant: Grant | None, shown: Presented, seen: Seen) -> list[str] | None:
    if grant is None:
        return None
    from .embargo import exchange  # noqa: PLC0415 - is loaded by now

    return exchange(grant, shown, seen.path, seen.now)


def _variant(seen: Seen, query: str) -> str | None:
    """The query string that the cache is to see; None for a transformation that cannot be."""
    if not seen.behavior.transforms:
        return query
    from . import transforms  # noqa: PLC0415 - few behaviours need it

    return transforms.variant_of(seen.path, query, header(seen.request, "accept"))


def _told(seen: Seen, headers: Headers, grant: Grant | None) -> Headers:
    told = dict(headers)
    set_header(told, GRANT_HEADER, grants.text_of(grant))
    set_header(told, LANGUAGE_HEADER, _language(seen, headers))
    return told


def _language(seen: Seen, headers: Headers) -> str:
    """Of those that the libraries have; `none` where there is no choice."""
    named = (one.languages for one in seen.config.libraries if one.name == seen.behavior.library)
    languages = next(named, ())
    if not languages:
        return "none"
    from .languages import language_of  # noqa: PLC0415 - few behaviours need it

    return language_of(header({"headers": headers}, "accept-language"), languages)
