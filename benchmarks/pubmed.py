"""How fast PubMed's XML is read, in how much memory, and whether the event loop notices.

`python -m benchmarks.pubmed [FILE...]` prints JSON. Without files it takes
the recorded answers in the folder `shared/pubmed` beside the project, or,
where that is missing, invented articles. CPU seconds are of this process; the
control is lxml's iterparse over the same bytes without reading a field.
"""

import argparse
import asyncio
import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from lxml import etree

from services.search.pubmed.xml.reader import read_articles

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "pubmed"
START, END = b"<PubmedArticle>", b"</PubmedArticleSet>"
MEGABYTE = 1024 * 1024
_AUTHOR = """<Author ValidYN="Y"><LastName>Name%d</LastName><ForeName>Given</ForeName><Initials>G
</Initials><AffiliationInfo><Affiliation>Department %d, A University, A City.</Affiliation>
</AffiliationInfo></Author>"""
_HEADING = """<MeshHeading><DescriptorName UI="D%06d" MajorTopicYN="N">Heading %d</DescriptorName>
<QualifierName UI="Q000001" MajorTopicYN="Y">methods</QualifierName></MeshHeading>"""
_REFERENCE = """<Reference><Citation>Name A, Name B. A title. J Foo. 2001;%d(2):3-9.</Citation>
<ArticleIdList><ArticleId IdType="pubmed">%d</ArticleId></ArticleIdList></Reference>"""
_DATE = """<PubMedPubDate PubStatus="%s"><Year>2001</Year><Month>2</Month><Day>3</Day>
</PubMedPubDate>"""


def invented(number: int) -> bytes:
    """An article of about 17 KB, with as many parts as recorded ones have."""
    authors = "".join(_AUTHOR % (n, n) for n in range(8))
    headings = "".join(_HEADING % (n, n) for n in range(15))
    references = "".join(_REFERENCE % (n, 1000 + n) for n in range(45))
    dates = "".join(_DATE % status for status in ("received", "entrez", "pubmed", "medline"))
    words = "Words of an abstract that goes on for some time. " * 30
    return f"""<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{number}</PMID>
<Article><Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>3</Volume><PubDate><Year>2001</Year>
</PubDate></JournalIssue><Title>A journal</Title></Journal><ArticleTitle>Title {number}
</ArticleTitle><Abstract><AbstractText>{words}</AbstractText></Abstract><AuthorList>{authors}
</AuthorList><Language>eng</Language></Article><MeshHeadingList>{headings}</MeshHeadingList>
</MedlineCitation><PubmedData><History>{dates}</History><ReferenceList>{references}</ReferenceList>
</PubmedData></PubmedArticle>""".encode()


def recorded(files: list[Path]) -> bytes:
    """The articles of all files, one after the other, without their frames."""
    parts = []
    for file in files:
        body = file.read_bytes()
        start, end = body.find(START), body.rfind(END)
        if 0 <= start < end:
            parts.append(body[start:end])
    return b"".join(parts) or b"".join(map(invented, range(8)))


class Repeated(io.RawIOBase):
    """`times` copies of the articles as one stream, made as they are read."""

    def __init__(self, articles: bytes, times: int) -> None:
        self._parts = self._made(articles, times)
        self._rest = b""

    def _made(self, articles: bytes, times: int) -> Iterator[bytes]:
        yield b'<?xml version="1.0"?><PubmedArticleSet>'
        for _ in range(times):
            yield articles
        yield END

    def readable(self) -> bool:
        """Always: it is a source."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next bytes."""
        if not self._rest:
            self._rest = next(self._parts, b"")
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)


def stream(articles: bytes, times: int) -> io.BufferedReader:
    """The repeated articles as a file to read from."""
    return io.BufferedReader(Repeated(articles, times))


def measured(read: Callable[[], int]) -> dict[str, float]:
    """CPU seconds, wall seconds and articles per CPU second of one reading."""
    cpu, wall = time.process_time(), time.perf_counter()
    articles = read()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "articles": articles,
        "cpu_s": round(cpu, 3),
        "wall_s": round(wall, 3),
        "articles_per_cpu_s": round(articles / cpu, 1),
    }


def read_all(articles: bytes, times: int) -> int:
    """Read every field of every article; their number."""
    return sum(1 for _ in read_articles(stream(articles, times)))


def walk(articles: bytes, times: int) -> int:
    """The control: parse, look at nothing; number of articles."""
    count = 0
    events = etree.iterparse(stream(articles, times), events=("end",), tag=("PubmedArticle",))
    for _, element in events:
        count += 1
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
    return count


async def worst_stall(articles: bytes, times: int) -> dict[str, float]:
    """Longest pause of the event loop, in milliseconds, while a thread reads."""
    worst, before = 0.0, time.perf_counter()
    reading = asyncio.create_task(asyncio.to_thread(read_all, articles, times))
    while not reading.done():
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        worst, before = max(worst, now - before - 0.005), now
    idle = await _idle_stall()
    return {"worst_stall_ms": round(worst * 1000, 1), "worst_stall_idle_ms": round(idle * 1000, 1)}


async def _idle_stall() -> float:
    """The control: the same probe while nothing is read, for one second."""
    worst, before = 0.0, time.perf_counter()
    for _ in range(200):
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        worst, before = max(worst, now - before - 0.005), now
    return worst


def peak_mb(files: list[Path], times: int) -> float:
    """Highest memory of a fresh process that reads `times` copies, in megabytes."""
    command = [sys.executable, "-m", "benchmarks.pubmed", "--peak", str(times), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own module
    return float(done.stdout)


def ratios(articles: bytes, times: int, pairs: int) -> dict[str, float]:
    """Reading's speed as a part of the control's, in pairs that follow each other closely.

    Processors that others use slow the two down by different and changing amounts; a single
    long run of each has given anything from 0.22 to 0.41 on one and the same day.
    """
    found: list[float] = []
    for _ in range(pairs):
        read = measured(lambda: read_all(articles, times))
        control = measured(lambda: walk(articles, times))
        found.append(read["articles_per_cpu_s"] / control["articles_per_cpu_s"])
    return {
        "pairs": pairs,
        "median": round(median(found), 3),
        "least": round(min(found), 3),
        "most": round(max(found), 3),
    }


def report(files: list[Path], times: int) -> dict[str, Any]:
    """All figures as one JSON object."""
    articles = recorded(files)
    few, many = peak_mb(files, 1), peak_mb(files, times)
    return {
        "files": [file.name for file in files],
        "megabytes": round(len(articles) * times / MEGABYTE, 1),
        "read": measured(lambda: read_all(articles, times)),
        "control_iterparse_alone": measured(lambda: walk(articles, times)),
        "ratio_to_control": ratios(articles, max(1, times // 50), 15),
        "memory": {
            "peak_mb_one_copy": few,
            f"peak_mb_{times}_copies": many,
            "growth_mb": round(many - few, 1),
        },
        "event_loop": asyncio.run(worst_stall(articles, max(1, times // 4))),
    }


def main() -> None:
    """Print the report, or with `--peak` only this process's peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--peak", type=int, default=0)
    given = parser.parse_args()
    files = given.files or sorted(SHARED.glob("pubmed*.xml"))
    if given.peak:
        read_all(recorded(files), given.peak)
        sys.stdout.write(str(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)))
        return
    sys.stdout.write(json.dumps(report(files, given.times), indent=1) + "\n")


if __name__ == "__main__":
    main()
