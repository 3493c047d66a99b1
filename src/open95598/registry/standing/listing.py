"""The list of customers by tier, credit and value; where the formula proposes another tier than they have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open95598.foundation import clock
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, Column, Filter, ListSpec, Order
from open95598.registry.customers import kinds
from open95598.registry.customers.listing import name_of, tags
from open95598.registry.customers.models import Customer
from open95598.registry.standing.models import Score

RATINGS = ("credit", "value", "tier")


def rows(rights: Rights) -> QuerySet[Any]:
    """Return the customers who are in the lists, that one may see, each with its stored ratings."""
    scores = Score.objects.system("of customers whom one may see").filter(customer=OuterRef("pk"))
    beside: dict[str, Any] = {}
    for rating in RATINGS:
        one = scores.filter(rating=rating)
        beside |= {
            f"{rating}_points": Subquery(one.values("points")[:1]),
            f"{rating}_band": Subquery(one.values("band")[:1]),
        }
    found = Customer.objects.restrict(rights).filter(merged_into=None, closed_at=None, scores__rating="tier")
    values = ("id", "name", "kind", "tier", "importance", "protected", "unit__name", "manager__name", *beside)
    return found.annotate(**beside).values(*values)


def _name(row: dict[str, Any], _now: datetime) -> SafeString:
    from django.utils.html import format_html

    organisation = row["kind"] == kinds.PartyKind.ORGANISATION
    return format_html("{} {}", marks.icon("building" if organisation else "user"), name_of(row))


def _marks(row: dict[str, Any], _now: datetime) -> SafeString:
    return tags(row["tier"], row["importance"], row["protected"])


def band_name(rating: str, code: str) -> str:
    """Return what a band is called now; "" for none."""
    rule = store.current(clock.now()).customers.rating(rating)
    found = next((band for band in rule.bands if band.code == code), None) if rule and code else None
    return found.label.in_(get_language()) if found else code


def _rated(rating: str) -> Any:
    def shown(row: dict[str, Any]) -> str:
        points = row[f"{rating}_points"]
        return "—" if points is None else f"{points} · {band_name(rating, row[f'{rating}_band'])}"

    return shown


def _differs(rows: QuerySet[Any], value: bool) -> QuerySet[Any]:
    """Keep the customers whose proposed tier is not the one that they have (or is, for no)."""
    has = Q(tier_band=F("tier")) | Q(tier_band="none", tier="") | Q(tier_band="")
    return rows.exclude(has) if value else rows.filter(has)


def _bands(rating: str) -> Any:
    def choices(_request: Any) -> Iterable[tuple[str, Any]]:
        rule = store.current(clock.now()).customers.rating(rating)
        return [(band.code, band.label) for band in rule.bands] if rule else []

    return choices


SPEC = ListSpec(
    name="standing",
    title=_("Tiers and credit"),
    columns=(
        Column("name", _("Name of the customer"), draw=_name, classes="is-wide", opens=True),
        Column("marks", _("Marks"), draw=_marks, classes="nowrap"),
        Column("proposed", _("Proposed tier"), value=_rated("tier")),
        Column("credit", _("Credit rating"), value=_rated("credit")),
        Column("value", _("Value score"), value=_rated("value")),
        Column("manager", _("Account manager"), value="manager__name"),
        Column("unit", _("Unit that looks after them"), value="unit__name"),
    ),
    orders=(Order("newest", _("Newest first"), ("-id",)), Order("oldest", _("Oldest first"), ("id",))),
    filters=(
        Filter("tier", _("Service tier"), CHOICE, choices=kinds.Tier.choices[1:]),
        Filter("differs", _("Another tier is proposed"), BOOL, apply=_differs),
        Filter("credit", _("Credit rating"), CHOICE, apply="credit_band__in", choices=_bands("credit")),
        Filter("value", _("Value score"), CHOICE, apply="value_band__in", choices=_bands("value")),
        Filter("importance", _("Importance"), CHOICE, choices=kinds.Importance.choices[1:]),
        Filter("protected", _("Life support"), BOOL),
    ),
    row_url=lambda row: reverse("standing:customer", args=(row["id"],)),
    empty_title=_("No customers"),
    empty_text=_("Organisations, and people of a tier, are counted every night."),
)
