"""An invented citation graph around 20 pearls, as a PubMed and as records of a library."""

import random
from datetime import date
from typing import Any

from services.search.library.domain.record import Author, Bibliography
from tests.support.eutils import Corpus, FakeArticle

PEARLS = 20
WORDS = tuple(a + b for a in ("ka", "re", "mo", "ti", "sul", "ven") for b in
              ("dra", "po", "lin", "che", "tor", "ba", "ni", "gel", "us", "mar"))  # fmt: skip
NAMES = ("Abara", "Bosse", "Castell", "Dunmore", "Eide", "Farrow", "Greer", "Hale")


def words(dice: random.Random, number: int) -> str:
    """A sentence of invented words."""
    return " ".join(dice.choice(WORDS) for _ in range(number))


def citation_graph(articles: int, dice: random.Random) -> Corpus:
    """`articles` around PMIDs 1 to 20: a third cited by them, a third citing, the rest distant."""
    corpus = Corpus()
    third = articles // 3
    cited = [range(100 + third * p // PEARLS, 100 + third * (p + 1) // PEARLS) for p in range(20)]
    for pearl in range(PEARLS):
        corpus.add(_article(pearl + 1, dice, pearl, references=tuple(cited[pearl])))
    for number in range(articles - PEARLS):
        kin = number % PEARLS if number % 50 == 0 else None
        far = tuple(dice.randrange(100, 100 + articles) for _ in range(3))
        citing = (dice.randrange(1, PEARLS + 1),) if third < number < 2 * third else ()
        corpus.add(_article(100 + number, dice, kin, references=(*citing, *far)))
    return corpus


def _article(pmid: int, dice: random.Random, kin: int | None, **more: Any) -> FakeArticle:
    author = (f"{dice.choice(NAMES)}{pmid}", "Ada") if kin is None else (f"Lead{kin}", "Marie")
    said: dict[str, Any] = (
        {} if kin is None else {"trial": f"NCT{kin:08d}", "grant": f"R01-MH-{kin:04d}"}
    )
    about = "" if kin is None else "Outreach: "
    return FakeArticle(pmid=pmid, title=f"{about}{words(dice, 9)} {pmid}.", authors=(author,),
                       crdt=date(2025, 1, 1), year=2020 - pmid % 9, **said, **more)  # fmt: skip


def pearl(number: int) -> Bibliography:
    """What the library knows of a pearl."""
    return Bibliography(
        pmid=str(number + 1),
        title=f"Pearl {number}",
        authors=(Author(family=f"Lead{number}", given="Marie"),),
        trial_ids=(f"NCT{number:08d}",),
        grants=(f"R01-MH-{number:04d}/Fund",),
        year=2020,
    )
