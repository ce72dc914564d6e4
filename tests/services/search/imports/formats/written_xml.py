"""The five references as XML."""

import html
from collections.abc import Iterable

from tests.services.search.imports.formats.written import REFERENCES, Reference


def endnote(some: Iterable[Reference] = REFERENCES) -> str:
    """EndNote's XML, which is one line."""
    records = "".join(map(_endnote, some))
    return f'<?xml version="1.0" encoding="UTF-8" ?><xml><records>{records}</records></xml>'


def _endnote(one: Reference) -> str:
    def leaf(name: str, *values: str) -> str:
        return "".join(
            f'<{name}><style face="normal">{html.escape(value)}</style></{name}>'
            for value in values
            if value
        )

    return (
        '<record><ref-type name="Journal Article">17</ref-type>'
        f"<contributors><authors>{leaf('author', *one.authors)}</authors></contributors>"
        f"<titles>{leaf('title', one.title)}{leaf('secondary-title', one.journal)}</titles>"
        f"{leaf('pages', one.pages)}{leaf('volume', one.volume)}{leaf('number', one.issue)}"
        f"<keywords>{leaf('keyword', *one.keywords)}</keywords>"
        f"<dates>{leaf('year', str(one.year))}</dates>{leaf('abstract', one.abstract)}"
        f"{leaf('electronic-resource-num', one.doi)}</record>"
    )


def pubmed(some: Iterable[Reference] = REFERENCES) -> str:
    """PubMed's efetch XML."""
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "x.dtd">\n'
        f"<PubmedArticleSet>\n{''.join(map(_pubmed, some))}</PubmedArticleSet>\n"
    )


def _pubmed(one: Reference) -> str:
    people = (name.partition(", ") for name in one.authors)
    authors = "".join(
        f"<Author><LastName>{html.escape(family)}</LastName><ForeName>{given}</ForeName></Author>"
        for family, _, given in people
    )
    words = "".join(f"<Keyword>{word}</Keyword>" for word in one.keywords)
    abstract = f"<Abstract><AbstractText>{html.escape(one.abstract)}</AbstractText></Abstract>"
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{one.pmid}</PMID><Article><Journal>'
        f"<JournalIssue><Volume>{one.volume}</Volume>"
        f"{f'<Issue>{one.issue}</Issue>' * bool(one.issue)}"
        f"<PubDate><Year>{one.year}</Year></PubDate></JournalIssue>"
        f"<Title>{one.journal}</Title></Journal><ArticleTitle>{html.escape(one.title)}"
        f"</ArticleTitle><Pagination><MedlinePgn>{one.pages}</MedlinePgn></Pagination>"
        f"{abstract * bool(one.abstract)}<AuthorList>{authors}</AuthorList></Article>"
        f"<KeywordList>{words}</KeywordList></MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="doi">{one.doi}</ArticleId></ArticleIdList></PubmedData>'
        "</PubmedArticle>\n"
    )


XML = {"endnote-xml": endnote, "pubmed-xml": pubmed}
