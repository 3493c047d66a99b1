"""Applications from home: the draft, the documents, one order however often it is sent, what the clerk asks for."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.integration.hall.conftest import ACCOUNT, NAME, PHONE
from tests.registered import HOUSE, Registry

from open95598.casework import services as casework
from open95598.casework.models import Attachment, CaseClock
from open95598.foundation.errors import Invalid
from open95598.foundation.notices.models import Message, Notice
from open95598.foundation.people.policy import Role
from open95598.registry.customers import accounts
from open95598.service.contacts.models import Contact
from open95598.service.hall.models import Application, Paper, Wanted
from open95598.service.workorders import erasure
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
OTHERS = ("4300000002", "13900001111")
SAID = {"how": "rename", "new_name": "李晓明"}
HOSTILE = "<script>alert(1)</script>"


def photo(colour: str = "red") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return SimpleUploadedFile("证件.jpg", out.getvalue(), "image/jpeg")


def begun(client: Client, code: str = "rename") -> str:
    """Begin an application; return its address."""
    answer = client.post("/hall/applications/begin/", {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def submitted(client: Client) -> str:
    at = begun(client)
    files = {"paper-identity": photo(), "paper-name_change": photo("blue")}
    answer = client.post(at, SAID | files | {"act": "submit"})
    assert answer["Location"] == f"{at}?said=submitted", answer.content.decode()
    return at


@pytest.fixture
def order(home: Callable[..., Client]) -> WorkOrder:
    """A rename that was applied for from home."""
    submitted(home())
    return the_order()


def the_order() -> WorkOrder:
    found: WorkOrder = WorkOrder.objects.system("test").select_related("case").get(source="hall")
    return found


def test_an_application_is_a_service_request_with_its_documents(order: WorkOrder, registry: Registry) -> None:
    assert (order.case.kind, order.category, order.channel) == (
        "service_request",
        "service_request.apply.rename",
        "web",
    )
    assert order.account is not None
    assert order.account.number == ACCOUNT
    assert "新户名：李晓明" in order.description
    assert order.contact_phone == PHONE
    names = Attachment.objects.filter(case=order.pk).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["01-户主身份证明.jpg", "02-更名证明.jpg"]
    contact = Contact.objects.system("test").get()
    assert (contact.channel, contact.outcome, contact.customer) == ("web", "order", registry.who[NAME])


def test_the_clerk_reads_it_masked_until_asked(order: WorkOrder, registry: Registry) -> None:
    clerk = Client()
    person = registry.world.person(Role.HANDLER, "X11")
    clerk.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = clerk.get(f"/orders/{order.number}/").content.decode()
    assert "网上营业厅申请" in page
    assert "户主身份证明" in page
    assert PHONE not in page


def test_a_draft_survives_and_is_nobody_elses(home: Callable[..., Client]) -> None:
    client, stranger = home(), home(*OTHERS)
    at = begun(client)
    kept = client.post(f"{at}keep/", SAID | {"version": "0", "unknown": "x", "new_name": "李\x00晓明"})
    assert kept.json() == {"version": 1}
    assert client.post(f"{at}keep/", {"new_name": "旧窗口", "version": "0"}).status_code == 412
    again = home()  # another browser
    assert "李晓明" in again.get(at).content.decode()
    assert begun(again) == at
    for path in (at, f"{at}keep/", f"{at}send/", f"{at}withdraw/"):
        answer = stranger.get(path) if path == at else stranger.post(path, {"wanted": "1"})
        assert answer.status_code == 404, path
    assert stranger.post(at, {"act": "discard"}).status_code == 404
    assert client.post(at, {"act": "discard"}).status_code == 302
    assert client.get(at).status_code == 404


def test_sent_twice_is_one_order(home: Callable[..., Client]) -> None:
    client = home()
    at = submitted(client)
    again = client.post(at, SAID | {"act": "submit"})
    assert again.status_code == 200  # the page of what was submitted
    assert WorkOrder.objects.system("test").filter(source="hall").count() == 1
    assert client.post("/hall/applications/begin/", {"code": "rename"}).status_code == 409  # one is under way
    assert "该业务正在办理" in client.get("/hall/applications/").content.decode()


def test_what_is_missing_or_wrong_is_named_and_nothing_typed_is_lost(home: Callable[..., Client]) -> None:
    client = home()
    at = begun(client)
    answer = client.post(at, {"how": "transfer", "new_name": "王五", "new_phone": "12", "act": "submit"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("电话号码格式不正确", "交接日期", "新户主身份证明", "王五"):
        assert words in page
    assert not WorkOrder.objects.system("test").filter(source="hall").exists()


def test_files_of_other_kinds_are_refused_and_names_do_not_run(home: Callable[..., Client]) -> None:
    client = home()
    at = begun(client)
    for name, content in (
        ("a.html", b"<html><script>alert(1)</script>"), ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.exe", b"MZ\x90\x00"), ("a.jpg", b"not a picture"), ("a.pdf", b"%PDF-1.4 /OpenAction /JavaScript (x)"),
        ("a.pdf", b""), ("a.zip", b"PK\x03\x04aaaa"),
    ):  # fmt: skip
        answer = client.post(at, {"act": "save", "paper-identity": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422, name
    assert not Paper.objects.exists()
    assert client.post(at, {"act": "save", "paper-nothing": photo()}).status_code == 404
    client.post(at, SAID | {"new_name": HOSTILE, "act": "save", "paper-identity": photo()})
    paper = Paper.objects.get()
    assert HOSTILE not in client.get(at).content.decode()
    assert client.post(at, {"act": f"drop-{paper.pk}"}).status_code == 302
    assert not Paper.objects.exists()


def test_who_may_apply_for_what(registry: Registry, home: Callable[..., Client], clock: Any) -> None:
    accounts.add_party(ACCOUNT, registry.who["曾国强"].pk, "tenant", HOUSE, clock.now())
    tenant = home(ACCOUNT, OTHERS[1])
    tenant.post("/hall/accounts/", {"account": ACCOUNT})
    assert tenant.post("/hall/applications/begin/", {"code": "rename"}).status_code == 409
    assert tenant.post("/hall/applications/begin/", {"code": "ev_pile"}).status_code == 302
    assert tenant.post("/hall/applications/begin/", {"code": "vat"}).status_code == 404  # for organisations
    assert tenant.post("/hall/applications/begin/", {"code": "nothing"}).status_code == 404


def test_the_clerk_asks_for_documents_and_the_clocks_rest_until_they_came(
    order: WorkOrder, registry: Registry, home: Callable[..., Client], clock: Any
) -> None:
    now, world = clock.now(), registry.world
    handler, manager = world.actor(Role.HANDLER, "X11", now), world.actor(Role.UNIT_MANAGER, "X11", now)
    if order.case.state == "created":
        dispatcher = world.actor(Role.DISPATCHER, "P1", now)
        casework.perform(order.pk, "dispatch", dispatcher, now, data={"unit": world.units["X11"].pk})
    casework.perform(order.pk, "accept", handler, now)
    with pytest.raises(Invalid):
        casework.perform(order.pk, "ask_documents", handler, now, data={"documents": "\n".join("abcdefghi")})
    casework.perform(order.pk, "ask_documents", handler, now, data={"documents": "身份证背面\n公证书\n"})
    assert "请" in Message.objects.get(key__startswith="hall/wanted/").body or Message.objects.exists()
    casework.perform(order.pk, "approve_suspension", manager, now)
    assert set(CaseClock.objects.filter(case=order.pk, name="answer").values_list("state", flat=True)) == {"paused"}
    client = home()
    at = f"/hall/applications/{Application.objects.system('test').get().pk}/"
    assert "身份证背面" in client.get(at).content.decode()
    first, second = Wanted.objects.order_by("pk")
    bad = SimpleUploadedFile("a.html", b"<html>")
    assert client.post(f"{at}send/", {"wanted": first.pk, "file": bad}).status_code == 422
    assert client.post(f"{at}send/", {"wanted": first.pk, "file": photo()}).status_code == 302
    order.case.refresh_from_db()
    assert order.case.state == "suspended"
    assert client.post(f"{at}send/", {"wanted": second.pk, "file": photo("green")}).status_code == 302
    order.case.refresh_from_db()
    assert order.case.state == "accepted"
    assert Attachment.objects.filter(case=order.pk).count() == 4
    assert Notice.objects.filter(kind="hall.sent", person=handler.person_id).count() == 1
    assert client.post(f"{at}send/", {"wanted": second.pk, "file": photo()}).status_code == 404


def test_an_application_can_be_withdrawn_and_its_data_erased(order: WorkOrder, home: Callable[..., Client], clock: Any,
                                                             registry: Registry) -> None:  # fmt: skip
    client = home()
    row = Application.objects.system("test").get()
    answer = client.post(f"/hall/applications/{row.pk}/withdraw/", {"token": "t" * 24, "text": "不办了"})
    assert answer["Location"].endswith("?said=withdrawn")
    assert re.search("已结束|已撤回", client.get(f"/hall/applications/{row.pk}/").content.decode())
    assert erasure.look(order.number, HOUSE, clock.now()).words >= 1
    erasure.erase(order.number, reason="客户要求", actor=HOUSE, now=clock.now())
    row.refresh_from_db()
    assert row.values == {}
    assert not Paper.objects.exists()
