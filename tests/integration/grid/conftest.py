"""A registry of a few customers in the small utility."""

from __future__ import annotations

import pytest
from tests import world as worlds
from tests.registered import Registry, fill


@pytest.fixture
def registry(db: None) -> Registry:
    """Return six customers in three counties."""
    return fill(worlds.small())
