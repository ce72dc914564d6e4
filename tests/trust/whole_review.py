"""A review in which there is one of everything that has an id, told over HTTP as people do.

Keys that people choose begin with the letter of the review, titles and texts hold its word; so
what is told of one review can be known in what another is answered.
"""

import io
import zipfile

from services.search.living.handlers.event_handlers import on_gaps_found
from shared.events import Received
from shared.events.synthesis import GapFound
from tests.support.projects import a_project
from workbench.webhooks.handlers import Allowed

MOMENT = "2026-01-05T10:00:00Z"
EVERYWHERE = Allowed(network=True, private=True)
"""Where webhooks of these reviews may be sent to; nothing listens there."""


class Whole:
    """One review being filled: `at` is its letter, `word` stands in everything that is told."""

    def __init__(self, system, client, review, at, word):
        self.system, self.client = system, client
        self.review, self.at, self.word = review, at, word
        self.records, self.token, self.load = [], "", ""

    async def ask(self, method, path, json=None, **more):
        """The JSON of an answer that must be a success."""
        answer = await self.client.request(method, path, json=json, **more)
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None

    async def say(self, method, service, path, json=None, **more):
        """The same of a service, about this review."""
        return await self.ask(method, f"/api/{service}/reviews/{self.review}{path}", json, **more)

    def key(self, name):
        """A key as people of this review choose it."""
        return f"{self.at}-{name}"

    def text(self, name):
        """Words of this review."""
        return f"{name} {self.word}"

    async def open(self):
        """The review, its team, an invitation, a webhook, a token."""
        stages = [
            {"name": self.key("title"), "from": None, "policy": {"kind": "dual"}},
            {"name": self.key("full"), "from": self.key("title"), "policy": {"kind": "single"}},
        ]
        team = [
            {"person": self.key("owner"), "name": self.text("Owner"), "roles": ["owner"]},
            {"person": self.key("coder"), "name": "Coder", "roles": ["coder", "reviewer"]},
            {"person": self.key("ben"), "name": "Ben", "roles": ["coder", "reviewer"]},
        ]
        about = {"title": self.text("Review"), "question": self.text("What works?")}
        await self.ask(
            "POST", "/api/reviews", {"id": self.review, "stages": stages, "team": team, **about}
        )
        hook = {"url": "https://127.0.0.1:9/hook", "label": self.text("hook")}
        made = await self.ask("POST", f"/api/reviews/{self.review}/webhooks", hook)
        path = f"/api/reviews/{self.review}/webhooks/{made['id']}"
        await self.ask("PATCH", path, {"enabled": False})
        asked = {"person": self.key("owner"), "label": self.word}
        made = await self.ask("POST", "/api/tokens", asked)
        self.token = made["id"]
        await self.system.drain()
        await self._load(made["token"])

    async def _load(self, token):
        """A bundle that the review's owner sent, and that was refused."""
        said = await self.ask("POST", "/api/tokens/exchange", {"token": token})
        head = {"authorization": f"Bearer {said['token']}"}
        file = {"file": (f"{self.word}.zip", _no_bundle())}
        sent = await self.client.post("/load", files=file, headers=head)
        assert sent.status_code == 303, sent.text
        self.load = sent.headers["location"].rpartition("/")[2]

    async def search(self):
        """Records, two that may be one, an import, a search, a strategy, a step and its round."""
        told = [self._record(n) for n in range(5)]
        told += [{**told[0], "own_id": self.key("twin"), "doi": "10.9999/xyz"}]
        told[0]["doi"] = "10.1234/abc.1"
        kept = await self.say("POST", "search", "/records/batch", {"records": told})
        self.records = [one["record_id"] for one in kept["records"]]
        ris = f"TY  - JOUR\nTI  - {self.text('Nine ferns in a row')}\nPY  - 2011\nER  - \n"
        params = {"filename": "x.ris", "source": "embase"}
        await self.say("POST", "search", "/imports", params=params, content=ris)
        body = {"name": self.text("weekly"), "query": self.word, "state": "paused"}
        await self.say("PUT", "search", f"/searches/{self.key('search')}", body)
        concepts = [{"name": self.text("ferns"), "broad": [self.word]}]
        strategy = {"name": self.text("main"), "concepts": concepts, "known": self.records[:1]}
        await self.say("PUT", "search", f"/strategies/{self.key('strategy')}", strategy)
        run = {"platform": "Ovid", "database": "Embase", "ran_on": "2026-01-01", "hits": 3}
        run |= {"run_id": self.key("elsewhere"), "note": self.word}
        await self.say("POST", "search", f"/strategies/{self.key('strategy')}/runs", run)
        await self.system.drain()

    def _record(self, n):
        about = ("ferns on walls", "salt mines at night", "letters of nurses", "buses", "soup")[n]
        title = self.text(f"A study of {about}, as it was seen in {n + 3} towns")
        return {
            "source": "embase", "own_id": self.key(f"r{n}"), "title": title, "year": 2000 + n,
            "abstract": self.text(f"{about} were looked at closely."), "authors": ["Osei, Rita"],
            "journal": "Trials", "volume": "3", "pages": f"{n}1-{n}9",
        }  # fmt: skip

    async def screen(self):
        """Votes that agree, that differ, and one that waits; criteria; a highlight."""
        at = f"/stages/{self.key('title')}"
        criteria = {"criteria": [{"id": self.key("E1"), "text": self.text("no ferns")}]}
        await self.say("PUT", "screening", f"{at}/criteria", criteria)
        votes = [(0, "include", "include"), (1, "include", "include"), (2, "include", "exclude")]
        for n, first, second in votes:
            for person, verdict in (("coder", first), ("ben", second)):
                one = {"record": self.records[n], "verdict": verdict, "person": self.key(person)}
                one |= {"reason": self.key("E1")} if verdict == "exclude" else {}
                await self.say("POST", "screening", f"{at}/decisions", {"decisions": [one]})
        terms = {"colour": "yellow", "terms": [self.word]}
        await self.say("PUT", "screening", f"/highlights/{self.key('set')}", terms)
        await self.system.drain()
        at = f"/stages/{self.key('full')}"
        votes = [{"record": one, "verdict": "include"} for one in self.records[:2]]
        await self.say("POST", "screening", f"{at}/decisions", {"decisions": votes})
        await self.system.drain()

    async def state(self):
        """Theories with their codebooks, an idea, a memo, a substantive theory, lineage."""
        for n in (1, 2):
            path = f"/theories/{self.key(f'T{n}')}"
            said = {"number": n, "name": self.text(f"Theory {n}"), "statement": self.word}
            await self.say("PUT", "synthesis", path, said)
        await self.system.drain()
        groups = [self._group("C", "context"), self._group("R", "mechanism_response")]
        groups += [self._group("O", "outcome") | {"level": "intermediate"}]
        path = f"/theories/{self.key('T1')}/codebook"
        await self.say("PUT", "extraction", path, {"groups": groups})
        await self.system.drain()
        ideas = {"text": self.text("idea"), "theories": [self.key("T1")]}
        for name in ("idea", "idea2"):
            await self.say("PUT", "synthesis", f"/ideas/{self.key(name)}", ideas)
        await self.say("PUT", "synthesis", f"/memos/{self.key('memo')}", {"text": self.word})
        named = {"name": self.text("Capital"), "theories": [self.key("T1")]}
        await self.say("PUT", "synthesis", f"/substantive-theories/{self.key('subst')}", named)
        line = {"earlier": self.key("T1"), "later": self.key("T2"), "kind": "became"}
        await self.say("PUT", "synthesis", "/lineage", {**line, "because": self.word})

    def _group(self, name, role):
        code = {"id": self.key(f"code{name}"), "label": self.text(f"code {name}")}
        label = self.text(f"group {name}")
        return {"id": self.key(f"group{name}"), "role": role, "label": label, "codes": [code]}

    async def code(self):
        """Documents, fragments, memos, a form with its answers, rounds, an upload, a project."""
        for n in range(3):
            said = {"title": self.text(f"Report {n}"), "text": f"{self.word} rang every Tuesday."}
            said |= {"record": self.records[n]} if n < 2 else {"kind": "interview"}
            said |= {"confidential": True, "participant": self.key("P7")} if n == 2 else {}
            await self.say("PUT", "extraction", f"/documents/{self.key(f'd{n}')}", said)
            await self.say("PUT", "extraction", f"/fragments/{self.key(f'f{n}')}", self.fragment(n))
        await self.system.drain()
        at = self.key("d0")
        await self.say(
            "POST",
            "extraction",
            "/memos",
            {"id": self.key("note"), "about": f"document/{at}", "text": self.text("memo")},
        )
        judged = {"rigour": "high", "comment": self.word}
        await self.say("PUT", "extraction", f"/documents/{at}/appraisal", judged)
        await self.say("PUT", "extraction", f"/fragments/{self.key('f0')}/appraisal", judged)
        form = {"title": self.text("Map"), "fields": [{"id": "n", "label": self.text("How?")}]}
        await self.say("PUT", "extraction", f"/forms/{self.key('form')}", form)
        answers = {"document": at, "answers": {"n": self.word}, "done": True}
        await self.say("PUT", "extraction", f"/forms/{self.key('form')}/answers", answers)
        made = {"role": "context", "label": self.text("by hand"), "theory": self.key("T1")}
        await self.say("POST", "extraction", "/codes", {**made, "group": self.key("groupC")})
        cases = {"cases": [{"id": self.key("case"), "label": self.text("case")}]}
        await self.say("PUT", "extraction", f"/studies/cases/{at}", cases)
        for n in (3, 4):
            said = {"title": self.text(f"Blind {n}"), "text": f"{self.word} came back."}
            await self.say("PUT", "extraction", f"/documents/{self.key(f'd{n}')}", said)
        coders = [self.key("coder"), self.key("ben")]
        blind = {"title": self.text("Fifth"), "coders": coders}
        await self.say(
            "PUT",
            "extraction",
            f"/coding-rounds/{self.key('round')}",
            {**blind, "documents": [self.key("d3")]},
        )
        await self._files()

    def fragment(self, n):
        """A fragment of the document of this number."""
        roles = {"context": "C", "mechanism_response": "R", "outcome": "O"}
        elements = [{"role": r, "code": self.key(f"code{one}")} for r, one in roles.items()]
        elements[-1]["state"] = "failed" if n == 1 else "occurred"
        place = {"document": self.key(f"d{n}"), "quote": self.word, "start": 0}
        place |= {"end": len(self.word), "theories": [self.key("T1")]}
        return {"elements": elements, "paraphrase": self.text("said"), **place}

    async def _files(self):
        text = f"{self.text('Letters')}\n\nThey were read.\n"
        await self.say("POST", "extraction", "/uploads", content=text, params={"filename": "a.txt"})
        project = a_project(name=self.text("Calls"))
        await self.say("POST", "extraction", "/exchange/projects", content=project)
        await self.system.drain()

    async def conclude(self):
        """Suggestions, an argument, a version, a step with a round, a note, a judgement."""
        await self.say("POST", "extraction", "/assistance/kept", self._suggested())
        group = self.key("groupO")
        said = {"theory": self.key("T1"), "outcome": group, "response": self.key("groupR")}
        said |= {"because": self.word, "contexts": [{"group": self.key("groupC")}]}
        await self.say("PUT", "synthesis", f"/arguments/{self.key('argument')}", said)
        slot = {"role": "context", "words": self.text("doors"), "source": self.word}
        path = f"/theories/{self.key('T1')}/notes/slot/{self.key('note')}"
        await self.say("PUT", "synthesis", path, {"content": slot})
        judged = {"theory": self.key("T1"), "outcome": group, "mechanism": self.key("groupR")}
        judged |= {"role": "response", "fragment": self.key("f0"), "as": "reviewer"}
        judged |= {"verdict": "supports"}
        await self.say("POST", "synthesis", "/judgements", {"judgements": [judged]})
        frozen = {"number": f"{ord(self.at)}", "reason": self.word}
        await self.say("POST", "synthesis", "/versions", frozen)
        await self._gap()
        words = {"words": [self.word], "reason": self.word}
        await self.say("PUT", "search", f"/lexicons/{self.key('T1')}", words)
        await self.system.drain()

    def _suggested(self):
        run = {"id": self.key("run"), "state": "done", "coder": "machine:x", "model": "x"}
        run |= {"host": "h", "asked_at": MOMENT, "documents": []}
        one = {"id": self.key("suggestion"), "run": self.key("run"), "document": self.key("d0")}
        one |= {"start": 0, "end": len(self.word), "quote": self.word, "rationale": self.word}
        one |= {"elements": [{"role": "outcome", "code_id": self.key("codeO")}], "model": "x"}
        one |= {"coder": "machine:x", "state": "pending", "suggested_at": MOMENT}
        return {"runs": [run], "suggestions": [one]}

    async def _gap(self):
        gap = GapFound(
            review_id=self.review, gap_id=self.key("gap"), theory_id=self.key("T1"),
            kind="unexplained_failure", detail=self.word,
        )  # fmt: skip
        db = self.system.services["search"].db
        letter = Received(
            id=self.key("letter"), event=gap, subject=gap.subject, subject_version=1,
            time=db.clock.now(), correlation_id="c",
        )  # fmt: skip
        await db.write(lambda tx: on_gaps_found([letter], tx))
        planned = {"pearls": self.records[:1], "reason": self.word}
        await self.say("POST", "search", f"/steps/{self.key('gap')}/approve", planned)
        run = {"id": self.key("ran"), "search_id": self.key("search"), "trigger": "person"}
        run |= {"state": "succeeded", "query": self.word, "report": {}, "asked_at": MOMENT}
        run |= dict.fromkeys(("found", "source_records", "added", "merged", "seen"), 0)
        await self.say("POST", "search", "/searching", {"table": "runs", "rows": [run]})
        rows = [{
            "id": self.key("contact"), "step_id": self.key("gap"), "record_id": self.records[0],
            "author": self.word, "address": "", "subject": self.word, "message": self.word,
            "state": "to_write", "drafted_at": MOMENT,
        }]  # fmt: skip
        told = {"table": "cluster_contacts", "rows": rows}
        await self.say("POST", "search", "/searching", told)


def _no_bundle():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("review.yaml", "nothing: here")
    return packed.getvalue()


async def fill(system, client, review, at, word):
    """Fill a review with one of everything; gives it."""
    whole = Whole(system, client, review, at, word)
    for part in (whole.open, whole.search, whole.screen, whole.state, whole.code, whole.conclude):
        await part()
    await system.drain()
    return whole
