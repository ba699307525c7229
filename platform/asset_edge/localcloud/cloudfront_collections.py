"""How the CloudFront API keeps things of one kind: created, got, listed, updated and deleted by ETag.

Source: Amazon CloudFront API Reference, the Create, Get, Update, Delete and List actions of each kind.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from asset_edge.localcloud.aws_api import ApiError, Operation
from asset_edge.localcloud.cloudfront_enums import check_words

Sent = Mapping[str, Any]
"""An operation's input, or a part of it, in the API's shape."""

PATH = "/2020-05-31/"
"""How the address of every call begins: the API's version."""

MOST_ITEMS = 100
"""How many a list holds where the caller does not say."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What tells one kind of thing from another, in the API's words."""

    shape: str
    """As the operations are named: `CachePolicy`."""

    plural: str
    address: str
    """In a Location header: `cache-policy`."""

    no_such: str
    already_exists: str
    in_use: str
    too_many: str
    """Error codes."""

    most: int
    """Of them in an account."""

    new_id: Callable[[Sent], str]
    """From the configuration, so that the same program gets the same ids."""

    check: Callable[[Sent], None]
    """Raises `ApiError` for a configuration that CloudFront refuses."""

    check_update: Callable[[Sent, Sent], None] = lambda _before, _after: None
    summary: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    """A list's item, from the whole shape."""

    time: Literal["LastModifiedTime", "CreatedTime"] | None
    """Which of the two the shape has."""

    has_marker: bool = False
    """Whether a list tells where it began and whether it is cut."""

    managed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """AWS's own, whole: they can be listed and got, and nothing else."""

    @property
    def config(self) -> str:
        """The configuration's shape."""
        return f"{self.shape}Config"


@dataclass
class _Kept:
    whole: dict[str, Any]
    revision: int = 1


class Collection:
    """All things of a kind. Not safe for threads: its API lets one operation in at a time."""

    def __init__(self, kind: Kind, *, user: Callable[[str], str | None], now: Callable[[], datetime]) -> None:
        self._kind = kind
        self._user = user
        """By id, what uses it; None where nothing does."""
        self._now = now
        self._kept: dict[str, _Kept] = {}

    def wholes(self) -> dict[str, Mapping[str, Any]]:
        """Every one by id, AWS's own first, in the API's shape."""
        return {**self._kind.managed, **{key: kept.whole for key, kept in self._kept.items()}}

    def operations(self) -> dict[str, Operation]:
        """The API's operations on this kind."""
        shape = self._kind.shape
        return {
            f"Create{shape}": self._create,
            f"Get{shape}": self._get,
            f"Get{shape}Config": self._get_config,
            f"Update{shape}": self._update,
            f"Delete{shape}": self._delete,
            f"List{self._kind.plural}": self._list,
        }

    def _create(self, sent: Sent) -> dict[str, Any]:
        kind, config = self._kind, sent[self._kind.config]
        self._check(config)
        new_id = kind.new_id(config)
        if self._names_taken(config, but=None) or new_id in self._kept:
            raise ApiError(kind.already_exists, f"there is a {kind.shape} {config['Name']!r} already")
        if len(self._kept) >= kind.most:
            raise ApiError(kind.too_many, f"an account has {kind.most} {kind.plural} at most; delete one")
        self._kept[new_id] = _Kept(self._whole(new_id, config))
        return self._answer(new_id) | {"Location": f"{PATH}{kind.address}/{new_id}"}

    def _get(self, sent: Sent) -> dict[str, Any]:
        return self._answer(self._known(sent["Id"]))

    def _get_config(self, sent: Sent) -> dict[str, Any]:
        answer = self._get(sent)
        return {self._kind.config: answer[self._kind.shape][self._kind.config], "ETag": answer["ETag"]}

    def _update(self, sent: Sent) -> dict[str, Any]:
        config = sent[self._kind.config]
        kept = self._own(sent, "IllegalUpdate")
        self._check(config)
        self._kind.check_update(kept.whole[self._kind.config], config)
        if self._names_taken(config, but=sent["Id"]):
            raise ApiError(self._kind.already_exists, f"another {self._kind.shape} is {config['Name']!r}")
        created = kept.whole
        self._kept[sent["Id"]] = _Kept(self._whole(sent["Id"], config, created), kept.revision + 1)
        return self._answer(sent["Id"])

    def _delete(self, sent: Sent) -> dict[str, Any]:
        self._own(sent, "IllegalDelete")
        if user := self._user(sent["Id"]):
            raise ApiError(self._kind.in_use, f"{sent['Id']} is in use by {user}; take it out there first")
        del self._kept[sent["Id"]]
        return {}

    def _list(self, sent: Sent) -> dict[str, Any]:
        wanted = sent.get("Type")
        found = [
            whole
            for key, whole in self.wholes().items()
            if wanted in (None, "managed" if key in self._kind.managed else "custom")
        ]
        listed = page(found, sent, self._kind.summary, has_marker=self._kind.has_marker)
        return {f"{self._kind.shape}List": listed}

    def _check(self, config: Sent) -> None:
        check_words(self._kind.config, config)
        check_quantities(config)
        self._kind.check(config)

    def _names_taken(self, config: Sent, *, but: str | None) -> bool:
        others = (whole for key, whole in self.wholes().items() if key != but)
        return any(whole[self._kind.config]["Name"] == config["Name"] for whole in others)

    def _known(self, thing_id: str) -> str:
        if thing_id not in self.wholes():
            raise ApiError(self._kind.no_such, f"there is no {self._kind.shape} {thing_id}")
        return thing_id

    def _own(self, sent: Sent, illegal: str) -> _Kept:
        if self._known(sent["Id"]) in self._kind.managed:
            raise ApiError(illegal, f"{sent['Id']} is AWS's own; it cannot be changed. Create one of yours")
        refuse_stale(sent, self._etag(sent["Id"]))
        return self._kept[sent["Id"]]

    def _whole(self, thing_id: str, config: Sent, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        time = self._kind.time
        if time is None:
            return {"Id": thing_id, self._kind.config: config}
        when = before[time] if before and time == "CreatedTime" else self._now()
        return {"Id": thing_id, time: when, self._kind.config: config}

    def _answer(self, thing_id: str) -> dict[str, Any]:
        return {self._kind.shape: self.wholes()[thing_id], "ETag": self._etag(thing_id)}

    def _etag(self, thing_id: str) -> str:
        kept = self._kept.get(thing_id)
        return etag(thing_id, kept.revision if kept else 0)


def etag(thing_id: str, revision: int) -> str:
    """The version of a thing, as CloudFront writes one."""
    return f"E{short_mark(thing_id, str(revision))}"


def short_mark(*of: str) -> str:
    """Thirteen characters of the length and alphabet of CloudFront's ids, the same for the same values."""
    return hashlib.sha256("\n".join(of).encode()).hexdigest().upper()[:13]


def uuid_mark(*of: str) -> str:
    """An id in the form of a UUID, the same for the same values."""
    digest = hashlib.sha256("\n".join(of).encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], f"4{digest[13:16]}", f"a{digest[17:20]}", digest[20:32]))


def refuse_stale(sent: Sent, current: str) -> None:
    """Refuses a change of what the caller has not seen as it is now."""
    told = sent.get("IfMatch")
    if not told:
        raise ApiError("InvalidIfMatchVersion", "IfMatch is missing; it is the ETag of the last Get")
    if told.strip('"') != current:
        raise ApiError("PreconditionFailed", f"IfMatch is {told}; the ETag is {current} now. Get it again")


def check_quantities(value: object) -> None:
    """Refuses a list, at any depth, whose Quantity is not how many items it has."""
    if isinstance(value, Mapping):
        if "Quantity" in value and value["Quantity"] != len(value.get("Items") or ()):
            told, there = value["Quantity"], len(value.get("Items") or ())
            raise ApiError(
                "InconsistentQuantities", f"Quantity is {told} of a list of {there}; make it {there}"
            )
        for item in value.values():
            check_quantities(item)
    elif isinstance(value, list):
        for item in value:
            check_quantities(item)


def page(
    found: Sequence[Mapping[str, Any]],
    sent: Sent,
    summary: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    *,
    has_marker: bool,
) -> dict[str, Any]:
    """One page of a list, `MaxItems` long: what follows `Marker`, the last id of the page before."""
    most, marker = _most_items(sent), sent.get("Marker") or ""
    ids = [whole["Id"] for whole in found]
    if marker and marker not in ids:
        raise ApiError("InvalidArgument", f"Marker is {marker!r}; it is the NextMarker of the page before")
    rest = found[ids.index(marker) + 1 :] if marker else found
    shown, is_truncated = rest[:most], len(rest) > most
    listed: dict[str, Any] = {"MaxItems": most, "Quantity": len(shown)}
    if shown:
        listed["Items"] = [summary(whole) for whole in shown]
    if is_truncated:
        listed["NextMarker"] = shown[-1]["Id"]
    return listed | ({"Marker": marker, "IsTruncated": is_truncated} if has_marker else {})


def _most_items(sent: Sent) -> int:
    told = sent.get("MaxItems") or str(MOST_ITEMS)
    if not told.isdecimal() or int(told) == 0:
        raise ApiError("InvalidArgument", f"MaxItems is {told!r}; it is a number above 0")
    return int(told)
