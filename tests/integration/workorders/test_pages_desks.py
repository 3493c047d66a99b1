"""Call-back desk, crew's page, overview, flows: rights, contents, few queries, acts done once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from tests import world as worlds

from open95598.casework import hooks as casework_hooks
from open95598.casework import services as casework
from open95598.casework.models import Attachment, CaseClock
from open95598.foundation.events import delivery
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import rights
from open95598.foundation.rulebook import store
from open95598.service.workorders import desk, desk_calls, overview, services, tally
from open95598.service.workorders.models import CallingNow, CallMade, DailyTally, WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)


@pytest.fixture
def world():
    with connection.cursor() as cursor:  # what tests with committed data left to be delivered is none of ours
        cursor.execute("DELETE FROM delivery")
    return worlds.small()


@pytest.fixture
def sit(client, clock):
    """Give a way to sign somebody in; returns the client."""

    def signed_in(person):
        client.logout()  # a session that began hours ago would be over
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def fault(world, clock, upto: str = "reply", **more):
    """Register a fault in X11 and drive it to the named action."""
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(**more), clock.now())
    crew = world.actor("crew_member", "X11", clock.now())
    rules = store.get(order.case.rulebook_version)
    first = {n: rules.choices(n)[0].code for n in ("fault_causes", "ownership", "results")}
    steps = {
        "accept": {}, "send_crew": {}, "arrive": {},
        "diagnose": {"cause": first["fault_causes"], "ownership": first["ownership"]},
        "restore": {"result": first["results"]}, "reply": {"answer": "已更换熔断器，恢复送电。"},
    }  # fmt: skip
    for action, data in steps.items() if upto else ():
        clock.advance(timedelta(minutes=3))
        casework.perform(order.case_id, action, crew, clock.now(), data=data)
        if action == upto:
            break
    return WorkOrder.objects.system("test").select_related("case").get(pk=order.pk)


PAGES = {
    "callbacks": ("callback_clerk", "crew_member"),
    "crew": ("crew_member", "agent"),
    "overview": ("unit_manager", "crew_member"),
    "casework:flows": ("agent", "integration"),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_asks_for_its_right(world, sit, name):
    url = reverse(name if ":" in name else f"workorders:{name}")
    may, may_not = PAGES[name]
    assert sit(world.person(may, "C1")).get(url).status_code == 200
    person = world.person(may_not, "C1")
    if may_not == "integration":
        person.roles.all().delete() if hasattr(person, "roles") else person.assignments.all().delete()
    refused = sit(person).get(url)
    assert refused.status_code == 403
    assert 'class="problem"' in refused.content.decode()


@pytest.mark.parametrize(("name", "role"), [(n, r[0]) for n, r in PAGES.items()])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_is_drawn_empty_and_full_in_both_languages(world, sit, clock, name, role, language):
    person = world.person(role, "X11")
    person.language = language
    person.save()
    url = reverse(name if ":" in name else f"workorders:{name}")
    browser = sit(person)
    assert browser.get(url).status_code == 200
    fault(world, clock, "")
    fault(world, clock, "reply", contact_name="欧阳" * 20, address="湘江市东湖区" + "很长的地址" * 40)
    page = browser.get(url).content.decode()
    assert " style=" not in page
    assert "13812345678" not in page
    assert "欧阳欧阳" not in page


@pytest.mark.parametrize(("name", "role", "most"), [
    ("callbacks", "callback_clerk", 19), ("crew", "crew_member", 10), ("overview", "unit_manager", 12),
    ("casework:flows", "unit_manager", 9),
])  # fmt: skip
def test_more_orders_cost_no_more_queries(world, sit, clock, django_assert_max_num_queries, name, role, most):
    for _n in range(6):
        fault(world, clock)
    browser = sit(world.person(role, "X11"))
    url = reverse(name if ":" in name else f"workorders:{name}")
    browser.get(url)
    with django_assert_max_num_queries(most):
        assert browser.get(url).status_code == 200


# the call-back desk ---------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(world):
    return world.person("callback_clerk", "P1")


def record(browser, order, headers=None, **data):
    version = WorkOrder.objects.system("t").select_related("case").get(pk=order.pk).case.version
    url = reverse("workorders:callback_record", args=(order.number,))
    return browser.post(url, {"version": version, "key": "k", **data}, headers=headers or {"HX-Request": "true"})


def test_a_content_customer_is_recorded_archived_and_the_next_one_comes(world, clerk, sit, clock):
    first, second = fault(world, clock), fault(world, clock)
    browser = sit(clerk)
    page = browser.get("/orders/call-backs/").content.decode()
    assert f'data-number="{first.number}"' in page
    assert "请问您家现在用电是否正常" in page
    answer = record(browser, first, outcome="satisfied", satisfaction="very_satisfied", note="谢谢", archive="1")
    assert f'data-number="{second.number}"' in answer.content.decode()
    first.case.refresh_from_db()
    assert first.case.state == "archived"
    again = record(browser, first, outcome="satisfied", satisfaction="very_satisfied", note="谢谢", archive="1",
                   version=first.case.version - 2)  # fmt: skip
    assert again.headers["Idempotent-Replay"] == "true"
    assert Entry.objects.filter(case_id=first.pk, kind="case.call_back").count() == 1


def test_without_the_tick_it_waits_to_be_archived(world, clerk, sit, clock):
    order = fault(world, clock)
    browser = sit(clerk)
    assert record(browser, order, outcome="explained", key="n").status_code == 409  # why is asked
    record(browser, order, outcome="explained", reason="slow")
    order.case.refresh_from_db()
    assert order.case.state == "callback"
    browser.post("/orders/call-backs/archive/", {"ids": [order.pk]}, headers={"HX-Request": "true"})
    order.case.refresh_from_db()
    assert order.case.state == "archived"


def test_three_proper_attempts_lead_to_archiving_without_and_improper_ones_do_not(world, clerk, sit, clock):
    order = fault(world, clock)
    browser = sit(clerk)
    url = f"/orders/call-backs/?order={order.number}"
    for attempt in range(3):
        browser = sit(clerk)  # hours pass: a session ends
        assert "archive-without" not in browser.get(url).content.decode()
        assert record(browser, order, key=f"a{attempt}", outcome="unreached").status_code == 200
        assert record(browser, order, key=f"b{attempt}", outcome="unreached").status_code == 200  # too soon: no count
        order.refresh_from_db()
        assert order.attempts == attempt + 1
        clock.advance(timedelta(hours=2, minutes=1) if attempt else timedelta(hours=4))  # over noon
    page = sit(clerk).get(url).content.decode()
    assert "archive-without" in page
    assert order.number in page
    browser.post("/orders/call-backs/archive/", {"ids": [order.pk]}, headers={"HX-Request": "true"})
    order.case.refresh_from_db()
    assert order.case.state == "archived"


def test_a_number_is_shown_on_record_and_the_customer_kept_for_one_clerk(world, clerk, sit, clock):
    order = fault(world, clock)
    url = reverse("workorders:callback_phone", args=(order.number,))
    assert "13812345678" in sit(clerk).post(url).content.decode()
    assert Entry.objects.filter(kind="personal.revealed", case_id=order.pk, actor_id=clerk.pk).count() == 1
    other = world.person("callback_clerk", "P1", name="李娜")
    refused = sit(other).post(url, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert clerk.name in refused.json()["detail"]
    assert desk.next_one(desk.load(rights.load(other, clock.now()), clock.now())) is None
    clock.advance(desk_calls.HOLD)
    assert sit(other).post(url).status_code == 200
    assert CallingNow.objects.get(pk=order.pk).person_id == other.pk


def test_the_list_is_ordered_by_who_can_be_called_now(world, clerk, sit, clock):
    first, second, third = fault(world, clock), fault(world, clock), fault(world, clock)
    browser = sit(clerk)
    record(browser, first, outcome="unreached")
    shown = desk.load(rights.load(clerk, clock.now()), clock.now())
    assert [row.order.pk for row in shown.ready] == [second.pk, third.pk]
    assert [row.order.pk for row in shown.waiting] == [first.pk]
    assert shown.waiting[0].turn.at == max(clock.now() + timedelta(hours=2), shown.waiting[0].turn.at)
    clock.advance(timedelta(hours=2))  # noon
    shown = desk.load(rights.load(clerk, clock.now()), clock.now())
    assert shown.quiet == "12:00–14:00"
    assert desk.next_one(shown) is None


def test_a_promised_call_has_a_clock_and_comes_first_at_its_time(world, clerk, sit, clock):
    first, second = fault(world, clock), fault(world, clock)
    browser = sit(clerk)
    assert (
        record(browser, second, outcome="later", key="x", call_at="2026-03-02T10:01").status_code == 409
    )  # no promise
    answer = record(browser, second, outcome="later", call_at="2026-03-02T12:30", call_language="dialect", note="开会")
    assert answer.status_code == 200, answer.content.decode()
    page = answer.content.decode()
    assert "约定 03-02 12:30" in page
    promised = CaseClock.objects.get(case_id=second.pk, name="promised_call")
    assert promised.due_at == datetime(2026, 3, 2, 5, tzinfo=UTC), "half an hour after the time agreed"
    assert CaseClock.objects.get(case_id=second.pk, name="call_back").state == "paused"
    clock.advance(datetime(2026, 3, 2, 4, 40, tzinfo=UTC) - clock.now())  # noon: quiet, but the customer asked for it
    browser = sit(clerk)
    page = browser.get("/orders/call-backs/").content.decode()
    assert f'data-number="{second.number}"' in page
    assert "本地方言" in page
    shown = desk.load(rights.load(clerk, clock.now()), clock.now())
    assert shown.callable_count == 1 and desk.next_one(shown, but=second.pk) is None
    record(browser, second, outcome="satisfied", satisfaction="satisfied", archive="1", key="y")
    second.case.refresh_from_db()
    assert second.case.state == "archived"
    today = desk_calls.today(rights.load(clerk, clock.now()), clock.now())
    assert (today.calls, today.reached, today.promises, today.promises_late, today.share) == (2, 2, 1, 0, 100)
    assert first.number in page


def test_a_wish_for_the_evening_waits_for_it(world, clerk, sit, clock):
    order = fault(world, clock)
    agent = world.actor("agent", "P1", clock.now())
    casework.perform(order.pk, "call_wish", agent, clock.now(), data={"call_time": "evening"})
    shown = desk.load(rights.load(clerk, clock.now()), clock.now())
    assert (shown.ready_count, shown.waiting[0].turn.why) == (0, "wished")
    assert "18点以后" in sit(clerk).get(f"/orders/call-backs/?order={order.number}").content.decode()
    clock.advance(timedelta(hours=8, minutes=30))
    assert desk.load(rights.load(clerk, clock.now()), clock.now()).ready_count == 1


def test_several_orders_of_one_customer_in_one_call_and_none_of_a_secret_one(world, clerk, sit, clock):
    first, second, third = fault(world, clock), fault(world, clock), fault(world, clock)
    secret = fault(world, clock, confidential=True)
    other = fault(world, clock, contact_phone="13900000000")
    page = sit(clerk).get(f"/orders/call-backs/?order={first.number}").content.decode()
    for order, offered in ((second, True), (third, True), (secret, False), (other, False)):
        assert (f'name="{order.pk}-outcome"' in page) == offered
    answer = record(
        sit(clerk), first, outcome="satisfied", satisfaction="satisfied", archive="1", also=[second.pk, third.pk],
        **{f"{second.pk}-outcome": "unsatisfied", f"{second.pk}-reason": "slow", f"{third.pk}-outcome": ""},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content.decode()
    states = dict(WorkOrder.objects.system("t").values_list("pk", "case__state"))
    assert [states[o.pk] for o in (first, second, third)] == ["archived", "reopened", "reviewed"]
    made = CallMade.objects.system("t").get(case_id=second.pk)
    assert (made.outcome, made.reason, made.person_id, made.unit.code) == ("unsatisfied", "slow", clerk.pk, "X11")
    second.refresh_from_db()
    assert (second.attempts, second.reopenings) == (0, 1), "what is handled again is called back anew"
    # all or none: a second call that names no reason for one of them leaves both as they were
    refused = record(
        sit(clerk), third, outcome="satisfied", key="z", also=[other.pk], **{f"{other.pk}-outcome": "unsatisfied"}
    )
    assert refused.status_code == 409
    assert CallMade.objects.system("t").filter(case_id__in=[third.pk, other.pk]).count() == 0


def test_an_outcome_for_somebody_elses_version_is_refused(world, clerk, sit, clock):
    order = fault(world, clock)
    browser = sit(clerk)
    assert record(browser, order, outcome="satisfied", version=1).status_code == 412
    assert record(browser, order).status_code == 422
    assert record(sit(world.person("callback_clerk", "X21")), order, outcome="satisfied").status_code == 404


# the crew's page ------------------------------------------------------------------------------------------------------


def test_a_crew_drives_an_order_from_acceptance_to_answer_with_a_photo(world, sit, clock):
    from django.core.files.uploadedfile import SimpleUploadedFile

    order = fault(world, clock, "")
    person = world.person("crew_member", "X11")
    browser = sit(person)
    assert order.number in browser.get("/crew/").content.decode()
    rules = store.get(order.case.rulebook_version)
    inputs = {
        "diagnose": {"cause": rules.choices("fault_causes")[0].code, "ownership": rules.choices("ownership")[0].code},
        "restore": {"result": rules.choices("results")[0].code},
    }
    for action in ("accept", "send_crew", "arrive", "diagnose", "restore", "reply"):
        page = browser.get(f"/crew/{order.number}/").content.decode()
        assert f'action="/crew/{order.number}/{action}/"' in page
        sent = {name: re.search(f'name="{name}" value="([^"]+)"', page)[1] for name in ("version", "key")}
        sent |= inputs.get(action, {})
        if action == "reply":
            sent["answer"] = re.search(r"<textarea[^>]*>\s*([^<]+)<", page)[1]
            assert "恢复送电" in sent["answer"]
        url = f"/crew/{order.number}/{action}/"
        files = {"photo": SimpleUploadedFile("f.png", PNG, "image/png")} if action == "diagnose" else {}
        assert browser.post(url, sent | files).status_code == 302
        files = {"photo": SimpleUploadedFile("f.png", PNG, "image/png")} if action == "diagnose" else {}
        assert browser.post(url, sent | files).status_code == 302  # the double tap
    order.case.refresh_from_db()
    assert order.case.state == "reviewed"
    assert order.case.owner_id == person.pk
    kept = Attachment.objects.get(case_id=order.pk)
    assert (kept.action, kept.media_type) == ("diagnose", "image/png")
    assert Entry.objects.filter(case_id=order.pk, kind="case.diagnose").count() == 1


def test_somebody_quicker_is_named(world, sit, clock):
    order = fault(world, clock, "")
    browser = sit(world.person("crew_member", "X11"))
    quick = world.actor("crew_member", "X11", clock.now(), name="赵强")
    casework.perform(order.case_id, "accept", quick, clock.now())
    url = f"/crew/{order.number}/accept/"
    answer = browser.post(url, {"version": order.case.version, "key": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 412
    assert "赵强" in answer.json()["detail"]


def test_a_bad_photo_undoes_the_act_and_is_named(world, sit, clock):
    from django.core.files.uploadedfile import SimpleUploadedFile

    order = fault(world, clock, "")
    bad = SimpleUploadedFile("x.png", b"MZ\x90\x00 not a picture", "image/png")
    browser = sit(world.person("crew_member", "X11"))
    answer = browser.post(f"/crew/{order.number}/accept/", {"key": "y", "photo": bad}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["photo"]
    order.case.refresh_from_db()
    assert order.case.state == "dispatched"


def test_address_and_phone_are_shown_on_record_for_a_while(world, sit, clock):
    order = fault(world, clock, "accept")
    browser = sit(world.person("crew_member", "X11"))
    url = f"/crew/{order.number}/"
    assert "88号" not in browser.get(url).content.decode()
    browser.post(f"{url}reveal/")
    page = browser.get(url).content.decode()
    assert "tel:13812345678" in page and "geo:0,0?q=%E6%B9%98" in page
    browser.get(url)
    assert Entry.objects.filter(kind="personal.revealed", case_id=order.pk).count() == 1
    clock.advance(timedelta(hours=2))
    assert "13812345678" not in browser.get(url).content.decode()
    assert sit(world.person("crew_member", "X21")).get(url).status_code == 404


# the overview and its tally -------------------------------------------------------------------------------------------


def deliver_all(clock):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT key FROM delivery WHERE subscriber = 'workorders.tally' AND state = 'pending'")
        keys = [row[0] for row in cursor.fetchall()]
    delivery.deliver_keys("workorders.tally", keys)


def rows():
    return sorted(DailyTally.objects.values_list("unit__code", "day", "hour", "kind", *tally.COUNTED))


def test_the_tally_heard_is_the_tally_rebuilt(world, sit, clock, clerk):
    done, _open = fault(world, clock), fault(world, clock, "arrive")
    record(sit(clerk), done, outcome="satisfied", satisfaction="satisfied", archive="1")
    deliver_all(clock)
    heard = rows()
    by_unit = {row[0]: row for row in heard}
    assert set(by_unit) == {"HQ", "P1", "C1", "X11"}
    assert by_unit["X11"][4:6] == (2, 1)  # arrived, closed
    assert by_unit["P1"][4] == 2
    assert by_unit["X11"][6] == 2 and by_unit["X11"][10:12] == (1, 1)
    tally.rebuild(clock.now())
    assert rows() == heard


def test_the_tally_follows_a_unit_that_ends_to_its_successor(world, sit, clock):
    fault(world, clock, "arrive")
    deliver_all(clock)
    old, new = world.units["X11"], world.units["X21"]
    casework_hooks.pass_on_unit(old.pk, new.pk, clock.now(), "house")
    deliver_all(clock)
    heard = rows()
    arrived = {row[0]: row[4] for row in heard}
    assert arrived == {"HQ": 1, "P1": 1, "C1": 1, "X11": 1, "C2": 1, "X21": 1}
    tally.rebuild(clock.now())
    assert rows() == heard


def test_the_overview_counts_what_its_lists_hold_and_compares_with_the_usual(world, sit, clock):
    for _n in range(3):
        fault(world, clock, "")
    deliver_all(clock)
    now = clock.now()
    unit = world.units["C1"]
    for week in (1, 2):
        DailyTally.objects.create(
            unit=unit, day=now.date() - timedelta(weeks=week), hour=9, kind="fault", arrived=4 * week
        )
    person = world.person("unit_manager", "C1")
    allowed = rights.load(person, now)
    found = overview.load(allowed, overview.choose(allowed, ""), now)
    assert found.unit.code == "C1" and found.open.total == 3
    assert found.arrived == (3, 6.0, -50)
    assert found.closed == (0, 0.0, None)
    assert [line.name for line in found.units] == ["X11"]
    assert found.categories[0][1] == 3
    browser = sit(person)
    listed = browser.get(found.open.url).content.decode()
    assert listed.count("data-row id=") == 3
    assert browser.get(f"/overview/?unit={world.units['C2'].pk}").status_code == 403


def test_flows_show_what_this_person_may_see(world, sit, clock):
    fault(world, clock, "")
    page = sit(world.person("handler", "X11")).get("/flows/?kind=fault").content.decode()
    assert "kind=fault&amp;state=dispatched" in page
    other = sit(world.person("handler", "X21")).get("/flows/?kind=fault").content.decode()
    assert "state=dispatched" not in other


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("crew_member", "/crew/"), ("callback_clerk", "/orders/call-backs/"), ("unit_manager", "/overview/"),
        ("supervisor", "/overview/"), ("read_only_auditor", "/overview/"), ("agent", "/orders/mine/"),
        ("shift_leader", "/orders/mine/"), ("dispatcher", "/orders/mine/"), ("handler", "/orders/mine/"),
    ],
)  # fmt: skip
def test_everybody_starts_where_their_work_is(world, sit, role, home):
    answer = sit(world.person(role, "C1")).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, home)


def test_an_administrator_starts_with_the_rooms(world, sit):
    assert sit(world.person("administrator", "C1")).get("/").status_code == 200
