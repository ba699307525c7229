"""`asset-edge diff` tells a person, a pull request or a program, and ends with 3 where data is at stake."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from asset_edge.localcloud import plan as plans
from asset_edge.localcloud import program
from asset_edge.ops import comment, judging, plan_changes
from tests.cli.test_main import Ended
from tests.ops.plans import Edited, base
from tests.ops.test_planted import bucket_renamed, weight_to_nothing
from tests.stacks.test_plans import ROOT, planned

PREVIEWS = ROOT / "tests" / "ops" / "previews"


def written(folder: Path, edit: Callable[[Edited], object] = lambda _: None) -> list[str]:
    edited = Edited()
    edit(edited)
    for name, plan in (("old.json", base()), ("new.json", edited.plan)):
        (folder / name).write_text(json.dumps(plan))
    return [str(folder / "old.json"), str(folder / "new.json")]


def test_a_listing_is_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["diff", *written(tmp_path, bucket_renamed)], capsys)
    assert (ended.code, ended.err) == (3, "")
    assert ended.out.startswith("asset-edge / prod\nSTOP: 1 resource that holds something")
    assert "\x1b" not in ended.out


def test_a_comment_is_for_a_pull_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["diff", *written(tmp_path, weight_to_nothing), "--format", "markdown"], capsys)
    golden = ROOT / "tests" / "ops" / "golden" / "weight_to_nothing.md"
    assert (ended.code, ended.out) == (0, golden.read_text(encoding="utf-8"))


def test_json_is_for_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["diff", *written(tmp_path, bucket_renamed), "--format", "json"], capsys)
    told = json.loads(ended.out)
    assert (ended.code, told["exitCode"], told["stack"]) == (3, 3, "prod")
    first = told["changes"][0]
    assert (first["operation"], first["risk"]) == ("replace", "loss")
    assert first["properties"] == [
        {"path": "bucket", "old": "assets-eu-west-1", "new": "assets-of-another-name"}
    ]


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_nothing_to_change_is_said_in_every_format(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = Ended(["diff", *written(tmp_path), "--format", form], capsys)
    assert ended.code == 0
    assert "Nothing changes" in ended.out


@pytest.mark.parametrize(
    ("file", "code"),
    [("changes.json", 3), ("changes.ndjson", 3), ("failed.json", 0), ("newer.json", 3), ("nothing.json", 0)],
)
def test_a_preview_alone_is_enough(file: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["diff", str(PREVIEWS / file), "--stack", "asset-edge/prod"], capsys)
    assert ended.code == code


@pytest.mark.parametrize(
    ("step", "words"),
    [(["--largest-step", "60"], "a step of 50 points; it"), ([], "MORE than the 25 that the posture allows")],
    ids=["given", "of-the-base"],
)
def test_the_largest_step_can_be_given(
    step: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in Ended(["diff", *written(tmp_path, weight_to_nothing), *step], capsys).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["diff"], "Missing argument"),
        (["diff", "a", "--format", "html"], "'html' is not one of"),
        (["diff", "a", "--stack", "prod"], "'prod' is not PROJECT/STACK"),
        (["diff", "a", "--stack", "/prod"], "is not PROJECT/STACK"),
        (["diff", "a", "--largest-step", "101"], "less than or equal"),
        (["diff", "a", "b", "c"], "unexpected extra argument"),
    ],
)
def test_a_wrong_command_line_ends_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = Ended(arguments, capsys)
    assert ended.code == 2
    assert words in ended.err


@pytest.mark.parametrize(
    ("text", "words"), [("", "is empty"), ('{"steps": [', "is cut off"), (None, "No such file")]
)
def test_what_cannot_be_judged_ends_with_1(
    text: str | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "preview.json"
    if text is not None:
        file.write_text(text)
    ended = Ended(["diff", str(file)], capsys)
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err
    assert ended.err.startswith("asset-edge: ")


def test_another_stacks_preview_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["diff", str(PREVIEWS / "changes.json"), "--stack", "asset-edge/dev"], capsys)
    assert ended.code == 1
    assert "is of asset-edge/prod, not of asset-edge/dev" in ended.err


@pytest.mark.parametrize(
    ("stack", "settings", "words"),
    [
        ("prod", {"primaryWeight": "0"}, "MORE than the 25 that the posture allows at once; it would get no"),
        ("dev", {"primaryWeight": "0"}, "a step of 50 points; it would get no requests"),
        ("prod", {"paths": '[{"pattern": "/licensed/*"}]'}, "territory of /licensed/*: licensed → nothing"),
        ("prod", {"originTtlSeconds": "30"}, "TTL 60 → 30 s"),
    ],
)
def test_a_changed_setting_of_a_real_stack_is_said_in_its_words(
    stack: str, settings: dict[str, str], words: str
) -> None:
    head = plans.plan(program.load(ROOT, stack, settings))
    found = judging.judge(plan_changes.between(planned(stack), json.loads(plans.dumps(head))))
    told = "\n".join(sentence.plain() for one in found.judged for sentence in one.sentences)
    assert words in told
    assert found.exit_code == 0
    assert len(comment.comment(found)) < 20_000
