"""The desk: who speaks, in few queries; drafts; scripts on the contact; sentences; who else has the customer now."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import registered
from tests import world as worlds

from open95598.foundation.errors import Invalid, Stale
from open95598.foundation.events.models import Event
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person
from open95598.foundation.people.services import make_token
from open95598.registry.customers import contacts as reachable
from open95598.registry.customers.models import Customer
from open95598.service.contacts import queries as reads
from open95598.service.contacts import services as contacts
from open95598.service.contacts.models import Contact
from open95598.service.desk import drafts
from open95598.service.desk.models import Draft, ScriptOfContact
from open95598.service.knowledge import scripts
from open95598.service.workorders import directory
from open95598.service.workorders import services as orders
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
PHONE = "13812345678"


@pytest.fixture
def world(clock: Any) -> worlds.World:
    made = worlds.small()
    directory.forget()
    return made


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def begin(world: worlds.World, clock: Any, unit: str = "X11", name: str = "", **more: str) -> Contact:
    actor = world.actor("agent", unit, clock.now(), name=name)
    return contacts.begin(actor, {"channel": "phone", "phone": PHONE, **more}, clock.now())


def test_the_desk_opens_with_the_contact_in_hand_and_fills_the_form(world: worlds.World, clock: Any) -> None:
    desk = browser(world.person("agent", "X11"))
    empty = desk.get("/desk/").content.decode()
    assert 'id="register"' in empty and 'data-hotkey="alt+n"' in empty and 'id="desk-who"' in empty
    row = begin(world, clock, words="家里没电")
    assert desk.get("/desk/").url == f"/desk/?contact={row.code}" == desk.get("/contacts/now/").url
    page = desk.get(f"/desk/?contact={row.code}").content.decode()
    assert f'value="{PHONE}"' in page and "家里没电</textarea>" in page and 'id="desk-end"' in page
    stranger = browser(world.person("agent", "X11", name="another")).get(f"/desk/?contact={row.code}").content.decode()
    assert PHONE not in stranger and "家里没电" not in stranger
    assert browser(world.person("crew_member", "X11")).get("/desk/").status_code == 403


def test_who_speaks_is_known_in_few_queries_however_much_there_is(world: worlds.World, clock: Any) -> None:
    registry = registered.fill(world)
    agent = world.actor("agent", "X11", clock.now())
    order = orders.register(agent, worlds.fault(), clock.now())
    row = begin(world, clock)
    desk = browser(world.person("agent", "X11"))
    sent = {"contact": row.code, "contact_phone": PHONE, "desk": "1"}
    desk.post("/desk/known/", sent)
    with CaptureQueriesContext(connection) as few:
        page = desk.post("/desk/known/", sent).content.decode()
    assert "李**" in page or "李*" in page
    assert order.number in page and "4300000001" in page and "李小明" not in page and PHONE not in page
    for n in range(12):
        orders.register(agent, worlds.fault(description=f"又停电了，第{n}次，门口的线也掉了"), clock.now())
        done = begin(world, clock, name=f"n{n}")
        contacts.end(done, "answered", world.actor("agent", "X11", clock.now(), name=f"n{n}"), clock.now())
    with CaptureQueriesContext(connection) as many:
        desk.post("/desk/known/", sent)
    assert len(many) <= len(few) <= 38, [query["sql"][:90] for query in many]
    guarded = desk.post("/desk/known/", {"contact_phone": "13900001111", "desk": "1"}).content.decode()
    assert "ti-heartbeat" in guarded and 'class="note is-danger"' in guarded
    school = desk.post("/desk/known/", {"account": "4300000005", "desk": "1"}).content.decode()
    assert "湘江市第三小学" in school and "ti-building" in school
    reachable.add(registry.who["曾国强"].pk, "phone", PHONE, registered.HOUSE, clock.now())
    several = desk.post("/desk/known/", {"contact_phone": PHONE, "desk": "1"}).content.decode()
    assert 'data-take-account="4300000001"' in several and 'data-take-account="4300000002"' in several
    chosen = {**sent, "account": "4300000002", "draft_version": "0"}
    assert desk.post("/desk/draft/", chosen).status_code == 200
    row.refresh_from_db()
    assert row.customer == Customer.objects.system("test").get(name="曾国强")
    hints = desk.post("/orders/new/hints/", {"contact_phone": PHONE, "kind": "fault", "desk": "1"}).content.decode()
    assert 'id="caller-' not in hints, "the desk shows the customer at another place"


def test_a_second_agent_sees_that_a_colleague_has_the_customer(world: worlds.World, clock: Any) -> None:
    registered.fill(world)
    first, second = begin(world, clock), begin(world, clock, name="b")
    other = world.person("agent", "X11", name="b")
    told = Event.objects.filter(type=contacts.CHANGED).latest("id")
    assert told.payload["person_ids"] == [first.owner_id], "the first one's card fetches itself again"
    sent = {"contact": second.code, "contact_phone": PHONE}
    assert first.owner is not None
    assert first.owner.name in browser(other).post("/desk/known/", sent).content.decode()
    contacts.end(first, "answered", world.actor("agent", "X11", clock.now()), clock.now())
    assert Event.objects.filter(type=contacts.CHANGED).latest("id").payload["person_ids"] == [other.pk]
    assert first.owner.name not in browser(other).post("/desk/known/", sent).content.decode()


def test_what_is_typed_is_kept_for_its_writer_alone_until_it_is_registered(world: worlds.World, clock: Any) -> None:
    agent = world.person("agent", "X11")
    desk, typed = browser(agent), {"kind": "complaint", "description": "营业厅态度差", "contact_phone": PHONE}
    first = desk.post("/desk/draft/", {**typed, "draft_version": "0"})
    assert first.json()["version"] == 1
    for path in ("/desk/", "/orders/new/"):
        again = browser(agent).get(path).content.decode()  # another machine
        assert "营业厅态度差</textarea>" in again and f'value="{PHONE}"' in again and "draft-back note" in again
    assert desk.post("/desk/draft/", {**typed, "draft_version": "0"}).status_code == 412, "another window wrote it"
    assert "营业厅态度差" not in browser(world.person("agent", "X11", name="b")).get("/desk/").content.decode()
    assert "营业厅态度差" not in desk.get("/desk/?kind=fault&category=fault.lv").content.decode()
    facts = worlds.fault(form_key="k1", desk="1")
    made = desk.post("/orders/new/", facts)
    number = WorkOrder.objects.system("test").latest("pk").number
    assert made.url == f"/desk/?contact=&made={number}" and not Draft.objects.exclude(content={}).exists()
    late = {**typed, "form_key": "k1", "draft_version": "1"}
    desk.post("/desk/draft/", late)
    assert not Draft.objects.exclude(content={}).exists(), "what was on its way still is no draft any more"
    after = desk.get(made.url).content.decode()
    assert number in after and "家里突然没电" not in after
    desk.post("/desk/draft/", {"kind": "fault", "channel": "phone", "draft_version": "9"})
    assert 'draft-back note" hidden' in desk.get("/desk/").content.decode(), "nothing was typed"
    desk.post("/desk/draft/", {**typed, "draft_version": "0"})
    assert desk.post("/desk/draft/", {"drop": "1"}).json() == {"version": 0}
    assert not Draft.objects.exclude(content={}).exists()
    drafts.keep(agent.pk, "", typed, 0, clock.now())
    with pytest.raises(Invalid):
        drafts.keep(agent.pk, "", {"description": "长" * 40_000}, 1, clock.now())
    clock.advance(drafts.KEPT)
    assert "营业厅态度差" not in desk.get("/desk/").content.decode()
    assert drafts.tidy(clock.now()) == 1
    drafts.keep(agent.pk, "", typed, 0, clock.now())
    with pytest.raises(Stale):
        drafts.keep(agent.pk, "", typed, 7, clock.now())


def test_the_form_is_the_contacts_notebook(world: worlds.World, clock: Any) -> None:
    registered.fill(world)
    row = begin(world, clock, phone="")
    desk = browser(world.person("agent", "X11"))
    sent = {
        "contact": row.code,
        "contact_phone": "1",
        "contact_name": "李小明",
        "description": "电费多了",
        "draft_version": "0",
    }
    assert desk.post("/desk/draft/", sent).json()["version"] == 1, "half a number does not stop the rest"
    row.refresh_from_db()
    assert (row.name, row.words, row.phone) == ("李小明", "电费多了", "")
    desk.post("/desk/draft/", {**sent, "contact_phone": PHONE, "category": "fault.lv.no_power", "draft_version": "1"})
    row.refresh_from_db()
    assert (row.phone, row.customer.name if row.customer else "", row.kind) == (PHONE, "李小明", "fault")
    secret = {**sent, "confidential": "on", "contact_name": "张三", "draft_version": "2"}
    desk.post("/desk/draft/", secret)
    row.refresh_from_db()
    assert row.name == "李小明", "who asks for secrecy is noted nowhere else"
    desk.post("/orders/new/", worlds.fault(contact=row.code, form_key="k2", desk="1"))
    desk.post("/desk/draft/", {**sent, "description": "第二件事", "draft_version": "0"})
    row.refresh_from_db()
    assert row.words == "电费多了", "a second order's words are that order's"
    ended = {"outcome": "order", "next": f"/desk/?contact={row.code}"}
    assert desk.post(f"/contacts/{row.code}/end/", ended).url == ended["next"]
    clock.advance(timedelta(minutes=4))
    bar = desk.get("/contacts/bar/").content.decode()
    assert "data-stopwatch" in bar and "data-limit" in bar
    assert desk.post(f"/contacts/{row.code}/done/", {"next": "https://example.org/"}).url == f"/contacts/{row.code}/"


def test_a_script_runs_beside_the_form_and_its_way_stays_on_the_contact(world: worlds.World, clock: Any) -> None:
    row = begin(world, clock)
    desk = browser(world.person("agent", "X11"))
    script = next(s for s in scripts.scripts() if any(e.does == "order" for e in s.part.endings))
    code = script.code
    assert script.part.steps[0].ask.zh in desk.post(f"/desk/scripts/{code}/", {"contact": row.code}).content.decode()
    assert not ScriptOfContact.objects.exists(), "looked at, not begun"
    ending = next(e for e in script.part.endings if e.does == "order")
    way = _way(script, ending.code)
    run = ""
    for n in range(1, len(way) + 1):
        answer = desk.post(f"/desk/scripts/{code}/", {"contact": row.code, "run": run, "a": way[:n]})
        run = str(ScriptOfContact.objects.get(contact=row).run_id)
    shown = answer.content.decode()
    assert "data-fill" in shown and f'data-category="{ending.category}"' in shown and "HX-Replace-Url" not in answer
    kept = ScriptOfContact.objects.get(contact=row).run
    assert (kept.ending, [a for _step, a in kept.path]) == (ending.code, way)
    assert ending.label.zh in desk.get(f"/contacts/{row.code}/").content.decode()
    stranger = browser(world.person("agent", "X11", name="b"))
    assert stranger.post(f"/desk/scripts/{code}/", {"run": run, "a": way[:1]}).status_code == 404
    assert desk.post(f"/desk/scripts/{code}/", {"a": ["nothing"]}).status_code == 404


def _way(script: Any, end: str) -> list[str]:
    """Return answers that lead to an ending."""
    ways: list[tuple[str, list[str]]] = [(script.part.first, [])]
    while ways:
        at, given = ways.pop(0)
        if at == end:
            return given
        step = script.step(at)
        ways += [(a.to, [*given, a.code]) for a in step.answers] if step else []
    raise AssertionError(end)


def test_what_hostile_people_typed_does_not_run_and_no_number_stands_in_a_card(world: worlds.World, clock: Any) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    registered.fill(world).make(
        hostile, "X11", "4300000099", f"湘江市东湖区{hostile}", phone="13700009999", kind="organisation"
    )
    begin(world, clock, name=hostile, phone="13700009999", words=hostile)
    row = begin(world, clock, phone="13700009999", words=hostile)
    desk = browser(world.person("agent", "X11"))
    desk.post("/desk/draft/", {"contact": row.code, "description": hostile, "answer": hostile, "draft_version": "0"})
    for page in (desk.get(f"/desk/?contact={row.code}"), desk.post("/desk/known/", {"contact": row.code})):
        text = page.content.decode()
        assert hostile not in text and "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "13700009999" not in text
    elsewhere = browser(world.person("agent", "C2")).post("/desk/known/", {"contact_phone": "13700009999"})
    assert "4300000099" not in elsewhere.content.decode(), "a customer of other units"


def test_work_after_a_contact_that_took_too_long_is_counted(world: worlds.World, clock: Any) -> None:
    actor = world.actor("agent", "X11", clock.now())
    for minutes in (2, 4):
        row = begin(world, clock)
        contacts.end(row, "answered", actor, clock.now())
        clock.advance(timedelta(minutes=minutes))
        contacts.finish(row, actor, clock.now())
    eyes = rights.load(world.person("shift_leader", "P1"), clock.now())
    since = clock.now() - timedelta(days=1)
    whole, (line,) = reads.figures(eyes, since, clock.now(), "agent", clock.now())
    assert (line.long, line.after, whole.long) == (1, 180.0, 1)
    page = browser(world.person("shift_leader", "P1")).get("/contacts/figures/?by=agent").content.decode()
    assert "3:00" in page and "1 次超时" in page


def test_the_sentences_are_the_interfaces_too(world: worlds.World, clock: Any) -> None:
    agent = world.person("agent", "P1")
    token = make_token(agent, "test", [], clock.now())
    client = Client(headers={"authorization": f"Bearer {token}"})
    found = json.loads(client.get("/api/v1/desk/phrases?kind=fault&situation=registered&number=GD1").content)["items"]
    assert {one["code"] for one in found} == {"registered", "registered-fault"} and "GD1" in found[0]["text"]
    shown = browser(agent).post("/desk/sentences/", {"kind": "praise"}).content.decode()
    assert 'data-sentence="' in shown and "抢修人员" not in shown
    crew = make_token(world.person("crew_member", "X11"), "test", [], clock.now())
    assert Client(headers={"authorization": f"Bearer {crew}"}).get("/api/v1/desk/phrases").status_code == 403
