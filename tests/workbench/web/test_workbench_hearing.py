"""What a page of screening follows."""

from shared.events import registered, type_name
from workbench.web.domain.screening_events import SCREENING


def test_what_a_page_of_screening_follows_names_no_person() -> None:
    events = {type_name(cls): cls for cls in registered().values()}
    for name in SCREENING:
        fields = set(events[name].__dataclass_fields__)
        assert not fields & {"person_id", "person", "votes", "actor", "people", "decisions"}, name
