"""The one way from the pages to the inner zone. The pages know nothing else of it.

``inprocess`` (in the house) and ``remote`` (from an outer zone, over HTTP) implement it with the same meaning.
``key`` makes a request idempotent: the same key and content give the same answer again. ``visit`` is the token of
``Opened``. Beside the refusals named, any method raises ``Unavailable`` while the inner zone is away.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from open95598.foundation.errors import Refused
from open95598.service.portal.pages import wire


class VisitEnded(Refused):
    """The visit is over, or never was: the customer shows once more that the phone is theirs."""

    status: ClassVar[int] = 403
    code: ClassVar[str] = "visit-ended"


@dataclass(frozen=True)
class Fate:
    """What became of a message: ``waiting``, ``passed`` (with the order's number) or ``stuck``."""

    state: str
    number: str = ""


class Gateway(Protocol):
    """What the pages ask of the inner zone."""

    def fate(self, receipt: str) -> Fate | None:
        """Return what became of a message that was kept, by its receipt code; None for an unknown one."""
        ...

    def offer(self) -> wire.Offer:
        """Return what customers may send, and what they are promised."""
        ...

    def register(self, report: wire.Report, key: str) -> wire.Registered | wire.Kept:
        """Register an order. Raises ``Invalid`` and, unless somebody is in danger, ``TooMany``."""
        ...

    def ask_code(self, asked: wire.AskCode) -> wire.Asked:
        """Send a code to the phone when the order is that phone's; the answer never says whether. ``TooMany``."""
        ...

    def open_visit(self, given: wire.GiveCode) -> wire.Opened:
        """Exchange a code for a visit. Raises ``Invalid`` for any code that does not fit, whatever the reason."""
        ...

    def close_visit(self, visit: str) -> None:
        """End a visit; nothing happens when it has ended."""
        ...

    def order(self, visit: str) -> wire.OrderView:
        """Return the visited order. Raises ``VisitEnded``, as do all that follow."""
        ...

    def add(self, visit: str, addition: wire.Addition, key: str) -> wire.Done:
        """Add words and photographs. Raises ``Impossible`` when the order is closed."""
        ...

    def urge(self, visit: str, chosen: wire.Choose, key: str) -> wire.Done:
        """Urge (催办), within the limits of the rulebook. Raises ``Impossible`` naming the reason."""
        ...

    def rate(self, visit: str, chosen: wire.Choose, key: str) -> wire.Done:
        """Rate an answered order (H12). Raises ``Impossible``, ``Invalid``."""
        ...

    def rating(self, link: str) -> wire.RatingView:
        """Return what a one-time link is about. Raises ``NotFound`` for any that does not count, whatever is wrong."""
        ...

    def give_rating(self, link: str, rating: wire.Rating, key: str) -> wire.Done:
        """Rate through a one-time link (H12). Raises ``NotFound`` as above, ``Invalid``."""
        ...

    def withdraw(self, visit: str, wish: wire.Wish, key: str) -> wire.Done:
        """Withdraw: ends the order where that is possible, else asks whoever handles it."""
        ...


@cache
def current() -> Gateway:
    """Return this installation's gateway (``settings.PORTAL_GATEWAY`` names the function that makes it)."""
    found: Gateway = import_string(settings.PORTAL_GATEWAY)()
    return found
