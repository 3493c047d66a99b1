"""Section ``indices`` of a rulebook's files (DOMAIN 2.4), and its rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from open95598.foundation.rulebook.index_rows import IndexRules, NormRules, ServiceIndexRules
from open95598.foundation.rulebook.parts import Many, Part

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem


def _number(value: Any) -> Decimal:
    """Read a number that is written as text (``"0.1"``), so that it is exact; a whole number may stand bare."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Decimal(value)
    if not isinstance(value, str) or not value.replace(".", "", 1).isdecimal():
        raise ValueError(f'not a number like "0.1": {value!r}')
    return Decimal(value)


Number = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=1000)]
Above = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=1000)]


class ServicePart(Part):
    """Part of ``indices``: the service index."""

    calls: Annotated[int, Field(ge=2, le=100)] = 3
    target: Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=100)] = Decimal(95)
    step: Above = Decimal("0.1")
    per_step: Number = Decimal("0.1")
    false_order: Number = Decimal("0.1")
    media: Number = Decimal(5)
    faked: Number = Decimal("0.2")
    source: str = ""


class NormPart(Part):
    """Part of ``indices``: the marketing norm rate."""

    weight_1: Number = Decimal("0.7")
    weight_2: Number = Decimal("0.2")
    weight_reports: Number = Decimal("0.1")
    class_1: Many = ()
    class_2: Many = ()
    calls_per: Annotated[int, Field(ge=1)] = 100
    calls_share: Number = Decimal("0.5")
    customers_per: Annotated[int, Field(ge=1)] = 1000
    customers_share: Number = Decimal("0.5")
    source: str = ""


class IndicesPart(Part):
    """Section ``indices``."""

    service: ServicePart = ServicePart()
    norm: NormPart = NormPart()
    small: Annotated[int, Field(ge=1, le=10_000)] = 30

    def row(self) -> IndexRules:
        """Return the rules."""
        return IndexRules(
            ServiceIndexRules(**self.service.model_dump()), NormRules(**self.norm.model_dump()), self.small
        )


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong with the section: unknown categories, one in both classes, weights that are not a whole."""
    norm = built.book.indices.norm
    for name in ("class_1", "class_2"):
        for code in getattr(norm, name):
            if not built.rulebook.has_category(code, "complaint"):
                yield at(f"unknown category of complaints {code!r}", "indices", "norm", name)
    for code in set(norm.class_1) & set(norm.class_2):
        yield at(f"category {code!r} is in both classes", "indices", "norm", "class_2")
    if norm.weight_1 + norm.weight_2 + norm.weight_reports != 1:
        yield at("the weights must add up to 1", "indices", "norm")
