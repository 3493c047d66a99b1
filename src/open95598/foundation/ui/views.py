"""Saved views of lists."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from open95598.foundation.clock import now as house_now
from open95598.foundation.errors import Invalid
from open95598.foundation.ui.models import SavedView

#: how many views one person may keep of one list
MOST = 30


def _back(request: HttpRequest) -> HttpResponse:
    after = request.POST.get("next", "/")
    inside = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(after if inside else "/")


@require_POST
@login_required
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep a list's filters and order under a title; the same title again replaces what it held."""
    person: Any = request.user
    title = request.POST.get("title", "").strip()[:60]
    list_name = request.POST.get("list", "")[:64]
    query = request.POST.get("query", "")
    if not title or not list_name:
        detail = gettext("Give the view a title.")
        raise Invalid(detail, fields={"title": detail})
    if len(query) > 1000:
        raise Invalid(gettext("There are too many filters to keep."))
    mine = SavedView.objects.filter(person=person, list_name=list_name)
    if mine.exclude(title=title).count() >= MOST:
        raise Invalid(gettext("You keep %(count)d views of this list; delete one first.") % {"count": MOST})
    SavedView.objects.update_or_create(
        person=person,
        list_name=list_name,
        title=title,
        defaults={"query": query, "shared_with_id": person.unit_id if request.POST.get("shared") else None},
        create_defaults={
            "query": query,
            "shared_with_id": person.unit_id if request.POST.get("shared") else None,
            "created_at": getattr(request, "now", None) or house_now(),
        },
    )
    return _back(request)


@require_POST
@login_required
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of one's own views; somebody else's stays."""
    person: Any = request.user
    SavedView.objects.filter(pk=pk, person=person).delete()
    return _back(request)
