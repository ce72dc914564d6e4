"""Archives that somebody sends as bundles: what is damaged or leaves its folder is refused."""

import io
import zipfile

import pytest

from tests.workbench.bundles.conftest import archive, ended, send, small
from workbench.bundles.adapters import CannotUnpack, check, unpack
from workbench.bundles.handlers import MOST_KEPT


def named(*names):
    """An archive whose entries have these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in names:
            zipped.writestr(name, b"x")
    return out.getvalue()


def packed(method):
    """An archive of one file, pressed by this method."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zipped:
        zipped.writestr("review.yaml", b"id: small\n" * 500)
    return out.getvalue()


def damaged(content, at=60):
    """The archive with its bytes turned over within the first entry."""
    return content[:at] + bytes(255 - byte for byte in content[at : at + 20]) + content[at + 20 :]


def of_version(content, number):
    """The archive, its entries claiming to need this version of the format."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 6] + number.to_bytes(2, "little") + content[at + 8 :]


@pytest.mark.parametrize(
    "name", [".", "./.", "/", "../review.yaml", "a/../../x", "c:/x", "\\x", "records/" + "n" * 300]
)
def test_a_name_that_is_no_file_of_the_folder_is_refused(name):
    with pytest.raises(CannotUnpack, match="The archive holds"):
        check(named("review.yaml", name.rstrip("/") or "//x"))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_entry_is_refused(tmp_path, method):
    with pytest.raises(CannotUnpack, match=r"damaged|no zip"):
        unpack(damaged(packed(method)), tmp_path)


def test_an_archive_of_a_version_that_nobody_knows_is_refused():
    with pytest.raises(CannotUnpack, match="no zip archive"):
        check(of_version(packed(zipfile.ZIP_DEFLATED), 99))


async def test_no_archive_makes_the_page_fail(empty):
    _, client = empty
    strange = (
        named("."), named("review.yaml", "."), of_version(packed(zipfile.ZIP_DEFLATED), 99),
        b"PK\x05\x06" + b"\0" * 18, b"PK\x03\x04", packed(zipfile.ZIP_DEFLATED)[:40],
    )  # fmt: skip
    for content in strange:
        answer = await send(client, content)
        assert answer.status_code in (303, 422), answer.text
        if answer.status_code == 303:
            await ended(client, answer)


async def test_a_file_of_the_folder_without_a_name_is_refused(empty):
    _, client = empty
    for name in (".", "/", "\\", "..", "./"):
        answer = await client.post("/load", files={"folder": (name, b"x")})
        assert answer.status_code in (303, 422), (name, answer.text)


async def test_what_is_nested_too_deep_is_told_beside_its_file(empty):
    _, client = empty
    deep = small(**{"theories.json": "[" * 50_000, "fragments.jsonl": '{"a":' * 50_000})
    _, told = await ended(client, await send(client, archive(deep)))
    assert "theories.json" in told
    assert "too many levels" in told


async def test_a_person_keeps_only_so_many_archives(empty):
    _, client = empty
    wrong = archive(small(**{"review.yaml": "id: [\n"}))
    for _ in range(MOST_KEPT):
        await ended(client, await send(client, wrong))
    assert (await send(client, wrong)).status_code == 409
