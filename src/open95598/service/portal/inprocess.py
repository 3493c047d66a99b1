"""The gateway of the pages that the house serves itself: the room's own services, called directly."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.http import HttpResponse
from pydantic import BaseModel

from open95598.foundation import clock
from open95598.foundation.idempotency.services import once
from open95598.service.portal import accounts, queries, ratings, services, visits
from open95598.service.portal.pages import wire
from open95598.service.portal.pages.gateway import Fate

Value = TypeVar("Value", bound=BaseModel)


def answered_once(
    account_id: int, key: str, body: BaseModel, act: Callable[[], BaseModel], status: int = 200
) -> HttpResponse:
    """Run ``act`` once for a key and return its value as JSON; later the same answer again."""

    def answer() -> HttpResponse:
        response = HttpResponse(act().model_dump_json(), status=status, content_type="application/json")
        response["Cache-Control"] = "no-store"
        return response

    # photographs are not compared: the same one is made smaller anew each time
    asked = body.model_dump(mode="json", exclude={"photos", "said_at"})
    return once(account_id, key, asked, clock.now(), answer)


class InProcess:
    """``gateway.Gateway`` over the services."""

    def offer(self) -> wire.Offer:
        """See ``Gateway``."""
        return queries.offer(clock.now())

    def register(self, report: wire.Report, key: str) -> wire.Registered | wire.Kept:
        """See ``Gateway``. Nothing needs to be kept here: the database is the house's own."""
        now = clock.now()
        account = accounts.of_house(now)
        done = answered_once(account.pk, key, report, lambda: services.register(report, key, account, now))
        return wire.Registered.model_validate_json(done.content)

    def ask_code(self, asked: wire.AskCode) -> wire.Asked:
        """See ``Gateway``."""
        return visits.ask(asked, clock.now())

    def open_visit(self, given: wire.GiveCode) -> wire.Opened:
        """See ``Gateway``."""
        return visits.open_visit(given, clock.now())

    def close_visit(self, visit: str) -> None:
        """See ``Gateway``."""
        visits.close(visit, clock.now())

    def order(self, visit: str) -> wire.OrderView:
        """See ``Gateway``."""
        now = clock.now()
        return queries.view(visits.find(visit, now), accounts.of_house(now), now)

    def add(self, visit: str, addition: wire.Addition, key: str) -> wire.Done:
        """See ``Gateway``."""
        now = clock.now()
        case, account = visits.find(visit, now), accounts.of_house(now)
        return self._once(account.pk, key, addition, lambda: services.add(case, addition, account, key, now))

    def urge(self, visit: str, chosen: wire.Choose, key: str) -> wire.Done:
        """See ``Gateway``."""
        now = clock.now()
        case, account = visits.find(visit, now), accounts.of_house(now)
        return self._once(account.pk, key, chosen, lambda: services.urge(case, chosen, account, now))

    def rate(self, visit: str, chosen: wire.Choose, key: str) -> wire.Done:
        """See ``Gateway``."""
        now = clock.now()
        case, account = visits.find(visit, now), accounts.of_house(now)
        return self._once(account.pk, key, chosen, lambda: services.rate(case, chosen, account, now))

    def rating(self, link: str) -> wire.RatingView:
        """See ``Gateway``."""
        return ratings.look(link, clock.now())

    def give_rating(self, link: str, rating: wire.Rating, key: str) -> wire.Done:
        """See ``Gateway``."""
        now = clock.now()
        account = accounts.of_house(now)
        return self._once(account.pk, key, rating, lambda: ratings.give(link, rating, account, now))

    def withdraw(self, visit: str, wish: wire.Wish, key: str) -> wire.Done:
        """See ``Gateway``."""
        now = clock.now()
        case, account = visits.find(visit, now), accounts.of_house(now)
        return self._once(account.pk, key, wish, lambda: services.withdraw(case, wish, account, key, now))

    def fate(self, receipt: str) -> Fate | None:
        """See ``Gateway``. A receipt code leads to the number of the order that it belongs to."""
        return services.fate(receipt)

    @staticmethod
    def _once(account_id: int, key: str, body: BaseModel, act: Callable[[], wire.Done]) -> wire.Done:
        return wire.Done.model_validate_json(answered_once(account_id, key, body, act).content)


@cache
def gateway() -> InProcess:
    """Return the gateway of the house's own pages."""
    return InProcess()
