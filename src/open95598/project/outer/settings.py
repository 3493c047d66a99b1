"""Settings of a portal that stands alone in an outer zone: the customer's pages, and a line to the inner one.

There is no database: what must not be lost lies in the spool (SQLite) in ``OPEN95598_HOME``. ``open95598 portal`` sets
``OPEN95598_UPSTREAM``; the token comes from ``OPEN95598_PORTAL_TOKEN`` or the file ``OPEN95598_PORTAL_TOKEN_FILE``.
"""

from __future__ import annotations

import os
from pathlib import Path

from open95598.project import home, logs
from open95598.project.demo import marker

HOME = home.directory()
SECRET_KEY = home.secret("django")
DEBUG = False
#: for tests and trials: the clock may be paced by an anchor file in the home
DEMO = marker.is_set(HOME)
ALLOWED_HOSTS = os.environ.get("OPEN95598_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("OPEN95598_ORIGINS", "").split(",") if o]
SITE_URL = os.environ.get("OPEN95598_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")

HOTLINE = os.environ.get("OPEN95598_HOTLINE", "95598")
PORTAL_PAGES = True
PORTAL_GATEWAY = "open95598.service.portal.pages.remote.gateway"
PORTAL_UPSTREAM = os.environ.get("OPEN95598_UPSTREAM", "")
PORTAL_SPOOL = HOME / "portal" / "spool.sqlite3"


def _token() -> str:
    if path := os.environ.get("OPEN95598_PORTAL_TOKEN_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get("OPEN95598_PORTAL_TOKEN", "")


PORTAL_TOKEN = _token()

INSTALLED_APPS = ["django.contrib.staticfiles", "open95598.service.portal.pages"]
MIDDLEWARE = [
    "open95598.project.middleware.front_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "open95598.project.outer.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES: dict[str, object] = {}

_SECURE = SITE_URL.startswith("https://")
CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "open95598.service.portal.pages.views.csrf_failed"
SECURE_HSTS_SECONDS = int(os.environ.get("OPEN95598_HSTS_SECONDS", "31536000" if _SECURE else "0"))
TRUSTED_PROXIES = int(os.environ.get("OPEN95598_PROXIES", "0"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
#: the words of problems, which the pages share with the house
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "foundation" / "ui" / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("OPEN95598_TIME_ZONE", "Asia/Shanghai")
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = logs.django_settings()
