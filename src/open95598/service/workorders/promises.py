"""Who keeps the promise to the customer (首问负责制, B3): chosen at the registration, passed on, taken from leavers.

``WorkOrder.keeper`` is the first-contact owner for as long as ``promise_open`` says that the customer waits. The
journal has every change: the order's opening names the keeper (``keeper``), ``case.promise_passed`` the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from open95598.casework import telling
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.notices.services import notify
from open95598.foundation.people import rights as people_rights
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import GRANTS, Permission, Rights, Role
from open95598.foundation.people.reveal import facts_of
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.reach import Reach

HOUSE = Actor.house("first_contact")
#: why a promise passed without being offered: the shift's handover; its keeper left, or may no longer see the order
SHIFT, LEFT, RECUSED = "shift", "left", "recused"
Data = Mapping[str, Any]


def held(person_ids: Collection[int]) -> QuerySet[WorkOrder]:
    """Return the open promises of people, whoever may see them; the caller restricts what is shown."""
    return WorkOrder.objects.system("promises by their keepers").filter(keeper_id__in=person_ids, promise_open=True)


def kept_for(rights: Rights) -> QuerySet[WorkOrder]:
    """Return the open promises that a person keeps, for themselves and for those they stand in for (委托)."""
    rows = WorkOrder.objects.restrict(rights).filter(keeper_id__in=[rights.person_id, *rights.deputises])
    return rows.filter(promise_open=True).select_related("case", "case__unit", "case__owner")


class Keepers:
    """Chooses who keeps promises that no person took on; remembers what it looked up, for many orders at once."""

    def __init__(self, roles: Iterable[str], now: datetime, without: Collection[int] = ()) -> None:
        self._roles, self._now, self._without = tuple(roles), now, frozenset(without)
        self._people: dict[tuple[int, bool], list[int]] = {}
        self._load: dict[int, int] = {}

    def fit(self, person_id: int | None) -> bool:
        """Say whether somebody may keep a promise at all."""
        return person_id is not None and person_id not in self._without

    def choose(self, lineage: Collection[int], *, confidential: bool) -> int | None:
        """Return whoever keeps the fewest promises among those of the rule's first role at the nearest unit.

        ``lineage``: the unit that took the order and those above it, the top first. None when nobody holds any role.
        """
        for unit_id in reversed(list(lineage)):
            people = self._at(unit_id, confidential=confidential)
            if people:
                chosen = min(people, key=lambda person: (self._load.get(person, 0), person))
                self._load[chosen] = self._load.get(chosen, 0) + 1
                return chosen
        return None

    def _at(self, unit_id: int, *, confidential: bool) -> list[int]:
        key = (unit_id, confidential)
        if key not in self._people:
            self._people[key] = self._look_up(unit_id, confidential=confidential)
        return self._people[key]

    def _look_up(self, unit_id: int, *, confidential: bool) -> list[int]:
        roles = [r for r in self._roles if not confidential or Permission.CASE_VIEW_CONFIDENTIAL in GRANTS[Role(r)]]
        rows = RoleAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=self._now), unit_id=unit_id)
        rows = rows.filter(role__in=roles, valid_from__lte=self._now, person__is_active=True)
        found = set(rows.exclude(person_id__in=self._without).values_list("role", "person_id"))
        first = next((role for role in roles if any(held == role for held, _person in found)), None)
        people = sorted(person for role, person in found if role == first)
        new = [person for person in people if person not in self._load]
        counts = held(new).order_by().values_list("keeper_id").annotate(n=Count("pk")) if new else ()
        self._load |= dict.fromkeys(new, 0) | {keeper: n for keeper, n in counts if keeper is not None}
        return people


def takes(actor: Actor, seat: Unit, *, confidential: bool, other_system: bool) -> bool:
    """Say whether the person who registers an order is the customer's first contact.

    Not the house and no interface; not who brings a spreadsheet; not whoever could not see the order afterwards.
    """
    if actor.rights is None or other_system or not actor.rights.at(Permission.CASE_ANSWER, seat.lineage):
        return False
    return not confidential or actor.rights.at(Permission.CASE_VIEW_CONFIDENTIAL, seat.lineage)


# what the actions do -------------------------------------------------------------------------------------------------


def ask_keeper(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Ask the next keeper to sign; raises ``Invalid`` on ``person`` for oneself and for who may not see the order."""
    if data["person"] == order.keeper_id:
        raise Invalid(_("Some fields need your attention."), fields={"person": _("You keep this promise already.")})
    if not _sees(Person.objects.get(pk=data["person"]), case, now):
        raise Invalid(
            _("Some fields need your attention."), fields={"person": _("This person may not see this order.")}
        )
    title = Label(f"{order.number} 请签收首问责任", f"{order.number}: sign for the promise")
    said = Label(f"{actor.name} 移交", f"passed on by {actor.name}")
    key = f"promise/{case.pk}/{data['person']}/{now.isoformat()}"
    notify([data["person"]], "order.promise", title, said, case.pk, now=now, key=key)


def sign_promise(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Make whoever signs the keeper, and tell the one before."""
    before = order.keeper_id
    _set(order, actor.person_id)
    _tell(case, before, actor.person_id, order.keeper_why, actor, now)
    title = Label(f"{order.number} 首问责任已签收", f"{order.number}: the promise was signed for")
    _ring(case, before, title, actor, now)


def decline_promise(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Leave the promise where it is, and tell its keeper."""
    WorkOrder.objects.system("the keeper stays").filter(pk=order.pk).update(keeper_asked=None)
    title = Label(f"{order.number} 首问责任未签收", f"{order.number}: the promise was not signed for")
    _ring(case, order.keeper_id, title, actor, now)


EFFECTS = {"ask_keeper": ask_keeper, "sign_promise": sign_promise, "decline_promise": decline_promise}

# outside of the actions ----------------------------------------------------------------------------------------------


def hand_over(
    from_id: int, actor: Actor, now: datetime, *, case_ids: Collection[int] | None = None, why: str = SHIFT
) -> tuple[list[int], list[int]]:
    """Give the open promises of a person (those of ``case_ids``, or all) to whoever signs for them: the actor.

    Returns the ids of the cases that passed, and of those that stay because the actor may not see them. One
    transaction. Raises ``Forbidden`` when the actor is no person, ``Invalid`` for one's own promises.
    """
    if actor.person_id is None or actor.rights is None:
        raise Forbidden(_("A promise passes only to a person who signs for it."))
    if actor.person_id == from_id:
        raise Invalid(_("Some fields need your attention."), fields={"person": _("You keep these promises already.")})
    with transaction.atomic():
        rows = held([from_id]) if case_ids is None else held([from_id]).filter(pk__in=list(case_ids))
        # the case may be in somebody's hands: only the order's row is held, and its story gets an entry beside
        orders = list(rows.select_related("case", "case__unit").select_for_update(no_key=True, of=("self",)))
        seen = set(WorkOrder.objects.restrict(actor.rights).filter(pk__in=[o.pk for o in orders]).values_list("pk"))
        passed = [o for o in orders if (o.pk,) in seen]
        for order in passed:
            _set(order, actor.person_id)
            _tell(order.case, from_id, actor.person_id, why, actor, now)
    return [o.pk for o in passed], [o.pk for o in orders if (o.pk,) not in seen]


def pass_on_person(person: Person, now: datetime) -> None:
    """Take the promises from somebody who leaves: the rule chooses who keeps each from now on, and they are told."""
    WorkOrder.objects.system("a leaver signs for nothing").filter(keeper_asked=person).update(keeper_asked=None)
    for order in held([person.pk]).select_related("case__opened_by_unit"):
        replace_keeper(order.case, order, LEFT, now, without=(person.pk,))


def replace_keeper(
    case: Case, order: WorkOrder, why: str, now: datetime, *, without: Collection[int] = ()
) -> int | None:
    """Let the rule choose another keeper, tell the order's story and the new keeper; return them (None: nobody)."""
    rules = store.get(case.rulebook_version).tracking.first_contact
    keepers = Keepers(rules.roles, now, {*without, *_kept_from(case)})
    chosen = keepers.choose(case.opened_by_unit.lineage, confidential=case.confidential)
    before = order.keeper_id
    _set(order, chosen)
    _tell(case, before, chosen, why, HOUSE, now)
    _ring(case, chosen, Label(f"{order.number} 首问责任转入", f"{order.number}: this promise is yours now"), HOUSE, now)
    return chosen


def recused(case: Case, order: WorkOrder, now: datetime) -> None:
    """Take the promise from a keeper who was kept away from the order meanwhile."""
    unfit = _kept_from(case)
    if order.keeper_asked_id in unfit:
        WorkOrder.objects.system("kept away").filter(pk=order.pk).update(keeper_asked=None)
    if order.keeper_id in unfit:
        replace_keeper(case, order, RECUSED, now)


def people_of(away: Reach) -> set[int]:
    """Return who is kept away: the people themselves, and who belongs to the units, by account or by any role."""
    units = sorted(away.units)
    if not units:
        return set(away.people)
    own = Person.objects.filter(unit__lineage__overlap=units).values_list("pk", flat=True)
    held = RoleAssignment.objects.filter(unit__lineage__overlap=units).values_list("person_id", flat=True)
    return {*away.people, *own, *held}


def _kept_from(case: Case) -> set[int]:
    return people_of(Reach(frozenset(case.recused_people), frozenset(case.recused_units)))


def _sees(person: Person, case: Case, now: datetime) -> bool:
    return Actor.of(person, people_rights.load(person, now), "page").may(Permission.CASE_VIEW, facts_of(case))


def _set(order: WorkOrder, keeper_id: int | None) -> None:
    WorkOrder.objects.system("its keeper").filter(pk=order.pk).update(keeper_id=keeper_id, keeper_asked=None)


def _tell(case: Case, before: int | None, after: int | None, why: str, actor: Actor, now: datetime) -> None:
    telling.tell(case, "promise_passed", actor, now, {"from_keeper": before, "keeper": after, "why": why})


def _ring(case: Case, person_id: int | None, title: Label, actor: Actor, now: datetime) -> None:
    if person_id is not None and person_id != actor.person_id:
        key = f"promise/{case.pk}/{person_id}/{now.isoformat()}"
        said = Label("", "") if actor.rights is None else Label(actor.name, actor.name)
        notify([person_id], "order.promise", title, said, case.pk, now=now, key=key)


def register() -> None:
    """Hear of people who leave (once, when Django starts)."""
    from open95598.foundation.people import hooks

    hooks.on_succession(pass_on_person)
