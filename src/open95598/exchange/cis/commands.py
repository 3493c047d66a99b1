"""``open95598 cis status|sync|compare|reference``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

cis = typer.Typer(no_args_is_help=True, help="The billing system (CIS): its feed, comparisons, a reference to try.")


def register(app: typer.Typer) -> None:
    """Add the commands of the room to the command line."""
    app.add_typer(cis, name="cis")


@cis.command()
def status() -> None:
    """Say how it stands with the billing system. Exit status 1 when something of it is missing here."""
    from open95598.exchange.cis import queries
    from open95598.foundation import clock

    state = queries.state(clock.now())
    if not state.configured:
        typer.echo("no billing system is configured (OPEN95598_CIS_URL)")
        raise typer.Exit(1)
    age = "never complete" if state.age is None else f"{state.age.total_seconds():.0f} s old"
    typer.echo(f"facts: {age}; cursor {state.link.cursor} of {state.link.head}; kept to look at: {state.kept}")
    if state.link.compare_why:
        typer.echo(f"everything is compared ({state.link.compare_why}): {state.compared} accounts so far")
    if state.link.missing:
        typer.echo(f"{state.link.missing} accounts were missing there, too many to believe (cis compare --believe)")
    for way in state.ways:
        typer.echo(f"  {way.way}: {way.applied} applied, {way.passed} known, {way.refused} refused in a day")
    if state.away:
        typer.echo(f"away: {state.link.problem or 'not everything is here'}")
        raise typer.Exit(1)


@cis.command()
def sync() -> None:
    """Ask now, until everything is here. Exit status 1 when the billing system is away."""
    from open95598.exchange.cis import config, pulling, queries, services
    from open95598.exchange.cis.asking import Cis
    from open95598.foundation import clock

    told = config.current()
    if not told.url:
        typer.echo("no billing system is configured (OPEN95598_CIS_URL)", err=True)
        raise typer.Exit(1)
    services.ask_now()
    asked = Cis(told)
    puller = pulling.Puller(asked)
    while puller.round(clock.now()):
        pass
    asked.close()
    if queries.state(clock.now()).away:
        status()
    typer.echo("everything is here")


@cis.command()
def compare(
    believe: Annotated[bool, typer.Option(help="accounts that are missing there count as gone, however many")] = False,
) -> None:
    """Let everything be compared. The process `cis-feed` does it; without one, `cis sync` does."""
    from open95598.exchange.cis import services
    from open95598.foundation import clock

    services.compare(None, clock.now(), trusts=believe)
    typer.echo("everything will be compared")


@cis.command()
def reference(
    store: Annotated[Path, typer.Argument(help="the file that it keeps everything in; made when it is not there")],
    port: Annotated[int, typer.Option(help="where it listens")] = 8098,
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    accounts: Annotated[int, typer.Option(help="give it so many of this house's accounts, by number")] = 1000,
    rate: Annotated[float, typer.Option(help="accounts to which something happens in a second")] = 1.0,
    seed: Annotated[int, typer.Option(help="the same seed, the same happenings")] = 1,
    push: Annotated[bool, typer.Option(help="push what happens to this house, signed")] = True,
) -> None:
    """Run a small billing system for development, until it is interrupted. It asks for OPEN95598_CIS_TOKEN, if set."""
    from django.conf import settings

    from open95598.exchange.cis import config
    from open95598.exchange.cis.reference import running
    from open95598.exchange.cis.reference.store import Store
    from open95598.registry.customers.models import CustomerAccount

    told = config.current()
    rows = CustomerAccount.objects.system("accounts of the reference billing system").filter(closed_on=None)
    numbers = list(rows.order_by("number").values_list("number", flat=True)[:accounts])
    kept = Store(store)
    typer.echo(f"{running.fill(kept, numbers, seed)} accounts were made")
    kept.close()
    target = f"{settings.SITE_URL.rstrip('/')}/api/v1/cis/changes" if push and told.secret else ""
    running.run(store, host=host, port=port, token=told.token, seed=seed, rate=rate, push_to=target, secret=told.secret)
