"""The page of the journal: who did what and when, and whether it is sealed. It never shows personal content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from open95598.foundation.errors import Forbidden
from open95598.foundation.journal import anchors, hooks, queries, sealer, verify, wording

PAGE = 50
#: ``people.policy.Permission.JOURNAL_VIEW``; the room of people stands above this one and cannot be imported
PERMISSION = "journal.view"


class Filter(forms.Form):
    """What is asked for, from the address."""

    kind = forms.CharField(
        label=pgettext_lazy("journal entry", "Kind"), required=False, max_length=64,
        widget=forms.Select({"class": "form-select form-select-sm"}),
    )  # fmt: skip
    actor = forms.CharField(label=gettext_lazy("Account"), required=False, max_length=64)
    case = forms.IntegerField(label=gettext_lazy("Case (id)"), required=False, min_value=1, max_value=2**63 - 1)
    start = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}))
    end = forms.DateField(label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"}))
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, asked: Mapping[str, Any]) -> None:
        """Offer the kinds by name; one that is asked for in other words (the beginning of several) is kept."""
        super().__init__(asked)
        named = {kind: str(name) for kind, name in hooks.names.items()}
        if asked.get("kind"):
            named.setdefault(asked["kind"], asked["kind"])
        choices = [("", _("all")), *sorted(named.items(), key=lambda pair: pair[1])]
        cast("forms.Select", self.fields["kind"].widget).choices = choices


@login_required
def journal(request: HttpRequest) -> HttpResponse:
    """Show a page of entries, newest first, and the state of the seals."""
    house = cast("Any", request)  # carries ``now`` and ``rights``, set by the middleware
    if not house.rights.anywhere(PERMISSION):
        raise Forbidden(_("You have no right to the journal."))
    form = Filter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    size = getattr(house, "rows_wanted", PAGE)
    entries = _entries(asked, size) if form.is_valid() else []
    block = queries.last_block()
    return render(
        request,
        "journal/journal.html",
        {
            "form": form,
            "lines": _lines(entries[:size], house.rights, block.last_id if block else 0),
            "more": _more(asked, entries, size),
            "filtered": any(asked.get(name) for name in asked if name != "before"),
            "later": bool(asked.get("before")),
            "seal": block,  # "block" is a template's own word
            "anchor": anchors.last(),
            "anchored_at": _time_of(anchors.last()),
            "verified": verify.last_verification(),
            "unsealed": timedelta(seconds=int(sealer.unsealed_age(house.now))),
        },
    )


def _entries(asked: dict[str, Any], size: int) -> list[queries.Told]:
    actor_id = None
    if asked["actor"]:
        person = get_user_model().objects.filter(username__iexact=asked["actor"].strip()).first()
        if person is None:
            return []
        actor_id = person.pk
    return queries.audit(
        kind=asked["kind"].strip(),
        actor_id=actor_id,
        case_id=asked["case"],
        start=_midnight(asked["start"]) if asked["start"] else None,
        end=_midnight(asked["end"] + timedelta(days=1)) if asked["end"] else None,
        before=asked["before"],
        limit=size + 1,
    )


def _lines(entries: list[queries.Told], rights: Any, sealed: int) -> list[dict[str, Any]]:
    """Return what the table shows; of a case that the reader may not see only that something happened, and when."""
    cases = {entry.case_id for entry in entries if entry.case_id is not None}
    seen = {id_ for sees in hooks.visible_cases for id_ in sees(rights, cases)} if cases else set()
    return [
        {
            "entry": entry,
            "name": hooks.names.get(entry.kind, entry.kind),
            "hidden": entry.case_id is not None and entry.case_id not in seen,
            "data": wording.said(entry.data),
            "personal": len(entry.personal),
            "erased": len(entry.erased),
            "sealed": entry.id <= sealed,
        }
        for entry in entries
    ]


def _more(asked: dict[str, Any], entries: list[queries.Told], size: int) -> str:
    """Return the address of the next page, or an empty text."""
    if len(entries) <= size:
        return ""
    kept = {name: value for name, value in asked.items() if value and name != "before"}
    return "?" + urlencode(kept | {"before": entries[size - 1].id})


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _time_of(anchor: anchors.Anchor | None) -> datetime | None:
    return datetime.fromisoformat(anchor.sealed_at) if anchor else None
