"""What hangs below orders: the list of it, the page of one part, its actions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.workorders import partpages, queries
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.partpages import PartPage
from open95598.service.workorders.views_case import Around, act, actor_of, around_order


def page_of(request: Any, number: str, pk: int, form: ActionForm | None = None) -> PartPage:
    """Return the page of a part that the reader may see. Raises ``NotFound``."""
    part = partpages.get(request.rights, number, pk)
    clocks = queries.running_clocks([pk]).get(pk, [])
    return PartPage(part, actor_of(request), request.now, clocks, open_form=form)


def around_part(number: str, pk: int) -> Around:
    """Return a part's own page around the form of an action."""

    def make(request: Any, form: ActionForm | None) -> PartPage:
        return page_of(request, number, pk, form)

    return Around("workorders/part.html", "workorders/_part.html", "#part", number, make)


@needs(Permission.CASE_VIEW)
@require_GET
def part(request: Any, number: str, part: int) -> HttpResponse:
    """Show a part: what is asked of whom, what happened, what can be done."""
    return render(request, "workorders/part.html", {"page": page_of(request, number, part)})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, number: str, part: int, name: str) -> HttpResponse:
    """Show the short form of an action on a part, or perform it, on the order's page or (``?at=part``) its own."""
    row = partpages.get(request.rights, number, part)
    url = reverse("workorders:part_action", args=(row.number, part, name))
    if request.GET.get("at") == "part":
        return act(request, around_part(row.number, part), row.case, row, name, f"{url}?at=part")
    return act(request, around_order(row.number), row.case, row, name, url)


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the parts that the reader may see; without a choice the open ones on which they can act."""
    everything = request.GET.get("all") == "1"
    found = partpages.visible(request.rights) if everything else partpages.mine(request.rights)
    listing = partpages.SPEC.open(request, partpages.read(found))
    partpages.dress(listing.page.rows)
    shows = [{"url": listing.address(all="1" if every else None), "on": every == everything, "all": every}
             for every in (False, True)]  # fmt: skip
    return lists.render(request, "workorders/parts.html", listing, shows=shows)
