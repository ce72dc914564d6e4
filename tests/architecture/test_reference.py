"""The generated reference is not stale."""

import json

from openapi_spec_validator import OpenAPIV31SpecValidator

from runtime.reference import FOLDER, descriptions


async def test_asyncapi_and_openapi_say_what_the_code_does():
    stale = [
        name
        for name, text in (await descriptions()).items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make reference` and commit what it wrote"


def test_the_openapi_document_is_valid_under_the_version_that_it_declares():
    document = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1.")
    faults = [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert not faults
