"""Settings of an installation. Everything comes from the environment or from the installation's home.

``OPEN95598_HOME`` (default ``./var``) holds the database, attachments, keys, logs and anchors; ``DATABASE_URL`` names
an external PostgreSQL instead of the embedded one.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from open95598.project import home, logs, postgres
from open95598.project.demo import marker

HOME = home.directory()
SECRET_KEY = home.secret("django")
DEBUG = os.environ.get("OPEN95598_DEBUG") == "1"
#: a demonstration utility lives here: sign-in page lists accounts, the clock may be paced, SMS go nowhere
DEMO = os.environ.get("OPEN95598_DEMO") == "1" or marker.is_set(HOME)
ALLOWED_HOSTS = os.environ.get("OPEN95598_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("OPEN95598_ORIGINS", "").split(",") if o]
SITE_URL = os.environ.get("OPEN95598_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")

ROOMS = [
    "open95598.foundation.units",
    "open95598.foundation.people",
    "open95598.foundation.calendars",
    "open95598.foundation.rulebook",
    "open95598.foundation.journal",
    "open95598.foundation.events",
    "open95598.foundation.idempotency",
    "open95598.foundation.notices",
    "open95598.foundation.live",
    "open95598.foundation.transfer",
    "open95598.foundation.documents",
    "open95598.foundation.files",
    "open95598.foundation.search",
    "open95598.foundation.ui",
    "open95598.casework",
    "open95598.registry.customers",
    "open95598.registry.grid",
    "open95598.registry.standing",
    "open95598.service.intake",
    "open95598.service.workorders",
    "open95598.service.outages",
    "open95598.service.crews",
    "open95598.service.planned",
    "open95598.service.field",
    "open95598.service.knowledge",
    "open95598.service.shifts",
    "open95598.service.bulletins",
    "open95598.service.contacts",
    "open95598.service.desk",
    "open95598.service.keyaccounts",
    "open95598.service.dataquality",
    "open95598.service.chat",
    "open95598.service.portal",
    "open95598.service.portal.pages",
    "open95598.service.hall",
    "open95598.service.outagenotices",
    "open95598.control.assessment",
    "open95598.control.tracking",
    "open95598.control.reports",
    "open95598.control.indicators",
    "open95598.control.satisfaction",
    "open95598.control.supervision",
    "open95598.control.sampling",
    "open95598.control.reliability",
    "open95598.exchange.cis",
    "open95598.web",
    "open95598.project.demo",
    "open95598.project",
]
# above the catalogues of the libraries, which would translate words like "Phone" for us
LOCALE_PATHS = [Path(__file__).parents[2].joinpath(*room.split("."), "locale") for room in ROOMS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    *ROOMS,
]

MIDDLEWARE = [
    "open95598.project.middleware.front_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "open95598.foundation.ui.middleware.language_middleware",
    "open95598.foundation.people.middleware.rights_middleware",
    "open95598.foundation.ui.middleware.refusals_middleware",
    "open95598.foundation.ui.sheets.sheets_middleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "open95598.project.urls"
WSGI_APPLICATION = "open95598.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "open95598.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": postgres.django_settings(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "open95598.foundation.people.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "employee_number", "phone", "email")},
    },
    {"NAME": "open95598.foundation.people.passwords.HistoryValidator", "OPTIONS": {"count": 5}},
]
#: a password must be changed when it is so old (days; 0 = never)
PASSWORD_MAX_AGE = timedelta(days=int(os.environ.get("OPEN95598_PASSWORD_DAYS", "0")))
#: a session ends when it was not used for so long, and in any case when it is so old. Off in demonstration mode,
#: where the clock may run faster than the wall.
SESSION_IDLE = None if DEMO else timedelta(minutes=int(os.environ.get("OPEN95598_SESSION_IDLE_MINUTES", "60")))
SESSION_ABSOLUTE = None if DEMO else timedelta(hours=int(os.environ.get("OPEN95598_SESSION_HOURS", "12")))

#: a crew's phone keeps pages and what was done without a connection for so many hours, and an act that it tells of
#: later lies no further back
FIELD_HOURS = int(os.environ.get("OPEN95598_FIELD_HOURS", "12"))
#: a printed sheet tells of nothing that lies further back than so many days
SHEET_DAYS = int(os.environ.get("OPEN95598_SHEET_DAYS", "7"))

#: roles that must have a second factor
SECOND_FACTOR_ROLES = [
    r for r in os.environ.get("OPEN95598_SECOND_FACTOR_ROLES", "" if DEMO else "administrator").split(",") if r
]
#: the password of all accounts of the demonstration, shown on its sign-in page
DEMO_PASSWORD = os.environ.get("OPEN95598_DEMO_PASSWORD", "open95598-demo")

# cookies: over HTTPS only as soon as the installation's address says so
_SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 86400 if DEMO else int(SESSION_ABSOLUTE.total_seconds()) if SESSION_ABSOLUTE else 14 * 86400
SECURE_HSTS_SECONDS = int(os.environ.get("OPEN95598_HSTS_SECONDS", "31536000" if _SECURE else "0"))
#: how many reverse proxies stand in front, each adding to X-Forwarded-For; ``open95598 up`` counts its own front
TRUSTED_PROXIES = int(os.environ.get("OPEN95598_PROXIES", "0"))

# lock-out by account and address
AXES_FAILURE_LIMIT = int(os.environ.get("OPEN95598_LOCK_AFTER", "5"))
AXES_COOLOFF_TIME = timedelta(minutes=int(os.environ.get("OPEN95598_LOCK_MINUTES", "15")))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "open95598.foundation.people.sessions.client_address"
AXES_LOCKOUT_CALLABLE = "open95598.foundation.people.sign_in.locked_out"

#: how many API requests a second one account may make, and how many at once, in each web process (0: no limit)
API_RATE = float(os.environ.get("OPEN95598_API_RATE", "200"))
API_BURST = float(os.environ.get("OPEN95598_API_BURST", "2000"))

# second factor and OIDC (allauth); accounts are never made by signing in
ACCOUNT_ADAPTER = "open95598.foundation.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_ADAPTER = "open95598.foundation.people.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_QUERY_EMAIL = False
MFA_ADAPTER = "open95598.foundation.people.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
#: the claim that holds the employee number; e-mail counts when the provider says that it verified it, or is trusted to
OIDC_EMPLOYEE_CLAIM = os.environ.get("OPEN95598_OIDC_EMPLOYEE_CLAIM", "employee_number")
OIDC_TRUST_EMAIL = os.environ.get("OPEN95598_OIDC_TRUST_EMAIL") == "1"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": os.environ.get("OPEN95598_OIDC_NAME", "SSO"),
                "client_id": os.environ["OPEN95598_OIDC_CLIENT_ID"],
                "secret": os.environ.get("OPEN95598_OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": os.environ["OPEN95598_OIDC_URL"]},
            }
        ]
        if os.environ.get("OPEN95598_OIDC_URL")
        else [],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
#: the utility's zone: what people see and what calendars count in
TIME_ZONE = os.environ.get("OPEN95598_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
RULEBOOKS = Path(os.environ.get("OPEN95598_RULEBOOKS", Path(__file__).resolve().parents[3] / "rulebooks"))
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
LOGGING = logs.django_settings()

# how the house is locked
SECURE_CONTENT_TYPE_NOSNIFF = True
CSRF_FAILURE_VIEW = "open95598.web.views.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
#: what a page may load: our own files only, no inline script, style or handler
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
#: assets are served from the packages until ``collectstatic`` has run here (``open95598 up`` does), then by hash
STATIC_ROOT.mkdir(exist_ok=True)
_COLLECTED = not DEBUG and (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = not _COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "open95598.web.storage.HashedStaticFiles"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
#: whether search looks for nearness in meaning as well (learned from what is searched when the index is made)
SEARCH_MEANING = os.environ.get("OPEN95598_SEARCH_MEANING") == "1"
#: the number that customers call, named on every page of theirs
HOTLINE = os.environ.get("OPEN95598_HOTLINE", "95598")
#: whether this house serves the customer's pages itself (an outer zone may do it instead), and where they are found
PORTAL_PAGES = os.environ.get("OPEN95598_PORTAL_PAGES", "1") == "1"
PORTAL_GATEWAY = "open95598.service.portal.inprocess.gateway"
#: only where the pages stand alone (``project.outer.settings``)
PORTAL_UPSTREAM = PORTAL_TOKEN = ""
PORTAL_SPOOL = HOME / "portal" / "spool.sqlite3"
PORTAL_URL = os.environ.get("OPEN95598_PORTAL_URL", f"{SITE_URL}/portal/")
#: processes without whose signs of life ``/readyz`` says no (``open95598 up`` names its own)
EXPECTED_PROCESSES = [name for name in os.environ.get("OPEN95598_EXPECT", "").split(",") if name]
