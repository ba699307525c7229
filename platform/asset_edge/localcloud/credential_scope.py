"""What a call to the one endpoint is meant for, region and service: its signature's scope says so.

Source: AWS Identity and Access Management User Guide, "Elements of an AWS API request signature".
"""

import re
from urllib.parse import unquote_plus

from werkzeug.wrappers import Request

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def region_of(request: Request) -> str | None:
    """The region that a call's header was signed for; None where it was not, or for no region."""
    found = _SCOPE.search(request.headers.get("Authorization", ""))
    return found["region"] if found and _REGION.fullmatch(found["region"]) else None


def service_of(request: Request) -> str | None:
    """The service a call is signed for, in its header or in its address; None for an unsigned one."""
    credential = unquote_plus(str(request.args.get("X-Amz-Credential", "")))
    found = _SCOPE.search(request.headers.get("Authorization", "") or f"Credential={credential}")
    return found["service"] if found else None
