"""Every page that can be got, found in the addresses themselves: few queries however many rows, nothing inline, nothing
unescaped, no customer's number in the open, the headers that lock a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver
from tests import planted

from open95598.control.reliability.models import Improvement
from open95598.foundation.people.models import Person
from open95598.registry.grid.models import GridDevice
from open95598.service.bulletins.models import Bulletin
from open95598.service.crews.models import Crew
from open95598.service.field.models import FieldSheet
from open95598.service.outages.models import Outage
from open95598.service.planned.models import PlannedOutage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
#: pages that lead elsewhere, stream, or belong to another library's dance
LEFT_OUT = re.compile(r"^(sign-in/oidc|api/v1/$|notices/<int:notice_id>/$|styleguide)")
#: the most queries a page may cost; ``DEFAULT`` where nothing is said
MOST = {
    "orders/": 18, "orders/mine/": 28, "orders/<str:number>/": 38, "api/v1/work-orders": 8,
    "orders/<str:number>/actions/<slug:name>/": 40, "supervision/<int:pk>/actions/<slug:name>/": 38,
    "outages/<int:pk>/actions/<slug:name>/": 34,
    "outages/map/": 34,  # each of its layers asks for its own
}  # fmt: skip
DEFAULT = 30


#: pages that know of no order; a sweep of many eyes may leave them to the first pair
NO_ORDERS = (
    "calendars/",
    "rulebook",
    "flows/",
    "knowledge",
    "laws",
    "scripts",
    "units/",
    "profile/",
    "styleguide",
    "portal/",
    "hall/",
    "chats/",
    "bulletins/",
    "imports/",
    "sign-",
    "people/",
    "exchange/",
    "dev/",
    "demo/",
)


class Inline(HTMLParser):
    """Collects what the content policy would stop, and what hostile text would have become: it must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if any(name.startswith("on") or name == "style" for name in told) or told.get("src") == "x" or tag == "style":
            self.found.append(self.get_starttag_text() or tag)
        if tag == "script" and "src" not in told and told.get("type") != "application/json":
            self.found.append("script")
        if any((told.get(name) or "").strip().lower().startswith("javascript:") for name in ("href", "src", "action")):
            self.found.append(self.get_starttag_text() or tag)


def routes() -> Iterator[str]:
    """Yield every route of the house."""

    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield here
            else:
                yield from walk(pattern.url_patterns, here)

    yield from dict.fromkeys(route for route in walk(get_resolver().url_patterns, "") if not LEFT_OUT.match(route))


def address(route: str, there: planted.Planted) -> str:
    """Return an address of a route, filled with what is there."""
    supervision = there.supervision.pk if there.supervision else 1
    contact = there.contact.code if there.contact else ""
    bulletin = Bulletin.objects.system("test").values_list("pk", flat=True).first() or 1
    chat = there.chat.contact.code if there.chat else "NONE"
    device = GridDevice.objects.system("test").order_by("lft").values_list("pk", flat=True).first() or 1
    outage = Outage.objects.system("test").order_by("pk").values_list("pk", flat=True).first() or 1
    sheet = FieldSheet.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    improvement = Improvement.objects.system("test").order_by("pk").values_list("pk", flat=True).first() or 1
    planned = PlannedOutage.objects.system("test").order_by("pk").values_list("pk", flat=True).first() or 1
    values = {
        "orders/rows/<int:pk>": {"pk": there.order.case_id},
        "people/<int:pk>": {"pk": Person.objects.get(username="agent.p1").pk, "action": "edit"},
        "reliability/improvements/": {"pk": improvement, "name": "note"},
        "units/": {"code": "X11", "action": "rename"},
        "calendars/": {"name": "cn", "year": 2026, "day": "2026-03-02"},
        "exports/ask": {"listing": "orders"},
        "supervision/<int:pk>/": {"pk": supervision, "name": "note"},
        "api/v1/supervisions/<pk>": {"pk": supervision, "action": "note"},
        "orders/": {"number": there.order.number, "name": "note", "pk": 1, "part": 1},
        "bulletins/": {"pk": bulletin},
        "data-findings/": {"pk": there.finding.pk if there.finding else 1, "name": "note"},
        "api/v1/data-findings/": {"pk": there.finding.pk if there.finding else 1},
        "api/v1/bulletins/": {"pk": bulletin},
        "contacts/": {"code": contact},
        "grid/": {"pk": device},
        "outage-notices/webhooks/": there.webhook_page,
        "outage-notices/": {"pk": planned},
        "portal/outages/webhooks/": there.webhook_page,
        "portal/outages/out/": {"pk": "00000000-0000-4000-8000-000000000001", "sealed": "x"},
        "portal/outages/stop/": {"pk": 1, "sealed": "x"},
        "portal/outages/": {"pk": planned},
        "field-sheets/": {"pk": sheet},
        "api/v1/field-sheets/": {"pk": sheet},
        "planned-outages/": {"pk": planned, "name": "note"},
        "api/v1/planned-outages/": {"pk": planned, "action": "note"},
        "api/v1/grid/": {"pk": device},
        "outages/lines/": {"pk": device},
        "outages/": {"pk": outage, "name": "note"},
        "api/v1/outages/": {"pk": outage, "action": "note"},
        "crews/": {"pk": Crew.objects.system("test").order_by("pk").values_list("pk", flat=True).first() or 1},
        "hall/applications/": {"pk": "00000000-0000-4000-8000-000000000001"},
        "chats/": {"code": chat, "seq": 1},
        "api/v1/chats/": {"code": chat},
        "api/v1/contacts/": {"code": contact},
        "api/v1/": {"number": there.order.number, "action": "note", "attachment": 1},
    }
    known = next((v for prefix, v in values.items() if route.startswith(prefix)), {})
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known.get(found[1], 1)), route)


@pytest.fixture
def there(clock: Any, settings: Any) -> planted.Planted:
    settings.DEMO = True  # the development gateway's page is swept as well
    return planted.plant(clock.now())


@pytest.fixture
def browser(there: planted.Planted) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(there.almighty, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sweep(browser: Client, there: planted.Planted) -> dict[str, tuple[Any, int]]:
    """Get every page; return the answers with the number of queries they cost."""
    found = {}
    for route in routes():
        path = address(route, there)
        with CaptureQueriesContext(connection) as queries:
            found[route] = (browser.get(path), len(queries))
    return found


def test_a_page_costs_the_same_few_queries_with_three_rows_and_with_sixty(
    browser: Client, there: planted.Planted, clock: Any
) -> None:
    sweep(browser, there)  # from now on everything that is remembered is remembered
    few = sweep(browser, there)
    planted.more(there.world, there.almighty, 57, clock.now())
    many = sweep(browser, there)
    counting = 1  # a list that is longer than its page is counted, a shorter one need not be
    grown = {r: (few[r][1], many[r][1]) for r in few if many[r][1] > few[r][1] + counting}
    assert not grown, f"pages whose queries grow with their rows: {grown}"
    dear = {r: count for r, (_page, count) in many.items() if count > MOST.get(r, DEFAULT)}
    assert not dear, f"pages that cost more than they may: {dear}"
    shown = {r for r, (page, _count) in many.items() if page.status_code == 200}
    assert {"orders/", "orders/mine/", "orders/<str:number>/", "people/", "units/", "notices/", "messages/"} <= shown


def test_nothing_hostile_runs_nothing_is_in_the_open_and_every_answer_is_locked(
    browser: Client, there: planted.Planted
) -> None:
    escaped = 0
    for route, (page, _count) in sweep(browser, there).items():
        assert page.status_code < 500, route
        policy = page["Content-Security-Policy"]
        assert "unsafe" not in policy, route
        for needed in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert needed in policy, route
        assert page["X-Frame-Options"] == "DENY", route
        assert page["X-Content-Type-Options"] == "nosniff", route
        assert page["Referrer-Policy"] == "same-origin", route
        body = b"".join(page.streaming_content) if page.streaming else page.content
        assert planted.PHONE.encode() not in body, f"{route} shows the planted number"
        if not page["Content-Type"].startswith("text/html"):
            continue
        text = body.decode()
        page_of = Inline()
        page_of.feed(text)
        assert not page_of.found, f"{route}: {page_of.found}"
        assert "alert(95598)&gt;&quot;&#x27;49" not in text, f"{route} computes what it should show"
        escaped += "&lt;img src=x onerror=alert(95598)&gt;" in text
    assert escaped > 10, "the hostile name stands on every page, escaped"


def test_strangers_get_nothing(there: planted.Planted) -> None:
    stranger = Client()
    # open to everybody: signs of life, signing in, the API's description
    open_to_all = re.compile(
        r"^(healthz|readyz|metrics|sign-in/|api/(portal/)?v1/openapi.json|me/preferences/|dev/sms/|portal/|hall/|r/)"
    )
    for route in routes():
        page = stranger.get(address(route, there))
        assert page.status_code < 500, route
        if not open_to_all.match(route):
            assert page.status_code in (302, 401, 403, 404, 405), (route, page.status_code)
            if page.status_code == 302:
                assert page["Location"].startswith(("/sign-in/", "/profile/#")), (route, page["Location"])
        body = b"".join(page.streaming_content) if page.streaming else page.content
        assert planted.PHONE.encode() not in body, route
        assert there.order.number.encode() not in body or route.startswith(("api/", "orders/")), route


def test_no_post_is_taken_without_its_token(browser: Client, there: planted.Planted) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(there.almighty, backend="django.contrib.auth.backends.ModelBackend")
    taken = {}
    for route in routes():
        answer = forger.post(address(route, there), {})
        # the development gateway, outer portals and the billing system are machines, with a word of their own
        ours = route.startswith(("api/portal/", "api/v1/cis/changes"))
        machine = route.startswith("dev/sms/gateway") or (ours and answer.status_code == 401)
        if answer.status_code not in (403, 405) and not machine:
            taken[route] = answer.status_code
    assert not taken
