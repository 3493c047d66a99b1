"""The sample importer, and a draft made from rows."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import sample

from open95598.foundation.journal.models import Stream
from open95598.foundation.transfer import imports
from open95598.foundation.transfer.models import ImportRun


@pytest.fixture(autouse=True)
def vault_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def importer() -> Any:
    return sample.IMPORTER


@pytest.fixture
def upload(importer: Any, now: Any) -> Callable[[str], ImportRun]:
    def upload(text: str) -> ImportRun:
        return imports.upload(importer, io.BytesIO(text.encode()), "sample.csv", person=None, now=now)

    return upload


@pytest.fixture
def keys() -> Callable[[], list[str]]:
    return lambda: list(Stream.objects.filter(key__startswith="sample/").order_by("key").values_list("key", flat=True))
