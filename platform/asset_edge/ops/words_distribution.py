"""What a change of a distribution, its cache keys or its web ACL means for viewers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from asset_edge.ops.changes import Change, Changes, Operation
from asset_edge.ops.reading import at, gone, named, number, texts
from asset_edge.ops.sentences import Risk, Sentence, say

_TLS = (
    *("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021"),
    *("TLSv1.2_2025", "TLSv1.3_2025"),
)
"""CloudFront's security policies, the weakest first."""

_DEFAULT = "*"
_TTLS = ("minTtl", "defaultTtl", "maxTtl")
_KEY = "parametersInCacheKeyAndForwardedToOrigin"
_KEY_PARTS = (
    ("header", "headersConfig", "headerBehavior", "headers"),
    ("cookie", "cookiesConfig", "cookieBehavior", "cookies"),
    ("query parameter", "queryStringsConfig", "queryStringBehavior", "queryStrings"),
)
_NOTHING: Mapping[str, Any] = {}


def of_distribution(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Who could be served what over which protocol, and what decides about it."""
    if change.old is None or change.new is None:
        return
    old, new = change.old.inputs, change.new.inputs
    yield from _security(old, new)
    yield from _reach(old, new)
    before, after = _behaviors(old), _behaviors(new)
    for pattern in sorted(before.keys() - after.keys()):
        yield say(
            Risk.HIGH, "{} would have no behaviour of its own: the next pattern that fits decides", pattern
        )
    for pattern in sorted(after.keys() - before.keys()):
        yield say(Risk.MEDIUM, "{} would have a behaviour of its own", pattern)
    for pattern in sorted(before.keys() & after.keys()):
        yield from _behavior(pattern, before[pattern], after[pattern])


def _security(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    before, after = (at(side, "viewerCertificate", "minimumProtocolVersion") for side in (old, new))
    if before != after:
        weaker = _rank(after) < _rank(before)
        words = "viewers could use older TLS: {} → {}" if weaker else "viewers would need newer TLS: {} → {}"
        of = ("viewerCertificate.minimumProtocolVersion",)
        yield say(Risk.HIGH if weaker else Risk.MEDIUM, words, before, after, of=of)
    if old.get("webAclId") and not new.get("webAclId"):
        yield say(Risk.HIGH, "no web ACL would stand before it any more", of=("webAclId",))


def _rank(policy: Any) -> float:
    """A policy that is not known may be the weakest: so a change to one is seen as weaker."""
    return _TLS.index(policy) if policy in _TLS else -1


def _reach(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    if old.get("enabled") and not new.get("enabled"):
        yield say(Risk.HIGH, "it would serve nobody: enabled → disabled", of=("enabled",))
    if removed := gone(old.get("aliases"), new.get("aliases")):
        yield say(Risk.HIGH, "it would no longer answer for {}", removed, of=("aliases",))
    if added := gone(new.get("aliases"), old.get("aliases")):
        yield say(Risk.MEDIUM, "it would answer for {} as well", added, of=("aliases",))
    before, after = (at(side, "restrictions", "geoRestriction") or _NOTHING for side in (old, new))
    if before != after:
        yield say(
            Risk.HIGH,
            "the geo restriction would be {} {} and no longer {} {}",
            *(after.get("restrictionType"), texts(after.get("locations"))),
            *(before.get("restrictionType"), texts(before.get("locations"))),
            of=("restrictions",),
        )


def _behaviors(inputs: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    default = inputs.get("defaultCacheBehavior")
    found = named(inputs.get("orderedCacheBehaviors"), "pathPattern")
    return {**found, _DEFAULT: default} if isinstance(default, Mapping) else found


def _behavior(pattern: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    before, after = (named(side.get("lambdaFunctionAssociations"), "eventType") for side in (old, new))
    for event in sorted(before.keys() - after.keys()):
        meaning = ": embargo and territory would not be asked" if event != "origin-response" else ""
        yield say(Risk.HIGH, f"{{}} would no longer pass {{}}{meaning}", pattern, event)
    for event in sorted(after.keys() - before.keys()):
        yield say(
            Risk.MEDIUM, "{} would pass {}, which costs and takes time with every request", pattern, event
        )
    if old.get("viewerProtocolPolicy") != "allow-all" and new.get("viewerProtocolPolicy") == "allow-all":
        yield say(Risk.HIGH, "{} could be read without TLS", pattern)
    if old.get("cachePolicyId") != new.get("cachePolicyId"):
        yield say(
            Risk.MEDIUM,
            "{} would be cached by another policy, and everything cached of it is lost: {} → {}",
            *(pattern, old.get("cachePolicyId"), new.get("cachePolicyId")),
        )
    signers = [texts(side.get("trustedKeyGroups")) for side in (old, new)]
    if signers[0] and not signers[1]:
        yield say(Risk.HIGH, "{} would need no signed URL any more", pattern)


def of_cache_policy(change: Change, _around: Changes) -> Iterator[Sentence]:
    """How long answers are kept, and which requests share one."""
    if change.old is None or change.new is None:
        return
    old, new = change.old.inputs, change.new.inputs
    for name in _TTLS:
        before, after = number(old.get(name)), number(new.get(name))
        if before != after and before is not None and after is not None:
            longer = "an old answer lives longer" if after > before else "more requests go to the origin"
            yield say(Risk.MEDIUM, f"{name} {{}} → {{}} s: {longer}", before, after, of=(name,))
    for what, config, behavior, items in _KEY_PARTS:
        sides = [at(side, _KEY, config) or _NOTHING for side in (old, new)]
        for one in _key_part(what, sides[0], sides[1], behavior, items):
            yield replace(one, of=(f"{_KEY}.{config}",))


def _key_part(
    what: str, old: Mapping[str, Any], new: Mapping[str, Any], behavior: str, items: str
) -> Iterator[Sentence]:
    if old.get(behavior) != new.get(behavior):
        fewer = new.get(behavior) == "none"
        risk = Risk.HIGH if fewer else Risk.MEDIUM
        yield say(risk, f"{what}s in the cache key: {{}} → {{}}", old.get(behavior), new.get(behavior))
    before, after = (at(side, items, "items") for side in (old, new))
    if removed := gone(before, after):
        yield say(
            Risk.HIGH,
            f"the cache key would lose the {what} {{}}: viewers who differ in it would share one answer",
            removed,
        )
    if added := gone(after, before):
        yield say(
            Risk.MEDIUM, f"the cache key would gain the {what} {{}}: fewer requests share an answer", added
        )


def of_web_acl(change: Change, _around: Changes) -> Iterator[Sentence]:
    """What would no longer be kept out."""
    if change.operation == Operation.DELETE or change.old is None or change.new is None:
        return
    old, new = (named(side.inputs.get("rules"), "name") for side in (change.old, change.new))
    for rule in sorted(old.keys() - new.keys()):
        yield say(Risk.HIGH, "its rule {} would be gone", rule)
    for rule in sorted(old.keys() & new.keys()):
        blocks = [at(side[rule], "action", "block") is not None for side in (old, new)]
        limits = [number(at(side[rule], "statement", "rateBasedStatement", "limit")) for side in (old, new)]
        if blocks[0] and not blocks[1]:
            yield say(Risk.HIGH, "its rule {} would no longer block", rule)
        if limits[0] and (limits[1] or 0) > limits[0]:
            yield say(
                Risk.MEDIUM,
                "its rule {} would let {} requests through and not {}",
                rule,
                limits[1],
                limits[0],
            )
