"""What crosses the interface between the outer and the inner zone, as values. Pure: no Django, no clock.

The API takes and gives these as JSON, the in-process gateway as they are, the spool keeps them until they can cross.
Times are aware UTC. Codes of kinds, topics and choices are those of the inner zone's rulebook and flows.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

#: longest texts, in characters
MAX_DESCRIPTION = 6000
MAX_WORDS = 3000
MAX_NAME = 40
MAX_PLACE = 200
#: photographs with one message, and bytes of each after it was cleaned
MAX_PHOTOS = 3
MAX_PHOTO = 900_000

Kind = Literal["fault", "complaint", "report", "opinion", "suggestion", "consultation", "praise"]
#: "" no danger; the others name what endangers people
Danger = Literal["", "shock", "wire", "fire", "live", "other"]
#: what no text needs: control characters, and marks that turn the direction of what follows
UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _tidied(text: Any) -> Any:
    return UNWANTED.sub("", text) if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_tidied), StringConstraints(strip_whitespace=True)]
Code = Annotated[Text, StringConstraints(max_length=64)]


def _written(moment: Any) -> Any:
    if isinstance(moment, int | float):
        raise ValueError("a moment is written with its date, time and zone")
    return moment


Sent = Annotated[AwareDatetime, BeforeValidator(_written)]


class Value(BaseModel):
    """A value of the interface: never changed, unknown members are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Value):
    """A name in both languages."""

    zh: str
    en: str

    def in_(self, language: str | None) -> str:
        """Return the name for a language code; anything that is not English gives Chinese."""
        return self.en if (language or "").startswith("en") else self.zh


class Photo(Value):
    """A photograph, cleaned: a JPEG without anything but the picture."""

    name: Annotated[Text, StringConstraints(max_length=120)] = "photo.jpg"
    content: Annotated[Base64Bytes, Field(max_length=MAX_PHOTO)]


class Report(Value):
    """What a customer sends. ``said_at``: when they sent it, if it waited in the outer zone since.

    ``area`` is the name of one of the offered areas, ``place`` what leads to the door from there.
    """

    kind: Kind
    topic: Code = ""
    #: what was answered to the offered questions of the triage: code of the answer by code of the question
    answers: Annotated[dict[Code, Code], Field(max_length=20)] = {}
    description: Annotated[Text, StringConstraints(max_length=MAX_DESCRIPTION)]
    contact_name: Annotated[Text, StringConstraints(max_length=MAX_NAME)] = ""
    contact_phone: Annotated[Text, StringConstraints(max_length=32)] = ""
    area: Annotated[Text, StringConstraints(max_length=80)] = ""
    place: Annotated[Text, StringConstraints(max_length=MAX_PLACE)] = ""
    danger: Danger = ""
    anonymous: StrictBool = False
    confidential: StrictBool = False
    #: the customer wants the number, and news of this order, by text message
    by_sms: StrictBool = False
    language: Literal["zh", "en"] = "zh"
    said_at: Sent | None = None
    photos: Annotated[list[Photo], Field(max_length=MAX_PHOTOS)] = []


class Step(Value):
    """What comes next, and by when: a promised moment of an order (``contact``, ``arrive``, ``restore``,
    ``progress``, ``answer``)."""

    code: str
    due_at: AwareDatetime
    overdue: bool = False


class Registered(Value):
    """What became of a report: the order's number, and what comes next."""

    number: str
    receipt: str
    kind: str
    danger: bool
    steps: list[Step] = []
    #: whether the order can be followed with number and phone
    follow: bool = False


class Kept(Value):
    """The inner zone is away: the message lies safely in the outer one and is passed on later."""

    receipt: str
    danger: bool = False


class AskCode(Value):
    """Somebody wants to follow an order and names its number and the phone that was given with it."""

    number: Annotated[Text, StringConstraints(min_length=1, max_length=60)]
    phone: Annotated[Text, StringConstraints(min_length=1, max_length=32)]
    language: Literal["zh", "en"] = "zh"


class Asked(Value):
    """The answer to ``AskCode``: the same whether there is such an order or not."""

    challenge: str
    expires_at: AwareDatetime


class GiveCode(Value):
    """The code that came by text message."""

    challenge: Code
    code: Annotated[Text, StringConstraints(max_length=16)]


class Opened(Value):
    """A visit to one order: whoever holds the token may see and do what its customer may."""

    token: str
    expires_at: AwareDatetime


class Addition(Value):
    """A word or a photograph that a customer adds to their order."""

    text: Annotated[Text, StringConstraints(max_length=MAX_WORDS)] = ""
    photos: Annotated[list[Photo], Field(max_length=MAX_PHOTOS)] = []
    said_at: Sent | None = None


class Choose(Value):
    """A chosen code (a reason for urging, a rating) with words of one's own."""

    choice: Code
    text: Annotated[Text, StringConstraints(max_length=MAX_WORDS)] = ""


class Wish(Value):
    """The wish to withdraw, and why."""

    text: Annotated[Text, StringConstraints(max_length=MAX_WORDS)] = ""


class RatingView(Value):
    """What a rating's one-time link is about: nothing personal, no number. ``day``: when it was reported."""

    kind: Code
    label: Words
    day: date


class Rating(Value):
    """What a customer says through a one-time link: whether it is settled, how satisfied they are, in which words."""

    solved: Literal["yes", "no"]
    choice: Code
    text: Annotated[Text, StringConstraints(max_length=MAX_WORDS)] = ""
    said_at: Sent | None = None


class Done(Value):
    """What was done: ``withdrawn``, ``asked`` (the handler decides), ``added``, ``kept`` (to be added when the inner
    zone is back), ``urged``, ``rated``; of a link's rating ``thanks``, ``again`` (it is handled again), ``call``
    (somebody calls)."""

    outcome: str


class Moment(Value):
    """Something that happened to an order."""

    code: str
    at: AwareDatetime


class Said(Value):
    """Something that the customer added."""

    at: AwareDatetime
    text: str


class OrderView(Value):
    """An order as its customer sees it. ``urge_refused`` says why it cannot be urged now."""

    number: str
    kind: str
    label: Words
    phase: Literal["received", "passed_on", "in_hand", "checking", "answered", "closed", "withdrawn"]
    danger: bool = False
    suspended: bool = False
    unit: str = ""
    moments: list[Moment] = []
    steps: list[Step] = []
    answer: str = ""
    additions: list[Said] = []
    urges: int = 0
    rating: str = ""
    may_add: bool = False
    may_urge: bool = False
    urge_refused: str = ""
    may_rate: bool = False
    #: ``now``: it ends at once; ``ask``: the handler is asked; "": neither
    may_withdraw: Literal["", "now", "ask"] = ""
    #: why it does not end at once, in the page's language
    withdraw_why: str = ""
    seen_at: AwareDatetime


class Option(Value):
    """Something to choose."""

    code: str
    label: Words


class Promise(Value):
    """A limit of the rulebook: minutes round the clock, or working days; ``area``: where it counts ("" anywhere)."""

    code: str
    area: str = ""
    minutes: int = 0
    working_days: int = 0


class Question(Value):
    """A question of the triage that customers can answer themselves (H14)."""

    code: Code
    ask: Words
    answers: list[Option]


class KindOffer(Value):
    """A kind of order that customers may send: its topics, what is asked of it, and what they are promised."""

    kind: Kind
    label: Words
    topics: list[Option] = []
    questions: list[Question] = []
    promises: list[Promise] = []


class Offer(Value):
    """Everything the pages need of the inner zone to be shown."""

    utility: Words
    hotline: str
    kinds: list[KindOffer]
    areas: list[str] = []
    ratings: list[Option] = []
    urge_reasons: list[Option] = []
    made_at: datetime | None = None

    def kind(self, code: str) -> KindOffer | None:
        """Return what is offered of a kind, None when it is not."""
        return next((k for k in self.kinds if k.kind == code), None)
