"""What can be broken on purpose, and that it is mended again."""

import threading

import pytest

from asset_edge.emulator.faults import DNS, REPLICATION, TABLES, Faults, Kind, TableKind, kinds_of
from asset_edge.errors import LocalError


@pytest.mark.parametrize("kind", list(Kind))
def test_a_region_is_broken_and_mended(kind: Kind) -> None:
    faults = Faults()
    faults.set("eu-west-1", str(kind))
    assert faults.of("eu-west-1") is kind
    assert faults.of("us-east-1") is None, "the other region is whole"
    assert faults.clear("eu-west-1")
    assert faults.of("eu-west-1") is None


def test_a_fault_replaces_the_one_before() -> None:
    faults = Faults()
    faults.set("eu-west-1", "refuse")
    faults.set("eu-west-1", "black-hole")
    assert faults.all() == {"eu-west-1": "black-hole"}
    assert [faults.clear("eu-west-1"), faults.clear("eu-west-1")] == [True, False]


def test_the_name_server_falls_silent_and_speaks_again() -> None:
    faults = Faults()
    assert not faults.dns_silent
    faults.set(DNS, "silent")
    assert (faults.dns_silent, faults.replication_paused) == (True, False)
    assert faults.of(DNS) is None, "it is no region"
    faults.clear(DNS)
    assert not faults.dns_silent


@pytest.mark.parametrize("kind", list(TableKind))
def test_the_tables_of_one_region_break_and_mend(kind: TableKind) -> None:
    faults = Faults()
    faults.set("dynamodb/eu-west-1", str(kind))
    assert faults.of_tables("eu-west-1") is kind
    assert faults.of_tables("us-east-1") is None
    assert faults.of("eu-west-1") is None, "its S3 is whole"
    assert faults.of("dynamodb/eu-west-1") is None, "it is no region"
    assert faults.clear("dynamodb/eu-west-1")
    assert faults.of_tables("eu-west-1") is None


def test_the_fault_of_one_regions_tables_goes_before_that_of_all() -> None:
    faults = Faults()
    faults.set(TABLES, "slow")
    faults.set("dynamodb/eu-west-1", "lying")
    assert faults.of_tables("eu-west-1") is TableKind.lying
    assert faults.of_tables("us-east-1") is TableKind.slow
    assert faults.of(TABLES) is None
    faults.set("eu-west-1", "refuse")
    assert faults.of_tables("eu-west-1") is TableKind.lying, "S3's faults are no table's"


def test_replication_pauses_and_goes_on() -> None:
    faults = Faults()
    assert not faults.replication_paused
    faults.set(REPLICATION, "paused")
    assert (faults.dns_silent, faults.replication_paused) == (False, True)
    faults.clear(REPLICATION)
    assert not faults.replication_paused


@pytest.mark.parametrize(
    ("target", "kind", "known"),
    [
        ("eu-west-1", "slow", "refuse, forbidden, unavailable, hang, black-hole"),
        ("eu-west-1", "silent", "refuse"),
        ("eu-west-1", "REFUSE", "refuse"),
        ("eu-west-1", ["refuse"], "refuse"),
        ("eu-west-1", None, "refuse"),
        ("eu-west-1", {}, "refuse"),
        (DNS, "refuse", "silent"),
        (REPLICATION, "silent", "paused"),
        (TABLES, "silent", "refuse, forbidden, unavailable, hang, black-hole, slow, lying"),
        ("dynamodb/eu-west-1", None, "slow, lying"),
    ],
)
def test_an_unknown_kind_changes_nothing_and_names_those_there_are(
    target: str, kind: object, known: str
) -> None:
    faults = Faults()
    with pytest.raises(LocalError, match=known) as refusal:
        faults.set(target, kind)
    assert repr(kind) in str(refusal.value)
    assert faults.all() == {}


def test_all_is_a_copy_in_order() -> None:
    faults = Faults()
    for region in ("us-east-1", "eu-west-1"):
        faults.set(region, "hang")
    told = faults.all()
    assert list(told) == ["eu-west-1", "us-east-1"]
    told.clear()
    assert len(faults.all()) == 2


def test_every_kind_of_every_target_can_be_set() -> None:
    faults = Faults()
    for target in ("eu-west-1", DNS, REPLICATION, TABLES, "dynamodb/eu-west-1"):
        for kind in kinds_of(target):
            faults.set(target, kind)
            assert faults.all()[target] == kind


def test_several_threads_may_break_and_mend_at_once() -> None:
    faults = Faults()

    def toggle(region: str) -> None:
        for _ in range(500):
            faults.set(region, "refuse")
            assert faults.of(region) in (Kind.refuse, None)
            faults.all()
            faults.clear(region)

    threads = [threading.Thread(target=toggle, args=(f"eu-west-{n % 2}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults.all() == {}
