"""The only door to a case: opening, performing, appending. One transaction writes case, clocks, journal, events.

``perform_many`` is the primitive; ``perform`` is one of it. A change of state needs and raises the version; appending
(a note, an urge, an attachment) never waits for whoever is changing the case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from open95598.casework import acting, recusal, registry, work
from open95598.casework.acting import Request, cautions, facts_of, possible, possible_names
from open95598.casework.actors import Actor
from open95598.casework.effects import Happened, follow
from open95598.casework.flow import Action
from open95598.casework.models import Case, CaseClock, Participant
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append, append_to_stream
from open95598.foundation.rulebook import store
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit

__all__ = (
    "Act", "Opening", "Outcome", "Request", "cautions", "facts_of", "open_each", "open_many", "perform", "perform_many",
    "possible", "possible_names",
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """An action taken at once on a case that is being opened, by the actor who opens it or by a rule of the house."""

    actor: Actor
    action: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """A case to be opened: its kind, the typed row's fields, and where it begins.

    ``unit_id`` is responsible first; the units of ``participants`` (each with its role) see it. A case below a parent
    is as confidential as that one, and whoever is recused there is recused here. Where a recused unit would begin or
    take part, the next above it does; a recused owner owns nothing. ``unsigned``: the journal does not say who opened
    it, nor through which door (the caller keeps that apart). ``data`` goes to the journal,
    ``personal`` to its erasable part. ``acts`` follow at once: checked and told like any other, but the rows are
    written once, as they are afterwards.
    """

    kind: str
    unit_id: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    confidential: bool = False
    parent_id: int | None = None
    participants: Mapping[int, str] = field(default_factory=dict)
    recused_people: Collection[int] = ()
    recused_units: Collection[int] = ()
    unsigned: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    acts: Sequence[Act] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a request: the case as it is now, or the refusal."""

    case_id: int
    case: Case | None = None
    typed: Any = None
    refusal: Refused | None = None


def open_many(openings: Sequence[Opening], actor: Actor, now: datetime) -> list[Outcome]:
    """Open cases of any kinds, start their first clocks, and do what is to be done with them at once.

    The caller has checked the right to open them. Raises ``KeyError`` for an unknown kind, ``NotFound`` for an unknown
    unit, and the refusals of ``perform_many`` for an opening's acts. One transaction.
    """
    return open_each([(opening, actor, now) for opening in openings])


def open_each(openings: Sequence[tuple[Opening, Actor, datetime]]) -> list[Outcome]:
    """Open cases, each by its own actor at its own moment (a history that is loaded); see ``open_many``."""
    with transaction.atomic():
        works = _begin(openings)
        drafts: list[Draft] = []
        said: list[Said] = []
        after: list[tuple[work.Work, Action, dict[str, Any], Actor, datetime]] = []
        for item, (opening, actor, now) in zip(works, openings, strict=True):
            drafts.append(_opened(item, opening, actor, now))
            said.append(acting.said(item, "case.opened", now, {"to": item.case.state}))
            for act in opening.acts:
                request = Request(item.case.pk, act.action, act.data)
                action, cleaned = acting.check(item, request, act.actor, now)
                before, unit_before = item.case.state, item.case.unit_id
                acting.apply(item, action, cleaned, act.actor, now, now)
                drafts.append(acting.draft(item, action, cleaned, before, request, act.actor, now))
                said.append(acting.performed(item, action, before, unit_before, drafts[-1], now))
                after.append((item, action, cleaned, act.actor, now))
        append(drafts)
        Case.objects.bulk_create([w.case for w in works])
        by_model: dict[type[models.Model], list[models.Model]] = {}
        for item in works:
            by_model.setdefault(type(item.typed), []).append(item.typed)
        for model, rows in by_model.items():
            model._default_manager.bulk_create(rows)
        CaseClock.objects.bulk_create([c for w in works for c in w.new_clocks])
        _add_participants(works, openings)
        say(said)
        follow(
            (registry.effect(item.case.kind, action), Happened(item.case, item.typed, cleaned, doer, at))
            for item, action, cleaned, doer, at in after
            if action.effect
        )
        return [Outcome(w.case.pk, w.case, w.typed) for w in works]


def _begin(openings: Sequence[tuple[Opening, Actor, datetime]]) -> list[work.Work]:
    """Return the new cases in memory, with ids and their first clocks."""
    named = {unit_id for o, _actor, _at in openings for unit_id in (o.unit_id, *o.participants)}
    units = Unit.objects.in_bulk(named)
    above = {o.parent_id for o, _actor, _at in openings if o.parent_id is not None}
    parents = Case.objects.system("what a part takes over").in_bulk(above) if above else {}
    works: list[work.Work] = []
    known: dict[int, Unit] = dict(units)
    for (opening, _actor, now), case_id in zip(openings, _take_case_ids(len(openings)), strict=True):
        unit = units.get(opening.unit_id)
        if unit is None:
            raise NotFound(_("There is no such unit."))
        flow = registry.flow(opening.kind)
        rules = store.current(now, tuple(unit.lineage))
        parent = parents.get(opening.parent_id) if opening.parent_id is not None else None
        people = sorted({*opening.recused_people, *(parent.recused_people if parent else ())})
        recused = sorted({*opening.recused_units, *(parent.recused_units if parent else ())})
        unit = _standing_in(unit, recused, known)
        others = [_standing_in(units[pk], recused, known) for pk in opening.participants]
        owner_id = opening.owner_id
        if owner_id is not None and recusal.among([owner_id], people, recused, now):
            owner_id = None
        case = Case(
            pk=case_id,
            kind=opening.kind,
            state=flow.initial,
            flow_version=flow.version,
            rulebook_version=rules.version,
            unit=unit,
            opened_by_unit=unit,
            owner_id=owner_id,
            parent_id=opening.parent_id,
            scope=list(unit.lineage),
            sight=sorted({*unit.lineage, *(pk for other in others for pk in other.lineage)}),
            confidential=opening.confidential or (parent is not None and parent.confidential),
            recused_people=people,
            recused_units=recused,
            opened_at=now,
            state_since=now,
        )
        typed = registry.typed(opening.kind).model(case=case, **opening.fields)
        item = work.Work(case, typed, flow, rules, unit)
        item.begin(now)
        works.append(item)
    return works


def _standing_in(unit: Unit, recused: Collection[int], known: dict[int, Unit]) -> Unit:
    """Return the unit, or who stands in for it; what is looked up is remembered."""
    unit_id = recusal.stand_in(unit.lineage, recused)
    if unit_id not in known:
        known[unit_id] = tree.get(unit_id)
    return known[unit_id]


def _add_participants(works: Sequence[work.Work], openings: Sequence[tuple[Opening, Actor, datetime]]) -> None:
    rows = [
        Participant(case=item.case, unit_id=unit_id, role=role, since=now)
        for item, (opening, _actor, now) in zip(works, openings, strict=True)
        for unit_id, role in opening.participants.items()
    ]
    if rows:
        Participant.objects.bulk_create(rows)


def _opened(item: work.Work, opening: Opening, actor: Actor, now: datetime) -> Draft:
    """Return the first entry of a case's journal."""
    case = item.case
    return Draft(
        head=case,
        stream=f"case/{case.pk}",
        kind="case.opened",
        at=now,
        actor_id=None if opening.unsigned else actor.person_id,
        actor_name="" if opening.unsigned else actor.name,
        case_id=case.pk,
        data={"kind": case.kind, "to": case.state, "unit": case.unit_id, "via": "" if opening.unsigned else actor.via}
        | {"rulebook": case.rulebook_version, "flow": item.flow.version, "clocks": item.clock_notes}
        | dict(opening.data),
        personal=dict(opening.personal),
    )


def _take_case_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('casework_case', 'id')) from generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def perform(
    case_id: int,
    action: str,
    actor: Actor,
    now: datetime,
    *,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    occurred_at: datetime | None = None,
    exact: bool = False,
) -> Outcome:
    """Perform one action on one case; raises the refusals of ``perform_many``. ``exact``: see ``Request``."""
    request = Request(case_id, action, data or {}, version, occurred_at, exact)
    return perform_many([request], actor, now)[0]


def perform_many(requests: Sequence[Request], actor: Actor, now: datetime, *, partial: bool = False) -> list[Outcome]:
    """Perform actions on cases, in the order given, in one transaction.

    Checks sight, state, right, version, input and guard of each. Without ``partial`` the first refusal is raised and
    nothing is done; with it each refused request is reported in its outcome and the others are done.
    Raises ``NotFound``, ``Impossible`` and ``Forbidden`` (naming ``possible_actions``), ``Stale``, ``Invalid``.
    """
    with transaction.atomic(), tree.remembering():
        changing = [r for r in requests if not registry.appends(r.action)]
        if actor.person_id and any(registry.owns(r.action) for r in changing):
            acting.hold_person(actor.person_id)  # before the cases, as whoever ends an account does
        works = acting.load([r.case_id for r in changing], lock=True)
        works |= acting.load([r.case_id for r in requests if r.case_id not in works], lock=False)
        outcomes: list[Outcome] = []
        drafts: list[Draft] = []
        said: list[Said] = []
        after: list[tuple[work.Work, Action, dict[str, Any]]] = []
        for request in requests:
            item = works.get(request.case_id)
            try:
                action, cleaned = acting.check(item, request, actor, now)
                assert item is not None
                before, unit_before = item.case.state, item.case.unit_id
                at = acting.moment_of(item, action, request, now)
                if not action.appends:
                    acting.apply(item, action, cleaned, actor, at or now, now)
            except Refused as refusal:
                if not partial:
                    raise
                outcomes.append(Outcome(request.case_id, refusal=refusal))
                continue
            draft = acting.draft(item, action, cleaned, before, request, actor, now)
            if action.appends:
                append_to_stream(f"case/{item.case.pk}/notes", [draft])
            else:
                drafts.append(draft)
                item.touched = True
            said.append(acting.performed(item, action, before, unit_before, draft, now))
            said += [] if action.appends else acting.cleared(item, now)
            after.append((item, action, cleaned))
            outcomes.append(Outcome(request.case_id, item.case, item.typed))
        append(drafts)
        work.store([w for w in works.values() if w.touched])
        say(said)
        follow(
            (
                registry.effect(item.case.kind, action),
                Happened(item.case, item.typed, cleaned, actor, now),
            )
            for item, action, cleaned in after
            if action.effect
        )
        return outcomes
