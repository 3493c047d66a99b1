"""A storm day on the demonstration utility: its simulator plays a storm, while desks, meters, customers' pages and two
dispatchers load it from outside, and web, worker, the process that follows outages, and database are killed in turn.

No report is lost and none is there twice, no outage gets a second crew, whoever is dark waits in an order that is open,
and the journal is whole. Then somebody looks at it: the storm board, and a customer's page, in a browser."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.fault.house.running import House, eventually

from open95598.foundation.clock import PacedClock
from open95598.project.demo import marker

from .weather import Storm, Struck

pytestmark = [pytest.mark.serial, pytest.mark.timeout(1200)]
PASSWORD = "open95598-demo"
#: a small demonstration, a token of somebody who may do everything, and two transformers with customers we can ring up
_BUILD = """
from open95598.project import postgres; postgres.ensure_running()
import django; django.setup()
from django.core.management import call_command; call_command('migrate', verbosity=0)
import json
from datetime import timedelta
from open95598.foundation import clock
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.people.services import make_token
from open95598.foundation.units.models import Unit
from open95598.project.demo import build, playing
from open95598.registry.customers.models import AccountParty, UsagePoint
from open95598.registry.grid.models import GridDevice, GridPoint
from open95598.registry.grid.topology import Kind
from open95598.service.outages.models import OutageReport
from open95598.service.workorders import accountpages
build.ensure(lambda *step: None, orders=60, span=timedelta(days=7))
person = Person.objects.get(username="admin")
top, begun = Unit.objects.get(parent=None), clock.now() - timedelta(days=900)
for role in Role:
    RoleAssignment.objects.get_or_create(person=person, role=role, unit=top, defaults={"valid_from": begun})
struck = []
devices = GridDevice.objects.system("a test")
live = OutageReport.objects.system("a test").filter(received_at__gt=clock.now() - timedelta(hours=3))
dark = set(devices.filter(code__in=live.values("device")).values_list("lft", flat=True))
feeders = set()
for device in devices.filter(kind=Kind.TRANSFORMER, points__gte=6).order_by("-points", "pk"):
    feeder = devices.get(kind=Kind.FEEDER, lft__lte=device.lft, rgt__gt=device.lft)
    if feeder.pk in feeders or any(feeder.lft <= at < feeder.rgt for at in dark):
        continue
    points = GridPoint.objects.system("a test").filter(device__lft__gte=device.lft, device__lft__lt=device.rgt)
    rows = points.filter(usage_point__account__isnull=False).order_by("pk")
    accounts = dict(rows.values_list("usage_point__account_id", "usage_point__location__text"))
    parties = AccountParty.objects.system("a test").filter(
        account__in=accounts, valid_to=None, customer__contacts__kind="phone", customer__contacts__valid_to=None)
    phones = sorted(set(parties.values_list("customer__contacts__value", flat=True)))
    known = {phone: one.pk for phone, one in accountpages.accounts_of(phones).items() if one.pk in accounts}
    if len(known) >= 3:
        codes = list(points.order_by("pk").values_list("code", flat=True)[:40])
        feeders.add(feeder.pk)
        struck.append([device.code, accounts[min(accounts)], sorted(known), codes])
    if len(struck) == 2:
        break
playing.start(None, clock.now(), speed=60)
playing.storm(None, Unit.objects.filter(level="city").order_by("code").first(), clock.now())
print(json.dumps([make_token(person, "storm", [], clock.now()), struck]))
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="open95598-storm-", dir="/tmp") as name:
        Path(name).chmod(0o755)  # as root the database runs under another account, which must reach its folder
        made = House(Path(name))
        try:
            made.token, made.struck = json.loads(made.snippet(_BUILD).splitlines()[-1])
            made.start("--demo")
            yield made
        finally:
            made.end()


def _ask(connection: Any, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


def test_a_storm_day(house: House) -> None:
    clock = PacedClock(marker.clock_path(house.home))
    struck = [Struck(device, address, tuple(phones), tuple(points)) for device, address, phones, points in house.struck]
    assert len(struck) == 2, "two transformers with customers on the books"
    with Storm(house.url, house.token, struck, clock.now) as storm:
        storm.blow_on(10, 240)
        for victim in ("web worker", "worker", "outages", "database"):
            pid = {"web worker": house.web_worker, "database": house.postmaster}.get(
                victim, lambda name=victim: house.pid(name)
            )()
            os.kill(pid, signal.SIGKILL)
            storm.blow_on(6, 240)
    assert not storm.seen.troubles
    assert house.command("demo", "pause").returncode == 0
    eventually(house.is_ready, 200, "ready again")
    with house.database() as database:
        for left in (
            "SELECT count(*) FROM event WHERE NOT relayed",
            # what may not leave in the quiet hours waits for the morning, untried
            (
                "SELECT count(*) FROM delivery WHERE state = 'pending'"
                " AND NOT (subscriber = 'notices.send' AND attempts = 0 AND due_at IS NOT NULL)"
            ),
            "SELECT count(*) FROM outages_outagereport WHERE taken IS NULL AND apart = ''",
        ):
            eventually(lambda query=left: _ask(database, query) == 0, 300, f"none left of: {left}")
        _nothing_is_lost_and_nothing_twice(database, storm)
        _one_crew_an_outage(database, storm)
        _who_is_dark_is_waited_for(database, struck)
    whole = house.command("journal", "verify")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    _it_can_be_looked_at(house, struck)


def _nothing_is_lost_and_nothing_twice(database: Any, storm: Storm) -> None:
    numbers = [row[0] for row in database.execute("SELECT number FROM workorders_workorder").fetchall()]
    assert len(numbers) == len(set(numbers))
    assert set(storm.seen.orders) <= set(numbers)
    assert len(storm.seen.orders) == len(set(storm.seen.orders)), "each call is an order of its own"
    described = database.execute(
        "SELECT right(description, 32), count(*) FROM workorders_workorder WHERE description LIKE '没电了 %%'"
        " AND channel = 'phone' GROUP BY 1"
    ).fetchall()
    assert len(described) == len(storm.seen.orders)
    assert {times for _key, times in described} == {1}
    keys = database.execute("SELECT split_part(key, '/', 3) FROM outages_outagereport WHERE key LIKE 'api/%%'")
    assert sorted(row[0] for row in keys.fetchall()) == sorted(storm.seen.reports)
    # each call said where it is dark, once
    told = _ask(
        database,
        "SELECT count(DISTINCT r.key) FROM outages_outagereport r JOIN workorders_workorder o ON o.case_id = r.order_id"
        " WHERE o.number = ANY(%s) AND r.key = 'order/' || o.case_id",
        storm.seen.orders,
    )
    assert told == len(storm.seen.orders)


def _one_crew_an_outage(database: Any, storm: Storm) -> None:
    """Of the orders bound to an outage, at most one had a crew sent after it was bound; none where the outage itself
    was sent one. (Whose crew had left before anybody knew of the outage is not called back.)"""
    known = database.execute(
        "SELECT t.case_id, t.device, c.state, c.opened_at, (SELECT count(*) FROM outages_outagereport r"
        " WHERE r.outage_id = t.case_id) FROM outages_outage t JOIN casework_case c ON c.id = t.case_id"
    ).fetchall()
    assert storm.seen.crews, f"the dispatchers sent no crew: {storm.seen.refusals[:3]}, {known}"
    sent = dict(
        database.execute(
            "SELECT case_id, count(*) FROM journal_entry WHERE kind = 'case.send_outage_crew' GROUP BY 1"
        ).fetchall()
    )
    assert set(sent.values()) == {1}
    assert {pk for pk, _key in storm.seen.crews} == set(sent)
    assert len(storm.seen.crews) == len(sent), "one of two dispatchers is told that the crew is out"
    left = ("case.merge", "case.ask_termination", "case.answer_at_once", "case.leave_outage")
    crews = dict(
        database.execute(
            "SELECT l.other_id, count(DISTINCT l.case_id) FROM casework_caselink l"
            " JOIN journal_entry bound ON bound.case_id = l.case_id AND bound.kind = 'case.in_outage'"
            " AND bound.body::json->'data'->>'outage' = 'TD-' || l.other_id"
            " JOIN journal_entry crew ON crew.case_id = l.case_id AND crew.kind = 'case.send_crew'"
            " AND crew.id > bound.id WHERE l.kind = 'outage' AND NOT EXISTS (SELECT FROM journal_entry out"
            " WHERE out.case_id = l.case_id AND out.id > crew.id AND out.kind = ANY(%s)) GROUP BY 1",
            (list(left),),
        ).fetchall()
    )
    twice = {pk: crews.get(pk, 0) + sent.get(pk, 0) for pk in {*crews, *sent}}
    told = [line for pk, times in twice.items() if times > 1 for line in _story(database, pk)]
    assert max(twice.values()) == 1, "\n".join(told)


def _story(database: Any, outage_id: int) -> list[str]:
    """Return what the journal knows of an outage and of the orders that are bound to it."""
    rows = database.execute(
        "SELECT id, at::text, case_id, kind, left((body::json->'data')::text, 300) FROM journal_entry"
        " WHERE case_id = %s OR case_id IN"
        " (SELECT case_id FROM casework_caselink WHERE other_id = %s AND kind = 'outage') ORDER BY id",
        (outage_id, outage_id),
    )
    return [" ".join(map(str, row)) for row in rows.fetchall()]


def _who_is_dark_is_waited_for(database: Any, struck: list[Struck]) -> None:
    """What was struck is an outage, and the orders inside it wait for its crew, or were answered after it."""
    devices = [one.device for one in struck]
    above = (
        "SELECT d.code FROM grid_griddevice d, grid_griddevice of WHERE of.code = %s"
        " AND d.lft <= of.lft AND d.rgt >= of.rgt"
    )
    for device in devices:
        around = [row[0] for row in database.execute(above, (device,)).fetchall()]
        found = _ask(database, "SELECT count(*) FROM outages_outage WHERE device = ANY(%s)", around)
        assert found, f"{device} or something that feeds it is an outage"
    alone = database.execute(
        "SELECT o.number, c.state FROM workorders_workorder o JOIN casework_case c ON c.id = o.case_id"
        " JOIN casework_caselink l ON l.case_id = c.id AND l.kind = 'outage' JOIN casework_case u ON u.id = l.other_id"
        " JOIN outages_outage t ON t.case_id = u.id"
        " WHERE t.crew_sent_at IS NOT NULL AND u.state = 'crew_sent' AND c.is_open"
        " AND c.state IN ('created', 'dispatched', 'accepted')"
    ).fetchall()
    assert not alone, "nobody else is to drive there"


def _it_can_be_looked_at(house: House, struck: list[Struck]) -> None:
    """The storm board and the customer's page show it."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(house.url)
        page.locator("input[name=username]").fill("admin")
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("html[data-ready]")).to_be_attached(timeout=60_000)
        page.goto(f"{house.url}/outages/board/")
        expect(page.locator("main")).to_contain_text("TD-", timeout=60_000)
        page.goto(f"{house.url}/outages/")
        expect(page.locator("main table tbody tr")).not_to_have_count(0)
        visitor = browser.new_page(viewport={"width": 390, "height": 844})
        visitor.on("pageerror", lambda error: wrong.append(str(error)))
        visitor.goto(f"{house.url}/portal/outages/")
        visitor.locator("input[name=address]").fill(struck[0].address)
        visitor.locator("form button[type=submit]").first.click()
        expect(visitor.locator("main")).to_be_visible()
        browser.close()
    assert wrong == []
