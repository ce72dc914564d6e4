"""Concept blocks in the words of one platform, line by line, with what it cannot say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.search.living.domain.foreign import remark
from services.search.living.domain.strategy import (
    Breadth,
    Concept,
    Expression,
    UnreadableStrategy,
    Word,
)
from services.search.pubmed.domain.query_report import known_field
from services.search.strategies.domain.dates import read_years
from services.search.strategies.domain.dialects import Dialect
from services.search.strategies.domain.doubts import FIRST_AUTHOR, doubts
from services.search.strategies.domain.terms import SearchTerm, read_term

OPERATORS = frozenset({"and", "or", "not", "near", "adj", "next"})


@dataclass(frozen=True, slots=True)
class StrategyLine:
    """One numbered line of a search, the block it is, and what was not translated, in words."""

    number: int
    concept: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """A strategy for one database on one platform; the last line joins the blocks."""

    platform: str
    database: str
    lines: tuple[StrategyLine, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything that could not be translated, each once."""
        return tuple(dict.fromkeys(note for line in self.lines for note in line.notes))


def translate(
    concepts: Iterable[Concept], dialect: Dialect, breadth: Breadth = "broad"
) -> Translation:
    """Every applied concept as a line, and a last line that asks for all of them.

    A block of which nothing can be said on this platform keeps its line, empty, with
    the reason, and is not joined. Raises `UnreadableStrategy` without any block.
    """
    chosen = [
        (concept.name, expression)
        for concept in concepts
        if concept.applied and (expression := concept.chosen(breadth)) is not None
    ]
    if not chosen:
        raise UnreadableStrategy("the strategy has no concept to search for")
    lines = [
        _line(number, name, expression, dialect)
        for number, (name, expression) in enumerate(chosen, start=1)
    ]
    joint = " and " if dialect.lower else " AND "
    said = [dialect.line.format(line.number) for line in lines if line.text]
    if len(lines) > 1:
        lines.append(StrategyLine(len(lines) + 1, "", joint.join(said), ()))
    return Translation(dialect.platform, dialect.database, tuple(lines))


def _line(number: int, name: str, expression: Expression, dialect: Dialect) -> StrategyLine:
    notes: list[str] = []
    text = _Writer(dialect, notes).block(expression)
    if not text:
        notes.append(f"{dialect.platform} cannot say anything of '{name}': this line is left out.")
    return StrategyLine(number, name, text, tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes expressions in one dialect and notes what is lost."""

    dialect: Dialect
    notes: list[str]

    def block(self, expression: Expression) -> str:
        """An expression; terms of one field in an OR are asked for together."""
        if isinstance(expression, Word):
            return self.term(read_term(expression.text))
        operator = expression.operator.lower() if self.dialect.lower else expression.operator
        if expression.operator == "OR" and self.dialect.grouped:
            parts = self.together(expression.parts, operator)
        else:
            parts = [self.block(part) for part in expression.parts]
        said = list(dict.fromkeys(filter(None, parts)))
        return said[0] if len(said) == 1 else f"({f' {operator} '.join(said)})" if said else ""

    def together(self, parts: Sequence[Expression], operator: str) -> list[str]:
        """Words for title and abstract in one pair of brackets, everything else by itself."""
        words: dict[str, None] = {}
        others: list[str] = []
        for part in parts:
            term = read_term(part.text) if isinstance(part, Word) else None
            if term is not None and term.field == "text":
                words |= dict.fromkeys(filter(None, (self.words(term),)))
            else:
                others.append(self.block(part))
        if not words:
            return others
        inside = f" {operator} ".join(words)
        inside = f"({inside})" if len(words) > 1 or not self.simple(inside) else inside
        return [self.dialect.fields["text"](inside), *others]

    def term(self, term: SearchTerm) -> str:
        """One term in its field, "" with a note where the platform has no such field."""
        apart = {"heading": self.heading, "date": self.date}.get(term.field)
        if apart is not None:
            return apart(term)
        if self.pubmed and (own := self.own(term)):
            return own
        write = self.dialect.fields.get(term.field)
        if write is None and term.field in ("words", "any"):
            self.notes.append(
                f"'{term.text}' {term.tag} asks more fields in PubMed than those that are asked "
                "here: title, abstract and keywords."
            )
            write = self.dialect.fields["text"]
        if write is None:
            self.unsaid(term)
            return ""
        if term.field in ("type", "language") and not self.pubmed:
            self.notes.append(
                f"Check '{term.text}' against the list of {term.field}s of "
                f"{self.dialect.database}: names differ."
            )
        if self.pubmed and term.near is not None:
            return f'"{term.text}"[{term.tag.strip("[]")}]'
        words = self.words(term)
        if not words:
            return ""
        return write(words if self.simple(words) else f"({words})")

    def own(self, term: SearchTerm) -> str:
        """A term in a field that is PubMed's alone, with its tag; "" for any other."""
        alone = term.field not in self.dialect.fields or term.tag.lower() == FIRST_AUTHOR
        return f'"{term.text}"{term.tag}' if alone and known_field(term.tag.strip("[]")) else ""

    def date(self, term: SearchTerm) -> str:
        """Years of publication, "" with a note where they cannot be said in a line."""
        years, platform = read_years(term.written), self.dialect.platform
        if years is None:
            self.notes.append(
                f"'{term.written}' is no date as PubMed has it (2019[dp], 2010:2020[dp]): it is "
                "left out."
            )
            return ""
        if self.pubmed:
            return years.written
        if years.partial:
            self.notes.append(
                f"'{term.written}' names months: {platform} has years, and is asked for whole ones."
            )
        text = self.dialect.years(years) if self.dialect.years else ""
        if not text:
            where = "beside the search" if self.dialect.years is None else "with a last year"
            self.notes.append(
                f"'{term.written}': {platform} takes these years only {where}; they are left out "
                f"here. Choose {years.words} there."
            )
        return text

    def unsaid(self, term: SearchTerm) -> None:
        """Notes a field that the platform does not have."""
        if not term.words and (said := remark(term.written)) is not None:
            self.notes.append(said)
            return
        known = known_field(term.tag.strip("[]"))
        whose = "only PubMed has" if known else "PubMed does not have either"
        whose = "PubMed does not have" if self.pubmed else whose
        self.notes.append(f"'{term.text}' {term.tag} asks a field that {whose}: it is left out.")

    def heading(self, term: SearchTerm) -> str:
        """A subject heading; words instead where there are none, a note where they are others."""
        known = self.dialect
        self.notes.extend(doubts(term))
        if known.heading is None:
            self.notes.append(
                f"{known.platform} has no subject headings: '{term.text}' is searched as words."
            )
            return self.term(SearchTerm(term.words))
        if known.thesaurus != "MeSH":
            self.notes.append(
                f"'{term.text}' is a MeSH heading: look up what {known.thesaurus} calls it."
            )
        return known.heading(term.text, term.exploded, term.major)

    def words(self, term: SearchTerm) -> str:
        """A word, a phrase, or words near each other; "" where no word is left."""
        self.notes.extend(doubts(term))
        words = [said for word in term.words if (said := self.cut(word))]
        if not words:
            return ""
        if len(words) == 1:
            return quoted(words[0])
        if term.near is not None and self.dialect.near is not None:
            return self.near(words, term)
        return self.phrase(words, term)

    def near(self, words: list[str], term: SearchTerm) -> str:
        """Words with their distance between each two."""
        assert self.dialect.near is not None
        assert term.near is not None
        if len(words) > 2:
            self.notes.append(
                f"'{term.text}' may have {term.near} words between in PubMed altogether, here "
                "between each two."
            )
        return f" {self.dialect.near(term.near)} ".join(map(quoted, words))

    def phrase(self, words: list[str], term: SearchTerm) -> str:
        """Words one after the other; in quotation marks, which hold no others."""
        text = " ".join(words)
        if self.dialect.loose_phrases and all(quoted(word) == word for word in words):
            return text
        if "*" not in text or self.dialect.cut_phrases:
            if self.pubmed and "*" in text[:-1]:
                self.notes.append(
                    f"PubMed truncates a phrase only at its end: '{term.text}' is cut there."
                )
                text = text[: text.index("*") + 1]
            return f'"{text}"'
        return " NEXT ".join(map(quoted, words))

    def cut(self, word: str) -> str:
        """A word with its truncation as far as the platform has it; "" for a `*` alone."""
        stem = word.rstrip("*")
        if word.startswith("*") and not self.dialect.inner:
            bare = word.lstrip("*")
            self.notes.append(
                f"{self.dialect.platform} needs the beginning of a word: '{word}' is searched as "
                f"'{bare}'; add its forms as terms of their own."
            )
            return self.cut(bare) if bare else ""
        if "*" in stem and not self.dialect.inner:
            self.notes.append(
                f"{self.dialect.platform} knows no '*' inside a word: '{word}' is cut there."
            )
            stem = stem.split("*", 1)[0]
            word = f"{stem}*"
        if word != stem and len(stem) < self.dialect.stem:
            self.notes.append(
                f"{self.dialect.platform} truncates words of {self.dialect.stem} letters or more: "
                f"'{word}' is searched as '{stem}'; add its other forms as terms of their own."
            )
            return stem
        return f"{stem}*" if word != stem else word

    @property
    def pubmed(self) -> bool:
        """Whether this is the language in which terms are written."""
        return self.dialect.key == "pubmed/pubmed"

    def simple(self, words: str) -> bool:
        """One word, or something in brackets or quotation marks already."""
        return " " not in words or (words.startswith(('"', "(")) and words.endswith(('"', ")")))


def quoted(word: str) -> str:
    """A word; in quotation marks if it is an operator, or holds signs that may mean something."""
    plain = word.replace("*", "").replace("-", "").isalnum()
    return word if plain and word.lower() not in OPERATORS else f'"{word}"'
