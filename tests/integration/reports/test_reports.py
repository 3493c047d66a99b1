"""The month-end process report: counted set-based, signed by a clerk and the manager, frozen for good."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.urls import reverse
from tests import world as worlds

from open95598.casework import services as casework
from open95598.control.reports import figures, services
from open95598.control.reports.models import ProcessReport
from open95598.control.tracking import projecting
from open95598.control.tracking.models import Track
from open95598.foundation.documents import typst
from open95598.foundation.errors import Forbidden, Impossible, NotFound
from open95598.foundation.journal.models import Entry
from open95598.service.workorders import services as orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
MARCH, APRIL = date(2026, 3, 1), datetime(2026, 4, 2, 2, tzinfo=UTC)
PLACE = {name: index for index, name in enumerate(figures.COLUMNS)}


@pytest.fixture
def world():
    return worlds.small()


@pytest.fixture
def march(world, clock):
    """Three faults in March, taken at P1, handled by X11: one archived, one withdrawn, one still open."""
    agent = world.actor("agent", "P1", clock.now())
    made = [orders.register(agent, worlds.fault(), clock.now()) for _n in range(3)]

    def do(order, action, role, unit, **data):
        clock.advance(timedelta(minutes=1))
        casework.perform(order.pk, action, world.actor(role, unit, clock.now()), clock.now(), data=data)

    for action, data in (
        ("accept", {}), ("send_crew", {}), ("arrive", {}), ("diagnose", {"cause": "equipment", "ownership": "utility"}),
        ("restore", {"result": "solved"}), ("reply", {"answer": "已恢复"}),
    ):  # fmt: skip
        do(made[0], action, "crew_member", "X11", **data)
    do(made[0], "call_back", "callback_clerk", "P1", outcome="satisfied", satisfaction="satisfied")
    do(made[0], "archive", "callback_clerk", "P1")
    do(made[1], "urge", "agent", "P1", reason="not_handled")
    do(made[1], "accept", "handler", "X11")
    projecting.rebuild(clock.now())
    clock.set(APRIL) if hasattr(clock, "set") else clock.advance(APRIL - clock.now())
    return made


def of(found: figures.Figures, section: str, name: str) -> dict[str, int]:
    row = next(row for row in found.sections[section] if row.name == name)
    return {column: row.counts[place] for column, place in PLACE.items() if row.counts[place]}


def test_each_side_counts_its_people(world, march) -> None:
    taken = figures.count([world.units["P1"].pk], MARCH)
    expected = {"received": 3, "answered": 1, "in_process": 2, "in_time": 1, "urged": 1}
    assert of(taken, "first_contact", "agent@P1") == expected
    handled = figures.count([world.units["X11"].pk], MARCH)
    assert of(handled, "handling", "crew_member@X11") == {"received": 1, "answered": 1, "in_time": 1}
    assert of(handled, "handling", "handler@X11") == {"received": 1, "in_process": 1, "urged": 1}
    assert of(handled, "handling", "") == {"received": 1, "in_process": 1}  # nobody has it in hand
    assert handled.total("handling")[PLACE["received"]] == 3
    mine = figures.count([world.units["X11"].pk], MARCH, world.person("handler", "X11").pk)
    assert [row.name for row in mine.sections["handling"]] == ["handler@X11"]


def test_what_was_open_at_the_end_of_a_month_is_so_later_too(world, march, clock) -> None:
    before = figures.count([world.units["X11"].pk], MARCH)
    casework.perform(march[2].pk, "accept", world.actor("handler", "X11", clock.now()), clock.now())
    Track.objects.system("test").filter(pk=march[2].pk).update(is_open=False, ended_month=date(2026, 4, 1),
                                                              ending="in_time")  # fmt: skip
    after = figures.count([world.units["X11"].pk], MARCH)
    assert after.total("handling")[PLACE["in_process"]] == before.total("handling")[PLACE["in_process"]] == 2
    april = figures.count([world.units["X11"].pk], date(2026, 4, 1))
    assert april.total("handling")[PLACE["in_time"]] == 1 and april.total("handling")[PLACE["received"]] == 0


def test_confidential_orders_are_counted_nowhere(world, march) -> None:
    Track.objects.system("test").update(confidential=True)
    assert figures.count([world.units["X11"].pk, world.units["P1"].pk], MARCH).empty


def signed(world, clock, unit="X11") -> ProcessReport:
    report = services.prepare(world.units[unit], MARCH, world.actor("handler", unit, clock.now()), clock.now())
    casework.perform(report.pk, "sign", world.actor("handler", unit, clock.now()), clock.now())
    report.refresh_from_db()
    return report


def test_signed_it_stays_whatever_becomes_of_the_orders(world, march, clock) -> None:
    report = signed(world, clock)
    frozen = services.figures_of(report)
    entry = Entry.objects.get(case_id=report.pk, kind="case.report_frozen")
    assert report.digest in entry.body and services.intact(report)
    Track.objects.system("test").update(returns=1)
    assert services.figures_of(report) == frozen != figures.count([report.unit_id], MARCH)
    manager = world.actor("unit_manager", "X11", clock.now())
    casework.perform(report.pk, "countersign", manager, clock.now())
    report.refresh_from_db()
    assert (report.case.state, report.countersigned_by_id) == ("filed", manager.person_id)
    # a correction is a report of its own
    handler = world.actor("handler", "X11", clock.now())
    casework.perform(report.pk, "supplement", handler, clock.now(), data={"note": "退单漏登记"})
    other = ProcessReport.objects.system("test").get(supplements=report)
    casework.perform(other.pk, "sign", handler, clock.now())
    other.refresh_from_db()
    changed = figures.difference(frozen, services.figures_of(other))
    assert {row.counts[PLACE["returned"]] for row in changed.sections["handling"]} == {1}
    assert services.figures_of(report) == frozen


def test_nobody_files_what_was_changed_after_the_signature(world, march, clock) -> None:
    report = signed(world, clock)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_processreport SET figures = replace(figures, '1', '2')")
    with pytest.raises(Impossible):
        casework.perform(report.pk, "countersign", world.actor("unit_manager", "X11", clock.now()), clock.now())
    casework.perform(report.pk, "send_back", world.actor("unit_manager", "X11", clock.now()), clock.now(),
                     data={"note": "数字有误"})  # fmt: skip
    report.refresh_from_db()
    assert (report.figures, report.digest, report.signed_by_id) == ("", "", None)


def test_who_signs_what(world, march, clock) -> None:
    now = clock.now()
    with pytest.raises(Impossible):
        services.prepare(world.units["X11"], date(2026, 4, 1), world.actor("handler", "X11", now), now)
    with pytest.raises(Forbidden):
        services.prepare(world.units["X11"], MARCH, world.actor("handler", "X12", now), now)
    manager = world.actor("unit_manager", "X11", now)
    report = services.prepare(world.units["X11"], MARCH, manager, now)
    assert services.prepare(world.units["X11"], MARCH, manager, now).pk == report.pk
    casework.perform(report.pk, "sign", manager, now)
    with pytest.raises(Forbidden):  # nobody countersigns what they signed themselves
        casework.perform(report.pk, "countersign", manager, now)
    with pytest.raises(NotFound):
        casework.perform(report.pk, "countersign", world.actor("unit_manager", "X22", now), now)
    casework.perform(report.pk, "countersign", world.actor("unit_manager", "P1", now), now)
    person = world.person("handler", "X11")
    own = services.prepare(world.units["X11"], MARCH, manager, now, person=person)
    assert own.pk != report.pk
    with pytest.raises(Impossible):  # a clerk's own report is the clerk's to sign
        casework.perform(own.pk, "sign", manager, now)


def test_reports_open_by_themselves_once(world, march, clock) -> None:
    opened = services.open_due(clock.now())
    assert {report.unit.code for report in opened} == {"P1", "X11"}
    assert services.open_due(clock.now()) == []


@pytest.fixture
def browser(client, world):
    def sign_in(role, unit):
        client.force_login(world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_page_paper_and_spreadsheet_say_the_same(world, march, browser, clock) -> None:
    client = browser("handler", "X11")
    where = reverse("reports:process") + "?month=2026-03"
    text = client.get(where).content.decode()
    assert "crew_member@X11" in text and "生成报表" in text
    made = client.post(reverse("reports:prepare"), {"unit": world.units["X11"].pk, "month": "2026-03"})
    assert made.status_code == 302
    report = ProcessReport.objects.system("test").get()
    client.post(reverse("reports:act", args=(report.pk, "sign")), {"note": ""})
    report.refresh_from_db()
    assert report.digest and report.digest[:12] in client.get(made.url).content.decode()
    Track.objects.system("test").update(urges=5)  # the papers are of what was signed
    book = client.get(f"{reverse('reports:sheet')}?report={report.pk}")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)
    sums = [row for row in rows if row[2] == "合计"]
    assert tuple(sums[-1][3:]) == services.figures_of(report).total("handling")
    assert browser("handler", "X22").get(f"{reverse('reports:process')}?report={report.pk}").status_code == 403


@pytest.mark.skipif(not finders.find(f"vendor/fonts/{typst.FONT_NAMES[0]}"), reason="the assets are not installed")
def test_on_paper_it_is_a_pdf_also_without_a_signature(world, march, browser) -> None:
    paper = browser("handler", "X11").get(f"{reverse('reports:pdf')}?month=2026-03")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")
