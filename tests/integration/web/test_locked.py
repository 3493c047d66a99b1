"""Attacks from outside: other sites' addresses, other hosts' names, planted sessions, paths that climb, cookies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import world as worlds

from open95598.casework.models import Attachment
from open95598.foundation.people.models import Person
from open95598.service.workorders import services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
PASSWORD = "Correct-horse-95598"
ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "///evil.example",
    "http:evil.example", "https:///evil.example", "javascript:alert(1)", "data:text/html,x", " //evil.example",
    "\t//evil.example", "/\t/evil.example", "//testserver@evil.example/", "http://testserver.evil.example/",
    "//evil.example/%2e%2e", "https://evil.example\\@testserver/", "\u2028//evil.example", "ftp://testserver/",
)  # fmt: skip


@pytest.fixture
def world() -> worlds.World:
    return worlds.small()


@pytest.fixture
def agent(world: worlds.World, settings: Any) -> Person:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person = world.person("agent", "P1")
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(browser: Client, person: Person, **more: str) -> Any:
    return browser.post("/sign-in/", {"username": person.username, "password": PASSWORD, **more})


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_out_of_the_house(agent: Person, wanted: str) -> None:
    browser = Client()
    shown = browser.get("/sign-in/", {"next": wanted}).content.decode()
    assert 'name="next" value="/"' in shown or "evil" not in shown
    assert sign_in(browser, agent, next=wanted)["Location"] == "/"
    # whoever is in already is not led out either
    assert browser.get("/sign-in/", {"next": wanted})["Location"] == "/"
    answer = browser.post("/me/preferences/", {"language": "en", "next": wanted}, headers={"referer": wanted.strip()})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"] and answer["Location"].startswith("/")


def test_a_planted_session_is_worth_nothing_after_signing_in(agent: Person) -> None:
    victim = Client()
    victim.get("/sign-in/")
    session = victim.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    victim.cookies["sessionid"] = planted
    before = victim.get("/sign-in/").wsgi_request.META.get("CSRF_COOKIE")
    assert sign_in(victim, agent).status_code == 302
    assert victim.cookies["sessionid"].value != planted
    assert "planted" not in victim.session
    after = victim.get("/").wsgi_request.META.get("CSRF_COOKIE")
    assert before != after, "the token that was known before does not open forms now"
    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert attacker.get("/orders/")["Location"].startswith("/sign-in/")

    mine = victim.cookies["sessionid"].value
    victim.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = mine
    assert thief.get("/orders/")["Location"].startswith("/sign-in/"), "signing out ends it at the server"


def test_cookies_are_for_this_house_only(agent: Person) -> None:
    browser = Client()
    sign_in(browser, agent)
    session = browser.cookies["sessionid"]
    assert session["httponly"] and session["samesite"] == "Lax" and session["path"] == "/"
    assert not session["domain"]
    assert browser.cookies["csrftoken"]["samesite"] == "Lax"


def test_an_address_with_https_makes_cookies_and_browsers_keep_to_it(tmp_path: Path) -> None:
    asked = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS SESSION_COOKIE_HTTPONLY"
    script = (
        "import json; from open95598.project import settings as s;"
        f"print(json.dumps([getattr(s, n) for n in {asked.split()!r}]))"
    )
    told = {}
    for address in ("https://95598.utility.example", "http://localhost:8000"):
        environment = os.environ | {"OPEN95598_URL": address, "OPEN95598_HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        told[address[:5]] = json.loads(done.stdout)
    assert told == {"https": [True, True, 31536000, True], "http:": [False, False, 0, True]}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "a b", "[::1"])
def test_another_hosts_name_is_refused(agent: Person, host: str) -> None:
    browser = Client()
    for path in ("/sign-in/", "/api/v1/openapi.json", "/healthz"):
        answer = browser.get(path, headers={"host": host})
        assert answer.status_code == 400 or (path == "/healthz" and answer.status_code == 200), path
        assert b"evil" not in answer.content
    # what a client says about forwarding is not believed
    answer = browser.get("/orders/", headers={"x-forwarded-host": host, "x-forwarded-proto": "https"})
    assert answer["Location"] == "/sign-in/?next=/orders/"


def test_no_path_climbs_out_of_the_assets(agent: Person) -> None:
    browser = Client()
    browser.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    for path in (
        "/static/../project/settings.py", "/static/%2e%2e/%2e%2e/project/settings.py", "/static/..%2f..%2fetc/passwd",
        "/static//etc/passwd", "/static/....//....//etc/passwd", "/static/css/..\\..\\settings.py", "/static/%00",
        "/static/css/", "/static/", "/files/", "/var/keys/django", "/.git/config", "/static/../../keys/django",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code in (400, 404), (path, answer.status_code)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"SECRET_KEY" not in body and b"root:" not in body


def test_an_attachments_name_leads_nowhere(
    agent: Person, world: worlds.World, now: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    order = services.register(world.actor("agent", "P1", now), worlds.fault(), now)
    handler = Client()
    handler.force_login(world.person("handler", "X11"), backend="django.contrib.auth.backends.ModelBackend")
    hostile = '../../../etc/cron.d/evil\r\nX-Injected: 1";filename*=x.html.png'
    body = bytes.fromhex(
        "89504e470d0a1a0a0000000d494844520000000100000001080600000"
        "01f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    file = SimpleUploadedFile("x.png", body, "image/png")
    file._name = hostile  # Django's own cleaning is not what is tried here
    answer = handler.post(reverse("workorders:attach", args=(order.number,)), {"file": [file]})
    assert answer.status_code in (200, 302, 422)
    kept = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert all(p.is_relative_to(tmp_path / "files") for p in kept)
    assert not list(tmp_path.parent.glob("**/cron.d"))
    for row in Attachment.objects.all():
        given = handler.get(reverse("workorders:attachment", args=(order.number, row.pk)))
        assert given.status_code == 200
        assert "X-Injected" not in given
        said = given["Content-Disposition"]
        assert "\n" not in said and "\r" not in said and "../" not in said
        assert given["X-Content-Type-Options"] == "nosniff"
    for pk in ("0", "-1", "1e3", "99999999999999999999", "../1", "%2e%2e"):
        assert handler.get(f"/orders/{order.number}/attachments/{pk}/").status_code == 404
    for number in ("..", "%2e%2e", "../../etc/passwd", "' OR 1=1 --", "\x00", "x" * 5000):
        assert handler.get(f"/orders/{number}/").status_code in (301, 302, 400, 404), number
