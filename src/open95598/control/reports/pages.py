"""What the page of the process report shows, for screen, paper and spreadsheet alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.flow import Action
from open95598.control.reports import documents, figures, services, wording
from open95598.control.reports.documents import Paper
from open95598.control.reports.flows import CLERKS, KIND
from open95598.control.reports.models import ProcessReport
from open95598.foundation.errors import Forbidden
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.units.models import Unit
from open95598.service.workorders import directory

MONTHS = 13


def reach(rights: Rights) -> list[UnitFacts]:
    """Return the units whose reports one may see."""
    return [u for u in directory.units() if rights.at(Permission.OVERVIEW_VIEW, u.lineage)]


@dataclass
class ReportPage:
    """A unit's month for one reader: the report that is there, or what it would say today."""

    unit: UnitFacts
    month: date
    actor: Actor
    now: datetime
    below: bool = False
    person: Person | None = None
    report: ProcessReport | None = None

    @cached_property
    def figures(self) -> figures.Figures:
        """What is shown: signed figures, else as counted now."""
        if self.report is not None and not self.below:
            return services.figures_of(self.report)
        person = self.person.pk if self.person else None
        return figures.count(self._units, self.month, person)

    @property
    def _units(self) -> list[int]:
        if not self.below:
            return [self.unit.id]
        return [u.id for u in directory.units() if self.unit.id in u.lineage]

    @property
    def frozen(self) -> bool:
        """Whether the figures were signed."""
        return bool(self.report and self.report.figures and not self.below)

    @cached_property
    def intact(self) -> bool:
        """Whether what was signed is what is there."""
        return self.report is not None and services.intact(self.report)

    @cached_property
    def changed(self) -> list[tuple[str, list[list[Any]]]]:
        """What a supplement counts otherwise than the report that it supplements: section and lines."""
        if self.report is None or self.report.supplements is None:
            return []
        found = figures.difference(services.figures_of(self.report.supplements), self.figures)
        return [
            (str(wording.SECTIONS[s]), [[row.name or _("nobody"), *row.counts] for row in found.sections[s]])
            for s in figures.SECTIONS
            if found.sections[s]
        ]

    @property
    def heads(self) -> list[tuple[Any, Any]]:
        """Name and meaning of the columns."""
        return [(wording.COLUMNS[name], wording.MEANS[name]) for name in figures.COLUMNS]

    @property
    def sections(self) -> list[tuple[Any, list[list[Any]], list[Any]]]:
        """Title, lines and sum of each section."""
        found = []
        for section in figures.SECTIONS:
            told = list(documents.lines(self.figures, section))
            found.append((wording.SECTIONS[section], told[:-1], told[-1] if told else []))
        return found

    @property
    def title(self) -> str:
        """What the report is called."""
        facts = {"month": self.month.strftime("%Y-%m"), "unit": self.unit.name}
        return _("Process report %(month)s: %(unit)s") % facts

    @property
    def state(self) -> Any:
        """How far the report is."""
        assert self.report is not None
        return registry.flow(KIND, self.report.case.flow_version).state(self.report.case.state).label

    @cached_property
    def offered(self) -> list[tuple[Action, str, Any]]:
        """What the reader can do: action, address, reason against it."""
        if self.report is None or self.below:
            return []
        case = self.report.case
        return [
            (action, reverse("reports:act", args=(self.report.pk, action.name)), reason)
            for action, reason in casework.possible(case, self.report, self.actor, self.now)
        ]

    @property
    def may_prepare(self) -> bool:
        """Whether the reader may open the report of this month."""
        rights = self.actor.rights
        ended = self.month <= services.month_before(self.now)
        signs = rights is None or any(rights.at(p, self.unit.lineage) for p in CLERKS)
        return self.report is None and not self.below and ended and signs

    @property
    def months(self) -> list[date]:
        """The months to choose from, the newest first: the present one and those before."""
        found = [services.month_before(self.now)]
        while len(found) < MONTHS - 1:
            last = found[-1]
            found.append(date(last.year - (last.month == 1), (last.month - 2) % 12 + 1, 1))
        last = found[0]
        return [date(last.year + (last.month == 12), last.month % 12 + 1, 1), *found]

    @property
    def signatures(self) -> list[tuple[str, str]]:
        """Who signed, when."""
        if self.report is None:
            return []
        found = []
        for label, who, at in (
            (_("Signed by"), self.report.signed_by, self.report.signed_at),
            (_("Countersigned by"), self.report.countersigned_by, self.report.countersigned_at),
        ):
            if who is not None and at is not None:
                found.append((label, f"{who.name} {documents.local(at)}"))
        return found

    def paper(self) -> Paper:
        """Return the report as it is printed."""
        facts = [(_("Unit"), self.unit.name), (_("Month"), self.month.strftime("%Y-%m"))]
        if self.person:
            facts.append((_("Clerk"), self.person.name))
        if self.report is not None:
            facts.append((_("State"), in_language(self.state)))
            facts += self.signatures
        notes = [f"{wording.COLUMNS[name]}: {wording.MEANS[name]}" for name in figures.COLUMNS]
        if self.frozen:
            assert self.report is not None
            notes.insert(0, _("Frozen at the signature; SHA-256 %(digest)s") % {"digest": self.report.digest})
        else:
            notes.insert(0, _("Not signed: counted on %(at)s.") % {"at": documents.local(self.now)})
        number = self.report.number if self.report is not None and not self.below else ""
        return Paper(
            self.title, number, self.month.strftime("%Y-%m"), self.figures, tuple(facts), tuple(notes), self.actor.name,
            self.now,
        )  # fmt: skip


def in_language(label: Any) -> str:
    """Return a declared label in the active language."""
    from django.utils.translation import get_language

    return str(label.in_(get_language())) if hasattr(label, "in_") else str(label)


def open_page(actor: Actor, now: datetime, params: Any) -> ReportPage:
    """Return the page that an address asks for. Raises ``Forbidden`` for units out of reach.

    ``unit`` (id), ``month`` (2026-02), ``below`` (1: with all units below, never signed), ``mine`` (1: only oneself),
    ``report`` (id: this very one, a supplement).
    """
    assert actor.rights is not None
    units = reach(actor.rights)
    if not units:
        raise Forbidden(_("Your roles do not include this page. Ask your unit's administrator if you need it."))
    visible = ProcessReport.objects.restrict(actor.rights)
    visible = visible.select_related("case", "case__unit", "unit", "signed_by", "countersigned_by", "supplements")
    asked = str(params.get("report") or "")
    if asked.isdecimal() and len(asked) < 18:
        report = visible.filter(pk=int(asked)).first()
        unit = next((u for u in units if report is not None and u.id == report.unit_id), None)
        if report is None or unit is None:
            raise Forbidden(_("This report is not yours to look at."))
        return ReportPage(unit, report.month, actor, now, person=report.person, report=report)
    own = Person.objects.filter(pk=actor.person_id or 0).values_list("unit_id", flat=True).first()
    unit = _chosen(units, str(params.get("unit") or ""), own)
    month = _month(str(params.get("month") or ""), now)
    person = Person.objects.filter(pk=actor.person_id or 0).first() if params.get("mine") == "1" else None
    below = params.get("below") == "1" and person is None
    report = None if below else visible.filter(unit_id=unit.id, month=month, person=person, supplements=None).first()
    return ReportPage(unit, month, actor, now, below, person, report)


def _chosen(units: list[UnitFacts], wanted: str, own: int | None) -> UnitFacts:
    if wanted:
        found = next((u for u in units if wanted in (str(u.id), u.code)), None)
        if found is None:
            raise Forbidden(_("This unit is not yours to look at."))
        return found
    return next((u for u in units if u.id == own), None) or min(units, key=lambda u: len(u.lineage))


def _month(text: str, now: datetime) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return services.month_before(now)


def unit_of(page: ReportPage) -> Unit:
    """Return the unit's row."""
    return Unit.objects.get(pk=page.unit.id)
