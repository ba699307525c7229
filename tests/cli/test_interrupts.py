"""Ctrl-C and SIGTERM, sent to this process."""

import signal
import sys
import time

import pytest

from asset_edge.cli.interrupts import interrupts

ASKED = (signal.SIGINT, signal.SIGTERM)
BOTH = pytest.mark.parametrize("number", ASKED)


class Dropping:
    """Is sent a signal while it is being destroyed; what a destructor raises goes no further."""

    def __init__(self, number: signal.Signals) -> None:
        self._number = number

    def __del__(self) -> None:
        signal.raise_signal(self._number)


class Broken:
    """Its destructor has a defect of its own."""

    def __del__(self) -> None:
        raise ValueError


def drop_one_and_wait(number: signal.Signals) -> None:
    Dropping(number)
    time.sleep(10)


def interrupt_twice(number: signal.Signals, noted: list[str]) -> None:
    try:
        signal.raise_signal(number)
    finally:
        signal.raise_signal(signal.SIGINT)
        noted.append("ended")


@BOTH
def test_the_first_signal_interrupts_and_the_next_is_ignored(number: signal.Signals) -> None:
    noted: list[str] = []
    with pytest.raises(KeyboardInterrupt), interrupts():
        interrupt_twice(number, noted)
    assert noted == ["ended"]


@BOTH
def test_an_interrupt_that_a_destructor_swallows_comes_again(number: signal.Signals) -> None:
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt), interrupts():
        drop_one_and_wait(number)
    assert time.monotonic() - start < 5, "only an interrupt ends the wait early"


def test_other_defects_of_destructors_are_still_told() -> None:
    told: list[type[BaseException]] = []
    before, sys.unraisablehook = sys.unraisablehook, lambda defect: told.append(defect.exc_type)
    try:
        with interrupts():
            Broken()
    finally:
        sys.unraisablehook = before
    assert told == [ValueError]


def test_afterwards_everything_is_as_before() -> None:
    before = [sys.unraisablehook, *map(signal.getsignal, (*ASKED, signal.SIGALRM))]
    with pytest.raises(KeyboardInterrupt), interrupts():
        signal.raise_signal(signal.SIGTERM)
    assert [sys.unraisablehook, *map(signal.getsignal, (*ASKED, signal.SIGALRM))] == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
