"""The work list and what is done with many orders at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.flow import Action
from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.workorders import actionforms, queries, rows, wording, worklist
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.views_case import actor_of

#: as many rows as a page has; more are a mistake
MOST = 200
#: actions that make no sense for many orders in the same words
_ALONE = (
    "name", "recuse", "let_back", "reply", "call_back", "joint", "answer_at_once", "appoint", "diagnose", "merge",
    "link_repeat", "unlink_repeat", "coordinate", "escalate", "inquire", "tell_customer", "decide",
)  # fmt: skip


@needs(Permission.CASE_VIEW)
@require_GET
def work_list(request: Any) -> HttpResponse:
    """Show the orders that the reader may see, filtered and ordered as the address says."""
    what = request.GET.get("show", worklist.OPEN)
    found = worklist.show(queries.orders(request.rights), what)
    listing = worklist.spec(request.now, request.rights, what).open(request, found)
    rows.dress(listing.page.rows, request.now, request.rights)
    shows = [
        {"label": name, "url": listing.address(show=code or None, sort=None), "on": code == what}
        for code, name in worklist.SHOWS
    ]
    return lists.render(request, "workorders/list.html", listing, shows=shows)


@needs(Permission.CASE_VIEW)
@require_GET
def row(request: Any, pk: int) -> HttpResponse:
    """Answer with one row of a list again, after its order changed; a row that is no longer to be seen goes away."""
    found = list(rows.read(queries.orders(request.rights).filter(pk=pk), request.rights))
    if not found:
        return HttpResponse()
    rows.dress(found, request.now, request.rights)
    return lists.render_row(request, worklist.plain(request.now, request.rights), found[0])


@dataclass(frozen=True)
class Shared:
    """An action that all selected orders' flows have in common; ``count`` of them can take it now."""

    action: Action
    count: int


def shared_actions(orders: Sequence[WorkOrder], actor: Any, now: Any) -> list[Shared]:
    """Return the actions that every selected order's flow declares alike, and how many of the orders can take each."""
    if not orders:
        return []
    flows = {(o.case.kind, o.case.flow_version): registry.flow(o.case.kind, o.case.flow_version) for o in orders}
    first, *others = flows.values()
    common = [
        a
        for a in first.actions
        if a.name not in _ALONE and all((b := f.action(a.name)) is not None and b.inputs == a.inputs for f in others)
    ]
    able: dict[str, int] = {}
    clocks = queries.running_clocks(o.pk for o in orders)
    for order in orders:
        for name in casework.possible_names(order.case, order, actor, now, clocks.get(order.pk, ())):
            able[name] = able.get(name, 0) + 1
    return [Shared(a, able[a.name]) for a in common if able.get(a.name)]


@needs(Permission.CASE_VIEW)
@require_POST
def bulk(request: Any, name: str) -> HttpResponse:
    """Show the form of an action for the selected orders (``any``: what can be done with them), or carry it out."""
    orders = _selected(request)
    actor = actor_of(request)
    shared = shared_actions(orders, actor, request.now)
    context: dict[str, Any] = {"ids": [o.pk for o in orders], "count": len(orders), "shared": shared}
    if name == "any":
        return render(request, "workorders/_bulk.html", context)
    wanted = next((s for s in shared if s.action.name == name), None)
    if wanted is None:
        label = next((a.label for f in registry.flows() if (a := f.action(name)) is not None), None)
        if label is None:
            raise NotFound(_("There is no such action."))
        return render(request, "workorders/_bulk.html", context | {"not_shared": label})
    if request.POST.get("go"):
        return _carry_out(request, orders, wanted.action)
    form = actionforms.form_for(wanted.action, orders[0].case, request.now, prefix="bulk-")
    del form.fields[actionforms.OCCURRED.name]
    return render(request, "workorders/_bulk.html", context | {"wanted": wanted, "form": form})


def _selected(request: Any) -> list[WorkOrder]:
    ids = [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < 19]
    if not ids:
        raise Invalid(_("Select some orders first."))
    if len(ids) > MOST:
        raise Invalid(_("At most %(most)s orders at once.") % {"most": MOST})
    return list(queries.orders(request.rights).filter(pk__in=ids).order_by("pk"))


def _carry_out(request: Any, orders: Sequence[WorkOrder], action: Action) -> HttpResponse:
    """Perform the action on all, each on its own merits, and say what became of each that was refused."""
    data = actionforms.given(action, request.POST)
    wanted = [casework.Request(o.pk, action.name, data) for o in orders]
    outcomes = casework.perform_many(wanted, actor_of(request), request.now, partial=True)
    by_id = {o.pk: o for o in orders}
    invalid = [o.refusal for o in outcomes if isinstance(o.refusal, Invalid)]
    if len(invalid) == len(outcomes):  # the form is wrong, not the orders
        raise invalid[0]
    refused = [
        {
            "number": by_id[o.case_id].number,
            "kind": wording.kind(by_id[o.case_id].case.kind),
            "reason": _sentence(o.refusal),
        }
        for o in outcomes
        if o.refusal is not None
    ]
    context = {"action": action, "done": len(outcomes) - len(refused), "refused": refused}
    response = render(request, "workorders/_bulk_result.html", context)
    response["HX-Trigger"] = "orders:changed"
    return response


def _sentence(refusal: Any) -> str:
    return " ".join([str(refusal.detail), *(str(reason) for reason in refusal.fields.values())])
