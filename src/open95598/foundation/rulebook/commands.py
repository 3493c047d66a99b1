"""``open95598 rulebook check|publish|list``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    rulebook = typer.Typer(no_args_is_help=True, help="Business rules: check the files, publish versions.")
    app.add_typer(rulebook, name="rulebook")

    @rulebook.command()
    def check(
        directory: Annotated[Path | None, typer.Argument(help="Default: this installation's rulebooks.")] = None,
    ) -> None:
        """Check the files; print file, line and reason of each problem. Exit status 1 when there is any."""
        from django.conf import settings

        from open95598.foundation.rulebook import files
        from open95598.foundation.rulebook.yamltext import Broken

        try:
            built = files.check_root(directory or settings.RULEBOOKS)
        except Broken as broken:
            for problem in broken.problems:
                print(problem)
            print(f"{len(broken.problems)} problem(s)")
            raise typer.Exit(1) from None
        for one in built:
            print(f"{one.rulebook.version}: in order")

    @rulebook.command()
    def publish(
        directory: Annotated[Path | None, typer.Argument(help="Default: this installation's rulebooks.")] = None,
        apply_amendments: Annotated[bool, typer.Option(help="Let declared amendments reach open cases now.")] = False,
    ) -> None:
        """Publish the versions that are new. A published version is for ever: changed files are refused by name."""
        from django.conf import settings

        from open95598.foundation import clock
        from open95598.foundation.rulebook import services
        from open95598.foundation.rulebook.yamltext import Broken

        try:
            done = services.publish(directory or settings.RULEBOOKS, None, clock.now())
        except Broken as broken:
            for problem in broken.problems:
                print(problem)
            raise typer.Exit(1) from None
        for version in done.new:
            print(f"{version}: published")
        for version in done.unchanged:
            print(f"{version}: was published already")
        if apply_amendments:
            for version in services.apply_amendments(clock.now()):
                print(f"{version}: amendments applied to open cases")

    @rulebook.command("list")
    def list_versions() -> None:
        """List what is published."""
        from open95598.foundation.rulebook.models import Publication

        for row in Publication.objects.all():
            where = f"  for {row.applies_to}" if row.is_overlay else ""
            amends = "" if not row.amends else "  amends open cases" + (" (applied)" if row.amended_at else "")
            print(f"{row.version}  from {row.starts_on:%Y-%m-%d}  {row.digest[:12]}{where}{amends}")
