"""The pages of accounts: one account with what can be done with it, and supplies that end soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.registry.customers import account_pages as pages
from open95598.registry.customers import accounts, lifecycle
from open95598.registry.customers.accounts import Agreement, day_of
from open95598.registry.customers.lifecycle import Exchange
from open95598.registry.customers.models import AccountParty, CustomerAccount

#: supplies shown that end soon
MOST = 500


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def account(request: Any, pk: int) -> HttpResponse:
    """Show an account; ``?act=`` opens one of its forms."""
    return _page(request, pages.get(request.rights, pk), opened=request.GET.get("act", "")[:20])


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def act(request: Any, pk: int, act: str) -> HttpResponse:
    """Do something with an account; refused: the page with the reasons."""
    found = pages.get(request.rights, pk)
    form = pages.form(act, found, request.POST)
    actor = Actor.of(request.user, request.rights, "page")
    if not form.carry_out(lambda data: _ACTS[act](found, dict(data), actor, request.now)):
        return _page(request, found, filled={act: form}, opened=act, status=422)
    messages.success(request, _("Done."))
    return redirect("customers:account", pk)


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def end_party(request: Any, pk: int, party: int) -> HttpResponse:
    """A tenant moves out, a payer pays no longer."""
    found = pages.get(request.rights, pk)
    rows = AccountParty.objects.system("of an account that one may see").filter(pk=party, account=found)
    if not rows.exists():
        raise NotFound(_("There is no such party of an account."))
    try:
        actor = Actor.of(request.user, request.rights, "page")
        reason = accounts.reason_of(request.POST.get("reason", ""))
        accounts.end_party(party, actor, request.now, reason)
    except Refused as refusal:
        return _page(request, found, problem=refusal, status=refusal.status)
    messages.success(request, _("Done."))
    return redirect("customers:account", pk)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def expiring(request: Any) -> HttpResponse:
    """Show temporary and seasonal supplies that end within thirty days, and those past their end."""
    rows = list(pages.expiring(request.rights, request.now)[: MOST + 1])
    today = day_of(request.now)
    context = {
        "rows": [
            (row, pages.nature(row), (row.expires_on - today).days if row.expires_on else 0) for row in rows[:MOST]
        ],
        "more": len(rows) > MOST,
        "most": MOST,
    }
    return render(request, "customers/expiring.html", context)


def _party(found: CustomerAccount, data: dict[str, Any], actor: Actor, now: Any) -> Any:
    return accounts.add_party(found.number, data["other"], data["role"], actor, now, data["reason"])


def _agree(found: CustomerAccount, data: dict[str, Any], actor: Actor, now: Any) -> Any:
    reason = data.pop("reason")
    return accounts.agree(found.number, Agreement(**data), actor, now, reason)


def _exchange(found: CustomerAccount, data: dict[str, Any], actor: Actor, now: Any) -> Any:
    reason = data.pop("reason")
    return lifecycle.exchange_meter(found.number, Exchange(**data), reason, actor, now)


def _relocate(found: CustomerAccount, data: dict[str, Any], actor: Actor, now: Any) -> Any:
    return accounts.relocate(found.number, data["address"], data["reason"], actor, now)


def _alias(found: CustomerAccount, data: dict[str, Any], actor: Actor, now: Any) -> Any:
    return lifecycle.name_place(found.number, int(data["place"]), data["name"], data["reason"], actor, now)


def _by_reason(service: Callable[..., Any]) -> Callable[..., Any]:
    return lambda found, data, actor, now: service(found.number, data["reason"], actor, now)


_ACTS: dict[str, Callable[[CustomerAccount, dict[str, Any], Actor, Any], Any]] = {
    "party": _party, "agree": _agree, "exchange": _exchange, "relocate": _relocate, "alias": _alias,
    "end-agreement": _by_reason(lifecycle.end_agreement), "close": _by_reason(accounts.close_account),
    "reopen": _by_reason(lifecycle.reopen_account),
}  # fmt: skip


def _page(request: Any, found: CustomerAccount, *, status: int = 200, **more: Any) -> HttpResponse:
    context: dict[str, Any] = pages.context(found, request.rights, request.now, **more)
    response = render(request, "customers/account.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
