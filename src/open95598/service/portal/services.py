"""What customers do through the pages, carried out on orders: all writes of the room but those of ``visits``.

``account`` is the integration account in whose name a zone speaks (``accounts``). Everything runs in one transaction;
``key`` is the idempotency key of the message, from which its receipt code follows.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from prometheus_client import Counter

from open95598.casework import attachments
from open95598.casework import services as casework
from open95598.casework.models import Case
from open95598.foundation import phones
from open95598.foundation.errors import Impossible, Invalid, TooMany
from open95598.foundation.notices.services import notify
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.words import Label
from open95598.service.intake import triage
from open95598.service.intake.triage import Position, Said, as_data, from_data
from open95598.service.portal import accounts, messages, queries
from open95598.service.portal.models import Origin
from open95598.service.portal.pages import limits, photos, receipts, topics, wire
from open95598.service.portal.pages.gateway import Fate
from open95598.service.workorders import sealing, triaging
from open95598.service.workorders import services as workorders
from open95598.service.workorders.models import WorkOrder

SOURCE = "portal"
#: why a question of the triage has no answer when a customer filled in the page (list ``triage_skips``)
SKIPPED = "not_known"
CHANNEL = "web"
#: a message may have waited so long in an outer zone; an earlier time is not believed
LONGEST_WAIT = timedelta(days=30)

REPORTS = Counter("open95598_portal_reports_total", "Orders that customers sent", ["kind", "danger", "waited"])


def register(report: wire.Report, key: str, account: Person, now: datetime) -> wire.Registered:
    """Register what a customer sent (H1) and return the number, the receipt and what comes next.

    A report of danger to life, and one that waited in an outer zone, is taken as it is: no limit refuses it and
    nothing missing. Raises ``Invalid`` naming fields, ``TooMany`` for the sixth report of a phone in ten minutes.
    """
    receipt = receipts.of(key)
    with transaction.atomic():
        known = sealing.known(SOURCE, receipt)
        if known is not None:
            return queries.registered(known, receipt, now)
        facts, said = _facts(report, now)
        if not report.danger and report.said_at is None:
            _within_limit(facts.get("contact_phone", ""), now)
        order = workorders.register(
            accounts.actor(account),
            facts,
            now,
            triage=said,
            source=SOURCE,
            source_ref=receipt,
            received_at=_received_at(report.said_at, now),
            notes={"waited": report.said_at is not None, "danger": report.danger, "by_sms": report.by_sms},
        )
        Origin.objects.create(
            case_id=order.pk,
            receipt=receipt,
            language=report.language,
            by_sms=report.by_sms and phones.is_mobile(order.contact_phone),
            danger=report.danger,
            said_at=report.said_at,
        )
        _attach(order.pk, report.photos, account, now)
        if report.by_sms and phones.is_mobile(order.contact_phone):
            messages.send_number(order, report.language, now)
        result = queries.registered(order, receipt, now)
    REPORTS.labels(report.kind, "yes" if report.danger else "no", "yes" if report.said_at else "no").inc()
    return result


def _facts(report: wire.Report, now: datetime) -> tuple[dict[str, Any], list[Said]]:
    """Return the facts of the new order and what was said in its triage.

    Raises ``Invalid`` unless it must be taken whatever is missing.
    """
    must_take = bool(report.danger) or report.said_at is not None
    rules = store.current(now)
    bad: dict[str, str] = {}
    danger = topics.danger(report.danger)
    topic = danger or topics.find(report.kind, report.topic)
    category = topic.category if topic and rules.has_category(topic.category) else rules.categories(report.kind)[0].code
    said = [f"【危及人身安全：{danger.label.zh}】"] if danger else [f"【{topic.label.zh}】"] if topic else []
    walked = None if danger else _walked(report, rules)
    if walked is not None and walked.category and (topic is None or topic.vague):
        category = walked.category if rules.category(walked.category).kind == report.kind else category
    said += _told(report, rules) if not danger else []
    said += [report.description] if report.description else []
    phone = ""
    if not report.anonymous and report.contact_phone:
        try:
            phone = phones.national(phones.plain(report.contact_phone))
        except ValueError:
            bad["contact_phone"] = _("This is not a phone number.")
            said.append(f"（客户填写的电话：{report.contact_phone}）")
    if not report.description:
        bad["description"] = _("This field is required.")
    if not (report.anonymous or report.contact_phone):
        bad["contact_phone"] = _("This field is required.")
    if report.kind == "fault" and not report.place:
        bad["place"] = _("This field is required.")
    if bad and not must_take:
        raise Invalid(_("Some fields need your attention."), fields=bad)
    facts = {
        "kind": "fault" if danger else report.kind,
        "category": category,
        "description": "\n".join(said) or "（客户未填写内容）",
        "channel": CHANNEL,
        "address": " ".join(part for part in (report.area, report.place) if part),
        "contact_name": "" if report.anonymous else report.contact_name,
        "contact_phone": phone,
        "anonymous": report.anonymous,
        "confidential": report.confidential,
    }
    urgent = "safety" if danger else walked.priority if walked else ""
    taken = from_data(as_data(walked)["answers"]) if walked else []
    return facts | ({"priority": urgent} if urgent else {}), taken


def _walked(report: wire.Report, rules: Rulebook) -> Position | None:
    """Return the walk through the triage that a customer's answers make up; None when they make up none."""
    form = rules.intake.form_of(report.kind)
    if form is None or SKIPPED not in {choice.code for choice in rules.lists.get("triage_skips", ())}:
        return None
    said = triage.follow(form, report.answers, SKIPPED)
    return triaging.checked(rules, report.kind, said)


def _told(report: wire.Report, rules: Rulebook) -> list[str]:
    """Return what a customer answered, in one line above their own words: all of it, also beside the triage's way."""
    form = rules.intake.form_of(report.kind)
    asked = [q for q in form.questions if q.customer] if form else []
    answers = [q.answer(report.answers.get(q.code, "")) for q in asked]
    told = "；".join(answer.label.zh for answer in answers if answer)
    return [f"【{told}】"] if told else []


def _received_at(said_at: datetime | None, now: datetime) -> datetime:
    """Return when the customer said it: a waiting time that cannot be is not believed."""
    return said_at if said_at is not None and now - LONGEST_WAIT <= said_at <= now else now


def _within_limit(phone: str, now: datetime) -> None:
    """Refuse the sixth report of a phone within ten minutes; two at once are counted one after the other."""
    if not phone:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 95598))", [f"portal {phone}"])
    recent = WorkOrder.objects.system("counting").filter(
        contact_phone=phone, source=SOURCE, received_at__gt=now - limits.REPORTS.window
    )
    moments = [*recent.values_list("received_at", flat=True), *sealing.received(phone, now - limits.REPORTS.window)]
    if wait := limits.REPORTS.wait(moments, now):
        raise TooMany(messages.too_many(), retry_after=wait)


def _attach(case_id: int, pictures: Iterable[wire.Photo], account: Person, now: datetime) -> None:
    for photo in pictures:
        content = photo.content
        if not photos.is_clean(content):  # another zone's word is not believed
            content = photos.cleaned(io.BytesIO(content), photo.name).content
        upload = SimpleNamespace(file=io.BytesIO(content), name=photo.name, content_type="image/jpeg")
        attachments.attach(case_id, upload, accounts.actor(account), now, action="portal")


def add(case: Case, addition: wire.Addition, account: Person, key: str, now: datetime) -> wire.Done:
    """Add a customer's words and photographs to their order, and tell whoever owns it.

    An order that has been closed takes only what was said before it closed. Raises ``Impossible``, ``Invalid``.
    """
    if not case.is_open and addition.said_at is None:
        raise Impossible(_("The order is closed: nothing can be added."))
    if not addition.text and not addition.photos:
        raise Invalid(_("Some fields need your attention."), fields={"text": _("Write something or add a photo.")})
    with transaction.atomic():
        if addition.text:
            casework.perform(case.pk, "note", accounts.actor(account), now, data={"text": addition.text})
        _attach(case.pk, addition.photos, account, now)
        _tell_owner(case, Label("客户补充了情况", "The customer added something"), f"added/{key}", now)
    return wire.Done(outcome="added")


def urge(case: Case, chosen: wire.Choose, account: Person, now: datetime) -> wire.Done:
    """Urge an order (催办) within the rulebook's limits (DOMAIN 2.4). Raises ``Impossible`` naming the reason."""
    data = {"reason": chosen.choice} | ({"note": chosen.text} if chosen.text else {})
    casework.perform(case.pk, "urge", accounts.actor(account), now, data=data)
    return wire.Done(outcome="urged")


def rate(case: Case, chosen: wire.Choose, account: Person, now: datetime) -> wire.Done:
    """Record how a customer rates an answered order (H12). Raises ``Impossible``, ``Invalid``."""
    data = {"satisfaction": chosen.choice} | ({"note": chosen.text} if chosen.text else {})
    casework.perform(case.pk, "rate", accounts.actor(account), now, data=data)
    _tell_owner(case, Label("客户作出了评价", "The customer has rated it"), f"rated/{now.isoformat()}", now)
    return wire.Done(outcome="rated")


def withdraw(case: Case, wish: wire.Wish, account: Person, key: str, now: datetime) -> wire.Done:
    """Withdraw an order that nobody works on yet; otherwise ask whoever handles it to settle it with the customer.

    Whistle-blow reports, grave complaints and danger to life never end by a click: a person asks the customer first.
    Raises ``Impossible`` for a closed order.
    """
    order: WorkOrder = WorkOrder.objects.system("its own customer").get(pk=case.pk)
    actor = accounts.actor(account)
    if not case.is_open:
        raise Impossible(_("The order is closed already."))
    possible = {action.name: reason for action, reason in casework.possible(case, order, actor, now)}
    if queries.why_not_withdrawn(case, possible) is None:
        data = {"note": wish.text} if wish.text else {}
        casework.perform(case.pk, "withdraw", actor, now, data=data)
        return wire.Done(outcome="withdrawn")
    text = "【客户请求撤回】" + (wish.text or "（未说明原因）")
    casework.perform(case.pk, "note", actor, now, data={"text": text})
    _tell_owner(case, Label("客户请求撤回工单", "The customer asks to withdraw the order"), f"withdraw/{key}", now)
    return wire.Done(outcome="asked")


def _tell_owner(case: Case, title: Label, key: str, now: datetime) -> None:
    """Ring the bell of whoever owns the case; without an owner whoever takes it sees what was said."""
    if case.owner_id is None:
        return
    number = WorkOrder.objects.system("the number only").values_list("number", flat=True).get(pk=case.pk)
    key = f"portal/{case.pk}/{key}"[:160]
    notify([case.owner_id], "portal.said", title, Label(number, number), case.pk, now=now, key=key)


def fate(receipt: str) -> Fate | None:
    """Return the number of the order that a receipt code belongs to; None for an unknown one."""
    order = sealing.known(SOURCE, receipt)
    return Fate("passed", order.number) if order else None
