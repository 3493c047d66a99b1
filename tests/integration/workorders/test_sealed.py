"""Who told a report, or asked for secrecy, is told by nothing: not by a table, a page, an export, an error."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests import world as worlds
from tests.integration.test_every_page import NO_ORDERS, address, routes
from tests.integration.workorders.test_secrets import browser_of, deliver_all
from tests.planted import Planted

from open95598.casework import attachments, registry, sweeper
from open95598.casework import services as casework
from open95598.casework.models import Attachment, Case, CaseClock
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.journal.models import Entry, Personal
from open95598.foundation.notices.models import Message
from open95598.foundation.people import rights, roles
from open95598.foundation.people.models import Delegation
from open95598.foundation.people.policy import Permission
from open95598.foundation.people.services import make_token
from open95598.foundation.transfer import exports
from open95598.service.portal import visits
from open95598.service.portal.pages import wire
from open95598.service.workorders import desk, erasure, sealing, services
from open95598.service.workorders.models import OrderPart, Sealed, WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
NAME, PHONE, PLACE, RECEIPT = "欧阳知秋", "13987001234", "湘江市东湖区桂花巷7号2单元", "R-7788-9900"
WORDS = "我在供电所食堂帮厨时亲眼所见，他收了三家饭店的钱。"
FILE = "欧阳知秋的录音.png"
TOLD = "反映某供电所工作人员收受商户钱款，请核查。"
SECRETS = (NAME, PHONE, "桂花巷7号", "地址含", "食堂帮厨", RECEIPT, "欧阳知秋的录音")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)
#: kept apart on purpose: the sealed row, and the name of the sealed file beside its digest
APART = {"workorders_sealed", "casework_attachment"}


@dataclass
class House:
    """A world in which a report about X11 and a confidential complaint have lived through everything."""

    world: worlds.World
    clock: Any
    report: WorkOrder
    complaint: WorkOrder
    part: OrderPart
    sealed_file: Attachment

    def actor(self, role: str, unit: str) -> Any:
        return self.world.actor(role, unit, self.clock.now())


def facts(**more: Any) -> dict[str, Any]:
    said = {"description": WORDS, "contact_name": NAME, "contact_phone": PHONE, "address": PLACE}
    kind = {"kind": "report", "category": "report.conduct.power_abuse"}
    return worlds.fault(**(said | kind | more))


@pytest.fixture
def house(clock: Any) -> House:
    world = worlds.small()
    now = clock.now()

    def actor(role: str, unit: str) -> Any:
        return world.actor(role, unit, clock.now())

    def do(case_id: int, action: str, role: str, at: str, /, **data: Any) -> None:
        clock.advance(timedelta(minutes=1))
        casework.perform(case_id, action, actor(role, at), clock.now(), data=data)

    report = services.register(
        actor("shift_leader", "P1"),
        facts(named_units="X11", named="收费员老周"),
        now,
        source="portal",
        source_ref=RECEIPT,
    )
    upload = SimpleNamespace(file=ContentFile(PNG), name=FILE, content_type="image/png")
    sealed_file = attachments.attach(report.pk, upload, actor("shift_leader", "P1"), now)
    with pytest.raises(Impossible):
        do(report.pk, "dispatch", "dispatcher", "P1", unit=world.units["C1"].pk)
    do(report.pk, "disclose", "confidential_clerk", "P1", text=TOLD)
    with pytest.raises(Invalid):  # the reported unit cannot get it
        do(report.pk, "dispatch", "dispatcher", "P1", unit=world.units["X11"].pk)
    do(report.pk, "dispatch", "dispatcher", "P1", unit=world.units["C1"].pk)
    do(report.pk, "accept", "unit_manager", "C1")
    do(report.pk, "note", "shift_leader", "P1", text=f"已再次联系{PHONE}，对方同意配合")
    do(report.pk, "joint", "unit_manager", "C1", unit=world.units["X12"].pk, task=f"协查，联系人电话{PHONE}")
    do(report.pk, "escalate", "unit_manager", "C1", reason="risk", task="请示是否约谈")
    do(report.pk, "urge", "shift_leader", "P1", reason="not_handled")
    complaint = services.register(
        actor("agent", "P1"), facts(kind="complaint", category="complaint.service.conduct.reading", confidential=True,
                                    description=f"收了三家饭店的钱。{NAME}，{PHONE}，{PLACE}", unit="X11"), clock.now()
    )  # fmt: skip
    if complaint.case.state == "created":
        do(complaint.pk, "dispatch", "dispatcher", "P1", unit=world.units["X11"].pk)
    deliver_all()
    CaseClock.objects.filter(state="running").update(next_at=clock.now(), due_at=now - timedelta(hours=1))
    sweeper.sweep(clock.now())
    deliver_all()
    part = OrderPart.objects.system("test").get(case__parent_id=report.pk, case__kind="joint")
    return House(world, clock, report, complaint, part, sealed_file)


def test_no_table_but_the_sealed_one_holds_anything_of_it(house: House) -> None:
    pattern = "|".join(SECRETS)
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names()) - APART):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)} t WHERE t::text ~ %s", [pattern])
            if cursor.fetchone()[0]:
                found[table] = True
    assert not found
    written = [*Entry.objects.values_list("body", flat=True), *Personal.objects.values_list("content", flat=True)]
    texts = [bytes(t).decode() if isinstance(t, (bytes, memoryview)) else str(t) for t in written]
    assert len(texts) > 10 and not [t for t in texts if re.search(pattern, t)]
    row = Sealed.objects.system("test").get(pk=house.report.pk)
    assert (row.contact_name, row.contact_phone, row.address, row.description) == (NAME, PHONE, PLACE, WORDS)
    assert any(row.digest in text for text in texts), "the journal attests what is sealed"


def fetch(browser: Client, order: WorkOrder, house: House, *, whole: bool) -> dict[str, str]:
    """Return what every address answers about an order (``whole``: also those that know of none), and searches, forms
    and refusals besides."""
    there = Planted(house.world, house.world.person("shift_leader", "P1"), order)
    left_out = ("metrics", "profile/second", *(() if whole else NO_ORDERS))
    asked = [(route, address(route, there)) for route in routes() if not route.startswith(left_out)]
    pk, file_pk = order.pk, house.sealed_file.pk
    asked += [
        (f"q {path}", path)
        for path in (
            f"/orders/?q={NAME}", f"/orders/?q={PHONE}", "/orders/?kind=report&show=all", f"/search/?q={PHONE}",
            f"/orders/{order.number}/attachments/{file_pk}/", f"/orders/{order.number}/parts/{house.part.pk}/",
            f"/journal/?case={pk}", f"/orders/{order.number}/timeline/", f"/orders/rows/{pk}/", "/overview/",
            f"/orders/call-backs/{order.number}/", f"/crew/{pk}/",
        )
    ]  # fmt: skip
    found = {}
    for name, path in asked:
        answer = browser.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[name] = body.decode("utf-8", "replace")
    posts = {
        "workorders:hints": ((), {"contact_phone": PHONE, "address": PLACE, "description": "三家饭店"}),
        "workorders:reveal": ((order.number,), {"why": "核实"}), "workorders:slip": ((order.number,), {"why": "核实"}),
        "workorders:unseal": ((order.number,), {"why": "核实"}),
        "workorders:sealed_file": ((order.number, file_pk), {}), "workorders:callback_phone": ((order.number,), {}),
        "workorders:action": ((order.number, "note"), {"text": ""}),
    }  # fmt: skip
    for name, (args, data) in posts.items():
        answer = browser.post(reverse(name, args=args), data)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[f"POST {name}"] = body.decode("utf-8", "replace")
        if name in ("workorders:unseal", "workorders:sealed_file"):
            assert answer.status_code in (403, 404), name
    return found


def through_api(house: House, person: Any, order: WorkOrder) -> dict[str, str]:
    """Return what the API answers about an order, refusals as well."""
    token = make_token(person, "test", [], house.clock.now())
    api = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)
    base = f"/api/v1/work-orders/{order.number}"
    got = {
        path: api.get(path)
        for path in (
            "/api/v1/work-orders", f"/api/v1/work-orders?q={PHONE}", base, f"{base}/timeline", f"{base}/parts",
            f"/api/v1/work-orders/similar?phone={PHONE}&address={PLACE}&text={WORDS}",
        )
    }  # fmt: skip
    got[f"bad {base}"] = api.post(
        f"{base}/actions/note", json.dumps({"text": 7, "x": 1}), content_type="application/json"
    )
    return {name: answer.content.decode() for name, answer in got.items()}


def exported(house: House, person: Any) -> str:
    """Return every row that somebody could export, unmasked."""
    mine = rights.load(person, house.clock.now())
    listing = exports.listing_of("orders")
    return " ".join(str(listing.record(row)) for row in listing.query(mine, {"show": "all"}))


#: the reported unit (which sees nothing of it), those who handle it, those who oversee, those who run the machine
EYES = (("unit_manager", "X11"), ("unit_manager", "C1"), ("shift_leader", "P1"), ("read_only_auditor", "HQ"))


@pytest.mark.parametrize(("role", "unit"), EYES)
def test_nothing_that_anybody_can_fetch_tells_who_it_was(house: House, role: str, unit: str) -> None:
    person = house.world.person(role, unit)
    answers = fetch(browser_of(person), house.report, house, whole=(role, unit) == EYES[0])
    answers |= through_api(house, person, house.report) | {"export": exported(house, person)}
    for name, text in answers.items():  # a search repeats what was asked for, and nothing else
        assert not [secret for secret in SECRETS if secret in text and secret not in name], name
    if unit == "X11":
        not_asked = {n for n in answers if "<" not in n and house.report.number not in n and not n.startswith("POST ")}
        assert not [n for n in not_asked if house.report.number in answers[n]], "not even that there is one"
        browser = browser_of(person)
        assert browser.get(f"/orders/{house.report.number}/").status_code == 404
        assert house.report.number not in exported(house, person)
        cases = set(Case.objects.system("test").filter(parent_id=house.report.pk).values_list("pk", flat=True))
        assert not Case.objects.restrict(rights.load(person, house.clock.now())).filter(pk__in=cases).exists()
    if unit == "C1":
        assert TOLD[:10] in answers[f"q /orders/{house.report.number}/timeline/"] + answers["orders/<str:number>/"]


def test_a_confidential_complaint_goes_out_without_its_customer(house: House) -> None:
    order = WorkOrder.objects.system("test").select_related("case").get(pk=house.complaint.pk)
    assert order.sealed and not (order.contact_name or order.contact_phone or order.address)
    assert order.case.unit.code == "X11", "it is handled as any other"
    person = house.world.person("handler", "X11")
    pages = browser_of(person)
    shown = pages.get(f"/orders/{order.number}/").content.decode()
    assert "三家饭店" in shown
    for text in (shown, *through_api(house, person, order).values(), exported(house, person)):
        assert not [s for s in (NAME, PHONE, "桂花巷7号") if s in text]


def test_only_the_clerk_sees_who_it_was_and_it_is_written_down(house: House) -> None:
    now = house.clock.now()
    clerk = house.world.person("confidential_clerk", "P1")
    browser = browser_of(clerk)
    page = browser.get(f"/orders/{house.report.number}/").content.decode()
    assert NAME not in page and reverse("workorders:unseal", args=(house.report.number,)) in page
    shown = browser.post(reverse("workorders:unseal", args=(house.report.number,)), {"why": "回访举报人"})
    assert shown.status_code == 200 and shown["Cache-Control"] == "no-store"
    for secret in (NAME, PHONE, "桂花巷7号", "食堂帮厨", FILE):
        assert secret in shown.content.decode()
    assert Entry.objects.filter(kind="personal.unsealed", case_id=house.report.pk).count() == 1
    got = browser.post(reverse("workorders:sealed_file", args=(house.report.number, house.sealed_file.pk)))
    assert b"".join(got.streaming_content) == PNG
    assert Entry.objects.filter(kind="personal.unsealed", case_id=house.report.pk).count() == 2
    # not by standing in for the clerk, not for a clerk of another province, not below
    stand_in = house.world.person("handler", "X22")
    Delegation.objects.create(
        absent=clerk, delegate=stand_in, valid_from=now - timedelta(days=1), valid_to=now + timedelta(days=1)
    )
    Case.objects.system("test").filter(pk=house.report.pk).update(owner=clerk)
    mine = rights.load(stand_in, now)
    assert not Sealed.objects.restrict(mine, Permission.CASE_UNSEAL).exists()
    with pytest.raises(NotFound):
        sealing.unseal(house.report, actor=house.actor("handler", "X22"), why="看看", now=now)
    with pytest.raises(Invalid):
        roles.assign_role(stand_in, "confidential_clerk", house.world.units["C1"], actor=_house(), now=now)


def _house() -> Any:
    from open95598.foundation.people import services as people

    return people.HOUSE


@pytest.mark.parametrize(
    "text", ["请联系欧阳女士核实", f"电话{PHONE}", "反映人住湘江市东湖区桂花巷7号2单元", "身份证430102199001011234"]
)
def test_a_text_that_tells_who_it_was_is_refused_to_those_who_know(house: House, text: str) -> None:
    clerk = house.actor("confidential_clerk", "P1")
    with pytest.raises(Invalid) as refused:
        casework.perform(house.report.pk, "disclose", clerk, house.clock.now(), data={"text": text})
    assert "text" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        services.register(clerk, facts(disclosed=text), house.clock.now())
    assert "disclosed" in refused.value.fields


def test_others_are_not_told_whether_they_guessed_right(house: House) -> None:
    manager = house.actor("unit_manager", "C1")
    for text in (f"是不是{NAME}", "是不是李四"):
        casework.perform(house.report.pk, "note", manager, house.clock.now(), data={"text": text})
    casework.perform(house.report.pk, "note", manager, house.clock.now(), data={"text": f"{PHONE}与13500001111"})
    kept = list(Personal.objects.filter(name="text").order_by("-entry_id").values_list("content", flat=True)[:1])
    assert PHONE not in kept[0] and "13500001111" not in kept[0], "any number is struck out, so none is confirmed"


def test_who_told_a_sealed_order_is_called_back_by_whoever_may_know_it(house: House) -> None:
    now, order = house.clock.now(), house.report
    Case.objects.system("test").filter(pk=order.pk).update(state="reviewed")
    said = {"outcome": "satisfied", "satisfaction": "satisfied"}
    clerk, others = house.actor("callback_clerk", "P1"), house.world.person("callback_clerk", "P1")
    shown = desk.load(clerk.rights, now)
    assert [row.order for row in shown.sealed] == [order] and order not in [row.order for row in shown.ready]
    assert desk.next_one(shown) is None and shown.callable_count == 0
    page, phone = reverse("workorders:callbacks"), reverse("workorders:callback_phone", args=(order.number,))
    browser = browser_of(others)
    seen = browser.get(f"{page}?order={order.number}").content.decode()
    assert "须由有权知悉封存身份的人员回访" in seen and phone not in seen and "desk-form" not in seen
    assert browser.post(phone).status_code == 403
    queue = reverse("workorders:my_work") + "?queue=callback"
    assert order.number not in browser.get(queue).content.decode(), "nothing that one cannot do waits for one"
    for action, data in (("call_back", said), ("promise_call", {"call_at": now + timedelta(hours=1)})):
        with pytest.raises(Forbidden):
            casework.perform(order.pk, action, clerk, now, data=data)
    assert not Entry.objects.filter(kind="personal.unsealed", case_id=order.pk).exists()
    knows = browser_of(house.world.person("confidential_clerk", "P1"))
    assert order.number in knows.get(queue).content.decode()
    assert phone in knows.get(f"{page}?order={order.number}").content.decode()
    answer = knows.post(phone)
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert NAME in text and PHONE in text and "桂花巷" not in text and "食堂" not in text
    assert Entry.objects.filter(kind="personal.unsealed", case_id=order.pk).count() == 1
    done = casework.perform(order.pk, "call_back", house.actor("confidential_clerk", "P1"), now, data=said)
    assert done.case is not None and done.case.state == "callback"


def test_nobody_owes_an_anonymous_customer_a_call(house: House) -> None:
    now, clerk = house.clock.now(), house.actor("callback_clerk", "P1")
    order = services.register(house.actor("agent", "P1"), worlds.fault(anonymous=True), now)
    Case.objects.system("test").filter(pk=order.pk).update(state="reviewed")
    shown = desk.load(clerk.rights, now)
    assert order in shown.to_archive and order not in [row.order for row in (*shown.ready, *shown.waiting)]
    with pytest.raises(Impossible):
        casework.perform(order.pk, "call_back", clerk, now, data={"outcome": "unreached"})
    done = casework.perform(order.pk, "archive", clerk, now)
    assert done.case is not None and done.case.state == "archived"


def test_numbers_are_struck_out_of_what_supervisors_and_units_write_as_well(house: House) -> None:
    now, told = house.clock.now(), f"已致电{PHONE}核实"
    asked = {"reason": "slow", "demand": told, "wanted_by": now + timedelta(hours=5)}
    casework.perform(house.report.pk, "supervise", house.actor("supervisor", "P1"), now, data=asked)
    kind = registry.typed("supervision").model  # a trigger has made another one
    below = kind.objects.system("test").get(order_id=house.report.pk, trigger="by_hand")
    unit = house.actor("unit_manager", "C1")
    answer = {"measures": told, "promised_at": now + timedelta(hours=6)}
    casework.perform(below.pk, "answer_supervision", unit, now, data=answer)
    casework.perform(below.pk, "send_back", house.actor("supervisor", "P1"), now, data={"decision": told})
    row = kind.objects.system("test").get(pk=below.pk)
    assert all("核实" in text and PHONE not in text for text in (row.demand, row.measures, row.decision))
    assert not Personal.objects.filter(content__contains=PHONE).exists()


def test_an_informant_cannot_be_found_out_through_the_customers_page(house: House) -> None:
    before = Message.objects.count()
    visits.ask(wire.AskCode(number=house.report.number, phone=PHONE, language="zh"), house.clock.now())
    deliver_all()
    assert Message.objects.count() == before
    assert sealing.known("portal", RECEIPT) == house.report, "sent twice, registered once"


def test_an_anonymous_order_keeps_no_contact_data(house: House) -> None:
    given = worlds.fault(anonymous=True, contact_name=NAME, contact_phone=PHONE, description=f"没电了，打{PHONE}")
    order = services.register(house.actor("agent", "P1"), given, house.clock.now())
    order.refresh_from_db()
    assert (order.contact_name, order.contact_phone) == ("", "") and PHONE not in order.description
    assert not Personal.objects.filter(content__contains=PHONE).exists()


def test_erasing_takes_what_is_sealed_as_well(house: House) -> None:
    Case.objects.system("test").filter(pk=house.report.pk).update(is_open=False)
    administrator, now = house.actor("administrator", "HQ"), house.clock.now()
    with pytest.raises(Impossible):  # what hangs below it is still open
        erasure.erase(house.report.number, reason="期满", actor=administrator, now=now)
    Case.objects.system("test").filter(parent_id=house.report.pk).update(is_open=False)
    holds = erasure.erase(
        house.report.number, reason="期满", actor=house.actor("administrator", "HQ"), now=house.clock.now()
    )
    assert "sealed" in holds.fields
    assert not Sealed.objects.system("test").filter(pk=house.report.pk).exists()
