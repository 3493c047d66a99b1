"""Which column fills which field: read from a YAML file, guessed from headers, or put together on the page.

importer: orders
fields:
  external_id: 留言编号                       # a column
  contact_name: {column: [联系人, 姓名]}        # the first of these columns that exists
  description: {template: "{留言主题}\\n{留言详情}"}
  received_at: {column: 留言时间, formats: ["%d/%m/%Y %H:%M"]}
  category: {column: 类别, values: {停电: outage}, default: other}   # "default" when empty or not listed
  kind: {constant: opinion}
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.foundation.transfer.importers import Importer
from open95598.foundation.transfer.values import as_text

_PLACE = re.compile(r"\{([^{}]+)\}")
_TOP = {"importer", "sheet", "header_row", "fields"}
_KEYS = {"column", "template", "constant", "values", "default", "keep_unknown", "formats"}
_LIMIT = 200_000
#: how many of a file's headers an error names
_SHOWN = 30


@dataclass(frozen=True)
class Source:
    """Where a field's value comes from: exactly one of ``columns``, ``template``, ``constant``."""

    columns: tuple[str, ...] = ()
    template: str = ""
    constant: Any = None
    values: Mapping[str, Any] | None = None
    keep_unknown: bool = False
    default: Any = None
    formats: tuple[str, ...] = ()

    def needs(self) -> tuple[str, ...]:
        """The headers that it reads."""
        return tuple(_PLACE.findall(self.template)) if self.template else self.columns

    def take(self, cells: Mapping[str, Any]) -> Any:
        """Return the raw value of a row. Raises ``ValueError`` with a reason for a word that the map does not know."""
        if self.template:
            value: Any = _PLACE.sub(lambda place: as_text(cells.get(place[1])), self.template).strip()
        elif self.columns:
            value = next((cells[column] for column in self.columns if column in cells), None)
        else:
            return self.constant
        word = as_text(value)
        if self.values is not None and (word or "" in self.values):
            if word in self.values:
                return self.values[word]
            if self.default is None and not self.keep_unknown:
                known = "、".join(list(self.values)[:8])
                raise ValueError(_("“%(word)s” is not one of: %(known)s") % {"word": word[:40], "known": known})
            return value if self.keep_unknown else self.default
        return self.default if not word else value


@dataclass(frozen=True)
class Plan:
    """A mapping as a whole."""

    importer: str
    fields: Mapping[str, Source] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None

    def check(self, importer: Importer, headers: Sequence[str]) -> None:
        """Raise ``Invalid`` with all that is wrong between the plan, the importer's fields and the file's headers."""
        wrong: dict[str, str] = {}
        there = set(headers)
        for name, source in self.fields.items():
            wanted = source.needs()
            if source.template:
                missing = [column for column in wanted if column not in there]
            else:
                missing = [] if not wanted or there.intersection(wanted) else list(wanted)
            if missing:
                wrong[name] = _("the file has no column “%(column)s”") % {"column": "”、“".join(missing)}
        for f in importer.fields:
            if f.required and f.name not in self.fields:
                wrong[f.name] = _("the field “%(label)s” is required and nothing fills it") % {"label": f.label}
        if wrong:
            sentences = "；".join(f"{name}: {reason}" for name, reason in wrong.items())
            columns = "、".join([header[:40] for header in headers[:_SHOWN]] + ["…"] * (len(headers) > _SHOWN))
            said = _("The mapping does not fit: %(why)s. The file's columns are: %(columns)s")
            raise Invalid(said % {"why": sentences, "columns": columns}, fields=wrong)

    def dump(self) -> str:
        """Return the plan as YAML that ``load`` reads back to an equal plan."""
        fields: dict[str, Any] = {}
        for name, source in self.fields.items():
            entry: dict[str, Any] = {}
            if source.template:
                entry["template"] = source.template
            elif source.columns:
                entry["column"] = list(source.columns) if len(source.columns) > 1 else source.columns[0]
            else:
                entry["constant"] = source.constant
            if source.values is not None:
                entry["values"] = dict(source.values)
            if source.keep_unknown:
                entry["keep_unknown"] = True
            if source.default is not None:
                entry["default"] = source.default
            if source.formats:
                entry["formats"] = list(source.formats)
            fields[name] = entry
        top: dict[str, Any] = {"importer": self.importer}
        if self.sheet is not None:
            top["sheet"] = self.sheet
        if self.header_row is not None:
            top["header_row"] = self.header_row
        return yaml.safe_dump({**top, "fields": fields}, allow_unicode=True, sort_keys=False)

    def digest(self) -> str:
        """Return the SHA-256 of what the plan says, whatever its file looks like."""
        return hashlib.sha256(self.dump().encode()).hexdigest()


class _Reader:
    """Walks the nodes of a YAML document and gathers every error with its line."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.errors: dict[str, str] = {}

    def wrong(self, node: yaml.Node, reason: str) -> None:
        self.errors.setdefault(f"{self._name}:{node.start_mark.line + 1}", reason)

    def entries(self, node: yaml.Node, what: str) -> list[tuple[str, yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, _("%(what)s must be a list of “name: value”") % {"what": what})
            return []
        seen: set[str] = set()
        found: list[tuple[str, yaml.Node, yaml.Node]] = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, _("a name must be a single word or sentence"))
            elif key.value in seen:
                self.wrong(key, _("“%(name)s” occurs twice") % {"name": key.value})
            else:
                seen.add(key.value)
                found.append((key.value, key, value))
        return found

    def plain(self, node: yaml.Node) -> Any:
        return yaml.SafeLoader("").construct_object(node, deep=True)

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            self.wrong(node, _("must be a text"))
            return ""
        return str(node.value)

    def texts(self, node: yaml.Node) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.text(item) for item in node.value)
        return (self.text(node),)

    def source(self, node: yaml.Node) -> Source:
        if isinstance(node, (yaml.ScalarNode, yaml.SequenceNode)):
            return Source(columns=self.texts(node))
        parts: dict[str, Any] = {}
        for name, key, value in self.entries(node, _("a field's source")):
            match name:
                case "column":
                    parts["columns"] = self.texts(value)
                case "template":
                    parts["template"] = self.text(value)
                    if not _PLACE.search(parts["template"]):
                        self.wrong(value, _("a template needs at least one {column}"))
                case "constant" | "default":
                    if isinstance(value, yaml.ScalarNode):
                        parts[name] = self.plain(value)
                    else:
                        self.wrong(value, _("must be a single value"))
                case "values":
                    # the words stay text: 是/no/007 mean what they look like
                    parts["values"] = {k: self.plain(v) for k, _key, v in self.entries(value, "values")}
                case "keep_unknown":
                    parts["keep_unknown"] = self.plain(value) is True
                case "formats":
                    parts["formats"] = self.texts(value)
                case _:
                    known = "、".join(sorted(_KEYS))
                    self.wrong(key, _("“%(name)s” is unknown here; known: %(known)s") % {"name": name, "known": known})
        if sum(name in parts for name in ("columns", "template", "constant")) != 1:
            self.wrong(node, _("a field needs exactly one of column, template, constant"))
        return Source(**parts)


def load(text: str, importer: Importer, *, name: str = "mapping.yaml") -> Plan:
    """Read a mapping file. Raises ``Invalid`` whose ``fields`` map "file:line" to the reason."""
    root = _compose(text, name)
    reader = _Reader(name)
    fields: dict[str, Source] = {}
    top: dict[str, Any] = {}
    for key, key_node, node in reader.entries(root, name):
        if key not in _TOP:
            known = "、".join(sorted(_TOP))
            reader.wrong(key_node, _("“%(name)s” is unknown here; known: %(known)s") % {"name": key, "known": known})
        elif key == "fields":
            fields = _sources(reader, node, importer)
        else:
            top[key] = reader.plain(node)
            if key == "header_row" and not (isinstance(top[key], int) and top[key] > 0):
                reader.wrong(node, _("must be a row number"))
            elif key == "sheet":
                top[key] = as_text(top[key])
            elif key == "importer" and top[key] != importer.name:
                reader.wrong(node, _("this mapping is for “%(name)s”") % {"name": top[key]})
    if not fields and not reader.errors:
        reader.wrong(root, _("no field is filled"))
    if reader.errors:
        sentences = "；".join(f"{place}: {reason}" for place, reason in reader.errors.items())
        raise Invalid(sentences, fields=reader.errors)
    return Plan(importer.name, fields, top.get("sheet"), top.get("header_row"))


def _compose(text: str, name: str) -> yaml.Node:
    try:
        if len(text) > _LIMIT:
            raise Invalid(_("The mapping file is too large."))
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise Invalid(_("The mapping file must not use aliases (*name)."))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        raise Invalid(
            _("%(place)s: this is not YAML: %(why)s") % {"place": place, "why": getattr(error, "problem", error)},
            fields={place: str(getattr(error, "problem", error))},
        ) from error
    if root is None:
        raise Invalid(_("The mapping file is empty."), fields={name: _("empty")})
    return root


def _sources(reader: _Reader, node: yaml.Node, importer: Importer) -> dict[str, Source]:
    names = [f.name for f in importer.fields]
    fields = {}
    for target, target_node, source in reader.entries(node, "fields"):
        if target in names:
            fields[target] = reader.source(source)
        else:
            words = {"name": target, "known": "、".join(names)}
            reader.wrong(target_node, _("there is no field “%(name)s”; there are: %(known)s") % words)
    return fields


def guess(importer: Importer, headers: Iterable[str]) -> Plan:
    """Return the plan that the headers suggest: a field takes the column called by its name, label or a synonym."""
    by_name: dict[str, str] = {}
    for header in headers:
        by_name.setdefault(_normal(header), header)
    fields: dict[str, Source] = {}
    for f in importer.fields:
        for candidate in (f.name, str(f.label), *f.synonyms):
            if _normal(candidate) in by_name:
                fields[f.name] = Source(columns=(by_name.pop(_normal(candidate)),))
                break
    return Plan(importer.name, fields)


def _normal(header: str) -> str:
    """A header without what people decorate it with: case, blanks, "(required)", "*", ":"."""
    text = unicodedata.normalize("NFKC", header).casefold()
    text = re.sub(r"[(\[【].*?[)\]】]", "", text)
    return re.sub(r"[\W_]+", "", text)
