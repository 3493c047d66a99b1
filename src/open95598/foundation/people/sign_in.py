"""Signing in and out. The answer to a wrong password, a closed and an unknown account is one and the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.socialaccount.adapter import get_adapter as social_adapter
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from open95598.foundation.clock import SystemClock
from open95598.foundation.people import record
from open95598.foundation.people.actors import HOUSE
from open95598.foundation.people.models import ROLE_NAMES, Person, RoleAssignment, SignedIn
from open95598.foundation.people.policy import Role


class SignInForm(forms.Form):
    """Account and password. Both are taken as typed; only the account's case and outer spaces do not matter."""

    username = forms.CharField(
        label=_("Account"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: Any) -> HttpResponseBase:
    """Show the form; sign in; go on to the second factor where there is one."""
    onward = _onward(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        credentials = {"username": form.cleaned_data["username"].strip().lower()}
        person = authenticate(request, **credentials, password=form.cleaned_data["password"])
        if person is not None:
            # what somebody did before signing in has no place in what comes after
            request.session.flush()
            login = Login(user=person, email_verification="none", redirect_url=onward)
            return perform_password_login(request, credentials, login)
        # AxesMiddleware replaces this answer with ``locked_out`` when the limit is reached
        form.add_error(None, _("The account or the password is wrong."))
    return _page(request, form, status=401 if request.method == "POST" else 200)


@require_POST
def sign_out(request: Any) -> HttpResponse:
    """End this browser's session."""
    SignedIn.objects.filter(session_key=request.session.session_key or "").delete()
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


def locked_out(request: Any, response: Any, credentials: Any) -> HttpResponse:
    """Say that account and address are locked, and how long (``AXES_LOCKOUT_CALLABLE``); known or unknown alike."""
    del response
    username = str((credentials or {}).get("username") or request.POST.get("username", "")).strip().lower()
    left = lock_left(request, username)
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    _tell_of_lock(request, username)
    form = SignInForm(request.POST)
    form.is_valid()
    form.add_error(
        None,
        _("Too many wrong attempts. This account is locked from here for another %(minutes)d min.")
        % {"minutes": minutes},
    )
    page = _page(request, form, status=429)
    page["Retry-After"] = str(max(1, int(left.total_seconds())))
    return page


def lock_left(request: Any, username: str) -> timedelta:
    """Return how long the lock of this account from this address still lasts (zero when there is none)."""
    AxesProxyHandler.update_request(request)
    latest = (
        AccessAttempt.objects.filter(username=username, ip_address=request.axes_ip_address)
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    if latest is None:
        return timedelta()
    # locks run in the machine's time, as axes counts them: a paced clock must not shorten them
    return max(timedelta(), latest + settings.AXES_COOLOFF_TIME - SystemClock().now())


def _tell_of_lock(request: Any, username: str) -> None:
    """Write the lock of a known account into its stream, once a lock."""
    attempt = AccessAttempt.objects.filter(
        username=username, ip_address=request.axes_ip_address, attempt_time=request.axes_attempt_time
    )
    if not attempt.exists():  # an attempt during the lock: it was told when it began
        return
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(username__iexact=username).first()
        if person is not None:
            record.write(person, "person.locked_out", HOUSE, request.now, {"failures": settings.AXES_FAILURE_LIMIT},
                         {"address": request.axes_ip_address or ""})  # fmt: skip


def _page(request: Any, form: SignInForm, status: int) -> HttpResponse:
    refused = request.GET.get("refused")
    return render(
        request,
        "people/sign_in.html",
        {
            "form": form,
            "next": _onward(request),
            "providers": social_adapter().list_providers(request),
            "refused": refused,
            "expired": getattr(request, "session_expired", False),
            "demo": demo_accounts(request.now) if settings.DEMO else (),
            "demo_password": settings.DEMO_PASSWORD,
        },
        status=status,
    )


def demo_accounts(now: Any) -> Iterable[tuple[Any, list[Any]]]:
    """Return the demonstration's accounts under the names of their roles, in the order of the table of roles.

    Who holds several roles comes first, once.
    """
    rows = (
        RoleAssignment.objects.filter(person__demo=True, person__is_active=True, valid_from__lte=now)
        .filter(Q(valid_to=None) | Q(valid_to__gt=now))
        .select_related("person", "unit")
        .order_by("unit__lineage", "person__username")
    )
    held: dict[int, list[Any]] = {}
    for row in rows:
        held.setdefault(row.person_id, []).append(row)
    groups: dict[Any, list[Any]] = {_("Several roles"): [given[0] for given in held.values() if len(given) > 1]}
    for role in (Role.ADMINISTRATOR, *(role for role in Role if role not in (Role.ADMINISTRATOR, Role.INTEGRATION))):
        groups[ROLE_NAMES[role]] = [given[0] for given in held.values() if len(given) == 1 and given[0].role == role]
    return [(name, people) for name, people in groups.items() if people]


def _onward(request: HttpRequest) -> str:
    """Return where to go after signing in: only an address of this house."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else settings.LOGIN_REDIRECT_URL
