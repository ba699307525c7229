"""Two buckets with the same objects, each of which may fail: what they answer, and with which headers."""

from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, Literal

Span = tuple[int, int] | Literal["malformed", "unsatisfiable"]


@dataclass(frozen=True, kw_only=True)
class Directive:
    """What an answer says of its own life, in seconds."""

    max_age: int | None = None
    s_maxage: int | None = None
    expires_in: int | None = None
    flag: str = ""
    """`no-store`, `private`, `no-cache`."""

    swr: int = 0
    sie: int | None = None

    @property
    def forbids(self) -> bool:
        return bool(self.flag)

    @property
    def no_store(self) -> bool:
        return self.flag == "no-store"

    def seconds(self) -> int | None:
        """What the edge goes by: the one for shared caches before the one for all, and a date last."""
        said = (self.s_maxage, self.max_age, self.expires_in)
        return next((seconds for seconds in said if seconds is not None), None)

    def headers(self, now: float) -> dict[str, str]:
        parts = [self.flag] if self.flag else []
        parts += [] if self.max_age is None else [f"max-age={self.max_age}"]
        parts += [] if self.s_maxage is None else [f"s-maxage={self.s_maxage}"]
        parts += [f"stale-while-revalidate={self.swr}"] if self.swr else []
        parts += [] if self.sie is None else [f"stale-if-error={self.sie}"]
        made = {"Cache-Control": ", ".join(parts)} if parts else {}
        if self.expires_in is not None:
            made["Expires"] = formatdate(now + self.expires_in, usegmt=True)
        return made


SILENT = Directive()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What of a request to an origin decides its answer."""

    member: str = ""
    method: str = "GET"
    target: str = ""
    variant: str = ""
    if_none_match: str = ""
    range: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an origin says, or how it fails: then `status` is what that counts as."""

    status: int
    body: bytes = b""
    length: int = 0
    etag: str = ""
    directive: Directive = SILENT
    tags: frozenset[str] = frozenset()
    content_range: str = ""
    failure: str = ""

    def headers(self, now: float) -> dict[str, str]:
        made = self.directive.headers(now)
        made |= {"ETag": self.etag} if self.etag else {}
        made |= {"X-Cache-Tag": ", ".join(sorted(self.tags))} if self.tags else {}
        made |= {"Content-Range": self.content_range} if self.content_range else {}
        return made if self.status == 304 else made | {"Content-Length": str(self.length)}


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object as it is at the moment."""

    version: int = 1
    directive: Directive = SILENT
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How a member fails."""

    what: str
    """`refused`, `timeout`, or a status."""

    directive: Directive = SILENT


@dataclass(kw_only=True)
class Origin:
    """Both members: the same objects, and each its own fault."""

    objects: dict[str, Object]
    faults: dict[str, Fault] = field(default_factory=dict)

    def answer(self, ask: Ask, now: float) -> Answer:  # noqa: ARG002
        fault = self.faults.get(ask.member)
        if fault is not None:
            return failed(fault, ask)
        found = self.objects[ask.target.partition("?")[0]]
        etag = f'"{found.version}"'
        common = Answer(status=200, etag=etag, directive=found.directive, tags=found.tags)
        if ask.if_none_match and has(ask.if_none_match, etag):
            return _of(common, status=304)
        body = f"{ask.target} {ask.variant} v{found.version} 0123456789".encode()
        if ask.method != "GET":
            return _of(common, length=len(body) if ask.method == "HEAD" else 0)
        return _whole_or_part(common, body, ask.range)


def failed(fault: Fault, ask: Ask) -> Answer:
    if not fault.what.isdigit():
        return Answer(status=503 if fault.what == "refused" else 504, failure=fault.what)
    body = f"{fault.what} of {ask.member}".encode()
    shown = b"" if ask.method == "HEAD" else body
    return Answer(status=int(fault.what), body=shown, length=len(body), directive=fault.directive)


def _whole_or_part(common: Answer, body: bytes, wanted: str) -> Answer:
    found = span(wanted, len(body)) if wanted else "malformed"
    if found == "malformed":
        return _of(common, body=body, length=len(body))
    if found == "unsatisfiable":
        text = b"no such part"
        return Answer(status=416, body=text, length=len(text), content_range=f"bytes */{len(body)}")
    start, end = found
    part = body[start:end]
    where = f"bytes {start}-{end - 1}/{len(body)}"
    return _of(common, status=206, body=part, length=len(part), content_range=where)


def _of(common: Answer, **changes: Any) -> Answer:
    return replace(common, **changes)


def has(header: str, etag: str) -> bool:
    """Whether If-None-Match holds this tag; strong and weak are the same here."""
    return header == "*" or etag in [one.strip().removeprefix("W/") for one in header.split(",")]


def span(wanted: str, length: int) -> Span:
    """First byte and the one after the last of the forms used here: `bytes=a-b`, `bytes=a-`, `bytes=-n`."""
    unit, _, rest = wanted.partition("=")
    first, dash, last = rest.partition("-")
    if (
        unit != "bytes"
        or not dash
        or not (first + last).isdigit()
        or (first and last and int(last) < int(first))
    ):
        return "malformed"
    if not first:
        return max(0, length - int(last)), length
    if int(first) >= length:
        return "unsatisfiable"
    return int(first), min(int(last) + 1 if last else length, length)
