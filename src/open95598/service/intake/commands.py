"""``open95598 measure classify``: what the category suggestion achieves on any labelled spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from open95598.service.intake.evaluation import Report


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    from open95598.foundation import measuring

    @measuring.group(app).command()
    def classify(
        file: Annotated[Path, typer.Argument(help="a labelled table: .xlsx, .xls, .csv, .tsv")],
        text_column: Annotated[
            list[str] | None, typer.Option(help="header of a text column; repeat it, a title before its body")
        ] = None,
        label_column: Annotated[str, typer.Option(help="header of the label's column")] = "",
        sheet: Annotated[str, typer.Option(help="name of the sheet; without it the first")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="print everything as JSON")] = False,
    ) -> None:
        """Measure the category suggestion: duplicates removed, five stratified folds, beside two plain methods."""
        from open95598.foundation.errors import Refused
        from open95598.service.intake import evaluation

        try:
            rows, columns = read(file, tuple(text_column or ()), label_column, sheet)
            report = evaluation.evaluate(rows, columns)
        except (Refused, ValueError) as error:
            typer.echo(_why(error), err=True)
            raise typer.Exit(1) from None
        print(json.dumps(_document(report), ensure_ascii=False, indent=1)) if as_json else _show(report)


def read(file: Path, text_columns: tuple[str, ...] = (), label_column: str = "", sheet: str = "") -> Any:
    """Return the rows (number in the sheet, texts by header) and the columns. Raises ``Refused``, ``ValueError``."""
    from open95598.foundation.transfer.reading import read_table
    from open95598.service.intake import labelled

    table = read_table(str(file), sheet=sheet or None)
    headers = table.headers
    rows = [(row.number, {h: _text(row.cells.get(h)) for h in headers}) for row in table]
    for name in (*text_columns, *filter(None, (label_column,))):
        if name not in headers:
            raise ValueError(f"there is no column {name!r}; there are: {', '.join(headers)}")
    if text_columns and label_column:
        return rows, labelled.Columns(text_columns, label_column)
    found = labelled.detect(headers, [row for _number, row in rows])
    return rows, labelled.Columns(text_columns or found.texts, label_column or found.label)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _why(error: Exception) -> str:
    from open95598.service.intake.labelled import NoColumns

    if isinstance(error, NoColumns):
        return f"The {error.args[0]} column could not be told: name it with --{error.args[0]}-column."
    if str(error) == "too few":
        return "Too few rows are left: at least five, of two classes."
    return str(error)


def _document(report: Report) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "columns": asdict(report.columns),
        "rows": report.rows,
        "duplicates": [asdict(one) for one in report.duplicates],
        "measured": len(report.labels),
        "methods": [
            {
                "name": one.name,
                "accuracy": {"mean": one.accuracy[0], "sd": one.accuracy[1], "pooled": one.pooled.accuracy},
                "macro_f1": {"mean": one.macro_f1[0], "sd": one.macro_f1[1], "pooled": one.pooled.macro_f1},
                "by_fold": [{"accuracy": f.accuracy, "macro_f1": f.macro_f1} for f in one.by_fold],
            }
            for one in report.methods
        ],
        "classes": [asdict(row) for row in report.ours.pooled.classes],
        "confusions": [{"true": t, "taken_for": f, "count": n} for t, f, n in report.ours.pooled.confusions],
    }


def _show(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=110, highlight=False)
    exact = sum(not one.near for one in report.duplicates)
    conflicts = sum(one.conflict for one in report.duplicates)
    near = len(report.duplicates) - exact
    console.print(f"Text: {' + '.join(report.columns.texts)}   label: {report.columns.label}")
    console.print(
        f"{report.rows} rows with text and label; {len(report.duplicates)} duplicates removed"
        f" ({exact} exact, {near} near; {conflicts} with another label); {len(report.labels)} measured,"
        f" {len(report.ours.pooled.classes)} classes, {len(report.ours.by_fold)} stratified folds"
    )
    table = Table("method", "accuracy", "macro-F1", "accuracy by fold", "macro-F1 by fold")
    for one in report.methods:
        table.add_row(
            one.name,
            f"{one.accuracy[0]:.4f} ± {one.accuracy[1]:.4f}",
            f"{one.macro_f1[0]:.4f} ± {one.macro_f1[1]:.4f}",
            " ".join(f"{f.accuracy:.3f}" for f in one.by_fold),
            " ".join(f"{f.macro_f1:.3f}" for f in one.by_fold),
        )
    console.print(table)
    table = Table("class", "rows", "precision", "recall", "F1", title="Per class, all folds together")
    for row in report.ours.pooled.classes:
        table.add_row(row.label, str(row.support), f"{row.precision:.3f}", f"{row.recall:.3f}", f"{row.f1:.3f}")
    console.print(table)
    table = Table("true class", "taken for", "rows", title="Most frequent confusions")
    for true, found, count in report.ours.pooled.confusions[:10]:
        table.add_row(true, found, str(count))
    console.print(table)
