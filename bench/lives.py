"""The rows of made-up orders: case, order, clocks, journal and events of a whole life, as lines for COPY.

Everything that the product computes of a row is computed by its own functions: search keys, order numbers, journal
bodies and hashes, so that the result can be read, searched and verified like any other. Each order has its case, two
clocks, a journal entry and an event for every step of its life; the entries' personal content lies apart as always.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from bench import place, texts

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
                (f'{{"kind":"{kind}","unit":{unit},"number":"{code}","category":"{category}","priority":"normal"'
                 f',"action":"{action}","from":"{before}","to":"{state}"}}'), "t",
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
