"""The short form of an action, built from what the flow declares: fields, what it stops, what it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework.flow import BACK, Action, Input, InputType
from open95598.casework.inputs import in_zone
from open95598.casework.models import Case, CaseClock
from open95598.foundation.errors import Invalid
from open95598.foundation.people import queries as people
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.foundation.ui import forms
from open95598.foundation.words import Label
from open95598.service.workorders import directory, wording
from open95598.service.workorders.steps import beside

OCCURRED = Input(
    "occurred_at", Label("实际发生时间", "When it truly happened"), InputType.DATETIME, required=False,
    help=Label("补录纸质工单时填写；不填则为现在。", "For entering from paper later; empty means now."),
)  # fmt: skip
#: a field that is picked from a long list gets a box to type in
_PICKED = (InputType.UNIT, InputType.PERSON, InputType.CATEGORY)
MOST_PEOPLE = 400


@dataclass(frozen=True)
class ActionForm:
    """All that the form's template draws."""

    action: Action
    form: forms.InputForm
    late: Any
    url: str
    target: str
    version: int | None = None
    seen: int = 0
    stops: list[CaseClock] = field(default_factory=list)
    starts: list[Any] = field(default_factory=list)
    pauses: bool = False
    #: what others did while the form was open, as timeline entries
    meanwhile: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""
    impossible: bool = False
    #: what one should know before doing it
    caution: Any = None
    #: the other order that the action is about, as the page of this one shows it
    other: Any = None

    @property
    def fields(self) -> list[Any]:
        """The bound fields, without the true time."""
        return [bound for bound in self.form.visible_fields() if bound.name != OCCURRED.name]


def given(action: Action, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the action's inputs found in what was posted; empty ones are left out."""
    return {i.name: data[i.name] for i in action.inputs if data.get(i.name) not in (None, "")}


def occurred(data: Mapping[str, Any]) -> datetime | None:
    """Return the true time that was entered, aware; None when there is none. Raises ``Invalid``."""
    text = str(data.get(OCCURRED.name, "") or "").strip()
    if not text:
        return None
    try:
        return in_zone(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        reason = _("Give a date and time such as 2026-01-31T08:30.")
        raise Invalid(_("Some fields need your attention."), fields={OCCURRED.name: reason}) from None


def fields_of(action: Action) -> tuple[Input, ...]:
    """Return the inputs of an action and the true time, which every form offers."""
    return (*action.inputs, OCCURRED)


def form_for(
    action: Action,
    case: Case,
    now: datetime,
    data: Any = None,
    *,
    prefix: str = "",
    initial: Mapping[str, str] | None = None,
) -> forms.InputForm:
    """Return the form of an action on a case, filled with ``data`` when given, else proposing ``initial``.

    Two queries if it asks for a person.
    """
    rules = store.get(case.rulebook_version)
    lists_of = registry.typed(case.kind).lists_of or case.kind

    def choices_of(item: Input) -> Iterable[tuple[Any, Any]]:
        if action.name == beside.LET_BACK and item.type in (InputType.UNIT, InputType.PERSON):
            return recused_options(case, item.type)
        if item.type == InputType.UNIT:
            return unit_options()
        if item.type == InputType.PERSON:
            return person_options(case, now)
        if isinstance(item.choices, str) and item.choices:
            return [(c.code, c.label) for c in rules.choices(item.choices, lists_of)]
        return item.choices if not isinstance(item.choices, str) else ()

    form = forms.build(fields_of(action), data, choices_of=choices_of, initial=given(action, initial or {}))
    for item in action.inputs:
        if item.type in _PICKED:
            form.fields[item.name].widget.attrs["data-combo"] = ""
        if item.outward:
            form.fields[item.name].widget.attrs["data-coach"] = case.kind
    for bound in form:
        bound.field.widget.attrs["id"] = f"act-{prefix}{action.name}-{bound.name}"
    return form


def unit_options() -> list[tuple[int, str]]:
    """Return (id, name indented by depth) of all open units, in the order of the tree."""
    units = directory.units()
    return [(u.id, "　" * (len(u.lineage) - 1) + u.name) for u in units]


def recused_options(case: Case, what: InputType) -> list[tuple[int, str]]:
    """Return (id, name) of the people, or the units, that are recused from a case."""
    if what == InputType.UNIT:
        return [(u.id, u.name) for u in directory.units() if u.id in case.recused_units]
    rows = Person.objects.filter(pk__in=case.recused_people).order_by("name", "pk")
    return [(pk, f"{name}（{unit}）") for pk, name, unit in rows.values_list("pk", "name", "unit__name")]


def person_options(case: Case, now: datetime) -> list[tuple[int, str]]:
    """Return the active people of the case's unit, those below it and above it, by unit and name.

    Who is absent at ``now`` stands there with whoever stands in for them (委托).
    """
    rows = Person.objects.filter(is_active=True).filter(
        Q(unit__lineage__contains=[case.unit_id]) | Q(unit_id__in=case.scope)
    )
    names = list(rows.order_by("-unit__lineage", "name").values_list("pk", "name", "unit__name")[:MOST_PEOPLE])
    absent = people.absences((pk for pk, _name, _unit in names), now)
    return [(pk, f"{name}（{unit}）{_absence(absent.get(pk))}") for pk, name, unit in names]


def _absence(away: people.Absence | None) -> str:
    if away is None:
        return ""
    until = timezone.localtime(away.until).strftime("%m-%d %H:%M")
    return " " + _("absent until %(until)s; %(name)s stands in") % {"until": until, "name": away.delegate}


def effects_on_clocks(
    action: Action, case: Case, clocks: Iterable[CaseClock]
) -> tuple[list[CaseClock], list[Any], bool]:
    """Return the clocks that an action would stop, the names of those it would start, and whether it pauses all."""
    flow = registry.flow(case.kind, case.flow_version)
    stops = set(action.stops)
    targets = [t for t in action.to if t != BACK]
    here = flow.state(case.state)
    if targets and case.state not in targets and here.clock:
        stops.add(here.clock)
    if any(flow.state(t).final for t in targets):
        stops.add("*")
    running = [c for c in clocks if c.state != "stopped" and ("*" in stops or c.name in stops)]
    names = list(action.starts)
    if len(targets) == 1:
        entered = flow.state(targets[0])
        names += [*entered.starts, *([entered.clock] if entered.clock else [])]
    return running, [wording.clock(n) for n in dict.fromkeys(names)], bool(action.pauses)
