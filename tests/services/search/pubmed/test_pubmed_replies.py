"""ESearch, ELink and ESpell answers as values."""

import pytest

from services.search.pubmed.client.replies import (
    UnreadableReply,
    read_links,
    read_search,
    read_spelling,
)
from services.search.pubmed.domain.answers import SearchMessage
from tests.support.reference import reference


def test_a_recorded_search_gives_count_ids_and_translation() -> None:
    reply = read_search(reference("pubmed/esearch1.xml").read_bytes())
    assert (reply.count, len(reply.ids), reply.ids[0]) == (63, 20, "41282813")
    assert reply.query_translation == '"biopython"[All Fields]'


def test_a_recorded_mapping_names_what_was_typed_and_what_was_searched() -> None:
    reply = read_search(reference("pubmed/esearch2.xml").read_bytes())
    assert reply.translations[0].typed == "cancer"
    assert '"neoplasms"[MeSH Terms]' in reply.translations[0].searched


def test_recorded_warnings_are_notices() -> None:
    reply = read_search(reference("pubmed/esearch8.xml").read_bytes())
    assert reply.count == 0
    assert reply.notices == (
        SearchMessage("PhraseNotFound", "abcXYZ"),
        SearchMessage("OutputMessage", "No items found."),
    )


def test_recorded_links_belong_to_their_source_and_leave_it_out() -> None:
    links = read_links(reference("pubmed/elink1.xml").read_bytes(), "pubmed_pubmed")
    assert "9298984" not in links["9298984"]
    assert "8794856" in links["9298984"]


def test_links_of_several_pooled_sources_are_refused() -> None:
    body = reference("pubmed/elink3.xml").read_bytes()
    with pytest.raises(UnreadableReply, match="pooled"):
        read_links(body, "pubmed_pubmed")


def test_a_source_whose_links_failed_has_no_entry() -> None:
    sets = "".join(
        f"<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>{n}</Id></IdList><LinkSetDb><DbTo>pubmed"
        f"</DbTo><LinkName>x</LinkName>{links}</LinkSetDb></LinkSet>"
        for n, links in ((1, "<Link><Id>7</Id></Link>"), (2, "<ERROR>no answer</ERROR>"))
    )
    assert read_links(f"<eLinkResult>{sets}</eLinkResult>".encode(), "x") == {"1": ("7",)}


def test_a_recorded_spelling_is_read() -> None:
    assert read_spelling(reference("pubmed/espell.xml").read_bytes()) == "biopython"


@pytest.mark.parametrize("body", [b"<eSearchResult/>", b"<eSearchResult><Count>x</Count>", b"{"])
def test_a_search_answer_without_a_count_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableReply):
        read_search(body)
