"""Signing in with OIDC, against a small real OIDC server that runs in the test."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from open95598.foundation.people import services
from open95598.foundation.people.actors import HOUSE
from open95598.foundation.people.models import Person, SignedIn

SECRET = "a-client-secret-of-the-test"


class Provider(BaseHTTPRequestHandler):
    """Discovery, authorization (says yes at once), token (checks secret and PKCE), user info, keys."""

    claims: dict = {}
    codes: dict = {}
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def log_message(self, *args) -> None:
        """Be silent."""

    def answer(self, body: dict, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif url.path == "/authorize":
            code = f"code-{len(self.codes)}"
            self.codes[code] = query
            self.send_response(302)
            answer = urlencode({"code": code, "state": query["state"]})
            self.send_header("Location", f"{query['redirect_uri']}?{answer}")
            self.end_headers()
        elif url.path == "/userinfo":
            known = self.headers.get("Authorization") == "Bearer an-access-token"
            self.answer(self.claims if known else {"error": "invalid_token"}, 200 if known else 401)
        else:
            self.answer({"keys": []})

    def do_POST(self) -> None:
        form = {
            name: values[0]
            for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
        }
        asked = self.codes.pop(form.get("code"), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or form.get("client_secret") != SECRET
            or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked.get("code_challenge")
        ):
            self.answer({"error": "invalid_grant"}, 400)
            return
        token = {"iss": self.issuer, "aud": asked["client_id"], "exp": 4102444800, "iat": 0, **self.claims}
        signed = jwt.encode(token, self.key, algorithm="RS256", headers={"kid": "test"})
        self.answer({"access_token": "an-access-token", "token_type": "Bearer", "id_token": signed})


@pytest.fixture
def provider(settings):
    """Run the server, and configure the house for it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    app = {"provider_id": "sso", "name": "统一认证", "client_id": "house", "secret": SECRET}
    settings_of_app = {"settings": {"server_url": url}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | settings_of_app]}}
    Provider.claims, Provider.codes = {}, {}
    yield server
    server.shutdown()
    server.server_close()


def walk(client: Client, claims: dict, onward: str = "/people/"):
    """Press the button, visit the provider, come back; return the last answer."""
    Provider.claims = claims
    away = client.post(f"/sign-in/oidc/sso/?next={onward}")
    assert away.status_code == 302, away.content
    back = httpx.get(away["Location"], follow_redirects=False)
    returned = urlsplit(back.headers["Location"])
    return client.get(f"{returned.path}?{returned.query}")


def test_the_button_is_there_only_when_it_is_configured(db, client, provider, settings):
    assert "统一认证" in client.get("/sign-in/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "统一认证" not in client.get("/sign-in/").content.decode()


def test_an_employee_number_finds_its_account_and_ties_it(person, provider, client):
    li = person("li", employee_number="0042")
    answer = walk(client, {"sub": "s-1", "employee_number": "0042"})
    assert (answer.status_code, answer["Location"]) == (302, "/people/")
    assert SignedIn.objects.get(person=li).method == "oidc"
    assert SocialAccount.objects.get(user=li).uid == "s-1"
    again = Client()  # from now on the identity itself counts
    walk(again, {"sub": "s-1"})
    assert again.session["_auth_user_id"] == str(li.pk)


def test_only_a_verified_address_counts(person, provider, client, settings):
    li = person("li", email="Li@utility.example")
    claims = {"sub": "s-2", "email": "li@utility.example"}
    assert walk(client, claims)["Location"].endswith("/sign-in/?refused=oidc")
    walk(client, {**claims, "email_verified": True})
    assert client.session["_auth_user_id"] == str(li.pk)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "s-3"},
        {"sub": "s-3", "employee_number": "9999"},
        {"sub": "s-3", "employee_number": "0007"},  # somebody who left
        {"sub": "s-3", "email": "two@utility.example", "email_verified": True},  # two people share it
    ],
)
def test_strangers_leavers_and_doubtful_matches_stay_outside(person, provider, client, now, claims):
    services.leave(person("gone", employee_number="0007"), actor=HOUSE, now=now)
    person("one", email="two@utility.example")
    person("two", email="two@utility.example")
    before = Person.objects.count()
    answer = walk(client, claims)
    assert answer["Location"].endswith("/sign-in/?refused=oidc")
    assert "_auth_user_id" not in client.session
    assert Person.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_whoever_leaves_cannot_come_back_with_their_tied_identity(person, provider, client, now):
    li = person("li", employee_number="0042")
    walk(client, {"sub": "s-1", "employee_number": "0042"})
    services.leave(li, actor=HOUSE, now=now)
    other = Client()
    assert walk(other, {"sub": "s-1"})["Location"].endswith("/sign-in/?refused=oidc")
    assert "_auth_user_id" not in other.session


def test_a_made_up_state_is_refused(person, provider, client):
    person("li", employee_number="0042")
    Provider.claims = {"sub": "s-1", "employee_number": "0042"}
    answer = client.get("/sign-in/oidc/sso/callback/?code=code-0&state=made-up")
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session
