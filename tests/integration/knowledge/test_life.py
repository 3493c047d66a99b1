"""An item from the question to the version that is served, and out of service again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from open95598.casework import sweeper
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.events import delivery
from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Notice
from open95598.foundation.search.models import Change
from open95598.service.knowledge import content, loading, pages, services, shelf
from open95598.service.knowledge.models import KnowledgeItem, Version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


def test_a_draft_is_reviewed_by_somebody_else_and_served_from_then_on(house):
    row = house.draft()
    assert row.code == f"ZS-{row.pk}" and house.served() == set()
    house.do(row, "submit", "deputy_leader")
    with pytest.raises(Impossible, match=r"编写人|wrote"):
        house.do(row, "approve", "deputy_leader")
    with pytest.raises(Forbidden):
        house.do(row, "approve", "agent")
    row = house.do(row, "approve", "shift_leader", note="核对过")
    assert house.state(row) == "published" and house.served() == {row.code}
    assert (row.version.number, row.version.note, row.draft) == (1, "核对过", None)
    assert row.version.written_by == house.world.person("deputy_leader", "P1")
    assert row.version.reviewed_by == house.world.person("shift_leader", "P1")
    assert row.content["laws"] == [{"law": "电力供应与使用条例", "article": 27}]
    assert Change.objects.filter(source="knowledge", object_id=row.pk).exists()


def test_an_unfinished_draft_is_not_reviewed(house):
    row = house.draft(answer="")
    with pytest.raises(Impossible, match=r"草稿还缺|lacks"):
        house.do(row, "submit", "deputy_leader")


def test_the_published_version_is_served_while_its_revision_is_written(house):
    row = house.published()
    row = house.do(row, "revise", "shift_leader")
    editor = house.actor("shift_leader", "P1")
    services.write(
        row, {**row.draft, "answer": "整片拆迁，或与楼道灯的卡换错的，一般可以退。"}, editor, house.clock.now()
    )
    assert house.served() == {row.code} and house.again(row).content["answer"] == "整片拆迁的一般可以退。"
    (change,) = pages.changes(row.content, house.again(row).draft)
    kept = "".join(p.text for p in change.pieces if p.kind == "same")
    assert kept.startswith("整片拆迁") and "一般可以退。" in kept and any(p.kind == "new" for p in change.pieces)
    house.do(row, "submit", "shift_leader")
    row = house.do(row, "approve", "deputy_leader")
    assert row.version.number == 2 and row.content["answer"].startswith("整片拆迁，或")
    assert list(row.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_version_is_for_ever(house):
    row = house.published()
    for change in (
        lambda: Version.objects.filter(item=row).update(note="x"),
        lambda: Version.objects.filter(item=row)._raw_delete("default"),
    ):
        with pytest.raises((ProgrammingError, InternalError), match="for ever"), transaction.atomic():
            change()


def test_two_writers_do_not_overwrite_each_other(house):
    row = house.draft()
    editor = house.actor("deputy_leader", "P1")
    services.write(row, {**row.draft, "title": "甲"}, editor, house.clock.now(), version=row.case.version)
    house.do(row, "submit", "deputy_leader")
    with pytest.raises(Impossible):
        services.write(row, {**row.draft, "title": "乙"}, editor, house.clock.now())
    house.do(row, "send_back", "shift_leader", reason="请补充")
    with pytest.raises(Stale):
        services.write(row, {**row.draft, "title": "乙"}, editor, house.clock.now(), version=1)
    with pytest.raises(Forbidden):
        services.write(row, row.draft, house.actor("agent", "P1"), house.clock.now())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"category": "nothing"}, "category"),
        ({"audience": "world"}, "audience"),
        ({"answer": "长" * 8001}, "answer"),
        ({"orders": "fault.nothing"}, "orders"),
        ({"laws": "某法"}, "laws"),
        ({"see": "k4"}, "see"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": "2026-03-02", "valid_until": "2026-03-01"}, "valid_until"),
        ({"say": "\n".join(map(str, range(41)))}, "say"),
    ],
)
def test_what_is_wrong_in_a_draft_is_said_by_field(house, wrong, field):
    with pytest.raises(Invalid) as caught:
        house.draft(**wrong)
    assert set(caught.value.fields) == {field}


def test_a_province_writes_and_its_counties_read(house):
    row = house.published()
    assert house.served("agent", "X21") == {row.code} == house.served("agent", "HQ")
    county = services.draft(
        {"title": "县里的", "category": "desk", "answer": "只在本县。"}, house.world.units["X11"].pk,
        house.actor("shift_leader", "X11"), house.clock.now(),
    )  # fmt: skip
    house.do(county, "submit", "shift_leader", "X11")
    house.do(county, "approve", "deputy_leader", "X11")
    assert county.code in house.served("agent", "X11") & house.served("agent", "P1")
    assert county.code not in house.served("agent", "X21")


def test_the_review_day_makes_a_task_of_its_owner(house):
    day = house.clock.now().date() + timedelta(days=60)
    row = house.published(review_on=day.isoformat())
    house.do(row, "assign", "shift_leader", person=house.world.person("deputy_leader", "P1").pk)
    house.clock.advance(timedelta(days=59))
    sweeper.sweep(house.clock.now())
    for _round in range(3):
        delivery.deliver_keys("knowledge.review", set(Event.objects.values_list("key", flat=True)))
    assert house.state(row) == "due" and house.served() == {row.code}
    notice = Notice.objects.get(kind="knowledge.recall")
    assert notice.person == house.world.person("deputy_leader", "P1") and row.code in str(notice.title)
    row = house.do(row, "confirm", "deputy_leader", months=6)
    assert house.state(row) == "published" and row.review_on > day + timedelta(days=170)


def test_an_item_out_of_its_days_is_never_served(house):
    today = house.clock.now().date()
    row = house.published(valid_until=(today + timedelta(days=2)).isoformat())
    early = house.published(title="将来的", valid_from=(today + timedelta(days=30)).isoformat())
    assert house.served() == {row.code}
    house.clock.advance(timedelta(days=3))
    assert house.served() == set(), "at once, before anybody closes it"
    assert services.expire(house.clock.now()) == 1 == 1 + services.expire(house.clock.now())
    assert house.state(row) == "expired"
    row = house.do(row, "revise", "deputy_leader")
    house.clock.advance(timedelta(days=40))
    assert house.served() == {early.code}, "an expired version is not served while it is revised"
    row = house.do(row, "drop_draft", "deputy_leader", reason="不改了")
    assert house.state(row) == "expired"


def test_a_withdrawn_item_is_gone_at_once(house):
    row = house.published()
    with pytest.raises(Forbidden):
        house.do(row, "withdraw", "agent", reason="错了")
    row = house.do(row, "withdraw", "shift_leader", reason="内容有误")
    assert house.served() == set() and not row.served
    with pytest.raises(NotFound):
        services.used(row, True, house.actor("agent", "P1"), house.clock.now())


def test_a_question_without_an_answer_becomes_one_drafting_task(house):
    agent, unit = house.actor("agent", "P1"), house.world.units["P1"].pk
    row, new = services.ask("换电表以后 光伏怎么结算，我电话13812345678", unit, agent, house.clock.now())
    assert new and house.state(row) == "drafting" and "13812345678" not in row.title
    same, new = services.ask("换电表以后 光伏怎么结算，我电话13812345678", unit, agent, house.clock.now())
    assert not new and same.pk == row.pk and same.asked == 2
    editor = house.actor("deputy_leader", "P1")
    services.write(
        row, {"title": "光伏结算", "category": "energy", "answer": "按示数分段。"}, editor, house.clock.now()
    )
    assert house.again(row).case.owner_id == editor.person_id
    with pytest.raises(Invalid):
        services.ask("？", unit, agent, house.clock.now())
    with pytest.raises(Forbidden):
        services.ask("别处的问题", house.world.units["X21"].pk, house.actor("agent", "X11"), house.clock.now())


def test_no_more_questions_wait_than_people_can_look_at(house, monkeypatch):
    agent, unit, now = house.actor("agent", "P1"), house.world.units["P1"].pk, house.clock.now()
    monkeypatch.setattr(services, "MOST_WAITING", 2)
    for question in ("光伏怎么结算", "充电桩怎么报装"):
        services.ask(question, unit, agent, now)
    with pytest.raises(Impossible):
        services.ask("电采暖有没有补贴", unit, agent, now)
    assert services.ask("光伏怎么结算", unit, agent, now)[0].asked == 2, "the same one again is counted"


def test_whether_it_helped_is_counted_once_and_may_be_changed(house):
    row = house.published()
    agent = house.actor("agent", "P1")
    for helped in (True, True, False):
        services.used(row, helped, agent, house.clock.now())
    services.used(row, True, house.actor("agent", "X11"), house.clock.now())
    house.clock.advance(timedelta(hours=1))
    services.used(row, True, agent, house.clock.now())
    row = house.again(row)
    assert (row.helped, row.not_helped, row.uses.count()) == (2, 1, 3)


def test_the_content_on_files_is_loaded_once_and_changed_by_versions(house, tmp_path):
    unit, now = house.world.units["P1"], house.clock.now()
    shipped = shelf.shipped()
    done = loading.load(shipped, unit, now)
    assert (done.new, done.changed, done.kept) == (len(shipped.items), 0, 0)
    assert len(house.served("agent", "X22")) == len(shipped.items)
    again = loading.load(shipped, unit, now)
    assert (again.new, again.changed, again.same) == (0, 0, len(shipped.items))
    k4 = KnowledgeItem.objects.system("test").get(code="K4")
    house.do(k4, "revise", "deputy_leader")
    changed = tuple(
        item.model_copy(update={"answer": "改过了。"}) if item.code in {"K2", "K4"} else item for item in shipped.items
    )
    third = loading.load(content.Content(shipped.categories, shipped.figures, changed, {}), unit, now)
    assert (third.changed, third.kept) == (1, 1), "K4 is in somebody's hands"
    k2 = house.again(KnowledgeItem.objects.system("test").get(code="K2"))
    assert k2.version.number == 2 and k2.content["answer"] == "改过了。"
    assert k2.review_on == date(2027, 3, 2)
