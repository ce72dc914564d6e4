"""A form is built, answered and agreed on by plain HTML forms."""

from shared.ops.settings import Settings
from tests.support.apps import open_system
from workbench.web.domain.extraction_forms import answers_of, builder_rows, fields_of

FIELDS = [
    {"id": "n", "label": "Participants", "kind": "number", "required": True, "help": ""},
    {"id": "where", "label": "Where", "kind": "multi_choice", "choices": ["GB", "DE"]},
    {
        "id": "arms",
        "label": "Arms",
        "kind": "table",
        "columns": [{"id": "arm", "label": "Arm", "kind": "text"}],
    },
]


def test_what_is_filled_in_is_what_is_answered():
    form = {"f0": "12", "f1_1": "yes", "f2_r0_0": "usual care", "f2_r1_0": " ", "note": "x"}
    assert answers_of(form, FIELDS) == {
        "n": 12,
        "where": ["DE"],
        "arms": [{"arm": "usual care"}],
    }
    assert answers_of({"f0": "many"}, FIELDS) == {"n": "many"}, "it is refused by its field"


def test_a_builder_gives_new_questions_ids_and_leaves_old_ones_theirs():
    form = {"id0": "n", "label0": "People", "kind0": "number", "required0": "yes"}
    form |= {"label1": "Study design", "kind1": "choice", "parts1": "RCT; other;"}
    form |= {"label2": "Study design", "kind2": "text", "label3": " ", "kind3": "text"}
    form |= {"id4": "arms", "label4": "Arms", "kind4": "table", "parts4": "Arm; n"}
    made = fields_of(form, FIELDS)
    assert [one["id"] for one in made] == ["n", "study_design", "study_design_2", "arms"]
    assert made[1]["choices"] == ["RCT", "other"]
    assert [c["id"] for c in made[3]["columns"]] == ["arm", "n"]


def test_a_builder_has_rows_left_over():
    whole = [{"choices": [], "columns": [], "required": False, "help": "", **one} for one in FIELDS]
    rows = builder_rows(whole)
    assert [row["parts"] for row in rows[:3]] == ["", "GB; DE", "Arm"]
    assert rows[-1]["label"] == ""


async def test_a_form_goes_from_its_template_to_a_consensus(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        base = "/api/extraction/reviews/rev"
        (await http.put(f"{base}/documents/d1", json={"title": "Trust"})).raise_for_status()
        assert "RECO literature mapping" in (await http.get("/reviews/rev/forms")).text
        refused = await http.post("/reviews/rev/forms", data={"title": ""})
        assert refused.status_code == 422
        assert "needs a title" in refused.text
        made = await http.post("/reviews/rev/forms", data={"template": "reco_mapping"})
        assert made.status_code == 303
        form = made.headers["location"]
        shown = await http.get(form)
        assert 'value="Country or countries"' in shown.text
        built = {"title": "Short", "label0": "Participants", "kind0": "number", "required0": "yes"}
        said = await http.post(form, data=built)
        assert said.status_code == 303, said.text
        answers = form.replace("/forms/", "/form-answers/")
        page = await http.get(answers, params={"document": "d1"})
        assert "Participants (required)" in page.text
        wrong = await http.post(answers, data={"document": "d1", "f0": "many", "do": "done"})
        assert wrong.status_code == 422
        assert "is a number" in wrong.text
        assert 'value="many"' in wrong.text
        done = await http.post(answers, data={"document": "d1", "f0": "12", "do": "done"})
        assert done.status_code == 303
        page = await http.get(done.headers["location"])
        assert "You have done this form." in page.text
        assert "Keep as a draft" in page.text
        agreed = await http.post(answers, data={"document": "d1", "f0": "13", "do": "agree"})
        assert agreed.status_code == 303
        page = await http.get(agreed.headers["location"])
        assert "<td>13</td>" in page.text
        assert "Your answers are locked" in page.text
        assert "Keep as a draft" not in page.text
        late = await http.post(answers, data={"document": "d1", "f0": "13", "do": "done"})
        assert late.status_code == 409
        assert "what the team agrees on" in late.text
        assert "the team, in agreement" in (await http.get(form)).text


async def test_an_owner_reads_everybodys_answers_by_saying_so_and_is_marked(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        team = [{"person": "ann", "name": "Ann Osei", "roles": ["coder"]}]
        await http.post("/api/reviews", json={"id": "rev", "title": "T", "team": team})
        await system.drain()
        base = "/api/extraction/reviews/rev"
        (await http.put(f"{base}/documents/d1", json={"title": "Trust"})).raise_for_status()
        fields = [{"id": "n", "label": "Participants", "kind": "number"}]
        await http.put(f"{base}/forms/m", json={"title": "Map", "fields": fields})
        said = {"document": "d1", "answers": {"n": 4711}, "done": True, "person": "ann"}
        (await http.put(f"{base}/forms/m/answers", json=said)).raise_for_status()
        assert "Ann Osei" in (await http.get("/reviews/rev/forms/m")).text
        answers = "/reviews/rev/form-answers/m"
        before = (await http.get(answers, params={"document": "d1"})).text
        assert "4711" not in before
        asked = {"document": "d1", "everybody": "true"}
        assert "everybody=true" in before
        after = (await http.get(answers, params=asked)).text
        assert "4711" in after
        assert "Ann Osei" in after
        await http.post(answers, data={"document": "d1", "f0": "4711", "do": "done"})
        page = (await http.get(answers, params={"document": "d1"})).text
        assert "had read others&#39; answers" in page or "had read others' answers" in page
