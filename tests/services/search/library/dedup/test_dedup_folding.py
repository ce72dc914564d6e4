"""One spelling for what databases write in many."""

import pytest

from services.search.library.domain.dedup import Features, identifiers, journals, locators, titles
from tests.services.search.library.dedup.dedup_examples import features, people


@pytest.mark.parametrize(
    "raw",
    [
        "10.1016/S0022-2828(85)80039-0",
        "http://dx.doi.org/10.1016/S0022-2828%2885%2980039-0",
        "https://doi.org/10.1016/s0022-2828(85)80039-0.",
        "doi: 10.1016/s0022-2828(85)80039-0 ",
        "https://www.example.org/doi/10.1016/s0022-2828(85)80039-0/pdf",
        "10.1016/s0022-2828(85)80039-0; 10.1000/other",
        "ARTN 106\n10.1016/s0022-2828(85)80039-0",
    ],
)
def test_a_doi_is_the_same_in_every_dialect(raw: str) -> None:
    assert identifiers.doi(raw) == "10.1016/s0022-2828(85)80039-0"


def test_an_old_doi_with_markup_in_it_stays_whole() -> None:
    raw = "10.1002/(SICI)1097-0258(19980815/30)17:15/16&lt;1661::AID-SIM968&gt;3.0.CO;2-2"

    assert identifiers.doi(raw).endswith("<1661::aid-sim968>3.0.co;2-2")


@pytest.mark.parametrize("raw", ["10.1016/s0022", "10.1016/0022-2828(85", "none", "", None])
def test_a_doi_cut_off_identifies_nothing(raw: str | None) -> None:
    assert identifiers.doi(raw) == ""


def test_isbn_10_and_13_of_one_book_are_equal() -> None:
    assert identifiers.isbns(("978-3-16-148410-0",)) == identifiers.isbns(("3161484100",))


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("123-9", "123", "129"),
        ("123--129", "123", "129"),
        ("pp. 123–129", "123", "129"),
        ("H1491-512", "h1491", "1512"),
        ("Jan-67", "1", "67"),
        ("21-Aug", "21", "28"),
        ("II-221-5; discussion II-225-6", "ii221", "225"),
        ("S4-76-S4-101", "76", "101"),
        ("215 p", "", ""),
        ("no pagination", "", ""),
        ("CD001234", "cd1234", ""),
    ],
)
def test_pages_are_read_in_every_form(raw: str, first: str, last: str) -> None:
    assert locators.pages(raw) == (first, last)


@pytest.mark.parametrize(
    ("volume", "issue", "number"),
    [
        ("28 (3)", "", "28"),
        ("88 Suppl 1", "", "88"),
        ("Part A. 9", "", "9"),
        ("17 (1) (no pagination)", "", "17"),
        ("XL", "", "40"),
        ("1)", "", ""),
        ("2018-September", "", ""),
    ],
)
def test_volumes_are_read_in_every_form(volume: str, issue: str, number: str) -> None:
    assert locators.volume(volume, issue).number == number


@pytest.mark.parametrize("issue", ["", "e0143396"])
def test_an_issue_inside_the_volume_is_found(issue: str) -> None:
    assert locators.volume("28 (3)", issue).issue == "3"


def test_an_article_number_in_the_issue_field_is_a_page() -> None:
    one = features(volume="10 (11) (no pagination)", issue="e0143396", pages="")
    other = features(volume="10", issue="11", pages="e0143396")

    assert (one.volume, one.issue, one.first) == (other.volume, other.issue, other.first)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J Mol Cell Cardiol", "Journal of Molecular and Cellular Cardiology"),
        ("Proc Natl Acad Sci U S A", "Proceedings of the National Academy of Sciences of the USA"),
        ("Zhongguo Zhenjiu", "Zhongguo zhen jiu [Chinese acupuncture & moxibustion]"),
        ("Diabetic Medicine", "Diabetic Medicine. Conference: Diabetes UK 2017"),
        ("Stroke", "Stroke; a journal of cerebral circulation"),
        ("JAMA", "Journal of the American Medical Association"),
        ("Neurorehabilitation & Neural Repair", "Neurorehabilitation and neural repair"),
    ],
)
def test_a_journal_is_known_by_abbreviation_acronym_and_parallel_title(
    one: str, other: str
) -> None:
    assert journals.same_journal(journals.journal(one), journals.journal(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Diabetes", "Diabetologia"),
        ("Diabetes", "Diabetes Care"),
        ("Stroke", "Brain"),
        ("Lancet", "Circulation Research"),
    ],
)
def test_other_journals_stay_other(one: str, other: str) -> None:
    assert journals.same_journal(journals.journal(one), journals.journal(other)) is False


def test_a_name_that_goes_on_may_be_another_journal() -> None:
    one, other = journals.journal("Brain Res"), journals.journal("Brain Research Bulletin")

    assert journals.same_journal(one, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TGF-β1 in m&uuml;rine cells", "TGF-beta1 in murine cells"),
        ("[Effect of acupuncture on gait]", "Effect of acupuncture on gait. [Chinese]"),
        ("A <i>de novo</i> mutation", "A de novo mutation"),
        ("RETRACTED: A trial of nothing", "A trial of nothing"),
        ("Sleep and pain: Part II", "Sleep and pain: part 2"),
        ("Heat shock. Russian\nРоль белков", "Heat shock"),
        ("Costs & benefits", "Costs and benefits."),
    ],
)
def test_a_title_is_the_same_in_every_dress(one: str, other: str) -> None:
    assert titles.fold(one).text == titles.fold(other).text


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("Erratum: Sleep in adults", "erratum"),
        ("Corrigendum to 'Sleep in adults'", "erratum"),
        ("Sleep in adults (vol 12, pg 3, 2009)", "erratum"),
        ("Sleep in adults (Lancet (2009) 360 (542-544))", "erratum"),
        ("Retraction notice: Sleep in adults", "retraction"),
        ("Expression of concern: Sleep in adults", "concern"),
        ("Sleep in adults - Reply", "reply"),
        ("Authors' reply", "reply"),
        ("Comment on: Sleep in adults", "comment"),
        ("Sleep in adults: study protocol", "protocol"),
        ("Sleep in adults (structured abstract)", ""),
        ("Response to treatment in adults", ""),
        ("Lithium in adults: the dose-response", ""),
        ("Correction of hyponatraemia in adults", ""),
        ("Sleep in adults", ""),
    ],
)
def test_a_notice_is_told_from_a_work(title: str, notice: str) -> None:
    assert titles.fold(title).notice == notice


@pytest.mark.parametrize("title", ["Editorial", "In this issue", "Abstracts of the Congress"])
def test_common_titles_identify_nothing(title: str) -> None:
    assert titles.fold(title).generic


def test_features_survive_storage() -> None:
    stored = features(doi="10.1000/x", authors=people("Núñez", "Łoś"))

    assert Features.decode(stored.encode()) == stored
    assert stored.authors == ("nunez", "los")
