"""Pages of the tree of units. They stand in this room because they show people, roles and rights."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people import forms, queries
from open95598.foundation.people.actors import Actor, of_request
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Permission
from open95598.foundation.units import services, territory
from open95598.foundation.units.models import Unit, UnitChange
from open95598.foundation.units.queries import at_or_below, by_code, places


@needs(Permission.UNITS_VIEW)
def unit_list(request: Any) -> HttpResponse:
    """Show the tree, with people and coming changes; an address typed above it shows whose it is."""
    closed = request.GET.get("closed") == "1"
    units = at_or_below(request.rights.units(Permission.UNITS_VIEW)).annotate(
        headcount=Count("people", filter=Q(people__is_active=True), distinct=True),
        coming=Count("changes", filter=Q(changes__applied_at=None, changes__cancelled_at=None), distinct=True),
    )
    rows = list((units if closed else units.filter(closed_on=None)).order_by("lineage"))
    top = min((len(unit.lineage) for unit in rows), default=1)
    address = request.GET.get("address", "").strip()[:200]
    found = territory.match(address, address if address.isdigit() else "", places(services.today(request.now)))
    return render(
        request,
        "people/unit_list.html",
        {
            "rows": [(unit, len(unit.lineage) - top) for unit in rows],
            "closed": closed,
            "address": address,
            "match": Unit.objects.filter(pk=found.unit_id).first() if found else None,
            "match_by": found.entries if found else (),
            "may_manage": request.rights.anywhere(Permission.UNITS_MANAGE),
        },
    )


@needs(Permission.UNITS_VIEW)
def unit_detail(request: Any, code: str) -> HttpResponse:
    """Show a unit: facts, territory, people and roles, dated changes."""
    return _page(request, _find(request, code))


@needs(Permission.UNITS_MANAGE)
def unit_act(request: Any, code: str, action: str) -> HttpResponseBase:
    """Carry out, or plan, a change of a unit."""
    unit = _find(request, code)
    if request.method != "POST" or action not in {*_FORMS, "cancel"}:
        return HttpResponseRedirect(reverse("units:detail", args=[unit.code]))
    actor = of_request(request)
    actor.must(Permission.UNITS_MANAGE, unit)
    if action == "cancel":
        pk = request.POST.get("row", "")
        change = UnitChange.objects.filter(unit=unit, pk=pk).first() if pk.isdigit() else None
        if change is None:
            raise NotFound("change")
        services.cancel(change, now=request.now, by=actor.by)
        return HttpResponseRedirect(reverse("units:detail", args=[unit.code]))
    form = _form(action, request, unit, request.POST)
    done = form.carry_out(lambda data: _carry_out(action, unit, data, actor, request.now))
    if not done:
        return _page(request, unit, **{action: form})
    messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("units:detail", args=[unit.code]))


_FORMS: dict[str, Any] = {
    "child": forms.UnitForm,
    "amend": forms.AmendForm,
    "rename": forms.RenameForm,
    "move": forms.MoveForm,
    "merge": forms.MergeForm,
    "close": forms.CloseForm,
}


def _form(action: str, request: Any, unit: Unit, data: Any = None) -> forms.HouseForm:
    cls = _FORMS[action]
    more: dict[str, Any] = {"auto_id": f"{action}_%s"}
    if action == "amend":
        more["initial"] = {
            "area_type": unit.area_type,
            "calendar": unit.calendar,
            "territory": "\n".join(unit.territory),
        }
    else:
        more["initial"] = {"effective_on": services.today(request.now), "opens_on": services.today(request.now)}
    if action in ("move", "merge", "close"):
        return cls(request.rights, unit, data, **more)
    return cls(data, **more)


def _carry_out(action: str, unit: Unit, data: dict[str, Any], actor: Actor, now: Any) -> Any:
    by, reason = actor.by, data.get("reason", "")
    day: Any = data.get("effective_on")
    if action == "child":
        return services.create(**data, parent=unit, now=now, by=by)
    if action == "amend":
        return services.amend(unit, **data, now=now, by=by)
    if action == "rename":
        return services.rename(unit, data["new_name"], day, now=now, by=by, reason=reason)
    if action == "move":
        actor.must(Permission.UNITS_MANAGE, data["new_parent"])
        return services.move(unit, data["new_parent"], day, now=now, by=by, reason=reason)
    actor.must(Permission.UNITS_MANAGE, data["successor"])
    do = services.merge if action == "merge" else services.close
    return do(unit, data["successor"], day, now=now, by=by, reason=reason)


def _find(request: Any, code: str) -> Unit:
    unit = by_code(code)
    if not request.rights.at(Permission.UNITS_VIEW, unit.lineage):
        raise NotFound(f"unit {code}")
    return unit


def _page(request: Any, unit: Unit, **more: Any) -> HttpResponse:
    actor = of_request(request)
    manages = actor.may(Permission.UNITS_MANAGE, unit) and unit.closed_on is None
    sees_people = actor.may(Permission.PEOPLE_VIEW, unit)
    held = queries.running(RoleAssignment.objects.filter(unit=unit, person__is_active=True), request.now)
    above = Unit.objects.in_bulk(unit.lineage)
    return render(
        request,
        "people/unit_detail.html",
        {
            "unit": unit,
            "above": [above[pk] for pk in unit.lineage[:-1] if pk in above],
            "children": Unit.objects.filter(parent=unit, closed_on=None).order_by("code"),
            "people": unit.people.filter(is_active=True).order_by("username")[:200] if sees_people else (),
            "held": held.select_related("person").order_by("role", "person__username")[:200] if sees_people else (),
            "sees_people": sees_people,
            "changes": unit.changes.select_related("old_parent", "new_parent", "successor").order_by(
                "-effective_on", "-pk"
            ),
            "manages": manages,
            "forms": ({name: _form(name, request, unit) for name in _FORMS} | more) if manages else {},
            "opened": next(iter(more), ""),
        },
        status=422 if more else 200,
    )
