"""The pages of exports: ask, decide, fetch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.foundation.errors import Invalid
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer import exports
from open95598.foundation.transfer.models import ExportRequest

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Permission.EXPORT, Permission.EXPORT_APPROVE)
@require_GET
def index(request: Any) -> HttpResponse:
    """Show what waits for my decision and what I asked for."""
    mine = ExportRequest.objects.filter(person=request.user).select_related("decided_by")[:50]
    context = {"waiting": exports.to_decide(request.rights), "mine": mine}
    return render(request, "transfer/exports.html", context)


@needs(Permission.EXPORT)
@require_http_methods(["GET", "POST"])
def ask(request: Any, listing: str) -> HttpResponseBase:
    """Export a list with the filters of this address: a file at once, or a request with a reason."""
    wanted = exports.listing_of(listing)
    params = {key: values if len(values) > 1 else values[0] for key, values in request.GET.lists()}
    problem: Invalid | None = None
    if request.method == "POST":
        try:
            outcome = exports.export(
                request.rights,
                request.user,
                listing,
                params,
                request.now,
                with_personal=request.POST.get("with_personal") == "on",
                reason=request.POST.get("reason", ""),
            )
        except Invalid as refusal:
            problem = refusal
        else:
            if outcome.file is not None:
                return _send(outcome.file, str(wanted.title), request.now)
            messages.success(request, _("The request was passed on. You find it here once it is approved."))
            return redirect("transfer:exports")
    context = {
        "listing": wanted,
        "rows": wanted.query(request.rights, params).count(),
        "limit": exports.direct_limit(),
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "with_personal": request.POST.get("with_personal") == "on",
        "personal": [column.title for column in wanted.columns() if column.personal],
    }
    context["needs_reason"] = context["rows"] > context["limit"]
    return render(request, "transfer/export_ask.html", context, status=problem.status if problem else 200)


@needs(Permission.EXPORT_APPROVE)
@require_POST
def decide(request: Any, pk: int) -> HttpResponse:
    """Approve or refuse somebody else's request."""
    approve = request.POST.get("decision") == "approve"
    exports.decide(
        request.rights, request.user, pk, approve=approve, note=request.POST.get("note", ""), now=request.now
    )
    messages.success(request, _("The export was approved.") if approve else _("The export was refused."))
    return redirect("transfer:exports")


@needs(Permission.EXPORT)
@require_POST
def file(request: Any, pk: int) -> FileResponse:
    """Hand the file out, once. A POST, because it changes something and no prefetching may use it up."""
    stream = exports.take(request.user, pk, request.now)
    name = ExportRequest.objects.values_list("name", flat=True).get(pk=pk)
    return _send(stream, f"{name}-{pk}", request.now)


def _send(stream: Any, name: str, now: Any) -> FileResponse:
    stamp = timezone.localtime(now).strftime("%Y%m%d-%H%M")
    response = FileResponse(stream, as_attachment=True, filename=f"{name}-{stamp}.xlsx", content_type=_XLSX)
    response["Cache-Control"] = "no-store"
    return response
