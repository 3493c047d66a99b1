"""Collected files refer to each other by their digests."""

from __future__ import annotations

import re

from django.core.management import call_command


def test_our_modules_import_each_other_by_digest(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "open95598.web.storage.HashedStaticFiles"}}
    call_command("collectstatic", "--noinput", verbosity=0)
    (app,) = (tmp_path / "js").glob("app.????????????.js")
    imported = re.findall(r'from "\./([^"]+)"', app.read_text())
    assert imported
    assert all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name) and (tmp_path / "js" / name).exists() for name in imported)
