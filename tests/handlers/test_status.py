from itertools import product
from typing import get_args

import pytest

from asset_edge.handlers.edge import status
from asset_edge.handlers.edge.config import EmbargoMode, Unknown
from asset_edge.handlers.edge.registry_rows import MISSING, STATUSES, UNREACHABLE, NoRow, Row

SERVED = None
MODES: tuple[EmbargoMode, ...] = get_args(EmbargoMode)
FOUND: dict[str, Row | NoRow] = {
    **{name: Row(name) for name in STATUSES},
    "missing": MISSING,
    "unreachable": UNREACHABLE,
}

# What a viewer without, and one with a token gets: off, preparing, unpublished, all.
Pair = tuple[str | None, str | None]
SERVE: dict[str, tuple[Pair, Pair, Pair, Pair]] = {
    "published": ((None, None), (None, None), (None, None), ("403", None)),
    "draft": (("404", "404"), (None, None), ("403", None), ("403", None)),
    "embargoed": (("403", "403"), ("403", None), ("403", None), ("403", None)),
    "archived": (("410", "410"), ("410", "410"), ("410", "410"), ("403", "410")),
    "missing": ((None, None), (None, None), ("403", None), ("403", None)),
    "unreachable": ((None, None), (None, None), ("403", None), ("403", None)),
}
REFUSE = {
    **SERVE,
    "missing": (("404", "404"), ("404", "404"), ("403", "404"), ("403", "404")),
}
EXPECTED: dict[Unknown, dict[str, tuple[Pair, Pair, Pair, Pair]]] = {"serve": SERVE, "refuse": REFUSE}


def rows() -> list[tuple[EmbargoMode, str, bool, Unknown, str | None]]:
    return [
        (mode, name, entitled, unknown, EXPECTED[unknown][name][MODES.index(mode)][entitled])
        for mode, name, entitled, unknown in product(MODES, FOUND, (False, True), EXPECTED)
    ]


@pytest.mark.parametrize(("mode", "name", "entitled", "unknown", "expected"), rows())
def test_a_status_gives(
    mode: EmbargoMode, name: str, entitled: bool, unknown: Unknown, expected: str | None
) -> None:
    assert status.decide(mode, FOUND[name], entitled, unknown) == expected


def test_the_tables_are_about_every_case_there_is() -> None:
    assert len(rows()) == len(MODES) * len(FOUND) * 2 * len(get_args(Unknown))


@pytest.mark.parametrize("unknown", get_args(Unknown))
def test_a_registry_that_is_away_never_takes_public_assets_down(unknown: Unknown) -> None:
    assert status.decide("off", UNREACHABLE, entitled=False, unknown=unknown) is SERVED


@pytest.mark.parametrize(("mode", "unknown"), [*product(["unpublished", "all"], get_args(Unknown))])
def test_a_registry_that_is_away_never_opens_protected_assets(mode: EmbargoMode, unknown: Unknown) -> None:
    assert status.decide(mode, UNREACHABLE, entitled=False, unknown=unknown) == "403"


@pytest.mark.parametrize(("mode", "unknown"), [*product(MODES, get_args(Unknown))])
def test_a_status_that_nobody_knows_counts_as_none_at_all(mode: EmbargoMode, unknown: Unknown) -> None:
    """The reader of rows lets none through; a second line."""
    assert status.decide(mode, Row("odd"), False, unknown) == status.decide(mode, UNREACHABLE, False, unknown)


@pytest.mark.parametrize(("name", "unknown"), [*product(FOUND, get_args(Unknown))])
def test_under_all_a_viewer_without_a_token_learns_nothing(name: str, unknown: Unknown) -> None:
    assert status.decide("all", FOUND[name], entitled=False, unknown=unknown) == "403"


@pytest.mark.parametrize(("mode", "name", "unknown"), [*product(MODES, FOUND, get_args(Unknown))])
def test_a_token_never_takes_anything_away(mode: EmbargoMode, name: str, unknown: Unknown) -> None:
    """But it tells its holder more: what a stranger hears is 403."""
    without = status.decide(mode, FOUND[name], entitled=False, unknown=unknown)
    with_one = status.decide(mode, FOUND[name], entitled=True, unknown=unknown)
    assert with_one in (without, SERVED) or without == "403"
