"""What stands against a plan: other plans for the same customers, too many outages, people who depend on supply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.grid.models import GridDevice
from open95598.service.planned import affected, flows, intervals
from open95598.service.planned.kinds import Information
from open95598.service.planned.models import PlannedDevice, PlannedOutage

_WHY = "what stands against a plan"


@dataclass(frozen=True)
class Conflicts:
    """What whoever plans should know. ``overlapping``: off at the same time; ``joinable``: near enough to be one
    outage; ``often``: how many outages the same devices have in the rulebook's days, this one included, when that is
    too many (else 0); ``elsewhere``: plans that the reader may not see."""

    overlapping: Sequence[PlannedOutage]
    joinable: Sequence[PlannedOutage]
    often: int
    dark: int
    elsewhere: int = 0

    @property
    def any(self) -> bool:
        """Whether anything stands against it."""
        return bool(self.overlapping or self.joinable or self.often or self.dark or self.elsewhere)


def _near(row: PlannedOutage, start: datetime, end: datetime) -> list[PlannedOutage]:
    """Return other outages between two times whose devices share customers with this one. A few queries."""
    own = affected.spans(row)
    if not own:
        return []
    others: QuerySet[PlannedOutage] = PlannedOutage.objects.system(_WHY).filter(
        ~Q(pk=row.pk), account=None, starts_at__lt=end, ends_at__gt=start
    )
    others = others.exclude(case__state__in=("cancelled", "withdrawn")).select_related("case", "case__unit")
    by_id = {one.pk: one for one in others.order_by("starts_at", "pk")[:2000]}
    off = PlannedDevice.objects.filter(plan__in=by_id, kept=False).values_list("plan_id", "device")
    places = {
        code: (low, high)
        for code, low, high in GridDevice.objects.system(_WHY)
        .filter(code__in={code for _plan, code in off})
        .values_list("code", "lft", "rgt")
    }
    hit = {plan for plan, code in off if code in places and intervals.meet([places[code]], own)}
    return [one for pk, one in by_id.items() if pk in hit]


def overlapping(row: PlannedOutage) -> list[PlannedOutage]:
    """Return the other announced or planned outages of the same customers at the same time."""
    return _near(row, row.starts_at, row.ends_at)


def of(row: PlannedOutage, rights: Rights) -> Conflicts:
    """Return what stands against a plan, as far as the reader may see it; of other plans that there are some."""
    rules = flows.rules_of(row)
    span = timedelta(days=max(rules.again_days, rules.join_days))
    near = _near(row, row.starts_at - span, row.ends_at + span)
    clashing = [one for one in near if one.starts_at < row.ends_at and one.ends_at > row.starts_at]
    join = timedelta(days=rules.join_days)
    joinable = [
        one for one in near
        if one not in clashing and one.is_open and one.information in (Information.PLANNED, Information.TEMPORARY)
        and one.case.state != "running" and abs(one.starts_at - row.starts_at) <= join
    ]  # fmt: skip
    again = timedelta(days=rules.again_days)
    often = 1 + sum(abs(one.starts_at - row.starts_at) <= again for one in near)
    seen = set(
        PlannedOutage.objects.restrict(rights, Permission.CASE_VIEW)
        .filter(pk__in=[one.pk for one in (*clashing, *joinable)])
        .values_list("pk", flat=True)
    )
    return Conflicts(
        [one for one in clashing if one.pk in seen],
        [one for one in joinable if one.pk in seen],
        often if often > rules.again_most else 0,
        row.dark,
        sum(one.pk not in seen for one in clashing),
    )
