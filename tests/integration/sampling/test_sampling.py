"""Samples: drawn once for a unit and week, judged on the form by others, objected to once, counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework import sweeper
from open95598.casework.models import Case
from open95598.control.assessment.models import LedgerEntry
from open95598.control.sampling import drawing, judging, queries, services
from open95598.control.sampling.judging import Mark, Sheet
from open95598.control.sampling.models import Draw, Inspection
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.journal import queries as journal
from open95598.foundation.notices.models import Notice
from open95598.foundation.rulebook import store
from open95598.service.workorders import services as orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
QUESTION = {"kind": "consultation", "category": "consultation.bill", "description": "电费怎么算？", "unit": "X11"}


class House:
    """The small world with orders that were closed last week."""

    def __init__(self, world, clock) -> None:
        self.world, self.clock = world, clock

    def actor(self, role, unit, name=""):
        return self.world.actor(role, unit, self.clock.now(), name=name)

    def do(self, what, action, role, at, name="", /, **data):
        self.clock.advance(timedelta(seconds=10))
        outcome = casework.perform(what.pk, action, self.actor(role, at, name), self.clock.now(), data=data)
        what.refresh_from_db()
        return outcome.case

    def closed(self, count=1, **facts):
        """Return faults of X11 that went all their way."""
        found = []
        for _n in range(count):
            order = orders.register(self.actor("agent", "P1"), worlds.fault(**facts), self.clock.now())
            for action, data in (
                ("accept", {}), ("send_crew", {}), ("arrive", {}),
                ("diagnose", {"cause": "overload", "ownership": "utility"}), ("restore", {"result": "solved"}),
                ("reply", {"answer": "已更换熔丝"}),
            ):  # fmt: skip
                self.do(order, action, "handler", "X11", **data)
            said = {"outcome": "satisfied", "satisfaction": "satisfied", "note": "满意"}
            self.do(order, "call_back", "callback_clerk", "P1", **said)
            if Case.objects.system("test").get(pk=order.pk).is_open:
                self.do(order, "archive", "callback_clerk", "P1")
            found.append(order)
        return found

    def drawn(self, count=4):
        """Close orders, let the week pass, draw; return the inspections."""
        self.closed(count)
        self.clock.advance(timedelta(days=7))
        services.draw_week(services.last_week(self.clock.now()), services.HOUSE, self.clock.now())
        return list(Inspection.objects.system("test").select_related("case").order_by("pk"))

    def sheet(self, fatal=(), **lost):
        form = store.current(self.clock.now()).oversight.form("order")
        marks = {
            p.code: Mark(p.most - lost.get(p.code, 0), "未写明故障点" if p.code in lost else "")
            for p in form.lines("fault")
        }
        return Sheet(marks, tuple(fatal), "说明" if fatal else "")

    def judge(self, row, sheet=None, role="quality_auditor", unit="C1", name=""):
        done = services.judge(row.pk, sheet or self.sheet(), self.actor(role, unit, name), self.clock.now())
        row.refresh_from_db()
        return done

    def later(self, **length):
        self.clock.advance(timedelta(**length))

    def state(self, what):
        return Case.objects.system("test").get(pk=what.pk).state


@pytest.fixture
def house(clock):
    return House(worlds.small(), clock)


def test_a_week_is_drawn_once_for_a_plan_and_unit_and_can_be_drawn_again_from_what_is_on_record(house):
    auditor = house.world.person("quality_auditor", "X11")
    with pytest.raises(Invalid):
        services.draw_week(house.clock.now().date(), services.HOUSE, house.clock.now())
    rows = house.drawn(7)
    draw = Draw.objects.get()
    assert (draw.plan, draw.unit.code, len(draw.population), len(draw.drawn)) == ("faults", "X11", 7, 1)
    assert drawing.draw(draw.population, 1, draw.seed) == draw.drawn
    assert [r.order_id for r in rows] == draw.drawn
    assert rows[0].case.parent_id == rows[0].order_id and rows[0].case.unit.code == "X11"
    assert rows[0].person_id == house.world.person("handler", "X11").pk
    assert Notice.objects.filter(person=auditor, kind="inspection.drawn").count() == 1
    monday = services.last_week(house.clock.now())
    assert services.draw_week(monday, services.HOUSE, house.clock.now()) == []
    assert Inspection.objects.system("test").count() == 1


def test_an_auditor_judges_on_the_form_and_the_unit_is_told(house):
    (row,) = house.drawn()
    manager = house.world.person("unit_manager", "X11")
    assert not queries.visible(house.actor("handler", "X11").rights).exists(), "not before it is judged"
    for role in ("supervisor", "unit_manager"):
        with pytest.raises(Forbidden):
            house.judge(row, role=role, unit="X11")
    with pytest.raises(NotFound):
        house.judge(row, unit="C2")
    incomplete = Sheet({"wording": Mark(3)})
    with pytest.raises(Invalid) as refused:
        house.judge(row, incomplete)
    assert {"completeness", "timeliness", "wording"} <= set(refused.value.fields)
    with pytest.raises(Impossible):
        house.do(row, "judge", "quality_auditor", "C1", sheet=judging.as_text(incomplete))
    house.judge(row, house.sheet(wording=10, completeness=15))
    assert (row.score, row.passed, row.fatal, house.state(row)) == (74, False, False, "judged")
    assert Notice.objects.filter(person=manager, kind="inspection.judged").exists()
    assert queries.visible(house.actor("handler", "X11").rights).exists()
    assert not LedgerEntry.objects.exists(), "charged when it is final"
    assert house.do(row, "agree", "unit_manager", "X11").state == "settled"
    entry = LedgerEntry.objects.get(charge="rejected_sample")
    assert (entry.unit.code, entry.person_id, entry.case_id) == ("X11", row.person_id, row.order_id)
    assert "case.inspected" in {t.kind for t in journal.timeline(row.order_id, reveal=False)}


def test_the_unit_objects_once_and_whoever_judged_does_not_decide_alone(house):
    (row,) = house.drawn()
    house.world.person("quality_auditor", "X11")
    house.judge(row, house.sheet(fatal=["false_record"]), unit="X11")
    assert (row.score, row.passed, row.fatal) == (0, False, True)
    house.do(row, "object", "unit_manager", "X11", objection="系统时间与录音一致，附截图")
    assert "object" not in house_can(house, row, "unit_manager", "X11")
    with pytest.raises(Forbidden):
        house.do(row, "decide_objection", "quality_auditor", "X11", outcome="keep", decision="维持")
    with pytest.raises(Impossible, match="分数"):
        house.do(row, "decide_objection", "quality_auditor", "C1", outcome="amend", decision="属实")
    house.do(row, "decide_objection", "quality_auditor", "C1", outcome="amend", score=90, decision="记录时间无误")
    assert (row.score, row.passed, row.fatal, house.state(row)) == (90, True, False, "settled")
    assert Notice.objects.filter(person=house.world.person("unit_manager", "X11"), kind="inspection.decided").exists()


def house_can(house, row, role, unit):
    found = Inspection.objects.system("test").select_related("case__unit").get(pk=row.pk)
    return casework.possible_names(found.case, found, house.actor(role, unit), house.clock.now())


def test_nobody_judges_their_own_work(house):
    (row,) = house.drawn()
    auditor = house.actor("quality_auditor", "C1")
    Inspection.objects.system("test").filter(pk=row.pk).update(person_id=auditor.person_id)
    with pytest.raises(Impossible, match="自己"):
        house.judge(row)
    house.judge(row, name="另一名质检员")
    assert row.judged_by_id != auditor.person_id


def test_nobody_objects_in_time_then_it_is_final(house):
    (row,) = house.drawn()
    house.judge(row)
    house.clock.advance(timedelta(days=10))
    sweeper.sweep(house.clock.now())
    for _twice in range(2):
        delivery.deliver_keys("sampling.objection", set(Event.objects.values_list("key", flat=True)))
    assert house.state(row) == "settled"


def test_figures_count_what_was_judged_where_one_may_judge(house):
    rows = house.drawn(4)
    extra = Draw.objects.get()
    for pk in set(extra.population) - set(extra.drawn):  # judge all four
        opening = casework.Opening(
            "inspection", extra.unit_id,
            {"order_id": pk, "number": str(pk), "draw_id": extra.pk, "form": "order", "order_kind": "fault",
             "person_id": rows[0].person_id},
            parent_id=pk,
        )  # fmt: skip
        rows.append(casework.open_many([opening], services.HOUSE, house.clock.now())[0].typed)
    for row, sheet in zip(rows, (house.sheet(), house.sheet(wording=15), house.sheet(fatal=["leak"]), house.sheet()),
                          strict=True):  # fmt: skip
        house.judge(row, sheet)
    house.do(rows[2], "object", "unit_manager", "X11", objection="不是我单位的录音")
    house.do(rows[2], "decide_objection", "quality_auditor", "P1", outcome="aside", decision="录音属另一工单")
    now = house.clock.now()
    window = (now - timedelta(days=1), now + timedelta(days=1))
    found = queries.figures(house.actor("unit_manager", "X11").rights, *window)
    (line,) = found.units
    assert (line.inspected, line.passed, line.fatal, line.objections, line.aside) == (4, 3, 0, 1, 1)
    assert line.score == pytest.approx((100 + 84 + 100) / 3)
    assert line.rate == 100.0
    assert [p.name for p in found.people] == ["handler@X11"]
    assert ("wording", 1, 4) in found.lost
    assert queries.figures(house.actor("unit_manager", "X21").rights, *window).units == []
