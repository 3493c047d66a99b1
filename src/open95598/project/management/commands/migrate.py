"""``migrate`` as Django has it, only that an empty database is laid out from the baseline first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from open95598.project.database import baseline


class Command(migrate.Command):
    """Bring the database's tables to this version."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add a way to play every migration from the first."""
        super().add_arguments(parser)
        parser.add_argument(
            "--no-baseline", action="store_false", dest="baseline", help="Play every migration, also when all are new."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay out the baseline where there is nothing, then play what is missing."""
        whole = options["app_label"] is None and not options["plan"] and not options["check_unapplied"]
        if whole and options["baseline"] and options["database"] == DEFAULT_DB_ALIAS:
            text = baseline.FILE.read_text(encoding="utf-8")
            if baseline.lay_out(text):
                if options["verbosity"]:
                    self.stdout.write(
                        f"Laid out the tables of {len(baseline.held(text))} migrations from the baseline."
                    )
                if not _missing():
                    # to play none, Django would still build the state of the models after each of them
                    emit_post_migrate_signal(
                        options["verbosity"], options["interactive"], DEFAULT_DB_ALIAS, stdout=self.stdout, plan=[]
                    )
                    return
        super().handle(*args, **options)


def _missing() -> bool:
    """Say whether a migration of this version is still to be played."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
