"""How a customer signs in: account number and phone, a code to that phone, a visit of a short while.

Nobody learns here whether an account exists, whose phone it has or whether a limit is reached: asking writes the same
rows and gives the same answer for any number and phone. The look-up, and the count of what may be sent, happen later
in the worker (``events``). Only whoever knows account and phone together makes a code leave the house, so nobody can
lock a customer out, or flood them, by knowing an account's number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import phones
from open95598.foundation.errors import Invalid, NotFound, Refused
from open95598.foundation.events.services import Said, say
from open95598.registry.customers import services as registry
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.kinds import PartyRole
from open95598.registry.customers.models import AccountParty, ContactPoint, Customer, CustomerAccount
from open95598.service.hall import messages
from open95598.service.hall.models import Challenge, Visit
from open95598.service.portal import accounts as portal
from open95598.service.portal import codes

#: a visit ends when nothing was done for so long, and in any case after so long
IDLE, LONGEST = timedelta(minutes=20), timedelta(hours=2)
#: whose the codes are
CODE = "hall"
#: how exactly it is kept when something was done last
_MINUTE = timedelta(minutes=1)
#: what the parties of an account are, the one who may see most first
RANKS = (PartyRole.OWNER, PartyRole.PAYER, PartyRole.TENANT)


class SignedOut(Refused):
    """The visit is over, or never was: the customer signs in once more."""

    status: ClassVar[int] = 403
    code: ClassVar[str] = "signed-out"


@dataclass(frozen=True)
class Held:
    """An account and what the customer is to it; ``since``: the day from which they have been that."""

    account: CustomerAccount
    roles: frozenset[str]
    since: date

    @property
    def owns(self) -> bool:
        """Whether the customer is the account's owner."""
        return PartyRole.OWNER in self.roles

    @property
    def pays(self) -> bool:
        """Whether its money is the customer's affair."""
        return not self.roles.isdisjoint((PartyRole.OWNER, PartyRole.PAYER))


@dataclass(frozen=True)
class Guest:
    """Who is signed in: the visit, the customer, the account that they look at and all that they hold today."""

    visit: Visit
    customer: Customer
    held: Held
    accounts: tuple[Held, ...]

    @property
    def account(self) -> CustomerAccount:
        """The account that they look at."""
        return self.held.account


def actor(now: datetime) -> Actor:
    """Return in whose name customers act; the room itself sees to it that they reach nothing but their own."""
    return portal.actor(portal.of_house(now))


def plain_number(text: str) -> str:
    """Return an account's number as it is kept, however it was typed."""
    wide = str.maketrans("０１２３４５６７８９－—–", "0123456789---")
    return "".join(c for c in text.translate(wide).upper() if c.isascii() and c.isalnum())[:32]


def ask(number: str, phone: str, language: str, now: datetime) -> str:
    """Take the wish to sign in; return the challenge's id. Raises ``Invalid`` for what is no phone number."""
    try:
        plain = phones.national(phones.plain(phone))
    except ValueError:
        reason = _("This is not a phone number.")
        raise Invalid(_("Some fields need your attention."), fields={"phone": reason}) from None
    with transaction.atomic():
        row = Challenge.objects.create(
            number=plain_number(number), phone=plain, language=language, asked_at=now,
            expires_at=now + timedelta(minutes=codes.MINUTES),
        )  # fmt: skip
        say([Said("hall.code_asked", f"hall/{row.pk}", now, payload={"challenge": str(row.pk)})])
    return str(row.pk)


def send_code(challenge_id: str, now: datetime) -> None:
    """Look the account up and send a code when the phone is its party's; called by the worker, once a challenge."""
    row = Challenge.objects.select_for_update().filter(pk=challenge_id).first()
    if row is None or row.code or now >= row.expires_at or not phones.is_mobile(row.phone):
        return
    party = _whose(row.number, row.phone, now)
    if party is None:
        return
    codes.one_after_the_other(f"hall phone {row.phone}", f"hall account {row.number}")
    sent = Challenge.objects.filter(asked_at__gt=now - max(limit.window for limit in codes.SENT)).exclude(code="")
    for rows in (sent.filter(phone=row.phone), sent.filter(number=row.number)):
        if codes.wait(rows.values_list("asked_at", flat=True), now):
            return
    code = codes.fresh()
    row.code, row.customer_id, row.account_id = codes.keyed(CODE, row.pk, code), party.customer_id, party.account_id
    row.save(update_fields=("code", "customer", "account"))
    messages.send_code(row.phone, code, row.pk, codes.MINUTES, row.language, now)


def _whose(number: str, phone: str, now: datetime) -> AccountParty | None:
    """Return the party of an open account who is reached at a phone: the owner before the payer and the tenant."""
    why = "whose account somebody says is theirs"
    known = ContactPoint.objects.system(why).filter(kind="phone", value=phone, valid_to=None)
    parties = _current(now).filter(account__number=number, customer__in=known.values("customer_id"))
    return min(parties.order_by("pk")[:10], key=lambda p: RANKS.index(PartyRole(p.role)), default=None)


def _current(now: datetime) -> Any:
    """Return what customers are to open accounts today: who moved out yesterday is nothing to it any more."""
    today = day_of(now)
    return AccountParty.objects.system("the customer's own accounts").filter(
        Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today, account__closed_on=None,
        customer__closed_at=None,
    )  # fmt: skip


def open_visit(challenge: str, code: str, browser: str, now: datetime, *, before: str = "") -> str:
    """Exchange a code for a visit and return its token. One code counts once, for ten minutes, five tries.

    ``browser`` names the browser, to which the visit is bound; ``before``: the token that it held until now, which is
    ended. Raises ``Invalid`` (field ``code``) with the same words whatever was wrong.
    """
    with transaction.atomic():
        row = codes.exchanged(Challenge.objects, CODE, challenge, code, now)
        if row is not None:
            close(before)
            token = codes.token()
            Visit.objects.create(
                token=codes.digest(token), browser=codes.digest(browser), customer_id=row.customer_id,
                account_id=row.account_id, phone=row.phone, opened_at=now, seen_at=now, expires_at=now + LONGEST,
            )  # fmt: skip
            _tell(row.customer_id, "customer.signed_in", now)
            return token
    raise codes.misfit()


def _tell(customer_id: int, kind: str, now: datetime) -> None:
    """Write into the customer's stream what they did here."""
    rows = Customer.objects.system("the customer's own doing, told").select_for_update(no_key=True)
    registry.write(rows.get(pk=customer_id), kind, actor(now), now, {}, raise_version=False)


def find(token: str, browser: str, now: datetime) -> Guest:
    """Return who is signed in.

    Raises ``SignedOut``: no such visit, another browser, too long ago, moved out, the phone is not theirs any more.
    """
    row = Visit.objects.select_related("customer").filter(token=codes.digest(token)).first() if token else None
    held = accounts(row.customer_id, now) if row is not None and reached_at(row.customer_id, row.phone) else ()
    counts = (
        row is not None
        and row.browser == codes.digest(browser)
        and row.opened_at <= now < row.expires_at
        and now - row.seen_at < IDLE
        and held
    )
    if row is None or not counts:
        raise SignedOut(_("You are not signed in any more. Please sign in once more."))
    chosen = next((one for one in held if one.account.pk == row.account_id), held[0])
    if now - row.seen_at >= _MINUTE:
        Visit.objects.filter(pk=row.pk).update(seen_at=now)
    return Guest(row, row.customer, chosen, held)


def reached_at(customer_id: int, phone: str) -> bool:
    """Say whether a customer is still reached at a phone."""
    rows = ContactPoint.objects.system("the customer's own phone").filter(customer=customer_id, kind="phone")
    return bool(rows.filter(value=phone, valid_to=None).exists())


def accounts(customer_id: int, now: datetime) -> tuple[Held, ...]:
    """Return the open accounts of which the customer is a party today, those that they own first."""
    rows: Sequence[AccountParty] = list(
        _current(now).filter(customer=customer_id).select_related("account__unit").order_by("account__number")[:200]
    )
    by_account: dict[int, list[AccountParty]] = {}
    for row in rows:
        by_account.setdefault(row.account_id, []).append(row)
    found = [
        Held(parties[0].account, frozenset(p.role for p in parties), min(p.valid_from for p in parties))
        for parties in by_account.values()
    ]
    return tuple(sorted(found, key=lambda one: (not one.owns, one.account.number)))


def choose(guest: Guest, number: str) -> None:
    """Look at another account of one's own. Raises ``NotFound`` for any that is not, whether there is one or not."""
    chosen = next((one for one in guest.accounts if one.account.number == number), None)
    if chosen is None:
        raise NotFound(_("This is not an account of yours."))
    Visit.objects.filter(pk=guest.visit.pk).update(account=chosen.account)


def close(token: str) -> None:
    """End a visit; one that has ended is no error."""
    if token:
        Visit.objects.filter(token=codes.digest(token)).delete()


def close_others(guest: Guest) -> None:
    """End all other visits of a customer: what proved them to be theirs has changed."""
    Visit.objects.filter(customer=guest.customer).exclude(pk=guest.visit.pk).delete()


def tidy(now: datetime) -> None:
    """Forget challenges after a day, visits that ended, and the texts of codes that count no more."""
    Challenge.objects.filter(asked_at__lt=now - max(limit.window for limit in codes.SENT)).delete()
    Visit.objects.filter(Q(expires_at__lt=now) | Q(seen_at__lt=now - IDLE)).delete()
    messages.forget_codes(now - timedelta(minutes=codes.MINUTES))
