"""A Django form from declared input fields (``casework.flow.Input`` and anything shaped like it)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open95598.foundation.words import Label

#: gives the choices of a field: ``choices(input) -> pairs of code and label``; for ``choices`` that name a list, and
#: for the types category, unit and person
ChoicesOf = Callable[[Any], Iterable[tuple[Any, Any]]]

_PHONE = RegexValidator(r"^\+?[0-9][0-9 \-]{2,30}$", _("Write the telephone number in digits, e.g. 13800001234."))


def _words(value: Any) -> str:
    return "" if value is None else value.in_(get_language()) if isinstance(value, Label) else str(value)


class LocalDateTime(forms.DateTimeInput):
    """The browser's own field for day and time, in the utility's zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _pairs(field: Any, choices_of: ChoicesOf | None) -> list[tuple[str, str]]:
    given = field.choices
    if isinstance(given, str) or not given:
        if choices_of is None:
            raise ValueError(f"input {field.name!r} needs choices_of")
        given = choices_of(field)
    return [(str(code), _words(label)) for code, label in given]


def _datetime(common: dict[str, Any], _field: Any, _of: ChoicesOf | None) -> forms.Field:
    return forms.DateTimeField(widget=LocalDateTime(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **common)


def _choice(common: dict[str, Any], field: Any, choices_of: ChoicesOf | None) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *_pairs(field, choices_of)], **common)


def _reference(common: dict[str, Any], field: Any, choices_of: ChoicesOf | None) -> forms.Field:
    return forms.TypedChoiceField(
        choices=[("", "—"), *_pairs(field, choices_of)], coerce=int, empty_value=None, **common
    )


def _text(common: dict[str, Any], field: Any, _of: ChoicesOf | None) -> forms.Field:
    return forms.CharField(max_length=getattr(field, "max_length", 0) or 200, **common)


def _long_text(common: dict[str, Any], field: Any, _of: ChoicesOf | None) -> forms.Field:
    limit = getattr(field, "max_length", 0) or 4000
    return forms.CharField(max_length=limit, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _phone(common: dict[str, Any], _field: Any, _of: ChoicesOf | None) -> forms.Field:
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})
    return forms.CharField(max_length=32, validators=[_PHONE], widget=widget, **common)


def _integer(common: dict[str, Any], field: Any, _of: ChoicesOf | None) -> forms.Field:
    return forms.IntegerField(
        min_value=getattr(field, "minimum", None), max_value=getattr(field, "maximum", None), **common
    )


def _boolean(common: dict[str, Any], _field: Any, _of: ChoicesOf | None) -> forms.Field:
    return forms.BooleanField(**{**common, "required": False})


def _file(common: dict[str, Any], _field: Any, _of: ChoicesOf | None) -> forms.Field:
    return forms.FileField(**common)


#: type of an input → what makes its field; several names for one thing are welcome
MAKERS: Mapping[str, Callable[[dict[str, Any], Any, ChoicesOf | None], forms.Field]] = {
    "text": _text, "long_text": _long_text, "longtext": _long_text, "phone": _phone, "choice": _choice,
    "category": _choice, "tree": _choice, "unit": _reference, "person": _reference, "datetime": _datetime,
    "integer": _integer, "int": _integer, "boolean": _boolean, "bool": _boolean, "file": _file,
}  # fmt: skip


class InputForm(forms.Form):
    """A form of declared fields. ``cleaned_data`` is what the action takes: aware times, ids as ints."""

    use_required_attribute = True

    def clean(self) -> dict[str, Any]:
        """Leave fields out that were not filled in and need not be, so that absent means absent."""
        cleaned = super().clean() or {}
        return {name: value for name, value in cleaned.items() if value not in (None, "")}


def build(
    inputs: Iterable[Any], data: Any = None, files: Any = None, *, choices_of: ChoicesOf | None = None,
    initial: Mapping[str, Any] | None = None, prefix: str | None = None,
) -> InputForm:  # fmt: skip
    """Return a form for declared inputs (``name, type, label, required, choices, max_length, help, default``).

    Times are read and shown in the utility's zone and come out aware. Raises ``KeyError`` for an unknown type and
    ``ValueError`` when a field needs ``choices_of`` and none was given.
    """
    declared: dict[str, Any] = {}
    for field in inputs:
        common = {
            "required": bool(getattr(field, "required", True)),
            "label": _words(field.label),
            "help_text": _words(getattr(field, "help", None)),
            "initial": getattr(field, "default", None),
        }
        declared[field.name] = MAKERS[str(field.type)](common, field, choices_of)
    kind = type("DeclaredForm", (InputForm,), declared)
    form: InputForm = kind(data, files, initial=dict(initial or {}), prefix=prefix)
    return form
