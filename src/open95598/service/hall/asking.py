"""The clerk's side of an application: what was filled in and sent, on the order's page; asking for documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.casework.flow import Action, Input, InputType, Moment, Source
from open95598.casework.models import Case
from open95598.foundation.errors import Invalid
from open95598.foundation.files import store as files
from open95598.foundation.masking import mask_text
from open95598.foundation.notices.services import send
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.words import Label
from open95598.service.hall import messages, papers, wording
from open95598.service.hall.applying import SOURCE
from open95598.service.hall.models import Application, Paper, Wanted
from open95598.service.workorders import approvals
from open95598.service.workorders import hooks as orders
from open95598.service.workorders.models import WorkOrder

if TYPE_CHECKING:
    from open95598.service.workorders.casepage import CasePage
    from open95598.service.workorders.redaction import Identity

WORKERS = (Permission.CASE_HANDLE, Permission.CASE_CREW)
#: documents asked for at once
MOST = 8


def from_hall(m: Moment) -> bool:
    """Say whether an order is an application of the online hall: only there does its customer find what is asked."""
    return bool(m.typed.source == SOURCE)


ASK = Action(
    "ask_documents",
    Label("通知补交资料并挂起", "Ask for documents"),
    WORKERS,
    ("accepted", "processing"),
    ("suspension_asked",),
    (
        Input(
            "documents", Label("缺少的资料（每行一项）", "Missing documents (one a line)"), InputType.LONG_TEXT,
            max_length=600, personal=True, outward=True,
            help=Label("客户在网上营业厅逐项补交；批准挂起后时限暂停，收齐后自动恢复。",
                       "The customer sends them in the online hall; once the suspension is approved the clocks rest"
                       " until all are there."),
        ),
    ),
    sets={"suspension_by": Source.ACTOR},
    when=from_hall,
    effect="ask_documents",
)  # fmt: skip


def ask_documents(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Note what is asked for, tell the customer, and ring at those who approve the suspension. Effect of ``ASK``."""
    words = list(dict.fromkeys(" ".join(line.split())[:200] for line in str(data["documents"]).splitlines()))
    wanted = [text for text in words if text]
    if not 0 < len(wanted) <= MOST:
        reason = _("Name one to %(most)d documents, each on a line of its own.") % {"most": MOST}
        raise Invalid(_("Some fields need your attention."), fields={"documents": reason})
    row = Application.objects.system("its own order").select_related("case").get(case=case)
    known = set(Wanted.objects.filter(application=row, met_at=None).values_list("words", flat=True))
    Wanted.objects.bulk_create(
        [Wanted(application=row, code=f"{now:%y%m%d%H%M%S}-{n}", words=text, asked_at=now)
         for n, text in enumerate(wanted) if text not in known]
    )  # fmt: skip
    with messages.in_language(row.language):
        text = _(
            "[%(hotline)s] Documents are missing for your application %(number)s. Sign in to the online hall to see"
            " which, and send them: %(url)s"
        ) % {"hotline": settings.HOTLINE, "number": order.number, "url": f"{settings.SITE_URL}{_hall()}"}
    send("sms", row.phone, "", text, now, f"hall/wanted/{case.pk}/{now.isoformat()}", case.pk)
    approvals.asked(case, order, data, actor, now)


def _hall() -> str:
    return reverse("hall:sign_in") if settings.PORTAL_PAGES else "/"


@dataclass(frozen=True)
class Shown:
    """An application as its clerk sees it; values masked until the reader asked for the order's personal data."""

    name: Label
    lines: list[tuple[str, str]]
    masked: bool
    papers: list[tuple[Label, Paper]]
    wanted: list[Wanted]


def panel(page: CasePage) -> orders.Panel | None:
    """Return what was filled in and sent, for whoever sees the order. Three queries for such orders."""
    order = page.order
    if order.source != SOURCE:
        return None
    row = Application.objects.system("of an order that one may see").filter(case=order.pk).first()
    if row is None:
        return None
    rule = store.get(page.case.rulebook_version).hall.application(row.code)
    wanted = list(Wanted.objects.filter(application=row).order_by("pk"))
    names = {paper.code: paper.label for paper in rule.papers} if rule else {}
    names |= {f"wanted-{one.pk}": Label(one.words, one.words) for one in wanted}
    masked = not page.revealed
    lines = wording.lines(rule, row.values) if rule else list(row.values.items())
    shown = [(name, mask_text(value) if masked else value) for name, value in lines]
    sent = [(names.get(p.code, Label(p.code, p.code)), p) for p in row.papers.order_by("at", "pk")]
    label = rule.label if rule else Label(row.code, row.code)
    return orders.Panel("hall/_application.html", Shown(label, shown, masked, sent, wanted))


# erasure -------------------------------------------------------------------------------------------------------------


def words_about(case_ids: Collection[int], _who: Identity) -> int:
    """Return how many applications of these orders hold what somebody filled in or sent."""
    rows = Application.objects.system("erasure").filter(case__in=list(case_ids))
    return int(rows.exclude(values={}, papers=None).count())


def forget_words(case_ids: Collection[int], _who: Identity) -> None:
    """Take away what was filled in, and the documents."""
    rows = Application.objects.system("erasure").filter(case__in=list(case_ids))
    papers_of = Paper.objects.filter(application__in=list(rows.values_list("pk", flat=True)))
    papers_of.delete()  # their bytes go with the order's attachments
    Wanted.objects.filter(application__in=list(rows.values_list("pk", flat=True))).update(words="")
    rows.update(values={}, phone="")


def register() -> None:
    """Show applications on their orders' pages, and let erasure reach them (once, when Django starts)."""
    orders.further_panels.append(panel)
    orders.further_words.append(orders.Kept(words_about, forget_words))
    files.references.append(papers.digests)
