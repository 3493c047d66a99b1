"""Questions to the billing system over HTTP: the feed behind a position, the snapshot behind an account."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import httpx
import orjson

from open95598.exchange.cis.config import Config

#: bytes of an answer, at most
LARGEST = 32 * 1024 * 1024


class Away(Exception):
    """The billing system cannot be asked now, or says no; in words for operators, without what it said."""


class TooOld(Exception):
    """The feed no longer holds what is behind our position."""


@cache
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class Cis:
    """A connection to the billing system, kept open. ``transport``: another way to it (tests)."""

    def __init__(self, config: Config, transport: httpx.BaseTransport | None = None) -> None:
        self._page = config.page
        headers = {"Authorization": f"Bearer {config.token}"} if config.token else {}
        self._client = httpx.Client(
            base_url=config.url, timeout=config.timeout, headers={"User-Agent": "open95598"} | headers,
            verify=_trust(), trust_env=False, follow_redirects=False, transport=transport,
        )  # fmt: skip

    def feed(self, after: int) -> Any:
        """Return the page of changes behind a position, as JSON gave it. Raises ``Away``, ``TooOld``."""
        return self._get("/changes", {"after": after, "limit": self._page})

    def snapshot(self, after: str) -> Any:
        """Return the page of accounts behind a number ("": the first). Raises ``Away``."""
        return self._get("/snapshot", {"after": after, "limit": self._page})

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _get(self, path: str, query: dict[str, Any]) -> Any:
        try:
            with self._client.stream("GET", path, params=query) as answer:
                if answer.status_code == httpx.codes.GONE:
                    raise TooOld
                if answer.status_code != httpx.codes.OK:
                    raise Away(f"{path}: HTTP {answer.status_code}")
                body = bytearray()
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise Away(f"{path}: more than {LARGEST} bytes")
        except httpx.HTTPError as problem:
            raise Away(f"{path}: {type(problem).__name__}") from problem
        try:
            return orjson.loads(bytes(body))
        except orjson.JSONDecodeError as problem:
            raise Away(f"{path}: no JSON") from problem
