"""What a browser remembers for a room's public pages: short-lived, out of reach of scripts, sent to one path alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Jar:
    """The cookies of one path. ``lives``: how long each counts (seconds); ``longest``: characters read of one."""

    path: str
    lives: Mapping[str, int]
    longest: int = 200

    def put(self, request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
        """Let the browser remember a value for as long as it counts."""
        response.set_cookie(
            name, value, max_age=self.lives[name], path=self.path, httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip

    def get(self, request: HttpRequest, name: str) -> str:
        """Return what the browser remembers; "" when nothing."""
        return request.COOKIES.get(name, "")[: self.longest]

    def forget(self, response: HttpResponse, *names: str) -> None:
        """Let the browser forget."""
        for name in names:
            response.delete_cookie(name, path=self.path, samesite="Lax")
