"""Field sheets: what stands on one, who may print and enter it, true times, a bad row, twice the same."""

from __future__ import annotations

import io
from datetime import timedelta

import orjson
import pytest
from django.utils import timezone
from pypdf import PdfReader
from tests import world as worlds
from tests.integration.workorders.test_pages_desks import fault, sit  # noqa: F401

from open95598.casework import services as casework
from open95598.casework import sweeper
from open95598.casework.models import CaseClock
from open95598.foundation.errors import Forbidden, Invalid, NotFound
from open95598.foundation.journal import queries as journal
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.services import make_token
from open95598.foundation.rulebook import store
from open95598.service.field import queries, services
from open95598.service.field.models import FieldSheet
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


@pytest.fixture
def world(db):
    return worlds.small()


@pytest.fixture
def clerk(world, clock):
    return world.actor("handler", "X11", clock.now())


def fresh(order):
    return WorkOrder.objects.system("test").select_related("case").get(pk=order.pk)


def codes(order) -> dict[str, str]:
    rules = store.get(order.case.rulebook_version)
    lists = {"cause": "fault_causes", "ownership": "ownership", "result": "results"}
    return {name: rules.choices(choices, "fault")[0].code for name, choices in lists.items()}


def sheet_of(world, clock, clerk, *orders) -> FieldSheet:
    return services.make(clerk, world.units["X11"].pk, None, clock.now())


def test_a_sheet_holds_the_open_repairs_of_the_unit_and_nobody_elses(world, clock, clerk):
    here = fault(world, clock, "")
    done = fault(world, clock, "restore")
    other = fault(world, clock, "", address="岳麓市北城区人民路1号")
    made = sheet_of(world, clock, clerk)
    listed = [line.case_id for line in queries.lines(made)]
    assert here.pk in listed and done.pk not in listed
    assert (other.pk in listed) == (fresh(other).case.unit.code == "X11")
    with pytest.raises(Forbidden):
        services.make(clerk, world.units["X21"].pk, None, clock.now())
    stranger = world.actor("handler", "X21", clock.now())
    with pytest.raises(NotFound):
        queries.get(stranger.rights, made.pk)
    idle = world.actor("handler", "X22", clock.now())
    with pytest.raises(Invalid):
        services.make(idle, world.units["X22"].pk, None, clock.now())
    assert Entry.objects.filter(kind="sheet.made", stream=made.stream).count() == 1


def test_a_sheet_for_one_of_the_crew_holds_what_is_in_their_hands(world, clock, clerk):
    mine, waiting = fault(world, clock, "accept"), fault(world, clock, "")
    crew = world.person("crew_member", "X11")
    made = services.make(clerk, world.units["X11"].pk, crew.pk, clock.now())
    assert [line.case_id for line in queries.lines(made)] == [mine.pk] != [waiting.pk]
    assert [person.pk for person in queries.crews(clerk.rights)] == [crew.pk]
    stranger = world.person("crew_member", "X21")
    with pytest.raises(Invalid):
        services.make(clerk, world.units["X11"].pk, stranger.pk, clock.now())


def test_rows_are_recorded_at_their_true_times_and_clocks_judge_by_them(world, clock, clerk):
    order = fault(world, clock, "")
    made = sheet_of(world, clock, clerk)
    clock.advance(timedelta(hours=9))
    sweeper.sweep(clock.now())
    assert fresh(order).case.breached
    crew = world.person("crew_member", "X11")
    row = {"out": "10:05", "arrived": "1025", "restored": "11:40", "note": "换了熔断器", **codes(order)}
    [one] = services.enter(made, {1: row}, clerk, clock.now(), crew_id=crew.pk)
    assert not one.problems and one.done == ["accept", "send_crew", "arrive", "diagnose", "restore"]
    order = fresh(order)
    times = [timezone.localtime(at).strftime("%H:%M") for at in (order.crew_at, order.arrived_at, order.restored_at)]
    assert times == ["10:05", "10:25", "11:40"]
    assert order.case.state == "restored" and order.case.owner_id == crew.pk
    arrive, restore = (CaseClock.objects.get(case_id=order.pk, name=n) for n in ("arrive", "restore"))
    assert arrive.stopped_at == order.arrived_at and arrive.breached_at is None
    assert restore.started_at == order.arrived_at and restore.stopped_at == order.restored_at
    entry = Entry.objects.get(case_id=order.pk, kind="case.restore")
    data = orjson.loads(entry.body)["data"]
    assert entry.at == clock.now() and entry.actor_id == clerk.person_id
    assert data["occurred_at"] == order.restored_at.isoformat()
    told = next(t for t in journal.timeline(order.pk, reveal=True) if t.kind == "case.restore")
    assert made.number in told.personal["note"] and "换了熔断器" in told.personal["note"]


def test_the_same_sheet_entered_twice_does_nothing_twice(world, clock, clerk):
    order = fault(world, clock, "")
    made = sheet_of(world, clock, clerk)
    clock.advance(timedelta(hours=3))
    rows = {1: {"out": "10:05", "arrived": "10:25"}}
    assert services.enter(made, rows, clerk, clock.now())[0].done
    before = Entry.objects.filter(case_id=order.pk).count()
    [again] = services.enter(made, rows, clerk, clock.now())
    assert again.done == [] and again.problems == {}
    assert Entry.objects.filter(case_id=order.pk).count() == before
    [other] = services.enter(made, {1: {"out": "10:05", "arrived": "10:31"}}, clerk, clock.now())
    assert "10:25" in other.problems["arrived"]
    # the rest of the row, when the crew is back
    full = rows[1] | {"restored": "12:10", **codes(order)}
    assert services.enter(made, {1: full}, clerk, clock.now())[0].done == ["diagnose", "restore"]


def test_a_bad_row_is_named_and_the_good_ones_are_taken_or_none(world, clock, clerk):
    good, bad = fault(world, clock, ""), fault(world, clock, "")
    made = sheet_of(world, clock, clerk)
    clock.advance(timedelta(hours=2))
    rows = {1: {"out": "10:05"}, 2: {"out": "10:20", "arrived": "10:05", "result": "bogus"}}
    results = services.enter(made, rows, clerk, clock.now(), whole=True)
    assert set(results[1].problems) == {"result"} and results[0].done == []
    assert fresh(good).case.state == "dispatched"
    rows[2]["result"] = ""
    rows[2]["arrived"] = "3-2 10:05"
    results = services.enter(made, rows, clerk, clock.now())
    assert results[0].done == ["accept", "send_crew"] and set(results[1].problems) == {"arrived"}
    assert (fresh(good).case.state, fresh(bad).case.state) == ("crew_dispatched", "dispatched")
    assert [bool(line.entered_at) for line in queries.lines(made)] == [True, False]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"out": "later"}, "out"),
        ({"out": "23:59"}, "out"),  # ahead
        ({"out": "3-1 10:00"}, "out"),  # before it was dispatched
        ({"out": "10:05", "arrived": "10:25", "restored": "11:00"}, "result"),
    ],
)
def test_impossible_times_are_refused_in_words(world, clock, clerk, row, field):
    order = fault(world, clock, "")
    made = sheet_of(world, clock, clerk)
    clock.advance(timedelta(hours=2))
    [one] = services.enter(made, {1: row}, clerk, clock.now())
    assert one.problems[field] and one.done == []
    assert fresh(order).case.state == "dispatched"


def test_what_was_done_on_the_phone_meanwhile_stands(world, clock, clerk):
    order = fault(world, clock, "")
    made = sheet_of(world, clock, clerk)
    clock.advance(timedelta(minutes=30))
    crew = world.actor("crew_member", "X11", clock.now())
    for action in ("accept", "send_crew"):
        casework.perform(order.pk, action, crew, clock.now())
    clock.advance(timedelta(hours=1))
    [one] = services.enter(made, {1: {"out": "10:12", "arrived": "11:00"}}, clerk, clock.now())
    assert set(one.problems) == {"out"} and fresh(order).case.state == "crew_dispatched"
    [one] = services.enter(made, {1: {"arrived": "11:00"}}, clerk, clock.now())
    assert one.done == ["arrive"]


def words(answer) -> str:
    """Return the paper's text; blanks, which the typesetter puts beside figures as well, are left out."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return "".join(text.split()).replace("\N{ZERO WIDTH SPACE}", "")


def test_the_paper_is_masked_and_in_the_open_only_for_a_reason_on_record(world, sit, clock, clerk):  # noqa: F811
    order = fault(world, clock, "")
    made = sheet_of(world, clock, clerk)
    browser = sit(world.person("handler", "X11"))
    url = f"/field-sheets/{made.pk}/sheet.pdf"
    masked = browser.get(url)
    text = words(masked)
    assert masked["Content-Type"] == "application/pdf" and masked["Cache-Control"] == "no-store"
    assert made.number in text and order.number in text and "13812345678" not in text and "88号" not in text
    assert browser.post(url, {"why": ""}).status_code == 422
    opened = browser.post(url, {"why": "断网区县抢修"})
    text = words(opened)
    assert "13812345678" in text and "88号" in text and "handler@X11" in text
    assert Entry.objects.filter(kind="personal.revealed", case_id=order.pk).count() == 1
    printed = Entry.objects.get(kind="sheet.printed", stream=made.stream)
    assert orjson.loads(printed.body)["data"] == {"number": made.number, "lines": 1, "in_the_open": 1}
    assert sit(world.person("handler", "X21")).get(url).status_code == 404
    assert sit(world.person("agent", "P1")).get(url).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_clerk_enters_a_sheet_on_its_page(world, sit, clock, clerk, language):  # noqa: F811
    order = fault(world, clock, "")
    person = world.person("handler", "X11")
    person.language = language
    person.save()
    browser = sit(person)
    assert browser.post("/field-sheets/new/", {"unit": world.units["X11"].pk}).status_code == 302
    made = FieldSheet.objects.get()
    assert made.number in browser.get("/field-sheets/").content.decode()
    assert browser.get("/field-sheets/", {"number": made.number}).status_code == 302
    clock.advance(timedelta(hours=2))
    browser = sit(person)
    url = f"/field-sheets/{made.pk}/"
    bad = browser.post(url, {"out-1": "10:10", "arrived-1": "nie", "how": "good"})
    text = bad.content.decode()
    assert bad.status_code == 422 and 'value="nie"' in text and 'aria-invalid="true"' in text
    assert fresh(order).case.state == "dispatched"
    done = browser.post(url, {"out-1": "10:10", "arrived-1": "10:30", "how": "good"}, follow=True).content.decode()
    assert fresh(order).case.state == "arrived" and "03-02 10:10" in done
    again = browser.post(url, {"out-1": "10:10", "arrived-1": "10:30"}, follow=True)
    assert again.status_code == 200 and Entry.objects.filter(case_id=order.pk, kind="case.arrive").count() == 1
    assert browser.post(url, {"out-9": "10:10"}).status_code == 404


def test_the_api_makes_reads_and_enters_a_sheet(client, world, clock):
    order = fault(world, clock, "")
    token = make_token(world.person("handler", "X11"), "t", ["case.handle", "case.view"], clock.now())
    auth = {"Authorization": f"Bearer {token}"}

    def call(method, path, body=None, **more):
        made = getattr(client, method)
        kwargs = {"data": orjson.dumps(body), "content_type": "application/json"} if body is not None else {}
        return made(f"/api/v1/field-sheets{path}", headers=auth | more, **kwargs)

    body = {"unit": world.units["X11"].pk}
    first = call("post", "", body, **{"Idempotency-Key": "s1"})
    assert first.status_code == 201
    assert call("post", "", body, **{"Idempotency-Key": "s1"}).json() == first.json()
    assert FieldSheet.objects.count() == 1
    pk = first.json()["id"]
    clock.advance(timedelta(hours=2))
    entries = {"rows": [{"place": 1, "out": "10:10", "arrived": "09:00"}]}
    told = call("post", f"/{pk}/entries", entries).json()
    assert told["rows"][0]["done"] == [] and "arrived" in told["rows"][0]["problems"]
    entries["rows"][0]["arrived"] = "10:40"
    assert call("post", f"/{pk}/entries", entries).json()["rows"][0]["done"] == ["accept", "send_crew", "arrive"]
    assert call("get", f"/{pk}").json()["lines"][0]["entered_by"] == "handler@X11"
    assert call("get", f"/{pk}/sheet.pdf").content.startswith(b"%PDF")
    assert call("get", "/999").status_code == 404
    assert call("post", f"/{pk}/entries", {"rows": [{"place": 1, "bogus": 1}]}).status_code == 422
    assert fresh(order).case.state == "arrived"
