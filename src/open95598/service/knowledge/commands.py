"""``open95598 knowledge …`` and ``open95598 import laws DIR``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

T = TypeVar("T")
UnitCode = Annotated[str, typer.Option("--unit", help="code of the unit that keeps them; default: the topmost")]
Folder = Annotated[Path | None, typer.Argument(help="default: the content that comes with this installation")]


def register(app: typer.Typer) -> None:
    """Add the room's commands to ``app``."""
    group = typer.Typer(help="Items of knowledge, guided scripts, laws.", no_args_is_help=True)

    @group.command()
    def load(folder: Folder = None, unit: UnitCode = "") -> None:
        """Publish the items of a folder of YAML files; what people changed here themselves is left alone."""
        from open95598.foundation import clock
        from open95598.foundation.units.models import Unit
        from open95598.service.knowledge import content, loading, shelf

        found = _unbroken(lambda: content.read(folder) if folder else shelf.shipped())
        rows = Unit.objects.filter(closed_on=None)
        keeper = rows.filter(code=unit).first() if unit else rows.order_by("lineage__len", "pk").first()
        if keeper is None:
            raise typer.BadParameter(f"there is no unit {unit}" if unit else "there is no unit yet")
        done = loading.load(found, keeper, clock.now())
        typer.echo(f"{done.new} new, {done.changed} changed, {done.same} as they were, {done.kept} kept by people")

    @group.command()
    def check() -> None:
        """Look over the files: figures, references, dead ends and missing warnings of scripts."""
        from open95598.foundation import clock
        from open95598.foundation.rulebook import store
        from open95598.service.knowledge import scripts, shelf

        found = _unbroken(shelf.shipped)
        known = {item.code for item in found.items}
        there = _unbroken(scripts.scripts)
        rules = store.current(clock.now())
        wrong = scripts.problems(rules, known)
        unknown = [(item, code) for item in found.items for code in item.orders if not rules.has_category(code)]
        wrong += [f"{found.marks[item.code]}: {item.code}: no category {code!r} of orders" for item, code in unknown]
        for problem in wrong:
            typer.echo(problem, err=True)
        typer.echo(f"{len(found.items)} items, {len(there)} scripts, {len(wrong)} problems")
        raise typer.Exit(1 if wrong else 0)

    app.add_typer(group, name="knowledge")
    imports = next(info.typer_instance for info in app.registered_groups if info.name == "import")
    assert imports is not None  # transfer's room registers before this one
    imports.command("laws")(_laws)


def _laws(folder: Annotated[Path, typer.Argument(help="a folder of statutes in Markdown, one a file")]) -> None:
    """Bring in statutes article by article; a changed article becomes a new version, the same text changes nothing."""
    from open95598.foundation import clock
    from open95598.service.knowledge import lawbooks

    if not folder.is_dir():
        raise typer.BadParameter(f"no such folder: {folder}")
    failed = 0
    for done in lawbooks.bring(folder, clock.now()):
        failed += bool(done.problem)
        typer.echo(done.line, err=bool(done.problem))
    raise typer.Exit(1 if failed else 0)


def _unbroken(read: Callable[[], T]) -> T:
    from open95598.foundation.rulebook.yamltext import Broken

    try:
        return read()
    except Broken as broken:
        for problem in broken.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
