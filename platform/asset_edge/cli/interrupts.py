"""How Ctrl-C and SIGTERM end a command that runs until then."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_AGAIN_SECONDS = 0.01


@contextmanager
def interrupts() -> Iterator[None]:
    """The first Ctrl-C or SIGTERM interrupts the block; what follows while things are being ended is ignored.

    Python drops an interrupt that falls into a destructor or a weak reference's callback: it comes again.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in asked:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    def dropped(unraisable: Any) -> None:
        if unraisable.exc_type is KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            hook(unraisable)

    asked = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interrupt) for number in (*asked, signal.SIGALRM)}
    hook, sys.unraisablehook = sys.unraisablehook, dropped
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
