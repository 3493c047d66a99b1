"""Running the reference billing system: its server, changes that happen by themselves, pushes of them."""

from __future__ import annotations

import contextlib
import random
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import orjson

from open95598.exchange.cis.reference import inventing, serving
from open95598.exchange.cis.reference.store import Document, Store
from open95598.foundation import clock
from open95598.foundation.notices import signing

#: accounts a transaction while a store is filled
CHUNK = 500


def fill(store: Store, numbers: Iterable[str], seed: int) -> int:
    """Make accounts that the store does not have yet; return how many."""
    have, dice, now, made = set(store.numbers()), random.Random(seed), clock.now(), 0  # noqa: S311
    waiting = []
    for number in numbers:
        document = inventing.account(dice, number, now)
        if number not in have:
            waiting.append(document)
        if len(waiting) == CHUNK:
            made += len(store.change(waiting))
            waiting = []
    return made + len(store.change(waiting))


def pushed(secret: str, epoch: str, documents: list[Document]) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a push that is signed now."""
    body = orjson.dumps({"id": uuid.uuid4().hex, "epoch": epoch, "items": documents})
    return body, {"Content-Type": "application/json", signing.HEADER: signing.sign(secret, body, clock.now())}


def change(path: Path, seed: int, rate: float, push_to: str, secret: str, stop: threading.Event) -> None:
    """Let something happen to ``rate`` accounts a second until ``stop``, and push it; a lost push is in the feed."""
    store, dice = Store(path), random.Random(seed)  # noqa: S311
    numbers = store.numbers()
    with httpx.Client(timeout=5, trust_env=False) as client:
        while numbers and not stop.wait(1 / rate):
            before = store.account(dice.choice(numbers))
            if before is None or before.get("closed"):
                continue
            written = store.change([inventing.happens(dice, before, clock.now())])
            if push_to:
                body, headers = pushed(secret, store.epoch, written)
                with contextlib.suppress(httpx.HTTPError):
                    client.post(push_to, content=body, headers=headers)
    store.close()


def run(path: Path, *, host: str, port: int, token: str, seed: int, rate: float, push_to: str, secret: str) -> None:
    """Serve until interrupted; prints one line with the address when it does."""
    stop = threading.Event()
    server: Any = serving.server(serving.Application(path, token), host, port)
    print(f"reference CIS at http://{host}:{server.server_port}", flush=True)
    happening = threading.Thread(target=change, args=(path, seed, rate, push_to, secret, stop), daemon=True)
    if rate > 0:
        happening.start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        server.server_close()
