"""What customers fill in. Names the bad field in the reader's language; nothing typed is lost by it."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from open95598.foundation import phones
from open95598.foundation.errors import Invalid
from open95598.service.portal.pages import photos, receipts, topics, wire

#: before the code of a question of the triage, in the name of its field
_ASKED = "q-"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")
#: kinds that may be sent without a name, and those in which the identity may be kept secret
ANONYMOUS = ("complaint", "report", "opinion", "suggestion", "praise")
CONFIDENTIAL = ("complaint", "report")


def fresh_token() -> str:
    """Return the token of a new form: the same form sent twice is one message."""
    return secrets.token_urlsafe(24)


class Text(forms.CharField):
    """A text of a customer: unwanted characters are dropped, lines end as everywhere, too long is said in numbers."""

    def __init__(self, most: int, **more: Any) -> None:
        self.most = most
        super().__init__(**more)

    def to_python(self, value: Any) -> str:
        """Return the text as it is kept."""
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return wire.UNWANTED.sub("", text).strip()

    def validate(self, value: str) -> None:
        """Refuse a text that is too long, saying how long it is."""
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(
                _("At most %(limit)d characters; these are %(length)d. Please shorten it.")
                % {"limit": self.most, "length": len(value)}
            )


class Phone(Text):
    """A phone number, in its plain form."""

    def __init__(self, **more: Any) -> None:
        super().__init__(32, **more)

    def clean(self, value: Any) -> str:
        """Return the number without blanks and country code."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return phones.national(phones.plain(text))
        except ValueError:
            raise forms.ValidationError(_("This is not a phone number. Write the digits only.")) from None


class Photos(forms.FileField):
    """Up to three photographs."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, **more)
        self.widget = _ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> list[wire.Photo]:
        """Return the photographs, cleaned."""
        files: list[UploadedFile] = [f for f in (data or []) if f]
        if len(files) > wire.MAX_PHOTOS:
            text = ngettext("At most %(most)d photo.", "At most %(most)d photos.", wire.MAX_PHOTOS)
            raise forms.ValidationError(text % {"most": wire.MAX_PHOTOS})
        try:
            return [photos.cleaned(file, file.name or "") for file in files]
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal.fields["photos"])) from refusal


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any]) -> None:
        super().__init__({**attrs, "multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []


class CustomerForm(forms.Form):
    """A form that says above itself what is wrong in it: in the page's language and all at once, not the browser's."""

    use_required_attribute = False

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong: id of the field, its name, the reason. For the summary above the form."""
        found = []
        for name, reasons in self.errors.items():
            bound = self[name] if name in self.fields else None
            where, label = (bound.id_for_label or bound.auto_id, str(bound.label)) if bound else ("", "")
            found += [(where, label, str(reason)) for reason in reasons]
        return found

    def take(self, refusal: Invalid) -> None:
        """Show what the inner zone found wrong at the fields it names."""
        for name, reason in refusal.fields.items():
            self.add_error(name if name in self.fields else None, str(reason))
        if not refusal.fields:
            self.add_error(None, str(refusal.detail))


class TokenForm(CustomerForm):
    """A form that carries the token by which it is sent once."""

    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_token(self) -> str:
        """Return the token; one that is missing or was tampered with is made anew (the form is then sent unsecured
        against doubling, but it is sent)."""
        token = str(self.cleaned_data.get("token") or "")
        return token if _TOKEN.fullmatch(token) else fresh_token()

    def key(self, *more: str) -> str:
        """Return the idempotency key of what was sent."""
        said = [f"{n}={v}" for n, v in sorted(self.cleaned_data.items()) if isinstance(v, (str, bool)) and n != "token"]
        return receipts.key_of(self.cleaned_data["token"], *more, *said)


class ReportForm(TokenForm):
    """A report of any kind; the fields that a kind does not ask for are left out."""

    topic = forms.ChoiceField(label=gettext_lazy("What is it about?"), widget=forms.RadioSelect)
    description = Text(
        wire.MAX_DESCRIPTION, label=gettext_lazy("What happened?"), widget=forms.Textarea(attrs={"rows": 5})
    )
    area = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    place = Text(wire.MAX_PLACE, label=gettext_lazy("Address"))
    contact_name = Text(wire.MAX_NAME, label=gettext_lazy("Your name"), required=False)
    contact_phone = Phone(label=gettext_lazy("Your phone"), required=False)
    anonymous = forms.BooleanField(label=gettext_lazy("Send without my name and phone"), required=False)
    confidential = forms.BooleanField(label=gettext_lazy("Keep my identity secret"), required=False)
    by_sms = forms.BooleanField(
        label=gettext_lazy("Send me the order number by text message"), required=False, initial=True
    )
    photos = Photos(label=gettext_lazy("Photos"))

    def __init__(self, kind: str, offer: wire.Offer, data: Any = None, files: Any = None, **more: Any) -> None:
        super().__init__(data, files, **more)
        self.kind = kind
        language = get_language()
        found = offer.kind(kind)
        rows = [(t.code, t.label.in_(language)) for t in found.topics] if found else []
        topic, area = self.fields["topic"], self.fields["area"]
        assert isinstance(topic, forms.ChoiceField)
        assert isinstance(area, forms.ChoiceField)
        topic.choices = rows
        topic.required = bool(rows)
        topic.error_messages["required"] = _("Choose what comes closest.")
        area.choices = areas(offer)
        if not offer.areas:
            del self.fields["area"]
        self._questions = found.questions if found else []
        for question in self._questions:
            options = [(a.code, a.label.in_(language)) for a in question.answers]
            self.fields[f"{_ASKED}{question.code}"] = forms.ChoiceField(
                label=question.ask.in_(language), choices=[("", _("please choose")), *options], required=False
            )
        self._adapt(kind)
        for name in self.fields:
            field = self.fields[name]
            if isinstance(field, Text):
                field.widget.attrs["data-most"] = str(field.most)  # no maxlength: browsers cut silently

    def _adapt(self, kind: str) -> None:
        self.fields["place"].required = kind == "fault"
        if kind not in ("fault", "complaint", "report", "consultation"):
            for name in ("place", "area"):
                self.fields.pop(name, None)
        if kind not in ANONYMOUS:
            del self.fields["anonymous"]
        if kind not in CONFIDENTIAL:
            del self.fields["confidential"]
        texts = {
            "fault": _("What do you see? Since when?"),
            "consultation": _("Your question"),
            "opinion": _("Your opinion"),
            "suggestion": _("Your suggestion"),
            "praise": _("Whom do you praise, and for what?"),
        }
        self.fields["description"].label = texts.get(kind, _("What happened, when, and where?"))

    def clean(self) -> dict[str, Any]:
        """Ask for a phone unless it is sent without one, and for a name where one is needed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("anonymous"):
            if not cleaned.get("contact_phone") and "contact_phone" not in self.errors:
                self.add_error("contact_phone", _("We need a phone number to call you back."))
            named = cleaned.get("contact_name") or "contact_name" in self.errors
            if self.kind in ("complaint", "report") and not named:
                self.add_error("contact_name", _("We need your name, or send it without name and phone."))
        return cleaned

    @property
    def asked(self) -> list[forms.BoundField]:
        """The questions of the triage that a customer can answer (H14); none must be answered."""
        return [self[f"{_ASKED}{question.code}"] for question in self._questions]

    def _answers(self) -> dict[str, str]:
        given = {q.code: self.cleaned_data.get(f"{_ASKED}{q.code}", "") for q in self._questions}
        if given and self.data.get("danger") == "":  # the radio "no, nobody", not one that was never touched
            given |= dict([topics.NO_DANGER])
        return {code: answer for code, answer in given.items() if answer}

    def report(self) -> wire.Report:
        """Return what was filled in."""
        said = self.cleaned_data
        secret = said.get("anonymous", False)
        area = said.get("area", "")
        return wire.Report.model_construct(
            kind=self.kind,
            topic=said.get("topic", ""),
            answers=self._answers(),
            description=said["description"],
            contact_name="" if secret else said["contact_name"],
            contact_phone="" if secret else said["contact_phone"],
            area="" if area == "-" else area,
            place=said.get("place", ""),
            anonymous=secret,
            confidential=said.get("confidential", False) and not secret,
            by_sms=said["by_sms"] and not secret,
            language=spoken(),
            danger="",
            said_at=None,
            photos=said["photos"],
        )


class DangerForm(TokenForm):
    """Danger to life: as little as possible is asked, and nothing but the place and the phone is wanted."""

    danger = forms.ChoiceField(label=gettext_lazy("What is dangerous?"), widget=forms.RadioSelect, required=False)
    area = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    place = Text(wire.MAX_PLACE, label=gettext_lazy("Where exactly?"), required=False)
    contact_phone = Text(32, label=gettext_lazy("Your phone"), required=False)
    description = Text(
        wire.MAX_DESCRIPTION, label=gettext_lazy("What do you see?"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, offer: wire.Offer, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        language = get_language()
        danger, area = self.fields["danger"], self.fields["area"]
        assert isinstance(danger, forms.ChoiceField)
        assert isinstance(area, forms.ChoiceField)
        danger.choices = [(t.code, t.label.in_(language)) for t in topics.DANGERS]
        area.choices = areas(offer)
        if not offer.areas:
            del self.fields["area"]

    @property
    def says_something(self) -> bool:
        """Whether somebody could be sent: a place, or words that may name one."""
        return bool(_tidy(self.data.get("place", "")) or _tidy(self.data.get("description", "")))

    def report(self) -> wire.Report:
        """Return what was filled in, whatever is missing: what cannot be read as it should is kept in the words."""
        said = {name: _tidy(self.data.get(name, "")) for name in ("danger", "area", "place", "contact_phone",
                                                                  "description")}  # fmt: skip
        words, phone = said["description"], said["contact_phone"]
        try:
            phone = phones.national(phones.plain(phone)) if phone else ""
        except ValueError:
            words, phone = f"{_('Phone as written:')} {phone[:200]}\n{words}".strip(), ""
        if len(said["place"]) > wire.MAX_PLACE:
            words = f"{said['place'][:1000]}\n{words}"
        offered = {code for code, _label in self.fields["area"].choices} if "area" in self.fields else set()  # type: ignore[attr-defined]
        return wire.Report.model_construct(
            kind="fault",
            topic="",
            answers={},
            danger=said["danger"] if topics.danger(said["danger"]) else "other",
            description=words[: wire.MAX_DESCRIPTION],
            contact_name="",
            contact_phone=phone,
            area=said["area"] if said["area"] in offered - {"", "-"} else "",
            place=said["place"][: wire.MAX_PLACE],
            anonymous=False,
            confidential=False,
            by_sms=bool(phone),
            language=spoken(),
            said_at=None,
            photos=[],
        )


class FollowForm(CustomerForm):
    """Number and phone of an order that somebody wants to follow."""

    number = Text(60, label=gettext_lazy("Order number"))
    phone = Phone(label=gettext_lazy("Phone that you gave with it"))

    def clean_phone(self) -> str:
        """Codes go out as text messages: a fixed line cannot get one."""
        phone: str = self.cleaned_data["phone"]
        if not phones.is_mobile(phone):
            raise forms.ValidationError(_("We can send a code to mobile numbers only. For others, please call us."))
        return phone


class CodeForm(CustomerForm):
    """The code that came by text message."""

    code = Text(
        12, label=gettext_lazy("Code by SMS"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9 ]*"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Return the digits alone."""
        wide = str.maketrans("０１２３４５６７８９", "0123456789")
        return "".join(self.cleaned_data["code"].translate(wide).split())


class ReceiptForm(CustomerForm):
    """The receipt code of a message that was kept."""

    receipt = Text(24, label=gettext_lazy("Receipt code"))


class AddForm(TokenForm):
    """A word or a photograph for an order."""

    text = Text(wire.MAX_WORDS, label=gettext_lazy("What would you like to add?"), required=False,
                widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
    photos = Photos(label=gettext_lazy("Photos"))

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("text") and not cleaned.get("photos"):
            self.add_error("text", _("Write something or add a photo."))
        return cleaned


class ChooseForm(TokenForm):
    """A choice with words: why one urges, how one rates."""

    choice = forms.ChoiceField(widget=forms.RadioSelect)
    text = Text(wire.MAX_WORDS, label=gettext_lazy("In your own words (optional)"), required=False,
                widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip

    def __init__(self, label: str, options: list[wire.Option], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        field.label = label
        field.choices = [(o.code, o.label.in_(get_language())) for o in options]


class RatingForm(TokenForm):
    """What a customer says through a one-time link: is it settled, how did we do, in which words."""

    solved = forms.ChoiceField(widget=forms.RadioSelect)
    choice = forms.ChoiceField(label=gettext_lazy("How satisfied are you with us?"), widget=forms.RadioSelect)
    text = Text(500, label=gettext_lazy("In your own words (optional)"), required=False,
                widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip

    def __init__(self, kind: str, ratings: list[wire.Option], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        solved, choice = self.fields["solved"], self.fields["choice"]
        assert isinstance(solved, forms.ChoiceField)
        assert isinstance(choice, forms.ChoiceField)
        fault = kind == "fault"
        solved.label = _("Is your power back?") if fault else _("Has the matter been settled?")
        no = _("No, still without power") if fault else _("No, not yet")
        solved.choices = [("yes", _("Yes")), ("no", no)]
        choice.choices = [(o.code, o.label.in_(get_language())) for o in ratings]


class WithdrawForm(TokenForm):
    """Why somebody withdraws an order."""

    text = Text(wire.MAX_WORDS, label=gettext_lazy("Why? (optional)"), required=False,
                widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip


def areas(offer: wire.Offer) -> list[tuple[str, str]]:
    """Return the areas to choose from; none of them is a choice too."""
    names = [(name, name) for name in offer.areas]
    return [("", _("please choose")), *names, ("-", _("another, or not sure"))]


def spoken() -> Any:
    """Return the language that the customer reads: ``zh`` or ``en``."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def _tidy(value: Any) -> str:
    return wire.UNWANTED.sub("", str(value).replace("\r\n", "\n")).strip()
