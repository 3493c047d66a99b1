"""The pages of customers: the box and the list, a customer with accounts, contacts, consent and history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.forms import HouseForm
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.registry.customers import (
    accounts,
    contacts,
    forms,
    listing,
    merging,
    pages,
    queries,
    searching,
    services,
)
from open95598.registry.customers.models import Customer


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def customers(request: Any) -> HttpResponse:
    """Show the box and the list of customers."""
    rows = queries.customers(request.rights).filter(merged_into=None).values(*listing.VALUES)
    return lists.render(request, "customers/list.html", listing.SPEC.open(request, rows))


@needs(Permission.CUSTOMER_VIEW)
@require_POST
def find(request: Any) -> HttpResponse:
    """Answer the box as one types: posted, so that numbers and names stay out of addresses and logs."""
    query = request.POST.get("q", "").strip()[:100]
    hits = searching.search(query, _actor(request), request.now, 12) if query else []
    dressed = [(hit, listing.tags(hit.tier, hit.importance, hit.protected)) for hit in hits]
    return render(request, "customers/_hits.html", {"hits": dressed, "query": query})


@needs(Permission.CUSTOMER_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Register a customer."""
    form = forms.CustomerForm(request.rights, request.POST or None)

    def make(_data: dict[str, Any]) -> Customer:
        made = services.create(services.NewCustomer(**form.values()), _actor(request), request.now)
        if phone := form.cleaned_data["phone"]:
            contacts.add(made.pk, "phone", phone, _actor(request), request.now, how="page")
        return made

    if request.method == "POST" and (made := form.carry_out(make)):
        messages.success(request, _("The customer was registered."))
        return redirect("customers:customer", made.pk)
    context = {"form": form, "title": _("Register a customer"), "submit": _("Register"), "back": "/customers/"}
    return render(request, "people/form_page.html", context)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def customer(request: Any, pk: int) -> HttpResponse:
    """Show a customer, masked; ``?act=`` opens one of the forms, ``?other=`` names whom to merge."""
    return _page(
        request, queries.get(request.rights, pk), opened=request.GET.get("act", "")[:20],
        other=request.GET.get("other", "")[:18],
    )  # fmt: skip


@needs(Permission.CUSTOMER_VIEW)
@require_POST
def reveal(request: Any, pk: int) -> HttpResponse:
    """Show a customer in full, once, on record."""
    found = queries.get(request.rights, pk)
    try:
        services.reveal(pk, ["all"], request.POST.get("why", ""), _actor(request), request.now)
    except Refused as refusal:
        return _page(request, found, problem=refusal, status=refusal.status)
    return _page(request, found, plain=True)


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def act(request: Any, pk: int, act: str) -> HttpResponse:
    """Change the customer, add a contact, open an account, name a party, merge; refused: the page with the reasons."""
    found = queries.get(request.rights, pk)
    if act not in _ACTS:
        raise NotFound(_("There is no such action."))
    form = pages.form(act, request.rights, found, request.POST)
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else None
    if not form.carry_out(lambda _data: _ACTS[act](request, found, form, version)):
        return _page(request, found, forms={act: form}, opened=act, status=422)
    messages.success(request, _("Done."))
    return redirect("customers:customer", pk)


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def contact(request: Any, pk: int, contact: int, act: str) -> HttpResponse:
    """Prefer or end a contact."""
    found = queries.get(request.rights, pk)
    pages.must_be_of(found, contact)
    if act == "prefer":
        contacts.prefer(contact, _actor(request), request.now)
    elif act == "end":
        contacts.end(contact, _actor(request), request.now)
    else:
        raise NotFound(_("There is no such action."))
    return redirect("customers:customer", pk)


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def unmerge(request: Any, pk: int, merge: int) -> HttpResponse:
    """Take a merger into this customer back."""
    found = queries.get(request.rights, pk)
    pages.must_be_merged_into(found, merge)
    try:
        merging.unmerge(merge, request.POST.get("reason", ""), _actor(request), request.now)
    except Refused as refusal:
        return _page(request, found, problem=refusal, status=refusal.status)
    messages.success(request, _("Done."))
    return redirect("customers:customer", pk)


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def consent(request: Any, pk: int, contact: int, purpose: str) -> HttpResponse:
    """Give or withdraw a consent for a contact."""
    found = queries.get(request.rights, pk)
    pages.must_be_of(found, contact)
    if request.POST.get("give") == "1":
        contacts.give(contact, purpose, "page", _actor(request), request.now)
    else:
        contacts.withdraw(contact, purpose, _actor(request), request.now)
    return redirect("customers:customer", pk)


def _change(request: Any, found: Customer, form: Any, version: int | None) -> Any:
    return services.change(found.pk, form.values(), _actor(request), request.now, version=version)


def _contact(request: Any, found: Customer, form: HouseForm, version: int | None) -> Any:
    data = dict(form.cleaned_data)
    purposes = tuple(data.pop("purposes"))
    kind, value = data.pop("kind"), data.pop("value")
    return contacts.add(
        found.pk, kind, value, _actor(request), request.now, purposes=purposes, how="page", version=version, **data
    )


def _account(request: Any, found: Customer, form: Any, version: int | None) -> Any:
    data = dict(form.cleaned_data)
    given = accounts.NewAccount(
        data["number"], data["unit"].pk, found.pk, data["address"], form.agreement(), meter=data["meter"],
        multiplier=data["multiplier"],
    )  # fmt: skip
    return accounts.open_account(given, _actor(request), request.now)


def _party(request: Any, found: Customer, form: HouseForm, version: int | None) -> Any:
    data = form.cleaned_data
    return accounts.add_party(data["account"], data["other"], data["role"], _actor(request), request.now)


def _merge(request: Any, found: Customer, form: HouseForm, version: int | None) -> Any:
    data = form.cleaned_data
    return merging.merge(found.pk, data["other"], data["reason"], _actor(request), request.now)


_ACTS: dict[str, Callable[[Any, Customer, Any, int | None], Any]] = {
    "change": _change, "add-contact": _contact, "open-account": _account, "add-party": _party, "merge": _merge,
}  # fmt: skip


def _page(request: Any, found: Customer, *, status: int = 200, **more: Any) -> HttpResponse:
    context = pages.context(found, request.rights, request.now, **more)
    response = render(request, "customers/customer.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
