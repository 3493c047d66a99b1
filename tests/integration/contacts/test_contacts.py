"""One record of every conversation: begun, popped, linked, ended, worked up; counted; secret where an order is."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import world as worlds

from open95598.casework import recusal
from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.events.models import Event
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Notice
from open95598.foundation.people import rights
from open95598.foundation.people.services import make_token
from open95598.foundation.ui.models import SeatState
from open95598.registry.customers import accounts
from open95598.registry.customers import contacts as reachable
from open95598.registry.customers import services as registry
from open95598.service.contacts import events, queries, recording, services
from open95598.service.contacts.kinds import NOT_SERVED, Link, Outcome, State
from open95598.service.contacts.models import Contact
from open95598.service.contacts.resolution import Heard, Verdict, verdicts
from open95598.service.workorders import directory, erasure
from open95598.service.workorders import services as orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
CALL = {"channel": "phone", "phone": "138 1234 5678", "name": "李小明"}


@pytest.fixture
def world(clock: Any) -> worlds.World:
    made = worlds.small()
    directory.forget()
    return made


def agent_of(world: worlds.World, clock: Any, name: str = "") -> Actor:
    return world.actor("agent", "P1", clock.now(), name=name)


def eyes(world: worlds.World, role: str, unit: str, clock: Any) -> Any:
    return rights.load(world.person(role, unit), clock.now())


def browser_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_conversation_is_led_ended_and_worked_up(world: worlds.World, clock: Any) -> None:
    agent = agent_of(world, clock)
    row = services.begin(agent, CALL, clock.now())
    assert (row.phone, row.party, row.state, row.owner_id) == (
        "13812345678",
        "p13812345678",
        State.OPEN,
        agent.person_id,
    )
    assert SeatState.of(row.owner).state == "talking"
    (told,) = Event.objects.filter(type=services.BEGAN)
    assert told.payload["person_ids"] == [agent.person_id], "the one screen concerned, and no other"
    services.note(row, agent, {"words": "问上月电费", "category": "consultation.bill.price"}, clock.now())
    with pytest.raises(Invalid) as wrong:
        services.end(row, "order", agent, clock.now())
    assert "outcome" in wrong.value.fields
    clock.advance(timedelta(minutes=4, seconds=5))
    ended = services.end(row, "answered", agent, clock.now())
    assert (ended.kind, ended.state) == ("consultation", State.AFTER)
    assert SeatState.of(row.owner).state == "after_work"
    with pytest.raises(Impossible):
        services.end(row, "answered", agent, clock.now())
    clock.advance(timedelta(seconds=50))
    following = services.begin(agent, {"channel": "phone"}, clock.now())
    row.refresh_from_db()
    assert row.state == State.DONE, "the next customer is there: the after-contact work is over"
    assert (row.done_at - row.ended_at).total_seconds() == 50
    assert [one.pk for one in queries.current(agent.person_id or 0)] == [following.pk]
    kinds = Entry.objects.filter(stream=row.stream).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["contact.began", "contact.ended", "contact.done"]


def test_a_contact_passes_to_another_seat_and_nobody_elses_is_touched(world: worlds.World, clock: Any) -> None:
    agent, other = agent_of(world, clock), agent_of(world, clock, "second")
    row = services.begin(agent, CALL, clock.now())
    stranger = world.actor("agent", "C2", clock.now())
    with pytest.raises(Forbidden):
        services.end(row, "answered", stranger, clock.now())
    with pytest.raises(NotFound):
        queries.get(eyes(world, "agent", "C2", clock), row.code)
    with pytest.raises(Invalid):
        services.take(row, agent, world.person("crew_member", "P1"), clock.now())
    services.take(row, agent, world.person("agent", "P1", name="second"), clock.now())
    assert queries.current(agent.person_id or 0) == []
    assert [one.pk for one in queries.current(other.person_id or 0)] == [row.pk]


def test_the_customer_is_known_by_account_and_by_number_and_their_manager_is_told(
    world: worlds.World, clock: Any
) -> None:
    keeper = world.actor("unit_manager", "X11", clock.now())
    manager = world.person("handler", "X11")
    unit = world.units["X11"].pk
    new = registry.NewCustomer("东湖纺织厂", unit, kind="organisation", tier="diamond", manager_id=manager.pk)
    customer = registry.create(new, keeper, clock.now())
    place = accounts.NewAccount("4300001", unit, customer.pk, "湘江市东湖区芙蓉路8号")
    account = accounts.open_account(place, keeper, clock.now())
    reachable.add(customer.pk, "phone", "0731-8888 1234", keeper, clock.now())
    agent = agent_of(world, clock)
    by_phone = services.begin(agent, {"channel": "phone", "phone": "073188881234"}, clock.now())
    by_account = services.begin(agent, {"channel": "counter", "account": account.number}, clock.now())
    assert by_phone.customer == customer and by_account.customer == customer
    assert by_phone.party == by_account.party == f"c{customer.pk}"
    with pytest.raises(Invalid) as wrong:
        services.begin(agent, {"channel": "counter", "account": "999"}, clock.now())
    assert "account" in wrong.value.fields
    services.end(by_account, "answered", agent, clock.now())
    told = Event.objects.filter(type=services.OF_MANAGED).latest("pk")
    events.tell_manager(told, clock.now())
    assert Notice.objects.filter(person=manager, key=f"contact/{by_account.code}").count() == 1


def test_an_order_registered_in_a_contact_belongs_to_it(world: worlds.World, clock: Any) -> None:
    agent = agent_of(world, clock)
    row = services.begin(agent, CALL | {"words": "家里没电"}, clock.now())
    browser = browser_of(world.person("agent", "P1"))
    form = browser.get(f"/orders/new/?contact={row.code}").content.decode()
    assert f'name="contact" value="{row.code}"' in form and "13812345678" in form and "家里没电" in form
    sent = worlds.fault() | {"contact": row.code, "form_key": "k" * 32, "triage": ""}
    assert browser.post("/orders/new/", sent).status_code == 302
    assert browser.post("/orders/new/", sent).status_code == 302, "sent twice, done once"
    ((how, order),) = queries.orders_of(row, agent.rights)
    assert how == Link.MADE and order.contact_phone == "13812345678"
    assert services.end(row, "", agent, clock.now()).outcome == Outcome.ORDER
    page = browser.get(f"/contacts/{row.code}/").content.decode()
    assert order.number in page
    other = browser_of(world.person("agent", "P1", name="second")).get(f"/contacts/{row.code}/").content.decode()
    assert "13812345678" not in other and "李小明" not in other, "others see it masked"


def test_a_contact_that_led_to_a_report_keeps_nothing_of_the_informant(world: worlds.World, clock: Any) -> None:
    agent = agent_of(world, clock)
    row = services.begin(agent, CALL | {"words": "举报李四以电谋私"}, clock.now())
    facts = worlds.fault(kind="report", category="report.conduct.norms", disclosed="有人反映抄表员收受财物")
    order = orders.register(agent, facts, clock.now())
    services.link(row, order, Link.MADE, agent, clock.now())
    row.refresh_from_db()
    assert (row.hushed, row.name, row.phone, row.words, row.party) == (True, "", "", "", "")
    entries = " ".join(map(str, Entry.objects.filter(stream=row.stream).values_list("body", flat=True)))
    assert order.number not in entries and "13812345678" not in entries
    with pytest.raises(Impossible):
        services.note(row, agent, {"words": "还是李小明"}, clock.now())
    with pytest.raises(NotFound):
        queries.get(eyes(world, "unit_manager", "X11", clock), row.code)
    listed = browser_of(world.person("agent", "P1", name="second")).get("/contacts/").content.decode()
    assert row.code not in listed


def test_who_is_kept_away_from_an_order_does_not_see_its_conversation(world: worlds.World, clock: Any) -> None:
    agent, leader = agent_of(world, clock), world.person("shift_leader", "P1")
    row = services.begin(agent, CALL | {"words": "投诉值长态度"}, clock.now())
    order = orders.register(
        agent, worlds.fault(kind="complaint", category="complaint.service.conduct.hall_attitude"), clock.now()
    )
    services.link(row, order, Link.MADE, agent, clock.now())
    seen = rights.load(leader, clock.now())
    assert queries.get(seen, row.code).pk == row.pk
    recusal.keep_away(order.case, [leader.pk], [], agent, clock.now())
    with pytest.raises(NotFound):
        queries.get(seen, row.code)
    assert row.code not in browser_of(leader).get("/contacts/").content.decode()


def lay(world: worlds.World, agent: Actor, at: datetime, phone: str, outcome: str) -> None:
    row = services.begin(agent, {"channel": "phone", "phone": phone}, at)
    services.end(row, outcome, agent, at + timedelta(minutes=3))
    services.finish(Contact.objects.system("test").get(pk=row.pk), agent, at + timedelta(minutes=4))


def test_the_figures_are_those_of_the_rule(world: worlds.World, clock: Any) -> None:
    agent, start = agent_of(world, clock), clock.now()
    days = [
        (0, "13800000001"),
        (3, "13800000001"),
        (12, "13800000001"),
        (1, "13800000002"),
        (2, ""),
        (27, "13800000003"),
    ]
    for day, phone in days:
        lay(world, agent, start + timedelta(days=day), phone, "answered")
    lay(world, agent, start + timedelta(days=4), "13800000004", "lost")
    now = start + timedelta(days=29)
    seen = rights.load(world.person("shift_leader", "P1"), now)
    whole, (line,) = queries.figures(seen, start - timedelta(days=1), now, "agent", now)
    rows = Contact.objects.system("test").all()
    said = verdicts([Heard(r.pk, r.party, r.began_at, r.outcome not in NOT_SERVED) for r in rows], now)
    judged = [v for v in said.values() if v in (Verdict.SOLVED, Verdict.FOLLOWED)]
    assert (whole.total, whole.lost, whole.repeats) == (7, 1, 1)
    assert (whole.whole, whole.solved) == (len(judged), judged.count(Verdict.SOLVED)) == (4, 3)
    assert (line.name, line.handling, line.after) == ("agent@P1", 240.0, 60.0)
    assert {row.pk: queries.verdict(row, now) for row in rows} == dict(said)
    clock.advance(timedelta(days=29))
    page = browser_of(world.person("shift_leader", "P1"))
    shown = page.get("/contacts/figures/?month=2026-03&by=agent").content.decode()
    assert "75.0%" in shown and "4:00" in shown
    behind = page.get("/contacts/?began_from=2026-03-01&began_to=2026-03-31&repeat=1").content.decode()
    assert behind.count("data-row") == 1
    assert page.get("/contacts/figures/?by=nonsense").status_code == 422


def test_another_system_tells_of_a_call_and_the_agents_screen_has_it(world: worlds.World, clock: Any) -> None:
    person, switch = world.person("agent", "P1"), world.person("integration", "P1")
    client = Client(headers={"authorization": f"Bearer {make_token(switch, 'test', [], clock.now())}"})

    def call(path: str, body: Any, **headers: str) -> Any:
        return client.post(
            f"/api/v1/contacts{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    body = {"channel": "phone", "agent": person.username, "phone": "13812345678", "source": "pbx", "source_ref": "c-1"}
    made = call("", body, **{"idempotency-key": "k1"})
    assert made.status_code == 201 and made.json() == call("", body, **{"idempotency-key": "k1"}).json()
    assert made.json()["phone"] == "138****5678"
    assert call("", body).status_code == 422, "told twice without a key"
    assert call("", {"channel": "telepathy"}).status_code == 422
    assert call("", body | {"agent": "nobody", "source_ref": "c-2"}).json()["errors"]["agent"]
    code = made.json()["code"]
    bar = browser_of(person).get("/contacts/bar/").content.decode()
    assert code in bar and "13812345678" not in bar
    assert browser_of(person).get("/contacts/now/")["Location"] == f"/desk/?contact={code}"
    assert call(f"/{code}/end", {"outcome": "answered", "words": "已解释"}).json()["state"] == "after"
    assert call(f"/{code}/end", {"outcome": "answered"}).status_code == 409
    assert call(f"/{code}/done", {}).json()["state"] == "done"
    found = client.get("/api/v1/contacts?state=done&channel=phone").json()
    assert [one["code"] for one in found["items"]] == [code]
    assert client.get("/api/v1/contacts?state=nonsense").status_code == 422


def test_erasure_reaches_the_conversations_about_an_order(world: worlds.World, clock: Any) -> None:
    agent = agent_of(world, clock)
    row = services.begin(agent, CALL | {"words": "李小明家没电"}, clock.now())
    facts = worlds.fault(kind="consultation", category="consultation.bill.price")
    order = orders.register(agent, facts, clock.now(), answer="已解释电价")
    services.link(row, order, Link.MADE, agent, clock.now())
    erasure.erase(order.number, reason="客户书面申请 2026-18", actor=Actor.house("test"), now=clock.now())
    row.refresh_from_db()
    assert (row.name, row.phone, row.words, row.party) == ("", "", "", "")


def test_conversations_that_were_led_before_are_written_down_with_their_journal(world: Any, clock: Any) -> None:
    agent, now = agent_of(world, clock), clock.now()
    order = orders.register(agent, worlds.fault(), now)
    person = world.person("agent", "P1")
    led = [
        recording.Led(
            agent=person, channel="phone", phone=phone, name="", began_at=now - timedelta(days=day),
            answered_at=now - timedelta(days=day), ended_at=now - timedelta(days=day) + timedelta(minutes=2),
            done_at=now - timedelta(days=day) + timedelta(minutes=3), outcome="answered", case_id=case_id,
        )
        for day, phone, case_id in ((3, "13812345678", order.pk), (20, "", None))
    ]  # fmt: skip
    first, second = recording.record(led, Actor.house("test"), now)
    assert [(how, found.pk) for how, found in queries.orders_of(first, agent.rights)] == [("asked", order.pk)]
    assert (first.state, first.party, second.party) == (State.DONE, "p13812345678", "")
    assert Entry.objects.filter(stream__in=[first.stream, second.stream], kind="contact.recorded").count() == 2


def test_the_list_leaves_the_house_as_it_is_seen(world: Any, clock: Any, settings: Any) -> None:
    agent, person = agent_of(world, clock), world.person("agent", "P1")
    for phone in ("13812345678", "13900000000"):
        services.begin(agent, CALL | {"phone": phone, "name": "=HYPERLINK(1)"}, clock.now())
    browser = browser_of(person)
    assert "export=xlsx" in browser.get("/contacts/").content.decode()
    answer = browser.get("/contacts/?channel=phone&export=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert person.username in str(rows[0]), "who took it out stands on it"
    assert len(rows) == 4 and "138****5678" in str(rows) and "13812345678" not in str(rows)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    told = Entry.objects.filter(kind="export.made").latest("pk")
    assert json.loads(told.body)["data"] | {"listing": "contacts", "rows": 2} == json.loads(told.body)["data"]
    settings.EXPORT_DIRECT_LIMIT = 1
    assert browser.get("/contacts/?export=xlsx").status_code == 422
    crew = browser_of(world.person("crew_member", "P1"))
    assert crew.get("/contacts/?export=xlsx").status_code == 403
    assert "export=xlsx" not in crew.get("/contacts/").content.decode()
