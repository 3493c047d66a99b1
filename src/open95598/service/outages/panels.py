"""Where rooms above add to what the storm board and an outage's page show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from open95598.service.outages.storm import Board
from open95598.service.workorders.hooks import Panel

if TYPE_CHECKING:
    from open95598.service.outages.pages import OutagePage

#: panels below the largest outages of the board: (request, board) → panel, None when there is nothing to show
board: list[Callable[[Any, Board], Panel | None]] = []
#: panels beside what can be done with an outage, for the page's reader
page: list[Callable[[OutagePage], Panel | None]] = []
