"""``open95598 account create | password | second-factor | list``, ``token create | list | revoke``, ``units apply``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from open95598.foundation import clock

account = typer.Typer(no_args_is_help=True, help="People's accounts: the first administrator, a way back in.")
token = typer.Typer(no_args_is_help=True, help="API tokens of accounts.")
units = typer.Typer(no_args_is_help=True, help="The organisation.")


def register(app: typer.Typer) -> None:
    """Add the commands of people and units to the command line."""
    app.add_typer(account, name="account")
    app.add_typer(token, name="token")
    app.add_typer(units, name="units")


@account.command("create")
def create_account(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    unit: Annotated[str, typer.Option(help="The code of the unit they belong to.")],
    role: Annotated[list[str] | None, typer.Option(help="A role at that unit; may be repeated.")] = None,
    employee_number: Annotated[str, typer.Option(help="Their number, by which single sign-on finds them.")] = "",
    no_password: Annotated[bool, typer.Option("--no-password", help="They come in by single sign-on only.")] = False,
) -> None:
    """Make an account. Its first password, asked for or read from standard input, is changed at the first sign-in."""
    from open95598.foundation.people import services

    person = services.hire(
        username=username,
        name=name,
        unit=_unit(unit),
        employee_number=employee_number,
        password=None if no_password else _password(),
        roles=[(held, _unit(unit)) for held in role or ()],
        actor=services.HOUSE,
        now=clock.now(),
    )
    typer.echo(f"{person.username} can sign in" if not no_password else f"{person.username} is known", err=True)


@account.command("password")
def set_password(username: Annotated[str, typer.Argument(help="The account.")]) -> None:
    """Give an account a first password, asked for or read from standard input.

    It is changed at the next sign-in. The account's sessions end; the journal says so.
    """
    from open95598.foundation.people import passwords, services

    person = _account(username)
    passwords.reset(person, _password(), actor=services.HOUSE, now=clock.now())
    typer.echo(f"{person.username} has a new first password", err=True)


@account.command("second-factor")
def second_factor(
    username: Annotated[str, typer.Argument(help="The account.")],
    off: Annotated[bool, typer.Option("--off", help="Take it off: it was lost.")] = False,
) -> None:
    """Say whether an account has a second factor; take a lost one off. Its sessions end; the journal says so."""
    from allauth.mfa.utils import is_mfa_enabled

    from open95598.foundation.people import passwords, services

    person = _account(username)
    if off:
        passwords.drop_second_factor(person, actor=services.HOUSE, now=clock.now())
    typer.echo(f"{person.username}: {'on' if is_mfa_enabled(person) else 'off'}")


@account.command("list")
def list_accounts(role: Annotated[str, typer.Option(help="Only who holds this role now.")] = "") -> None:
    """List the accounts that can be used, with their unit and the roles they hold now."""
    from django.db.models import Q

    from open95598.foundation.people.models import Person, RoleAssignment

    now, held = clock.now(), dict[int, list[str]]()
    in_force = RoleAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=now), valid_from__lte=now)
    for row in in_force.select_related("unit").order_by("pk"):
        if not role or row.role == role:
            held.setdefault(row.person_id, []).append(f"{row.role}@{row.unit.code}")
    people = Person.objects.filter(is_active=True).select_related("unit").order_by("username")
    table = Table("account", "name", "unit", "roles", "password")
    for person in people.filter(pk__in=held) if role else people:
        password = "first" if person.must_change_password else "own" if person.has_usable_password() else "none"
        table.add_row(person.username, person.name, person.unit.code, " ".join(held.get(person.pk, ())), password)
    Console().print(table)


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


def _password() -> str:
    """Ask for a password twice at a terminal, or read a line of standard input: it never stands in a command."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _unit(code: str):  # type: ignore[no-untyped-def]  # the model loads late
    from open95598.foundation.errors import NotFound
    from open95598.foundation.units.models import Unit

    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise NotFound(f"There is no unit {code}.")
    return unit


def _account(name: str):  # type: ignore[no-untyped-def]  # the model loads late
    from open95598.foundation.errors import NotFound
    from open95598.foundation.people.models import Person

    person = Person.objects.filter(username__iexact=name).first()
    if person is None:
        raise NotFound(f"There is no account {name}.")
    return person
