"""Applications from home (B12): a draft that is kept as it is typed, submitted once as a service request, followed.

Everything takes the guest and reaches nothing but what is theirs: an application's id is random, and any other's is
answered as one that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.models import Case
from open95598.foundation.errors import Impossible, Invalid, NotFound, Stale
from open95598.foundation.notices.services import notify
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.hall_rows import ApplicationRule
from open95598.foundation.words import Label
from open95598.registry.customers.accounts import day_of
from open95598.service.contacts import recording
from open95598.service.contacts.kinds import Channel, Link, Outcome
from open95598.service.hall import filling, own, papers, signing, wording
from open95598.service.hall.models import Application, Paper, Wanted
from open95598.service.hall.own import WHY
from open95598.service.hall.signing import Guest
from open95598.service.portal import accounts as portal
from open95598.service.portal import services as customers_orders
from open95598.service.portal.pages import wire
from open95598.service.workorders import services as workorders
from open95598.service.workorders.models import WorkOrder

#: where such orders come from (``WorkOrder.source``)
SOURCE = "hall"
#: a draft that nobody touched is forgotten after so long
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Draft:
    """An application that is being filled in, with its declaration."""

    row: Application
    rule: ApplicationRule
    papers: tuple[Paper, ...]


def offered(guest: Guest, now: datetime) -> list[tuple[ApplicationRule, bool]]:
    """Return what can be applied for at the unit of the account, and whether this customer may."""
    rules = store.current(now, tuple(guest.account.unit.lineage)).hall
    fits = [one for one in rules.applications if not one.parties or guest.customer.kind in one.parties]
    return [(one, not guest.held.roles.isdisjoint(one.roles)) for one in fits]


def mine(guest: Guest) -> list[Application]:
    """Return the customer's applications for the account, drafts first, then the newest."""
    rows = Application.objects.system(WHY).filter(customer=guest.customer, account=guest.account)
    return list(rows.select_related("case").order_by("-case_id")[:50])


def begin(guest: Guest, code: str, now: datetime) -> Application:
    """Return the draft of an application, begun when there is none.

    Raises ``NotFound`` for what is not offered, ``Impossible`` for what somebody else must apply for, or while one of
    the kind is under way.
    """
    found = next(((rule, may) for rule, may in offered(guest, now) if rule.code == code), None)
    if found is None:
        raise NotFound(_("There is nothing of this kind to apply for."))
    if not found[1]:
        raise Impossible(_("The owner of the account applies for this."))
    rows = Application.objects.system(WHY).filter(customer=guest.customer, account=guest.account, code=code)
    draft: Application | None = rows.filter(case=None).first()
    if draft is not None:
        return draft
    if rows.filter(case__is_open=True).exists():
        raise Impossible(_("An application of this kind is under way already."))
    try:
        with transaction.atomic():
            made: Application = Application.objects.create(
                customer=guest.customer, account=guest.account, code=code, phone=guest.visit.phone,
                language=_spoken(), begun_at=now, saved_at=now,
            )  # fmt: skip
            return made
    except IntegrityError:  # another tab began it in the same moment
        return rows.get(case=None)


def get(guest: Guest, pk: str) -> Application:
    """Return an application of the customer's own. Raises ``NotFound`` for any other."""
    rows = Application.objects.system(WHY).select_related("case", "account__unit")
    found: Application | None = rows.filter(
        pk=_uuid(pk), customer=guest.customer, account__in=[held.account.pk for held in guest.accounts]
    ).first()
    if found is None:
        raise NotFound(_("This is not an application of yours."))
    return found


def rule_of(row: Application, now: datetime) -> ApplicationRule:
    """Return an application's declaration: of a draft the one in force, else the one it was submitted under.

    Raises ``NotFound`` when it is not offered any more.
    """
    rules = store.get(row.case.rulebook_version) if row.case else store.current(now, tuple(row.account.unit.lineage))
    found = rules.hall.application(row.code)
    if found is None:
        raise NotFound(_("There is nothing of this kind to apply for."))
    return found


def draft(guest: Guest, pk: str, now: datetime) -> Draft:
    """Return a draft to be filled in. Raises ``Impossible`` when it was submitted."""
    row = get(guest, pk)
    if row.case_id is not None:
        raise Impossible(_("This application was submitted."))
    return Draft(row, rule_of(row, now), tuple(row.papers.order_by("at", "pk")))


def save(guest: Guest, pk: str, said: Mapping[str, object], version: int | None, now: datetime) -> Application:
    """Keep what was typed so far; return the draft.

    Raises ``Stale`` when another window saved meanwhile, ``Impossible`` once it was submitted.
    """
    with transaction.atomic():
        row = _locked(guest, pk)
        if row.case_id is not None:
            raise Impossible(_("This application was submitted."))
        if version is not None and version != row.version:
            raise Stale(_("Another window saved this application meanwhile. Load the page again."), version=row.version)
        values = filling.tidied(rule_of(row, now), said)
        if values != row.values:
            row.values, row.version, row.saved_at = values, row.version + 1, now
            row.save(update_fields=("values", "version", "saved_at"))
    return row


def add_paper(guest: Guest, pk: str, code: str, upload: Any, now: datetime) -> Paper:
    """Keep a document with a draft. Raises ``NotFound`` for one that is not declared, and what ``papers.keep`` does."""
    held = draft(guest, pk, now)
    if held.rule.paper(code) is None:
        raise NotFound(_("There is no such document."))
    return papers.keep(held.row, code, upload, now)


def drop_paper(guest: Guest, pk: str, paper_id: int, now: datetime) -> None:
    """Take a document out of a draft. Raises ``NotFound`` for one that is not in it."""
    rows = Paper.objects.filter(application=draft(guest, pk, now).row, pk=paper_id)
    if not rows.exists():
        raise NotFound(_("There is no such document."))
    papers.forget(rows)


def discard(guest: Guest, pk: str, now: datetime) -> None:
    """Throw a draft away with its documents."""
    with transaction.atomic():
        row = _locked(guest, pk)
        if row.case_id is not None:
            raise Impossible(_("This application was submitted."))
        papers.forget(Paper.objects.filter(application=row))
        row.delete()


def submit(guest: Guest, pk: str, now: datetime) -> Application:
    """Turn a draft into a service request with its documents; one that was submitted stays what it is (double click).

    Raises ``Invalid`` naming fields (by code) and documents (``paper-<code>``) that are missing or wrong,
    ``Impossible`` when the customer may not apply for it any more.
    """
    with transaction.atomic():
        row = _locked(guest, pk)
        if row.case_id is not None:
            return row
        rule = rule_of(row, now)
        if guest.held.account.pk != row.account_id or guest.held.roles.isdisjoint(rule.roles):
            raise Impossible(_("The owner of the account applies for this."))
        there = list(row.papers.order_by("at", "pk"))
        filled = filling.check(rule, row.values, day_of(now))
        wrong = {code: wording.reason(why) for code, why in filled.wrong.items()}
        for paper in filling.missing_papers(rule, row.values, {p.code for p in there}):
            wrong[f"paper-{paper.code}"] = _("This document is needed.")
        if wrong:
            raise Invalid(_("Some fields need your attention."), fields=wrong)
        account = portal.of_house(now)
        order = _register(guest, row, rule, filled.values, now)
        for number, paper_row in enumerate(there, 1):
            declared = rule.paper(paper_row.code)
            name = f"{number:02d}-{declared.label.zh if declared else paper_row.code}"
            papers.attach(paper_row, name, order.pk, portal.actor(account), now)
        row.case, row.submitted_at, row.values = order.case, now, dict(filled.values)
        row.save(update_fields=("case", "submitted_at", "values"))
        _conversation(guest, row, order, Outcome.ORDER, Link.MADE, now)
    return row


def _register(
    guest: Guest, row: Application, rule: ApplicationRule, values: Mapping[str, str], now: datetime
) -> WorkOrder:
    told = "\n".join(f"{name}：{value}" for name, value in wording.lines(rule, values, "zh-hans"))
    facts = {
        "kind": "service_request",
        "category": rule.category,
        "description": f"【网上营业厅：{rule.label.zh}】\n{told}".strip(),
        "contact_name": guest.customer.name[:80],
        "contact_phone": row.phone,
        "account": guest.account.number,
        "address": own.address(guest)[:300],
        "channel": "web",
        "unit": guest.account.unit_id,
    }
    return workorders.register(signing.actor(now), facts, now, source=SOURCE, source_ref=str(row.pk))


def _conversation(guest: Guest, row: Application, order: WorkOrder, outcome: str, how: str, now: datetime) -> None:
    """Write down that the customer was in contact with us on the web (every conversation is one contact)."""
    led = recording.Led(
        agent=portal.of_house(now), channel=Channel.WEB, phone=row.phone, name=guest.customer.name[:80],
        began_at=now, answered_at=now, ended_at=now, done_at=now, outcome=outcome, kind="service_request",
        category=order.category, case_id=order.pk, how=how, customer_id=guest.customer.pk,
        account_id=guest.account.pk,
    )  # fmt: skip
    recording.record([led], signing.actor(now), now)


def withdraw(guest: Guest, pk: str, text: str, key: str, now: datetime) -> str:
    """Withdraw an application: ends its order where nobody works on it yet, else asks whoever handles it.

    Returns what was done (``wire.Done.outcome``). Raises ``Impossible`` for a draft, or once it has ended.
    """
    row = get(guest, pk)
    if row.case is None:
        raise Impossible(_("This application was not submitted yet."))
    account = portal.of_house(now)
    return customers_orders.withdraw(row.case, wire.Wish(text=text), account, key, now).outcome


def send_wanted(guest: Guest, pk: str, wanted_id: int, uploads: list[Any], now: datetime) -> bool:
    """Send a document that the clerk asked for; return whether that was the last one.

    Then an order that rests for it is taken up again, and whoever owns it is told. Raises ``NotFound`` for what was
    not asked for, ``Impossible`` once the order has ended, ``Invalid`` for a file that is not taken.
    """
    row = get(guest, pk)
    with transaction.atomic():
        wanted = Wanted.objects.select_for_update().filter(pk=wanted_id, application=row, met_at=None).first()
        if wanted is None or row.case is None:
            raise NotFound(_("This document was not asked for."))
        case = Case.objects.system(WHY).get(pk=row.case.pk)
        if not case.is_open:
            raise Impossible(_("The order is closed: nothing can be added."))
        if not uploads:
            raise Invalid(_("Some fields need your attention."), fields={"file": _("Choose a file.")})
        actor = signing.actor(now)
        for number, upload in enumerate(uploads[: papers.OF_ONE], 1):
            kept = papers.stored(upload, "file")
            paper = Paper.objects.create(
                application=row, code=f"wanted-{wanted.pk}", name=kept.name[:120], media_type=kept.media_type,
                size=kept.size, sha256=kept.sha256, at=now,
            )  # fmt: skip
            papers.attach(paper, f"{number:02d}-{wanted.words[:60]}", case.pk, actor, now)
        wanted.met_at = now
        wanted.save(update_fields=("met_at",))
        order = WorkOrder.objects.system(WHY).get(pk=case.pk)
        _conversation(guest, row, order, Outcome.ADDED, Link.ADDED, now)
        last = not Wanted.objects.filter(application=row, met_at=None).exists()
        if last:
            _go_on(case, order, now)
    return last


def _go_on(case: Case, order: WorkOrder, now: datetime) -> None:
    """Take an order up again that rested for documents, and tell whoever owns it, or asked for them."""
    if case.state == "suspended":
        casework.perform(case.pk, "resume", signing.actor(now), now, data={"note": "客户已补交资料"})
    people = [pk for pk in {case.owner_id, order.suspension_by_id} if pk is not None]
    title = Label("客户已补交资料", "The customer sent the documents")
    notify(people, "hall.sent", title, Label(order.number, order.number), case.pk, now=now,
           key=f"hall/{case.pk}/{now.isoformat()}")  # fmt: skip


def tidy(now: datetime) -> int:
    """Forget drafts that nobody touched for long; return how many."""
    old = Application.objects.system("nobody touches it").filter(case=None, saved_at__lt=now - KEPT)
    ids = list(old.values_list("pk", flat=True))
    papers.forget(Paper.objects.filter(application__in=ids))
    old.filter(pk__in=ids).delete()
    return len(ids)


def _locked(guest: Guest, pk: str) -> Application:
    get(guest, pk)
    rows = Application.objects.system(WHY).select_for_update(of=("self",)).select_related("case", "account__unit")
    found: Application | None = rows.filter(pk=_uuid(pk), customer=guest.customer).first()
    if found is None:
        raise NotFound(_("This is not an application of yours."))
    return found


def _spoken() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
