"""Reads a Parquet file as a table: its columns' names are the header row, rows count from 2 as in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

from open95598.foundation.transfer.table import Limits, RawRow, Sheet, Unreadable

_BATCH = 4096


def open_sheet(file: IO[bytes], limits: Limits) -> Sheet:
    """Open a Parquet file. Raises ``Unreadable`` when it is damaged, or larger unpacked than the limits allow."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        opened = parquet.ParquetFile(file)
        about = opened.metadata
        unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        names = list(opened.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(_("The Parquet file is damaged."), why="damaged") from error
    if unpacked > limits.unpacked_bytes:
        raise Unreadable(_("The file would unpack to too much."), why="bomb")
    if len(names) > limits.columns:
        wide = _("The table has more than %(limit)s columns; keep those that matter.")
        raise Unreadable(wide % {"limit": limits.columns}, why="columns")
    return Sheet("parquet", lambda: _rows(opened, names))


def _rows(opened: Any, names: list[str]) -> Iterator[RawRow]:
    import pyarrow as pa

    yield RawRow(1, dict(enumerate(names, start=1)), {})
    number = 1
    try:
        for batch in opened.iter_batches(batch_size=_BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            for row in zip(*columns, strict=True):
                number += 1
                values = {at: _plain(value) for at, value in enumerate(row, start=1) if value is not None}
                yield RawRow(number, values, {})
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(_("The Parquet file is damaged."), why="damaged") from error


def _plain(value: Any) -> Any:
    """Return a cell as the other readers give it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, (str, int, float, bool)) else str(value)
