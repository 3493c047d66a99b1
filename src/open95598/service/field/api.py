"""The API of field sheets: made, read, entered, printed masked."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from open95598.foundation.errors import Forbidden
from open95598.foundation.idempotency.services import once
from open95598.service.field import papers, queries, services
from open95598.service.field.models import FieldSheet
from open95598.service.workorders import presenting
from open95598.service.workorders.api import PROBLEMS, actor_of, answer

router = Router(tags=["field sheets"])
Pk = Annotated[int, Path(ge=1, le=2**62)]


class SheetIn(Schema):
    """Whose open repairs go on the sheet: a unit's (id), or one of its people's."""

    model_config = ConfigDict(extra="forbid")

    unit: int = Field(ge=1, le=2**62)
    crew: int | None = Field(default=None, ge=1, le=2**62)


class SheetLineOut(Schema):
    """A repair on a sheet, by its place."""

    place: int
    case_id: int
    entered_at: str | None
    entered_by: str | None


class SheetOut(Schema):
    """A field sheet."""

    id: int
    number: str
    unit: int
    crew: int | None
    made_at: str
    made_by: str
    lines: list[SheetLineOut]


class SheetRowIn(Schema):
    """A row as it was written: times such as ``14:20`` or ``3-5 14:20`` in the utility's zone, codes of the lists."""

    model_config = ConfigDict(extra="forbid")

    place: int = Field(ge=1, le=999)
    out: str = Field(default="", max_length=40)
    arrived: str = Field(default="", max_length=40)
    restored: str = Field(default="", max_length=40)
    cause: str = Field(default="", max_length=60)
    ownership: str = Field(default="", max_length=60)
    result: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=170)


class SheetEntriesIn(Schema):
    """What a filled-in sheet tells. ``whole``: record nothing when a row is bad."""

    model_config = ConfigDict(extra="forbid")

    rows: list[SheetRowIn] = Field(min_length=1, max_length=queries.MOST)
    crew: int | None = Field(default=None, ge=1, le=2**62)
    whole: bool = False


class SheetRowOut(Schema):
    """What became of a row: the acts that were recorded (none: all was on record), or what is wrong, by field."""

    place: int
    done: list[str]
    problems: dict[str, str]


class SheetEntriesOut(Schema):
    """What became of the rows."""

    rows: list[SheetRowOut]


def _may(request: Any) -> None:
    if not queries.reach(request.rights):
        raise Forbidden(_("You have no right to do this here."))


def _told(sheet: FieldSheet) -> dict[str, Any]:
    return {
        "id": sheet.pk,
        "number": sheet.number,
        "unit": sheet.unit_id,
        "crew": sheet.crew_id,
        "made_at": presenting.instant(sheet.made_at),
        "made_by": sheet.made_by.name,
        "lines": [
            {
                "place": line.place,
                "case_id": line.case_id,
                "entered_at": presenting.instant(line.entered_at),
                "entered_by": line.entered_by.name if line.entered_by else None,
            }
            for line in queries.lines(sheet)
        ],
    }


@router.post("/field-sheets", response={201: SheetOut, **PROBLEMS}, summary="Make a field sheet")
def make(request: Any, payload: SheetIn) -> HttpResponse:
    """Put the open repairs of a unit on a new sheet. With ``Idempotency-Key`` it is made once."""
    _may(request)

    def do() -> HttpResponse:
        made = services.make(actor_of(request), payload.unit, payload.crew, request.now)
        return answer(_told(queries.get(request.rights, made.pk)), 201)

    key = request.headers.get("Idempotency-Key", "")
    return once(request.user.pk, key, {"sheet": payload.dict()}, request.now, do)


@router.get("/field-sheets/{pk}", response={200: SheetOut, **PROBLEMS}, summary="Read a field sheet")
def get(request: Any, pk: Pk) -> HttpResponse:
    """Return a sheet of one's units with its lines."""
    _may(request)
    return answer(_told(queries.get(request.rights, pk)))


@router.get("/field-sheets/{pk}/sheet.pdf", summary="Print a field sheet")
def paper(request: Any, pk: Pk) -> HttpResponse:
    """Return the sheet as a PDF, customers' data masked."""
    _may(request)
    found = queries.get(request.rights, pk)
    language = get_language() or "zh-hans"
    content = papers.pdf(found, request.rights, {}, request.user.name, request.now, language)
    response = HttpResponse(content, content_type="application/pdf")
    response["Cache-Control"] = "no-store"
    return response


@router.post(
    "/field-sheets/{pk}/entries", response={200: SheetEntriesOut, **PROBLEMS}, summary="Enter a filled-in field sheet"
)
def enter(request: Any, pk: Pk, payload: SheetEntriesIn) -> HttpResponse:
    """Record the rows at their true times. A bad row is named, the others are recorded; entered twice, done once."""
    _may(request)
    found = queries.get(request.rights, pk)
    rows = {row.place: row.dict(exclude={"place"}) for row in payload.rows}
    results = services.enter(found, rows, actor_of(request), request.now, crew_id=payload.crew, whole=payload.whole)
    told = [{"place": one.line.place, "done": one.done, "problems": one.problems} for one in results]
    return answer({"rows": told})
