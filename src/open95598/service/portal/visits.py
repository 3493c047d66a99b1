"""How a customer proves that an order is theirs: a code to its phone, exchanged for a visit of half an hour.

Nobody learns here whether an order exists or whose it is: asking does the same work and gives the same answer for any
number and phone; the look-up happens later in the worker (``events``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.models import Case
from open95598.foundation import phones
from open95598.foundation.errors import Invalid, TooMany
from open95598.foundation.events.services import Said, say
from open95598.service.portal import codes, messages
from open95598.service.portal.models import Challenge, Visit
from open95598.service.portal.pages import wire
from open95598.service.portal.pages.gateway import VisitEnded
from open95598.service.workorders.models import WorkOrder

#: whose the codes are
CODE = "portal"
VISIT_MINUTES = 30
#: what a visit said may arrive so much later from an outer zone
KEPT = timedelta(days=30)


def ask(asked: wire.AskCode, now: datetime) -> wire.Asked:
    """Take the wish to follow an order. Raises ``TooMany`` by phone and by number, ``Invalid`` for no phone number.

    Costs the same for any number and phone: rows are counted and written, no order is looked up.
    """
    number = plain_number(asked.number)
    try:
        phone = phones.national(phones.plain(asked.phone))
    except ValueError:
        reason = _("This is not a phone number.")
        raise Invalid(_("Some fields need your attention."), fields={"phone": reason}) from None
    with transaction.atomic():
        codes.one_after_the_other(f"portal code {phone}", f"portal code {number}")
        _within_limits(number, phone, now)
        row = Challenge.objects.create(
            number=number, phone=phone, language=asked.language, asked_at=now,
            expires_at=now + timedelta(minutes=codes.MINUTES),
        )  # fmt: skip
        say([Said("portal.code_asked", f"portal/{row.pk}", now, payload={"challenge": str(row.pk)})])
    return wire.Asked(challenge=str(row.pk), expires_at=row.expires_at)


def _within_limits(number: str, phone: str, now: datetime) -> None:
    longest = max(limit.window for limit in codes.SENT)
    recent = Challenge.objects.filter(asked_at__gt=now - longest)
    for rows in (recent.filter(phone=phone), recent.filter(number=number)):
        if wait := codes.wait(rows.values_list("asked_at", flat=True), now):
            raise TooMany(messages.too_many(), retry_after=wait)


def send_code(challenge_id: str, now: datetime) -> None:
    """Look the order up and send the code when number and phone fit; called by the worker, once a challenge."""
    row = Challenge.objects.select_for_update().filter(pk=challenge_id).first()
    if row is None or row.code or now >= row.expires_at or not phones.is_mobile(row.phone):
        return
    order = _order_of(row.number, row.phone)
    if order is None:
        return
    code = codes.fresh()
    row.code, row.case_id = codes.keyed(CODE, row.pk, code), order.pk
    row.save(update_fields=("code", "case"))
    messages.send_code(row, code, codes.MINUTES, now)


def _order_of(number: str, phone: str) -> WorkOrder | None:
    ways = [phone, f"+86{phone}", f"86{phone}", f"0086{phone}"]
    rows = WorkOrder.objects.system("its own customer").filter(number=number, contact_phone__in=ways, anonymous=False)
    found: WorkOrder | None = rows.first()
    return found


def open_visit(given: wire.GiveCode, now: datetime) -> wire.Opened:
    """Exchange a code for a visit. One code counts once, for ten minutes, five tries.

    Raises ``Invalid`` (field ``code``) with the same words whatever was wrong.
    """
    with transaction.atomic():
        row = codes.exchanged(Challenge.objects, CODE, given.challenge, given.code, now)
        if row is not None:
            return open_to(row.case_id, now)
    raise codes.misfit()


def open_to(case_id: int, now: datetime) -> wire.Opened:
    """Open a visit to an order; whoever calls has seen the proof that it is the customer's."""
    token, until = codes.token(), now + timedelta(minutes=VISIT_MINUTES)
    Visit.objects.create(token=codes.digest(token), case_id=case_id, opened_at=now, expires_at=until)
    return wire.Opened(token=token, expires_at=until)


def find(token: str, now: datetime, *, said_at: datetime | None = None) -> Case:
    """Return the case that a visit leads to. ``said_at``: the visit counted then, and what was said arrives now.

    Raises ``VisitEnded``.
    """
    row = Visit.objects.filter(token=codes.digest(token)).first()
    at = said_at if said_at is not None and said_at <= now else now
    if row is None or not row.opened_at <= at < row.expires_at:
        raise VisitEnded(_("Your visit has ended. Please show once more that the phone is yours."))
    case: Case = Case.objects.system("its own customer").select_related("unit").get(pk=row.case_id)
    return case


def close(token: str, now: datetime) -> None:
    """End a visit."""
    Visit.objects.filter(token=codes.digest(token), expires_at__gt=now).update(expires_at=now)


def tidy(now: datetime) -> None:
    """Forget challenges after a day, visits after a month, and the texts of codes that count no more."""
    Challenge.objects.filter(asked_at__lt=now - max(limit.window for limit in codes.SENT)).delete()
    Visit.objects.filter(expires_at__lt=now - KEPT).delete()
    messages.forget_codes(now - timedelta(minutes=codes.MINUTES))


def plain_number(text: str) -> str:
    """Return an order number as it is kept, however it was typed."""
    wide = str.maketrans("－—–０１２３４５６７８９", "---0123456789")
    return "".join(text.translate(wide).split()).upper()[:60].replace("\x00", "")
