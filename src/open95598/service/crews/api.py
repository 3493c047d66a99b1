"""The API of crews: who is on duty where, the plan, sending, duties and positions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework.inputs import in_zone
from open95598.foundation.errors import Forbidden, Invalid, Refused
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import problems
from open95598.foundation.ui.wire import PROBLEMS, Key, answer
from open95598.service.crews import queries, services
from open95598.service.crews.board import Board, Proposal, Team
from open95598.service.crews.models import Crew
from open95598.service.crews.services import Sent
from open95598.service.workorders import directory, presenting
from open95598.service.workorders.api import Instant, UnitCode, actor_of, unit_id_of

router = Router(tags=["crews"])
CrewId = Annotated[int, Path(ge=1, le=2**63 - 1)]
CaseId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class CrewPositionOut(Schema):
    """Where a crew was last. ``at`` null: it stands by there. ``x``, ``y``: longitude and latitude in degrees, or plane
    coordinates of the grid."""

    x: float
    y: float
    at: datetime | None
    source: str
    fresh: bool


class CrewStopOut(Schema):
    """Work of a crew: ``case`` with its ``number``, when it should be there and done."""

    case: int
    number: str
    arrives: datetime | None
    leaves: datetime | None = None
    late: bool


class CrewOut(Schema):
    """A crew: ``duty_until`` null when it is off duty; ``in_hand`` what it has, ``proposed`` what it would get next."""

    id: int
    name: str
    unit: str
    lead: int
    members: list[int]
    skills: list[str]
    duty_until: datetime | None
    position: CrewPositionOut | None
    free_at: datetime
    in_hand: list[CrewStopOut]
    proposed: list[CrewStopOut]


class CrewProposalOut(Schema):
    """Work without a crew: the limit for arriving, how many are dark, the crew that is proposed (null: nobody can) and
    why. ``version`` and ``owner`` are what sending it asks for."""

    case: int
    number: str
    kind: str
    version: int
    owner: int | None
    limit: datetime | None
    customers: int
    important: int
    protected: int
    skills: list[str]
    crew: int | None
    arrives: datetime | None
    minutes_late: int
    first: bool
    why: str


class CrewBoardOut(Schema):
    """The crews of a unit and the assignment; ``by``: solver, greedy or first; ``skipped``: faults whose place nobody
    knows yet."""

    at: datetime
    by: str
    skipped: int
    crews: list[CrewOut]
    proposals: list[CrewProposalOut]


class CrewSendIn(Schema):
    """One to be sent. ``version`` and ``instead_of`` (who had it) as they were looked at; ``expected_at``: when the
    crew should arrive."""

    model_config = ConfigDict(extra="forbid")

    case: CaseId
    crew: CaseId
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    instead_of: CaseId | None = None
    expected_at: Instant | None = None


class CrewSendsIn(Schema):
    """What is to be sent, each by itself."""

    model_config = ConfigDict(extra="forbid")

    send: list[CrewSendIn] = Field(min_length=1, max_length=200)


class CrewSentOut(Schema):
    """What became of one: the crew that has it, or the problem that stood against it."""

    case: int
    crew: int | None
    problem: dict[str, Any] | None


class CrewSentsOut(Schema):
    """What became of each, in the order given."""

    results: list[CrewSentOut]


class CrewDutyIn(Schema):
    """A duty: from ``since`` (now) until ``until`` (the rulebook's length of a shift later)."""

    model_config = ConfigDict(extra="forbid")

    since: Instant | None = None
    until: Instant | None = None


class CrewPositionIn(Schema):
    """Where a crew is: longitude and latitude in degrees, ``accuracy`` in metres."""

    model_config = ConfigDict(extra="forbid")

    longitude: Longitude
    latitude: Latitude
    accuracy: float | None = Field(None, ge=0, le=1e6, allow_inf_nan=False)


@router.get("/crews", response={200: CrewBoardOut, **PROBLEMS}, summary="Crews of a unit and whom to send where")
def board(request: Any, unit: UnitCode = "") -> HttpResponse:
    """Return the crews of a unit (a code; without, the highest in reach) and the proposed assignment."""
    if not any(request.rights.anywhere(p) for p in queries.WHO):
        raise Forbidden(_("You have no right to do this here."))
    found = Board(request.rights, _unit(request, unit), request.now)
    proposals = found.proposals
    return answer({
        "at": presenting.instant(found.moment), "by": found.plan.by, "skipped": found.gathered.skipped,
        "crews": [_team(team) for team in found.teams], "proposals": [_proposal(row) for row in proposals],
    })  # fmt: skip


@router.post("/crews/send", response={200: CrewSentsOut, **PROBLEMS}, summary="Send crews")
def send(request: Any, body: CrewSendsIn, idempotency_key: Key = "") -> HttpResponse:
    """Send crews, each by itself: what somebody else did meanwhile is refused, and the others go."""
    if not any(request.rights.anywhere(p) for p in queries.WHO):
        raise Forbidden(_("You have no right to do this here."))
    wanted = [Sent(one.case, one.crew, one.version, one.instead_of, _moment(one.expected_at)) for one in body.send]

    def do() -> HttpResponse:
        results = services.send(wanted, actor_of(request), request.now)
        return answer({"results": [
            {"case": one.case_id, "crew": one.crew.pk if one.crew else None,
             "problem": _problem(one.refusal)}
            for one in results
        ]})  # fmt: skip

    asked = {"crews": "send", "send": [one.dict() | {"expected_at": str(one.expected_at or "")} for one in body.send]}
    return once(request.user.pk, idempotency_key.strip(), asked, request.now, do)


@router.post("/crews/{pk}/duty", response={200: CrewDutyIn, **PROBLEMS}, summary="Begin a crew's duty")
def begin_duty(request: Any, pk: CrewId, body: CrewDutyIn) -> HttpResponse:
    """Put a crew on shift."""
    row = services.begin_duty(
        _crew(request, pk), actor_of(request), request.now, _moment(body.until), _moment(body.since)
    )
    return answer({"since": presenting.instant(row.starts_at), "until": presenting.instant(row.ends_at)})


@router.delete("/crews/{pk}/duty", response={204: None, **PROBLEMS}, summary="End a crew's duty")
def end_duty(request: Any, pk: CrewId) -> HttpResponse:
    """Take a crew off shift; where it is is forgotten."""
    services.end_duty(_crew(request, pk), actor_of(request), request.now)
    return HttpResponse(status=204)


@router.put("/crews/{pk}/position", response={204: None, **PROBLEMS}, summary="Tell where a crew is")
def position(request: Any, pk: CrewId, body: CrewPositionIn) -> HttpResponse:
    """Keep where a crew is, instead of where it was."""
    crew = _crew(request, pk)
    services.report(crew, body.longitude, body.latitude, actor_of(request), request.now, accuracy=body.accuracy)
    return HttpResponse(status=204)


def _problem(refusal: Refused | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {
        "type": f"urn:open95598:problem:{refusal.code}", "title": problems.title_of(refusal.status),
        "status": refusal.status, "detail": str(refusal.detail),
    }  # fmt: skip


def _moment(at: datetime | None) -> datetime | None:
    try:
        return in_zone(at) if at is not None else None
    except (OverflowError, ValueError):
        raise Invalid(_("This time is out of range.")) from None


def _unit(request: Any, code: str) -> Any:
    wanted = unit_id_of(code)
    reach = [u for u in directory.units() if any(request.rights.at(p, u.lineage) for p in queries.WHO)]
    if wanted is None:
        return min(reach, key=lambda u: len(u.lineage))
    found = next((u for u in reach if u.id == wanted), None)
    if found is None:
        raise Forbidden(_("This unit is not yours to look at."))
    return found


def _crew(request: Any, pk: int) -> Crew:
    if request.rights.anywhere(Permission.CASE_CREW):
        own = queries.own(request.user.pk).filter(pk=pk).first()
        if own is not None:
            return own
    return queries.get(request.rights, pk)


def _team(team: Team) -> dict[str, Any]:
    where = team.where if team.duty is not None else None
    return {
        "id": team.crew.pk, "name": team.crew.name, "unit": team.crew.unit.code, "lead": team.crew.lead_id,
        "members": [p.pk for p in team.crew.members.all()], "skills": sorted(team.skills),
        "duty_until": presenting.instant(team.duty.ends_at) if team.duty else None,
        "position": None if where is None else {
            "x": where.place[0], "y": where.place[1], "at": presenting.instant(where.at), "source": where.source,
            "fresh": where.fresh,
        },
        "free_at": presenting.instant(team.free_at),
        "in_hand": [
            {"case": one.work.case.pk, "number": one.work.number, "arrives": presenting.instant(one.arrives),
             "leaves": presenting.instant(one.leaves), "late": one.late}
            for one in team.in_hand
        ],
        "proposed": [
            {"case": row.work.case.pk, "number": row.work.number, "arrives": presenting.instant(row.arrives),
             "leaves": None, "late": row.late > 0}
            for row in team.stops
        ],
    }  # fmt: skip


def _proposal(row: Proposal) -> dict[str, Any]:
    work = row.work
    return {
        "case": work.case.pk, "number": work.number, "kind": work.case.kind, "version": work.case.version,
        "owner": work.owner_id, "limit": presenting.instant(work.limit),
        "customers": work.customers, "important": work.important, "protected": work.protected,
        "skills": list(work.needs), "crew": row.team.crew.pk if row.team else None,
        "arrives": presenting.instant(row.arrives), "minutes_late": row.late, "first": row.first, "why": row.why,
    }  # fmt: skip
