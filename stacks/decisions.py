"""What an operator may say of each path: who may see its assets, where, in which variant, for how long."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from asset_edge.handlers.edge import config
from asset_edge.handlers.edge.config import (
    Affinity,
    CountryLibrary,
    EmbargoMode,
    HeaderIs,
    Redirect,
)
from stacks.values import (
    CacheSeconds,
    CacheTag,
    ContentType,
    Country,
    DecidedPattern,
    HostName,
    InOrder,
    Parameter,
    Record,
    RulePattern,
    Several,
)

_MOST_SEGMENTS = 16

Segments = Annotated[int, Field(ge=0, le=_MOST_SEGMENTS)]


class Path(Record):
    """One path pattern and all that is decided under it."""

    pattern: DecidedPattern
    embargo: EmbargoMode = "off"
    registry: bool = False
    registry_segments: Segments = 0
    territory: str | None = None
    library: str | None = None
    transforms: bool = False
    country_claims: bool = False
    affinity: Affinity | None = None

    def record(self, affinity: Affinity) -> config.Behavior:
        """What is baked of it; `affinity` is the stack's."""
        return config.Behavior(
            path_pattern=self.pattern,
            affinity=self.affinity or affinity,
            embargo=self.embargo,
            registry=self.registry,
            registry_segments=self.registry_segments,
            country_claims=self.country_claims,
            territory=self.territory,
            library=self.library,
            transforms=self.transforms,
        )


class Territory(Record):
    """Countries in which assets may be seen, and those whose viewers are sent elsewhere."""

    name: str
    allow: Several[Country] = ()
    deny: Several[Country] = ()
    redirects: dict[Country, HostName] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds(self) -> "Territory":
        self.record()
        return self

    def record(self) -> config.Territory:
        """What is baked of it."""
        redirects = tuple(Redirect(country=c, host=host) for c, host in self.redirects.items())
        return config.Territory(name=self.name, allow=self.allow, deny=self.deny, redirects=redirects)


class Libraries(Record):
    """Libraries of one kind of assets: one for each country, in the viewer's language."""

    name: str
    by_country: dict[Country, str] = Field(default_factory=dict)
    default: str | None = None
    granted: Several[str] = ()
    languages: Several[str] = ()

    @model_validator(mode="after")
    def _holds(self) -> "Libraries":
        self.record()
        return self

    def record(self) -> config.Libraries:
        """What is baked of it."""
        return config.Libraries(
            name=self.name,
            by_country=tuple(CountryLibrary(country=c, library=one) for c, one in self.by_country.items()),
            default=self.default,
            granted=self.granted,
            languages=self.languages,
        )


class CacheRule(Record):
    """What the Cache-Control of some answers says."""

    name: str
    path_pattern: RulePattern | None = None
    content_types: Several[ContentType] = ()
    statuses: Several[str] = ()
    headers: dict[str, str] = Field(default_factory=dict)
    parameters: Several[Parameter] = ()
    max_age_seconds: CacheSeconds = 0
    shared_max_age_seconds: CacheSeconds | None = None
    stale_while_revalidate_seconds: CacheSeconds | None = None
    stale_if_error_seconds: CacheSeconds | None = None
    immutable: bool = False
    must_revalidate: bool = False
    no_store: bool = False
    tags: Several[CacheTag] = ()

    @model_validator(mode="after")
    def _holds(self) -> "CacheRule":
        self.record()
        return self

    def record(self) -> config.CacheRule:
        """What is baked of it."""
        told = {name: getattr(self, name) for name in type(self).model_fields if name != "headers"}
        headers = tuple(HeaderIs(name=name.lower(), value=value) for name, value in self.headers.items())
        return config.CacheRule(headers=headers, **told)


Paths = InOrder[Path]
Unknown = Literal["serve", "refuse"]
