"""Which health checks Route 53 refuses, and what it fills in where a request says nothing.

Sources: Amazon Route 53 API Reference, "HealthCheckConfig" and "UpdateHealthCheck".
"""

from collections.abc import Callable, Mapping
from typing import Any

from asset_edge.localcloud.aws_api import ApiError

CHECKER_REGIONS = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
)
"""Where Route 53 has checkers."""

_SECURE = frozenset({"HTTPS", "HTTPS_STR_MATCH"})
_STRING_MATCH = frozenset({"HTTP_STR_MATCH", "HTTPS_STR_MATCH"})
ENDPOINT_TYPES = frozenset({"HTTP", "TCP"}) | _SECURE | _STRING_MATCH
"""The types that ask an endpoint."""

_INTERVALS_SECONDS = (10, 30)
_NEEDED = {
    "CALCULATED": ("ChildHealthChecks",),
    "CLOUDWATCH_METRIC": ("AlarmIdentifier",),
    "RECOVERY_CONTROL": ("RoutingControlArn",),
    "TCP": ("Port",),
    "HTTP_STR_MATCH": ("SearchString",),
    "HTTPS_STR_MATCH": ("SearchString",),
}
_RESETTABLE = frozenset({"FullyQualifiedDomainName", "Regions", "ResourcePath", "ChildHealthChecks"})


def filled(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with the defaults of its type."""
    return _defaults(str(config["Type"])) | {
        name: value for name, value in config.items() if value is not None
    }


def _defaults(kind: str) -> dict[str, Any]:
    shared = {"Inverted": False, "Disabled": False}
    if kind == "CALCULATED":
        return shared | {"HealthThreshold": 0}
    if kind not in ENDPOINT_TYPES:
        return shared
    ports = {"Port": 443, "EnableSNI": True} if kind in _SECURE else {} if kind == "TCP" else {"Port": 80}
    return shared | {"RequestInterval": 30, "FailureThreshold": 3, "MeasureLatency": False} | ports


def updated(config: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration after an `UpdateHealthCheck`: what it names changes, what it resets is gone."""
    reset = {name for name in sent.get("ResetElements") or () if name in _RESETTABLE}
    kept = {name: value for name, value in config.items() if name not in reset}
    own = ("HealthCheckId", "HealthCheckVersion", "ResetElements")
    return kept | {name: value for name, value in sent.items() if name not in own and value is not None}


def refuse(config: Mapping[str, Any], type_of: Callable[[str], str | None]) -> None:
    """Raises `InvalidInput` for what Route 53 would not take; `type_of` knows the other checks by id."""
    kind = str(config["Type"])
    for needed in _NEEDED.get(kind, ()):
        if not config.get(needed):
            raise _invalid(f"{needed} is needed by a health check of type {kind}. Add it")
    if kind in ENDPOINT_TYPES:
        _refuse_endpoint(config, kind)
    if kind == "CALCULATED":
        _refuse_children(config, type_of)


def _refuse_endpoint(config: Mapping[str, Any], kind: str) -> None:
    if not config.get("IPAddress") and not config.get("FullyQualifiedDomainName"):
        raise _invalid("an endpoint has an IPAddress, a FullyQualifiedDomainName, or both. Add one")
    if (interval := config.get("RequestInterval", 30)) not in _INTERVALS_SECONDS:
        raise _invalid(f"RequestInterval is {interval}; 10 and 30 are allowed. Pick one of these")
    if config.get("SearchString") and kind not in _STRING_MATCH:
        raise _invalid(
            f"SearchString is not for a check of type {kind}. Leave it out, or use a STR_MATCH type"
        )
    if config.get("ResourcePath") and kind == "TCP":
        raise _invalid("ResourcePath is not for a check of type TCP. Leave it out, or use HTTP")
    if wrong := sorted(set(config.get("Regions") or ()) - set(CHECKER_REGIONS)):
        raise _invalid(f"Regions has {wrong[0]}; allowed are {', '.join(CHECKER_REGIONS)}. Pick among these")


def _refuse_children(config: Mapping[str, Any], type_of: Callable[[str], str | None]) -> None:
    children = config["ChildHealthChecks"]
    for child in children:
        kind = type_of(child)
        if kind is None:
            raise _invalid(f"ChildHealthChecks has {child}, and there is no such check. Create it first")
        if kind == "CALCULATED":
            raise _invalid(f"ChildHealthChecks has {child}, which is calculated itself. Name its children")


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidInput", message)
