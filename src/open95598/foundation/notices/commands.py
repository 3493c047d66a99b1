"""``open95598 notices test | webhook-secret``."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from open95598.foundation import clock

notices = typer.Typer(no_args_is_help=True, help="The ways out of the house: SMS, e-mail, webhook, file drop.")


def register(app: typer.Typer) -> None:
    """Add the commands of the room to the command line."""
    app.add_typer(notices, name="notices")


@notices.command("test")
def try_channel(
    channel: Annotated[str, typer.Option(help="sms, email, webhook or file.")],
    to: Annotated[str, typer.Option(help="A telephone number, an e-mail address, a URL, a drop folder's name.")],
    text: Annotated[str, typer.Option(help="What to send.")] = "open95598: 测试 test",
) -> None:
    """Hand one message over now, past the outbox, and show what the other side says. Exit status 1 when it fails."""
    from open95598.foundation.notices import adapters, config
    from open95598.foundation.notices.models import Channel, Message

    if channel not in Channel.values:
        typer.echo(f"channel is one of {', '.join(Channel.values)}", err=True)
        raise typer.Exit(2)
    now = clock.now()
    message = Message(
        ref=uuid.uuid4(), channel=channel, to=to, subject="open95598", body=text, created_at=now, not_before=now
    )
    try:
        handed = adapters.ADAPTERS[channel](message, config.current(), now)
    except Exception as problem:
        typer.echo(f"not handed over: {type(problem).__name__}: {problem}", err=True)
        raise typer.Exit(1) from problem
    typer.echo(f"{'handed over' if handed.known else 'fate unknown'}: {handed.answer}")


@notices.command("webhook-secret")
def webhook_secret() -> None:
    """Print the secret that receivers check webhooks with."""
    from open95598.foundation.notices import config

    typer.echo(config.current().webhook_secret)
