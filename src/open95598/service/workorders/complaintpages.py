"""What pages show of complaints: the panel on an order's page, marks in lists, changes of grades and findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from open95598.casework.actors import Actor
from open95598.casework.services import facts_of
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, DATE, UNIT, Column, Filter, ListSpec, Order
from open95598.foundation.words import Label
from open95598.service.workorders import actionforms, complaints, evidence, hooks, wording
from open95598.service.workorders.casepage import CasePage
from open95598.service.workorders.models import Evidence, Finding, Judgement, WorkOrder
from open95598.service.workorders.steps.complaining import AT_FAULT, FINDINGS, NO_FINDING, NONE

#: grades from which on a list marks the order, with the mark's tone
GRADE_TONES = {"important": "warning", "major": "danger", "special": "danger"}
GRAVE = ("major", "special")
VERDICT_TONES = {"yes": "danger", "partly": "warning", "no": "quiet"}
_NAMES = dict((*FINDINGS, NONE))


def verdict(code: str) -> Any:
    """Return what a finding is called; "" when there is none."""
    return _NAMES.get(code, "")


def marks_of(case_ids: Collection[int]) -> Mapping[int, Iterable[hooks.Mark]]:
    """Return the marks of graver complaints. One query."""
    rows = WorkOrder.objects.system("marks of orders that were read already")
    found = rows.filter(pk__in=list(case_ids), grade__in=GRADE_TONES).values_list("pk", "grade")
    names = {c.code: c.label for c in _grades()} if found else {}
    return {pk: [hooks.Mark(names.get(code, code), GRADE_TONES[code], "flag")] for pk, code in found}


def _grades() -> Sequence[Any]:
    from open95598.foundation import clock

    return store.current(clock.now()).choices("grades")


@dataclass
class ComplaintPanel:
    """A complaint's grade, finding and evidence for one reader."""

    page: CasePage

    @property
    def order(self) -> WorkOrder:
        """The order."""
        return self.page.order

    @property
    def actor(self) -> Actor:
        """The reader."""
        return self.page.actor

    @cached_property
    def grade(self) -> Any:
        """The grade's name."""
        return wording.choice(self.page.rules, "grades", self.order.grade)

    @property
    def grade_tone(self) -> str:
        """The tone of the grade's badge."""
        return GRADE_TONES.get(self.order.grade, "quiet")

    @property
    def suggested(self) -> Any:
        """What the rules suggest, with why."""
        order = self.order
        return complaints.suggestion(
            self.page.rules, category=order.category, channel=order.channel, priority=order.priority,
            text=order.description,
        )  # fmt: skip

    @cached_property
    def judged(self) -> WorkOrder:
        """The order whose finding is this one's: for a merged complaint the other one's."""
        return self.order.finding_of()

    @property
    def verdict(self) -> Any:
        """What was found."""
        return verdict(self.judged.substantiated) or (NONE[1] if self.order.no_finding else "")

    @property
    def verdict_tone(self) -> str:
        """The tone of the finding's badge."""
        return VERDICT_TONES.get(self.judged.substantiated, "quiet")

    @property
    def why_none(self) -> Any:
        """Why a terminated complaint has no finding."""
        return dict(NO_FINDING).get(self.order.no_finding, "")

    @cached_property
    def taken_from(self) -> str | None:
        """The number of the order whose finding it takes ("": the reader may not see that one); None: its own."""
        if self.judged is self.order:
            return None
        assert self.actor.rights is not None
        seen = WorkOrder.objects.restrict(self.actor.rights).filter(pk=self.judged.pk)
        return str(seen.values_list("number", flat=True).first() or "")

    @cached_property
    def found(self) -> Finding | None:
        """The finding with what stands in writing."""
        rows = Finding.objects.filter(order=self.order).select_related("unit", "person", "by")
        return rows.first() if self.order.substantiated else None

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        """What the finding says: name and value."""
        row = self.found
        if row is None:
            return []
        cause = wording.choice(self.page.rules, "complaint_causes", row.cause) if row.cause else ""
        at_fault = self.order.substantiated in AT_FAULT
        pairs = [
            (gettext("What the inquiry showed"), mask_text(row.finding)),
            (gettext("Cause of the complaint"), cause),
            (gettext("Rectification"), mask_text(row.rectification)),
            (gettext("Effect"), mask_text(row.effect)),
            (gettext("Explanation to the customer"), mask_text(row.explanation)),
            (gettext("Unit at fault"), row.unit.name if at_fault else ""),
            (gettext("Person at fault"), row.person.name if at_fault and row.person else ""),
            (gettext("Held up to other units"), gettext("yes") if row.benchmark else ""),
            (gettext("Inquired by"), f"{row.by.name} · {marks.absolute(row.at)}" if row.by else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    @cached_property
    def judgements(self) -> list[tuple[Judgement, Any, Any]]:
        """What was given or changed: the act, what it was, what it became; newest first."""
        rows = Judgement.objects.system("shown beside the order").filter(order=self.order).select_related("by")
        return [(row, _named(self.page.rules, row, row.before), _named(self.page.rules, row, row.after))
                for row in rows.order_by("-id")[:20]]  # fmt: skip

    @cached_property
    def kept(self) -> set[int]:
        """The ids of the files that are kept as evidence."""
        return set(Evidence.objects.filter(attachment__case_id=self.order.pk).values_list("pk", flat=True))

    @property
    def files(self) -> list[tuple[Any, bool]]:
        """The files, and whether each is evidence."""
        return [(row, row.pk in self.kept) for row in self.page.files]

    @property
    def wanted(self) -> int:
        """How many files of evidence the grade asks for."""
        return int(self.page.rules.complaints.files(self.order.grade))

    @property
    def years(self) -> int:
        """For how many years after its end evidence of that grade is kept."""
        return int(self.page.rules.retention_days("evidence", self.order.grade) or 0) // 365

    @property
    def until(self) -> datetime | None:
        """Until when its evidence is kept, once it is closed."""
        return evidence.kept_until(self.order)

    @property
    def may_mark(self) -> bool:
        """Whether the reader may keep a file as evidence."""
        facts = facts_of(self.page.case)
        return any(self.actor.may(p, facts) for p in evidence.MARKERS) and evidence.holds(self.order, self.page.now)

    @property
    def hints(self) -> list[tuple[Any, list[str]]]:
        """What to beware of when talking to somebody who complains (C4, C6); while it is being handled."""
        if self.page.case.state not in ("accepted", "processing"):
            return []
        from django.utils.translation import get_language

        names = (("complaint_taboos", gettext("Three taboos")), ("complaint_wrong", gettext("Eight wrong responses")))
        texts = self.page.rules.texts
        return [(title, texts[name].in_(get_language()).split("\n")) for name, title in names if name in texts]


def _named(rules: Any, row: Judgement, code: str) -> Any:
    if not code:
        return ""
    return wording.choice(rules, "grades", code) if row.what == "grade" else verdict(code)


def _why(rules: Any, row: Judgement) -> Any:
    """Return the reason of a change, or why there is no finding."""
    if row.after == NONE[0]:
        return dict(NO_FINDING).get(row.reason, row.reason)
    return wording.choice(rules, "flag_reasons", row.reason) if row.reason else ""


def panel(page: CasePage) -> hooks.Panel | None:
    """Return the panel of a complaint; None for other orders."""
    if page.case.kind != complaints.KIND:
        return None
    return hooks.Panel("workorders/_complaint.html", ComplaintPanel(page))


def grave(order: str = "") -> Q:
    """Return the condition that a complaint is major or special (2.4); ``order``: the way to it, as ``order__``."""
    return Q(**{f"{order}grade__in": GRAVE})


BRANCHES = (
    hooks.Branch("substantiated", _("Substantiated complaint"), lambda: Q(substantiated__in=tuple(AT_FAULT))),
    hooks.Branch("unsubstantiated", _("Unsubstantiated complaint"), lambda: Q(substantiated="no")),
    hooks.Branch("benchmark", _("Held up to other units"), lambda: Q(found__benchmark=True)),
    hooks.Branch("grave", _("Major or special complaint"), grave),
    hooks.Branch("important", _("Important complaint"), lambda: Q(grade="important")),
)


def register() -> None:
    """Add to the pages of orders (once, when Django starts)."""
    hooks.further_panels.append(panel)
    hooks.further_marks.append(marks_of)
    hooks.further_branches.extend(BRANCHES)


# changes of grades and findings --------------------------------------------------------------------------------------

WHATS = (("substantiated", Label("属实性", "Finding")), ("grade", Label("等级", "Grade")))


def changes(rights: Rights) -> QuerySet[Any]:
    """Return what was given or changed on complaints whose quality one may look at."""
    rows = Judgement.objects.restrict(rights, Permission.CASE_QUALITY_VIEW)
    return rows.select_related("order", "order__case", "unit", "by")


def changed(found: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    """Keep what changed something, or only the rest."""
    rule = ~Q(before="") & ~Q(before=F("after"))
    return found.filter(rule) if wanted else found.exclude(rule)


def in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    """Keep what was judged while a unit, or one below it, had the complaint."""
    return found.filter(unit__lineage__contains=[unit_id])


def _units(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _reasons(request: Any) -> Iterable[tuple[str, Any]]:
    return [(c.code, c.label) for c in store.current(request.now).choices("flag_reasons")]


def _rules_of(row: Judgement) -> Any:
    return store.get(row.order.case.rulebook_version)


def _cell_change(row: Judgement, _now: datetime) -> Any:
    after = marks.words_of(_named(_rules_of(row), row, row.after))
    if not row.before:
        return marks.fill("{}", after)
    return marks.fill("{} → <b>{}</b>", marks.words_of(_named(_rules_of(row), row, row.before)), after)


def _cell_note(row: Judgement, _now: datetime) -> Any:
    words = "：".join(str(marks.words_of(w)) for w in (_why(_rules_of(row), row), mask_text(row.note)) if w)
    return marks.fill('<span title="{}">{}</span>', words, words[:80])


SPEC = ListSpec(
    name="judgements",
    title=_("Grades and findings"),
    columns=(
        Column("at", _("Time"), value=lambda row: marks.absolute(row.at), classes="nowrap"),
        Column("number", _("Order"), value=lambda row: row.order.number, opens=True, classes="nowrap"),
        Column("what", _("What is judged"), value=lambda row: marks.words_of(dict(WHATS)[row.what]), classes="nowrap"),
        Column("change", _("Change"), draw=_cell_change, classes="nowrap"),
        Column("note", _("Why"), draw=_cell_note, classes="is-wide"),
        Column("unit", _("Unit"), value=lambda row: row.unit.name),
        Column("by", _("By"), value=lambda row: row.by.name if row.by else gettext("by rule"), classes="nowrap"),
    ),
    orders=(Order("newest", _("Newest first"), ("-at", "-id")),),
    filters=(
        Filter("changed", _("Changed afterwards"), BOOL, apply=changed, choices=(("1", _("yes")), ("0", _("no")))),
        Filter("what", _("What is judged"), CHOICE, apply="what__in", choices=WHATS),
        Filter("reason", _("Reason"), CHOICE, apply="reason__in", choices=_reasons),
        Filter("unit", _("Unit and below"), UNIT, apply=in_unit, choices=_units),
        Filter("at", _("Time"), DATE, apply="at"),
    ),
    row_url=lambda row: reverse("workorders:case", args=(row.order.number,)),
    row_id=lambda row: row.pk,
    empty_title=_("Nothing was changed"),
    empty_text=_("Grades and findings of complaints, and every change of them, appear here."),
)
