"""A registry on a small grid, somebody who plans outages there and somebody who approves them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import gridded
from tests.registered import Registry
from tests.world import MONDAY

from open95598.casework.actors import Actor


@pytest.fixture
def registry(db: None) -> Registry:
    """Return six customers, five of them on the grid."""
    return gridded.stand()


@pytest.fixture
def planner(registry: Registry) -> Actor:
    """Return somebody who plans in the county of the grid."""
    return registry.world.actor("dispatcher", "X11", MONDAY + timedelta(hours=1))


@pytest.fixture
def approver(registry: Registry) -> Actor:
    """Return somebody who approves there."""
    return registry.world.actor("unit_manager", "X11", MONDAY + timedelta(hours=1))
