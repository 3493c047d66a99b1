"""Writes of accounts, their parties, agreements, addresses and meters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible, Invalid, NotFound
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit
from open95598.registry.customers import kinds, locating
from open95598.registry.customers.models import (
    AccountParty,
    Customer,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    UsagePoint,
)
from open95598.registry.customers.services import locked, must, reason_of, reckon_spread, write

#: the classifications and what each may be
_TERMS = {
    name: frozenset(choices.values)
    for name, choices in (
        ("relation", kinds.SupplyRelation), ("price_class", kinds.PriceClass), ("source", kinds.SupplySource),
        ("nature", kinds.SupplyNature), ("load_grade", kinds.LoadGrade),
    )
}  # fmt: skip
#: temporary supply lasts no longer (DOMAIN 1.5), in days
TEMPORARY_DAYS = 184


@dataclass(frozen=True)
class Agreement:
    """The five classifications of a supply contract, and its end where it has one."""

    relation: str = kinds.SupplyRelation.DIRECT
    price_class: str = kinds.PriceClass.RESIDENTIAL
    source: str = kinds.SupplySource.LOW_VOLTAGE
    nature: str = kinds.SupplyNature.ORDINARY
    load_grade: str = kinds.LoadGrade.THIRD
    capacity_kva: Decimal | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class NewAccount:
    """What an account is opened with: its owner, agreement, address and meter. ``opened_on``: a local day."""

    number: str
    unit_id: int
    owner_id: int
    address: str
    agreement: Agreement = Agreement()
    meter: str = ""
    multiplier: Decimal = Decimal(1)
    area: str = ""
    opened_on: date | None = None


def day_of(now: datetime) -> date:
    """Return the utility's local day of an instant."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def open_account(given: NewAccount, actor: Actor, now: datetime) -> CustomerAccount:
    """Open an account for its owner, with agreement, point, address and (perhaps) a meter.

    Raises ``Invalid`` naming the fields, ``NotFound``, ``Forbidden``.
    """
    unit, opened = tree.get(given.unit_id), given.opened_on or day_of(now)
    must(actor, unit)
    number, problems = given.number.strip(), {}
    if not (number.isascii() and number.isalnum() and 4 <= len(number) <= 32):
        problems["number"] = _("An account number has 4 to 32 letters and digits.")
    if not given.address.strip():
        problems["address"] = _("Give the address.")
    problems |= agreement_problems(given.agreement, opened)
    if problems:
        raise Invalid(_("Some fields need your attention."), fields=problems)
    with transaction.atomic():
        owner = locked(given.owner_id, actor)
        try:
            with transaction.atomic():
                account = CustomerAccount.objects.create(number=number, unit=unit, opened_on=opened)
        except IntegrityError as error:
            taken = {"number": _("This account number is taken.")}
            raise Invalid(_("Some fields need your attention."), fields=taken) from error
        AccountParty.objects.create(account=account, customer=owner, role=kinds.PartyRole.OWNER, valid_from=opened)
        agreement = CustomerAgreement.objects.create(account=account, valid_from=opened, **vars(given.agreement))
        location = locating.locate(given.address, unit)
        point = UsagePoint.objects.create(agreement=agreement, location=location, area=given.area.strip()[:32])
        if given.meter.strip():
            install(point, given.meter, given.multiplier, opened)
        reckon_spread(owner)
        told = {"account": number, "unit": unit.pk, "text": given.address.strip(), "meter": given.meter.strip()}
        write(owner, "customer.account_opened", actor, now, told)
    return account


def close_account(number: str, reason: str, actor: Actor, now: datetime) -> CustomerAccount:
    """Close an account today: its parties, agreement and meter end with it."""
    today = day_of(now)
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        parties = AccountParty.objects.system("they end with the account").filter(account=account, valid_to=None)
        parties.update(valid_to=today)
        agreements = CustomerAgreement.objects.system("it ends with the account").filter(account=account, ended_on=None)
        agreements.update(ended_on=today)
        meters = Meter.objects.system("it ends with the account").filter(
            point__agreement__account=account, removed_on=None
        )
        meters.update(removed_on=today)
        account.closed_on, account.version = today, account.version + 1
        account.save(update_fields=["closed_on", "version"])
        told = {"account": account.number, "reason": reason_of(reason)}
        write(owner, "customer.account_closed", actor, now, told)
    return account


def add_party(number: str, customer_id: int, role: str, actor: Actor, now: datetime, reason: str = "") -> AccountParty:
    """Make a customer owner, tenant or payer of an account from today. A new owner ends the one before (过户).

    An account that has lost its owner gets one by this alone.
    """
    if role not in kinds.PartyRole.values:
        raise Invalid(_("Some fields need your attention."), fields={"role": _("Unknown role.")})
    today = day_of(now)
    with transaction.atomic():
        account = locked_alone(number, actor)
        owner = owner_of(account, actor)
        if owner is None and role != kinds.PartyRole.OWNER:
            raise Impossible(_("The account has no owner."))
        customer = owner if owner is not None and customer_id == owner.pk else locked(customer_id, actor)
        rows = AccountParty.objects.system("the account's right was asked").filter(account=account, valid_to=None)
        same: AccountParty | None = rows.filter(customer=customer, role=role).first()
        if same is not None:
            return same
        if role == kinds.PartyRole.OWNER and owner is not None:
            for before in rows.filter(role=role):
                before.valid_to = max(before.valid_from, today - timedelta(days=1))
                before.save(update_fields=["valid_to"])
            write(owner, "customer.party_ended", actor, now, {"account": account.number, "role": role})
        party = AccountParty.objects.create(account=account, customer=customer, role=role, valid_from=today)
        reckon_spread(customer)
        told = {"account": account.number, "role": role, **_because(reason)}
        write(customer, "customer.party_added", actor, now, told)
    return party


def end_party(party_id: int, actor: Actor, now: datetime, reason: str = "") -> AccountParty:
    """End what a customer is to an account, today. An owner is not ended but followed by another (``add_party``)."""
    rows = AccountParty.objects.system("the account's right is asked below").select_related("account")
    with transaction.atomic():
        party: AccountParty | None = rows.filter(pk=party_id, valid_to=None).first()
        if party is None:
            raise NotFound(_("There is no such party of an account."))
        account, owner = locked_account(party.account.number, actor)
        if party.role == kinds.PartyRole.OWNER:
            raise Impossible(_("An account always has an owner: name the new one instead."))
        customer = owner if party.customer_id == owner.pk else locked(party.customer_id, actor)
        party.valid_to = max(day_of(now), party.valid_from)
        party.save(update_fields=["valid_to"])
        told = {"account": account.number, "role": party.role, **_because(reason)}
        write(customer, "customer.party_ended", actor, now, told)
    return party


def agree(number: str, given: Agreement, actor: Actor, now: datetime, reason: str = "") -> CustomerAgreement:
    """Make a new supply contract of an account from today; the one before ends, its points go over."""
    today = day_of(now)
    if problems := agreement_problems(given, today):
        raise Invalid(_("Some fields need your attention."), fields=problems)
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        rows = CustomerAgreement.objects.system("the account's right was asked")
        before = list(rows.filter(account=account, ended_on=None))
        made = CustomerAgreement.objects.create(account=account, valid_from=today, **vars(given))
        points = UsagePoint.objects.system("they go over to the new contract")
        points.filter(agreement__in=before).update(agreement=made)
        rows.filter(pk__in=[a.pk for a in before]).update(ended_on=today)
        told = {"account": account.number, **{name: value for name, value in vars(given).items() if value is not None}}
        told |= _because(reason)
        write(owner, "customer.agreement_made", actor, now, told)
    return made


def replace_meter(number: str, meter: str, multiplier: Decimal, actor: Actor, now: datetime) -> Meter:
    """Take the meter of an account's (first) point down today and put another up."""
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        points = UsagePoint.objects.system("the account's right was asked")
        point = points.filter(agreement__account=account, agreement__ended_on=None).order_by("pk").first()
        if point is None:
            raise Impossible(_("The account has no point of supply."))
        before = Meter.objects.system("the account's right was asked").filter(point=point, removed_on=None)
        taken = ", ".join(before.values_list("number", flat=True))
        before.update(removed_on=day_of(now))
        made = install(point, meter, multiplier, day_of(now))
        told = {"account": account.number, "meter": made.number, "taken": taken, "multiplier": str(multiplier)}
        write(owner, "customer.meter_changed", actor, now, told)
    return made


def relocate(number: str, address: str, reason: str, actor: Actor, now: datetime) -> UsagePoint:
    """Correct or change the address of an account's (first) point; what it was stands in the journal.

    An account whose contract runs but has no point gets one there.
    """
    if not address.strip():
        raise Invalid(_("Some fields need your attention."), fields={"address": _("Give the address.")})
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        location = locating.locate(address, account.unit)
        rows = CustomerAgreement.objects.system("the account's right was asked").filter(account=account, ended_on=None)
        agreement = rows.order_by("-pk").first()
        points = UsagePoint.objects.system("the account's right was asked").filter(account=account)
        if agreement is not None and not points.exists():
            point, before = UsagePoint.objects.create(agreement=agreement, location=location), ""
        else:
            point = point_of(account)
            before, point.location = point.location.text, location
            point.save(update_fields=["location"])
        told = {"account": account.number, "text": point.location.text, "reason": reason_of(reason)}
        write(owner, "customer.address_changed", actor, now, told, before={"text": before})
    return point


def reassign(number: str, actor: Actor, now: datetime, *, unit: Unit | None = None, area: str | None = None) -> None:
    """Give an account to another unit, its point to another transformer area. Raises ``Forbidden`` at either unit."""
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        told: dict[str, object] = {"account": account.number}
        before: dict[str, object] = {}
        if unit is not None and unit.pk != account.unit_id:
            must(actor, unit)
            before["unit"], told["unit"] = account.unit_id, unit.pk
            account.unit, account.version = unit, account.version + 1
            account.save(update_fields=["unit", "version"])
            parties = AccountParty.objects.system("whose accounts lie where").filter(account=account)
            for party in parties.select_related("customer"):
                reckon_spread(owner if party.customer_id == owner.pk else party.customer)
        if area is not None and area != (point := point_of(account)).area:
            before["area"], told["area"] = point.area, area
            point.area = area
            point.save(update_fields=["area"])
        if before:
            write(owner, "customer.account_changed", actor, now, told, before=before)


def _because(reason: str) -> dict[str, str]:
    return {"reason": reason_of(reason)} if reason else {}


def point_of(account: CustomerAccount) -> UsagePoint:
    """Return the (first) point of supply of an account whose right was asked. Raises ``Impossible`` without."""
    points = UsagePoint.objects.system("the account's right was asked").select_related("location")
    point: UsagePoint | None = points.filter(account=account).order_by("agreement__ended_on", "-pk").first()
    if point is None:
        raise Impossible(_("The account has no point of supply."))
    return point


def agreement_problems(given: Agreement, start: date) -> dict[str, str]:
    """Return what is wrong with the classifications, by field."""
    problems = {}
    for name, known in _TERMS.items():
        if getattr(given, name) not in known:
            problems[name] = _("“%(value)s” is not known here.") % {"value": str(getattr(given, name))[:40]}
    ends = given.nature in (kinds.SupplyNature.TEMPORARY, kinds.SupplyNature.SEASONAL)
    if ends and given.expires_on is None:
        problems["expires_on"] = _("Temporary and seasonal supply need an end.")
    if given.expires_on is not None and given.expires_on <= start:
        problems["expires_on"] = _("The end lies behind the beginning.")
    if (
        given.nature == kinds.SupplyNature.TEMPORARY
        and given.expires_on is not None
        and given.expires_on > start + timedelta(days=TEMPORARY_DAYS)
    ):
        problems["expires_on"] = _("Temporary supply lasts six months at most.")
    if given.capacity_kva is not None and given.capacity_kva < 0:
        problems["capacity_kva"] = _("The capacity is not below zero.")
    return problems


def install(point: UsagePoint, number: str, multiplier: Decimal, day: date) -> Meter:
    """Put a meter up. Raises ``Invalid`` for a number or multiplier that is none, and when it hangs elsewhere."""
    number = number.strip()
    if not (number.isascii() and number.isalnum() and 4 <= len(number) <= 32) or multiplier <= 0:
        wrong = {"meter": _("A meter has a number of 4 to 32 letters and digits and a multiplier above zero.")}
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    try:
        with transaction.atomic():
            return Meter.objects.create(number=number, point=point, multiplier=multiplier, installed_on=day)
    except IntegrityError as error:
        wrong = {"meter": _("This meter hangs elsewhere.")}
        raise Invalid(_("Some fields need your attention."), fields=wrong) from error


def locked_account(number: str, actor: Actor) -> tuple[CustomerAccount, Customer]:
    """Return an open account, locked, and its owner, locked. Raises ``NotFound``, ``Forbidden``, ``Impossible``."""
    account = locked_alone(number, actor)
    owner = owner_of(account, actor)
    if owner is None:
        raise Impossible(_("The account has no owner."))
    return account, owner


def locked_alone(number: str, actor: Actor) -> CustomerAccount:
    """Return an open account, locked. Raises ``NotFound``, ``Forbidden``, ``Impossible`` when it is closed."""
    rows = CustomerAccount.objects.system("the right is asked below").select_for_update(no_key=True)
    account: CustomerAccount | None = rows.filter(number=number).select_related("unit").first()
    if account is None or (
        actor.rights is not None and not CustomerAccount.objects.restrict(actor.rights).filter(pk=account.pk).exists()
    ):
        raise NotFound(_("There is no such account."))
    must(actor, account.unit)
    if account.closed_on is not None:
        raise Impossible(_("The account is closed."))
    return account


def owner_of(account: CustomerAccount, actor: Actor) -> Customer | None:
    """Return the owner of an account whose right was asked, locked; None when it has none."""
    parties = AccountParty.objects.system("the account's right was asked")
    owner = parties.filter(account=account, role=kinds.PartyRole.OWNER, valid_to=None).first()
    return None if owner is None else locked(owner.customer_id, actor)
