"""What passes between the house and a billing system (docs/developers/cis.md). Pure: texts in, values out.

A document is all that the billing system says of an account at one version; a page of the feed, a page of the snapshot
and a push all carry documents. Money in yuan, times with their offset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from open95598.registry.customers.facts import Bill
from open95598.registry.customers.filling import Told

_Model = TypeVar("_Model", bound=BaseModel)
#: documents in a page or a push, at most
MOST = 1000
_Money = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
#: times that a database and a calendar can hold in every zone
_Time = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 2, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
_Version = Annotated[int, Field(ge=1, le=2**63 - 1)]
Position = Annotated[int, Field(ge=0, le=2**63 - 1)]
Epoch = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]
_Text = Annotated[str, Field(min_length=1, max_length=300)]
_Number = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[^\x00-\x20]+$")]


class _Part(BaseModel):
    #: members that we do not know are of a later version of the protocol
    model_config = ConfigDict(extra="ignore", frozen=True)


class PrepaidIn(_Part):
    """What a prepaid meter shows."""

    credit: _Money
    unit: Literal["kwh", "yuan"]


class SupplyIn(_Part):
    """Whether there is current, why not, since when."""

    state: Literal["on", "stopping", "stopped", "paused", "reconnecting"]
    reason: Literal["", "arrears", "request", "safety", "theft", "other"] = ""
    since: _Time | None = None


class ReadingIn(_Part):
    """The last reading."""

    value: _Money
    kwh: _Money | None = None
    at: _Time | None = None


class BillIn(_Part):
    """A month's bill."""

    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    amount: _Money
    kwh: _Money | None = None
    due: date | None = None
    paid: _Money | None = None
    paid_on: date | None = None


class RegisteredIn(_Part):
    """Who and what an account is, for a house that does not know it yet; judged as a row of an import is."""

    name: _Text
    unit: _Text
    address: _Text
    kind: _Text | None = None
    phone: _Text | None = None
    meter: _Text | None = None
    multiplier: Annotated[Decimal, Field(max_digits=12, decimal_places=4)] | None = None
    price_class: _Text | None = None
    source: _Text | None = None
    nature: _Text | None = None
    load_grade: _Text | None = None
    area: _Text | None = None
    opened_on: date | None = None
    expires_on: date | None = None


class DocumentIn(_Part):
    """All that the billing system says of an account at a version. ``closed``: it keeps the account no more."""

    account: _Number
    version: _Version
    as_of: _Time
    closed: bool = False
    balance: _Money | None = None
    arrears: Annotated[Decimal, Field(max_digits=14, decimal_places=2, ge=0)] | None = None
    owed_since: date | None = None
    prepaid: PrepaidIn | None = None
    supply: SupplyIn | None = None
    reading: ReadingIn | None = None
    registered: RegisteredIn | None = None
    bills: Annotated[list[BillIn], Field(max_length=60)] = []


class _FeedPage(_Part):
    epoch: Epoch
    head: Position
    items: Annotated[list[dict[str, Any]], Field(max_length=MOST)]


class _SnapshotPage(_Part):
    epoch: Epoch
    position: Position
    next: Annotated[str, Field(max_length=32)] | None
    items: Annotated[list[dict[str, Any]], Field(max_length=MOST)]


class PushIn(_Part):
    """A push: ``id`` is used once; ``items`` as in the feed."""

    id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[\w.:-]+$")]
    epoch: Epoch
    items: Annotated[list[dict[str, Any]], Field(max_length=MOST)]


class Broken(ValueError):
    """What came is not of this protocol; the text says where, without values."""


class Gap(ValueError):
    """The feed left out positions."""


@dataclass(frozen=True)
class Bad:
    """A document that could not be read: its account when that could, and which members are wrong (no values)."""

    number: str
    why: str


@dataclass(frozen=True)
class Read:
    """Documents read, and those that could not be; ``given``: as they came, by account and version."""

    told: tuple[Told, ...]
    bad: tuple[Bad, ...]
    given: Mapping[tuple[str, int], DocumentIn]


@dataclass(frozen=True)
class FeedPage:
    """A page of the feed: what is behind the cursor, up to ``last``; ``head`` is the feed's newest position."""

    epoch: str
    head: int
    last: int
    read: Read


@dataclass(frozen=True)
class SnapshotPage:
    """A page of the snapshot, by account number; the feed from ``position`` on holds what changes meanwhile."""

    epoch: str
    position: int
    next: str | None
    numbers: tuple[str, ...]
    read: Read


def feed_page(document: Any, after: int) -> FeedPage:
    """Read a page of the feed asked for behind ``after``. Raises ``Broken``, ``Gap``.

    The positions of its items must go on from ``after`` by ones: a hole means that something was lost.
    """
    page = _valid(_FeedPage, document)
    for expected, item in enumerate(page.items, after + 1):
        position = item.get("position")
        if not isinstance(position, int):
            raise Broken("items.position")
        if position != expected:
            raise Gap(f"position {expected} is missing")
    return FeedPage(page.epoch, page.head, after + len(page.items), read(page.items))


def snapshot_page(document: Any) -> SnapshotPage:
    """Read a page of the snapshot. Raises ``Broken``."""
    page = _valid(_SnapshotPage, document)
    numbers = tuple(_plain(item.get("account")) for item in page.items)
    return SnapshotPage(page.epoch, page.position, page.next, numbers, read(page.items))


def read(items: Iterable[dict[str, Any]]) -> Read:
    """Read documents one by one: a bad one keeps no other from coming in."""
    told, bad, given = [], [], {}
    for item in items:
        try:
            document = DocumentIn.model_validate(item)
        except ValidationError as problem:
            bad.append(Bad(_plain(item.get("account")), fields(problem)))
        else:
            told.append(_told(document))
            given[document.account, document.version] = document
    return Read(tuple(told), tuple(bad), given)


def _plain(number: Any) -> str:
    """Return a number that may be nonsense as a text that can be kept."""
    return number[:32].replace("\0", "") if isinstance(number, str) else ""


def fields(problem: ValidationError) -> str:
    """Return which members are wrong, never their values: those may be somebody's money."""
    names = dict.fromkeys(".".join(str(part) for part in error["loc"]) or "document" for error in problem.errors())
    return ", ".join(names)[:200]


def _valid(model: type[_Model], document: Any) -> _Model:
    try:
        return model.model_validate(document)
    except ValidationError as problem:
        raise Broken(fields(problem)) from None


def _told(given: DocumentIn) -> Told:
    supply, reading, prepaid = given.supply, given.reading, given.prepaid
    return Told(
        number=given.account,
        sequence=given.version,
        as_of=given.as_of,
        gone=given.closed,
        balance=given.balance,
        arrears=given.arrears,
        owed_since=given.owed_since,
        credit=prepaid.credit if prepaid else None,
        credit_unit=prepaid.unit if prepaid else "",
        supply=supply.state if supply else "",
        supply_why=supply.reason if supply else "",
        supply_since=supply.since if supply else None,
        reading=reading.value if reading else None,
        read_kwh=reading.kwh if reading else None,
        read_at=reading.at if reading else None,
        bills=tuple(
            Bill(b.month, b.kwh, b.amount, b.due, b.paid, b.paid_on) for b in {b.month: b for b in given.bills}.values()
        ),
    )
