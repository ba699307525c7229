"""Which region a call to the one endpoint is meant for: its signature's scope says so.

Source: AWS Identity and Access Management User Guide, "Elements of an AWS API request signature".
"""

import re

from werkzeug.wrappers import Request

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)/[^/]+/aws4_request")


def region_of(request: Request) -> str | None:
    """The region that a call was signed for; None where it was not, or for no region."""
    found = _SCOPE.search(request.headers.get("Authorization", ""))
    return found["region"] if found else None
