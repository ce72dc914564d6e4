"""Every field of efetch XML, and the traps beside each."""

import io
from datetime import date

import pytest

from services.search.library.domain.record import Author, Link
from services.search.pubmed.domain.answers import Article, Deleted
from services.search.pubmed.xml.reader import MalformedPubMedXml, read_articles
from tests.support.reference import reference

ARTICLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2027//EN"
 "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_270101.dtd">
<PubmedArticleSet><PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated" VersionID="2"
 VersionDate="2026/03/01"><PMID Version="2">321</PMID>
<DateCompleted><Year>2026</Year><Month>02</Month><Day>03</Day></DateCompleted>
<DateRevised><Year>2026</Year><Month>05</Month><Day>06</Day></DateRevised>
<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">1234-5679</ISSN>
<JournalIssue CitedMedium="Internet"><Volume>12</Volume><Issue>3</Issue>
<PubDate><MedlineDate>2025 Dec-2026 Jan</MedlineDate></PubDate></JournalIssue>
<Title>Journal of  Things</Title><ISOAbbreviation>J Things</ISOAbbreviation></Journal>
<ArticleTitle>On <i>Ferns</i> and H<sub>2</sub>O.</ArticleTitle>
<Pagination><StartPage>12</StartPage><EndPage>19</EndPage><MedlinePgn>12-9</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="N">10.1/WRONG</ELocationID>
<ELocationID EIdType="doi">10.1000/RIGHT</ELocationID>
<Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE">We asked p&lt;0.05.</AbstractText>
<AbstractText Label="RESULTS">Yes; see NCT01234567 and CRD42021234567.</AbstractText>
<CopyrightInformation>(c) us</CopyrightInformation></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y" EqualContrib="Y"><LastName>Müller</LastName>
<ForeName>Ada B</ForeName><Initials>AB</Initials><Suffix>Jr</Suffix>
<Identifier Source="ORCID">https://orcid.org/0000-0002-1825-009x</Identifier>
<AffiliationInfo><Affiliation>Dept A</Affiliation></AffiliationInfo>
<AffiliationInfo><Affiliation>Dept B</Affiliation></AffiliationInfo></Author>
<Author ValidYN="N"><LastName>Muller</LastName><ForeName>A</ForeName></Author>
<Author><CollectiveName>The FERN Group</CollectiveName></Author></AuthorList>
<Language>ger</Language><Language>eng</Language>
<DataBankList CompleteYN="Y"><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
<AccessionNumberList><AccessionNumber>NCT01234567</AccessionNumber></AccessionNumberList></DataBank>
<DataBank><DataBankName>GEO</DataBankName><AccessionNumberList><AccessionNumber>GSE1</AccessionNumber>
</AccessionNumberList></DataBank></DataBankList>
<GrantList CompleteYN="Y"><Grant><GrantID>G1</GrantID><Agency>NIHR</Agency></Grant></GrantList>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
<PublicationType UI="D016441">Retracted Publication</PublicationType></PublicationTypeList>
<VernacularTitle>Über Farne</VernacularTitle>
<ArticleDate DateType="Electronic"><Year>2025</Year><Month>11</Month><Day>30</Day></ArticleDate>
</Article><MedlineJournalInfo><MedlineTA>J Things</MedlineTA><ISSNLinking>1234-0000</ISSNLinking>
</MedlineJournalInfo>
<ChemicalList><Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance>Water</NameOfSubstance>
</Chemical></ChemicalList>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn">
<RefSource>J Things. 2026;12(4):1</RefSource><PMID Version="1">999</PMID></CommentsCorrections>
<CommentsCorrections RefType="ErratumIn"><RefSource>No number</RefSource><Note>typo</Note>
</CommentsCorrections><CommentsCorrections RefType="Cites"><RefSource>Old work</RefSource>
<PMID Version="1">11</PMID></CommentsCorrections></CommentsCorrectionsList>
<MeshHeadingList><MeshHeading><DescriptorName UI="D1" MajorTopicYN="Y">Ferns</DescriptorName>
<QualifierName UI="Q1">growth</QualifierName></MeshHeading></MeshHeadingList>
<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">fern</Keyword></KeywordList>
<KeywordList Owner="KIE"><Keyword>moss</Keyword><Keyword>fern</Keyword></KeywordList>
<OtherAbstract Type="plain-language-summary" Language="eng"><AbstractText>Ferns need water.
</AbstractText></OtherAbstract>
<InvestigatorList><Investigator ValidYN="Y"><LastName>Eide</LastName><ForeName>Bo</ForeName>
</Investigator></InvestigatorList></MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="received"><Year>2025</Year><Month>1</Month>
<Day>2</Day></PubMedPubDate><PubMedPubDate PubStatus="pubmed"><Year>2025</Year><Month>12</Month>
<Day>1</Day></PubMedPubDate><PubMedPubDate PubStatus="medline"><Year>2026</Year><Month>2</Month>
<Day>4</Day></PubMedPubDate><PubMedPubDate PubStatus="entrez"><Year>2026</Year><Month>1</Month>
<Day>9</Day></PubMedPubDate></History><PublicationStatus>ppublish</PublicationStatus>
<ArticleIdList><ArticleId IdType="pubmed">321</ArticleId><ArticleId IdType="pmc">PMC77</ArticleId>
<ArticleId IdType="pii">S1</ArticleId></ArticleIdList>
<ReferenceList><Title>References</Title><Reference><Citation>Old A. Work. 1999.</Citation>
<ArticleIdList><ArticleId IdType="pubmed">12</ArticleId><ArticleId IdType="doi">10.9/REF</ArticleId>
</ArticleIdList></Reference><ReferenceList><Reference><Citation>Nested B. 2001.</Citation>
</Reference></ReferenceList></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>
"""

BOOK = """<?xml version="1.0"?><PubmedArticleSet><PubmedBookArticle><BookDocument>
<PMID Version="1">55</PMID><ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId>
<ArticleId IdType="doi">10.3310/ABC</ArticleId></ArticleIdList><Book><Publisher>
<PublisherName>NIHR</PublisherName></Publisher><BookTitle>Health Reports</BookTitle>
<PubDate><Year>2024</Year></PubDate><AuthorList Type="editors"><Author><LastName>Editor</LastName>
</Author></AuthorList><Isbn>9780000000002</Isbn></Book>
<ArticleTitle>Integrated care</ArticleTitle><Language>eng</Language>
<AuthorList Type="authors"><Author><LastName>Hughes</LastName><ForeName>E</ForeName></Author>
</AuthorList><Abstract><AbstractText>Text.</AbstractText></Abstract></BookDocument>
<PubmedBookData><History><PubMedPubDate PubStatus="entrez"><Year>2024</Year><Month>10</Month>
<Day>30</Day></PubMedPubDate></History></PubmedBookData></PubmedBookArticle>
<DeleteCitation><PMID Version="1">7</PMID><PMID Version="1">8</PMID></DeleteCitation>
</PubmedArticleSet>"""


def read(words: str) -> list[Article | Deleted]:
    return list(read_articles(io.BytesIO(words.encode())))


def only(words: str) -> Article:
    (found,) = read(words)
    assert isinstance(found, Article)
    return found


@pytest.fixture(scope="module")
def article() -> Article:
    return only(ARTICLE)


def test_identity_is_the_citation_s_own_pmid_and_version(article: Article) -> None:
    assert (article.pmid, article.version, article.version_date) == ("321", 2, "2026/03/01")
    assert (article.status, article.indexing_method) == ("MEDLINE", "Automated")


def test_the_four_dates_are_told_apart(article: Article) -> None:
    assert article.crdt == date(2026, 1, 9)
    assert article.edat == date(2025, 12, 1)
    assert article.mhda == date(2026, 2, 4)
    assert article.revised == date(2026, 5, 6)


def test_markup_leaves_the_title_and_not_its_text(article: Article) -> None:
    assert article.bibliography.title == "On Ferns and H2O."


def test_an_abstract_keeps_its_labels_and_its_signs(article: Article) -> None:
    assert article.bibliography.abstract == (
        "AIM: We asked p<0.05. RESULTS: Yes; see NCT01234567 and CRD42021234567."
    )


def test_people_and_groups_are_authors_and_invalid_ones_are_not(article: Article) -> None:
    assert article.bibliography.authors == (
        Author(
            family="Müller Jr",
            given="Ada B",
            orcid="0000-0002-1825-009X",
            affiliations=("Dept A", "Dept B"),
        ),
        Author(collective="The FERN Group"),
    )


def test_identifiers_come_from_the_article_and_not_from_its_references(article: Article) -> None:
    said = article.bibliography
    assert (said.pmid, said.doi, said.pmcid) == ("321", "10.1000/right", "PMC77")


def test_where_it_was_printed_is_kept(article: Article) -> None:
    said = article.bibliography
    assert (said.journal, said.volume, said.issue) == ("Journal of Things", "12", "3")
    assert (said.pages, said.year, said.language) == ("12-9", 2025, "ger; eng")
    assert said.issns == ("1234-5679", "1234-0000")


def test_headings_keywords_types_and_grants_are_written_as_medline_does(article: Article) -> None:
    said = article.bibliography
    assert said.mesh == ("*Ferns/growth",)
    assert said.keywords == ("fern", "moss")
    assert said.publication_types == ("Journal Article", "Retracted Publication")
    assert said.grants == ("G1/NIHR",)


def test_trial_numbers_come_from_registries_and_from_the_abstract(article: Article) -> None:
    assert article.bibliography.trial_ids == ("NCT01234567", "CRD42021234567")


def test_links_keep_their_kind_even_without_a_number(article: Article) -> None:
    assert article.bibliography.links == (
        Link(kind="RetractionIn", pmid="999", citation="J Things. 2026;12(4):1"),
        Link(kind="ErratumIn", citation="No number", note="typo"),
        Link(kind="Cites", pmid="11", citation="Old work"),
    )


def test_references_are_read_however_deep_they_lie(article: Article) -> None:
    assert article.bibliography.references == (
        "Old A. Work. 1999. pmid:12 doi:10.9/REF",
        "Nested B. 2001.",
    )
    assert article.cites == ("11", "12")


def test_what_has_no_field_of_its_own_is_kept(article: Article) -> None:
    extra = dict(article.bibliography.extra)
    assert extra["vernacular_title"] == "Über Farne"
    assert extra["abstract_plain-language-summary_eng"] == "Ferns need water."
    assert extra["databank"] == "GEO/GSE1" or ("databank", "GEO/GSE1") in article.bibliography.extra
    assert extra["investigator"] == "Eide, Bo"
    assert extra["substance"] == "Water"
    assert extra["id_pii"] == "S1"
    assert extra["history_received"] == "2025-01-02"


def test_a_chapter_is_read_without_a_medline_citation() -> None:
    chapter, *deleted = read(BOOK)
    assert isinstance(chapter, Article)
    said = chapter.bibliography
    assert (said.kind, said.title, said.journal) == ("chapter", "Integrated care", "Health Reports")
    assert (said.doi, said.year, said.isbns) == ("10.3310/abc", 2024, ("9780000000002",))
    assert [author.name for author in said.authors] == ["Hughes, E"]
    assert chapter.crdt == date(2024, 10, 30)
    assert deleted == [Deleted("7"), Deleted("8")]


def test_a_book_without_authors_has_its_editors() -> None:
    start, end = BOOK.index("<ArticleTitle>"), BOOK.index("<Abstract>")
    book = read(BOOK[:start] + BOOK[end:])[0]
    assert isinstance(book, Article)
    assert (book.bibliography.kind, book.bibliography.title) == ("book", "Health Reports")
    assert [author.family for author in book.bibliography.authors] == ["Editor"]


def test_an_article_not_yet_indexed_has_no_indexing_date() -> None:
    start, end = ARTICLE.index("<MeshHeadingList>"), ARTICLE.index('<KeywordList Owner="NOT')
    assert only(ARTICLE[:start] + ARTICLE[end:]).mhda is None


def test_an_article_without_title_takes_the_vernacular_one() -> None:
    start, end = ARTICLE.index("<ArticleTitle>"), ARTICLE.index("<Pagination>")
    assert only(ARTICLE[:start] + ARTICLE[end:]).bibliography.title == "Über Farne"


@pytest.mark.parametrize("gone", ["<MedlineCitation", "<PubmedData", "<Article ", "<PMID"])
def test_an_article_that_lacks_a_part_is_still_read(gone: str) -> None:
    tag = gone.strip("< ")
    start = ARTICLE.index(gone)
    end = ARTICLE.index(f"</{tag}>", start) + len(tag) + 3
    assert isinstance(read(ARTICLE[:start] + ARTICLE[end:])[0], Article)


def test_a_stream_that_breaks_off_gives_what_came_and_says_where() -> None:
    whole = ARTICLE.replace("</PubmedArticleSet>", "<PubmedArticle><MedlineCitation>")
    found = read_articles(io.BytesIO(whole.encode()))
    assert isinstance(next(found), Article)
    with pytest.raises(MalformedPubMedXml) as broken:
        next(found)
    assert broken.value.line is not None


def test_an_entity_bomb_is_refused() -> None:
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 50}">' for n in range(1, 12))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">{layers}]>'
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
        "<ArticleTitle>&e11;</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>"
    )
    try:
        said = "".join(a.bibliography.title for a in read(bomb) if isinstance(a, Article))
    except MalformedPubMedXml:
        said = ""
    assert "boom" not in said


def test_an_external_entity_is_never_read(tmp_path: object) -> None:
    stolen = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
        "<ArticleTitle>a &file; b</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>"
    )
    assert only(stolen).bibliography.title in ("a &file; b", "a b")


RECORDED: dict[int, list[tuple[str, int | None, int]]] = {
    1: [("12091962", 1990, 0), ("9997", 1976, 0)],
    2: [("11748933", None, 0), ("11700088", None, 0)],
    4: [("27797938", 2017, 48)],
    5: [("28775130", 2018, 40)],
    6: [("30108519", 2018, 53)],
    7: [("29963580", 2018, 49)],
}


@pytest.mark.parametrize("number", RECORDED)
def test_recorded_answers_are_read_with_their_reference_lists(number: int) -> None:
    with reference(f"pubmed/pubmed{number}.xml").open("rb") as stream:
        found = [each for each in read_articles(stream) if isinstance(each, Article)]
    assert [(a.pmid, len(a.cites)) for a in found] == [(p, c) for p, _, c in RECORDED[number]]
    for article, (_, year, _) in zip(found, RECORDED[number], strict=True):
        assert article.bibliography.title
        assert article.crdt is not None
        assert year is None or article.bibliography.year == year


def test_no_markup_and_no_double_blank_is_left_in_recorded_texts() -> None:
    for number in RECORDED:
        with reference(f"pubmed/pubmed{number}.xml").open("rb") as stream:
            for each in read_articles(stream):
                assert isinstance(each, Article)
                said = f"{each.bibliography.title} {each.bibliography.abstract}"
                assert "  " not in said.strip()
                assert "<sup>" not in said
