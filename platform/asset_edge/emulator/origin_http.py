"""How a custom origin is asked: real HTTP, as the pipeline composed it and nothing added.

Redirects are passed on, bodies stay compressed, the path goes over the wire as it is.
Source: Amazon CloudFront Developer Guide, "Request and response behavior for custom origins" and "All
distribution settings reference" (after a response timeout GET and HEAD are tried again, the rest is not).
"""

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import Callable

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDict
from yarl import URL

from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse, text_of
from asset_edge.handlers.edge.events import Headers

_LOG = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"
_CLOUD = re.compile(r"(?:.+\.)?(?:amazonaws\.com|on\.aws|cloudfront\.net)", re.IGNORECASE)
"""Names of AWS: what the local cloud does not serve there does not exist, least of all the real one."""

_BY_THE_CLIENT = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
"""What aiohttp would add."""

_TRIED_AGAIN = frozenset({"GET", "HEAD"})
_LARGEST_HEADER_BYTES = 64 * 1024


class CustomOrigins:
    """HTTP origins by name. For one event loop; opens nothing before the first request."""

    def __init__(self, is_ours: Callable[[str], bool], tls: ssl.SSLContext | None = None) -> None:
        """Names that `is_ours` says yes to (those of the local zones) and `localhost` are this machine.

        `tls` decides which certificates hold; by default those that the system trusts.
        """
        self._is_ours = is_ours
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        """What the origin answers, or why it does not; never raises."""
        if _CLOUD.fullmatch(request.domain_name):
            _LOG.warning("the origin %s is no part of the local cloud", request.domain_name)
            return OriginFailure.unresolved
        outcome: OriginResponse | OriginFailure = OriginFailure.refused
        for _ in range(max(request.connection_attempts, 1)):
            outcome = await self._tried(request)
            silent = outcome is OriginFailure.timeout and request.method in _TRIED_AGAIN
            if outcome is not OriginFailure.refused and not silent:
                break
        return outcome

    async def close(self) -> None:
        """Ends every connection."""
        if self._session is not None:
            await self._session.close()

    async def _tried(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        try:
            return await self._asked(request)
        except aiohttp.ClientConnectorDNSError:
            return OriginFailure.unresolved
        except aiohttp.ClientSSLError as error:
            _LOG.warning("the origin %s: %s", request.domain_name, error)
            return OriginFailure.broken
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return OriginFailure.refused
        except TimeoutError:
            return OriginFailure.timeout
        except (aiohttp.ClientError, ValueError) as error:
            _LOG.warning("the origin %s: %r", request.domain_name, error)
            return OriginFailure.broken

    async def _asked(self, request: OriginRequest) -> OriginResponse:
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=request.connection_timeout_seconds,
            sock_read=request.read_timeout_seconds,
        )
        async with self._opened().request(
            request.method,
            _url(request),
            headers=_wire(request.headers),
            data=request.body or None,
            allow_redirects=False,
            timeout=timeout,
        ) as response:
            body = await response.read()
            return OriginResponse(status=response.status, headers=_read(response.raw_headers), body=body)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=_Resolver(self._is_ours),
                use_dns_cache=False,
                limit=0,
                ssl=True if self._tls is None else self._tls,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=_BY_THE_CLIENT,
                max_line_size=_LARGEST_HEADER_BYTES,
                max_field_size=_LARGEST_HEADER_BYTES,
            )
        return self._session


class _Resolver(AbstractResolver):
    """Names of our own are this machine; the rest is the system's to find."""

    def __init__(self, is_ours: Callable[[str], bool]) -> None:
        self._is_ours = is_ours

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        name = host.lower().rstrip(".")
        local = name == "localhost" or name.endswith(".localhost") or self._is_ours(name)
        if local:
            return [_result(host, _LOOPBACK, port, socket.AF_INET)]
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM
        )
        return [_result(host, str(address[0]), port, kind) for kind, _, _, _, address in found]

    async def close(self) -> None:
        """Holds nothing."""


def _result(host: str, address: str, port: int, family: int) -> ResolveResult:
    return ResolveResult(
        hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST
    )


def _url(request: OriginRequest) -> URL:
    path, _, query = request.target.partition("?")
    return URL.build(
        scheme=request.protocol,
        host=request.domain_name,
        port=request.port,
        path=path,
        query_string=query,
        encoded=True,
    )


def _wire(headers: Headers) -> CIMultiDict[str]:
    """As they stand, but for the length: that is the body's own."""
    pairs = [
        (value.get("key", name), value["value"])
        for name, values in headers.items()
        if name not in ("content-length", "transfer-encoding")
        for value in values
    ]
    return CIMultiDict(pairs)


def _read(raw: tuple[tuple[bytes, bytes], ...]) -> Headers:
    headers: Headers = {}
    for name, value in raw:
        key = name.decode("latin-1")
        headers.setdefault(key.lower(), []).append({"key": key, "value": text_of(value)})
    return headers
