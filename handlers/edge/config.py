"""What can be baked into an edge function's zip, checked when it is made and written as JSON.

Lambda@Edge has no environment variables, so the stack writes this beside the code, where `baked` reads it.
Weights are absent on purpose: live DNS owns them.
"""

import json
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from .baked import FILE, ConfigError

CONFIG_FILE = f"handlers/edge/{FILE}"
"""Its name inside the zip."""

Strategy = Literal["rendezvous", "dns"]
"""How a bucket is chosen: weighted rendezvous hashing over beacons, or the weighted name's answer."""

Affinity = Literal["object", "request"]
"""What `rendezvous` hashes: the object key, or the request id (exact shares, for demonstrations)."""

OriginAuth = Literal["sigv4", "static"]
"""Who may read the chosen bucket: the function signs, or the distribution's own origins serve unchosen."""

_LONGEST_DNS_TIMEOUT_SECONDS = 5.0

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class RegionalBucket:
    """One bucket that holds every object."""

    region: str
    bucket: str
    domain_name: str
    """The bucket's regional endpoint, e.g. `name.s3.eu-west-1.amazonaws.com`."""

    beacon: str
    """The DNS name whose A record tells the region's weight and health."""


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """What differs under one path pattern; the first match on the canonical path wins."""

    path_pattern: str
    affinity: Affinity


@dataclass(frozen=True, kw_only=True)
class EdgeConfig:
    """Everything baked; a value that can never work is refused when it is made."""

    buckets: tuple[RegionalBucket, ...]
    strategy: Strategy = "rendezvous"
    weighted_name: str | None = None
    """The weighted CNAME; needed by the `dns` strategy."""

    origin_auth: OriginAuth = "sigv4"
    affinity: Affinity = "object"
    behaviors: tuple[Behavior, ...] = ()
    name_servers: tuple[str, ...] = ()
    """`host` or `host:port` each; empty means the system's."""

    dns_timeout_seconds: float = 1.0
    """The longest that one choice waits for DNS."""

    def __post_init__(self) -> None:
        """Refuses what loads but cannot work."""
        regions = [bucket.region for bucket in self.buckets]
        if not regions:
            raise ConfigError("buckets is empty; at least one is needed. Name the stack's buckets")
        if len(set(regions)) < len(regions):
            raise ConfigError(f"buckets names regions {regions}; each may stand once. Remove the double one")
        if self.strategy == "dns" and not self.weighted_name:
            raise ConfigError(f"weighted_name is {self.weighted_name!r}; strategy 'dns' resolves it. Set it")
        if not 0 < self.dns_timeout_seconds <= _LONGEST_DNS_TIMEOUT_SECONDS:
            raise ConfigError(
                f"dns_timeout_seconds is {self.dns_timeout_seconds}; over 0 and at most "
                f"{_LONGEST_DNS_TIMEOUT_SECONDS} is allowed. 1 suits most"
            )


def dumps(config: EdgeConfig) -> str:
    """The JSON text of `config`: equal configurations give equal texts."""
    return json.dumps(asdict(config), sort_keys=True, indent=1) + "\n"


def loads(text: str) -> EdgeConfig:
    """The configuration that `dumps` wrote; anything else is a `ConfigError` that names the key."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"configuration is not JSON: {error}; write it with dumps") from error
    return _record(EdgeConfig, raw, "")


def _record(kind: type[_T], raw: Any, where: str) -> _T:
    names = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(raw, dict):
        raise _misfit(where, raw, "an object")
    for key in raw:
        if key not in names:
            raise ConfigError(
                f"unknown key {_join(where, key)}; allowed are {', '.join(names)}. Remove or rename it"
            )
    for key, field in names.items():
        if key not in raw and field.default is MISSING:
            raise ConfigError(f"missing key {_join(where, key)}; it has no default. Add it")
    return kind(**{key: _value(names[key].type, value, _join(where, key)) for key, value in raw.items()})


def _value(kind: Any, raw: Any, where: str) -> Any:
    if is_dataclass(kind):
        return _record(kind, raw, where)  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return _items(get_args(kind)[0], raw, where)
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind), raw, where)
    if get_origin(kind) is UnionType:
        return None if raw is None else _value(get_args(kind)[0], raw, where)
    if kind is float and type(raw) is int:
        return float(raw)
    if type(raw) is not kind:
        raise _misfit(where, raw, {str: "text", float: "a number"}[kind])
    return raw


def _items(kind: Any, raw: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise _misfit(where, raw, "a list")
    return tuple(_value(kind, item, f"{where}[{index}]") for index, item in enumerate(raw))


def _one_of(choices: tuple[str, ...], raw: Any, where: str) -> str:
    if not isinstance(raw, str) or raw not in choices:
        raise _misfit(where, raw, "one of " + ", ".join(choices))
    return raw


def _misfit(where: str, raw: Any, allowed: str) -> ConfigError:
    return ConfigError(f"{where or 'configuration'} is {raw!r}; {allowed} is allowed. Write it with dumps")


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
