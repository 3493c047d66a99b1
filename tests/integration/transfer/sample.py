"""A real importer over a table that every installation has: each row becomes a journal stream's head."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from open95598.foundation.errors import Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Rights
from open95598.foundation.transfer import exports, importers
from open95598.foundation.transfer.importers import Context, Field, Parsed
from open95598.foundation.transfer.writing import Column


class Streams:
    """Creates ``Stream`` rows keyed ``sample/<external id or row>``; ``pause`` seconds a batch."""

    name = "sample-streams"
    label = "Streams"
    fields = (
        Field("external_id", "Number", "digits", synonyms=("留言编号", "编号"), max_length=40),
        Field("text", "Text", required=True, synonyms=("内容", "留言详情"), max_length=500),
        Field("at", "Time", "datetime", synonyms=("时间", "留言时间")),
    )
    pause = 0.0

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        return {r.number: Refused("no", fields={"text": "says bad"}) for r in rows if r.values["text"] == "bad"}

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        time.sleep(self.pause)
        if any(r.values["text"] == "explode" for r in rows):
            raise Refused("cannot be created")
        made = [Stream(key=f"sample/{r.values.get('external_id') or r.number}") for r in rows]
        Stream.objects.bulk_create(made)
        return [s.key for s in made]


IMPORTER = Streams()
importers.add(IMPORTER)


def people_list(rights: Rights, params: Any) -> Any:
    return Person.objects.filter(username__startswith=params.get("begins", "")).order_by("pk")


LISTING = exports.Listing(
    name="sample.people",
    title="人员",
    columns=lambda: [
        Column("username", "账号"),
        Column("name", "姓名", personal="name"),
        Column("phone", "电话", personal="phone"),
    ],
    query=people_list,
    record=lambda person: {"username": person.username, "name": person.name, "phone": person.phone},
)
exports.add(LISTING)
