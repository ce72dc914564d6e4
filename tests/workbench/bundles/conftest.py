"""All services with nothing in them, and small bundles as archives."""

import asyncio
import io
import re
import zipfile

import pytest_asyncio

from shared.ops.settings import Settings
from tests.support.apps import open_system

REVIEW = """id: {id}
title: {title}
question: What works for whom?
team:
- {{person: ada, name: Ada, roles: [reviewer]}}
stages:
- {{name: title_abstract, from: null, policy: single}}
"""
RECORDS = "key,source,own_id,title,year\nr1,Embase,1,Calls at home,2020\nr2,Embase,2,Salt,2021\n"
DECISIONS = "record,stage,person,verdict\nr1,title_abstract,ada,include\n"


def archive(files, inside="small"):
    """A zip of named texts, as somebody makes it of a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(f"{inside}/{name}" if inside else name, text)
    return out.getvalue()


def small(id="small", title="A small review", **more):
    """The files of a bundle with two records and one decision."""
    files = {"review.yaml": REVIEW.format(id=id, title=title), "records/all.csv": RECORDS}
    return {**files, "decisions.csv": DECISIONS, **more}


async def send(client, content=None, name="small.zip", **form):
    """What the form answers."""
    files = {"file": (name, content)} if content is not None else None
    return await client.post("/load", data=form or None, files=files)


async def ended(client, answer):
    """Address and page of a load that was taken, once it goes on no more by itself."""
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    async with asyncio.timeout(120):
        while True:
            page = (await client.get(address)).text.split("</header>")[1].split("<dialog")[0]
            if 'data-load="still"' in page:
                return address, " ".join(re.sub(r"<[^>]+>", " ", page).split())
            await asyncio.sleep(0.2)


@pytest_asyncio.fixture
async def empty(tmp_path):
    """A system without a review, and its owner's client."""
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        yield system, client
