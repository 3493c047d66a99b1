"""Issuing supervisions, marking orders, and what else a supervision's acts do: telling the order and the people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import registry, telling
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case, Participant
from open95598.casework.recipients import Directory
from open95598.casework.services import Act
from open95598.control.supervision import flows, wording
from open95598.control.supervision.models import BY_HAND, OrderMark, Supervision
from open95598.foundation.errors import Invalid
from open95598.foundation.notices.services import tell
from open95598.foundation.people.policy import GRANTS, Permission, Role
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.oversight_rows import Trigger
from open95598.foundation.words import Label
from open95598.service.workorders import sealing
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder

Data = Mapping[str, Any]
KIND = flows.FLOW.kind
KINDS = tuple(flow.kind for flow in ORDERS)
HOUSE = Actor.house("supervision")


# issuing -------------------------------------------------------------------------------------------------------------


def issue(order_id: int, trigger: Trigger, now: datetime) -> Supervision | None:
    """Issue a supervision because a trigger of the rulebook holds; None when it did so before, or the order has ended.

    Once for an order and trigger, ever, unless what it was issued for turned out to be none: the order is held
    meanwhile.
    """
    with transaction.atomic():
        case = telling.hold(order_id)
        before = Supervision.objects.system("once for an order").filter(order_id=order_id, trigger=trigger.code)
        before = before.filter(cleared_at=None)
        if not case.is_open or before.exists():
            return None
        order = WorkOrder.objects.system("the supervised order").get(pk=order_id)
        fields = {"trigger": trigger.code, "serious": trigger.serious, "supervised_id": case.owner_id}
        return _open(case, order, case.unit_id, fields, HOUSE, now, label=trigger.label)


def supervise(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Issue a supervision by hand: whoever does so has taken note of it. Effect of ``supervise`` on an order.

    Raises ``Invalid`` on ``unit`` when that unit has nothing to do with the order.
    """
    unit_id = data.get("unit") or case.unit_id
    if unit_id not in _taking_part(case):
        reason = _("Name the handling unit, one above it, or one that takes part.")
        raise Invalid(_("Some fields need your attention."), fields={"unit": reason})
    fields = {
        "trigger": BY_HAND,
        "reason": data["reason"],
        "demand": data["demand"],
        "wanted_by": data["wanted_by"],
        "serious": bool(data.get("serious")),
        "by_id": actor.person_id,
        "supervised_id": case.owner_id,
    }
    rules = store.get(case.rulebook_version)
    label = rules.choice("supervise_reasons", data["reason"]).label
    _open(case, order, unit_id, fields, actor, now, label=label, acts=(Act(actor, "take_note"),))


def _taking_part(case: Case) -> set[int]:
    units = Participant.objects.filter(case=case, unit__isnull=False).values_list("unit_id", flat=True)
    return {*case.scope, *(pk for pk in units if pk is not None)}


def _open(
    case: Case,
    order: WorkOrder,
    unit_id: int,
    fields: Data,
    actor: Actor,
    now: datetime,
    *,
    label: Label,
    acts: Sequence[Act] = (),
) -> Supervision:
    """Open the case below the order, tell the order's story and the people of the rulebook's list."""
    opening = casework.Opening(
        KIND,
        unit_id,
        {"order_id": order.pk, "number": order.number, "category": order.category, **fields},
        parent_id=order.pk,
        participants={case.opened_by_unit_id: "opener"} if case.opened_by_unit_id != unit_id else {},
        data={"parent": order.pk, "number": order.number, "trigger": fields["trigger"]},
        acts=acts,
    )
    row: Supervision = casework.open_many([opening], actor, now)[0].typed
    if row.trigger != BY_HAND:  # by hand, the act itself stands on the order's timeline
        facts = {"trigger": row.trigger, "serious": row.serious, "supervision": row.pk, "by_unit": unit_id}
        telling.tell(case, "supervised", actor, now, facts, {"text": label.zh})
    _tell_at_once(row, label, now)
    return row


def _tell_at_once(row: Supervision, label: Label, now: datetime) -> None:
    """Tell those whom the rulebook names of a new supervision: those of a serious one louder."""
    case, directory = row.case, Directory(now)
    rules = store.get(case.rulebook_version)
    title = Label(f"{row.number} 督办：{label.zh}", f"{row.number} is supervised: {label.en}")
    trigger = rules.oversight.trigger(row.trigger)
    body = trigger.demand if trigger else Label("", "")
    channels: dict[int, set[str]] = {}
    for told in rules.oversight.told:
        if told.serious and not row.serious:
            continue
        for person in directory.holders(case, told.level, fit_to_hear(told.roles, confidential=case.confidential)):
            channels.setdefault(person, set()).update(told.channels)
    for person, by in channels.items():
        if person not in (row.by_id, row.noted_by_id):
            tell([person], by, "supervision.issued", title, body, case.pk, now=now, key=f"supervision/{case.pk}")


def fit_to_hear(roles: Sequence[str], *, confidential: bool) -> list[str]:
    """Return the roles that may hear of a case: of a confidential one those with the right to confidential ones."""
    return [role for role in roles if not confidential or Permission.CASE_VIEW_CONFIDENTIAL in GRANTS[Role(role)]]


# marks ---------------------------------------------------------------------------------------------------------------


def mark(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Put a mark on an order; the event ``case.mark`` lets the triggers look at it again. Effect of ``mark``."""
    OrderMark.objects.get_or_create(order=order, mark=data["mark"], defaults={"by_id": actor.person_id, "at": now})


def unmark(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Take a mark back; a supervision that it made stays. Raises ``Invalid`` when there is none."""
    if not OrderMark.objects.filter(order=order, mark=data["mark"]).delete()[0]:
        raise Invalid(_("Some fields need your attention."), fields={"mark": _("The order does not have this mark.")})


# what a supervision's own acts do ------------------------------------------------------------------------------------


def told_noted(case: Case, row: Supervision, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order that a supervisor has taken note, and the unit that its answer is awaited."""
    if row.trigger == BY_HAND and actor.person_id == row.by_id and case.state_since == case.opened_at:
        return  # whoever asked for it has noted it in the same act
    _tell_order(row, "supervision_noted", data, actor, now)
    if case.state == "noted":
        roles = fit_to_hear(("unit_manager", "handler"), confidential=case.confidential)
        people = Directory(now).holders(case, "own", roles)
        title = Label(f"{row.number} 督办待答复", f"{row.number}: the supervision awaits your answer")
        _ring([p for p in people if p != actor.person_id], "supervision.noted", title, "", row, now)


def told_answered(case: Case, row: Supervision, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order what the unit answered, and its supervisors that they are to judge it."""
    _tell_order(row, "supervision_answered", data, actor, now)
    title = Label(f"{row.number} 督办已答复，待审定", f"{row.number}: the unit answered the supervision")
    _ring(_supervisors(row), "supervision.answered", title, row.measures[:200], row, now)


def told_judged(case: Case, row: Supervision, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order, and whoever answered, how the answer was judged."""
    if case.state == "rejected":
        _tell_order(row, "supervision_sent_back", data, actor, now)
        title = Label(f"{row.number} 督办答复被退回", f"{row.number}: the answer was sent back")
    else:
        _tell_order(row, "supervision_accepted", data, actor, now)
        title = Label(f"{row.number} 督办答复已认可", f"{row.number}: the answer was accepted")
    _ring([row.answered_by_id], "supervision.judged", title, row.decision[:200], row, now)


def told_raised(case: Case, row: Supervision, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order, and the supervisors and the head of the unit that supervises it from now on, why."""
    unit_id = case.scope[-1 - case.review_level]
    _tell_order(row, "supervision_raised", {"note": data["why"]}, actor, now, by_unit=unit_id)
    roles = fit_to_hear(("supervisor", "unit_manager"), confidential=case.confidential)
    people = Directory(now).at(case, unit_id, roles)
    label = wording.reason(store.get(case.rulebook_version), row.trigger, row.reason)
    title = Label(f"{row.number} 督办升级：{label.zh}", f"{row.number}: the supervision was raised to you: {label.en}")
    key = f"supervision/{row.pk}/raised/{case.review_level}"
    others = [person for person in people if person != actor.person_id]
    body = Label(data["why"][:200], data["why"][:200])
    tell(others, ["bell", "sms"], "supervision.raised", title, body, row.pk, now=now, key=key)


def told_closed(case: Case, row: Supervision, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order that the supervision is over."""
    _tell_order(row, f"supervision_{'withdrawn' if case.state == 'withdrawn' else 'closed'}", data, actor, now)


def _tell_order(row: Supervision, name: str, data: Data, actor: Actor, now: datetime, **facts: Any) -> None:
    order_case = Case.objects.system("the supervised order's timeline").select_related("unit").get(pk=row.order_id)
    words = data.get("measures") or data.get("decision") or data.get("note") or ""
    telling.tell(order_case, name, actor, now, {"supervision": row.pk, **facts}, {"text": words} if words else None)


def _supervisors(row: Supervision) -> list[int | None]:
    return [row.noted_by_id, row.second_by_id, row.by_id]


def _ring(people: Sequence[int | None], kind: str, title: Label, body: str, row: Supervision, now: datetime) -> None:
    """Ring at people once for this step of the supervision."""
    wanted = [person for person in people if person is not None and person not in row.case.recused_people]
    key = f"supervision/{row.pk}/{row.case.version}"
    tell(wanted, ["bell"], kind, title, Label(body, body), row.pk, now=now, key=key)


# when the order moves or ends ----------------------------------------------------------------------------------------


def follow(order_id: int, now: datetime) -> None:
    """Let the open supervisions of an order go with it to the unit that has it now; those of other units stay.

    One that was issued to a unit by hand stays there.
    """
    rows = Supervision.objects.system("the order went to another unit").filter(order_id=order_id, case__is_open=True)
    unit_id = Case.objects.system("the supervised order").values_list("unit_id", flat=True).get(pk=order_id)
    moving = rows.exclude(trigger=BY_HAND).exclude(case__unit_id=unit_id)
    requests = [casework.Request(pk, "follow") for pk in moving.values_list("pk", flat=True)]
    casework.perform_many(requests, HOUSE, now, partial=True)


def end(order_id: int, now: datetime) -> None:
    """Close the supervisions of an order that has ended, where the answer was accepted. Others still want theirs."""
    rows = Supervision.objects.system("the order has ended").filter(order_id=order_id, case__state="accepted")
    requests = [casework.Request(pk, "lapse") for pk in rows.values_list("pk", flat=True)]
    casework.perform_many(requests, HOUSE, now, partial=True)


def cleared(order_id: int, codes: Collection[str], now: datetime) -> None:
    """Withdraw the supervisions of an order that triggers issued for a limit which was kept in truth, unless the unit
    has answered already."""
    rows = Supervision.objects.system("it was in time after all").filter(order_id=order_id, trigger__in=codes)
    requests = [casework.Request(pk, "breach_cleared") for pk in rows.values_list("pk", flat=True)]
    casework.perform_many(requests, HOUSE, now, partial=True)


EFFECTS = {
    "told_noted": told_noted, "told_answered": told_answered, "told_judged": told_judged, "told_raised": told_raised,
    "told_closed": told_closed,
}  # fmt: skip


def register() -> None:
    """Make the flow known to casework, and add its acts to the orders' flows (once, when Django starts)."""
    typed = registry.Typed(
        Supervision,
        lambda row: {"category": row.category, "priority": "urgent" if row.serious else "normal"},
        lambda row: {"number": row.number, "trigger": row.trigger, "serious": row.serious},
        EFFECTS,
        sealing.screen,
        list_name="supervision:list",
        ends=lambda row, clock: row.ends(clock),
        words=registry.blank("demand", "measures", "decision"),
    )
    registry.add(flows.FLOW, typed)
    registry.extend(KINDS, flows.on_orders, {"supervise": supervise, "mark": mark, "unmark": unmark})
