"""Answers as NCBI writes them, with their DOCTYPEs."""

from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tests.support.eutils.corpus import FakeArticle
from tests.support.eutils.query import Understood

DECLARATION = '<?xml version="1.0" encoding="UTF-8" ?>\n'
DTD = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd"
ORDER = (
    "PhraseNotFound",
    "FieldNotFound",
    "PhraseIgnored",
    "QuotedPhraseNotFound",
    "OutputMessage",
)
TYPE_IDS = {
    "Retracted Publication": "D016441",
    "Retraction of Publication": "D016440",
    "Journal Article": "D016428",
}
DOCTYPES = {
    "eSearchResult": f'"-//NLM//DTD esearch 20060628//EN" "{DTD}/20060628/esearch.dtd"',
    "eLinkResult": f'"-//NLM//DTD elink 20101123//EN" "{DTD}/20101123/elink.dtd"',
    "ePostResult": f'"-//NLM//DTD epost 20090526//EN" "{DTD}/20090526/epost.dtd"',
    "eSpellResult": '"-//NLM//DTD eSpellResult, 23 November 2004//EN" '
    '"https://www.ncbi.nlm.nih.gov/entrez/query/DTD/eSpell.dtd"',
    "PubmedArticleSet": '"-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd"',
}


def document(root: str, content: str) -> bytes:
    """A whole answer with declaration and DOCTYPE."""
    doctype = f"<!DOCTYPE {root} PUBLIC {DOCTYPES[root]}>"
    return f"{DECLARATION}{doctype}\n<{root}>{content}</{root}>\n".encode()


def tag(name: str, words: object, **attributes: str) -> str:
    """`<name a="b">words</name>`; empty if there are no words."""
    if words in ("", None):
        return ""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{escape(str(words))}</{name}>"


def esearch(told: Understood, ids: Sequence[int], start: int, most: int, cut: bool) -> bytes:
    """An ESearch answer that gives `ids` of all that were found."""
    restrictions = [("OutputMessage", "Restrictions achieved")] if cut else []
    listed = "".join(f"<Id>{pmid}</Id>\n" for pmid in ids)
    mapped = "".join(
        f"<Translation>     {tag('From', typed)}     {tag('To', said)}    </Translation>"
        for typed, said in told.mapped
    )
    warned = _list("WarningList", [*told.warnings, *restrictions])
    return document(
        "eSearchResult",
        f"<Count>{len(told.pmids)}</Count><RetMax>{min(most, len(ids))}</RetMax>"
        f"<RetStart>{start}</RetStart><IdList>\n{listed}</IdList>"
        f"<TranslationSet>{mapped}</TranslationSet>{tag('QueryTranslation', told.translation)}"
        f"{_list('ErrorList', told.errors)}{warned}",
    )


def _list(name: str, entries: Iterable[tuple[str, str]]) -> str:
    ordered = sorted(entries, key=lambda entry: ORDER.index(entry[0]))
    content = "".join(tag(kind, words) for kind, words in ordered)
    return f"<{name}>{content}</{name}>" if content else ""


def error(root: str, sentence: str) -> bytes:
    """An answer that is only an `<ERROR>`."""
    return document(root, tag("ERROR", sentence))


def efetch(articles: Iterable[FakeArticle]) -> bytes:
    """The articles as EFetch gives them."""
    return document("PubmedArticleSet", "\n".join(map(article, articles)))


def article(each: FakeArticle) -> str:
    """One `PubmedArticle` or `PubmedBookArticle`."""
    if each.book:
        return _book(each)
    return (
        f'<PubmedArticle><MedlineCitation Status={quoteattr(each.status)} Owner="NLM">'
        f'<PMID Version="{each.version}">{each.pmid}</PMID>{_day("DateRevised", each.revised)}'
        f'<Article PubModel="Electronic">{_journal(each)}{tag("ArticleTitle", each.title)}'
        f"<Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>{_abstract(each)}{_authors(each)}"
        f"<Language>eng</Language>{_banks(each)}{_grants(each)}{_types(each)}</Article>"
        f"<MedlineJournalInfo>{tag('MedlineTA', each.journal)}</MedlineJournalInfo>"
        f"{_links(each)}{_mesh(each)}{_keywords(each)}"
        f"</MedlineCitation>{_data(each)}</PubmedArticle>"
    )


def _day(name: str, day: date | None, **attributes: str) -> str:
    if day is None:
        return ""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return (
        f"<{name}{said}><Year>{day.year}</Year><Month>{day.month:02}</Month>"
        f"<Day>{day.day:02}</Day></{name}>"
    )


def _journal(each: FakeArticle) -> str:
    return (
        '<Journal><ISSN IssnType="Electronic">1234-5679</ISSN><JournalIssue CitedMedium="Internet">'
        f"<Volume>1</Volume><PubDate><Year>{each.year}</Year></PubDate></JournalIssue>"
        f"{tag('Title', each.journal)}</Journal>"
    )


def _abstract(each: FakeArticle) -> str:
    said = tag("AbstractText", each.abstract)
    return f"<Abstract>{said}</Abstract>" if said else ""


def _authors(each: FakeArticle) -> str:
    orcids = [each.orcid, *[""] * len(each.authors)]
    people = "".join(
        f'<Author ValidYN="Y">{tag("LastName", family)}{tag("ForeName", given)}'
        f"{tag('Initials', given[:1])}{tag('Identifier', orcid, Source='ORCID')}</Author>"
        for (family, given), orcid in zip(each.authors, orcids, strict=False)
    )
    group = tag("CollectiveName", each.collective)
    group = f'<Author ValidYN="Y">{group}</Author>' if group else ""
    return f'<AuthorList CompleteYN="Y">{people}{group}</AuthorList>'


def _banks(each: FakeArticle) -> str:
    if not each.trial:
        return ""
    number = tag("AccessionNumber", each.trial)
    return (
        '<DataBankList CompleteYN="Y"><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>'
        f"<AccessionNumberList>{number}</AccessionNumberList></DataBank></DataBankList>"
    )


def _grants(each: FakeArticle) -> str:
    if not each.grant:
        return ""
    grant = f"<Grant>{tag('GrantID', each.grant)}<Agency>Invented Fund</Agency></Grant>"
    return f'<GrantList CompleteYN="Y">{grant}</GrantList>'


def _types(each: FakeArticle) -> str:
    content = "".join(
        tag("PublicationType", kind, UI=TYPE_IDS.get(kind, "D000000")) for kind in each.types
    )
    return f"<PublicationTypeList>{content}</PublicationTypeList>"


def _links(each: FakeArticle) -> str:
    links = [(kind, pmid, source) for kind, pmid, source in each.links]
    links += [("Cites", pmid, f"Reference {pmid}") for pmid in each.references]
    content = "".join(
        f"<CommentsCorrections RefType={quoteattr(kind)}>{tag('RefSource', source)}"
        f"{tag('PMID', pmid, Version='1')}</CommentsCorrections>"
        for kind, pmid, source in links
    )
    return f"<CommentsCorrectionsList>{content}</CommentsCorrectionsList>" if content else ""


def _mesh(each: FakeArticle) -> str:
    content = "".join(
        f"<MeshHeading>{tag('DescriptorName', head, UI='D000000', MajorTopicYN='N')}</MeshHeading>"
        for head in each.mesh
    )
    return f"<MeshHeadingList>{content}</MeshHeadingList>" if content else ""


def _keywords(each: FakeArticle) -> str:
    content = "".join(tag("Keyword", word, MajorTopicYN="N") for word in each.keywords)
    return f'<KeywordList Owner="NOTNLM">{content}</KeywordList>' if content else ""


def _data(each: FakeArticle) -> str:
    history = (
        _day("PubMedPubDate", each.edat or each.crdt, PubStatus="pubmed")
        + _day("PubMedPubDate", each.mhda or each.edat or each.crdt, PubStatus="medline")
        + _day("PubMedPubDate", each.crdt, PubStatus="entrez")
    )
    ids = (
        tag("ArticleId", each.pmid, IdType="pubmed")
        + tag("ArticleId", each.doi, IdType="doi")
        + tag("ArticleId", each.pmcid, IdType="pmc")
    )
    return (
        f"<PubmedData><History>{history}</History><PublicationStatus>epublish</PublicationStatus>"
        f"<ArticleIdList>{ids}</ArticleIdList></PubmedData>"
    )


def _book(each: FakeArticle) -> str:
    ids = tag("ArticleId", f"NBK{each.pmid}", IdType="bookaccession")
    ids += tag("ArticleId", each.doi, IdType="doi")
    return (
        f'<PubmedBookArticle><BookDocument><PMID Version="{each.version}">{each.pmid}</PMID>'
        f"<ArticleIdList>{ids}</ArticleIdList><Book><Publisher><PublisherName>Invented Press"
        f"</PublisherName></Publisher><BookTitle>{escape(each.journal)}</BookTitle><PubDate><Year>"
        f"{each.year}</Year></PubDate></Book>{tag('ArticleTitle', each.title)}"
        f"<Language>eng</Language>{_authors(each)}"
        f"{_abstract(each)}</BookDocument><PubmedBookData><History>"
        f"{_day('PubMedPubDate', each.crdt, PubStatus='entrez')}</History>"
        "<PublicationStatus>epublish</PublicationStatus><ArticleIdList>"
        f"{tag('ArticleId', each.pmid, IdType='pubmed')}</ArticleIdList></PubmedBookData>"
        "</PubmedBookArticle>"
    )


def elink(name: str, groups: Iterable[tuple[Sequence[int], Sequence[int]]]) -> bytes:
    """One LinkSet for each (sources, linked)."""
    sets = []
    for sources, linked in groups:
        ids = "".join(tag("Id", pmid) for pmid in sources)
        links = "".join(f"<Link>{tag('Id', pmid)}</Link>" for pmid in linked)
        database = (
            f"<LinkSetDb><DbTo>pubmed</DbTo>{tag('LinkName', name)}{links}</LinkSetDb>"
            if links
            else ""
        )
        sets.append(f"<LinkSet><DbFrom>pubmed</DbFrom><IdList>{ids}</IdList>{database}</LinkSet>")
    return document("eLinkResult", "\n".join(sets))


def epost(environment: str) -> bytes:
    """The key under which posted identifiers are kept."""
    return document("ePostResult", f"<QueryKey>1</QueryKey>{tag('WebEnv', environment)}")


def espell(query: str, corrected: str) -> bytes:
    """A spelling suggestion."""
    return document(
        "eSpellResult",
        f"<Database>pubmed</Database>{tag('Query', query)}"
        f"<CorrectedQuery>{escape(corrected)}</CorrectedQuery><ERROR/>",
    )
