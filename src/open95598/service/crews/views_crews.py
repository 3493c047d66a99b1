"""Pages of single crews: putting one together, its duty, and the crew's own page on the phone."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid, NotFound, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights, Role
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit
from open95598.service.crews import queries, services
from open95598.service.crews.models import Crew, PositionSource
from open95598.service.workorders import directory


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")


class CrewForm(forms.Form):
    """What a crew is made of. Only people of the unit (or of its teams) who work in the field are offered, and
    those who are members already."""

    name = forms.CharField(label=pgettext_lazy("crew", "Name"), max_length=60)
    lead = forms.TypedChoiceField(label=pgettext_lazy("crew", "Lead"), coerce=int)
    members = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Members"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    x = forms.FloatField(label=gettext_lazy("Stands by at: longitude"), required=False)
    y = forms.FloatField(label=gettext_lazy("Stands by at: latitude"), required=False)

    def __init__(self, unit: Unit, members: Collection[int], *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = store.current(now, tuple(unit.lineage)).crews
        field_work = Q(assignments__role__in=(Role.CREW_MEMBER, Role.HANDLER)) | Q(pk__in=[*members])
        people = Person.objects.filter(field_work, unit__lineage__contains=[unit.pk], is_active=True).distinct()
        told = []
        for person in people.order_by("name")[:300]:
            known = ", ".join(
                str(rules.skill(code)) for code in person.skills if code in {s.code for s in rules.skills}
            )
            told.append((person.pk, f"{person.name} ({known})" if known else person.name))
        self.fields["lead"].choices = [("", "—"), *told]  # type: ignore[attr-defined]
        self.fields["members"].choices = told  # type: ignore[attr-defined]

    def base(self) -> tuple[float, float] | None:
        """Return where it stands by; None when that was left empty."""
        x, y = self.cleaned_data["x"], self.cleaned_data["y"]
        if x is None and y is None:
            return None
        return (math.nan if x is None else x, math.nan if y is None else y)


def _units(rights: Rights) -> list[Any]:
    return [u for u in directory.units() if any(rights.at(p, u.lineage) for p in queries.WHO)
            and u.level in ("team", "county", "city")]  # fmt: skip


@needs(*queries.WHO)
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Put a new crew together, for the unit that was chosen (``?unit=``)."""
    offered = _units(request.rights)
    wanted = request.GET.get("unit", "")
    chosen = next((u for u in offered if str(u.id) == wanted), None)
    if chosen is None:
        return render(request, "crews/choose.html", {"units": offered})
    return _edit(request, Unit.objects.get(pk=chosen.id), None)


@needs(*queries.WHO)
@require_http_methods(["GET", "POST"])
def crew(request: Any, pk: int) -> HttpResponse:
    """Show a crew and change it."""
    found = queries.get(request.rights, pk)
    return _edit(request, found.unit, found)


def _edit(request: Any, unit: Unit, found: Crew | None) -> HttpResponse:
    begun: dict[str, Any] = {}
    if found is not None:
        begun = {"name": found.name, "lead": found.lead_id, "x": found.x, "y": found.y,
                 "members": [p.pk for p in found.members.all()]}  # fmt: skip
    form = CrewForm(unit, begun.get("members", ()), request.POST or None, initial=begun, now=request.now)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            if found is None:
                made = services.make(unit, told["name"], told["lead"], told["members"], _actor(request), request.now,
                                     form.base())  # fmt: skip
            else:
                made = services.change(found, told["name"], told["lead"], told["members"], _actor(request), request.now,
                                       form.base())  # fmt: skip
        except Invalid as refusal:
            for name, reason in refusal.fields.items():
                form.add_error({"base": "x"}.get(name, name), str(reason))
        else:
            messages.success(request, _("The crew “%(crew)s” is kept.") % {"crew": made.name})
            return redirect("crews:crew", made.pk)
    context: dict[str, Any] = {"form": form, "unit": unit, "crew": found}
    if found is not None:
        context |= {"duty": queries.on_duty([found.pk], request.now).get(found.pk),
                    "where": queries.where(found, request.now)}  # fmt: skip
    return render(request, "crews/crew.html", context, status=422 if form.errors else 200)


@needs(*queries.WHO)
@require_POST
def close(request: Any, pk: int) -> HttpResponse:
    """Dissolve a crew."""
    found = queries.get(request.rights, pk)
    services.close(found, _actor(request), request.now)
    messages.success(request, _("The crew “%(crew)s” is dissolved.") % {"crew": found.name})
    return redirect(f"{reverse('crews:board')}?unit={found.unit_id}")


def _of(request: Any, pk: int) -> Crew:
    """Return a crew that one is a member of, or works with."""
    if request.rights.anywhere(Permission.CASE_CREW):
        own = queries.own(request.user.pk).filter(pk=pk).first()
        if own is not None:
            return own
    if not any(request.rights.anywhere(p) for p in queries.WHO):
        raise NotFound(_("There is no such crew."))
    return queries.get(request.rights, pk)


@needs(Permission.CASE_CREW, *queries.WHO)
@require_POST
def duty(request: Any, pk: int) -> HttpResponse:
    """Begin a crew's duty (until the time given, or a shift long), or end it (``end``)."""
    found = _of(request, pk)
    try:
        if request.POST.get("end"):
            services.end_duty(found, _actor(request), request.now)
            messages.success(request, _("The crew “%(crew)s” is off duty.") % {"crew": found.name})
        else:
            row = services.begin_duty(found, _actor(request), request.now)
            told = {"crew": found.name, "until": f"{timezone.localtime(row.ends_at):%m-%d %H:%M}"}
            messages.success(request, _("The crew “%(crew)s” is on duty until %(until)s.") % told)
    except Forbidden:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.detail))
    where = request.POST.get("back", "")
    return redirect("crews:mine") if where == "mine" else redirect("crews:crew", found.pk)


@needs(Permission.CASE_CREW)
@require_GET
def mine(request: Any) -> HttpResponse:
    """Show a member their crews on the phone: duty, where it is taken to be, and the button that tells it."""
    rows = list(queries.own(request.user.pk))
    duties = queries.on_duty([row.pk for row in rows], request.now)
    told = [(row, duties.get(row.pk), queries.where(row, request.now)) for row in rows]
    return render(request, "crews/mine.html", {"rows": told, "phone": PositionSource.PHONE})


@needs(Permission.CASE_CREW, *queries.WHO)
@require_POST
def position(request: Any, pk: int) -> HttpResponse:
    """Keep where the phone says that the crew is; asked by a button, never by itself."""
    found = _of(request, pk)
    try:
        x, y = float(request.POST.get("x", "")), float(request.POST.get("y", ""))
        accuracy = float(request.POST["accuracy"]) if request.POST.get("accuracy") else None
    except ValueError:
        raise Invalid(
            _("Some fields need your attention."), fields={"position": _("This is no place on earth.")}
        ) from None
    services.report(found, x, y, _actor(request), request.now, accuracy=accuracy)
    return JsonResponse({"told": _("Kept: the desk sees where you are until your duty ends.")})
