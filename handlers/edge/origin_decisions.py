"""What origin-request decides where a behaviour has rules: status, licence, library, variant, and the origin.

Each decision here is cached, so each of its inputs is in the cache key, or the decision is kept by nobody.
The order is fixed: who may not see an asset learns nothing of where it may be seen.
"""

from __future__ import annotations

from . import grants, status, territory
from .answers import kept, redirect, refused
from .bucket_choice import bucket_request, region_for
from .events import header, set_header
from .origins import for_image_service
from .own_headers import (
    COUNTRY_HEADER,
    GRANT_HEADER,
    LANGUAGE_HEADER,
    PATH_HEADER,
    RULE_HEADER,
    TAGS_HEADER,
    TRACE_HEADER,
)
from .paths import canonical, object_key
from .registry_rows import MISSING, UNREACHABLE, NoRow
from .status import GONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .bucket_choice import Run
    from .config import Behavior, EdgeConfig, Unknown
    from .event_types import Request, Response
    from .grants import Entitlement
    from .log import Trace
    from .registry_rows import Row


class Asked:
    """What the decisions about one request read: all of it in the cache key, but the registry's entry."""

    __slots__ = ("behavior", "config", "country", "entitlement", "found", "language", "path", "trace")

    def __init__(self, run: Run, behavior: Behavior, path: str) -> None:
        self.path = path
        self.behavior = behavior
        self.trace: Trace = run.trace
        self.config: EdgeConfig = run.edge.config
        self.country = header(run.request, COUNTRY_HEADER)
        self.language = header(run.request, LANGUAGE_HEADER)
        self.entitlement = _entitlement(run.request, behavior)
        self.found = _found(run, behavior, path)

    @property
    def row(self) -> Row | None:
        """The registry's entry, where there is one."""
        return None if isinstance(self.found, NoRow) else self.found

    @property
    def tags(self) -> Sequence[str]:
        """Cache tags of the asset: its own, and those of the registry's entry."""
        from .cachetags import tags_of  # noqa: PLC0415 - few answers are generated

        return tags_of(self.path, self.entry_tags)

    @property
    def entry_tags(self) -> Sequence[str]:
        """The tag of the registry's entry, where that stands for many assets, and those that it names."""
        tags = self.row.tags if self.row else ()
        if not self.behavior.registry or not self.behavior.registry_segments:
            return tags
        from .cachetags import tag_of_key  # noqa: PLC0415 - few behaviours need it

        return tag_of_key(_registry_key(self.behavior, self.path)), *tags


def decide(run: Run, behavior: Behavior, path: str) -> Request | Response:
    """The request as it goes to an origin, or an answer."""
    asked = _asked_before(run, behavior, path) or Asked(run, behavior, path)
    variant = _variant(run.request, behavior, path)
    answer = _by_status(asked) or _by_territory(asked, variant or "")
    if answer:
        return answer
    stored = _stored_path(asked)
    if stored is None:
        return _unlicensed(asked, "library")
    if variant is None:
        run.trace["refused"] = "transformation"
        return refused("400")
    sent = _to_image_service(run, stored, variant) if variant else bucket_request(run, stored)
    _note(sent, asked, stored)
    return sent


def _entitlement(request: Request, behavior: Behavior) -> Entitlement | None:
    """Only where viewer-request writes it: elsewhere a viewer might have."""
    return None if behavior.embargo == "off" else grants.entitlement_of(header(request, GRANT_HEADER))


def _found(run: Run, behavior: Behavior, path: str) -> Row | NoRow:
    if not behavior.registry:
        return MISSING
    registry = run.edge.registry()
    found = registry.look_up(_registry_key(behavior, path)) if registry else UNREACHABLE
    if registry and registry.failure:
        run.trace["registry"] = registry.failure
    return found


def _registry_key(behavior: Behavior, path: str) -> str:
    segments = path.split("/")[1:]
    return object_key("/" + "/".join(segments[: behavior.registry_segments or None]))


def _asked_before(run: Run, behavior: Behavior, path: str) -> Asked | None:
    """In the second run of an origin group: what the first run was asked, before it put a library in.

    The note counts only where it leads to this very path again, so a viewer gains nothing by writing one.
    """
    noted = canonical(header(run.request, PATH_HEADER) or "") if behavior.library else None
    if noted is None:
        return None
    asked = Asked(run, behavior, noted)
    return asked if _stored_path(asked) == path else None


def _by_status(asked: Asked) -> Response | None:
    unknown: Unknown = "serve"
    if asked.behavior.registry and asked.config.registry:
        unknown = asked.config.registry.unknown
        asked.trace["status"] = asked.found.why if isinstance(asked.found, NoRow) else asked.found.status
    refusal = status.decide(asked.behavior.embargo, asked.found, asked.entitlement is not None, unknown)
    if refusal is None:
        return None
    asked.trace["refused"] = "status"
    return kept(refusal, asked.config.cache_tag_header, asked.tags) if refusal == GONE else refused(refusal)


def _by_territory(asked: Asked, variant: str) -> Response | None:
    rules = _named(asked.config.territories, asked.behavior.territory)
    if rules and asked.found is UNREACHABLE:
        return _unlicensed(asked, "licence unknown")
    countries = asked.row.countries if asked.row else ()
    decision = territory.decide(rules, asked.country, asked.entitlement, countries)
    if decision.kind == "refused":
        return _unlicensed(asked, "territory")
    if decision.host is None:
        return None
    asked.trace["redirected"] = decision.host
    location = f"https://{decision.host}{asked.path}" + (f"?{variant}" if variant else "")
    return redirect(location, asked.config.cache_tag_header, asked.tags)


def _unlicensed(asked: Asked, reason: str) -> Response:
    """Kept only where the country is in the key, and the registry had its say."""
    asked.trace["refused"] = reason
    if (
        asked.country
        and asked.found is not UNREACHABLE
        and (asked.behavior.territory or asked.behavior.library)
    ):
        return kept("451", asked.config.cache_tag_header, asked.tags)
    return refused("451")


def _stored_path(asked: Asked) -> str | None:
    """Where the object lies: in a library and a language, if there are such; None where none is licensed.

    With neither country nor language the request came by another behaviour, as one does whose slashes are
    encoded: its viewer would get the default library, whatever his own is.
    """
    libraries = _named(asked.config.libraries, asked.behavior.library)
    if libraries is None:
        return asked.path
    if asked.found is UNREACHABLE or asked.country is asked.language is None:
        return None
    from . import library  # noqa: PLC0415 - few behaviours have libraries

    chosen = library.choose(libraries, asked.country, asked.entitlement, asked.row, asked.language)
    return library.path_in(asked.path, *chosen) if chosen else None


def _variant(request: Request, behavior: Behavior, path: str) -> str | None:
    """The transformation in its canonical form: empty for none, None for one that cannot be."""
    if not behavior.transforms:
        return ""
    from . import transforms  # noqa: PLC0415 - few behaviours need it

    return transforms.variant_of(path, request["querystring"], header(request, "accept"))


def _to_image_service(run: Run, stored: str, variant: str) -> Request:
    """To the chosen region's service; where it has none, to the first that there is."""
    from .transforms import service_of  # noqa: PLC0415 - as above

    config = run.edge.config
    service = service_of(config, region_for(run, stored)) or config.image_services[0]
    run.trace["service"] = service.region
    credentials, now = run.edge.credentials(), run.edge.epoch_seconds()
    return for_image_service(run.request, stored, variant, service, credentials, epoch_seconds=now)


def _note(sent: Request, asked: Asked, stored: str) -> None:
    """Tells origin-response, and the second run of the group, what was decided."""
    notes = {
        TRACE_HEADER: " ".join(f"{name}={value}" for name, value in asked.trace.items()),
        RULE_HEADER: asked.row.cache_rule if asked.row else None,
        TAGS_HEADER: ",".join(asked.entry_tags),
        PATH_HEADER: asked.path if stored != asked.path else None,
    }
    for name, value in notes.items():
        if value:
            set_header(sent["headers"], name, value)


def _named(records: Sequence[Any], name: str | None) -> Any:
    return next((record for record in records if record.name == name), None)
