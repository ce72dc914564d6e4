"""Where a protocol is registered is read from the protocol."""

import pytest

from workbench.reviews.domain import LONGEST, registration_of


@pytest.mark.parametrize(
    ("protocol", "registration"),
    [
        ("PROSPERO CRD42020168667", "PROSPERO CRD42020168667"),
        ({"registration": " OSF x7 ", "text": "long"}, "OSF x7"),
        ({"text": "long"}, ""),
        ("two\nlines", ""),
        ("x" * (LONGEST + 1), ""),
        (None, ""),
        (["CRD1"], ""),
        ({"registration": 7}, ""),
    ],
)
def test_a_registration_is_one_line_or_a_member_of_that_name(protocol, registration):
    assert registration_of(protocol) == registration
