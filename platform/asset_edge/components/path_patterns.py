"""How two of CloudFront's path patterns lie to each other: whether any path fits both, or all of one's do.

`*` is any run of characters, slashes included, `?` is one; a leading slash may be left out.
Source: Amazon CloudFront Developer Guide, "Cache behavior settings", path pattern.
"""

from collections.abc import Callable, Iterator

DEFAULT = "*"
"""What the default behaviour matches."""

_State = tuple[int, int]
_Steps = Callable[[str, str, int, int], Iterator[_State]]


def rooted(pattern: str) -> str:
    """The pattern without the slash that may be left out: one spelling of each."""
    return pattern.removeprefix("/")


def overlap(one: str, other: str) -> bool:
    """Whether some path fits both patterns."""
    return _reaches_the_ends(rooted(one), rooted(other), _together)


def covers(wide: str, narrow: str) -> bool:
    """Whether every path that fits `narrow` fits `wide`.

    Never true by mistake; false for a few that only the order of wildcards tells apart, as `?*` and `*?`.
    """
    return _reaches_the_ends(rooted(wide), rooted(narrow), _within)


def _reaches_the_ends(one: str, other: str, steps: _Steps) -> bool:
    """Whether steps lead from before both patterns to behind both."""
    waiting, seen = [(0, 0)], {(0, 0)}
    while waiting:
        i, j = waiting.pop()
        if i == len(one) and j == len(other):
            return True
        new = set(steps(one, other, i, j)) - seen
        seen |= new
        waiting += new
    return False


def _together(one: str, other: str, i: int, j: int) -> Iterator[_State]:
    """One character is taken by both, or a star takes no more."""
    a, b = one[i : i + 1], other[j : j + 1]
    if a == "*":
        yield i + 1, j
    if b == "*":
        yield i, j + 1
    if a and b and (a == b or {a, b} & {"*", "?"}):
        yield i + (a != "*"), j + (b != "*")


def _within(wide: str, narrow: str, i: int, j: int) -> Iterator[_State]:
    """The narrow pattern is read as if it were a path, whose stars only a star takes."""
    a, b = wide[i : i + 1], narrow[j : j + 1]
    if a == "*":
        yield i + 1, j
        if b:
            yield i, j + 1
    elif b not in ("", "*") and a in (b, "?"):
        yield i + 1, j + 1
