"""Reads the old binary .xls in a child process with a limit on memory and time.

calamine lays a sheet out as a grid as large as its farthest cell says: a small forged file can ask for gigabytes, and
the library then ends the process. So the process that ends is a child. It is ``xls_child.py``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from open95598.foundation.transfer import zipguard
from open95598.foundation.transfer.table import Limits, RawRow, Sheet, Unreadable

_ERRORS = (
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#GETTING_DATA",
)


def open_sheet(file: IO[bytes], wanted: str | None, limits: Limits) -> Sheet:
    """Read a whole .xls (at most 65,536 rows). Raises ``Unreadable`` when it is protected, damaged or too costly."""
    with (
        tempfile.NamedTemporaryFile(suffix=".xls") as copy,
        tempfile.TemporaryFile() as output,
    ):
        file.seek(0)
        while chunk := file.read(1 << 20):
            copy.write(chunk)
        copy.flush()
        script = str(Path(__file__).with_name("xls_child.py"))
        command = [
            sys.executable,
            script,
            copy.name,
            wanted or "",
            str(limits.xls_memory),
        ]
        try:
            done = subprocess.run(
                command,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=limits.xls_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_costly() from error
        output.seek(0)
        lines = output.read().splitlines()
    head = json.loads(lines[0]) if lines else {}
    if head.get("refused") == "password":
        raise zipguard.password()
    if head.get("refused") == "no-sheet":
        raise Unreadable(
            _("There is no sheet “%(name)s”; the file has: %(sheets)s")
            % {"name": wanted, "sheets": "、".join(head["sheets"])},
            why="no-sheet",
        )
    if head.get("refused"):
        raise Unreadable(
            _("The workbook is damaged. Open it, save it anew as .xlsx and try again."),
            why="damaged",
        )
    if done.returncode != 0 or not head:
        raise _too_costly()
    return Sheet(
        "xls",
        lambda: _rows(lines[1:], limits),
        head["name"],
        tuple(head["visible"]),
        tuple(head["hidden"]),
    )


def _too_costly() -> Unreadable:
    return Unreadable(
        _("The old .xls file asks for too much memory; save it as .xlsx and try again."),
        why="bomb",
    )


def _rows(lines: list[bytes], limits: Limits) -> Iterator[RawRow]:
    for line in lines:
        number, cells = json.loads(line)
        values: dict[int, Any] = {}
        problems: dict[int, str] = {}
        for column, packed in cells:
            if column > limits.columns:
                problems[0] = _("the row has cells beyond column %(limit)s") % {"limit": limits.columns}
                break
            value = _unpack(packed)
            if value in _ERRORS:
                problems[column] = _("the cell holds the error %(error)s") % {"error": value}
            elif value != "":
                values[column] = value.replace("\r\n", "\n") if isinstance(value, str) else value
        yield RawRow(number, values, problems)


def _unpack(packed: Any) -> Any:
    if not isinstance(packed, dict):
        return int(packed) if isinstance(packed, float) and packed.is_integer() and abs(packed) < 1e15 else packed
    ((kind, text),) = packed.items()
    if kind == "timedelta":
        return timedelta(seconds=text)
    if kind == "datetime":
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if kind == "date" else time.fromisoformat(text)
