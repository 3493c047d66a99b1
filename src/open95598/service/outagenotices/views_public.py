"""The customer's pages of outages: what is announced, is it me, subscriptions, files for calendars and programs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.ui.wire import answer
from open95598.service.outagenotices import feeds, near, publicmap, sources, subscribing, webhooks
from open95598.service.outagenotices.forms import LookForm, SubscribeForm
from open95598.service.outagenotices.kinds import About, Way
from open95598.service.outagenotices.models import Broadcast
from open95598.service.outages import mapping
from open95598.service.portal import codes
from open95598.service.portal.pages import gateway
from open95598.service.portal.pages.forms import CodeForm
from open95598.service.portal.pages.jar import Jar
from open95598.service.portal.pages.layout import language, moment, page, public, within_limit

#: the cookie of a wish whose code is on its way
ASKED = "outage_subscription"
JAR = Jar("/portal/outages/", {ASKED: codes.MINUTES * 60})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def look(request: HttpRequest) -> HttpResponse:
    """Show what is announced; answer whether it concerns an account or an address."""
    now = moment(request)
    context: dict[str, Any] = {"form": LookForm(), "shown": sources.public(now)}
    if request.method != "POST":
        return page(request, "outagenotices/look.html", context)
    within_limit(request, "outage_look")
    form = context["form"] = LookForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            number = form.cleaned_data["account"]
            found = near.of_account(number, now) if number else near.of_address(form.cleaned_data["address"], now)
        except Invalid as refusal:
            form.take(refusal)
        else:
            context |= {"answer": found, "by_account": bool(number)}
            status = 200
    return page(request, "outagenotices/look.html", context, status)


@require_safe
@public
def map_(request: HttpRequest) -> HttpResponse:
    """Show the areas of the map and what is dark there; answer whether it concerns the place pointed at (``at``)."""
    within_limit(request, "outage_map")
    window = mapping.asked(*(request.GET.get(name, "") for name in ("x", "y", "width")))
    asked = publicmap.place_of(request.GET.get("at", ""))
    return page(request, "outagenotices/map.html", {"map": publicmap.PublicMap(moment(request), window, asked)})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take a wish to be told, and send a code."""
    if request.method != "POST":
        about = request.GET.get("about", "")
        first = {"about": about if about in About.values else About.AREA.value}
        return page(request, "outagenotices/subscribe.html", {"form": SubscribeForm(initial=first)})
    form = SubscribeForm(request.POST)
    if form.is_valid():
        within_limit(request, "outage_ask")
        told = form.cleaned_data
        try:
            challenge = subscribing.ask(told["about"], told["text"], told["to"], moment(request),
                                        language=language(request), at_night=told["at_night"])  # fmt: skip
        except Invalid as refusal:
            fields = {"text" if name == "address" else name: reason for name, reason in refusal.fields.items()}
            form.take(Invalid(refusal.detail, fields=fields))
        else:
            response = redirect("outagenotices:confirm")
            JAR.put(request, response, ASKED, challenge)
            return response
    return page(request, "outagenotices/subscribe.html", {"form": form}, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the code by which a subscription counts."""
    challenge = JAR.get(request, ASKED)
    if not challenge:
        return redirect("outagenotices:subscribe")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        within_limit(request, "outage_code")
        if form.is_valid():
            try:
                row = webhooks.confirm(challenge, form.cleaned_data["code"], moment(request))
            except Invalid as refusal:
                form.take(refusal)
            else:
                response = page(request, "outagenotices/subscribed.html")
                if row.way == Way.WEBHOOK:
                    response = redirect("outagenotices:webhook", row.pk, webhooks.seal_of(row.pk))
                JAR.forget(response, ASKED)
                return response
    return page(request, "outagenotices/confirm.html", {"form": form}, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def out(request: HttpRequest, pk: UUID, sealed: str) -> HttpResponse:
    """End a subscription by one click. Looking at the page ends nothing: programs look at links by themselves."""
    if request.method == "POST":
        subscribing.end(pk, sealed, moment(request))
        return page(request, "outagenotices/out.html", {"ended": True})
    return page(request, "outagenotices/out.html", {"ended": subscribing.known(pk, sealed) is None})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def stop(request: HttpRequest, pk: int, sealed: str) -> HttpResponse:
    """Withdraw the consent to notices at a customer's e-mail address by one click."""
    if request.method == "POST":
        subscribing.stop(pk, sealed, moment(request))
        return page(request, "outagenotices/out.html", {"ended": True})
    return page(request, "outagenotices/out.html", {"ended": not subscribing.agreed(pk, sealed)})


@csrf_exempt  # the address itself is what only the receiver has; a mail program sends no cookie and no token
@require_POST
@public
def one_click(request: HttpRequest, pk: UUID | int, sealed: str) -> HttpResponse:
    """End notices by the POST of a mail program (RFC 8058); the answer says nothing of whether there were any."""
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return HttpResponse(status=403)
    if isinstance(pk, UUID):
        subscribing.end(pk, sealed, moment(request))
    else:
        subscribing.stop(pk, sealed, moment(request))
    return HttpResponse(status=200)


@require_safe
@public
def calendar(request: HttpRequest) -> HttpResponse:
    """Return the planned outages as a calendar that programs subscribe to."""
    spoken = language(request)
    shown = [one for one in sources.public(moment(request)) if one.planned]
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    name = {"zh": "计划停电", "en": "Planned outages"}[spoken]
    text = feeds.calendar(shown, name, host, spoken)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="outages.ics"'
    return response


@require_safe
@public
def document(request: HttpRequest) -> HttpResponse:
    """Return the outages that everybody may read, in the fields of CIM's Outage."""
    shown, spoken = sources.public(moment(request)), language(request)
    return answer({
        "updateTime": moment(request).isoformat(), "utility": gateway.current().offer().utility.in_(spoken),
        "outages": [feeds.document(one, spoken) for one in shown],
    })  # fmt: skip


@require_safe
@public
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the CAP alert of a large outage; of smaller ones, and of those that are over, there is none."""
    one = next((one for one in sources.public(moment(request)) if one.case_id == pk and one.large), None)
    if one is None:
        raise NotFound("")
    rows = Broadcast.objects.system("when the public was told before").filter(case=pk, revision__lt=one.revision)
    earlier = sorted(dict(rows.order_by("-made_at").values_list("revision", "made_at")).items())
    text = feeds.alert(
        one, sender=urlsplit(settings.SITE_URL).hostname or "localhost",
        utility=gateway.current().offer().utility.in_(language(request)), hotline=settings.HOTLINE,
        zone=ZoneInfo(settings.TIME_ZONE), exercise=settings.DEMO, earlier=earlier,
    )  # fmt: skip
    return HttpResponse(text, content_type="application/cap+xml; charset=utf-8")
