"""How a query was read: a chip for each part of the text, and one line that says the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dinodesk.records import (
    AllOf,
    AnyOf,
    FilterTerm,
    Not,
    ParsedQuery,
    PhotoTerm,
    QueryNode,
    QuerySpan,
    SpanKind,
    TextTerm,
)
from dinodesk.ui.query.filter_text import filter_sentence, filter_words
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.query_text import query_photo_name

_MEANT = re.compile(r"did you mean (\S+?)\?$")
_KEY = re.compile(r"-?[^\W\d_]+(?::|<=|>=|<|>|=|≤|≥)")
_QUOTES = '"“”„'


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the text as a chip.

    Attributes:
        start, end: its characters, `end` behind the last.
        kind: as its span's.
        text: what the chip says, without "not".
        negated: whether it is asked for its absence.
        instead: what is probably meant by an unknown part; "" where nothing is like it.
        term: which of the query's terms it is, or is a part of; -1 for none, and where there is but one.
        photo: the file of an example photo, as it was written; "" else.
    """

    start: int
    end: int
    kind: SpanKind
    text: str
    negated: bool = False
    instead: str = ""
    term: int = -1
    photo: str = ""

    @property
    def words(self) -> str:
        """What the chip says."""
        return f"not {self.text}" if self.negated else self.text


def is_plain(query: ParsedQuery) -> bool:
    """Whether a query is nothing but plain words, so that the bar says all of it."""
    return (query.tree is None and not query.spans) or query.tree == TextTerm(" ".join(query.text.split()))


def is_sentence(query: ParsedQuery) -> bool:
    """Whether one sentence ranks, alone or among filters, so that it can be weighed against a photo."""
    terms = list(_terms(query.tree, False))
    return len(terms) == 1 and isinstance(terms[0][0], TextTerm) and not terms[0][1]


def query_chips(query: ParsedQuery) -> tuple[Chip, ...]:
    """The chips of a query, in the order of the text; operators have none."""
    terms = list(_terms(query.tree, False))
    several = len(terms) > 1
    rest = [_content(term) for term, _ in terms]  # of each term, what no span has taken yet
    filters = iter(list(_filters(query.tree)))
    found: list[Chip] = []
    for span in query.spans:
        if span.kind == "operator":
            continue
        written = query.text[span.start : span.end]
        if span.kind == "filter":
            term = next(filters, None)
            text = written.lstrip("-") if term is None else filter_words(term)
            found.append(Chip(span.start, span.end, span.kind, text, span.negated))
        elif span.kind == "unknown":
            found.append(
                Chip(span.start, span.end, span.kind, span.note, instead=_instead(span.note, written))
            )
        else:
            found.append(_term_chip(span, written, terms, rest, several=several))
    return tuple(found)


def _term_chip(
    span: QuerySpan,
    written: str,
    terms: Sequence[tuple[TextTerm | PhotoTerm, bool]],
    rest: list[str],
    *,
    several: bool,
) -> Chip:
    bare = written.removeprefix("-") if span.negated else written
    photo = span.kind == "photo"
    content = bare.partition(":")[2] if photo else bare
    if content[:1] in _QUOTES and content:
        quote = content[0]
        content = content[1:].rstrip(_QUOTES).replace('""', '"') if quote == '"' else content.strip(_QUOTES)
    content = " ".join(content.split())
    number = -1
    for at, (term, negated) in enumerate(terms):
        alike = isinstance(term, PhotoTerm) == photo and negated == span.negated
        if alike and content and (rest[at] == content or rest[at].startswith(content + " ")):
            rest[at] = rest[at][len(content) :].lstrip()
            number = at
            break
    text = f"like {query_photo_name(content)}" if photo else one_line(content)
    return Chip(
        span.start,
        span.end,
        span.kind,
        text,
        span.negated,
        term=number if several else -1,
        photo=content if photo else "",
    )


def _content(term: TextTerm | PhotoTerm) -> str:
    return " ".join((term.text if isinstance(term, TextTerm) else term.path).split())


def _instead(note: str, written: str) -> str:
    """What an unknown part becomes when what was probably meant is taken: another key, or another value."""
    meant = _MEANT.search(note)
    if meant is None:
        return ""
    key = _KEY.match(written)
    minus = "-" if written.startswith("-") else ""
    if key is not None and meant[1][-1] in ":<>=":
        return minus + meant[1] + written[key.end() :]
    return minus + meant[1]


# ── the line below the bar ──────────────────────────────────────────────────────────────────────


def explanation(query: ParsedQuery, images: Sequence[str] = ()) -> str:
    """How a query was read, in one line; "" where the bar says it all. `images` are given beside it."""
    if is_plain(query):
        return ""
    tree = query.tree
    parts = tree.parts if isinstance(tree, AllOf) else () if tree is None else (tree,)
    wanted = [part for part in parts if _ranks(part) and not isinstance(part, Not)]
    without = [part.part for part in parts if _ranks(part) and isinstance(part, Not)]
    photos = [PhotoTerm(path) for path in images]
    several = len(wanted) + len(photos) > 1
    said = " and ".join(_said(part, quoted=several, inner=several) for part in [*wanted, *photos])
    if without:
        left_out = " and ".join(
            _said(part, quoted=len(without) > 1, inner=len(without) > 1) for part in without
        )
        said = f"{said}, without {left_out}" if said else f"all photos without {left_out}"
    facts = [_said(part, quoted=True, inner=False) for part in parts if not _ranks(part)]
    return " · ".join([*([said] if said else []), *facts])


def _said(node: QueryNode, *, quoted: bool, inner: bool) -> str:
    """A part of a query; `quoted` sets sentences apart, `inner` brackets what is joined."""
    match node:
        case TextTerm(text):
            return f"“{one_line(text)}”" if quoted else one_line(text)
        case PhotoTerm(path):
            return f"like {query_photo_name(path)}"
        case FilterTerm():
            return filter_sentence(node)
        case Not(part):
            return f"not {_said(part, quoted=quoted, inner=True)}"
        case AllOf(parts) | AnyOf(parts):
            word = " and " if isinstance(node, AllOf) else " or "
            said = word.join(_said(part, quoted=True, inner=True) for part in parts)
            return f"({said})" if inner else said


def _ranks(node: QueryNode) -> bool:
    return next(_terms(node, False), None) is not None


def _terms(node: QueryNode | None, negated: bool) -> Iterator[tuple[TextTerm | PhotoTerm, bool]]:
    match node:
        case TextTerm() | PhotoTerm():
            yield node, negated
        case Not(part):
            yield from _terms(part, not negated)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _terms(part, negated)


def _filters(node: QueryNode | None) -> Iterator[FilterTerm]:
    match node:
        case FilterTerm():
            yield node
        case Not(part):
            yield from _filters(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _filters(part)
