"""What a change of a DNS record means: weights as shares, how long old answers are believed, who answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asset_edge.ops.changes import Change, Changes, Neighbours, Operation
from asset_edge.ops.reading import at, number, texts
from asset_edge.ops.sentences import Risk, Sentence, say

RECORD = "aws:route53/record:Record"
_BEACON = ".beacon."
_BEACON_ADDRESS = "127.0.0."
_POINTS = 100
_ROUNDED = 1e-6


def of_record(change: Change, around: Changes) -> Iterator[Sentence]:
    """What viewers and operators would notice of a record's change."""
    if change.operation == Operation.DELETE and change.old:
        yield say(Risk.HIGH, "{} {} would answer no more", *_name(change.old.inputs))
        return
    if change.old is None or change.new is None:
        return
    old, new = change.old.inputs, change.new.inputs
    yield from _weights(old, new, around)
    yield from _ttl(old, new)
    yield from _answers(old, new)
    if old.get("healthCheckId") and not new.get("healthCheckId"):
        yield say(
            Risk.HIGH,
            "no health check decides over it any more: a dead region keeps its share",
            of=("healthCheckId",),
        )


def _name(inputs: Mapping[str, Any]) -> tuple[Any, Any]:
    return inputs.get("type"), inputs.get("name")


@dataclass(frozen=True)
class _Weighted:
    """One region's place in a set of weighted records."""

    origin: str
    region: str
    weight: float
    of_beacon: bool


def _weighted(inputs: Mapping[str, Any]) -> _Weighted | None:
    name, identifier = str(inputs.get("name") or ""), str(inputs.get("setIdentifier") or "")
    if _BEACON in name and inputs.get("type") == "A":
        address = next(iter(texts(inputs.get("records"))), "")
        weight = address.removeprefix(_BEACON_ADDRESS)
        # The answer of a region that is down says 0 whatever its weight.
        if identifier == "down" or not address.startswith(_BEACON_ADDRESS) or not weight.isdecimal():
            return None
        region, _, origin = name.partition(_BEACON)
        return _Weighted(origin, region, float(weight), of_beacon=True)
    told = number(at(inputs.get("weightedRoutingPolicies"), 0, "weight"))
    return None if told is None else _Weighted(name, identifier, told, of_beacon=False)


def _weights(old: Mapping[str, Any], new: Mapping[str, Any], around: Changes) -> Iterator[Sentence]:
    before, after = _weighted(old), _weighted(new)
    if before is None or after is None or before.weight == after.weight:
        return
    of = ("records",) if after.of_beacon else ("weightedRoutingPolicies",)
    what = "beacon" if after.of_beacon else "weighted record"
    shares = _share(before, around.before), _share(after, around.after)
    template = "weight of {} in the {} of {}: {} → {}"
    values = (after.region, what, after.origin, f"{before.weight:g}", f"{after.weight:g}")
    if not around.whole or None in shares:
        yield say(
            Risk.HIGH if after.weight == 0 else Risk.MEDIUM,
            f"{template}; its share is not known, because what stays the same is not shown",
            *values,
            of=of,
        )
    else:
        yield _step(template, values, (shares[0] or 0, shares[1] or 0), around.largest_step_points, of)
    yield from _odd_weights(after, around)


def _step(
    template: str,
    values: tuple[Any, ...],
    shares: tuple[float, float],
    largest: float | None,
    of: tuple[str, ...],
) -> Sentence:
    step = abs(shares[1] - shares[0])
    values = (*values, _points(shares[0]), _points(shares[1]), _points(step))
    template += ", its share {} % → {} %: a step of {} points"
    if largest is None:
        template += "; the posture's largest step is not known, give it with --largest-step"
    elif step > largest + _ROUNDED:
        template += f", MORE than the {largest:g} that the posture allows at once"
    risky = shares[1] == 0 or (largest is not None and step > largest + _ROUNDED)
    if shares[1] == 0:
        template += "; it would get no requests"
    return say(Risk.HIGH if risky else Risk.MEDIUM, template, *values, of=of)


def _points(share: float) -> str:
    return f"{share:.1f}".removesuffix(".0")


def _share(one: _Weighted, neighbours: Neighbours) -> float | None:
    """In points of 100, of all that share the origin; all at 0 share alike."""
    weights = [
        found.weight
        for neighbour in neighbours.values()
        if neighbour.type == RECORD
        and (found := _weighted(neighbour.inputs)) is not None
        and (found.origin, found.of_beacon) == (one.origin, one.of_beacon)
    ]
    if not weights:
        return None
    return one.weight * _POINTS / sum(weights) if sum(weights) else _POINTS / len(weights)


def _odd_weights(one: _Weighted, around: Changes) -> Iterator[Sentence]:
    told = [
        found for n in around.after.values() if (found := _weighted(n.inputs)) and found.origin == one.origin
    ]
    if around.whole and not any(found.weight for found in told if found.of_beacon == one.of_beacon):
        yield say(
            Risk.HIGH, "all weights of {} would be 0: every region would get the same share", one.origin
        )
    other = [found for found in told if found.region == one.region and found.of_beacon != one.of_beacon]
    if other and other[0].weight != one.weight and not one.of_beacon:
        yield say(
            Risk.HIGH,
            "the beacon of {} would say {}, the weighted record {}: edge and people would not see the same",
            one.region,
            f"{other[0].weight:g}",
            f"{one.weight:g}",
        )


def _ttl(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    before, after = number(old.get("ttl")), number(new.get("ttl"))
    if before is None or after is None or before == after:
        return
    if after > before:
        yield say(
            Risk.MEDIUM,
            "TTL {} → {} s: a shift of weights, or a region that is down, is seen up to {} s later",
            before,
            after,
            after,
            of=("ttl",),
        )
    else:
        yield say(
            Risk.LOW, "TTL {} → {} s: changes are seen sooner, and more is asked", before, after, of=("ttl",)
        )


def _answers(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    for what in ("records", "aliases"):
        before, after = old.get(what), new.get(what)
        if before != after and not (
            _weighted(old) and _weighted(new) and what == "records" and _is_beacon(new)
        ):
            yield say(
                Risk.MEDIUM,
                "{} {} would answer {} and no longer {}",
                *_name(new),
                _targets(after),
                _targets(before),
                of=(what,),
            )


def _is_beacon(inputs: Mapping[str, Any]) -> bool:
    return _BEACON in str(inputs.get("name") or "")


def _targets(value: Any) -> Any:
    """An alias's target is its name."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return tuple(str(one.get("name")) for one in value)
    return value
