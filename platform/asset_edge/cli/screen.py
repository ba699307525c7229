"""Where a command prints: results to standard output, progress and errors to standard error."""

from rich.console import Console
from rich.status import Status

_WIDTH_OF_A_FILE = 200


def out() -> Console:
    """Standard output; wide where it is no terminal, so that nothing is cut."""
    return _wide(Console(highlight=False, markup=False))


def progress(what: str) -> Status:
    """A spinner on standard error while a block runs; nothing where that is no terminal."""
    return Console(stderr=True).status(what)


def _wide(console: Console) -> Console:
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    return console
