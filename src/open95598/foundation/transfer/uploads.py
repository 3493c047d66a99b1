"""The files that came to be imported: looked into before, told of after, taken away when nobody needs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import IO

from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.foundation.transfer import importers, mapping, vault
from open95598.foundation.transfer.models import UNDER_WAY, ImportProblem, ImportRun
from open95598.foundation.transfer.reading import Row, Table, read_table
from open95598.foundation.transfer.writing import Column, workbook

#: how long an upload is kept after it was last of use
KEEP = timedelta(days=30)


def is_kept(record: ImportRun) -> bool:
    """Say whether the uploaded file is still there."""
    return vault.path("imports", record.file_sha256).exists()


def forget(now: datetime) -> int:
    """Take away uploads, and the cell values that were refused of them, ``KEEP`` after their last use; return how many.

    What came in stays, and why a row was refused. A file that is on its way in is never taken away.
    """
    until = now - KEEP
    count = 0
    for key, touched in vault.stored("imports"):
        runs = ImportRun.objects.filter(file_sha256=key)
        in_use = runs.filter(Q(state__in=UNDER_WAY) | Q(created_at__gt=until) | Q(finished_at__gt=until))
        if datetime.fromtimestamp(touched, UTC) > until or in_use.exists():
            continue
        ImportProblem.objects.filter(run__in=runs).exclude(value="").update(value="")
        vault.remove("imports", key)
        count += 1
    return count


def error_report(record: ImportRun) -> IO[bytes]:
    """Return an .xlsx with the refused rows as they were, the reasons before them: correct it and import it again.

    Raises ``Unreadable`` when the upload has been taken away already.
    """
    plan = mapping.load(record.mapping, importers.get(record.importer))
    table = open_table(record.file_sha256, plan)
    reasons: dict[int, list[str]] = {}
    for row, column, reason in record.problems.values_list("row", "column", "reason"):
        reasons.setdefault(row, []).append(f"{column}: {reason}" if column else reason)
    columns = [
        Column("row", _("Row"), "number"),
        Column("why", _("Why it was refused"), width=50),
        *(Column(f"c{n}", header) for n, header in enumerate(table.headers)),
    ]
    lines = (
        [row.number, "；".join(reasons[row.number]), *row.cells.values()] for row in table if row.number in reasons
    )
    return workbook(columns, lines, sheet=table.sheet or _("Refused rows"))


def preview(draft: ImportRun, plan: mapping.Plan | None = None, rows: int = 5) -> tuple[Table, list[Row]]:
    """Return the table of a run's file and its first rows."""
    table = open_table(draft.file_sha256, plan)
    return table, list(islice(table, rows))


def open_table(sha256: str, plan: mapping.Plan | None) -> Table:
    """Return the table of an upload, read as a plan says. Raises ``Unreadable``."""
    return read_table(
        vault.path("imports", sha256),
        sheet=plan.sheet if plan else None,
        header_row=plan.header_row if plan else None,
    )
