"""Whether a distribution gives its functions all that they decide by: what is decided must be in the key.

An answer is kept under its behaviour's cache key. A decision by anything else would be one viewer's decision
served to all the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from asset_edge.components import cache_policies, origin_request_policies
from asset_edge.components.behaviors import Behavior
from asset_edge.components.cache_policies import NONE, CachePolicySpec, Names, folded, only
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.path_patterns import DEFAULT, covers, overlap
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.config import Behavior as Decisions
from asset_edge.handlers.edge.config import EdgeConfig
from asset_edge.handlers.edge.own_headers import GRANT_HEADER, LANGUAGE_HEADER

HEADERS = {
    "grant": GRANT_HEADER,
    "country": "CloudFront-Viewer-Country",
    "language": LANGUAGE_HEADER,
}
"""By what decisions read, the header that tells it."""

QUERY_STRINGS = {"transforms": ("bg", "f", "fit", "fl", "fm", "h", "q", "r", "w")}
"""By what decisions read, the parameters that tell it."""

LONGEST_LEAST_SECONDS = 60
"""That an answer is kept at least where a decision may change: as long as such an answer is kept at most."""

_BY = {
    "grant": "embargo is",
    "country": "territory, library and country claims are",
    "language": "the library's language is",
    "transforms": "the transformation is",
}


def headers(reads: Sequence[str]) -> tuple[str, ...]:
    """The headers that a cache key needs for decisions that read this."""
    return tuple(HEADERS[what] for what in reads if what in HEADERS)


def query_strings(reads: Sequence[str]) -> Names:
    """The query strings that a cache key needs for decisions that read this."""
    names = [name for what in reads for name in QUERY_STRINGS.get(what, ())]
    return only(*names) if names else NONE


def needs_viewer_request(reads: Sequence[str]) -> bool:
    """Whether something of this is what viewer-request alone can tell."""
    return bool({"grant", "language", "transforms"} & set(reads))


def check(
    default: Behavior, ordered: Sequence[Behavior], config: EdgeConfig, aliases: Sequence[str] = ()
) -> None:
    """Raises ArgumentError where functions baked with `config` would decide by what a key lacks.

    Also where a behaviour would let a viewer write the functions' own headers or his country, where a
    decision is never made because an earlier one takes all of its paths, and where a territory sends viewers
    back to one of `aliases`.
    """
    _check_redirects(config, aliases)
    _check_order(config.behaviors)
    behaviors = (*ordered, default)
    for behavior in behaviors:
        _check_own_headers(behavior, config)
        _check_country(behavior, config)
    for behavior, decisions in _meetings(behaviors, config.behaviors):
        _check_functions(behavior, decisions)
        _check_life(behavior, decisions)
        for what in decisions.reads:
            _check_input(behavior, decisions, what)


def _meetings(
    behaviors: Sequence[Behavior], all_decisions: Sequence[Decisions]
) -> Iterator[tuple[Behavior, Decisions]]:
    """Each behaviour with all that may be decided in it: both lists are read in order, the first fit wins."""
    for i, behavior in enumerate(behaviors):
        earlier = [_pattern(other) for other in behaviors[:i]]
        for j, decisions in enumerate(all_decisions):
            before = [*earlier, *(other.path_pattern for other in all_decisions[:j])]
            if overlap(_pattern(behavior), decisions.path_pattern) and not any(
                covers(wide, _pattern(behavior)) or covers(wide, decisions.path_pattern) for wide in before
            ):
                yield behavior, decisions


def _pattern(behavior: Behavior) -> str:
    return DEFAULT if behavior.path_pattern is None else behavior.path_pattern


def _called(behavior: Behavior) -> str:
    if behavior.path_pattern is None:
        return "the default behaviour"
    return f"the behaviour of {behavior.path_pattern!r}"


def _check_redirects(config: EdgeConfig, aliases: Sequence[str]) -> None:
    for territory in config.territories:
        for redirect in territory.redirects:
            own = [alias for alias in aliases if covers(alias, redirect.host)]
            if own:
                raise ArgumentError(
                    f"territory {territory.name!r} sends {redirect.country} to {redirect.host}, which is "
                    f"this distribution's own alias {own[0]!r}; its viewers would go round for ever. Name "
                    "another host"
                )


def _check_order(all_decisions: Sequence[Decisions]) -> None:
    for j, decisions in enumerate(all_decisions):
        pattern, earlier = decisions.path_pattern, [other.path_pattern for other in all_decisions[:j]]
        wide = [other for other in earlier if covers(other, pattern)]
        if wide and (decisions.reads or decisions.registry):
            raise ArgumentError(
                f"edge_config decides for {wide[0]!r} before {pattern!r}, all of whose paths it takes; what "
                "the second says would never hold. Put it first, or leave it out"
            )


def _check_functions(behavior: Behavior, decisions: Decisions) -> None:
    missing = [event for event in _events(decisions) if event not in behavior.functions]
    if missing:
        raise ArgumentError(
            f"{_called(behavior)} has no {missing[0]} function; what {decisions.path_pattern!r} says in "
            "edge_config is decided there. Add the function, or leave the decisions out"
        )


def _events(decisions: Decisions) -> Iterator[str]:
    if decisions.reads or decisions.registry:
        yield "origin-request"
    if _is_revocable(decisions):
        yield "origin-response"
    if needs_viewer_request(decisions.reads):
        yield "viewer-request"


def _is_revocable(decisions: Decisions) -> bool:
    """Whether origin-response says how long an answer is kept, whatever the object says of itself."""
    return bool({"grant", "country"} & set(decisions.reads))


def _check_life(behavior: Behavior, decisions: Decisions) -> None:
    """CloudFront keeps each answer for the policy's shortest time, no-store or not.

    Source: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)".
    """
    if not (_is_revocable(decisions) or decisions.registry):
        return
    least = _least_seconds(behavior)
    if least > LONGEST_LEAST_SECONDS:
        raise ArgumentError(
            f"{_called(behavior)} has a cache policy with min_ttl_seconds {least}; what "
            f"{decisions.path_pattern!r} decides in edge_config may be taken back, and at most "
            f"{LONGEST_LEAST_SECONDS} are allowed. Use 0"
        )


def _least_seconds(behavior: Behavior) -> int:
    """0 for a policy of an id, into which nobody can look: what is decided by a key is refused there."""
    policy = behavior.cache_policy
    found = cache_policies.MANAGED.get(policy) if isinstance(policy, str) else policy
    return found.min_ttl_seconds if isinstance(found, CachePolicySpec) else 0


def _check_input(behavior: Behavior, decisions: Decisions, what: str) -> None:
    lacking = _lacking(behavior, what)
    if lacking:
        place = "cache policy" if _is_cached(behavior) else "origin request policy"
        raise ArgumentError(
            f"{_called(behavior)} lacks {', '.join(lacking)} in its {place}; {_BY[what]} decided by that for "
            f"{decisions.path_pattern!r} in edge_config, and one viewer's answer would be another's. Add "
            "what is lacking, or leave the decision out"
        )


def _lacking(behavior: Behavior, what: str) -> list[str]:
    """What tells it and neither the key nor, where nothing is kept, the origin request policy has."""
    names, parameters = _key_names(behavior) if _is_cached(behavior) else _forwarded_names(behavior)
    header = HEADERS.get(what)
    if header is not None:
        is_told = _adds_country(names) if what == "country" else _takes_header(names, header)
        return [] if is_told else [f"header {header}"]
    return [f"query string {name}" for name in QUERY_STRINGS[what] if not _takes(parameters, name)]


def _is_cached(behavior: Behavior) -> bool:
    return _cache_policy(behavior).max_ttl_seconds > 0


def _key_names(behavior: Behavior) -> tuple[Names, Names]:
    """The headers and query strings of the cache key; all of it reaches the origin too."""
    policy = _cache_policy(behavior)
    return (only(*policy.headers) if policy.headers else NONE), policy.query_strings


def _forwarded_names(behavior: Behavior) -> tuple[Names, Names]:
    """The headers and query strings that reach the origin without being in the key."""
    policy = _origin_request_policy(behavior)
    return (NONE, NONE) if policy is None else (policy.headers, policy.query_strings)


def _cache_policy(behavior: Behavior) -> CachePolicySpec:
    policy = behavior.cache_policy
    found = cache_policies.MANAGED.get(policy) if isinstance(policy, str) else policy
    if not isinstance(found, CachePolicySpec):
        raise _unseen(behavior, "cache_policy", policy, "CachePolicySpec")
    return found


def _origin_request_policy(behavior: Behavior) -> OriginRequestPolicySpec | None:
    policy = behavior.origin_request_policy
    found = origin_request_policies.MANAGED.get(policy) if isinstance(policy, str) else policy
    if not (found is policy is None or isinstance(found, OriginRequestPolicySpec)):
        raise _unseen(behavior, "origin_request_policy", policy, "OriginRequestPolicySpec")
    return found


def _unseen(behavior: Behavior, argument: str, policy: object, kind: str) -> ArgumentError:
    told = repr(policy) if isinstance(policy, str) else "an output"
    return ArgumentError(
        f"{_called(behavior)} has {argument} {told}; what is in the policy of an id cannot be seen, and "
        f"edge_config decides by it. Use a {kind}, or the id of one that AWS manages"
    )


def _check_own_headers(behavior: Behavior, config: EdgeConfig) -> None:
    """Where viewer-request does not write these headers, they are whatever a viewer sends."""
    if "viewer-request" in behavior.functions:
        return
    try:
        reaching = (_key_names(behavior)[0], _forwarded_names(behavior)[0])
    except ArgumentError:
        if any({"grant", "language"} & set(decisions.reads) for decisions in config.behaviors):
            raise
        return
    for header in (GRANT_HEADER, LANGUAGE_HEADER):
        if any(_takes_header(names, header) for names in reaching):
            raise ArgumentError(
                f"{_called(behavior)} passes the header {header} to the origin without a viewer-request "
                "function, which alone may write it; a viewer could open what is closed to him. Add the "
                "function, or keep the header out of both policies"
            )


def _check_country(behavior: Behavior, config: EdgeConfig) -> None:
    """CloudFront writes the country only where a policy lists it; elsewhere the header is a viewer's own.

    Any behaviour may get a path of any decision: functions see slashes where a path pattern sees an escape.
    """
    if not any("country" in decisions.reads for decisions in config.behaviors):
        return
    header, policy = HEADERS["country"], _origin_request_policy(behavior)
    if policy is None or policy.headers.behavior == "whitelist" or not _takes_header(policy.headers, header):
        return
    if not _adds_country(_key_names(behavior)[0]):
        raise ArgumentError(
            f"{_called(behavior)} passes every header of a viewer to the origin, {header} among them, which "
            "nobody but CloudFront may write where a territory, library or country claim is decided. List "
            "the headers with only(...), or add this one to all_except(...)"
        )


def _adds_country(names: Names) -> bool:
    """Policies of all headers pass on what viewers send, and no header of CloudFront's own.

    Source: Amazon CloudFront API Reference, "OriginRequestPolicyHeadersConfig".
    """
    return names.behavior == "whitelist" and _takes_header(names, HEADERS["country"])


def _takes_header(names: Names, header: str) -> bool:
    """Header names have no case."""
    return _takes(replace(names, names=folded(names.names)), header.lower())


def _takes(names: Names, name: str) -> bool:
    is_listed = name in names.names
    return {"none": False, "whitelist": is_listed, "allExcept": not is_listed, "all": True}[names.behavior]
