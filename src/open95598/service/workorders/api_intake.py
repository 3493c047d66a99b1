"""The API of intake: triage forms, similar orders, attaching a further call, suggested categories."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from open95598.casework.inputs import phone_if_whole
from open95598.foundation.errors import Forbidden
from open95598.foundation.idempotency.services import once
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.service.intake.speech import advise
from open95598.service.workorders import attaching, presenting, queries, similar, suggesting, triaging, wording
from open95598.service.workorders.api import PROBLEMS, Key, Number, actor_of, answer, check_codes
from open95598.service.workorders.api_schemas import (
    AttachedOut,
    AttachIn,
    SimilarOut,
    SpeechIn,
    SpeechOut,
    SuggestIn,
    SuggestOut,
    TriageFormsOut,
)

router = Router(tags=["intake"])
EXCERPT = 120


@router.get("/triage", response={200: TriageFormsOut, **PROBLEMS}, summary="Triage forms")
def triage_forms(request: Any) -> HttpResponse:
    """Return the guided forms as data; the answers go into ``triage`` of a new order."""
    if not request.rights.anywhere(Permission.FLOWS_VIEW):
        raise Forbidden(_("You have no right to do this here."))
    rules = store.current(request.now)
    return answer(
        {
            "rulebook_version": rules.version,
            "skips": [
                {"code": c.code, "label": presenting.label(c.label)} for c in rules.lists.get("triage_skips", ())
            ],
            "forms": [triaging.document(form) for form in rules.intake.triage],
        }
    )


@router.get("/work-orders/similar", response={200: SimilarOut, **PROBLEMS}, summary="Orders about the same matter")
def similar_orders(
    request: Any,
    phone: Annotated[str, Query(max_length=32)] = "",
    address: Annotated[str, Query(max_length=300)] = "",
    text: Annotated[str, Query(max_length=2000)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    category: Annotated[str, Query(max_length=60)] = "",
) -> HttpResponse:
    """Return open and recent orders that may be about the same matter, the likeliest first, each with its reasons."""
    check_codes(request.now, kind=kind, category=category)
    found = similar.find(
        request.rights,
        request.now,
        phone=phone_if_whole(phone),
        address=address.replace("\x00", ""),
        text=text.replace("\x00", ""),
        kind=kind,
        category=category,
    )
    return answer({"items": [_told(one) for one in found]})


def _told(one: similar.Found) -> dict[str, Any]:
    row = one.row
    return {
        "number": row["number"],
        "kind": row["case__kind"],
        "category": row["category"],
        "state": row["case__state"],
        "open": row["case__is_open"],
        "unit": row["case__unit__name"],
        "opened_at": presenting.instant(row["case__opened_at"]),
        "last_event": one.last_kind or None,
        "last_at": presenting.instant(one.last_at),
        "excerpt": mask_text(row["description"])[:EXCERPT],
        "points": one.similar.points,
        "likely": one.similar.likely,
        "reasons": list(one.similar.reasons),
        "words_alike": round(one.similar.share, 2),
    }


@router.post("/categories/suggest", response={200: SuggestOut, **PROBLEMS}, summary="Suggest a category")
def suggest(request: Any, payload: SuggestIn) -> HttpResponse:
    """Suggest categories for what somebody reported, each with the words that speak for it. Nothing is kept."""
    if not request.rights.anywhere(Permission.CASE_OPEN):
        raise Forbidden(_("You have no right to register orders."))
    rules = store.current(request.now)
    text = payload.text.replace("\x00", "")
    found = suggesting.suggest(text, rules, kind=payload.kind or "", most=payload.most)
    return answer(
        {
            "source": found.source,
            "version": found.version or None,
            "items": [
                {
                    "category": guess.label,
                    "kind": rules.category(guess.label).kind,
                    "label": presenting.label(wording.category_path(rules, guess.label)),
                    "share": round(guess.share, 4),
                    "reasons": list(guess.reasons),
                }
                for guess in found.guesses
            ],
        }
    )


@router.post("/speech-checks", response={200: SpeechOut, **PROBLEMS}, summary="Look over words to a customer")
def speech(request: Any, payload: SpeechIn) -> HttpResponse:
    """Say what would be better of words that go to a customer (1.2), by the rulebook. Nothing is kept."""
    found = advise(store.current(request.now).intake, payload.text.replace("\x00", " "), payload.kind or "")
    items = [
        {
            "at": one.at,
            "found": one.found,
            "instead": presenting.label(one.instead) if one.instead else None,
            "rule": presenting.label(one.rule),
            "cost": one.cost,
        }
        for one in found
    ]
    return answer({"items": items})


@router.post("/work-orders/{number}/attach", response={200: AttachedOut, **PROBLEMS}, summary="Attach a further call")
def attach(
    request: Any,
    number: Number,
    payload: AttachIn,
    idempotency_key: Key = "",
) -> HttpResponse:
    """Add a further call to an open order: a note of what was said, and an urge where the rules let it be one."""
    actor = actor_of(request)
    order = queries.get(request.rights, number)
    data = payload.model_dump(exclude_none=True)

    def act() -> HttpResponse:
        said = {name: value for name, value in data.items() if name != "reason"}
        done = attaching.attach(actor, order, said, request.now, reason=data.get("reason", ""))
        return answer({"number": order.number, "urged": done.urged, "why_not_urged": str(done.why_not) or None})

    return once(request.user.pk, idempotency_key.strip(), {"attach": order.number, **data}, request.now, act)
