"""Whether the conditions of a policy statement hold, and which of them are not understood.

Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators" and "AWS global condition context
keys"; Amazon S3 User Guide, "Policy keys for Amazon S3".
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

KNOWN_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:referer",
        "aws:resourceaccount",
        "aws:securetransport",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:useragent",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:resourceaccount",
        "s3:tlsversion",
        "s3:versionid",
    }
)
"""Where one of these has no value, the request has none of it."""

_KNOWN_PREFIX = "s3:x-amz-"

Compare = Callable[[str, str], bool]


@dataclass(frozen=True)
class Verdict:
    """How a statement's conditions stand."""

    holds: bool
    """Leaving out what is not understood."""

    not_understood: frozenset[str] = frozenset()
    """Empty where the rest settles it."""


def holds(conditions: object, context: Mapping[str, str]) -> Verdict:
    """Whether every condition holds for the values in `context`, by key in lower case."""
    if not isinstance(conditions, Mapping) or not all(isinstance(v, Mapping) for v in conditions.values()):
        return Verdict(holds=True, not_understood=frozenset({"Condition"}))
    puzzles: set[str] = set()
    outcome = True
    for name, wanted in conditions.items():
        for key, values in wanted.items():
            texts = [_text(value) for value in (values if isinstance(values, list) else [values])]
            if not _understood(name, key, texts):
                puzzles.add(f"{name} {key}")
            else:
                outcome &= _holds(name, context.get(key.lower()), texts)
    return Verdict(outcome, frozenset(puzzles if outcome else ()))


@lru_cache(maxsize=1024)
def _pattern(told: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", told)
    return re.compile("".join({"*": ".*", "?": "."}.get(p) or re.escape(p) for p in parts), re.DOTALL)


def wild(told: str, value: str) -> bool:
    """Whether `value` fits `told`, in which `*` and `?` stand for any characters and for one."""
    return told == value or _pattern(told).fullmatch(value) is not None


def _understood(name: str, key: str, values: list[str]) -> bool:
    operator_known = name == "Null" or _bare(name) in _OPERATORS
    key_known = key.lower() in KNOWN_KEYS or key.lower().startswith(_KNOWN_PREFIX)
    return operator_known and key_known and not any("${" in value for value in values)


def _holds(name: str, value: str | None, wanted: list[str]) -> bool:
    if name == "Null":
        return str(value is None).lower() in wanted
    compare, negated = _OPERATORS[_bare(name)]
    if value is None:
        return negated or name.endswith("IfExists")
    return negated is not any(compare(value, told) for told in wanted)


def _bare(name: str) -> str:
    return name.removesuffix("IfExists")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _like(value: str, told: str) -> bool:
    return wild(told, value)


def _arn_like(value: str, told: str) -> bool:
    """Part by part: a wildcard does not reach over a colon, save in the last part."""
    values, tolds = value.split(":", 5), told.split(":", 5)
    return len(values) == len(tolds) and all(map(_like, values, tolds))


def _ignoring_case(value: str, told: str) -> bool:
    return value.lower() == told.lower()


def _number(compare: Callable[[float, float], bool]) -> Compare:
    def compared(value: str, told: str) -> bool:
        try:
            return compare(float(value), float(told))
        except ValueError:
            return False

    return compared


_OPERATORS: Mapping[str, tuple[Compare, bool]] = {
    "StringEquals": (operator.eq, False),
    "StringNotEquals": (operator.eq, True),
    "StringEqualsIgnoreCase": (_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_ignoring_case, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnLike": (_arn_like, False),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_ignoring_case, False),
    "NumericEquals": (_number(operator.eq), False),
    "NumericNotEquals": (_number(operator.eq), True),
    "NumericLessThan": (_number(operator.lt), False),
    "NumericLessThanEquals": (_number(operator.le), False),
    "NumericGreaterThan": (_number(operator.gt), False),
    "NumericGreaterThanEquals": (_number(operator.ge), False),
}
"""How two values compare, and whether the operator wants that they do not."""
