"""Signs people of the loaded utility in: an API token and a browser session each, made by the product's services."""

from __future__ import annotations

from multiprocessing import get_context

from bench import place

#: who looks: sees everything / one county / one small team
PROVINCE, COUNTY, TEAM = "agent", "handler", "handler.yq-sy-2"


def sign_in(database: str, usernames: list[str]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Return for each account the headers of an API client and those of a browser."""
    with get_context("spawn").Pool(1) as pool:  # a process has one database for its life
        return pool.apply(_sign_in, (database, usernames))


def _sign_in(database: str, usernames: list[str]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    place.use(database)
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from open95598.foundation import clock
    from open95598.foundation.people import services
    from open95598.foundation.people.models import Person

    found = {}
    for username in usernames:
        person = Person.objects.get(username=username)
        token = services.make_token(person, "bench", (), clock.now())
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        api = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        page = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}", "Accept-Language": "zh-CN"}
        found[username] = (api, page)
    return found
