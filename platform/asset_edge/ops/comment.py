"""How a verdict becomes a pull request's comment, and what is left out where it would be too long."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from asset_edge.ops.changes import Change, Policy
from asset_edge.ops.judging import Judged, Verdict
from asset_edge.ops.markup import code, marker, sentence
from asset_edge.ops.sentences import Risk

MOST_CHARACTERS = 65_536
"""Of one comment on GitHub."""

_SECTION_CHARACTERS = 8_000
_CHANGE_CHARACTERS = 5_000
_SUMMED_UP = 10
_SUMMED_UP_VALUE = 60
_DIAGNOSTIC = 600
_MOST_NOTES = 10
_LABELS: Mapping[Risk, str] = {
    Risk.LOSS: "**LOSS**",
    Risk.HIGH: "**HIGH**",
    Risk.MEDIUM: "medium",
    Risk.LOW: "low",
}
_ROOM_TO_SAY_SO = 300


@dataclass(frozen=True)
class _Section:
    text: str
    changes: int = 0


def comment(verdict: Verdict, most_characters: int = MOST_CHARACTERS) -> str:
    """The comment, at most that long: whole sections are left out from the end, the summary never."""
    parts = [_summary(verdict)]
    sections = list(_sections(verdict))
    room = most_characters - _length(parts[0]) - _ROOM_TO_SAY_SO
    left_out: list[_Section] = []
    for section in sections:
        length = _length(section.text) + 1
        # Once one is left out all after it are: they matter less.
        if left_out or length > room:
            left_out.append(section)
        else:
            parts.append(section.text)
            room -= length
    if left_out:
        parts.append(_left_out(left_out))
    return "\n".join(parts)


def _length(text: str) -> int:
    """In UTF-16 units, the larger of the ways to count characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _left_out(sections: list[_Section]) -> str:
    changes = sum(section.changes for section in sections)
    return (
        f"**{len(sections)} more sections with {changes} changes are left out**, because a comment holds "
        f"{MOST_CHARACTERS:,} characters. They are in the diff's text or JSON.\n"
    )


def _summary(verdict: Verdict) -> str:
    changes = verdict.changes
    lines = [marker(changes.project, changes.stack), _heading(verdict), "", f"**{headline(verdict)}**", ""]
    if changes.failed:
        lines += ["**The preview did not come to its end: there may be more changes than these.**", ""]
    lines += [counted(verdict), ""]
    lines += [f"- {code(note)}" for note in changes.notes[:_MOST_NOTES]]
    top = [one for one in verdict.judged if one.risk >= Risk.HIGH][:_SUMMED_UP]
    if top:
        lines += ["", "What to look at first:", "", *map(_in_one_line, top)]
    return "\n".join(lines) + "\n"


def _heading(verdict: Verdict) -> str:
    changes = verdict.changes
    home = code(f"{changes.project}/{changes.stack}") if changes.project else "an unnamed stack"
    return f"## Changes of {home}"


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence, of our words alone."""
    losses = len(verdict.losses)
    high = sum(one.risk == Risk.HIGH for one in verdict.judged)
    if losses:
        are = "resource that holds something" if losses == 1 else "resources that hold something"
        return f"STOP: {losses} {are} would be replaced, deleted or lose protection"
    if high:
        return f"Look closely: {high} dangerous {'change' if high == 1 else 'changes'}"
    if verdict.judged:
        return "Nothing dangerous was found"
    return "Nothing is known to change" if verdict.changes.failed else "Nothing changes"


def counted(verdict: Verdict) -> str:
    """How many changes there are of each kind."""
    told = [f"{number} to {operation}" for operation, number in verdict.counts().items()]
    if verdict.changes.unchanged is not None:
        told.append(f"{verdict.changes.unchanged} unchanged")
    return f"{', '.join(told) or 'no changes'} (from {verdict.changes.source})."


def _in_one_line(one: Judged) -> str:
    first = sentence(one.sentences[0], _SUMMED_UP_VALUE) if one.sentences else str(one.change.operation)
    more = sum(told.risk >= Risk.HIGH for told in one.sentences) - 1
    rest = f" (and {more} more of it)" if more > 0 else ""
    return f"- {_LABELS[one.risk]} {code(one.change.name, _SUMMED_UP_VALUE)}: {first}{rest}"


def _sections(verdict: Verdict) -> Iterator[_Section]:
    """In the order in which they matter."""
    diagnostics = list(_diagnostics(verdict))
    if verdict.changes.failed:
        yield from diagnostics
    yield from _of_changes("### What could be lost", "", verdict.losses)
    yield from _policies(verdict.changes.policies)
    for (name, kind), group in verdict.components().items():
        rest = [one for one in group if one.risk != Risk.LOSS]
        yield from _of_changes(_component(name, kind), _component(name, kind), rest)
    if not verdict.changes.failed:
        yield from diagnostics


def _component(name: str, kind: str) -> str:
    if not name:
        return "outside of components"
    return f"{code(name)} {kind.rpartition(':')[2] and code(kind.rpartition(':')[2])}".rstrip()


def _of_changes(heading: str, folded: str, judged: Iterable[Judged]) -> Iterator[_Section]:
    """Sections of a size that one can be left out without losing much."""
    items: list[str] = []
    worst = Risk.LOW
    for one in judged:
        item = _change(one)
        if items and _length("\n".join([*items, item])) > _SECTION_CHARACTERS:
            yield _Section(_framed(heading, folded, items, worst), len(items))
            items, worst = [], Risk.LOW
        items.append(item)
        worst = max(worst, one.risk)
    if items:
        yield _Section(_framed(heading, folded, items, worst), len(items))


def _framed(heading: str, folded: str, items: list[str], worst: Risk) -> str:
    body = "\n".join(items)
    if not folded:
        return f"{heading}\n\n{body}\n"
    is_open = " open" if worst >= Risk.HIGH else ""
    number = f"{len(items)} {'change' if len(items) == 1 else 'changes'}"
    return f"<details{is_open}><summary>{folded}: {number}</summary>\n\n{body}\n\n</details>\n"


def _change(one: Judged) -> str:
    lines = [f"- {_what(one.change)}"]
    length = _length(lines[0])
    for index, told in enumerate(one.sentences):
        line = f"  - {_LABELS[told.risk]} {sentence(told)}"
        length += _length(line) + 1
        if length > _CHANGE_CHARACTERS:
            lines.append(f"  - and {len(one.sentences) - index} more, less dangerous")
            break
        lines.append(line)
    return "\n".join(lines)


def _what(change: Change) -> str:
    operation = str(change.operation).upper()
    return f"**{operation}** {code(change.name)} {code(change.type)}"


def _policies(policies: tuple[Policy, ...]) -> Iterator[_Section]:
    ordered = sorted(policies, key=lambda one: (one.level != "mandatory", one.policy, one.urn))
    lines = [
        f"- {'**mandatory**' if one.level == 'mandatory' else code(one.level)} {code(one.policy)}: "
        f"{code(one.message, _DIAGNOSTIC)} {code(one.urn) if one.urn else ''}".rstrip()
        for one in ordered
    ]
    yield from _listed("### Policies", lines)


def _diagnostics(verdict: Verdict) -> Iterator[_Section]:
    lines = [
        f"- **{'error' if one.severity == 'error' else 'warning'}** {code(one.message, _DIAGNOSTIC)} "
        f"{code(one.urn) if one.urn else ''}".rstrip()
        for one in verdict.changes.diagnostics
    ]
    yield from _listed("### What the engine said", lines)


def _listed(heading: str, lines: list[str]) -> Iterator[_Section]:
    some: list[str] = []
    for line in lines:
        if some and _length("\n".join([*some, line])) > _SECTION_CHARACTERS:
            yield _Section(_framed(heading, "", some, Risk.LOW))
            some = []
        some.append(line)
    if some:
        yield _Section(_framed(heading, "", some, Risk.LOW))
