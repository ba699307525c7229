"""Whatever viewers, origins and invalidations do, in whatever order: the edge does what the guide says."""

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from asset_edge.emulator.distribution import Policies
from asset_edge.emulator.driver import drive
from asset_edge.emulator.messages import (
    EdgeResponse,
    Effect,
    Ended,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Outcome,
    Wait,
    to_headers,
)
from tests.emulator.cache_model import Moment, Prediction, Rules, State, Viewer
from tests.emulator.invalidation_model import invalidated
from tests.emulator.origin_model import Answer, Ask, Directive, Fault, Object, Origin
from tests.emulator.world import World, behavior, cache_policy, get, served, some, value

PATHS = ("/a", "/a/b", "/c")
PATH = st.sampled_from(["/a"] * 7 + list(PATHS))
TAGS = ("red", "Blue")
ITEMS = ("/a", "/a*", "/a/*", "/c", "/*", "/A", "/a?w=1", "/a?*", "/c?w=2", "#red", "#BLUE", "#none")
TTLS = ((0, 60, 86_400), (0, 60, 100), (20, 60, 86_400), (1, 86_400, 31_536_000), (0, 0, 0), (0, 0, 3600))
DIRECTIVES = (
    Directive(),
    Directive(max_age=10),
    Directive(max_age=300),
    Directive(max_age=0),
    Directive(max_age=5, s_maxage=40),
    Directive(max_age=40, expires_in=5),
    Directive(expires_in=15),
    Directive(flag="no-store"),
    Directive(flag="private"),
    Directive(flag="no-cache"),
    Directive(max_age=10, sie=30),
    Directive(max_age=10, sie=0),
    Directive(max_age=90, sie=50),
    Directive(max_age=10, sie=200),
    Directive(max_age=10, swr=30),
    Directive(s_maxage=10, swr=20, sie=60),
)
TOLD = tuple(d for d in DIRECTIVES if "Cache-Control" in d.headers(0))
"""Those that replace what was said before; whether a 304 without a Cache-Control does is not said."""

FAULTS = tuple(Fault(what=what) for what in ("refused", "timeout", "404", "403", "500", "503"))
FAULTS += tuple(
    Fault(what=what, directive=directive)
    for what in ("404", "403", "503")
    for directive in (Directive(max_age=30), Directive(flag="no-store"))
)
QUERIES = (("", ""), ("w=1", "w=1"), ("w=2", "w=2"), ("token=x", ""), ("token=y&w=1", "w=1"))
"""As sent, and what of it is in the key."""

RANGES = ("bytes=0-3", "bytes=5-", "bytes=-4", "bytes=999-", "bytes=5-2", "lines=1-2")
CODES = ((403, 404, 500, 502, 503, 504), (500, 503), (404, 504), (403,))
ERROR_TTLS: tuple[tuple[tuple[int, int], ...], ...] = (
    (),
    ((404, 0), (503, 25)),
    ((404, 25), (500, 0), (403, 3)),
)

ERRORS = st.sampled_from(ERROR_TTLS)
BESIDE = st.sampled_from([-1, -0.25, 0, 0.25])
METHOD = st.sampled_from(["GET", "GET", "HEAD"])
READ = ("x-origin-role", "x-variant", "if-none-match", "range")
"""What an origin of the test looks at."""

SECONDS = st.sampled_from([0.25, 0.75, 1, 2, 5, 9, 10, 11, 20, 30, 31, 60, 90, 3600])
RUN = settings(deadline=None, max_examples=250, stateful_step_count=50)


def distribution_of(rules: Rules) -> Any:
    group = {
        "Id": "group",
        "FailoverCriteria": {"StatusCodes": some(*sorted(rules.failover))},
        "Members": some({"OriginId": "primary"}, {"OriginId": "replica"}),
    }
    errors = [{"ErrorCode": code, "ErrorCachingMinTTL": seconds} for code, seconds in rules.error_ttls]
    policy = cache_policy(ttls=rules.ttls, headers=("X-Variant",), query_strings=("w",))
    return served(
        Policies(cache={"a-policy": policy}),
        OriginGroups=some(group),
        DefaultCacheBehavior=behavior("group", CachePolicyId="a-policy"),
        CacheTagConfig={"HeaderName": "X-Cache-Tag"},
        CustomErrorResponses=some(*errors),
    )


def sent(viewer: Viewer) -> Any:
    """The request as the edge takes it; `X-Other` is in no key."""
    named = {
        "X-Variant": viewer.variant,
        "If-None-Match": viewer.if_none_match,
        "Range": viewer.range,
        "X-Other": viewer.sent_target,
    }
    headers = {name: text for name, text in named.items() if text}
    return get(viewer.sent_target, method=viewer.method, headers=headers)


def ask_of(request: OriginRequest) -> Ask:
    read = {
        name: value(request, name) or "" for name in ("x-origin-role", "x-variant", "if-none-match", "range")
    }
    return Ask(
        member=read["x-origin-role"],
        method=request.method,
        target=request.target,
        variant=read["x-variant"],
        if_none_match=read["if-none-match"],
        range=read["range"],
    )


def over_the_wire(answer: Answer, now: float) -> OriginResponse | OriginFailure:
    if answer.failure:
        return OriginFailure(answer.failure)
    return OriginResponse(status=answer.status, headers=to_headers(answer.headers(now)), body=answer.body)


def fits(prediction: Prediction, asks: tuple[Ask, ...], response: EdgeResponse) -> bool:
    age = value(response, "age")
    result = str(value(response, "x-cache")).removesuffix(" from cloudfront")
    # Of a part that the edge itself finds outside the object it may say so.
    results = prediction.results | ({"Error"} if response.status == 416 else set())
    return (
        prediction.asks == asks
        and prediction.status == response.status
        and prediction.body in {None, response.body}
        and result in results
        and (prediction.ages is None or (None if age is None else int(age)) in prediction.ages)
    )


class EdgeMachine(RuleBasedStateMachine):
    """The edge and the model side by side. The model knows the states that each key may be in."""

    @initialize(ttls=st.sampled_from(TTLS), codes=st.sampled_from(CODES), errors=ERRORS)
    def begin_with(self, ttls: tuple[int, int, int], codes: Any, errors: Any) -> None:
        self.declared = Rules(ttls=ttls, error_ttls=errors, failover=frozenset(codes))
        self.origin = Origin(objects=dict.fromkeys(PATHS, Object(directive=Directive(max_age=60))))
        self.world = World(distribution_of(self.declared), fetch=self._fetch)
        self.states: dict[Any, set[State]] = {}
        self.least = dict.fromkeys(PATHS, 1)
        self.asks: list[Ask] = []
        self.meanwhile: list[Any] = []

    def _fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        ask = ask_of(request)
        self.asks.append(ask)
        answered = self.origin.answer(ask, self.world.now)
        while self.meanwhile:
            self.meanwhile.pop()()
        return over_the_wire(answered, self.world.now)

    # What viewers do

    @rule(
        method=st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS"]),
        path=PATH,
        query=st.sampled_from([QUERIES[0], QUERIES[0], *QUERIES]),
        variant=st.sampled_from(["", "", "b"]),
        has=st.sampled_from(["", "", "", '"1"', '"{}"', 'W/"{}"', '"0", "{}"', "*"]),
        part=st.sampled_from(["", "", "", *RANGES]),
    )
    def a_viewer_asks(self, *, method: str, path: str, query: Any, variant: str, has: str, part: str) -> None:
        viewer = Viewer(
            method=method,
            path=path,
            query=query[0],
            key_query=query[1],
            variant=variant,
            if_none_match=has.format(self.origin.objects[path].version) if method != "OPTIONS" else "",
            range=part if method == "GET" else "",
        )
        self._judge(viewer, self.world.send(sent(viewer)))

    @rule(path=PATH, method=st.sampled_from(["GET", "GET", "HEAD", "OPTIONS"]))
    def a_viewer_asks_for_the_plain_object(self, path: str, method: str = "GET") -> None:
        """Often, for what is kept of it is what most can go wrong with."""
        viewer = Viewer(path=path, method=method)
        self._judge(viewer, self.world.send(sent(viewer)))

    @rule(path=PATH, has=st.sampled_from(['"{}"', 'W/"{}"', '"x", W/"{}"', "*"]), method=METHOD)
    def a_viewer_asks_who_has_it_already(self, path: str, has: str, method: str) -> None:
        viewer = Viewer(path=path, method=method, if_none_match=has.format(self.origin.objects[path].version))
        self._judge(viewer, self.world.send(sent(viewer)))

    @rule(
        path=PATH,
        lives=st.lists(st.sampled_from(TOLD), min_size=1, max_size=2),
        method=METHOD,
        fault=st.sampled_from(FAULTS),
        beside=BESIDE,
        data=st.data(),
    )
    def an_object_lives_its_life(
        self,
        *,
        path: str,
        lives: list[Directive],
        method: str,
        fault: Fault,
        beside: float,
        data: st.DataObject,
    ) -> None:
        """It is fetched, perhaps found unchanged with another life to live, and then the origins fail."""
        self.origin.faults = {}
        self.something_is_invalidated(f"{path}*")
        self.an_object_changes(path, lives[0], set(TAGS))
        self.a_viewer_asks_for_the_plain_object(path, method)
        for directive in lives:
            self.an_object_gets_another_life(path, directive)
            self.something_is_about_to_end(data, beside)
            self.a_viewer_asks_for_the_plain_object(path)
        self.both_origins_fail_for_one_viewer(fault, path)
        self.something_is_about_to_end(data, beside)
        self.both_origins_fail_for_one_viewer(fault, path)
        self.a_viewer_asks_for_the_plain_object(path)
        self.something_is_invalidated("#BLUE")
        self.a_viewer_asks_for_the_plain_object(path)

    @rule(path=PATH)
    def two_viewers_ask_at_once(self, path: str) -> None:
        """Where the object is not there, one asks the origin and the other waits."""
        viewer = Viewer(path=path)
        if self._known(viewer) != {State()}:
            return
        second = self.world.edge.steps(sent(viewer))
        begun = list[Effect]()
        self.meanwhile.append(lambda: begun.append(next(second)))
        self._judge(viewer, self.world.send(sent(viewer)))
        waits = not self.declared.disabled
        assert isinstance(begun[0], Wait) is waits, "where something may be kept, one asks for both"
        if not waits:
            second.close()
            return
        self._judge(viewer, drive(resumed(second), self.world.invoke, self.world.fetch_one))

    @precondition(lambda self: "primary" not in self.origin.faults)
    @rule(path=PATH, item=st.sampled_from(ITEMS))
    def an_invalidation_overtakes_a_fetch(self, path: str, item: str) -> None:
        """What the origin gave before it is not kept after it; that viewer may have it still."""
        viewer = Viewer(path=path)
        before = self.origin.objects[path].version

        def changes() -> None:
            self.origin.objects[path] = replace(self.origin.objects[path], version=before + 1)
            self.world.cache.invalidate("E1", [item])

        self.meanwhile.append(changes)
        moment_before = replace(self.origin, objects=dict(self.origin.objects))
        response = self.world.send(sent(viewer))
        overtaken = not self.meanwhile
        self.meanwhile.clear()
        self._judge(viewer, response, origin=moment_before)
        if overtaken:
            self._model_invalidates(item)

    # What the world does

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.world.now += seconds

    @rule(data=st.data(), beside=BESIDE)
    def something_is_about_to_end(self, data: st.DataObject, beside: float) -> None:
        """The clock moves to just before, onto or just after a moment at which something expires."""
        ends = {
            moment
            for states in self.states.values()
            for state in states
            for entry in state.entries()
            for end in (entry.fresh, entry.fresh + entry.swr, entry.fresh + (entry.sie or 0))
            for moment in (entry.stored_at + end, entry.held_until)
        }
        later = sorted(moment for end in ends if (moment := end + beside) > self.world.now)
        if later:
            self.world.now = data.draw(st.sampled_from(later))

    @rule(
        path=PATH,
        directive=st.sampled_from(DIRECTIVES),
        tags=st.sets(st.sampled_from(TAGS)),
    )
    def an_object_changes(self, path: str, directive: Directive, tags: set[str]) -> None:
        version = self.origin.objects[path].version + 1
        self.origin.objects[path] = Object(version=version, directive=directive, tags=frozenset(tags))

    @rule(data=st.data(), path=PATH)
    def a_viewer_asks_for_what_has_just_ended(self, data: st.DataObject, path: str) -> None:
        self.something_is_about_to_end(data, 0)
        self.a_viewer_asks_for_the_plain_object(path)

    @rule(fault=st.sampled_from(FAULTS), path=PATH)
    def both_origins_fail_for_one_viewer(self, fault: Fault, path: str) -> None:
        faults, self.origin.faults = self.origin.faults, {"primary": fault, "replica": fault}
        self.a_viewer_asks_for_the_plain_object(path)
        self.origin.faults = faults

    @rule(path=PATH, directive=st.sampled_from(TOLD))
    def an_object_gets_another_life(self, path: str, directive: Directive) -> None:
        """The same version, so a 304 brings it."""
        self.origin.objects[path] = replace(self.origin.objects[path], directive=directive)

    @rule(member=st.sampled_from(["primary", "replica"]), fault=st.sampled_from(FAULTS))
    def an_origin_fails(self, member: str, fault: Fault) -> None:
        self.origin.faults[member] = fault

    @rule(fault=st.sampled_from(FAULTS))
    def both_origins_fail(self, fault: Fault) -> None:
        self.origin.faults = {"primary": fault, "replica": fault}

    @precondition(lambda self: self.origin.faults)
    @rule()
    def the_origins_recover(self) -> None:
        self.origin.faults = {}

    @rule(item=st.sampled_from(ITEMS))
    def something_is_invalidated(self, item: str) -> None:
        self.world.cache.invalidate("E1", [item])
        self._model_invalidates(item)

    # What must hold

    def _known(self, viewer: Viewer) -> set[State]:
        return self.states.get(viewer.key, {State()})

    def _model_invalidates(self, item: str) -> None:
        for key, states in self.states.items():
            self.states[key] = {left for state in states for left in invalidated(state, item)}
        for path in PATHS:
            if item.endswith("*") and path.startswith(item[:-1]):
                self.least[path] = self.origin.objects[path].version

    def _judge(self, viewer: Viewer, response: EdgeResponse, origin: Origin | None = None) -> None:
        """The response is one of those predicted; the states that do not predict it are ruled out."""
        asks, self.asks = tuple(self.asks), []
        known = self._known(viewer)
        moment = Moment(self.declared, origin or self.origin, self.world.now)
        predicted = [p for state in known for p in moment.predictions(state, viewer)]
        possible = {p.state for p in predicted if fits(p, asks, response)}
        assert possible, report(viewer, known, predicted, asks, response)
        self.states[viewer.key] = possible
        version = re.search(rb"v(\d+) 0123456789$", response.body)
        assert version is None or int(version[1]) >= self.least[viewer.path], "it was invalidated since"
        if response.status == 206:
            first, last = re.findall(r"\d+", str(value(response, "content-range")))[:2]
            assert int(last) - int(first) + 1 == len(response.body)
        length = value(response, "content-length")
        assert length is None or viewer.method == "HEAD" or int(length) == len(response.body)


def resumed(steps: Generator[Effect, Outcome, EdgeResponse]) -> Generator[Effect, Outcome, EdgeResponse]:
    """The rest of steps that stand at a `Wait` that is over."""
    try:
        effect = steps.send(Ended())
        while True:
            effect = steps.send((yield effect))
    except StopIteration as end:
        result: EdgeResponse = end.value
        return result


def report(viewer: Viewer, known: set[State], predicted: Any, asks: Any, response: EdgeResponse) -> str:
    seen = (response.status, response.body, value(response, "x-cache"), value(response, "age"))
    lines = [f"asked: {viewer}", f"seen: {seen} after {asks}", "known:", *map(str, known), "predicted:"]
    return "\n  ".join([*lines, *dict.fromkeys(map(str, predicted))])


EdgeMachine.TestCase.settings = RUN
TestEdgeMachine = EdgeMachine.TestCase
