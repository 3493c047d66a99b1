"""Orders about one matter: merged into another, or repeats of a closed one (DOMAIN 2.4). See ``steps.joining``.

A merged order is answered with the other one: that one's answer says the event ``order.answered``, and the worker then
lets every order that waits beside it go to its own call-back, so that no customer is forgotten and no act on one order
waits for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from open95598.casework import registry, telling
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case, CaseLink
from open95598.casework.recipients import Directory
from open95598.casework.services import facts_of
from open95598.foundation.errors import Invalid
from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.events.services import Said, say
from open95598.foundation.notices.services import notify
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.words import Label
from open95598.service.intake import places
from open95598.service.workorders import naming
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.steps import joining

HOUSE = Actor.house("merging")
MERGED, REPEAT = "merged", "repeat"
#: how far two addresses must agree (``intake.places.agreement``)
_SAME_PLACE = frozenset({"room", "building", "estate"})
Data = Mapping[str, Any]


def merge(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Bind an order to the one that it was merged into, and tell that one's timeline.

    Raises ``Invalid`` on ``into`` when there is no such order for these eyes, or it cannot take this one.
    """
    other = _named(data["into"], "into", actor, order)
    held = telling.hold(other.pk)
    if not held.is_open or held.state in joining.TOO_LATE:
        raise _bad("into", _("That order was answered or ended already: link this one as a repeat, or handle it."))
    if not joining.fits(case.kind, held.kind):
        raise _bad("into", _("Complaints and reports are merged only with orders of their own kind."))
    if not _one_matter(order, other):
        raise _bad("into", _("That order is of another customer at another place: it is not the same matter."))
    if registry.flow(held.kind, held.flow_version).action("merge") is None:
        raise _bad("into", _("Nothing can be merged into an order of that kind."))
    order.merged_into = other
    order.save(update_fields=("merged_into",))
    WorkOrder.objects.system("merging").filter(pk=other.pk).update(absorbed=F("absorbed") + 1)
    CaseLink.objects.bulk_create([CaseLink(case=case, other=held, kind=MERGED, at=now)], ignore_conflicts=True)
    naming.keep_away_alike(case, order, held, other, actor, now)  # one matter
    telling.tell(held, "merged_in", actor, now, {"other": order.number})


def unmerge(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Undo a merger: the order stands for itself again, with its clocks as if it had never been merged."""
    other = order.merged_into
    assert other is not None
    CaseLink.objects.filter(case=case, other_id=other.pk, kind=MERGED).delete()
    unbind(case, order, data, actor, now)
    order.merged_into = None
    order.save(update_fields=("merged_into",))
    telling.tell(other.case, "merged_out", actor, now, {"other": order.number})


def unbind(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Count one order less that waits beside the other one."""
    rows = WorkOrder.objects.system("merging").filter(pk=order.merged_into_id, absorbed__gt=0)
    rows.update(absorbed=F("absorbed") - 1)


def answered_with(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Count one order less that waits beside the other one; those that were merged into this one, before it had to wait
    for something itself, are answered with it."""
    unbind(case, order, data, actor, now)
    answered(case, order, data, actor, now)


def link_repeat(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Say of which closed order this one is a repeat; from the rulebook's number on, the head of the bureau is told.

    Says ``order.repeated`` with the count (for supervision). Raises ``Invalid`` on ``of``.
    """
    other = _named(data["of"], "of", actor, order)
    if other.case.is_open:
        raise _bad("of", _("That order is still open: merge this one into it, or urge it."))
    if other.case.opened_at >= case.opened_at:
        raise _bad("of", _("That order is younger than this one."))
    if not _one_matter(order, other):
        raise _bad("of", _("That order is of another customer at another place: it is not the same matter."))
    order.repeat_of, order.repeats = other, other.repeats + 1
    order.save(update_fields=("repeat_of", "repeats"))
    CaseLink.objects.bulk_create([CaseLink(case=case, other=other.case, kind=REPEAT, at=now)], ignore_conflicts=True)
    _say_repeated(case, order, now)


def unlink_repeat(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Take back that an order is a repeat."""
    CaseLink.objects.filter(case=case, other_id=order.repeat_of_id, kind=REPEAT).delete()
    order.repeat_of, order.repeats = None, 0
    order.save(update_fields=("repeat_of", "repeats"))


def _say_repeated(case: Case, order: WorkOrder, now: datetime) -> None:
    rule = store.get(case.rulebook_version).repeats
    many = order.repeats >= rule.tell_from
    payload = {
        "kind": case.kind, "unit": case.unit_id, "number": order.number, "category": order.category,
        "count": order.repeats, "of": order.repeat_of.number if order.repeat_of else "", "many": many,
    }  # fmt: skip
    say([Said("order.repeated", f"case/{case.pk}", now, case.pk, payload)])
    if many:
        people = Directory(now).holders(case, rule.level, rule.roles)
        zh, en = f"同一诉求已重复{order.repeats}次", f"the same matter came back {order.repeats} times"
        title = Label(f"{order.number} {zh}", f"{order.number}: {en}")
        notify(people, "order.repeated", title, Label("", ""), case.pk, now=now, key=f"repeated/{case.pk}")


def _named(number: str, field: str, actor: Actor, order: WorkOrder) -> WorkOrder:
    """Return the order that somebody named and may see."""
    rows = WorkOrder.objects.system("the policy is asked below").select_related("case")
    found = rows.filter(number=str(number).strip().upper()).first()
    if found is None or not actor.may(Permission.CASE_VIEW, facts_of(found.case)):
        raise _bad(field, _("There is no such order."))
    if found.pk == order.pk:
        raise _bad(field, _("That is this order itself."))
    return found


def _one_matter(order: WorkOrder, other: WorkOrder) -> bool:
    """Say whether two orders may be about one matter: of the same customer, or of the same place (DOMAIN 2.4).

    A complaint or a report is its customer's own. Where a number is sealed or missing, whoever knows both decides.
    """
    if not order.contact_phone or not other.contact_phone or order.contact_phone == other.contact_phone:
        return True
    if {order.case.kind, other.case.kind} & set(joining.AMONG_THEMSELVES):
        return False
    return places.agreement(places.parse(order.address), places.parse(other.address)) in _SAME_PLACE


def _bad(field: str, reason: str) -> Invalid:
    return Invalid(_("Some fields need your attention."), fields={field: reason})


# when the other order is answered ------------------------------------------------------------------------------------


def answered(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Say ``order.answered`` when something waits for this order's answer (other orders, urges); in its transaction."""
    if case.state == "replied":
        return
    waiting = Case.objects.system("what waits for an answer").filter(parent_id=case.pk, kind="urge", is_open=True)
    if order.absorbed or waiting.exists():
        say([Said("order.answered", f"case/{case.pk}", now, case.pk, {"kind": case.kind, "unit": case.unit_id})])


def listen() -> None:
    """Hear what this room says itself (once, when Django starts)."""
    subscribe("workorders.answered", "order.answered")(hear)


def hear(event: Heard, now: datetime) -> None:
    """Let those that waited go on (in the worker, once): urges end, merged orders get the answer and their call-back.

    An order whose other one ended without an answer (terminated, withdrawn by its customer) stands for itself again.
    """
    rows = WorkOrder.objects.system("what waits for an answer")
    order = rows.select_related("case").filter(pk=event.case_id).first()
    if order is None:
        return
    urges = Case.objects.system("urges that are over").filter(parent_id=order.pk, kind="urge", is_open=True)
    casework.perform_many([casework.Request(u.pk, "lapse") for u in urges], HOUSE, now, partial=True)
    merged = [o.pk for o in rows.filter(merged_into=order, case__state="merged")]
    if order.case.state == "terminated" or not (order.case.is_open or order.answer):
        note = {"note": f"{order.number} 未答复即终止 / ended without an answer"}
        requests = [casework.Request(pk, "unmerge", note) for pk in merged]
    else:
        given = {"answer": order.answer} | ({"result": order.result} if order.result else {})
        requests = [casework.Request(pk, "answer_merged", given) for pk in merged]
    # whoever was taken out by hand meanwhile is refused, and that is right
    casework.perform_many(requests, HOUSE, now, partial=True)


EFFECTS = {
    "merge": merge, "unmerge": unmerge, "answered_with": answered_with, "link_repeat": link_repeat,
    "unlink_repeat": unlink_repeat, "answered": answered,
}  # fmt: skip
