"""Who is told of a version of an outage: written down set-wise, each receiver once, in the order of urgency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from open95598.casework.models import Case
from open95598.foundation import bulk
from open95598.foundation.events.services import is_past
from open95598.service.outagenotices import limits
from open95598.service.outagenotices.kinds import What
from open95598.service.outagenotices.models import Broadcast
from open95598.service.outagenotices.sources import Source, Version, below, rules_of

_TABLE = "outagenotices_outagenotice"
_INTO = f"""INSERT INTO {_TABLE}
    (broadcast_id, receiver, way, customer_id, contact_id, subscription_id, rank, fate, not_before)"""
_RANK = """CASE WHEN customer.protected THEN 0 WHEN customer.importance <> '' THEN 1
      WHEN customer.tier <> '' THEN 2 ELSE 3 END"""
#: the one way of each customer: where they agreed to hear of outages, what they prefer, else a phone
_CUSTOMERS = f"""
    WITH dark AS MATERIALIZED (SELECT DISTINCT customer_id FROM ({{dark}}) told)
    {_INTO}
    SELECT DISTINCT ON (point.customer_id) %s::bigint, 'c' || point.customer_id,
      CASE point.kind WHEN 'email' THEN 'email' ELSE 'sms' END, point.customer_id, point.id, NULL::uuid,
      {_RANK}, 'waiting', CASE WHEN customer.protected THEN %s ELSE %s END::timestamptz
    FROM dark
    JOIN customers_contactpoint point ON point.customer_id = dark.customer_id AND point.valid_to IS NULL
      AND (point.kind = 'email' OR point.kind = 'phone' AND point.value ~ '^(\\+86|0086|86)?1[3-9][0-9]{{{{9}}}}$')
    JOIN customers_consent consent ON consent.contact_id = point.id AND consent.purpose = 'outage'
      AND consent.withdrawn_at IS NULL
    JOIN customers_customer customer ON customer.id = point.customer_id
    ORDER BY point.customer_id, point.preferred DESC, point.kind DESC, point.id
    ON CONFLICT DO NOTHING"""  # noqa: S608
#: somebody of the house calls those whom an outage can harm, whatever they agreed to, and those whose tier entitles
#: them to hear of it beforehand (B7) and whom no message reaches
_CALLS = f"""
    WITH dark AS MATERIALIZED (SELECT DISTINCT customer_id FROM ({{dark}}) told)
    {_INTO}
    SELECT DISTINCT ON (customer.id) %s::bigint, 'c' || customer.id, 'call', customer.id, point.id, NULL::uuid,
      {_RANK}, 'waiting', %s::timestamptz
    FROM dark JOIN customers_customer customer ON customer.id = dark.customer_id
    LEFT JOIN customers_contactpoint point ON point.customer_id = customer.id AND point.kind = 'phone'
      AND point.valid_to IS NULL
    WHERE customer.protected OR customer.importance <> '' OR customer.tier = ANY(%s::varchar[]) AND NOT EXISTS (
      SELECT FROM {_TABLE} told WHERE told.broadcast_id = %s AND told.customer_id = customer.id)
    ORDER BY customer.id, point.preferred DESC NULLS LAST, point.id
    ON CONFLICT DO NOTHING"""  # noqa: S608
#: whoever subscribed, unless a customer is told at the same number
_SUBSCRIBED = f"""
    WITH dark AS MATERIALIZED (SELECT DISTINCT account_id FROM ({{dark}}) told),
    places AS MATERIALIZED (
      SELECT DISTINCT location.id, location.road_id, location.community_id FROM dark
      JOIN customers_usagepoint point ON point.account_id = dark.account_id
      JOIN customers_servicelocation location ON location.id = point.location_id),
    wanted AS (
      SELECT sub.* FROM outagenotices_subscription sub JOIN dark ON dark.account_id = sub.account_id
      UNION SELECT sub.* FROM outagenotices_subscription sub JOIN places ON places.id = sub.location_id
      UNION SELECT sub.* FROM outagenotices_subscription sub
        WHERE sub.place_id IN (SELECT road_id FROM places UNION SELECT community_id FROM places))
    {_INTO}
    SELECT DISTINCT ON (wanted.to, wanted.way) %s::bigint, 's' || wanted.id, wanted.way, NULL::bigint, NULL::bigint,
      wanted.id, 3, 'waiting', CASE WHEN wanted.at_night THEN %s ELSE %s END::timestamptz
    FROM wanted WHERE wanted.used_at IS NOT NULL AND wanted.ended_at IS NULL AND wanted.paused_at IS NULL
      AND (wanted.way <> 'webhook' OR wanted.proved_at IS NOT NULL) AND NOT EXISTS (
      SELECT FROM {_TABLE} told JOIN customers_contactpoint point ON point.id = told.contact_id
      WHERE told.broadcast_id = %s AND told.way = wanted.way AND point.value = wanted.to)
    ORDER BY wanted.to, wanted.way, wanted.about <> 'account' DESC, wanted.id
    ON CONFLICT DO NOTHING"""  # noqa: S608
_AGAIN = "fate = 'waiting', round = told.round + 1, handed_at = NULL, message_id = NULL, not_before"
#: those who were told that they are concerned, and nothing else since
_BEFORE = f"""
    WITH last AS (
      SELECT DISTINCT ON (told.receiver, told.way) told.*, cast_.what FROM {_TABLE} told
      JOIN outagenotices_broadcast cast_ ON cast_.id = told.broadcast_id
      WHERE cast_.case_id = %s AND cast_.id <> %s AND told.fate IN ('handed', 'reached')
      ORDER BY told.receiver, told.way, told.broadcast_id DESC)
    INSERT INTO {_TABLE} AS told
      (broadcast_id, receiver, way, customer_id, contact_id, subscription_id, rank, fate, not_before)
    SELECT %s::bigint, last.receiver, last.way, last.customer_id, last.contact_id, last.subscription_id, last.rank,
      'waiting', %s::timestamptz
    FROM last WHERE last.what IN ('announced', 'changed', 'partly') {{without}}
    ON CONFLICT (broadcast_id, receiver, way) DO UPDATE SET {_AGAIN} = excluded.not_before
      WHERE told.fate = 'void'"""  # noqa: S608
#: of them those who are not in the dark now; subscriptions, which the present version does not reach
_WITHOUT = f"""AND CASE WHEN last.customer_id IS NULL
      THEN NOT EXISTS (SELECT FROM {_TABLE} here WHERE here.broadcast_id = %s AND here.receiver = last.receiver)
      ELSE NOT EXISTS (SELECT FROM ({{dark}}) dark WHERE dark.customer_id = last.customer_id) END"""  # noqa: S608
#: of them those who are still in the dark
_WITHIN = "AND last.customer_id IN (SELECT dark.customer_id FROM ({dark}) dark)"
#: of them those whom no outage tells that is what was left of this one
_NOT_BELOW = f"""AND NOT EXISTS (SELECT FROM {_TABLE} below
      JOIN outagenotices_broadcast part ON part.id = below.broadcast_id
      JOIN casework_case inner_ ON inner_.id = part.case_id
      WHERE inner_.parent_id = %s AND below.receiver = last.receiver AND below.fate IN ('handed', 'reached'))"""
#: who was told to be out of it and is in the dark again hears of it once more; if they were not told yet, never mind
_BACK = f"""
    WITH back AS (
      UPDATE {_TABLE} gone SET fate = 'void' FROM {_TABLE} was
      WHERE gone.broadcast_id = %s AND was.id = gone.id AND was.fate <> 'void'
        AND EXISTS (SELECT FROM ({{dark}}) dark WHERE dark.customer_id = gone.customer_id)
      RETURNING gone.receiver, gone.way, was.fate)
    UPDATE {_TABLE} told SET {_AGAIN} = %s FROM back
    WHERE told.broadcast_id = %s AND told.receiver = back.receiver AND told.way = back.way
      AND back.fate IN ('handed', 'reached')"""  # noqa: S608


@transaction.atomic
def prepare(source: Source, case_id: int, kind: str, payload: Mapping[str, Any], now: datetime) -> Broadcast | None:
    """Write down who is told what, when something happened to an outage; None when there is nothing to tell.

    Done again, it adds only receivers who came in since: one notice for each receiver, version and way. Notices of
    earlier versions that have not left are void; a cancellation and a restoration go to those only who were told. In
    the quiet hours nothing leaves but to those on life support, and to whoever wished so.

    A few statements, whatever the number of receivers; one transaction, so that a process that is killed has prepared
    nothing and the event comes again. Of history nobody is told.
    """
    if is_past():
        limits.settle(case_id, now)
        return None
    with connection.cursor() as cursor:  # two events of one outage at once: one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 95598))", [f"outagenotices {case_id}"])
    version = source.version(case_id, kind, payload)
    if version is None:
        return None
    case = Case.objects.system("an outage that customers are told of").get(pk=case_id)
    made = _broadcast(source, case, version, version.what, now)
    _void(case_id, version.revision)
    at = rules_of(case).quiet_hours.next_allowed(now, ZoneInfo(settings.TIME_ZONE))
    if version.left:
        _in_part(source, case, version, made, now, at)
    elif version.what in (What.CANCELLED, What.RESTORED):
        bulk.execute(_BEFORE.format(without=_NOT_BELOW), [case_id, made.pk, made.pk, at, case_id])
    else:
        beforehand = version.told.starts_at is not None and version.told.starts_at > now
        tiers = rules_of(case).customers.entitled_tiers("outage_foreknowledge") if beforehand else ()
        _present(source, version, made, tiers, now, at)
        spared = _broadcast(source, case, version, What.SPARED, now)
        dark, params = source.dark(case_id)
        bulk.execute(_BACK.format(dark=dark), [spared.pk, *params, at, made.pk])
        without = _WITHOUT.format(dark=dark)
        bulk.execute(_BEFORE.format(without=without), [case_id, spared.pk, spared.pk, at, made.pk, *params])
    bulk.refresh_statistics([_TABLE])
    Broadcast.objects.system("just prepared").filter(pk=made.pk).update(prepared_at=now)
    limits.settle(case_id, now)
    return made


def _broadcast(source: Source, case: Case, version: Version, what: What, now: datetime) -> Broadcast:
    made, _fresh = Broadcast.objects.system("prepared by the house").get_or_create(
        case=case, revision=version.revision, what=what,
        defaults={"source": source.name, "told": version.told.kept(), "made_at": now},
    )  # fmt: skip
    return made


def _in_part(source: Source, case: Case, version: Version, made: Broadcast, now: datetime, at: datetime) -> None:
    """Tell those whom a restoration left in the dark that work goes on, and all others that their supply is back."""
    partly = _broadcast(source, case, version, What.PARTLY, now)
    dark, params = below(version.left)
    within = _WITHIN.format(dark=dark)
    bulk.execute(_BEFORE.format(without=within), [case.pk, partly.pk, partly.pk, at, *params])
    if not version.private:
        bulk.execute(_SUBSCRIBED.format(dark=dark), [*params, partly.pk, now, at, partly.pk])
    without = _WITHOUT.format(dark=dark)
    bulk.execute(_BEFORE.format(without=without), [case.pk, made.pk, made.pk, at, partly.pk, *params])
    Broadcast.objects.system("just prepared").filter(pk=partly.pk).update(prepared_at=now)


def _void(case_id: int, revision: int) -> None:
    """What was to be told of earlier versions and has not left is overtaken."""
    bulk.execute(
        f"UPDATE {_TABLE} told SET fate = 'void' FROM outagenotices_broadcast cast_"  # noqa: S608
        " WHERE cast_.id = told.broadcast_id AND cast_.case_id = %s AND cast_.revision < %s AND told.fate = 'waiting'",
        [case_id, revision],
    )


def _present(
    source: Source, version: Version, made: Broadcast, tiers: Sequence[str], now: datetime, at: datetime
) -> None:
    dark, params = source.dark(made.case_id)
    bulk.execute(_CUSTOMERS.format(dark=dark), [*params, made.pk, now, at])
    bulk.execute(_CALLS.format(dark=dark), [*params, made.pk, now, list(tiers), made.pk])
    if not version.private:
        bulk.execute(_SUBSCRIBED.format(dark=dark), [*params, made.pk, now, at, made.pk])
