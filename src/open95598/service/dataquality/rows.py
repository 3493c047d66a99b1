"""What the checks look at: rows of the registry as plain values, without anything that names or reaches a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Agreement:
    """A supply contract of an account with its days (local); ``ended_on`` None: it runs."""

    nature: str
    valid_from: date
    expires_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class Account:
    """An open account. ``placed``: of each of its points whether the address names a road or estate that is known.

    ``gone``: the billing system kept it once and does not any more.
    """

    pk: int
    number: str
    unit_id: int
    owner_id: int | None
    agreements: tuple[Agreement, ...] = ()
    placed: tuple[bool, ...] = ()
    meters: int = 0
    gone: bool = False


@dataclass(frozen=True)
class Customer:
    """An open customer. ``ways``: contacts that count; ``phones``: those that can be called; ``owns``: open accounts.

    ``heard``: the name as it sounds, to be compared and never shown.
    """

    pk: int
    unit_id: int
    organisation: bool
    protected: bool
    heard: str
    ways: int = 0
    phones: int = 0
    owns: int = 0


@dataclass(frozen=True)
class SharedPhone:
    """A phone number that several customers gave: the first contact that says it, and the customers by age."""

    contact_id: int
    customers: tuple[Customer, ...]


@dataclass(frozen=True)
class Namesakes:
    """Organisations of one unit that are called the same, the oldest first."""

    customers: tuple[Customer, ...]


@dataclass(frozen=True)
class AtOneDoor:
    """Owners of one unit and name at one address who share no phone (those are ``SharedPhone``), the oldest first."""

    customers: tuple[Customer, ...]


@dataclass(frozen=True)
class Hanging:
    """A meter that hangs at an account."""

    pk: int
    account_id: int
    account: str
    unit_id: int


@dataclass(frozen=True)
class AlikeMeters:
    """Meters that hang at different accounts and whose numbers differ in zeros before them only, the oldest first."""

    meters: tuple[Hanging, ...]


@dataclass(frozen=True)
class Seen:
    """Something that does not fit. ``key``: what it is about, the same in each run; ``shape``: how it is.

    What somebody dismissed is not told again while its shape is the same. ``facts``: numbers and days that the page
    shows; nothing personal.
    """

    key: str
    unit_id: int
    customer_id: int | None = None
    other_id: int | None = None
    account_id: int | None = None
    shape: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
