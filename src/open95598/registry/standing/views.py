"""The pages of how customers stand: the list, and one customer explained part by part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.forms import HouseForm
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.registry.customers import queries as customers_of
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.kinds import Tier
from open95598.registry.customers.listing import tags
from open95598.registry.customers.models import Customer
from open95598.registry.standing import forms, listing, queries, services, wording
from open95598.registry.standing.models import IntegrityEntry


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def customers(request: Any) -> HttpResponse:
    """Show customers with their tier and ratings."""
    opened = listing.SPEC.open(request, listing.rows(request.rights))
    return lists.render(request, "standing/list.html", opened)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def customer(request: Any, pk: int) -> HttpResponse:
    """Show how a customer stands, every number explained."""
    return _page(request, customers_of.get(request.rights, pk))


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def act(request: Any, pk: int, act: str) -> HttpResponse:
    """Make an entry, give a tier, name a manager; refused: the page with the reasons."""
    found = customers_of.get(request.rights, pk)
    made = _forms(request, found, request.POST)
    if act not in made:
        raise NotFound(_("There is no such action."))
    form: Any = made[act]
    does = {
        "enter": lambda data: services.enter(pk, form.entry(), _actor(request), request.now),
        "tier": lambda data: services.set_tier(pk, data["tier"], data["reason"], _actor(request), request.now),
        "manager": lambda data: services.name_manager(
            pk, data["manager"], data["delegate"], _actor(request), request.now
        ),
    }
    if not form.carry_out(does[act]):
        return _page(request, found, status=422, opened=act, filled=form)
    messages.success(request, _("Done."))
    return redirect("standing:customer", pk)


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def entry(request: Any, pk: int, entry: int, act: str) -> HttpResponse:
    """Note an objection to an entry of the customer's integrity file, or decide about one."""
    found = customers_of.get(request.rights, pk)
    rows = IntegrityEntry.objects.system("of a customer whom one may see")
    if not rows.filter(pk=entry, customer=found).exists() or act not in ("object", "remove", "keep"):
        raise NotFound(_("There is no such entry."))
    words = request.POST.get("words", "")
    try:
        if act == "object":
            services.object_to(entry, words, _actor(request), request.now)
        else:
            services.decide(entry, act == "remove", words, _actor(request), request.now)
    except Refused as refusal:
        return _page(request, found, status=refusal.status, problem=refusal)
    messages.success(request, _("Done."))
    return redirect("standing:customer", pk)


def _forms(request: Any, found: Customer, data: Any = None) -> dict[str, HouseForm]:
    rules = queries.rules_of(found, request.now)
    manager = {"manager": found.manager.username if found.manager else ""}
    made: dict[str, HouseForm] = {"enter": forms.EntryForm(rules, data)}
    if request.rights.at(Permission.CUSTOMER_CARE, found.unit.lineage):
        made |= {
            "tier": forms.TierForm(data, initial={"tier": found.tier}),
            "manager": forms.ManagerForm(data, initial=manager),
        }
    return made


def _page(
    request: Any,
    found: Customer,
    *,
    status: int = 200,
    opened: str = "",
    filled: HouseForm | None = None,
    problem: Refused | None = None,
) -> HttpResponse:
    language = get_language()
    shown = queries.standing(found, request.now)
    rules = queries.rules_of(found, request.now)
    card_name = customers_of.card(found, request.rights, request.now, most=1)
    kinds = {kind.code: kind.label.in_(language) for kind in rules.integrity}
    may = request.rights.at(Permission.CUSTOMER_EDIT, found.unit.lineage) and found.closed_at is None
    decides = request.rights.at(Permission.CASE_APPROVE, found.unit.lineage)
    money = request.rights.at(Permission.ACCOUNT_MONEY, found.unit.lineage)
    made = _forms(request, found) if may else {}
    if filled is not None:
        made[opened] = filled
    ratings = [
        (
            one,
            one.label.in_(language),
            one.band.label.in_(language) if one.band else "",
            [(line, line.label.in_(language), wording.explained(line, language, money=money)) for line in one.lines],
        )
        for one in shown.ratings.values()
    ]
    entries = [
        (row, counts, kinds.get(row.kind, row.kind), wording.SOURCES.get(row.source, row.source),
         decides and row.objected_at is not None and row.decided_at is None)
        for row, counts in queries.integrity(found, day_of(request.now))
    ]  # fmt: skip
    proposed = shown.proposed
    context = {
        "customer": found,
        "name": card_name.name,
        "tags": tags(found.tier, found.importance, found.protected),
        "standing": shown,
        "notices": wording.notices(shown.notice, shown.tier, shown.importance),
        "tier": Tier(found.tier).label,
        "proposed": Tier(proposed).label if proposed is not None and proposed != found.tier else "",
        "entitlements": [wording.ENTITLEMENTS[e] for e in shown.entitlements],
        "ratings": ratings,
        "entries": entries,
        "tiers": [(p, Tier(p.tier).label) for p in queries.tiers_through_time(found)],
        "managers": queries.managers_through_time(found),
        "forms": made,
        "card": {"version": found.version},
        "may": may,
        "opened": opened,
        "problem": problem,
    }
    response = render(request, "standing/customer.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
