"""What a person at the terminal is told of what the processes say."""

from __future__ import annotations

import json

import pytest

from open95598.project.terminal import AGAIN, LONGEST, Terminal, worth


def line(level: str, event: str, **more: object) -> str:
    return json.dumps({"level": level, "event": event, **more}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (line("info", "HTTP Request: POST http://localhost/dev/sms"), None),
        (line("warning", "a message could not be sent"), "a message could not be sent"),
        (line("error", "round failed", exception="Traceback …"), "round failed (the rest is in its log)"),
        (line("warning", "Not Found: /favicon.png", status_code=404), None),
        (line("error", "Service Unavailable: /readyz", status_code=503), None),
        (line("warning", "error connecting in 'pool-1'", logger="psycopg.pool"), None),
        (line("error", "Internal Server Error: /orders/", status_code=500), "Internal Server Error: /orders/"),
        (
            line("warning", "delivery dead", subscriber="notices.send", error="no\n  at x.py"),
            "delivery dead: notices.send: no",
        ),
        (line("error", "first\nsecond"), "first (the rest is in its log)"),
        (line("warning", "x" * 500), "x" * (LONGEST - 1) + "…"),
        ("2026-11-23 LOG:  database system is ready to accept connections", None),
        ("[]", None),
        ('{"level": "error"}', None),
    ],
)
def test_a_person_is_told_warnings_in_one_short_line(said: str, told: str | None) -> None:
    assert worth(said) == told


def test_the_same_words_are_told_once_a_minute_and_of_each_process() -> None:
    heard: list[str] = []
    terminal = Terminal(heard.append)
    for name, at in (("worker", 0.0), ("worker", 1.0), ("relay", 2.0), ("worker", AGAIN + 0.5), ("worker", AGAIN + 1)):
        terminal.hear(name, line("warning", "slow"), at)
    assert heard == ["worker: slow", "relay: slow", "worker: slow"]


def test_everything_is_passed_on_word_for_word_when_that_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[str] = []
    Terminal(heard.append, everything=True).hear("worker", line("info", "a round"), 0.0)
    assert capsys.readouterr().err == line("info", "a round") + "\n"
    assert heard == []
