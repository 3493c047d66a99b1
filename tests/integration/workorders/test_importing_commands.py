"""``open95598 import orders`` as somebody at a terminal uses it: dry runs, mapping files, files nobody can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests import world as worlds
from typer.testing import CliRunner

from open95598.casework.models import Case
from open95598.foundation.events.models import Event
from open95598.foundation.journal.models import Entry
from open95598.foundation.transfer import commands
from open95598.foundation.transfer.models import ImportedRow, ImportRun
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HEADERS = "留言编号,留言主题,留言时间,留言详情"
MAPPING = """importer: orders
fields:
  external_id: 留言编号
  description: 留言详情
  received_at: 留言时间
"""


@pytest.fixture(scope="module")
def terminal() -> CliRunner:
    commands._add("orders", "orders")  # Django was set up without the command line
    return CliRunner()


@pytest.fixture
def world() -> worlds.World:
    return worlds.small()


def run(terminal: CliRunner, *words: object) -> Any:
    return terminal.invoke(commands.group, ["orders", *map(str, words)], env={"COLUMNS": "400"})


def table(folder: Path, rows: int, name: str = "messages.csv", **cells: str) -> Path:
    path = folder / name
    lines = [f"{n},停电,2020/1/{n} 12:00:00,第{n}条：小区停电" for n in range(1, rows + 1)]
    path.write_text("\n".join([HEADERS, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_dry_run_says_everything_and_writes_nothing(terminal: CliRunner, world: worlds.World, tmp_path: Path) -> None:
    path = table(tmp_path, 5)
    path.write_text(path.read_text() + "6,停电,前天,坏时间\n")
    said = run(terminal, path, "--dry-run")
    assert said.exit_code == 1, said.output
    assert "留言时间" in said.output and "7" in said.output
    assert "试运行" in said.output
    assert not WorkOrder.objects.system("test").exists()
    assert not Case.objects.system("test").exists()
    assert not ImportedRow.objects.exists()
    assert not Event.objects.filter(type="case.opened").exists()
    assert not Entry.objects.filter(kind="case.opened").exists()
    assert run(terminal, path).exit_code == 1
    assert WorkOrder.objects.system("test").count() == 5
    again = run(terminal, path)
    assert WorkOrder.objects.system("test").count() == 5, again.output


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (MAPPING.replace("received_at", "recieved_at"), 5),
        (MAPPING.replace("importer: orders", "importer: people"), 1),
        (MAPPING + "colour: red\n", 6),
        (MAPPING + "  category: {column: 一级分类, templat: x}\n", 6),
        (MAPPING + "  external_id: 留言编号\n", 6),
        ("importer: orders\nfields:\n  description: [留言详情\n", 4),
        ("importer: orders\nfields: 7\n", 2),
    ],
)
def test_a_wrong_mapping_is_named_by_file_and_line(
    terminal: CliRunner, world: worlds.World, tmp_path: Path, text: str, line: int
) -> None:
    mapping = tmp_path / "[red]映射.yaml"
    mapping.write_text(text, encoding="utf-8")
    said = run(terminal, table(tmp_path, 2), "--mapping", mapping)
    assert said.exit_code == 2, said.output
    assert f"{mapping}:{line}" in said.output.replace("\n", "")
    assert "Traceback" not in said.output
    assert not WorkOrder.objects.system("test").exists()
    assert not ImportRun.objects.exists(), "nothing is left of an attempt"


def test_a_mapping_that_cannot_be_read_is_named(terminal: CliRunner, world: worlds.World, tmp_path: Path) -> None:
    path, broken = table(tmp_path, 2), tmp_path / "broken.yaml"
    broken.write_bytes("importer: orders\n# 说明".encode("gb18030"))
    for mapping in (broken, tmp_path / "nowhere.yaml", tmp_path):
        said = run(terminal, path, "--mapping", mapping)
        assert said.exit_code == 2, said.output
        assert not isinstance(said.exception, (OSError, UnicodeError))
        assert mapping.name in said.output.replace("\n", "")


def test_files_nobody_can_take_in_are_refused_by_name(terminal: CliRunner, world: worlds.World, tmp_path: Path) -> None:
    wide = tmp_path / "wide.xlsx"
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet().append([f"c{n}" for n in range(10_000)])
    book.save(wide)
    empty, web = tmp_path / "[bold]empty.csv", tmp_path / "page.xls"
    empty.write_bytes(b"")
    web.write_text("<html><table><tr><td>1</td></tr></table></html>")
    for path in (wide, empty, web, tmp_path, tmp_path / "nowhere.xlsx", Path("/dev/zero")):
        said = run(terminal, path)
        assert said.exit_code == 2, (path, said.output)
        assert said.exception is None or isinstance(said.exception, SystemExit)
        assert said.output.strip(), path
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_what_chinese_offices_save_comes_in(
    terminal: CliRunner, world: worlds.World, tmp_path: Path, encoding: str
) -> None:
    path = table(tmp_path, 2)
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    said = run(terminal, path)
    assert said.exit_code == 0, said.output
    found = WorkOrder.objects.system("test").order_by("source_ref").values_list("description", flat=True)
    assert all("小区停电" in text for text in found) and len(found) == 2


def test_merged_cells_formulas_and_hostile_text_become_text(
    terminal: CliRunner, world: worlds.World, tmp_path: Path
) -> None:
    path = tmp_path / "merged.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADERS.split(","))
    sheet.append(["1", "停电", "2020/1/1 12:00:00", '=HYPERLINK("http://evil.example","停电")'])
    sheet.append(["2", "停电", "2020/1/2 12:00:00", "两行共有的内容：停电"])
    sheet.append(["3", "停电", "2020/1/3 12:00:00", None])
    sheet.append(
        ["4", "停电", "2020/1/4 12:00:00", "'; DROP TABLE workorders_workorder; --\x0b<script>".replace("\x0b", "")]
    )
    sheet.merge_cells("D3:D4")
    book.save(path)
    said = run(terminal, path)
    orders = {o.source_ref: o.description for o in WorkOrder.objects.system("test")}
    assert "两行共有的内容" in orders["2"] and "两行共有的内容" in orders["3"]
    assert "DROP TABLE" in orders["4"]
    assert "1" not in orders, "a formula without a stored value is a named problem"
    assert said.exit_code == 1 and "留言详情" in said.output
