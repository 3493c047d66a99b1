"""The printed slip of an order (工作票式单据), filled from its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from open95598.foundation.documents.slip import Due, Fact, Slip
from open95598.foundation.masking import mask_text
from open95598.foundation.ui import timewords
from open95598.service.workorders import directory, personal, wording
from open95598.service.workorders.casepage import CasePage


def slip_of(page: CasePage, revealed: Mapping[str, str], language: str) -> Slip:
    """Return the slip of an order in a language; ``revealed`` values stand in the open, the others masked."""
    order = page.order
    values = {**personal.shown(order), **revealed}

    def words(label: Any) -> str:
        return label.in_(language) if hasattr(label, "in_") else str(label)

    facts = (
        Fact(_("Kind of order"), words(page.kind)),
        Fact(_("Category"), words(wording.category_path(page.rules, order.category))),
        Fact(_("Received"), _local(order.received_at)),
        Fact(_("Channel"), words(wording.choice(page.rules, "channels", order.channel))),
        Fact(_("Contact"), values["contact_name"]),
        Fact(_("Phone"), values["contact_phone"], strong=True),
        Fact(_("Address"), values["address"], wide=True, strong=True),
        Fact(_("Responsible"), page.unit_path, wide=True),
        Fact(_("Triage"), _triage(page, words), wide=True),
    )
    clocks = tuple(
        Due(str(wording.clock(c.name)), timewords.span(c.limit_minutes * 60, calendar_day=_day(c)), c.due_at)
        for c in page.clocks
        if c.state != "stopped"
    )
    return Slip(
        utility=_utility(),
        title=_("Work order: %(kind)s") % {"kind": words(page.kind)},
        number=order.number,
        printed_by=page.actor.name,
        printed_at=page.now,
        language=language,
        link=f"{settings.SITE_URL.rstrip('/')}{page.url}",
        marks=(words(page.priority),) if page.priority else (),
        facts=tuple(f for f in facts if f.value),
        description=revealed.get("description", mask_text(order.description)),
        clocks=clocks,
    )


def _triage(page: CasePage, words: Any) -> str:
    """Return what was found out before anybody was sent, in one line."""
    found = [words(step.answer) for step in page.triage_told if not step.skipped]
    if page.triage and page.triage.outcome:
        found.append(words(page.triage.outcome.label))
        if page.triage.outcome.hint:
            found.append(words(page.triage.outcome.hint))
    return " · ".join(found)


def _day(clock: Any) -> int:
    """Return the length of a day on the clock's calendar in seconds."""
    from open95598.foundation.calendars import store

    calendar = store.get(clock.calendar)
    return (calendar.nominal_day or 1440) * 60 if clock.calendar else 86400


def _local(at: Any) -> str:
    from django.utils import timezone

    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _utility() -> str:
    """Return the utility's name: that of the unit at the top."""
    top = next((u for u in directory.units() if len(u.lineage) == 1), None)
    return top.name if top else "open95598"
