"""What an article says beyond the fields of a `Bibliography`: kept, so that nothing is lost."""

from collections.abc import Iterator
from datetime import date

from services.search.pubmed.xml.people import investigators
from services.search.pubmed.xml.text import (
    Element,
    Parts,
    abstract_of,
    attribute,
    children,
    first,
    text,
    trial_ids_in,
)

MOLECULAR_BANKS = frozenset(
    {"GENBANK", "GEO", "PDB", "OMIM", "SWISSPROT", "PIR", "GDB", "REFSEQ", "REFSNP", "SRA"}
    | {"DBSNP", "DBGAP", "DBVAR", "UNIPROTKB", "UNIMES", "UNIPARC", "UNIREF", "PROTEIN"}
    | {"PUBCHEM-BIOASSAY", "PUBCHEM-COMPOUND", "PUBCHEM-SUBSTANCE", "BIOPROJECT"}
    | {"DRYAD", "FIGSHARE"}
)
KEPT = {
    "VernacularTitle": "vernacular_title",
    "CoiStatement": "conflict_of_interest",
    "SpaceFlightMission": "space_flight_mission",
    "OtherID": "other_id",
    "GeneralNote": "note",
    "CitationSubset": "citation_subset",
    "GeneSymbolList": "gene_symbols",
}
KNOWN_IDS = ("pubmed", "doi", "pmc")


def extra_of(
    about: Parts, article: Parts, ids: dict[str, str], history: dict[str, date]
) -> tuple[tuple[str, str], ...]:
    """Dates, further ids, foreign titles and abstracts, substances, groups as `(tag, value)`."""
    found = [("history_" + status, when.isoformat()) for status, when in history.items()]
    found += [("id_" + kind, each) for kind, each in ids.items() if kind not in KNOWN_IDS]
    for parts in (about, article):
        found += [(name, text(parts[tag])) for tag, name in KEPT.items() if tag in parts]
    found += [("databank", f"{name}/{number}") for name, number in _banked(article)]
    found += [("investigator", name) for name in investigators(about.get("InvestigatorList"))]
    found += _other_abstracts(about)
    found += [("substance", text(each)) for each in _substances(about)]
    journal = about.get("MedlineJournalInfo")
    found += [("journal_abbreviation", text(each)) for each in children(journal, "MedlineTA")]
    return tuple([one for one in found if one[1]])


def _other_abstracts(about: Parts) -> Iterator[tuple[str, str]]:
    """Plain-language and foreign abstracts, each named with its type and language."""
    owner = about.get("OtherAbstract")
    for each in children(None if owner is None else owner.getparent(), "OtherAbstract"):
        kind = attribute(each, "Type").lower()
        yield f"abstract_{kind}_{attribute(each, 'Language', 'eng')}", abstract_of(each)


def _substances(about: Parts) -> Iterator[Element]:
    for chemical in children(about.get("ChemicalList"), "Chemical"):
        yield from children(chemical, "NameOfSubstance")


def _banked(article: Parts) -> Iterator[tuple[str, str]]:
    for bank in children(article.get("DataBankList"), "DataBank"):
        name = text(first(bank, "DataBankName"))
        for number in children(first(bank, "AccessionNumberList"), "AccessionNumber"):
            yield name, text(number)


def trial_ids_of(article: Parts, abstract: str) -> tuple[str, ...]:
    """Registry numbers of the data bank list and those written in the abstract, each once."""
    registered = (
        number for name, number in _banked(article) if name.upper() not in MOLECULAR_BANKS
    )
    return tuple(dict.fromkeys((*registered, *trial_ids_in(abstract))))
