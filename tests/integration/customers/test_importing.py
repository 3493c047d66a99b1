"""Accounts from tables: bad rows are refused alone, a second run brings nothing twice, changes are journalled."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from tests.registered import Registry
from tests.world import MONDAY

from open95598.foundation.journal.models import Entry
from open95598.foundation.transfer import importers, imports
from open95598.foundation.transfer.models import ImportRun
from open95598.registry.customers import queries
from open95598.registry.customers.models import ContactPoint, Customer, CustomerAccount, Meter

HEAD = ["户号", "户名", "供电单位", "用电地址", "联系电话", "表号", "倍率", "电价类别", "用电性质", "到期日"]
GOOD = [
    ["5100000001", "钱多多", "X11", "湘江市东湖区芙蓉路9号金桂花园2栋1单元301室", "13711112222", "Z1001", "1", "居民",
     "", ""],
    ["5100000002", "钱多多", "X11", "湘江市东湖区芙蓉路9号金桂花园2栋1单元302室", "13711112222", "Z1002", "", "",
     "", ""],
    ["5100000003", "东湖五金厂", "X11", "湘江市东湖区韶山路30号", "0731-88881111", "Z1003", "40", "大工业", "临时",
     "2026-07-01"],
]  # fmt: skip
BAD = [
    ["", "无名", "X11", "湘江市东湖区韶山路1号", "", "", "", "", "", ""],
    ["5100000004", "甲", "没有", "湘江市东湖区韶山路1号", "", "", "", "", "", ""],
    ["5100000005", "乙", "X11", "湘江市东湖区韶山路1号", "12", "", "", "", "", ""],
    ["5100000006", "丙", "X11", "湘江市东湖区韶山路1号", "", "Z1001", "", "", "", ""],
    ["5100000007", "丁", "X11", "湘江市东湖区韶山路1号", "", "", "0", "", "", ""],
    ["5100000008", "戊", "X11", "湘江市东湖区韶山路1号", "", "", "", "", "临时", ""],
    ["5100000001", "己", "X11", "湘江市东湖区韶山路1号", "", "", "", "", "", ""],
    ["5100000009", "庚", "X21", "岳麓市北城区人民路1号", "", "", "", "", "", ""],
]


def _csv(rows: list[list[str]]) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return io.BytesIO(text.getvalue().encode("gb18030"))


def _run(registry: Registry, stream: Any, *, dry_run: bool = False) -> ImportRun:
    person = registry.world.person("agent", "C1")
    importer = importers.get("accounts")
    draft = imports.upload(importer, stream, "accounts.csv", person=person, now=MONDAY)
    run = imports.prepare(draft, draft.mapping, dry_run=dry_run, all_or_nothing=False, now=MONDAY)
    return imports.run(run.pk, lambda: MONDAY)


def _found(registry: Registry, text: str) -> list[str]:
    rights = registry.world.actor("agent", "C1", MONDAY).rights
    assert rights is not None
    return [hit.account for hit in queries.find(rights, text)]


def test_good_rows_come_in_and_each_bad_one_is_told(registry: Registry) -> None:
    run = _run(registry, _csv(GOOD + BAD))
    assert (run.read, run.created, run.rejected) == (11, 3, 8)
    assert sorted(run.problems.values_list("row", flat=True).distinct()) == [5, 6, 7, 8, 9, 10, 11, 12]
    assert sorted(_found(registry, "钱多多")) == ["5100000001", "5100000002"]
    assert Customer.objects.system("test").filter(name="钱多多").count() == 1
    assert _found(registry, "金桂花圆2-1-302") == ["5100000002"]
    assert _found(registry, "Z1003") == ["5100000003"]
    factory = CustomerAccount.objects.system("test").get(number="5100000003")
    agreement = factory.agreements.system("test").get()
    assert (agreement.price_class, agreement.nature, str(agreement.expires_on)) == (
        "large_industrial", "temporary", "2026-07-01",
    )  # fmt: skip
    assert Entry.objects.filter(kind="registry.imported").count() == 1


def test_a_second_run_brings_nothing_twice(registry: Registry) -> None:
    _run(registry, _csv(GOOD))
    again = _run(registry, _csv(GOOD))
    assert (again.created, again.doubles, again.rejected) == (0, 3, 0)
    assert CustomerAccount.objects.system("test").filter(number__startswith="51").count() == 3


def test_what_changed_is_brought_up_to_date_on_record(registry: Registry) -> None:
    _run(registry, _csv(GOOD))
    moved = [list(row) for row in GOOD]
    moved[2][1], moved[2][4], moved[2][5] = "东湖五金有限公司", "13600009999", "Z2003"
    run = _run(registry, _csv(moved))
    assert (run.created, run.changed, run.doubles) == (0, 1, 2)
    owner = Customer.objects.system("test").get(name="东湖五金有限公司")
    kinds = set(Entry.objects.filter(stream=owner.stream).values_list("kind", flat=True))
    assert kinds == {"customer.changed", "customer.contact_added", "customer.meter_changed"}
    numbers = ContactPoint.objects.system("test").filter(customer=owner, valid_to=None).values_list("value", flat=True)
    assert sorted(numbers) == ["073188881111", "13600009999"]
    meters = Meter.objects.system("test").filter(point__agreement__account__number="5100000003").order_by("pk")
    assert [(m.number, m.removed_on is None) for m in meters] == [("Z1003", False), ("Z2003", True)]


def test_addresses_and_terms_that_changed_are_applied_and_told_row_by_row(registry: Registry) -> None:
    _run(registry, _csv(GOOD))
    moved = [list(row) for row in GOOD]
    moved[0][3], moved[1][7] = "湘江市东湖区芙蓉路9号金桂花园6栋1单元101室", "农业"
    moved[2][2], moved[2][6], moved[2][8], moved[2][9] = "X12", "60", "", "2026-08-01"
    for dry in (True, False):
        run = _run(registry, _csv(moved), dry_run=dry)
        assert (run.created, run.changed, run.doubles, run.rejected) == (0, 3, 0, 0)
        told = {(c.row, c.field): (c.before, c.after) for c in run.changes.all()}
        assert set(told) == {(2, "address"), (3, "price_class"), (4, "unit"), (4, "multiplier"), (4, "expires_on")}
        assert told[2, "address"] == ("湘江市东湖区芙蓉路****", "湘江市东湖区芙蓉路****")
        assert told[4, "unit"] == ("X11", "X12")
        assert _found(registry, "金桂花园6栋") == [] or not dry
    assert _found(registry, "金桂花园6-1-101") == ["5100000001"]
    farm = CustomerAccount.objects.system("test").get(number="5100000002")
    terms = farm.agreements.system("test").order_by("pk").values_list("price_class", "ended_on")
    assert [(code, ended is None) for code, ended in terms] == [("residential", False), ("agricultural", True)]
    factory = CustomerAccount.objects.system("test").get(number="5100000003")
    assert factory.unit.code == "X12"
    assert factory.agreements.system("test").get(ended_on=None).nature == "temporary"
    hanging = Meter.objects.system("test").filter(point__account=factory).order_by("pk")
    assert [(m.multiplier, m.removed_on is None) for m in hanging] == [(40, False), (60, True)]
    again = _run(registry, _csv(moved))
    assert (again.created, again.changed, again.doubles) == (0, 0, 3)
    back = _run(registry, _csv(GOOD))
    assert back.changed == 2, "what was imported before comes in again where it differs; what it leaves empty stays"


def test_of_an_account_elsewhere_a_trial_tells_nothing(registry: Registry) -> None:
    theirs = ["4300000021", "王芳", "X11", "湘江市东湖区芙蓉路1号", "", "", "", "", "", ""]
    for dry in (True, False):
        run = _run(registry, _csv([theirs]), dry_run=dry)
        assert (run.created, run.changed, run.rejected, run.changes.count()) == (0, 0, 1, 0)


def test_a_dry_run_writes_nothing(registry: Registry) -> None:
    run = _run(registry, _csv(GOOD + BAD), dry_run=True)
    assert (run.created, run.rejected) == (3, 8)
    assert not CustomerAccount.objects.system("test").filter(number__startswith="51").exists()


def test_parquet_is_read_as_well(registry: Registry) -> None:
    columns = {name: [row[at] or None for row in GOOD] for at, name in enumerate(HEAD)}
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream)
    stream.seek(0)
    run = _run(registry, stream)
    assert (run.created, run.rejected) == (3, 0)
