"""The page on which somebody types the code that came to their phone; of every room that sends one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from open95598.foundation.errors import Invalid
from open95598.service.portal.pages.forms import CodeForm
from open95598.service.portal.pages.jar import Jar
from open95598.service.portal.pages.layout import page, within_limit

#: what may be opened by a code that fits: ``exchange(challenge, code) -> (token, address to go to)``
Exchange = Callable[[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Proving:
    """Where a room keeps challenge and visit in the browser, what its page is, where one begins, what is counted."""

    jar: Jar
    challenge: str
    visit: str
    template: str
    begin: str
    limit: str

    def take(self, request: HttpRequest, exchange: Exchange) -> HttpResponse:
        """Show the form, or take the code: one that fits opens a visit. ``exchange`` raises ``Invalid`` for others."""
        challenge = self.jar.get(request, self.challenge)
        if not challenge:
            return redirect(self.begin)
        if request.method != "POST":
            return page(request, self.template, {"form": CodeForm()})
        within_limit(request, self.limit)
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                token, address = exchange(challenge, form.cleaned_data["code"])
            except Invalid as refusal:
                form.take(refusal)
            else:
                response = redirect(address)
                self.jar.put(request, response, self.visit, token)
                self.jar.forget(response, self.challenge)
                return response
        return page(request, self.template, {"form": form}, 422)
