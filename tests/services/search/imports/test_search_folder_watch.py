"""Export files put into a watched folder are imported and moved, with a report."""

import json
from datetime import timedelta

from services.search.imports.jobs import folder_watch
from shared.kernel.jobs import Job
from tests.support.jobs import rows, until

RIS = "TY  - JOUR\nTI  - Peer support after stroke\nPY  - 2020\nER  - \n"


async def _look(library, sizes):
    ctx = library.system.services["search"].context
    job = Job(id="j", name=folder_watch.WATCH.job, key="", payload={"sizes": sizes}, attempts=0)
    await folder_watch.WATCH.look(job, ctx)


def _only_looks_of_the_test(monkeypatch):
    """The service's own look, at its start, once took the file beside the test's."""

    async def plan(*_):
        pass

    monkeypatch.setattr("shared.kernel.folder_watch.FolderWatch.plan", plan)
    monkeypatch.setattr("shared.kernel.folder_watch.EVERY", timedelta(days=1))


async def test_a_file_is_imported_once_its_size_has_settled(library, monkeypatch):
    _only_looks_of_the_test(monkeypatch)
    folder = folder_watch.WATCH.folder_of(library.system.settings.home) / "rev"
    folder.mkdir(parents=True)
    good, bad = folder / "embase.ris", folder / "paper.pdf"
    good.write_text(RIS)
    bad.write_bytes(b"%PDF-1.7 nothing")

    await _look(library, {})
    assert good.exists()
    sizes = {str(path): path.stat().st_size for path in (good, bad)}
    await _look(library, sizes)

    assert len(await library.records()) == 1
    report = json.loads((folder / "done" / "embase.ris.json").read_text())
    assert (report["added"], report["format"]) == (1, "ris")
    refused = json.loads((folder / "refused" / "paper.pdf.json").read_text())
    assert "PDF" in refused["detail"]


async def test_files_of_a_review_that_is_not_known_yet_stay(library):
    folder = folder_watch.WATCH.folder_of(library.system.settings.home) / "later"
    folder.mkdir(parents=True)
    (folder / "a.ris").write_text(RIS)

    await _look(library, {str(folder / "a.ris"): len(RIS)})

    assert (folder / "a.ris").exists()


async def test_four_starts_of_the_service_make_one_chain_of_looks(library):
    ctx = library.system.services["search"].context
    folder_watch.WATCH.folder_of(ctx.settings.home).mkdir(parents=True)

    async def only_the_next_look_is_planned():
        looks = [row for row in await ctx.db.read(rows) if row.name == folder_watch.WATCH.job]
        return [(row.state, row.not_before > ctx.clock.now()) for row in looks] == [
            ("waiting", True)
        ]

    for _ in range(4):
        await folder_watch.WATCH.plan(ctx)
        await until(only_the_next_look_is_planned)
