"""Appeals: in time, two rounds, decided by others from above; the ledger is all they change."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework import sweeper
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.assessment import appeals, queries, services
from open95598.control.assessment.models import Appeal, LedgerEntry
from open95598.control.assessment.services import Charge
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.journal import queries as journal
from open95598.foundation.notices.models import Notice
from open95598.foundation.people.policy import Role
from open95598.foundation.people.services import make_token
from open95598.service.workorders import services as orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
HOUSE = Actor.house("test")


class House:
    """The small world, a complaint, and its handler charged for it."""

    def __init__(self, world, clock) -> None:
        self.world, self.clock = world, clock
        facts = worlds.fault(kind="complaint", category="complaint.service.conduct.hall_attitude", unit="X11")
        self.order = orders.register(self.actor("agent", "P1"), facts, clock.now())
        self.handler = world.person("handler", "X11")
        self.entry = self.charged("test/1", person_id=self.handler.pk)

    def charged(self, key, by=HOUSE, **more):
        charge = Charge("false_order", self.world.units["X11"].pk, key, case_id=self.order.pk, **more)
        return services.enter(charge, by, self.clock.now())

    def actor(self, role, unit, name=""):
        return self.world.actor(role, unit, self.clock.now(), name=name)

    def ask(self, role="handler", unit="X11", entry=None, grounds="现场照片可证明到场", name=""):
        return appeals.ask((entry or self.entry).pk, grounds, self.actor(role, unit, name), self.clock.now())

    def do(self, appeal, action, role, unit, name="", /, **data):
        self.clock.advance(timedelta(minutes=1))
        outcome = casework.perform(appeal.pk, action, self.actor(role, unit, name), self.clock.now(), data=data)
        appeal.refresh_from_db()
        return outcome.case.state

    def can(self, appeal, role, unit):
        case = Case.objects.system("test").select_related("unit").get(pk=appeal.pk)
        appeal.refresh_from_db()
        return set(casework.possible_names(case, appeal, self.actor(role, unit), self.clock.now())) - {"note"}

    def points(self):
        return sum(entry.points for entry in LedgerEntry.objects.all())


@pytest.fixture
def house(clock):
    return House(worlds.small(), clock)


def deliver(name):
    delivery.deliver_keys(name, set(Event.objects.values_list("key", flat=True)))


def test_a_granted_appeal_reverses_the_entry_and_nothing_else(house):
    before = journal.timeline(house.order.pk, reveal=True), Case.objects.system("test").get(pk=house.order.pk).version
    appeal = house.ask()
    assert house.can(appeal, "handler", "X11") == {"withdraw"}
    assert house.can(appeal, "unit_manager", "X11") == set(), "not decided by the unit that was charged"
    with pytest.raises(Forbidden):
        house.do(appeal, "grant", "unit_manager", "X11", decision="我们同意")
    assert house.do(appeal, "grant", "unit_manager", "C1", decision="照片与定位相符，申诉成立") == "granted"
    entry = LedgerEntry.objects.get(reverses=house.entry)
    assert (entry.points, entry.reason, entry.by_name) == (Decimal(-5), "照片与定位相符，申诉成立", "unit_manager@C1")
    assert house.points() == 0
    case = Case.objects.system("test").get(pk=house.order.pk)
    assert (journal.timeline(house.order.pk, reveal=True), case.version) == before, "the customer's case is untouched"
    notice = Notice.objects.get(person=house.handler, kind="assessment.appeal")
    assert notice.title["zh"].endswith("申诉成立，考核已冲销")
    with pytest.raises(Impossible):
        house.ask()


def test_the_second_round_is_decided_higher_by_somebody_else_and_is_the_last(house):
    appeal = house.ask()
    assert house.do(appeal, "refuse", "unit_manager", "C1", decision="照片时间不符") == "refused"
    assert house.can(appeal, "unit_manager", "C1") == set()
    house.do(appeal, "appeal_again", "handler", "X11", grounds="设备时间错误，附校时记录")
    assert "uphold" not in house.can(appeal, "unit_manager", "C1"), "the second round is two levels above"
    assert house.do(appeal, "uphold", "supervisor", "P1", decision="证据不足，维持") == "upheld"
    assert (appeal.decided_by.name, appeal.decided_by_again.name) == ("unit_manager@C1", "supervisor@P1")
    assert house.points() == 5
    for action in ("appeal_again", "grant_again", "withdraw"):
        with pytest.raises(Impossible):
            house.do(appeal, action, "handler", "X11")


def test_whoever_decided_or_charged_does_not_decide_again(house):
    chief = house.actor("supervisor", "P1")
    entry = house.charged("test/2", by=chief, person_id=house.handler.pk)
    appeal = house.ask(entry=entry)
    with pytest.raises(Impossible, match="考核由您登记"):
        house.do(appeal, "grant", "supervisor", "P1", decision="成立")
    house.do(appeal, "refuse", "unit_manager", "P1", decision="不成立")
    house.do(appeal, "appeal_again", "handler", "X11", grounds="再看一次")
    with pytest.raises(Impossible, match="一轮由您裁定"):
        house.do(appeal, "grant_again", "unit_manager", "P1", decision="成立")
    assert house.do(appeal, "grant_again", "supervisor", "HQ", decision="成立") == "granted"


def test_a_head_of_unit_appeals_for_it_and_does_not_decide_it(house):
    entry = house.charged("test/3")
    with pytest.raises(NotFound):
        house.ask(entry=entry)  # a handler does not see what their unit is charged with
    with pytest.raises(NotFound):
        house.ask("unit_manager", "X21", entry=entry)
    appeal = house.ask("unit_manager", "C1", entry=entry)
    with pytest.raises(Impossible, match="申诉由您提出"):
        house.do(appeal, "grant", "unit_manager", "C1", decision="自己的申诉")
    assert house.can(appeal, "unit_manager", "C1") == {"withdraw"}


def test_an_auditor_sees_an_entry_and_may_not_appeal(house):
    with pytest.raises(Forbidden):
        house.ask("quality_auditor", "X11")


def test_one_appeals_within_three_working_days(house):
    assert appeals.deadline(house.entry) - house.entry.at == timedelta(days=3)
    with pytest.raises(Invalid):
        house.ask(grounds="  ")
    house.clock.advance(timedelta(days=3, minutes=1))
    with pytest.raises(Impossible, match="期限"):
        house.ask()
    assert not Appeal.objects.system("test").exists()


def test_a_second_round_that_nobody_asks_for_ends_the_appeal(house):
    appeal = house.ask()
    house.do(appeal, "refuse", "unit_manager", "C1", decision="不成立")
    house.clock.advance(timedelta(days=4))
    sweeper.sweep(house.clock.now())
    with pytest.raises(Impossible, match="期限"):
        house.do(appeal, "appeal_again", "handler", "X11", grounds="晚了")
    deliver("assessment.too_late")
    assert Case.objects.system("test").get(pk=appeal.pk).state == "upheld"
    deliver("assessment.late")
    assert not LedgerEntry.objects.filter(case=appeal.pk).exists(), "not to appeal again is no fault"


def test_what_is_reversed_already_is_not_granted(house):
    appeal = house.ask()
    services.reverse(house.entry.pk, "认定已变更", HOUSE, house.clock.now())
    with pytest.raises(Impossible):
        house.do(appeal, "grant", "unit_manager", "C1", decision="成立")
    assert house.do(appeal, "withdraw", "handler", "X11") == "withdrawn"
    assert house.points() == 0


def test_whoever_is_charged_and_recused_sees_entry_and_appeal_but_not_the_order(house):
    Case.objects.system("test").filter(pk=house.order.pk).update(recused_people=[house.handler.pk])
    appeal = house.ask()
    reader = house.actor("handler", "X11").rights
    assert queries.appeal(reader, appeal.pk) == appeal
    assert queries.get(reader, house.entry.pk) == house.entry
    assert queries.shown_numbers(reader, [house.order.pk]) == set()
    browser = Client()
    browser.force_login(house.handler, backend="django.contrib.auth.backends.ModelBackend")
    for address in (f"/assessment/{house.entry.pk}/", f"/assessment/appeals/{appeal.pk}/", "/assessment/"):
        assert house.order.number not in browser.get(address).content.decode()


def test_findings_charge_and_take_back(house):
    at_fault = {"unit_at_fault": house.world.units["X11"].pk, "person_at_fault": house.handler.pk}
    told = {"kind": "complaint", "unit": house.world.units["X11"].pk, "inquirer": house.handler.pk, **at_fault}
    from open95598.control.assessment import events
    from open95598.foundation.events.registry import Heard

    def hear(number, before, after, reason=""):
        payload = told | {"before": before, "substantiated": after, "reason": reason, "judgement": number}
        for _twice in range(2):
            events.found(
                Heard(number, "complaint.found", "k", house.clock.now(), house.order.pk, payload), house.clock.now()
            )

    def standing():
        rows = LedgerEntry.objects.filter(reverses=None, reversal=None).exclude(pk=house.entry.pk)
        return [(row.charge, row.points, row.person_id) for row in rows.order_by("id")]

    hear(1, "", "no")
    assert standing() == []
    hear(2, "no", "partly", "careless_inquiry")
    assert standing() == [
        ("substantiated", Decimal(2), house.handler.pk),
        ("careless_inquiry", Decimal(3), house.handler.pk),
    ]
    hear(3, "partly", "yes", "new_evidence")
    assert len(standing()) == 2
    hear(4, "yes", "no", "new_evidence")
    assert standing() == [("careless_inquiry", Decimal(3), house.handler.pk)]
    hear(5, "no", "yes", "new_evidence")
    assert len(standing()) == 2


def test_charging_by_hand_is_for_those_who_supervise_the_unit(house):
    def charge(role, at, /, **data):
        now = house.clock.now()
        casework.perform(house.order.pk, "charge", house.actor(role, at), now, data=data)

    given = {"charge": "blocked", "note": "对客户投诉搪塞不登记", "person": house.handler.pk}
    with pytest.raises((Forbidden, NotFound)):
        charge("handler", "X11", **given)
    with pytest.raises(Invalid) as refused:
        charge("supervisor", "P1", **given, unit=house.world.units["HQ"].pk)
    assert set(refused.value.fields) == {"unit"}
    charge("supervisor", "P1", **given, unit=house.world.units["X11"].pk)
    entry = LedgerEntry.objects.get(charge="blocked")
    assert (entry.points, entry.reason, entry.by_name) == (Decimal(5), given["note"], "supervisor@P1")


def test_totals_by_unit_and_person(house):
    house.charged("test/4")
    services.reverse(house.entry.pk, "冲销", HOUSE, house.clock.now())
    rows = queries.visible(house.actor("supervisor", "P1").rights)
    (unit,) = queries.totals(rows, "unit")
    assert (unit.name, unit.points, unit.charged, unit.reversed) == ("X11", Decimal(5), 2, 1)
    (person,) = queries.totals(rows, "person")
    assert (person.name, person.points) == ("handler@X11", Decimal(0))
    assert not queries.visible(house.actor("supervisor", "C2").rights).exists()
    assert not queries.visible(house.actor(Role.AGENT, "P1").rights).exists()


def test_the_interface_lists_appeals_and_decides(house):
    person = house.handler
    token = make_token(person, "test", [], house.clock.now())
    mine = Client(headers={"authorization": f"Bearer {token}"})
    base = "/api/v1/assessment"
    (item,) = mine.get(f"{base}/entries", {"period": "2026-03"}).json()["items"]
    assert (item["id"], item["points"], item["number"]) == (house.entry.pk, "5.00", house.order.number)
    path = f"{base}/entries/{house.entry.pk}/appeal"
    asked = mine.post(path, {"grounds": "现场照片可证明到场"}, content_type="application/json")
    assert asked.status_code == 201, asked.content
    appeal = asked.json()
    assert (appeal["state"], appeal["possible_actions"]) == ("asked", ["withdraw", "note"])
    assert mine.post(path, {"grounds": "再来"}, content_type="application/json").status_code == 409
    assert mine.get(f"{base}/entries").json()["items"][0]["appeal"] == appeal["id"]
    chief = house.world.person("unit_manager", "C1")
    theirs = Client(headers={"authorization": f"Bearer {make_token(chief, 'test', [], house.clock.now())}"})
    granted = theirs.post(
        f"{base}/appeals/{appeal['id']}/actions/grant", {"decision": "成立"}, content_type="application/json"
    )
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    assert mine.get(f"{base}/entries").json()["items"][0]["points"] == "-5.00"
    stranger = house.world.person("handler", "X22")
    other = Client(headers={"authorization": f"Bearer {make_token(stranger, 'test', [], house.clock.now())}"})
    assert other.get(f"{base}/entries").json()["items"] == []
    assert other.get(f"{base}/appeals/{appeal['id']}").status_code == 404


def test_the_interface_lists_appeals_by_state_page_by_page_and_only_to_whom_they_concern(house):
    def read(role, at, **params):
        token = make_token(house.world.person(role, at), "test", [], house.clock.now())
        client = Client(headers={"authorization": f"Bearer {token}"})
        return client.get("/api/v1/assessment/appeals", params).json()

    made = [house.ask()]
    for number in (2, 3):
        entry = house.charged(f"test/{number}", person_id=house.handler.pk)
        house.clock.advance(timedelta(minutes=1))
        made.append(house.ask(entry=entry))
    house.do(made[0], "withdraw", "handler", "X11")
    first = read("handler", "X11", limit=2)
    rest = read("handler", "X11", limit=2, cursor=first["next_cursor"])
    assert [row["id"] for row in first["items"] + rest["items"]] == [a.pk for a in made[::-1]]
    assert [row["id"] for row in read("handler", "X11", state="withdrawn")["items"]] == [made[0].pk]
    assert [row["id"] for row in read("handler", "X11", show="closed", unit="X11")["items"]] == [made[0].pk]
    assert read("handler", "X11", unit="C2")["items"] == [] and read("handler", "X21")["items"] == []
