"""The pages of knowledge: the list, an item as agents read it, its form, its acts, laws."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework import attachments
from open95598.foundation.errors import Forbidden, Invalid, Refused
from open95598.foundation.files import store as files
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.knowledge import listing, pages, queries, services, shelf, wording, writing
from open95598.service.knowledge.models import KnowledgeItem, Law
from open95598.service.workorders import directory
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of, in_place, toast

FIELDS = (
    "title", "category", "audience", "answer", "say", "never", "do", "questions", "keywords", "orders", "laws", "see",
    "valid_from", "valid_until", "review_on", "source",
)  # fmt: skip
#: fields typed in a few lines, with so many rows; the others in one
TALL = {"answer": 8, "say": 4, "never": 3, "do": 4, "questions": 4, "laws": 3}


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the items that the reader may read, filtered as asked."""
    what = request.GET.get("show", listing.SERVED)
    found = listing.show(queries.readable(request.rights), what, queries.in_force(request.now))
    shown = listing.spec(request.now, what).open(request, listing.read(found))
    listing.dress(shown.page.rows)
    shows = [
        {"label": name, "url": shown.address(show=code or None, sort=None), "on": code == what}
        for code, name in listing.SHOWS
    ]
    context = {
        "shows": shows,
        "may_write": request.rights.anywhere(Permission.KNOWLEDGE_EDIT),
        "laws": Law.objects.order_by("short_title"),
    }
    return lists.render(request, "knowledge/list.html", shown, **context)


@needs(Permission.CASE_VIEW)
@require_GET
def item(request: Any, code: str) -> HttpResponse:
    """Show an item: the answer first, what to say, what belongs to it, its versions."""
    page = pages.page_of(queries.get(request.rights, code), request, actor_of(request))
    return render(request, "knowledge/item.html", {"page": page})


@needs(Permission.CASE_NOTE)
@require_POST
def used(request: Any, code: str) -> HttpResponse:
    """Count that the reader answered with an item, and whether it helped (``helped=1``)."""
    row = queries.get(request.rights, code)
    helped = request.POST.get("helped") == "1"
    services.used(row, helped, actor_of(request), request.now)
    text = _("Thank you: noted that it helped.") if helped else _("Thank you: noted that it did not help.")
    if not in_place(request):
        messages.success(request, text)
        return redirect("knowledge:item", code=row.code)
    page = pages.page_of(queries.get(request.rights, code), request, actor_of(request))
    return toast(render(request, "knowledge/_used.html", {"page": page}), text)


@needs(Permission.CASE_NOTE)
@require_POST
def ask(request: Any) -> HttpResponse:
    """Make a question without an answer a drafting task of the reader's own unit."""
    try:
        row, new = services.ask(request.POST.get("question", ""), request.user.unit_id, actor_of(request), request.now)
    except Refused as refusal:
        messages.error(request, " ".join(str(reason) for reason in refusal.fields.values()) or str(refusal.detail))
        return redirect("knowledge:list")
    told = _("The question is passed on to the authors of the knowledge base.")
    again = _("The question waits for its answer already; it was counted (%(n)d).") % {"n": row.asked}
    messages.success(request, told if new else again)
    return redirect("knowledge:list")


@needs(Permission.KNOWLEDGE_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Show the form of a new item, or begin its draft."""
    if request.method == "GET":
        return _form(request, None, {"audience": "internal"})
    try:
        row = services.draft(_posted(request), _desk(request), actor_of(request), request.now)
    except Invalid as refusal:
        return _form(request, None, request.POST, refusal)
    return redirect("knowledge:item", code=row.code)


@needs(Permission.KNOWLEDGE_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: Any, code: str) -> HttpResponse:
    """Show the form of a draft, or keep what was typed."""
    row = queries.get(request.rights, code)
    if request.method == "GET":
        return _form(request, row, writing.typed_out(row.draft or row.content))
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else None
    try:
        services.write(row, _posted(request), actor_of(request), request.now, version=version)
    except Refused as refusal:
        return _form(request, row, request.POST, refusal)
    messages.success(request, _("The draft is kept."))
    return redirect("knowledge:item", code=row.code)


def _posted(request: Any) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in FIELDS}


def _desk(request: Any) -> int:
    """Return the unit at which the writer begins an item: their own, else the first where they may."""
    held = request.rights.units(Permission.KNOWLEDGE_EDIT)
    units = {unit.id: unit for unit in directory.units()}
    own = units.get(request.user.unit_id)
    if own is not None and not held.isdisjoint(own.lineage):
        return own.id
    found = next((unit.id for unit in units.values() if unit.id in held), None)
    if found is None:
        raise Forbidden(_("You may not write knowledge at this unit."))
    return found


def _form(request: Any, row: KnowledgeItem | None, values: Any, refusal: Refused | None = None) -> HttpResponse:
    errors = {name: str(reason) for name, reason in (refusal.fields if refusal else {}).items()}
    fields = [
        {
            "name": name,
            "label": wording.PARTS[name],
            "value": values.get(name, ""),
            "error": errors.get(name, ""),
            "rows": TALL.get(name, 0),
            "day": name in writing.DAYS,
            "lines": name in writing.LINES or name == "laws",
            "words": name in writing.WORDS,
        }
        for name in FIELDS
    ]
    context = {
        "row": row,
        "fields": fields,
        "categories": shelf.categories().items(),
        "audiences": wording.AUDIENCES.items(),
        "problem": str(refusal.detail) if refusal else "",
        "version": row.case.version if row else "",
    }
    return render(request, "knowledge/edit.html", context, status=refusal.status if refusal else 200)


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, code: str, name: str) -> HttpResponse:
    """Show the form of an action on an item or perform it."""
    row = queries.get(request.rights, code)

    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(queries.get(request.rights, code), request, actor_of(request), form)

    around = Around("knowledge/item.html", "knowledge/_item.html", "#knowledge", row.code, make)
    return act(request, around, row.case, row, name, reverse("knowledge:action", args=(row.code, name)))


@needs(Permission.KNOWLEDGE_EDIT)
@require_POST
def attach(request: Any, code: str) -> HttpResponse:
    """Add a file to an item."""
    row = queries.get(request.rights, code)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Invalid(_("Choose a file first."))
        attachments.attach(row.pk, upload, actor_of(request), request.now)
    except Refused as refusal:
        messages.error(request, " ".join(str(reason) for reason in refusal.fields.values()) or str(refusal.detail))
    return redirect("knowledge:item", code=row.code)


@needs(Permission.CASE_VIEW)
@require_GET
def download(request: Any, code: str, pk: int) -> HttpResponseBase:
    """Hand out a file of an item."""
    row = queries.get(request.rights, code)
    found = attachments.get(row.pk, pk)
    return files.response(found.sha256, found.name, found.media_type)


@needs(Permission.CASE_VIEW)
@require_GET
def law(request: Any, pk: int) -> HttpResponse:
    """Show a law, article by article."""
    row = queries.law(pk)
    return render(request, "knowledge/law.html", {"law": row, "articles": queries.articles_of(row)})
