"""The simulator: its people act through the services with their own rights, at the house's time, and never twice."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import orjson
import pytest
from django.urls import reverse
from tests.integration.demo.conftest import NOW, ORDERS, Demo

from open95598.casework.models import Case
from open95598.casework.services import perform
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.journal import verify
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.units.models import Unit
from open95598.project.demo import plan, playing, simulator, telling
from open95598.project.demo.cast import Cast
from open95598.project.demo.models import Deed, Play
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.services import register

pytestmark = pytest.mark.django_db(transaction=True)
FAULT = {
    "kind": "fault", "category": "fault.lv.no_power", "description": "家里没电", "contact_name": "王一",
    "contact_phone": "13800000001", "channel": "phone",
}  # fmt: skip
#: of two of them that are the same, one would be the other done again
STEPS = (
    "case.dispatch", "case.return", "case.transfer", "case.accept", "case.arrive", "case.restore", "case.reply",
    "case.reject", "case.archive",
)  # fmt: skip
AT_HOME = "临澜市星湖区文昌路8号"


def cases():
    return Case.objects.system("a test")


def let_pass(demo: Demo, hours: float, step: timedelta = timedelta(minutes=20)) -> None:
    """Let the house's time pass, the simulator looking at it every now and then."""
    for _round in range(int(timedelta(hours=hours) / step)):
        simulator.round_(demo.clock.advance(step))


def acts(case_id: int) -> list[tuple[str, int | None, str]]:
    """Return who did what on a case and through which door, in order."""
    rows = Entry.objects.filter(stream=f"case/{case_id}", kind__startswith="case.").order_by("seq")
    return [(row.kind, row.actor_id, orjson.loads(row.body)["data"].get("via", "")) for row in rows]


def test_it_plays_each_act_by_somebody_with_the_right_to_it_and_a_storm_brings_calls(demo):
    cast = Cast(NOW)
    order, taken = (register(cast.agent("x"), FAULT | {"address": AT_HOME}, NOW) for _ in range(2))
    crew = cast.actor(Person.objects.get(username="crew"))
    perform(taken.case_id, "accept", type(crew)(crew.person_id, crew.name, crew.rights, "page"), NOW)
    playing.start(None, NOW, speed=60)
    storm = playing.storm(None, Unit.objects.get(code="QL"), NOW)
    before = set(cases().values_list("pk", flat=True))
    let_pass(demo, 4.5)

    done = acts(order.case_id)
    assert {"case.accept", "case.send_crew", "case.arrive", "case.diagnose"} <= {kind for kind, _who, _via in done}
    roles = {"case.arrive": {"crew_member", "handler"}, "case.call_back": {"callback_clerk"}}
    for row in Entry.objects.filter(at__gt=NOW, kind__in=roles):
        held = RoleAssignment.objects.filter(person_id=row.actor_id).values_list("role", flat=True)
        assert set(held) & roles[row.kind], (row.kind, held)
        assert row.actor_id != Person.objects.get(username="admin").pk
    assert {via for _kind, _who, via in done} <= {
        "simulation",
        "rule",
        "portal",
    }  # dispatched by a rule, rated by the link
    assert Deed.objects.filter(action="arrive").exists()
    called_back = Entry.objects.filter(at__gt=NOW, kind="case.call_back").values("case_id")
    assert cases().filter(pk__in=called_back, is_open=False).exists()
    # what a person took in hand stays theirs
    case = cases().get(pk=taken.case_id)
    assert (case.state, case.owner_id) == ("accepted", crew.person_id)

    new = WorkOrder.objects.system("a test").exclude(case_id__in=before).filter(case__kind="fault")
    there = list(new.filter(address__contains="青岚市").values_list("address", flat=True))
    usual = plan.arrivals("calls", NOW, demo.clock.now(), simulator.PER_DAY, cast.zone)
    # it strikes a few places: some of the same households write again at once, and are refused
    assert storm.calls * 0.8 <= len(there) <= storm.calls + len(list(usual))
    told = [simulator.customers.place_in(address) for address in there]
    assert max(told.count(place) for place in told) >= 5
    assert verify.verify().whole


def test_nobody_acts_who_has_no_right_to_any_more_and_what_the_rules_forbid_is_refused(demo, monkeypatch):
    for row in RoleAssignment.objects.filter(role__in=("crew_member", "handler"), unit__code__in=("LL-XH", "LL")):
        people.end_role(row, actor=people.HOUSE, now=NOW)
    demo.clock.advance(timedelta(seconds=1))
    playing.start(None, demo.clock.now())
    agent = Cast(NOW).agent("x")
    order = register(agent, FAULT | {"address": AT_HOME}, demo.clock.now())
    let_pass(demo, 0.7)
    case = cases().get(pk=order.case_id)
    assert (case.state, case.unit.code) == ("dispatched", "LL-XH")
    monkeypatch.setattr(Cast, "doer", lambda *_of, **_more: agent)  # an agent neither accepts nor drives out
    let_pass(demo, 0.7)
    assert cases().get(pk=order.case_id).state == "dispatched"
    assert not Entry.objects.filter(case_id=order.case_id, kind="case.accept").exists()


def test_killed_in_the_middle_of_a_round_it_goes_on_and_does_nothing_twice(demo, monkeypatch):
    class Killed(BaseException):
        """What a kill -9 looks like from inside: nothing after it runs."""

    playing.start(None, NOW)
    let_pass(demo, 0.7)
    real, count = simulator.Round._act, iter(range(10))

    def dies(self, *args):
        done = real(self, *args)
        if next(count) == 1:
            raise Killed
        return done

    monkeypatch.setattr(simulator.Round, "_act", dies)
    with pytest.raises(Killed):
        let_pass(demo, 4)
    monkeypatch.setattr(simulator.Round, "_act", real)
    simulator.forget()  # a new process knows nothing
    let_pass(demo, 1)
    new = WorkOrder.objects.system("a test").filter(case__opened_at__gt=NOW, case__kind="fault")
    phones = list(new.values_list("contact_phone", "description", "case__opened_at"))
    assert len(phones) == len(set(phones)) > 0
    assert Play.objects.get().arrived_until == demo.clock.now()
    for case_id in Entry.objects.filter(at__gt=NOW, case_id__isnull=False).values_list("case_id", flat=True).distinct():
        states = [kind for kind, _who, _via in acts(case_id) if kind in STEPS]
        assert all(one != other for one, other in pairwise(states)), states
    assert verify.verify().whole


def test_it_rests_when_told_to_and_by_itself_when_its_time_is_over(demo):
    assert any(f"{ORDERS} orders" in line for line in telling.lines(NOW))
    playing.start(None, NOW, speed=60, minutes=1)  # an hour of the house
    playing.storm(None, Unit.objects.get(code="LL"), NOW)
    let_pass(demo, 0.7)
    told = "\n".join(telling.lines(demo.clock.now()))
    assert "its process does not run" in told  # here it is the test that plays
    assert "storm over 临澜市供电公司" in told
    assert "last act" in told
    let_pass(demo, 1)
    assert not Play.objects.get().running
    done = Deed.objects.count()
    assert done
    let_pass(demo, 2)
    assert Deed.objects.count() == done
    for speed in (0, 601, float("nan")):
        with pytest.raises(Invalid):
            playing.start(None, demo.clock.now(), speed=speed)
    with pytest.raises(Invalid):
        playing.storm(None, Unit.objects.get(code="LL-XH"), demo.clock.now())


def test_the_page_is_for_administrators_of_a_demonstration(demo, client, settings):
    client.force_login(Person.objects.get(username="admin"))
    assert client.post(reverse("demo:switch"), {"speed": "60"}).status_code == 302
    assert Play.objects.get().running
    assert client.post(reverse("demo:storm"), {"city": "LL"}).status_code == 302
    let_pass(demo, 1)
    client.logout()
    client.force_login(Person.objects.get(username="admin"))  # the hour has ended the session
    page = client.get(reverse("demo:index")).content.decode()
    assert page.count("<tr>") > 5
    assert "临澜市供电公司" in page
    assert client.post(reverse("demo:switch"), {"speed": "fast"}).status_code == 422
    assert client.post(reverse("demo:storm"), {"city": "LL-XH"}).status_code == 404
    assert client.post(reverse("demo:switch"), {"do": "stop"}).status_code == 302
    assert not Play.objects.get().running
    client.force_login(Person.objects.get(username="agent"))
    assert client.get(reverse("demo:index")).status_code == 403
    assert client.post(reverse("demo:switch"), {"speed": "60"}).status_code == 403
    client.force_login(Person.objects.get(username="admin"))
    settings.DEMO = False
    assert client.get(reverse("demo:index")).status_code == 404


def test_an_installation_that_is_no_demonstration_does_not_play(empty):
    for act in (lambda: playing.start(None, NOW), lambda: playing.stop(None, NOW)):
        with pytest.raises(Impossible):
            act()
    assert simulator.round_(NOW) == 0
