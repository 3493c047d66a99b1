"""The only door to a case: opening, performing, appending. One transaction writes case, clocks, journal, events.

``perform_many`` is the primitive; ``perform`` is one of it. A change of state needs and raises the version; appending
(a note, an urge, an attachment) never waits for whoever is changing the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from open95598.casework import registry, work
from open95598.casework.actors import Actor
from open95598.casework.flow import BACK, OPENER, Action, Flow, Owner
from open95598.casework.inputs import clean
from open95598.casework.models import Case, CaseClock
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Refused, Stale
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append, append_to_stream
from open95598.foundation.people.policy import CaseFacts, Permission
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit


@dataclass(frozen=True)
class Act:
    """An action taken at once on a case that is being opened, by the actor who opens it or by a rule of the house."""

    actor: Actor
    action: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """A case to be opened: its kind, the typed row's fields, and where it begins.

    ``unit_id`` is responsible first; ``data`` goes to the journal, ``personal`` to its erasable part. ``acts`` follow
    at once: checked and told like any other, but the rows are written once, as they are afterwards.
    """

    kind: str
    unit_id: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    confidential: bool = False
    parent_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    acts: Sequence[Act] = ()


@dataclass(frozen=True)
class Request:
    """An action wanted on a case. ``version`` None: whatever is current. ``occurred_at``: the true time of what is
    entered later (from a paper slip), kept beside the server's time."""

    case_id: int
    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a request: the case as it is now, or the refusal."""

    case_id: int
    case: Case | None = None
    typed: Any = None
    refusal: Refused | None = None


def facts_of(case: Case) -> CaseFacts:
    """Return what the policy must know of a case."""
    return CaseFacts(
        scope=frozenset(case.scope),
        sight=frozenset(case.sight),
        confidential=case.confidential,
        owner_id=case.owner_id,
        recused_people=frozenset(case.recused_people),
        recused_units=frozenset(case.recused_units),
    )


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
            said.append(_said(item, "case.opened", now, {"to": item.case.state}))
            for act in opening.acts:
                request = Request(item.case.pk, act.action, act.data)
                action, cleaned = _check(item, request, act.actor, now)
                before, unit_before = item.case.state, item.case.unit_id
                _apply(item, action, cleaned, act.actor, now, now)
                drafts.append(_draft(item, action, cleaned, before, request, act.actor, now))
                said.append(_performed(item, action, before, unit_before, drafts[-1], now))
                after.append((item, action, cleaned, act.actor, now))
        append(drafts)
        Case.objects.bulk_create([w.case for w in works])
        by_model: dict[type[models.Model], list[models.Model]] = {}
        for item in works:
            by_model.setdefault(type(item.typed), []).append(item.typed)
        for model, rows in by_model.items():
            model._default_manager.bulk_create(rows)
        CaseClock.objects.bulk_create([c for w in works for c in w.new_clocks])
        say(said)
        for item, action, cleaned, doer, at in after:
            if action.effect:
                registry.typed(item.case.kind).effects[action.effect](item.case, item.typed, cleaned, doer, at)
        return [Outcome(w.case.pk, w.case, w.typed) for w in works]


def _begin(openings: Sequence[tuple[Opening, Actor, datetime]]) -> list[work.Work]:
    """Return the new cases in memory, with ids and their first clocks."""
    units = Unit.objects.in_bulk({o.unit_id for o, _actor, _at in openings})
    works: list[work.Work] = []
    for (opening, _actor, now), case_id in zip(openings, _take_case_ids(len(openings)), strict=True):
        unit = units.get(opening.unit_id)
        if unit is None:
            raise NotFound(_("There is no such unit."))
        flow = registry.flow(opening.kind)
        rules = store.current(now, tuple(unit.lineage))
        case = Case(
            pk=case_id,
            kind=opening.kind,
            state=flow.initial,
            flow_version=flow.version,
            rulebook_version=rules.version,
            unit=unit,
            opened_by_unit=unit,
            owner_id=opening.owner_id,
            parent_id=opening.parent_id,
            scope=list(unit.lineage),
            sight=list(unit.lineage),
            confidential=opening.confidential,
            opened_at=now,
            state_since=now,
        )
        typed = registry.typed(opening.kind).model(case=case, **opening.fields)
        item = work.Work(case, typed, flow, rules, unit)
        item.begin(now)
        works.append(item)
    return works


def _opened(item: work.Work, opening: Opening, actor: Actor, now: datetime) -> Draft:
    """Return the first entry of a case's journal."""
    case = item.case
    return Draft(
        head=case,
        stream=f"case/{case.pk}",
        kind="case.opened",
        at=now,
        actor_id=actor.person_id,
        actor_name=actor.name,
        case_id=case.pk,
        data={"kind": case.kind, "to": case.state, "unit": case.unit_id, "via": actor.via}
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
) -> Outcome:
    """Perform one action on one case; raises the refusals of ``perform_many``."""
    request = Request(case_id, action, data or {}, version, occurred_at)
    return perform_many([request], actor, now)[0]


def perform_many(requests: Sequence[Request], actor: Actor, now: datetime, *, partial: bool = False) -> list[Outcome]:
    """Perform actions on cases, in the order given, in one transaction.

    Checks sight, state, right, version, input and guard of each. Without ``partial`` the first refusal is raised and
    nothing is done; with it each refused request is reported in its outcome and the others are done.
    Raises ``NotFound``, ``Impossible`` and ``Forbidden`` (naming ``possible_actions``), ``Stale``, ``Invalid``.
    """
    with transaction.atomic():
        changing = [r for r in requests if not registry.appends(r.action)]
        if actor.person_id and any(registry.owns(r.action) for r in changing):
            _hold_person(actor.person_id)  # before the cases, as whoever ends an account does
        works = _load([r.case_id for r in changing], lock=True)
        works |= _load([r.case_id for r in requests if r.case_id not in works], lock=False)
        outcomes: list[Outcome] = []
        drafts: list[Draft] = []
        said: list[Said] = []
        after: list[tuple[work.Work, Action, dict[str, Any]]] = []
        for request in requests:
            item = works.get(request.case_id)
            try:
                action, cleaned = _check(item, request, actor, now)
                assert item is not None
                before, unit_before = item.case.state, item.case.unit_id
                if not action.appends:
                    _apply(item, action, cleaned, actor, request.occurred_at or now, now)
            except Refused as refusal:
                if not partial:
                    raise
                outcomes.append(Outcome(request.case_id, refusal=refusal))
                continue
            draft = _draft(item, action, cleaned, before, request, actor, now)
            if action.appends:
                append_to_stream(f"case/{item.case.pk}/notes", [draft])
            else:
                drafts.append(draft)
                item.touched = True
            said.append(_performed(item, action, before, unit_before, draft, now))
            after.append((item, action, cleaned))
            outcomes.append(Outcome(request.case_id, item.case, item.typed))
        append(drafts)
        work.store([w for w in works.values() if w.touched])
        say(said)
        for item, action, cleaned in after:
            if action.effect:
                registry.typed(item.case.kind).effects[action.effect](item.case, item.typed, cleaned, actor, now)
        return outcomes


def _hold_person(person_id: int) -> None:
    """Keep a person from leaving until this transaction has ended, so that no open case stays with one who left.

    Raises ``Forbidden`` when they have left already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM people_person WHERE id = %s AND is_active FOR SHARE", [person_id])
        if cursor.fetchone() is None:
            raise Forbidden(_("This account is closed."))


def possible(case: Case, typed: Any, actor: Actor, now: datetime) -> list[tuple[Action, Any]]:
    """Return the actions of the case's state with the reason why one cannot be taken now (None: it can).

    Actions that the actor has no right to are left out.
    """
    flow = registry.flow(case.kind, case.flow_version)
    facts = facts_of(case)
    moment = work.Work(case, typed, flow, store.get(case.rulebook_version), case.unit).moment({}, now)
    return [
        (action, action.guard(moment) if action.guard else None)
        for action in flow.actions_from(case.state)
        if any(actor.may(permission, facts) for permission in action.permissions)
    ]


def possible_names(case: Case, typed: Any, actor: Actor, now: datetime) -> list[str]:
    """Return the names of the actions that the actor can take now."""
    return [action.name for action, reason in possible(case, typed, actor, now) if reason is None]


def _load(case_ids: Iterable[int], *, lock: bool) -> dict[int, work.Work]:
    ids = sorted(set(case_ids))
    if not ids:
        return {}
    query = Case.objects.system("the engine checks each request").filter(pk__in=ids).select_related("unit")
    if lock:
        query = query.select_for_update(no_key=True, of=("self",))
    cases = list(query.order_by("pk"))
    typed = work.load_typed(cases)
    clocks: dict[int, list[CaseClock]] = {}
    if lock:
        for clock in CaseClock.objects.filter(case_id__in=ids).order_by("id"):
            clocks.setdefault(clock.case_id, []).append(clock)
    return {
        c.pk: work.Work(
            c,
            typed[c.pk],
            registry.flow(c.kind, c.flow_version),
            store.get(c.rulebook_version),
            c.unit,
            clocks.get(c.pk, []),
        )
        for c in cases
    }


def _check(item: work.Work | None, request: Request, actor: Actor, now: datetime) -> tuple[Action, dict[str, Any]]:
    if item is None or not actor.may(Permission.CASE_VIEW, facts_of(item.case)):
        raise NotFound(_("There is no such case."))
    case, flow = item.case, item.flow
    action = flow.action(request.action)
    if request.version is not None and request.version != case.version and not (action and action.appends):
        raise Stale(
            _("Somebody else changed this case in the meantime: it is now at version %(version)s.")
            % {"version": case.version},
            current_version=case.version,
        )
    if action is None or case.state not in action.sources:
        raise Impossible(
            _("This cannot be done in the state “%(state)s”.") % {"state": _state_name(flow, case.state)},
            possible_actions=possible_names(case, item.typed, actor, now),
        )
    facts = facts_of(case)
    if not any(actor.may(permission, facts) for permission in action.permissions):
        raise Forbidden(
            _("You have no right to do this here."), possible_actions=possible_names(case, item.typed, actor, now)
        )
    cleaned = clean(action.inputs, request.data, item.rules)
    if request.occurred_at is not None and not case.opened_at <= request.occurred_at <= now:
        raise Invalid(
            _("Some fields need your attention."),
            fields={"occurred_at": _("The true time must lie between the opening of the case and now.")},
        )
    if action.guard is not None:
        reason = action.guard(item.moment(cleaned, now))
        if reason is not None:
            raise Impossible(_in_language(reason), possible_actions=possible_names(case, item.typed, actor, now))
    return action, cleaned


def _apply(item: work.Work, action: Action, data: dict[str, Any], actor: Actor, at: datetime, now: datetime) -> None:
    """Change the work in memory: state, owner, unit, typed fields, clocks."""
    case = item.case
    item.clock_notes = []
    target = _target(action, item, data, now)
    item.set_fields(action.sets, data, actor, at, now)
    if action.unit_input == OPENER:
        item.move_to(case.opened_by_unit)
    elif action.unit_input:
        item.move_to(Unit.objects.get(pk=data[action.unit_input]))
    if action.owner == Owner.ACTOR:
        case.owner_id = actor.person_id
    elif action.owner == Owner.NOBODY:
        case.owner_id = None
    elif action.owner == Owner.INPUT:
        case.owner_id = data.get("person") or actor.person_id
        if case.owner_id and case.owner_id != actor.person_id:
            _hold_person(case.owner_id)
    item.stop_clocks(action.stops, at)
    if target is not None:
        item.enter(target, at, now)
    item.pause_clocks(action.pauses, at)
    item.resume_clocks(action.resumes, at)
    if case.is_open:
        for name in action.starts:
            item.start_clock(name, at)
    item.settle_clocks()


def _target(action: Action, item: work.Work, data: dict[str, Any], now: datetime) -> str | None:
    if not action.to:
        return None
    target = action.decide(item.moment(data, now)) if action.decide else action.to[0]
    if target not in action.to:
        raise ValueError(f"{item.flow.kind}.{action.name} decided for {target!r}, which it does not declare")
    return item.case.back_state if target == BACK else target


def _draft(
    item: work.Work,
    action: Action,
    data: dict[str, Any],
    before: str,
    request: Request,
    actor: Actor,
    now: datetime,
) -> Draft:
    apart = {i.name for i in action.inputs if i.personal}
    entry: dict[str, Any] = {"action": action.name, "via": actor.via, "input": _plain(data, apart)}
    if action.changes_state:
        entry |= {"from": before, "to": item.case.state, "version": item.case.version}
    if item.clock_notes and not action.appends:
        entry["clocks"] = item.clock_notes
    if request.occurred_at is not None:
        entry["occurred_at"] = request.occurred_at.isoformat()
    if action.unit_input:
        entry["unit"] = item.case.unit_id
    if action.owner != Owner.KEEP:
        entry["owner"] = item.case.owner_id
    return Draft(
        head=item.case,
        stream=f"case/{item.case.pk}",
        kind=f"case.{action.name}",
        at=now,
        actor_id=actor.person_id,
        actor_name=actor.name,
        case_id=item.case.pk,
        data=entry,
        personal={name: str(data[name]) for name in apart if data.get(name) not in (None, "")},
    )


def _plain(data: Mapping[str, Any], apart: set[str]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in data.items()
        if name not in apart
    }


def _performed(item: work.Work, action: Action, before: str, unit_before: int, draft: Draft, now: datetime) -> Said:
    data = {"action": action.name, "from": before, "to": item.case.state, "version": item.case.version}
    data |= {"from_unit": unit_before, "input": draft.data["input"]}
    return _said(item, f"case.{action.name}", now, data)


def _said(item: work.Work, type_: str, now: datetime, data: dict[str, Any]) -> Said:
    summary = dict(registry.typed(item.case.kind).summary(item.typed))
    return Said(
        type=type_,
        key=f"case/{item.case.pk}",
        at=now,
        case_id=item.case.pk,
        payload={"kind": item.case.kind, "unit": item.case.unit_id, **summary, **data},
    )


def _state_name(flow: Flow, state: str) -> str:
    return _in_language(flow.state(state).label)


def _in_language(label: Any) -> str:
    from django.utils.translation import get_language

    return str(label.in_(get_language()))
