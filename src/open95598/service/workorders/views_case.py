"""The page of one order, its timeline, and the actions that move it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.flow import Action
from open95598.casework.models import Case
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.journal import queries as journal
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import actionforms, matters, queries, storytelling
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.casepage import ENTRIES, CasePage


def actor_of(request: Any) -> Actor:
    """Return the actor of a page's request."""
    return Actor.of(request.user, request.rights, "page")


def page_of(request: Any, number: str, **more: Any) -> CasePage:
    """Return the page of an order that the reader may see. Raises ``NotFound``."""
    return CasePage(queries.get(request.rights, number), actor_of(request), request.now, **more)


def in_place(request: HttpRequest) -> bool:
    """Say whether the page asked for a part of itself."""
    return request.headers.get("HX-Request") == "true"


@needs(Permission.CASE_VIEW)
@require_GET
def case(request: Any, number: str) -> HttpResponse:
    """Show an order: facts, timeline, what can be done."""
    return render(request, "workorders/case.html", {"page": page_of(request, number)})


@needs(Permission.CASE_VIEW)
@require_GET
def candidates(request: Any, number: str) -> HttpResponse:
    """Answer with the orders that are perhaps about the same matter."""
    page = page_of(request, number)
    return render(request, "workorders/_candidates.html", {"candidates": page.candidates})


@needs(Permission.CASE_VIEW)
@require_GET
def timeline(request: Any, number: str) -> HttpResponse:
    """Answer with older entries of the timeline."""
    order = queries.get(request.rights, number)
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    told = journal.timeline(order.case_id, reveal=True, before=before, limit=ENTRIES + 1, since=order.case.opened_at)
    more = told[ENTRIES - 1].id if len(told) > ENTRIES else None
    context = {
        "entries": storytelling.entries(told[:ENTRIES], order.case, order.number),
        "more_url": f"{request.path}?before={more}" if more else "",
    }
    return render(request, "workorders/_timeline.html", context)


@dataclass(frozen=True)
class Around:
    """The page that stands around the form of an action: its templates (whole, and what a success replaces), and how
    it is made anew for a request, with a form open in it or not. Making it raises ``NotFound`` when the case is no
    longer for these eyes."""

    whole: str
    inner: str
    target: str
    number: str
    make: Callable[[Any, ActionForm | None], Any]
    #: what the form of an action begins with, by the action's name: input → text, as somebody would type it
    proposes: Callable[[str], Mapping[str, str]] | None = None


def around_order(number: str) -> Around:
    """Return an order's page around the form of an action."""

    def make(request: Any, form: ActionForm | None) -> CasePage:
        return page_of(request, number, open_form=form)

    return Around("workorders/case.html", "workorders/_case.html", "#case", number, make)


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, number: str, name: str) -> HttpResponse:
    """Show the short form of an action, or perform it."""
    order = queries.get(request.rights, number)
    url = reverse("workorders:action", args=(order.number, name))
    return act(request, around_order(order.number), order.case, order, name, url)


def act(request: Any, around: Around, case: Case, typed: Any, name: str, url: str) -> HttpResponse:
    """Show the short form of an action on a case, or perform it, with the page around it."""
    wanted = registry.flow(case.kind, case.flow_version).action(name)
    if wanted is None:
        raise NotFound(_("There is no such action."))
    if request.method == "POST":
        return _perform(request, around, case, typed, wanted, url)
    reasons = {a.name: reason for a, reason in casework.possible(case, typed, actor_of(request), request.now)}
    form = _form(request, around, case, typed, wanted, url)
    if name not in reasons:
        form = _with(form, problem=_("This cannot be done in the present state."), impossible=True)
    elif reasons[name] is not None:
        form = _with(form, problem=reasons[name].in_(get_language()), impossible=True)
    return _show(request, around, form)


def _perform(request: Any, around: Around, case: Case, typed: Any, wanted: Action, url: str) -> HttpResponse:
    actor = actor_of(request)
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else None
    try:
        casework.perform(
            case.pk,
            wanted.name,
            actor,
            request.now,
            data=actionforms.given(wanted, request.POST),
            version=version,
            occurred_at=actionforms.occurred(request.POST),
        )
    except Stale:
        return _show(request, around, _overtaken(request, around, case, typed, wanted, url))
    except (Invalid, Impossible, Forbidden) as refusal:
        if in_place(request):
            raise  # a problem document: the page marks the fields and keeps what was typed
        form = _with(_form(request, around, case, typed, wanted, url, bound=True), problem=str(refusal.detail))
        for field, reason in refusal.fields.items():
            form.form.add_error(field if field in form.form.fields else None, str(reason))
        return _show(request, around, form, status=refusal.status)
    done = wanted.label.in_(get_language())
    return _after(request, around, _("Done: %(action)s") % {"action": done})


def _form(
    request: Any, around: Around, case: Case, typed: Any, wanted: Action, url: str, *, bound: bool = False
) -> ActionForm:
    prefix = f"{case.pk}-" if case.parent_id else ""
    form = actionforms.form_for(
        wanted, case, request.now, request.POST if bound else None, prefix=prefix,
        initial={**(around.proposes(wanted.name) if around.proposes and not bound else {}), **request.GET.dict()},
    )  # fmt: skip
    stops, starts, pauses = actionforms.effects_on_clocks(wanted, case, queries.all_clocks(case.pk))
    newest = journal.timeline(case.pk, reveal=False, limit=1, since=case.opened_at)
    return ActionForm(
        action=wanted,
        form=form,
        late=form[actionforms.OCCURRED.name],
        url=url,
        target=around.target,
        version=case.version,
        seen=newest[0].id if newest else 0,
        stops=stops,
        starts=starts,
        pauses=pauses,
        caution=casework.cautions(case, typed, actor_of(request), request.now).get(wanted.name),
        other=matters.other(request.rights, request.GET.get("into") or request.GET.get("of") or ""),
    )


def _with(form: ActionForm, **changes: Any) -> ActionForm:
    return replace(form, **changes)


def _overtaken(request: Any, around: Around, case: Case, typed: Any, wanted: Action, url: str) -> ActionForm:
    """Return the form with what was typed kept, saying what somebody else did meanwhile and whether it still goes."""
    case = Case.objects.restrict(request.rights).select_related("unit", "owner").get(pk=case.pk)
    form = _form(request, around, case, typed, wanted, url, bound=True)
    text = request.POST.get("seen", "")
    seen = int(text) if text.isdecimal() and len(text) < 19 else 0
    told = journal.timeline(case.pk, reveal=True, limit=10, since=case.opened_at)
    meanwhile = storytelling.entries([t for t in told if t.id > seen], case, around.number)
    reasons = {a.name: reason for a, reason in casework.possible(case, typed, actor_of(request), request.now)}
    still = wanted.name in reasons and reasons[wanted.name] is None
    problem = (
        _("Somebody else changed this order while you were writing. Look at what happened, then send again.")
        if still
        else _("Somebody else changed this order while you were writing. This can no longer be done.")
    )
    return _with(form, meanwhile=meanwhile, problem=problem, impossible=not still)


def _show(request: Any, around: Around, form: ActionForm, *, status: int = 200) -> HttpResponse:
    """Answer with the form alone, or with the page around it when scripts are off."""
    if in_place(request):
        response = render(request, "workorders/_action_form.html", {"ready": form}, status=status)
        if request.method == "POST":  # the form stays where it is; a success would have replaced the whole page
            response["HX-Retarget"] = "#action-form"
            response["HX-Reswap"] = "innerHTML"
        return response
    return render(request, around.whole, {"page": around.make(request, form)}, status=status)


def _after(request: Any, around: Around, text: str) -> HttpResponse:
    """Answer with the page as it is now, or lead away from a case that is no longer for these eyes."""
    try:
        page = around.make(request, None)
    except NotFound:
        messages.success(request, text)
        if not in_place(request):
            return redirect("workorders:my_work")
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("workorders:my_work")
        return response
    if not in_place(request):
        messages.success(request, text)
        return redirect(page.url)
    response = render(request, around.inner, {"page": page})
    return toast(response, text)


def toast(response: HttpResponse, text: str, tone: str = "done") -> HttpResponse:
    """Let the page say a sentence at its edge when the answer arrives."""
    import json

    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone}})
    return response
