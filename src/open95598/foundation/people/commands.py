"""``open95598 token create | list | revoke`` and ``open95598 units apply``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from open95598.foundation import clock

token = typer.Typer(no_args_is_help=True, help="API tokens of accounts.")
units = typer.Typer(no_args_is_help=True, help="The organisation.")


def register(app: typer.Typer) -> None:
    """Add the commands of people and units to the command line."""
    app.add_typer(token, name="token")
    app.add_typer(units, name="units")


@token.command()
def create(
    account: Annotated[str, typer.Option(help="The account that the token stands for.")],
    scope: Annotated[list[str] | None, typer.Option(help="Limit it to a permission; may be repeated.")] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it lives (default: until revoked).")
    ] = None,
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
) -> None:
    """Make a token and print it, alone, on standard output. It cannot be shown again."""
    from open95598.foundation.people import services

    made = services.make_token(_account(account), name, scope or [], clock.now(), days=days)
    sys.stdout.write(made + "\n")


@token.command("list")
def list_(account: Annotated[str | None, typer.Option(help="Only this account's.")] = None) -> None:
    """List the tokens: never the token itself."""
    from open95598.foundation.people.models import ApiToken

    rows = ApiToken.objects.select_related("person").order_by("person__username", "pk")
    if account:
        rows = rows.filter(person=_account(account))
    table = Table("id", "account", "for", "scopes", "made", "expires", "last used", "revoked")
    for row in rows:
        times = (row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
        shown = (at.strftime("%Y-%m-%d %H:%M") if at else "" for at in times)
        table.add_row(str(row.pk), row.person.username, row.name, " ".join(row.scopes) or "*", *shown)
    Console().print(table)


@token.command()
def revoke(token_id: Annotated[int, typer.Argument(help="Its id in `token list`.")]) -> None:
    """End a token at once."""
    from open95598.foundation.errors import NotFound
    from open95598.foundation.people import services
    from open95598.foundation.people.models import ApiToken

    row = ApiToken.objects.select_related("person").filter(pk=token_id).first()
    if row is None:
        raise NotFound(f"There is no token {token_id}.")
    services.revoke_token(row, actor=services.HOUSE, now=clock.now())


@units.command("apply")
def apply_() -> None:
    """Carry out the dated changes of the organisation that are due (the worker does so every few minutes)."""
    from open95598.foundation.units import services

    Console().print(f"{services.apply_due(clock.now())} changes took effect")


def _account(name: str):  # type: ignore[no-untyped-def]  # the model loads late
    from open95598.foundation.errors import NotFound
    from open95598.foundation.people.models import Person

    person = Person.objects.filter(username__iexact=name).first()
    if person is None:
        raise NotFound(f"There is no account {name}.")
    return person
