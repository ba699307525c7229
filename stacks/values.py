"""What one value of a stack file may be: the types that the settings are made of."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from asset_edge import naming
from asset_edge.components.decision_inputs import QUERY_STRINGS
from asset_edge.components.geo_restriction import COUNTRIES

SEALED = "[secret]"
"""What stands for an encrypted value in a plan, which cannot decrypt."""

_HOST = r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_IN_A_PATTERN = r"[A-Za-z0-9_.*$/~\"'@:+&?-]"
_PATH_PATTERN = rf"/(?!\*$){_IN_A_PATTERN}{{0,254}}"
_CONTENT_TYPE = r"[a-z0-9.+-]+/([a-z0-9.+-]+|\*)"
_CACHE_TAG = r"[!-+\--~]{1,256}"


class Record(BaseModel):
    """Several values under one key; its keys are in camel case, and there are no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def _keys_are_known(cls, told: Any) -> Any:
        """Names what is allowed and not what was given, which may be a secret."""
        known = [to_camel(name) for name in cls.model_fields]
        if isinstance(told, Mapping) and cls.model_config["extra"] == "forbid" and set(told) - set(known):
            raise ValueError(f"its keys may be {', '.join(known)}")
        return told


def listed(value: object) -> object:
    """Arrays and objects reach a program as JSON text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        return value


def _unique(values: tuple[Any, ...]) -> tuple[Any, ...]:
    names = [getattr(value, "name", value) for value in values]
    twice = sorted({name for name in names if names.count(name) > 1})
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
Several = Annotated[tuple[T, ...], BeforeValidator(listed), AfterValidator(_unique)]
"""A list; what has a name has one of its own."""

InOrder = Annotated[tuple[T, ...], BeforeValidator(listed)]
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
DecidedPattern = Annotated[
    str,
    _matching(rf"\*|{_PATH_PATTERN}", "a CloudFront path pattern such as /private/*, or * for all the rest"),
]
RulePattern = Annotated[
    str, _matching(rf"[/*]{_IN_A_PATTERN}{{0,254}}", "a path pattern such as /video/* or *.m3u8")
]
Country = Annotated[str, _matching("|".join(sorted(COUNTRIES)), "an ISO 3166-1 code such as DE or GB")]
WebOrigin = Annotated[
    str, _matching(r"https?://[a-z0-9.-]+(:\d+)?|\*", "an origin such as https://www.example.com")
]
NameServer = Annotated[str, _matching(r"[0-9a-fA-F.:\[\]]+", "an IP address, or address:port")]
HeaderName = Annotated[str, _matching(r"[a-z0-9-]{0,255}", "the name of a response header in lower case")]
ContentType = Annotated[str, _matching(_CONTENT_TYPE, "a content type such as text/vtt or image/*")]
CacheTag = Annotated[str, _matching(_CACHE_TAG, "1 to 256 visible characters without a comma")]
Parameter = Annotated[
    str, _matching("|".join(QUERY_STRINGS["transforms"]), " ".join(QUERY_STRINGS["transforms"]))
]
