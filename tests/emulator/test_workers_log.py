"""What functions write, as log records."""

import asyncio
import logging

import pytest

from asset_edge.emulator.workers_log import FunctionLog

TRACEBACK = ["Traceback (most recent call last):", '  File "main.py", line 1', "    x()", "ValueError: no"]


def logged(caplog: pytest.LogCaptureFixture, *parts: bytes) -> list[tuple[int, str]]:
    async def steps() -> None:
        stream = asyncio.StreamReader()
        for part in parts:
            stream.feed_data(part)
        stream.feed_eof()
        await FunctionLog("f").follow(stream)

    with caplog.at_level(logging.DEBUG, "asset_edge.function.f"):
        asyncio.run(steps())
    return [
        (record.levelno, record.getMessage())
        for record in caplog.records
        if record.name.endswith("function.f")
    ]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("plain", logging.INFO),
        ('{"level": "WARN", "message": "x"}', logging.WARNING),
        ('{"level": "warning"}', logging.WARNING),
        ('{"level": "ERROR"}', logging.ERROR),
        ('{"level": "FATAL"}', logging.CRITICAL),
        ('{"level": "CRITICAL"}', logging.CRITICAL),
        ('{"level": "INFO"}', logging.INFO),
        ('{"level": "DEBUG"}', logging.INFO),
        ('{"level": 7}', logging.INFO),
        ('{"message": "no level"}', logging.INFO),
        ('{"level": "ERROR"', logging.INFO),
        ("[ERROR]\t2026-01-01T00:00:00.000Z\tid\tsaid", logging.ERROR),
        ("[WARNING]\tsaid", logging.WARNING),
        ("[INFO]\tsaid", logging.INFO),
        ("[1, 2]", logging.INFO),
    ],
)
def test_a_line_has_the_level_that_it_names(caplog: pytest.LogCaptureFixture, line: str, level: int) -> None:
    assert logged(caplog, f"{line}\n".encode()) == [(level, line)]


def test_a_traceback_is_a_warning_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    found = logged(caplog, "\n".join(["before", *TRACEBACK, "after", ""]).encode())
    levels = [level for level, _ in found]
    assert levels == [logging.INFO, *[logging.WARNING] * 4, logging.INFO]


def test_an_error_of_the_runtime_client_is_one_record_of_several_lines(
    caplog: pytest.LogCaptureFixture,
) -> None:
    written = "[ERROR] ValueError: no\rTraceback (most recent call last):\r\N{NO-BREAK SPACE} File x\nafter\n"
    assert logged(caplog, written.encode()) == [
        (logging.ERROR, "[ERROR] ValueError: no\nTraceback (most recent call last):\n  File x"),
        (logging.INFO, "after"),
    ]


def test_lines_are_whole_however_they_arrive(caplog: pytest.LogCaptureFixture) -> None:
    found = logged(caplog, b"one\ntw", b"o\n\n  \nthr", "ée".encode()[:2], "ée".encode()[2:])
    assert [text for _, text in found] == ["one", "two", "thrée"]


def test_what_is_not_text_is_shown_as_far_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(caplog, b"\xff ok\n") == [(logging.INFO, "\N{REPLACEMENT CHARACTER} ok")]


def test_a_line_without_end_is_cut_and_never_kept_whole(caplog: pytest.LogCaptureFixture) -> None:
    found = logged(caplog, b"x" * 1_000_000)
    assert len(found) > 2
    assert sum(len(text) for _, text in found) == 1_000_000


def test_a_percent_sign_is_just_that(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(caplog, b"100% %s\n") == [(logging.INFO, "100% %s")]
