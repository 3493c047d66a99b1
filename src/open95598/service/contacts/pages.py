"""What the pages of contacts show: one conversation with all that is known of the customer; lines of figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from open95598.foundation import masking, months
from open95598.foundation.errors import Invalid
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import GRANTS, Permission, Rights
from open95598.foundation.people.reveal import may_reveal
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.desk_rows import Shift
from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.ui import marks
from open95598.registry.customers import queries as registry
from open95598.registry.customers.kinds import Importance, Tier
from open95598.service.contacts import hooks, listing, queries, resolution
from open95598.service.contacts.kinds import Channel, Direction, Link, Outcome, State
from open95598.service.contacts.models import Contact
from open95598.service.contacts.resolution import Verdict
from open95598.service.workorders import wording
from open95598.service.workorders.views_register import category_options

#: seats that a conversation can be passed on to are offered up to this many
MOST_SEATS = 200

#: what is said of a conversation (``resolution``)
VERDICTS = {
    Verdict.SOLVED: gettext_lazy("Solved at the first contact"),
    Verdict.FOLLOWED: gettext_lazy("The customer came again within 7 days"),
    Verdict.WAITS: gettext_lazy("To be seen: its 7 days are not over"),
}


#: rooms above add where more of a contact stands: name and address, None where there is nothing
further_links: list[Callable[[Contact], tuple[Any, str] | None]] = []


class Page:
    """One conversation for one reader; ``plain``: who it was was asked for, and that was written down."""

    def __init__(self, row: Contact, rights: Rights, reader: Person, now: datetime, *, plain: bool = False) -> None:
        self.row, self.rights, self.reader, self.now = row, rights, reader, now
        self.own = row.owner_id == reader.pk
        self.editable = self.own and row.state != State.DONE and not row.hushed
        #: whoever leads the conversation needs to see with whom; others ask first
        self.plain = plain or self.editable
        self.rules = store.current(now)

    channel = property(lambda self: Channel(self.row.channel).label)
    direction = property(lambda self: Direction(self.row.direction).label)
    state = property(lambda self: State(self.row.state).label)
    tone = property(lambda self: listing.TONES[State(self.row.state)])
    outcome = property(lambda self: Outcome(self.row.outcome).label if self.row.outcome else "")
    handling = property(lambda self: listing.span(self.row.answered_at, self.row.done_at))
    talked = property(lambda self: listing.span(self.row.answered_at, self.row.ended_at))
    worked_up = property(lambda self: listing.span(self.row.ended_at, self.row.done_at))

    @property
    def matter(self) -> Any:
        """What it is about, by the category."""
        return wording.category_path(self.rules, self.row.category) if self.row.category else ""

    @property
    def name(self) -> str:
        """The name, masked unless it may be shown."""
        return self.row.name if self.plain else masking.mask_name(self.row.name) if self.row.name else ""

    @property
    def phone(self) -> str:
        """The telephone number, masked unless it may be shown."""
        return self.row.phone if self.plain else masking.mask_phone(self.row.phone) if self.row.phone else ""

    @property
    def said(self) -> str:
        """What was written down, masked unless it may be shown."""
        return self.row.words if self.plain else masking.mask_text(self.row.words)

    @cached_property
    def may_reveal(self) -> bool:
        """Whether the reader may ask to be shown who it was."""
        return not self.plain and not self.row.hushed and may_reveal(self.rights, self.row)

    @cached_property
    def card(self) -> Any:
        """The registry's card of the customer; None when the registry does not know them, or not for this reader."""
        if self.row.customer_id is None or not self.rights.anywhere(Permission.CUSTOMER_VIEW):
            return None
        found = (
            registry.customers(self.rights).select_related("unit", "manager").filter(pk=self.row.customer_id).first()
        )
        return registry.card(found, self.rights, self.now, plain=self.editable) if found else None

    @property
    def tier(self) -> Any:
        """The customer's tier, as it is called."""
        return Tier(self.card.tier).label if self.card and self.card.tier else ""

    @property
    def importance(self) -> Any:
        """The customer's grade of importance, as it is called."""
        return Importance(self.card.importance).label if self.card and self.card.importance else ""

    @cached_property
    def candidates(self) -> list[Any]:
        """Customers whom the number leads to, when it is not one only."""
        if self.row.customer_id or not self.row.phone or not self.editable:
            return []
        return registry.by_phone(self.rights, self.row.phone)[:5]

    @cached_property
    def earlier(self) -> list[dict[str, Any]]:
        """What the customer came with before."""
        return [
            {
                "row": row,
                "channel": Channel(row.channel).label,
                "matter": wording.category_path(self.rules, row.category) if row.category else "",
                "outcome": Outcome(row.outcome).label if row.outcome else State(row.state).label,
                "soon": self.row.began_at - row.began_at <= resolution.WINDOW,
            }
            for row in queries.earlier(self.row, self.rights)
        ]

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """The orders that it had to do with."""
        return [
            self._order(order) | {"how": Link(how).label} for how, order in queries.orders_of(self.row, self.rights)
        ]

    @cached_property
    def panels(self) -> list[Any]:
        """What rooms above show of it."""
        asked = (further(self.row, self.rights, self.now) for further in hooks.further_panels)
        return [panel for panel in asked if panel is not None] if not self.row.hushed else []

    @cached_property
    def open_orders(self) -> list[dict[str, Any]]:
        """The customer's open orders that it had nothing to do with so far."""
        known = {item["order"].pk for item in self.orders}
        found = queries.open_orders(self.row, self.rights) if self.own or self.plain else ()
        return [self._order(order) for order in found if order.pk not in known]

    def _order(self, order: Any) -> dict[str, Any]:
        case = order.case
        return {
            "order": order,
            "kind": wording.kind(case.kind),
            "state": wording.state(case.kind, case.state, case.flow_version),
            "tone": wording.STATE_TONES.get(case.state, "accent"),
        }

    @property
    def links(self) -> list[tuple[Any, str]]:
        """Where more of it stands."""
        return [link for find in further_links if (link := find(self.row)) is not None]

    @property
    def verdict(self) -> Any:
        """Whether it solved the matter at once, in words; "" of what is not counted."""
        return VERDICTS.get(queries.verdict(self.row, self.now), "")

    @property
    def register_url(self) -> str:
        """Where an order is registered with what is known here."""
        return f"{reverse('workorders:register')}?{urlencode({'contact': self.row.code})}"

    @cached_property
    def outcomes(self) -> list[tuple[str, Any]]:
        """What can be said to have come of it."""
        links = {how for how, _order in queries.orders_of(self.row, self.rights)} | (
            {Link.MADE} if self.row.hushed else set()
        )
        wanting = {Outcome.ORDER: Link.MADE, Outcome.ADDED: Link.ADDED}
        return [(o.value, o.label) for o in Outcome if o not in wanting or wanting[o] in links]

    @cached_property
    def seats(self) -> list[Person]:
        """Who else takes contacts at this unit."""
        return list(_seats(self.row, self.now).exclude(pk=self.reader.pk)[:MOST_SEATS])

    @cached_property
    def categories(self) -> list[dict[str, Any]]:
        """All categories to choose from."""
        return category_options(self.rules)


def _seats(row: Contact, now: datetime) -> Any:
    roles = [role for role, held in GRANTS.items() if Permission.CASE_OPEN in held and Permission.CASE_ANSWER in held]
    held = RoleAssignment.objects.filter(role__in=roles, valid_from__lte=now, unit__in=row.unit.lineage)
    current = held.exclude(valid_to__lte=now).values("person_id")
    people = Person.objects.filter(is_active=True, unit=row.unit, pk__in=current)
    return people.select_related("unit").order_by("name", "pk")


def agent_of(row: Contact, text: str, now: datetime) -> Person:
    """Return the seat that a form names. Raises ``Invalid``."""
    pk = int(text) if text.isdecimal() and len(text) < 18 else 0
    found: Person | None = _seats(row, now).filter(pk=pk).first()
    if found is None:
        reason = _("Choose somebody who takes contacts at this unit.")
        raise Invalid(_("Some fields need your attention."), fields={"agent": reason})
    return found


def dress(line: queries.Line, by: str, month: date, rules: Rulebook) -> dict[str, Any]:
    """Return a line of figures as it is shown, with the address of the contacts behind it."""
    name: Any = line.name
    if by == "channel" and name in Channel.values:
        name = Channel(name).label
    elif by == "kind" and name:
        name = wording.kind(name)
    elif by == "shift" and (shift := rules.desk.shift(name)) is not None:
        name = shift.label.in_(get_language())
    days = {"began_from": f"{month:%Y-%m-%d}", "began_to": f"{months.moved(month, 1) - timedelta(days=1):%Y-%m-%d}"}
    days |= {"direction": Direction.IN.value}
    days |= {by: line.name} if by in ("channel", "kind") and line.name else {}
    days |= {"hours": rules.desk.hours(shift)} if by == "shift" and (shift := rules.desk.shift(line.name)) else {}
    base = reverse("contacts:list")
    return {
        "name": name or _("not known"),
        "line": line,
        "fcr": resolution.share(line.solved, line.whole),
        "repeats": resolution.share(line.repeats, line.total),
        "at_once": resolution.share(line.at_once, line.total),
        "handling": listing.minutes(line.handling),
        "after": listing.minutes(line.after),
        "url": f"{base}?{urlencode(days)}",
        "repeats_url": f"{base}?{urlencode(days | {'repeat': '1'})}",
    }


def of_the_day(lines: Sequence[queries.Line], shifts: Sequence[Shift]) -> list[queries.Line]:
    """Return the figures by shift in the order in which the shifts begin."""
    order = {shift.code: n for n, shift in enumerate(shifts)}
    return sorted(lines, key=lambda line: order.get(line.name, len(order)))


def chart(dressed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a chart of the share solved at the first contact, of the lines that have one; the figures of the table."""
    shown = [one for one in dressed if one["line"].whole][:15][::-1]
    return {
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 40, "top": 12, "bottom": 26, "containLabel": True},
        "xAxis": {
            "type": "value", "min": 0, "max": 100, "nameLocation": "middle", "nameGap": 26,
            "name": pgettext("axis", "% solved at the first contact"),
        },
        "yAxis": {"type": "category", "data": [marks.words_of(one["name"]) for one in shown]},
        "series": [
            {
                "type": "bar", "barMaxWidth": 22, "label": {"show": True, "position": "right"},
                "data": [round(100 * one["line"].solved / one["line"].whole, 1) for one in shown],
            }
        ],
    }  # fmt: skip
