"""Orders about one matter: those that are linked, and those that perhaps should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.casework.models import CaseLink
from open95598.foundation.errors import NotFound
from open95598.foundation.people.masking import mask_text
from open95598.foundation.people.policy import Rights
from open95598.service.workorders import personal, queries, wording
from open95598.service.workorders.models import WorkOrder

MOST = 20


@dataclass(frozen=True)
class Related:
    """An order of the same matter, and how it belongs here."""

    order: WorkOrder
    how: Any

    @property
    def state(self) -> Any:
        """Its state's name."""
        case = self.order.case
        return wording.state(case.kind, case.state, case.flow_version)

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        return wording.STATE_TONES.get(self.order.case.state, "accent")


def related(order: WorkOrder, rights: Rights) -> list[Related]:
    """Return the orders linked with this one, newest first, as far as the reader may see them. Two queries."""
    here = order.case_id
    links = CaseLink.objects.filter(Q(case_id=here) | Q(other_id=here)).values_list("case_id", "other_id", "kind")
    how: dict[int, Any] = {}
    for case_id, other_id, kind in links:
        how[other_id if case_id == here else case_id] = _how(kind, outward=case_id == here)
    if order.case.parent_id:
        how.setdefault(order.case.parent_id, _("Came out of"))
    found = queries.orders(rights).filter(Q(case_id__in=how) | Q(case__parent_id=here)).order_by("-case_id")[:MOST]
    return [Related(other, how.get(other.pk) or _("Came out of this")) for other in found]


@dataclass(frozen=True)
class Other:
    """Another order as it is shown before one does something about both."""

    order: WorkOrder
    kind: Any
    state: Any
    tone: str
    description: str
    contact: str
    unit: str


def other(rights: Rights, number: str) -> Other | None:
    """Return the order of that number as the reader may see it; None when there is none for these eyes."""
    if not number:
        return None
    try:
        order = queries.get(rights, number)
    except NotFound:
        return None
    case = order.case
    shown = personal.shown(order)
    who = " ".join(filter(None, (shown["contact_name"], shown["contact_phone"], shown["address"])))
    state = wording.state(case.kind, case.state, case.flow_version)
    tone = wording.STATE_TONES.get(case.state, "accent")
    return Other(order, wording.kind(case.kind), state, tone, mask_text(order.description), who, case.unit.name)


def _how(kind: str, *, outward: bool) -> Any:
    names = {
        ("merged", True): _("Merged into"),
        ("merged", False): _("Was merged into this"),
        ("repeat", True): _("Repeats"),
        ("repeat", False): _("Repeated by"),
    }
    return names.get((kind, outward), _("Linked"))
