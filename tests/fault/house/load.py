"""Clients that never give up: each order and each action is sent, with the same key, until it is acknowledged."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests import world as worlds

#: how long one request is tried again before the test fails (seconds)
PATIENCE = 300.0


@dataclass
class Acknowledged:
    """What the house has said yes to. Written by the clients' threads (list.append and dict setting are atomic)."""

    #: idempotency key → the order's number
    orders: dict[str, str] = field(default_factory=dict)
    #: (number, action, what was written)
    actions: list[tuple[str, str, str]] = field(default_factory=list)
    tries: int = 0
    #: the last answer that was not the one wanted
    setback: str = ""
    troubles: list[str] = field(default_factory=list)


class Load:
    """``clients`` threads that register faults, note something on them and accept them."""

    def __init__(self, url: str, token: str, clients: int = 4) -> None:
        self.url, self.token = url, token
        self.had = Acknowledged()
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._client, name=f"client-{n}") for n in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def flow_on(self, orders: int, seconds: float) -> None:
        """Wait until so many more orders were acknowledged."""
        goal, deadline = len(self.had.orders) + orders, time.monotonic() + seconds
        while len(self.had.orders) < goal:
            assert not self.had.troubles, self.had.troubles
            assert time.monotonic() < deadline, (
                f"only {len(self.had.orders)} of {goal} orders after {seconds} s and {self.had.tries} requests;"
                f" at last {self.had.setback}"
            )
            time.sleep(0.05)

    def _client(self) -> None:
        with httpx.Client(base_url=f"{self.url}/api/v1", headers={"Authorization": f"Bearer {self.token}"}) as http:
            while not self._ending.is_set():
                try:
                    self._one(http)
                except Exception as problem:
                    self.had.troubles.append(repr(problem))
                    return

    def _one(self, http: httpx.Client) -> None:
        key = uuid.uuid4().hex
        made = self._insist(http, "/work-orders", key, worlds.fault(description=f"没电了 {key}"), 201)
        again = self._insist(http, "/work-orders", key, worlds.fault(description=f"没电了 {key}"), 201)
        if again["number"] != made["number"]:
            raise AssertionError(f"{key}: first {made['number']}, then {again['number']}")
        self.had.orders[key] = made["number"]
        path = f"/work-orders/{made['number']}/actions"
        for action, body in (("note", {"text": f"备注 {key}"}), ("accept", {})):
            self._insist(http, f"{path}/{action}", f"{action}-{key}", body, 200)
            self.had.actions.append((made["number"], action, key))
        time.sleep(0.05)

    def _insist(self, http: httpx.Client, path: str, key: str, body: Any, expected: int) -> Any:
        """Send until it is acknowledged. Only a broken connection and 5xx may be answers on the way."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.had.tries += 1
            told = ""
            try:
                answer = http.post(path, json=body, headers={"Idempotency-Key": key}, timeout=60)
                if answer.status_code == expected:
                    return answer.json()
                told = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code < 500:
                    raise AssertionError(f"{path}: {told}")
            except httpx.HTTPError as problem:
                told = repr(problem)
            self.had.setback = told
            if time.monotonic() > deadline:
                raise AssertionError(f"{path}: not acknowledged in {PATIENCE} s, at last {told}")
            time.sleep(0.2)
