"""``open95598 portal``: the customer's pages alone in an outer zone; its account in the inner one; its spool."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

portal = typer.Typer(
    invoke_without_command=True,
    help="Serve the customer's pages alone, in an outer zone, from an inner zone's interface.",
)
OUTER = "open95598.project.outer.settings"


@portal.callback()
def serve(
    context: typer.Context,
    upstream: Annotated[str, typer.Option(envvar="OPEN95598_UPSTREAM", help="address of the inner zone's house")] = "",
    port: Annotated[int, typer.Option(envvar="PORT", help="where customers' browsers (or nginx) find it")] = 8000,
    bind: Annotated[str, typer.Option(envvar="OPEN95598_BIND", help="the address to listen on")] = "127.0.0.1",
    token_file: Annotated[
        Path | None, typer.Option(envvar="OPEN95598_PORTAL_TOKEN_FILE", help="file that holds the account's token")
    ] = None,
) -> None:
    """Serve the pages. The token comes from OPEN95598_PORTAL_TOKEN or a file; no database is needed."""
    if context.invoked_subcommand:
        return
    if not upstream.startswith(("http://", "https://")):
        raise typer.BadParameter("name the inner zone's house: --upstream https://…")
    if token_file is None and not os.environ.get("OPEN95598_PORTAL_TOKEN"):
        raise typer.BadParameter("give the account's token: OPEN95598_PORTAL_TOKEN, or --token-file")
    if token_file is not None:
        os.environ["OPEN95598_PORTAL_TOKEN_FILE"] = str(token_file.resolve())
    from open95598.project.cli import become

    os.environ |= {"OPEN95598_UPSTREAM": upstream, "PORT": str(port), "DJANGO_SETTINGS_MODULE": OUTER}
    become("portal")
    from open95598.project import servers

    where = f"http://{bind}:{port}/portal/"
    print(f"open95598: the customer's pages at {where}, from {upstream}", file=sys.stderr, flush=True)
    servers.portal(f"{bind}:{port}")


@portal.command()
def account(
    unit: Annotated[str, typer.Option(help="code of the unit that takes what customers send")] = "",
    username: Annotated[str, typer.Option(help="the integration account, made when it is not there")] = "portal",
    name: Annotated[str, typer.Option(help="what the token is called in the list of tokens")] = "portal",
) -> None:
    """In the inner zone: make the portal's account and print a token for it, good for a year."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")
    from open95598.project import postgres

    postgres.ensure_running()
    import django

    django.setup()
    from open95598.foundation import clock
    from open95598.foundation.units.models import Unit
    from open95598.service.portal import accounts

    now = clock.now()
    home = Unit.objects.filter(code=unit).first() if unit else accounts.seat(now)
    if home is None:
        print(f"open95598: there is no unit {unit}", file=sys.stderr)
        raise typer.Exit(1)
    print(accounts.token(accounts.make(username, home, now), name, now))


@portal.command()
def spool(
    retry: Annotated[bool, typer.Option("--retry", help="let stuck messages be tried once more")] = False,
) -> None:
    """In the outer zone: say what waits and what is stuck, and why. Nothing personal is shown."""
    os.environ["DJANGO_SETTINGS_MODULE"] = OUTER
    import django

    django.setup()
    from django.conf import settings

    from open95598.service.portal.pages.spool import Spool

    kept = Spool(settings.PORTAL_SPOOL, settings.SECRET_KEY)
    told = kept.figures()
    oldest = f", the oldest since {told.oldest:%Y-%m-%d %H:%M} UTC" if told.oldest else ""
    print(f"{told.waiting} waiting{oldest}; {told.stuck} stuck; {told.passed} passed on in the last weeks")
    for receipt, at, reason in kept.problems():
        print(f"  {receipt}  {at:%Y-%m-%d %H:%M} UTC  {reason}")
    if retry:
        print(f"{kept.again()} are tried once more")
