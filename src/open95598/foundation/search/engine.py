"""The index: terms of documents in, the best documents for a question out. No Django, no texts, no domain.

A document's *class* is everything by which it may be left out: source, kind, category, audience, lineage. An index has
few classes beside documents, so rights and filters are decided once per class; what is left is a set of classes.
A question that may see all of them runs unfiltered, which lets tantivy skip what cannot reach the best; otherwise the
best are taken and those of other classes dropped, and only when too few remain the filter goes into the query.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from open95598.foundation.search.analyser import Analyser, Asked, Wanted
from open95598.foundation.search.documents import Document

#: raised when what lies in an index changes its meaning: older ones are then made again
FORMAT = 1
FIELDS = ("w", "g", "y")
#: bytes that the writer collects before it writes a segment (tantivy wants 15 MB at least)
HEAP = 64_000_000
#: terms of a question that are looked up at most: the rarest ones. A short question (so many terms, with all that
#: mean the same) needs few; a whole message says what it is about in many
SHORT, MOST_OF_SHORT, MOST_TERMS = 80, 24, 128
#: documents that the terms of a search may have together: in a large index the commonest terms of a question, which
#: tell least, take no part in choosing the candidates (the second look weighs them)
POSTINGS = 30_000
#: with so many classes or fewer a filter is a union of terms, else a set
_FEW = 12
#: terms of which a view remembers in how many documents they are
_REMEMBERED = 200_000


@dataclass(frozen=True)
class Class:
    """What documents have in common as far as finding them is decided."""

    source: str
    kind: str
    category: tuple[str, ...]
    audience: tuple[str, ...]
    lineage: tuple[int, ...]
    inherited: bool

    @classmethod
    def of(cls, document: Document) -> Class:
        """Return the class of a document."""
        return cls(
            document.source, document.kind, document.category, document.audience, document.lineage, document.inherited
        )

    def text(self) -> str:
        """Return it as it stands in the index."""
        parts = [self.source, self.kind, self.category, self.audience, self.lineage, self.inherited]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Class:
        """Return the class that ``text`` made the text of."""
        source, kind, category, audience, lineage, inherited = json.loads(text)
        return cls(source, kind, tuple(category), tuple(audience), tuple(lineage), inherited)


def _row(document: Document, terms: Mapping[str, Sequence[str]]) -> Any:
    row = tantivy.Document()
    text = Class.of(document).text()
    row.add_text("key", document.key)
    row.add_text("source", document.source)
    row.add_text("class", text)
    row.add_unsigned("class_number", _number(text))
    row.add_integer("id", document.id)
    for field, its in terms.items():
        row.add_text(field, " ".join(its))
    return row


def _number(text: str) -> int:
    """Return a number for a class: 52 bits, which tantivy's aggregations (of floating point) keep exact."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 12


@dataclass(frozen=True)
class Match:
    """A document that was found: its source and id, and what its terms weigh together."""

    source: str
    id: int
    score: float


Allowed = Callable[[Class], bool]


class Index:
    """An index in a folder, or in memory (``path`` None). Readers call ``reload`` to see what the writer committed."""

    def __init__(self, path: Path | None = None) -> None:
        self._schema = _schema()
        if path is not None:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=str(path) if path is not None else None)
        self._index.register_tokenizer("parts", _by_blanks())
        self._writer: Any = None
        self.reload()

    # writing

    def write(self, documents: Iterable[Document], analyser: Analyser, gone: Iterable[str] = ()) -> int:
        """Put documents in (instead of what their keys named before), take ``gone`` keys out; seen after ``commit``."""
        writer = self._open_writer()
        for key in gone:
            writer.delete_documents_by_term("key", key)
        count = 0
        for document in documents:
            writer.delete_documents_by_term("key", document.key)
            writer.add_document(_row(document, analyser.document(document)))
            count += 1
        return count

    def add(self, documents: Iterable[Document], analyser: Analyser) -> int:
        """Put documents into a new index: quicker than ``write``, and wrong when one of them is in it already."""
        writer, count = self._open_writer(), 0
        for document in documents:
            writer.add_document(_row(document, analyser.document(document)))
            count += 1
        return count

    def add_analysed(self, rows: Iterable[tuple[Document, Mapping[str, Sequence[str]]]]) -> int:
        """Do as ``add`` with documents whose terms by field (``Analyser.document``) other processes worked out."""
        writer, count = self._open_writer(), 0
        for document, terms in rows:
            writer.add_document(_row(document, terms))
            count += 1
        return count

    def forget(self, source: str) -> None:
        """Take all documents of a source out; seen after ``commit``."""
        self._open_writer().delete_documents_by_term("source", source)

    def commit(self) -> None:
        """Make what was written durable, and seen by readers that reload."""
        if self._writer is not None:
            self._writer.commit()
        self.reload()

    def rollback(self) -> None:
        """Throw away what was written since the last commit."""
        if self._writer is not None:
            self._writer.rollback()

    def close(self) -> None:
        """End the writer, once its segments are merged."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(HEAP, 1)
        return self._writer

    # reading

    def reload(self) -> None:
        """See what was committed since."""
        self._index.reload()
        self.view = View(self._index.searcher(), self._schema)

    def __len__(self) -> int:
        return len(self.view)


class View:
    """What an index held at one moment. Safe to share between threads."""

    def __init__(self, searcher: Any, schema: Any) -> None:
        self._searcher, self._schema = searcher, schema
        counted = searcher.terms_with_prefix("class", "") if searcher.num_docs else []
        self._frequencies: dict[tuple[str, str], int] = {}
        self._classes = {_number(text): (Class.read(text), count) for text, count in counted}

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def counts(self) -> dict[str, int]:
        """Return how many documents of each source it holds (those deleted since the last merge may count still)."""
        found: dict[str, int] = {}
        for each, count in self._classes.values():
            found[each.source] = found.get(each.source, 0) + count
        return found

    def frequency(self, wanted: Wanted) -> int:
        """Return in how many documents a term is."""
        return self._frequency(wanted.field, wanted.term)

    def _frequency(self, field: str, term: str) -> int:
        """Return the same, remembered: what a view holds does not change, and questions have many words alike."""
        found = self._frequencies.get((field, term))
        if found is None:
            if len(self._frequencies) >= _REMEMBERED:
                self._frequencies.clear()
            found = self._frequencies[field, term] = int(self._searcher.doc_freq(field, term))
        return found

    def rarity(self, field: str, term: str) -> float:
        """Return how much a term says: the logarithm of one in how many documents has it; 0 for an unknown one."""
        number = self._frequency(field, term)
        return math.log(1 + self._searcher.num_docs / number) if number else 0.0

    def classes(self, allowed: Allowed) -> frozenset[int] | None:
        """Return the numbers of the classes that are allowed; None when all are."""
        kept = frozenset(number for number, (each, _count) in self._classes.items() if allowed(each))
        return None if len(kept) == len(self._classes) else kept

    def search(
        self, asked: Asked, limit: int, classes: frozenset[int] | None = None, terms: int | None = None
    ) -> list[Match]:
        """Return the best documents for a question, best first, of the given classes only (None: all)."""
        wanted = self.weighed(asked, terms or most_terms(asked), POSTINGS)
        if not wanted or not limit or classes == frozenset():
            return []
        query = self._query(wanted)
        if classes is None:
            return self._matches(self._searcher.search(query, limit, count=False).hits)
        more = 3 * limit
        best = self._searcher.search(query, more, count=False).hits
        kept = self._matches(best, classes)
        if len(kept) >= limit or len(best) < more:
            return kept[:limit]
        return self._matches(self._searcher.search(self._within(query, classes), limit, count=False).hits)

    def facets(
        self, asked: Asked, classes: frozenset[int] | None = None, terms: int | None = None
    ) -> tuple[int, Mapping[str, int]]:
        """Return how many documents have any of the terms, and how many in each category (and those above it)."""
        wanted = self.weighed(asked, terms or most_terms(asked))
        if not wanted or classes == frozenset():
            return 0, {}
        query = self._query(wanted)
        if classes is not None:
            query = self._within(query, classes)
        size = max(len(self._classes), 1)
        told = self._searcher.aggregate(query, {"c": {"terms": {"field": "class_number", "size": size}}})
        found: dict[str, int] = {}
        total = 0
        for bucket in told["c"]["buckets"]:
            total += int(bucket["doc_count"])
            known = self._classes.get(int(bucket["key"]))
            for code in known[0].category if known else ():
                found[code] = found.get(code, 0) + int(bucket["doc_count"])
        return total, found

    def weighed(self, asked: Asked, most: int, postings: int | None = None) -> list[tuple[Wanted, float]]:
        """Return the terms that the index knows with their weights, the weightiest first, ``most`` at most.

        ``postings``: as many of them as so many documents have together (None: however many), but one in any case.

        A rare term counts for more than BM25 gives it (``Weights.rarity``): in a long question many common words must
        not outweigh the few that say what it is about.
        """
        total = self._searcher.num_docs
        scale = math.log(1 + total) or 1.0
        found = []
        for wanted in asked.wanted:
            number = self._frequency(wanted.field, wanted.term)
            if number:
                rare = math.log(1 + total / number) / scale
                found.append((wanted, wanted.weight * rare**asked.rarity, wanted.weight * rare, number))
        if len(found) > most or postings is not None:
            found = sorted(found, key=lambda row: -row[2])[:most]
        kept: list[tuple[Wanted, float]] = []
        left = math.inf if postings is None else postings
        for wanted, weight, _by, number in found:
            if number <= left or not kept:
                kept.append((wanted, weight))
                left -= number
        return kept

    def _query(self, wanted: Iterable[tuple[Wanted, float]]) -> Any:
        build, schema = tantivy.Query, self._schema
        return build.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    build.boost_query(build.term_query(schema, w.field, w.term, "freq"), weight),
                )
                for w, weight in wanted
            ]
        )

    def _within(self, query: Any, classes: frozenset[int]) -> Any:
        build, schema = tantivy.Query, self._schema
        numbers = sorted(classes)
        if len(numbers) <= _FEW:
            each = [(tantivy.Occur.Should, build.term_query(schema, "class_number", n, "basic")) for n in numbers]
            kept = build.boolean_query(each)
        else:
            kept = build.term_set_query(schema, "class_number", numbers)
        return build.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, build.const_score_query(kept, 0.0))]
        )

    def _matches(self, hits: Any, classes: frozenset[int] | None = None) -> list[Match]:
        addresses = [address for _score, address in hits]
        if not addresses:
            return []
        numbers = self._searcher.fast_field_values("class_number", addresses)
        ids = self._searcher.fast_field_values("id", addresses)
        return [
            Match(self._classes[number][0].source, id_, float(score))
            for (score, _address), number, id_ in zip(hits, numbers, ids, strict=True)
            if classes is None or number in classes
        ]


def most_terms(asked: Asked) -> int:
    """Return how many terms of a question are looked up at most."""
    return MOST_OF_SHORT if len(asked.wanted) <= SHORT else MOST_TERMS


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("class", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("class_number", indexed=True, fast=True)
    builder.add_integer_field("id", fast=True)
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="parts", index_option="freq")
    return builder.build()


def _by_blanks() -> Any:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
