"""The rows of a rulebook about the online hall: what customers apply for (B12) and make appointments for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from open95598.foundation.rulebook.rows import Choice
from open95598.foundation.words import Label


@dataclass(frozen=True)
class Asked:
    """When something is asked for: when another field has one of these values; None: always."""

    field: str
    values: tuple[str, ...]

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Say whether it is asked for after what was given."""
        value = given.get(self.field, "")
        return ("yes" if value is True else str(value)) in self.values


@dataclass(frozen=True)
class ApplicationField:
    """A field of an application. ``type``: text, long, choice, integer, decimal, date, phone, email, tax_number, yes.

    ``least`` and ``most`` bound a number, ``most`` the characters of a text; ``ahead``: a day from today on.
    """

    code: str
    label: Label
    type: str
    required: bool = True
    hint: Label | None = None
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    asked: Asked | None = None


@dataclass(frozen=True)
class ApplicationPaper:
    """A document that an application needs, or may have."""

    code: str
    label: Label
    required: bool = True
    hint: Label | None = None
    asked: Asked | None = None


@dataclass(frozen=True)
class ApplicationRule:
    """What a customer can apply for: as which category of service request, who may, with what.

    ``roles``: what they must be to the account; ``parties``: kinds of customers ((): all); ``handled_by`` who handles
    it, ``steps`` what happens next, in words for the customer.
    """

    code: str
    label: Label
    summary: Label
    category: str
    roles: tuple[str, ...]
    handled_by: Label
    steps: tuple[Label, ...]
    fields: tuple[ApplicationField, ...] = ()
    papers: tuple[ApplicationPaper, ...] = ()
    parties: tuple[str, ...] = ()
    source: str = ""

    def paper(self, code: str) -> ApplicationPaper | None:
        """Return a document by its code; None when the application has none of it."""
        return next((paper for paper in self.papers if paper.code == code), None)


@dataclass(frozen=True)
class BookingRule:
    """What a customer can make an appointment for: at an outlet, or at their door; by whom, when, how many at once.

    ``levels``: units that offer it, the one nearest to the account counts; ``slot``, ``notice`` and ``remind`` in
    minutes, ``days`` how far ahead. Slots lie within the working time of the unit's own calendar.
    """

    code: str
    label: Label
    place: str
    levels: tuple[str, ...]
    slot: int
    capacity: int
    days: int
    notice: int
    remind: int
    matters: tuple[Choice, ...]
    most: int = 2
    source: str = ""


@dataclass(frozen=True)
class HallRules:
    """What a rulebook says about the online hall."""

    applications: tuple[ApplicationRule, ...] = ()
    bookings: tuple[BookingRule, ...] = field(default=())

    def application(self, code: str) -> ApplicationRule | None:
        """Return what can be applied for by its code; None for an unknown one."""
        return next((one for one in self.applications if one.code == code), None)

    def booking(self, code: str) -> BookingRule | None:
        """Return what can be booked by its code; None for an unknown one."""
        return next((one for one in self.bookings if one.code == code), None)
