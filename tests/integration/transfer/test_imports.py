"""The engine against PostgreSQL: once, all or nothing, refusals that can be corrected."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from open95598.foundation.errors import Invalid
from open95598.foundation.journal.models import Entry, Stream
from open95598.foundation.transfer import imports, uploads, vault
from open95598.foundation.transfer.models import ImportedRow, ImportProblem, ImportRun, RunState
from open95598.foundation.transfer.reading import read_table

pytestmark = pytest.mark.django_db

TEXT = (
    "编号,内容,时间\n1,停电,2020/1/6 12:09:38\n2,bad,2020/1/7\n"
    "3,电压低,昨天\n4,好,2020-01-08\n1,停电,2020/1/6 12:09:38\n"
)


def go(draft: ImportRun, now: datetime, *, dry: bool = False, whole: bool = False, batch: int = 2) -> ImportRun:
    run = imports.prepare(draft, draft.mapping, dry_run=dry, all_or_nothing=whole, now=now)
    return imports.run(run.pk, lambda: now, batch=batch)


def test_good_rows_come_in_and_bad_ones_say_why(upload: Any, keys: Callable[[], list[str]], now: datetime) -> None:
    run = go(upload(TEXT), now)
    assert (run.state, run.read, run.created, run.doubles, run.rejected) == (RunState.DONE, 5, 2, 1, 2)
    assert keys() == ["sample/1", "sample/4"]
    problems = list(run.problems.values_list("row", "column", "value"))
    assert problems == [(3, "内容", ""), (4, "时间", "昨天")]
    assert ImportedRow.objects.count() == 2
    kinds = list(Entry.objects.filter(stream="transfer").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["import.started", "import.finished"]


def test_a_second_run_brings_nothing_twice(upload: Any, keys: Callable[[], list[str]], now: datetime) -> None:
    go(upload(TEXT), now)
    again = go(upload(TEXT), now)
    assert (again.created, again.doubles) == (0, 3)
    assert len(keys()) == 2


def test_without_a_number_content_and_row_are_the_key(upload: Any, keys: Any, now: datetime) -> None:
    text = "内容\n甲\n甲\n乙\n"
    assert go(upload(text), now).created == 3
    assert go(upload(text), now).created == 0
    assert go(upload(text + "丙\n"), now).created == 1
    assert len(keys()) == 4


def test_the_same_number_with_other_content_is_an_error_not_a_double(upload: Any, now: datetime) -> None:
    go(upload("编号,内容\n1,甲\n"), now)
    run = go(upload("编号,内容\n1,乙\n"), now)
    assert (run.created, run.doubles, run.rejected) == (0, 0, 1)


def test_a_dry_run_writes_no_thing(upload: Any, keys: Any, now: datetime) -> None:
    run = go(upload(TEXT), now, dry=True)
    assert (run.created, run.doubles, run.rejected) == (2, 1, 2)
    assert keys() == [] and not ImportedRow.objects.exists()
    assert go(upload(TEXT), now).created == 2


def test_all_or_nothing(upload: Any, keys: Any, now: datetime) -> None:
    run = go(upload(TEXT), now, whole=True)
    assert (run.state, run.created, run.rejected) == (RunState.REJECTED, 0, 2)
    assert keys() == [] and not ImportedRow.objects.exists()
    assert ImportProblem.objects.filter(run=run).count() == 2
    good = go(upload("编号,内容\n1,a\n2,b\n3,c\n"), now, whole=True)
    assert (good.state, good.created) == (RunState.DONE, 3)


def test_one_bad_row_does_not_take_its_batch_with_it(upload: Any, keys: Any, now: datetime) -> None:
    run = go(upload("编号,内容\n1,a\n2,explode\n3,c\n"), now, batch=10)
    assert (run.created, run.rejected) == (2, 1)
    assert keys() == ["sample/1", "sample/3"]
    assert list(run.problems.values_list("row", "reason")) == [(3, "cannot be created")]


def test_what_the_database_refuses_is_a_reason_too(upload: Any, keys: Any, now: datetime) -> None:
    Stream.objects.create(key="sample/2")
    run = go(upload("编号,内容\n1,a\n2,b\n3,c\n"), now, batch=10)
    assert (run.created, run.rejected) == (2, 1)


def test_the_error_report_can_be_corrected_and_imported(upload: Any, importer: Any, keys: Any, now: datetime) -> None:
    run = go(upload(TEXT), now)
    report = uploads.error_report(run)
    rows = list(read_table(report))
    assert [row.cells["编号"] for row in rows] == ["2", "3"]
    assert "时间" in list(rows[1].cells.values())[1]
    fixed = "编号,内容,时间\n" + "".join(f"{row.cells['编号']},fixed,2020/1/7\n" for row in rows)
    assert go(upload(fixed), now).created == 2
    draft = imports.upload(importer, report, "report.xlsx", person=None, now=now)
    assert go(draft, now).rejected == 2  # as it is, it is refused again, and mapped by the same headers


def test_a_file_that_does_not_fit_is_refused_with_the_column(upload: Any, now: datetime) -> None:
    draft = upload("x,y\n1,2\n")
    with pytest.raises(Invalid) as caught:
        imports.prepare(
            draft,
            "importer: sample-streams\nfields:\n  text: 内容\n",
            dry_run=True,
            all_or_nothing=False,
            now=now,
        )
    assert "内容" in str(caught.value) and "x、y" in str(caught.value)


def test_a_file_of_which_no_header_is_recognised_is_refused_with_its_columns(upload: Any, now: datetime) -> None:
    draft = upload("x,y\n1,2\n")
    with pytest.raises(Invalid) as caught:
        imports.prepare(draft, draft.mapping, dry_run=True, all_or_nothing=False, now=now)
    assert "text" in caught.value.fields  # the field that nothing fills, and not a line of a mapping nobody wrote
    assert "x、y" in str(caught.value)


def test_a_cancelled_run_stops_behind_its_batch_and_says_so(upload: Any, keys: Any, now: datetime) -> None:
    draft = upload("编号,内容\n" + "".join(f"{n},t{n}\n" for n in range(6)))
    run = imports.prepare(draft, draft.mapping, dry_run=False, all_or_nothing=False, now=now)

    def stop(record: ImportRun) -> None:
        if record.read == 2:
            imports.cancel(record, now)

    done = imports.run(run.pk, lambda: now, batch=2, progress=stop)
    assert (done.state, done.read, done.message) == (RunState.CANCELLED, 2, "")
    assert len(keys()) == 2
    assert imports.run(run.pk, lambda: now).state == RunState.CANCELLED
    kinds = list(Entry.objects.filter(stream="transfer").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["import.started", "import.cancelled"]


def test_a_run_that_is_cancelled_before_a_worker_took_it_does_not_start(upload: Any, keys: Any, now: datetime) -> None:
    draft = upload("编号,内容\n1,甲\n")
    run = imports.prepare(draft, draft.mapping, dry_run=False, all_or_nothing=False, now=now)
    imports.cancel(run, now)
    assert (imports.run(run.pk, lambda: now).state, keys()) == (RunState.CANCELLED, [])


def test_uploads_are_taken_away_thirty_days_after_their_last_use(upload: Any, now: datetime) -> None:
    def age(run: ImportRun, days: int) -> None:
        os.utime(vault.path("imports", run.file_sha256), ((now - timedelta(days=days)).timestamp(),) * 2)

    old, under_way, recent = (go(upload(TEXT), now), upload("编号,内容\n7,甲\n"), upload("编号,内容\n8,甲\n"))
    imports.prepare(under_way, under_way.mapping, dry_run=False, all_or_nothing=False, now=now)
    for run in (old, under_way, recent):
        age(run, 1)
    later = now + timedelta(days=31)
    ImportRun.objects.filter(pk=recent.pk).update(created_at=later - timedelta(days=1))
    assert uploads.forget(now + timedelta(days=29)) == 0
    assert uploads.forget(later) == 1
    assert [uploads.is_kept(run) for run in (old, under_way, recent)] == [False, True, True]
    problems = list(old.problems.values_list("row", "column", "value"))
    assert problems == [(3, "内容", ""), (4, "时间", "")], "the reason stays, the customer's words go"
    assert uploads.forget(later) == 0


@pytest.mark.usefixtures("own_samples")
@pytest.mark.django_db(transaction=True)
def test_two_at_once_share_the_work_without_doubles(upload: Any, keys: Any, now: datetime, importer: Any) -> None:
    text = "编号,内容\n" + "".join(f"{n},t{n}\n" for n in range(300))
    other = "编号,内容,x\n" + "".join(f"{n},t{n},\n" for n in reversed(range(300)))
    runs = [
        imports.prepare(d, d.mapping, dry_run=False, all_or_nothing=False, now=now) for d in map(upload, (text, other))
    ]
    errors: list[Exception] = []
    assert keys() == []

    def work(pk: int) -> None:
        try:
            imports.run(pk, lambda: now, batch=300)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(run.pk,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    made = len(keys())
    marks = ImportedRow.objects.filter(run__in=runs).count()
    for run in runs:
        run.refresh_from_db()
    assert sum(run.created for run in runs) == 300
    assert sum(run.doubles for run in runs) == 300
    assert made == marks == 300
