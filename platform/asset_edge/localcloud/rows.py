"""What a resource type is to the local cloud: a row of functions over inputs and AWS clients."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from asset_edge.errors import Unsupported
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State

Inputs = Mapping[str, Any]
"""A resource's inputs as the AWS provider gets them, with `region` and the generated name filled in."""

Answer = TypeVar("Answer")

_SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the SDK's own name for "this is marked"


@dataclass(frozen=True, kw_only=True)
class Row:
    """How one resource type is handled. Functions speak through AWS's APIs only, and wait for nothing."""

    create: Callable[[Inputs, Clients], State]
    update: Callable[[str, Inputs, Clients], State] | None = None
    """By id; None where every change replaces."""

    read: Callable[[str, Inputs, Clients], State | None] | None = None
    """The resource as it is now; None where it is gone. Of the inputs it takes what an id does not tell."""

    delete: Callable[[str, Inputs, Clients], None] | None = None
    """Of what is gone already it says nothing."""

    replace_on: frozenset[str] = frozenset({"region"})
    """The inputs whose change means a new resource: those that AWS's provider marks so in its schema."""

    replace_source: str = ""
    """Where `replace_on` was read, by its title. Empty: it is a guess, and any change may replace."""

    check: Callable[[Inputs], None] = lambda _: None
    """Raises `Unsupported` for inputs that are not modelled; called before anything is applied."""

    auto_name: str | None = None
    """The input that is generated from the resource's name where the program gives none."""

    effect: bool = True
    """False: it is only recorded, and said to be."""


def plain(value: Any) -> Any:
    """Inputs without the SDK's marks: secrets opened, whole numbers as integers."""
    if isinstance(value, Mapping):
        if _SECRET_MARK in value:
            return plain(value.get("value"))
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def mark(*values: Any, length: int = 13) -> str:
    """A short id that is the same for the same values; an archive counts as its path."""
    text = json.dumps(values, sort_keys=True, default=lambda asset: getattr(asset, "path", repr(type(asset))))
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def pascal(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """A provider's document in the API's words: `maxAgeSeconds` is `MaxAgeSeconds`; `names` has the rest."""
    names = names or {}
    if isinstance(value, Mapping):
        return {names.get(k, k[:1].upper() + k[1:]): pascal(v, names) for k, v in value.items()}
    return [pascal(item, names) for item in value] if isinstance(value, list) else value


def tag_list(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Tags as most APIs want them."""
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


def camel(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """An API's document in the provider's words: the way back of `pascal`, with the same `names`."""
    return _camel(value, {api: name for name, api in (names or {}).items()})


def _camel(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {names.get(k, k[:1].lower() + k[1:]): _camel(v, names) for k, v in value.items()}
    return [_camel(item, names) for item in value] if isinstance(value, list) else value


def given(inputs: Inputs, names: Mapping[str, str]) -> dict[str, Any]:
    """Of the inputs those in `names` that were given, under the API's names."""
    return {api: inputs[name] for name, api in names.items() if inputs.get(name) is not None}


def told(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """What the API tells of the inputs in `names`: the way back of `given`. What is empty was not given."""
    return {name: document[api] for name, api in names.items() if document.get(api) not in (None, "", [], {})}


def kept(inputs: Inputs, *names: str) -> dict[str, Any]:
    """The inputs that the API tells nobody: they are as they were declared."""
    return {name: inputs[name] for name in names if inputs.get(name) is not None}


def tagged(tags: Mapping[str, str]) -> dict[str, Any]:
    """The outputs that tell a resource's tags."""
    return {**({"tags": dict(tags)} if tags else {}), "tagsAll": dict(tags)}


def tag_map(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The way back of `tag_list`."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def retag(
    wanted: Mapping[str, str] | None,
    now: Mapping[str, str],
    *,
    add: Callable[[dict[str, str]], object],
    remove: Callable[[list[str]], object],
) -> None:
    """Makes the tags that there are now the wanted ones, by the API's calls for adding and removing."""
    wanted = dict(wanted or {})
    if gone := [key for key in now if key not in wanted]:
        remove(gone)
    if new := {key: value for key, value in wanted.items() if now.get(key) != value}:
        add(new)


def same_json(declared: Any, document: Any) -> Any:
    """A document as it was declared where it still says the same, else as JSON text."""
    as_text = declared if isinstance(declared, str) else json.dumps(declared)
    return declared if declared and json.loads(as_text) == document else json.dumps(document)


def unless_gone(call: Callable[[], Answer], *codes: str) -> Answer | None:
    """What the call answers; None where the API says that there is no such thing, by one of the codes."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return None
        raise


def only(what: str, known: Iterable[str], *, instead: str = "Leave it out") -> Callable[[Inputs], None]:
    """A check that refuses every other input by its name; `instead` says what to do."""
    allowed = frozenset(known) | {"region", "tags"}

    def check(inputs: Inputs) -> None:
        if odd := sorted(name for name, value in inputs.items() if value and name not in allowed):
            name = inputs.get("name") or inputs.get("domainName") or "without a name"
            raise Unsupported(f"{what} {name} has {', '.join(odd)}; the local cloud models none. {instead}")

    return check
