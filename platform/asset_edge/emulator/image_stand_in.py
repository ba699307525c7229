"""What answers in place of an image service: a drawing that says what would have been made of which object.

It takes what a function URL with IAM authorisation takes, a request signed for service `lambda` in its
region, and knows the objects of that region's bucket. Whether the signer's role may invoke is not asked.
Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs".
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote
from xml.sax.saxutils import escape

from asset_edge.emulator.endpoints import region_of_url
from asset_edge.emulator.identities import Identities
from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.s3 import Store
from asset_edge.emulator.s3_errors import S3Error, denied
from asset_edge.emulator.signatures import header, query_pairs

_LOG = logging.getLogger(__name__)
MARK = "x-asset-edge-stand-in"
"""The header that every answer of this has."""

_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404
_SIZE_PIXELS = 640, 360
"""Of a drawing for which no size is asked."""


@dataclass(frozen=True, kw_only=True)
class ImageStandIn:
    """Every function URL behind which nothing was deployed. Any thread may ask."""

    store: Store
    identities: Identities
    bucket_of: Callable[[str], str | None]
    """The bucket of a region; None where it has none."""

    has_function: Callable[[str], bool]
    """Whether a function was deployed under the host name of a URL: then there is nothing to stand in for."""

    now: Callable[[], float] = time.time
    """In epoch seconds."""

    def answer(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        """The drawing, or what the service would refuse with; blocks as the store does."""
        region = region_of_url(request.domain_name)
        bucket = self.bucket_of(region) if region else None
        if region is None or bucket is None or self.has_function(request.domain_name):
            _LOG.warning("the origin %s is nothing that can be stood in for", request.domain_name)
            return OriginFailure.unresolved
        try:
            self._check(request, region)
        except S3Error as error:
            return _refusal(_FORBIDDEN, str(error), request.method)
        path = request.target.partition("?")[0]
        found = _NOT_FOUND if path == "/" else self._status(bucket, path, request)
        if found != _OK:
            return _refusal(found, f"{bucket} answers {found} for {unquote(path)}", request.method)
        return _answer(_OK, "image/svg+xml", _drawing(request.target, bucket, region), request.method)

    def _check(self, request: OriginRequest, region: str) -> None:
        """Raises `S3Error` unless somebody signed the request for the function URL."""
        host = header(request.headers, "host")
        if host != request.domain_name:
            raise denied(f"the Host header is {host}, which is not this function URL's")
        if self.identities.verify(request, region=region, now=self.now(), service="lambda") is None:
            raise denied("the request is not signed")

    def _status(self, bucket: str, path: str, request: OriginRequest) -> int:
        return self.store(bucket, replace(request, method="HEAD", target=path, headers={}, body=b"")).status


def _refusal(status: int, why: str, method: str) -> OriginResponse:
    return _answer(status, "application/json", json.dumps({"Message": why}), method)


def _answer(status: int, content_type: str, text: str, method: str) -> OriginResponse:
    """The answer; one to HEAD has no body."""
    body = text.encode(errors="replace")
    headers = {"Content-Type": content_type, "Content-Length": str(len(body)), MARK: "image-transform"}
    return OriginResponse(status=status, headers=to_headers(headers), body=b"" if method == "HEAD" else body)


def _drawing(target: str, bucket: str, region: str) -> str:
    path, _, query = target.partition("?")
    asked = dict(query_pairs(target))
    width, height = (_pixels(asked.get(name), usual) for name, usual in zip("wh", _SIZE_PIXELS, strict=True))
    operations = " ".join(f"{name}={value}" for name, value in asked.items()) if query else "nothing asked"
    lines = [f"{bucket}/{unquote(path)[1:]}", operations, region, "a stand-in for the image service"]
    texts = "".join(f'<text x="12" y="{24 + 20 * i}">{escape(text)}</text>' for i, text in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="monospace">'
        f'<rect width="100%" height="100%" fill="#eee" stroke="#888"/>{texts}</svg>'
    )


def _pixels(text: str | None, usual: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else usual
