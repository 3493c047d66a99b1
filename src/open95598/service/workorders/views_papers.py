"""What belongs to an order's page beside its actions: personal data on request, files, the printed slip."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework import attachments
from open95598.foundation.documents import slip as document
from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.files import store as files
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import personal, queries, sealing, slips
from open95598.service.workorders.views_case import actor_of, in_place, page_of, toast

#: files of one upload
MOST_AT_ONCE = 10


@needs(Permission.PERSONAL_REVEAL)
@require_POST
def reveal(request: Any, number: str) -> HttpResponse:
    """Show the customer's data in the open, for a reason that is written down."""
    page = page_of(request, number)
    why = request.POST.get("why", "")
    page.revealed = personal.show(page.order, personal.FIELDS, actor=page.actor, why=why, now=request.now)
    template = "workorders/_contact.html" if in_place(request) else "workorders/case.html"
    response = render(request, template, {"page": page})
    response["Cache-Control"] = "no-store"
    return response


@needs(Permission.CASE_UNSEAL)
@require_POST
def unseal(request: Any, number: str) -> HttpResponse:
    """Show who told a sealed order, for a reason that is written down."""
    page = page_of(request, number)
    page.unsealed = sealing.unseal(page.order, actor=page.actor, why=request.POST.get("why", ""), now=request.now)
    template = "workorders/_contact.html" if in_place(request) else "workorders/case.html"
    response = render(request, template, {"page": page})
    response["Cache-Control"] = "no-store"
    return response


@needs(Permission.CASE_UNSEAL)
@require_POST
def sealed_file(request: Any, number: str, pk: int) -> HttpResponseBase:
    """Hand out a file that came with a sealed order; written down."""
    page = page_of(request, number)
    row = sealing.file(page.order, pk, actor=page.actor, now=request.now)
    return files.response(row.sha256, row.name, row.media_type)


@needs(Permission.CASE_VIEW)
@require_POST
def attach(request: Any, number: str) -> HttpResponse:
    """Add files to an order; those that are refused are named with the reason, the others are kept."""
    order = queries.get(request.rights, number)
    uploads = request.FILES.getlist("file")
    if not uploads:
        reason = _("Choose a file first.")
        raise Invalid(reason, fields={"file": reason})
    kept, refused = 0, []
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            attachments.attach(order.case_id, upload, actor_of(request), request.now)
            kept += 1
        except Refused as refusal:
            refused.append(f"{upload.name}: {refusal}")
    refused += [_("%(name)s: at most %(most)s files at once.") % {"name": u.name, "most": MOST_AT_ONCE}
                for u in uploads[MOST_AT_ONCE:]]  # fmt: skip
    if not kept:
        raise Invalid(" ".join(refused), fields={"file": " ".join(refused)})
    text = ngettext("%(count)s file attached.", "%(count)s files attached.", kept) % {"count": kept}
    if not in_place(request):
        messages.success(request, " ".join([text, *refused]))
        return redirect("workorders:case", number=order.number)
    response = render(request, "workorders/_case.html", {"page": page_of(request, number)})
    return toast(response, " ".join([text, *refused]), "danger" if refused else "done")


@needs(Permission.CASE_VIEW)
@require_GET
def attachment(request: Any, number: str, pk: int) -> HttpResponseBase:
    """Hand out a file of an order."""
    order = queries.get(request.rights, number)
    row = attachments.get(order.case_id, pk)
    return files.response(row.sha256, row.name, row.media_type)


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def slip(request: Any, number: str) -> HttpResponse:
    """Print an order on paper: masked, or (posted, with a reason that is written down) with the customer's data."""
    page = page_of(request, number)
    open_values: dict[str, str] = {}
    if request.method == "POST":
        why = request.POST.get("why", "")
        open_values = personal.show(page.order, personal.FIELDS, actor=page.actor, why=why, now=request.now)
    pdf = document.pdf(slips.slip_of(page, open_values, get_language() or "zh-hans"))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{page.order.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
