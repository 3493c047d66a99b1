"""A list leaves the house as a spreadsheet: few rows at once, many only after somebody else has agreed.

Personal columns are masked unless the approved request asked for personal data. Every step is in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from open95598.foundation import masking
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people import rights as people_rights
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.transfer import vault
from open95598.foundation.transfer.models import ExportRequest, ExportState
from open95598.foundation.transfer.writing import Column, Record, Watermark, workbook

#: how long an approved file waits for its requester
KEEP = timedelta(hours=24)
_MASKS: Mapping[str, Callable[[str], str]] = {
    "phone": masking.mask_phone,
    "name": masking.mask_name,
    "address": masking.mask_address,
    "text": masking.mask_text,
}


def direct_limit() -> int:
    """How many persons' rows may leave without approval (setting ``EXPORT_DIRECT_LIMIT``, default 200)."""
    return int(getattr(settings, "EXPORT_DIRECT_LIMIT", 200))


@dataclass(frozen=True)
class Listing:
    """A list that can leave the house. Register it with ``add``; the background job finds it by ``name``.

    ``query`` returns what these rights may see of it with these parameters (a list's filters, as in its address);
    ``record`` turns one item into the values of ``columns``, unmasked. Rows count as persons.
    """

    name: str
    title: Any
    columns: Callable[[], Sequence[Column]]
    query: Callable[[Rights, Mapping[str, Any]], QuerySet[Any]]
    record: Callable[[Any], Record]
    permission: Permission = Permission.EXPORT


_listings: dict[str, Listing] = {}


def add(listing: Listing) -> None:
    """Register a listing. Raises ``ValueError`` when another one has its name."""
    if _listings.get(listing.name, listing) is not listing:
        raise ValueError(f"two listings are called {listing.name}")
    _listings[listing.name] = listing


def listing_of(name: str) -> Listing:
    """Return a listing by name. Raises ``NotFound``."""
    if name not in _listings:
        raise NotFound(_("There is no list “%(name)s” to export.") % {"name": name})
    return _listings[name]


@dataclass(frozen=True)
class Outcome:
    """Either a finished ``file`` or a ``request`` that waits for approval."""

    file: IO[bytes] | None = None
    request: ExportRequest | None = None


def export(
    rights: Rights,
    person: Person,
    name: str,
    params: Mapping[str, Any],
    now: datetime,
    *,
    with_personal: bool = False,
    reason: str = "",
) -> Outcome:
    """Export the list ``name`` as ``person`` sees it.

    Up to ``direct_limit()`` rows without personal data come at once; more, or personal data in the open, become a
    request, which needs a ``reason``. Raises ``Forbidden`` without EXPORT, ``Invalid`` without a reason.
    """
    listing = listing_of(name)
    if not rights.anywhere(listing.permission):
        raise Forbidden(_("Your roles do not include exporting."))
    query = listing.query(rights, params)
    count = query.count()
    if count <= direct_limit() and not with_personal:
        file = _write(listing, query, person, now, with_personal=False)
        _tell("export.made", now, person, listing=name, params=_hidden(params), rows=count, with_personal=False)
        return Outcome(file=file)
    if len(reason.strip()) < 2:
        raise Invalid(
            _("%(count)s rows need somebody's approval; say what they are for.") % {"count": count},
            fields={"reason": _("say what the data are for")},
            rows=count,
        )
    with transaction.atomic():
        request = ExportRequest.objects.create(
            person=person,
            unit_id=person.unit_id,
            listing=name,
            name=str(listing.title)[:200],
            params=dict(params),
            rows=count,
            with_personal=with_personal,
            reason=reason.strip()[:300],
            created_at=now,
        )
        _tell("export.asked", now, person, **_facts(request))
    return Outcome(request=request)


def hand_out(
    person: Person,
    name: str,
    title: str,
    columns: Sequence[Column],
    records: Sequence[Record],
    params: Mapping[str, Any],
    now: datetime,
) -> IO[bytes]:
    """Return a file of rows that were drawn for ``person`` already, masked as they are seen; it is written down.

    The caller has asked for the right, and that there are no more rows than ``direct_limit()``.
    """
    mark = Watermark(f"{person.name} ({person.username})", now)
    file = workbook(columns, records, sheet=title, watermark=mark, meta={"title": title})
    _tell("export.made", now, person, listing=name, params=_hidden(params), rows=len(records), with_personal=False)
    return file


def may_decide(rights: Rights, request: ExportRequest) -> bool:
    """Say whether these rights may approve the request: EXPORT_APPROVE at the requester's unit, and not oneself."""
    return rights.person_id != request.person_id and rights.at(Permission.EXPORT_APPROVE, request.unit.lineage)


def to_decide(rights: Rights) -> list[ExportRequest]:
    """Return the requests that wait for a decision which these rights may take, oldest first."""
    units = sorted(rights.units(Permission.EXPORT_APPROVE))
    if not units:
        return []
    waiting = ExportRequest.objects.filter(state=ExportState.WAITING, unit__lineage__overlap=units)
    return list(waiting.exclude(person_id=rights.person_id).select_related("person", "unit").order_by("pk")[:200])


def decide(
    rights: Rights, person: Person, request_id: int, *, approve: bool, note: str, now: datetime
) -> ExportRequest:
    """Approve (the file is made in the background) or refuse, which needs a ``note``.

    Raises ``NotFound`` for somebody who may not decide it, ``Impossible`` when it was decided already.
    """
    from open95598.foundation.transfer import tasks  # tasks import this module

    with transaction.atomic():
        request = (
            ExportRequest.objects.select_for_update(of=("self",))
            .select_related("unit", "person")
            .filter(pk=request_id)
            .first()
        )
        if request is None or not may_decide(rights, request):
            raise NotFound(_("There is no such request for you to decide."))
        if request.state != ExportState.WAITING:
            raise Impossible(_("The request was decided already."))
        if not approve and len(note.strip()) < 2:
            raise Invalid(_("Say why the request is refused."), fields={"note": _("must not be empty")})
        request.state = ExportState.APPROVED if approve else ExportState.REFUSED
        request.decided_by, request.decided_at, request.decision = person, now, note.strip()[:300]
        request.save()
        _tell("export.approved" if approve else "export.refused", now, person, **_facts(request))
        if approve:
            tasks.make_export.defer(request_id=request.pk)
    return request


def make(request_id: int, now: datetime) -> None:
    """Make the file of an approved request, with the rights that its requester has now. Does nothing if it is made."""
    request = ExportRequest.objects.select_related("person").get(pk=request_id)
    if request.state != ExportState.APPROVED:
        return
    listing = listing_of(request.listing)
    rights = people_rights.load(request.person, now)
    try:
        if not rights.anywhere(listing.permission):
            raise Forbidden(_("The requester no longer has the right to export."))
        counted = _Counted()
        file = _write(
            listing,
            listing.query(rights, request.params),
            request.person,
            now,
            with_personal=request.with_personal,
            note=_("request %(id)s") % {"id": request.pk},
            counted=counted,
        )
    except Refused as error:
        ExportRequest.objects.filter(pk=request_id, state=ExportState.APPROVED).update(
            state=ExportState.FAILED, decision=str(error)[:300]
        )
        return
    with file:
        key = vault.put("exports", file, secret=True)
    with transaction.atomic():
        made = ExportRequest.objects.filter(pk=request_id, state=ExportState.APPROVED).update(
            state=ExportState.READY, file_key=key, ready_at=now, expires_at=now + KEEP, made_rows=counted.rows
        )
        if made:
            _tell("export.ready", now, None, **_facts(request), made_rows=counted.rows)
    if not made:  # another worker was first
        vault.remove("exports", key)


def take(person: Person, request_id: int, now: datetime) -> IO[bytes]:
    """Hand the file to its requester, once, within 24 hours; afterwards it is gone from the house.

    Raises ``NotFound`` for anybody else, ``Impossible`` when it was fetched, has expired or is not made.
    """
    with transaction.atomic():
        request = ExportRequest.objects.select_for_update().filter(pk=request_id, person=person).first()
        if request is None:
            raise NotFound(_("There is no such export."))
        if request.state != ExportState.READY or request.expires_at is None or request.expires_at <= now:
            raise Impossible(_("This export was fetched already, has expired or is not ready. Ask for it anew."))
        file = vault.path("exports", request.file_key).open("rb")
        request.state, request.taken_at = ExportState.TAKEN, now
        request.save(update_fields=("state", "taken_at"))
        _tell("export.taken", now, person, **_facts(request))
        # the open file stays readable; the name goes with the commit
        transaction.on_commit(lambda: vault.remove("exports", request.file_key))
    return file


def expire(now: datetime) -> int:
    """Take away files that nobody fetched in time; return how many."""
    count = 0
    for request in ExportRequest.objects.filter(state=ExportState.READY, expires_at__lte=now):
        with transaction.atomic():
            gone = ExportRequest.objects.filter(pk=request.pk, state=ExportState.READY).update(
                state=ExportState.EXPIRED
            )
            if gone:
                _tell("export.expired", now, None, **_facts(request))
                count += 1
        vault.remove("exports", request.file_key)
    return count


class _Counted:
    rows = 0


def _write(
    listing: Listing,
    query: QuerySet[Any],
    person: Person,
    now: datetime,
    *,
    with_personal: bool,
    note: str = "",
    counted: _Counted | None = None,
) -> IO[bytes]:
    columns = listing.columns()
    mark = Watermark(f"{person.name} ({person.username})", now, note)
    records = _masked(columns, map(listing.record, query.iterator(chunk_size=1000)), with_personal=with_personal)
    return workbook(
        columns,
        _count(records, counted or _Counted()),
        sheet=str(listing.title),
        watermark=mark,
        meta={"title": str(listing.title)},
    )


def _count(records: Iterable[Record], counted: _Counted) -> Iterator[Record]:
    for record in records:
        counted.rows += 1
        yield record


def _masked(columns: Sequence[Column], records: Iterable[Record], *, with_personal: bool) -> Iterator[Record]:
    """Hide personal values; an unknown kind of personal column is hidden altogether."""
    personal = {} if with_personal else {n: c.personal for n, c in enumerate(columns) if c.personal}
    for record in records:
        values = [record.get(c.key) for c in columns] if isinstance(record, Mapping) else list(record)
        for index, kind in personal.items():
            if values[index]:
                values[index] = _MASKS.get(kind, lambda _value: "****")(str(values[index]))
        yield values


def _facts(request: ExportRequest) -> dict[str, Any]:
    return {
        "request": request.pk,
        "listing": request.listing,
        "params": _hidden(request.params),
        "rows": request.rows,
        "with_personal": request.with_personal,
        "reason": masking.mask_text(request.reason),
    }


def _hidden(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a list's filters as the journal may keep them for ever: somebody may have searched for a number."""
    hide = masking.mask_text
    return {
        n: [hide(str(v)) for v in told] if isinstance(told, list) else hide(str(told)) for n, told in params.items()
    }


def _tell(kind: str, at: datetime, person: Person | None, **data: Any) -> None:
    append_to_stream(
        "transfer",
        [
            Draft(
                head=Stream(),  # set by append_to_stream
                stream="transfer",
                kind=kind,
                at=at,
                actor_id=person.pk if person else None,
                actor_name=person.name if person else "",
                data=data,
            )
        ],
    )
