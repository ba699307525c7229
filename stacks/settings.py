"""What an operator may set in a stack file, and what makes a value impossible; the only reader of it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

import pulumi
from pulumi.runtime import config
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from asset_edge import naming
from asset_edge.components.behaviors import MOST_BEHAVIORS
from asset_edge.components.certificate import MOST_ALIASES
from asset_edge.components.geo_restriction import COUNTRIES
from asset_edge.errors import SettingsError

_HOST = r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PATH_PATTERN = r"/(?!\*$)[A-Za-z0-9_.*$/~\"'@:+&?-]{0,254}"
_SMALLEST_RATE_LIMIT = 10
# A plan cannot decrypt, so there an encrypted value is the text [secret].
_GUESS_PROOF = r"[A-Za-z0-9_-]{22,200}|\[secret\]"


def _listed(value: object) -> object:
    """Arrays reach a program as JSON text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        return value


def _unique(values: tuple[Any, ...]) -> tuple[Any, ...]:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"each may be listed once, {', '.join(twice)} is listed twice")
    return values


def _matching(pattern: str, allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"allowed is {allowed}")
        return value

    return AfterValidator(check)


T = TypeVar("T")
Several = Annotated[tuple[T, ...], BeforeValidator(_listed), AfterValidator(_unique)]
AccountId = Annotated[str, AfterValidator(naming.checked_account_id)]
Region = Annotated[str, AfterValidator(naming.checked_region)]
Weight = Annotated[int, Field(ge=0, le=255)]
CacheSeconds = Annotated[int, Field(ge=0, le=31_536_000)]
HostName = Annotated[str, _matching(_HOST, "a DNS name in lower case such as assets.example.com")]
Label = Annotated[str, _matching(_LABEL, "one DNS label such as assets-origin")]
ZoneId = Annotated[str, _matching(r"(Z[A-Z0-9]{1,31})?", "a hosted zone's id such as Z0123456789ABCDEFGHIJ")]
PathPattern = Annotated[
    str, _matching(_PATH_PATTERN, "a CloudFront path pattern such as /demo/*, but /* itself is the default's")
]
Country = Annotated[str, _matching("|".join(sorted(COUNTRIES)), "an ISO 3166-1 code such as DE or GB")]
WebOrigin = Annotated[
    str, _matching(r"https?://[a-z0-9.-]+(:\d+)?|\*", "an origin such as https://www.example.com")
]
NameServer = Annotated[str, _matching(r"[0-9a-fA-F.:\[\]]+", "an IP address, or address:port")]
HeaderName = Annotated[str, _matching(r"[a-z0-9-]{0,255}", "the name of a response header in lower case")]


class Settings(BaseModel):
    """One stack file, checked. Every field is declared, with its meaning and default, in `Pulumi.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    account_id: AccountId
    primary_region: Region
    replica_region: Region
    primary_weight: Weight
    replica_weight: Weight
    origin_ttl_seconds: Annotated[int, Field(ge=1, le=60)]
    zone_name: HostName
    zone_id: ZoneId
    aliases: Several[HostName]
    origin_host: Label
    strategy: Literal["rendezvous", "dns"]
    origin_auth: Literal["sigv4", "static"]
    affinity: Literal["object", "request"]
    request_affinity_paths: Several[PathPattern]
    viewer_request_paths: Several[PathPattern]
    name_servers: Several[NameServer]
    probe: Literal["scheduled", "url"]
    probe_interval_seconds: int
    probe_failure_threshold: Annotated[int, Field(ge=1, le=10)]
    probe_path: SecretStr
    encryption: Literal["AES256", "aws:kms"]
    cors_origins: Several[WebOrigin]
    default_ttl_seconds: CacheSeconds
    max_ttl_seconds: CacheSeconds
    price_class: Literal["PriceClass_All", "PriceClass_200", "PriceClass_100"]
    minimum_tls_version: Literal["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"]
    geo_restriction: Literal["none", "whitelist", "blacklist"]
    geo_countries: Several[Country]
    waf_rate_limit: Annotated[int, Field(ge=0, le=2_000_000_000)]
    log_regions: Several[Region]
    cache_tag_header: HeaderName


_Misfit = tuple[str, object, str]
"""A key, its value, what is allowed."""


def load(*, makes_its_zone: bool) -> Settings:
    """The settings of the stack being deployed; `makes_its_zone` where no hosted zone exists beforehand.

    Raises SettingsError, naming the file, each bad key, its value and what is allowed.
    """
    values = {**config.get_config_env(), **config.CONFIG.get()}
    hidden = {key for key in values if config.is_config_secret(key)} | set(
        config.get_config_secret_keys_env()
    )
    told = {key: SecretStr(text) if key in hidden else text for key, text in values.items()}
    return parse(told, pulumi.get_project(), pulumi.get_stack(), makes_its_zone=makes_its_zone)


def parse(
    values: Mapping[str, object], project: str, stack: str, *, makes_its_zone: bool = False
) -> Settings:
    """The settings in `values`: full keys such as `asset-edge:accountId`, and the texts the CLI passes.

    A secret comes as a SecretStr, whose value no message shows. Raises SettingsError as `load` does.
    """
    own = {key.removeprefix(f"{project}:"): v for key, v in values.items() if key.startswith(f"{project}:")}
    try:
        settings = Settings.model_validate({key: _revealed(value) for key, value in own.items()})
    except ValidationError as error:
        raise _refusal(project, stack, _masked(_misfits(error), own)) from None
    clashes = list(_clashes(settings, _listed(values.get("aws:allowedAccountIds", "[]")), makes_its_zone))
    if clashes:
        raise _refusal(project, stack, _masked(clashes, own))
    return settings


def _revealed(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _masked(misfits: list[_Misfit], own: Mapping[str, object]) -> list[_Misfit]:
    hidden = {key: value for key, value in own.items() if isinstance(value, SecretStr)}
    return [(key, hidden.get(key, value), allowed) for key, value, allowed in misfits]


def _refusal(project: str, stack: str, misfits: list[_Misfit]) -> SettingsError:
    lines = [f"{_full(project, key)} is {value!r}: {allowed}" for key, value, allowed in misfits]
    return SettingsError(
        f"Pulumi.{stack}.yaml says what cannot be; nothing was registered. Mend it and run again\n  "
        + "\n  ".join(lines)
    )


def _full(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _misfits(error: ValidationError) -> list[_Misfit]:
    return [_misfit(str(e["loc"][0]), e["type"], e["msg"], e["input"]) for e in error.errors()]


def _misfit(key: str, kind: str, message: str, value: object) -> _Misfit:
    if kind == "missing":
        return key, None, "it must be set"
    if kind == "extra_forbidden":
        return key, value, f"no such key; allowed are {', '.join(sorted(_keys()))}"
    return key, value, message.removeprefix("Value error, ")


def _keys() -> list[str]:
    return [to_camel(name) for name in Settings.model_fields]


def _clashes(settings: Settings, allowed_accounts: object, makes_its_zone: bool) -> Iterator[_Misfit]:
    """What no single value shows."""
    if not isinstance(allowed_accounts, list) or settings.account_id not in allowed_accounts:
        yield "aws:allowedAccountIds", allowed_accounts, f"must list accountId {settings.account_id}"
    for key, broken, allowed in _RULES:
        if broken(settings):
            yield key, _shown(settings, key), allowed
    if makes_its_zone == bool(settings.zone_id):
        yield "zoneId", settings.zone_id, _ZONE[makes_its_zone]


def _shown(settings: Settings, key: str) -> object:
    return settings.model_dump(by_alias=True)[key]


def _outside(settings: Settings) -> list[str]:
    zone = settings.zone_name
    return [a for a in settings.aliases if a != zone and not a.endswith(f".{zone}")]


def _at_the_origin(settings: Settings) -> list[str]:
    origin = f"{settings.origin_host}.{settings.zone_name}"
    return [a for a in settings.aliases if a == origin or a.endswith(f".{origin}")]


_ZONE = {
    True: "this environment makes its own zone; leave zoneId out",
    False: "it must name the hosted zone that holds zoneName",
}
_Rule = tuple[str, Callable[[Settings], object], str]
_RULES: tuple[_Rule, ...] = (
    (
        "replicaRegion",
        lambda s: s.primary_region == s.replica_region,
        "must differ from primaryRegion; two copies in one region survive nothing together",
    ),
    (
        "primaryWeight",
        lambda s: s.primary_weight == s.replica_weight == 0,
        "primaryWeight and replicaWeight may not both be 0",
    ),
    (
        "viewerRequestPaths",
        lambda s: set(s.request_affinity_paths) & set(s.viewer_request_paths),
        "may not share a pattern with requestAffinityPaths; a pattern is one behaviour",
    ),
    (
        "defaultTtlSeconds",
        lambda s: s.default_ttl_seconds > s.max_ttl_seconds,
        "may not be above maxTtlSeconds",
    ),
    ("aliases", _outside, "each must lie in zoneName"),
    ("aliases", _at_the_origin, "none may be originHost or lie below it; those names are the weights'"),
    ("aliases", lambda s: len(s.aliases) > MOST_ALIASES, f"at most {MOST_ALIASES}; CloudFront takes no more"),
    (
        "viewerRequestPaths",
        lambda s: len(s.viewer_request_paths) + len(s.request_affinity_paths) >= MOST_BEHAVIORS,
        f"with requestAffinityPaths at most {MOST_BEHAVIORS - 1}; each is a behaviour, besides the default",
    ),
    (
        "geoCountries",
        lambda s: (s.geo_restriction == "none") == bool(s.geo_countries),
        "list countries exactly when geoRestriction is whitelist or blacklist",
    ),
    (
        "wafRateLimit",
        lambda s: 0 < s.waf_rate_limit < _SMALLEST_RATE_LIMIT,
        "0 for none, or 10 to 2000000000 requests",
    ),
    ("probeIntervalSeconds", lambda s: s.probe_interval_seconds not in (10, 30), "10 or 30 seconds"),
    (
        "probePath",
        lambda s: s.probe == "url" and not re.fullmatch(_GUESS_PROOF, s.probe_path.get_secret_value()),
        "a url probe needs 22 to 200 letters, digits, hyphens, underscores; set it with config set --secret",
    ),
    ("logRegions", lambda s: not s.log_regions, "list at least one region"),
)
