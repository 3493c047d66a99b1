"""A visit and a proposed tier on a page of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework.actors import Actor
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_name, mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.ui import marks
from open95598.registry.customers.kinds import PartyKind, Tier
from open95598.registry.customers.models import Customer
from open95598.service.keyaccounts import queries
from open95598.service.keyaccounts.models import TierProposal, Visit
from open95598.service.workorders import queries as orders
from open95598.service.workorders import storytelling
from open95598.service.workorders.casecards import CaseOwnPage
from open95598.service.workorders.models import WorkOrder

ENTRIES = 40
TONES = {"due": "accent", "made": "done", "dropped": "quiet", "proposed": "accent", "approved": "done",
         "rejected": "quiet"}  # fmt: skip


def name_of(customer: Customer) -> str:
    """Return a customer's name as pages show it."""
    return customer.name if customer.kind == PartyKind.ORGANISATION else mask_name(customer.name)


@dataclass
class KeyPage(CaseOwnPage):
    """A visit or a proposed tier for one reader at one moment."""

    TONES: ClassVar[Mapping[str, str]] = TONES

    @property
    def title(self) -> Any:
        """What kind of case it is."""
        return registry.flow(self.case.kind, self.case.flow_version).label

    @property
    def customer(self) -> str:
        """The customer's name, masked."""
        return name_of(self.row.customer)

    @cached_property
    def customer_url(self) -> str:
        """The customer's page, where the reader may open it."""
        rights = self.actor.rights
        seen = rights is not None and rights.anywhere(Permission.CUSTOMER_VIEW)
        return reverse("standing:customer", args=(self.row.customer_id,)) if seen else ""

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("keyaccounts:case", args=(self.row.pk,))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("keyaccounts:action", args=(self.row.pk, name))

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know: name and value, empty ones left out."""
        row, case = self.row, self.case
        pairs: list[tuple[Any, Any]] = [
            (_("Unit that looks after them"), case.unit.name),
            (_("Responsible"), case.owner.name if case.owner else ""),
        ]
        if isinstance(row, Visit):
            pairs += [
                (_("Service tier"), Tier(row.tier).label if row.tier else ""),
                (_("Visited"), marks.absolute(row.visited_at) if row.visited_at else ""),
                (_("By whom"), row.by.name if row.by else ""),
                (_("Who was met"), mask_name(row.met) if row.met else ""),
                (_("Why not"), mask_text(row.why_not)),
            ]
        else:
            pairs += [
                (_("Tier until now"), Tier(row.before).label),
                (_("Proposed tier"), Tier(row.tier).label),
                (pgettext("rating", "Points"), str(row.points)),
                (_("Proposed by"), row.by.name if row.by else ""),
                (_("Decided by"), row.decided_by.name if row.decided_by else ""),
                (_("What was decided"), row.decision),
            ]
        return [(name, value) for name, value in pairs if value]

    @property
    def words(self) -> list[tuple[Any, str]]:
        """What was heard at the customer's, masked."""
        if not isinstance(self.row, Visit):
            return []
        said = [(_("What was heard"), self.row.heard), (_("What the customer wishes"), self.row.wishes)]
        return [(name, mask_text(text)) for name, text in said if text]

    @cached_property
    def lines(self) -> list[tuple[str, str, str]]:
        """The parts of the formula as they came out when the tier was proposed: name, points of most."""
        if not isinstance(self.row, TierProposal):
            return []
        rating = self.rules.customers.rating("tier")
        names = {part.code: part.label.in_(get_language()) for part in rating.parts} if rating else {}
        return [
            (names.get(line["code"], line["code"]), line["points"] if line["points"] is not None else "—", line["most"])
            for line in self.row.lines
        ]

    @cached_property
    def order(self) -> str:
        """The number of the complaint that is taken at the door, when the reader may see it."""
        rights = self.actor.rights
        if not isinstance(self.row, Visit) or self.row.order_id is None or rights is None:
            return ""
        seen = WorkOrder.objects.restrict(rights).filter(pk=self.row.order_id)
        return seen.values_list("number", flat=True).first() or ""

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        entries = storytelling.entries(told, self.case, "")
        for entry, what in zip(entries, told, strict=True):
            if what.kind == "case.opened":
                entry |= {"title": self.title.in_(get_language()), "icon": "calendar-due", "facts": []}
        return entries


def page_of(rights: Rights, pk: int, actor: Actor, now: datetime, form: Any = None) -> KeyPage:
    """Return the page of a visit or proposal that the reader may see. Raises ``NotFound``."""
    clocks = orders.running_clocks([pk]).get(pk, [])
    return KeyPage(queries.get(rights, pk), actor, now, clocks, open_form=form)
