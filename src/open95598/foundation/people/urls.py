"""Addresses of signing in, of people, of units and of one's own account.

Names without a namespace are those that allauth and axes look up; the pages behind them are ours.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import URLPattern, include, path
from django.views.generic import RedirectView, View

from open95598.foundation.people import sign_in as signing
from open95598.foundation.people import unit_views, views

_to_sign_in = RedirectView.as_view(url="/sign-in/?refused=oidc")
_to_profile = RedirectView.as_view(url="/profile/#second-factor")
_FACTOR = "profile/second-factor/"


def _page(address: str, view: type[View], template: str, name: str) -> URLPattern:
    """Put a library's view under an address of ours, drawn with our template, under the name that it looks up."""
    return path(address, view.as_view(template_name=f"people/{template}.html"), name=name)


people = [
    path("people/", views.people_list, name="list"),
    path("people/new/", views.new_person, name="new"),
    path("people/<int:pk>/", views.detail, name="detail"),
    path("people/<int:pk>/<slug:action>/", views.act, name="act"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.password, name="password"),
    path("sign-out/", signing.sign_out, name="sign_out"),
]

units = [
    path("units/", unit_views.unit_list, name="list"),
    path("units/<str:code>/", unit_views.unit_detail, name="detail"),
    path("units/<str:code>/<slug:action>/", unit_views.unit_act, name="act"),
]

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-in/", signing.sign_in, name="account_login"),
    path("sign-out/", signing.sign_out, name="account_logout"),
    _page("sign-in/second-factor/", mfa.AuthenticateView, "second_factor", "mfa_authenticate"),
    _page("sign-in/confirm/", account.ReauthenticateView, "confirm", "account_reauthenticate"),
    _page("sign-in/confirm/code/", mfa.ReauthenticateView, "confirm", "mfa_reauthenticate"),
    path("sign-in/oidc/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("sign-in/oidc/<slug:provider_id>/callback/", oidc.callback, name="openid_connect_callback"),
    *(
        path("sign-in/refused/", _to_sign_in, name=name)
        for name in (
            "socialaccount_login_error", "socialaccount_login_cancelled", "socialaccount_signup", "account_signup",
            "account_inactive", "socialaccount_connections", "account_email_verification_sent",
        )
    ),
    path(_FACTOR, _to_profile, name="mfa_index"),
    _page(f"{_FACTOR}on/", totp.ActivateTOTPView, "totp_on", "mfa_activate_totp"),
    _page(f"{_FACTOR}off/", totp.DeactivateTOTPView, "totp_off", "mfa_deactivate_totp"),
    _page(f"{_FACTOR}codes/", recovery.ViewRecoveryCodesView, "recovery_codes", "mfa_view_recovery_codes"),
    _page(f"{_FACTOR}codes/new/", recovery.GenerateRecoveryCodesView, "recovery_codes_new",
          "mfa_generate_recovery_codes"),
    path(f"{_FACTOR}codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("", include((people, "people"))),
    path("", include((units, "units"))),
]  # fmt: skip
