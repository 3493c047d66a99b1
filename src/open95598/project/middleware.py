"""What happens to every request before anything else: whose address it is, and what its page may load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def client_address(forwarded: str, peer: str, proxies: int) -> str:
    """Return the client's address: the entry that the outermost of ``proxies`` trusted proxies wrote.

    ``forwarded`` is the X-Forwarded-For header (each proxy adds its peer at the right), ``peer`` the connection's own
    address. What a client writes into the header itself stands further left and is never believed.
    """
    known = [part.strip() for part in forwarded.split(",") if part.strip()]
    if proxies <= 0 or not known:
        return peer
    return known[-min(proxies, len(known))]


def front_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Set ``REMOTE_ADDR`` to the client's address, and the content policy on every answer that has none."""
    policy = "; ".join(f"{name} {value}" for name, value in settings.CONTENT_SECURITY_POLICY.items())
    proxies = settings.TRUSTED_PROXIES

    def middleware(request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("HTTP_X_FORWARDED_FOR", ""), request.META.get("REMOTE_ADDR", ""), proxies
        )
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        return response

    return middleware
