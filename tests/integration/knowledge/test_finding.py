"""Finding an answer: the real index over items and laws within rights, the panel beside the seat's form, scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from tests import world as worlds

from open95598.foundation.rulebook import store
from open95598.foundation.search import queries as search
from open95598.service.knowledge import lawbooks, loading, past, scripts, shelf
from open95598.service.knowledge.models import KnowledgeItem, ScriptRun
from open95598.service.workorders import services as orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


def codes(found: Any) -> list[str]:
    return [str(hit.document.extra.get("code", "")) for hit in found]


def test_items_and_articles_are_found_within_rights_and_days(house, index, tmp_path):
    loading.load(shelf.shipped(), house.world.units["P1"], house.clock.now())
    (tmp_path / "试验电法.md").write_text("# 试验电法\n\n第一条 电表校验由计量机构进行。\n", encoding="utf-8")
    list(lawbooks.bring(tmp_path, house.clock.now()))
    index()
    agent, now = house.rights("agent", "X11"), house.clock.now()
    assert codes(search.search(agent, "电表箱里的开关推不上去", now).hits)[0] == "K4"
    assert codes(search.search(agent, "掉闸了推不上", now).hits)[0] in {"K4", "INS-01"}
    laws = search.search(agent, "电表校验 计量机构", now, sources=("law",)).hits
    assert [hit.document.title for hit in laws] == ["《试验电法》第一条"]
    inner = search.search(None, "客户反映被工作人员打了", now).hits
    assert "K6" not in codes(inner), "not for customers"
    row = KnowledgeItem.objects.system("test").get(code="K4")
    house.do(row, "withdraw", "shift_leader", reason="停用")
    assert "K4" not in codes(search.search(agent, "开关推不上去", now).hits), "withdrawn: gone before the index is"


def test_the_best_answers_stand_beside_the_seats_form(house, index):
    loading.load(shelf.shipped(), house.world.units["P1"], house.clock.now())
    index()
    client = house.client("agent")
    page = client.post("/orders/new/hints/", {"kind": "fault", "description": "家里开关一合就跳，推不上去"})
    shown = page.content.decode()
    assert page.status_code == 200 and "/knowledge/items/K4/" in shown and "/knowledge/scripts/switch/" in shown
    empty = client.post("/orders/new/hints/", {"kind": "fault", "description": ""}).content.decode()
    assert 'id="next-best"' in empty and "/knowledge/items/" not in empty, "the place is kept, nothing jumps"
    found = client.get("/knowledge/search/?q=卡表退费", headers={"hx-request": "true"}).content.decode()
    assert "/knowledge/items/K2/" in found and "<html" not in found
    none = client.get("/knowledge/search/?q=zzqq完全没有的问题xyz").content.decode()
    assert "/knowledge/ask/" in none


def test_a_conversation_is_kept_and_ends_in_an_order_filled_in(house):
    client, agent = house.client("agent"), house.actor("agent", "P1")
    url = "/knowledge/scripts/switch/"
    page = client.get(url).content.decode()
    assert 'data-digit="2"' in page and ScriptRun.objects.count() == 0
    first = client.post(url, {"a": ["no"]})
    run = ScriptRun.objects.get()
    assert first.headers["location"] == f"{url}?run={run.pk}" and run.path == [["danger", "no"]]
    assert client.post(url, {"run": run.pk, "a": ["no", "maybe"]}).status_code == 404
    last = client.post(url, {"run": run.pk, "a": ["no", "unknown", "no"]}, headers={"hx-request": "true"})
    run.refresh_from_db()
    assert (run.ending, run.ended_at) == ("crew", house.clock.now()) and last.status_code == 200
    _run, position = scripts.answer(run.pk, ["no", "unknown", "no"], agent, house.clock.now())
    asked = parse_qs(urlparse(scripts.order_url(position, store.current(house.clock.now()))).query)
    assert asked["kind"] == ["fault"] and asked["category"] == ["fault.lv.no_power"]
    form = client.get("/orders/new/", {name: values[0] for name, values in asked.items()}).content.decode()
    assert 'value="fault.lv.no_power" data-kind="fault"' in form and "余额是否充足" in form
    assert house.client("agent", "X11").get(f"{url}?run={run.pk}").status_code == 404, "somebody else's"
    assert house.client("read_only_auditor").post(url, {"a": ["no"]}).status_code == 403


def test_shipped_scripts_name_what_there_is(house):
    known = {item.code for item in shelf.shipped().items}
    assert scripts.problems(store.current(house.clock.now()), known) == []
    assert scripts.problems(store.current(house.clock.now()), known - {"K4"}) != []


def test_orders_that_tell_of_it_are_found_in_other_words_and_within_rights(house):
    def registered(role, unit, words):
        facts = worlds.fault(description=words)
        return orders.register(house.actor(role, unit), facts, house.clock.now()).number

    tripped = registered("agent", "P1", "家里空调一开就跳闸，推不上去")
    registered("agent", "P1", "电表箱盖子坏了")
    agent, now = house.rights("agent", "P1"), house.clock.now()
    found = lambda text: [row["number"] for row in past.orders(agent, text, now)]  # noqa: E731
    assert found("请问掉闸了怎么办") == [tripped], "another word for the same"
    assert found("，。") == [] and found("zzqq") == []
    stranger = house.rights("handler", "X12")
    assert past.orders(stranger, "跳闸", now) == []
    page = house.client("agent").get("/knowledge/search/?q=掉闸&what=orders").content.decode()
    assert tripped in page and "电表箱盖子" not in page
