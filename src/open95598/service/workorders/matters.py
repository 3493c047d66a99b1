"""Orders about one matter: those that are linked, and those that perhaps should be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework.models import CaseLink
from open95598.foundation.errors import NotFound
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.workorders import personal, queries, rows, similar, wording
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.steps import joining

MOST = 20
#: so many candidates are proposed
CANDIDATES = 4
#: what says that two orders are about one matter, and the input that names the other one
_INPUTS = {"merge": "into", "link_repeat": "of"}
JOINING = frozenset(_INPUTS)


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


def related(order: WorkOrder, rights: Rights, *, children: bool = True) -> list[Related]:
    """Return the orders linked with this one, newest first, as far as the reader may see them. Two queries at most.

    ``children``: whether any case hangs below the order.
    """
    here = order.case_id
    links = CaseLink.objects.filter(Q(case_id=here) | Q(other_id=here)).values_list("case_id", "other_id", "kind")
    how: dict[int, Any] = {}
    for case_id, other_id, kind in links:
        how[other_id if case_id == here else case_id] = _how(kind, outward=case_id == here)
    if order.case.parent_id:
        how.setdefault(order.case.parent_id, _("Came out of"))
    if not how and not children:
        return []
    found = queries.orders(rights).filter(Q(case_id__in=how) | Q(case__parent_id=here)).order_by("-case_id")[:MOST]
    return [Related(other, how.get(other.pk) or _("Came out of this")) for other in found]


@dataclass(frozen=True)
class Candidate:
    """An order that is perhaps about the same matter, with the act that would say so."""

    row: dict[str, Any]
    action: str
    label: Any
    url: str


def candidates(order: WorkOrder, rights: Rights, names: Collection[str], now: datetime) -> list[Candidate]:
    """Return the orders that this one could be merged into or could repeat, the likeliest first.

    ``names``: the actions that the reader can take here; without ``merge`` and ``link_repeat`` nothing is looked for.
    """
    if not JOINING & set(names):
        return []
    found = similar.find(
        rights, now, phone=order.contact_phone, address=order.address, text=order.description, kind=order.case.kind,
        category=order.category,
    )  # fmt: skip
    linked = {order.pk, order.repeat_of_id, order.merged_into_id}
    fitting: list[Candidate] = []
    for one, row in zip(found, rows.similar_rows(found, store.current(now)), strict=True):
        action = "merge" if one.row["case__is_open"] else "link_repeat"
        if one.row["case_id"] in linked or action not in names or not _fits(order, one.row):
            continue
        label = registry.flow(order.case.kind, order.case.flow_version).action(action)
        url = reverse("workorders:action", args=(order.number, action))
        fitting.append(Candidate(row, action, label and label.label, f"{url}?{_INPUTS[action]}={row['number']}"))
    return fitting[:CANDIDATES]


def _fits(order: WorkOrder, row: Mapping[str, Any]) -> bool:
    """Say whether an order can take this one in, or be repeated by it."""
    if not row["case__is_open"]:
        return bool(row["case__opened_at"] < order.case.opened_at)
    return row["case__state"] not in joining.TOO_LATE and joining.fits(order.case.kind, row["case__kind"])


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
        ("repeat", True): _("A repeat of"),
        ("repeat", False): _("Repeated by"),
    }
    return names.get((kind, outward), _("Linked with"))
