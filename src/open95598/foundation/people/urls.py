"""Addresses of signing in, of people, of units and of one's own account.

Names without a namespace are those that allauth and axes look up; the pages behind them are ours.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import include, path
from django.views.generic import RedirectView

from open95598.foundation.people import sign_in as signing
from open95598.foundation.people import unit_views, views

_to_sign_in = RedirectView.as_view(url="/sign-in/?refused=oidc")
_to_profile = RedirectView.as_view(url="/profile/#second-factor")

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
    path(
        "sign-in/second-factor/",
        mfa.AuthenticateView.as_view(template_name="people/second_factor.html"),
        name="mfa_authenticate",
    ),
    path(
        "sign-in/confirm/",
        account.ReauthenticateView.as_view(template_name="people/confirm.html"),
        name="account_reauthenticate",
    ),
    path(
        "sign-in/confirm/code/",
        mfa.ReauthenticateView.as_view(template_name="people/confirm.html"),
        name="mfa_reauthenticate",
    ),
    path("sign-in/oidc/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("sign-in/oidc/<slug:provider_id>/callback/", oidc.callback, name="openid_connect_callback"),
    *(
        path("sign-in/refused/", _to_sign_in, name=name)
        for name in (
            "socialaccount_login_error", "socialaccount_login_cancelled", "socialaccount_signup", "account_signup",
            "account_inactive", "socialaccount_connections", "account_email_verification_sent",
        )
    ),
    path("profile/second-factor/", _to_profile, name="mfa_index"),
    path(
        "profile/second-factor/on/",
        totp.ActivateTOTPView.as_view(template_name="people/totp_on.html"),
        name="mfa_activate_totp",
    ),
    path(
        "profile/second-factor/off/",
        totp.DeactivateTOTPView.as_view(template_name="people/totp_off.html"),
        name="mfa_deactivate_totp",
    ),
    path(
        "profile/second-factor/codes/",
        recovery.ViewRecoveryCodesView.as_view(template_name="people/recovery_codes.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "profile/second-factor/codes/new/",
        recovery.GenerateRecoveryCodesView.as_view(template_name="people/recovery_codes_new.html"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "profile/second-factor/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("", include((people, "people"))),
    path("", include((units, "units"))),
]  # fmt: skip
