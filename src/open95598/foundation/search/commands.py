"""``open95598 search rebuild|status`` and ``open95598 measure search``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from open95598.foundation.search.evaluation import Figure, Measured


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    from open95598.foundation import measuring

    group = typer.Typer(no_args_is_help=True, help="The search index.")
    app.add_typer(group, name="search")
    group.command()(rebuild)
    group.command()(status)
    measuring.group(app).command(name="search")(measure)


def rebuild() -> None:
    """Make the index anew from everything that can be searched. While `indexer` runs, it does it."""
    from open95598.foundation import clock
    from open95598.foundation.search import indexer, services, shelf, vocabulary

    now = clock.now()
    writing = shelf.Writing()
    if not writing.take():
        services.all_changed("", now)
        print("the indexer was asked to make the index anew")
        return
    one = indexer.Indexer()
    try:
        print(f"the index was made: {one.rebuild(vocabulary.current(now), now)} documents")
    finally:
        one.close()
        writing.release()


def status() -> None:
    """Say what the index holds and what waits for it. Exit status 1 when there is no index."""
    from open95598.foundation import clock
    from open95598.foundation.search import shelf, vocabulary
    from open95598.foundation.search.models import Change

    made, index = shelf.made(), shelf.index()
    print(f"changes that wait: {Change.objects.count()}")
    if made is None or index is None:
        print("there is no index")
        raise typer.Exit(1)
    older = "" if made.lexicon == vocabulary.current(clock.now()).lexicon.digest else ", of another lexicon"
    print(f"index {made.generation}{older}: {len(index)} documents")
    for source, count in sorted(index.view.counts().items()):
        print(f"  {source}: {count}")
    for source, times in sorted(shelf.failing().items()):
        print(f"  {source}: cannot be loaded, tried {times} times in a row; the log says why")


def measure(
    file: Annotated[Path, typer.Argument(help="questions and answers: .xlsx, .xls, .csv, .tsv, .json, .yaml")],
    question: Annotated[
        list[str] | None, typer.Option(help="name of a question's column; repeat it, a title before its text")
    ] = None,
    answer: Annotated[str, typer.Option(help="name of the answer's column")] = "",
    sheet: Annotated[str, typer.Option(help="name of the sheet; without it the first")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print everything as JSON")] = False,
) -> None:
    """Ask every question of an index of all answers; beside the same with nearness in meaning, pairs of
    characters and plain BM25 over words."""
    from django.conf import settings

    from open95598.foundation.errors import Refused
    from open95598.foundation.search import evaluation, questions, vocabulary

    try:
        rows = questions.read(file, sheet)
        columns = _columns(rows, tuple(question or ()), answer)
        pairs, answers = questions.pairs(rows, columns)
        if not pairs:
            raise ValueError("no row has a question and an answer")
    except (Refused, ValueError, OSError) as error:
        typer.echo(_why(error), err=True)
        raise typer.Exit(1) from None
    texts = [one.body for one in answers]
    analyser = vocabulary.of_files(settings.RULEBOOKS)
    found = evaluation.measure(pairs, evaluation.methods(answers, analyser, texts))
    told = {
        "columns": {"question": columns.questions, "answer": columns.answer},
        "questions": len(pairs),
        "answers": len(answers),
    }
    if as_json:
        print(json.dumps(told | {"methods": [_document(one) for one in found]}, ensure_ascii=False, indent=1))
        return
    print(f"Question: {' + '.join(columns.questions)}   answer: {columns.answer}")
    print(f"{len(pairs)} questions over {len(answers)} different answers")
    show(found)


def _columns(rows: list[dict[str, str]], given: tuple[str, ...], answer: str) -> Any:
    from open95598.foundation.search import questions

    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in (*given, *filter(None, (answer,))):
        if name not in names:
            raise ValueError(f"there is no column {name!r}; there are: {', '.join(names)}")
    return questions.detect(rows, given, answer)


def _why(error: Exception) -> str:
    from open95598.foundation.search.questions import NoColumns

    if isinstance(error, NoColumns):
        return f"The {error.args[0]} column could not be told: name it with --{error.args[0]}."
    return str(error)


def _document(one: Measured) -> dict[str, Any]:
    def told(figure: Figure) -> dict[str, float]:
        return {"value": figure.value, "low": figure.low, "high": figure.high}

    return {
        "name": one.name,
        "mrr_at_10": told(one.mrr),
        "r_at_1": told(one.first),
        "r_at_10": told(one.within),
        "own_minus_this": told(one.behind) if one.behind else None,
        "ranks": one.ranks,
    }


def show(found: list[Measured]) -> None:
    """Print what was measured as a table."""
    from rich.console import Console
    from rich.table import Table

    def cell(figure: Figure | None) -> str:
        return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]" if figure else ""

    table = Table("method", "MRR@10", "R@1", "R@10", "own MRR above it")
    for one in found:
        table.add_row(one.name, cell(one.mrr), cell(one.first), cell(one.within), cell(one.behind))
    console = Console(width=120, highlight=False)
    console.print(table)
    console.print("In brackets: 95 % intervals by the bootstrap over questions (2,000 resamples, seeded).")
