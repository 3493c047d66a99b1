"""What becomes of an account: opened again, its contract ended, its meter exchanged with both readings.

``accounts`` has the rest (opening, closing, parties, contracts). Everything is dated, carries its reason and stands in
the journal of the account's owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible, Invalid, NotFound
from open95598.registry.customers import kinds, locating
from open95598.registry.customers.accounts import day_of, install, locked_account, point_of
from open95598.registry.customers.models import (
    AccountParty,
    Customer,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    Place,
    PlaceName,
    UsagePoint,
)
from open95598.registry.customers.services import locked, must, reason_of, reckon_spread, write

_WHY = "the account's right was asked"


@dataclass(frozen=True)
class Exchange:
    """A meter put up in place of another: its number and multiplier, what the old one showed last, the new one first.

    Readings in kWh as the meters show them, before any multiplier.
    """

    meter: str
    multiplier: Decimal = Decimal(1)
    final: Decimal | None = None
    first: Decimal = Decimal(0)


def reopen_account(number: str, reason: str, actor: Actor, now: datetime) -> CustomerAccount:
    """Open a closed account again from today: for its last owner, on the terms of its last contract, without a meter.

    A temporary or seasonal supply is over: it comes back as an ordinary one. Raises ``Impossible`` when the account is
    open, or when its last owner is closed (then open an account for whoever is there now).
    """
    reason, today = reason_of(reason), day_of(now)
    with transaction.atomic():
        account = _found(number, actor)
        if account.closed_on is None:
            raise Impossible(_("The account is open."))
        parties = AccountParty.objects.system(_WHY).filter(account=account, role=kinds.PartyRole.OWNER)
        last: AccountParty | None = parties.order_by("-valid_to", "-pk").first()
        terms = CustomerAgreement.objects.system(_WHY).filter(account=account).order_by("-pk").first()
        if last is None or terms is None:
            raise Impossible(_("The account has no owner."))
        owner = locked(last.customer_id, actor)
        AccountParty.objects.create(account=account, customer=owner, role=kinds.PartyRole.OWNER, valid_from=today)
        points = list(UsagePoint.objects.system(_WHY).filter(agreement=terms))
        terms.pk, terms.valid_from, terms.ended_on = None, today, None
        if terms.nature in (kinds.SupplyNature.TEMPORARY, kinds.SupplyNature.SEASONAL):
            terms.nature, terms.expires_on = kinds.SupplyNature.ORDINARY, None
        terms.save(force_insert=True)
        for point in points:
            point.agreement = terms
            point.save(update_fields=["agreement"])
        account.closed_on, account.version = None, account.version + 1
        account.save(update_fields=["closed_on", "version"])
        reckon_spread(owner)
        write(owner, "customer.account_reopened", actor, now, {"account": account.number, "reason": reason})
    return account


def end_agreement(number: str, reason: str, actor: Actor, now: datetime) -> CustomerAgreement:
    """End the supply contract of an account today; the account stays for what is still to be settled."""
    reason = reason_of(reason)
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        rows = CustomerAgreement.objects.system(_WHY)
        agreement: CustomerAgreement | None = rows.filter(account=account, ended_on=None).order_by("-pk").first()
        if agreement is None:
            raise Impossible(_("The account has no supply contract that runs."))
        agreement.ended_on = max(day_of(now), agreement.valid_from)
        agreement.save(update_fields=["ended_on"])
        write(owner, "customer.agreement_ended", actor, now, {"account": account.number, "reason": reason})
    return agreement


def exchange_meter(number: str, given: Exchange, reason: str, actor: Actor, now: datetime) -> Meter:
    """Take the meter of an account's (first) point down today with its final reading, put another up with its first.

    Raises ``Invalid`` naming the fields: a meter that comes down needs its final reading, and none goes backwards.
    """
    reason, today = reason_of(reason), day_of(now)
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        point = point_of(account)
        before: Meter | None = Meter.objects.system(_WHY).filter(point=point, removed_on=None).order_by("pk").first()
        problems = {}
        if before is not None and given.final is None:
            problems["final"] = _("Give what the meter shows that comes down.")
        if before is not None and given.final is not None and given.final < (before.first_reading or 0):
            problems["final"] = _("The meter showed %(first)s when it was put up.") % {"first": before.first_reading}
        if given.first < 0:
            problems["first"] = _("must not be below zero")
        if problems:
            raise Invalid(_("Some fields need your attention."), fields=problems)
        if before is not None:
            before.removed_on, before.final_reading = max(today, before.installed_on or today), given.final
            before.save(update_fields=["removed_on", "final_reading"])
        made = install(point, given.meter, given.multiplier, today)
        made.first_reading = given.first
        made.save(update_fields=["first_reading"])
        told = {
            "account": account.number, "meter": made.number, "taken": before.number if before else "",
            "final": given.final, "first": given.first, "multiplier": given.multiplier, "reason": reason,
        }  # fmt: skip
        write(owner, "customer.meter_changed", actor, now, told)
    return made


def name_place(number: str, place_id: int, name: str, reason: str, actor: Actor, now: datetime) -> PlaceName:
    """Note, on record, what people call a place of an account as well. Raises ``NotFound`` for a place of others."""
    with transaction.atomic():
        account, owner = locked_account(number, actor)
        points = UsagePoint.objects.system(_WHY).filter(account=account)
        if not points.filter(Q(location__road=place_id) | Q(location__community=place_id)).exists():
            raise NotFound(_("There is no such place."))
        named = locating.add_alias(Place.objects.get(pk=place_id), name)
        told = {"account": account.number, "place": place_id, "alias": named.name, "reason": reason_of(reason)}
        write(owner, "place.named", actor, now, told)
    return named


def _found(number: str, actor: Actor) -> CustomerAccount:
    """Return an account, open or closed, locked. Raises ``NotFound``, ``Forbidden``."""
    rows = CustomerAccount.objects.system("the right is asked below").select_for_update(no_key=True, of=("self",))
    account: CustomerAccount | None = rows.filter(number=number).select_related("unit").first()
    seen = actor.rights is None or (
        account is not None and CustomerAccount.objects.restrict(actor.rights).filter(pk=account.pk).exists()
    )
    if account is None or not seen:
        raise NotFound(_("There is no such account."))
    must(actor, account.unit)
    return account


def last_owner(account: CustomerAccount) -> Customer | None:
    """Return who owns an account, or owned it last when it is closed."""
    rows = AccountParty.objects.system(_WHY).filter(account=account, role=kinds.PartyRole.OWNER)
    named = rows.select_related("customer").order_by("-valid_to", "-pk").first()  # what runs stands first: NULL
    return named.customer if named else None
