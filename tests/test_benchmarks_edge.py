"""What the edge is measured with: every call answers, and the other versions decide the same."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bundles_unpacked, cold_start, edge_calls, edge_example, instructions, original_approach
from benchmarks.other_versions import PAIRS, decided

FAKE_LOG = "==7== Command: python\n==7== I   refs:      1,234,567\n"


@pytest.mark.parametrize("name", edge_calls.CALLS)
def test_every_call_that_is_measured_answers_and_is_not_refused(name: str) -> None:
    assert edge_calls.made(name)() is not None or name == "botocore's signature"


def test_a_call_that_is_refused_is_not_measured() -> None:
    with pytest.raises(RuntimeError, match="403"):
        edge_calls.warm("refused", lambda: {"status": "403"})


def test_a_call_that_logs_a_failure_is_not_measured() -> None:
    with pytest.raises(RuntimeError, match="failed"):
        edge_calls.warm("logged", lambda: sys.stdout.write("failed"))


@pytest.mark.parametrize("name", [name for name in PAIRS if "request" in name])
def test_the_ordinary_version_decides_as_ours_does(name: str) -> None:
    mine, theirs = edge_calls.made(name)(), edge_calls.made(PAIRS[name])()
    assert decided(mine) == decided(theirs)


def test_the_decision_compared_holds_origin_and_grant() -> None:
    sent = decided(edge_calls.made("origin-request from text, every decision")())
    assert sent[2].endswith(".amazonaws.com")
    assert decided(edge_calls.made("viewer-request, jwt ES256 token")())[3] == "any"


def _ordinarily(uri: str, country: str, grant: str = "none") -> Any:
    return edge_calls.ordinarily_sent(uri, cloudfront_viewer_country=country, x_asset_edge_grant=grant)()


@pytest.mark.parametrize(
    ("country", "status"), [("US", "302"), ("DE", "302"), ("FR", "451"), ("GB", None)], ids=str
)
def test_both_versions_treat_a_country_alike(country: str, status: str | None) -> None:
    path = edge_example.LICENSED_PATH
    mine = edge_calls.sent_from_text(path, cloudfront_viewer_country=country)()
    assert mine.get("status") == _ordinarily(path, country).get("status") == status


@pytest.mark.parametrize("scheme", edge_calls.SCHEMES)
def test_both_versions_refuse_a_token_of_another_path(scheme: str) -> None:
    query = edge_calls.queries(scheme)[0]
    other = edge_example.PROTECTED_PATH.replace("trailer", "film")
    (event,) = edge_example.viewer_events(other, [query])
    text = json.dumps(event)
    mine = edge_calls.viewed(lambda: json.loads(text))()
    theirs = edge_calls.ordinarily_viewed(lambda: json.loads(text))()
    assert mine["status"] == theirs["status"] == "403"


def test_every_viewer_has_a_token_of_his_own() -> None:
    for scheme in edge_calls.SCHEMES:
        assert len(set(edge_calls.queries(scheme))) == edge_example.TOKENS


def test_the_original_approach_goes_where_the_weighted_name_leads() -> None:
    event = edge_example.origin_event(edge_example.PUBLIC_PATH)
    bucket = "assets.s3.eu-west-1.amazonaws.com"
    sent = original_approach.handler(event, None, lambda name: (bucket, [name], ["192.0.2.1"]))
    assert sent["origin"]["s3"]["domainName"] == sent["headers"]["host"][0]["value"] == bucket


def test_what_is_imported_cold_holds_no_bytecode() -> None:
    bundles = {"original approach": bundles_unpacked.original()}
    with bundles_unpacked.unpacked(bundles) as folders:
        files = [path for path in folders["original approach"].rglob("*") if path.is_file()]
        assert [path.suffix for path in files] == [".py"] * len(files)
        assert (folders["shipped"] / "boto3" / "__init__.py").is_file()
    assert not folders["shipped"].exists()


def test_every_program_that_starts_cold_has_its_folder() -> None:
    names = [*cold_start.BUDGETS, *cold_start.OTHERS, "shipped"]
    told = cold_start.programs({name: Path("/folder of") / name for name in names})
    assert set(told) == {*cold_start.BUDGETS, *cold_start.LATER, *cold_start.OTHERS}
    assert all("/folder of" in program for program in told.values())


def test_instructions_of_a_call_are_those_of_twice_as_many_less_those_of_so_many() -> None:
    count = instructions.COUNT
    told = f"one call\t{count}\t7\none call\t{2 * count}\t8\n"
    assert instructions.a_call({"7": 1000, "8": 1000 + 5 * count}, told) == {"one call": 5}


def test_valgrind_says_its_count_with_commas() -> None:
    assert instructions.counted_by_valgrind(FAKE_LOG) == 1_234_567
