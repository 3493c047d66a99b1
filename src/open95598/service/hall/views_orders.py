"""The customer's own orders, and the way from here to the page of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from open95598.service.hall import myorders
from open95598.service.hall.layout import page, signed_in
from open95598.service.hall.signing import Guest
from open95598.service.portal import visits
from open95598.service.portal.pages import cookies as portal
from open95598.service.portal.pages.layout import moment


@require_safe
@signed_in
def orders(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show the orders that are the customer's own."""
    context = {"orders": myorders.orders(guest, moment(request)), "here": "orders", "most": myorders.SHOWN}
    return page(request, guest, "hall/orders.html", context)


@require_POST
@signed_in
def open_order(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Lead to the page of one of the customer's own orders, where they add, urge, rate or withdraw."""
    order = myorders.order(guest, visits.plain_number(request.POST.get("number", "")))
    opened = visits.open_to(order.pk, moment(request))
    response = redirect("portal:order")
    portal.put(request, response, portal.VISIT, opened.token)
    return response
