"""The crew's phone without a connection: acts told later count by their true time, once, within bounds."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from django.test import Client
from tests import world as worlds
from tests.integration.workorders.test_pages_desks import PNG, fault, sit  # noqa: F401

from open95598.casework import sweeper
from open95598.casework.models import Attachment, CaseClock
from open95598.control.assessment.models import LedgerEntry
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.journal.models import Entry
from open95598.service.workorders import keeping

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
AWAY = {"HX-Request": "true"}


@pytest.fixture
def world(db):
    return worlds.small()


def told(clock, ago: timedelta, wrong: timedelta = timedelta(), **more):
    """Return what a phone posts of something done so long ago, its clock being wrong by ``wrong``."""
    sent = clock.now() + wrong
    return {"happened_at": (sent - ago).isoformat(), "sent_at": sent.isoformat(), **more}


def post(browser, order, action, posted):
    return browser.post(f"/crew/{order.number}/{action}/", posted, headers=AWAY)


def test_what_was_done_offline_counts_when_it_was_done_and_an_overdue_arrival_is_taken_back(world, sit, clock):  # noqa: F811
    order = fault(world, clock, "send_crew")
    browser = sit(world.person("crew_member", "X11"))
    left = clock.now()
    arrive = CaseClock.objects.get(case=order.case, name="arrive")
    clock.advance(timedelta(hours=2))
    assert sweeper.sweep(clock.now()).counts["breached"] >= 1
    deliver()
    charged = LedgerEntry.objects.filter(case_id=order.pk, facts__clock="arrive")
    assert charged.count() == 1 and charged[0].points > 0
    order.case.refresh_from_db()
    assert order.case.breached

    ago = clock.now() - left - timedelta(minutes=20)
    answer = post(browser, order, "arrive", told(clock, ago, timedelta(days=3), key="a", version=order.case.version))
    assert answer.status_code == 204, answer.content
    order.refresh_from_db()
    order.case.refresh_from_db()
    arrive.refresh_from_db()
    assert order.arrived_at == arrive.stopped_at == left + timedelta(minutes=20)
    assert arrive.breached_at is None
    restore = CaseClock.objects.get(case=order.case, name="restore")
    assert restore.started_at == order.arrived_at
    entry = Entry.objects.get(case_id=order.pk, kind="case.arrive")
    assert entry.at == clock.now()  # when it arrived here; the true time stands beside it
    data = orjson.loads(entry.body)["data"]
    assert data["occurred_at"] == order.arrived_at.isoformat()
    stopped = {"clock": "arrive", "stopped": order.arrived_at.isoformat(), "late": False}
    assert stopped | {"cleared": True} in data["clocks"]
    assert Event.objects.filter(type="clock.cleared", case_id=order.pk).count() == 1
    deliver()
    assert sum(row.points for row in LedgerEntry.objects.filter(case_id=order.pk, facts__clock="arrive")) == 0
    page = Client()
    page.force_login(world.person("handler", "X11"), backend="django.contrib.auth.backends.ModelBackend")
    assert "不再超时" in page.get(f"/orders/{order.number}/").content.decode()


def test_an_arrival_that_was_late_in_truth_stays_late(world, sit, clock):  # noqa: F811
    order = fault(world, clock, "send_crew")
    clock.advance(timedelta(hours=3))
    sweeper.sweep(clock.now())
    browser = sit(world.person("crew_member", "X11"))
    order.case.refresh_from_db()
    posted = told(clock, timedelta(minutes=40), version=order.case.version)
    assert post(browser, order, "arrive", posted).status_code == 204
    assert CaseClock.objects.get(case=order.case, name="arrive").breached_at is not None
    assert not Event.objects.filter(type="clock.cleared").exists()


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (timedelta(hours=1), "此前的操作"),  # before the order was taken
        (timedelta(minutes=-5), "尚未发生"),
        ("2026-03-02T10:00", "2026-01-31T08:30"),  # no zone
        ("yesterday", "2026-01-31T08:30"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(world, sit, clock, happened, said):  # noqa: F811
    order = fault(world, clock, "accept")
    clock.advance(timedelta(minutes=30))
    browser = sit(world.person("crew_member", "X11"))
    posted = told(clock, happened if isinstance(happened, timedelta) else timedelta(), key="k")
    if isinstance(happened, str):
        posted["happened_at"] = happened
    answer = post(browser, order, "send_crew", posted)
    assert answer.status_code == 422
    assert said in answer.json()["errors"]["occurred_at"][0]
    order.case.refresh_from_db()
    assert order.case.state == "accepted"
    # of as now the same act goes through, under the same key
    assert post(browser, order, "send_crew", {"key": "k"}).status_code == 204


def test_it_lies_back_no_further_than_a_phone_keeps_it(world, sit, clock, settings):  # noqa: F811
    settings.SESSION_IDLE = settings.SESSION_ABSOLUTE = None
    order = fault(world, clock, "accept")
    clock.advance(timedelta(hours=14))
    browser = sit(world.person("crew_member", "X11"))
    answer = post(browser, order, "send_crew", told(clock, timedelta(hours=13)))
    assert answer.status_code == 422 and "12" in answer.json()["detail"]
    assert post(browser, order, "send_crew", told(clock, timedelta(hours=11, minutes=59))).status_code == 204


def test_a_small_slip_of_the_phone_is_right_after_what_it_had_seen(world, sit, clock):  # noqa: F811
    order = fault(world, clock, "accept")
    accepted = clock.now()
    clock.advance(timedelta(minutes=10))
    browser = sit(world.person("crew_member", "X11"))
    assert post(browser, order, "send_crew", told(clock, timedelta(minutes=11))).status_code == 204
    order.refresh_from_db()
    assert order.crew_at == accepted
    at_once = told(clock, timedelta(seconds=20))
    assert post(browser, order, "arrive", at_once).status_code == 204
    order.refresh_from_db()
    assert order.arrived_at == clock.now()  # told at once: the house's own time


def test_the_answer_that_got_lost_is_given_again_even_when_the_order_has_gone_on(world, sit, clock):  # noqa: F811
    from django.core.files.uploadedfile import SimpleUploadedFile

    order = fault(world, clock, "accept")
    browser = sit(world.person("crew_member", "X11"))
    order.case.refresh_from_db()
    posted = told(clock, timedelta(minutes=1), key="once", version=order.case.version)
    for n in range(3):
        photo = SimpleUploadedFile("f.png", PNG, "image/png")
        posted["sent_at"] = (clock.now() + timedelta(minutes=n)).isoformat()
        assert post(browser, order, "send_crew", posted | {"photo": photo}).status_code == 204
    assert Attachment.objects.filter(case_id=order.pk).count() == 1
    assert Entry.objects.filter(case_id=order.pk, kind="case.send_crew").count() == 1
    order.case.is_open = False  # archived meanwhile: no longer the team's
    order.case.save(update_fields=["is_open"])
    assert post(browser, order, "send_crew", posted | {"photo": SimpleUploadedFile("f.png", PNG)}).status_code == 204
    assert post(browser, order, "send_crew", posted | {"key": "new"}).status_code == 404


def test_what_a_phone_keeps_is_masked_and_says_for_how_long(world, sit, clock):  # noqa: F811
    order = fault(world, clock, "accept")
    browser = sit(world.person("crew_member", "X11"))
    url = f"/crew/{order.number}/"
    browser.post(f"{url}reveal/")
    plain = browser.get(url)
    assert "13812345678" in plain.content.decode() and "X-May-Keep" not in plain.headers
    kept = browser.get(f"{url}?kept")
    assert "13812345678" not in kept.content.decode() and kept["X-May-Keep"] == "12"
    for action in ("arrive", "diagnose", "restore", "reply"):  # what follows is there already
        assert f'action="/crew/{order.number}/{action}/"' in kept.content.decode()
    assert browser.get("/crew/?kept")["X-May-Keep"] == "12"


def test_a_message_is_not_spent_on_the_copy_that_is_kept(world, sit, clock):  # noqa: F811
    order = fault(world, clock, "accept")
    browser = sit(world.person("crew_member", "X11"))
    post(browser, order, "send_crew", {"key": "m"})
    assert "已完成" not in browser.get("/crew/?kept").content.decode()
    assert "抢修出发" in browser.get(f"/crew/{order.number}/").content.decode().split("crew-facts")[0]


def test_the_worker_names_every_file_that_a_page_loads(sit, world, clock):  # noqa: F811
    client = sit(world.person("crew_member", "X11"))
    answer = client.get("/crew/worker.js")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/javascript")
    text = answer.content.decode()
    assert "__" not in text.split("addEventListener")[0]
    assert all(file in text for file in keeping.assets())
    for file in keeping.assets():
        assert client.get(file).status_code == 200, file


def deliver() -> None:
    """Let the ledger hear what was said."""
    for name in ("assessment.late", "assessment.in_time"):
        delivery.deliver_keys(name, set(Event.objects.values_list("key", flat=True)))
