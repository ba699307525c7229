"""Prints what the drills measured, below the outcome of the run."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    measured = [pair for report in reports for pair in report.user_properties]
    if measured:
        terminalreporter.section("drills")
    for name, value in sorted(measured):
        terminalreporter.write_line(f"{name}: {value}")
