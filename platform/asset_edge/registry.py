"""The asset registry as a backend writes it: entries put, shown, archived and restored, each write checked.

Needs boto3. Every write names the version that it replaces, so of two that were made at once one is refused.
Source: Amazon DynamoDB Developer Guide, "Condition expressions".
"""

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from asset_edge.errors import ConflictError, RegistryError
from asset_edge.handlers.edge.registry_rows import EXPIRES_AT, KEY, SETS, STATUSES, TEXTS, VERSION

_LONGEST_KEY_BYTES = 1024
_NAMES = {"cacheRule": "cache_rule", "contentType": "content_type", EXPIRES_AT: "expires_at"}
"""What an attribute is called here, where that differs."""

_ATTRIBUTES = {ours: attribute for attribute, ours in _NAMES.items()}

_MOST_TRIES = 5

Item = dict[str, dict[str, Any]]
"""An item in DynamoDB's JSON."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the registry says of one asset. Empty sets and None mean that nothing is said."""

    key: str
    """The object key, as S3 has it: the path without its first slash."""

    status: str = "published"
    """One of draft, published, archived and embargoed."""

    countries: Sequence[str] = ()
    """Where it may be seen, ISO 3166-1; none: wherever the rules of its path say."""

    libraries: Sequence[str] = ()
    languages: Sequence[str] = ()
    tags: Sequence[str] = ()
    """Cache tags, 10 at most."""

    cache_rule: str | None = None
    content_type: str | None = None
    expires_at: int | None = None
    """Epoch seconds after which the edge does not know the asset any more; published entries only."""

    version: int = 0
    """How often the entry was written; the registry counts, whoever writes does not."""

    def __post_init__(self) -> None:
        _check_key(self.key)
        if self.status not in STATUSES:
            raise RegistryError(
                f"status is {self.status!r}; it may be {', '.join(STATUSES)}. Use one of them"
            )
        for attribute in SETS:
            object.__setattr__(self, attribute, _checked_set(attribute, getattr(self, attribute)))
        for attribute, (pattern, words) in TEXTS.items():
            value = getattr(self, _NAMES[attribute])
            if value is not None and not (isinstance(value, str) and re.fullmatch(pattern, value)):
                raise RegistryError(f"{_NAMES[attribute]} is {value!r}; it is {words}. Correct it")
        if type(self.version) is not int or not 0 <= self.version < 10**15:
            raise RegistryError(f"version is {self.version!r}; the registry counts it. Leave it out")
        _check_expiry(self.status, self.expires_at)


class AssetRegistry:
    """One table, written through one of its replicas: of writes to two, the later simply wins."""

    def __init__(self, table: str, client: Any) -> None:
        """`client` is boto3's for DynamoDB, in the region of a replica."""
        self._table = table
        self._client = client

    def put(self, entry: Entry, *, expected_version: int | None = None) -> Entry:
        """Writes the whole entry over whatever there was; what is returned has its new version.

        With `expected_version` only over that version, 0 being none at all; else ConflictError.
        """
        if expected_version is not None:
            return self._written(entry, expected_version)
        return self._retried(entry.key, lambda _: entry)

    def show(self, key: str) -> Entry | None:
        """The entry as the replica has it now, all writes to it included; None where there is none.

        Raises RegistryError for an item that nobody could have put.
        """
        item = self._item(key)
        try:
            return None if item is None else Entry(**_values(item))
        except (RegistryError, TypeError) as error:
            raise RegistryError(
                f"the entry of {key!r} was not written by this: {error}. Put it anew, or archive it"
            ) from error

    def archive(self, key: str) -> Entry:
        """Takes the asset down: 410, until it is restored. Works on a broken entry too: what is wrong goes.

        Raises RegistryError where there is no entry. One that would expire does so no more.
        """
        return self._retried(key, lambda item: replace(_sound(self._there(key, item)), status="archived"))

    def restore(self, key: str) -> Entry:
        """Publishes the asset again. Raises RegistryError where there is no entry, or none archived."""

        def restored(item: Item | None) -> Entry:
            entry = _sound(self._there(key, item))
            if entry.status != "archived":
                raise RegistryError(
                    f"{key!r} is {entry.status}; only what is archived is restored. Put it to publish it"
                )
            return replace(entry, status="published")

        return self._retried(key, restored)

    def _there(self, key: str, item: Item | None) -> Item:
        if item is None:
            raise RegistryError(f"{key!r} is not in table {self._table}; name an asset that is, or put it")
        return item

    def _item(self, key: str) -> Item | None:
        _check_key(key)
        asked = {"TableName": self._table, "Key": {KEY: {"S": key}}, "ConsistentRead": True}
        found: Item | None = self._call("get_item", **asked).get("Item")
        return found

    def _retried(self, key: str, changed: Callable[[Item | None], Entry]) -> Entry:
        """Writes what `changed` makes of the item as it is, again where somebody else was faster."""
        for _ in range(_MOST_TRIES - 1):
            with contextlib.suppress(ConflictError):
                return self._changed(key, changed)
        return self._changed(key, changed)

    def _changed(self, key: str, changed: Callable[[Item | None], Entry]) -> Entry:
        item = self._item(key)
        return self._written(changed(item), _version_of(item))

    def _written(self, entry: Entry, over: int | None) -> Entry:
        """Over that version; None where what is there has none that can be read, and anything may go."""
        new = replace(entry, version=(over or 0) + 1)
        told: dict[str, Any] = {"TableName": self._table, "Item": _item_of(new)}
        if over is not None:
            told |= {"ExpressionAttributeNames": {"#version": VERSION}}
            told |= {"ConditionExpression": "#version = :over" if over else "attribute_not_exists(#version)"}
        if over:
            told |= {"ExpressionAttributeValues": {":over": {"N": str(over)}}}
        self._call("put_item", **told)
        return new

    def _call(self, operation: str, **told: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - half a second to load

        try:
            return getattr(self._client, operation)(**told)
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            if code == "ConditionalCheckFailedException":
                raise ConflictError(
                    f"{told['Item'][KEY]['S']!r} was written by somebody else meanwhile, or is not of the "
                    "expected version. Show it, and decide again"
                ) from error
            raise RegistryError(
                f"table {self._table} answered {code}: {message}. Check its name, region and permission"
            ) from error
        except BotoCoreError as error:
            raise RegistryError(
                f"table {self._table} cannot be asked: {error}. Check credentials, region and endpoint"
            ) from error


def connect(table: str, *, region: str | None = None, endpoint_url: str | None = None) -> AssetRegistry:
    """The registry of that name, with the credentials and the region that boto3 finds where none is given."""
    import boto3  # noqa: PLC0415 - as above
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - as above

    client: Any = boto3.client  # the stubs know services by literal names only
    try:
        return AssetRegistry(table, client("dynamodb", region_name=region, endpoint_url=endpoint_url))
    except (BotoCoreError, ValueError) as error:
        raise RegistryError(
            f"DynamoDB cannot be reached: {str(error).rstrip('.')}. Name a region (--region, or the variable "
            "AWS_DEFAULT_REGION), and an endpoint that is a URL"
        ) from error


def told(entry: Entry) -> dict[str, Any]:
    """The entry as JSON values, in the spelling of the item; what says nothing is left out."""
    values = {_ATTRIBUTES.get(name, name): value for name, value in asdict(entry).items()}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in (None, ())
    }


def _item_of(entry: Entry) -> Item:
    item: Item = {}
    for name, value in told(entry).items():
        kind = "SS" if name in SETS else "N" if name in (VERSION, EXPIRES_AT) else "S"
        item[name] = {kind: str(value) if kind == "N" else value}
    return item


def _values(item: Item) -> dict[str, Any]:
    """What the item says, by the names of an entry's fields; unknown attributes are left out."""
    values: dict[str, Any] = {}
    for attribute, typed in item.items():
        name = _NAMES.get(attribute, attribute)
        ((kind, value),) = typed.items()
        if name not in {field.name for field in fields(Entry)}:
            continue
        if kind == "N":
            values[name] = int(value) if str(value).isdecimal() else value
        else:
            values[name] = [one.get("S") for one in value] if kind == "L" else value
    return values


def _sound(item: Item) -> Entry:
    """What can be believed of an item, but when it ends: of one wrong in part the edge believes nothing."""
    values = _values(item)
    kept = {KEY: values.pop(KEY)}
    values.pop(_NAMES[EXPIRES_AT], None)
    for name, value in values.items():
        with contextlib.suppress(RegistryError, TypeError):
            Entry(**kept, **{name: value})
            kept[name] = value
    return Entry(**kept)


def _version_of(item: Item | None) -> int | None:
    version = (item or {}).get(VERSION, {"N": "0"}).get("N")
    return int(version) if version is not None and version.isdecimal() else None


def _check_key(key: object) -> None:
    if not isinstance(key, str) or not 0 < len(key.encode("utf-8", "replace")) <= _LONGEST_KEY_BYTES:
        raise RegistryError(
            f"key is {str(key)[:60]!r}; an object key of 1 to 1024 bytes is needed. Correct it"
        )


def _checked_set(name: str, members: Any) -> tuple[str, ...]:
    pattern, most, words = SETS[name]
    if isinstance(members, str) or not isinstance(members, Sequence):
        raise RegistryError(f"{name} is {members!r}, not a list; write [{members!r}]")
    for member in members:
        if not isinstance(member, str) or not re.fullmatch(pattern, member):
            raise RegistryError(f"{name} has {member!r}; allowed are {words}. Correct it")
    if len(set(members)) > most:
        raise RegistryError(f"{name} has {len(set(members))} members; {most} are allowed. Leave some out")
    return tuple(sorted(set(members)))


def _check_expiry(status: str, expires_at: Any) -> None:
    if expires_at is None:
        return
    if type(expires_at) is not int or not 0 < expires_at < 10**11:
        raise RegistryError(f"expires_at is {expires_at!r}; whole epoch seconds are allowed. Correct it")
    if status != "published":
        raise RegistryError(
            f"expires_at is set for an asset that is {status}; once the entry is gone nothing says so any "
            "more, and an unknown asset may be served. Leave it out"
        )
