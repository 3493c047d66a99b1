"""The list of items: what filters and columns it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import CHOICE, TEXT, Column, Filter, ListSpec, Order
from open95598.service.knowledge import flows, shelf, wording
from open95598.service.knowledge.models import KnowledgeItem
from open95598.service.workorders import wording as orders

SERVED, MINE, ALL = "", "tasks", "all"
SHOWS = ((SERVED, _("In use")), (MINE, _("Being worked on")), (ALL, _("All")))
#: an item whose day comes within so many days stands in the filter "soon"
SOON = timedelta(days=30)
VALUES = (
    "case_id", "code", "title", "category", "audience", "helped", "not_helped", "asked", "review_on", "valid_until",
    "served", "case__state", "case__flow_version", "case__unit__name", "case__owner__name",
)  # fmt: skip


def _title(row: Any, _now: datetime) -> Any:
    asked = marks.badge(_("asked ×%(n)d") % {"n": row["asked"]}, "warning") if row["asked"] else ""
    return marks.fill("<b>{}</b> {}", row["title"], asked)


def _state(row: Any, _now: datetime) -> Any:
    return marks.badge(row["state"], row["tone"])


def _helped(row: Any, _now: datetime) -> Any:
    if row["share"] is None:
        return marks.DASH
    told = row["helped"] + row["not_helped"]
    return marks.fill('{} <span class="muted">{}/{}</span>', row["share"], row["helped"], told)


COLUMNS = (
    Column("code", pgettext_lazy("knowledge", "Code"), value="code", opens=True, classes="nowrap", sort=("code",)),
    Column("title", _("Title"), draw=_title, classes="is-wide"),
    Column("category", pgettext_lazy("knowledge", "Category"), value="category_name", classes="nowrap"),
    Column("audience", _("For whom"), value="audience_name", classes="nowrap"),
    Column("state", _("State"), draw=_state, classes="nowrap"),
    Column("helped", pgettext_lazy("knowledge", "Helped"), draw=_helped, classes="number nowrap", sort=("used",)),
    Column("review", _("Look at it again on"), value="review_on", classes="nowrap", sort=("review",)),
    Column("owner", pgettext_lazy("knowledge", "Owner"), value="case__owner__name"),
)


def _categories(_request: Any) -> Iterable[tuple[str, Any]]:
    return list(shelf.categories().items())


def _states(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(s.name, s.label) for s in flows.STATES]


def _words(found: QuerySet[KnowledgeItem], text: str) -> QuerySet[KnowledgeItem]:
    return found.filter(Q(code__iexact=text) | Q(title__icontains=text) | Q(version__content__keywords__icontains=text))


def _days(today: date) -> Any:
    rules = {
        "soon": Q(review_on__lte=today + SOON, served=True),
        "ends": Q(valid_until__lte=today + SOON, served=True),
        "unhelpful": Q(not_helped__gt=F("helped")),
    }

    def of(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        rule = Q(pk__in=[])
        for value in values:
            rule |= rules.get(value, Q(pk__in=[]))
        return found.filter(rule)

    return of


NEEDS = (
    ("soon", _("To be looked at again within 30 days")),
    ("ends", _("Ends within 30 days")),
    ("unhelpful", _("Helped less often than not")),
)


def show(found: QuerySet[KnowledgeItem], what: str, in_force: Q) -> QuerySet[KnowledgeItem]:
    """Return the items in use, those being worked on, or all."""
    if what == MINE:
        return found.filter(case__state__in=("drafting", "review", "due"))
    return found if what == ALL else found.filter(in_force)


def spec(now: datetime, what: str = SERVED) -> ListSpec:
    """Return the list at ``now``."""
    by_code = Order("code", _("By code"), ("category", "code"))
    by_use = Order("used", _("Most helpful first"), ("-helped", "-case_id"))
    by_day = Order("review", _("Next to be looked at first"), ("review_on?", "case_id"))
    asked = Order("asked", _("Asked most often first"), ("-asked", "-case_id"))
    return ListSpec(
        name="knowledge",
        title=_("Knowledge"),
        columns=COLUMNS,
        orders=(asked, by_code, by_day, by_use) if what == MINE else (by_code, by_use, by_day, asked),
        filters=(
            Filter("q", pgettext_lazy("knowledge", "Words"), TEXT, apply=_words),
            Filter("category", pgettext_lazy("knowledge", "Category"), CHOICE, apply="category__in",
                   choices=_categories),
            Filter("audience", _("For whom"), CHOICE, apply="audience__in", choices=list(wording.AUDIENCES.items())),
            Filter("state", _("State"), CHOICE, apply="case__state__in", choices=_states),
            Filter("needs", _("Needs attention"), CHOICE, apply=_days(timezone.localtime(now).date()), choices=NEEDS),
        ),
        row_url=lambda row: reverse("knowledge:item", args=(row["code"],)),
        row_id=lambda row: row["case_id"],
        row_case=lambda row: row["case_id"],
        empty_title=_("No item here"),
        empty_text=_("“open95598 knowledge load” brings the items that come with the house; questions without an "
                     "answer become drafts."),
    )  # fmt: skip


def read(found: QuerySet[KnowledgeItem]) -> QuerySet[Any]:
    """Return the items as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it."""
    for row in found:
        row["category_name"] = marks.words_of(wording.category(row["category"]))
        row["audience_name"] = wording.AUDIENCES.get(row["audience"], "")
        row["state"] = orders.state(flows.KIND, row["case__state"], row["case__flow_version"])
        row["tone"] = wording.TONES.get(row["case__state"], "quiet")
        told = row["helped"] + row["not_helped"]
        row["share"] = f"{row['helped'] / told:.0%}" if told else None
