"""Whether what the baked functions decide by is in the cache key of the behaviours that call them.

At construction `decision_inputs` asks the same of one component's arguments; here it is asked of whatever a
plan holds, by the configuration inside the functions' own bundles.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from asset_edge.components import cache_policies, origin_request_policies
from asset_edge.components.cache_policies import NONE, YEAR_SECONDS, Names, only
from asset_edge.components.decision_inputs import HEADERS, QUERY_STRINGS, needs_viewer_request
from asset_edge.components.path_patterns import covers, overlap
from asset_edge.guardrails import types
from asset_edge.guardrails.behaviors import PlannedBehavior, behaviors
from asset_edge.guardrails.resources import NotKnown, Resource, Stack
from asset_edge.guardrails.rule import Rule
from asset_edge.handlers.edge.config import CONFIG_FILE, Behavior, ConfigError, EdgeConfig, loads

_OURS = "handlers.edge."


def _keys(distribution: Resource, stack: Stack) -> Iterator[str]:
    planned = behaviors(distribution)
    unknown: list[str] = []
    for index, behavior in enumerate(planned):
        try:
            yield from _lacking_of(behavior, planned[:index], stack)
        except NotKnown as reason:
            # The other behaviours may still be seen to lack something.
            unknown.append(f"{behavior.called}: {reason}")
    if unknown:
        raise NotKnown("; ".join(dict.fromkeys(unknown)))


def _lacking_of(behavior: PlannedBehavior, earlier: list[PlannedBehavior], stack: Stack) -> Iterator[str]:
    events = {association.event for association in behavior.associations()}
    for decisions in _decisions(behavior, earlier, stack):
        if needs_viewer_request(decisions.reads) and "viewer-request" not in events:
            yield (
                f"{behavior.called} has no viewer-request function, which alone writes what "
                f"{decisions.path_pattern} is decided by"
            )
        for what in decisions.reads:
            lacking = _taken(behavior, stack).lacks(what)
            if lacking:
                yield (
                    f"{behavior.called} lacks {', '.join(lacking)} in its cache key, by which the functions "
                    f"decide for {decisions.path_pattern}: one viewer's answer would be another's"
                )


def _decisions(behavior: PlannedBehavior, earlier: list[PlannedBehavior], stack: Stack) -> Iterator[Behavior]:
    """All that its functions may decide in it: both lists are read in order, the first fit wins."""
    found: dict[Behavior, None] = {}
    for config in _configs(behavior, stack):
        for index, decisions in enumerate(config.behaviors):
            before = [*(one.pattern for one in earlier), *(o.path_pattern for o in config.behaviors[:index])]
            if overlap(behavior.pattern, decisions.path_pattern) and not any(
                covers(wide, behavior.pattern) or covers(wide, decisions.path_pattern) for wide in before
            ):
                found[decisions] = None
    yield from found


def _configs(behavior: PlannedBehavior, stack: Stack) -> Iterator[EdgeConfig]:
    """What is baked into the functions of ours that it calls; NotKnown if none of it can be read."""
    read, reasons = [], []
    for association in behavior.associations():
        for function in association.candidates(stack):
            if not str(function.told("handler")).startswith(_OURS):
                continue
            try:
                read.append(_baked(function))
            except NotKnown as unknown:
                reasons.append(f"{function.name}: {unknown}")
    # All functions of a distribution are baked with the same decisions, the keys of an issuer apart.
    if reasons and not read:
        raise NotKnown(", ".join(dict.fromkeys(reasons)))
    yield from read


def _baked(function: Resource) -> EdgeConfig:
    content = function.files(CONFIG_FILE)
    if content is None:
        raise NotKnown(f"its bundle has no {CONFIG_FILE}")
    try:
        # Keys decide nothing here, and a plan has them masked.
        return loads(json.dumps(json.loads(content) | {"embargo": None}))
    except (ConfigError, TypeError, ValueError):
        # Not the reason: it may quote a key.
        raise NotKnown(f"its {CONFIG_FILE} cannot be read by this version") from None


@dataclass(frozen=True)
class _Chosen:
    """Which headers or query strings a policy takes, in CloudFront's words."""

    behavior: str
    names: tuple[str, ...]

    def takes(self, name: str) -> bool:
        is_listed = name in self.names
        is_viewers = not name.startswith("cloudfront-")
        return {
            "none": False,
            "all": True,
            "whitelist": is_listed,
            "allExcept": not is_listed,
            "allViewer": is_viewers,
            "allViewerAndWhitelistCloudFront": is_viewers or is_listed,
        }.get(self.behavior, False)


@dataclass(frozen=True)
class _Taken:
    """What a behaviour's key has or, where nothing is kept, what reaches its functions at all."""

    headers: _Chosen
    query_strings: _Chosen

    def lacks(self, what: str) -> list[str]:
        """Of what tells a decision's input all that is not taken. Header names have no case."""
        header = HEADERS.get(what)
        if header is not None:
            return [] if self.headers.takes(header.lower()) else [f"header {header}"]
        return [f"query string {name}" for name in QUERY_STRINGS[what] if not self.query_strings.takes(name)]


def _taken(behavior: PlannedBehavior, stack: Stack) -> _Taken:
    most_seconds, keyed = _cache_policy(behavior, stack)
    return keyed if most_seconds > 0 else _origin_request_policy(behavior, stack)


def _cache_policy(behavior: PlannedBehavior, stack: Stack) -> tuple[int, _Taken]:
    told = behavior.told("cachePolicyId")
    if told is None:
        raise NotKnown("it has forwarded values, not a cache policy")
    managed = cache_policies.MANAGED.get(str(told))
    if managed is not None:
        headers = only(*managed.headers) if managed.headers else NONE
        return managed.max_ttl_seconds, _Taken(_chosen(headers), _chosen(managed.query_strings))
    policy = stack.referred(told, types.CACHE_POLICY)
    if policy is None:
        raise NotKnown(f"what is in cache policy {told} is not in this stack")
    most = policy.number("maxTtl")
    taken = _of_props(policy, "parametersInCacheKeyAndForwardedToOrigin")
    return YEAR_SECONDS if most is None else most, taken


def _chosen(names: Names) -> _Chosen:
    return _Chosen(names.behavior, tuple(name.lower() for name in names.names))


def _origin_request_policy(behavior: PlannedBehavior, stack: Stack) -> _Taken:
    told = behavior.told("originRequestPolicyId")
    if told is None:
        return _Taken(_chosen(NONE), _chosen(NONE))
    managed = origin_request_policies.MANAGED.get(str(told))
    if managed is not None:
        return _Taken(_chosen(managed.headers), _chosen(managed.query_strings))
    policy = stack.referred(told, types.ORIGIN_REQUEST_POLICY)
    if policy is None:
        raise NotKnown(f"what is in origin request policy {told} is not in this stack")
    return _of_props(policy)


def _of_props(policy: Resource, *path: str) -> _Taken:
    return _Taken(_selection(policy, path, "header"), _selection(policy, path, "queryString"))


def _selection(policy: Resource, path: tuple[str, ...], kind: str) -> _Chosen:
    place = (*path, f"{kind}sConfig")
    names = policy.texts(*place, f"{kind}s", "items")
    is_header = kind == "header"
    behavior = policy.told(*place, f"{kind}Behavior") or "none"
    return _Chosen(str(behavior), tuple(name.lower() if is_header else name for name in names))


RULES = (
    Rule(
        name="decisions-in-cache-key",
        level="mandatory",
        severity="critical",
        description="What the functions decide by, a grant or a country above all, is in the cache key of "
        "the behaviours that call them.",
        remediation="Add it to the behaviour's cache policy, or leave the decision out of the configuration",
        source='Amazon CloudFront Developer Guide, "Understand cache policies"; "Add CloudFront request '
        'headers"',
        types=frozenset({types.DISTRIBUTION}),
        checks=(_keys,),
        needs_whole_stack=True,
    ),
)
