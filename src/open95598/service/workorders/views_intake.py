"""Parts of the seat's form: the guided triage, and attaching a further call to an order that is open already."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.foundation.errors import Invalid
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.service.intake.speech import advise
from open95598.service.intake.triage import Position, Said
from open95598.service.workorders import attaching, queries, triaging, wording
from open95598.service.workorders.casepage import CasePage
from open95598.service.workorders.views_case import actor_of

#: what is posted of a further call
SAID = ("description", "contact_name", "contact_phone", "address")
BACK, AGAIN = "back", "again"
#: pieces of advice on one text
MOST_ADVICE = 8


@needs(Permission.CASE_OPEN)
@require_POST
def triage(request: Any) -> HttpResponse:
    """Answer with the triage as it stands after a step: the next question, or what the walk has come to."""
    rules = store.current(request.now)
    kind, path = request.POST.get("kind", ""), triaging.from_path(request.POST.get("triage", ""))
    context = triage_context(rules, kind, path, request.POST.get("triage_step", ""))
    return render(request, "workorders/_triage.html", context)


@needs(Permission.CASE_VIEW)
@require_POST
def speech(request: Any) -> HttpResponse:
    """Say what would be better of words that are being written to a customer (1.2); posted, nothing is kept."""
    text, kind = request.POST.get("text", "").replace("\x00", "")[:8000], request.POST.get("kind", "")[:40]
    found = advise(store.current(request.now).intake, text, kind)[:MOST_ADVICE]
    return render(request, "workorders/_coach.html", {"advice": found})


def triage_context(rules: Any, kind: str, path: list[Said], step: str = "") -> dict[str, Any]:
    """Return what the triage's part of the form shows; without ``triage`` when the kind has none.

    ``step``: ``a:CODE`` answers, ``s:CODE`` skips for that reason, ``back`` takes the last step away, ``again`` all.
    """
    form = rules.intake.form_of(kind) or (next(iter(rules.intake.triage), None) if path else None)
    if form is None:
        return {}
    try:
        position = triaging.walk(rules, form, _stepped(rules, form, path, step))
    except Invalid:  # the rules changed meanwhile, or a button of an older page
        position = triaging.walk(rules, form, [])
    if kind not in form.kinds and not _led_to(rules, position, kind):
        return {}
    skips = rules.lists.get("triage_skips", ()) if position.question and position.question.skip_to else ()
    priority = position.priority if position.outcome else ""
    return {
        "triage": position,
        "triage_path": triaging.path_of(position),
        "triage_told": triaging.told(position, rules),
        "triage_skips": list(enumerate(skips, 1)),
        "triage_answers": list(enumerate(position.question.answers, 1)) if position.question else [],
        "triage_does": wording.DOES[position.outcome.does] if position.outcome else "",
        "triage_category": wording.category_path(rules, position.category) if position.category else "",
        "triage_priority": wording.choice(rules, "priorities", priority),
        "triage_priority_tone": wording.PRIORITY_TONES.get(priority, "quiet"),
        "triage_ownership": wording.choice(rules, "ownership", position.ownership),
    }


def _stepped(rules: Any, form: Any, path: list[Said], step: str) -> list[Said]:
    if step == BACK:
        return path[:-1]
    if step == AGAIN:
        return []
    question = triaging.walk(rules, form, path).question
    what, _colon, code = step.partition(":")
    if question is None or what not in ("a", "s"):
        return path
    return [*path, Said(question.code, code) if what == "a" else Said(question.code, skipped=code)]


def _led_to(rules: Any, position: Position, kind: str) -> bool:
    """Say whether the walk has come to a category of that kind (paid but still dark is a service request)."""
    return bool(position.outcome and position.category) and rules.category(position.category).kind == kind


@needs(Permission.CASE_OPEN)
@require_POST
def attach(request: Any, number: str) -> HttpResponse:
    """Add what the form says to an open order instead of registering a new one, and lead to its number."""
    order = queries.get(request.rights, number)
    data = {name: request.POST.get(name, "") for name in SAID}

    def act() -> HttpResponse:
        done = attaching.attach(actor_of(request), order, data, request.now)
        if not done.urged:
            messages.info(request, _("Noted, not urged: %(why)s") % {"why": done.why_not})
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("workorders:attached", args=(order.number,))
        return response

    return once(request.user.pk, request.POST.get("form_key", "")[:64], data | {"attach": number}, request.now, act)


@needs(Permission.CASE_OPEN)
@require_GET
def attached(request: Any, number: str) -> HttpResponse:
    """Show the order that a further call was added to: its number to tell, where it stands, who has it."""
    page = CasePage(queries.get(request.rights, number), actor_of(request), request.now)
    return render(request, "workorders/attached.html", {"page": page})
