"""An index over the articles that stand on one day, kept up to date as days pass."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import date

from tests.support.eutils.corpus import Corpus, FakeArticle

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
DATES = {"crdt", "edat", "mhda", "lr", "dp"}


def date_of(article: FakeArticle, field: str) -> date | None:
    """The article's date in a date field; `edat` falls back to `crdt`."""
    if field == "edat":
        return article.edat or article.crdt
    if field == "dp":
        return date(article.year, 1, 1)
    return {"crdt": article.crdt, "mhda": article.mhda, "lr": article.revised}[field]


def texts(article: FakeArticle) -> dict[str, str]:
    """What each text field of an article says, in lower case."""
    names = " ".join(f"{family} {given[:1]}" for family, given in article.authors)
    first = " ".join(f"{family} {given[:1]}" for family, given in article.authors[:1])
    links = " ".join(f"has{kind.lower()}" for kind, _, _ in article.links)
    tiab = f"{article.title} {article.abstract} {' '.join(article.keywords)}"
    fields = {
        "ti": article.title,
        "tiab": tiab,
        "mh": " | ".join(article.mesh),
        "pt": " | ".join(article.types),
        "au": names,
        "1au": first,
        "auid": article.orcid,
        "cn": article.collective,
        "si": article.trial,
        "gr": article.grant,
        "ta": article.journal,
        "has": links,
        "all": f"{tiab} {' '.join(article.mesh)} {names} {article.journal} {links}",
    }
    return {name: words.lower() for name, words in fields.items()}


class Index:
    """Sets of PMIDs by word, heading and day."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.day: date | None = None
        self.size = 0
        self.articles: dict[int, FakeArticle] = {}
        self._forget()

    def _forget(self) -> None:
        self.day = None
        self.articles = {}
        self._words: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._days: dict[tuple[str, date], set[int]] = defaultdict(set)
        self._sorted: dict[str, list[date]] = {}
        self._texts: dict[int, dict[str, str]] = {}

    def move_to(self, day: date) -> None:
        """Show the corpus as it stands on `day`."""
        changed = len(self.corpus.changes) != self.size
        if self.day is not None and (day < self.day or changed):
            self._forget()
        if day == self.day:
            return
        for change in self.corpus.between(self.day, day):
            self._drop(change.pmid)
            if change.article is not None:
                self._take(change.article)
        self.day, self.size, self._sorted = day, len(self.corpus.changes), {}

    def _take(self, article: FakeArticle) -> None:
        self.articles[article.pmid] = article
        said = self._texts[article.pmid] = texts(article)
        for field, words in said.items():
            for word in set(WORD.findall(words)):
                self._words[field, word].add(article.pmid)
        for field in DATES:
            when = date_of(article, field)
            if when is not None:
                self._days[field, when].add(article.pmid)

    def _drop(self, pmid: int) -> None:
        article = self.articles.pop(pmid, None)
        if article is None:
            return
        for field, words in self._texts.pop(pmid).items():
            for word in set(WORD.findall(words)):
                self._words[field, word].discard(pmid)
        for field in DATES:
            when = date_of(article, field)
            if when is not None:
                self._days[field, when].discard(pmid)

    def words(self, field: str, phrase: str) -> set[int]:
        """Articles whose `field` holds `phrase`; a final `*` truncates its last word."""
        parts = WORD.findall(phrase.lower())
        if not parts:
            return set()
        sets = [self._word(field, part) for part in parts[:-1]]
        sets.append(self._last(field, parts[-1], phrase.endswith("*")))
        found = set.intersection(*sets)
        if len(parts) == 1:
            return found
        wanted = phrase.lower().rstrip("*")
        return {pmid for pmid in found if wanted in self._texts[pmid][field]}

    def _word(self, field: str, word: str) -> set[int]:
        return self._words.get((field, word), set())

    def _last(self, field: str, word: str, truncated: bool) -> set[int]:
        if not truncated:
            return set(self._word(field, word))
        keys = [key for key in self._words if key[0] == field and key[1].startswith(word)]
        return set().union(*(self._words[key] for key in keys)) if keys else set()

    def dated(self, field: str, first: date, last: date) -> set[int]:
        """Articles whose date in `field` is between two days, both included."""
        if field not in self._sorted:
            self._sorted[field] = sorted(when for name, when in self._days if name == field)
        days = self._sorted[field]
        inside = days[bisect_left(days, first) : bisect_right(days, last)]
        return set().union(*(self._days[field, when] for when in inside)) if inside else set()

    def numbered(self, low: int, high: int) -> set[int]:
        """Articles whose PMID is between two numbers, both included."""
        return {pmid for pmid in self.articles if low <= pmid <= high}
