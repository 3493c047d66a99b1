"""A spreadsheet of citizens' messages becomes orders: every row an order or a named error, none twice."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from tests import world as worlds

from open95598.foundation.transfer import exports, importers, imports
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
HEADERS = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级分类"]
ROWS = [
    ["24", "A00074011", "路灯不亮", "2020/1/6 12:09:38", "\n\t\t西湖路路灯坏了半年。", "城乡建设"],
    ["37", "A000107866", "频繁停电", "2020/1/4 11:17:46", "\n\t本月停电五次。", "城乡建设"],
    ["38", "U1", "空白", "2020/1/5 11:00:00", None, "其他"],
    ["39", "U2", "坏时间", "前天", "内容", "其他"],
]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "citizen_messages" / "labelled_495.xlsx"


def _sheet(rows: list[list[object]]) -> BytesIO:
    book = openpyxl.Workbook()
    for row in [HEADERS, *rows]:
        book.active.append(row)
    book.active["A3000"].number_format = "0"  # a far cell that only has a format, as real files do
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def test_a_register_as_a_city_line_keeps_it_is_understood_without_a_mapping(world, now) -> None:
    book = openpyxl.Workbook()
    book.active.append(["2026年11月市民来电登记表"])
    book.active.append(["受理编号", "来电人", "来电号码", "诉求内容", "来电时间", "事发地址"])
    book.active.append(["A1", "张三", 13812345678, "路灯不亮", "2020/1/6 8:05", "芙蓉路1号"])
    book.active.append([None] * 6)
    book.active.append(["A2", "李四", "abc", "停电", "昨天下午", "芙蓉路2号"])
    book.active.merge_cells("A1:F1")
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    run = _run(stream, now)
    assert (run.read, run.created, run.rejected) == (2, 1, 1)
    assert {p.row for p in run.problems.all()} == {5}
    assert WorkOrder.objects.system("test").get(source_ref="A1").received_at == datetime(2020, 1, 6, 0, 5, tzinfo=UTC)


def _run(stream, now, **more):
    draft = imports.upload(importers.get("orders"), stream, "messages.xlsx", person=None, now=now)
    run = imports.prepare(draft, draft.mapping, dry_run=False, all_or_nothing=False, now=now)
    return imports.run(run.pk, lambda: now)


@pytest.fixture
def world():
    return worlds.small()


def test_rows_become_orders_or_named_errors_and_never_twice(world, now) -> None:
    run = _run(_sheet(ROWS), now)
    assert (run.read, run.created, run.rejected) == (4, 2, 2)
    problems = {(p.row, p.column) for p in run.problems.all()}
    assert problems == {(4, "留言详情"), (5, "留言时间")}
    order = WorkOrder.objects.system("test").get(source_ref="24")
    assert order.received_at == datetime(2020, 1, 6, 4, 9, 38, tzinfo=UTC)
    assert order.description.startswith("路灯不亮")
    assert order.case.kind == "opinion"
    again = _run(_sheet(ROWS), now)
    assert (again.created, again.doubles) == (0, 2)


@pytest.mark.skipif(not SHARED.exists(), reason="the public spreadsheet lies beside the project only in development")
def test_the_public_spreadsheet_comes_in_whole(world, now) -> None:
    with SHARED.open("rb") as stream:
        run = _run(stream, now)
    assert run.read == 495
    assert run.created + run.rejected == 495
    assert run.created == WorkOrder.objects.system("test").count()


def test_the_list_leaves_as_seen(world, now) -> None:
    _run(_sheet([["1", "张三", "@SUM(1)", "2020/1/6", "内容 13812345678", "x"]]), now)
    agent = world.actor("agent", "HQ", now)
    rows = list(exports.listing_of("orders").query(agent.rights, {"q": "内容"}))
    assert [r.source_ref for r in rows] == ["1"]
    outcome = exports.export(
        agent.rights, world.person("agent", "HQ"), "orders", {"q": "内容"}, now, with_personal=False, reason=""
    )
    sheet = openpyxl.load_workbook(outcome.file).active
    cells = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
    assert not any("13812345678" in c for c in cells)
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)
