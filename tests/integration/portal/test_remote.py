"""The same pages at the end of a line: what the outer zone shows, what it keeps, and what its token opens."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds
from tests.integration.portal.conftest import PHONE, Wire, codes_sent, fault, the_order
from tests.integration.portal.test_pages import photo

from open95598.casework.models import Attachment
from open95598.foundation.people.policy import Permission, Role
from open95598.foundation.people.services import make_token
from open95598.service.portal import accounts
from open95598.service.portal.models import Origin
from open95598.service.portal.pages import remote
from open95598.service.portal.pages.courier import Courier
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def test_a_report_a_visit_and_all_that_is_done_in_it(outer: Any, customer: Client, clock: Any) -> None:
    answer = customer.post("/portal/new/fault/", fault() | {"photos": [photo()]})
    assert answer.status_code == 302
    order = the_order()
    assert order.case.opened_by_unit.code == "C1", "opened where the account of this zone stands"
    assert order.number in customer.get("/portal/done/").content.decode()
    assert Attachment.objects.count() == 1
    customer.post("/portal/follow/", {"number": order.number, "phone": PHONE})
    assert customer.post("/portal/follow/code/", {"code": "x"}).status_code == 422
    assert customer.post("/portal/follow/code/", {"code": codes_sent(clock.now())[-1]}).status_code == 302
    assert order.number in customer.get("/portal/order/").content.decode()
    for name, said, outcome in (
        ("add", {"text": "隔壁楼也停了"}, "added"), ("urge", {"choice": "livelihood"}, "urged"),
        ("withdraw", {"text": "来电了"}, "withdrawn"),
    ):  # fmt: skip
        done = customer.post(f"/portal/order/{name}/", said | {"token": name * 10})
        assert done["Location"] == f"/portal/order/?said={outcome}", done.content.decode()
    page = customer.get("/portal/order/").content.decode()
    assert "隔壁楼也停了" in page
    assert "已撤回" in page
    refused = customer.post("/portal/order/urge/", {"choice": "livelihood", "token": "z" * 30})
    assert refused.status_code == 409
    customer.post("/portal/order/leave/")
    assert customer.get("/portal/order/").status_code == 302


def test_what_the_inner_zone_refuses_comes_through_in_the_customers_language(outer: Any, world: Any) -> None:
    english = Client(headers={"accept-language": "en"})
    for n in range(5):
        assert english.post("/portal/new/fault/", fault(token=str(n) * 30)).status_code == 302
    sixth = english.post("/portal/new/fault/", fault(token="6" * 30))
    assert sixth.status_code == 429
    assert int(sixth["Retry-After"]) == 600
    assert "if it is urgent, call 95598" in sixth.content.decode()
    assert english.post("/portal/danger/", {"place": "here", "danger": "fire", "token": "d" * 30}).status_code == 302


def test_while_the_inner_zone_is_away_it_is_said_plainly_and_nothing_is_lost(
    outer: remote.Remote, wire: Wire, customer: Client, clock: Any
) -> None:
    customer.post("/portal/new/fault/", fault())
    order = the_order()
    customer.post("/portal/follow/", {"number": order.number, "phone": PHONE})
    customer.post("/portal/follow/code/", {"code": codes_sent(clock.now())[-1]})
    wire.is_cut = True
    said_at = clock.advance(timedelta(minutes=11))
    # following: not now, and said so with the number to call
    for away in (
        customer.get("/portal/order/"), customer.post("/portal/follow/", {"number": "x", "phone": PHONE}),
        customer.post("/portal/order/urge/", {"choice": "livelihood", "token": "u" * 30, "text": "快点"}),
    ):  # fmt: skip
        assert away.status_code == 503
        assert "95598" in away.content.decode()
    assert "快点" in away.content.decode(), "what was typed comes back"
    # sending: kept, with a receipt
    kept = customer.post("/portal/new/complaint/", fault(token="c" * 30, topic="service"))
    assert kept.status_code == 302
    page = customer.get("/portal/done/").content.decode()
    receipt = re.findall(r"<dd>([-0-9A-Z]{14})</dd>", page)[0]
    assert "线路目前中断" in page
    assert "还没有" in customer.post("/portal/receipt/", {"receipt": receipt}).content.decode()
    customer.post("/portal/danger/", {"place": "芙蓉路口", "danger": "wire", "token": "d" * 30})
    assert "请立即拨打 95598：目前还没有人看到您的信息" in customer.get("/portal/done/").content.decode()
    added = customer.post("/portal/order/add/", {"text": "隔壁楼也停了", "token": "a" * 30, "photos": [photo()]})
    assert added["Location"] == "/portal/order/?said=kept"
    # the limit of a phone counts here as well
    for n in range(4):
        assert customer.post("/portal/new/fault/", fault(token=f"k{n}" * 15)).status_code == 302
    assert customer.post("/portal/new/fault/", fault(token="k9" * 15)).status_code == 429
    assert WorkOrder.objects.system("test").count() == 1
    # an hour later the line is back: danger first, then in order, though the visit is long over
    courier = Courier(outer)
    assert courier.round(clock.advance(timedelta(hours=1))) == 0
    wire.is_cut = False
    assert courier.round(clock.advance(timedelta(minutes=1))) == 7
    assert courier.round(clock.now()) == 0
    made = list(WorkOrder.objects.system("test").exclude(pk=order.pk).order_by("pk"))
    assert [o.priority for o in made] == ["safety", "urgent", *["normal"] * 4]
    assert all(o.received_at == said_at for o in made)
    assert Origin.objects.get(pk=made[1].pk).said_at == said_at
    assert made[1].number in customer.post("/portal/receipt/", {"receipt": receipt}).content.decode()
    assert outer.spool.figures().stuck == 0
    order.case.refresh_from_db()
    from open95598.foundation.journal import queries as journal

    assert any(e.personal.get("text") == "隔壁楼也停了" for e in journal.timeline(order.pk, reveal=True))


def test_before_it_ever_spoke_with_the_inner_zone_a_fault_can_be_sent(
    outer: remote.Remote, wire: Wire, customer: Client
) -> None:
    wire.is_cut = True
    assert "95598" in customer.get("/portal/").content.decode()
    assert customer.post("/portal/new/fault/", fault(area="")).status_code == 302
    assert outer.spool.figures().waiting == 1


def test_the_interface_takes_a_token_made_for_it_and_no_other(world: worlds.World, clock: Any) -> None:
    now = clock.now()
    account = accounts.make("outer", world.units["P1"], now)
    administrator, plain = world.person(Role.ADMINISTRATOR, "HQ"), world.person(Role.INTEGRATION, "P1")
    tokens = {
        accounts.token(account, "good", now): 200,
        make_token(account, "wide", [], now): 401,
        make_token(account, "other", [Permission.CASE_VIEW], now): 401,
        make_token(account, "both", [Permission.PORTAL, Permission.CASE_VIEW], now): 401,
        make_token(administrator, "no right", [Permission.PORTAL], now): 401,
        make_token(plain, "right", [Permission.PORTAL], now): 200,
    }
    for token, status in tokens.items():
        answer = Client().get("/api/portal/v1/offer", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == status
    good = next(iter(tokens))
    for path in ("/api/v1/work-orders", "/api/v1/units", "/api/v1/flows"):
        answer = Client().get(path, headers={"authorization": f"Bearer {good}"})
        assert answer.status_code in (200, 403)
        assert answer.status_code == 403 or answer.json() == {"items": [], "next_cursor": None}, "it opens nothing else"


def test_the_interface_describes_itself_and_asks_for_a_key(world: worlds.World, clock: Any) -> None:
    token = accounts.token(accounts.make("outer", world.units["P1"], clock.now()), "t", clock.now())
    document = Client().get("/api/portal/v1/openapi.json").json()
    assert {"/api/portal/v1/reports", "/api/portal/v1/codes", "/api/portal/v1/visit"} <= set(document["paths"])
    assert "Photo" in document["components"]["schemas"]
    bearer = {"authorization": f"Bearer {token}"}
    body = {"kind": "fault", "topic": "home", "description": "没电", "contact_phone": PHONE, "place": "芙蓉路1号"}

    def send(**more: Any) -> Any:
        return Client().post("/api/portal/v1/reports", body | more, "application/json", headers=bearer | keys)

    keys: dict[str, str] = {}
    assert send().status_code == 422
    keys = {"idempotency-key": "k" * 20}
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replay"] == "true"
    assert send(description="something else").status_code == 422, "a key is for one message"
    assert send(kind="service_request").status_code == 422
    assert send(photos=[{"name": "a.jpg", "content": "bm90IGEgcGhvdG8="}], description="x").status_code == 422
    visit = Client().get("/api/portal/v1/visit", headers=bearer | {"x-visit": "v" * 40})
    assert (visit.status_code, visit.json()["type"]) == (403, "urn:open95598:problem:visit-ended")
