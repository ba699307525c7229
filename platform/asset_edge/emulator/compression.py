"""Whether an answer is compressed on its way to the viewer, and what becomes of its headers.

Source: Amazon CloudFront Developer Guide, "Serve compressed files". CloudFront prefers Brotli; there is no
Brotli in Python's library, so whoever accepts both gets gzip here (`BROTLI_NOTE`).
"""

import gzip
from typing import Protocol

from asset_edge.handlers.edge.events import Headers, header, remove_header, set_header

LEAST_BYTES = 1_000
MOST_BYTES = 10_000_000
"""How long a body may be, by its Content-Length, inclusive."""

STATUSES = frozenset({200, 403, 404})

BROTLI_NOTE = "answers are compressed with gzip only; CloudFront prefers Brotli where a viewer accepts it"
"""For whoever lists what a local edge does otherwise."""

# A body is compressed between two other requests' steps: speed counts here, and AWS promises no ratio.
_LEVEL = 1

_TYPES = """
    application/dash+xml application/eot application/font application/font-sfnt application/javascript
    application/json application/opentype application/otf application/pkcs7-mime application/protobuf
    application/rss+xml application/truetype application/ttf application/vnd.apple.mpegurl
    application/vnd.mapbox-vector-tile application/vnd.ms-fontobject application/wasm application/xhtml+xml
    application/xml application/x-font-opentype application/x-font-truetype application/x-font-ttf
    application/x-httpd-cgi application/x-javascript application/x-mpegurl application/x-opentype
    application/x-otf application/x-perl application/x-ttf font/eot font/opentype font/otf font/ttf
    image/svg+xml text/css text/csv text/html text/javascript text/js text/plain text/richtext
    text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script vnd.apple.mpegurl
"""
TYPES = frozenset(_TYPES.split())
"""The content types that CloudFront compresses."""


class Encodings(Protocol):
    """Which encodings a cache policy keeps apart; without them nothing is compressed."""

    @property
    def gzip(self) -> bool:
        """`EnableAcceptEncodingGzip`."""
        ...

    @property
    def brotli(self) -> bool:
        """`EnableAcceptEncodingBrotli`."""
        ...


def compressed(
    status: int, headers: Headers, body: bytes, *, accept_encoding: str, policy: Encodings
) -> tuple[Headers, bytes]:
    """The headers and body to serve and to keep: new ones where it is compressed, these where it is not.

    `accept_encoding` is the viewer's, as it came or normalised; the behaviour's `Compress` is for the caller.
    """
    if not (policy.gzip and accepts_gzip(accept_encoding) and _is_compressible(status, headers, body)):
        return headers, body
    smaller = gzip.compress(body, _LEVEL, mtime=0)
    changed = dict(headers)
    set_header(changed, "Content-Encoding", "gzip")
    set_header(changed, "Content-Length", str(len(smaller)))
    set_header(changed, "Vary", _vary(headers))
    _weaken_etag(changed)
    return changed, smaller


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header names gzip, with a weight above zero where it has one."""
    return any(_is_gzip(*item.partition(";")[::2]) for item in accept_encoding.split(","))


def _is_gzip(coding: str, parameters: str) -> bool:
    name, _, weight = parameters.replace(" ", "").partition("=")
    return coding.strip().lower() == "gzip" and not (name == "q" and not weight.strip("0."))


def _is_compressible(status: int, headers: Headers, body: bytes) -> bool:
    told = {"headers": headers}
    content_type = (header(told, "content-type") or "").partition(";")[0].strip().lower()
    length = header(told, "content-length") or ""
    return (
        status in STATUSES
        and bool(body)
        and content_type in TYPES
        and "content-encoding" not in headers
        and length.isdecimal()
        and LEAST_BYTES <= int(length) <= MOST_BYTES
    )


def _vary(headers: Headers) -> str:
    names = [pair["value"] for pair in headers.get("vary", ())]
    told = [name.strip().lower() for value in names for name in value.split(",")]
    return ", ".join(names if "accept-encoding" in told or "*" in told else [*names, "Accept-Encoding"])


def _weaken_etag(headers: Headers) -> None:
    """A strong ETag becomes weak, a weak one stays, and what is neither is dropped."""
    etag = header({"headers": headers}, "etag")
    if etag is None or etag.startswith("W/"):
        return
    if etag.startswith('"'):
        set_header(headers, "ETag", f"W/{etag}")
    else:
        remove_header(headers, "etag")
