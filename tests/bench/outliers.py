"""Planted errors: how many are found, how many findings are errors, beside z-scores and min–max.

The storms come from `planted.py`, which shares no formula with the product. The thresholds of
the product were chosen on the seeds 1 to 6 and are measured here on others. The two plain
methods are given what no real use of them has: the setting that is best on these very storms.
"""

from __future__ import annotations

import time

from tests.bench import finding
from tests.bench.report import Report

TUNED_ON = range(1, 7)
SEEDS, FEW = range(101, 121), range(101, 109)
DEVIATIONS = (1.5, 2, 3, 4, 5, 6, 8, 10)
WIDER = (1, 1.5, 2, 3, 5, 8, 10, 20, 50)


def run(report: Report) -> None:
    """Plant, look, count."""
    made = finding.storms(FEW if report.small else SEEDS)
    wrong = len(finding.planted(made))
    report.say(f"{len(made)} storms, {wrong} wrong figures; tuned on {list(TUNED_ON)}")
    began = time.perf_counter()
    ours = finding.by_product(made)
    rounds = sum(len(storm.rounds) for storm in made.values())
    report.figure(ms_a_round=1000 * (time.perf_counter() - began) / rounds)
    _say(report, ours)
    z, z_score = finding.best(lambda most: finding.by_z_score(made, most), DEVIATIONS)
    wider, min_max = finding.best(lambda by: finding.by_min_max(made, by), WIDER)
    report.figure(precision=ours.precision, recall=ours.recall)
    report.say(f"z-score at its best, {z} deviations; min–max at its best, {wider} times wider")
    report.figure(z_precision=z_score.precision, z_recall=z_score.recall)
    report.figure(min_max_precision=min_max.precision, min_max_recall=min_max.recall)
    others = (z_score, min_max)
    report.figure(
        precision_over_others=ours.precision / max(each.precision for each in others),
        recall_over_others=ours.recall / max(each.recall for each in others),
    )


def _say(report: Report, ours: finding.Marks) -> None:
    for kind, (found, of) in ours.by_kind().items():
        report.say(f"{kind}: {found} of {of} found")
