"""Whether one comment is posted and updated, and nothing but what `plan` leaves gets there."""

import io
import subprocess
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.workflows import github
from tests.workflows.files import BY_ID, ROOT
from tests.workflows.github import HEAD, TOKEN, World, zipped
from tests.workflows.programs import load

post_comment = load("post_comment")
MARKER: str = post_comment.MARKER
COMMENT = f"{MARKER}\n## What this pull request changes\n"


@pytest.fixture
def world() -> Iterator[World]:
    with github.serve() as world:
        yield world


def post(world: World, head: str = HEAD) -> str:
    hub = post_comment.GitHub(world.address, "acme/edge", TOKEN)
    return str(post_comment.run(hub, "5", head))


def leave(world: World, comment: str | bytes = COMMENT, number: str = "7\n") -> None:
    world.leave(zipped(comment_md=comment, number=number))


def test_the_first_run_comments(world: World) -> None:
    leave(world)
    assert post(world) == "commented on #7"
    assert [one["body"] for one in world.comments] == [COMMENT]


def test_every_further_run_updates_that_one_comment(world: World) -> None:
    leave(world)
    post(world)
    world.files[1] = zipped(comment_md=f"{COMMENT}more", number="7\n")
    assert post(world) == "updated the comment of #7"
    assert [one["body"] for one in world.comments] == [f"{COMMENT}more"]


def test_the_comment_is_found_on_a_later_page(world: World) -> None:
    leave(world)
    for _ in range(5):
        world.say("looks good", login="ana")
    ours = world.say(f"{MARKER}\nold")
    world.say("thanks", login="ana")
    assert post(world) == "updated the comment of #7"
    assert [one["body"] for one in world.comments if one["id"] == ours] == [COMMENT]
    assert len(world.comments) == 7


def test_a_strangers_comment_with_our_marker_is_left_alone(world: World) -> None:
    leave(world)
    world.say(f"{MARKER}\nall is well", login="mallory")
    world.say(f"quoted: {MARKER}")
    assert post(world) == "commented on #7"
    assert world.comments[0]["body"] == f"{MARKER}\nall is well"
    assert len(world.comments) == 3


def test_the_artifact_is_found_on_a_later_page(world: World) -> None:
    world.leave(b"", name="coverage")
    world.leave(b"", name="wheels")
    leave(world)
    assert post(world) == "commented on #7"


def test_the_store_of_the_artifacts_never_sees_the_token(world: World) -> None:
    leave(world)
    post(world)
    assert world.shown_to_the_store == [None]


@pytest.mark.parametrize("number", [7, 8])
def test_a_number_that_is_not_at_the_runs_commit_gets_no_comment(world: World, number: int) -> None:
    world.heads = {7: "b" * 40, 8: "c" * 40}
    leave(world, number=str(number))
    assert "nothing was posted" in post(world)
    assert world.comments == []


def test_nobody_is_called_by_name(world: World) -> None:
    leave(world, f"{COMMENT}@acme/everybody look")
    post(world)
    assert "@acme" not in world.comments[0]["body"]
    assert "acme/everybody look" in world.comments[0]["body"]


LONG = "x" * 70_000

REFUSED = [
    (zipped(comment_md=COMMENT), "it is comment.md and number"),
    (zipped(comment_md=COMMENT, number="7", more="x"), "it is comment.md and number"),
    (zipped(comment_md=COMMENT, number="seven"), "digits of a pull request's number"),
    (zipped(comment_md=COMMENT, number="7/../8"), "digits of a pull request's number"),
    (zipped(comment_md=COMMENT, number="0"), "digits of a pull request's number"),
    (zipped(comment_md=COMMENT, number="-7"), "digits of a pull request's number"),
    (zipped(comment_md=COMMENT, number="7\n8"), "digits of a pull request's number"),
    (zipped(comment_md=COMMENT, number="7" * 17), "number has more than 16 bytes"),
    (zipped(comment_md=f"hello\n{COMMENT}", number="7"), "not the marker"),
    (zipped(comment_md="", number="7"), "not the marker"),
    (zipped(comment_md=f"{COMMENT}{LONG}", number="7"), "GitHub takes 65536"),
    (zipped(comment_md=COMMENT + "x" * 3_000_000, number="7"), "comment.md has more than 262144 bytes"),
    (zipped(comment_md=b"\xff\xfe", number="7"), "cannot be read"),
    (b"no zip", "cannot be read"),
    (zipped(comment_md=COMMENT, number="7")[:-30], "cannot be read"),
]


@pytest.mark.parametrize(("content", "why"), REFUSED)
def test_what_plan_never_leaves_is_refused(content: bytes, why: str, world: World) -> None:
    world.leave(content)
    with pytest.raises(post_comment.Refused) as refusal:
        post(world)
    assert why in str(refusal.value)
    assert world.comments == []


def test_two_members_of_one_name_are_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("number", "7")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("number", "8")
    with pytest.raises(post_comment.Refused):
        post_comment.unpacked(content.getvalue())


@pytest.mark.parametrize("told", [{"expired": True}, {"size_in_bytes": 300_000}])
def test_an_artifact_that_is_gone_or_too_large_is_not_fetched(told: dict[str, Any], world: World) -> None:
    world.leave(zipped(comment_md=COMMENT, number="7"), **told)
    with pytest.raises(post_comment.Refused):
        post(world)
    assert world.shown_to_the_store == []


def test_an_artifact_that_is_larger_than_it_says_is_refused(world: World) -> None:
    world.leave(b"x" * 300_000, size_in_bytes=10)
    with pytest.raises(post_comment.Refused, match="more than 262144 bytes"):
        post(world)


@pytest.mark.parametrize("count", [0, 2])
def test_there_is_one_artifact_and_no_other(count: int, world: World) -> None:
    for _ in range(count):
        leave(world)
    with pytest.raises(post_comment.Refused, match=f"the run has {count} artifacts"):
        post(world)


def test_a_list_without_end_is_left() -> None:
    with github.serve() as world:
        leave(world)
        for _ in range(2 * post_comment.MOST_PAGES + 1):
            world.say("more", login="ana")
        with pytest.raises(post_comment.Refused, match="more than 50 pages"):
            post(world)


def test_the_step_of_the_workflow_posts_it(world: World) -> None:
    leave(world)
    (step,) = [one for one in BY_ID["comment/comment"].steps if "run" in one]
    told = {"TOKEN": TOKEN, "RUN_ID": "5", "HEAD_SHA": HEAD}
    assert set(step["env"]) == set(told)
    ran = _step(step["run"], world, told)
    assert (ran.returncode, ran.stdout) == (0, "commented on #7\n"), ran.stderr


def test_the_step_of_the_workflow_fails_on_what_it_refuses(world: World) -> None:
    ran = _step("python3 .ci/post_comment.py", world, {"TOKEN": TOKEN, "RUN_ID": "5", "HEAD_SHA": HEAD})
    assert ran.returncode == 1
    assert ran.stderr.startswith("refused: the run has 0 artifacts")


def _step(script: str, world: World, told: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    path = f"{ROOT / '.venv' / 'bin'}:/usr/bin:/bin"
    given = {"PATH": path, "GITHUB_API_URL": world.address, "GITHUB_REPOSITORY": "acme/edge"}
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=ROOT,
        env=given | told,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_the_marker_is_the_one_that_plan_writes() -> None:
    assert load("plan_pull_request").MARKER == MARKER
