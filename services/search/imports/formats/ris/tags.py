"""What the tags of RIS files mean, over all the dialects met."""

from services.search.imports.domain.compose import Dialect


def _tags(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = {
    "jour": "article",
    "ejour": "article",
    "jfull": "article",
    "mgzn": "article",
    "news": "article",
    "inpr": "article",
    "journal article": "article",
    "book": "book",
    "ebook": "book",
    "edbook": "book",
    "chap": "chapter",
    "echap": "chapter",
    "conf": "conference",
    "cpaper": "conference",
    "abst": "abstract",
    "thes": "thesis",
    "rprt": "report",
    "govdoc": "report",
    "unpb": "preprint",
    "manscpt": "preprint",
    "data": "dataset",
    "elec": "web",
    "blog": "web",
    "icomm": "web",
    "gen": "other",
}

RIS = Dialect(
    kinds=KINDS,
    kind=("TY",),
    usual=_tags("JOUR BOOK CHAP CONF ABST THES RPRT UNPB DATA ELEC GEN"),
    title=("TI", "T1", "CT"),
    abstract=("AB", "N2"),
    authors=("AU", "A1"),
    year=("PY", "Y1", "YR", "DA"),
    journal=("JF", "T2", "JO", "JA", "J2", "J1", "BT", "SO"),
    volume=("VL", "VO"),
    issue=("IS", "CP", "NO"),
    start_page=("SP", "BP"),
    end_page=("EP",),
    pages=("PG",),
    publisher=("PB",),
    language=("LA",),
    doi=("DO", "DI", "DOI", "L3", "M3"),
    doi_notes=("N1", "M1", "ID", "AN", "C7"),
    pmid=("PMID", "PM"),
    pmid_notes=("XR", "C3", "AN", "N1"),
    pmcid=("PMCID",),
    issns=("SN", "BN", "EI"),
    keywords=("KW", "DE"),
    urls=("UR", "L1", "L2", "LK"),
    own_id=("UT", "AN", "U2"),
)

# Tags of other databases that ride along in RIS; they have no field, yet are tags.
FOREIGN_TAGS = _tags(
    """
    AI AF AR BA BE BF BN BP BT CC CF CG CL CO CP CR CT DC DE DI DG DM DT D2 EA ED EI EM FD FN
    FS FU FX GA GE GN GP GR GS HO HC HP ID IN IP IV J1 J9 JC JI JN JP JT KP LG LI LK LS LT MA
    MD MH MI ML MP NA NM NO NP NR NT OA OI OO OT OV P2 PA PD PG PI PJ PM PN PP PR PS PT PU PW
    RC RF RG RL RR RS S2 SC SD SF SG SI SM SO SR SS SU TC TD TM TN TR TS U1 U2 U3 U4 U5 U6 U7
    U8 U9 UD UI UT VI VN VO VR WC WE WS XL YR Z1 Z2 Z3 Z8 Z9 ZB ZR ZS ZA AO AP AV CD CS CX CY
    EC EF EP EX L3 L5 M2 M4 M5 N3 PMID PMCID DOI
    """
)
# Values of these run over lines; a strange tag below them is a line of their text.
TEXT_TAGS = frozenset(("AB", "N2", "N1", "TI", "T1", "RN", "ID_TEXT"))
# One line a value, in files that write the tag once and the values below it.
LIST_TAGS = frozenset(
    ("KW", "AU", "A1", "A2", "A3", "A4", "AD", "C1", "SN", "DO", "DB", "UR", "L1", "L2", "AN")
)
ADDRESS_TAGS = frozenset(("UR", "L1", "L2", "L3", "L4", "LK", "DO"))
