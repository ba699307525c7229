"""What is in the cache, and a request against it, for tests of conditions and ranges."""

from asset_edge.emulator.cache import Entry
from asset_edge.emulator.freshness import Lifetime
from asset_edge.emulator.messages import to_headers
from asset_edge.handlers.edge.events import Request

MODIFIED = "Wed, 21 Oct 2026 07:28:00 GMT"


def entry(
    body: bytes = b"0123456789",
    status: int = 200,
    etag: str | None = '"a"',
    last_modified: str | None = MODIFIED,
) -> Entry:
    return Entry(
        status=status,
        headers={},
        body=body,
        stored_at=0,
        lifetime=Lifetime(fresh_seconds=60),
        etag=etag,
        last_modified=last_modified,
    )


def request(method: str = "GET", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "clientIp": "192.0.2.1",
        "method": method,
        "uri": "/a",
        "querystring": "",
        "headers": to_headers(named),
    }
