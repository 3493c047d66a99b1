"""The living page of all components, in all their states (demonstration and development only)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(request, "web/styleguide.html", {})


def answer_form(request: HttpRequest) -> HttpResponse:
    """Answer the page's form."""
    return HttpResponse("")
