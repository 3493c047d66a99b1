"""What a crew sees on its phone: the orders in its hands, those to take, and the next act of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.flow import Action, Input, InputType
from open95598.casework.models import CaseClock
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.ui import forms as declared
from open95598.service.workorders import personal, queries, wording
from open95598.service.workorders.models import WorkOrder

#: from acceptance to the answer: what is in the crew's hands
IN_HAND = ("accepted", "crew_dispatched", "arrived", "diagnosed", "restored", "suspension_asked", "suspended")
MOST = 100
#: inputs that a crew on its way does not fill in: whoever acts goes
_LEFT_OUT = {"send_crew": ("person",)}
#: after somebody was shown address and phone, they stay on this page for so long
SHOWN_FOR = timedelta(hours=2)
_FEW = 9


@dataclass(frozen=True)
class Card:
    """An order on the list."""

    order: WorkOrder
    category: Any
    state: Any
    address: str
    urgent: Any
    clock: CaseClock | None


@dataclass(frozen=True)
class Step:
    """One thing that can be done now; ``reason``: why it cannot, "" when it can."""

    action: Action
    reason: str


@dataclass(frozen=True)
class Ahead:
    """A step that comes when those before it are done."""

    action: Action
    form: declared.InputForm


@dataclass(frozen=True)
class Page:
    """One order on the phone."""

    order: WorkOrder
    kind: Any
    category: Any
    state: Any
    description: str
    clocks: list[tuple[Any, CaseClock]]
    main: Step | None
    others: list[Step]
    chosen: Step | None
    form: declared.InputForm | None
    masked: Mapping[str, str]
    may_reveal: bool
    mine: bool
    facts: list[tuple[str, Any]]
    urgent: Any = ""
    #: the steps that come after the main one, each with its form: for a phone that cannot ask
    ahead: list[Ahead] = field(default_factory=list)


def orders(rights: Rights) -> QuerySet[WorkOrder]:
    """Return the open faults of the teams that these rights work for."""
    rows = WorkOrder.objects.restrict(rights, Permission.CASE_CREW).filter(case__is_open=True, case__kind="fault")
    return rows.select_related("case", "case__unit", "case__owner")


def lists(rights: Rights) -> tuple[list[Card], list[Card]]:
    """Return what is in this person's hands and what waits to be taken, both by what is due first. Three queries."""
    everything = orders(rights).order_by("case__due_at", "case_id")
    mine = list(everything.filter(case__owner_id=rights.person_id, case__state__in=IN_HAND)[:MOST])
    waiting = list(everything.filter(case__state="dispatched")[:MOST])
    clocks = queries.running_clocks([o.pk for o in (*mine, *waiting)])
    return [_card(o, clocks) for o in mine], [_card(o, clocks) for o in waiting]


def _card(order: WorkOrder, clocks: Mapping[int, list[CaseClock]]) -> Card:
    rules = store.get(order.case.rulebook_version)
    return Card(
        order=order,
        category=wording.category(rules, order.category),
        state=wording.state(order.case.kind, order.case.state, order.case.flow_version),
        address=personal.shown(order)["address"],
        urgent=wording.choice(rules, "priorities", order.priority) if order.priority != "normal" else "",
        clock=_customers_clock(clocks.get(order.pk, [])),
    )


def _customers_clock(clocks: list[CaseClock]) -> CaseClock | None:
    """Return the clock that matters on the way: accept, arrive, restore before the answer."""
    near = [c for c in clocks if c.name in ("accept", "arrive", "restore")]
    return (near or clocks or [None])[0]  # type: ignore[list-item]


def page(
    order: WorkOrder, actor: Actor, now: datetime, *, wanted: str = "", data: Any = None, files: Any = None
) -> Page:
    """Return an order as the crew sees it, with the form of the action ``wanted`` (without: the main one)."""
    case = order.case
    rules = store.get(case.rulebook_version)
    language = get_language()
    steps = [
        Step(a, reason.in_(language) if reason is not None else "")
        for a, reason in casework.possible(case, order, actor, now)
        if a.name not in ("joint", "name", "recuse", "let_back", "urge")
    ]
    mine = case.owner_id in (None, actor.person_id)
    main = next((s for s in steps if s.action.main and not s.reason), None)
    chosen = next((s for s in steps if s.action.name == wanted), None) or main
    return Page(
        order=order,
        kind=wording.kind(case.kind),
        category=wording.category_path(rules, order.category),
        state=wording.state(case.kind, case.state, case.flow_version),
        description=mask_text(order.description),
        clocks=[(wording.clock(c.name), c) for c in queries.running_clocks([case.pk]).get(case.pk, [])],
        main=main,
        others=[s for s in steps if main is None or s.action.name != main.action.name],
        chosen=chosen,
        form=form_of(chosen.action, order, rules, data, files) if chosen and not chosen.reason else None,
        masked=personal.shown(order),
        may_reveal=personal.may_reveal(order, actor),
        mine=mine,
        facts=_facts(order, rules),
        urgent=wording.choice(rules, "priorities", order.priority) if order.priority != "normal" else "",
        ahead=ahead(order, main.action, actor, rules) if main else [],
    )


def ahead(order: WorkOrder, action: Action, actor: Actor, rules: Any) -> list[Ahead]:
    """Return the main steps that follow ``action`` one after the other, as far as this person does them."""
    flow = registry.flow(order.case.kind, order.case.flow_version)
    facts = casework.facts_of(order.case)
    found: list[Ahead] = []
    while len(action.to) == 1 and len(found) < len(IN_HAND):
        following = next((a for a in flow.actions_from(action.to[0]) if a.main), None)
        if following is None or not any(actor.may(p, facts) for p in following.permissions):
            break
        action = following
        found.append(Ahead(action, form_of(action, order, rules)))
    return found


def _facts(order: WorkOrder, rules: Any) -> list[tuple[str, Any]]:
    found = [
        (_("Cause"), wording.choice(rules, "fault_causes", order.cause)),
        (_("Whose equipment"), wording.choice(rules, "ownership", order.ownership)),
        (_("Result"), wording.choice(rules, "results", order.result)),
    ]
    return [(name, value) for name, value in found if value]


def inputs_of(action: Action) -> tuple[Input, ...]:
    """Return the inputs that the phone asks for."""
    left_out = _LEFT_OUT.get(action.name, ())
    return tuple(i for i in action.inputs if i.name not in left_out)


def form_of(action: Action, order: WorkOrder, rules: Any, data: Any = None, files: Any = None) -> declared.InputForm:
    """Return the form of an action for a thumb: few choices as large buttons, the answer begun, a photo."""

    def choices_of(item: Input) -> Iterable[tuple[Any, Any]]:
        if isinstance(item.choices, str) and item.choices:
            return [(c.code, c.label) for c in rules.choices(item.choices, order.case.kind)]
        return item.choices if not isinstance(item.choices, str) else ()

    asked = [i for i in inputs_of(action) if i.type not in (InputType.UNIT, InputType.PERSON)]
    initial = {"answer": begun_answer(order, rules)} if action.name == "reply" else {}
    form = declared.build(asked, data, files, choices_of=choices_of, initial=initial)
    for asked_for in form.fields.values():
        if isinstance(asked_for, forms.ChoiceField):
            pairs: list[Any] = list(cast("Iterable[Any]", asked_for.choices))
            if len(pairs) <= _FEW:
                asked_for.choices = [pair for pair in pairs if pair[0]]
                asked_for.widget = forms.RadioSelect(choices=asked_for.choices)
        elif isinstance(asked_for.widget, forms.Textarea):
            asked_for.widget.attrs["rows"] = 2
    return form


def begun_answer(order: WorkOrder, rules: Any) -> str:
    """Return what the crew's answer can begin with: cause, result and time, as they were recorded."""
    language = get_language()

    def said(name: str, code: str) -> str:
        words = wording.choice(rules, name, code)
        return words if isinstance(words, str) else words.in_(language)

    parts = []
    if order.cause:
        parts.append(_("Cause: %(cause)s.") % {"cause": said("fault_causes", order.cause)})
    if order.result:
        parts.append(_("Result: %(result)s.") % {"result": said("results", order.result)})
    if order.restored_at:
        at = timezone.localtime(order.restored_at)
        parts.append(_("Supply restored on %(day)s at %(time)s.") % {"day": f"{at:%m-%d}", "time": f"{at:%H:%M}"})
    return " ".join(parts) if (language or "").startswith("en") else "".join(parts)


def overtaken(order: WorkOrder) -> str:
    """Return in words what was done last to an order, by whom and when, and the state that it is in now."""
    case = order.case
    flow = registry.flow(case.kind, case.flow_version)
    language = get_language()
    state = flow.state(case.state).label.in_(language)
    for entry in journal.timeline(case.pk, reveal=False, limit=10, since=case.opened_at):
        action = flow.action(entry.kind.removeprefix("case."))
        if action is not None and action.changes_state:
            return _(
                "%(person)s was quicker: “%(action)s” at %(time)s. The order is now “%(state)s”. "
                "What you typed is still here; load the order again to go on."
            ) % {
                "person": entry.actor_name,
                "action": action.label.in_(language),
                "time": f"{timezone.localtime(entry.at):%H:%M}",
                "state": state,
            }
    return _("The order is now “%(state)s”. Load it again to go on.") % {"state": state}
