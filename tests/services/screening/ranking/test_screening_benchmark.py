"""The benchmark measures what it says: its metrics, its control, its lines."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import screening
from benchmarks.screening_sets import read_set, stitched
from benchmarks.screening_simulation import merit, priors, retrain_step, simulate

ABOUT = {1: "housing outreach homeless care", 0: "valve surgery dose trial"}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A set of 60 records, ten of them included, told apart by their words."""
    path = tmp_path / "tiny.csv.gz"
    names = ["record_id", "title", "abstract", "label_included", "keywords", "year"]
    with gzip.open(path, "wt", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, names)
        writer.writeheader()
        for i in range(60):
            label = int(i % 6 == 0)
            writer.writerow(
                {
                    "record_id": i, "title": f"{ABOUT[label]} {i}", "abstract": ABOUT[label],
                    "label_included": label, "keywords": "care; cohort", "year": 1990 + i // 3,
                }
            )  # fmt: skip
    return path


def test_a_perfect_order_loses_nothing_and_the_worst_everything() -> None:
    perfect, worst = np.asarray([1, 1, 1]), np.asarray([0] * 7 + [1] * 3)
    assert merit(perfect, 10).loss == 0
    assert merit(worst, 10).loss == 1
    assert merit(perfect, 10).wss95 == pytest.approx(0.95 - 0.3)
    assert merit(perfect, 10).recall10 == pytest.approx(1 / 3)
    assert merit(perfect, 10).atd == pytest.approx(0.2)


def test_loss_is_the_normalised_area_above_the_recall_curve() -> None:
    order = np.asarray([0, 1, 0, 1, 1, 0])
    curve = np.cumsum(order)
    best = np.cumsum([1, 1, 1, 0, 0, 0]).sum()
    worst = np.cumsum([0, 0, 0, 1, 1, 1]).sum()
    assert merit(order, 6).loss == pytest.approx((best - curve.sum()) / (best - worst))


def test_a_simulation_reads_every_include_once_and_stops_at_the_last() -> None:
    included = np.asarray([1, 0] * 20)
    include, exclude = priors(included, 3)
    assert (included[include], included[exclude]) == (1, 0)
    hidden = np.setdiff1d(np.arange(40), [include, exclude])
    order = simulate(included, [include, exclude], hidden, lambda _r, _y: np.zeros(40), start=2)
    assert order.sum() == 19
    assert order[-1] == 1
    assert [retrain_step(n) for n in (2, 20, 100, 500)] == [1, 5, 25, 100]


def test_every_run_and_model_is_one_line_and_the_summary_goes_to_standard_error(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screening.main([str(labelled), "--seeds", "0", "1"]) == 0
    said = capsys.readouterr()
    runs = [json.loads(line) for line in said.out.splitlines()]
    assert [(r["set"], r["model"], r["seed"]) for r in runs] == [
        ("tiny", model, seed) for model in ("retroduct", "elas_u4") for seed in (0, 1)
    ]
    assert set(runs[0]) == {
        "set", "seed", "model", "loss", "wss95", "recall10", "atd", "cpu_s",
    }  # fmt: skip
    summary = json.loads(said.err.splitlines()[-1])["summary"]
    assert {"mean_ratio", "geometric_mean_ratio", "wilcoxon_p", "cpu_ratio"} <= set(summary)


def test_a_living_update_starts_warm_and_cold_on_the_same_records(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    screening.main([str(labelled), "--seeds", "0", "--living"])
    said = capsys.readouterr()
    assert [json.loads(line)["start"] for line in said.out.splitlines()] == ["warm", "cold"]
    assert "warm_to_cold" in said.err


def test_sets_are_read_with_their_keywords_and_years(labelled: Path, tmp_path: Path) -> None:
    found = read_set(labelled)
    assert found.texts[0].keywords == ("care", "cohort")
    assert found.years is not None
    assert found.years[0] == 1990
    assert len(list(stitched([found], 100))) == 100
    one_sided = tmp_path / "one.csv"
    one_sided.write_text("title,abstract,label_included\nA,B,1\n")
    with pytest.raises(ValueError, match="at least two includes"):
        read_set(one_sided)


FORMS = {
    "strings.csv": "title,abstract,label_included\nA,x,True\nB,y,FALSE\nC,,included\nD,z,no\n",
    "order.csv": "\ufeffLabel_Included;Title\n1;A\n0;B\n1.0;C\n;D\n",
    "missing.csv": "title,abstract,label_included,year\nA,nan,1,\nB,,0,NaN\nC,NA,1,2004\nD,,nan,\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_set_is_read_however_its_columns_and_labels_are_written(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(FORMS[name], "utf-8")
    found = read_set(path)
    assert found.included.tolist() == [1, 0, 1, 0]
    assert [text.title for text in found.texts] == ["A", "B", "C", "D"]
    assert not any(text.abstract.lower() in ("nan", "na") for text in found.texts)


def test_a_set_that_cannot_be_read_is_named_and_the_others_are_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    rows = [f"{'cat' if i % 4 == 0 else 'dog'} {i},,{int(i % 4 == 0)}" for i in range(20)]
    good.write_text("\n".join(["title,abstract,label_included", *rows]))
    bad.write_text("title,label_included\nA,1\nB,0\nC,perhaps\n")
    assert (
        screening.main([str(bad), str(tmp_path / "none.csv.gz"), str(good), "--seeds", "0", "1"])
        == 1
    )
    out, err = capsys.readouterr()
    assert {json.loads(line)["set"] for line in out.splitlines()} == {"good"}
    assert "'perhaps' is no label" in err
    assert "none.csv.gz" in err
    assert "wilcoxon_p" in json.loads(err.splitlines()[-1])["summary"]


WORDLESS = {
    "without text": [("", "")] * 30,
    "all alike": [("same title", "same words")] * 30,
    "in two scripts": [("住宅 支援", "исследование") if i % 5 else ("心臓", "") for i in range(30)],
}


@pytest.mark.parametrize("name", WORDLESS)
def test_sets_whose_words_tell_nothing_apart_are_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = tmp_path / "set.csv"
    rows = [f"{title},{text},{int(i % 5 == 0)}" for i, (title, text) in enumerate(WORDLESS[name])]
    path.write_text("\n".join(["title,abstract,label_included", *rows]), "utf-8")
    assert screening.main([str(path), str(path), "--seeds", "0"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["set"] for line in out.splitlines()] == ["set"] * 2 + ["set (2)"] * 2
    assert json.loads(err.splitlines()[-1])["summary"]["geometric_mean_ratio"] > 0


def test_a_perfect_order_does_not_outweigh_all_other_sets() -> None:
    runs = [
        {"set": name, "seed": 0, "model": model, "loss": loss, "wss95": 0.5, "cpu_s": 1.0}
        for name, ours in (("small", 0.0), ("large", 0.1))
        for model, loss in (("retroduct", ours), ("elas_u4", 0.1))
    ]
    assert screening.summary(runs)["geometric_mean_ratio"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("column", "years", "left_out"),
    [
        ("publication_year", [f"c{2000 + i // 2}" for i in range(60)], False),
        ("year", [""] * 60, True),
        ("year", [str(2000 + (i % 6 == 0)) for i in range(60)], True),
    ],
)
def test_a_living_update_leaves_out_sets_that_cannot_be_parted_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str, years: list[str], left_out
) -> None:
    path = tmp_path / "set.csv"
    rows = [f"{ABOUT[i % 6 == 0]} {i},{years[i]},{int(i % 6 == 0)}" for i in range(60)]
    path.write_text("\n".join([f"title,{column},included", *rows]), "utf-8")
    assert screening.main([str(path), "--seeds", "0", "--living"]) == 0
    out, err = capsys.readouterr()
    assert (not out, "left out" in err) == (left_out, left_out)
