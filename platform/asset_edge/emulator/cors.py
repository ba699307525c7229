"""Which CORS headers a response headers policy adds to the answer to a request with an Origin.

Source: Amazon CloudFront Developer Guide, "Understand response headers policies", CORS headers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asset_edge.handlers.edge.events import Headers, set_header

_EVERY_METHOD = ("GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""What `ALL` stands for."""

_CORS_HEADERS = "access-control-"

_ORIGIN = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>[^:/]+|\[[^\]]*\])(?::(?P<port>\*|\d+))?"
)


@dataclass(frozen=True, kw_only=True)
class Cors:
    """The CORS part of a policy: names and methods as header values, origins as patterns."""

    any_origin: bool
    origins: tuple[re.Pattern[str], ...]

    preflight: Mapping[str, str]
    """Header names and values that only preflight requests are answered with."""

    always: Mapping[str, str]
    """Those that every request with an allowed Origin is answered with, besides the origin itself."""

    override: bool
    """Whether these win; otherwise any CORS header of the answer turns all of them off."""

    def add_to(self, answer: Headers, viewer_request_headers: Headers, method: str) -> None:
        """Adds the headers to `answer`; nothing where the viewer's Origin is not one of the policy's."""
        origin = viewer_request_headers["origin"][0]["value"]
        if not self.override and any(name.startswith(_CORS_HEADERS) for name in answer):
            return
        if not self.any_origin and not any(pattern.fullmatch(origin.lower()) for pattern in self.origins):
            return
        set_header(answer, "Access-Control-Allow-Origin", "*" if self.any_origin else origin)
        for name, value in self.always.items():
            set_header(answer, name, value)
        if method == "OPTIONS" and "access-control-request-method" in viewer_request_headers:
            for name, value in self.preflight.items():
                set_header(answer, name, value)


def read_cors(config: Mapping[str, Any]) -> Cors:
    """From the API's `ResponseHeadersPolicyCorsConfig`."""
    origins = config["AccessControlAllowOrigins"]["Items"]
    return Cors(
        any_origin="*" in origins,
        origins=tuple(_pattern(origin.lower()) for origin in origins if origin != "*"),
        preflight=_preflight(config),
        always=_always(config),
        override=config["OriginOverride"],
    )


def _preflight(config: Mapping[str, Any]) -> dict[str, str]:
    methods = config["AccessControlAllowMethods"]["Items"]
    told = {
        "Access-Control-Allow-Headers": ", ".join(config["AccessControlAllowHeaders"]["Items"]),
        "Access-Control-Allow-Methods": ", ".join(_EVERY_METHOD if "ALL" in methods else methods),
    }
    age = config.get("AccessControlMaxAgeSec")
    return told if age is None else told | {"Access-Control-Max-Age": str(age)}


def _always(config: Mapping[str, Any]) -> dict[str, str]:
    told = {}
    if config["AccessControlAllowCredentials"]:
        told["Access-Control-Allow-Credentials"] = "true"
    if exposed := (config.get("AccessControlExposeHeaders") or {}).get("Items"):
        told["Access-Control-Expose-Headers"] = ", ".join(exposed)
    return told


def _pattern(origin: str) -> re.Pattern[str]:
    """No scheme stands for any; `*.` at the left for every subdomain, `:*` for every port and for none."""
    parts = _ORIGIN.fullmatch(origin)
    if parts is None:
        return re.compile(re.escape(origin))
    scheme = re.escape(parts["scheme"]) if parts["scheme"] else "[^:/]+"
    host = parts["host"]
    host = r"[^:/]+\." + re.escape(host[2:]) if host.startswith("*.") else re.escape(host)
    port = {None: "", "*": r"(?::\d+)?"}.get(parts["port"], f":{parts['port']}")
    return re.compile(f"{scheme}://{host}{port}")
