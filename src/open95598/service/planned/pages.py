"""An announced outage on a page of its own: when, where, who is concerned, what stands against it, what can be done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.casework import registry
from open95598.casework.actors import Actor
from open95598.foundation.journal import queries as journal
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers.kinds import Importance
from open95598.registry.customers.listing import name_of
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.planned import conflicts, flows, queries
from open95598.service.planned import wording as own
from open95598.service.planned.kinds import Care, When, WorkKind
from open95598.service.planned.listing import when
from open95598.service.planned.models import Count, PlannedOutage, PlannedWork
from open95598.service.workorders import queries as orders
from open95598.service.workorders import storytelling
from open95598.service.workorders.casecards import CaseOwnPage

ENTRIES = 40
SHOWN = 30


@dataclass
class PlanPage(CaseOwnPage):
    """An announced outage for one reader at one moment."""

    TONES: ClassVar[Mapping[str, str]] = own.TONES
    ELSEWHERE: ClassVar[Collection[str]] = ("care_told",)

    row: PlannedOutage

    @property
    def rights(self) -> Rights:
        """The reader's."""
        assert self.actor.rights is not None
        return self.actor.rights

    @property
    def is_plan(self) -> bool:
        """Whether it is a plan; else information that was published at once."""
        return self.case.kind == flows.PLAN

    @property
    def title(self) -> Any:
        """What kind of case it is."""
        return registry.flow(self.case.kind, self.case.flow_version).label

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("planned:case", args=(self.row.pk,))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("planned:action", args=(self.row.pk, name))

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know: name and value, empty ones left out."""
        row, case = self.row, self.case
        due = row.starts_at - flows.notice_of(row) if self.is_plan else None
        pairs = [
            (_("Off from"), when(row.starts_at)),
            (_("Back by"), when(row.ends_at)),
            (_("Really off from"), row.actual_start and when(row.actual_start)),
            (_("Really back"), row.actual_end and when(row.actual_end)),
            (pgettext("outage", "Cause"), own.in_language(own.cause(row))),
            (pgettext("outage", "Area"), row.scope),
            (pgettext("outage", "Line"), row.line),
            (_("To be announced by"), due and when(due)),
            (_("Announced"), row.published_at and when(row.published_at)),
            (_("Reason of the change"), row.change_reason),
            (_("Unit"), case.unit.name),
            (_("Planned by"), row.planned_by.name if row.planned_by else ""),
            (_("Approved by"), row.approved_by.name if row.approved_by else ""),
        ]
        account = row.account
        if account is not None and self.rights.at(Permission.CUSTOMER_VIEW, account.unit.lineage):
            pairs.append((_("Account number"), account.number))
        return [(name, value) for name, value in pairs if value not in ("", None)]

    @cached_property
    def devices(self) -> list[dict[str, Any]]:
        """What is switched off, and what stays supplied from elsewhere, each with what the grid knows of it now."""
        found = []
        for one, device in queries.devices(self.row):
            told: GridDevice | None = device
            may = told is not None and self.rights.anywhere(Permission.CUSTOMER_VIEW)
            found.append({
                "code": one.device, "kept": one.kept, "name": told.name if told else "",
                "kind": DeviceKind(told.kind).label if told else "", "points": told.points if told else None,
                "url": reverse("grid:device", args=(told.pk,)) if told is not None and may else "",
            })  # fmt: skip
        return found

    @cached_property
    def works(self) -> list[tuple[Any, PlannedWork]]:
        """What is done meanwhile: kind in words, and the work."""
        rows = PlannedWork.objects.filter(plan=self.row).select_related("by").order_by("pk")
        return [(WorkKind(one.kind).label, one) for one in rows]

    @cached_property
    def counts(self) -> list[tuple[Any, Count]]:
        """When those concerned were computed, the newest first: the moment in words, and the count."""
        rows = Count.objects.filter(plan=self.row).order_by("-number")[:12]
        return [(When(one.when).label, one) for one in rows]

    @cached_property
    def conflicts(self) -> conflicts.Conflicts | None:
        """What stands against the plan, as long as it can be changed."""
        if not self.is_plan or self.case.state not in ("draft", "submitted", "approved", "announced"):
            return None
        return conflicts.of(self.row, self.rights)

    @cached_property
    def care(self) -> list[dict[str, Any]]:
        """Who must be told in person, each with what became of it."""
        found = []
        for one in queries.care(self.rights, self.row)[:SHOWN]:
            danger = one.why == "protected"
            found.append({
                "task": one, "name": name_of({"name": one.customer.name, "kind": one.customer.kind}),
                "why": _("Life support") if danger else Importance(one.why).label,
                "tone": "danger" if danger else "warning", "state": Care(one.state).label,
                "state_tone": "warning" if one.state == Care.OPEN else "done", "open": one.state == Care.OPEN,
                "url": reverse("customers:customer", args=(one.customer_id,)),
                "tell": f"{self.action_url('care_told')}?customer={one.customer_id}",
            })  # fmt: skip
        return found

    @property
    def may_tell(self) -> bool:
        """Whether the reader can enter that somebody was told."""
        return any(action.name == "care_told" and reason is None for action, reason in self.possible)

    @property
    def may_see_customers(self) -> bool:
        """Whether the list of those concerned is anything for the reader."""
        return self.rights.anywhere(Permission.CUSTOMER_VIEW) and self.row.counted_at is not None

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        entries = storytelling.entries(told, self.case, self.row.number)
        for entry, one in zip(entries, told, strict=True):
            if one.kind == "case.affected_counted":
                entry |= {
                    "title": _("Who is concerned was computed"),
                    "icon": "users-group",
                    "facts": _counted(one.data),
                }
            elif one.kind == "case.opened":
                entry["title"] = _("Begun") if self.is_plan else _("When published")
        return entries


def _counted(data: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return what a count says in the timeline: when, how many, and what changed since the one before."""
    pairs = [
        (pgettext("outage count", "Moment"), When(data["when"]).label),
        (_("Customers"), data["customers"]),
        (pgettext("outage count", "Came in"), data["added"]),
        (pgettext("outage count", "Went out"), data["removed"]),
    ]
    return [(name, value) for name, value in pairs if value not in (0, "")]


def page_of(rights: Rights, pk: int, actor: Actor, now: datetime, form: Any = None) -> PlanPage:
    """Return the page of an outage that the reader may see. Raises ``NotFound``."""
    clocks = orders.running_clocks([pk]).get(pk, [])
    return PlanPage(queries.get(rights, pk), actor, now, clocks, open_form=form)
