"""What the command line says when it cannot work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest
from django.db import connection

from open95598.project import postgres

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(db: None) -> Iterator[str]:
    """Give the address of a database without any table."""
    name, told = f"{connection.settings_dict['NAME']}_bare", connection.settings_dict
    postgres.drop_database(name)
    with closing(postgres.connect(dbname="postgres", autocommit=True)) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    yield (
        f"postgresql://{told['USER']}:{quote(told['PASSWORD'], safe='')}@/{name}"
        f"?host={quote(told['HOST'], safe='')}&port={told['PORT']}"
    )
    postgres.drop_database(name)


def test_without_tables_it_says_what_to_run(bare: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "open95598", "demo", "status"],
        env=os.environ | {"DATABASE_URL": bare}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "open95598 migrate" in done.stderr and "Traceback" not in done.stderr
