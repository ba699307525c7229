"""Which of a resource's options decide its fate when the program changes, and how each is told."""

from collections.abc import Iterable
from typing import Any

from pulumi.runtime import rpc


def options_of(request: Any) -> dict[str, Any]:
    """The options of a registration request that were set, under the engine's own names."""
    told = {
        "protect": request.protect,
        "retainOnDelete": request.retainOnDelete,
        "deleteBeforeReplace": request.deleteBeforeReplace,
        "ignoreChanges": sorted(request.ignoreChanges),
        "replaceOnChanges": sorted(request.replaceOnChanges),
        "aliases": aliases(request.aliases),
        "deletedWith": request.deletedWith,
        "replaceWith": sorted(request.replace_with),
        "import": request.importId,
        # The provider's id is not known before deployment; its URN is.
        "provider": request.provider.rpartition("::")[0],
    }
    kept = {key: value for key, value in told.items() if value}
    return kept | _set_though_false(request)


def _set_though_false(request: Any) -> dict[str, Any]:
    explicit: dict[str, Any] = {}
    if request.deleteBeforeReplaceDefined:
        explicit["deleteBeforeReplace"] = request.deleteBeforeReplace
    if request.HasField("replacement_trigger"):
        explicit["replacementTrigger"] = _value(request.replacement_trigger, type(request.object)())
    return explicit


def _value(message: Any, struct: Any) -> Any:
    # The SDK reads a value only as a field of a struct.
    struct.fields["value"].CopyFrom(message)
    return rpc.deserialize_properties(struct)["value"]


def aliases(requested: Iterable[Any]) -> list[str]:
    """What the resource was once called, each alias once, sorted.

    The SDK gives every renamed AWS type an alias of its own; it stands here as that type's token.
    """
    return sorted({alias.urn or _spec(alias.spec) for alias in requested})


def _spec(spec: Any) -> str:
    parts = {
        "stack": spec.stack,
        "project": spec.project,
        "parent": spec.parentUrn or ("none" if spec.noParent else ""),
        "type": spec.type,
        "name": spec.name,
    }
    told = {key: value for key, value in parts.items() if value}
    if set(told) == {"type"}:
        return str(spec.type)
    return " ".join(f"{key}={value}" for key, value in told.items())
