"""Drawing samples, and what an inspection's acts do: telling the unit, charging what failed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from open95598.casework import registry, telling
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.casework.recipients import Directory
from open95598.control.assessment import services as assessment
from open95598.control.assessment.services import Charge
from open95598.control.sampling import drawing, flows, judging
from open95598.control.sampling.models import Draw, Inspection
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.services import tell
from open95598.foundation.people.policy import GRANTS, Permission, Role
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.oversight_rows import SamplePlan
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.service.workorders import sealing
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder

Data = Mapping[str, Any]
KIND = flows.FLOW.kind
KINDS = tuple(flow.kind for flow in ORDERS)
HOUSE = Actor.house("sampling")
#: entries that say who answered an order
_ANSWERS = ("case.reply", "case.answer_at_once", "case.acknowledge")
#: at most so many orders of a unit and week take part in a draw
MOST = 20_000


def zone() -> ZoneInfo:
    """Return the utility's zone, in which weeks are meant."""
    return ZoneInfo(settings.TIME_ZONE)


# drawing -------------------------------------------------------------------------------------------------------------


def last_week(now: datetime) -> date:
    """Return the Monday of the last whole week."""
    return drawing.week_of(now.astimezone(zone()).date()) - timedelta(days=7)


def draw_week(monday: date, actor: Actor, now: datetime, *, unit_ids: Sequence[int] | None = None) -> list[Draw]:
    """Draw the samples of a whole week for every plan and unit that has none yet; return the new draws.

    ``unit_ids`` keeps to units below these (those where the actor may inspect). However often it is called, a plan
    draws once for a unit and week. Raises ``Invalid`` for a week that has not ended.
    """
    monday = drawing.week_of(monday)
    start, end = drawing.bounds(monday, zone())
    if end > now:
        raise Invalid(_("Some fields need your attention."), fields={"week": _("This week has not ended yet.")})
    closed = WorkOrder.objects.system("the population of a draw").filter(
        case__is_open=False, case__closed_at__gte=start, case__closed_at__lt=end, case__kind__in=KINDS
    )
    if unit_ids is not None:
        closed = closed.filter(case__scope__overlap=list(unit_ids))
    made: list[Draw] = []
    units = Unit.objects.filter(pk__in=closed.values("case__unit_id")).order_by("pk")
    for unit in units:
        for plan in store.current(now, tuple(unit.lineage)).oversight.plans:
            found = draw(plan, unit, monday, actor, now)
            made += [found] if found is not None else []
    return made


def draw(plan: SamplePlan, unit: Unit, monday: date, actor: Actor, now: datetime) -> Draw | None:
    """Draw a plan's sample of a unit's orders closed in a week, and open their inspections; None when it was drawn
    before, or there is nothing to draw from. An order is inspected once, whatever plans it falls under.
    """
    if Draw.objects.filter(plan=plan.code, unit=unit, week=monday).exists():
        return None
    population = list(_population(plan, unit, monday))
    if not population:
        return None
    seed = secrets.token_hex(16)
    chosen = drawing.draw(population, plan.size(len(population)), seed)
    try:
        with transaction.atomic():
            row = Draw.objects.create(
                plan=plan.code, unit=unit, week=monday, at=now, by_id=actor.person_id, seed=seed,
                rulebook_version=store.current(now, tuple(unit.lineage)).version, population=population, drawn=chosen,
            )  # fmt: skip
            _open(row, plan, actor, now)
    except IntegrityError:  # somebody drew at the same moment
        return None
    return row


def _population(plan: SamplePlan, unit: Unit, monday: date) -> Any:
    """Return the ids of the orders that a plan draws from, in their order."""
    start, end = drawing.bounds(monday, zone())
    rows = WorkOrder.objects.system("the population of a draw").filter(
        case__is_open=False, case__unit=unit, case__closed_at__gte=start, case__closed_at__lt=end
    )
    rows = rows.filter(case__kind__in=plan.kinds or KINDS)
    if plan.results:
        rows = rows.filter(result__in=plan.results)
    if plan.substantiated:
        known = any(column.name == "substantiated" for column in WorkOrder._meta.fields)
        found = {"substantiated__in": plan.substantiated}
        rows = rows.filter(**found) if known else rows.none()
    if plan.categories:
        rules = store.current(end, tuple(unit.lineage))
        rows = rows.filter(category__in={c.code for top in plan.categories for c in rules.category(top).walk()})
    rows = rows.filter(inspection=None)
    return rows.order_by("pk").values_list("pk", flat=True)[:MOST]


def _open(row: Draw, plan: SamplePlan, actor: Actor, now: datetime) -> None:
    orders = WorkOrder.objects.system("the drawn orders").select_related("case").in_bulk(row.drawn)
    answered = _who_answered(row.drawn)
    openings = [
        casework.Opening(
            KIND,
            row.unit_id,
            {
                "order_id": pk,
                "number": orders[pk].number,
                "draw_id": row.pk,
                "form": plan.form,
                "order_kind": orders[pk].case.kind,
                "person_id": answered.get(pk, orders[pk].case.owner_id),
            },
            parent_id=pk,
            data={"parent": pk, "number": orders[pk].number, "draw": row.pk, "plan": plan.code},
        )
        for pk in row.drawn
    ]
    outcomes = casework.open_many(openings, actor, now)
    title = Label(f"质检待办：{plan.label.zh} {len(outcomes)} 件", f"{len(outcomes)} to inspect: {plan.label.en}")
    first = outcomes[0].case
    assert first is not None
    people = Directory(now).holders(first, "own", ["quality_auditor"])
    tell(people, ["bell"], "inspection.drawn", title, Label("", ""), first.pk, now=now, key=f"draw/{row.pk}")


def _who_answered(case_ids: Sequence[int]) -> dict[int, int]:
    """Return who answered each order last, by the journal."""
    rows = Entry.objects.filter(case_id__in=case_ids, kind__in=_ANSWERS, actor_id__isnull=False).order_by("id")
    return dict(rows.values_list("case_id", "actor_id"))  # type: ignore[arg-type]


# inspecting ----------------------------------------------------------------------------------------------------------


def judge(pk: int, sheet: judging.Sheet, actor: Actor, now: datetime, *, version: int | None = None) -> Inspection:
    """Judge an inspection on its form. Raises ``Invalid`` naming each line that is wrong, and what ``casework.perform``
    refuses with."""
    row = Inspection.objects.system("checked by the engine below").select_related("case").filter(pk=pk).first()
    if row is not None and (actor.rights is None or actor.may(Permission.CASE_VIEW, casework.facts_of(row.case))):
        form = store.get(row.case.rulebook_version).oversight.form(row.form)
        found = judging.problems(form, row.order_kind, sheet) if form is not None else {}
        if found:
            words = {
                "missing": _("Give the points."),
                "range": _("Between nothing and the most of this line."),
                "reason": _("Say why."),
                "unknown": _("The form has no such line."),
            }
            raise Invalid(_("Some fields need your attention."), fields={c: words[w] for c, w in found.items()})
    data = {"sheet": judging.as_text(sheet)}
    outcome = casework.perform(pk, "judge", actor, now, data=data, version=version)
    done: Inspection = outcome.typed
    return done


def may_draw(actor: Actor) -> list[int]:
    """Return the units where the actor may draw samples. Raises ``Forbidden`` when there are none."""
    units = sorted(actor.rights.units(Permission.CASE_INSPECT)) if actor.rights is not None else []
    if not units:
        raise Forbidden(_("You have no right to do this here."))
    return units


# what an inspection's own acts do ------------------------------------------------------------------------------------


def told_judged(case: Case, row: Inspection, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the judged unit and person the result, and until when they may object."""
    word = Label("合格", "passed") if row.passed else Label("不合格", "failed")
    title = Label(f"{row.number} 质检{row.score}分，{word.zh}", f"{row.number}: {row.score} points, {word.en}")
    roles = [
        role
        for role in ("unit_manager",)
        if not case.confidential or Permission.CASE_VIEW_CONFIDENTIAL in GRANTS[Role(role)]
    ]
    people = [*Directory(now).holders(case, "own", roles), row.person_id]
    _ring(people, "inspection.judged", title, row, now)


def told_objected(case: Case, row: Inspection, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the auditors that the unit objects."""
    title = Label(f"{row.number} 质检异议待答复", f"{row.number}: the unit objects to the inspection")
    people = [*Directory(now).holders(case, "own", ["quality_auditor"]), row.judged_by_id]
    _ring(people, "inspection.objected", title, row, now)


def told_decided(case: Case, row: Inspection, data: Data, actor: Actor, now: datetime) -> None:
    """Tell whoever objected, and whoever was judged, what was decided; then it is settled."""
    outcome = dict(flows.OUTCOMES)[row.outcome]
    title = Label(f"{row.number} 质检异议：{outcome.zh}", f"{row.number}, objection: {outcome.en}")
    _ring([row.objected_by_id, row.person_id, row.judged_by_id], "inspection.decided", title, row, now)
    settled(case, row, data, actor, now)


def settled(case: Case, row: Inspection, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the order's timeline what the inspection came to; it is final now, and what failed is charged (C10)."""
    order_case = Case.objects.system("the inspected order's timeline").select_related("unit").get(pk=row.order_id)
    facts = {"inspection": row.pk, "score": row.score, "passed": row.passed}
    telling.tell(order_case, "inspected", actor, now, facts)
    if row.score is not None and not row.passed:
        charge = Charge(
            "rejected_sample", case.unit_id, f"rejected_sample/{row.pk}", case_id=row.order_id, person_id=row.person_id
        )
        assessment.enter(charge, HOUSE, now)


def _ring(people: Sequence[int | None], kind: str, title: Label, row: Inspection, now: datetime) -> None:
    wanted = [p for p in people if p is not None and p not in row.case.recused_people]
    key = f"inspection/{row.pk}/{row.case.version}"
    tell(wanted, ["bell"], kind, title, Label("", ""), row.pk, now=now, key=key)


EFFECTS = {"told_judged": told_judged, "told_objected": told_objected, "told_decided": told_decided, "settled": settled}


def register() -> None:
    """Make the flow known to casework (once, when Django starts)."""
    registry.add(
        flows.FLOW,
        registry.Typed(
            Inspection,
            lambda row: {},
            lambda row: {"number": row.number},
            EFFECTS,
            sealing.screen,
            list_name="sampling:list",
            words={**registry.blank("objection", "decision"), "sheet": judging.without_words},
        ),
    )
