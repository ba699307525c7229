"""A second, slow cache written from the developer guide alone: what a viewer may be given at this moment.

Where the guide is silent, all that it leaves open is a prediction, and the cache may be in several states.
Sources: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)",
"How CloudFront processes HTTP 4xx and 5xx status codes from your origin", "Optimize high availability with
CloudFront origin failover", "How CloudFront processes partial requests for an object (range GETs)".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.emulator.origin_model import Answer, Ask, Origin, has, span

ANY: frozenset[str] = frozenset({"Hit", "RefreshHit"})
ALWAYS_KEPT = frozenset({404, 414, 500, 501, 502, 503, 504})
"""Errors that are kept whatever their headers say, but for `no-store` on some."""

KEPT_ON_REQUEST = frozenset({400, 403, 405, 412, 415})
HONOURS_NO_STORE = frozenset({404, 410, 414, 501})


Shown = tuple[int, bytes | None]
"""Status and body; None: the edge's own words."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the distribution says."""

    ttls: tuple[int, int, int]
    """Least, default and most seconds."""

    error_ttls: tuple[tuple[int, int], ...] = ()
    failover: frozenset[int] = frozenset()

    @property
    def disabled(self) -> bool:
        return self.ttls == (0, 0, 0)

    def error_seconds(self, status: int) -> int:
        # The origins are buckets: at least a second.
        return max(1, dict(self.error_ttls).get(status, 10))


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """One viewer's request, and what of it is in the key."""

    method: str = "GET"
    path: str
    query: str = ""
    """As sent."""

    key_query: str = ""
    variant: str = ""
    if_none_match: str = ""
    range: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.path, self.key_query, self.variant

    @property
    def key_target(self) -> str:
        return self.path + ("?" + self.key_query if self.key_query else "")

    @property
    def sent_target(self) -> str:
        return self.path + ("?" + self.query if self.query else "")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An answer that is kept. `whole` is what GET without Range would get."""

    answer: Answer
    stored_at: float
    fresh: float
    swr: float = 0
    sie: float | None = None
    old_tags: frozenset[str] = frozenset()
    """Tags that it had before its last 304."""

    held_until: float = 0
    """Until then it may be served without asking, for the origin failed lately."""

    targets: tuple[str, str]
    """Path and query as in the key, and as sent."""

    def age(self, now: float) -> float:
        return now - self.stored_at

    def is_fresh(self, now: float) -> bool:
        return self.age(now) < self.fresh

    @property
    def error(self) -> bool:
        return self.answer.status >= 400


@dataclass(frozen=True)
class State:
    """What may be kept under one key."""

    whole: Entry | None = None
    head: Entry | None = None
    """From a HEAD: it has no body."""

    parts: frozenset[tuple[str, Entry]] = frozenset()
    """By their Range header."""

    def entries(self) -> list[Entry]:
        return [e for e in (self.whole, self.head, *(part for _, part in self.parts)) if e]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One thing that may happen."""

    asks: tuple[Ask, ...] = ()
    status: int
    body: bytes | None
    """None: the edge's own words."""

    results: frozenset[str]
    ages: frozenset[int | None] | None
    """None: nothing is said about it."""

    state: State = field(repr=False)


NO_AGE: frozenset[int | None] = frozenset({None, 0})


@dataclass(frozen=True)
class Moment:
    """What may happen to a request now."""

    rules: Rules
    origin: Origin
    now: float

    def predictions(self, state: State, viewer: Viewer) -> Iterator[Prediction]:
        """All that may happen to this request if the cache is in this state."""
        if viewer.method == "OPTIONS":
            # Not among the cached methods, so it goes straight to the primary, whatever that says.
            asks, final = self._asked(viewer, Ask(method="OPTIONS"), codes=frozenset())
            yield from self._passed(asks, final, viewer, [state])
        elif state.whole and state.whole.is_fresh(self.now):
            yield from self._hit(state.whole, state, viewer)
        elif viewer.method == "HEAD" and not state.whole and state.head and state.head.is_fresh(self.now):
            yield from self._hit(state.head, state, viewer)
        else:
            for entry in self._perhaps(state, viewer):
                yield from self._hit(entry, state, viewer)
            yield from self._asking(state, viewer)

    def _perhaps(self, state: State, viewer: Viewer) -> Iterator[Entry]:
        """Fresh entries of other forms, which may be good enough."""
        for entry in state.entries():
            of_form = (viewer.range, entry) in state.parts
            of_form = of_form or (viewer.method == "HEAD" and entry is state.head)
            if entry.is_fresh(self.now) and (entry.error or of_form):
                yield entry

    def _hit(self, entry: Entry, state: State, viewer: Viewer) -> Iterator[Prediction]:
        if entry.error:
            plain = entry is state.whole and viewer.method == "GET" and not entry.answer.failure
            body = entry.answer.body if plain else None
            yield Prediction(
                status=entry.answer.status, body=body, results=frozenset({"Error"}), ages=None, state=state
            )
            return
        age = frozenset({int(entry.age(self.now))})
        for status, body in seen(entry.answer, viewer, asked=False):
            yield Prediction(
                status=status,
                body=body,
                results=frozenset({"Hit"}),
                ages=age | set[int | None](),
                state=state,
            )

    def _stale(
        self, entry: Entry, state: State, viewer: Viewer, asks: tuple[Ask, ...] = ()
    ) -> Iterator[Prediction]:
        age = frozenset[int | None]({int(entry.age(self.now))})
        for status, body in seen(entry.answer, viewer, asked=False):
            yield Prediction(asks=asks, status=status, body=body, results=ANY, ages=age, state=state)

    def _asking(self, state: State, viewer: Viewer) -> Iterator[Prediction]:
        old = state.whole if state.whole and not state.whole.error else None
        at_once = old is not None and old.age(self.now) < old.fresh + old.swr
        if old and old.held_until > self.now:
            yield from self._stale(old, state, viewer)
        for ask in asks_of(viewer, old, state.head):
            asks, final = self._asked(viewer, ask, codes=self.rules.failover)
            after = self._after(state, old, viewer, asks[-1], final)
            kept = self._failed(state, old, final) if old else []
            if old and final.status >= 500 and self._may_be_stale(old):
                for next_state in kept:
                    yield from self._stale(old, next_state, viewer, asks)
            elif old and at_once:
                for next_state in [*after, *kept]:
                    yield from self._stale(old, next_state, viewer, asks)
            elif old and final.status == 304:
                for next_state in after:
                    for status, body in seen(old.answer, viewer, asked=True):
                        yield Prediction(
                            asks=asks,
                            status=status,
                            body=body,
                            results=frozenset({"RefreshHit"}),
                            ages=NO_AGE,
                            state=next_state,
                        )
            else:
                yield from self._passed(asks, final, viewer, after)

    def _may_be_stale(self, old: Entry) -> bool:
        return old.sie is None or old.age(self.now) < old.fresh + old.sie

    def _failed(self, state: State, old: Entry, final: Answer) -> list[State]:
        """The origin failed, and what is kept was served."""
        held = replace(old, held_until=self.now + self.rules.error_seconds(final.status))
        return [state, replace(state, whole=held)] if final.status >= 400 else []

    def _asked(self, viewer: Viewer, ask: Ask, codes: frozenset[int]) -> tuple[tuple[Ask, ...], Answer]:
        """The primary is always asked first; the replica where its answer is one to fail over on."""
        first = replace(ask, member="primary", target=viewer.key_target, variant=viewer.variant)
        answer = self.origin.answer(first, self.now)
        if answer.status not in codes:
            return (first,), answer
        second = replace(first, member="replica")
        return (first, second), self.origin.answer(second, self.now)

    def _passed(
        self, asks: tuple[Ask, ...], final: Answer, viewer: Viewer, states: list[State]
    ) -> Iterator[Prediction]:
        """The origin's answer goes to the viewer."""
        whole = "" if asks[-1].range else viewer.range
        what = replace(viewer, range=whole)
        error = final.status >= 400
        shown = (
            [(status, final.body) for status in statuses(final)] if error else seen(final, what, asked=True)
        )
        for state in states:
            for status, body in shown:
                yield Prediction(
                    asks=asks,
                    status=status,
                    body=None if error and (viewer.method == "HEAD" or final.failure) else body,
                    results=frozenset({"Error"} if error else {"Miss"}),
                    ages=None if error else NO_AGE,
                    state=state,
                )

    def _after(
        self, state: State, old: Entry | None, viewer: Viewer, asked: Ask, final: Answer
    ) -> list[State]:
        """What may be kept once the origin has answered this."""
        if final.status == 304:
            return self._refreshed(state, old, final) if old else [state]
        entries = self._entries(final, (viewer.key_target, viewer.sent_target))
        if asked.method == "GET" and not asked.range:
            # What HEAD or a Range brought before may live on beside it.
            return [s for entry in entries for s in (State(whole=entry), replace(state, whole=entry))]
        # Kept by itself or not at all, and what was kept before has gone or has not.
        after = []
        for entry in entries:
            if entry and (entry.error or (asked.method == "GET" and final.status == 200)):
                # A whole answer to a Range, too, is what all others want.
                after += [State(whole=entry), replace(state, whole=entry)]
            if asked.range:
                after += [state, State()]
                after += [
                    replace(s, parts=frozenset({(asked.range, entry)})) for s in (state, State()) if entry
                ]
            elif old is None or entry is None:
                after += [replace(state, head=entry), State(head=entry)]
            else:
                after += [replace(state, head=entry), State(head=entry), replace(state, head=None), State()]
        return after

    def _refreshed(self, state: State, old: Entry, final: Answer) -> list[State]:
        kept = replace(final, status=old.answer.status, body=old.answer.body)
        entries = self._entries(kept, old.targets)
        tags = old.answer.tags | old.old_tags
        return [
            replace(state, whole=entry and replace(entry, old_tags=tags - kept.tags)) for entry in entries
        ]

    def _entries(self, final: Answer, targets: tuple[str, str]) -> list[Entry | None]:
        """How this answer may be kept; None: not at all."""
        if self.rules.disabled:
            return [None]
        return self._errors(final, targets) if final.status >= 400 else self._objects(final, targets)

    def _errors(self, final: Answer, targets: tuple[str, str]) -> list[Entry | None]:
        said = final.directive.seconds()
        if final.status in HONOURS_NO_STORE and final.directive.no_store:
            return [None]
        if final.status not in ALWAYS_KEPT and not (final.status in KEPT_ON_REQUEST and said is not None):
            return [None]
        answers = [replace(final, status=status) for status in statuses(final)]
        return [
            Entry(
                answer=answer,
                stored_at=self.now,
                fresh=max(self.rules.error_seconds(answer.status), said or 0),
                targets=targets,
            )
            for answer in answers
        ]

    def _objects(self, final: Answer, targets: tuple[str, str]) -> list[Entry | None]:
        least, default, most = self.rules.ttls
        directive = final.directive
        said = directive.seconds()
        wanted = default if said is None else min(said, most)
        fresh = least if directive.forbids else max(least, wanted)
        entry = Entry(answer=final, stored_at=self.now, fresh=fresh, targets=targets)
        if fresh == 0 and directive.flag in {"no-store", "private"}:
            return [None]
        if fresh == 0:
            # Not to be used without asking; whether it is kept to ask with is not said.
            return [None, self._with_stale(entry, 0)]
        # "Bounded by the maximum TTL": each by itself, or together with the time it is fresh.
        return list(dict.fromkeys([self._with_stale(entry, 0), self._with_stale(entry, fresh)]))

    def _with_stale(self, entry: Entry, spent: float) -> Entry:
        directive, most = entry.answer.directive, max(0, self.rules.ttls[2] - spent)
        sie = None if directive.sie is None else min(directive.sie, most)
        return replace(entry, swr=min(directive.swr, most), sie=sie)


def asks_of(viewer: Viewer, old: Entry | None, head: Entry | None) -> Iterator[Ask]:
    """The ways to ask an origin for this; about what is kept, else perhaps about what the viewer has."""
    methods = {viewer.method, "GET"}
    validators = {old.answer.etag} if old else {"", viewer.if_none_match}
    if head and not old and viewer.method == "HEAD" and not head.error:
        validators |= {head.answer.etag}
    for method in sorted(methods):
        for validator in sorted(validators):
            for part in sorted({viewer.range, ""}):
                yield Ask(method=method, if_none_match=validator, range=part)


def statuses(final: Answer) -> tuple[int, ...]:
    """What the viewer sees of it: no connection counts as 503, and which page tells of it is not said."""
    return (502, 503) if final.failure == "refused" else (final.status,)


def seen(answer: Answer, viewer: Viewer, *, asked: bool) -> list[Shown]:
    """Statuses and bodies that a viewer may be given of an answer that is no error."""
    if answer.status == 304:
        return [(304, b"")]
    unchanged: list[Shown] = (
        [(304, b"")] if viewer.if_none_match and has(viewer.if_none_match, answer.etag) else []
    )
    if unchanged and not asked:
        return unchanged
    body = b"" if viewer.method == "HEAD" else answer.body
    if viewer.range and answer.status == 200 and viewer.method == "GET":
        return unchanged + part_of(answer, viewer.range)
    return [*unchanged, (answer.status, body)]


def part_of(answer: Answer, wanted: str) -> list[Shown]:
    found = span(wanted, len(answer.body))
    if found == "malformed":
        return [(200, answer.body)]
    if found == "unsatisfiable":
        return [(200, answer.body), (416, None)]
    return [(206, answer.body[found[0] : found[1]])]
