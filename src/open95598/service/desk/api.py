"""The API of the desk: the sentences for each situation, for a telephone's or a chat's own screen."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from open95598.foundation.errors import Forbidden
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.service.desk import phrases
from open95598.service.workorders.api import PROBLEMS, answer

router = Router(tags=["desk"])


class PhraseOut(Schema):
    """A sentence for a situation, with what is known filled in; ``gaps``: something is missing in it."""

    code: str
    situation: str
    label: str
    text: str
    gaps: bool


class PhrasesOut(Schema):
    """The sentences, in the order of the situations."""

    items: list[PhraseOut]


@router.get("/desk/phrases", response={200: PhrasesOut, **PROBLEMS}, summary="Call templates by situation")
def listed(
    request: Any,
    kind: Annotated[str, Query(max_length=24)] = "",
    situation: Annotated[str, Query(max_length=64)] = "",
    number: Annotated[str, Query(max_length=60)] = "",
) -> HttpResponse:
    """Return what is said in conversations about a kind of order, in the language of the request."""
    if not request.rights.anywhere(Permission.CASE_OPEN):
        raise Forbidden(_("You have no right to do this here."))
    person = request.user
    known = {"agent": person.employee_number or person.username, "number": number, "hotline": settings.HOTLINE}
    found = phrases.sentences(store.current(request.now), kind, known, get_language())
    items = [
        {"code": s.code, "situation": s.situation, "label": s.label.in_(get_language()), "text": s.text, "gaps": s.gaps}
        for s in found
        if not situation or s.situation == situation
    ]
    return answer({"items": items})
