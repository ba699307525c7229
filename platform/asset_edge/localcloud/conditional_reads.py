"""Which conditions of a read S3 honours: tags before dates, and no date that nobody can read.

moto holds a read to all of its conditions at once, and fails on a date in another form than the usual one.
Sources: Amazon S3 API Reference, "GetObject" (what comes of two conditions); RFC 9110, 5.6.7 and 13.2.2.
"""

from email.utils import formatdate
from typing import Any

from asset_edge.emulator.freshness import moment

_GIVES_WAY_TO = {
    "HTTP_IF_MODIFIED_SINCE": "HTTP_IF_NONE_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE": "HTTP_IF_MATCH",
}
"""A condition on the date, and the one on the tag in whose presence it says nothing."""


def settle(environ: dict[str, Any]) -> None:
    """Leaves in the WSGI `environ` of a read the conditions that count, their dates in the one form."""
    for date, tag in _GIVES_WAY_TO.items():
        when = moment(environ.pop(date, ""))
        if when is not None and tag not in environ:
            environ[date] = formatdate(when, usegmt=True)
