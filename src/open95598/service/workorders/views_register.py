"""The seat's form: an order is registered while the customer speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework import registry
from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui import timewords
from open95598.foundation.words import Label
from open95598.service.intake.facts import Record, missing
from open95598.service.workorders import (
    accountpages,
    actionforms,
    directory,
    hooks,
    naming,
    queries,
    registration,
    services,
    similar,
    suggesting,
    triaging,
    wording,
)
from open95598.service.workorders.casepage import CasePage
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.rows import similar_rows
from open95598.service.workorders.views_case import actor_of, in_place
from open95598.service.workorders.views_intake import triage_context

NAMES = tuple(i.name for i in registration.INPUTS)
#: fields of which several may be ticked
LISTS = ("named_people", "named_units")
#: kinds that are about somebody
ABOUT = ("complaint", "report")
DEFAULT_KIND, DEFAULT_CHANNEL = "fault", "phone"
#: the clocks that a seat tells the customer about
TOLD_CLOCKS = ("contact", "arrive", "answer")


def answered_at_once(kind: str) -> bool:
    """Say whether orders of a kind may be answered and closed by the seat itself."""
    return registry.flow(kind).action("answer_at_once") is not None


@needs(Permission.CASE_OPEN)
@require_http_methods(["GET", "POST"])
def register(request: Any) -> HttpResponse:
    """Show the form, or register what it says and lead to the number."""
    if request.method == "GET":
        return _form(request, seat_values(request))
    data = {name: request.POST.get(name, "") for name in NAMES}
    data |= {name: ",".join(request.POST.getlist(name)) for name in LISTS}
    answer = request.POST.get("answer", "").strip() if request.POST.get("at_once") else ""
    try:
        if request.POST.get("at_once") and not answer:
            raise Invalid(
                _("Some fields need your attention."), fields={"answer": _("Write the answer that you gave.")}
            )
        return once(
            request.user.pk,
            request.POST.get("form_key", "")[:64],
            data | {"answer": answer, "triage": request.POST.get("triage", "")},
            request.now,
            lambda: _register(request, data, answer),
        )
    except Refused as refusal:
        if in_place(request):
            raise  # a problem document: the page marks the fields and keeps what was typed
        return _form(request, request.POST, refusal)


def _register(request: Any, data: Mapping[str, Any], answer: str) -> HttpResponse:
    given = {name: value for name, value in data.items() if value != ""}
    satisfaction = request.POST.get("satisfaction", "") if answer else ""
    said = triaging.from_path(request.POST.get("triage", ""))
    order = services.register(
        actor_of(request), given, request.now, answer=answer, satisfaction=satisfaction, triage=said
    )
    for further in hooks.seat_registered:
        further(request, order)
    where = reverse("workorders:registered", args=(order.number,))
    where = next((url for lead in hooks.seat_leads if (url := lead(request, order))), where)
    if not queries.orders(request.rights).filter(pk=order.pk).exists():
        messages.success(request, _away(order))
        where = reverse("workorders:register")
    if not in_place(request):
        return redirect(where)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = where
    return response


def _away(order: WorkOrder) -> str:
    """Return what the seat is told of an order that it does not see any more."""
    words = _("Registered as %(number)s: tell the customer this number. You do not see the order any more.")
    return words % {"number": order.number}


@needs(Permission.CASE_OPEN)
@require_GET
def registered(request: Any, number: str) -> HttpResponse:
    """Show the number of an order that was just registered, large, and what comes next."""
    order = queries.get(request.rights, number)
    page = CasePage(order, actor_of(request), request.now)
    return render(request, "workorders/registered.html", {"page": page})


@needs(Permission.CASE_OPEN)
@require_POST
def hints(request: Any) -> HttpResponse:
    """Answer with what is known of the caller and the place, and where the order would go; posted, so that telephone
    numbers stay out of addresses and logs."""
    rules = store.current(request.now)
    given = {n: request.POST.get(n, "").strip().replace("\x00", "")[:8000] for n in (*NAMES, "triage")}
    phone = given["contact_phone"].replace(" ", "").replace("-", "")[:32]
    found = similar.find(
        request.rights,
        request.now,
        phone=phone,
        address=given["address"][:300],
        text=given["description"][:2000],
        kind=given["kind"],
        category=given["category"],
    )
    asked = bool(phone or given["address"] or given["description"])
    context = {
        # the desk shows the customer at another place
        "callers": () if "desk" in request.POST else accountpages.callers(request.rights, phone, request.now),
        "similar": similar_rows(found, rules, phone),
        "asked": asked,
        "gaps": _gaps(given, rules) if asked else (),
        "suggestions": _suggestions(given, rules),
        "mentioned": _mentioned(request.POST, given),
        "answers_typing": True,
        "beside": [further(request, given) for further in hooks.further_hints],
    }
    return render(request, "workorders/_hints.html", context | _outlook(request, rules))


def _mentioned(posted: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """Return who is mentioned in what was typed so far of a complaint or a report, with those that were ticked."""
    if given["kind"] not in ABOUT:
        return {}
    found = naming.mentioned(f"{given['named']} {given['description']}")
    ticked = {name: set(posted.getlist(name)) for name in LISTS}
    return {
        "people": [(pk, f"{name}（{unit}）", str(pk) in ticked["named_people"]) for pk, name, unit in found.people],
        "units": [(pk, name, str(pk) in ticked["named_units"]) for pk, name in found.units],
    }


def _suggestions(given: Mapping[str, str], rules: Any) -> list[dict[str, Any]]:
    """Return the categories that the description speaks for, while none of them is chosen."""
    found = suggesting.suggest(given["description"], rules).guesses
    if given["category"] in {guess.label for guess in found[:1]}:
        return []
    return [
        {
            "code": guess.label,
            "label": wording.category_path(rules, guess.label),
            "kind": wording.kind(rules.category(guess.label).kind),
            "share": f"{guess.share:.0%}",
            "reasons": guess.reasons,
        }
        for guess in found
    ]


def _gaps(given: Mapping[str, str], rules: Any) -> Sequence[Any]:
    """Return the facts that are still to be asked for, as far as the form is filled in."""
    kind, category = given["kind"], given["category"]
    lineage = rules.lineage(category) if rules.has_category(category, kind) else ()
    form = rules.intake.form_of(kind)
    answered = {said.question for said in triaging.from_path(given["triage"]) if said.answer} if form else set()
    record = Record(
        kind,
        lineage,
        given["description"],
        given["contact_name"],
        given["contact_phone"],
        given["address"],
        bool(given["anonymous"]),
        frozenset(answered),
    )
    return missing(rules.intake, record)


def _outlook(request: Any, rules: Any) -> dict[str, Any]:
    """Return where an order of what was typed so far would go, and by when what would be due."""
    kind, code = request.POST.get("kind", ""), request.POST.get("category", "")
    if kind not in {flow.kind for flow in ORDERS}:
        return {}
    category = code if rules.has_category(code, kind) else ""
    unit = request.POST.get("unit", "")
    facts = {
        "kind": kind,
        "category": category,
        "channel": request.POST.get("channel", ""),
        "priority": request.POST.get("priority", ""),
        "address": request.POST.get("address", "")[:300],
        "unit_id": int(unit) if unit.isdecimal() and len(unit) < 18 else None,
        "units": directory.units(),
    }
    route = rules.route(facts)
    units = {u.id: u for u in directory.units()}
    target = units.get(route.unit_id or 0)
    priority = facts["priority"] or rules.priority(kind, category)
    return {
        "route": route,
        "route_unit": target.name if target else "",
        "route_surely": bool(target and route.automatic),
        "priority": wording.choice(rules, "priorities", priority),
        "priority_tone": wording.PRIORITY_TONES.get(priority, "quiet"),
        "limits": list(_limits(rules, kind, category, target.area if target else "", priority, facts["channel"])),
        "confidential": rules.kind(kind).confidential,
    }


def _limits(rules: Any, kind: str, category: str, area: str, priority: str, channel: str) -> Iterator[tuple[Any, str]]:
    for name in TOLD_CLOCKS:
        limit = rules.limit(name, kind=kind, category=category, area=area, priority=priority, channel=channel)
        if limit is None:
            continue
        if limit.calendar:
            days = limit.minutes / rules.working_day_minutes
            yield wording.clock(name), _("%(days)g working days") % {"days": days}
        else:
            yield wording.clock(name), timewords.span(limit.minutes * 60)


def category_options(rules: Any) -> list[dict[str, Any]]:
    """Return the leaves of all kinds' trees as options: code, kind, path in both languages, words to find it by."""
    found = []
    for flow in ORDERS:
        for top in rules.categories(flow.kind):
            for category in top.walk():
                if category.children:
                    continue
                path = rules.path(category.code)
                found.append(
                    {
                        "code": category.code,
                        "kind": flow.kind,
                        "label": Label(" › ".join(p.zh for p in path), " › ".join(p.en for p in path)),
                        "words": " ".join(category.words),
                    }
                )
    return found


def _form(request: Any, values: Mapping[str, Any], refusal: Refused | None = None) -> HttpResponse:
    context = seat_context(request, values, refusal)
    return render(request, "workorders/register.html", context, status=refusal.status if refusal else 200)


def seat_values(request: Any) -> dict[str, Any]:
    """Return what the seat's form is filled with when it is opened: what rooms above know of its address."""
    known = {name: value for further in hooks.seat_values for name, value in further(request).items()}
    return {"kind": DEFAULT_KIND, "channel": DEFAULT_CHANNEL, **known}


def seat_context(request: Any, values: Mapping[str, Any], refusal: Refused | None = None) -> dict[str, Any]:
    """Return what ``workorders/_seat.html`` (the form) and ``workorders/_hints.html`` (what stands beside it) show."""
    now: datetime = request.now
    rules = store.current(now)
    errors = {name: str(reason) for name, reason in (refusal.fields if refusal else {}).items()}
    # what was kept of a call, or comes from elsewhere, is known of at once
    typed = {name: str(values.get(name) or "").strip()[:8000] for name in NAMES}
    return {
        "kinds": [
            {"code": f.kind, "label": f.label, "key": n, "at_once": answered_at_once(f.kind)}
            for n, f in enumerate(ORDERS, start=1)
        ],
        "categories": category_options(rules),
        "channels": [c for c in rules.choices("channels") if c.code not in ("import", "api")],
        "priorities": rules.choices("priorities"),
        "satisfactions": rules.choices("satisfaction"),
        "units": actionforms.unit_options(),
        "values": {name: values.get(name, "") for name in (*NAMES, "answer", "at_once", "satisfaction", "contact")},
        "errors": errors,
        "problem": str(refusal.detail) if refusal else "",
        "form_key": uuid4().hex,
        "beside": [further(request, typed) for further in hooks.further_hints],
        "warning": rules.texts.get("anonymous_warning"),
        "draft": next((found for further in hooks.seat_drafts if (found := further(request))), None),
        **triage_context(rules, values.get("kind", ""), triaging.from_path(values.get("triage", ""))),
    }
