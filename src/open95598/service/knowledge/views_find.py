"""The pages of finding an answer: search over items, laws and orders, and the guided scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.service.knowledge import finding, queries, scripts, trees
from open95598.service.knowledge.models import ScriptRun
from open95598.service.knowledge.scripting import Position, Script
from open95598.service.workorders.views_case import actor_of, in_place


@needs(Permission.CASE_VIEW)
@require_GET
def search(request: Any) -> HttpResponse:
    """Show what answers ``?q=``, among items, laws and orders; for the page itself only the hits."""
    text, what = request.GET.get("q", "")[: finding.ASKED], request.GET.get("what", "")
    context = {"q": text.strip(), "what": what, "got": finding.find(request.rights, text, what, request.now)}
    return render(request, "knowledge/_found.html" if in_place(request) else "knowledge/search.html", context)


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the guided scripts."""
    return render(request, "knowledge/scripts.html", {"scripts": scripts.scripts()})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def script(request: Any, code: str) -> HttpResponse:
    """Show where a conversation stands (``?run=``; else its beginning); posted, the answers given so far (``a``)."""
    found, actor = scripts.get(code), actor_of(request)
    text = request.POST.get("run", "") if request.method == "POST" else request.GET.get("run", "")
    run = scripts.own(int(text), actor) if text.isdecimal() and len(text) < 18 else None
    if request.method == "POST":
        given = request.POST.getlist("a")[:50]
        scripts.walk(found, given)  # nothing is begun with an answer that there is not
        run, position = scripts.answer((run or scripts.begin(found, actor, request.now)).pk, given, actor, request.now)
        url = f"{reverse('knowledge:script', args=(found.code,))}?{urlencode({'run': run.pk})}"
        if not in_place(request):
            return redirect(url)
        response = render(request, "knowledge/_script.html", _context(request, found, run, position))
        response["HX-Replace-Url"] = url
        return response
    if run is not None and run.digest != found.digest:
        run = None  # the script was changed: it begins again
    position = scripts.walk(found, [answer for _step, answer in run.path] if run else [])
    return render(request, "knowledge/script.html", _context(request, found, run, position))


def _context(request: Any, found: Script, run: ScriptRun | None, position: Position) -> dict[str, Any]:
    given = [answer.code for _step, answer in position.path]
    offered = position.step.answers if position.step else ()
    choices = [(n, answer, [*given, answer.code]) for n, answer in enumerate(offered, start=1)]
    titles = queries.titles(found.part.items, request.rights, request.now)
    return {
        "script": found,
        "run": run,
        "position": position,
        "choices": choices,
        "back": given[:-1] if given else None,
        "order_url": scripts.order_url(position, store.current(request.now)),
        "items": [(code, titles[code]) for code in found.part.items if code in titles],
        "tree": trees.of(found, [step.code for step, _answer in position.path]),
    }
