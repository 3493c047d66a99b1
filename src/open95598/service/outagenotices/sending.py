"""Notices leave: so many a minute, those in danger first, each by the outbox once; people are called."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.services import Request
from open95598.foundation import bulk
from open95598.foundation.errors import Forbidden, Impossible, NotFound
from open95598.foundation.notices.services import Outgoing, send_many
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.registry.customers import services as customers
from open95598.registry.customers.models import Consent, ContactPoint
from open95598.service.outagenotices import hooking, limits, pushes, telling
from open95598.service.outagenotices.kinds import About, Fate, Way, What
from open95598.service.outagenotices.models import Broadcast, OutageNotice, Subscription
from open95598.service.outagenotices.sealed import path_out, seal
from open95598.service.outagenotices.sources import SOURCES, Shown
from open95598.service.outagenotices.telling import Told
from open95598.service.planned.flows import PLAN
from open95598.service.planned.kinds import Care

#: notices handed over in one transaction
CHUNK = 500
_MINUTE = timedelta(minutes=1)
#: what begins so soon is told a browser that saves its battery as well
_SOON = timedelta(days=1)
_WHY = "a notice to whoever is in the dark"


def hand(now: datetime, most: int | None = None) -> int:
    """Hand the notices that are due to the outbox, as many as may still leave in this minute; return how many.

    Called every minute; two at once hand nothing over twice. Interrupted, it goes on where it was: what is handed and
    its message are one transaction.
    """
    allowed = store.current(now).planned.a_minute if most is None else most
    allowed -= OutageNotice.objects.filter(handed_at__gt=now - _MINUTE).count()
    done = 0
    while allowed > done:
        handed = _some(min(CHUNK, allowed - done), now)
        if not handed:
            break
        done += handed
    return done


@transaction.atomic
def _some(count: int, now: datetime) -> int:
    due = OutageNotice.objects.filter(fate=Fate.WAITING, not_before__lte=now).exclude(way=Way.CALL)
    rows = list(due.select_for_update(skip_locked=True).order_by("rank", "id")[:count])
    if not rows:
        return 0
    addresses = _addresses(rows)
    casts = Broadcast.objects.system(_WHY).in_bulk({row.broadcast_id for row in rows})
    told = {pk: Told.of(cast.told) for pk, cast in casts.items()}
    subscribed = Subscription.objects.in_bulk([row.subscription_id for row in rows if row.subscription_id])
    facts = {pk: SOURCES[casts[pk].source].shown(casts[pk].case_id) for pk in
             {row.broadcast_id for row in rows if row.way == Way.WEBHOOK}}  # fmt: skip
    heard, outgoing = _heard(rows, casts), {}
    for row in rows:
        if to := addresses.get(row.pk):
            cast = casts[row.broadcast_id]
            sub = subscribed[row.subscription_id] if row.subscription_id else None
            # the first that somebody hears of an outage is no change of it
            new = cast.what == What.CHANGED and (cast.case_id, row.receiver) not in heard
            what = What.ANNOUNCED if new else cast.what
            if sub and row.way == Way.PUSH:
                outgoing[row.pk] = _push(row, cast, what, told[cast.pk], sub, now)
            elif sub and row.way == Way.WEBHOOK:
                outgoing[row.pk] = _call(row, cast, what, replace(facts[cast.pk], told=told[cast.pk]), sub, now)
            else:
                outgoing[row.pk] = _message(row, cast, what, told[cast.pk], to, sub)
    sent = send_many(list(outgoing.values()), now)
    ids = [(row.pk, sent[outgoing[row.pk].key]) for row in rows if row.pk in outgoing]
    bulk.execute(
        "UPDATE outagenotices_outagenotice told SET fate = 'handed', handed_at = %s, message_id = given.message"
        " FROM unnest(%s::bigint[], %s::bigint[]) given(id, message) WHERE told.id = given.id",
        [now, bulk.array(pk for pk, _m in ids), bulk.array(message for _pk, message in ids)],
    )
    OutageNotice.objects.filter(pk__in=[row.pk for row in rows if row.pk not in outgoing]).update(fate=Fate.VOID)
    return len(rows)


def _addresses(rows: Sequence[OutageNotice]) -> Mapping[int, str]:
    """Return where each notice goes, by its id; nothing where the address or the consent is gone meanwhile."""
    contacts = [row.contact_id for row in rows if row.contact_id]
    agreed = Consent.objects.system(_WHY).filter(contact__in=contacts, purpose="outage", withdrawn_at=None)
    points = ContactPoint.objects.system(_WHY).filter(
        pk__in=agreed.values("contact_id"), valid_to=None, customer__closed_at=None
    )
    values = dict(points.values_list("pk", "value"))
    ends = Subscription.objects.filter(pk__in=[row.subscription_id for row in rows if row.subscription_id])
    going: dict[Any, str] = dict(ends.filter(ended_at=None, paused_at=None).values_list("pk", "to"))
    found = {row.pk: values.get(row.contact_id) or going.get(row.subscription_id) for row in rows}
    return {pk: to for pk, to in found.items() if to}


def _heard(rows: Sequence[OutageNotice], casts: Mapping[int, Broadcast]) -> set[tuple[int, str]]:
    """Return which of the receivers of changes were told of the outage before, by any way: (case, receiver)."""
    changed = {pk: cast.case_id for pk, cast in casts.items() if cast.what == What.CHANGED}
    if not changed:
        return set()
    before = OutageNotice.objects.filter(
        broadcast__case__in=set(changed.values()), fate__in=(Fate.HANDED, Fate.REACHED),
        receiver__in={row.receiver for row in rows if row.broadcast_id in changed},
    ).exclude(broadcast__what__in=(What.SPARED, What.CANCELLED))  # fmt: skip
    return set(before.values_list("broadcast__case_id", "receiver"))


def _message(row: OutageNotice, cast: Broadcast, what: str, told: Told, to: str, sub: Subscription | None) -> Outgoing:
    """Return the message: one for each address, version and way, also when two customers share a phone."""
    language = sub.language if sub else "zh"
    # who subscribed to an account has not proved that it is theirs: where it is, is not told
    place = sub is None or sub.about != About.ACCOUNT
    zone = ZoneInfo(settings.TIME_ZONE)
    mail = row.way == Way.EMAIL
    out = way_out(sub) if sub else way_out_of(row.contact_id) if mail and row.contact_id else ""
    text = telling.text(what, told, language, zone, settings.HOTLINE, out=out, place=place)
    subject = "" if row.way == Way.SMS else telling.subject(what, told, language)
    key = _key(row, cast, to, place=place)
    return Outgoing(row.way, to, subject, text, key, cast.case_id, f"{out}one-click/" if mail and out else "")


def _key(row: OutageNotice, cast: Broadcast, to: str, *, place: bool) -> str:
    """Return the key of a message: one for each address, version and way."""
    digest = hashlib.sha256(to.encode()).hexdigest()[:32]
    return f"outage/{cast.pk}.{row.round}/{row.way}/{'' if place else 'a/'}{digest}"


def _call(row: OutageNotice, cast: Broadcast, what: str, shown: Shown, sub: Subscription, now: datetime) -> Outgoing:
    """Return what a webhook is told: the fields of the public feed, as of the broadcast's version."""
    place = sub.about != About.ACCOUNT or sub.by_id is not None
    out = f"{way_out(sub)}one-click/"
    shown = replace(shown, revision=cast.revision, updated_at=cast.made_at)
    body = hooking.outage(what, shown, now, sub.language, place=place, out=out)
    key = _key(row, cast, sub.to, place=place)
    return Outgoing(row.way, sub.to, f"outage.{what}", body, key, cast.case_id, subscriber=f"outage/{sub.pk}")


def _push(row: OutageNotice, cast: Broadcast, what: str, told: Told, sub: Subscription, now: datetime) -> Outgoing:
    """Return what a browser shows; what is told later of the same outage takes its place."""
    place = sub.about != About.ACCOUNT
    title, text = telling.short(what, told, sub.language, ZoneInfo(settings.TIME_ZONE), settings.HOTLINE, place=place)
    ends = pushes.until(told.ends_at, now)
    soon = told.starts_at < now + _SOON or cast.what in (What.RESTORED, What.PARTLY)
    body = pushes.document(sub, title, text, f"outage-{cast.case_id}", ends, now, soon=soon)
    return pushes.outgoing(sub, body, _key(row, cast, sub.to, place=place), cast.case_id)


def way_out(sub: Subscription) -> str:
    """Return the address by which one click ends a subscription."""
    return f"{settings.SITE_URL.rstrip('/')}{path_out(sub.pk)}"


def way_out_of(contact_id: int) -> str:
    """Return the address by which one click withdraws the consent to notices at a customer's e-mail address."""
    sealed = seal(f"contact {contact_id}")
    return f"{settings.SITE_URL.rstrip('/')}{reverse('outagenotices:stop', args=(contact_id, sealed))}"


@transaction.atomic
def reached(notice_id: int, actor: Actor, now: datetime) -> OutageNotice:
    """Note that somebody on the phone list was reached; of a planned outage it counts as acknowledged.

    Raises ``NotFound``, ``Forbidden`` where the actor may not call, ``Impossible`` when it was done or is overtaken.
    """
    row = _call_of(notice_id, actor)
    case = row.broadcast.case
    row.fate, row.handed_at, row.by_id = Fate.REACHED, now, actor.person_id
    row.save(update_fields=("fate", "handed_at", "by"))
    if case.kind == PLAN and row.broadcast.what in (What.ANNOUNCED, What.CHANGED):
        data: dict[str, Any] = {"customer": row.customer_id, "how": Care.ACKNOWLEDGED.value}
        casework.perform_many([Request(case.pk, "care_told", data)], actor, now, partial=True)
    limits.settle(case.pk, now)
    return row


@transaction.atomic
def unanswered(notice_id: int, actor: Actor, now: datetime) -> OutageNotice:
    """Note that nobody answered a call of the phone list: it comes up again behind those who were not tried.

    Raises as ``reached`` does.
    """
    row = _call_of(notice_id, actor)
    row.attempts, row.tried_at, row.by_id = row.attempts + 1, now, actor.person_id
    row.save(update_fields=("attempts", "tried_at", "by"))
    return row


@transaction.atomic
def number_of(notice_id: int, actor: Actor, now: datetime) -> str:
    """Return the number to call in full; who was shown it, and for which outage, stands on the customer's record.

    Raises as ``reached`` does, ``Forbidden`` without the right to see personal data at the customer's unit.
    """
    row = _call_of(notice_id, actor)
    if row.contact is None or row.customer_id is None:
        raise Impossible(_("There is no number to call."))
    why = _("To be called about the outage %(number)s") % {"number": Told.of(row.broadcast.told).number}
    customers.reveal(row.customer_id, ["phone"], why, actor, now)
    return row.contact.value


def _call_of(notice_id: int, actor: Actor) -> OutageNotice:
    """Return a notice of the phone list that is still to be called, locked."""
    rows = OutageNotice.objects.select_related("broadcast__case__unit", "customer", "contact").select_for_update(
        of=("self",)
    )
    row = rows.filter(pk=notice_id, way=Way.CALL).first()
    if row is None:
        raise NotFound(_("There is no such notice."))
    case = row.broadcast.case
    may = (Permission.CASE_DISPATCH, Permission.CASE_HANDLE, Permission.CASE_ANSWER)
    if actor.rights is not None and not any(actor.rights.at(one, case.unit.lineage) for one in may):
        raise Forbidden(_("You may not do this at %(unit)s.") % {"unit": case.unit.name})
    if row.fate != Fate.WAITING:
        raise Impossible(_("This was done already, or is overtaken."))
    return row
