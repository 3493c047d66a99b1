"""What a customer sends through the pages: without a script, in their language, once, and never in vain."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.integration.portal.conftest import PHONE, fault, the_order

from open95598.casework.models import Attachment
from open95598.foundation.files import store
from open95598.foundation.notices.models import Message
from open95598.service.portal.models import Origin
from open95598.service.portal.pages import limits
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
KINDS = ("fault", "consultation", "complaint", "report", "opinion", "suggestion", "praise")
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}\u202e\x00\x07"


def photo(size: tuple[int, int] = (900, 600), *, exif: bool = True) -> SimpleUploadedFile:
    """Return a photograph as a phone makes it: with place and device in it, lying on its side."""
    out, picture = io.BytesIO(), Image.new("RGB", size, "seagreen")
    told = picture.getexif()
    told[0x010F], told[0x0112] = "Telefonwerk", 6
    told.get_ifd(0x8825)[2] = (28.0, 12.0, 30.0)
    picture.save(out, "JPEG", exif=told if exif else b"", comment=b"<script>alert(2)</script>")
    return SimpleUploadedFile("IMG_0815.jpg", out.getvalue(), "image/jpeg")


def test_a_fault_is_reported_without_a_script(customer: Client) -> None:
    form = customer.get("/portal/new/fault/").content.decode()
    assert form.index('name="danger"') < form.index('name="topic"'), "danger is asked first"
    assert "45分钟" in form, "what we promise is said before anything is typed"
    answer = customer.post("/portal/new/fault/", fault())
    assert (answer.status_code, answer["Location"]) == (302, "/portal/done/")
    order = the_order()
    assert (order.case.kind, order.category, order.channel) == ("fault", "fault.lv.no_power", "web")
    assert order.description == "【整栋楼或一片都没电】\n整栋楼都没电，楼道灯也不亮"
    assert (order.contact_phone, order.contact_name) == (PHONE, "李小明")
    assert (order.case.state, order.case.unit.code) == ("dispatched", "X11"), "the area decides where it goes"
    assert order.case.owner_id is None, "the pages own nothing"
    said = customer.get("/portal/done/").content.decode()
    assert order.number in said
    assert "抢修人员到达现场" in said
    assert "3月2日 10:45" in said, "by when, in the utility's zone"
    assert PHONE not in said


def test_what_customers_can_tell_themselves_is_the_declared_triage(customer: Client) -> None:
    form = customer.get("/portal/new/fault/").content.decode()
    for question in ("dark", "neighbours", "scope", "since"):
        assert f'name="q-{question}"' in form
    assert 'name="q-credit"' not in form, "what the seat looks up is not asked"
    answer = customer.post(
        "/portal/new/fault/", fault(**{"q-dark": "all", "q-neighbours": "dark", "q-scope": "estate"})
    )
    assert answer.status_code == 302
    order = the_order()
    assert order.triage["answers"] == [
        {"question": "danger", "answer": "none"}, {"question": "dark", "answer": "all"},
        {"question": "neighbours", "answer": "dark"}, {"question": "announced", "skipped": "not_known"},
        {"question": "scope", "answer": "estate"},
    ]  # fmt: skip
    assert (order.category, order.priority) == ("fault.hv.equipment", "urgent"), "as the rulebook says of an estate"
    assert order.description.splitlines()[1] == "【全部没电；邻居也没电；整个小区或整个村】"
    bad = customer.post("/portal/new/fault/", fault(token="v" * 32, **{"q-dark": "x"}))
    assert bad.status_code == 422


def test_a_topic_that_says_what_it_is_stands_above_the_triage(customer: Client) -> None:
    said = fault(topic="meter", danger="x", **{"q-since": "today"})
    assert customer.post("/portal/new/fault/", said).status_code == 302
    order = the_order()
    assert (order.category, order.triage) == ("fault.metering", None), "without the first answer there is no way"
    assert "【今天】" in order.description, "but nothing that was said is lost"


def test_the_number_is_sent_by_sms_when_it_is_wanted(customer: Client) -> None:
    customer.post("/portal/new/fault/", fault())
    message = Message.objects.get()
    assert (message.to, message.channel) == (PHONE, "sms")
    assert the_order().number in message.body
    assert message.body.startswith("【95598】")
    customer.post("/portal/new/fault/", fault(token="u" * 32, by_sms=""))
    assert Message.objects.count() == 1
    assert list(Origin.objects.order_by("case").values_list("by_sms", flat=True)) == [True, False]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_kind_can_be_sent_in_both_languages(world: Any, language: str) -> None:
    browser = Client(headers={"accept-language": language})
    for n, kind in enumerate(KINDS):
        form = browser.get(f"/portal/new/{kind}/").content.decode()
        assert ('lang="en"' in form.split(">", 2)[1]) == (language == "en")
        if language == "en":
            words = re.sub(r"<[^>]+>|湘江市\S+|岳麓市\S+", "", form).replace("中文", "")
            assert not re.search(r"[\u4e00-\u9fff]", words), "no Chinese on an English page"
        topic = re.findall(r'name="topic" value="(\w+)"', form)[0]
        answer = browser.post(f"/portal/new/{kind}/", fault(topic=topic, contact_phone=f"1380000000{n}"))
        assert answer.status_code == 302, answer.content.decode()
        origin = Origin.objects.select_related("case").latest("pk")
        assert (origin.case.kind, origin.language) == (kind, language[:2])
        assert browser.get("/portal/done/").status_code == 200


def test_what_is_wrong_is_named_and_nothing_typed_is_lost(customer: Client) -> None:
    long = "字" * 10_000
    answer = customer.post(
        "/portal/new/complaint/", fault(topic="", description=long, contact_phone="一二三", contact_name="")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for reason in ("最多6000字，现在有10000字", "电话号码格式不正确", "请选择最接近的一项", "请填写姓名"):
        assert reason in page
    assert '<a href="#id_description">何时、何地、发生了什么？</a>' in page, (
        "the summary leads to the field by its name"
    )
    assert long in page
    assert "一二三" in page
    assert not WorkOrder.objects.system("test").exists()
    assert "字" * 100 not in answer.headers.get("Location", "")


def test_hostile_words_are_shown_as_words(customer: Client) -> None:
    answer = customer.post("/portal/new/fault/", fault(description=HOSTILE, contact_phone=HOSTILE, area=HOSTILE))
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    customer.post("/portal/new/fault/", fault(description=HOSTILE, place=HOSTILE))
    kept = the_order().description
    assert "<script>" in kept
    assert not set("\u202e\x00\x07") & set(kept)
    for name in ("Set-Cookie: x=1", "a\r\nSet-Cookie: x=1"):
        injected = customer.post("/portal/language/", {"language": "en", "next": f"/portal/{name}"})
        assert "x" not in injected.cookies


def test_sent_twice_is_one_order_changed_is_another(customer: Client) -> None:
    first = customer.post("/portal/new/fault/", fault())
    order = the_order()
    again = customer.post("/portal/new/fault/", fault())
    assert (first.status_code, again.status_code) == (302, 302)
    assert order.number in customer.get("/portal/done/").content.decode()
    assert WorkOrder.objects.system("test").count() == 1
    customer.post("/portal/new/fault/", fault(description="现在连路灯也灭了"))
    assert WorkOrder.objects.system("test").count() == 2


def test_the_sixth_report_of_a_phone_in_ten_minutes_is_refused_and_names_the_hotline(
    customer: Client, clock: Any
) -> None:
    for n in range(5):
        assert customer.post("/portal/new/fault/", fault(token=str(n) * 32)).status_code == 302
    sixth = fault(token="6" * 32, description="第六次", contact_phone="+86 138-1234-5678")
    answer = customer.post("/portal/new/fault/", sixth)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    page = answer.content.decode()
    assert "如事情紧急，请拨打 95598" in page
    assert "第六次" in page, "what was typed is still there"
    program = customer.post("/portal/new/fault/", sixth, headers={"accept": "application/json"})
    assert program.status_code == 429
    assert program["Content-Type"] == "application/problem+json"
    assert program.json()["hotline"] == "95598"
    assert customer.post("/portal/new/fault/", fault(token="7" * 32, contact_phone="13900000000")).status_code == 302
    clock.advance(timedelta(minutes=10, seconds=1))
    assert customer.post("/portal/new/fault/", sixth).status_code == 302


def test_danger_to_life_is_never_refused(customer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.BY_ADDRESS, "report", limits.Limit(3, timedelta(minutes=10)))
    statuses = [customer.post("/portal/new/fault/", fault(token=str(n) * 32)).status_code for n in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    for n in range(9):
        said = {"token": f"{n}d" * 16, "danger": "wire", "place": "东湖区芙蓉路口", "contact_phone": PHONE}
        assert customer.post("/portal/danger/", said).status_code == 302
    newest = WorkOrder.objects.system("test").order_by("-pk")[0]
    assert (newest.priority, newest.category) == ("safety", "fault.hv.line")
    assert newest.description.startswith("【危及人身安全：电线断落、电杆倒了】")
    page = customer.get("/portal/done/").content.decode()
    assert "立即拨打 95598" in page
    assert "至少8米" in page


def test_danger_is_taken_whatever_else_is_wrong_and_from_the_fault_form_too(customer: Client) -> None:
    said = fault(danger="shock", topic="nonsense", contact_phone="看墙上", description="字" * 9000, place="")
    assert customer.post("/portal/new/fault/", said).status_code == 302
    order = the_order()
    assert order.priority == "safety"
    assert "看墙上" in order.description
    nothing = customer.post("/portal/danger/", {"danger": "fire"})
    assert nothing.status_code == 422
    assert "请写明地点" in nothing.content.decode()


def test_without_a_name_nothing_of_the_person_is_kept(customer: Client) -> None:
    page = customer.get("/portal/new/report/").content.decode()
    assert "调查可能因此难以查实" in page
    customer.post("/portal/new/report/", fault(topic="theft", anonymous="on"))
    order = the_order()
    assert (order.contact_name, order.contact_phone, order.anonymous) == ("", "", True)
    assert order.case.confidential
    assert not Message.objects.exists()
    assert "您没有留电话" in customer.get("/portal/done/").content.decode()


def test_photos_are_made_anew_without_place_and_device(customer: Client) -> None:
    customer.post("/portal/new/fault/", fault() | {"photos": [photo(), photo((3000, 200), exif=False)]})
    rows = list(Attachment.objects.order_by("id"))
    assert [r.media_type for r in rows] == ["image/jpeg"] * 2
    with store.open(rows[0].sha256) as file:
        content = file.read()
    assert b"Telefonwerk" not in content
    assert b"script" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not picture.getexif()
        assert picture.size == (600, 900), "turned upright"
    with store.open(rows[1].sha256) as file, Image.open(file) as picture:
        assert picture.size[0] == 1600


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"<html><script>alert(1)</script></html>"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 200),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        (
            "a.png",
            b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (60_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00" * 9,
        ),
        ("a.gif", b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;"),
        ("empty.jpg", b""),
    ],
)
def test_what_is_no_photo_is_refused_by_name(customer: Client, name: str, content: bytes) -> None:
    said = fault() | {"photos": SimpleUploadedFile(name, content, "image/jpeg")}
    answer = customer.post("/portal/new/fault/", said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"“{name}”" in page
    assert "照片需要重新选择" in page
    assert fault()["description"] in page
    four = customer.post("/portal/new/fault/", fault() | {"photos": [photo() for _ in range(4)]})
    assert "最多上传3张照片" in four.content.decode()


def test_a_page_with_an_old_token_gives_back_what_was_typed(world: Any) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-CN"})
    answer = browser.post("/portal/new/fault/", fault())
    assert answer.status_code == 403
    assert fault()["description"] in answer.content.decode()
    assert not WorkOrder.objects.system("test").exists()
    page = browser.get("/portal/new/fault/").content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    assert browser.post("/portal/new/fault/", fault(csrfmiddlewaretoken=token)).status_code == 302


def test_no_open_redirect(customer: Client) -> None:
    for after in (
        "https://evil.example/",
        "//evil.example/portal/",
        "/orders/",
        "javascript:alert(1)",
        "/portal/\\evil",
    ):
        answer = customer.post("/portal/language/", {"language": "en", "next": after})
        assert answer["Location"].startswith("/portal/"), after
    assert customer.post("/portal/language/", {"language": "en", "next": "/portal/new/fault/"}).cookies


def test_a_first_visit_loads_less_than_150_kb(customer: Client) -> None:
    for path in ("", "new/fault/", "danger/", "follow/"):
        page = customer.get(f"/portal/{path}")
        loaded = len(page.content)
        for url in set(re.findall(rb'(?:src|href)="/static/([^"]+)"', page.content)):
            found = finders.find(url.decode())
            assert found, url
            with open(found, "rb") as file:  # noqa: PTH123
                loaded += len(file.read())
        assert loaded < 150_000, f"{path} loads {loaded} bytes"
        assert b"http://" not in page.content.replace(b"http://www.w3.org", b""), "nothing from elsewhere"


def test_pages_are_kept_nowhere_and_cookies_out_of_reach(customer: Client) -> None:
    answer = customer.post("/portal/new/fault/", fault())
    cookie = answer.cookies["portal_done"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/portal/")
    assert PHONE not in cookie.value
    for path in ("", "new/fault/", "done/", "follow/", "receipt/", "privacy/"):
        assert customer.get(f"/portal/{path}")["Cache-Control"] == "no-store"
    safe = customer.post("/portal/new/fault/", fault(token="s" * 32), secure=True)
    assert safe.cookies["portal_done"]["secure"]
    assert settings.CSRF_COOKIE_SAMESITE == "Lax"


def test_the_receipt_leads_to_the_number(customer: Client) -> None:
    customer.post("/portal/new/fault/", fault())
    receipt = Origin.objects.get().receipt
    typed = receipt.lower().replace("-", " ")
    assert the_order().number in customer.post("/portal/receipt/", {"receipt": typed}).content.decode()
    unknown = customer.post("/portal/receipt/", {"receipt": "2222-2222-2222"})
    assert unknown.status_code == 422
    assert "没有找到此回执码" in unknown.content.decode()
