"""The pages on which a customer follows their own order: number and phone, a code by SMS, then what they may do."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.foundation.errors import Invalid, Refused, Unavailable
from open95598.service.portal.pages import cookies, figures, forms, gateway, wire
from open95598.service.portal.pages.gateway import VisitEnded
from open95598.service.portal.pages.layout import page, public, told, typed, within_limit
from open95598.service.portal.pages.proving import Proving

#: what the order's page says after something was done
SAID = ("added", "kept", "urged", "rated", "asked", "withdrawn")
TEMPLATE = "portal/order.html"
PROVING = Proving(cookies.JAR, cookies.CHALLENGE, cookies.VISIT, "portal/code.html", "portal:follow", "code")


@require_http_methods(["GET", "HEAD", "POST"])
@public
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for number and phone; the answer is the same whatever they are."""
    if request.method != "POST":
        return page(request, "portal/follow.html", {"form": forms.FollowForm()})
    form = forms.FollowForm(request.POST)
    if not form.is_valid():
        return page(request, "portal/follow.html", {"form": form}, 422)
    within_limit(request, "ask")
    asked = wire.AskCode(number=form.cleaned_data["number"], phone=form.cleaned_data["phone"], language=forms.spoken())
    try:
        challenge = gateway.current().ask_code(asked).challenge
    except Invalid as refusal:
        form.take(refusal)
        return page(request, "portal/follow.html", {"form": form}, 422)
    response = redirect("portal:code")
    cookies.put(request, response, cookies.CHALLENGE, challenge)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@public
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that came by SMS."""

    def exchange(challenge: str, said: str) -> tuple[str, str]:
        return gateway.current().open_visit(wire.GiveCode(challenge=challenge[:64], code=said)).token, "portal:order"

    return PROVING.take(request, exchange)


@require_safe
@public
def order(request: HttpRequest) -> HttpResponse:
    """Show the order: where it is, what comes next and by when, what the customer may do."""
    try:
        return _order(request, said=request.GET.get("said", ""))
    except VisitEnded:
        return _ended()


def _order(request: HttpRequest, *, said: str = "", status: int = 200, **more: Any) -> HttpResponse:
    token = cookies.get(request, cookies.VISIT)
    if not token:
        raise VisitEnded("")
    view = gateway.current().order(token)
    offer = gateway.current().offer()
    forms_ = {
        "add": forms.AddForm(initial={"token": forms.fresh_token()}),
        "urge": forms.ChooseForm(_("Why?"), offer.urge_reasons, initial={"token": forms.fresh_token()}),
        "rate": forms.ChooseForm(_("How did we do?"), offer.ratings, initial={"token": forms.fresh_token()}),
        "withdraw": forms.WithdrawForm(initial={"token": forms.fresh_token()}),
    } | more.pop("bound", {})
    context = {
        "order": view,
        "forms": forms_,
        "said": said if said in SAID else "",
        "rating": next((o.label for o in offer.ratings if o.code == view.rating), None),
        **more,
    }
    return page(request, TEMPLATE, context, status)


def _ended() -> HttpResponse:
    response = redirect("portal:follow")
    cookies.forget(response, cookies.VISIT)
    return response


@require_POST
@public
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Add, urge, rate or withdraw. What is refused shows the order again with all that was typed."""
    token, line = cookies.get(request, cookies.VISIT), gateway.current()
    offer = line.offer()
    made: dict[str, Any] = {
        "add": lambda: forms.AddForm(request.POST, request.FILES),
        "urge": lambda: forms.ChooseForm(_("Why?"), offer.urge_reasons, request.POST),
        "rate": lambda: forms.ChooseForm(_("How did we do?"), offer.ratings, request.POST),
        "withdraw": lambda: forms.WithdrawForm(request.POST),
    }
    if name not in made:
        raise Http404
    form = made[name]()
    status, held_up = 422, ""
    try:
        if not token:
            return _ended()
        if form.is_valid():
            within_limit(request, "report")
            outcome = _carry_out(line, name, token, form)
            figures.SENT.labels(name, outcome).inc()
            return redirect(f"{reverse('portal:order')}?said={outcome}")
    except VisitEnded:
        return _ended()
    except Invalid as refusal:
        form.take(refusal)
    except Refused as refusal:
        status, held_up = refusal.status, told(refusal)
    try:
        return _order(request, status=status, bound={name: form}, opened=name, held_up=held_up)
    except VisitEnded:
        return _ended()
    except Refused:  # the inner zone went away meanwhile: what was typed still comes back
        return page(request, "portal/problem.html", {"detail": held_up, "typed": typed(request)}, status)


def _carry_out(line: gateway.Gateway, name: str, visit: str, form: Any) -> str:
    said, key = form.cleaned_data, form.key(name, visit)
    if name == "add":
        addition = wire.Addition.model_construct(text=said["text"], photos=said["photos"], said_at=None)
        return line.add(visit, addition, key).outcome
    if name == "withdraw":
        return line.withdraw(visit, wire.Wish(text=said["text"]), key).outcome
    chosen = wire.Choose(choice=said["choice"], text=said["text"])
    return (line.urge if name == "urge" else line.rate)(visit, chosen, key).outcome


@require_POST
@public
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit: on a shared phone nobody sees the order afterwards."""
    token = cookies.get(request, cookies.VISIT)
    response = redirect("portal:home")
    cookies.forget(response, cookies.VISIT, cookies.CHALLENGE, cookies.DONE)
    if token:
        with suppress(Unavailable):  # it ends by itself soon
            gateway.current().close_visit(token)
    return response
