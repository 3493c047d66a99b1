"""The pages of the business calendars: a year as months, hours of a day and of the week."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from open95598.foundation.calendars import queries, services, store
from open95598.foundation.calendars.arithmetic import format_intervals
from open95598.foundation.calendars.models import DayKind
from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.people.decorators import needs, signed_in
from open95598.foundation.people.policy import Permission


def _year_url(name: str, year: int) -> str:
    return reverse("calendars:year", args=[name, year])


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(_("There is no such day.")) from None


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Lead to the calendar of the person's own unit, in the current year."""
    today = request.now.astimezone(store.get(store.DEFAULT).zone)  # type: ignore[attr-defined]
    own = request.user.unit.calendar  # type: ignore[union-attr]
    return redirect(_year_url(own if own in queries.names() else store.DEFAULT, today.year))


@signed_in
def year(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Show a year of a calendar; who may manage calendars finds the forms beside it."""
    return _show(request, name, year)


@needs(Permission.CALENDAR_MANAGE)
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, name: str, day: str) -> HttpResponse:
    """Show one day's form, or change the day: hours of its own, or (``clear``) its weekday's hours again."""
    at = _date(day)
    if request.method == "GET":
        return _show(request, name, at.year, at)
    services.must_manage(request.rights)  # type: ignore[attr-defined]
    posted, now = request.POST, request.now  # type: ignore[attr-defined]
    try:
        if "clear" in posted:
            services.clear_day(name, at, request.user, now)  # type: ignore[arg-type]
        else:
            hours, note, kind = (posted.get(field, "").strip() for field in ("intervals", "note", "kind"))
            services.set_day(name, at, hours, note, kind, request.user, now)  # type: ignore[arg-type]
    except Invalid as bad:
        return _show(request, name, at.year, at, bad)
    return redirect(f"{_year_url(name, at.year)}#m{at.month}")


@needs(Permission.CALENDAR_MANAGE)
@require_POST
def week(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Change the weekly pattern."""
    services.must_manage(request.rights)  # type: ignore[attr-defined]
    texts = [request.POST.get(f"day{number}", "") for number in range(7)]
    try:
        services.set_weekly(name, texts, request.user, request.now)  # type: ignore[arg-type,attr-defined]
    except Invalid as bad:
        return _show(request, name, year, None, bad, texts)
    return redirect(_year_url(name, year))


@needs(Permission.CALENDAR_MANAGE)
@require_POST
def seed(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Put the statutory holidays and swapped workdays of the year into the calendar."""
    services.must_manage(request.rights)  # type: ignore[attr-defined]
    services.seed(name, year, request.user, request.now)  # type: ignore[arg-type,attr-defined]
    return redirect(_year_url(name, year))


def _show(
    request: HttpRequest,
    name: str,
    number: int,
    chosen: date | None = None,
    bad: Invalid | None = None,
    texts: list[str] | None = None,
) -> HttpResponse:
    if not 1970 <= number <= 2200:
        raise NotFound(_("There is no such year."))
    page = queries.year(name, number)
    weekly = texts or [format_intervals(intervals) for intervals in page.calendar.weekly]
    found = next((d for m in page.months for w in m.weeks for d in w if d.date == chosen and d.in_month), None)
    errors = bad.fields if bad else {}
    posted = request.POST if bad and chosen else None
    context = {
        "year": page,
        "names": queries.names(),
        "may_manage": request.rights.anywhere(Permission.CALENDAR_MANAGE),  # type: ignore[attr-defined]
        "weekly": [(f"day{i}", date(2024, 1, 1 + i), text, errors.get(f"day{i}")) for i, text in enumerate(weekly)],
        "day": found,
        "form": {
            "intervals": posted.get("intervals", "") if posted else found.hours if found else "",
            "kind": posted.get("kind", "") if posted else found.kind if found else "",
            "note": posted.get("note", "") if posted else found.note if found else "",
        },
        "errors": errors,
        "kinds": DayKind.choices,
        "previous": number - 1,
        "next": number + 1,
    }
    return render(request, "calendars/year.html", context, status=422 if bad else 200)
