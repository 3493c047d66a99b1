"""The analyser of the rules in force: made once for a version of the rulebook, then kept."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from open95598.foundation.rulebook.search_rows import SearchRules
from open95598.foundation.search.analyser import Analyser
from open95598.foundation.search.lexicon import Lexicon

_making = threading.Lock()


def current(now: datetime) -> Analyser:
    """Return the analyser of the rulebook in force at ``now`` (of the whole utility: an index has one lexicon)."""
    from open95598.foundation.rulebook import store

    rules = store.current(now).search
    with _making:
        return _made(rules)


@lru_cache(maxsize=4)
def _made(rules: SearchRules) -> Analyser:
    return of(rules)


def of(rules: SearchRules) -> Analyser:
    """Return an analyser by these rules."""
    words = [word for group in rules.words for word in group.words]
    return Analyser(Lexicon(words, [group.words for group in rules.synonyms], rules.stop))


def of_files(root: Path) -> Analyser:
    """Return an analyser by the newest base rulebook among the files below ``root``: for what runs without a database.

    Raises ``rulebook.yamltext.Broken`` when its section ``search`` is wrong.
    """
    from open95598.foundation.rulebook.build import read_layer
    from open95598.foundation.rulebook.files import read_root
    from open95598.foundation.rulebook.search_schema import SearchPart

    newest = max(read_root(root)[0], key=lambda layer: layer.starts_on)
    return of(SearchPart.model_validate(read_layer(newest).get("search", {})).row())
