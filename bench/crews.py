"""What an assignment of crews is worth, and what it takes: ``python -m bench.crews``.

Storm days that are made up: work appears over hours, crews are assigned anew every five minutes, whoever is under way
stays under way; travel and work take other times than were planned for. Beside it a desk that sends whoever can be
there first to what came first. Then the time of one plan by the solver at several sizes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from dataclasses import dataclass, replace

from bench import place, results
from bench.results import Row
from open95598.service.crews import assigning
from open95598.service.crews.values import Crew, Job, Plan, Weights, distance

SEED = 95598
EVERY = 5.0
SKILLS = ("low", "medium", "cable")
#: customers below what fails; of so many faults one darkens an important user
DARK, IMPORTANT = (1, 1, 1, 1, 3, 12, 40, 80, 200), 12
WEIGHTS = Weights()


@dataclass
class Served:
    """What a day came to."""

    jobs: int = 0
    late: int = 0
    hours: float = 0.0
    important: float = 0.0
    seconds: float = 0.0


def storm(jobs: int, crews: int, hours: float, dice: random.Random) -> tuple[list[Job], list[Crew]]:
    """Make a storm: ``since`` of the work is when it is reported, in minutes from the beginning."""
    width = (crews / 10) ** 0.5 * 0.15

    def somewhere() -> tuple[float, float]:
        return 112.5 + dice.uniform(0, width), 28.0 + dice.uniform(0, width)

    work = []
    for number in range(jobs):
        customers = dice.choice(DARK)
        important = dice.randrange(IMPORTANT) == 0
        medium = customers >= 80
        needs = {"medium"} if medium else {"low"}
        needs |= {"cable"} if dice.random() < 0.1 else set()
        work.append(Job(
            f"{number:04}{'!' if important else ''}", somewhere(), since := dice.triangular(0, 60 * hours, 40 * hours),
            since + dice.choice((45.0, 45.0, 90.0)), customers + 100.0 * important, 1.0,
            90.0 if medium else 40.0, frozenset(needs),
        ))  # fmt: skip
    teams = []
    for number in range(crews):
        skills = ("low", "medium", "cable") if number % 3 == 0 else ("low", "medium") if number % 3 == 1 else ("low",)
        teams.append(Crew(f"{number:03}", somewhere(), 0.0, frozenset(skills), (), 30.0))
    return work, teams


def live(work: list[Job], teams: list[Crew], plans: object, seed: int) -> Served:
    """Let a day pass under a way of planning (a function of work, crews and weights)."""
    told = Served(len(work))
    waiting, free = sorted(work, key=lambda job: job.since), {crew.key: crew for crew in teams}
    now = 0.0
    while waiting:
        known = [job for job in waiting if job.since <= now]
        if known and any(crew.free <= now for crew in free.values()):
            began = time.perf_counter()
            plan: Plan = plans(  # type: ignore[operator]
                [replace(j, since=j.since - now, limit=(j.limit or 0.0) - now) for j in known],
                [replace(c, free=max(0.0, c.free - now)) for c in free.values()],
                WEIGHTS,
            )
            told.seconds = max(told.seconds, time.perf_counter() - began)
            by_key = {job.key: job for job in known}
            gone = set()
            for name, stops in plan.routes.items():
                if not stops or free[name].free > now:
                    continue
                job, crew = by_key[stops[0].job], free[name]
                # roads and repairs are what they are, the same under either way of planning
                luck = random.Random(f"{seed}/{job.key}")
                assert crew.place is not None
                assert job.place is not None
                way = distance(crew.place, job.place) * WEIGHTS.detour / crew.speed * 60 * luck.uniform(0.8, 1.4)
                arrives = now + way
                leaves = arrives + job.lasts * luck.uniform(0.5, 1.7)
                told.late += arrives > (job.limit or 0.0)
                dark = (leaves - job.since) / 60
                told.important += dark * job.key.endswith("!")
                told.hours += dark * (job.hours - 100.0 * job.key.endswith("!"))
                free[name] = replace(crew, place=job.place, free=leaves)
                gone.add(job.key)
            waiting = [job for job in waiting if job.key not in gone]
        now += EVERY
    return told


def days(jobs: int, crews: int, hours: float, many: int) -> list[Row]:
    """Compare both ways over so many storms."""
    found: dict[str, Served] = {}
    ways = (("solver", assigning.assign), ("first come, first served", assigning.first_come_first_served))
    for name, plans in ways:
        total = Served()
        for number in range(many):
            work, teams = storm(jobs, crews, hours, random.Random(SEED + number))
            day = live(work, teams, plans, SEED + number)
            total.jobs += day.jobs
            total.late += day.late
            total.hours += day.hours
            total.important += day.important
            total.seconds = max(total.seconds, day.seconds)
        found[name] = total
    own, first = found["solver"], found["first come, first served"]
    return [
        Row(
            "Crews: a storm day", f"{jobs} faults × {crews} crews, {name}", count=one.jobs,
            value=f"{one.late / one.jobs:.0%} late, {one.hours / many:,.0f} dark customer-hours, "
                  f"{one.important / many:,.0f} h of important users",
            goal="fewer of all three" if one is own else "",
            met=(own.late < first.late and own.hours < first.hours and own.important < first.important)
            if one is own else None,
            note=f"{many} storms of {hours:g} h; longest plan {one.seconds:.1f} s",
        )
        for name, one in found.items()
    ]  # fmt: skip


def speed(jobs: int, crews: int, goal: float, times: int) -> Row:
    """Measure one plan of everything at once."""
    seconds, busy = [], time.process_time()
    for number in range(times):
        work, teams = storm(jobs, crews, 1, random.Random(SEED + number))
        began = time.perf_counter()
        assigning.assign([replace(job, since=-job.since, limit=(job.limit or 0) - 60) for job in work], teams, WEIGHTS)
        seconds.append(time.perf_counter() - began)
    median = statistics.median(seconds)
    return Row(
        "Crews: time of a plan", f"{jobs} faults × {crews} crews", count=times, p50=median * 1000,
        value=f"at most {max(seconds):.1f} s", goal=f"≤ {goal:g} s", met=median <= goal,
        note=f"{(time.process_time() - busy) / times:.1f} s of processor time each",
    )  # fmt: skip


def main() -> None:
    """Measure and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few storms")
    given = parser.parse_args()
    rows = days(30, 10, 2, 4 if given.quick else 30)
    if not given.quick:
        rows += days(300, 60, 4, 3)
    rows += [speed(30, 10, 1, 5), speed(300, 60, 10, 1 if given.quick else 3)]
    place.start_server()  # the table names the machine by it
    results.save("crews", rows, quick=given.quick, method=__doc__ or "")


if __name__ == "__main__":
    main()
