"""Structured logs: one JSON object a line on standard error, for people in a terminal plain text.

The supervisor keeps its processes' lines in ``HOME/logs``; under systemd or in a container they go where it says.
"""

from __future__ import annotations

import os
from typing import Any

import structlog

from open95598.foundation.masking import mask_text

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
]


def _name_process(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
    if name := os.environ.get("OPEN95598_PROCESS"):
        line.setdefault("process", name)
    return line


def _hide_numbers(_: Any, __: str, line: str) -> str:
    """Hide telephone and identity numbers: an error may quote the row or the text that it arose from."""
    return mask_text(line)


def django_settings() -> dict[str, Any]:
    """Return Django's ``LOGGING`` and let structlog speak through it.

    Processes (``OPEN95598_PROCESS`` names one) write JSON; ``OPEN95598_LOG_LEVEL`` defaults to ``INFO`` for them and
    to ``WARNING`` for commands.
    """
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    process = os.environ.get("OPEN95598_PROCESS")
    finish: list[Any] = (
        [structlog.processors.format_exc_info, _name_process, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if process
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish, _hide_numbers],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {
            "handlers": ["stderr"],
            "level": os.environ.get("OPEN95598_LOG_LEVEL") or ("INFO" if process else "WARNING"),
        },
        # Django's own handlers would say everything twice
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # what they say at each start is no news
            "axes": {"level": "WARNING"},
            "procrastinate.blueprints": {"level": "WARNING"},
            "procrastinate.periodic": {"level": "WARNING"},
        },
    }
