"""The behaviours of a distribution as a plan has them, and the functions that each calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asset_edge.components.path_patterns import DEFAULT
from asset_edge.guardrails import types
from asset_edge.guardrails.resources import Resource, Stack, Unseen, dotted


@dataclass(frozen=True)
class PlannedBehavior:
    """One behaviour of a distribution."""

    distribution: Resource
    path: tuple[str | int, ...]
    """Where it stands in the distribution's properties."""

    @property
    def pattern(self) -> str:
        """Its path pattern; that of the default behaviour is `*`."""
        told = self.told("pathPattern") if len(self.path) > 1 else DEFAULT
        return str(told)

    @property
    def called(self) -> str:
        """What a message calls it."""
        return f"the behaviour of {self.pattern}" if len(self.path) > 1 else "the default behaviour"

    def told(self, *path: str | int) -> Any:
        """A value of it; NotKnown if unseen."""
        return self.distribution.told(*self.path, *path)

    def associations(self) -> Iterator["Association"]:
        """Which function it calls when; NotKnown if that is unseen."""
        for index, one in enumerate(self.distribution.listed(*self.path, "lambdaFunctionAssociations")):
            place = (*self.path, "lambdaFunctionAssociations", index)
            event = self.distribution.told(*place, "eventType")
            arn = one.get("lambdaArn") if isinstance(one, Mapping) else None
            yield Association(self.distribution, place, str(event), arn)


@dataclass(frozen=True)
class Association:
    """A function that a behaviour calls on an event."""

    distribution: Resource
    path: tuple[str | int, ...]
    event: str
    arn: Any
    """May be an `Unseen`, or a plan's symbol."""

    @property
    def place(self) -> tuple[str | int, ...]:
        """Where the ARN stands."""
        return (*self.path, "lambdaArn")

    def candidates(self, stack: Stack) -> list[Resource]:
        """The function of the stack that it is; where the ARN is unseen, all that the distribution takes."""
        if isinstance(self.arn, Unseen):
            functions = stack.of(types.FUNCTION)
            return [f for f in functions if self.distribution.is_made_from(f, dotted(self.place))]
        # The ARN of a version is its function's, and a number.
        found = stack.referred(self.arn, types.FUNCTION) or stack.referred(
            str(self.arn).rpartition(":")[0], types.FUNCTION
        )
        return [found] if found else []


def behaviors(distribution: Resource) -> list[PlannedBehavior]:
    """The behaviours in the order CloudFront tries them, the default one last."""
    ordered = distribution.listed("orderedCacheBehaviors")
    places: list[tuple[str | int, ...]] = [("orderedCacheBehaviors", index) for index in range(len(ordered))]
    return [PlannedBehavior(distribution, place) for place in (*places, ("defaultCacheBehavior",))]
