"""The line to the inner zone: what breaks it, and that nobody waits long while it is broken."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import httpx
import pytest

from open95598.foundation.errors import Impossible, Invalid, TooMany, Unavailable
from open95598.service.portal.pages import remote
from open95598.service.portal.pages.gateway import VisitEnded
from open95598.service.portal.pages.remote import Line


def line(answer: Callable[[httpx.Request], httpx.Response]) -> Line:
    return Line("http://inner.example", "token", httpx.MockTransport(answer))


def problem(status: int, **more: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, json={"detail": "no", **more})


def test_refusals_come_through_with_their_fields() -> None:
    with pytest.raises(Invalid) as invalid:
        line(problem(422, errors={"place": ["missing", "too"]})).send("POST", "/reports")
    assert invalid.value.fields == {"place": "missing"}
    with pytest.raises(TooMany) as many:
        line(problem(429, retry_after=30)).send("POST", "/reports")
    assert many.value.extra["retry_after"] == 30
    with pytest.raises(Impossible):
        line(problem(409)).send("POST", "/visit/urges")
    with pytest.raises(VisitEnded):
        line(problem(403, type="urn:open95598:problem:visit-ended")).send("GET", "/visit")


@pytest.mark.parametrize("status", [301, 401, 403, 413, 500, 502, 503])
def test_anything_else_is_away(status: int) -> None:
    with pytest.raises(Unavailable):
        line(problem(status)).send("GET", "/offer")


def test_an_answer_of_something_between_us_is_away() -> None:
    with pytest.raises(Unavailable):
        line(lambda request: httpx.Response(200, text="<html>captive portal</html>")).send("GET", "/offer")


def test_after_a_failure_nobody_waits_for_another_but_who_insists() -> None:
    asked: list[str] = []

    def broken(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        raise httpx.ReadTimeout("hangs", request=request)

    found = line(broken)
    for _n in range(3):
        with pytest.raises(Unavailable):
            found.send("GET", "/offer")
    assert len(asked) == 1
    with pytest.raises(Unavailable):
        found.send("POST", "/reports", insist=True)
    assert len(asked) == 2


def test_while_the_inner_zone_hangs_only_a_few_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PATIENCE", 0.05)
    let_go, outcomes = threading.Event(), []

    def hangs(request: httpx.Request) -> httpx.Response:
        let_go.wait(60)
        return httpx.Response(200, json={})

    found = line(hangs)

    def ask() -> None:
        try:
            found.send("GET", "/offer")
            outcomes.append("answered")
        except Unavailable:
            outcomes.append("away")

    threads = [threading.Thread(target=ask) for _n in range(remote.AT_ONCE + 4)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while outcomes.count("away") < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert outcomes == ["away"] * 4, "those beyond the places are told at once"
    let_go.set()
    for thread in threads:
        thread.join(60)
    assert outcomes.count("answered") == remote.AT_ONCE


def test_the_token_is_sent_and_the_body_is_not_in_the_address() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    line(answer).send("GET", "/visit", visit="v" * 20, key="k" * 20)
    (request,) = seen
    assert request.url == "http://inner.example/api/portal/v1/visit"
    assert request.headers["authorization"] == "Bearer token"
    assert (request.headers["x-visit"], request.headers["idempotency-key"]) == ("v" * 20, "k" * 20)
