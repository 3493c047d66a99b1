"""The same creations and lists on django-helpdesk, side by side: ``python -m bench.compare``.

The peer runs on the same database server with as many tickets, behind the same web server with as many processes and
threads and the same connection pool; both are measured in turn. Its own REST API creates tickets, the list is the one
that its ticket page loads. What each does more or less is said in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any

from bench import fill, place, results, texts
from bench.accounts import PROVINCE
from bench.client import Ask, Clients, as_person, one
from bench.orders import Site, new_orders
from bench.results import Row

DATABASE = "bench_peer"
GROUP = "Beside django-helpdesk"
ENVIRONMENT = place.HOME / "peer"
LOCK = Path(__file__).with_name("peer") / "requirements.lock"


def ensure_environment() -> Path:
    """Install the peer into an environment of its own (hashes checked); return its Python."""
    python = ENVIRONMENT / "bin" / "python"
    done = ENVIRONMENT / "requirements.lock"
    if not done.exists() or done.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", LOCK],
            check=True,
        )
        done.write_bytes(LOCK.read_bytes())
    return python


def environment() -> dict[str, str]:
    """Return what the peer's processes must know."""
    from open95598.project import home, keeper

    return os.environ | {
        "PEER_DATABASE": DATABASE,
        "PEER_USER": keeper.ROLE,
        "PEER_PASSWORD": home.secret("database"),
        "PEER_HOST": str(keeper.Layout(home.directory()).sockets),
        "PEER_MEDIA": str(place.HOME / "peer-media"),
        "PYTHONPATH": str(Path(__file__).parent),
        "DJANGO_SETTINGS_MODULE": "peer.settings",
    }


def prepare(python: Path, size: int) -> dict[str, Any]:
    """Fill the peer with as many tickets as ``size`` archived and the open orders; return its credentials."""
    place.create(DATABASE)
    with tempfile.TemporaryFile("w+") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in _tickets(size))
        lines.seek(0)
        command = [python, "-m", "peer.prepare"]
        done = subprocess.run(command, env=environment(), stdin=lines, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _tickets(size: int) -> Iterator[dict[str, Any]]:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    dice = Random(3)
    kinds = list(texts.SAYINGS)
    for number in range(size + fill.OPEN):
        is_open = number >= size
        age = timedelta(days=7) * dice.random() if is_open else timedelta(days=7 + 365 * dice.random())
        text = texts.saying(dice, dice.choice(kinds), "澜江大道", "星湖花园")
        yield {"at": (now - age).isoformat(), "open": is_open, "title": text[:60], "description": text}


@contextmanager
def serving(python: Path) -> Iterator[int]:
    """Run the peer; gives its port."""
    port = place.free_port()
    with place.serving([str(python), "-m", "peer.serve", str(port)], environment(), port, "/login/"):
        yield port


def creations(told: dict[str, Any], asks: list[Ask]) -> list[Ask]:
    """Return the same orders as tickets of the peer's API."""
    found = []
    for ask in asks:
        order = json.loads(ask.body or b"{}")
        contact = f"{order['contact_name']} {order['contact_phone']}\n{order['address']}"
        ticket = {"queue": told["queue"], "title": order["description"][:60], "priority": 3,
                  "description": f"{order['description']}\n{contact}"}  # fmt: skip
        headers = {"Authorization": f"Token {told['token']}", "Content-Type": "application/json"}
        found.append(Ask("POST", "/api/tickets/", headers, json.dumps(ticket).encode(), 201))
    return found


def listing(told: dict[str, Any], search: str = "", statuses: tuple[int, ...] = (1,)) -> Ask:
    """Return the request that the peer's ticket page sends for its first fifty rows, newest first."""
    query = {"filtering": {"status__in": list(statuses)}, "filtering_null": {}, "sorting": "created",
             "sortreverse": True, "search_string": search}  # fmt: skip
    code = base64.b64encode(json.dumps(query).encode()).decode()
    table = "draw=1&start=0&length=50&order%5B0%5D%5Bcolumn%5D=5&order%5B0%5D%5Bdir%5D=desc&search%5Bvalue%5D="
    return Ask("GET", f"/datatables_ticket_list/{code}?{table}", {"Cookie": f"sessionid={told['session']}"})


def measure(size: int, *, quick: bool) -> list[Row]:
    """Measure both in turn, three rounds of each case."""
    python = ensure_environment()
    told = prepare(python, size)
    seconds, rounds = (1.0, 2) if quick else (3.0, 3)
    clients = Clients(4)
    rows: list[Row] = []
    with ExitStack() as stack:
        stack.callback(clients.close)
        site = Site(size, stack.enter_context(place.web(fill.database_of(size))))
        port = stack.enter_context(serving(python))
        stack.callback(fill.tidy, site.database)
        stack.callback(_tidy, told["last"])
        ours = [as_person(ask, site.people[PROVINCE][0]) for ask in new_orders(300, 5)]
        theirs = creations(told, ours)
        cases = [
            ("create, 1 client", 1, ours, theirs),
            ("create, 4 clients", 4, ours, theirs),
            ("list of 50 open", 1, [site.api(PROVINCE, "?status=open")], [listing(told)]),
            ("list of 50, all", 1, [site.api(PROVINCE, "")], [listing(told, statuses=(1, 2, 3, 4, 5))]),
            (
                "search for words",
                1,
                [site.api(PROVINCE, "?q=%E5%81%9C%E7%94%B5")],
                [listing(told, "停电", (1, 2, 3, 4, 5))],
            ),
        ]
        for name, count, mine, peers in cases:
            for where, asks in ((site.port, mine), (port, peers)):
                status, body = one(where, asks[0])
                if status != asks[0].status:
                    raise RuntimeError(f"{asks[0].path}: {status} {body[:500]!r}")
            got: dict[int, list[float]] = {site.port: [], port: []}
            for _ in range(rounds):
                for where, asks in ((site.port, mine), (port, peers)):
                    got[where] += clients.run(where, asks, clients=count, seconds=seconds, warm=0.5).times
            pair = [
                results.timed(GROUP, f"{name}: {who}", got[where], rounds * seconds, size=size, clients=count)
                for who, where in (("open95598", site.port), ("django-helpdesk", port))
            ]
            assert pair[0].rate
            assert pair[1].rate
            pair[1].value = f"open95598 is × {pair[0].rate / pair[1].rate:.2f} as fast"
            rows += pair
    return rows


def _tidy(last: int) -> None:
    with place.owner(DATABASE) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM helpdesk_ticket WHERE id > %s", [last])


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="archived orders, and closed tickets")
    parser.add_argument("--quick", action="store_true", help="short measurements")
    given = parser.parse_args()
    place.start_server()
    fill.ensure(given.size)
    rows = measure(given.size, quick=given.quick)
    results.save("compare", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
