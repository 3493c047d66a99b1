"""Finding a customer in one box: ``python -m bench.registry --size 1000000``. In this process, through the product.

The registry is made by the product's own generator (``open95598 registry generate``), in a database of its own, and
kept for the next run. Each question is asked once, in random order, as an agent of the province and as one of a county,
after other questions of its kind; nothing is remembered between questions. "warm": the caches of database and system
are as the questions before left them; nothing was emptied, nothing was read ahead. For questions that mean one account
it is looked for among the first ten answers.

``--import N`` imports so many accounts from a CSV file through the product's own import into a registry of its own,
20,000 of them from CSV, a workbook and Parquet one after the other, and once more killed at half and resumed.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bench import accounts, fill, place, results
from bench.results import Row
from open95598.registry.customers import invented

GOAL_MS = 50.0
#: how many rows are looked at to make questions of
SAMPLE = 2000


@dataclass(frozen=True)
class Known:
    """An account that is there, from which questions are made."""

    number: str
    phone: str
    meter: str
    name: str
    sounds: str
    initials: str
    text: str
    community: str
    building: str
    room: str


def _slip(dice: Random, name: str) -> str:
    """Another character of the same sound, a missing one, or a wrong one."""
    alike = {"园": "圆", "阳": "洋", "花": "华", "城": "成", "苑": "院", "府": "付", "路": "陆", "金": "今", "水": "谁"}
    at = dice.randrange(len(name))
    way = dice.randrange(3)
    if way == 0:
        return "".join(alike.get(c, c) for c in name)
    return name[:at] + ("" if way == 1 else "某") + name[at + 1 :]


def _door(known: Known) -> str:
    return f"{known.building}栋{known.room}"


WAYS: dict[str, tuple[Callable[[Random, Known], str], bool]] = {
    "phone": (lambda _d, k: k.phone, True),
    "phone, first 7 digits": (lambda _d, k: k.phone[:7], False),
    "account number": (lambda _d, k: k.number, True),
    "account number, first 8 digits": (lambda _d, k: k.number[:8], False),
    "meter": (lambda _d, k: k.meter, True),
    "name": (lambda _d, k: k.name, False),
    "letters of the name": (lambda _d, k: k.sounds, False),
    "initials": (lambda _d, k: k.initials, False),
    "initials and estate": (lambda _d, k: f"{k.initials} {k.community}", True),
    "address in full": (lambda _d, k: k.text, True),
    "estate and door": (lambda _d, k: k.community + _door(k), True),
    "estate with a slip, and door": (lambda d, k: _slip(d, k.community) + _door(k), True),
    "estate only": (lambda _d, k: k.community, False),
    "nothing such": (lambda d, _k: f"未名{d.choice('东西南北')}苑{d.randrange(90)}栋{d.randrange(900)}", False),
}


def database_of(size: int) -> str:
    """Return the name of the database that holds so many accounts."""
    return f"bench_registry_{size}"


def _base(context: Any) -> None:
    if not place.exists(fill.BASE):
        place.create(f"{fill.BASE}_new", fresh=True)
        fill.in_child(context, fill.prepare, f"{fill.BASE}_new")
        place.rename(f"{fill.BASE}_new", fill.BASE)


def _migrate(name: str) -> None:
    place.use(name)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _make(name: str, size: int, part: tuple[int, int]) -> None:
    place.use(name)
    from open95598.foundation import clock
    from open95598.registry.customers import generating

    began = time.monotonic()
    said = [began]

    def say(done: int) -> None:
        if time.monotonic() - said[0] > 20:
            said[0] = time.monotonic()
            print(f"  account {done:,} after {said[0] - began:.0f} s", flush=True)

    added = generating.generate(size, 1, clock.now(), say, part=part)
    print(f"  {added:,} accounts by process {part[0]} in {time.monotonic() - began:.0f} s", flush=True)


def ensure(size: int) -> float:
    """Make the database of ``size`` accounts unless it is there; return the seconds it took."""
    name, context = database_of(size), get_context("spawn")
    began = time.monotonic()
    _base(context)
    if not place.exists(name):
        place.create(name, template=fill.BASE)
    fill.in_child(context, _migrate, name)
    with place.owner(name) as connection:
        made = connection.execute("SELECT count(*) FROM customers_customeraccount").fetchone()
        if not _kept(connection) and made == (size,):
            return 0
        _strip(connection, name)
        with context.Pool(2) as pool:
            pool.starmap(_make, [(name, size, (part, 2)) for part in range(2)], chunksize=1)
        _dress(connection, name)
    return time.monotonic() - began


def _kept(connection: Any) -> list[str]:
    """Return the definitions of indexes that a making which was broken off has left out."""
    connection.execute("CREATE TABLE IF NOT EXISTS bench_indexes (definition text)")
    return [definition for (definition,) in connection.execute("SELECT definition FROM bench_indexes").fetchall()]


def _strip(connection: Any, name: str) -> None:
    """Take the indexes off and do not check foreign keys while rows are made; what was taken off is written down."""
    from open95598.project import keeper
    from open95598.registry.customers import loading

    tables = [loading.table(table) for table in loading.TABLES]
    with connection.transaction():
        for definition in fill.drop_indexes(connection, tables):
            connection.execute("INSERT INTO bench_indexes VALUES (%s)", [definition])
    connection.execute(f"ALTER ROLE {keeper.ROLE} IN DATABASE {name} SET session_replication_role = replica")


def _dress(connection: Any, name: str) -> None:
    from open95598.project import keeper

    connection.execute(f"ALTER ROLE {keeper.ROLE} IN DATABASE {name} RESET session_replication_role")
    connection.execute("SET maintenance_work_mem = '1GB'")
    for definition in _kept(connection):
        with connection.transaction():
            connection.execute(definition)
            connection.execute("DELETE FROM bench_indexes WHERE definition = %s", [definition])
    connection.execute("VACUUM (ANALYZE, PARALLEL 2)")


def sample(dice: Random, size: int) -> list[Known]:
    """Return accounts from all over the registry that stand in an estate."""
    from open95598.foundation import bulk

    numbers = [f"95{dice.randrange(size):010d}" for _ in range(SAMPLE * 2)]
    rows = bulk.fetch(
        "SELECT a.number, k.value, m.number, c.name, c.sounds, c.initials, l.text, p.name, l.building, l.room"
        " FROM customers_customeraccount a JOIN customers_accountparty y ON y.account_id = a.id"
        " JOIN customers_customer c ON c.id = y.customer_id JOIN customers_contactpoint k ON k.customer_id = c.id"
        " JOIN customers_customeragreement g ON g.account_id = a.id"
        " JOIN customers_usagepoint u ON u.agreement_id = g.id"
        " JOIN customers_meter m ON m.point_id = u.id JOIN customers_servicelocation l ON l.id = u.location_id"
        " JOIN customers_place p ON p.id = l.community_id WHERE a.number = ANY(%s) AND c.kind = 'person'"
        " AND l.entrance <> ''",
        [numbers],
    )
    dice.shuffle(rows)
    return [Known(*row) for row in rows[:SAMPLE]]


def measure(size: int, count: int) -> list[Row]:
    """Return a row a way of asking and reader."""
    from open95598.foundation import clock
    from open95598.foundation.people.models import Person
    from open95598.foundation.people.rights import load
    from open95598.registry.customers import queries

    dice = Random(11)
    known = sample(dice, size)
    found: list[Row] = []
    for username, reader in ((accounts.PROVINCE, "province"), (accounts.COUNTY, "county")):
        rights = load(Person.objects.get(username=username), clock.now())
        for way, (ask, one) in WAYS.items():
            asked = dice.sample(known, min(len(known), count + 20))
            times, hits = [], 0
            for at, whom in enumerate(asked):
                text = ask(dice, whom)
                began = time.perf_counter()
                answers = queries.find(rights, text, 10)
                took = time.perf_counter() - began
                if at >= 20:
                    times.append(took)
                    hits += any(hit.account == whom.number for hit in answers)
            row = results.timed("Finding a customer", f"{way}, {reader}", times, sum(times), size=size, note="warm")
            row.goal, row.met = f"p95 < {GOAL_MS:.0f} ms", bool(row.p95 is not None and row.p95 < GOAL_MS)
            if one and reader == "province":
                row.value = f"{hits / len(times):.1%} among the first 10"
            found.append(row)
    return found


HEADERS = ("户号", "户名", "供电单位", "用电地址", "联系电话", "表号", "客户类型")


def _rows(count: int, units: list[str]) -> Iterator[list[str]]:
    """Yield accounts as a utility would hand them over; the same for the same count."""
    dice = Random(13)
    spots = invented.spots(13, "import", count)
    for index in range(count):
        home = invented.home(dice, index, spots)
        kind = "organisation" if home.organisation else "person"
        text = invented.text_of(home, spots, "临澜市星湖区")
        yield [home.number, home.name, units[index % len(units)], text, home.phone, home.meter, kind]


def _csv(path: Path, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(HEADERS)
        table.writerows(rows)


def _xlsx(path: Path, rows: Iterator[list[str]]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(chain([HEADERS], rows)):
        sheet.write_row(number, 0, row)
    book.close()


def _parquet(path: Path, rows: Iterator[list[str]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = zip(*rows, strict=True)
    parquet.write_table(pa.table({name: list(its) for name, its in zip(HEADERS, columns, strict=True)}), path)


#: the formats that are compared → what writes such a file
FORMATS: dict[str, Callable[[Path, Iterator[list[str]]], None]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}


def _import(name: str, path: str, count: int, keep: Any, killed_at: int) -> None:
    """Import a file that is written first, which is not counted. ``killed_at``: stop hard behind so many rows."""
    place.use(name)
    from open95598.foundation import clock
    from open95598.foundation.transfer import importers, imports
    from open95598.foundation.transfer.models import ImportRun
    from open95598.foundation.units.models import Unit, UnitLevel

    file = Path(path)
    if not file.exists():
        codes = Unit.objects.filter(level=UnitLevel.COUNTY, closed_on=None).values_list("code", flat=True)
        FORMATS[file.suffix[1:]](file, _rows(count, list(codes)))
    began = time.monotonic()
    with file.open("rb") as stream:
        draft = imports.upload(importers.get("accounts"), stream, file.name, person=None, now=clock.now())
    run = imports.prepare(draft, draft.mapping, dry_run=False, all_or_nothing=False, now=clock.now())

    def watch(record: ImportRun) -> None:
        if killed_at and record.read >= killed_at:
            keep.append(time.monotonic() - began)
            os._exit(0)  # as a power cut would: nothing is tidied

    done = imports.run(run.pk, clock.now, progress=watch)
    keep.append(time.monotonic() - began)
    if done.created != count:
        raise RuntimeError(f"{done.created} of {count} came in, {done.rejected} were refused")


def bring_in(count: int, suffix: str, context: Any, *, broken: bool = False) -> Row:
    """Import so many accounts into an empty registry, reading the file included; return how long it took.

    ``broken``: the process is killed at half and another one goes on; both are counted, the rows must come in once.
    """
    name = "bench_registry_import"
    _base(context)
    place.create(name, template=fill.BASE, fresh=True)
    fill.in_child(context, _migrate, name)
    with context.Manager() as manager, TemporaryDirectory(dir=place.HOME) as folder:
        keep = manager.list()
        path = str(Path(folder) / f"accounts.{suffix}")
        for killed_at in (count // 2, 0) if broken else (0,):
            fill.in_child(context, _import, name, path, count, keep, killed_at)
        seconds = sum(keep)
    what = f"importing accounts from {suffix}, one process" + (", killed at half and gone on" if broken else "")
    return Row("Finding a customer", what, size=count, rate=count / seconds, value=f"{seconds:.0f} s")


def _run(name: str, size: int, count: int, keep: Any) -> None:
    place.use(name)
    keep.extend(measure(size, count))


def main() -> None:
    """Make and measure every size that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="accounts; may be given several times")
    parser.add_argument("--count", type=int, default=300, help="questions of each kind")
    parser.add_argument("--import", type=int, default=0, dest="bring_in", help="accounts to import from a CSV file")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    place.start_server()
    context = get_context("spawn")
    rows: list[Row] = []
    usual = [] if given.bring_in else [20_000] if given.quick else [100_000, 1_000_000]
    for size in given.size or usual:
        seconds = ensure(size)
        with context.Manager() as manager:
            keep = manager.list()
            fill.in_child(context, _run, database_of(size), size, given.count, keep)
            rows += list(keep)
        if seconds > 5:
            rows.append(Row("Finding a customer", "making the registry", size=size, value=f"{seconds:.0f} s"))
    if count := given.bring_in or (0 if given.size else 20_000 if given.quick else 1_000_000):
        rows.append(bring_in(count, "csv", context))
        results.show(rows[-1:])
        few = min(count, 20_000)
        rows += [bring_in(few, suffix, context) for suffix in FORMATS if few < count or suffix != "csv"]
        rows.append(bring_in(few, "csv", context, broken=True))
    results.show(rows)
    results.save("registry", rows, quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
