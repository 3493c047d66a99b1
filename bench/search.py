"""How well and how fast it is searched: ``python -m bench.search``.

``questions``: the frozen questions of ``bench/questions`` over the items of ``rulebooks/cn/knowledge``, beside two
plain methods. ``speed``: a seeded corpus of so many items, made of sentences and words of the trade, some far oftener
than others; every second question is a frozen one, the others are words of some item. One process, pinned to one core,
asks them one after another: analysis, index, second look, marked passages. Texts lie in memory in the database's place.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bench import place, results
from bench.results import Row
from open95598.foundation.search import evaluation, vocabulary
from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.documents import Document
from open95598.foundation.search.engine import FORMAT, Index
from open95598.foundation.search.evaluation import Pair
from open95598.foundation.search.passages import mark, passages
from open95598.foundation.search.ranking import DEPTH, look

QUESTIONS = place.ROOT / "bench" / "questions"
ITEMS = place.ROOT / "rulebooks" / "cn" / "knowledge" / "items"
RULES = place.ROOT / "rulebooks"
P99_MS, PER_SECOND, MRR = 10.0, 480.0, 0.85
SEED = 95598
#: questions that are asked for the figures of speed
ASKED = 3000
#: items that a process analyses at a time
PIECE = 500


def items() -> list[Document]:
    """Return the items on file with the texts that the room ``knowledge`` has indexed."""
    found: list[Document] = []
    for file in sorted(ITEMS.glob("*.yaml")):
        for item in yaml.safe_load(file.read_text(encoding="utf-8")).get("items", ()):
            parts = [item["answer"], *item.get("say", ()), "，".join(item.get("keywords", ()))]
            if item.get("audience") != "public":
                parts += item.get("do", ())
            asked = tuple(item.get("questions", ()))
            found.append(Document("items", len(found), item["title"], "\n".join(parts), asked, (item["code"],)))
    return found


def frozen(documents: Sequence[Document]) -> list[Pair]:
    """Return the frozen questions with the numbers of the items that answer them."""
    numbers = {document.codes[0]: document.id for document in documents}
    rows = [
        row
        for file in sorted(QUESTIONS.glob("*.yaml"))
        for row in yaml.safe_load(file.read_text(encoding="utf-8"))["questions"]
    ]
    return [
        Pair(row["q"], frozenset(numbers[a] for a in ([row["a"]] if isinstance(row["a"], str) else row["a"])), n)
        for n, row in enumerate(rows, 1)
    ]


def quality(analyser: Analyser) -> list[Row]:
    """Ask the frozen questions."""
    documents = items()
    pairs = frozen(documents)
    texts = ["\n".join((d.title, *d.asked, d.body)) for d in documents]
    found = []
    for one in evaluation.measure(pairs, evaluation.methods(documents, analyser, texts)):
        own = one.behind is None
        behind = one.behind or evaluation.Figure(0, 0, 0)
        above = f"; MRR {-behind.value:+.3f} [{-behind.high:+.3f}, {-behind.low:+.3f}] to the first row"
        text = (
            f"MRR@10 {one.mrr.value:.3f} [{one.mrr.low:.3f}, {one.mrr.high:.3f}],"
            f" R@1 {one.first.value:.3f}, R@10 {one.within.value:.3f}"
        )
        found.append(Row("Search: questions of customers", one.name, count=len(pairs), value=text,
                         goal=f"MRR@10 ≥ {MRR}" if own else "", met=one.mrr.value >= MRR if own else None,
                         note=f"{len(documents)} items{'' if own else above}"))  # fmt: skip
    return found


class Corpus:
    """So many items, the same for a seed: each is made again from its number, so that none need lie in memory."""

    def __init__(self, size: int, analyser: Analyser) -> None:
        self.size = size
        dice = Random(SEED)
        known = items()
        sentences = {
            part.strip()
            for item in known
            for part in "\n".join((item.title, *item.asked, item.body)).replace("。", "\n").splitlines()
            if 4 <= len(part.strip()) <= 60
        }
        self._sentences = sorted(sentences)
        self._words = sorted(analyser.lexicon.words)
        # syllables for names of places that no dictionary knows: what keeps half a million items apart
        self._signs = [chr(n) for n in dice.sample(range(0x4E00, 0x8000), 1500)]
        dice.shuffle(self._sentences)
        dice.shuffle(self._words)
        self._kept: dict[int, Document] = {}

    def _falling(self, dice: Random, among: Sequence[str]) -> str:
        """Return one of them, the first ones far oftener than the last (as words in a language)."""
        return among[int(len(among) ** dice.random()) - 1]

    def document(self, number: int) -> Document:
        """Return one item: a title, three ways to ask, six sentences, about 200 characters."""
        held = self._kept.get(number)
        if held is not None:
            return held
        dice = Random(f"{SEED}/{number}")
        name = "".join(dice.choices(self._signs, k=2)) + dice.choice(("路", "村", "小区", "台区", "站"))
        title = f"{name}{dice.choice(self._words)}{self._falling(dice, self._words)}"
        asked = tuple(f"{self._falling(dice, self._words)}{dice.choice(self._words)}怎么办" for _ in range(3))
        body = "。".join(
            f"{self._falling(dice, self._words)}{self._falling(dice, self._sentences)}{dice.choice(self._words)}"
            for _ in range(6)
        )
        return Document("items", number, title, f"{name}。{body}", asked)

    def questions(self, count: int) -> list[tuple[str, int | None]]:
        """Return questions: a frozen one, or words of some item as somebody recalls them, with the item's number."""
        dice = Random(SEED + 1)
        asked = [pair.question for pair in frozen(items())]
        found: list[tuple[str, int | None]] = []
        for n in range(count):
            if n % 2:
                found.append((dice.choice(asked), None))
                continue
            item = self.document(dice.randrange(self.size))
            found.append((f"请问{item.title}，{dice.choice(item.asked)}", item.id))
        return found

    def remember(self, numbers: Sequence[int]) -> None:
        """Keep these in memory: a text's way out of the database is not what is measured here."""
        self._kept.update({number: self.document(number) for number in numbers})


def made(corpus: Corpus, analyser: Analyser, folder: Path) -> str:
    """Make the index of a corpus unless a run before left it; say how long that took. Two processes analyse."""
    if (folder / "meta.json").exists():
        return "index of an earlier run"
    # under another name until it is whole: a run that is broken off leaves none
    making = folder.with_suffix(".new")
    shutil.rmtree(making, ignore_errors=True)
    began = said = time.monotonic()
    index = Index(making)
    pinned = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    if pinned:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    starts = range(0, corpus.size, PIECE)
    with get_context("spawn").Pool(2, _begin, (corpus.size,)) as pool:
        for done, rows in enumerate(pool.imap(_analysed, starts), 1):
            index.add_analysed(rows)
            if time.monotonic() - said > 20:
                said = time.monotonic()
                print(f"  {done * PIECE:,} items after {said - began:.0f} s", flush=True)
    index.commit()
    index.close()
    if pinned:
        os.sched_setaffinity(0, pinned)
    making.rename(folder)
    return f"index made in {time.monotonic() - began:.0f} s by two processes"


_making: tuple[Corpus, Analyser] | None = None


def _begin(size: int) -> None:
    global _making  # one for the life of an analysing process
    analyser = vocabulary.of_files(RULES)
    _making = Corpus(size, analyser), analyser


def _analysed(start: int) -> list[tuple[Document, dict[str, list[str]]]]:
    """Return a piece of the corpus with its terms, the texts left out: the index keeps none."""
    assert _making is not None
    corpus, analyser = _making
    documents = map(corpus.document, range(start, min(start + PIECE, corpus.size)))
    return [(replace(each, title="", body="", asked=()), analyser.document(each)) for each in documents]


def speed(analyser: Analyser, size: int, home: Path, count: int, *, keep: bool = False) -> list[Row]:
    """Measure one size of corpus; ``keep`` its index for the next run."""
    corpus = Corpus(size, analyser)
    folder = home / f"{size}-{FORMAT}-{analyser.lexicon.digest}"
    built = made(corpus, analyser, folder)
    index = Index(folder)
    view = index.view
    questions = corpus.questions(count)
    # texts are fetched beforehand; so is what a first search would read (mapped pages, parts of synonyms)
    for question, _item in questions:
        corpus.remember([match.id for match in view.search(analyser.ask(question), DEPTH)])
    for question, _item in questions[: count // 10]:
        ask(analyser, view, corpus, question)
    times: list[float] = []
    began, busy = time.perf_counter(), time.process_time()
    ranks: list[int] = []
    for question, item in questions:
        start = time.perf_counter()
        found = ask(analyser, view, corpus, question)
        times.append(time.perf_counter() - start)
        if item is not None:
            ranks.append(evaluation.rank_of(found, frozenset({item})))
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    row = results.timed("Search: speed", "one process, one core", times, seconds, size=size,
                        note=f"{built}; {count / busy:.0f} per s of processor time")  # fmt: skip
    row.value = f"the item meant: R@1 {_share(ranks, 1):.3f}, R@10 {_share(ranks, 10):.3f}"
    row.goal, row.met = f"p99 < {P99_MS:.0f} ms", (row.p99 or 0) < P99_MS
    rate = Row("Search: speed", "queries per second, pinned", size=size, count=count, rate=count / seconds,
               goal=f"≥ {PER_SECOND:.0f}", met=count / seconds >= PER_SECOND)  # fmt: skip
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return [row, rate]


def _share(ranks: Sequence[int], within: int) -> float:
    return sum(0 < rank <= within for rank in ranks) / max(1, len(ranks))


def ask(analyser: Analyser, view: Any, corpus: Corpus, question: str) -> list[int]:
    """Do what a search does between its request and its answer; return the hits."""
    asked = analyser.ask(question)
    matches = view.search(asked, DEPTH)
    scored = [(corpus.document(match.id), match.score) for match in matches]
    looked = look(asked, scored, view.rarity)
    best = sorted(zip(scored, looked, strict=True), key=lambda pair: -pair[1].score)[:10]
    words = asked.marked()
    for (document, _score), _looked in best:
        mark(document.title, words)
        passages(document.body, words)
    return [document.id for (document, _score), _looked in best]


def main() -> None:
    """Measure and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--size", type=int, action="append", help="items in the corpus; may be given several times")
    parser.add_argument("--only", choices=("questions", "speed"), help="this part only")
    parser.add_argument("--keep", action="store_true", help="leave the indexes for the next run (0.2 GB for 500,000)")
    parser.add_argument("--count", type=int, default=ASKED, help="questions asked for the speed")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    analyser = vocabulary.of_files(RULES)
    rows = quality(analyser) if given.only != "speed" else []
    home = place.HOME / "search"
    home.mkdir(parents=True, exist_ok=True)
    sizes = given.size or ([5_000] if given.quick else [100_000, 500_000])
    for size in sizes if given.only != "questions" else ():
        rows += speed(analyser, size, home, given.count, keep=given.keep)
    if given.only:
        results.show(rows)
    else:
        place.start_server()  # the table names the machine by it
        results.save("search", rows, quick=given.quick, method=__doc__ or "")


if __name__ == "__main__":
    main()
