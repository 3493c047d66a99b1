"""The rating by a one-time link (H12): a fault whose customer is content needs no call-back (DOMAIN 2.2).

A link is random, counts once and for a few days (the rulebook's ``callback.message``), and is kept as a digest. It
tells nothing but what kind of matter it is about and of which day; whatever is wrong with one, the answer is the same.
"""

from __future__ import annotations

import secrets
import string
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation import phones
from open95598.foundation.errors import Impossible, NotFound
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.model import Rulebook
from open95598.service.portal import accounts, codes, messages, queries, visits
from open95598.service.portal.models import Origin, RatingLink
from open95598.service.portal.pages import wire
from open95598.service.workorders import wording
from open95598.service.workorders.models import WorkOrder

HOUSE = Actor.house("rating")
#: letters and digits only: what ends in a mark is cut by some phones. 62²² tokens
_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 22
#: what a link said may arrive so much later from an outer zone
KEPT = visits.KEPT


def invite(case_id: int, version: int, now: datetime) -> RatingLink | None:
    """Make a link for an order that waits for its call-back since ``version``, and send it to the order's phone.

    None when none is to be sent: the order waits no more, its kind is called in any case, its customer cannot or does
    not want to be written to, or asked for secrecy (somebody else may read the phone). Quiet hours hold the message.
    """
    order = WorkOrder.objects.system("its own customer").select_related("case").filter(pk=case_id).first()
    if order is None or order.case.state != "reviewed" or order.case.version < version:
        return None
    rules = store.get(order.case.rulebook_version)
    if not is_asked(order, rules) or queries.agreed_to_sms(case_id) is False:
        return None
    token = "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))
    leaves_at = rules.quiet_hours.next_allowed(now, timezone.get_default_timezone())
    until = leaves_at + timedelta(minutes=rules.callback.message.valid_minutes)
    with transaction.atomic():
        link, fresh = RatingLink.objects.get_or_create(
            case_id=case_id,
            version=version,
            defaults={"token": codes.digest(token), "made_at": now, "expires_at": until},
        )
        if fresh:
            language = Origin.objects.filter(pk=case_id).values_list("language", flat=True).first() or "zh"
            text = _message(order, rules, language, address(token))
            messages.send_link(order, version, text, now, leaves_at)
    return link


def is_asked(order: WorkOrder, rules: Rulebook) -> bool:
    """Say whether such an order's customer is asked by message at all."""
    need = rules.needs_call_back(order.case.kind, order.category)
    secret = order.anonymous or order.confidential or order.case.confidential
    return need.needed and need.message_is_enough and not secret and phones.is_mobile(order.contact_phone)


def address(token: str) -> str:
    """Return the link as it stands in the message: short, beside the customer's pages."""
    return f"{settings.PORTAL_URL.rstrip('/').removesuffix('/portal')}/r/{token}"


def _message(order: WorkOrder, rules: Rulebook, language: str, link: str) -> str:
    wanted = (f"rating_message_{order.case.kind}", "rating_message")
    text = next((rules.texts[name].in_(language) for name in wanted if name in rules.texts), "{link}")
    local = timezone.localtime(order.received_at)
    values = {
        "hotline": settings.HOTLINE,
        "day": f"{local.day} {local:%b}" if language == "en" else f"{local.month}月{local.day}日",
        "matter": wording.kind(order.case.kind).in_(language),
        "link": link,
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def look(token: str, now: datetime) -> wire.RatingView:
    """Return what a link is about; looking does not use it up. Raises ``NotFound``."""
    order = _order(RatingLink.objects.filter(token=codes.digest(token)).first(), now)
    label = wording.kind(order.case.kind)
    day = timezone.localtime(order.received_at).date()
    return wire.RatingView(kind=order.case.kind, label=wire.Words(zh=label.zh, en=label.en), day=day)


def give(token: str, rating: wire.Rating, account: Person, now: datetime) -> wire.Done:
    """Take what a customer says through a link, which is used up by it (H12, 2.3).

    A content customer ends the need of a call-back, and the house archives where the rulebook says so; what was not
    solved is handled again, or called by a person. Raises ``NotFound``, ``Invalid`` for an unknown rating.
    """
    with transaction.atomic():
        link = RatingLink.objects.select_for_update().filter(token=codes.digest(token)).first()
        order = _order(link, rating.said_at if rating.said_at is not None and rating.said_at <= now else now)
        assert link is not None
        try:
            with transaction.atomic():
                outcome = _take(order, rating, accounts.actor(account), now)
        except Impossible as refusal:  # somebody at the desk was quicker
            raise _over() from refusal
        link.used_at, link.outcome = now, outcome
        link.save(update_fields=("used_at", "outcome"))
    return wire.Done(outcome=outcome)


def _take(order: WorkOrder, rating: wire.Rating, customer: Actor, now: datetime) -> str:
    """Carry a rating out on its order; return ``thanks``, ``again`` or ``call``."""
    case = order.case
    words = {"note": rating.text} if rating.text else {}
    if case.state == "reviewed":
        given = {"solved": rating.solved, "satisfaction": rating.choice} | words
        done = casework.perform(case.pk, "confirm", customer, now, data=given)
        assert done.case is not None
        if done.case.state == "callback" and store.get(case.rulebook_version).callback.message.archive:
            casework.perform(case.pk, "archive", HOUSE, now)
        return {"reopened": "again", "reviewed": "call"}.get(done.case.state, "thanks")
    casework.perform(case.pk, "rate", customer, now, data={"satisfaction": rating.choice} | words)
    if rating.solved == "yes":
        return "thanks"
    if case.state == "callback":
        casework.perform(case.pk, "archive", HOUSE, now)
    casework.perform(case.pk, "reopen", customer, now, data={"reason": "not_solved"} | words)
    return "again"


def _order(link: RatingLink | None, at: datetime) -> WorkOrder:
    """Return the order that a link counts for at a moment. Raises ``NotFound``.

    It counts while its order waits for the call-back, and after it when nobody reached the customer.
    """
    if link is None or link.used_at is not None or not link.made_at <= at < link.expires_at:
        raise _over()
    order: WorkOrder = WorkOrder.objects.system("its own customer").select_related("case").get(pk=link.case_id)
    waits = order.case.state == "reviewed"
    unheard = order.case.state in ("callback", "archived") and not order.satisfaction
    if not (waits or unheard):
        raise _over()
    return order


def _over() -> NotFound:
    return NotFound(
        _("This link has been used already, has run out, or is not complete. If something is open, call %(hotline)s.")
        % {"hotline": settings.HOTLINE}
    )


def tidy(now: datetime) -> None:
    """Forget links a month after they ran out, and the texts of their messages as soon as they count no more."""
    RatingLink.objects.filter(expires_at__lt=now - KEPT).delete()
    messages.forget_links(now - timedelta(minutes=store.current(now).callback.message.valid_minutes))
