"""What an act on a case consists of: loading the case, checking the request, changing it in memory, telling of it.

``services`` does one set of acts at one moment, ``replay`` many acts at many moments; both go through here, so that
the checks and what journal and events say are the same. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import recusal, registry, truth, work
from open95598.casework.actors import Actor
from open95598.casework.flow import BACK, OPENER, Action, Flow, Moment, Owner, level_of
from open95598.casework.inputs import clean
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.events.services import Said
from open95598.foundation.journal.services import Draft
from open95598.foundation.people.policy import Permission
from open95598.foundation.people.reveal import facts_of
from open95598.foundation.rulebook import store
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit


@dataclass(frozen=True)
class Request:
    """An action wanted on a case. ``version`` None: whatever is current. ``occurred_at``: the true time of what is
    entered later (from a paper slip), kept beside the server's time. ``exact``: the version counts also for an action
    that only appends (an explicit ``If-Match``); pages send theirs always, and there it does not.
    """

    case_id: int
    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    occurred_at: datetime | None = None
    exact: bool = False


def hold_person(person_id: int) -> None:
    """Keep a person from leaving until this transaction has ended, so that no open case stays with one who left.

    Raises ``Forbidden`` when they have left already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM people_person WHERE id = %s AND is_active FOR SHARE", [person_id])
        if cursor.fetchone() is None:
            raise Forbidden(_("This account is closed."))


def possible(
    case: Case, typed: Any, actor: Actor, now: datetime, clocks: Iterable[CaseClock] | None = None
) -> list[tuple[Action, Any]]:
    """Return the actions of the case's state with the reason why one cannot be taken now (None: it can).

    Actions that the actor has no right to are left out. ``clocks``: the case's, when the caller has them at hand.
    """
    flow = registry.flow(case.kind, case.flow_version)
    rules = store.get(case.rulebook_version)
    moment = _glance(case, typed, actor, now, clocks)
    return [
        (action, registry.refusal(action, moment))
        for action in flow.actions_from(case.state)
        if _has_right(actor, action, case, typed, rules) and (action.when is None or action.when(moment))
    ]


def cautions(case: Case, typed: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what the actor should know before taking an action of the case's state, by the action's name."""
    moment = _glance(case, typed, actor, now)
    actions = registry.flow(case.kind, case.flow_version).actions_from(case.state)
    said = {a.name: a.caution(moment) for a in actions if a.caution is not None}
    return {name: words for name, words in said.items() if words is not None}


def _glance(case: Case, typed: Any, actor: Actor, now: datetime, clocks: Iterable[CaseClock] | None = None) -> Moment:
    """Return the moment for a look at a case that is not locked; its clocks are read when a guard asks for them."""
    flow, rules = registry.flow(case.kind, case.flow_version), store.get(case.rulebook_version)
    moment = work.Work(case, typed, flow, rules, case.unit).moment({}, now, actor)
    return replace(moment, clocks=_lazily_going(case, clocks))


def _lazily_going(case: Case, clocks: Iterable[CaseClock] | None = None) -> Mapping[str, CaseClock]:
    """Return the clocks that have not ended, by name: read when somebody asks for them, unless they are at hand."""
    return cast("Mapping[str, CaseClock]", SimpleLazyObject(lambda: _going(case, clocks)))


def _going(case: Case, clocks: Iterable[CaseClock] | None) -> dict[str, CaseClock]:
    rows = CaseClock.objects.filter(case=case) if clocks is None else clocks
    return {c.name: c for c in rows if c.state != ClockState.STOPPED}


def _has_right(actor: Actor, action: Action, case: Case, typed: Any, rules: Any) -> bool:
    """Say whether the actor has the right that an action needs on a case, at the level that it needs it at."""
    if actor.rights is None:
        return True
    facts = facts_of(case)
    up = action.above(rules, case) if action.above is not None else 0
    if action.asked_by and getattr(typed, action.asked_by) == actor.person_id:
        up = max(up, 1)
    if up:  # the top of the tree has nobody above it: there its own level counts
        judging = case.scope[: max(1, len(case.scope) - up)]
        facts = replace(facts, scope=frozenset(judging))
    also = action.besides(typed) if action.besides is not None else None
    if also is not None and not actor.may(also, facts):
        return False
    return any(actor.may(permission, facts) for permission in action.permissions)


def possible_names(
    case: Case, typed: Any, actor: Actor, now: datetime, clocks: Iterable[CaseClock] | None = None
) -> list[str]:
    """Return the names of the actions that the actor can take now; see ``possible``."""
    return [action.name for action, reason in possible(case, typed, actor, now, clocks) if reason is None]


def load(case_ids: Iterable[int], *, lock: bool) -> dict[int, work.Work]:
    """Return cases with their typed rows, flows and rules by id; unknown ids are left out.

    ``lock`` (inside a transaction): their rows are locked, in the order of ids, and their clocks come along.
    """
    ids = sorted(set(case_ids))
    if not ids:
        return {}
    query = Case.objects.system("the engine checks each request").filter(pk__in=ids)
    query = query.select_related("unit", "opened_by_unit")
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


def check(item: work.Work | None, request: Request, actor: Actor, now: datetime) -> tuple[Action, dict[str, Any]]:
    """Return the action that a request means and its input, cleaned; ``now`` aware UTC. Nothing is changed.

    Checks sight, version, state, right, input, true time and guard, in this order. Raises ``NotFound`` (also for an
    item None), ``Stale``, ``Impossible`` and ``Forbidden`` (naming ``possible_actions``), ``Invalid``.
    """
    if item is None or not actor.may(Permission.CASE_VIEW, facts_of(item.case)):
        raise NotFound(_("There is no such case."))
    case, flow = item.case, item.flow
    action = flow.action(request.action)
    waits = request.exact or action is None or not action.appends
    if request.version is not None and request.version != case.version and waits:
        raise Stale(
            _("Somebody else changed this case in the meantime: it is now at version %(version)s.")
            % {"version": case.version},
            current_version=case.version,
        )
    here = action is not None and case.state in action.sources
    if action is None or not here or (action.when is not None and not action.when(item.moment({}, now, actor))):
        raise Impossible(
            _("This cannot be done in the state “%(state)s”.") % {"state": _state_name(flow, case.state)},
            possible_actions=possible_names(case, item.typed, actor, now),
        )
    if not _has_right(actor, action, case, item.typed, item.rules):
        raise Forbidden(
            _("You have no right to do this here."), possible_actions=possible_names(case, item.typed, actor, now)
        )
    cleaned = clean(action.inputs, request.data, item.rules)
    if bad := recusal.refused(action.inputs, cleaned, case, now):
        raise Invalid(_("Some fields need your attention."), fields=bad)
    if (screen := registry.typed(case.kind).screen) is not None:
        cleaned = screen(case, item.typed, action, cleaned, actor)
    if request.occurred_at is not None and moment_of(item, action, request, now) is None:
        raise Invalid(_("Some fields need your attention."), fields={"occurred_at": _too_early(item, action)})
    moment = item.moment(cleaned, now, actor)
    if action.appends:  # the case is not locked for it, so its clocks did not come along
        moment = replace(moment, clocks=_lazily_going(case))
    reason = registry.refusal(action, moment)
    if reason is not None:
        raise Impossible(_in_language(reason), possible_actions=possible_names(case, item.typed, actor, now))
    item.acted_for = case.owner_id if actor.rights is not None and case.owner_id in actor.rights.deputises else None
    return action, cleaned


def moment_of(item: work.Work, action: Action, request: Request, now: datetime) -> datetime | None:
    """Return when an act counts: now, or at the true time that is told; None when that cannot be (``truth``)."""
    if request.occurred_at is None:
        return now
    return truth.happened(request.occurred_at, _before(item, action), now)


def _before(item: work.Work, action: Action) -> datetime:
    """Return when what an act comes after happened: what only adds to a case waits for its opening alone."""
    case = item.case
    return case.opened_at if action.appends else max(case.opened_at, case.state_since)


def _too_early(item: work.Work, action: Action) -> str:
    before = _before(item, action)
    if before == item.case.opened_at:
        return _("The true time must lie between the opening of the case and now.")
    return _("The true time must lie between what was done before it (%(time)s) and now.") % {
        "time": f"{timezone.localtime(before):%Y-%m-%d %H:%M}"
    }


def apply(item: work.Work, action: Action, data: dict[str, Any], actor: Actor, at: datetime, now: datetime) -> None:
    """Change the work in memory: state, owner, unit, typed fields, clocks. ``at``: the true time, ``now``: ours."""
    case = item.case
    item.clock_notes, item.cleared = [], []
    moment = item.moment(data, now, actor)
    target = _target(action, moment)
    unit = action.unit_input if isinstance(action.unit_input, str) else action.unit_input(moment)
    begins = (*action.starts, *(clock for clock, does in action.starts_if.items() if does(moment)))
    longer = {clock: days(moment) for clock, days in action.extends.items()}
    ends = (*action.stops, *(clock for clock, does in action.stops_if.items() if does(moment)))
    item.before = {name: getattr(item.typed, name) for name in action.keeps}
    usual = item.limits() if action.relimits else {}
    item.set_fields(action.sets, data, actor, at, now)
    item.relimit(usual)
    if unit:
        wanted = _unit(unit, case, data)
        item.move_to(tree.get(recusal.stand_in(wanted.lineage, case.recused_units)))
    if action.owner == Owner.ACTOR:
        case.owner_id = actor.person_id
    elif action.owner == Owner.NOBODY:
        case.owner_id = None
    elif action.owner == Owner.INPUT:
        case.owner_id = data.get("person") or actor.person_id
        if case.owner_id and case.owner_id != actor.person_id:
            hold_person(case.owner_id)
    item.stop_clocks(ends, at)
    if target is not None:
        back = target == BACK
        item.enter(case.back_state if back else target, at, now, back=back)
    item.pause_clocks(action.pauses, at)
    item.resume_clocks(action.resumes, at)
    for name, days in longer.items():
        item.extend_clock(name, days, now)
    if case.is_open:
        since = action.starts_from(moment) if action.starts_from is not None else None
        for name in begins:
            item.start_clock(name, at, since)
    item.settle_clocks()


def _unit(named: str | int, case: Case, data: Mapping[str, Any]) -> Unit:
    """Return the unit that an action makes responsible, by what its declaration says."""
    if isinstance(named, int):
        return tree.get(named)
    if named == OPENER:
        return case.opened_by_unit
    if (level := level_of(named)) is not None:  # a utility without that level: its top decides
        above = {u.pk: u for u in Unit.objects.filter(pk__in=case.scope)}
        return next((above[pk] for pk in case.scope if above[pk].level == level), above[case.scope[0]])
    return tree.get(data[named])


def _target(action: Action, moment: Moment) -> str | None:
    if not action.to:
        return None
    target = action.decide(moment) if action.decide else action.to[0]
    if target not in action.to:
        raise ValueError(f"{moment.case.kind}.{action.name} decided for {target!r}, which it does not declare")
    return target


def draft(
    item: work.Work,
    action: Action,
    data: dict[str, Any],
    before: str,
    request: Request,
    actor: Actor,
    now: datetime,
) -> Draft:
    """Return the journal entry of an act that was applied; ``before``: the state before it.

    Personal input goes to the erasable part of the entry.
    """
    apart = {i.name for i in action.inputs if i.personal}
    entry: dict[str, Any] = {"action": action.name, "via": actor.via, "input": _plain(data, apart)}
    if action.changes_state:
        entry |= {"from": before, "to": item.case.state, "version": item.case.version}
    if item.clock_notes and not action.appends:
        entry["clocks"] = item.clock_notes
    if item.acted_for is not None:
        entry["for"] = item.acted_for
    if request.occurred_at is not None:
        entry["occurred_at"] = request.occurred_at.isoformat()
    if action.unit_input:
        entry["unit"] = item.case.unit_id
    if action.owner != Owner.KEEP:
        entry["owner"] = item.case.owner_id
    if action.keeps:
        entry["before"] = item.before
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


def performed(item: work.Work, action: Action, before: str, unit_before: int, entry: Draft, now: datetime) -> Said:
    """Return the event of an act that was applied; ``before`` and ``unit_before``: state and unit before it."""
    data = {"action": action.name, "from": before, "to": item.case.state, "version": item.case.version}
    data |= {"from_unit": unit_before, "input": entry.data["input"]}
    if action.keeps:
        data["before"] = item.before
    return said(item, f"case.{action.name}", now, data)


def cleared(item: work.Work, now: datetime) -> list[Said]:
    """Return what is said of clocks that were told to be overdue and stopped in time in truth."""
    return [
        said(item, "clock.cleared", now, {"clock": clock.name, "due_at": clock.due_at.isoformat()})
        for clock in item.cleared
    ]


def said(item: work.Work, type_: str, now: datetime, data: dict[str, Any]) -> Said:
    """Return an event about a case, with the summary that its kind gives."""
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
    return str(label.in_(get_language()))
