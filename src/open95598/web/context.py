"""What every page of the shell needs, computed when a template asks for it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from open95598.foundation.clock import now, rate
from open95598.foundation.people.policy import Rights
from open95598.foundation.ui.models import SEAT_STATES, SeatState
from open95598.web import navigation


class Shell:
    """The frame around a page. At most one query of its own (the seat's state); fragments that do not ask cost none."""

    states = SEAT_STATES

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _person(self) -> Any:
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def rights(self) -> Rights | None:
        """The person's rights, None when nobody has signed in."""
        return getattr(self._request, "rights", None) if self._person else None

    @cached_property
    def groups(self) -> tuple[navigation.Group, ...]:
        """The menu, grouped by layer."""
        return navigation.groups(self.rights, self._request.path)

    @cached_property
    def state(self) -> SeatState | None:
        """What the person is doing (ready, talking …); unsaved "ready" until they first chose."""
        return SeatState.of(self._person) if self._person else None

    @property
    def bell_url(self) -> str | None:
        """Where the bell's fragment comes from; None while the notices room offers none."""
        return navigation.address("notices:bell")

    @property
    def events_url(self) -> str:
        """The event stream; empty for people who have not signed in."""
        return getattr(settings, "EVENTS_URL", "/events") if self._person else ""

    @property
    def theme(self) -> str:
        """``light``, ``dark`` or ``auto`` (as the machine has it)."""
        return self._person.theme if self._person else "auto"

    @property
    def language(self) -> str:
        """The page's language for the ``lang`` attribute."""
        code = getattr(self._request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        return "en" if code.startswith("en") else "zh-Hans"

    @property
    def zone(self) -> str:
        """The utility's time zone, in which the page's own script writes times."""
        return settings.TIME_ZONE

    @property
    def now_iso(self) -> str:
        """The house's time when the page was made: running clocks count from it, not from the machine's."""
        told = getattr(self._request, "now", None) or now()
        return told.isoformat()

    @property
    def pace(self) -> str:
        """How fast the house's clock runs against the wall's ("1" unless a demonstration is played faster)."""
        return f"{rate():g}"

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration."""
        return bool(settings.DEMO)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` (:class:`Shell`)."""
    return {"shell": Shell(request)}
