"""The pages of both sides over HTTP: tokens, units, hostile words, files, what works without a script, the API."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.integration.chat.conftest import key, seqs, signed_in
from tests.planted import HOSTILE

from open95598.foundation.live import hooks as live
from open95598.foundation.people.policy import Role
from open95598.service.chat import customer, desk
from open95598.service.chat.models import Chat
from open95598.service.portal import codes

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def latest() -> Chat:
    row: Chat = Chat.objects.system("test").latest("opened_at", "pk")
    return row


def picture() -> SimpleUploadedFile:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "Jiefang Road 88, 3-2-501"  # where it was taken
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("电表<b>.jpg", out.getvalue(), "image/jpeg")


def test_a_conversation_without_a_script_from_the_form_to_the_rating(world, clock, visitor) -> None:
    begun = visitor.post("/portal/chat/begin/", {"topic": "bill", "name": HOSTILE})
    assert begun.status_code == 302
    cookie = visitor.cookies["chat"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/portal/chat/")
    assert cookie.value not in visitor.get("/portal/chat/").content.decode(), "the token stands in no page"
    assert live.guest(visitor.cookies["chat_live"].value) == f"chat/{latest().contact.code}"
    assert live.guest("anything else") == ""
    visitor.post("/portal/chat/say/", {"key": key(1), "text": HOSTILE})
    page = visitor.get("/portal/chat/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    agent = signed_in(world.person("agent", "P1"))
    assert agent.post("/chats/next/", follow=True).status_code == 200
    code = latest().contact.code
    shown = agent.get(f"/chats/{code}/").content.decode()
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown
    assert agent.post(f"/chats/{code}/say/", {"key": key(1), "text": "您好"}).status_code == 302
    assert agent.post(f"/chats/{code}/say/", {"key": key(2), "text": "像是老客户", "note": "1"}).status_code == 302
    page = visitor.get("/portal/chat/").content.decode()
    assert "您好" in page
    assert "像是老客户" not in page
    agent.post(f"/chats/{code}/end/", {"outcome": "answered", "done": "1"})
    text = visitor.get("/portal/chat/transcript/").content.decode()
    assert "您好" in text
    assert "像是老客户" not in text
    assert visitor.post("/portal/chat/rate/", {"rating": "7"}).status_code == 422
    assert visitor.post("/portal/chat/rate/", {"rating": "5", "text": "很好"}).status_code == 302
    assert visitor.post("/portal/chat/rate/", {"rating": "1"}).status_code == 409
    assert latest().rating == 5
    month = signed_in(world.person("unit_manager", "P1")).get("/chats/figures/").content.decode()
    assert "5.0" in month
    clock.advance(timedelta(hours=25))
    assert "您好" not in visitor.get("/portal/chat/").content.decode(), "after a day nobody reads it there"


def test_another_token_another_unit_and_no_token_reach_nothing(world, clock, begun, visitor) -> None:
    chat, token = begun()
    code = chat.contact.code
    stranger = Client(headers={"accept-language": "zh-CN"})
    for wrong in ("", "x" * 43, code, codes.digest(token)):
        stranger.cookies["chat"] = wrong
        assert stranger.get("/portal/chat/lines/", headers=JSON).status_code == 404
        assert stranger.post("/portal/chat/say/", {"key": key(1), "text": "hi"}, headers=JSON).status_code == 404
        assert stranger.get("/portal/chat/files/1/").status_code == 404
    visitor.cookies["chat"] = token
    assert seqs(visitor.get("/portal/chat/lines/?after=0", headers=JSON).json()["html"]) == [1]
    guarded = Client(enforce_csrf_checks=True)
    guarded.cookies["chat"] = token
    assert guarded.post("/portal/chat/say/", {"key": key(1), "text": "hi"}).status_code == 403
    elsewhere = signed_in(world.person("agent", "C1"))
    for path in (f"/chats/{code}/", f"/chats/{code}/lines/", f"/api/v1/chats/{code}"):
        assert elsewhere.get(path).status_code in (401, 404)
    assert elsewhere.post(f"/chats/{code}/take/").status_code == 404
    elsewhere.post("/chats/next/")
    assert latest().state == "waiting"
    reader = signed_in(world.person(Role.READ_ONLY_AUDITOR, "P1"))
    assert reader.get(f"/chats/{code}/").status_code == 200
    assert reader.get(f"/chats/{code}/lines/").status_code == 403
    assert reader.post(f"/chats/{code}/take/").status_code == 403


def test_whoever_does_not_lead_it_reads_it_masked_until_a_reason_is_given(world, clock, taken) -> None:
    chat = taken(name="李小明", phone="13812345678")
    customer.say(chat, key(1), "请打 13912345678 找我", clock.now())
    other = signed_in(world.person("agent", "P1", name="乙"))
    page = other.get(f"/chats/{chat.contact.code}/").content.decode()
    assert "13912345678" not in page
    assert "13812345678" not in page
    told = other.post(f"/chats/{chat.contact.code}/say/", {"key": key(1), "text": "抢话"})
    assert told.status_code == 403
    shown = other.post(f"/chats/{chat.contact.code}/reveal/", {"why": "客户来电催问"}).content.decode()
    assert "13912345678" in shown


def test_files_are_looked_at_and_photographs_lose_what_is_not_the_picture(world, clock, begun, visitor) -> None:
    chat, token = begun()
    visitor.cookies["chat"] = token
    sent = visitor.post("/portal/chat/send/", {"key": key(1), "file": picture()}, headers=JSON)
    assert sent.status_code == 200
    again = visitor.post("/portal/chat/send/", {"key": key(1), "file": picture()}, headers=JSON)
    assert again.json()["last"] == sent.json()["last"], "sent twice it is one file"
    seq = sent.json()["last"]
    got = visitor.get(f"/portal/chat/files/{seq}/")
    content = b"".join(got.streaming_content)  # type: ignore[attr-defined]
    assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"Jiefang" not in content
    for name, data in (
        ("x.html", b"<html><script>alert(1)</script>"),
        ("x.exe", b"MZ\x90\x00\x00"),
        ("x.svg", b"<svg onload=alert(1)>"),
    ):
        refused = visitor.post(
            "/portal/chat/send/", {"key": key(9), "file": SimpleUploadedFile(name, data)}, headers=JSON
        )
        kept = refused.status_code == 200 and chat.lines.latest("seq").media_type == "text/plain"
        assert refused.status_code == 422 or kept, name
    actor = world.actor("agent", "P1", clock.now())
    desk.take(chat, actor, world.person("agent", "P1"), clock.now())
    agent = signed_in(world.person("agent", "P1"))
    assert agent.get(f"/chats/{chat.contact.code}/files/{seq}/").status_code == 200
    other = signed_in(world.person("agent", "P1", name="乙"))
    assert other.get(f"/chats/{chat.contact.code}/files/{seq}/").status_code == 403


def test_an_order_is_registered_with_the_customers_words(world, clock, taken) -> None:
    chat = taken(phone="13812345678")
    customer.say(chat, key(1), "家里没电，楼道灯也不亮", clock.now())
    agent = signed_in(world.person("agent", "P1"))
    page = agent.get(f"/chats/{chat.contact.code}/register/", follow=True).content.decode()
    assert "家里没电，楼道灯也不亮" in page
    assert "13812345678" in page
    customer.say(chat, key(2), "已经两个小时了", clock.now())
    page = agent.get(f"/chats/{chat.contact.code}/register/", follow=True).content.decode()
    assert "家里没电，楼道灯也不亮\n已经两个小时了" in page


def test_advice_on_words_comes_back_in_place_and_ready_answers_by_their_keys(world, clock, taken) -> None:
    chat, agent = taken(), signed_in(world.person("agent", "P1"))
    path = f"/chats/{chat.contact.code}/say/"
    held = agent.post(path, {"key": key(1), "text": "漏保坏了，您必须自己换。"}, headers=JSON)
    assert held.status_code == 409
    assert held.json()["advice"]
    sure = agent.post(path, {"key": key(1), "text": "漏保坏了，您必须自己换。", "sure": "1"}, headers=JSON)
    assert sure.status_code == 200
    assert "您好，很高兴为您服务" in agent.get("/chats/ready/?q=hel&in=zh").content.decode()
    assert "Hello, I am glad" in agent.get("/chats/ready/?q=hel&in=en").content.decode()
    assert "role" not in agent.get("/chats/ready/?q=nothing-like-it").content.decode()


def test_other_systems_read_chats_masked(world, clock, taken) -> None:
    chat = taken(name="李小明", phone="13812345678")
    customer.say(chat, key(1), "请打 13912345678", clock.now())
    reader = signed_in(world.person(Role.READ_ONLY_AUDITOR, "P1"))
    listed = reader.get("/api/v1/chats?state=talking").json()
    assert [one["code"] for one in listed["items"]] == [chat.contact.code]
    assert "13812345678" not in str(listed)
    one = reader.get(f"/api/v1/chats/{chat.contact.code}").json()
    assert (one["agent"], one["taken_at"] is None, one["page"]) == ("agent.p1", False, f"/chats/{chat.contact.code}/")
    lines = reader.get(f"/api/v1/chats/{chat.contact.code}/transcript").json()["lines"]
    assert [line["seq"] for line in lines] == [1, 2, 3]
    assert "13912345678" not in str(lines)


def test_too_much_from_one_address_is_refused_as_a_page_and_as_a_document(world, clock, visitor) -> None:
    for _n in range(3):
        assert visitor.post("/portal/chat/begin/", {"topic": "bill"}).status_code == 302
        visitor.cookies.pop("chat")
    full = visitor.post("/portal/chat/begin/", {"topic": "bill"})
    assert full.status_code == 429
    assert Chat.objects.system("test").count() == 3


def test_outside_the_hours_there_is_a_message_to_leave(world, clock, visitor) -> None:
    clock.advance(timedelta(hours=13))
    page = visitor.get("/portal/chat/").content.decode()
    assert "/portal/chat/message/" in page
    assert "/portal/chat/begin/" not in page
    assert visitor.post("/portal/chat/begin/", {}).status_code == 409
    facts: dict[str, Any] = {"topic": "outage", "text": "停电了", "phone": "13812345678", "key": key(1)}
    refused = visitor.post("/portal/chat/message/", facts)
    assert refused.status_code == 422, "of a fault the place is needed"
    assert not Chat.objects.system("test").exists()
    assert visitor.post("/portal/chat/message/", facts | {"place": "芙蓉路88号"}).status_code == 302
    assert "停电了" in visitor.get("/portal/chat/").content.decode()
