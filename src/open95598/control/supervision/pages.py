"""A supervision as pages show it: a card on the order's page, a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.supervision import wording as own
from open95598.control.supervision.models import Supervision
from open95598.foundation.calendars import store as calendars
from open95598.foundation.errors import NotFound
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import wording as rules_wording
from open95598.foundation.ui import marks
from open95598.foundation.units import queries as tree
from open95598.service.workorders import queries, storytelling
from open95598.service.workorders.casecards import CaseCard, CaseOwnPage

ENTRIES = 40


def visible(rights: Rights) -> QuerySet[Supervision]:
    """Return the supervisions that the rights let one see, with their cases and people."""
    people = ("by", "supervised", "noted_by", "second_by", "answered_by", "decided_by")
    return Supervision.objects.restrict(rights).select_related("case", "case__unit", "case__owner", *people)


def get(rights: Rights, pk: int) -> Supervision:
    """Return one supervision. Raises ``NotFound`` also when it is not for these eyes."""
    row = visible(rights).filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is no such case."))
    return row


def raised_to(case: Case) -> str:
    """Return the name of the unit above that supervises a case since it was raised by hand; "" where it was not."""
    level = case.review_level
    return tree.get(case.scope[-1 - level]).name if level and level < len(case.scope) else ""


@dataclass(frozen=True)
class Rung:
    """A step of the ladder of the running clock: when it comes, who is told then, whether it has come."""

    at: datetime
    who: str
    reached: bool


@dataclass
class Card(CaseCard):
    """A supervision for one reader: why, what is asked, who, since when, what was answered, what they can do."""

    TONES = own.TONES

    row: Supervision

    @property
    def label(self) -> Any:
        """Why it is supervised."""
        return own.reason(self.rules, self.row.trigger, self.row.reason)

    @cached_property
    def raised_to(self) -> str:
        """The unit above that supervises it since it was raised by hand; "" while nobody raised it."""
        return raised_to(self.case)

    @property
    def demand(self) -> Any:
        """What is asked: the rulebook's words, or those of whoever asked, masked."""
        trigger = self.rules.oversight.trigger(self.row.trigger)
        return mask_text(self.row.demand) if self.row.demand or trigger is None else trigger.demand

    @property
    def measures(self) -> str:
        """The unit's answer, masked."""
        return mask_text(self.row.measures)

    @property
    def decision(self) -> str:
        """How the answer was judged, or why it ended, masked."""
        return mask_text(self.row.decision)

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("supervision:case", args=(self.row.pk,))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form, on the order's page or the supervision's own."""
        more = f"?at={self.at}" if self.at else ""
        return reverse("supervision:action", args=(self.row.pk, name)) + more

    @property
    def people(self) -> list[tuple[Any, str, datetime | None]]:
        """Who did what, and when."""
        row = self.row
        issuer = row.by.name if row.by else _("by rule")
        said = [
            (_("Issued"), issuer, self.case.opened_at),
            (_("Noted"), row.noted_by.name if row.noted_by else "", row.noted_at),
            (_("Noted by a second"), row.second_by.name if row.second_by else "", row.second_at),
            (pgettext("supervision", "Answered"), row.answered_by.name if row.answered_by else "", row.answered_at),
            (pgettext("supervision", "Judged"), row.decided_by.name if row.decided_by else "", row.decided_at),
        ]
        return [entry for entry in said if entry[1]]

    @cached_property
    def ladder(self) -> list[Rung]:
        """The steps of the clock that runs: who is told at the limit and after it."""
        clock = self.clock
        if clock is None or clock.state != "running":
            return []
        calendar = calendars.get(clock.calendar)
        rungs = []
        for step in self.rules.ladder(self.case.kind, clock.name):
            if step.when == "warn":
                at = clock.warn_at
            else:
                at = calendar.add(clock.due_at, step.after_minutes) if step.after_minutes else clock.due_at
            roles = "、".join(rules_wording.role(role) for role in step.roles)
            rungs.append(Rung(at, f"{roles}（{rules_wording.level(step.level)}）", at <= self.now))
        return rungs


def cards(order_case_id: int, actor: Actor, now: datetime) -> list[Card]:
    """Return the supervisions of an order that the reader may see, open ones first. Two queries, one for each clock."""
    assert actor.rights is not None
    found = list(visible(actor.rights).filter(order_id=order_case_id).order_by("-case__is_open", "case_id"))
    clocks = queries.running_clocks([row.pk for row in found]) if found else {}
    return [Card(row, actor, now, clocks.get(row.pk, [])) for row in found]


@dataclass
class SupervisionPage(Card, CaseOwnPage):
    """A supervision on its own page."""

    at: str = "page"

    @property
    def order_url(self) -> str:
        """The order's page, when the reader may open it."""
        return reverse("workorders:case", args=(self.row.number,))

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know beside the words: name and value, empty ones left out."""
        row, case = self.row, self.case
        pairs = [
            (_("Supervised unit"), case.unit.name),
            (_("Raised to"), self.raised_to),
            (_("In hand of"), row.supervised.name if row.supervised else ""),
            (pgettext("supervision", "Supervisor"), case.owner.name if case.owner else ""),
            (_("Answer wanted by"), marks.absolute(row.wanted_by) if row.wanted_by else ""),
            (_("Promised for"), marks.absolute(row.promised_at) if row.promised_at else ""),
            (_("Sent back"), _("%(count)s ×") % {"count": row.rejections} if row.rejections else ""),
            (_("Lasts"), marks.words_of(own.length((case.closed_at or self.now) - case.opened_at))),
        ]
        return [(name, value) for name, value in pairs if value]

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        entries = storytelling.entries(told, self.case, "")
        for entry, what in zip(entries, told, strict=True):
            if what.kind == "case.opened":
                entry |= {"title": _("Issued"), "icon": "eye-exclamation", "facts": []}
        return entries


def page_of(rights: Rights, pk: int, actor: Actor, now: datetime, form: Any = None) -> SupervisionPage:
    """Return the page of a supervision that the reader may see. Raises ``NotFound``."""
    clocks = queries.running_clocks([pk]).get(pk, [])
    return SupervisionPage(get(rights, pk), actor, now, clocks, open_form=form)
