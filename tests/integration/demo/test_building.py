"""The utility and its history: built whole, consistent as if everything had happened when it says, once."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

import orjson
import pytest
from django.conf import settings
from django.db.models import F
from tests.integration.demo.conftest import NOW, ORDERS

from open95598.casework import registry
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.control.supervision.models import BY_HAND, Supervision
from open95598.foundation.errors import Impossible
from open95598.foundation.events.models import Delivery, Event
from open95598.foundation.journal import hooks, verify
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.units.models import Unit
from open95598.project.demo import build, marker, plan, playing, telling
from open95598.project.demo.history import FRESH, History
from open95598.project.demo.models import Build, Planned
from open95598.service.bulletins.models import Bulletin
from open95598.service.workorders import tally, views_mine
from open95598.service.workorders.models import DailyTally, WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)
#: roles whose first page names no order
NO_ORDERS = {
    Role.ADMINISTRATOR, Role.READ_ONLY_AUDITOR, Role.AGENT, Role.SHIFT_LEADER, Role.DEPUTY_LEADER, Role.SUPERVISOR,
    Role.UNIT_MANAGER,
}  # fmt: skip
#: the number of an order on a page
_NUMBER = re.compile(r"\b\d{8}-[A-Z]+-[0-9A-Z]{9}\b")


def quiet(*_told: object) -> None:
    """Show no progress."""


def cases():
    return Case.objects.system("a test")


def orders():
    return WorkOrder.objects.system("a test").select_related("case")


def test_utility_and_orders_are_those_of_the_plan_and_the_bars_show_how_far_it_is(demo):
    levels = Counter(Unit.objects.values_list("level", flat=True))
    assert (levels["headquarters"], levels["province"], levels["city"], levels["county"]) == (1, 1, 3, 9)
    assert levels["team"] > 9
    assert Counter(orders().values_list("case__kind", flat=True)) == {k: n for k, n in plan.shares(ORDERS).items() if n}
    assert Planned.objects.count() == ORDERS
    stages = list(dict.fromkeys(stage for stage, _done, _of in demo.built.told))
    assert stages == ["units", "people", "history"]
    for stage in stages:
        shown = [(done, of) for name, done, of in demo.built.told if name == stage]
        assert shown == sorted(shown)
        assert shown[-1][0] == shown[-1][1] > 0


def test_what_people_do_in_the_history_is_what_the_rules_allow(demo):
    assert not [line for line in demo.built.log if line["log_level"] != "info"]


def test_the_history_has_all_branches_of_orders(demo):
    played = telling.branches()
    assert set(played) >= {
        "returned", "urged", "escalated", "suspended", "with joint parts", "coordinated", "merged",
        "withdrawn", "rated by the link", "through the customer's page", "complaints inquired into", "supervised",
        "supervisions answered", "inspected", "appeals refused", "shifts handed over",
    }, played  # fmt: skip
    merged = orders().exclude(merged_into=None)
    assert not merged.filter(case__state="archived", called_back_at=None, attempts__lt=3).exists()  # none is forgotten


def test_what_the_rules_call_for_was_supervised_when_it_happened(demo):
    rows = Supervision.objects.system("a test").exclude(trigger=BY_HAND).select_related("case", "order__case")
    assert "overdue" in set(rows.values_list("trigger", flat=True))
    for row in rows:
        assert row.order.case.opened_at < row.case.opened_at
        assert row.order.case.closed_at is None or row.case.opened_at <= row.order.case.closed_at
    assert rows.filter(case__is_open=False, decided_at__gt=F("case__opened_at")).exists(), "people went on with them"


def test_the_desks_have_bulletins_and_the_agents_skills(demo):
    now = Build.objects.get().until
    rows = Bulletin.objects.system("test")
    assert sorted(rows.values_list("state", flat=True)) == ["posted", "posted", "proposed"]
    assert all(row.holds(now) for row in rows.filter(state="posted"))
    agents = Person.objects.filter(assignments__role="agent", is_active=True)
    assert all(agents.values_list("skills", flat=True))


def test_the_journal_is_whole_and_lies_in_the_past_in_order(demo):
    report = verify.verify()
    assert report.whole, report.findings
    # the ledger hears of what was missed when it is over, as from a worker
    told = Entry.objects.exclude(stream__startswith="rulebook").exclude(stream__startswith="assessment/")
    assert not told.filter(at__gt=NOW).exists()
    last: dict[str, datetime] = {}
    for stream, at in told.order_by("stream", "seq").values_list("stream", "at"):
        assert last.setdefault(stream, at) <= at, (stream, list(told.filter(stream=stream).values_list("kind", "at")))
        last[stream] = at


def test_every_key_that_the_journal_holds_has_a_name(demo):
    def keys(data):
        for key, value in data.items() if isinstance(data, dict) else ():
            yield key
            for one in value if isinstance(value, list) else [value]:
                yield from keys(one)

    held = {key for body in Entry.objects.values_list("body", flat=True) for key in keys(orjson.loads(body)["data"])}
    nameless = sorted(held - set(hooks.fields))
    assert not nameless, " ".join(nameless)


def test_every_order_is_as_its_journal_tells(demo):
    for case in cases():
        told = [
            (entry.at, orjson.loads(entry.body)["data"])
            for entry in Entry.objects.filter(stream=f"case/{case.pk}").order_by("seq")
        ]
        states = [(at, data["to"], data.get("version", 1)) for at, data in told if "to" in data]
        assert (states[0][0], states[-1]) == (case.opened_at, (case.state_since, case.state, case.version))
        assert case.is_open == (not registry.flow(case.kind).state(case.state).final)
        assert case.closed_at == (None if case.is_open else case.state_since)
        assert [version for _at, _state, version in states] == sorted({version for _at, _state, version in states})
        before = None
        for _at, data in told:
            if "to" in data:
                assert data.get("from", before) == before or before is None
                before = data["to"]


def test_clocks_ran_as_if_the_sweeper_had_looked_all_the_time(demo):
    clocks: dict[int, list[CaseClock]] = {}
    for row in CaseClock.objects.select_related("case"):
        clocks.setdefault(row.case_id, []).append(row)
        assert row.started_at < row.due_at
        assert (row.state == ClockState.STOPPED) == (row.stopped_at is not None)
        ended = row.stopped_at or row.paused_at or NOW
        # one that was brought back after its time was missed at that act
        acts = Entry.objects.filter(case_id=row.case_id, kind__startswith="case.", at=row.breached_at)
        assert row.breached_at in (None, row.due_at) or acts.exists()
        assert (row.breached_at is not None) == (row.due_at < ended), (row.name, row.due_at, ended)
        if row.breached_at:
            assert Entry.objects.filter(case_id=row.case_id, kind="clock.breached", at=row.breached_at).exists()
    assert any(row.breached_at for rows in clocks.values() for row in rows)
    for case in cases():
        running = [row for row in clocks.get(case.pk, []) if row.state == ClockState.RUNNING]
        assert case.is_open or not running
        assert case.due_at == min((row.due_at for row in running), default=None)
        assert case.breached == any(row.breached_at for row in clocks.get(case.pk, []))


def test_the_overview_counts_the_history_as_the_journal_tells_it(demo):
    def counted():
        return set(DailyTally.objects.values_list("unit_id", "day", "hour", "kind", *tally.COUNTED))

    before = counted()
    top = Unit.objects.get(level="headquarters")
    arrived = sum(DailyTally.objects.filter(unit=top).values_list("arrived", flat=True))
    assert arrived == orders().filter(case__opened_at__lte=NOW - FRESH).count() > 0
    tally.rebuild(NOW - FRESH)
    assert counted() == before


def test_what_happened_long_ago_is_told_to_nobody_today(demo):
    past = Event.objects.filter(at__lt=NOW - FRESH - timedelta(hours=1))
    assert past.exists()
    assert not past.filter(relayed=False).exists()
    assert not Delivery.objects.filter(event_id__in=past.values("id")).exists()
    assert Delivery.objects.filter(at__gt=NOW - FRESH).exists()


def test_every_role_has_an_account_that_finds_work(demo):
    listed = {p.username: p for p in Person.objects.filter(demo=True)}
    assert set(RoleAssignment.objects.filter(person__demo=True).values_list("role", flat=True)) == set(Role)
    expected = {
        "agent": {"promised"}, "dispatcher": {"dispatch"}, "shift_leader": {"dispatch", "approve", "review"},
        "handler": {"mine", "accept"}, "crew": {"mine", "accept"}, "callback": {"callback"}, "auditor": {"review"},
        "manager": {"accept", "approve", "review"}, "supervisor": {"approve", "review"}, "admin": {"dispatch"},
    }  # fmt: skip
    for username, queues in expected.items():
        held = rights.load(listed[username], NOW)
        found = {
            queue.name: queue.of(held).count()
            for queue in views_mine.QUEUES
            if any(held.anywhere(permission) for permission in queue.permissions)
        }
        found |= {"mine": orders().filter(case__owner=listed[username], case__is_open=True).count()}
        found |= {"promised": orders().filter(registered_by=listed[username], case__is_open=True).count()}
        assert not {queue for queue in queues if not found[queue]}, (username, found)
    assert cases().filter(kind="joint", is_open=True).exists()


def test_a_finished_demonstration_is_not_built_again(demo):
    before = Entry.objects.count()
    assert build.ensure(quiet) is False
    assert Entry.objects.count() == before


def test_an_interrupted_building_goes_on_where_it_was(empty, monkeypatch):
    whole, windows = History._window, iter(range(100))

    def killed(self: History, end: datetime) -> int:
        done = whole(self, end)
        if next(windows) == 8:  # everything of this window is written, nothing of it committed
            raise KeyboardInterrupt
        return done

    def ensure() -> bool:
        return build.ensure(quiet, now=NOW, orders=60, span=timedelta(days=4))

    monkeypatch.setattr(History, "_window", killed)
    with pytest.raises(KeyboardInterrupt):
        ensure()
    told, reached = orders().count(), Build.objects.get().done_until
    assert 0 < told < 60
    with pytest.raises(Impossible):
        playing.must_be_demo()

    monkeypatch.setattr(History, "_window", whole)
    assert ensure() is True
    row = Build.objects.get()
    assert (row.begun_at, row.until) == (NOW - timedelta(days=4), NOW)
    assert reached < row.done_until == row.until
    assert orders().count() == Planned.objects.count() == 60
    assert Counter(orders().values_list("case__kind", flat=True)) == {k: n for k, n in plan.shares(60).items() if n}
    assert verify.verify().whole
    assert ensure() is False


def test_nothing_is_built_into_an_installation_of_its_own(empty):
    Unit.objects.create(code="OWN", name="own", level="headquarters")
    with pytest.raises(Impossible):
        build.ensure(quiet, now=NOW, orders=1, span=timedelta(days=1))
    assert not marker.is_set(empty)
    with pytest.raises(Impossible):
        playing.must_be_demo()


def test_everybody_on_the_sign_in_page_finds_work_on_their_first_page(demo, client):
    """Walk all accounts: the first of each role signs in by the form, the others are let in."""
    page = client.get("/sign-in/").content.decode()
    listed = Person.objects.filter(demo=True, is_active=True).exclude(assignments__role=Role.INTEGRATION)
    numbers = set(orders().values_list("number", flat=True))
    roles: set[str] = set()
    with_orders: set[str] = set()
    for person in listed.order_by("username"):
        assert person.username in page
        role = person.assignments.order_by("pk").values_list("role", flat=True)[0]
        if role in roles:
            client.force_login(person)
        else:
            given = {"username": person.username, "password": settings.DEMO_PASSWORD}
            assert client.post("/sign-in/", given).status_code == 302
        roles.add(role)
        answer = client.get("/", follow=True)
        assert answer.status_code == 200, person.username
        shown = answer.content.decode()
        assert answer.wsgi_request.user == person
        # the small year has no order for every county's handler; the whole one has (see the tests of the plan)
        assert 'class="nothing"' not in shown or role == Role.HANDLER, person.username
        if set(_NUMBER.findall(shown)) & numbers:
            with_orders.add(role)
        client.logout()
    assert roles == set(Role) - {Role.INTEGRATION}
    # whose first page is an overview or the system's own
    assert roles - with_orders <= NO_ORDERS, roles - with_orders
