"""What a room declares so that its things can be imported, and the register of these declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.people.models import Person
from open95598.foundation.transfer import values

Kind = Literal["text", "digits", "datetime", "date", "int", "decimal", "yesno"]


@dataclass(frozen=True)
class Field:
    """A field that rows can fill. ``label`` may be lazy gettext; ``synonyms`` are headers people use for it.

    ``check`` gets the parsed value, returns what is to be stored and raises ``ValueError`` with a reason otherwise.
    ``max_length`` counts characters. A field named ``external_id`` is the key that keeps rows from coming in twice.
    """

    name: str
    label: Any
    kind: Kind = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    max_length: int | None = None
    check: Callable[[Any], Any] | None = None
    help: Any = ""

    def parse(self, value: Any, zone: ZoneInfo, formats: Sequence[str] = ()) -> Any:
        """Return the value for storing; None for an empty cell. Raises ``ValueError`` with a reason."""
        if value is None or (isinstance(value, str) and not value.strip()):
            if self.required:
                raise ValueError(_("must not be empty"))
            return None
        match self.kind:
            case "text":
                parsed: Any = values.as_text(value)
            case "digits":
                parsed = values.as_digits(value)
            case "datetime":
                parsed = values.as_datetime(value, zone, formats)
            case "date":
                parsed = values.as_date(value, formats)
            case "int":
                parsed = values.as_int(value)
            case "decimal":
                parsed = values.as_decimal(value)
            case "yesno":
                parsed = values.as_yesno(value)
        if self.max_length is not None and isinstance(parsed, str) and len(parsed) > self.max_length:
            raise ValueError(_("is longer than %(limit)s characters") % {"limit": self.max_length})
        return self.check(parsed) if self.check else parsed


@dataclass(frozen=True)
class Parsed:
    """A row that has passed its fields: ``number`` in the sheet, ``key`` that it has for ever, values by field."""

    number: int
    key: str
    content: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What a row changes of something that is there: the field's name, what it was and what it becomes.

    Both as people may read them who import: personal values masked.
    """

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Found:
    """What an import found of the whole that was brought in: its kind (a code of the importer's), about what, more.

    No refusal: the rows are in, and somebody is to look.
    """

    kind: str
    about: str
    text: str = ""


@dataclass(frozen=True)
class Context:
    """For whom and when an import runs. ``person`` is None for the command line without a name."""

    person: Person | None
    now: datetime
    run_id: int
    options: Mapping[str, Any] = field(default_factory=dict)


class Importer(Protocol):
    """What the engine needs of a room. Declare one and hand it to ``add`` in the room's ``AppConfig.ready``."""

    #: the word on the command line and in addresses
    name: str
    #: what the page calls it (lazy gettext)
    label: Any
    fields: Sequence[Field]
    # ``batch``, where an importer has it: how many rows make a transaction.
    # ``compare_many(rows, context) -> Mapping[int, Sequence[Change]]``, where an importer has it: what each row would
    # change of the thing that it names (nothing: it is as the row says); rows of new things are left out. Such an
    # importer brings things up to date: its rows may come in again as often as one likes, and leave no marks.

    # ``gather(rows, context)`` and ``finish(context, *, trial) -> Sequence[Found]``, where an importer has both: rows
    # that mean something only together, as a grid does. Each batch is gathered, on trial as well; at the end all of
    # them are brought in at once (on trial looked at), and what is found of the whole is told. ``create_many`` is not
    # called; ``found_labels`` names the kinds of findings. A run that was killed may gather a batch again.

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return refusals by row number without writing anything; what a dry run shows."""

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Create one thing a row, in the caller's transaction; return for each its id as text, or its refusal.

        A ``Refused`` raised rolls all of them back; the engine then tries the rows one by one.
        """


_importers: dict[str, Importer] = {}


def add(importer: Importer) -> None:
    """Register an importer. Raises ``ValueError`` when another one has its name or two fields share theirs."""
    if _importers.get(importer.name, importer) is not importer:
        raise ValueError(f"two importers are called {importer.name}")
    names = [f.name for f in importer.fields]
    if len(set(names)) != len(names):
        raise ValueError(f"importer {importer.name}: a field occurs twice")
    _importers[importer.name] = importer


def get(name: str) -> Importer:
    """Return an importer by name. Raises ``NotFound``."""
    try:
        return _importers[name]
    except KeyError:
        known = "、".join(sorted(_importers))
        raise NotFound(
            _("There is no import “%(name)s”; there are: %(known)s") % {"name": name, "known": known}
        ) from None


def every() -> list[Importer]:
    """Return all importers by name."""
    return [_importers[name] for name in sorted(_importers)]
