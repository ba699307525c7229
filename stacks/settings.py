"""What an operator may set in a stack file, and what makes a value impossible; the only reader of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import pulumi
from pulumi.runtime import config
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.alias_generators import to_camel

from asset_edge.errors import SettingsError
from stacks.decisions import CacheRule, Libraries, Path, Territory
from stacks.embargo_keys import PublicKey, SharedSecrets
from stacks.setting_rules import Misfit, clashes
from stacks.values import (
    AccountId,
    CacheSeconds,
    Country,
    HeaderName,
    HostName,
    InOrder,
    Label,
    NameServer,
    PathPattern,
    Region,
    Several,
    WebOrigin,
    Weight,
    ZoneId,
    listed,
)

_HIDDEN = {"embargoPublicKeys", "embargoSecrets", "probePath"}
"""Whose values no message shows, encrypted or not: a private key may stand where a public one belongs."""


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
    paths: InOrder[Path]
    territories: Several[Territory]
    libraries: Several[Libraries]
    cache_rules: Several[CacheRule]
    image_services: Annotated[dict[Region, HostName], BeforeValidator(listed)]
    registry_regions: Several[Region]
    registry_unknown: Literal["serve", "refuse"]
    registry_known_seconds: Annotated[int, Field(ge=1, le=300)]
    embargo_public_keys: InOrder[PublicKey]
    embargo_secrets: SharedSecrets
    logged_per_million: Annotated[int, Field(ge=0, le=1_000_000)]
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000_000)]
    """Read by the cost policy alone, out of the plan's configuration."""


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
    accounts = listed(values.get("aws:allowedAccountIds", "[]"))
    found = list(clashes(settings, accounts, makes_its_zone=makes_its_zone))
    found += _unencrypted(settings, own, makes_its_zone=makes_its_zone)
    if found:
        raise _refusal(project, stack, _masked(found, own))
    return settings


def _unencrypted(settings: Settings, own: Mapping[str, object], *, makes_its_zone: bool) -> Iterator[Misfit]:
    """Keys in plain text are for the one environment that nobody else can reach."""
    told = own.get("embargoSecrets")
    if settings.embargo_secrets.are_given and not (makes_its_zone or isinstance(told, SecretStr)):
        yield "embargoSecrets", told, "it must be encrypted; set it with pulumi config set --secret"


def _revealed(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _masked(misfits: list[Misfit], own: Mapping[str, object]) -> list[Misfit]:
    hidden = {key for key, value in own.items() if isinstance(value, SecretStr)} | _HIDDEN
    return [
        (key, SecretStr("hidden") if _top(key) in hidden else value, allowed)
        for key, value, allowed in misfits
    ]


def _top(key: str) -> str:
    """The key in the file: `paths` of `paths[0].embargo`."""
    return re.split(r"[.\[]", key)[0]


def _refusal(project: str, stack: str, misfits: list[Misfit]) -> SettingsError:
    lines = [f"{_full(project, key)} is {value!r}: {allowed}" for key, value, allowed in misfits]
    return SettingsError(
        f"Pulumi.{stack}.yaml says what cannot be; nothing was registered. Mend it and run again\n  "
        + "\n  ".join(lines)
    )


def _full(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _misfits(error: ValidationError) -> list[Misfit]:
    return [_misfit(_key(e["loc"]), e["type"], e["msg"], e["input"]) for e in error.errors()]


def _key(place: tuple[str | int, ...]) -> str:
    """`paths[0].embargo` of the place that pydantic tells."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place if part != "[key]")
    return "".join(parts).removeprefix(".")


def _misfit(key: str, kind: str, message: str, value: object) -> Misfit:
    if kind == "missing":
        return key, None, "it must be set"
    if kind == "extra_forbidden":
        return key, value, f"no such key; allowed are {', '.join(sorted(_keys()))}"
    return key, value, message.removeprefix("Value error, ")


def _keys() -> list[str]:
    return [to_camel(name) for name in Settings.model_fields]
