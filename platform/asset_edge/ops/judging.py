"""How dangerous each change is, and whether a machine should stop for it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from asset_edge.ops.changes import Change, Changes, Operation
from asset_edge.ops.sentences import Risk, Sentence, say
from asset_edge.ops.words import sentences

EXIT_LOSS = 3
"""Something stateful would be replaced, deleted or lose its protection."""

_OWN_RISK: Mapping[Operation, Risk] = {
    Operation.REPLACE: Risk.MEDIUM,
    Operation.DELETE: Risk.MEDIUM,
    Operation.UNKNOWN: Risk.HIGH,
    Operation.MAY_REPLACE: Risk.HIGH,
}
_WORST_FIRST = (
    *(Operation.REPLACE, Operation.DELETE, Operation.UNKNOWN, Operation.MAY_REPLACE, Operation.UPDATE),
    *(
        Operation.IMPORT,
        Operation.CREATE,
        Operation.DISCARD,
        Operation.READ,
        Operation.REFRESH,
        Operation.SAME,
    ),
)


@dataclass(frozen=True)
class Judged:
    """A change with all that is said of it, the most dangerous first."""

    change: Change
    risk: Risk
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Verdict:
    """All changes, the riskiest first."""

    changes: Changes
    judged: tuple[Judged, ...]

    @property
    def losses(self) -> tuple[Judged, ...]:
        """What could be regretted for ever."""
        return tuple(one for one in self.judged if one.risk == Risk.LOSS)

    @property
    def exit_code(self) -> int:
        """3 where something stateful would be replaced, deleted or lose its protection, else 0."""
        return EXIT_LOSS if self.losses else 0

    def counts(self) -> dict[str, int]:
        """How many changes there are of each operation, the worst first."""
        found = Counter(one.change.operation for one in self.judged if one.change.custom)
        return {str(operation): found[operation] for operation in _WORST_FIRST if found[operation]}

    def components(self) -> dict[tuple[str, str], tuple[Judged, ...]]:
        """Changes by name and type of their component, that with the riskiest change first."""
        found: dict[tuple[str, str], list[Judged]] = {}
        for one in self.judged:
            found.setdefault((one.change.component, one.change.component_type), []).append(one)
        return {key: tuple(group) for key, group in found.items()}


def judge(changes: Changes) -> Verdict:
    """Puts every change into words, weighs and orders them; the same changes give the same verdict."""
    hints = dict(_renames(changes))
    judged = [_judged(change, changes, hints.get(change.urn)) for change in changes.changes]
    return Verdict(changes, tuple(sorted(judged, key=_order)))


def _judged(change: Change, around: Changes, hint: Sentence | None) -> Judged:
    told = [*sentences(change, around), *([hint] if hint else [])]
    ordered = tuple(sorted(told, key=lambda one: -one.risk))
    own = _OWN_RISK.get(change.operation, Risk.LOW) if change.custom else Risk.LOW
    return Judged(change, max([own, *(one.risk for one in ordered)]), ordered)


def _order(one: Judged) -> tuple[int, int, str, str, str]:
    change = one.change
    return -one.risk, _WORST_FIRST.index(change.operation), change.component, change.name, change.urn


def _renames(changes: Changes) -> Iterator[tuple[str, Sentence]]:
    """What goes while one of its type comes was perhaps only renamed."""
    made = [change for change in changes.changes if change.operation == Operation.CREATE and change.custom]
    moved = _moved(changes)
    for change in changes.changes:
        if change.operation != Operation.DELETE or not change.custom:
            continue
        if (change.component, change.component_type) in moved:
            words = (
                "component {} of the same type would be made: if {} was only renamed, give the new one "
                "aliases=[pulumi.Alias(name=...)] with its old name, and nothing in it is deleted"
            )
            became = moved[change.component, change.component_type]
            yield change.urn, say(Risk.MEDIUM, words, became, change.component)
            continue
        alike = [one for one in made if one.type == change.type]
        if alike:
            nearest = max(alike, key=lambda one: (_likeness(change, one), _same_end(change, one), one.urn))
            words = (
                "{} of the same type would be made: if it was only renamed or moved, give the new one "
                "aliases with its old URN, {}, and nothing is deleted"
            )
            yield change.urn, say(Risk.MEDIUM, words, nearest.name, change.urn)


def _moved(changes: Changes) -> dict[tuple[str, str], str]:
    """Components that go while one of their type comes, and its name: the children follow its alias."""
    whole = [change for change in changes.changes if not change.custom and change.name == change.component]
    made = {one.component_type: one.name for one in whole if one.operation == Operation.CREATE}
    return {
        (one.name, one.component_type): made[one.component_type]
        for one in whole
        if one.operation == Operation.DELETE and one.component_type in made
    }


def _same_end(gone: Change, made: Change) -> int:
    """Children are called after their component: what follows its name tells which is which."""
    ends = zip(reversed(gone.name), reversed(made.name), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))


def _likeness(gone: Change, made: Change) -> int:
    old = gone.old.inputs if gone.old else {}
    new = made.new.inputs if made.new else {}
    return sum(1 for key, value in old.items() if new.get(key) == value)
