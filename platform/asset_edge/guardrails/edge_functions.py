"""Whether Lambda@Edge takes the functions that a distribution calls."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from asset_edge.components.edge_limits import EDGE_REGION, QUOTAS, SMALLEST_MEMORY_MB, EventType, strictest
from asset_edge.guardrails import types
from asset_edge.guardrails.behaviors import Association, behaviors
from asset_edge.guardrails.resources import Resource, Stack, Unseen, seen, symbol_property
from asset_edge.guardrails.rule import Check, Rule

_Events = tuple[EventType, ...]
_FunctionCheck = Callable[[Resource, _Events], Iterator[str]]

_VERSION_ARN = re.compile(r"arn:aws[a-z-]*:lambda:us-east-1:\d{12}:function:[A-Za-z0-9_-]+:\d+")
_NOT_AT_THE_EDGE = (
    *("layers", "vpcConfig", "deadLetterConfig", "fileSystemConfig", "imageUri", "kmsKeyArn", "snapStart"),
    *("tracingConfig", "durableConfig"),
)
_LAMBDA_DEFAULT_TIMEOUT_SECONDS = 3


def _versions(distribution: Resource, stack: Stack) -> Iterator[str]:
    wrong = [one for one in _associations(distribution) if not _is_of_version(one, stack)]
    for event, arn in dict.fromkeys((one.event, _told(one.arn)) for one in wrong):
        yield f"the {event} function {arn} is not a numbered version in us-east-1"


def _told(arn: Any) -> str:
    return "of the stack, which publishes none," if isinstance(arn, Unseen) else str(arn)


def _associations(distribution: Resource) -> list[Association]:
    return [one for behavior in behaviors(distribution) for one in behavior.associations()]


def _is_of_version(association: Association, stack: Stack) -> bool:
    found = association.candidates(stack)
    is_published = all(function.told("publish") is True for function in found)
    if isinstance(association.arn, Unseen):
        # Of the ARN of a version to be published only the number is not known.
        return bool(found and is_published) if found else bool(seen(association.arn, *association.place))
    output = symbol_property(association.arn)
    if output is not None:
        return output == "qualifiedArn" and is_published
    return bool(_VERSION_ARN.fullmatch(str(association.arn)))


def _functions(distribution: Resource, stack: Stack) -> Iterator[tuple[Resource, _Events]]:
    """Each function of the stack that it calls, and when; no events where that cannot be seen."""
    events: dict[str, set[str]] = defaultdict(set)
    found: dict[str, Resource] = {}
    for one in _associations(distribution):
        for function in one.candidates(stack):
            found[function.urn] = function
            if not isinstance(one.arn, Unseen):
                events[function.urn].add(one.event)
    for urn in sorted(found):
        yield found[urn], tuple(event for event in QUOTAS if event in events[urn])


def _of_each(check: _FunctionCheck) -> Check:
    def asked(distribution: Resource, stack: Stack) -> Iterator[str]:
        for function, events in _functions(distribution, stack):
            yield from (f"{function.name} {sentence}" for sentence in check(function, events))

    return asked


def _region(function: Resource, _: _Events) -> Iterator[str]:
    told = function.told("region")
    if told is None:
        yield f"names no region; it must be in {EDGE_REGION}"
    elif told != EDGE_REGION:
        yield f"is in {told}; it must be in {EDGE_REGION}"


def _code(function: Resource, _: _Events) -> Iterator[str]:
    architectures = function.texts("architectures") or ["x86_64"]
    if architectures != ["x86_64"]:
        yield f"runs on {', '.join(architectures)}; the edge has x86_64 alone"
    if function.told("packageType") not in (None, "Zip"):
        yield f"is packed as {function.told('packageType')}; the edge takes a Zip"
    runtime = function.told("runtime")
    if not str(runtime).startswith("python3."):
        yield f"has runtime {runtime}; the edge functions here are Python"


def _features(function: Resource, _: _Events) -> Iterator[str]:
    # Told apart so that a secret environment is seen to be one.
    if function.props.get("environment") not in (None, {}):
        yield "has environment variables, of which the edge has none"
    told = [name for name in _NOT_AT_THE_EDGE if function.props.get(name) not in (None, [], {})]
    if told:
        yield f"has {', '.join(told)}, of which the edge has none"


def _memory(function: Resource, events: _Events) -> Iterator[str]:
    told = function.number("memorySize") or SMALLEST_MEMORY_MB
    most = strictest(events or ("origin-request",)).memory_size_mb
    if told > most:
        yield f"has {told} MB of memory; {_when(events)} has at most {most}"


def _timeout(function: Resource, events: _Events) -> Iterator[str]:
    told = function.number("timeout") or _LAMBDA_DEFAULT_TIMEOUT_SECONDS
    most = strictest(events or ("origin-request",)).timeout_seconds
    if told > most:
        yield f"may take {told} s; {_when(events)} has at most {most}"


def _when(events: _Events) -> str:
    return f"a function on {', '.join(events)}" if events else "an edge function"


RULES = (
    Rule(
        name="edge-function-limits",
        level="mandatory",
        severity="high",
        description="What a distribution calls is what Lambda@Edge takes: Python in a zip, x86_64, "
        "us-east-1, a numbered version, no environment, layers or VPC, memory and time within quota.",
        remediation="Use EdgeFunction, which makes no other",
        source='Amazon CloudFront Developer Guide, "Restrictions on Lambda@Edge"; "Quotas"; "Differences '
        'between CloudFront Functions and Lambda@Edge"',
        types=frozenset({types.DISTRIBUTION}),
        checks=(_versions, *(_of_each(one) for one in (_region, _code, _features, _memory, _timeout))),
        needs_whole_stack=True,
    ),
)
