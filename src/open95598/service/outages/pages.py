"""An outage on a page of its own: where and since when, why there, who is inside, what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.casework.actors import Actor
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_name, mask_text
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.registry.grid import queries as grid
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import flows, panels, queries, restorations
from open95598.service.outages import wording as own
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import Outage
from open95598.service.workorders import queries as orders
from open95598.service.workorders import storytelling, wording
from open95598.service.workorders.casecards import CaseOwnPage
from open95598.service.workorders.hooks import Panel
from open95598.service.workorders.models import WorkOrder

ENTRIES = 40


@dataclass
class OutagePage(CaseOwnPage):
    """An outage for one reader at one moment."""

    TONES: ClassVar[Mapping[str, str]] = own.TONES

    row: Outage

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("outages:case", args=(self.row.pk,))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("outages:action", args=(self.row.pk, name))

    @property
    def rights(self) -> Rights:
        """The reader's."""
        assert self.actor.rights is not None
        return self.actor.rights

    @cached_property
    def device(self) -> GridDevice | None:
        """The device in the grid, where the reader may see it."""
        return queries.device(self.rights, self.row)

    @property
    def device_url(self) -> str:
        """The device's page in the grid; "" where the reader may not open it."""
        return reverse("grid:device", args=(self.device.pk,)) if self.device else ""

    @property
    def line_url(self) -> str:
        """The tree of its feeder; "" where the reader may not see the grid."""
        return reverse("outages:line", args=(self.device.pk,)) if self.device else ""

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know: name and value, empty ones left out."""
        row, case = self.row, self.case
        pairs: list[tuple[Any, Any]] = [
            (_("Code of the device"), row.device),
            (_("Kind of device"), DeviceKind(row.device_kind).label),
            (_("Unit"), case.unit.name),
            (pgettext("outage", "In charge"), case.owner.name if case.owner else ""),
            (_("Supply points in the dark"), row.original_customers_served),
            (_("Important users"), self.hanging.important if self.hanging else ""),
            (_("Life support"), self.hanging.protected if self.hanging else ""),
            (_("Dark since (estimated)"), marks.absolute(row.actual_start)),
            (_("Power back at the earliest"), marks.absolute(row.estimated_from) if row.estimated_from else ""),
            (_("Power back at the latest"), marks.absolute(row.estimated_to) if row.estimated_to else ""),
            (_("Usually back"), self.usual),
            (_("Power back since"), marks.absolute(row.actual_end) if row.actual_end else ""),
            (_("Cause"), self.cause),
            (_("Taken over by"), row.merged_into.number if row.merged_into else ""),
            (pgettext("outage", "Why it is none"), mask_text(row.why_wrong)),
        ]
        return [(name, value) for name, value in pairs if value not in ("", 0)]

    @cached_property
    def panels(self) -> list[Panel]:
        """What rooms above show beside what can be done."""
        return [panel for further in panels.page if (panel := further(self))]

    @cached_property
    def usual(self) -> str:
        """When outages like it were over, as a range; "" once it is, or where there is too little history."""
        row = self.row
        if self.case.state not in flows.DARK:
            return ""
        start = timezone.localtime(row.actual_start)
        made = restorations.usual(row, store.current(self.now).outages, self.now)
        return own.usual(made, start, self.now) if made else ""

    @property
    def cause(self) -> Any:
        """The cause in words; "" while it is not known."""
        return marks.words_of(wording.choice(self.rules, "fault_causes", self.row.cause_kind))

    @cached_property
    def hanging(self) -> Any:
        """Who hangs on the device, by the reader's rights on customers; None without."""
        return grid.hanging(self.rights, self.device) if self.device else None

    @cached_property
    def why(self) -> list[str]:
        """Why the engine names this device."""
        return own.why(self.row.why)

    @cached_property
    def ranked(self) -> list[tuple[str, str, bool]]:
        """The devices that may be open instead."""
        return own.ranked(self.row.why)

    @cached_property
    def apart(self) -> list[tuple[Any, int]]:
        """How many reports are no evidence, by the reason."""
        return [(Apart(code).label, count) for code, count in sorted(queries.apart(self.row).items())]

    @cached_property
    def told(self) -> str:
        """The last words to everybody, masked."""
        return mask_text(self.row.told)

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """The orders inside it that the reader may see."""
        return [self._order(row) for row in queries.orders(self.rights, self.row)[: queries.SHOWN]]

    @cached_property
    def order_count(self) -> int:
        """How many orders inside it the reader may see."""
        shown = len(self.orders)
        return shown if shown < queries.SHOWN else queries.orders(self.rights, self.row).count()

    @cached_property
    def still_dark(self) -> list[dict[str, Any]]:
        """Those who said after the restoration that they are still in the dark, by name."""
        return [self._order(row) for row in queries.still_dark(self.rights, self.row)[: queries.SHOWN]]

    @cached_property
    def nested(self) -> list[tuple[Outage, Any, str]]:
        """The outages below it: each with its state and tone."""
        rows = queries.nested(self.rights, self.row)[: queries.SHOWN]
        return [
            (one, wording.state(one.case.kind, one.case.state, one.case.flow_version), own.TONES[one.case.state])
            for one in rows
        ]

    def _order(self, order: WorkOrder) -> dict[str, Any]:
        case = order.case
        hidden = order.confidential or order.sealed
        return {
            "number": order.number,
            "url": reverse("workorders:case", args=(order.number,)),
            "name": "" if hidden else mask_name(order.contact_name),
            "state": wording.state(case.kind, case.state, case.flow_version),
            "lead": order.pk == self.row.lead_id,
        }

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        entries = storytelling.entries(told, self.case, "")
        for entry, what in zip(entries, told, strict=True):
            if what.kind == "case.opened":
                entry |= {"title": _("Found from reports"), "icon": "bolt-off", "facts": []}
        return entries


def page_of(rights: Rights, pk: int, actor: Actor, now: datetime, form: Any = None) -> OutagePage:
    """Return the page of an outage that the reader may see. Raises ``NotFound``."""
    clocks = orders.running_clocks([pk]).get(pk, [])
    return OutagePage(queries.get(rights, pk), actor, now, clocks, open_form=form)
