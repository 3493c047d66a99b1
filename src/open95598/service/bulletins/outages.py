"""Bulletins and outages (H17): the storm board shows what the desks were told; an outage fills a bulletin in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.foundation.people.policy import Permission
from open95598.registry.grid import areas
from open95598.service.bulletins import queries
from open95598.service.bulletins.models import Bulletin, Severity
from open95598.service.outages import flows, panels, storm
from open95598.service.outages import queries as outages
from open95598.service.outages.models import Outage
from open95598.service.outages.pages import OutagePage
from open95598.service.workorders.hooks import Panel

#: bulletins that the board and an outage's page show; words that find a bulletin beside the seat's form
SHOWN, WORDS = 6, 12


def on_board(request: Any, board: storm.Board) -> Panel | None:
    """Return what holds for the desks of the board's unit, and the way to post more for whoever may."""
    posts = request.rights.at(queries.POSTS, board.unit.lineage)
    here = Q(scope__contains=[board.unit.id]) | Q(unit_id__in=board.unit.lineage)
    rows = list(_holding(request.rights, request.now).filter(here)[:SHOWN])
    if not rows and not posts:
        return None
    return Panel("bulletins/_on_board.html", {"rows": rows, "post": reverse("bulletins:new") if posts else ""})


def on_page(page: OutagePage) -> Panel | None:
    """Return the bulletins that speak of an outage, and the way to post one, or to tell the shift leader, from it."""
    rights = page.rights
    if page.case.state not in flows.OPEN or not rights.anywhere(Permission.CASE_VIEW):
        return None
    name = "new" if rights.at(queries.POSTS, page.case.sight) else "propose"
    may = name == "new" or (queries.at_a_desk(rights) and rights.at(Permission.CASE_NOTE, page.case.sight))
    rows = [one for one in _holding(rights, page.now)[: queries.COMPARED] if page.row.number in one.text][:SHOWN]
    if not rows and not may:
        return None
    url = f"{reverse(f'bulletins:{name}')}?{urlencode({'outage': page.row.pk})}" if may else ""
    return Panel("bulletins/_on_outage.html", {"rows": rows, "url": url, "posts": name == "new"})


def said(rights: Any, text: str) -> dict[str, Any]:
    """Return what the form of a bulletin is filled with from an outage (its id as it stands in an address); nothing
    for one that the reader may not see."""
    if not text.isdecimal() or len(text) > 18:
        return {}
    row = outages.outages(rights).filter(pk=int(text)).first()
    return _of(row) if row is not None else {}


def _holding(rights: Any, now: datetime) -> QuerySet[Bulletin]:
    return queries.readable(rights).filter(queries.in_force(now)).order_by("-posted_at", "-pk")


def _of(row: Outage) -> dict[str, Any]:
    area = areas.of_device(row.device).in_(get_language()) or row.place
    start = timezone.localtime(row.actual_start)
    told = [
        _("%(number)s: power is off since %(start)s at %(area)s; %(count)s supply points.")
        % {"number": row.number, "start": f"{start:%m-%d %H:%M}", "area": area, "count": row.original_customers_served}
    ]
    if row.estimated_from and row.estimated_to:
        first, last = timezone.localtime(row.estimated_from), timezone.localtime(row.estimated_to)
        back = {"first": f"{first:%H:%M}", "last": f"{last:%m-%d %H:%M}"}
        told.append(_("It should be back between %(first)s and %(last)s.") % back)
    else:
        told.append(_("When it will be back is not known yet."))
    if row.told:
        told.append(row.told)
    words = list(dict.fromkeys([*areas.names([row.device], WORDS), areas.line_of(row.device)]))
    until = timezone.localtime(row.estimated_to) if row.estimated_to else None
    return {
        "severity": str(Severity.WARNING),
        "title": (_("Power is off: %(area)s") % {"area": area})[:120],
        "text": "\n".join(told)[:2000],
        "words": "，".join(word[:40] for word in words if word),
        "valid_until": f"{until:%Y-%m-%dT%H:%M:%S}" if until else "",
    }


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    panels.board.append(on_board)
    panels.page.append(on_page)
