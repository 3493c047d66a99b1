"""Taking the personal data of a finished order away for good, while what was done stays provable (DOMAIN 2.6, PIPL).

The order, its units, times and codes stay, and so do its entries in the journal with their commitments: counts remain
true and the chain whole. Copies in backups go when the backups go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import erasing
from open95598.casework.actors import Actor
from open95598.casework.models import Attachment, Case
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.files import store as files
from open95598.foundation.journal import queries as journal
from open95598.foundation.journal.services import Draft, append, erase_personal
from open95598.foundation.notices import services as notices
from open95598.foundation.notices.models import Message, MessageState
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import evidence, hooks, sealing
from open95598.service.workorders.models import Named, WorkOrder
from open95598.service.workorders.personal import FIELDS

KIND = "case.erased"
#: the longest reason, in characters
REASON = 300


@dataclass(frozen=True)
class Holds:
    """What personal data an order still holds: names of its fields, and how many pieces elsewhere. No content."""

    order: WorkOrder
    fields: tuple[str, ...]
    entries: int
    messages: int
    files: int
    #: words of a complaint's finding and of its changes
    findings: int = 0
    #: files that are evidence: they stay until their time is over, and so do the words of the finding
    evidence: int = 0
    #: words on the order's case and what hangs below it (supervision, inspection, joint parts), in handovers of shifts
    words: int = 0

    @property
    def anything(self) -> bool:
        """Say whether there is anything to erase."""
        return bool(self.fields or self.entries or self.messages or self.files or self.findings or self.words)


def look(number: str, actor: Actor, now: datetime) -> Holds:
    """Return what an order holds that can be erased at ``now``, and how many files must stay as evidence.

    Raises ``NotFound``, ``Forbidden`` without ``PERSONAL_ERASE`` at its unit.

    Whoever may erase need not be able to see the order, and sees nothing of it here.
    """
    order = _orders().filter(number__iexact=number.strip()).first()
    if order is None:
        raise NotFound(_("There is no such order."))
    if actor.rights is not None and not actor.rights.at(Permission.PERSONAL_ERASE, order.case.scope):
        raise Forbidden(_("You may not erase the personal data of this order."))
    case_id, who = order.pk, sealing.customer(order)
    cases = _about(case_id)
    ids = [case.pk for case in cases]
    kept = evidence.of([case_id]).count() if evidence.holds(order, now) else 0
    return Holds(
        order=order,
        fields=(*(name for name in FIELDS if getattr(order, name)), *sealing.holds(case_id)),
        entries=sum(journal.personal_count(pk) for pk in ids),
        messages=Message.objects.filter(case_id__in=ids).exclude(body="").count(),
        files=Attachment.objects.filter(case_id__in=ids).count() - kept,
        findings=0 if evidence.holds(order, now) else evidence.words(order),
        evidence=kept,
        words=erasing.count(_wordy(cases, order, now))
        + Named.objects.system("erasure").filter(order=order).exclude(words="").count()
        + sum(room.count(ids, who) for room in hooks.further_words),
    )


def erase(number: str, *, reason: str, actor: Actor, now: datetime) -> Holds:
    """Take away what ``look`` finds, and write down who did so, when and why; return what it was.

    Raises what ``look`` does, ``Invalid`` without a reason, ``Impossible`` while the order is being handled or when it
    holds nothing more.
    """
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON:
        why = _("Give the reason, in up to %(n)d characters.") % {"n": REASON}
        raise Invalid(_("Nothing was erased."), fields={"reason": why})
    with transaction.atomic():
        found = look(number, actor, now)
        case = Case.objects.system("erasure").select_for_update(no_key=True).get(pk=found.order.pk)
        if case.is_open:
            raise Impossible(_("This order is still being handled; what is needed for that cannot be erased."))
        below = Case.objects.system("erasure").filter(pk__in=[c.pk for c in _about(case.pk)])
        if any(one.is_open for one in below.select_for_update(no_key=True).order_by("pk")):
            raise Impossible(
                _("Something about this order is still open (a supervision, an inspection, an appeal): end it first.")
            )
        holds = look(number, actor, now)  # again, now that nobody else can be at it
        if not holds.anything:
            raise Impossible(_("This order holds no personal data any more."))
        _erase(holds, reason, actor, now)
        told = {"reason": reason, "fields": list(holds.fields), "messages": holds.messages, "files": holds.files}
        draft = Draft(
            head=case,
            stream=f"case/{case.pk}",
            kind=KIND,
            at=now,
            actor_id=actor.person_id,
            actor_name=actor.name,
            case_id=case.pk,
            data=told | {"entries": holds.entries, "words": holds.words, "evidence": holds.evidence, "via": actor.via},
        )
        append([draft])
        case.save(update_fields=["journal_seq", "journal_head"])
    return holds


@dataclass(frozen=True)
class Done:
    """An erasure as it is listed: when (aware UTC), of which order, by whom, why."""

    at: datetime
    number: str
    actor: str
    reason: str


def lately(limit: int = 20) -> list[Done]:
    """Return the latest erasures, newest first. For whoever holds ``PERSONAL_ERASE``."""
    entries = journal.audit(kind=KIND, limit=limit)
    numbers = dict(_orders().filter(pk__in=[e.case_id for e in entries]).values_list("pk", "number"))
    return [Done(e.at, numbers.get(e.case_id, ""), e.actor_name, e.data["reason"]) for e in entries]


def _orders():  # type: ignore[no-untyped-def]  # a manager's query set
    return WorkOrder.objects.system("erasure shows and checks no content").select_related("case")


def _about(case_id: int) -> list[Case]:
    """Return the order's case, everything below it, and the cases of rooms above that are about any of these."""
    found = erasing.with_all_below(case_id)
    ids = [case.pk for case in found]
    further = {pk for room in hooks.further_cases for pk in room(ids)} - set(ids)
    return [*found, *Case.objects.system("erasure").filter(pk__in=further).order_by("pk")]


def _wordy(cases: list[Case], order: WorkOrder, now: datetime) -> list[Case]:
    """Return the cases whose words are erased: not the order's own (what an inquiry found) while its evidence stays."""
    return [case for case in cases if case.pk != order.pk or not evidence.holds(order, now)]


def _erase(holds: Holds, reason: str, actor: Actor, now: datetime) -> None:
    case_id, who = holds.order.pk, sealing.customer(holds.order)
    cases = _about(case_id)
    ids = [case.pk for case in cases]
    erasing.erase(_wordy(cases, holds.order, now))
    Named.objects.system("erasure").filter(order_id=case_id).update(words="")
    for room in hooks.further_words:
        room.erase(ids, who)
    notices.forget(ids)
    blank = dict.fromkeys((*FIELDS, "place"), "")
    _orders().filter(pk=case_id).update(**blank, search=[], account=None)
    sealing.erase(case_id)
    messages = Message.objects.filter(case_id__in=ids)
    # one that is on its way may have arrived or not; it is not tried again
    messages.filter(state=MessageState.WAITING).update(state=MessageState.UNKNOWN, answer="erased")
    messages.update(to="", subject="", body="")
    attachments = Attachment.objects.filter(case_id__in=ids)
    if evidence.holds(holds.order, now):
        attachments = attachments.filter(evidence=None)
    else:
        evidence.of([case_id]).delete()
        evidence.forget_words(holds.order)
    digests = set(attachments.values_list("sha256", flat=True))
    attachments.delete()
    for pk in ids:
        erase_personal(now, reason=reason, actor_id=actor.person_id, actor_name=actor.name, case_id=pk)
    transaction.on_commit(lambda: [files.remove(digest) for digest in sorted(digests)])
