"""The pages on which customers send something: work without a script, at any width, also from an outer zone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.foundation.errors import Invalid, Refused
from open95598.service.portal.pages import cookies, figures, forms, gateway, receipts, topics, wire
from open95598.service.portal.pages.layout import page, public, told, typed, within_limit


@require_safe
@public
def home(request: HttpRequest) -> HttpResponse:
    """Show what one can do here; danger to life first."""
    offer = gateway.current().offer()
    fault = offer.kind("fault")
    arrival = next((p for p in fault.promises if (p.code, p.area) == ("arrive", "city")), None) if fault else None
    return page(request, "portal/home.html", {"arrival": arrival})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def danger(request: HttpRequest) -> HttpResponse:
    """Danger to life: what to do, what not to do, and the shortest form. No limit refuses it."""
    offer = gateway.current().offer()
    if request.method != "POST":
        chosen = request.GET.get("what", "")
        initial = {"token": forms.fresh_token(), "danger": chosen if topics.danger(chosen) else None}
        return page(request, "portal/danger.html", {"form": forms.DangerForm(offer, initial=initial)})
    form = forms.DangerForm(offer, request.POST)
    form.is_valid()
    if not form.says_something:
        form.add_error("place", _("Say where it is, so that somebody can come. Or call %(hotline)s.")
                       % {"hotline": settings.HOTLINE})  # fmt: skip
        return page(request, "portal/danger.html", {"form": form}, 422)
    return _send(request, form, form.report(), "portal/danger.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form of a kind of order, or send what it says."""
    offer = gateway.current().offer()
    offered = offer.kind(kind)
    if offered is None:
        raise Http404
    context = {
        "kind": kind,
        "offered": offered,
        "promises": offered.promises,
        "both": kind in ("opinion", "suggestion"),
        "dangers": topics.DANGERS,
    }
    if request.method != "POST":
        form = forms.ReportForm(kind, offer, initial={"token": forms.fresh_token(), "by_sms": True})
        return page(request, "portal/new.html", context | {"form": form})
    if topics.danger(request.POST.get("danger", "")):  # answered on the way: the short way, and no limit
        urgent = forms.DangerForm(offer, request.POST)
        urgent.is_valid()
        return _send(request, urgent, urgent.report(), "portal/danger.html", {})
    form = forms.ReportForm(kind, offer, request.POST, request.FILES)
    if not form.is_valid():
        figures.SENT.labels(kind, "invalid").inc()
        return page(request, "portal/new.html", context | {"form": form}, 422)
    return _send(request, form, form.report(), "portal/new.html", context)


def _send(request: HttpRequest, form: Any, report: wire.Report, template: str, context: dict[str, Any]) -> HttpResponse:
    """Send a report and lead to what comes next; what is refused shows the form again with all that was typed."""
    what = "danger" if report.danger else report.kind
    try:
        if not report.danger:
            within_limit(request, "report")
        done = gateway.current().register(report, form.key(report.kind))
    except Invalid as refusal:
        figures.SENT.labels(what, "invalid").inc()
        form.take(refusal)
        return page(request, template, context | {"form": form}, 422)
    except Refused as refusal:
        figures.SENT.labels(what, refusal.code).inc()
        return _held_up(request, refusal, template, context | {"form": form})
    kept = isinstance(done, wire.Kept)
    figures.SENT.labels(what, "kept" if kept else "registered").inc()
    response = redirect("portal:done")
    cookies.put(request, response, cookies.DONE, cookies.sealed("kept" if kept else "registered", done))
    return response


def _held_up(request: HttpRequest, refusal: Refused, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show a form again with what holds it up above it; a program gets a problem document."""
    accept = request.headers.get("Accept", "")
    if "json" in accept and "text/html" not in accept:
        raise refusal
    response = page(request, template, context | {"held_up": told(refusal)}, refusal.status)
    if wait := refusal.extra.get("retry_after"):
        response["Retry-After"] = str(wait)
    return response


@require_safe
@public
def done(request: HttpRequest) -> HttpResponse:
    """Say what became of what was sent, what happens next and by when."""
    models: dict[str, type[wire.Value]] = {"registered": wire.Registered, "kept": wire.Kept}
    value = cookies.unsealed(cookies.get(request, cookies.DONE), models)
    if value is None:
        return redirect("portal:home")
    template = "portal/kept.html" if isinstance(value, wire.Kept) else "portal/done.html"
    return page(request, template, {"done": value})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def receipt(request: HttpRequest) -> HttpResponse:
    """Say what became of a message, by its receipt code."""
    if request.method != "POST":
        return page(request, "portal/receipt.html", {"form": forms.ReceiptForm()})
    within_limit(request, "receipt")
    form = forms.ReceiptForm(request.POST)
    code = receipts.plain(form.cleaned_data["receipt"]) if form.is_valid() else ""
    fate = gateway.current().fate(code) if code else None
    if fate is None and form.is_valid():
        form.add_error("receipt", _("We know no message with this receipt code."))
    return page(request, "portal/receipt.html", {"form": form, "fate": fate, "code": code}, 200 if fate else 422)


@require_safe
@public
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept of a customer, and what for (DOMAIN 2.6)."""
    return page(request, "portal/privacy.html")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language, and go back to where one was."""
    after = request.POST.get("next", "")
    ours = after.startswith((cookies.JAR.path, "/hall/", "/r/"))
    safe = ours and url_has_allowed_host_and_scheme(after, allowed_hosts=None)
    response = HttpResponseRedirect(after if safe else reverse("portal:home"))
    chosen = request.POST.get("language")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 86400, samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show what was typed once more, with a fresh token: the page was open too long, or cookies are refused."""
    return page(request, "portal/csrf.html", {"typed": typed(request), "back": request.path}, 403)
