"""What the registry is looked through for: a list of checks, each a pure function over rows of one sort.

A room above adds its own with ``add``; what a check finds becomes a case, and nothing else knows the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Any

from open95598.foundation.words import Label
from open95598.service.dataquality.rows import Account, AlikeMeters, AtOneDoor, Customer, Namesakes, Seen, SharedPhone

#: so many different names behind one phone are worth a look (an agent's own phone, a made-up number)
MANY_NAMES = 4


class About(StrEnum):
    """The sorts of rows that checks are asked about."""

    ACCOUNT = "account"
    CUSTOMER = "customer"
    PHONE = "phone"
    NAMESAKES = "namesakes"
    METERS = "meters"
    DOOR = "door"


@dataclass(frozen=True)
class Check:
    """One thing to look for. ``fix`` says what puts it right; ``act`` where: (page, the form opened there).

    ``look(row, today)`` yields what does not fit of one row; ``tone`` says how bad it is.
    """

    code: str
    about: About
    label: Label
    fix: Label
    look: Callable[[Any, date], Iterable[Seen]]
    act: tuple[str, str]
    tone: str = "warning"


def no_owner(row: Account, _today: date) -> Iterator[Seen]:
    """An open account that belongs to nobody."""
    if row.owner_id is None:
        yield _of(row, "no_owner")


def no_point(row: Account, _today: date) -> Iterator[Seen]:
    """An open account without a point of supply."""
    if not row.placed:
        yield _of(row, "no_point")


def no_meter(row: Account, _today: date) -> Iterator[Seen]:
    """An open account with a point of supply at which no meter hangs."""
    if row.placed and not row.meters:
        yield _of(row, "no_meter")


def address_unread(row: Account, _today: date) -> Iterator[Seen]:
    """An address that names no road, estate or village: nobody is found by it, no crew is led by it."""
    if row.placed and not any(row.placed):
        yield _of(row, "address_unread")


def billing_gone(row: Account, _today: date) -> Iterator[Seen]:
    """An account that is open here and that the billing system does not keep any more."""
    if row.gone:
        yield _of(row, "billing_gone")


def supply_over(row: Account, today: date) -> Iterator[Seen]:
    """A temporary or seasonal supply that is past its end while its contract runs."""
    over = [a.expires_on for a in row.agreements if a.ended_on is None and a.expires_on and a.expires_on < today]
    if over:
        ended = min(over).isoformat()
        yield _of(row, "supply_over", ended, expires_on=ended)


def agreements_overlap(row: Account, _today: date) -> Iterator[Seen]:
    """Two contracts of one account that hold on the same day, one of which runs still.

    One that ends where the next begins is in order, and so is what lies in the past altogether: nobody mends that.
    """
    ordered = sorted(row.agreements, key=lambda a: a.valid_from)
    both = [
        later for before, later in pairwise(ordered)
        if before.ended_on is None or (later.ended_on is None and later.valid_from < before.ended_on)
    ]  # fmt: skip
    if both:
        yield _of(row, "agreements_overlap", both[-1].valid_from.isoformat(), agreements=len(both) + 1)


def no_phone(row: Customer, _today: date) -> Iterator[Seen]:
    """An owner who cannot be called."""
    if row.owns and not row.phones and not row.protected:
        yield Seen(f"no_phone/{row.pk}", row.unit_id, row.pk)


def protected_unreachable(row: Customer, _today: date) -> Iterator[Seen]:
    """Somebody whose life hangs on the supply, and nobody can call them before it is cut."""
    if row.protected and not row.phones:
        yield Seen(f"protected_unreachable/{row.pk}", row.unit_id, row.pk, facts={"ways": row.ways})


def duplicate(row: SharedPhone, _today: date) -> Iterator[Seen]:
    """Customers of one unit and kind with the same phone whose names sound alike: probably the same one."""
    first: dict[tuple[int, bool, str], Customer] = {}
    for customer in row.customers:
        known = first.setdefault((customer.unit_id, customer.organisation, customer.heard), customer)
        if known is not customer:
            yield _pair("duplicate", known, customer)


def shared_phone(row: SharedPhone, _today: date) -> Iterator[Seen]:
    """One phone of many customers of different names: somebody's own number typed in for others, or a made-up one."""
    names = {customer.heard for customer in row.customers}
    if len(names) >= MANY_NAMES:
        shape = ",".join(str(pk) for pk in sorted(c.pk for c in row.customers))
        first = row.customers[0]
        yield Seen(
            f"shared_phone/{row.contact_id}", first.unit_id, first.pk,
            shape=sha256(shape.encode()).hexdigest()[:32], facts={"customers": len(row.customers)},
        )  # fmt: skip


def same_organisation(row: Namesakes, _today: date) -> Iterator[Seen]:
    """Organisations of one unit that are called the same."""
    first, *others = row.customers
    for other in others:
        yield _pair("same_organisation", first, other)


def same_door(row: AtOneDoor, _today: date) -> Iterator[Seen]:
    """Customers of one name who own what stands at one address: probably one customer with several accounts."""
    first, *others = row.customers
    for other in others:
        yield _pair("same_door", first, other)


def meters_alike(row: AlikeMeters, _today: date) -> Iterator[Seen]:
    """The same meter at two accounts: one of the numbers has lost the zeros before it."""
    first, *others = row.meters
    for other in others:
        if other.account_id != first.account_id:
            yield Seen(
                f"meters_alike/{first.pk}/{other.pk}", other.unit_id, account_id=other.account_id,
                facts={"other_account": first.account},
            )  # fmt: skip


def _of(row: Account, code: str, shape: str = "", **facts: str | int) -> Seen:
    return Seen(f"{code}/{row.pk}", row.unit_id, row.owner_id, account_id=row.pk, shape=shape, facts=facts)


def _pair(code: str, first: Customer, other: Customer) -> Seen:
    return Seen(f"{code}/{first.pk}/{other.pk}", first.unit_id, first.pk, other.pk)


_MERGE = Label("核对后合并为一个客户；确属不同客户的，说明原因排除。",
               "Compare them and merge; when they are different customers, dismiss with the reason.")  # fmt: skip
_checks: dict[str, Check] = {}


def add(*wanted: Check) -> None:
    """Add checks. Raises ``ValueError`` when another one has the code."""
    for check in wanted:
        if _checks.get(check.code, check) is not check:
            raise ValueError(f"two checks are called {check.code}")
        _checks[check.code] = check


def every() -> list[Check]:
    """Return all checks, in the order in which they were added."""
    return list(_checks.values())


def get(code: str) -> Check | None:
    """Return a check; None when there is none of that name (any more)."""
    return _checks.get(code)


add(
    Check("protected_unreachable", About.CUSTOMER, Label("生命支持用户无联系电话", "Life support without a phone"),
          Label("立即核实并补录联系电话。", "Find out a phone number and add it at once."), protected_unreachable,
          ("customer", "add-contact"), "danger"),
    Check("no_owner", About.ACCOUNT, Label("户号无户主", "Account without an owner"),
          Label("在户号页登记户主。", "Name the owner on the account's page."), no_owner,
          ("account", "party"), "danger"),
    Check("supply_over", About.ACCOUNT, Label("临时或季节性用电到期未处理", "Temporary supply past its end"),
          Label("办理延期、转为正式用电，或终止合同。", "Prolong it, make it permanent, or end the contract."),
          supply_over, ("account", "agree"), "danger"),
    Check("billing_gone", About.ACCOUNT, Label("营销系统已无此户", "The billing system keeps it no more"),
          Label("核实是否已销户：已销户的在此销户，否则由营销系统恢复。",
                "Find out: close it here, or have the billing system take it back."), billing_gone,
          ("account", "close")),
    Check("agreements_overlap", About.ACCOUNT, Label("供用电合同期限重叠", "Contracts overlap"),
          Label("按现行条件新签合同，原有合同随之终止。", "Make one new contract: it ends those that run."),
          agreements_overlap, ("account", "agree")),
    Check("no_point", About.ACCOUNT, Label("户号无用电点", "Account without a point of supply"),
          Label("在户号页登记用电地址。", "Give the service address on the account's page."), no_point,
          ("account", "relocate")),
    Check("no_meter", About.ACCOUNT, Label("用电点无电能表", "Point of supply without a meter"),
          Label("在户号页登记装出的电能表。", "Enter the meter that hangs there on the account's page."), no_meter,
          ("account", "exchange")),
    Check("meters_alike", About.METERS, Label("同一电能表疑似挂在两户", "One meter at two accounts, it seems"),
          Label("现场核对表号，更正错误的一户。", "Read the number at the meter; correct the account that is wrong."),
          meters_alike, ("account", "exchange")),
    Check("address_unread", About.ACCOUNT, Label("用电地址无法解析", "Address that cannot be read"),
          Label("按“区县、道路门牌、小区楼栋单元室”更正地址。", "Write it as district, road and number, estate, door."),
          address_unread, ("account", "relocate")),
    Check("duplicate", About.PHONE, Label("疑似重复客户", "Perhaps the same customer twice"), _MERGE, duplicate,
          ("customer", "merge")),
    Check("same_organisation", About.NAMESAKES, Label("同名单位疑似重复", "Organisations of one name"), _MERGE,
          same_organisation, ("customer", "merge")),
    Check("same_door", About.DOOR, Label("同址同名客户疑似重复", "One name at one address"), _MERGE, same_door,
          ("customer", "merge")),
    Check("shared_phone", About.PHONE, Label("同一电话登记在多个不同户名下", "One phone, many names"),
          Label("逐户核对真实联系电话。", "Find out each customer's own number."), shared_phone, ("customer", "")),
    Check("no_phone", About.CUSTOMER, Label("户主无有效联系电话", "Owner without a phone"),
          Label("下次联系时补录联系电话。", "Ask for a number at the next contact and add it."), no_phone,
          ("customer", "add-contact"), "quiet"),
)  # fmt: skip
