"""The study of a report that was sought is named as people would cite it."""

import pytest

from services.extraction.documents.handlers import study_names
from services.extraction.documents.jobs import name_old_studies
from tests.support.extraction import a_record, a_settlement


@pytest.mark.parametrize(
    ("authors", "year", "label", "name"),
    [
        (["Hartwell, Joan", "Nwosu, Peter"], 2019, "", "Hartwell 2019"),
        (["van Dijk AB"], 2020, "", "van Dijk 2020"),
        ([], 2020, "Policy 12", "Policy 12"),
        (["Hartwell, Joan"], None, "", ""),
    ],
)
def test_a_study_is_called_by_first_author_and_year(authors, year, label, name):
    assert study_names.called({"authors": authors, "year": year, "label": label}) == name


def test_letters_go_on_after_z():
    assert [study_names._letter(n) for n in (2, 26, 27, 28)] == ["b", "z", "aa", "ab"]


async def test_studies_of_reports_that_were_sought_are_called_apart(extraction):
    for record, title in (("r1", "One"), ("r2", "Two"), ("r3", "Three")):
        wrote = {"title": title, "authors": ("Hartwell, Joan",), "year": 2019}
        await extraction.hear(a_record(record, **wrote))
        await extraction.hear(a_settlement(record))
    for record in ("r1", "r2"):
        await extraction.put_documents({"id": record, "record": record, "title": record})
    await extraction.put_documents({"id": "r3", "record": "r3", "study": "Walking trial"})
    again = {"id": "r1", "record": "r1", "title": "One, and more"}
    await extraction.put_documents(again)
    studies = [
        (await extraction.ask("GET", f"/documents/{record}"))["study"]
        for record in ("r1", "r2", "r3")
    ]
    assert studies == ["Hartwell 2019", "Hartwell 2019 b", "Walking trial"]


async def named_anew(extraction):
    """Do the job of the start; the studies by document."""
    await name_old_studies(None, extraction.running.context)
    items = (await extraction.ask("GET", "/documents"))["items"]
    return {one["id"]: one["study"] for one in items}


async def test_studies_that_were_called_by_an_id_get_their_names_at_start(extraction):
    for record in ("r1", "r2", "r3", "r4"):
        await extraction.put_documents({"id": record, "record": record, "title": record})
    await extraction.put_documents({"id": "d5", "study": "r3"})
    await extraction.ask("PUT", "/studies/cases/r2", {"cases": [{"id": "A", "label": "Arm"}]})
    before = {name: name for name in ("r1", "r2", "r3", "r4")} | {"d5": "r3"}
    assert await named_anew(extraction) == before, "nothing is known of their records yet"
    for record in ("r1", "r2", "r3"):
        await extraction.hear(a_record(record, title="T", authors=("Hartwell, Joan",), year=2019))
    told = len(await extraction.said("document_added"))
    named = {**before, "r1": "Hartwell 2019"}
    assert await named_anew(extraction) == {**named, "r3": "r3"}
    assert len(await extraction.said("document_added")) == told + 1
    assert await named_anew(extraction) == named, "doing it again changes nothing"
    assert len(await extraction.said("document_added")) == told + 1
