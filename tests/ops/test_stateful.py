"""What holds data, what replaces it, and where each was read."""

from typing import Any

import pytest

from asset_edge.localcloud.rows import Row
from asset_edge.localcloud.table import ROWS
from asset_edge.ops import judging, plan_changes, replacement, stateful
from asset_edge.ops.changes import Operation, Property
from asset_edge.ops.sentences import Risk
from tests.ops.plans import document, resource, said
from tests.schema import schema
from tests.stacks.test_plans import STACKS, planned

GUESSED = "aws:sns/topic:Topic"


def test_every_type_of_every_stack_has_a_row_whose_replacements_somebody_read() -> None:
    types = {one["type"] for stack in STACKS for one in planned(stack)["resources"]}
    unread = {kind for kind in types if kind.startswith("aws:") and not ROWS[kind].replace_source}
    assert unread == set()


def test_a_sourced_row_names_its_source_and_only_inputs_that_there_are() -> None:
    for kind, row in ROWS.items():
        if row.replace_source and kind in schema()["resources"]:
            assert row.replace_source.startswith("terraform-provider-aws, resource"), kind
            assert row.replace_on <= schema()["resources"][kind]["inputProperties"].keys(), kind


def test_everything_stateful_has_a_reason_and_is_not_called_stateless_too() -> None:
    assert all(stateful.STATEFUL.values())
    assert all(stateful.STATELESS.values())
    assert not stateful.STATEFUL.keys() & stateful.STATELESS.keys()


def test_what_the_stacks_protect_is_stateful() -> None:
    kept = {one["type"] for one in planned("prod")["resources"] if one["options"].get("protect")}
    assert kept <= stateful.STATEFUL.keys()


def value(path: str) -> tuple[Property, ...]:
    return (Property(path=path, old=1, new=2),)


@pytest.mark.parametrize(
    ("kind", "path", "wanted", "source"),
    [
        ("aws:s3/bucket:Bucket", "bucket", Operation.REPLACE, 'resource "aws_s3_bucket"'),
        ("aws:s3/bucket:Bucket", "tags.a", Operation.UPDATE, ""),
        ("aws:dynamodb/table:Table", "hashKey", Operation.REPLACE, 'resource "aws_dynamodb_table"'),
        ("aws:kms/key:Key", "multiRegion", Operation.REPLACE, 'resource "aws_kms_key"'),
        ("aws:kms/key:Key", "description", Operation.UPDATE, ""),
        ("aws:route53/zone:Zone", "name", Operation.REPLACE, 'resource "aws_route53_zone"'),
        (GUESSED, "displayName", Operation.MAY_REPLACE, "nobody has read"),
        (GUESSED, "region", Operation.REPLACE, "a guess: nobody has read"),
        ("random:index/randomId:RandomId", "byteLength", Operation.MAY_REPLACE, "nobody has read"),
    ],
)
def test_what_an_input_means_is_read_from_the_rows(
    kind: str, path: str, wanted: Operation, source: str
) -> None:
    operation, reasons = replacement.judged(kind, value(path), {})
    assert operation == wanted
    assert source in "".join(reason.source for reason in reasons)


def test_another_table_of_rows_gives_another_judgement() -> None:
    rows = {
        "t": Row(create=lambda _i, _c: pytest.fail("called"), replace_on=frozenset({"a"}), replace_source="s")
    }
    assert replacement.judged("t", value("a[0].b"), {}, rows)[0] == Operation.REPLACE
    assert replacement.judged("t", value("ab"), {}, rows)[0] == Operation.UPDATE
    assert replacement.judged("t", (), {}, rows)[0] == Operation.UPDATE
    assert replacement.judged("u", (), {}, rows)[0] == Operation.UPDATE


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("tags", "tags.a", True),
        ("tags", "tags", True),
        ("tags.*", "tags.a", True),
        ("rules[*]", "rules[0].id", True),
        ("*", "anything", True),
        ("tags", "tagsAll", False),
        ("tags.a", "tags", False),
    ],
)
def test_a_path_of_an_option_means_what_is_under_it(pattern: str, path: str, wanted: bool) -> None:
    assert replacement.covers(pattern, path) == wanted


def judged(kind: str, old: Any, new: Any, **options: Any) -> judging.Verdict:
    sides = [document(resource(kind, "one", inputs=old, options=options))]
    sides.append(document(*([] if new is None else [resource(kind, "one", inputs=new)])))
    return judging.judge(plan_changes.between(sides[0], sides[1]))


@pytest.mark.parametrize("kind", sorted(stateful.STATEFUL))
def test_deleting_anything_stateful_stops_a_machine(kind: str) -> None:
    found = judged(kind, {"a": 1}, None)
    assert found.exit_code == 3
    assert stateful.STATEFUL[kind] in said(found, "one")


@pytest.mark.parametrize("kind", sorted(stateful.STATELESS))
def test_deleting_what_holds_nothing_does_not(kind: str) -> None:
    assert judged(kind, {"a": 1}, None).exit_code == 0


def test_what_nobody_knows_may_hold_data_when_it_goes_and_may_be_replaced_when_it_changes() -> None:
    gone, changed = judged("other:a/b:C", {"a": 1}, None), judged("other:a/b:C", {"a": 1}, {"a": 2})
    assert (gone.exit_code, changed.exit_code) == (3, 0)
    assert "nobody has said whether this type holds data" in said(gone, "one")
    assert changed.judged[0].risk == Risk.HIGH
    assert "may be made anew because a changes" in said(changed, "one")


def test_a_stateful_type_whose_replacements_nobody_read_stops_a_machine() -> None:
    found = judged("aws:rds/instance:Instance", {"a": 1}, {"a": 2})
    assert found.exit_code == 3
    assert "LOSS may be REPLACED: its data goes with it" in said(found, "one")


@pytest.mark.parametrize(
    ("kind", "old", "new", "code"),
    [
        ("aws:s3/bucket:Bucket", {"objectLockEnabled": True}, {}, 3),
        ("aws:s3/bucket:Bucket", {}, {"forceDestroy": True}, 3),
        ("aws:s3/bucket:Bucket", {"forceDestroy": True}, {}, 0),
        ("aws:cloudfront/distribution:Distribution", {"retainOnDelete": True}, {}, 3),
        ("aws:cloudwatch/logGroup:LogGroup", {"skipDestroy": True}, {"skipDestroy": False}, 3),
        ("aws:dynamodb/table:Table", {"deletionProtectionEnabled": True}, {}, 3),
        ("aws:dynamodb/table:Table", {}, {"deletionProtectionEnabled": True}, 0),
    ],
)
def test_a_guard_that_ends_stops_a_machine_and_one_that_begins_does_not(
    kind: str, old: Any, new: Any, code: int
) -> None:
    assert judged(kind, old, new).exit_code == code


@pytest.mark.parametrize(
    ("kind", "options", "code"),
    [
        ("aws:s3/bucket:Bucket", {"protect": True}, 3),
        ("aws:s3/bucket:Bucket", {"retainOnDelete": True}, 3),
        ("aws:iam/role:Role", {"protect": True}, 0),
        ("other:a/b:C", {"protect": True}, 3),
    ],
)
def test_an_option_that_ends_stops_a_machine_where_there_is_something_to_lose(
    kind: str, options: dict[str, Any], code: int
) -> None:
    found = judged(kind, {"a": 1}, {"a": 1}, **options)
    assert found.exit_code == code
    assert "loses its protection" in said(found, "one")
