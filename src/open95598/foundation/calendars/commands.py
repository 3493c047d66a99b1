"""``open95598 calendar seed|show``."""

from __future__ import annotations

from datetime import date

import typer


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    calendar = typer.Typer(no_args_is_help=True, help="Business calendars: working hours, holidays, swapped workdays.")
    app.add_typer(calendar, name="calendar")

    @calendar.command()
    def seed(
        year: int = typer.Argument(..., help="The year, e.g. 2026."),
        name: str = typer.Option("cn", help="The calendar."),
    ) -> None:
        """Put a year's statutory holidays and swapped workdays into a calendar; days set by hand stay."""
        from open95598.foundation import clock
        from open95598.foundation.calendars import services

        days, settled = services.seed(name, year, None, clock.now())
        print(f"{name} {year}: {days} days" + ("" if settled else " (provisional: not published yet)"))

    @calendar.command()
    def show(
        year: int = typer.Argument(..., help="The year, e.g. 2026."),
        name: str = typer.Option("cn", help="The calendar."),
    ) -> None:
        """List the days of a year that differ from the weekly pattern."""
        from open95598.foundation.calendars import queries
        from open95598.foundation.calendars.arithmetic import format_intervals

        page = queries.year(name, year)
        print(f"{name} {year}" + (" (provisional)" if page.provisional else ""))
        for number, intervals in enumerate(page.calendar.weekly):
            print(f"  {date(2024, 1, 1 + number):%a}  {format_intervals(intervals) or '-'}")
        for day in page.special_days():
            hours = format_intervals(day.intervals) or "-"
            print(f"  {day.date:%Y-%m-%d %a}  {day.kind:<8}  {hours}  {day.note}")
