"""Applications: what is offered, the form with its documents, where one stands, documents sent later."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.casework.models import Case
from open95598.foundation.errors import Impossible, Invalid, Refused
from open95598.foundation.rulebook.hall_rows import ApplicationField
from open95598.service.hall import applying, filling, wording
from open95598.service.hall.applying import Draft
from open95598.service.hall.layout import page, signed_in
from open95598.service.hall.models import Application, Wanted
from open95598.service.hall.signing import Guest
from open95598.service.portal import accounts as portal
from open95598.service.portal import queries as orders
from open95598.service.portal.pages.forms import fresh_token
from open95598.service.portal.pages.layout import moment, told
from open95598.service.workorders.models import WorkOrder

SAID = ("submitted", "sent", "withdrawn", "asked")


@require_safe
@signed_in
def applications(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show what can be applied for, drafts and applications under way."""
    now, language = moment(request), get_language()
    offered = applying.offered(guest, now)
    names = {rule.code: rule.label.in_(language) for rule, _may in offered}
    rows = [(row, names.get(row.code, row.code), _stands(row)) for row in applying.mine(guest)]
    open_ = {row.code for row, _n, _s in rows if row.case is not None and row.case.is_open}
    drafts = {row.code for row, _n, _s in rows if row.case is None}
    shown = [
        (rule, rule.label.in_(language), rule.summary.in_(language), may, rule.code in open_, rule.code in drafts)
        for rule, may in offered
    ]
    return page(request, guest, "hall/applications.html", {"rows": rows, "offered": shown, "here": "applications"})


def _stands(row: Application) -> str:
    return orders.phase_of(row.case) if row.case is not None else "draft"


@require_POST
@signed_in
def begin(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Begin an application, or go on with its draft."""
    row = applying.begin(guest, request.POST.get("code", "")[:64], moment(request))
    return redirect("hall:application", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def application(request: HttpRequest, guest: Guest, pk: str) -> HttpResponse:
    """Show an application: the form while it is a draft, afterwards where it stands. Posted: save, or submit."""
    row = applying.get(guest, str(pk))
    if row.case_id is not None:
        return _status(request, guest, row)
    if request.method != "POST":
        return _form(request, guest, applying.draft(guest, str(pk), moment(request)))
    return _filled(request, guest, str(pk))


def _filled(request: HttpRequest, guest: Guest, pk: str) -> HttpResponse:
    """Keep what was typed and the files that came; then submit, where that was wanted."""
    now, act = moment(request), request.POST.get("act", "save")
    wrong: dict[str, str] = {}
    held_up, status = "", 422
    try:
        applying.save(guest, pk, request.POST.dict(), None, now)  # what is sent on purpose counts
        for name in request.FILES:
            for upload in request.FILES.getlist(name):
                try:
                    applying.add_paper(guest, pk, name.removeprefix("paper-"), upload, now)
                except Invalid as refusal:
                    wrong |= {str(n): str(r) for n, r in refusal.fields.items()}
        if act.startswith("drop-") and act[5:].isdecimal():
            applying.drop_paper(guest, pk, int(act[5:]), now)
        if act == "discard":
            applying.discard(guest, pk, now)
            return redirect("hall:applications")
        if act == "submit" and not wrong:
            applying.submit(guest, pk, now)
            return redirect(f"{reverse('hall:application', args=[pk])}?said=submitted")
        if not wrong:
            return redirect("hall:application", pk)
    except Invalid as refusal:
        wrong = {str(n): str(r) for n, r in refusal.fields.items()}
    except Impossible as refusal:
        held_up, status = told(refusal), refusal.status
    row = applying.get(guest, pk)
    if row.case_id is not None:  # submitted meanwhile: a double click, another window
        return redirect("hall:application", pk)
    return _form(request, guest, applying.draft(guest, pk, now), wrong=wrong, held_up=held_up, status=status)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


@require_POST
@signed_in
def keep(request: HttpRequest, guest: Guest, pk: str) -> HttpResponse:
    """Keep a draft while it is typed (a script asks every few seconds); answers with its new version."""
    try:
        row = applying.save(guest, str(pk), request.POST.dict(), _version(request), moment(request))
    except Refused as refusal:
        return JsonResponse({"problem": told(refusal)}, status=refusal.status)
    return JsonResponse({"version": row.version})


def _form(
    request: HttpRequest, guest: Guest, draft: Draft, *, wrong: dict[str, str] | None = None, held_up: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    language, wrong = get_language(), wrong or {}
    values = draft.row.values
    problems = [(f"f-{code}", _name(draft, code), reason) for code, reason in wrong.items()]
    context = {
        "row": draft.row,
        "name": draft.rule.label.in_(language),
        "summary": draft.rule.summary.in_(language),
        "handled_by": draft.rule.handled_by.in_(language),
        "steps": [step.in_(language) for step in draft.rule.steps],
        "fields": [_field(one, values, wrong) for one in draft.rule.fields],
        "papers": [
            {
                "code": one.code, "label": one.label.in_(language), "required": one.required,
                "hint": one.hint.in_(language) if one.hint else "", "asked": one.asked,
                "hidden": one.asked is not None and not one.asked.holds(values),
                "there": [paper for paper in draft.papers if paper.code == one.code],
                "wrong": wrong.get(f"paper-{one.code}", ""),
            }
            for one in draft.rule.papers
        ],
        "problems": problems,
        "held_up": held_up,
        "here": "applications",
    }  # fmt: skip
    return page(request, guest, "hall/apply.html", context, status)


def _name(draft: Draft, code: str) -> str:
    paper = draft.rule.paper(code.removeprefix("paper-"))
    if code.startswith("paper-") and paper:
        return paper.label.in_(get_language())
    found = next((one for one in draft.rule.fields if one.code == code), None)
    return found.label.in_(get_language()) if found else ""


def _field(one: ApplicationField, values: dict[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    language = get_language()
    kinds = {"integer": "text", "decimal": "text", "phone": "tel", "email": "email", "date": "date"}
    return {
        "code": one.code, "label": one.label.in_(language), "type": one.type, "required": one.required,
        "input": kinds.get(one.type, "text"), "mode": "decimal" if one.type in ("integer", "decimal") else "",
        "hint": one.hint.in_(language) if one.hint else "", "asked": one.asked,
        "hidden": one.asked is not None and not one.asked.holds(values),
        "choices": [(choice.code, choice.label.in_(language)) for choice in one.choices],
        "value": values.get(one.code, ""), "wrong": wrong.get(one.code, ""),
    }  # fmt: skip


def _status(
    request: HttpRequest, guest: Guest, row: Application, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    now, language = moment(request), get_language()
    rule = applying.rule_of(row, now)
    assert row.case is not None
    case = Case.objects.system("its own customer").select_related("unit").get(pk=row.case.pk)
    order = WorkOrder.objects.system("its own customer").get(pk=case.pk)
    wanted = list(Wanted.objects.filter(application=row, met_at=None).order_by("pk"))
    said = request.GET.get("said", "")
    context = {
        "row": row,
        "name": rule.label.in_(language),
        "order": orders.view(case, portal.of_house(now), now),
        "number": order.number,
        "lines": wording.lines(rule, filling.tidied(rule, row.values)),
        "papers": list(row.papers.order_by("at", "pk")),
        "steps": [step.in_(language) for step in rule.steps],
        "handled_by": rule.handled_by.in_(language),
        "wanted": wanted if case.is_open else [],
        "wrong": wrong,
        "token": fresh_token(),
        "said": said if said in SAID else "",
        "here": "applications",
    }
    return page(request, guest, "hall/application.html", context, status)


@require_POST
@signed_in
def send(request: HttpRequest, guest: Guest, pk: str) -> HttpResponse:
    """Send a document that the clerk asked for."""
    text = request.POST.get("wanted", "")
    wanted = int(text) if text.isdecimal() and len(text) < 18 else 0
    try:
        applying.send_wanted(guest, str(pk), wanted, request.FILES.getlist("file"), moment(request))
    except Invalid as refusal:
        reason = next((str(r) for r in refusal.fields.values()), str(refusal.detail))
        return _status(request, guest, applying.get(guest, str(pk)), wrong=reason, status=422)
    return redirect(f"{reverse('hall:application', args=[pk])}?said=sent")


@require_POST
@signed_in
def withdraw(request: HttpRequest, guest: Guest, pk: str) -> HttpResponse:
    """Withdraw an application that was submitted."""
    key = f"hall/{request.POST.get('token', '')[:64]}"
    text = request.POST.get("text", "")[:1000]
    outcome = applying.withdraw(guest, str(pk), text, key, moment(request))
    return redirect(f"{reverse('hall:application', args=[pk])}?said={outcome}")
