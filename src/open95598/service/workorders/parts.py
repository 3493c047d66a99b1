"""What hangs below an order: opened by the order's actions, told on its timeline. See ``partflows``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework import registry, telling
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case, Participant
from open95598.casework.services import Act, facts_of
from open95598.foundation.errors import Invalid
from open95598.foundation.notices.services import notify
from open95598.foundation.people.policy import Permission
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.service.workorders import sealing
from open95598.service.workorders.models import OrderPart, WorkOrder
from open95598.service.workorders.partflows import PARTS

Data = Mapping[str, Any]


# opened by an action of the order ------------------------------------------------------------------------------------


def urge(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Open an urge (催办) at the desk that registered the order; who dispatches there passes it on in the same act."""
    acts = [Act(actor, "pass_on")] if actor.may(Permission.CASE_DISPATCH, facts_of(case)) else []
    _open("urge", case.opened_by_unit_id, order, actor, now, {"reason": data["reason"]}, acts=acts)


def escalate(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Put a question before the unit above (上报); at the top of the tree it stays there."""
    above = case.scope[-2] if len(case.scope) > 1 else case.unit_id
    fields = {"reason": data["reason"], "task": data["task"]}
    _open("escalation", above, order, actor, now, fields, participants={case.unit_id: "asker"})


def joint(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Open the other unit's part (协办) and let that unit see the order."""
    if data["unit"] == case.unit_id:
        raise Invalid(_("Some fields need your attention."), fields={"unit": _("This unit handles the order already.")})
    _joint(case, order, data["unit"], data["task"], actor, now)


def coordinate(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Open a coordination (协调) at the order's unit and invite the first other unit."""
    if data["unit"] == case.unit_id:
        raise Invalid(_("Some fields need your attention."), fields={"unit": _("Invite another unit than your own.")})
    fields = {"task": data["task"], "meeting_at": data.get("meeting_at"), "place": data.get("place", "")}
    part = _open("coordination", case.unit_id, order, actor, now, fields)
    _invite(part.case, case, data["unit"], now)


def _joint(case: Case, order: WorkOrder, unit_id: int, task: str, actor: Actor, now: datetime) -> None:
    _open("joint", unit_id, order, actor, now, {"task": task}, participants={case.unit_id: "asker"})
    _let_see(case, unit_id, "joint", now)


def _open(
    kind: str,
    unit_id: int,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    fields: Data,
    *,
    participants: Mapping[int, str] | None = None,
    acts: list[Act] | None = None,
) -> OrderPart:
    """Open a part at a unit; the units of ``participants`` see it too."""
    others = {pk: role for pk, role in (participants or {}).items() if pk != unit_id}
    opening = casework.Opening(
        kind,
        unit_id,
        {"number": order.number, "by_id": actor.person_id, **fields},
        parent_id=order.pk,
        participants=others,
        data={"parent": order.pk},
        acts=acts or (),
    )
    part: OrderPart = casework.open_many([opening], actor, now)[0].typed
    return part


def _let_see(case: Case, unit_id: int, role: str, now: datetime) -> None:
    """Let a unit take part in a case."""
    unit = Unit.objects.get(pk=unit_id)
    if not Participant.objects.filter(case=case, unit=unit, role=role).exists():
        Participant.objects.create(case=case, unit=unit, role=role, since=now)
    case.sight = sorted({*case.sight, *unit.lineage})
    case.save(update_fields=("sight",))


def _invite(case: Case, order_case: Case, unit_id: int, now: datetime) -> None:
    _let_see(case, unit_id, "invited", now)
    _let_see(order_case, unit_id, "invited", now)


# what a part's actions do --------------------------------------------------------------------------------------------


def invite(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Invite one more unit: it sees the coordination and the order."""
    assert case.parent_id is not None
    _invite(case, telling.hold(case.parent_id), data["unit"], now)


def conclude(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order what was decided; another unit that carries it out gets a joint part for it."""
    order = part.order()
    unit_id = data.get("unit")
    if unit_id is not None and unit_id != order.case.unit_id:
        if not data.get("task"):
            raise Invalid(_("Some fields need your attention."), fields={"task": _("Say what that unit is to do.")})
        _joint(telling.hold(order.pk), order, unit_id, data["task"], actor, now)
    _tell(case, part, "coordinated", data, actor, now)


def tell_progress(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order how far the other unit has come."""
    _tell(case, part, "part_progress", data, actor, now)


def tell_done(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order that the other unit has finished."""
    _tell(case, part, "part_done", data, actor, now)


def tell_declined(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order, and whoever asked, that the other unit will not do it."""
    _tell(case, part, "part_declined", data, actor, now)
    _tell_asker(case, part, Label("{n} 协办被退回", "{n}: joint handling declined"), data, now)


def tell_passed_on(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Ring at whoever has the order that the customer urges."""
    order = part.order()
    if order.case.owner_id is not None:
        words = Label(f"{part.number} 客户催办", f"{part.number}: the customer urges")
        notify([order.case.owner_id], "order.urged", words, Label("", ""), order.pk, now=now, key=f"urge/{case.pk}")


def tell_answered(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order, and whoever passed the customer's words on, what the handling unit says."""
    _tell(case, part, "urge_answered", data, actor, now)
    _tell_asker(case, part, Label("{n} 催办已签收", "{n}: the urge was answered"), data, now)


def tell_decided(case: Case, part: OrderPart, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order, and whoever asked, what the unit above decided."""
    _tell(case, part, "instructed", data, actor, now)
    _tell_asker(case, part, Label("{n} 上报已批示", "{n}: decided from above"), data, now)


def _tell(case: Case, part: OrderPart, name: str, data: Data, actor: Actor, now: datetime) -> None:
    """Put what a part came to on the order's timeline."""
    words = str(data.get("result") or data.get("text") or "")
    facts: dict[str, Any] = {"part": case.pk, "by_unit": case.unit_id}
    if data.get("outcome"):
        facts["outcome"] = data["outcome"]
    telling.tell(part.order().case, name, actor, now, facts, {"text": words})


def _tell_asker(case: Case, part: OrderPart, words: Label, data: Data, now: datetime) -> None:
    if part.by_id is None:
        return
    title = Label(words.zh.format(n=part.number), words.en.format(n=part.number))
    said = str(data.get("result", ""))[:200]
    notify([part.by_id], "order.part", title, Label(said, said), case.pk, now=now, key=f"part/{case.pk}/{case.version}")


EFFECTS = {
    "invite": invite, "conclude": conclude, "tell_progress": tell_progress, "tell_done": tell_done,
    "tell_declined": tell_declined, "tell_passed_on": tell_passed_on, "tell_answered": tell_answered,
    "tell_decided": tell_decided,
}  # fmt: skip


def register() -> None:
    """Make the parts' flows known to casework (once, when Django starts)."""
    typed = registry.Typed(
        OrderPart,
        lambda part: {},
        lambda part: {"number": part.number},
        EFFECTS,
        sealing.screen,
        words=registry.blank("task", "result", "place"),
    )
    for flow in PARTS:
        registry.add(flow, typed)
