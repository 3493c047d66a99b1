"""The gateway of an outer zone: the inner zone's interface over HTTP, and the spool while it is away."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

import httpx
import structlog
from django.conf import settings
from django.utils.translation import get_language
from pydantic import BaseModel, ValidationError

from open95598.foundation import clock, phones
from open95598.foundation.errors import Impossible, Invalid, NotFound, Refused, TooMany, Unavailable
from open95598.service.portal.pages import figures, limits, topics, wire
from open95598.service.portal.pages.gateway import Fate, VisitEnded
from open95598.service.portal.pages.spool import Message, Spool

log = structlog.get_logger(__name__)

#: seconds to connect, and to wait for an answer
CONNECT, ANSWER = 3.0, 15.0
#: for so long after a failure nobody is made to wait for another one (seconds)
PAUSE = 5.0
#: requests under way at once from one process: while the inner zone hangs, the other threads still serve customers
AT_ONCE, PATIENCE = 5, 1.0
#: what the inner zone offers is asked for again after so long (seconds)
OFFER_AGE = 60.0
_REFUSALS: dict[int, type[Refused]] = {404: NotFound, 409: Impossible, 422: Invalid, 429: TooMany}


class Line:
    """The line to the inner zone: sends requests, turns refusals into ``Refused`` and everything else into
    ``Unavailable``. Safe for several threads."""

    def __init__(self, upstream: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=f"{upstream.rstrip('/')}/api/portal/v1",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(ANSWER, connect=CONNECT),
            transport=transport,
        )
        self._broke_at = float("-inf")
        self._places = threading.BoundedSemaphore(AT_ONCE)

    @property
    def is_paused(self) -> bool:
        """Whether the last request failed just now."""
        return time.monotonic() - self._broke_at < PAUSE

    def send(
        self, method: str, path: str, body: BaseModel | None = None, *, key: str = "", visit: str = "",
        link: str = "", insist: bool = False,
    ) -> Any:  # fmt: skip
        """Return the JSON of the answer. ``insist``: try although the line failed just now."""
        if self.is_paused and not insist:
            raise Unavailable("the line to the inner zone is down")
        headers = {"Accept-Language": get_language() or "zh-hans"}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"X-Visit": visit} if visit else {}
        headers |= {"X-Link": link} if link else {}
        content = body.model_dump_json() if body is not None else None
        if content is not None:
            headers["Content-Type"] = "application/json"
        answer, told = self._answered(method, path, content, headers)
        if answer.status_code < 300:
            self._broke_at = float("-inf")
            figures.UPSTREAM.labels("ok").inc()
            return told
        raise self._refusal(answer.status_code, told if isinstance(told, dict) else {})

    def _answered(self, method: str, path: str, content: str | None, headers: dict[str, str]) -> tuple[Any, Any]:
        """Return the answer and its JSON. Raises ``Unavailable``."""
        if not self._places.acquire(timeout=PATIENCE):
            raise Unavailable("too many wait for the inner zone already")
        try:
            answer = self._http.request(method, path, content=content, headers=headers)
            return answer, answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as problem:
            self._broke(type(problem).__name__)
            raise Unavailable("the inner zone does not answer") from problem
        finally:
            self._places.release()

    def _refusal(self, status: int, told: dict[str, Any]) -> Refused:
        detail = str(told.get("detail", ""))
        if str(told.get("type", "")).endswith(":visit-ended"):
            return VisitEnded(detail)
        kind = _REFUSALS.get(status)
        if kind is None:  # 5xx, a wrong token, something between us that answers in its place
            self._broke(f"status {status}")
            return Unavailable("the inner zone does not answer as it should")
        figures.UPSTREAM.labels("refused").inc()
        errors = told.get("errors")
        fields = {str(n): _first(r) for n, r in errors.items()} if isinstance(errors, dict) else {}
        return kind(detail, fields=fields, retry_after=told.get("retry_after"))

    def _broke(self, why: str) -> None:
        self._broke_at = time.monotonic()
        figures.UPSTREAM.labels("away").inc()
        log.warning("the inner zone is away", why=why)


class Remote:
    """``gateway.Gateway`` over a line, with a spool for what must not be lost meanwhile."""

    def __init__(self, line: Line, spool: Spool) -> None:
        self.line, self.spool = line, spool
        self._offer: tuple[float, wire.Offer] | None = None
        self._asking = threading.Lock()

    def offer(self) -> wire.Offer:
        """See ``Gateway``. While the inner zone is away: what it offered last, or what every utility offers."""
        held = self._offer
        if held and time.monotonic() - held[0] < OFFER_AGE:
            return held[1]
        with self._asking:
            try:
                found = wire.Offer.model_validate(self.line.send("GET", "/offer"))
                self.spool.keep("offer", found.model_dump_json())
            except (Refused, ValidationError):
                found = held[1] if held else self._kept_offer()
            # a failure is remembered for a shorter while: as long as the line itself remembers it
            asked = time.monotonic() - (OFFER_AGE - PAUSE if self.line.is_paused else 0)
            self._offer = (asked, found)
            return found

    def _kept_offer(self) -> wire.Offer:
        try:
            return wire.Offer.model_validate_json(self.spool.kept("offer") or "")
        except ValidationError:
            return topics.plain_offer(settings.HOTLINE)

    def register(self, report: wire.Report, key: str) -> wire.Registered | wire.Kept:
        """See ``Gateway``. What waits already counts in the limit of the phone as well."""
        now = clock.now()
        if not report.danger:
            self._within_limit(report.contact_phone, now)
        try:
            told = self.line.send("POST", "/reports", report, key=key, insist=bool(report.danger))
            return wire.Registered.model_validate(told)
        except (Unavailable, ValidationError):
            text = report.model_copy(update={"said_at": now}).model_dump_json()
            receipt = self.spool.put(
                key, "report", text, now, phone=phones.national(report.contact_phone), urgent=bool(report.danger)
            )
            figures.KEPT.labels("report").inc()
            return wire.Kept(receipt=receipt, danger=bool(report.danger))

    def _within_limit(self, phone: str, now: datetime) -> None:
        if not phone:
            return
        said = self.spool.said(phones.national(phone), now - limits.REPORTS.window)
        if wait := limits.REPORTS.wait(said, now):
            raise TooMany("", retry_after=wait)

    def ask_code(self, asked: wire.AskCode) -> wire.Asked:
        """See ``Gateway``."""
        return wire.Asked.model_validate(self.line.send("POST", "/codes", asked))

    def open_visit(self, given: wire.GiveCode) -> wire.Opened:
        """See ``Gateway``."""
        return wire.Opened.model_validate(self.line.send("POST", "/visits", given))

    def close_visit(self, visit: str) -> None:
        """See ``Gateway``."""
        self.line.send("DELETE", "/visit", visit=visit)

    def order(self, visit: str) -> wire.OrderView:
        """See ``Gateway``."""
        return wire.OrderView.model_validate(self.line.send("GET", "/visit", visit=visit))

    def add(self, visit: str, addition: wire.Addition, key: str) -> wire.Done:
        """See ``Gateway``."""
        try:
            return wire.Done.model_validate(self.line.send("POST", "/visit/additions", addition, key=key, visit=visit))
        except Unavailable:
            now = clock.now()
            late = KeptAddition(visit=visit, addition=addition.model_copy(update={"said_at": now}))
            self.spool.put(key, "addition", late.model_dump_json(), now)
            figures.KEPT.labels("addition").inc()
            return wire.Done(outcome="kept")

    def urge(self, visit: str, chosen: wire.Choose, key: str) -> wire.Done:
        """See ``Gateway``."""
        return wire.Done.model_validate(self.line.send("POST", "/visit/urges", chosen, key=key, visit=visit))

    def rate(self, visit: str, chosen: wire.Choose, key: str) -> wire.Done:
        """See ``Gateway``."""
        return wire.Done.model_validate(self.line.send("POST", "/visit/rating", chosen, key=key, visit=visit))

    def rating(self, link: str) -> wire.RatingView:
        """See ``Gateway``."""
        return wire.RatingView.model_validate(self.line.send("GET", "/rating", link=link))

    def give_rating(self, link: str, rating: wire.Rating, key: str) -> wire.Done:
        """See ``Gateway``. While the inner zone is away it is kept, whatever the link: that is judged later."""
        try:
            return wire.Done.model_validate(self.line.send("POST", "/rating", rating, key=key, link=link))
        except Unavailable:
            now = clock.now()
            late = KeptRating(link=link, rating=rating.model_copy(update={"said_at": now}))
            self.spool.put(key, "rating", late.model_dump_json(), now)
            figures.KEPT.labels("rating").inc()
            return wire.Done(outcome="kept")

    def withdraw(self, visit: str, wish: wire.Wish, key: str) -> wire.Done:
        """See ``Gateway``."""
        return wire.Done.model_validate(self.line.send("POST", "/visit/withdrawal", wish, key=key, visit=visit))

    def fate(self, receipt: str) -> Fate | None:
        """See ``Gateway``."""
        return self.spool.fate(receipt)

    def pass_on(self, message: Message) -> str:
        """Send a message that waited; return the number of the order it made ("" for an addition)."""
        if message.kind == "report":
            report = wire.Report.model_validate_json(message.text)
            told = self.line.send("POST", "/reports", report, key=message.key, insist=True)
            return wire.Registered.model_validate(told).number
        if message.kind == "rating":
            said = KeptRating.model_validate_json(message.text)
            with suppress(NotFound):  # anybody can make up a link: one that does not count is forgotten
                self.line.send("POST", "/rating", said.rating, key=message.key, link=said.link, insist=True)
            return ""
        late = KeptAddition.model_validate_json(message.text)
        self.line.send("POST", "/visit/additions", late.addition, key=message.key, visit=late.visit, insist=True)
        return ""


class KeptAddition(wire.Value):
    """An addition that waits, with the visit in which it was made."""

    visit: str
    addition: wire.Addition


class KeptRating(wire.Value):
    """A rating that waits, with the link through which it was given."""

    link: str
    rating: wire.Rating


def _first(reasons: Any) -> str:
    return str(reasons[0]) if isinstance(reasons, list) and reasons else str(reasons)


@cache
def gateway() -> Remote:
    """Return the gateway of this outer zone, as its settings say."""
    return Remote(
        Line(settings.PORTAL_UPSTREAM, settings.PORTAL_TOKEN),
        Spool(settings.PORTAL_SPOOL, settings.SECRET_KEY),
    )
