"""Keeps every CloudWatch alarm, and every health check that follows one, at the state that its data give."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

from asset_edge.emulator.health import AlarmState
from asset_edge.localcloud import alarms
from asset_edge.localcloud.alarms import Alarm
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.health_checks_api import HealthChecksApi
from asset_edge.localcloud.pace import Pace

_LOG = logging.getLogger(__name__)

_Followed = tuple[str, str]
"""Region and name of an alarm."""


class AlarmStates:
    """Evaluates when told to. Route 53 follows the data: setting an alarm's state moves no health check."""

    def __init__(
        self, clients: Clients, checks: HealthChecksApi, regions: Callable[[], Collection[str]], pace: Pace
    ) -> None:
        self._clients = clients
        self._checks = checks
        self._regions = regions
        self._pace = pace
        self._alarms: dict[_Followed, Mapping[str, Any]] = {}
        self._copies: dict[tuple[str, int], Alarm | str] = {}
        self._states: dict[tuple[str, Alarm], AlarmState] = {}
        self.not_run: dict[str, str] = {}
        """By alarm or health check, why it is not evaluated."""

    def reread(self) -> None:
        """Takes the alarms as they are declared now."""
        self._alarms = {
            (region, api["AlarmName"]): api
            for region in sorted(self._regions())
            for api in alarms.listed(self._clients.get("cloudwatch", region))
        }

    def evaluate(self, now_seconds: float) -> None:
        """Tells each alarm and each check that follows one what its data say now."""
        not_run: dict[str, str] = {}
        fresh: dict[tuple[str, Alarm], AlarmState] = {}
        for (region, name), api in self._alarms.items():
            found = alarms.read(api)
            if isinstance(found, str):
                not_run[api["AlarmArn"]] = found
                continue
            state = self._state(region, found, fresh, now_seconds)
            if state != api["StateValue"]:
                self._set(region, name, state)
                self._alarms[region, name] = {**api, "StateValue": str(state)}
        for check in self._checks.checks():
            if check["HealthCheckConfig"]["Type"] == "CLOUDWATCH_METRIC":
                self._follow(check, fresh, not_run, now_seconds)
        self._states = fresh
        self.not_run = not_run

    def _follow(
        self,
        check: Mapping[str, Any],
        fresh: dict[tuple[str, Alarm], AlarmState],
        not_run: dict[str, str],
        now_seconds: float,
    ) -> None:
        config = check["HealthCheckConfig"]
        if config.get("Disabled"):
            return
        found = self._copy(check)
        state = AlarmState.insufficient_data
        if isinstance(found, Alarm):
            state = self._state(config["AlarmIdentifier"]["Region"], found, fresh, now_seconds)
        else:
            not_run[check["Id"]] = found
        self._checks.health.follow(check["Id"], state, now_seconds)

    def _copy(self, check: Mapping[str, Any]) -> Alarm | str:
        """The alarm's arithmetic as it was when the check was made or last updated."""
        version = check["Id"], check["HealthCheckVersion"]
        if version not in self._copies:
            followed = check["HealthCheckConfig"]["AlarmIdentifier"]
            api = self._alarms.get((followed["Region"], followed["Name"]))
            if api is None:
                return f"its alarm {followed['Name']} is not in {followed['Region']}"
            self._copies[version] = copy = _followable(api)
            if isinstance(copy, Alarm):
                self._checks.copied(*version, alarms.copied(copy))
        return self._copies[version]

    def _state(
        self, region: str, alarm: Alarm, fresh: dict[tuple[str, Alarm], AlarmState], now_seconds: float
    ) -> AlarmState:
        if (region, alarm) not in fresh:
            cloudwatch = self._clients.get("cloudwatch", region)
            points = alarms.datapoints(alarm, cloudwatch, self._pace, now_seconds)
            values = alarms.values(alarm, points, self._pace, now_seconds)
            before = self._states.get((region, alarm), AlarmState.insufficient_data)
            new = not points and alarms.is_new(alarm, self._pace, now_seconds)
            fresh[region, alarm] = before if new else alarms.state(alarm, values, before)
        return fresh[region, alarm]

    def _set(self, region: str, name: str, state: AlarmState) -> None:
        _LOG.info("alarm %s in %s is %s", name, region, state)
        reason = "the data of the evaluation periods"
        cloudwatch = self._clients.get("cloudwatch", region)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=str(state), StateReason=reason)


def _followable(api: Mapping[str, Any]) -> Alarm | str:
    """Route 53 knows no alarm with M out of N datapoints, nor one of high resolution."""
    found = alarms.read(api)
    if isinstance(found, Alarm) and found.datapoints_to_alarm != found.evaluation_periods:
        return "its alarm counts M out of N datapoints, which Route 53 does not follow"
    return found
