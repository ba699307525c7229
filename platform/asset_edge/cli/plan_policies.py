"""How `asset-edge plan` asks the policies, tells what they say, and when it refuses a plan for it."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from rich.text import Text

from asset_edge.errors import ProgramError

_COLOURS = {"mandatory": "bold red", "advisory": "yellow"}
_NAMES_SHOWN = 3


class Policies(StrEnum):
    """What the policies may do to a plan."""

    enforce = "enforce"
    """Refuse it where it breaks a mandatory one."""

    report = "report"
    """Tell, and refuse nothing."""

    off = "off"
    """Not even be asked."""


def with_policies(document: Mapping[str, Any], config: Mapping[str, str]) -> dict[str, Any]:
    """The plan document with what the policies say of it, as `policies`.

    `config` is the stack's, by full key; it says how many requests the distribution is built for.
    """
    from asset_edge.guardrails import plans  # noqa: PLC0415 - the SDK takes a second to load

    expected = plans.requests_per_minute(config, document["project"])
    found = plans.judged(document, requests_per_minute=expected)
    return {**document, "policies": [violation.told() for violation in found]}


def lines(violations: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    """What the policies say, for a person: what is said of several resources once."""
    if violations:
        yield from (Text(), Text("policies", "bold"))
    same: dict[tuple[str, str, str], list[str]] = {}
    for told in violations:
        said = (told["level"], told["policy"], told["message"])
        same.setdefault(said, []).append(told["urn"].rpartition("::")[2])
    for (level, policy, message), names in same.items():
        head = (f"  {level} {policy}", _COLOURS[level])
        yield Text.assemble(head, " ", (_listed(names), "bold cyan"), f": {message}")


def _listed(names: Sequence[str]) -> str:
    shown, rest = names[:_NAMES_SHOWN], len(names[_NAMES_SHOWN:])
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def refuse(stack: str, violations: Sequence[Mapping[str, str]]) -> None:
    """Raises ProgramError if a mandatory policy is broken."""
    broken = sorted({told["policy"] for told in violations if told["level"] == "mandatory"})
    if broken:
        raise ProgramError(
            f"{stack} breaks {', '.join(broken)}, which no plan may. Mend what is said above, or see the "
            "plan with --policies report"
        )
