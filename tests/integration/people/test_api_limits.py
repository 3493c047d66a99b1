"""How fast one account may ask the API: a problem document with Retry-After, for that account only, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from open95598.foundation.people import api_limits
from open95598.foundation.people.api_limits import BUCKETS, Buckets
from open95598.foundation.people.services import make_token


@pytest.fixture(autouse=True)
def full_buckets() -> Iterator[None]:
    BUCKETS.forget()
    yield
    BUCKETS.forget()


def client(person: Any, now: Any) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(person, 'test', [], now)}"})


def test_who_asks_too_fast_is_told_when_to_come_back(
    person: Any, now: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATE, settings.API_BURST = 0.5, 3
    at = [1000.0]
    monkeypatch.setattr(api_limits, "time", SimpleNamespace(monotonic=lambda: at[0]))
    li, wang = person("li", roles=("agent",)), person("wang", roles=("agent",))
    one, again, other = client(li, now), client(li, now), client(wang, now)
    assert [one.get("/api/v1/flows").status_code for _ in range(3)] == [200, 200, 200]
    refused = again.get("/api/v1/flows")  # another token of the same account
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == "2"
    told = refused.json()
    assert (told["status"], told["instance"], told["retry_after"]) == (429, "/api/v1/flows", 2)
    assert told["title"] and told["detail"]
    assert one.post("/api/v1/work-orders", "{}", content_type="application/json").status_code == 429
    assert other.get("/api/v1/flows").status_code == 200
    at[0] += float(refused["Retry-After"])
    assert one.get("/api/v1/flows").status_code == 200
    assert one.get("/api/v1/flows").status_code == 429


def test_no_limit_where_none_is_wanted(person: Any, now: Any, settings: Any) -> None:
    settings.API_RATE, settings.API_BURST = 0, 1
    asking = client(person("li", roles=("agent",)), now)
    assert {asking.get("/api/v1/flows").status_code for _ in range(5)} == {200}


def test_a_bucket_fills_up_to_its_burst_and_no_further() -> None:
    buckets = Buckets()
    assert [buckets.take(1, 10, 2, 0.0) for _ in range(2)] == [0, 0]
    assert buckets.take(1, 10, 2, 0.0) == pytest.approx(0.1)
    assert buckets.take(1, 10, 2, 0.05) == pytest.approx(0.05), "asking in vain takes nothing"
    assert [buckets.take(1, 10, 2, 3600.0) for _ in range(3)] == [0, 0, pytest.approx(0.1)]
    assert buckets.take(1, 10, 2, 3599.0) > 0, "a clock that jumped back fills nothing"


def test_what_is_remembered_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_limits, "_KEPT", 10)
    buckets = Buckets()
    for account in range(100):
        buckets.take(account, 1, 2, float(account))
    assert len(buckets._levels) <= 11
