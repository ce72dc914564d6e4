"""The method, section 2, once more: one part of a mechanism with one outcome, plainly."""

from fractions import Fraction

from tests.support.plain_rows import CTX, MECH, RSP, left_out, studies


def people(rows):
    return len({(s, p) for row in rows for s, _, p, _ in row.K if p})


def sites(rows):
    return len({case for row in rows for _, case, _, known in row.K if known})


class Part:
    """One part of a mechanism with one outcome: its rows by cell."""

    def __init__(self, review, theory, rows, goal, m):
        self.m, self.goal = m, goal
        self.rows = [r for r in rows if not left_out(review, theory, goal[1], m, r)]
        self.pos = [r for r in self.rows if r.has(m) and r.has(goal)]
        self.neg1 = [r for r in self.rows if r.has(m) and r.lacks(goal)]
        self.neg2 = [r for r in self.rows if r.lacks(m) and r.lacks(goal)]
        self.alt = [r for r in self.rows if r.lacks(m) and r.has(goal)]
        self.neg = self.neg1 + self.neg2
        self.present = [r for r in self.rows if r.has(m)]
        self.plus, self.minus = studies(self.pos), studies(self.neg1)
        self.iplus = {s for r in self.pos for s, _, _, _ in r.I} - self.plus
        self.iminus = {s for r in self.neg1 for s, _, _, _ in r.I} - self.minus
        self.whole = studies(r for r in rows if r.has(goal) and any(k[0] in MECH for k in r.sign))
        self.people = people(self.pos if self.plus else self.neg1)
        self.sites = sites(self.pos if self.plus else self.neg1)
        self.triggers = [
            r
            for r in self.present
            if (goal not in r.stated or not r.K) and any(k[0] == CTX and r.has(k) for k in r.sign)
        ]

    def exists(self):
        for row in self.pos + self.neg1 + self.neg2:
            brings = row.K or (row.I and row not in self.neg2)
            if brings and self.m in row.own and self.goal in row.own:
                return True
        return False

    def pattern(self):
        if self.plus or self.minus:
            return "both" if self.plus and self.minus else "occurs" if self.plus else "fails"
        return "not_fired" if studies(self.neg2) else "inferred"

    def share(self):
        return Fraction(len(self.plus), max(1, len(self.plus) + len(self.minus)))

    def coverage(self):
        return Fraction(len(self.plus), max(1, len(self.whole)))

    def equal(self):
        if self.plus:
            return "s+", len(self.plus), self.share(), self.coverage()
        return self.pattern(), len(self.minus)

    def order(self):
        end = (0 if self.m[0] == RSP else 1, self.m[1])
        if self.plus:
            return (
                1, -len(self.plus), -self.share(), -self.coverage(), -self.people, -self.sites,
                -len(self.iplus), *end,
            )  # fmt: skip
        if self.minus:
            return 2, -len(self.minus), -self.people, -self.sites, -len(self.iminus), *end
        if self.pattern() == "inferred":
            return 3, -len(self.iplus | self.iminus), *end
        return 4, -len(studies(self.neg2)), *end
