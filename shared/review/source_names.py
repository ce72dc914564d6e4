"""Sources of records as people know them: databases by their names, others as they were named."""

import re

_NAMES = (
    "PubMed", "MEDLINE", "Embase", "CINAHL", "PsycINFO", "PsycARTICLES", "Scopus", "AMED", "HMIC",
    "Web of Science", "Cochrane Library", "CENTRAL", "CDSR", "DARE", "ASSIA", "ERIC", "LILACS",
    "Social Policy and Practice", "Sociological Abstracts", "Social Services Abstracts", "IBSS",
    "Global Health", "Global Index Medicus", "EconLit", "ProQuest", "ClinicalTrials.gov", "ICTRP",
    "Google Scholar", "OpenAlex", "Crossref", "Europe PMC", "PubMed Central", "OpenGrey", "SSRN",
    "medRxiv", "bioRxiv", "PROSPERO", "Epistemonikos", "Dimensions", "Lens",
)  # fmt: skip
_OTHER_KEYS = {
    "wos": "Web of Science",
    "cochrane": "Cochrane Library",
    "psychinfo": "PsycINFO",
    "apapsycinfo": "PsycINFO",
    "medlineovid": "MEDLINE (Ovid)",
    "ovidmedline": "MEDLINE (Ovid)",
    "hand": "a person of the team",
}


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


_BY_KEY = {_key(name): name for name in _NAMES} | _OTHER_KEYS


def is_known(source: str) -> bool:
    """Whether this is a database or index by name, and not what a file was called."""
    return _key(source) in _BY_KEY


def source_name(source: str) -> str:
    """A source's name, whatever key it is kept by (`pubmed`, `europe_pmc`, `CINAHL`).

    One that is not known stays as people named it, with spaces for underscores.
    """
    return _BY_KEY.get(_key(source)) or source.replace("_", " ")
