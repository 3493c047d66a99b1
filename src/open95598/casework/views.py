"""The page of flows: every flow as it is declared, with the cases that are now in each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from open95598.casework import diagram, registry
from open95598.casework.flow import Action, Flow
from open95598.casework.models import Case
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.models import ROLE_NAMES
from open95598.foundation.people.policy import GRANTS, Permission, Rights, Role
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.wording import CLOCKS

STARTS, STOPS = pgettext_lazy("clock", "starts"), pgettext_lazy("clock", "stops")
STARTS_IF = pgettext_lazy("clock", "starts, depending on the case")
STOPS_IF = pgettext_lazy("clock", "stops, depending on the outcome")
PAUSES, RESUMES = pgettext_lazy("clock", "pauses"), pgettext_lazy("clock", "resumes")
ALL = pgettext_lazy("clock", "all")


@dataclass(frozen=True)
class Box:
    """A state as drawn, with the number of visible open cases in it and where their list is ("" for none)."""

    node: diagram.Node
    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """An action as the table shows it."""

    action: Action
    sources: list[str]
    targets: list[str]
    roles: list[Any]
    inputs: list[tuple[str, bool]]
    clocks: list[tuple[Any, list[Any]]]


@dataclass(frozen=True)
class Sheet:
    """One flow on the page."""

    flow: Flow
    drawing: diagram.Diagram
    boxes: list[Box]
    rows: list[Row]
    versions: list[int]
    total: int


@needs(Permission.FLOWS_VIEW)
@require_GET
def flows(request: Any) -> HttpResponse:
    """Show one flow (``?kind=``, the first without), and the names of all."""
    kinds = registry.kinds()
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in kinds else kinds[0]
    counts = open_counts(request.rights)
    totals = {k: sum(counts.get(k, {}).values()) for k in kinds}
    context = {
        "sheet": sheet(kind, counts.get(kind, {})),
        "kinds": [(k, registry.flow(k).label, totals[k]) for k in kinds],
        "rulebook": store.current(request.now).version,
        "at": request.now,
        "ways": ("forward", "back", "side"),
        "part": request.headers.get("HX-Request") == "true",
    }
    return render(request, "casework/_flow.html" if context["part"] else "casework/flows.html", context)


def open_counts(rights: Rights) -> dict[str, dict[str, int]]:
    """Return kind → state → number of open cases that the rights let one see: one grouped query over open cases."""
    rows = Case.objects.restrict(rights).filter(is_open=True).values_list("kind", "state").annotate(n=Count("pk"))
    found: dict[str, dict[str, int]] = {}
    for kind, state, number in rows.order_by("kind", "state"):
        found.setdefault(kind, {})[state] = number
    return found


def sheet(kind: str, counts: Mapping[str, int]) -> Sheet:
    """Return a flow drawn and tabled, with the counts of its states."""
    flow = registry.flow(kind)
    drawing = diagram.draw(flow)
    boxes = [Box(n, counts.get(n.state.name, 0), list_url(kind, n.state.name)) for n in drawing.nodes]
    return Sheet(
        flow, drawing, boxes, [_row(flow, a) for a in flow.actions], registry.versions(kind), sum(counts.values())
    )


def list_url(kind: str, state: str) -> str:
    """Return where the cases of a kind in a state are listed; "" when their room has no list."""
    name = registry.typed(kind).list_name
    try:
        return f"{reverse(name)}?{urlencode({'kind': kind, 'state': state})}" if name else ""
    except NoReverseMatch:
        return ""


def _row(flow: Flow, action: Action) -> Row:
    language = get_language()

    known = {s.name: s.label.in_(language) for s in flow.states}
    everywhere = len(action.sources) == len(flow.states)
    touched = (
        (STARTS, _starts(flow, action)),
        (STARTS_IF, tuple(action.starts_if)),
        (STOPS, action.stops),
        (STOPS_IF, tuple(action.stops_if)),
        (PAUSES, action.pauses),
        (RESUMES, action.resumes),
    )
    clocks: list[tuple[Any, list[Any]]] = [
        (word, [CLOCKS.get(c, ALL if c == "*" else c) for c in names]) for word, names in touched if names
    ]
    return Row(
        action,
        [] if everywhere else [known[s] for s in action.sources],
        [known.get(t, _("where it was before")) for t in action.to],
        [ROLE_NAMES[r] for r in Role if not GRANTS[r].isdisjoint(action.permissions)],
        [(i.label.in_(language), i.required) for i in action.inputs],
        clocks,
    )


def _starts(flow: Flow, action: Action) -> tuple[str, ...]:
    """Return the clocks that an action starts itself or through a state that it may lead to."""
    entered = [s for s in flow.states if s.name in action.to and s.name not in action.sources]
    return tuple(dict.fromkeys((*action.starts, *(c for s in entered for c in (s.clock, *s.starts) if c))))
