"""How long an answer of the origin is kept, and under which tags it can be purged.

The first rule that fits holds; the registry may name another for its asset. Where none fits, a failure is
kept by nobody and anything else as long as the origin says. What can be revoked (embargoed, licensed for
countries, in libraries) is kept for 60 seconds at most, whatever a rule or the origin says. One exception:
what is in a library stays at the edge as long as a rule's `shared_max_age_seconds` says, if it has a tag by
which it can be purged. So a film's manifest is asked for each minute, and its segments are not.

A 206 and a 304 count as the 200 of which they are a part, or which they confirm. A 304 lacks headers of that
200, and what it says replaces what the cache holds (RFC 9111, 4.3.4). So where it lacks what a rule asks for,
the answer says nothing; or, for what can be revoked, what the shortest of the rules says that may hold.
"""

from __future__ import annotations

from . import cachedirectives
from .cachetags import tags_of
from .paths import canonical, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .cachedirectives import Directives
    from .config import Behavior, CacheRule, EdgeConfig
    from .event_types import Headers

NOT_MODIFIED = "304"
_OF_A_WHOLE = ("206", NOT_MODIFIED)
_METADATA = "x-amz-meta-"


class CacheAnswer:
    """What becomes of an answer's Cache-Control and cache tags."""

    __slots__ = ("cache_control", "removes_cache_control", "rule", "tags", "unknown_rule")

    def __init__(
        self,
        cache_control: str | None,
        tags: tuple[str, ...],
        *,
        rule: str | None,
        removes_cache_control: bool,
        unknown_rule: bool,
    ) -> None:
        self.cache_control = cache_control
        """The value to set; None leaves the origin's."""

        self.tags = tags
        """For the header of cache tags, whose value they replace; empty: leave it."""

        self.rule = rule
        """The name of the rule that holds, for logs."""

        self.removes_cache_control = removes_cache_control
        """Whether the origin's is to be taken away, so that the cache goes by what it holds."""

        self.unknown_rule = unknown_rule
        """Whether the registry names a rule that there is not; it was ignored."""


def decide(
    config: EdgeConfig,
    behavior: Behavior,
    path: str,
    status: str,
    response_headers: Headers,
    *,
    query: str = "",
    row_rule: str | None = None,
    row_tags: Sequence[str] = (),
) -> CacheAnswer:
    """How this answer is kept. Never raises.

    `query` has the canonical image parameters; `row_rule` and `row_tags` are what the registry says. The rule
    it names need not fit but in its statuses.
    """
    answered = _Answered(canonical(path) or "/", status, response_headers, query)
    named = next((rule for rule in config.cache_rules if rule.name == row_rule), None)
    is_named = named is not None and answered.has_status_of(named)
    rule, is_sure = (named, True) if is_named else _fitting(config.cache_rules, answered)
    says_nothing = not is_sure and not is_revocable(behavior)
    can_be_purged = is_sure and bool(config.cache_tag_header)
    return CacheAnswer(
        None if says_nothing else _cache_control(rule, answered, behavior, can_be_purged=can_be_purged),
        _tags(config, answered, row_tags, rule) if is_sure else (),
        rule=rule.name if rule and is_sure else None,
        removes_cache_control=says_nothing,
        unknown_rule=row_rule is not None and named is None,
    )


def is_revocable(behavior: Behavior) -> bool:
    """Whether what is served there may have to be taken back from a viewer, or from all."""
    return behavior.embargo != "off" or bool(behavior.territory or behavior.library)


class _Answered:
    """An answer as the rules see it."""

    __slots__ = ("headers", "parameters", "path", "status")

    def __init__(self, path: str, status: str, headers: Headers, query: str) -> None:
        self.path = path
        self.status = status
        self.headers = headers
        self.parameters = {pair.partition("=")[0] for pair in query.split("&")}

    @property
    def is_failure(self) -> bool:
        return not "200" <= self.status < "400"

    @property
    def is_bare_redirect(self) -> bool:
        """A redirect of which the origin does not say how long: CloudFront would keep it as an asset."""
        is_redirect = "300" <= self.status < "400" and self.status != NOT_MODIFIED
        return is_redirect and not self.values("cache-control") and not self.values("expires")

    def values(self, name: str) -> list[str]:
        """Of a header; none where it is not there."""
        sent: Any = self.headers.get(name.lower())
        each = [one.get("value") for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
        return [value for value in each if isinstance(value, str)]

    def has_status_of(self, rule: CacheRule) -> bool:
        if not rule.statuses:
            return "200" <= self.status < "300" or self.status == NOT_MODIFIED
        whole = "200" if self.status in _OF_A_WHOLE else self.status
        return bool({self.status, whole, f"{whole[:1]}xx"}.intersection(rule.statuses))

    def fits(self, rule: CacheRule) -> bool | None:
        """Whether it fits everything that the rule names; None where a 304 leaves that open."""
        if not (self.has_status_of(rule) and self._has_path_of(rule) and self._has_parameters_of(rule)):
            return False
        found = [self._has(header.name, [header.value]) for header in rule.headers]
        if rule.content_types:
            found.append(self._has("content-type", rule.content_types))
        return False if False in found else None if None in found else True

    def _has_path_of(self, rule: CacheRule) -> bool:
        return rule.path_pattern is None or matches(rule.path_pattern, self.path)

    def _has_parameters_of(self, rule: CacheRule) -> bool:
        return not rule.parameters or not self.parameters.isdisjoint(rule.parameters)

    def _has(self, name: str, patterns: Sequence[str]) -> bool | None:
        values = self.values(name)
        if not values and self.status == NOT_MODIFIED:
            return None
        if name == "content-type":
            values = [value.partition(";")[0] for value in values]
        return any(_is_like(pattern, value.strip()) for pattern in patterns for value in values)


def _fitting(rules: Sequence[CacheRule], answered: _Answered) -> tuple[CacheRule | None, bool]:
    """The first rule that fits, and True; or of those that may, the one that keeps shortest, and False."""
    possible = []
    for rule in rules:
        fits = answered.fits(rule)
        if fits is not False:
            possible.append(rule)
        if fits:
            break
    is_sure = all(answered.fits(rule) for rule in possible)
    return min(possible, key=_kept_seconds, default=None), is_sure


def _cache_control(
    rule: CacheRule | None, answered: _Answered, behavior: Behavior, *, can_be_purged: bool
) -> str | None:
    if rule is None and (answered.is_failure or answered.is_bare_redirect):
        return "no-store"
    if not is_revocable(behavior):
        return cachedirectives.written(cachedirectives.of_rule(rule)) if rule else None
    told = cachedirectives.of_rule(rule) if rule else _told(answered)
    stays = behavior.library is not None and can_be_purged and not answered.is_failure
    edge_seconds = rule.shared_max_age_seconds if rule and stays else None
    has_expires = bool(answered.values("expires"))
    return cachedirectives.written(
        cachedirectives.shortened(told, has_expires=has_expires, edge_seconds=edge_seconds)
    )


def _told(answered: _Answered) -> Directives:
    return cachedirectives.read(",".join(answered.values("cache-control")))


def _kept_seconds(rule: CacheRule) -> int:
    return cachedirectives.kept_seconds(cachedirectives.of_rule(rule))


def _tags(
    config: EdgeConfig, answered: _Answered, row_tags: Sequence[str], rule: CacheRule | None
) -> tuple[str, ...]:
    """Those of the object's metadata are kept. A 304 without them says nothing: it would replace them."""
    name = (config.cache_tag_header or "").lower()
    told = answered.values(name)
    is_untold = answered.status == NOT_MODIFIED and name.startswith(_METADATA) and not told
    if not name or is_untold:
        return ()
    published = [tag for value in told for tag in value.split(",")]
    return tags_of(answered.path, row_tags, rule.tags if rule else (), published)


def _is_like(pattern: str, text: str) -> bool:
    """Whether the text is the pattern, in which `*` stands for any characters; case does not count.

    Takes a time that grows with the lengths only, unlike a regular expression with as many stars.
    """
    text = text.lower()
    first, *others = pattern.lower().split("*")
    if not others:
        return text == first
    at = len(first)
    for part in others[:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return text.startswith(first) and text.endswith(others[-1]) and len(text) - len(others[-1]) >= at
