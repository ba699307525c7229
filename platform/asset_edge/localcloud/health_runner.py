"""When declared probes run: scheduled functions and Route 53's checks, and then the alarms on them."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asset_edge.emulator.health import Observation
from asset_edge.localcloud import endpoint_checks, schedules
from asset_edge.localcloud.alarm_states import AlarmStates
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.endpoint_checks import EndpointChecks, Invoke
from asset_edge.localcloud.function_access import INVOKE, permits
from asset_edge.localcloud.health_check_rules import ENDPOINT_TYPES
from asset_edge.localcloud.health_checks_api import HealthChecksApi
from asset_edge.localcloud.pace import Pace
from asset_edge.localcloud.schedules import Scheduled
from asset_edge.localcloud.turns import Turns

_LOG = logging.getLogger(__name__)

_EVALUATE_SECONDS = 10.0
"""Declared seconds from one evaluation of the alarms to the next; what has just run is one more reason."""

_REREAD_SECONDS = 5.0
"""How soon a rule or an alarm that changes is seen; of the clock, whatever the pace."""

_LONGEST_WAIT_SECONDS = 1.0
_AT_A_TIME = 8
_EVENTS = "events.amazonaws.com"

Submit = Callable[[Callable[[], None]], object]
"""Runs something, now or beside what goes on."""


class Rounds:
    """Does what is due whenever it is told the time; `HealthRunner` tells it all the time."""

    def __init__(
        self,
        clients: Clients,
        checks: HealthChecksApi,
        invoke: Invoke,
        *,
        clock: Callable[[], float],
        regions: Callable[[], Collection[str]],
        pace: float = 1.0,
        on_done: Callable[[], None] = lambda: None,
        against_functions: str | None = None,
    ) -> None:
        """`on_done` is called when something that was submitted has ended, which is to be evaluated.

        `against_functions` is why no function is run here; None where they are.
        """
        self._against_functions = against_functions
        self._clients = clients
        self._checks = checks
        self._invoke = invoke
        self._clock = clock
        self._regions = regions
        self._pace = Pace(clock(), pace)
        self._on_done = on_done
        self._endpoints = EndpointChecks(clients, invoke)
        self._alarms = AlarmStates(clients, checks, regions, self._pace)
        self._turns = Turns()
        self._scheduled: dict[str, Scheduled] = {}
        self._rules_not_run: dict[str, str] = {}
        self._checks_not_run: dict[str, str] = {}
        self._reread_at = self._evaluate_at = clock()
        self._ran = threading.Event()

    @property
    def not_run(self) -> Mapping[str, str]:
        """By rule target, alarm or health check: why it is declared and not run."""
        return self._rules_not_run | self._checks_not_run | self._alarms.not_run

    def work(self, submit: Submit) -> float:
        """Does what is due and gives the instant at which something else is."""
        now = self._clock()
        if now >= self._reread_at:
            self._reread()
            self._reread_at = now + _REREAD_SECONDS
        due = self._due()
        every = {key: seconds / self._pace.times for key, (seconds, _) in due.items()}
        for key in self._turns.take(every, now):
            submit(self._turn(key, due[key][1]))
        if now >= self._evaluate_at or self._ran.is_set():
            self._ran.clear()
            self._alarms.evaluate(self._clock())
            self._evaluate_at = now + _EVALUATE_SECONDS / self._pace.times
        return min(self._turns.next_at(), self._evaluate_at, self._reread_at)

    def _reread(self) -> None:
        self._alarms.reread()
        scheduled: dict[str, Scheduled] = {}
        not_run: dict[str, str] = {}
        for region in sorted(self._regions()):
            run, refused = schedules.read(self._clients.get("events", region))
            not_run |= refused
            if self._against_functions:
                not_run |= {one.key: self._against_functions for one in run}
            else:
                scheduled |= {one.key: one for one in run}
        self._scheduled, self._rules_not_run = scheduled, not_run

    def _due(self) -> dict[str, tuple[float, Callable[[], None]]]:
        """What comes round: how often, in declared seconds, and what to do then."""
        rules = {key: (float(one.every_seconds), self._rule(one)) for key, one in self._scheduled.items()}
        return rules | self._asked()

    def _asked(self) -> dict[str, tuple[float, Callable[[], None]]]:
        asked: dict[str, tuple[float, Callable[[], None]]] = {}
        not_run: dict[str, str] = {}
        for check in self._checks.checks():
            config = check["HealthCheckConfig"]
            if config["Type"] not in ENDPOINT_TYPES or config.get("Disabled"):
                continue
            if reason := endpoint_checks.why_not(config, self._against_functions):
                not_run[check["Id"]] = reason
            else:
                asked[check["Id"]] = (float(config["RequestInterval"]), self._ask(check["Id"], config))
        self._checks_not_run = not_run
        return asked

    def _turn(self, key: str, act: Callable[[], None]) -> Callable[[], None]:
        def turn() -> None:
            try:
                act()
            except Exception:  # noqa: BLE001 - one defect does not end the others
                _LOG.exception("%s could not be run", key)
            finally:
                self._turns.done(key)
                self._ran.set()
                self._on_done()

        return turn

    def _ask(self, check_id: str, config: Mapping[str, Any]) -> Callable[[], None]:
        def act() -> None:
            seen = self._endpoints.ask(config)
            observed = Observation(at_seconds=self._clock(), succeeded=seen.succeeded, text=seen.text)
            self._checks.health.observe(check_id, observed)

        return act

    def _rule(self, scheduled: Scheduled) -> Callable[[], None]:
        def act() -> None:
            arn, rule_arn = scheduled.function_arn, scheduled.rule_arn
            functions = self._clients.get("lambda", arn.split(":")[3])
            if not permits(functions, arn, _EVENTS, INVOKE, rule_arn):
                _LOG.warning("%s may not be invoked by %s: no permission of it says so", arn, rule_arn)
                return
            event = schedules.event(scheduled, self._clients.account_id, self._clock())
            try:
                self._invoke(arn, event)
            except Exception as error:  # noqa: BLE001 - a target that fails is its own metric's missing data
                _LOG.warning("%s failed on its schedule: %s", arn, error)

        return act


class HealthRunner:
    """Runs from its making until it is closed, in threads of its own; the first round begins at once.

    `pace` is how many times faster than declared all of it goes. A function that hangs holds one of the
    threads until `invoke` returns, and `close` waits for that: end the functions between `stop` and `close`.
    """

    def __init__(
        self,
        clients: Clients,
        checks: HealthChecksApi,
        invoke: Invoke,
        *,
        regions: Callable[[], Collection[str]],
        clock: Callable[[], float] = time.time,
        pace: float = 1.0,
        against_functions: str | None = None,
    ) -> None:
        self._checks, self._clock = checks, clock
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._begun = threading.Event()
        self._rounds = Rounds(
            clients,
            checks,
            invoke,
            clock=clock,
            regions=regions,
            pace=pace,
            on_done=self._wake.set,
            against_functions=against_functions,
        )
        self._pool = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="probe")
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)
        self._thread.start()

    @property
    def not_run(self) -> Mapping[str, str]:
        """By rule target, alarm or health check: why it is declared and not run."""
        return self._rounds.not_run

    def wait_until_begun(self, most_seconds: float) -> bool:
        """Whether the first round is under way by then; from then on it is known what is not run."""
        return self._begun.wait(most_seconds)

    def healthy(self, check_id: str) -> bool:
        """Whether a health check is healthy; one that does not exist is."""
        return self._checks.health.healthy(check_id)

    def statuses(self) -> dict[str, dict[str, Any]]:
        """Every health check by id: name, type, whether it is healthy, and what was last seen."""
        return self._checks.statuses()

    def stop(self) -> None:
        """Begins nothing any more."""
        self._stopped.set()
        self._wake.set()

    def close(self) -> None:
        """Returns when all of it has ended."""
        self.stop()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            wait = self._round()
            self._wake.wait(wait)

    def _round(self) -> float:
        try:
            next_at = self._rounds.work(self._pool.submit)
        except Exception:  # noqa: BLE001 - as in `_turn`
            _LOG.exception("a round of health checks failed; the next one tries again")
            return _LONGEST_WAIT_SECONDS
        self._begun.set()
        return min(max(next_at - self._clock(), 0.0), _LONGEST_WAIT_SECONDS)
