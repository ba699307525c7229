"""What a viewer gets when something that a decision rests on is dead, slow or lying: by kind of asset.

Public assets are served, protected ones stay closed to those without a grant and open to those with one,
licensed ones are refused as soon as nobody can tell. `broken` is a failure of ours that nobody foresaw.
"""

from collections.abc import Callable
from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.handlers.edge.bucket_choice import Edge
from asset_edge.handlers.edge.registry import LyingRowError, Registry
from asset_edge.handlers.edge.registry_rows import UNREACHABLE
from asset_edge.handlers.edge.routing import Candidate
from tests.handlers import ruled
from tests.handlers.ruled import EU, US, always, edge, origin_event, sent

GRANT, COUNTRY = "x-asset-edge-grant", "cloudfront-viewer-country"


def _raise(*_: object) -> Any:
    raise RuntimeError("no such thing")


def registry(fetch: Callable[[str], Any]) -> Edge:
    """With the real client, whose answers come from `fetch`."""
    client = Registry(ruled.REGISTRY, fetch, clock=lambda: ruled.NOW, jitter=lambda: 0.5)
    return edge(client)


def _slow(_key: str) -> Any:
    raise TimeoutError


def _lying(_key: str) -> Any:
    raise LyingRowError


WELL, SILENT, DEFECT, LOST = "well", "registry silent", "registry defect", "origin lost"
"""What a decision knows: all; nothing of the asset; not even that; all, but not where to send the request."""

DEPENDENCIES: dict[str, tuple[str, Callable[[], Edge]]] = {
    "registry dead": (SILENT, lambda: edge(always(UNREACHABLE))),
    "registry slow": (SILENT, lambda: registry(_slow)),
    "registry lying": (SILENT, lambda: registry(_lying)),
    "registry client broken": (SILENT, lambda: registry(_raise)),
    "registry cannot be made": (DEFECT, lambda: edge(registry=_raise)),
    "dns slow, so that nothing is known": (
        WELL,
        lambda: edge(candidates=lambda: [Candidate(EU, 1, True), Candidate(US, 1, True)]),
    ),
    "dns dead": (LOST, lambda: edge(candidates=_raise)),
    "dns lying, no region": (LOST, lambda: edge(candidates=list)),
    "dns lying, a strange region": (LOST, lambda: edge(candidates=lambda: [Candidate("mars-1", 9, True)])),
    "credentials missing": (LOST, lambda: edge(environment={})),
    "clock broken": (LOST, lambda: edge(epoch_seconds=_raise)),
}

SERVED = None
_Statuses = dict[str, str | None]


def statuses(well: str | None, silent: str | None, defect: str | None, lost: str | None) -> _Statuses:
    return {WELL: well, SILENT: silent, DEFECT: defect, LOST: lost}


ASSETS: dict[str, tuple[str, dict[str, str], _Statuses]] = {
    "public": ("/known/a", {}, statuses(SERVED, SERVED, SERVED, SERVED)),
    "public, without registry": ("/plain/a", {}, statuses(SERVED, SERVED, SERVED, SERVED)),
    "being protected": ("/moving/a", {GRANT: "none"}, statuses(SERVED, SERVED, SERVED, SERVED)),
    "protected, nobody": ("/private/a", {GRANT: "none"}, statuses("403", "403", "403", "403")),
    "protected, granted": ("/private/a", {GRANT: "any"}, statuses(SERVED, SERVED, SERVED, "403")),
    "published, nobody": ("/drafts/a", {GRANT: "none"}, statuses(SERVED, "403", "403", "403")),
    "published, granted": ("/drafts/a", {GRANT: "any"}, statuses(SERVED, SERVED, "403", "403")),
    "licensed, allowed": ("/licensed/a", {COUNTRY: "GB"}, statuses(SERVED, "451", "451", "451")),
    "licensed, denied": ("/licensed/a", {COUNTRY: "FR"}, statuses("451", "451", "451", "451")),
    "licensed, no country": ("/licensed/a", {}, statuses("451", "451", "451", "451")),
    "licensed, without registry": ("/shown/a", {COUNTRY: "GB"}, statuses(SERVED, SERVED, SERVED, "451")),
    "in a library": ("/video/film/a", {COUNTRY: "DE"}, statuses(SERVED, "451", "451", "451")),
}


@pytest.mark.parametrize("asset", ASSETS)
@pytest.mark.parametrize("broken", DEPENDENCIES)
def test_what_a_viewer_gets(broken: str, asset: str, capsys: pytest.CaptureFixture[str]) -> None:
    known, made = DEPENDENCIES[broken]
    path, headers, expected = ASSETS[asset]
    event = origin_event(path, **headers)
    answer = sent(event, made())
    rules.check_answer(event, answer)
    assert answer.get("status") == expected[known]
    assert "no such thing" not in capsys.readouterr().out


@pytest.mark.parametrize("asset", ["licensed, allowed", "in a library", "protected, granted"])
@pytest.mark.parametrize("broken", [name for name, (known, _) in DEPENDENCIES.items() if known != WELL])
def test_nobody_keeps_what_a_failure_refused(broken: str, asset: str) -> None:
    path, headers, _ = ASSETS[asset]
    answer = sent(origin_event(path, **headers), DEPENDENCIES[broken][1]())
    if "status" in answer:
        assert answer["headers"] == {"cache-control": [{"key": "Cache-Control", "value": "no-store"}]}


@pytest.mark.parametrize("asset", ["public", "being protected"])
@pytest.mark.parametrize("broken", [name for name, (known, _) in DEPENDENCIES.items() if known == LOST])
def test_public_assets_then_come_from_the_origin_that_the_distribution_declares(
    broken: str, asset: str
) -> None:
    path, headers, _ = ASSETS[asset]
    event = origin_event(path, **headers)
    answer = sent(event, DEPENDENCIES[broken][1]())
    assert answer["origin"] == event["Records"][0]["cf"]["request"]["origin"]


def test_why_the_registry_is_silent_is_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    for broken in ("registry slow", "registry lying"):
        sent(origin_event("/known/a"), DEPENDENCIES[broken][1]())
    assert [line["registry"] for line in ruled.lines(capsys.readouterr().out)] == ["TimeoutError", "row"]
