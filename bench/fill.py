"""Fills a database with archived and open orders: ``python -m bench.fill --size 1000000``. Kept for the next run.

Rows are written by COPY, in two processes, with secondary indexes dropped and built again; foreign keys are not
checked while loading. Everything that the product computes of a row is computed by its own functions: search keys,
order numbers, journal bodies and hashes, so that the result can be read, searched and verified like any other.
Each order has its case, two clocks, a journal entry and an event for every step of its life; the entries' personal
content lies apart as always. Archived orders lie in the year before now, open ones mostly in the last week.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from multiprocessing import get_context
from random import Random
from typing import Any

from bench import place, texts

OPEN = 100_000
CHUNK = 5_000
#: raise it when what is written changes: databases of an older form are loaded again
FORM = 3
#: tables, units, people, rulebook, calendars, a year of partitions: what every other database is copied from
BASE = "bench_base"
YEAR = timedelta(days=365)

#: states of open orders with their shares
OPEN_STATES = {"created": 5, "dispatched": 20, "accepted": 50, "replied": 25}
#: the entries of a life, by state reached: action and the minutes after the one before
LIFE = (
    ("dispatch", "dispatched", 4),
    ("accept", "accepted", 25),
    ("reply", "replied", 170),
    ("archive", "archived", 240),
)
REACHED = {"created": 0, "dispatched": 1, "accepted": 2, "replied": 3, "archived": 4}
#: journal entries (and events) of the longest life
ENTRIES = 1 + len(LIFE)

TABLES = {
    "casework_case": (
        "id journal_seq journal_head kind state back_state version flow_version rulebook_version unit_id"
        " opened_by_unit_id owner_id scope sight confidential recused_people recused_units is_open opened_at"
        " state_since closed_at due_at due_clock warn_at breached review_level"
    ),
    "workorders_workorder": (
        "case_id number category priority description contact_name contact_phone address place channel anonymous"
        " confidential received_at registered_by_id source source_ref route_note dispatched_at accepted_at replied_at"
        " called_back_at cause ownership evaluation result answer satisfaction closed_at_once attempts returns"
        " reopenings search"
    ),
    "casework_caseclock": (
        "case_id name round state calendar limit_minutes warn_minutes started_at due_at warn_at stopped_at warned_at"
        " breached_at escalated next_at"
    ),
    "journal_entry": "id at stream seq kind actor_id case_id body prev hash",
    "journal_personal": "entry_id name salt content",
    "event": "id at type key case_id payload relayed",
}


def database_of(size: int) -> str:
    """Return the name of the database that holds ``size`` archived orders."""
    return f"bench_{size}"


@dataclass(frozen=True)
class Job:
    """One chunk of orders: cases from ``first``, journal entries and events from ``entry`` on."""

    seed: int
    first: int
    count: int
    entry: int
    start: datetime
    end: datetime
    is_open: bool
    now: datetime


def ensure(size: int, *, opened: int = OPEN, say: Any = print) -> float | None:
    """Load the database of ``size`` archived and ``opened`` open orders unless it is there; return seconds, if any."""
    name = database_of(size)
    context = get_context("spawn")
    if _is_loaded(name, size, opened):
        in_child(context, migrate, name)
        return None
    say(f"loading {size:,} archived and {opened:,} open orders …")
    began = time.monotonic()
    if not place.exists(BASE):
        place.create(f"{BASE}_new", fresh=True)
        in_child(context, _prepare, f"{BASE}_new")
        place.rename(f"{BASE}_new", BASE)
    place.create(name, template=BASE, fresh=True)
    in_child(context, migrate, name)
    # the clock of the wall: what is loaded must look like yesterday and today when pages are measured
    now = datetime.now(UTC).replace(microsecond=0)
    jobs = list(_jobs(size, opened, now))
    with place.owner(name) as connection:
        indexes = drop_indexes(connection)
    said = time.monotonic()
    with context.Pool(2, initializer=_begin, initargs=(name,)) as pool:
        for done, _ in enumerate(pool.imap_unordered(_load, jobs), 1):
            if time.monotonic() - said > 20:
                said = time.monotonic()
                say(f"  {done * CHUNK:,} orders after {said - began:.0f} s")
    with place.owner(name) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET max_parallel_maintenance_workers = 2")
        for definition in indexes:
            connection.execute(definition)
        last = jobs[-1]
        for sequence, value in (
            ("casework_case_id_seq", last.first + last.count),
            ("journal_entry_id_seq", last.entry + last.count * ENTRIES),
            ("event_id_seq", last.entry + last.count * ENTRIES),
        ):
            connection.execute("SELECT setval(%s, %s)", [sequence, value])
        connection.execute("VACUUM (ANALYZE, PARALLEL 2)")
        connection.execute("CHECKPOINT")
        connection.execute(
            "CREATE TABLE bench_loaded AS SELECT %s::int AS form, %s::int AS size, %s::int AS opened,"
            " %s::bigint AS last_case, %s::bigint AS last_entry, now() AS at",
            [FORM, size, opened, last.first + last.count, last.entry + last.count * ENTRIES],
        )
    seconds = time.monotonic() - began
    say(f"  loaded in {seconds:.0f} s")
    return seconds


def tidy(name: str) -> None:
    """Take away the orders that a measurement added, so that the next one finds what was loaded."""
    with place.owner(name) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # the journal refuses otherwise
        case, entry = connection.execute("SELECT last_case, last_entry FROM bench_loaded").fetchone() or (0, 0)
        for table, column in (("casework_caseclock", "case_id"), ("workorders_workorder", "case_id"),
                              ("casework_case", "id")):  # fmt: skip
            connection.execute(f"DELETE FROM {table} WHERE {column} > %s", [case])
        for table, column in (("journal_entry", "id"), ("journal_personal", "entry_id"), ("event", "id"),
                              ("delivery", "id")):  # fmt: skip
            connection.execute(f"DELETE FROM {table} WHERE {column} > %s", [entry])
        connection.execute("DELETE FROM idempotency_answered")
        # the people whose tokens were journalled, and streams without a row: their heads go back as well
        connection.execute(
            "UPDATE people_person p SET journal_seq = e.seq, journal_head = e.hash FROM (SELECT DISTINCT ON (stream)"
            " stream, seq, hash FROM journal_entry WHERE stream LIKE 'person/%' ORDER BY stream, seq DESC) e"
            " WHERE e.stream = 'person/' || p.id AND p.journal_seq <> e.seq"
        )
        connection.execute(
            "DELETE FROM journal_stream s WHERE NOT EXISTS (SELECT FROM journal_entry e WHERE e.stream = s.key)"
        )


def _is_loaded(name: str, size: int, opened: int) -> bool:
    if not place.exists(name):
        return False
    with place.owner(name) as connection:
        found = connection.execute("SELECT to_regclass('bench_loaded')").fetchone()
        if not found or found[0] is None:
            return False
        row = connection.execute("SELECT form, size, opened FROM bench_loaded").fetchone()
        return row == (FORM, size, opened)


def in_child(context: Any, task: Any, *given: Any) -> None:
    """Run a task in a process of its own: Django has one database for the life of a process."""
    process = context.Process(target=task, args=given)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{task.__name__} failed")


def migrate(name: str) -> None:
    """Bring a database that was kept to the tables of today."""
    place.use(name)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _prepare(name: str) -> None:
    """Make the tables, the units and people of the demonstration utility, and a year of partitions."""
    place.use(name)
    from django.core.management import call_command

    from open95598.foundation import clock
    from open95598.foundation.calendars import services as calendars
    from open95598.foundation.events import partitions as event_partitions
    from open95598.foundation.journal import partitions
    from open95598.foundation.rulebook import store
    from open95598.project.demo import organisation

    call_command("migrate", verbosity=0)
    now = clock.now()
    founded = now - YEAR - timedelta(days=40)
    partitions.ensure("journal_entry", founded, partitions.ahead(now))
    event_partitions.ensure(founded, partitions.ahead(now))
    for year in range(founded.year, now.year + 2):
        calendars.seed("cn", year, None, founded)
    organisation.build_people(organisation.build_units(founded), founded, lambda done, of: None)
    store.current(now)


def _jobs(size: int, opened: int, now: datetime) -> Iterator[Job]:
    """Cut the orders into chunks, ids rising with time as they would; room for the longest life of each."""
    case, entry = 1, 10_000  # below that lie the entries of units and people
    week = now - timedelta(days=7)
    parts = [(size, week - YEAR, week, False)]
    parts += [(opened // 20, now - timedelta(days=40), week, True), (opened - opened // 20, week, now, True)]
    for number, start, end, is_open in parts:
        done = 0
        while done < number:
            count = min(CHUNK, number - done)
            span = end - start
            yield Job(
                seed=case, first=case, count=count, entry=entry, is_open=is_open, now=now,
                start=start + span * (done / number), end=start + span * ((done + count) / number),
            )  # fmt: skip
            done, case, entry = done + count, case + count, entry + count * ENTRIES


def drop_indexes(connection: Any) -> list[str]:
    """Drop the secondary indexes of the tables that are loaded; return what makes them again."""
    definitions = []
    for table in TABLES:
        rows = connection.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid WHERE i.indrelid = %s::regclass AND c.oid IS NULL",
            [table],
        ).fetchall()
        for name, definition in rows:
            definitions.append(definition.replace(" ON ONLY ", " ON "))
            connection.execute(f"DROP INDEX {name}")
    return definitions


class Maker:
    """What a loading process knows: units, people, rules; makes the lines of one order."""

    def __init__(self, name: str) -> None:
        from open95598.casework import registry
        from open95598.foundation.people.models import Person
        from open95598.foundation.rulebook import store
        from open95598.foundation.units.models import Unit

        units = list(Unit.objects.all())
        self.lineage = {u.pk: "{" + ",".join(map(str, u.lineage)) + "}" for u in units}
        self.places = texts.Places({u.code: u.pk for u in units})
        self.seat = next(u for u in units if u.level == "province")
        self.agents = [(p.pk, p.name) for p in Person.objects.filter(username__startswith="agent").order_by("pk")]
        self.owners: dict[int, list[int]] = {}
        for pk, unit_id in Person.objects.order_by("pk").values_list("pk", "unit_id"):
            self.owners.setdefault(unit_id, []).append(pk)
        rules = store.current(datetime.now(UTC))
        self.rulebook = rules.version
        self.kinds = list(texts.PROPORTIONS)
        self.weights = list(texts.PROPORTIONS.values())
        self.flow_version = {kind: registry.flow(kind).version for kind in self.kinds}
        self.confidential = {kind: rules.kind(kind).confidential for kind in self.kinds}
        self.categories = {
            kind: [c.code for top in rules.categories(kind) for c in top.walk() if not c.children]
            for kind in self.kinds
        }
        self.connection = place.owner(name)
        self.connection.execute("SET session_replication_role = replica")  # no checks of foreign keys
        self.connection.execute("SET synchronous_commit = off")

    def chunk(self, job: Job) -> dict[str, list[str]]:
        """Return the lines of COPY for every table."""
        dice = Random(job.seed)
        lines: dict[str, list[str]] = {table: [] for table in TABLES}
        step = (job.end - job.start) / job.count
        for number in range(job.count):
            at = job.start + step * number
            self.order(dice, lines, job, job.first + number, job.entry + number * ENTRIES, at)
        return lines

    def order(self, dice: Random, lines: dict[str, list[str]], job: Job, case: int, entry: int, at: datetime) -> None:
        """Add the lines of one order and all that lies beside it."""
        from open95598.service.workorders import words

        (kind,) = dice.choices(self.kinds, self.weights)
        road, estate, address, unit = self.places.draw(dice)
        name, phone = texts.person(dice)
        description = texts.saying(dice, kind, road, estate)
        state = "archived"
        if job.is_open:
            (state,) = dice.choices(list(OPEN_STATES), list(OPEN_STATES.values()))
            if kind == "praise":
                state = "created"
        reached = REACHED[state]
        if kind == "praise" and reached:
            reached, state = 4, "archived"
        holder = unit if reached else self.seat.pk
        owner = dice.choice(self.owners.get(unit) or [None]) if reached >= 2 else None
        agent = dice.choice(self.agents)
        category = dice.choice(self.categories[kind])
        ended, limit, breached = self._clocks(dice, lines, job, case, at, state)
        moments = [at]
        for _action, _state, minutes in LIFE[:reached]:
            moments.append(moments[-1] + timedelta(minutes=minutes * (0.5 + dice.random())))
        if job.is_open:  # nothing of an open order lies ahead
            moments = [min(moment, job.now) for moment in moments]
        times = [_time(moment) for moment in moments]
        local = at + timedelta(hours=8)
        code = words.number(local.date(), self.seat.code, case * 2_654_435_761)  # scattered, and each once
        seq, head = self._journal(dice, lines, case, entry, moments, times, kind, unit, agent, code, category,
                                  {"description": description, "contact_name": name, "contact_phone": phone,
                                   "address": address})  # fmt: skip
        scope = self.lineage[holder]
        due = limit if job.is_open else None
        lines["casework_case"].append("\t".join((
            str(case), str(seq), head, kind, state, "", str(1 + reached), str(self.flow_version[kind]), self.rulebook,
            str(holder), str(self.seat.pk), str(owner) if owner else "\\N", scope, scope,
            "t" if self.confidential[kind] else "f", "{}", "{}", "t" if job.is_open else "f", times[0], times[-1],
            "\\N" if job.is_open else times[-1], _time(due) if due else "\\N", ended if job.is_open else "",
            _time(due - timedelta(minutes=30)) if due else "\\N", "t" if breached else "f", "0",
        )))  # fmt: skip

        def reached_at(number: int) -> str:
            return times[number] if reached >= number else "\\N"

        keys = _keys(address).union(_keys(name), *map(_keys, description.split("，")))
        lines["workorders_workorder"].append("\t".join((
            str(case), code, category, "normal", description, name, phone, address, words.plain(address), "phone",
            "f", "f", times[0], str(agent[0]), "", "", "{}", reached_at(1), reached_at(2), reached_at(3), reached_at(4),
            "", "", "", "resolved" if reached >= 3 else "", dice.choice(texts.ANSWERS) if reached >= 3 else "",
            "satisfied" if reached == 4 else "", "f", "1" if reached == 4 else "0", "0", "0",
            "{" + ",".join(map(str, keys)) + "}",
        )))  # fmt: skip

    def _clocks(self, dice: Random, lines: dict[str, list[str]], job: Job, case: int, at: datetime,
                state: str) -> tuple[str, datetime, bool]:  # fmt: skip
        """Add a stopped clock and one that runs (or ended with the order); return its name, its due, if it was late.

        One in fifteen is late; open ones that are not are due in the hours and days after now.
        """
        name = "dispatch" if state == "created" else "answer"
        limit = 24 * 60 * dice.choice((1, 3, 7))
        breached = dice.random() < 1 / 15
        due = at + timedelta(minutes=limit)
        if job.is_open:
            due = job.now + timedelta(minutes=dice.randrange(60, 5 * 24 * 60)) * (-0.5 if breached else 1)
            due = max(due, at + timedelta(minutes=1))
            breached = due <= job.now
        started, ends = _time(at), _time(due)
        warn = _time(due - timedelta(minutes=30))
        runs = job.is_open
        stopped = "\\N" if runs else _time(at + timedelta(hours=8))
        missed = ends if breached else "\\N"
        next_at = "\\N" if breached or not runs else warn
        lines["casework_caseclock"].append("\t".join((
            str(case), name, "1", "running" if runs else "stopped", "cn", str(limit), "30", started, ends, warn,
            stopped, missed, missed, "0", next_at,
        )))  # fmt: skip
        if state != "created":
            soon, later = _time(at + timedelta(minutes=4)), _time(at + timedelta(minutes=30))
            lines["casework_caseclock"].append("\t".join((
                str(case), "dispatch", "1", "stopped", "", "30", "10", started, later, soon, soon, "\\N", "\\N", "0",
                "\\N",
            )))  # fmt: skip
        return name, due, breached

    def _journal(self, dice: Random, lines: dict[str, list[str]], case: int, entry: int, moments: list[datetime],
                 times: list[str], kind: str, unit: int, agent: tuple[int, str], code: str, category: str,
                 personal: dict[str, str]) -> tuple[int, str]:  # fmt: skip
        """Add an entry and an event for every step; return where the case's stream ends."""
        from open95598.foundation.journal import chain

        stream = f"case/{case}"
        head, before = b"", "created"
        for seq, (moment, time_) in enumerate(zip(moments, times, strict=True), 1):
            action, state, _minutes = ("opened", "created", 0) if seq == 1 else LIFE[seq - 2]
            commitments: dict[str, str] = {}
            if seq == 1:
                data: dict[str, Any] = {"kind": kind, "to": "created", "unit": self.seat.pk, "via": "page", "flow": 1,
                                        "rulebook": self.rulebook, "number": code, "category": category}  # fmt: skip
                for name, content in personal.items():
                    salt = dice.randbytes(chain.SALT_BYTES)
                    commitments[name] = chain.commitment(salt, content)
                    lines["journal_personal"].append(f"{entry}\t{name}\t\\\\x{salt.hex()}\t{content}")
            else:
                data = {"action": action, "via": "page", "input": {}, "from": before, "to": state, "version": seq}
            id_ = entry + seq - 1
            body = chain.body_of(
                entry_id=id_, stream=stream, seq=seq, kind=f"case.{action}", at=moment, actor_id=agent[0],
                actor_name=agent[1], case_id=case, data=data, personal=commitments,
            )  # fmt: skip
            hash_ = chain.link(head, body)
            lines["journal_entry"].append("\t".join((
                str(id_), time_, stream, str(seq), f"case.{action}", str(agent[0]), str(case),
                body.replace("\\", "\\\\"), f"\\\\x{head.hex()}", f"\\\\x{hash_.hex()}",
            )))  # fmt: skip
            lines["event"].append("\t".join((
                str(id_), time_, f"case.{action}", stream, str(case),
                f'{{"kind":"{kind}","unit":{unit},"number":"{code}","category":"{category}","priority":"normal"'
                f',"action":"{action}","from":"{before}","to":"{state}"}}', "t",
            )))  # fmt: skip
            head, before = hash_, state
        return len(moments), f"\\\\x{head.hex()}"


@lru_cache(maxsize=20_000)
def _keys(text: str) -> frozenset[int]:
    """Return the search keys of a part of a text (no key reaches over a comma)."""
    from open95598.service.workorders import words

    return frozenset(words.search_keys((text,)))


def _time(at: datetime) -> str:
    return at.isoformat()


_maker: Maker | None = None


def _begin(name: str) -> None:
    global _maker  # noqa: PLW0603  one maker for the life of a loading process
    place.use(name)
    _maker = Maker(name)


def _load(job: Job) -> int:
    assert _maker is not None
    lines = _maker.chunk(job)
    with _maker.connection.transaction(), _maker.connection.cursor() as cursor:
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({columns.replace(' ', ', ')}) FROM STDIN") as copy:
                copy.write("\n".join(lines[table]) + "\n")
    return job.count


def main() -> None:
    """Load one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="archived orders")
    parser.add_argument("--open", type=int, default=OPEN, help="open orders")
    given = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    place.start_server()
    if ensure(given.size, opened=given.open) is None:
        print(f"{database_of(given.size)} is loaded")


if __name__ == "__main__":
    main()
