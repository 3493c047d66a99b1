"""The child of ``transfer.xls``: a script of its own, so that it starts without Django.

Arguments: file, sheet ("" = the first visible), bytes of memory. Prints one JSON line about the book, then one a row.
"""

import json
import sys
from datetime import date, datetime, time, timedelta


def pack(value):  # type: ignore[no-untyped-def]
    """Return a JSON value for a cell's value."""
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    return value


def main(path: str, wanted: str, memory: int) -> int:
    """Print the sheet; the process dies rather than take more than ``memory`` bytes."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ImportError:  # not on Windows
        pass
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        sheets = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
        visible = [m.name for m in sheets if m.visible == calamine.SheetVisibleEnum.Visible]
        hidden = [m.name for m in sheets if m.visible != calamine.SheetVisibleEnum.Visible]
        name = wanted or next(iter(visible or hidden), "")
        if name not in (*visible, *hidden):
            print(json.dumps({"refused": "no-sheet", "sheets": visible}))
            return 0
        sheet = book.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        merged = list(sheet.merged_cell_ranges or [])
        rows = sheet.to_python(skip_empty_area=True)
    except calamine.PasswordError:
        print(json.dumps({"refused": "password"}))
        return 0
    except BaseException:
        print(json.dumps({"refused": "damaged"}))
        return 0
    for (first, start), (last, end) in merged:
        if not (0 <= first - top < len(rows) and 0 <= start - left < len(rows[first - top])):
            continue
        value = rows[first - top][start - left]
        for line in rows[first - top : last - top + 1]:
            for column in range(start - left, min(end - left + 1, len(line))):
                if line[column] == "":
                    line[column] = value
    print(json.dumps({"name": name, "visible": visible, "hidden": hidden}))
    for offset, line in enumerate(rows):
        cells = [(left + column + 1, pack(value)) for column, value in enumerate(line) if value != ""]
        if cells:
            print(json.dumps((top + offset + 1, cells)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
