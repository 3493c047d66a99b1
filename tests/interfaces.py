"""Tries an interface against its own OpenAPI document, operation by operation.

The operations are read when a test runs, not when tests are collected: each worker would build all cases for itself,
and items of one name are one item to whoever distributes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from open95598.project.wsgi import application


@cache
def _schema(path: str) -> Any:
    return schemathesis.openapi.from_wsgi(path, application)


def operations(path: str, part: int = 0, parts: int = 1) -> list[Any]:
    """Return every ``parts``-th operation that the document at ``path`` describes, from the ``part``-th on."""
    found = [result.ok() for result in _schema(path).get_all_operations()]
    assert found, "the document describes nothing"
    return found[part::parts]


def attempt(operation: Any, check: Callable[[schemathesis.Case], object], examples: int) -> None:
    """Send so many good and bad requests of an operation; what they did to the database is taken back afterwards."""
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=cases)
    def run(case: schemathesis.Case) -> None:
        check(case)

    with transaction.atomic():
        run()
        transaction.set_rollback(True)


def one_connection() -> Iterator[None]:
    """As Django's own test client does (a fixture's body): keep the connection, and the test's transaction with it."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
