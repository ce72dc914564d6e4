"""What is read the short way comes out as the long way reads it."""

import io

import pytest

from services.search.pubmed.domain.answers import Article
from services.search.pubmed.xml.reader import MalformedPubMedXml, read_articles

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//x" "x.dtd">\n'
REFERENCES = """<ReferenceList><Title>Sources &amp; more</Title>
 <Reference><Citation>Roe C.  On ferns &lt;3 &amp; mosses. 2001</Citation><ArticleIdList>
  <ArticleId IdType="doi">10.1000/A(1)</ArticleId> <ArticleId IdType="pubmed"> 11 </ArticleId>
  <ArticleId IdType="pmc">PMC5</ArticleId><ArticleId IdType="doi">10.1000/b</ArticleId>
 </ArticleIdList></Reference>
 <Reference><Citation>Müller A. Farne</Citation></Reference>
 <Reference><Citation>\u00a0</Citation><ArticleIdList>
  <ArticleId IdType="pubmed">12</ArticleId></ArticleIdList></Reference>
 <Reference><Citation>Doe J.</Citation><ArticleIdList>
  <ArticleId IdType="pii">S1</ArticleId></ArticleIdList></Reference></ReferenceList>"""


def _article(number: int, references: str = "") -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{number}</PMID><Article>\n'
        f"<ArticleTitle>Ferns {number}</ArticleTitle></Article></MedlineCitation>\n"
        f"<PubmedData>{references}</PubmedData></PubmedArticle>\n"
    )


def _read(text: str, head: str = HEAD) -> tuple[list[Article], str]:
    """The articles, and where the stream breaks off."""
    found: list[Article] = []
    stream = io.BytesIO(f"{head}<PubmedArticleSet>{text}</PubmedArticleSet>\n".encode())
    try:
        for each in read_articles(stream):
            assert isinstance(each, Article)
            found.append(each)
    except MalformedPubMedXml as broken:
        return found, str(broken)
    return found, ""


@pytest.mark.parametrize("unusual", ["<!-- a remark -->", "<Title/>", "<?note x?>"])
def test_references_in_their_usual_form_are_read_as_by_a_walk(unusual: str) -> None:
    walked = REFERENCES.replace("</Title>", f"</Title>{unusual}")

    (one,), _ = _read(_article(1, REFERENCES))
    (other,), _ = _read(_article(1, walked))

    assert one.record.bibliography.references == (
        "Roe C. On ferns <3 & mosses. 2001 pmid:11 pmcid:PMC5 doi:10.1000/A(1)",
        "Müller A. Farne",
        "pmid:12",
        "Doe J.",
    )
    assert one.cites == ("11", "12")
    assert one == other


@pytest.mark.parametrize(
    "damage",
    [
        "<PMID>",
        "&unknown;",
        "</PubmedArticle>",
        "<![CDATA[</PubmedArticle>]]>",
        "<x>\x01</x>",
        "<<",
    ],
)
@pytest.mark.parametrize("articles", [2, 1500])
def test_damage_is_told_at_the_place_at_which_a_parser_of_the_whole_meets_it(
    damage: str, articles: int
) -> None:
    text = "".join(map(_article, range(articles))) + _article(7, damage) + _article(8)
    found, broken = _read(text)
    whole, told = _read(text, head=HEAD.replace("?>", "?><!-- read as a whole -->"))

    assert found == whole
    assert broken == told


def test_an_unfinished_stream_gives_what_came() -> None:
    found, broken = _read(_article(1) + _article(2)[:-60])

    assert [one.record.own_id for one in found] == ["1"]
    assert broken
