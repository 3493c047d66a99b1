"""How allauth (second factor, OIDC) works inside this house: no sign-up, our sessions, our words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open95598.foundation.people import gate, record, sessions
from open95598.foundation.people.actors import Actor
from open95598.foundation.people.models import Person

#: a sign-in this young counts as a confirmation of who one is
_FRESH = timedelta(minutes=10)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in's last step: the session is listed, the journal told, and what is still owed (see ``gate``) noted."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by ``people.services.hire`` only."""
        return False

    def post_login(self, request: Any, user: Any, **kwargs: Any) -> Any:
        """Begin the session of somebody who has proved who they are."""
        methods = [entry.get("method") for entry in request.session.get("account_authentication_methods", [])]
        method = "oidc" if "socialaccount" in methods else "password"
        sessions.begin(request, user, request.now, f"{method}+code" if "mfa" in methods else method)
        gate.note(request, user, request.now, method)
        with transaction.atomic():
            person = record.locked(user.pk)
            record.write(person, "person.signed_in", Actor(person.pk, person.name, None), request.now,
                         {"method": method, "second_factor": "mfa" in methods},
                         {"address": sessions.client_address(request) or ""})  # fmt: skip
        return super().post_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask again for changes of the second factor, unless the person signed in minutes ago."""
        started = self.request.session.get("started_at") if self.request else None
        fresh = started and self.request.now - datetime.fromisoformat(started) < _FRESH
        return False if fresh else super().is_reauthentication_required(app=app)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponseRedirect:
        """A closed account looks like no account."""
        return HttpResponseRedirect(reverse("sign-in") + "?refused=1")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages say what happened; allauth's flash messages are left out."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the same address that lock-outs and the list of sessions use."""
        return sessions.client_address(request) or "unknown"


class SocialAdapter(DefaultSocialAccountAdapter):
    """OIDC: the account must exist here and be active; it is found by employee number or e-mail claim."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody gets an account by signing in elsewhere."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie the identity to its person the first time it comes; refuse everybody else with one sentence."""
        person = sociallogin.user if sociallogin.is_existing else _person_of(sociallogin)
        if person is None or not person.is_active:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("sign-in") + "?refused=oidc"))
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """Show the sign-in page again instead of a page of allauth's."""
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("sign-in") + "?refused=oidc"))


class MfaAdapter(DefaultMFAAdapter):
    """Names the house in the authenticator app, and says in our words what is wrong with a code."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("The code is not right, or was used already.")
    }

    def get_totp_issuer(self) -> str:
        """Return the name that the app shows above the code."""
        return str(_("Customer service")) + " open95598"

    def get_totp_label(self, user: Any) -> str:
        """Return the account's name in the app."""
        return str(user.username)


def _person_of(sociallogin: Any) -> Person | None:
    """Return the only active person whom the claims name: employee number first, then a verified e-mail address."""
    data = sociallogin.account.extra_data
    claims = {**(data.get("id_token") or {}), **(data.get("userinfo") or {})} or data
    active = Person.objects.filter(is_active=True)
    number = str(claims.get(settings.OIDC_EMPLOYEE_CLAIM) or "").strip()
    if number:
        found = list(active.filter(employee_number=number)[:2])
        if len(found) == 1:
            return found[0]
    email = str(claims.get("email") or "").strip()
    if email and (claims.get("email_verified") is True or settings.OIDC_TRUST_EMAIL):
        found = list(active.filter(email__iexact=email)[:2])
        if len(found) == 1:
            return found[0]
    return None
