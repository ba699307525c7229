"""Which conditions of a read S3 honours: tags before dates, and no date that nobody can read.

moto holds a read to all of its conditions at once, and fails on a date in another form than the usual one.
Sources: Amazon S3 API Reference, "GetObject" (what comes of two conditions); RFC 9110, 5.6.7 and 13.2.2.
"""

from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

from asset_edge.emulator.freshness import moment

_GIVES_WAY_TO = {
    "HTTP_IF_MODIFIED_SINCE": "HTTP_IF_NONE_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE": "HTTP_IF_MATCH",
}
"""A condition on the date, and the one on the tag in whose presence it says nothing."""


def settle(environ: dict[str, Any], told: Callable[[], Mapping[str, str]]) -> None:
    """Leaves in the WSGI `environ` of a read the conditions that count, their dates in the one form.

    A Range whose If-Range does not hold goes: then the whole is the answer. `told` gives the object's
    headers, names in lower case, and is asked only where there is an If-Range.
    """
    if_range = environ.pop("HTTP_IF_RANGE", None)
    if if_range and "HTTP_RANGE" in environ and if_range not in map(told().get, ("etag", "last-modified")):
        del environ["HTTP_RANGE"]
    for date, tag in _GIVES_WAY_TO.items():
        when = moment(environ.pop(date, ""))
        if when is not None and tag not in environ:
            environ[date] = formatdate(when, usegmt=True)
