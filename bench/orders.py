"""Creating, listing, searching and opening orders over HTTP: ``python -m bench.orders --size 10000 --size 1000000``.

Every size has a web process of its own, as in production (granian, 2 processes of 8 threads). The sizes are measured
in turn, case by case, so that what disturbs the machine disturbs both. Clients keep their connection, each in its own
process on the same machine; every case is warmed up with requests that do not count.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from urllib.parse import quote

from bench import fill, place, results, texts
from bench.accounts import COUNTY, PROVINCE, TEAM, sign_in
from bench.client import Ask, Clients, as_person, one
from bench.results import Row

FLAT = 1.5
FAST_MS = 100.0
API = "/api/v1/work-orders"
CREATE, READ = "Creating orders (HTTP API)", "Reading (HTTP)"


class Site:
    """One size, served: its port, its people's credentials, and a sample of its orders."""

    def __init__(self, size: int, port: int) -> None:
        self.size, self.port = size, port
        self.database = fill.database_of(size)
        self.people = sign_in(self.database, [PROVINCE, COUNTY, TEAM])
        with place.owner(self.database) as connection:
            rows = connection.execute(
                "SELECT w.number, w.contact_phone FROM generate_series(1, (SELECT max(id) FROM casework_case),"
                " greatest(1, (SELECT max(id) FROM casework_case) / 400)) AS g"
                " JOIN workorders_workorder w ON w.case_id = g JOIN casework_case c ON c.id = g AND NOT c.confidential"
            ).fetchall()
        dice = Random(7)
        dice.shuffle(rows)
        self.numbers = [str(row[0]) for row in rows]
        self.phones = [str(row[1]) for row in rows]
        self.cursors = self._deep(40)

    def api(self, who: str, query: str) -> Ask:
        """Return a read of the API as an account."""
        return Ask("GET", f"{API}{query}", self.people[who][0])

    def page(self, who: str, path: str) -> Ask:
        """Return a page as an account's browser."""
        return Ask("GET", path, self.people[who][1])

    def _deep(self, pages: int) -> str:
        """Return the cursor of a page far down the list."""
        cursor = ""
        for _ in range(pages):
            ask = self.api(PROVINCE, f"?limit=200&cursor={quote(cursor)}")
            status, body = one(self.port, ask)
            if status != 200:
                raise RuntimeError(f"{ask.path}: {status} {body[:300]!r}")
            cursor = json.loads(body)["next_cursor"] or ""
        return cursor


def reads(site: Site) -> list[tuple[str, list[Ask]]]:
    """Return the reading cases: a name and the requests that are sent in turn."""
    api, page = site.api, site.page
    common, rare, none = quote("停电"), quote("变压器异响"), quote("凌霄宝殿")
    found: list[tuple[str, list[Ask]]] = [
        ("list, newest, province", [api(PROVINCE, "")]),
        ("list, open, province", [api(PROVINCE, "?status=open")]),
        ("list, open, county", [api(COUNTY, "?status=open")]),
        ("list, open, team", [api(TEAM, "?status=open")]),
        ("list, all, team", [api(TEAM, "")]),
        ("list, overdue, county", [api(COUNTY, "?status=overdue")]),
        ("list, complaints, province", [api(PROVINCE, "?kind=complaint")]),
        ("list, one county, province", [api(PROVINCE, "?unit=YQ-SY")]),
        ("list, page after 8,000 rows", [api(PROVINCE, f"?cursor={quote(site.cursors)}")]),
        ("search, common words, province", [api(PROVINCE, f"?q={common}")]),
        ("search, common words, team", [api(TEAM, f"?q={common}")]),
        ("search, rare words, province", [api(PROVINCE, f"?q={rare}")]),
        ("search, rare words, team", [api(TEAM, f"?q={rare}")]),
        ("search, words nobody said", [api(PROVINCE, f"?q={none}")]),
        ("search, phone", [api(PROVINCE, f"?q={phone}") for phone in site.phones[:100]]),
        ("search, number", [api(PROVINCE, f"?q={number}") for number in site.numbers[:100]]),
        ("case", [api(PROVINCE, f"/{number}") for number in site.numbers[:200]]),
        ("timeline", [api(PROVINCE, f"/{number}/timeline") for number in site.numbers[:200]]),
        ("work list page, province", [page(PROVINCE, "/orders/")]),
        ("work list page, team", [page(TEAM, "/orders/")]),
        ("work list page, all, province", [page(PROVINCE, "/orders/?show=all")]),
        ("work list page, search, province", [page(PROVINCE, f"/orders/?show=all&q={common}")]),
        ("case page", [page(PROVINCE, f"/orders/{number}/") for number in site.numbers[:200]]),
    ]
    return found


def new_orders(count: int, seed: int) -> list[Ask]:
    """Return creations of different orders, as an agent's program would send them."""
    from open95598.project.demo import utility

    dice = Random(seed)
    places = texts.Places({u: 0 for _city, c in utility.counties() for u in (c.code, *(t.code for t in c.teams))})
    categories = {"fault": "fault.lv.no_power", "complaint": "complaint.service.channel.hall_service",
                  "opinion": "opinion.outage", "consultation": "consultation.outage"}  # fmt: skip
    asks = []
    for _ in range(count):
        (kind,) = dice.choices(list(categories), (85, 5, 5, 5))
        road, estate, address, _unit = places.draw(dice)
        name, phone = texts.person(dice)
        order = {
            "kind": kind, "category": categories[kind], "description": texts.saying(dice, kind, road, estate),
            "contact_name": name, "contact_phone": phone, "address": address, "channel": "phone",
        }  # fmt: skip
        asks.append(Ask("POST", API, body=json.dumps(order).encode(), status=201, once=True))
    return asks


def measure(sizes: list[int], *, quick: bool, only: str = "", seconds: float | None = None) -> list[Row]:
    """Measure every size in turn and return the rows, with the ratio of the largest to the smallest."""
    seconds = seconds or (1.0 if quick else 3.0)
    rows: list[Row] = []
    clients = Clients(8)
    with ExitStack() as stack:
        stack.callback(clients.close)
        sites = [Site(size, stack.enter_context(place.web(fill.database_of(size)))) for size in sorted(sizes)]
        try:
            if not only or "create" in only:
                rows += _creations(sites, clients, 2 * seconds)
            for number, (name, _) in enumerate(reads(sites[0])):
                if not only or only in name:
                    rows += _case(sites, clients, seconds, READ, name, lambda site, n=number: reads(site)[n][1])
            if not only:
                rows += _mixed(sites, clients, 2 * seconds)
        finally:
            for site in sites:
                fill.tidy(site.database)
    return rows


def _creations(sites: list[Site], clients: Clients, seconds: float) -> list[Row]:
    rows = []
    asks = new_orders(500, 1)
    for count in (1, 4, 8):
        found = []
        for site in sites:
            mine = [as_person(ask, site.people[PROVINCE][0]) for ask in asks]
            got = clients.run(site.port, mine, clients=count, seconds=seconds, warm=1.5)
            found.append(results.timed(CREATE, "register, with its first dispatch", got.times, got.seconds,
                                       size=site.size, clients=count))  # fmt: skip
        _compare(found, by_rate=True)
        rows += found
    return rows


def _case(sites: list[Site], clients: Clients, seconds: float, group: str, name: str,
          asks: Callable[[Site], list[Ask]]) -> list[Row]:  # fmt: skip
    found = []
    for site in sites:
        mine = asks(site)
        status, body = one(site.port, mine[0])
        if status == 404:
            return [Row(group, name, note="this address does not exist")]
        if status != 200:
            raise RuntimeError(f"{mine[0].path}: {status} {body[:300]!r}")
        got = clients.run(site.port, mine, clients=1, seconds=seconds)
        row = results.timed(group, name, got.times, got.seconds, size=site.size)
        row.goal, row.met = f"p95 < {FAST_MS:.0f} ms", row.p95 is not None and row.p95 < FAST_MS
        found.append(row)
    _compare(found)
    return found


def _mixed(sites: list[Site], clients: Clients, seconds: float) -> list[Row]:
    """Let four clients read everything in turn: what a page costs while others read too."""

    def everything(site: Site) -> list[Ask]:
        chosen = [asks[at % len(asks)] for _name, asks in reads(site) for at in range(4)]
        return [ask for ask in chosen if one(site.port, ask)[0] == 200]

    found = []
    for site in sites:
        got = clients.run(site.port, everything(site), clients=4, seconds=seconds, warm=1.0)
        found.append(results.timed(READ, "all of the above in turn", got.times, got.seconds, size=site.size, clients=4))
    _compare(found)
    return found


def _compare(rows: list[Row], *, by_rate: bool = False) -> None:
    """Write the ratio of the largest size to the smallest into the last row: 1 is flat, above it is slower."""
    if len(rows) < 2:
        return
    small, large = rows[0], rows[-1]
    assert all((small.rate, large.rate, small.p50, large.p50))
    ratio = small.rate / large.rate if by_rate else large.p50 / small.p50
    large.value = f"× {ratio:.2f}"
    flat = ratio <= FLAT
    large.goal = f"{large.goal}, flat ≤ {FLAT}" if large.goal else f"flat ≤ {FLAT}"
    large.met = flat if large.met is None else large.met and flat


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="archived orders; may be given several times")
    parser.add_argument("--quick", action="store_true", help="short measurements")
    parser.add_argument("--only", default="", help="only the cases whose name holds this")
    parser.add_argument("--seconds", type=float)
    given = parser.parse_args()
    sizes = given.size or ([10_000] if given.quick else [10_000, 1_000_000])
    place.start_server()
    for size in sizes:
        fill.ensure(size)
    rows = measure(sizes, quick=given.quick, only=given.only, seconds=given.seconds)
    if given.only:
        results.show(rows)
    else:
        results.save("orders", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
