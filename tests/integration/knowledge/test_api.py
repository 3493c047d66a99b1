"""The interface of knowledge, and its pages, as different people get them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from open95598.foundation.people.services import make_token
from open95598.service.knowledge import lawbooks, loading, shelf
from open95598.service.knowledge.models import KnowledgeItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
BASE = "/api/v1/knowledge"


def api_of(house, role: str, unit: str = "P1") -> Any:
    person = house.world.person(role, unit)
    client = Client(headers={"authorization": f"Bearer {make_token(person, 'test', [], house.clock.now())}"})

    def call(path: str = "", body: Any = None, method: str = "post", **headers: str) -> Any:
        if body is None:
            return client.get(f"{BASE}{path}")
        return getattr(client, method)(
            f"{BASE}{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    return call


def test_an_item_is_written_reviewed_read_and_judged_by_interface(house):
    writer, leader, agent = (api_of(house, role) for role in ("deputy_leader", "shift_leader", "agent"))
    wanted = {"unit": "P1", "title": "卡表退费", "laws": [{"law": "电力法", "article": 31}]}
    made = writer("", wanted, **{"idempotency-key": "k"})
    assert made.status_code == 201 and made.json() == writer("", wanted, **{"idempotency-key": "k"}).json()
    code = made.json()["code"]
    assert writer("", wanted | {"unit": "C1"} | {"answer": "x" * 9000}).status_code == 422
    assert agent("", wanted).status_code == 403
    assert agent(f"/{code}").status_code == 404, "a draft is for its writers"
    assert writer(f"/{code}/actions/submit", {}).status_code == 409
    body = {"title": "卡表退费", "category": "prepaid", "answer": "整片拆迁的可以退。", "say": ["请您讲。"]}
    stale = writer(f"/{code}/draft", body, "put", **{"if-match": '"7"'})
    kept = writer(f"/{code}/draft", body, "put", **{"if-match": made["ETag"]})
    assert (stale.status_code, kept.status_code) == (412, 200) and kept.json()["draft"]["say"] == ["请您讲。"]
    assert "submit" in kept.json()["possible_actions"]
    assert writer(f"/{code}/actions/submit", {}).status_code == 200
    assert leader(f"/{code}/actions/approve", {}).json()["content"]["answer"] == "整片拆迁的可以退。"
    shown = agent(f"/{code}").json()
    assert shown["served"] and shown["draft"] is None and shown["possible_actions"] == []
    assert [row["code"] for row in agent().json()["items"]] == [code]
    assert agent(f"/{code}/used", {"helped": True}).json()["helped"] == 1
    (version,) = agent(f"/{code}/versions").json()["items"]
    assert (version["number"], version["written_by"]) == (1, "deputy_leader@P1")
    asked = agent("/questions", {"question": "电卡能不能借给邻居用"}).json()
    assert asked["state"] == "drafting" and writer("?show=tasks").json()["items"][0]["code"] == asked["code"]


def test_agents_read_the_answer_first_and_editors_see_their_tools(house):
    house.published()
    row = house.published(title="<script>alert(1)</script>", answer="<img src=x onerror=alert(1)>第一步")
    house.do(row, "revise", "deputy_leader")
    agent, editor = house.client("agent"), house.client("deputy_leader")
    url = f"/knowledge/items/{row.code}/"
    page = agent.get(url).content.decode()
    assert "&lt;script&gt;" in page and "<script>alert" not in page and "<img src=x" not in page
    assert f"{url}edit/" not in page and f"{url}edit/" in editor.get(url).content.decode()
    assert agent.get(f"{url}edit/").status_code == 403
    shown = editor.get(f"{url}edit/").content.decode()
    assert "&lt;img src=x" in shown and 'name="answer"' in shown
    kept = editor.post(f"{url}edit/", {"title": "新标题", "category": "prepaid", "answer": "新答案", "version": "9"})
    assert kept.status_code == 412
    kept = editor.post(f"{url}edit/", {"title": "新标题", "category": "x", "answer": "新答案"})
    assert kept.status_code == 422 and "新答案" in kept.content.decode()
    kept = editor.post(f"{url}edit/", {"title": "新标题", "category": "prepaid", "answer": "新答案"})
    assert kept.status_code == 302
    assert "<ins>" in editor.get(url).content.decode() and "新答案" not in agent.get(url).content.decode()


def test_the_list_and_the_button_for_questions(house):
    row = house.published()
    agent = house.client("agent")
    page = agent.get("/knowledge/?category=prepaid&q=退费").content.decode()
    assert row.code in page and row.code not in agent.get("/knowledge/?category=desk").content.decode()
    assert agent.post("/knowledge/ask/", {"question": "电卡能借人吗"}).status_code == 302
    asked = KnowledgeItem.objects.system("test").get(title="电卡能借人吗")
    assert asked.code in house.client("deputy_leader").get("/knowledge/?show=tasks").content.decode()
    assert asked.code not in agent.get("/knowledge/?show=tasks").content.decode()
    house.clock.advance(timedelta(minutes=1))
    used = agent.post(f"/knowledge/items/{row.code}/used/", {"helped": "0"}, headers={"hx-request": "true"})
    assert used.status_code == 200 and house.again(row).not_helped == 1


def test_answers_scripts_and_laws_by_interface(house, index, tmp_path):
    loading.load(shelf.shipped(), house.world.units["P1"], house.clock.now())
    (tmp_path / "试验电法.md").write_text("# 试验电法\n\n第一条 电表校验由计量机构进行。\n", encoding="utf-8")
    list(lawbooks.bring(tmp_path, house.clock.now()))
    index()
    call = api_of(house, "agent")
    found = call("/search?q=电表箱里的开关推不上去").json()
    assert (found["hits"][0]["code"], found["hits"][0]["script"]) == ("K4", "switch")
    assert {row["source"] for row in call("/search?q=电表校验&what=laws").json()["hits"]} == {"law"}
    assert call("/search?q=").status_code == call("/search?q=x&what=people").status_code == 422
    assert "switch" in [row["code"] for row in call("/scripts").json()["items"]]
    begun = call("/scripts/switch").json()
    first = begun["step"]["answers"][0]["code"]
    assert call(f"/scripts/switch?answers={first}").json()["step"] != begun["step"]
    assert call("/scripts/switch?answers=nonsense").status_code == call("/scripts/none").status_code == 404
    (law,) = call("/laws").json()["items"]
    assert call(f"/laws/{law['id']}").json()["articles"][0]["text"] == "电表校验由计量机构进行。"
    assert call("/laws/999999").status_code == 404
