"""Whether a call changes IAM, so that whoever keeps an answer of it knows when it is stale.

Source: AWS IAM API Reference, "Making query requests".
"""

import re
from io import BytesIO

from werkzeug.wrappers import Request

from asset_edge.localcloud.credential_scope import service_of

_READS = re.compile(rb"(?:^|&)Action=(?:Get|List|Generate|Simulate)")


def changes_iam(request: Request) -> bool:
    """Whether this is a call of IAM that is no mere read. Its body can be read again afterwards."""
    if request.method != "POST" or service_of(request) != "iam":
        return False
    body = request.get_data()
    request.environ["wsgi.input"] = BytesIO(body)
    return _READS.search(body) is None
