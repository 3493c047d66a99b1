"""The page on which an administrator erases the personal data of a finished order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from open95598.foundation.errors import Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import erasure as erasing
from open95598.service.workorders.views_case import actor_of


@needs(Permission.PERSONAL_ERASE)
@require_http_methods(["GET", "POST"])
def erasure(request: Any) -> HttpResponse:
    """Say what an order (``?number=``) still holds, without showing it; erase it for a stated reason."""
    actor = actor_of(request)
    number = (request.POST.get("number") or request.GET.get("number") or "").strip()
    holds, problem, reason = None, None, request.POST.get("reason", "")
    try:
        if request.method == "POST":
            erasing.erase(number, reason=reason, actor=actor, now=request.now)
            messages.success(request, _("The personal data of %(number)s was erased.") % {"number": number})
            return redirect("workorders:erasure")
        holds = erasing.look(number, actor, request.now) if number else None
    except Refused as refusal:
        problem = refusal
        if request.method == "POST" and refusal.status not in (403, 404):
            holds = erasing.look(number, actor, request.now)
    context = {"number": number, "holds": holds, "problem": problem, "reason": reason, "lately": erasing.lately()}
    return render(request, "workorders/erasure.html", context, status=problem.status if problem else 200)
