"""The generated reference is not stale."""

from runtime.reference import FOLDER, descriptions


async def test_asyncapi_and_openapi_say_what_the_code_does():
    stale = [
        name
        for name, text in (await descriptions()).items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make reference` and commit what it wrote"
