"""What somebody owes before they may go on: a new password, or a second factor that their role demands.

Noted in the session at sign-in; while it is owed, every page but those that settle it leads there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Q
from django.http import HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.passwords import is_stale

_KEY = "owes"
#: pages that stay open: settling what is owed, signing out, the language, assets
_OPEN = ("/sign-in/", "/sign-out/", "/profile/password/", "/profile/second-factor/", "/me/preferences/", "/static/")


def needs_second_factor(person: Person, now: datetime) -> bool:
    """Say whether one of the person's roles demands a second factor (``SECOND_FACTOR_ROLES``)."""
    if not settings.SECOND_FACTOR_ROLES:
        return False
    held = RoleAssignment.objects.filter(person=person, role__in=settings.SECOND_FACTOR_ROLES, valid_from__lte=now)
    return held.filter(Q(valid_to=None) | Q(valid_to__gt=now)).exists()


def note(request: Any, person: Person, now: datetime, method: str) -> None:
    """Write down what is owed by somebody who just signed in (an identity provider sees to its own second factor)."""
    owes = []
    if method == "password" and is_stale(person, now):
        owes.append("password")
    if method == "password" and needs_second_factor(person, now) and not is_mfa_enabled(person):
        owes.append("second-factor")
    request.session[_KEY] = owes


def hold(request: Any) -> HttpResponseBase | None:
    """Return the way to what is still owed, or None when the request may go on."""
    owes = request.session.get(_KEY)
    if not owes:
        return None
    left = [item for item in owes if _still(request, item)]
    if left != owes:
        request.session[_KEY] = left
    if not left or request.path.startswith(_OPEN):
        return None
    target = reverse("people:password") if left[0] == "password" else reverse("mfa_activate_totp")
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "code": "owes-" + left[0]}
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    return HttpResponseRedirect(target)


def _still(request: Any, item: str) -> bool:
    person = request.user
    return is_stale(person, request.now) if item == "password" else not is_mfa_enabled(person)
