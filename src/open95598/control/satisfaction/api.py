"""The figures for programs: ``/api/v1/satisfaction``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.params import Query
from pydantic import Field

from open95598.control.satisfaction import indices, queries
from open95598.foundation import months
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import overview
from open95598.service.workorders.api import PROBLEMS

router = Router(tags=["satisfaction"])


class IndexLineOut(Schema):
    """A line of an index: its formula with its numbers, what it adds."""

    code: str
    formula: str
    numerator: Decimal | None
    denominator: Decimal | None
    points: Decimal


class IndexOut(Schema):
    """An index; ``value`` is null when it cannot be computed, ``missing`` says what is lacking."""

    value: Decimal | None
    lines: list[IndexLineOut]
    missing: list[str]


class RateOut(Schema):
    """A share of content customers in per cent, with its counts; ``small``: over few ratings."""

    name: str
    rated: int
    content: int
    share: Decimal | None
    small: bool


class FiguresOut(Schema):
    """The figures of a unit (with everything below it) and a month (DOMAIN 2.4)."""

    unit: str
    month: str
    rulebook: str
    service_index: IndexOut
    marketing_norm_rate: IndexOut
    inputs: dict[str, int | None]
    satisfaction: RateOut
    by_unit: list[RateOut]
    by_kind: list[RateOut]
    by_way: list[RateOut]


class Asked(Schema):
    """What is asked for: a unit's code (without: the highest in reach), a month such as ``2026-03`` (this month)."""

    unit: str = Field("", max_length=40)
    month: str = Field("", max_length=7, pattern=r"^(\d{4}-\d{2})?$")


@router.get("/satisfaction", response={200: FiguresOut, **PROBLEMS}, summary="Indices of service and satisfaction")
def figures(request: Any, asked: Query[Asked]) -> Any:
    """Return both indices with their lines, and the shares of content customers by unit, kind and way."""
    if not request.rights.anywhere(Permission.OVERVIEW_VIEW):
        raise Forbidden(_("Your roles do not include this page. Ask your unit's administrator if you need it."))
    month = months.parse(asked.month) if asked.month else months.of(request.now)
    if month is None:
        raise Invalid(_("Some fields need your attention."), fields={"month": _("Give a month such as 2026-03.")})
    wanted = ""
    if asked.unit:
        known = [u for u in overview.directory.units() if u.code == asked.unit]
        wanted = str(known[0].id) if known else "-"
    unit = overview.choose(request.rights, wanted)
    found = queries.figures(request.rights, unit, month, request.now)
    return FiguresOut(
        unit=unit.code,
        month=f"{month:%Y-%m}",
        rulebook=found.rules.version,
        service_index=_index(found.service),
        marketing_norm_rate=_index(found.norm),
        inputs={i.name: i.value for i in found.inputs},
        satisfaction=_rate(found.whole),
        by_unit=[_rate(r) for r in found.by_unit],
        by_kind=[_rate(r) for r in found.by_kind],
        by_way=[_rate(r) for r in found.by_way],
    )


def _index(index: indices.Index) -> IndexOut:
    return IndexOut(
        value=None if index.value is None else indices.shown(index.value),
        lines=[
            IndexLineOut(code=line.code, formula=line.formula, numerator=line.numerator,
                    denominator=None if line.denominator is None else indices.shown(line.denominator),
                    points=indices.shown(line.points))
            for line in index.lines
        ],
        missing=list(index.missing),
    )  # fmt: skip


def _rate(rate: queries.Rate) -> RateOut:
    name = queries.named(rate.name, get_language())
    return RateOut(name=name, rated=rate.rated, content=rate.content, share=rate.share, small=rate.small)
