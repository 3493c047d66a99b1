"""Signing in and out, the account, how we reach its customer, planned outages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.masking import mask_phone
from open95598.registry.customers import kinds
from open95598.service.chat import cookies as chat
from open95598.service.hall import changing, cookies, entitled, forms, own, signing
from open95598.service.hall import outages as announced
from open95598.service.hall.layout import guest_of, page, signed_in
from open95598.service.hall.signing import Guest, SignedOut
from open95598.service.portal.pages.forms import spoken
from open95598.service.portal.pages.layout import moment, public, told, within_limit
from open95598.service.portal.pages.layout import page as frame
from open95598.service.portal.pages.proving import Proving

#: what the contact page says after something was done
SAID = ("agreed", "preferred", "phone")
PROVING = Proving(cookies.JAR, cookies.CHALLENGE, cookies.VISIT, "hall/code.html", "hall:sign_in", "hall_code")


@require_http_methods(["GET", "HEAD", "POST"])
@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for account and phone; the answer is the same whatever they are."""
    if request.method != "POST":
        try:
            guest_of(request)
        except SignedOut:
            context = {"form": forms.SignInForm(), "ended": request.GET.get("ended") == "1"}
            return frame(request, "hall/sign_in.html", context)
        return redirect("hall:account")
    form = forms.SignInForm(request.POST)
    if not form.is_valid():
        return frame(request, "hall/sign_in.html", {"form": form}, 422)
    within_limit(request, "hall_ask")
    challenge = signing.ask(form.cleaned_data["number"], form.cleaned_data["phone"], spoken(), moment(request))
    response = redirect("hall:code")
    cookies.put(request, response, cookies.CHALLENGE, challenge)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@public
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that came by SMS."""
    now, browser, before = moment(request), cookies.browser(request), cookies.get(request, cookies.VISIT)

    def exchange(challenge: str, said: str) -> tuple[str, str]:
        token = signing.open_visit(challenge, said, browser, now, before=before)
        several = len(signing.find(token, browser, now).accounts) > 1
        return token, "hall:accounts" if several else "hall:account"

    return PROVING.take(request, exchange)


@require_POST
@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the visit: on a shared phone nobody sees the account afterwards, nor reads what was written in the chat."""
    signing.close(cookies.get(request, cookies.VISIT))
    response = chat.forget(redirect("portal:home"))
    cookies.forget(response, cookies.VISIT, cookies.CHALLENGE)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def accounts(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Choose between the accounts that one is a party of."""
    if request.method == "POST":
        signing.choose(guest, signing.plain_number(request.POST.get("account", "")))
        return redirect("hall:account")
    roles = {held.account.number: _roles(held) for held in guest.accounts}
    return page(request, guest, "hall/accounts.html", {"roles": [(h, roles[h.account.number]) for h in guest.accounts]})


def _roles(held: signing.Held) -> list[str]:
    return [str(kinds.PartyRole(role).label) for role in signing.RANKS if role in held.roles]


@require_safe
@signed_in
def account(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show the account: what is known of it and how old that is."""
    now = moment(request)
    agreement = own.agreement(guest)
    context = {
        "roles": _roles(guest.held),
        "address": own.address(guest),
        "meters": own.meters(guest),
        "agreement": agreement,
        "facts": own.facts(guest, now),
        "tier": kinds.Tier(guest.customer.tier).label if guest.customer.tier else "",
        "entitlements": entitled.entitlements(guest, now),
        "proved": mask_phone(guest.visit.phone),
        "here": "account",
    }
    return page(request, guest, "hall/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def contact(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show how we reach the customer; posted, change what they agree to, or which way they prefer."""
    if request.method == "POST":
        text = request.POST.get("contact", "")
        pk, now = int(text) if text.isdecimal() and len(text) < 18 else 0, moment(request)
        if request.POST.get("act") == "prefer":
            changing.prefer(guest, pk, now)
            return redirect(f"{reverse('hall:contact')}?said=preferred")
        changing.agree(guest, pk, set(request.POST.getlist("purpose")), now)
        return redirect(f"{reverse('hall:contact')}?said=agreed")
    return _contact(request, guest)


def _contact(request: HttpRequest, guest: Guest, status: int = 200, **more: object) -> HttpResponse:
    said = request.GET.get("said", "")
    context = {
        "contacts": own.contacts(guest),
        "said": said if said in SAID else "",
        "pending": changing.pending(guest, moment(request)),
        "phone_form": forms.NewPhoneForm(),
        "codes_form": forms.TwoCodesForm(),
        "proved": mask_phone(guest.visit.phone),
        "here": "contact",
        **more,
    }
    return page(request, guest, "hall/contact.html", context, status)


@require_POST
@signed_in
def phone(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Ask for the codes of a new phone, or give both."""
    now = moment(request)
    waiting = changing.pending(guest, now) if request.POST.get("act") == "codes" else None
    form = forms.TwoCodesForm(request.POST) if waiting else forms.NewPhoneForm(request.POST)
    name = "codes_form" if waiting else "phone_form"
    status, held_up = 422, ""
    if form.is_valid():
        try:
            if waiting is None:
                changing.ask_for_phone(guest, form.cleaned_data["phone"], now)
                return redirect(f"{reverse('hall:contact')}#phone")
            changing.change_phone(guest, str(waiting.pk), form.cleaned_data["old"], form.cleaned_data["new"], now)
            return redirect(f"{reverse('hall:contact')}?said=phone")
        except Invalid as refusal:
            form.take(refusal)
        except Refused as refusal:
            status, held_up = refusal.status, told(refusal)
    return _contact(request, guest, status, **{name: form}, held_up=held_up, form=form)


@require_safe
@signed_in
def outages(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show what outages are planned at the account's point of supply."""
    found = announced.planned(guest.account, moment(request))
    return page(request, guest, "hall/outages.html", {"found": found, "here": "outages"})
