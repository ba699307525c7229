"""Whether a call changes IAM, so that whoever keeps an answer of it knows when it is stale.

Source: AWS IAM API Reference, "Making query requests".
"""

import re
from io import BytesIO

from werkzeug.wrappers import Request

_IAM = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/iam/aws4_request")
_READS = re.compile(rb"(?:^|&)Action=(?:Get|List|Generate|Simulate)")


def changes_iam(request: Request) -> bool:
    """Whether this is a call of IAM that is no mere read. Its body can be read again afterwards."""
    if request.method != "POST" or not _IAM.search(request.headers.get("Authorization", "")):
        return False
    body = request.get_data()
    request.environ["wsgi.input"] = BytesIO(body)
    return _READS.search(body) is None
