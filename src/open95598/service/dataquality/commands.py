"""``open95598 registry check``: look through the registry now."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the room's command to the group of the registry."""
    group = next(one.typer_instance for one in app.registered_groups if one.name == "registry")
    assert group is not None

    @group.command("check")
    def check(
        only: Annotated[list[str] | None, typer.Option(help="a check's code; may be given several times")] = None,
        most: Annotated[int, typer.Option(min=1, help="new cases that one check opens at most")] = 1000,
    ) -> None:
        """Look for what does not fit together; open a case for each, close those that are found no more."""
        from django.utils.translation import get_language

        from open95598.foundation import clock
        from open95598.service.dataquality import checks, services

        codes = set(only or ())
        if unknown := codes - {one.code for one in checks.every()}:
            raise typer.BadParameter(f"no such check: {', '.join(sorted(unknown))}")
        done = services.run(clock.now(), codes, most)
        for one in checks.every():
            if not codes or one.code in codes:
                typer.echo(
                    f"{one.code:22} seen {done.seen[one.code]:6}  opened {done.opened[one.code]:6}"
                    f"  closed {done.closed[one.code]:6}  held back {done.held_back[one.code]:6}"
                    f"  {one.label.in_(get_language())}"
                )
