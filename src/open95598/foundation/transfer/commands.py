"""``open95598 import IMPORTER FILE --mapping M --dry-run``: one command per registered importer, and what is around."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from django.utils import translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from open95598.foundation import clock
from open95598.foundation.errors import Invalid, Refused

group = typer.Typer(no_args_is_help=True, help="Bring tables in: orders, people, units … each row once.")
_SHOWN = 15


def register(app: typer.Typer) -> None:
    """Add the group to the command line, with a command for every importer known after Django's set-up."""
    from open95598.foundation.transfer import importers

    with translation.override("en"):  # as all help of the command line
        named = [(importer.name, str(importer.label)) for importer in importers.every()]
    for name, label in named:
        _add(name, label)
    app.add_typer(group, name="import")


def _add(name: str, label: str) -> None:
    def command(
        file: Annotated[Path, typer.Argument(help=".xlsx, .xls, .csv, .tsv or .parquet")],
        mapping: Annotated[Path | None, typer.Option(help="YAML: which column fills which field")] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="check everything, write nothing")] = False,
        all_or_nothing: Annotated[bool, typer.Option("--all-or-nothing", help="one bad row stops all")] = False,
        account: Annotated[str, typer.Option("--as", envvar="OPEN95598_USER", help="in whose name")] = "",
        errors: Annotated[Path | None, typer.Option(help="where to write the refused rows (.xlsx)")] = None,
    ) -> None:
        code = 2
        try:
            code = _import(name, file, mapping, account, errors, dry_run=dry_run, all_or_nothing=all_or_nothing)
        except Refused as refusal:
            Console(stderr=True).print(str(refusal), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(code)

    group.command(name, help=f"Import: {label}")(command)


def _import(
    name: str,
    file: Path,
    mapping_file: Path | None,
    account: str,
    errors: Path | None,
    *,
    dry_run: bool,
    all_or_nothing: bool,
) -> int:
    """Run an import in the terminal; return the exit status: 0 all came in, 1 rows were refused."""
    from open95598.foundation.errors import NotFound
    from open95598.foundation.people.models import Person
    from open95598.foundation.transfer import importers, imports, reading, uploads

    importer = importers.get(name)
    person = Person.objects.filter(username__iexact=account).first() if account else None
    if account and person is None:
        raise NotFound(_("There is no account “%(name)s”.") % {"name": account})
    text = _read(mapping_file) if mapping_file else ""
    reading.read_table(file)  # refuses folders, pipes and what is no table, by its own name
    now = clock.now()
    with file.open("rb") as stream:
        draft = imports.upload(importer, stream, file.name, person=person, now=now)
    try:
        run = imports.prepare(
            draft,
            text if mapping_file else draft.mapping,
            dry_run=dry_run,
            all_or_nothing=all_or_nothing,
            now=now,
            name=str(mapping_file or "mapping"),
        )
    finally:
        draft.delete()  # a terminal has no page to come back to
    out = Console()
    bars = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*bars, console=Console(stderr=True)) as progress:
        task = progress.add_task(file.name, total=None)
        run = imports.run(
            run.pk,
            clock.now,
            progress=lambda r: progress.update(
                task,
                total=r.total,
                completed=r.read,
                description=f"{file.name} ✓{r.created} ={r.doubles} ✗{r.rejected}",
            ),
        )
    trial = f" · {_('Dry run')}" if dry_run else ""
    table = Table(title=f"#{run.pk} {run.get_state_display()}{trial}")
    for head in _numbers():
        table.add_column(head, justify="right")
    table.add_row(str(run.read), str(run.created), str(run.doubles), str(run.rejected))
    out.print(table)
    for problem in run.problems.all()[:_SHOWN]:
        out.print(f"{problem.row}\t{problem.column}\t{problem.value}\t{problem.reason}", markup=False, highlight=False)
    if run.rejected > _SHOWN:
        out.print(_("and %(n)d more; --errors FILE writes them all") % {"n": run.rejected - _SHOWN}, markup=False)
    names = getattr(importer, "found_labels", {})
    for found in run.findings.all()[:_SHOWN]:
        out.print(f"{names.get(found.kind, found.kind)}\t{found.about}\t{found.text}", markup=False, highlight=False)
    if run.rejected and errors:
        with uploads.error_report(run) as report, errors.open("wb") as target:
            shutil.copyfileobj(report, target)
        out.print(f"→ {errors}", markup=False)
    return 1 if run.rejected else 0


def _numbers() -> tuple[str, ...]:
    """Return what the figures of a run are called."""
    return _("Rows read"), _("Rows made"), _("Doubles"), _("Rows refused")


def _read(path: Path) -> str:
    """Return the text of a mapping file. Raises ``Invalid`` naming it."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: {error}") from error


@group.command("fields")
def fields(name: Annotated[str, typer.Argument(help="the importer")]) -> None:
    """Show what an importer can fill, and the headers it recognises by itself."""
    from open95598.foundation.transfer import importers

    table = Table("field", "name", "kind", "required")
    table.add_column("headers", overflow="fold")
    try:
        importer = importers.get(name)
    except Refused as refusal:
        Console(stderr=True).print(str(refusal), markup=False)
        raise typer.Exit(2) from None
    for f in importer.fields:
        table.add_row(f.name, str(f.label), f.kind, "✓" if f.required else "", "、".join(f.synonyms))
    Console().print(table)


@group.command("runs")
def runs(limit: int = 20) -> None:
    """Show the latest imports."""
    from open95598.foundation.transfer.models import ImportRun

    table = Table("run", "import", "file", "state", *_numbers())
    for run in ImportRun.objects.exclude(state="draft")[:limit]:
        numbers = (str(n) for n in (run.read, run.created, run.doubles, run.rejected))
        table.add_row(f"#{run.pk}", run.importer, run.file_name, str(run.get_state_display()), *numbers)
    Console().print(table)
