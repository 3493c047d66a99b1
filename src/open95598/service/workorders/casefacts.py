"""The facts of one order as its page and its slip list them: names and values, empty ones left out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework.models import Case
from open95598.foundation.masking import mask_text
from open95598.foundation.ui import marks
from open95598.foundation.units.models import Unit
from open95598.service.workorders import directory, hooks, naming, wording
from open95598.service.workorders.models import WorkOrder

if TYPE_CHECKING:
    from open95598.service.workorders.casepage import CasePage


def unit_path(case: Case) -> str:
    """Return the names of the responsible unit's ancestors and its own, from the level below the top."""
    lineage = case.unit.lineage
    names = {unit.id: unit.name for unit in directory.units()}
    if not names.keys() >= set(lineage):  # one of them is closed by now
        names = dict(Unit.objects.filter(pk__in=lineage).values_list("pk", "name"))
    path = [names.get(pk, "") for pk in lineage]
    return " › ".join(path[1:] or path)


def _priority(order: WorkOrder, rules: Any) -> str:
    """Return the priority, and for which tier it was raised."""
    name = marks.words_of(wording.choice(rules, "priorities", order.priority))
    tier = rules.customers.tier(order.preferred_for)
    if tier is None:
        return name
    why = _("%(tier)s customer: handled first") % {"tier": tier.label.in_(get_language())}
    return f"{name} · {why}"


def facts(page: CasePage) -> list[tuple[Any, Any]]:
    """Return what lists of the order say beside the customer's words: name and value, empty ones left out."""
    order, rules = page.order, page.rules
    # a room above that brought the order tells better where it came from
    origin = [pair for further in hooks.further_facts for pair in further(order)]
    pairs = [
        (_("Category"), wording.category_path(rules, order.category)),
        (_("Channel"), wording.choice(rules, "channels", order.channel)),
        (_("Priority"), _priority(order, rules)),
        (_("About"), "、".join(naming.shown(row) for row in page.named)),
        (_("Responsible"), page.unit_path),
        (_("Handled by"), order.case.owner.name if order.case.owner else ""),
        (_("Registered by"), _registered_by(order)),
        (_("First contact"), _keeper(order)),
        (_("Why there"), order.route_reason.in_(get_language()) if order.route_reason else ""),
        (_("Cause"), wording.choice(rules, "fault_causes", order.cause)),
        (_("Whose equipment"), wording.choice(rules, "ownership", order.ownership)),
        (_("Evaluation"), _evaluation(order)),
        (_("Result"), wording.choice(rules, "results", order.result)),
        (_("Satisfaction"), wording.choice(rules, "satisfaction", order.satisfaction)),
        (_("Urged"), _times(page.urges)),
        (_("Returned"), _times(order.returns)),
        (_("Decided above"), _decided(order)),
        (_("Extension"), _extension(order)),
        (_("Repeat"), _("number %(count)s of this matter") % {"count": order.repeats} if order.repeats else ""),
        (_("Merged into it"), _times(order.absorbed)),
        (_("Why terminated"), wording.choice(rules, "terminate_reasons", order.termination_reason)),
        (_("Inquiry"), _inquiry(order)),
        (_("Reopened"), _times(order.reopenings)),
        (_("Call-back attempts"), _times(order.attempts)),
        *(origin or [(_("Source"), f"{order.source} {order.source_ref}".strip())]),
    ]
    return [(name, value) for name, value in pairs if value]


def moments(order: WorkOrder) -> list[tuple[Any, datetime]]:
    """Return when what happened, in the order of a usual life."""
    pairs = [
        (_("Received"), order.received_at),
        (_("Dispatched"), order.dispatched_at),
        (_("Accepted"), order.accepted_at),
        (_("Contacted"), order.contacted_at),
        (_("Crew set out"), order.crew_at),
        (_("Arrived"), order.arrived_at),
        (_("Diagnosed"), order.diagnosed_at),
        (_("Restored"), order.restored_at),
        (_("Appointment"), order.appointment_at),
        (_("Replied"), order.replied_at),
        (_("Customer told the answer"), order.answered_at),
        (_("Reviewed"), order.reviewed_at),
        (_("Called back at"), order.called_back_at),
        (_("Archived"), order.case.closed_at),
    ]
    return [(name, at) for name, at in pairs if at]


def _registered_by(order: WorkOrder) -> str:
    by, unit = order.registered_by, order.case.opened_by_unit.name
    return f"{by.name} · {unit}" if by else unit


def _keeper(order: WorkOrder) -> str:
    """Return who keeps the promise to the customer while it is open, and who was asked to take it over."""
    if not order.promise_open or order.keeper is None:
        return ""
    if order.keeper_asked is None:
        return order.keeper.name
    return _("%(keeper)s (%(asked)s was asked to take over)") % {
        "keeper": order.keeper.name, "asked": order.keeper_asked.name,
    }  # fmt: skip


def _evaluation(order: WorkOrder) -> Any:
    from open95598.service.workorders.flows import EVALUATIONS

    return dict(EVALUATIONS).get(order.evaluation, order.evaluation)


def _decided(order: WorkOrder) -> str:
    """Return who was decided above to take it, and when."""
    who = [order.settled_unit.name] if order.settled_unit else []
    return " · ".join([*who, str(marks.absolute(order.settled_at))]) if order.settled_at else ""


def _extension(order: WorkOrder) -> str:
    if not order.extension:
        return _("granted") if order.extensions else ""
    names = {"asked": _("asked, to be decided"), "granted": _("granted"), "refused": _("not granted")}
    return _("%(days)s days: %(state)s") % {"days": order.extension_days, "state": names[order.extension]}


def _inquiry(order: WorkOrder) -> str:
    if order.inquired_at is None:
        return ""
    who = order.inquirer.name if order.inquirer else ""
    return f"{who}：{mask_text(order.inquiry)} → {mask_text(order.finding)}"


def _times(count: int) -> str:
    return _("%(count)s ×") % {"count": count} if count else ""
