"""The rows of a rulebook about the web chat: when it is manned, how long one waits, what is said by a key. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.words import Label


@dataclass(frozen=True)
class ChatTopic:
    """What a customer says that it is about; ``kind``: the kind of order that a message left about it becomes;
    ``skill``: who is offered it first ("": anybody)."""

    code: str
    label: Label
    kind: str
    source: str = ""
    skill: str = ""


@dataclass(frozen=True)
class ChatSkill:
    """Something that agents can be good at."""

    code: str
    label: Label
    source: str = ""


@dataclass(frozen=True)
class ChatPhrase:
    """Words that an agent inserts by their key (``/hello``)."""

    code: str
    label: Label
    text: Label
    source: str = ""


@dataclass(frozen=True)
class ChatRules:
    """What a rulebook says about the chat. Times of day are minutes after midnight in the utility's zone.

    Open while the calendar works (``""``: every day) between ``opens`` and ``closes``. Spans in seconds.
    """

    calendar: str = ""
    opens: int = 8 * 60
    closes: int = 22 * 60
    #: somebody should have taken the chat by then; before that, from ``warn`` on, it is marked
    answer: int = 60
    warn: int = 40
    #: from then on the customer is offered to leave a message instead of waiting
    patience: int = 180
    #: chats that one agent leads at a time; chats that wait from one address at a time
    at_once: int = 4
    per_address: int = 3
    #: an agent whose screens were silent for so long is gone; a waiting customer too
    agent_silent: int = 90
    customer_silent: int = 180
    #: how long one conversation takes while no figures are there
    usual: int = 480
    #: for so long a chat is offered to those with its topic's skill only, while any of them is there
    skill_wait: int = 30
    skills: tuple[ChatSkill, ...] = ()
    topics: tuple[ChatTopic, ...] = ()
    phrases: tuple[ChatPhrase, ...] = ()
    source: str = ""

    def topic(self, code: str) -> ChatTopic | None:
        """Return a topic by its code."""
        return next((topic for topic in self.topics if topic.code == code), None)
